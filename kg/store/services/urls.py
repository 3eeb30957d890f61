"""The address of a service: one that a request can go to, and that can be told to a person."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from kg.core.problems import UsageError, brief


def check_url(url: str) -> str:
    """The URL, if it is one of a service.

    Raises:
        UsageError: if it is not.
    """
    try:
        parts = urlsplit(url)
        port = parts.port  # raises when it is no number
    except ValueError:
        raise UsageError(f"`{brief(url)}` is no address of a service") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0 or parts.fragment:
        raise UsageError(f"`{brief(url)}` is no address of a service: it starts with https://")
    if not re.fullmatch(r"[!#-;=?-\[\]_a-z~]+", url) or len(url) > 2000:  # what a URL is made of (RFC 3986)
        raise UsageError(f"`{brief(url)}` holds what no address does")
    if parts.username is not None or parts.password is not None:
        raise UsageError("an address with a name or password is refused: it would stand in messages and logs")
    return url
