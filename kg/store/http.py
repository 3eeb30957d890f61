"""HTTP with SPARQL endpoints, graph stores and services: one request, whose answer is not trusted.

An answer is read up to a size, and redirects are not followed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from kg.core.iris import BASE
from kg.core.problems import UsageError, brief
from kg.core.version import __version__

if TYPE_CHECKING:
    import requests

USER_AGENT = f"continuous-star-kg/{__version__} ({BASE}) python-requests"
"""Services want to know who sends a request (https://meta.wikimedia.org/wiki/User-Agent_policy)."""
_CHUNK = 64 * 1024


class TooLargeError(Exception):
    """An answer with more bytes than are accepted."""


@dataclass(frozen=True)
class Response:
    """An answer of any status; the case of header names does not matter."""

    status: int
    reason: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def text(self) -> str:
        """The beginning of the body, with whitespace collapsed, fit for a message."""
        return brief(" ".join(self.body[:2000].decode("utf-8", "replace").split()), 200)


def checked_url(url: str, name: str = "the endpoint", hint: str = "") -> str:
    """The URL, if requests can be sent to it.

    Args:
        url: The URL.
        name: What it is the URL of, for messages.
        hint: Where to put a password instead.

    Raises:
        UsageError: if it is not an http or https URL with a host, or contains a password.
    """
    try:
        port = (parts := urlsplit(url)).port
    except ValueError as error:
        raise UsageError(f"{name} is not a URL: {brief(str(error))}") from error
    if "@" in parts.netloc:
        raise UsageError(f"{name} has a user or password in its URL, which would appear in messages and logs{hint}")
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise UsageError(f"{name} must be an http or https URL, not `{brief(url)}`")
    if parts.fragment or not url.isprintable() or " " in url:
        raise UsageError(f"{name} must be a URL without spaces and without `#`, not `{brief(url)}`")
    return url


def shown(url: str) -> str:
    """The URL for messages: without its query, which may contain a key."""
    parts = urlsplit(url)
    return brief(f"{parts.scheme}://{parts.netloc}{parts.path}", 200)


def session() -> requests.Session:
    """A session that sends no credentials, not even those of a ~/.netrc, unless its `auth` is set."""
    import requests

    found = requests.Session()
    found.headers["User-Agent"] = USER_AGENT
    found.auth = anonymous
    return found


def anonymous(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def exchange(session: requests.Session, method: str, url: str, *, most: int, **given: Any) -> Response:
    """The answer to a request; of an error only the beginning is read.

    Args:
        session: Sends the request.
        method: The HTTP method.
        url: The URL.
        most: Bytes that an answer may have, uncompressed.
        given: `timeout`, `params`, `data` and `headers`, as `requests` takes them.

    Raises:
        TooLargeError: if the answer is larger.
        requests.RequestException: if there is no complete answer.
    """
    with session.request(method, url, stream=True, allow_redirects=False, **given) as response:
        body = bytearray()
        for chunk in response.iter_content(_CHUNK):  # uncompressed step by step: a small answer may contain a huge one
            body += chunk
            if not response.ok:
                break
            if len(body) > most:
                raise TooLargeError
        return Response(response.status_code, response.reason or "", response.headers, bytes(body))


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error and those that caused it."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def cause(error: BaseException) -> str:
    """What the operating system says, at the bottom of the causes; else the error itself."""
    texts = (found.strerror for found in causes(error) if isinstance(found, OSError) and found.strerror)
    return brief(next(texts, str(error)), 200)


def is_timeout(error: BaseException) -> bool:
    return any(isinstance(found, TimeoutError) for found in causes(error))
