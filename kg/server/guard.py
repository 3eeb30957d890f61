"""Checks of every request (host, token, size), the headers of every response, and the access log."""

from __future__ import annotations

import base64
import hmac
import json
import re
import sys
import time
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from kg.server.messages import Refusal
from kg.server.proxies import forwarded
from kg.server.responses import refusal_response
from kg.server.settings import ServerSettings

HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
}
"""Headers of every response that does not state them itself, as a page does with its own policy."""
_PREFLIGHT = {
    "access-control-allow-headers": "Accept, Authorization, Content-Encoding, Content-Type, If-None-Match",
    "access-control-max-age": "86400",
}
_OPEN = ("/health", "/ready")
"""Paths that need no token."""
ENDPOINT = ("/sparql", "/sparql/")
"""Paths that accept POST."""
_AUTHORITY = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::[0-9]{1,5})?", re.I)
"""A host and a port (RFC 9110, section 7.2), without what names of hosts do not contain in practice."""

_LENGTHS = "the request states its length in two ways"
_TWO_LENGTHS = Refusal(400, "request/http", _LENGTHS, "send Content-Length or Transfer-Encoding")
"""A proxy in front of the server may see the end of the body elsewhere, and take the rest for another request."""
_VERSION = Refusal(400, "request/http", "the version of HTTP is neither 1.0 nor 1.1")
_NO_HOST = Refusal(400, "request/host", "the request needs one header Host", "send the name and port of the server")
_BAD_HOST = Refusal(400, "request/host", "the header Host is not valid", "send the name and port of the server")
_HOST = "this server does not answer to that name"
_OTHER_HOST = Refusal(421, "request/host", _HOST, "use localhost, or start the server with --allow-host NAME")
"""A page elsewhere whose name leads to this machine would read the server as its own (DNS rebinding)."""
_TOKEN = "send Authorization: Bearer TOKEN, or in a browser the token as password, with any name"  # noqa: S105
_NO_TOKEN = Refusal(401, "request/token", "this server needs a token", _TOKEN)


class Guard:
    """ASGI around an application."""

    def __init__(self, app: Any, settings: ServerSettings) -> None:
        self._app, self._settings = app, settings

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope = forwarded(scope, self._settings)
        request, started = Request(scope), time.monotonic()
        status, size = 500, 0

        async def sent(message: Any) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                message = message | {"headers": [*message["headers"], *self._added(request, message["headers"])]}
            elif message["type"] == "http.response.body":
                size += len(message.get("body", b""))
            await send(message)

        try:
            await (self._response(request) or self._app)(scope, receive, sent)
        finally:
            if self._settings.log:
                _log(request, status, size, time.monotonic() - started)

    def _response(self, request: Request) -> Response | None:
        """The response to a request that the application does not get."""
        refusal = _malformed(request) or self._refusal(request)
        if refusal:
            response = refusal_response(request, refusal)
            if refusal.status == HTTPStatus.BAD_REQUEST:
                response.headers["connection"] = "close"  # a proxy may see the end of this request elsewhere
            return response
        if request.method == "OPTIONS":
            headers = {"allow": methods(request)}
            if self._settings.origins:
                headers |= {"access-control-allow-methods": methods(request)} | _PREFLIGHT
            return Response(status_code=204, headers=headers)
        path = request.scope["path"]
        return RedirectResponse(f"{path}/", 308) if path == self._settings.prefix else None

    def _refusal(self, request: Request) -> Refusal | None:
        settings, name = self._settings, host_of(request)
        if name and not settings.answers_to(name):
            return _OTHER_HOST
        needed = settings.token and request.scope["path"] not in _OPEN and request.method != "OPTIONS"
        if needed and not hmac.compare_digest(_token_of(request), settings.token.encode()):
            return _NO_TOKEN
        if int(request.headers.get("content-length") or 0) > settings.limits.body * 1024:
            return too_large(settings)
        return None

    def _added(self, request: Request, headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        there, origins = {name.lower() for name, _ in headers}, self._settings.origins
        origin = "*" if "*" in origins else request.headers.get("origin", "")
        allowed = origin in origins
        added = HEADERS | {"cross-origin-resource-policy": "cross-origin" if allowed else "same-origin"}
        if allowed:
            added |= {"access-control-allow-origin": origin}
        if origins:
            added |= {"access-control-expose-headers": "ETag, Retry-After"}
        if origins and origin != "*":
            added |= {"vary": "Origin"}
        pairs = [(name.encode(), value.encode()) for name, value in added.items()]
        return [(name, value) for name, value in pairs if name == b"vary" or name not in there]


def _malformed(request: Request) -> Refusal | None:
    """Why a request is not valid, though the parser accepts it."""
    headers, hosts = request.headers, request.headers.getlist("host")
    if request.scope["http_version"] not in ("1.0", "1.1"):
        return _VERSION
    if len(hosts) > 1 or (not hosts and request.scope["http_version"] == "1.1"):
        return _NO_HOST
    if hosts and not _AUTHORITY.fullmatch(hosts[0]):
        return _BAD_HOST
    return _TWO_LENGTHS if "content-length" in headers and "transfer-encoding" in headers else None


def host_of(request: Request) -> str:
    """The name of the host that a request is for; empty if it has none."""
    found = _AUTHORITY.fullmatch(request.headers.get("host", ""))
    return found[1].strip("[]").lower() if found else ""


def methods(request: Request) -> str:
    """The methods that the path of a request accepts, as in the header Allow."""
    return "GET, HEAD, POST, OPTIONS" if request.scope["path"] in ENDPOINT else "GET, HEAD, OPTIONS"


def _log(request: Request, status: int, size: int, seconds: float) -> None:
    """Writes a line of JSON. It contains no query and no header but the agent, so that no secret is in it."""
    path, agent = request.scope["raw_path"].decode("ascii", "replace"), request.headers.get("user-agent", "")
    line: dict[str, Any] = {"time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}
    line |= {"client": client_of(request), "method": request.method, "path": path[:500], "status": status}
    line |= {"bytes": size, "ms": round(seconds * 1000, 1), "agent": agent[:200]}
    print(json.dumps(line), file=sys.stderr, flush=True)


def _token_of(request: Request) -> bytes:
    """The token of a request: as such, or as the password that a browser asked for (RFC 7617)."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return given.strip().encode("latin-1")
    with suppress(ValueError):
        if scheme.lower() == "basic":
            return base64.b64decode(given.strip(), validate=True).partition(b":")[2]
    return b""


def client_of(request: Request) -> str:
    """The address that a request comes from."""
    return request.client.host if request.client else ""


def too_large(settings: ServerSettings) -> Refusal:
    return Refusal(413, "limit/body", f"the request is larger than {settings.limits.body} KiB", "send less")
