"""The application: requests to tasks, replies to responses."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from kg.core.problems import KgError
from kg.core.progress import Progress, silent
from kg.graph.serialise import dump
from kg.server.beside import Beside
from kg.server.describe import description
from kg.server.faults import fault_response
from kg.server.formats import MEDIA, PRINTED, ROWS, TRIPLES, chosen, content_type
from kg.server.guard import Guard, client_of, too_large
from kg.server.messages import Fault, Reply, Task
from kg.server.pool import Pool
from kg.server.protocol import Asked, RefusedError, form_of, task_of_request
from kg.server.reload import Reloader
from kg.server.settings import ServerSettings
from kg.server.validators import is_known, not_modified
from kg.store import FORMS_OF_TRIPLES

PREFLIGHT = {"access-control-allow-methods": "GET, HEAD, POST, OPTIONS", "access-control-max-age": "86400",
             "access-control-allow-headers": "Accept, Authorization, Content-Type, If-None-Match"}  # fmt: skip


@dataclass
class Served:
    """What the routes share."""

    settings: ServerSettings
    pool: Pool
    title: str
    waiting: Callable[[], AbstractContextManager[Progress]] = lambda: nullcontext(silent)
    """Tells a person how far it is until it serves."""
    beside: Beside = field(init=False)

    def __post_init__(self) -> None:
        self.beside = Beside(self.settings, self.pool, self.title)


def application(served: Served) -> Any:
    """The ASGI application of a server."""
    reloader = Reloader(served.settings, served.pool)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        with served.waiting() as progress:
            await reloader.start(progress)
        served.beside.start()
        try:
            yield
        finally:
            await served.beside.stop()
            await reloader.stop()
            served.pool.close()

    routes = [
        Route("/sparql", _sparql, methods=["GET", "POST", "OPTIONS"]),
        Route("/sparql/", _sparql, methods=["GET", "POST", "OPTIONS"]),
        Route("/queries/{name}", _query, methods=["GET", "OPTIONS"]),
        Route("/.well-known/void", _void, methods=["GET"]),
        Route("/health", _health, methods=["GET"]),
        Route("/ready", _ready, methods=["GET"]),
        *served.beside.routes(),
    ]
    app = Starlette(
        routes=routes,
        lifespan=lifespan,
        exception_handlers={
            HTTPException: _http_fault,
            RefusedError: _refused,
            ClientDisconnect: _gone,
            Exception: _failed,
        },
    )
    app.state.served = served
    return Guard(app, served.settings)


def served_of(request: Request) -> Served:
    return request.app.state.served  # type: ignore[no-any-return]  # Starlette types no state


async def _sparql(request: Request) -> Response:
    """The endpoint: a query, or the description of the service when nothing is asked."""
    if request.method == "OPTIONS":
        return Response(headers=PREFLIGHT)
    accept = request.headers.get("accept", "")
    if request.method in ("GET", "HEAD") and not request.url.query:
        if chosen(accept, (*TRIPLES, "html")) == "html":
            return RedirectResponse("/editor", HTTPStatus.SEE_OTHER, {"vary": "Accept"})
        return _described(request, accept)
    body = await _body(request) if request.method == "POST" else b""
    asked = Asked(request.method, request.scope["query_string"], request.headers.get("content-type", ""), body)
    return await answered(request, task_of_request(asked, accept, endpoint_of(request)))


async def _query(request: Request) -> Response:
    """A query of the library by its name, its parameters those of the URL."""
    if request.method == "OPTIONS":
        return Response(headers=PREFLIGHT)
    served, name = served_of(request), request.path_params["name"]
    if name not in (await served.beside.catalogue.read()).names():
        raise RefusedError(
            Fault(
                404,
                "query/unknown",
                "there is no query of that name",
                "/queries lists them; one that asks services elsewhere is for `kg query`",
            )
        )
    pairs = request.query_params.multi_items()
    values = [(key.replace("-", "_"), value) for key, value in pairs if key != "format"]
    if len(dict(values)) < len(values):
        raise RefusedError(Fault(400, "request/parameter", "a parameter is given twice"))
    form = form_of([pair for pair in pairs if pair[0] == "format"], (*ROWS, *PRINTED, *TRIPLES))
    accept = request.headers.get("accept", "")
    generation, etag = served.pool.generation, await served.beside.catalogue.tag(name, dict(values), form, accept)
    if etag and is_known(request, etag):
        return not_modified(etag, vary="Accept")
    response = await answered(
        request, Task(name=name, values=dict(values), accept=accept, form=form, base=endpoint_of(request))
    )
    if etag and response.status_code == HTTPStatus.OK and served.pool.generation is generation:
        response.headers["etag"] = etag
    return response


async def answered(request: Request, task: Task) -> Response:
    """The response to a task; when the client leaves, nobody works on it any longer."""
    asking = asyncio.ensure_future(served_of(request).pool.answer(task, client_of(request)))
    leaving = asyncio.ensure_future(_left(request))
    try:
        await asyncio.wait({asking, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not asking.done():
            return Response(status_code=499)  # nobody reads it
        return reply_response(request, asking.result())
    finally:
        for future in (asking, leaving):
            future.cancel()
            with suppress(asyncio.CancelledError):
                await future


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def reply_response(request: Request, reply: Reply) -> Response:
    if reply.fault:
        return fault_response(request, reply.fault)
    return Response(reply.body, headers={"content-type": reply.type, "vary": "Accept", "cache-control": "no-cache"})


async def _body(request: Request) -> bytes:
    """The body, if it is no larger than it may be; whoever sends more is not read to the end."""
    settings, data = served_of(request).settings, bytearray()
    async for part in request.stream():
        data += part
        if len(data) > settings.limits.body * 1024:
            raise RefusedError(too_large(settings))
    return bytes(data)


def endpoint_of(request: Request) -> str:
    """The address of the endpoint, as the client knows it."""
    return str(request.base_url.replace(path="/sparql", query=""))


def _described(request: Request, accept: str) -> Response:
    served = served_of(request)
    generation = served.pool.generation
    form = chosen(accept, TRIPLES)
    if generation is None or form is None:
        raise RefusedError(_NOT_READY if generation is None else
                      Fault(406, "request/format", "the description cannot be had in that format",
                            f"it can be had as {', '.join(MEDIA[form] for form in TRIPLES)}"))  # fmt: skip
    triples = description(generation, endpoint_of(request), served.title)
    return Response(dump(triples, FORMS_OF_TRIPLES[form]), headers={"content-type": content_type(form),
                                                                    "vary": "Accept"})  # fmt: skip


_NOT_READY = Fault(503, "server/not-ready", "the graph is being loaded", "ask again in a few seconds", after=2)


async def _void(request: Request) -> Response:
    return _described(request, request.headers.get("accept", ""))


async def _health(_: Request) -> Response:
    """Whether the server is alive."""
    return JSONResponse({"status": "alive"})


async def _ready(request: Request) -> Response:
    """Whether it answers queries, and of which graph."""
    generation = served_of(request).pool.generation
    if generation is None or not generation.alive:
        return fault_response(request, _NOT_READY)
    return JSONResponse({"status": "ready", "snapshot": generation.snapshot, "triples": generation.triples})


async def _http_fault(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    known = {404: Fault(404, "request/path", "there is nothing here", "the endpoint is /sparql"),
             405: Fault(405, "request/method", "this method is not for this path", "ask with GET or POST")}  # fmt: skip
    response = fault_response(request, known.get(status, Fault(status, "request/invalid", "the request is not valid")))
    response.headers.update(getattr(error, "headers", None) or {})
    return response


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, RefusedError)  # noqa: S101 - Starlette calls it for nothing else
    return fault_response(request, error.fault)


async def _gone(_: Request, __: Exception) -> Response:
    """The client left while its request came: nobody reads it."""
    return Response(status_code=499)


async def _failed(request: Request, error: Exception) -> Response:
    detail = str(error) if isinstance(error, KgError) else "the server failed to answer this"
    return fault_response(request, Fault(500, "server/fault", detail, "please report it"))
