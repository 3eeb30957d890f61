"""The page *Ask* of a site: the query library as forms, and SPARQL, answered by Oxigraph in the reader's browser.

The page gets the text of each query with the places of its parameters. Names become IRIs with the queries of
`kg.queries.lookup`, and values become terms with the same patterns as in `kg query`; the texts are bound in
`ask_worker.js` as `Query.bind` does. Everything is in scripts, because a page that is read from disk may not open
files.
"""

from __future__ import annotations

import base64
import gzip
import re
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from kg.answers.rows import FLOATS, INTEGERS, Answers
from kg.core.iris import BASE, XSD, prefixes_of
from kg.queries.lookup import MERGED, NAMES
from kg.queries.query_library import NUMBERS, Parameter, Query, slots_of
from kg.render.pages import inline, wasm_engine
from kg.render.pages.site_pages import Page
from kg.render.text.reference import FOR_VIEWS
from kg.store.portable import open_spans
from kg.store.sparql_text import makes_triples
from kg.store.stopped import LATE, LATE_HINT, ROWS, SECONDS, TOO_MANY_HINT

ASK = "ask.html"
_ABOUT = "Choose a question, or write one in SPARQL; your browser answers it from the whole graph"
_ROWS_OF, _TRIPLES_OF = ("csv", "tsv", "json", "xml"), ("ttl", "nt")
"""The formats to download an answer in."""
_EXPORT = re.compile(r"^export (?:\{[^}]*\};?|(?=class |function ))", re.M)
"""What makes the code of the engine a module: in a page that is read from disk, browsers start no worker from one."""


def ask_page(graph: Answers) -> Page:
    """The page: every query of the library with its documentation, which can be read without a script, too."""
    families = [
        (family, [_shown(query) for query in several])
        for family, several in groupby(_queries(graph), lambda query: query.family)
    ]
    asked = [one for one in families if one[0] not in FOR_VIEWS]
    views = [query for family, several in families if family in FOR_VIEWS for query in several]
    shown = {"families": [*asked, *([("for pages and pictures", views)] if views else [])], "seconds": SECONDS}
    return Page(ASK, "Ask", "list", "site_ask.html", shown | {"rows": f"{ROWS:,}"}, text=_ABOUT)


def search_entries(graph: Answers) -> list[list[Any]]:
    """Entries of the index of the search: the page, and each query of the library."""
    page = ["page", "Ask", ASK.removesuffix(".html"), ["SPARQL", "query"], "Ask the graph in your browser", 0]
    return [
        page,
        *(["query", query.summary, address(query.name), [query.name], query.story, 0] for query in _queries(graph)),
    ]


def address(name: str) -> str:
    """The page with a query of the library; the values of parameters may follow, as in `kg serve`."""
    from urllib.parse import quote

    return f"{ASK}#{quote(name, safe='')}?"


def ask_files(graph: Answers, engine: Mapping[str, bytes], quads: bytes, places: str) -> dict[str, bytes]:
    """The scripts and data of the page.

    Args:
        graph: the graph with its query library.
        engine: the files of `wasm_engine.engine_files`.
        quads: the graph as N-Quads, packed with gzip.
        places: JSON with the path of the page of each IRI.
    """
    code = _EXPORT.sub("", engine[wasm_engine.CODE].decode()).replace("import.meta.url", '""')
    own = inline.source("ask_names.js") + inline.source("ask_worker.js")
    wasm = _text(engine[wasm_engine.WASM])
    packed = {"graph": _text(quads), "places": _text(gzip.compress(places.encode("utf-8", "replace"), 6, mtime=0))}
    scripts = {
        "ask.js": inline.script(["shelf.js", "sorting.js", "ask_engine.js", "ask_table.js", "ask.js"]),
        "ask-library.js": _script("kgLibrary", _library(graph)),
        "ask-engine.js": _script("kgEngine", {"code": f'"use strict";\n{code}\n{own}', "wasm": wasm}),
        "ask-graph.js": _script("kgGraph", packed),
        "ask.css": inline.source("served.css"),
    }
    files = {path: text.encode("utf-8", "replace") for path, text in scripts.items()}
    return files | {"ask-engine-licence.txt": engine[wasm_engine.LICENCE]}


def _queries(graph: Answers) -> Iterable[Query]:
    """The queries that the graph answers alone."""
    return graph.queries.without_services()


def _script(name: str, value: Any) -> str:
    return f"window.{name} = {inline.script_json(value)};\n"


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _shown(query: Query) -> dict[str, Any]:
    found: dict[str, Any] = {"name": query.name, "summary": query.summary, "story": query.story}
    fields = [_field(parameter) for parameter in query.parameters]
    return found | {"address": address(query.name), "columns": query.columns.items(), "parameters": fields}


def _field(parameter: Parameter) -> dict[str, Any]:
    """A field of a form, as in `kg serve`, with the value that is used if nobody changes it."""
    found = {name: getattr(parameter, name) for name in ("name", "type", "description", "example", "choices")}
    needed = parameter.default is None
    return found | {"needed": needed, "value": parameter.example if needed else str(parameter.default)}


def _library(graph: Answers) -> dict[str, Any]:
    """What the scripts know of the queries, names and limits."""
    base = graph.store.base
    return {
        "queries": {query.name: _query(query) for query in _queries(graph)},
        "names": NAMES,
        "merged": MERGED,
        "prefixes": prefixes_of(base),
        "bases": sorted({BASE, base}, key=len, reverse=True),
        "base": base,
        "numbers": {name: (pattern, what, kind.value) for name, (pattern, what, kind) in NUMBERS.items()},
        "numeric": sorted(kind.value for kind in (*INTEGERS, *FLOATS, XSD.decimal, XSD.gYear)),
        "limits": {"seconds": SECONDS, "rows": ROWS, "late": LATE.format(seconds=SECONDS), "lateHint": LATE_HINT,
                   "tooManyHint": TOO_MANY_HINT},
        "formats": {"rows": _ROWS_OF, "triples": _TRIPLES_OF},
    }  # fmt: skip


def _query(query: Query) -> dict[str, Any]:
    """The query with all parameters open, where their values go, and what to cut for each that stays open."""
    text = query.bind({parameter.name: None for parameter in query.parameters})
    found: dict[str, Any] = {"sparql": text, "cites": query.cites, "parameters": [], "triples": makes_triples(text)}
    for parameter in query.parameters:
        (slot,) = slots_of(text, parameter.name)
        spans = [_in_script(text, span) for span in open_spans(text, parameter.name)]
        found["parameters"].append(
            {name: getattr(parameter, name) for name in ("name", "type", "default", "choices")}
            | {"option": parameter.option, "slot": _in_script(text, slot), "open": spans}
        )
    return found


def _in_script(text: str, span: tuple[int, int]) -> list[int]:
    """A span in the units of JavaScript, where a character outside the Basic Multilingual Plane counts as two."""
    return [len(text[:place].encode("utf-16-le", "surrogatepass")) // 2 for place in span]
