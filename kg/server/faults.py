"""Faults as responses: a line and a hint for people and SPARQL clients, RFC 9457 for who asks for JSON."""

from __future__ import annotations

from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from kg.core.problems import visible
from kg.server.messages import Fault

CHALLENGE = 'Basic realm="kg", charset="UTF-8", Bearer realm="kg"'
"""A browser knows the first, and asks a person for the token once."""
PROBLEM = "application/problem+json"


def fault_response(request: Request, fault: Fault) -> Response:
    """The response that tells a fault; it holds nothing but what the fault says."""
    headers = {"Retry-After": str(fault.after)} if fault.after else {}
    if fault.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = CHALLENGE
    message, hint = visible(fault.message), visible(fault.hint)
    accept = request.headers.get("accept", "")
    if PROBLEM in accept or "application/json" in accept:
        problem = {"type": "about:blank", "title": HTTPStatus(fault.status).phrase, "status": fault.status,
                   "detail": message, "rule": fault.rule, "hint": hint}  # fmt: skip
        return JSONResponse(problem, fault.status, headers, media_type=PROBLEM)
    text = f"{message} [{fault.rule}]\n" + (f"hint: {hint}\n" if hint else "")
    return PlainTextResponse(text, fault.status, headers)
