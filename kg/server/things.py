"""IRIs that resolve: a thing of the graph by the path of its IRI, as a page or as data, according to Accept.

The answer is always another address (303), since a thing is not the document about it. A thing with a page of its own
has a data file next to that page. For other things, and where there are no pages, the endpoint returns the document.
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote, unquote_to_bytes

from pyoxigraph import NamedNode
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from kg.core.iris import BASE, Namespace, segment
from kg.server.guard import client_of
from kg.server.messages import Refusal, RefusedError, Task
from kg.server.pages import Pages
from kg.server.pool import Pool
from kg.server.protocol import TRIPLES, chosen, not_acceptable

_BASE = Namespace(BASE)
_DATA = {"ttl": ".ttl", "jsonld": ".jsonld"}
_DOCUMENT = """CONSTRUCT {{ ?s ?p ?o }} WHERE {{
  {{ VALUES ?s {{ {iri} }} ?s ?p ?o }} UNION {{ VALUES ?o {{ {iri} }} ?s ?p ?o }}
  UNION {{ ?s rdfs:isDefinedBy {iri} ; ?p ?o }}
}}"""
"""All statements about a thing, those that refer to it, and the terms that it defines."""
_EXISTS = """ASK {{
  {{ {iri} ?p ?o }} UNION {{ ?s ?p {iri} }} UNION {{ ?s {iri} ?o }} UNION {{ GRAPH {iri} {{ ?s ?p ?o }} }}
}}"""
_HINT = "the endpoint is /sparql, and /queries lists the queries"
NOTHING = Refusal(404, "request/path", "there is nothing here, and the graph has nothing of that name", _HINT)


async def thing_response(request: Request, pages: Pages, pool: Pool) -> Response:
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
        raise RefusedError(*NOTHING)
    offered = TRIPLES if pages.state == "none" else ("html", *TRIPLES)
    accept = request.headers.get("accept", "")
    form = chosen(accept, offered)
    if form is None and chosen(accept, ("html",)):  # a browser, where there are no pages
        form = "ttl"
    if form is None:
        raise RefusedError(*not_acceptable(offered))
    if form == "html" and not place:
        raise RefusedError(503, "server/not-ready", "the pages are being made", "ask again in a few seconds", after=2)
    return RedirectResponse(_address(pages, iri, place, form), 303, {"vary": "Accept", "cache-control": "no-cache"})


def _address(pages: Pages, iri: NamedNode, place: str, form: str) -> str:
    page, _, anchor = place.partition("#")
    if form == "html":
        # A `%` in an anchor stands for itself.
        return f"/{quote(page)}" + (f"#{quote(anchor, safe='/-._~')}" if anchor else "")
    data = page.removesuffix(".html") + _DATA.get(form, "")
    if page and not anchor and form in _DATA and pages.has(data):
        return f"/{quote(data)}"
    return f"/sparql?query={quote(_DOCUMENT.format(iri=iri), safe='')}&format={form}"


async def _exists(iri: NamedNode, pool: Pool, request: Request) -> bool:
    reply = await pool.answer(Task(_EXISTS.format(iri=iri), form="tsv"), client_of(request))
    if reply.refusal:
        raise RefusedError(*reply.refusal)
    return b"true" in reply.body


def candidates(raw: str) -> list[NamedNode]:
    """The IRIs that a percent-encoded path may mean: as it is written, then with ids encoded as the graph does it."""
    try:
        texts = [_readable(raw), "/".join(segment(unquote(part, errors="strict")) for part in raw.split("/"))]
        return [_BASE(text) for text in dict.fromkeys(texts) if text]
    except ValueError:
        return []  # bytes that are not UTF-8, or a character that an IRI cannot contain


def _readable(raw: str) -> str:
    """The path of a URI as that of an IRI (RFC 3987, section 3.2): ASCII characters stay encoded."""
    return re.sub(r"(?:%[89A-F][0-9A-F])+", lambda found: unquote_to_bytes(found[0]).decode(), raw, flags=re.I)
