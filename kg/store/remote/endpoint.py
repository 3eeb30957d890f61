"""HTTP with a SPARQL endpoint or a graph store: which may be named, who asks there, and what can go wrong.

Whatever comes back is untrusted: it is read up to a size, nothing is followed to another place, and of an error only
its first line is told.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from kg.core.problems import KgError, UsageError, brief

if TYPE_CHECKING:
    import requests

MOST = 512 * 1024 * 1024
"""Bytes of an answer, unpacked, beyond which it is not read further."""

CONNECT, READ = 10.0, 120.0
"""Seconds to wait for a connection, and for the next bytes of an answer."""

USER, PASSWORD, TOKEN = "KG_ENDPOINT_USER", "KG_ENDPOINT_PASSWORD", "KG_ENDPOINT_TOKEN"
_CHUNK = 64 * 1024


class EndpointError(KgError):
    """An endpoint that cannot be reached, refuses, or gives something else than was asked for."""


@dataclass(frozen=True)
class Answer:
    """What an endpoint gave: status, headers by lower-case name, body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def first_line(self) -> str:
        """The first line of the body that says anything, fit to be shown."""
        lines = self.body[:4000].decode("utf-8", "replace").splitlines()
        return brief(next((line.strip() for line in lines if line.strip()), ""), 200)


def checked_url(url: str, called: str = "the endpoint") -> str:
    """The URL, if it is one that may be asked.

    Raises:
        UsageError: if it is not http or https, names no host, or has a password in it.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise UsageError(f"{called} is no URL: {brief(str(error))}") from error
    if "@" in parts.netloc:
        raise UsageError(
            f"{called} has a user or password in its URL, which would be printed: set {USER} and {PASSWORD} instead"
        )
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise UsageError(f"{called} must be an http or https URL, not `{brief(url)}`")
    if parts.fragment or not url.isprintable() or " " in url:
        raise UsageError(f"{called} must be a URL without blanks and without `#`, not `{brief(url)}`")
    return url


def shown(url: str) -> str:
    """The URL as messages have it: without its query, in which a key may stand."""
    parts = urlsplit(url)
    return brief(f"{parts.scheme}://{parts.netloc}{parts.path}", 200)


class Endpoint:
    """One URL and whoever asks it: KG_ENDPOINT_USER and KG_ENDPOINT_PASSWORD, or KG_ENDPOINT_TOKEN.

    `retries` is how often a connection that fails, or a 503, is tried again, each time after a longer pause.
    """

    def __init__(self, url: str, *, called: str = "the endpoint", retries: int = 0) -> None:
        self.url = checked_url(url, called)
        self._retries = retries

    def __str__(self) -> str:
        return shown(self.url)

    def send(
        self,
        method: str,
        *,
        params: Mapping[str, str] | None = None,
        data: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Sends a request; the answer may be one of refusal, which `expect` tells.

        Raises:
            EndpointError: if there is no answer, it leads elsewhere, or it is too long.
        """
        answer = self._once(method, params, data, headers)
        if answer.status == 401 and os.environ.get(USER) and self._session.auth is _nobody:
            self._session.auth = _auth(answer.headers.get("www-authenticate", ""))
            answer = self._once(method, params, data, headers)
        if 300 <= answer.status < 400:
            raise EndpointError(
                f"{self} leads to {shown(answer.headers.get('location', ''))}: "
                "redirects are not followed, name the right URL"
            )
        return answer

    def refusal(self, answer: Answer) -> EndpointError:
        """What an answer other than the expected one means."""
        if answer.status in (401, 403):
            return EndpointError(
                f"{self} does not let you ({answer.status}): set {USER} and {PASSWORD}, or {TOKEN}, in the environment"
            )
        said = f": {answer.first_line}" if answer.first_line and answer.media_type != "text/html" else ""
        hint = (
            "; is this the right path? docs/stores.md has those of several stores"
            if answer.status in (400, 404, 405, 415)
            else ""
        )
        return EndpointError(f"{self} answers {answer.status}{said}{hint}")

    @cached_property
    def _session(self) -> requests.Session:
        import requests
        from requests.adapters import HTTPAdapter
        from urllib3.util import Retry

        session = requests.Session()
        session.auth = _nobody  # else a ~/.netrc would be read
        if token := os.environ.get(TOKEN):
            if not (token.isascii() and token.isprintable()) or " " in token:
                raise UsageError(f"{TOKEN} holds characters that no token has")
            session.auth = _bearer(token)
        again = Retry(
            self._retries,
            status_forcelist=(503,),
            allowed_methods=None,
            backoff_factor=0.5,
            redirect=0,
            raise_on_status=False,
            respect_retry_after_header=False,
        )
        for scheme in ("http://", "https://"):
            session.mount(scheme, HTTPAdapter(max_retries=again))
        return session

    def _once(
        self, method: str, params: Mapping[str, str] | None, data: Any, headers: Mapping[str, str] | None
    ) -> Answer:
        with (
            self._told(),
            self._session.request(
                method,
                self.url,
                params=params,
                data=data,
                headers=headers,
                stream=True,
                allow_redirects=False,
                timeout=(CONNECT, READ),
            ) as response,
        ):
            body = bytearray()
            for chunk in response.iter_content(_CHUNK):  # unpacked as it comes: a small answer may hold a huge one
                body += chunk
                if len(body) > MOST:
                    raise EndpointError(f"{self} gives more than {MOST // 1024 // 1024} MiB: ask for less")
            return Answer(
                response.status_code, {name.lower(): value for name, value in response.headers.items()}, bytes(body)
            )

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What can go wrong on the way, as a person is told."""
        import requests

        try:
            yield
        except requests.exceptions.SSLError as error:
            raise EndpointError(f"{self} cannot be trusted: {brief(_cause(error), 200)}") from error
        except requests.RequestException as error:
            if any(isinstance(cause, TimeoutError) for cause in _causes(error)):
                raise EndpointError(f"{self} does not answer in time") from error
            raise EndpointError(f"{self} cannot be reached: {brief(_cause(error), 200)}") from error


def _nobody(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _bearer(token: str) -> Any:
    def authorise(request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {token}"
        return request

    return authorise


def _auth(challenge: str) -> Any:
    """User and password in the way that the endpoint asks for: they are not sent before it does."""
    from requests.auth import HTTPBasicAuth, HTTPDigestAuth

    user, password = os.environ.get(USER, ""), os.environ.get(PASSWORD, "")
    if challenge.lower().lstrip().startswith("digest"):
        return HTTPDigestAuth(user, password)
    return HTTPBasicAuth(user.encode(), password.encode())  # RFC 7617: UTF-8, where the library takes Latin-1


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _cause(error: BaseException) -> str:
    """The system's own word for it, which stands at the bottom of a pile of errors."""
    words = (cause.strerror for cause in _causes(error) if isinstance(cause, OSError) and cause.strerror)
    return next(words, str(error))
