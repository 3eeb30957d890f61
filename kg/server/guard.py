"""What every request passes: who may ask, from where, how much may be sent, and what is told and written of it."""

from __future__ import annotations

import base64
import hmac
import json
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request

from kg.server.faults import fault_response
from kg.server.messages import Fault
from kg.server.settings import ServerSettings, is_loopback

HEADERS = {
    "x-content-type-options": "nosniff", "referrer-policy": "no-referrer", "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin", "permissions-policy": "camera=(), geolocation=(), microphone=()",
}  # fmt: skip
"""Headers of every response; a page states its own Content-Security-Policy, all else this one."""
POLICY = "default-src 'none'; frame-ancestors 'none'"
OPEN = ("/health", "/ready")
"""What is told without a token: whether the server is there."""

_TWO_LENGTHS = Fault(400, "request/http", "the request states its length in two ways",
                     "send Content-Length or Transfer-Encoding")  # fmt: skip
"""A proxy before the server may see the end elsewhere, and take what follows for somebody else's request."""

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]


class Guard:
    """ASGI around an application."""

    def __init__(self, app: Any, settings: ServerSettings) -> None:
        self._app, self._settings = app, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request, started = Request(scope), time.monotonic()
        told: dict[str, Any] = {"status": 500, "bytes": 0}

        async def sent(message: Any) -> None:
            if message["type"] == "http.response.start":
                told["status"] = message["status"]
                message = message | {"headers": [*message["headers"], *self._added(request, message["headers"])]}
            elif message["type"] == "http.response.body":
                told["bytes"] += len(message.get("body", b""))
            await send(message)

        fault = self._refusal(request)
        try:
            if fault:
                response = fault_response(request, fault)
                if fault is _TWO_LENGTHS:
                    response.headers["connection"] = "close"
                await response(scope, receive, sent)
            else:
                await self._app(scope, receive, sent)
        finally:
            self._write(request, told, time.monotonic() - started)

    def _refusal(self, request: Request) -> Fault | None:
        if "content-length" in request.headers and "transfer-encoding" in request.headers:
            return _TWO_LENGTHS
        host = request.url.hostname or ""
        if self._settings.local and not is_loopback(host):
            # A page elsewhere whose name leads to this machine would read it as its own (DNS rebinding).
            return Fault(
                421,
                "request/host",
                "this server answers to names of this machine only",
                "ask for localhost, or start it with --host",
            )
        if (self._settings.token and request.url.path not in OPEN and request.method != "OPTIONS"
                and not hmac.compare_digest(token_of(request), self._settings.token.encode())):  # fmt: skip
            return Fault(
                401,
                "request/token",
                "this server wants a token",
                "send Authorization: Bearer TOKEN, or in a browser the token as password, with any name",
            )
        if int(request.headers.get("content-length") or 0) > self._settings.limits.body * 1024:
            return too_large(self._settings)
        return None

    def _added(self, request: Request, headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        there = {name.lower() for name, _ in headers}
        added = HEADERS | {"content-security-policy": POLICY}
        origin = request.headers.get("origin", "")
        if "*" in self._settings.origins:
            added |= {"access-control-allow-origin": "*", "cross-origin-resource-policy": "cross-origin"}
        elif origin in self._settings.origins:
            added |= {"access-control-allow-origin": origin, "cross-origin-resource-policy": "cross-origin"}
        else:
            added |= {"cross-origin-resource-policy": "same-origin"}
        if self._settings.origins:
            added |= {"vary": "Origin", "access-control-expose-headers": "ETag, Retry-After"}
        return [
            (name.encode(), value.encode())
            for name, value in added.items()
            if name == "vary" or name.encode() not in there
        ]

    def _write(self, request: Request, told: dict[str, Any], seconds: float) -> None:
        """A line of JSON: no header and no query is in it but the path, so that no secret is."""
        if not self._settings.log:
            return
        line = {"time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "client": client_of(request),
                "method": request.method, "path": request.scope["raw_path"].decode("ascii", "replace")[:500],
                "status": told["status"], "bytes": told["bytes"], "ms": round(seconds * 1000, 1),
                "agent": request.headers.get("user-agent", "")[:200]}  # fmt: skip
        print(json.dumps(line), file=sys.stderr, flush=True)


def token_of(request: Request) -> bytes:
    """The token that a request brings: as such, or as the password that a browser has asked a person for (RFC 7617)."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return given.strip().encode("latin-1")
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(given.strip(), validate=True).partition(b":")[2]
        except ValueError:
            return b""
    return b""


def client_of(request: Request) -> str:
    """The address that a request comes from."""
    return request.client.host if request.client else ""


def too_large(settings: ServerSettings) -> Fault:
    return Fault(413, "limit/body", f"the request is larger than {settings.limits.body} KiB", "send less")
