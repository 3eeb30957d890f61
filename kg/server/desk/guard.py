"""Who may use a desk: the browser that opened its address, and pages of the desk itself."""

from __future__ import annotations

import hmac
import secrets
from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from kg.server.messages import Refusal
from kg.server.responses import refusal_response

_USED = Refusal(
    403, "desk/token", "the address of this desk was used already, or is not the one that `kg desk` printed",
    "each address opens the desk in one browser: end `kg desk` with Ctrl-C and start it again for a new one",
)  # fmt: skip
_NO_TOKEN = Refusal(403, "desk/no-token", "open the desk by the address that `kg desk` printed")
_ORIGIN = Refusal(403, "desk/origin", "another page may not use this desk", "use the page of the desk itself")


class DeskGuard:
    """ASGI around an application: a token that opens the desk once, then a cookie; and no other origin."""

    def __init__(self, app: Any, token: str) -> None:
        self._app, self._token = app, token
        self._secret = secrets.token_urlsafe(32)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        answer = self._answer(request) or self._app
        await answer(scope, receive, send)

    def _answer(self, request: Request) -> Response | None:
        """A refusal, or the redirection of a browser that has opened the desk; None if the request may pass."""
        if not _is_own(request):
            return refusal_response(request, _ORIGIN)
        name = f"kg-desk-{request.url.port or 80}"  # cookies know no ports
        known = hmac.compare_digest(request.cookies.get(name, "").encode(), self._secret.encode())
        given = request.query_params.get("token")
        if given is not None and request.url.path == "/":
            if not known and not (self._token and hmac.compare_digest(given.encode(), self._token.encode())):
                return refusal_response(request, _USED)
            self._token = ""
            opened = RedirectResponse("/", HTTPStatus.SEE_OTHER)
            opened.set_cookie(name, self._secret, httponly=True, samesite="strict")
            return opened
        return None if known else refusal_response(request, _NO_TOKEN)


def _is_own(request: Request) -> bool:
    """Whether the request comes from the desk itself, or from nowhere, as an address that is typed or clicked does."""
    origin = request.headers.get("origin")
    if origin is not None:
        return origin == f"http://{request.headers.get('host', '')}"
    site = request.headers.get("sec-fetch-site", "none")
    opening = request.url.path == "/" and request.headers.get("sec-fetch-dest") == "document"
    # A page that somebody follows a link from may be any; it cannot read the desk, and the cookie does not come along.
    return request.method in ("GET", "HEAD") and (site in ("none", "same-origin") or opening)
