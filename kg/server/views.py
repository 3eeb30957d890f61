"""Everything that a server has besides its endpoint: pages of the graph, list of queries, editor, and things by IRI.

The path of the IRI of a thing leads to a page or to data, according to Accept. The answer is always another address
(303), since a thing is not the document about it. A thing with a page of its own has a data file next to that page. For
other things, and where there are no pages, the endpoint returns the document.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, unquote_to_bytes, urlencode

from pyoxigraph import NamedNode
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from kg.core.iris import BASE, Namespace, known_bases, prefixes_of, segment
from kg.render.pages import inline
from kg.render.pages.rows_page import SCRIPTS as ROW_SCRIPTS
from kg.render.pages.site import NAVIGATION
from kg.render.pages.site_pages import Page
from kg.render.pages.site_templates import environment
from kg.server.answers import forms_of
from kg.server.descriptions import Catalogue, families, listed, openapi, shown
from kg.server.guard import client_of
from kg.server.messages import Refusal, RefusedError, Task
from kg.server.pages import TYPES, Pages
from kg.server.pool import Pool
from kg.server.protocol import PAGE, TRIPLES, chosen, chosen_of
from kg.server.responses import PLAIN, accept_of, conditional, refusal_response, root_of
from kg.server.settings import ServerSettings
from kg.server.site_maker import DOORS
from kg.server.yasgui import FILES, Yasgui
from kg.store.portable import portable

if TYPE_CHECKING:
    from kg.queries.query_library import QueryLibrary

_STYLES = ("site.css", "served.css", "yasgui.css")
_OF_REFUSALS = ("retry-after", "www-authenticate", "vary")
_SCRIPTS = ("editor_place.js", "editor_plain.js", "editor_yasgui.js", "shelf.js", "editor.js")
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

_DATA = {"ttl": ".ttl"}
_DOCUMENT = """CONSTRUCT {{ ?s ?p ?o }} WHERE {{
  {{ VALUES ?s {{ {iri} }} ?s ?p ?o }} UNION {{ VALUES ?o {{ {iri} }} ?s ?p ?o }}
  UNION {{ ?s rdfs:isDefinedBy {iri} ; ?p ?o }}
}}"""
"""All statements about a thing, those that refer to it, and the terms that it defines."""
_EXISTS = """ASK {{
  {{ {iri} ?p ?o }} UNION {{ ?s ?p {iri} }} UNION {{ ?s {iri} ?o }} UNION {{ GRAPH {iri} {{ ?s ?p ?o }} }}
}}"""
_HINT = "the endpoint is /sparql, and /queries lists the queries"
_NOTHING = Refusal(404, "request/path", "there is nothing here, and the graph has nothing of that name", _HINT)


class Views:
    """The pages, and what they are made from."""

    def __init__(self, settings: ServerSettings, pool: Pool, title: str) -> None:
        self.settings, self.pool, self.title = settings, pool, title
        self.catalogue = Catalogue(settings.root, pool)
        self._pages = Pages(settings, pool, title)
        self._yasgui = Yasgui()
        self.make_pages = self._pages.run

    def routes(self) -> list[Route]:
        """In this order, and after all others: the last matches every path."""
        return [
            Route("/queries", self._queries),
            Route("/openapi.json", self._openapi),
            Route("/editor", self._editor),
            Route("/assets/{name}", self._asset),
            Route("/", self._front),
            Route("/{path:path}", self._page_or_thing),
        ]

    async def _queries(self, request: Request) -> Response:
        """The library, for people or for programs."""
        site = self._pages.state == "there"
        if chosen_of(accept_of(request), ("json", "html")) == "json":
            found: Response = await self.catalogue.made("json", lambda library: JSONResponse(listed(library)))
        else:
            found = await self.catalogue.made(("page", site), lambda library: self._queries_page(library, site))
        return conditional(request, found, vary="Accept")

    async def _openapi(self, request: Request) -> Response:
        def make(library: QueryLibrary) -> JSONResponse:
            return JSONResponse(openapi(self.title, library, token=bool(self.settings.token)))

        return conditional(request, await self.catalogue.made("openapi", make))

    async def _editor(self, request: Request) -> Response:
        site, yasgui = self._pages.state == "there", bool(await self._yasgui.files())
        name = request.query_params.get("name", "")
        name = name if name in (await self.catalogue.read()).names() else ""
        key = ("editor", name, site)
        found = await self.catalogue.made(key, lambda library: self._editor_page(library, name, site, yasgui))
        return conditional(request, found)

    async def _asset(self, request: Request) -> Response:
        name = request.path_params["name"]
        found = _asset(name, await self._yasgui.files() if name in FILES else {})
        if found is None:
            raise RefusedError(*_NOTHING)
        return conditional(request, found)

    async def _front(self, request: Request) -> Response:
        """The site, or a page that lists what else the server has."""
        there = self._pages.state == "there"
        return self._pages.response(request, "index.html") if there else self._front_page()

    async def _page_or_thing(self, request: Request) -> Response:
        path = request.path_params["path"]
        if self._pages.has(path):
            return self._pages.response(request, path)
        if self._pages.state == "pending" and path.endswith(".html"):
            return self._front_page()
        return await _thing_response(request, self._pages, self.pool)

    async def answer_page(self, name: str, values: Mapping[str, str], table: bytes) -> HTMLResponse:
        """The page around the rows of a named query: what was asked, downloads, and the form to change it."""
        library, site = await self.catalogue.read(), self._pages.state == "there"
        query = library.get(name)
        given = {key: value for key, value in values.items() if value}
        forms = [form for form in forms_of(query) if form != PAGE]
        downloads = [(form, f"{name}?{urlencode(given | {'format': form})}") for form in forms]
        command = " ".join(["kg query", name, *(f"--{k.replace('_', '-')} {shlex.quote(v)}" for k, v in given.items())])
        more: dict[str, Any] = {
            "query": shown(query, values),
            "downloads": downloads,
            "command": command,
            "asked": list(given.items()),
        }
        more |= {"table": inline.markup(table.decode())}
        return self._page(f"queries/{name}", "served_answer.html", name, site, root="../", **more)

    def refusal(self, request: Request, refusal: Refusal) -> Response:
        """What a request is refused with: a page with ways on for a browser, else a line or JSON."""
        plain = refusal_response(request, refusal)
        if "text/html" not in accept_of(request) or plain.media_type != PLAIN:
            return plain
        last = unquote(request.url.path.rstrip("/").rsplit("/", 1)[-1])
        more: dict[str, Any] = {"refusal": refusal, "last": last.removesuffix(".html"), "doors": DOORS}
        there, root = self._pages.state == "there", root_of(request)
        page = self._page("", "served_refusal.html", "Not found", there, root=root, **more)
        page.status_code = refusal.status
        page.headers.update({name: value for name, value in plain.headers.items() if name in _OF_REFUSALS})
        return page

    def _front_page(self) -> HTMLResponse:
        """The front page while the site is being made, or if there is none."""
        pending = self._pages.state == "pending"
        found = self._page("index.html" if pending else _HERE, "served_front.html", self.title, False, pending=pending)
        if pending:
            found.status_code, found.headers["retry-after"] = 503, "2"
        return found

    def _queries_page(self, library: QueryLibrary, site: bool) -> HTMLResponse:
        """The library by family, each query with its parameters as a form."""
        asked, others = families(library)
        return self._page("queries", "served_queries.html", "Queries", site, asked=asked, others=others)

    def _editor_page(self, library: QueryLibrary, name: str, site: bool, yasgui: bool) -> HTMLResponse:
        """The editor with the library next to it, and the query of that name in it, if there is one."""
        query = next((query for query in library if query.name == name), None)
        policy = _POLICY.replace("style-src 'self'", _OF_YASGUI) if yasgui else _POLICY
        values: dict[str, Any] = {"chosen": name, "asked": families(library)[0], "yasgui": yasgui}
        values |= (
            {"story": query.summary, "sparql": portable(query.sparql, _own_base())}
            if query
            else {"story": "", "sparql": _FIRST}
        )
        return self._page("editor", "served_editor.html", "Editor", site, policy, **values)

    def _page(
        self, path: str, template: str, name: str, site: bool, policy: str = _POLICY, root: str = "", **more: Any
    ) -> HTMLResponse:
        """A page of the server in the look of the site; `site` is whether it links to the pages of one."""
        doors = ((door.path, door.name) for door in DOORS)
        values = more | {"page": Page(path, name, "list", template, {}), "root": root, "policy": policy, "site": site}
        values |= {"style": "assets/site.css", "site_title": self.title, "doors": DOORS, "unmarked": tuple}
        values["prefix"] = self.settings.prefix
        values["navigation"] = (*(NAVIGATION if site else ((_HERE, "Overview"),)), *doors)
        headers = {"content-security-policy": f"{policy}; frame-ancestors 'none'", "cache-control": "no-cache"}
        return HTMLResponse(_environment().get_template(template).render(values), 200, headers)


_environment = cache(environment)


def _asset(name: str, taken: Mapping[str, bytes]) -> Response | None:
    """The style or script of that name: from this project, or from those `taken` from a package."""
    data: str | bytes | None = taken.get(name)
    if name in _STYLES:
        data = inline.source(name)
    elif name == "editor.js":
        known = json.dumps(known_bases()), json.dumps(prefixes_of(_own_base()))
        data = f"const BASES = {known[0]}, PREFIXES = {known[1]};\n" + inline.script(_SCRIPTS)
    elif name == "rows.js":
        data = inline.script(ROW_SCRIPTS)
    elif name == "prefixes.json":
        data = json.dumps(prefixes_of(_own_base()))
    if data is None:
        return None
    return Response(data, headers={"content-type": TYPES["." + name.rsplit(".", 1)[-1]]})


async def _thing_response(request: Request, pages: Pages, pool: Pool) -> Response:
    """A redirect to the document about the thing at the path of the request.

    Raises:
        RefusedError: if the graph has no such thing, or no acceptable format.
    """
    raw = request.scope["raw_path"].decode("ascii", "replace").lstrip("/")
    for iri in candidates(raw):
        place = pages.place(iri.value)
        if place or (pages.state != "there" and await _exists(iri, pool, request)):
            break
    else:
        raise RefusedError(*_NOTHING)
    offered, accept = TRIPLES if pages.state == "none" else ("html", *TRIPLES), accept_of(request)
    # A browser gets Turtle where there are no pages.
    form = "ttl" if chosen(accept, ("html",)) and not chosen(accept, offered) else chosen_of(accept, offered)
    if form == "html" and not place:
        raise RefusedError(503, "server/not-ready", "the pages are being made", "ask again in a few seconds", after=2)
    address = root_of(request) + _address(pages, iri, place, form)
    return RedirectResponse(address, 303, {"vary": "Accept", "cache-control": "no-cache"})


def _address(pages: Pages, iri: NamedNode, place: str, form: str) -> str:
    """The address of the document about a thing, below that of the server."""
    page, _, anchor = place.partition("#")
    if form == "html":
        # A `%` in an anchor stands for itself.
        return quote(page) + (f"#{quote(anchor, safe='/-._~')}" if anchor else "")
    data = page.removesuffix(".html") + _DATA.get(form, "")
    if page and not anchor and form in _DATA and pages.has(data):
        return quote(data)
    return f"sparql?query={quote(_DOCUMENT.format(iri=iri), safe='')}&format={form}"


async def _exists(iri: NamedNode, pool: Pool, request: Request) -> bool:
    reply = await pool.answer(Task(_EXISTS.format(iri=iri), form="tsv"), client_of(request))
    if reply.refusal:
        raise RefusedError(*reply.refusal)
    return b"true" in reply.body


def candidates(raw: str) -> list[NamedNode]:
    """The IRIs that a percent-encoded path may mean: as it is written, then with ids encoded as the graph does it."""
    try:
        texts = [_readable(raw), "/".join(segment(unquote(part, errors="strict")) for part in raw.split("/"))]
        return [Namespace(base)(text) for text in dict.fromkeys(texts) if text for base in known_bases()]
    except ValueError:
        return []  # bytes that are not UTF-8, or a character that an IRI cannot contain


def _own_base() -> str:
    """The base of the review that this process serves."""
    return next((base for base in known_bases() if base != BASE), BASE)


def _readable(raw: str) -> str:
    """The path of a URI as that of an IRI (RFC 3987, section 3.2): ASCII characters stay encoded."""
    return re.sub(r"(?:%[89A-F][0-9A-F])+", lambda found: unquote_to_bytes(found[0]).decode(), raw, flags=re.I)
