"""The interface of a server as OpenAPI 3.1, made from the query library: a path for each query."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import version
from typing import Any

from kg.queries.library import Parameter, Query
from kg.server.answers import forms_of
from kg.server.catalogue import example
from kg.server.faults import PROBLEM
from kg.server.formats import MEDIA, ROWS, TRIPLES
from kg.store.portable import portable

FAULTS = {
    400: "The query is not SPARQL, or a parameter is not known, given twice or not of its type.",
    401: "The server wants a token, and this is not it.",
    403: "An update: the server changes nothing.",
    404: "There is no such query, page or thing.",
    405: "The path does not take this method.",
    406: "There is no such format, or none that the header Accept wants.",
    413: "The request is larger than the server takes.",
    415: "The body is neither a query nor a form in UTF-8.",
    421: "The request names another host: the server answers to names of this machine only.",
    422: "The answer is beyond a limit: of time, memory, rows or size. Asking the same again does not help.",
    429: "Too many queries of this client that take long are running.",
    500: "The server failed to answer; this is its fault.",
    503: "The server is loading the graph, or has more requests than it takes.",
}
"""Every status that tells of a fault, and what it means."""
AGAIN = (429, 503)
ALWAYS, ASKED = (401, 421, 500), (400, 406, 413, 422, 429, 503)
_SCHEMAS: dict[str, dict[str, Any]] = {
    "integer": {"type": "integer", "minimum": 0, "maximum": 999_999_999},
    "year": {"type": "string", "pattern": "^[0-9]{4}$"},
}
_KINDS = {"thing": "anything in the graph", "work": "a publication, by BibTeX key, DOI or label", "text": "any text"}
_NUMBER, _TEXT = {"type": "integer"}, {"type": "string"}
_PROBLEM = {"type": "object", "required": ["type", "title", "status", "detail", "rule"], "properties": {
    "type": _TEXT, "title": _TEXT, "status": _NUMBER, "detail": _TEXT | {"description": "what is wrong"},
    "rule": _TEXT | {"description": "a stable id of the fault", "examples": ["query/invalid"]},
    "hint": _TEXT | {"description": "what to do"}}}  # fmt: skip
_ROWS = {"type": "object", "description": "SPARQL 1.1 Query Results JSON", "properties": {
    "head": {"type": "object"}, "results": {"type": "object"}, "boolean": {"type": "boolean"}}}  # fmt: skip
_CONDITION = {"name": "If-None-Match", "in": "header", "schema": _TEXT,
              "description": "the ETag of an answer that the client has"}  # fmt: skip


def openapi(title: str, queries: Iterable[Query], *, token: bool) -> dict[str, Any]:
    """The document; `token` is whether the server asks for one. The same library gives the same document."""
    several = list(queries)
    security: list[dict[str, list[str]]] = [{"bearer": []}, {"basic": []}] if token else []
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version("continuous-star-kg"),
                 "description": "A read-only SPARQL 1.1 endpoint, and a library of queries by name."},
        "servers": [{"url": "./"}],
        "tags": [{"name": family} for family in sorted({query.family for query in several})],
        "paths": _fixed() | {f"/queries/{query.name}": {"get": _query(query)} for query in several},
        "components": {
            "schemas": {"Problem": _PROBLEM, "Rows": _ROWS},
            "responses": {str(status): _fault(status, told) for status, told in FAULTS.items()},
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"},
                                "basic": {"type": "http", "scheme": "basic",
                                          "description": "any name, the token as password"}},
        },
    } | ({"security": security} if security else {})  # fmt: skip


def _fault(status: int, told: str) -> dict[str, Any]:
    headers = {"Retry-After": {"description": "seconds", "schema": _NUMBER}} if status in AGAIN else {}
    content = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}},
               "text/plain": {"schema": _TEXT}}  # fmt: skip
    return {"description": told, "content": content} | ({"headers": headers} if headers else {})


def _responses(content: dict[str, Any], *faults: int, told: str = "The answer.", known: bool = False) -> dict[str, Any]:
    found: dict[str, Any] = {"200": {"description": told, "content": content}}
    if known:
        found["200"]["headers"] = {"ETag": {"schema": _TEXT}}
        found["304"] = {"description": "The client has it."}
    return found | {str(status): {"$ref": f"#/components/responses/{status}"}
                    for status in sorted({*ALWAYS, *faults})}  # fmt: skip


def _query(query: Query) -> dict[str, Any]:
    forms = forms_of(query)
    columns = "\n".join(f"- `{name}`: {told}" for name, told in query.columns.items())
    return {
        "operationId": query.name, "tags": [query.family], "summary": query.summary,
        "description": "\n\n".join(part for part in (query.story, columns) if part),
        "parameters": [*map(_parameter, query.parameters), _format(forms), _CONDITION],
        "responses": _responses(_content(forms), 404, 405, *ASKED, known=True),
        "x-sparql": portable(query.sparql), "x-example": example(query),
    }  # fmt: skip


def _parameter(parameter: Parameter) -> dict[str, Any]:
    schema: dict[str, Any] = dict(_SCHEMAS.get(parameter.type, _TEXT))
    number = schema["type"] == "integer"
    if parameter.choices:
        schema["enum"] = list(parameter.choices)
    if parameter.default:
        schema["default"] = int(parameter.default) if number else str(parameter.default)
    kind = _KINDS.get(parameter.type, f"{parameter.type}, by any of its names")
    told = parameter.description
    if parameter.type not in _SCHEMAS and not parameter.choices:
        told = f"{told} ({kind})" if told else kind
    found = {"name": parameter.name, "in": "query", "required": parameter.default is None, "description": told,
             "schema": schema}  # fmt: skip
    if parameter.example:
        example = int(parameter.example) if number and parameter.example.isdecimal() else parameter.example
        found["example"] = example
    return found


def _format(forms: Iterable[str]) -> dict[str, Any]:
    return {"name": "format", "in": "query", "schema": _TEXT | {"enum": list(forms)},
            "description": "a format, which counts before the header Accept"}  # fmt: skip


def _content(forms: Iterable[str]) -> dict[str, Any]:
    return {MEDIA[form]: {"schema": {"$ref": "#/components/schemas/Rows"} if form == "json" else _TEXT}
            for form in forms}  # fmt: skip


def _fixed() -> dict[str, Any]:
    """The paths that every server has."""
    both = _content((*ROWS, *TRIPLES))
    graphs = [{"name": f"{kind}-graph-uri", "in": "query", "description": f"a {kind} graph of the dataset",
               "schema": {"type": "array", "items": {"type": "string", "format": "iri"}}}
              for kind in ("default", "named")]  # fmt: skip
    asked = [{"name": "query", "in": "query", "schema": _TEXT, "description": "a SPARQL 1.1 query; without it the "
              "endpoint describes itself", "example": "SELECT ?p WHERE { ?p a cs:Practice }"},
             *graphs, _format((*ROWS, *TRIPLES))]  # fmt: skip
    form = {"type": "object", "required": ["query"], "properties": {"query": _TEXT, "format": _TEXT}}
    body = {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": form},
                                          "application/sparql-query": {"schema": _TEXT}}}  # fmt: skip
    page = {"text/html": {"schema": _TEXT}}
    status = {"application/json": {"schema": {"type": "object"}}}
    queries = {"application/json": {"schema": {"type": "array", "items": {"type": "object"}}}}
    editor = {"303": {"description": "Who wants a page and asks nothing is led to the editor."}}
    thing = [{"name": name, "in": "path", "required": True, "schema": _TEXT, "example": example}
             for name, example in (("kind", "practice"), ("id", "continuous-testing"))]  # fmt: skip
    return {
        "/sparql": {
            "get": {"operationId": "sparql", "summary": "Ask a SPARQL 1.1 query.", "parameters": asked,
                    "responses": _responses(both, 403, 405, *ASKED) | editor},
            "post": {"operationId": "sparql-post", "summary": "Ask a SPARQL 1.1 query that is long.",
                     "requestBody": body, "responses": _responses(both, 403, 405, 415, *ASKED)}},
        "/.well-known/void": {"get": {"operationId": "void", "summary": "What the endpoint and the graph say of "
                                      "themselves.", "responses": _responses(_content(TRIPLES), 406, 503)}},
        "/queries": {"get": {"operationId": "queries", "summary": "All queries by name.",
                             "responses": _responses(queries | page, 406, known=True)}},
        "/openapi.json": {"get": {"operationId": "openapi", "summary": "This document.",
                                  "responses": _responses(status, known=True)}},
        "/editor": {"get": {"operationId": "editor", "summary": "A page to write queries in.",
                            "responses": _responses(page)}},
        "/health": {"get": {"operationId": "health", "summary": "Whether the server is alive.", "security": [],
                            "responses": _responses(status)}},
        "/ready": {"get": {"operationId": "ready", "summary": "Whether it answers queries, and of which graph.",
                           "security": [], "responses": _responses(status, 503)}},
        "/{kind}/{id}": {"get": {"operationId": "thing", "summary": "A thing of the graph by the path of its IRI.",
                                 "parameters": thing, "responses": {
            "303": {"description": "Its page, or data about it, whichever is wanted.",
                    "headers": {"Location": {"schema": _TEXT}}}}
            | _responses(page, 404, 405, 406, 429, 503, told="A page, style or script of the site.", known=True)}},
    }  # fmt: skip
