"""A graph behind a SPARQL 1.1 endpoint, with the methods of `kg.store.Store`.

A query means the same on every engine: its default graph is the union of all graphs, without duplicates. A store that
`kg push` has filled contains that union as a graph, which is named by the parameters of the protocol. Any other store
is used as it is, such as `kg serve`, whose default graph is the union.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import pyoxigraph as ox

from kg.core.iris import BASE, MANIFEST, UNION
from kg.core.problems import brief
from kg.store import Result, Store, Term
from kg.store.answers import boolean, result_of
from kg.store.http import Response
from kg.store.memory import canonical
from kg.store.portable import portable
from kg.store.remote.endpoint import Endpoint, EndpointError
from kg.store.remote.manifest import RUN, Manifest
from kg.store.sparql_text import graph_clauses, names_graphs

_ROWS = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
}
_TRIPLES = {
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "text/turtle": ox.RdfFormat.TURTLE,
    "text/plain": ox.RdfFormat.N_TRIPLES,
    "application/x-turtle": ox.RdfFormat.TURTLE,
}
_ACCEPT_ROWS = "application/sparql-results+json, application/sparql-results+xml;q=0.8"
ACCEPT_TRIPLES = "application/n-triples, text/turtle;q=0.8"
_SPO = "SELECT ?s ?p ?o WHERE { ?s ?p ?o }"
_QUADS = "SELECT ?s ?p ?o ?g WHERE { GRAPH ?g { ?s ?p ?o } }"


class RemoteStore:
    """The graph behind the query URL of a SPARQL 1.1 endpoint."""

    def __init__(self, url: str, base: str = BASE) -> None:
        self._endpoint, self.base = Endpoint(url), base
        self._grammar = Store()

    @cached_property
    def _manifest(self) -> Manifest | None:
        """The manifest of `kg push`, read once; None if it did not fill the store.

        Raises:
            EndpointError: if a push to it is not complete.
        """
        answer = self._ask(f"SELECT ?s ?p ?o WHERE {{ GRAPH {MANIFEST} {{ ?s ?p ?o }} }}", {})
        found = Manifest.of(ox.Triple(*_bound(row)) for row in answer.rows)
        if found.graphs and not found.snapshot:
            raise self._unfinished()
        return found if found.graphs else None

    def _unfinished(self) -> EndpointError:
        hint = "run `kg push` again first"
        return EndpointError(f"{self._endpoint} is being filled, or a push to it was interrupted: {hint}")

    def _check_unchanged(self) -> None:
        """Raises EndpointError if the store is another one than when it was first asked.

        It is called after each answer, which may contain a part of what a push was sending.
        """
        of_it = f'FILTER(?s = {MANIFEST} || STRSTARTS(STR(?s), "{RUN}"))'
        about = f"SELECT ?s ?p ?o WHERE {{ GRAPH {MANIFEST} {{ ?s ?p ?o {of_it} }} }}"
        now = Manifest.of(ox.Triple(*_bound(row)) for row in self._ask(about, {}).rows)
        before = self._manifest or Manifest()
        if (now.snapshot, now.run) == (before.snapshot, before.run):
            return
        if not now.snapshot:
            raise self._unfinished()
        raise EndpointError(f"{self._endpoint} was filled again since it was first asked: open it again")

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the graph as N-Quads: of the build that was pushed, or of the quads in the store."""
        return self._manifest.snapshot if self._manifest else hashlib.sha256(self.nquads()).hexdigest()

    def nquads(self) -> bytes:
        """The named graphs as sorted N-Quads.

        Raises:
            EndpointError: if they are not what was pushed.
        """
        if self._manifest is None:
            rows = self._ask(_QUADS, {}).rows or self._ask(_SPO, {}).rows
            return _nquads(ox.Quad(*_bound(row)) for row in rows)
        quads = _nquads(quad for iri in self._manifest.graphs if iri != UNION.value for quad in self._graph(iri))
        if hashlib.sha256(quads).hexdigest() != self.digest:
            raise EndpointError(f"{self._endpoint} does not contain what was pushed: run `kg push --verify all`")
        return quads

    def _graph(self, iri: str) -> Iterator[ox.Quad]:
        graph = ox.NamedNode(iri)
        for row in self._ask(_SPO, {"default-graph-uri": iri}).rows:
            subject, predicate, value = _bound(row)
            yield ox.Quad(subject, predicate, value, graph)

    def has(self, iri: str) -> bool:
        """Whether the graph has statements about this IRI; False for a value that is not an IRI."""
        try:
            subject = ox.NamedNode(iri)
        except ValueError:
            return False
        return bool(self.query(f"ASK {{ {subject} ?p ?o }}").boolean)

    def __len__(self) -> int:
        """The number of distinct triples."""
        (row,) = self.query("SELECT (COUNT(*) AS ?triples) WHERE { ?s ?p ?o }").texts()
        return int(row[0])

    def size(self, iri: str) -> int:
        """The number of triples in one of the store's graphs."""
        count = f"SELECT (COUNT(*) AS ?triples) WHERE {{ GRAPH {ox.NamedNode(iri)} {{ ?s ?p ?o }} }}"
        (row,) = self._ask(count, {}).texts()
        return int(row[0])

    def query(self, sparql: str) -> Result:
        """The result of a SPARQL 1.1 query; the prefixes of `kg.core.iris.PREFIXES` need not be declared.

        The query is parsed here first, so that invalid SPARQL gives the same error for every store, and an update,
        which some stores would carry out, is not sent.

        Raises:
            QueryError: if the query is not valid or uses SERVICE.
            EndpointError: if the endpoint cannot be reached, or returns something else than results.
        """
        self._grammar.query(sparql)
        found = self._ask(portable(sparql, self.base), self._dataset(sparql))
        self._check_unchanged()
        return found

    def _dataset(self, sparql: str) -> dict[str, Any]:
        """The parameters that name the graphs to query; none for a query with FROM."""
        if self._manifest is None or graph_clauses(sparql):
            return {}
        named = [iri for iri in self._manifest.graphs if iri != UNION.value] if names_graphs(sparql) else []
        return {"default-graph-uri": UNION.value} | ({"named-graph-uri": named} if named else {})

    def _ask(self, sparql: str, dataset: dict[str, Any]) -> Result:
        form = self._grammar.query(sparql)
        triples = form.triples is not None
        headers = {"Accept": ACCEPT_TRIPLES if triples else _ACCEPT_ROWS}
        answer = self._endpoint.send("POST", data={"query": sparql, **dataset}, headers=headers)
        if answer.status != 200:
            raise self._endpoint.refusal(answer)
        _whole(answer, self._endpoint)
        if triples:
            return Result(("subject", "predicate", "object"), (), tuple(triples_of(answer, self._endpoint)))
        found = _rows_of(answer, self._endpoint)
        return found if form.boolean is None or found.boolean is not None else _truth(found, self._endpoint)


