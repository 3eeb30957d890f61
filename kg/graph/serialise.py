"""The graph as files: sorted, so that the same graph always gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pyoxigraph import RdfFormat, Triple, serialize

from kg.graph.triples import SourceGraph
from kg.iris import PREFIXES


def nquads(graphs: Iterable[SourceGraph]) -> bytes:
    """One named graph for each source file, as sorted N-Quads (RDF 1.1 N-Quads, canonical escapes)."""
    data = serialize((quad for graph in graphs for quad in graph.quads()), format=RdfFormat.N_QUADS)
    return b"".join(sorted(data.splitlines(keepends=True)))


def turtle(graphs: Iterable[SourceGraph]) -> bytes:
    """The union of the named graphs as Turtle, sorted by subject, predicate and object."""
    return serialize(_in_order(_union(graphs)), format=RdfFormat.TURTLE, prefixes=PREFIXES)


def ntriples(graphs: Iterable[SourceGraph]) -> bytes:
    """The union of the named graphs as N-Triples."""
    return serialize(_in_order(_union(graphs)), format=RdfFormat.N_TRIPLES)


def _union(graphs: Iterable[SourceGraph]) -> set[Triple]:
    return {triple for graph in graphs for triple in graph.triples}


def _in_order(triples: Iterable[Triple]) -> Sequence[Triple]:
    return sorted(triples, key=lambda triple: [str(term) for term in triple])
