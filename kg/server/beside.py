"""What a server has beside its endpoint: the pages of the graph, the list of queries, the editor, and things by IRI."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kg.server.assets import asset
from kg.server.catalogue import Catalogue, listed
from kg.server.formats import chosen
from kg.server.looks import editor_page, front_page, queries_page
from kg.server.messages import Fault
from kg.server.openapi import openapi
from kg.server.pages import Pages
from kg.server.pool import Pool
from kg.server.protocol import RefusedError
from kg.server.settings import ServerSettings
from kg.server.things import NOTHING, thing_response
from kg.server.validators import conditional
from kg.server.yasgui import FILES, Yasgui


class Beside:
    """The pages, and what they are made from."""

    def __init__(self, settings: ServerSettings, pool: Pool, title: str) -> None:
        self._settings, self._pool, self._title = settings, pool, title
        self.catalogue = Catalogue(settings.root, pool)
        self._pages = Pages(settings, pool, title)
        self._yasgui = Yasgui()

    def routes(self) -> list[Route]:
        """In this order, and after all others: the last takes every path."""
        return [Route(path, page, methods=["GET"]) for path, page in (
            ("/queries", self._queries), ("/openapi.json", self._openapi), ("/editor", self._editor),
            ("/assets/{name}", self._asset), ("/", self._front), ("/{path:path}", self._page_or_thing))]  # fmt: skip

    def start(self) -> None:
        self._pages.start()

    async def stop(self) -> None:
        await self._pages.stop()

    @property
    def _site(self) -> bool:
        return self._pages.state == "there"

    async def _queries(self, request: Request) -> Response:
        """The library, for people or for programs."""
        form, site = chosen(request.headers.get("accept", ""), ("json", "html")), self._site
        if form is None:
            raise RefusedError(
                Fault(
                    406,
                    "request/format",
                    "the queries cannot be had in that format",
                    "they can be had as application/json or text/html",
                )
            )
        if form == "json":
            found: Response = await self.catalogue.made("json", lambda library: JSONResponse(listed(library)))
        else:
            found = await self.catalogue.made(
                ("page", site), lambda library: queries_page(self._title, library, site=site)
            )
        return conditional(request, found, vary="Accept")

    async def _openapi(self, request: Request) -> Response:
        token = bool(self._settings.token)
        return conditional(
            request,
            await self.catalogue.made(
                "openapi", lambda library: JSONResponse(openapi(self._title, library, token=token))
            ),
        )

    async def _editor(self, request: Request) -> Response:
        name, site, yasgui = request.query_params.get("name", ""), self._site, bool(await self._yasgui.files())
        name = name if name in (await self.catalogue.read()).names() else ""
        return conditional(
            request,
            await self.catalogue.made(
                ("editor", name, site),
                lambda library: editor_page(self._title, library, name, site=site, yasgui=yasgui),
            ),
        )

    async def _asset(self, request: Request) -> Response:
        name = request.path_params["name"]
        found = asset(name, await self._yasgui.files() if name in FILES else {})
        if found is None:
            raise RefusedError(NOTHING)
        return conditional(request, found)

    async def _front(self, request: Request) -> Response:
        """The site, or while there is none what else the server has."""
        if self._site:
            return self._pages.response(request, "index.html")
        return front_page(self._title, pending=self._pages.state == "pending")

    async def _page_or_thing(self, request: Request) -> Response:
        path = request.path_params["path"]
        if self._pages.has(path):
            return self._pages.response(request, path)
        if self._pages.state == "pending" and path.endswith(".html"):
            return front_page(self._title, pending=True)
        return await thing_response(request, self._pages, self._pool)
