"""Styles and scripts of the pages that the server makes itself."""

from __future__ import annotations

import hashlib

from starlette.requests import Request
from starlette.responses import Response

from kg.server.pages import TYPES
from kg.server.validators import is_known, not_modified
from kg.views import inline

_OWN = ("site.css",)


def asset(name: str) -> bytes | None:
    """The style or script of that name."""
    return inline.source(name).encode() if name in _OWN else None


def asset_response(request: Request, name: str, data: bytes) -> Response:
    """A style or script, or that it is still the one which the client has."""
    etag = f'"{hashlib.sha256(data).hexdigest()[:32]}"'
    if is_known(request, etag):
        return not_modified(etag)
    return Response(data, headers={"content-type": TYPES["." + name.rsplit(".", 1)[-1]], "etag": etag,
                                   "cache-control": "no-cache"})  # fmt: skip
