"""The ASGI application: turns requests into tasks and replies into responses."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from http import HTTPStatus
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from kg.core.problems import KgError
from kg.graph.serialise import dump
from kg.server.descriptions import description
from kg.server.guard import ENDPOINT, Guard, client_of, methods, too_large
from kg.server.messages import Refusal, RefusedError, Reply, Task
from kg.server.pool import Pool
from kg.server.protocol import (
    PAGE,
    TRIPLES,
    chosen,
    chosen_of,
    content_type,
    decoded,
    task_of_name,
    task_of_request,
)
from kg.server.responses import (
    accept_of,
    conditional,
    is_known,
    not_modified,
    packed_tag,
    refusal_response,
    root_of,
    takes_gzip,
)
from kg.server.settings import ServerSettings
from kg.server.views import Views
from kg.store.rdf_files import FORMS_OF_TRIPLES

_NOT_READY = Refusal(503, "server/not-ready", "the graph is being loaded", "ask again in a few seconds", after=2)
_VARY = "Accept, Accept-Encoding"
_WORTH_PACKING = 1024
_OF_STARLETTE = {
    404: Refusal(404, "request/path", "there is nothing here", "the endpoint is /sparql"),
    405: Refusal(405, "request/method", "this path does not accept this method", "use GET or POST"),
}


def application(settings: ServerSettings, pool: Pool, title: str) -> Any:
    """The ASGI application of a server, which answers from the graph that is loaded into the pool."""
    views = Views(settings, pool, title)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        making = asyncio.create_task(views.make_pages())
        try:
            yield
        finally:
            making.cancel()
            await asyncio.gather(making, return_exceptions=True)
            pool.close()

    routes = [
        *(Route(path, _sparql, methods=["GET", "POST"]) for path in ENDPOINT),
        Route("/queries/{name}", _query),
        Route("/.well-known/void", _void),
        Route("/health", _health),
        Route("/ready", _ready),
        *views.routes(),
    ]
    handlers: Any = {HTTPException: _http_error, RefusedError: _refused, ClientDisconnect: _gone, Exception: _failed}
    app = Starlette(routes=routes, lifespan=lifespan, exception_handlers=handlers)
    app.state.views = views
    return Guard(app, settings)


def _views(request: Request) -> Views:
    views: Views = request.app.state.views
    return views


async def _sparql(request: Request) -> Response:
    """The endpoint: a query, or without one the description of the service."""
    accept = accept_of(request)
    if request.method in ("GET", "HEAD") and not request.url.query:
        if chosen(accept, (*TRIPLES, "html")) == "html":
            return RedirectResponse(root_of(request) + "editor", HTTPStatus.SEE_OTHER, {"vary": "Accept"})
        return await _void(request)
    posted = (request.headers.get("content-type", ""), await _body(request)) if request.method == "POST" else None
    task = task_of_request(request.scope["query_string"], posted, accept, _endpoint(request))
    return await _response(request, await _reply(request, task))


async def _query(request: Request) -> Response:
    """A query of the library by its name, with the parameters of the URL."""
    views, name = _views(request), request.path_params["name"]
    library = await views.catalogue.read()
    if name not in library.names():
        hint = "/queries lists them; one that contacts other services works with `kg query` only"
        raise RefusedError(404, "query/unknown", "there is no query of that name", hint)
    pairs = request.query_params.multi_items()
    task = task_of_name(library.get(name), pairs, accept_of(request), _endpoint(request))
    generation, etag = views.pool.generation, await views.catalogue.tag(name, task.values, task.form, task.accept)
    for one in (etag, packed_tag(etag)) if etag else ():
        if is_known(request, one):
            return not_modified(one, vary=_VARY)
    reply = await _reply(request, task)
    if not reply.refusal and reply.type == content_type(PAGE):
        return conditional(request, await views.answer_page(name, task.values, reply.body), vary=_VARY)
    return await _response(request, reply, etag if views.pool.generation is generation else "")


async def _response(request: Request, reply: Reply, etag: str = "") -> Response:
    """The response with a reply, compressed if the client takes that; `etag` is its validator if it has another one."""
    if reply.refusal:
        return _views(request).refusal(request, reply.refusal)
    body, headers = reply.body, {"content-type": reply.type, "vary": _VARY, "cache-control": "no-cache"}
    etag = etag or reply.etag
    if len(body) > _WORTH_PACKING and takes_gzip(request):
        body, headers["content-encoding"] = await _views(request).pool.packed(reply), "gzip"
        etag = packed_tag(etag)
    if etag and request.method != "POST" and is_known(request, etag):
        return not_modified(etag, vary=_VARY)
    return Response(body, headers=headers | ({"etag": etag} if etag else {}))


async def _reply(request: Request, task: Task) -> Reply:
    """The reply to a task; if the client leaves, the work on it ends.

    Raises:
        ClientDisconnect: if the client has left.
    """
    pool = _views(request).pool
    if (known := pool.known(task)) is not None:
        return known
    asking = asyncio.ensure_future(pool.answer(task, client_of(request)))
    leaving = asyncio.ensure_future(_left(request))
    try:
        await asyncio.wait({asking, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not asking.done():
            raise ClientDisconnect
        return asking.result()
    finally:
        for future in (asking, leaving):
            future.cancel()
            with suppress(asyncio.CancelledError):
                await future


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _body(request: Request) -> bytes:
    """The body, read and decompressed no further than the limit."""
    settings, data = _views(request).settings, bytearray()
    most = settings.limits.body * 1024
    async for part in request.stream():
        data += part
        if len(data) > most:
            raise RefusedError(*too_large(settings))
    whole = decoded(bytes(data), request.headers.get("content-encoding", ""), most)
    if len(whole) > most:
        raise RefusedError(*too_large(settings))
    return whole


def _endpoint(request: Request) -> str:
    """The address of the endpoint, as the client sees it."""
    return (_views(request).settings.base_url or str(request.base_url)) + "sparql"


async def _void(request: Request) -> Response:
    """The description of the endpoint and the graph."""
    views = _views(request)
    if views.pool.generation is None:
        raise RefusedError(*_NOT_READY)
    form = chosen_of(accept_of(request), TRIPLES)
    triples = description(views.pool.generation, _endpoint(request), views.title)
    headers = {"content-type": content_type(form), "vary": "Accept"}
    return Response(dump(triples, FORMS_OF_TRIPLES[form]), headers=headers)


async def _health(request: Request) -> Response:
    """Whether the server is alive; 503 until the first graph is loaded."""
    pool = _views(request).pool
    if pool.generation is None:
        return JSONResponse({"status": "loading"}, 503, {"retry-after": str(_NOT_READY.after)})
    return JSONResponse({"status": "alive", "cache": pool.cache.report()})


async def _ready(request: Request) -> Response:
    """Whether it answers queries, and from which graph."""
    generation = _views(request).pool.generation
    if generation is None or not generation.alive:
        return refusal_response(request, _NOT_READY)
    return JSONResponse({"status": "ready", "snapshot": generation.snapshot, "triples": generation.triples})


async def _http_error(request: Request, error: HTTPException) -> Response:
    invalid = Refusal(error.status_code, "request/invalid", "the request is not valid")
    response = _views(request).refusal(request, _OF_STARLETTE.get(error.status_code, invalid))
    response.headers.update(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        response.headers["allow"] = methods(request)
    return response


async def _refused(request: Request, error: RefusedError) -> Response:
    return _views(request).refusal(request, error.refusal)


async def _gone(_: Request, __: Exception | None = None) -> Response:
    """The client has left: nobody reads this."""
    return Response(status_code=499)


async def _failed(request: Request, error: Exception) -> Response:
    detail = str(error) if isinstance(error, KgError) else "the server failed to answer this"
    return refusal_response(request, Refusal(500, "server/fault", detail, "please report it"))
