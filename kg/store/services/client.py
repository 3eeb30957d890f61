"""One request to a SPARQL endpoint, within limits: of time, of bytes, of what it may lead to."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from queue import Empty, SimpleQueue
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
)

from kg.core.problems import KgError, brief

TIMEOUT = 90.0
"""Seconds for a request from its first byte to the last of its answer; Wikidata gives up after sixty."""
LONGEST_WAIT = 60
"""Seconds that a service may ask to wait; who must wait longer is told so."""
WAITS = 3
ACCEPTED = "application/sparql-results+json"
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_CHUNK = 64 * 1024


class ServiceError(KgError):
    """A service that cannot be reached, or whose answer cannot be used."""


@dataclass(frozen=True, slots=True)
class Answer:
    data: bytes
    kind: str
    """Its media type, as the service says."""


def user_agent() -> str:
    """Who asks, as services want to know (https://meta.wikimedia.org/wiki/User-Agent_policy)."""
    from kg import __version__
    from kg.core.iris import BASE

    return f"continuous-star-kg/{__version__} ({BASE}) Python-urllib"


def post(who: str, url: str, sparql: str, most: int, tell: Callable[[str], object]) -> Answer:
    """The answer of the service at `url` to a query; waits when the service asks to, and tells so.

    Raises:
        ServiceError: if there is none, or it has more than `most` bytes.
    """
    for attempt in range(WAITS + 1):
        try:
            return _in_time(lambda: _answer(url, sparql, most))
        except _Refused as refused:
            wait = _wait(refused.error.headers) if refused.error.code in (429, 503) else None
            if wait is None or wait > LONGEST_WAIT or attempt == WAITS:
                raise ServiceError(_told(who, refused, wait)) from None
            tell(f"{who} asks to wait {wait} seconds")
            time.sleep(wait)
        except _TooLarge:
            raise ServiceError(
                f"{who} answered with more than the {most:,} bytes that are left of what all answers "
                "may have together: ask for fewer works"
            ) from None
        except TimeoutError:
            raise ServiceError(f"{who} gave no whole answer within {TIMEOUT:g} seconds") from None
        except URLError as error:
            reason = error.reason
            if isinstance(reason, TimeoutError):
                raise ServiceError(f"{who} gave no whole answer within {TIMEOUT:g} seconds") from None
            raise ServiceError(f"{who} cannot be reached: {brief(str(reason))}") from None
        except (OSError, HTTPException, ValueError) as error:
            raise ServiceError(f"{who} broke off its answer: {brief(str(error) or type(error).__name__)}") from None
    raise AssertionError("unreachable")


class _TooLarge(Exception):  # noqa: N818 - it never leaves this module
    pass


class _Refused(Exception):  # noqa: N818 - nor does this
    """A status that is no success, and the beginning of what was said with it."""

    def __init__(self, error: HTTPError) -> None:
        self.error, self.said = error, error.read(2000).decode("utf-8", "replace")


def _in_time(work: Callable[[], Answer]) -> Answer:
    """What `work` gives within the time: also when it waits for a name server, or for a header that drips."""
    done: SimpleQueue[Answer | Exception] = SimpleQueue()

    def run() -> None:
        try:
            done.put(work())
        except Exception as error:  # it is raised again where somebody waits
            done.put(error)

    threading.Thread(target=run, daemon=True).start()
    try:
        found = done.get(timeout=TIMEOUT)
    except Empty:
        raise TimeoutError from None
    if isinstance(found, Exception):
        raise found
    return found


def _answer(url: str, sparql: str, most: int) -> Answer:
    request = Request(  # noqa: S310
        url,
        data=urlencode({"query": sparql}).encode(),
        method="POST",
        headers={
            "Accept": ACCEPTED,
            "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
            "User-Agent": user_agent(),
        },
    )
    end = time.monotonic() + TIMEOUT
    try:
        response = _opener(url).open(request, timeout=TIMEOUT)
    except HTTPError as error:
        with error:
            raise _Refused(error) from None
    with response:
        data = bytearray()
        while chunk := response.read1(_CHUNK):
            data += chunk
            if len(data) > most:
                raise _TooLarge
            if time.monotonic() > end:
                raise TimeoutError
        if response.length:  # it said that there is more
            raise HTTPException(f"{response.length} bytes are missing")
        return Answer(bytes(data), response.headers.get_content_type())


def _opener(url: str) -> OpenerDirector:
    """HTTP and HTTPS alone, by the proxy of the environment, and wherever an answer points to, nobody goes there."""
    opener = OpenerDirector()
    proxies: dict[str, str] | None = {} if urlsplit(url).hostname in _LOOPBACK else None
    for handler in (
        ProxyHandler(proxies),
        HTTPHandler(),
        HTTPSHandler(),
        HTTPErrorProcessor(),
        HTTPDefaultErrorHandler(),
    ):
        opener.add_handler(handler)
    return opener


def _wait(headers: Message) -> int | None:
    """The seconds of Retry-After (RFC 9110, section 10.2.3); None when there is none."""
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return int(value[:9])
    try:
        return max(0, round(parsedate_to_datetime(value).timestamp() - time.time()))
    except (ValueError, OverflowError):
        return None


def _told(who: str, refused: _Refused, wait: int | None) -> str:
    error = refused.error
    if 300 <= error.code < 400:
        target = brief(error.headers.get("Location", "nowhere"), 300)
        return (
            f"{who} points to {target}, which is not followed: if you trust that address, give it after "
            "--ask-service NAME="
        )
    if wait is not None:
        return f"{who} is busy and asks to wait {wait} seconds: ask again then"
    said = brief(" ".join([error.reason or "", *refused.said.split()]).strip(), 200)
    return f"{who} answered {error.code} {said}".rstrip()
