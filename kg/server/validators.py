"""Validators of answers (RFC 9110, section 8.8.3): who has one already is told so, and nothing is worked out again."""

from __future__ import annotations

import hashlib
from importlib.metadata import version

from starlette.requests import Request
from starlette.responses import Response

_SOFTWARE = (version("continuous-star-kg"), version("pyoxigraph"))
"""What else the bytes of an answer depend on than on the graph and the request."""


def tag(*parts: str) -> str:
    """A strong validator of what is made of these parts, and of nothing else."""
    digest = hashlib.sha256()
    for part in (*_SOFTWARE, *parts):
        data = part.encode("utf-8", "surrogatepass")
        digest.update(b"%d:" % len(data) + data)
    return f'"{digest.hexdigest()[:32]}"'


def is_known(request: Request, etag: str) -> bool:
    """Whether the client says that it has what `etag` stands for (section 13.1.2: weak comparison)."""
    given = [part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")]
    return etag in given or given == ["*"]


def not_modified(etag: str, **headers: str) -> Response:
    return Response(status_code=304, headers={"etag": etag, "cache-control": "no-cache", **headers})


def conditional(request: Request, response: Response, **headers: str) -> Response:
    """A response that is there already, with the digest of its bytes as validator, or that the client has it."""
    etag = f'"{hashlib.sha256(response.body).hexdigest()[:32]}"'
    if is_known(request, etag):
        return not_modified(etag, **headers)
    response.headers.update({"etag": etag, "cache-control": "no-cache", **headers})
    return response
