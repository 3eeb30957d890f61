"""IRIs that lead somewhere: a thing of the graph by the path of its IRI, as a page or as data, whichever is wanted.

The answer is always another address (303): a thing is not the document that tells of it. Where the thing has a page of
its own its data stand beside that; of what has its place on another's page, and where there are no pages, the endpoint
itself gives the document.
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote, unquote_to_bytes

from pyoxigraph import NamedNode
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from kg.core.iris import BASE, Namespace, segment
from kg.server.formats import MEDIA, TRIPLES, chosen
from kg.server.guard import client_of
from kg.server.messages import Fault, Task
from kg.server.pages import Pages
from kg.server.pool import Pool
from kg.server.protocol import RefusedError

_BASE = Namespace(BASE)
_BESIDE = {"ttl": ".ttl", "jsonld": ".jsonld"}
_DOCUMENT = """CONSTRUCT {{ ?s ?p ?o }} WHERE {{
  {{ VALUES ?s {{ {iri} }} ?s ?p ?o }} UNION {{ VALUES ?o {{ {iri} }} ?s ?p ?o }}
  UNION {{ ?s rdfs:isDefinedBy {iri} ; ?p ?o }}
}}"""
"""All that is said of a thing, that others name it, and the terms that it defines."""
_EXISTS = """ASK {{
  {{ {iri} ?p ?o }} UNION {{ ?s ?p {iri} }} UNION {{ ?s {iri} ?o }} UNION {{ GRAPH {iri} {{ ?s ?p ?o }} }}
}}"""
NOTHING = Fault(
    404,
    "request/path",
    "there is nothing here, and the graph has nothing of that name",
    "the endpoint is /sparql, and /queries lists the queries",
)


async def thing_response(request: Request, pages: Pages, pool: Pool) -> Response:
    """Where the thing at the path of the request is to be read of.

    Raises:
        RefusedError: if the graph has no such thing, or it cannot be had in a format that is wanted.
    """
    raw = request.scope["raw_path"].decode("ascii", "replace").lstrip("/")
    for iri in candidates(raw):
        place = pages.place(iri.value)
        if place or (pages.state != "there" and await _exists(iri, pool, request)):
            break
    else:
        raise RefusedError(NOTHING)
    offered = TRIPLES if pages.state == "none" else ("html", *TRIPLES)
    accept = request.headers.get("accept", "")
    form = chosen(accept, offered) or ("ttl" if _only_page(accept) else None)
    if form is None:
        raise RefusedError(
            Fault(
                406,
                "request/format",
                "this cannot be had in that format",
                f"it can be had as {', '.join(MEDIA[form] for form in offered)}",
            )
        )
    headers = {"vary": "Accept", "cache-control": "no-cache"}
    if form == "html" and not place:
        raise RefusedError(
            Fault(503, "server/not-ready", "the pages are being made", "ask again in a few seconds", after=2)
        )
    return RedirectResponse(_address(pages, iri, place, form), 303, headers)


def _only_page(accept: str) -> bool:
    """Whether somebody wants a page who takes data where there is none: a person with a browser."""
    return chosen(accept, ("html",)) is not None


def _address(pages: Pages, iri: NamedNode, place: str, form: str) -> str:
    page, _, anchor = place.partition("#")
    if form == "html":
        # An anchor may hold a `%`, which stands for itself in it.
        return f"/{quote(page)}" + (f"#{quote(anchor, safe='/-._~')}" if anchor else "")
    beside = page.removesuffix(".html") + _BESIDE.get(form, "")
    if page and not anchor and form in _BESIDE and pages.has(beside):
        return f"/{quote(beside)}"
    return f"/sparql?query={quote(_DOCUMENT.format(iri=iri), safe='')}&format={form}"


async def _exists(iri: NamedNode, pool: Pool, request: Request) -> bool:
    reply = await pool.answer(Task(_EXISTS.format(iri=iri), form="tsv"), client_of(request))
    if reply.fault:
        raise RefusedError(reply.fault)
    return b"true" in reply.body


def candidates(raw: str) -> list[NamedNode]:
    """The IRIs that a percent-encoded path may stand for: as it is written, then as ids in it would be minted."""
    try:
        texts = [_readable(raw), "/".join(segment(unquote(part, errors="strict")) for part in raw.split("/"))]
        return [_BASE(text) for text in dict.fromkeys(texts) if text]
    except ValueError:
        return []  # bytes that are not UTF-8, or a character that no IRI has


def _readable(raw: str) -> str:
    """A URI's path as that of an IRI (RFC 3987, section 3.2): what is ASCII stays encoded."""
    return re.sub(r"(?:%[89A-F][0-9A-F])+", lambda found: unquote_to_bytes(found[0]).decode(), raw, flags=re.I)
