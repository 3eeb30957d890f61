"""Responses that do not depend on the graph: refusals, and 304 for a client that has the answer already."""

from __future__ import annotations

import hashlib
import re
from http import HTTPStatus
from importlib.metadata import version

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from kg.core.problems import visible
from kg.server.messages import Refusal

_CHALLENGE = 'Basic realm="kg", charset="UTF-8", Bearer realm="kg"'
"""A browser knows the first, and asks its user for the token once."""
_GZIP = re.compile(r"(?:^|,)\s*gzip\s*(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))(?:;|,|$)", re.I)
PROBLEM, PLAIN = "application/problem+json", "text/plain"
_SOFTWARE = (version("continuous-star-kg"), version("pyoxigraph"))
"""The bytes of an answer depend on these too, not only on the graph and the request."""


def accept_of(request: Request) -> str:
    """The header Accept; empty if there is none."""
    return request.headers.get("accept", "")


def root_of(request: Request) -> str:
    """The way from the address of a request up to that of the server, as links and redirects need it.

    They are relative, so that they are right under any path that a proxy serves the graph at.
    """
    path: bytes = request.scope["raw_path"]
    return "../" * (path.count(b"/") - 1)


def refusal_text(refusal: Refusal) -> str:
    """A refusal as a line and a hint."""
    text = f"{visible(refusal.message)} [{refusal.rule}]\n"
    return text + (f"hint: {visible(refusal.hint)}\n" if refusal.hint else "")


def refusal_response(request: Request, refusal: Refusal) -> Response:
    """The response of a refusal: a line and a hint, or RFC 9457 for a client that asks for JSON."""
    headers = {"Vary": "Accept"} | ({"Retry-After": str(refusal.after)} if refusal.after else {})
    if refusal.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = _CHALLENGE
    if refusal.rule == "request/encoding" and refusal.status == HTTPStatus.UNSUPPORTED_MEDIA_TYPE:
        headers["Accept-Encoding"] = "gzip"
    status, accept = refusal.status, accept_of(request)
    if PROBLEM in accept or "application/json" in accept:
        head = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
        detail, hint = visible(refusal.message), visible(refusal.hint)
        problem = head | {"detail": detail, "rule": refusal.rule, "hint": hint}
        return JSONResponse(problem, status, headers, media_type=PROBLEM)
    return PlainTextResponse(refusal_text(refusal), status, headers)


def takes_gzip(request: Request) -> bool:
    return bool(_GZIP.search(request.headers.get("accept-encoding", "")))


def tag(*parts: str) -> str:
    """A strong validator (RFC 9110, section 8.8.3) of an answer that is made of these parts only."""
    digest = hashlib.sha256()
    for part in (*_SOFTWARE, *parts):
        data = part.encode("utf-8", "surrogatepass")
        digest.update(b"%d:" % len(data) + data)
    return f'"{digest.hexdigest()[:32]}"'


def packed_tag(etag: str) -> str:
    """The validator of the same answer compressed; empty for none."""
    return f'{etag[:-1]}-gzip"' if etag else ""


def is_known(request: Request, etag: str) -> bool:
    """Whether the client says that it has what `etag` stands for (section 13.1.2: weak comparison)."""
    given = [part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")]
    return etag in given or given == ["*"]


def not_modified(etag: str, **headers: str) -> Response:
    return Response(status_code=304, headers={"etag": etag, "cache-control": "no-cache", **headers})


def conditional(request: Request, response: Response, **headers: str) -> Response:
    """The response with the digest of its bytes as validator, or 304 if the client has it."""
    etag = f'"{hashlib.sha256(response.body).hexdigest()[:32]}"'
    if is_known(request, etag):
        return not_modified(etag, **headers)
    response.headers.update({"etag": etag, "cache-control": "no-cache", **headers})
    return response
