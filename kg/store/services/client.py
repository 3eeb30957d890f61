"""One request to a service, with limits of time and size and without redirects."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from email.utils import parsedate_to_datetime
from urllib.parse import urlencode, urlsplit

from kg.core.problems import KgError, brief
from kg.store.http import Response, TooLargeError, cause, causes, exchange, is_timeout, session

TIMEOUT = 90.0
"""Seconds for a request until the last byte of its answer; Wikidata gives up after sixty."""
LONGEST_WAIT = 60
"""Seconds that a service may ask to wait."""
WAITS = 3
_ACCEPTED = "application/sparql-results+json"
_FORM = "application/x-www-form-urlencoded; charset=utf-8"
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class ServiceError(KgError):
    """A service that cannot be reached, or whose answer cannot be used."""


def post(who: str, url: str, sparql: str, most: int, tell: Callable[[str], object]) -> Response:
    """The answer of the service at `url` to a query.

    Args:
        who: The service, for messages.
        url: Where it answers.
        sparql: The query.
        most: Bytes that the answer may have.
        tell: Called with a line before each pause that the service asks for.

    Raises:
        ServiceError: if there is no answer, or a larger one.
    """
    import requests

    for attempt in range(WAITS + 1):
        try:
            answer = _in_time(lambda: _answer(url, sparql, most))
        except TooLargeError:
            over = f"more than the {most:,} bytes that are left of the limit for all answers"
            raise ServiceError(f"{who} answered with {over}: ask for fewer works") from None
        except (requests.RequestException, TimeoutError, ValueError) as error:
            if is_timeout(error):
                raise ServiceError(f"{who} gave no complete answer within {TIMEOUT:g} seconds") from None
            unreachable = any(isinstance(found, OSError) and found.strerror for found in causes(error))
            problem = "cannot be reached" if unreachable else "sent an incomplete answer"
            raise ServiceError(f"{who} {problem}: {cause(error)}") from None
        if answer.status == 200:
            return answer
        wait = _wait(answer.headers.get("retry-after", "")) if answer.status in (429, 503) else None
        if wait is None or wait > LONGEST_WAIT or attempt == WAITS:
            raise ServiceError(_refusal(who, answer, wait))
        tell(f"{who} asks to wait {wait} seconds")
        time.sleep(wait)
    raise AssertionError("unreachable")


def _in_time(work: Callable[[], Response]) -> Response:
    """What `work` returns in time. It runs in a thread, since no timeout of a socket covers a slow name server."""
    done: Future[Response] = Future()

    def run() -> None:
        try:
            done.set_result(work())
        except Exception as error:  # `result` raises it again
            done.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return done.result(TIMEOUT)


def _answer(url: str, sparql: str, most: int) -> Response:
    with session() as opened:
        opened.trust_env = urlsplit(url).hostname not in _LOOPBACK  # no proxy for this machine
        data, headers = urlencode({"query": sparql}).encode(), {"Accept": _ACCEPTED, "Content-Type": _FORM}
        return exchange(opened, "POST", url, most=most, timeout=TIMEOUT, data=data, headers=headers)


def _wait(value: str) -> int | None:
    """The seconds of Retry-After (RFC 9110, section 10.2.3); None if there are none."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        return int(value[:9])
    try:
        return max(0, round(parsedate_to_datetime(value).timestamp() - time.time()))
    except (ValueError, OverflowError):
        return None


def _refusal(who: str, answer: Response, wait: int | None) -> str:
    if 300 <= answer.status < 400:
        target = brief(answer.headers.get("location", "nowhere"), 300)
        hint = "if you trust that address, give it after --ask-service NAME="
        return f"{who} redirects to {target}, which is not followed: {hint}"
    if wait is not None:
        return f"{who} is busy and asks to wait {wait} seconds: ask again then"
    return f"{who} answered {answer.status} {brief(f'{answer.reason} {answer.text}'.strip(), 200)}".rstrip()
