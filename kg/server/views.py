"""Everything that a server has besides its endpoint: pages of the graph, list of queries, editor, and things by IRI."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from kg.core.iris import BASE, PREFIXES
from kg.render.pages import inline
from kg.render.pages.site import NAVIGATION, environment
from kg.render.pages.site_pages import Page
from kg.server.catalogue import Catalogue, families, listed
from kg.server.descriptions import openapi
from kg.server.messages import RefusedError
from kg.server.pages import TYPES, Pages
from kg.server.pool import Pool
from kg.server.protocol import chosen_of
from kg.server.responses import conditional
from kg.server.settings import ServerSettings
from kg.server.site_maker import DOORS
from kg.server.things import NOTHING, thing_response
from kg.server.yasgui import FILES, Yasgui
from kg.store.portable import portable

if TYPE_CHECKING:
    from jinja2 import Environment

    from kg.queries.library import QueryLibrary

_STYLES = ("site.css", "served.css", "yasgui.css")
_SCRIPTS = ("editor_place.js", "editor_plain.js", "editor_yasgui.js", "editor.js")
_HERE = "./"
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'self'"
)
_OF_YASGUI = "style-src 'self' 'sha256-zCK2EVMoPc04mRF/g5CotUvxbJPWS+8V0b+s9ptqQIk='"
"""Allows the style that YASGUI puts into the page, for the handles that widen columns."""
_FIRST = """# The practices, with the number of findings on each
PREFIX cs: <https://w3id.org/continuous-star/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT ?practice ?name (COUNT(?finding) AS ?findings)
WHERE {
  ?practice a cs:Practice ; skos:prefLabel ?name .
  OPTIONAL { ?finding cs:concernsPractice ?practice }
}
GROUP BY ?practice ?name
ORDER BY DESC(?findings) ?name
"""
"""The first query in the editor."""


class Views:
    """The pages, and what they are made from."""

    def __init__(self, settings: ServerSettings, pool: Pool, title: str) -> None:
        self._settings, self._pool, self._title = settings, pool, title
        self.catalogue = Catalogue(settings.root, pool)
        self._pages = Pages(settings, pool, title)
        self._yasgui = Yasgui()
        self.make_pages = self._pages.run

    def routes(self) -> list[Route]:
        """In this order, and after all others: the last matches every path."""
        views = {
            "/queries": self._queries,
            "/openapi.json": self._openapi,
            "/editor": self._editor,
            "/assets/{name}": self._asset,
            "/": self._front,
            "/{path:path}": self._page_or_thing,
        }
        return [Route(path, view, methods=["GET"]) for path, view in views.items()]

    async def _queries(self, request: Request) -> Response:
        """The library, for people or for programs."""
        site = self._pages.state == "there"
        if chosen_of(request.headers.get("accept", ""), ("json", "html")) == "json":
            found: Response = await self.catalogue.made("json", lambda library: JSONResponse(listed(library)))
        else:
            found = await self.catalogue.made(("page", site), lambda library: self._queries_page(library, site))
        return conditional(request, found, vary="Accept")

    async def _openapi(self, request: Request) -> Response:
        token = bool(self._settings.token)
        found = await self.catalogue.made(
            "openapi", lambda library: JSONResponse(openapi(self._title, library, token=token))
        )
        return conditional(request, found)

    async def _editor(self, request: Request) -> Response:
        site, yasgui = self._pages.state == "there", bool(await self._yasgui.files())
        name = request.query_params.get("name", "")
        name = name if name in (await self.catalogue.read()).names() else ""
        found = await self.catalogue.made(
            ("editor", name, site), lambda library: self._editor_page(library, name, site, yasgui)
        )
        return conditional(request, found)

    async def _asset(self, request: Request) -> Response:
        name = request.path_params["name"]
        found = _asset(name, await self._yasgui.files() if name in FILES else {})
        if found is None:
            raise RefusedError(*NOTHING)
        return conditional(request, found)

    async def _front(self, request: Request) -> Response:
        """The site, or a page that lists what else the server has."""
        if self._pages.state == "there":
            return self._pages.response(request, "index.html")
        return self._front_page()

    async def _page_or_thing(self, request: Request) -> Response:
        path = request.path_params["path"]
        if self._pages.has(path):
            return self._pages.response(request, path)
        if self._pages.state == "pending" and path.endswith(".html"):
            return self._front_page()
        return await thing_response(request, self._pages, self._pool)

    def _front_page(self) -> HTMLResponse:
        """The front page while the site is being made, or if there is none."""
        pending = self._pages.state == "pending"
        found = self._page("index.html" if pending else _HERE, "served_front.html", self._title, False, pending=pending)
        if pending:
            found.status_code = 503
            found.headers["retry-after"] = "2"
        return found

    def _queries_page(self, library: QueryLibrary, site: bool) -> HTMLResponse:
        """The library by family, each query with its parameters as a form."""
        asked, others = families(library)
        return self._page("queries", "served_queries.html", "Queries", site, asked=asked, others=others)

    def _editor_page(self, library: QueryLibrary, name: str, site: bool, yasgui: bool) -> HTMLResponse:
        """The editor with the library next to it, and the query of that name in it, if there is one."""
        query = next((query for query in library if query.name == name), None)
        values = {"chosen": name, "story": "", "sparql": _FIRST}
        if query:
            values |= {"story": query.summary, "sparql": portable(query.sparql)}
        policy = _POLICY.replace("style-src 'self'", _OF_YASGUI) if yasgui else _POLICY
        values |= {"asked": families(library)[0], "yasgui": yasgui}
        return self._page("editor", "served_editor.html", "Editor", site, policy, **values)

    def _page(
        self, path: str, template: str, name: str, site: bool, policy: str = _POLICY, **values: Any
    ) -> HTMLResponse:
        """A page of the server in the look of the site; `site` is whether it links to the pages of one."""
        doors = ((door.path, door.name) for door in DOORS)
        values |= {"page": Page(path, name, "list", template, {}), "root": "", "policy": policy, "site": site}
        values |= {"style": "assets/site.css", "site_title": self._title, "doors": DOORS, "unmarked": tuple}
        values["navigation"] = (*(NAVIGATION if site else ((_HERE, "Overview"),)), *doors)
        headers = {"content-security-policy": f"{policy}; frame-ancestors 'none'", "cache-control": "no-cache"}
        return HTMLResponse(_environment().get_template(template).render(values), 200, headers)


@cache
def _environment() -> Environment:
    return environment()


def _asset(name: str, taken: Mapping[str, bytes]) -> Response | None:
    """The style or script of that name: from this project, or from those `taken` from a package."""
    if name in _STYLES:
        data: str | bytes = inline.source(name)
    elif name == "editor.js":
        data = f"const BASE = {json.dumps(BASE)}, PREFIXES = {json.dumps(PREFIXES)};\n" + inline.script(_SCRIPTS)
    elif name == "prefixes.json":
        data = json.dumps(PREFIXES)
    elif name in taken:
        data = taken[name]
    else:
        return None
    return Response(data, headers={"content-type": TYPES["." + name.rsplit(".", 1)[-1]]})