def _whole(answer: Response, endpoint: Endpoint) -> None:
    """Raises EndpointError if the endpoint says that the answer is incomplete."""
    if most := answer.headers.get("x-sparql-maxrows"):
        hint = "raise its limit (ResultSetMaxRows in virtuoso.ini)"
        raise EndpointError(f"{endpoint} returns no more than {brief(most)} rows, and there are more: {hint}")
    if answer.headers.get("x-sql-state"):
        raise EndpointError(f"{endpoint} stopped before the answer was complete: raise its time limit")


def _rows_of(answer: Response, endpoint: Endpoint) -> Result:
    form = _form(answer, endpoint, _ROWS)
    with _readable(endpoint):
        found = result_of(ox.parse_query_results(answer.body, format=form))
    return dataclasses.replace(found, rows=tuple(tuple(map(_spelt, row)) for row in found.rows))


def _spelt(term: Any) -> Any:
    """The term, a literal in the spelling of kg: Virtuoso returns booleans as 1 and 0, and doubles as `1e+10`."""
    found = canonical(term) if isinstance(term, ox.Literal) else term
    return found if found is term or found.datatype == term.datatype else term


def _truth(found: Result, endpoint: Endpoint) -> Result:
    """The answer to ASK, for which Virtuoso returns a row with 1, or no row."""
    values = [text for row in found.texts() for text in row]
    if values not in ([], ["0"], ["1"]):
        raise EndpointError(f"{endpoint} answers neither true nor false")
    return boolean(values == ["1"])


def triples_of(answer: Response, endpoint: Endpoint) -> list[ox.Triple]:
    """The triples of an answer.

    Raises:
        EndpointError: if it is not RDF, or cannot be parsed.
    """
    return list(each_triple(answer, endpoint))


def each_triple(answer: Response, endpoint: Endpoint) -> Iterator[ox.Triple]:
    """The same, one after the other."""
    form = _form(answer, endpoint, _TRIPLES)
    with _readable(endpoint):
        for quad in ox.parse(answer.body, format=form):
            yield ox.Triple(quad.subject, quad.predicate, _spelt(quad.object))


def _form(answer: Response, endpoint: Endpoint, known: Mapping[str, Any]) -> Any:
    if answer.media_type in known:
        return known[answer.media_type]
    found, wanted = brief(answer.media_type) or "an unknown format", "RDF" if known is _TRIPLES else "SPARQL results"
    hint = "is it the right URL? docs/stores.md lists those of several stores"
    raise EndpointError(f"{endpoint} returns {found} instead of {wanted}: {hint}")


@contextmanager
def _readable(endpoint: Endpoint) -> Iterator[None]:
    try:
        yield
    except (SyntaxError, ValueError) as error:
        raise EndpointError(f"{endpoint} returns an answer that cannot be parsed: {brief(str(error), 200)}") from error


def _bound(row: tuple[Term | None, ...]) -> Any:
    """The terms of a row of triples or quads, all of which are bound."""
    return row


def _nquads(quads: Iterable[ox.Quad]) -> bytes:
    data = ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b""
    return b"".join(sorted(data.splitlines(keepends=True)))
