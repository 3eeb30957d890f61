"""How the server describes its query library, itself (OpenAPI 3.1, SPARQL Service Description), its graph (VoID)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable, Iterable, Mapping
from importlib.metadata import version
from itertools import groupby
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

import yaml
from pyoxigraph import Literal, NamedNode, Triple

from kg.core.iris import DCTERMS, FOAF, RDF, XSD, Namespace
from kg.queries.query_library import Parameter, Query, QueryLibrary
from kg.render.text.reference import FOR_VIEWS
from kg.server.answers import forms_of, is_lasting
from kg.server.generation import Generation
from kg.server.pool import Pool
from kg.server.protocol import MEDIA, PAGE, ROWS, TRIPLES, chosen
from kg.server.responses import PROBLEM, tag
from kg.store.portable import portable

_AGAIN = ("429", "503")
"""Responses that say when to ask again."""
_ALWAYS, _ASKED = (400, 401, 414, 421, 431, 500), (404, 405, 406, 413, 422, 429, 503)
_SCHEMAS: dict[str, dict[str, Any]] = {
    "integer": {"type": "integer", "minimum": 0, "maximum": 999_999_999},
    "year": {"type": "string", "pattern": "^[0-9]{4}$"},
}
_KINDS = {"thing": "anything in the graph", "work": "a publication, by BibTeX key, DOI or label", "text": "any text"}
_TEXT = {"type": "string"}
_CONDITION = {"name": "If-None-Match", "in": "header", "schema": _TEXT}
_CONDITION |= {"description": "the ETag of an answer that the client has"}
_TIMEOUT = {"name": "timeout", "in": "query", "schema": {"type": "number", "minimum": 0}}
_TIMEOUT |= {"description": "seconds that the query may run, if that is less than the limit of the server"}

_SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
_VOID = Namespace("http://rdfs.org/ns/void#")
_FORMAT = Namespace("http://www.w3.org/ns/formats/")
_FORMATS = {form: f"SPARQL_Results_{form.upper()}" for form in ROWS}
_FORMATS |= {"ttl": "Turtle", "nt": "N-Triples", "jsonld": "JSON-LD", "rdf": "RDF_XML"}
"""The names that the W3C gives them."""

T = TypeVar("T")
Families = list[tuple[str, list[dict[str, Any]]]]


class Catalogue:
    """The library that answers are given from: it is read again with each graph, as the workers do."""

    def __init__(self, root: Path, pool: Pool) -> None:
        self._root, self._pool = root, pool
        self._of: Generation | None = None
        self._library: QueryLibrary | None = None
        self._made: dict[Hashable, Any] = {}

    async def read(self) -> QueryLibrary:
        generation = self._pool.generation
        if self._library is None or self._of is not generation:
            library = await asyncio.to_thread(_read, self._root)
            self._of, self._library, self._made = generation, library, {}
        return self._library

    async def made(self, key: Hashable, make: Callable[[QueryLibrary], T]) -> T:
        """What `make` returns for the library, cached under `key`; other requests do not wait for it."""
        library = await self.read()
        made = self._made  # another graph gets another cache, even while this waits
        if key not in made:
            made[key] = await asyncio.to_thread(make, library)
        found: T = made[key]
        return found

    async def tag(self, name: str, values: Mapping[str, str], form: str, accept: str) -> str:
        """A validator of the answer to a query in a format; empty if the same question may have another answer."""
        library, generation = await self.read(), self._pool.generation
        query = next((query for query in library if query.name == name), None)
        if query is None or generation is None or not is_lasting(query.sparql):
            return ""
        form = form or chosen(accept, forms_of(query)) or ""
        content = repr((query.as_json(), query.cites, query.sparql))
        return tag(generation.snapshot, content, repr(sorted(values.items())), form)


def _read(root: Path) -> QueryLibrary:
    """The library with all its files read: later changes of a file have no effect."""
    found = QueryLibrary.of(root).without_services()
    list(found)
    return found


def listed(library: QueryLibrary) -> list[dict[str, Any]]:
    """All queries with what a program needs to run them."""
    return [
        query.as_json()
        | {"cites": list(query.cites), "url": f"queries/{query.name}", "example": example(query)}
        | {"formats": {form: MEDIA[form] for form in forms_of(query)}, "sparql": portable(query.sparql)}
        for query in library
    ]


def example(query: Query, form: str = "") -> str:
    """An address, relative to that of the list, at which the query gives an answer."""
    given = {p.name: p.example for p in query.parameters if p.default is None} | ({"format": form} if form else {})
    return f"queries/{query.name}" + (f"?{urlencode(given)}" if given else "")


def families(library: QueryLibrary) -> tuple[Families, Families]:
    """The queries by family as a page shows them: those for people, and those that pages are made from."""
    asked, others = Families(), Families()
    for family, several in groupby(library, lambda query: query.family):
        (others if family in FOR_VIEWS else asked).append((family, [shown(query) for query in several]))
    return asked, others


def shown(query: Query, values: Mapping[str, str] | None = None) -> dict[str, Any]:
    """A query as a page shows it, with a form that has these values, or else those of the example."""
    forms = sorted(forms_of(query), key=lambda form: form != PAGE)
    found: dict[str, Any] = {"name": query.name, "summary": query.summary, "story": query.story, "formats": forms}
    fields = [_field(parameter) for parameter in query.parameters]
    if values is not None:
        given = [values.get(parameter.name, str(parameter.default or "")) for parameter in query.parameters]
        fields = [field | {"value": value} for field, value in zip(fields, given, strict=True)]
    found |= {"columns": query.columns.items(), "parameters": fields}
    return found | {"examples": [(form, example(query, form)) for form in forms]}


def _field(parameter: Parameter) -> dict[str, Any]:
    """A field of a form; with its first value the query gives an answer."""
    found = {name: getattr(parameter, name) for name in ("name", "type", "description", "example", "choices")}
    needed = parameter.default is None
    return found | {"needed": needed, "value": parameter.example if needed else str(parameter.default)}


def openapi(title: str, queries: Iterable[Query], *, token: bool) -> dict[str, Any]:
    """The OpenAPI document with a path for each query; `token` is whether the server needs one."""
    several = list(queries)
    found: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("openapi.yaml").read_text("utf-8"))
    del found["x-types"]
    about = "A read-only SPARQL 1.1 endpoint, and a library of queries by name."
    found["info"] = {"title": title, "version": version("continuous-star-kg"), "description": about}
    found["tags"] = [{"name": family} for family in sorted({query.family for query in several})]
    found["paths"] |= {f"/queries/{query.name}": {"get": _query(query)} for query in several}
    for path in found["paths"].values():
        for operation in path.values():
            refusals = sorted({*_ALWAYS, *operation.pop("refusals", ())})
            operation["responses"] |= {str(code): {"$ref": f"#/components/responses/{code}"} for code in refusals}
    responses = found["components"]["responses"]
    found["components"]["responses"] = {code: _refusal(code, text) for code, text in responses.items()}
    return found | ({"security": [{"bearer": []}, {"basic": []}]} if token else {})


def _refusal(code: str, text: str) -> dict[str, Any]:
    problem = {"schema": {"$ref": "#/components/schemas/Problem"}}
    found: dict[str, Any] = {"description": text, "content": {PROBLEM: problem, "text/plain": {"schema": _TEXT}}}
    if code in _AGAIN:
        found["headers"] = {"Retry-After": {"description": "seconds", "schema": {"type": "integer"}}}
    return found


def _query(query: Query) -> dict[str, Any]:
    forms = forms_of(query)
    columns = "\n".join(f"- `{name}`: {text}" for name, text in query.columns.items())
    content = {MEDIA[form]: {"schema": {} if MEDIA[form].endswith("json") else _TEXT} for form in forms}
    if "json" in forms:
        content[MEDIA["json"]] = {"schema": {"$ref": "#/components/schemas/Rows"}}
    format_ = {"name": "format", "in": "query", "schema": _TEXT | {"enum": list(forms)}}
    format_ |= {"description": "a format; it has precedence over the header Accept"}
    answer = {"description": "The answer.", "content": content, "headers": {"ETag": {"schema": _TEXT}}}
    return {
        "operationId": query.name,
        "tags": [query.family],
        "summary": query.summary,
        "description": "\n\n".join(part for part in (query.story, columns) if part),
        "parameters": [*map(_parameter, query.parameters), format_, _TIMEOUT, _CONDITION],
        "responses": {"200": answer, "304": {"description": "The client has it already."}},
        "refusals": _ASKED,
        "x-sparql": portable(query.sparql),
        "x-example": example(query),
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    schema: dict[str, Any] = dict(_SCHEMAS.get(parameter.type, _TEXT))
    number = schema["type"] == "integer"
    if parameter.choices:
        schema["enum"] = list(parameter.choices)
    if parameter.default:
        schema["default"] = int(parameter.default) if number else str(parameter.default)
    kind = _KINDS.get(parameter.type, f"{parameter.type}, by any of its names")
    text = parameter.description
    if parameter.type not in _SCHEMAS and not parameter.choices:
        text = f"{text} ({kind})" if text else kind
    found = {"name": parameter.name, "in": "query", "required": parameter.default is None, "description": text}
    found["schema"] = schema
    if parameter.example:
        is_number = number and parameter.example.isdecimal()
        found["example"] = int(parameter.example) if is_number else parameter.example
    return found


def description(generation: Generation, endpoint: str, title: str) -> list[Triple]:
    """The triples of the Service Description and of VoID; `endpoint` is the address of the endpoint."""
    service, own = NamedNode(endpoint), Namespace(endpoint + "#")
    data, default = own("dataset"), own("default-graph")
    found: list[Any] = [
        (service, RDF.type, _SD.Service),
        (service, _SD.endpoint, service),
        (service, _SD.supportedLanguage, _SD.SPARQL11Query),
        *((service, _SD.resultFormat, _FORMAT(_FORMATS[form])) for form in (*ROWS, *TRIPLES)),
        (service, _SD.feature, _SD.UnionDefaultGraph),
        (service, _SD.defaultDataset, data),
        (data, RDF.type, _SD.Dataset),
        (data, RDF.type, _VOID.Dataset),
        (data, DCTERMS.title, Literal(title)),
        (data, _VOID.sparqlEndpoint, service),
        (data, _VOID.triples, _number(generation.triples)),
        (data, DCTERMS.identifier, Literal(generation.snapshot)),
        (data, _SD.defaultGraph, default),
        (data, FOAF.homepage, NamedNode(endpoint.removesuffix("sparql"))),
        (default, RDF.type, _SD.Graph),
        (default, _VOID.triples, _number(generation.triples)),
    ]
    for number, (name, count) in enumerate(generation.graphs, 1):
        entry, graph = own(f"named-graph-{number}"), own(f"graph-{number}")
        found += [(data, _SD.namedGraph, entry), (graph, RDF.type, _SD.Graph), (graph, _VOID.triples, _number(count))]
        found += [(entry, RDF.type, _SD.NamedGraph), (entry, _SD.name, NamedNode(name)), (entry, _SD.graph, graph)]
    return [Triple(*triple) for triple in found]


def _number(count: int) -> Literal:
    return Literal(str(count), datatype=XSD.integer)
