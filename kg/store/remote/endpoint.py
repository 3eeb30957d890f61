"""Requests to a SPARQL endpoint or a graph store: credentials, retries, and errors in one line."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from kg.core.problems import KgError, UsageError, brief
from kg.store import http
from kg.store.http import Response, shown

if TYPE_CHECKING:
    import requests

MOST = 512 * 1024 * 1024
"""Bytes of an answer, uncompressed."""

CONNECT, READ = 10.0, 120.0
"""Seconds to wait for a connection, and for the next bytes of an answer."""

_BUSY = (429, 502, 503, 504)
"""Statuses after which the same request may succeed a little later."""
_LONGEST = 120.0
"""Seconds that a server may ask to wait; if it asks for more, that is an error."""
_TOLD = 2
"""How often a server that says when to come back is asked again."""

USER, PASSWORD, TOKEN = "KG_ENDPOINT_USER", "KG_ENDPOINT_PASSWORD", "KG_ENDPOINT_TOKEN"


class EndpointError(KgError):
    """An endpoint that cannot be reached, refuses, or returns something else than the request asks for."""


def checked_url(url: str, name: str = "the endpoint") -> str:
    """The URL, if requests can be sent to it; see `kg.store.http.checked_url`."""
    return http.checked_url(url, name, f": set {USER} and {PASSWORD} instead")


class Endpoint:
    """A URL, with the credentials KG_ENDPOINT_USER and KG_ENDPOINT_PASSWORD, or KG_ENDPOINT_TOKEN.

    `retries` is how often a request is sent again when its connection fails or the server is busy, each time after a
    longer pause. A server that says when to come back (Retry-After) is asked again then in any case.
    """

    def __init__(self, url: str, *, name: str = "the endpoint", retries: int = 0) -> None:
        self.url = checked_url(url, name)
        self._pauses = [0.5 * 2**number for number in range(retries)]

    def __str__(self) -> str:
        return shown(self.url)

    def send(self, method: str, **given: Any) -> Response:
        """The answer to a request, which may be an error: see `refusal`.

        Args:
            method: The method of HTTP.
            given: `params`, `data` and `headers`, as `requests` takes them.

        Raises:
            EndpointError: if there is no answer, it is a redirect, or it is too large.
        """
        answer = self._sent(method, given)
        if answer.status == 401 and os.environ.get(USER) and self._session.auth is http.anonymous:
            self._session.auth = self._auth(answer.headers.get("www-authenticate", ""))
            answer = self._sent(method, given)
        if 300 <= answer.status < 400:
            target = shown(answer.headers.get("location", ""))
            raise EndpointError(f"{self} redirects to {target}: redirects are not followed, use the right URL")
        return answer

    def refusal(self, answer: Response) -> EndpointError:
        """The error that an answer of an unexpected status means."""
        if answer.status in (401, 403):
            hint = f"set {USER} and {PASSWORD}, or {TOKEN}, in the environment"
            return EndpointError(f"{self} does not accept your credentials ({answer.status}): {hint}")
        if answer.status in _BUSY and (seconds := retry_after(answer)) is not None and seconds > _LONGEST:
            return EndpointError(f"{self} answers {answer.status} and asks to come back in {seconds:.0f} s")
        text = f": {answer.text}" if answer.text and answer.media_type != "text/html" else ""
        may_be_path = answer.status in (400, 404, 405, 415)
        hint = "; is this the right path? docs/stores.md lists those of several stores" if may_be_path else ""
        return EndpointError(f"{self} answers {answer.status}{text}{hint}")

    @cached_property
    def _session(self) -> requests.Session:
        found = http.session()
        if token := os.environ.get(TOKEN):
            if not (token.isascii() and token.isprintable()) or " " in token:
                raise UsageError(f"{TOKEN} contains characters that a token cannot have")
            found.auth = _bearer(token)
        return found

    def _auth(self, challenges: str) -> Any:
        """User and password in a scheme that the endpoint asks for; they are not sent before it does.

        Raises:
            EndpointError: if it asks for other schemes only.
        """
        from requests.auth import HTTPBasicAuth, HTTPDigestAuth

        schemes = schemes_of(challenges)
        user, password = os.environ.get(USER, ""), os.environ.get(PASSWORD, "")
        if "digest" in schemes:  # before Basic, which sends the password itself
            return HTTPDigestAuth(user, password)
        if "basic" in schemes or not schemes:
            return HTTPBasicAuth(user.encode(), password.encode())  # RFC 7617: UTF-8, where the library uses Latin-1
        wanted = brief(", ".join(schemes))
        raise EndpointError(f"{self} asks for {wanted}, and user and password can be sent as Digest or Basic only")

    def _sent(self, method: str, given: Mapping[str, Any]) -> Response:
        import requests

        tries = 0
        while True:
            pause = self._pauses[tries] if tries < len(self._pauses) else None
            try:
                answer = http.exchange(self._session, method, self.url, most=MOST, timeout=(CONNECT, READ), **given)
                pause = self._busy(answer, tries, pause)
                if pause is None:
                    return answer
            except http.TooLargeError:
                raise EndpointError(f"{self} returns more than {MOST // 1024**2} MiB: ask for less") from None
            except requests.exceptions.SSLError as error:
                raise EndpointError(f"{self} has no valid certificate: {http.cause(error)}") from error
            except requests.RequestException as error:
                if pause is None:
                    late = http.is_timeout(error)
                    problem = "does not answer in time" if late else f"cannot be reached: {http.cause(error)}"
                    raise EndpointError(f"{self} {problem}") from error
            time.sleep(pause)
            tries += 1

    def _busy(self, answer: Response, tries: int, pause: float | None) -> float | None:
        """Seconds after which the request is sent again; None if the answer is final."""
        if answer.status not in _BUSY:
            return None
        seconds = retry_after(answer)
        if seconds is None:
            return pause
        if seconds > _LONGEST or tries >= max(_TOLD, len(self._pauses)):
            return None
        return max(seconds, pause or 0)


def retry_after(answer: Response) -> float | None:
    """Seconds until a server wants the request again (RFC 9110, 10.2.3); None if it does not say."""
    text = answer.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdecimal():
        return float(text[:9])
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, (at.replace(tzinfo=at.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


def schemes_of(challenges: str) -> list[str]:
    """The schemes of a WWW-Authenticate header in lower case, such as `negotiate` and `digest` (RFC 9110, 11.6.1)."""
    without_texts = re.sub(r'"(?:[^"\\]|\\.)*"', '""', challenges)
    parts = [part.split() for part in without_texts.split(",")]
    # A part is a scheme, a scheme with its first parameter or its token, or a further parameter.
    words = (part[0] for part in parts if part and "=" not in part[0] and part[1:2] != ["="])
    return [word.lower() for word in words]


def _bearer(token: str) -> Any:
    def authorise(request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {token}"
        return request

    return authorise
