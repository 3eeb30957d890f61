"""The graph as files: sorted, so that the same graph always gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pyoxigraph import Quad, RdfFormat, Triple, parse, serialize

from kg.graph.triples import SourceGraph
from kg.iris import PREFIXES


def nquads(graphs: Iterable[SourceGraph]) -> bytes:
    """One named graph for each source file, as sorted N-Quads (RDF 1.1 N-Quads, canonical escapes)."""
    lines = dump((quad for graph in graphs for quad in graph.quads()), RdfFormat.N_QUADS).splitlines(keepends=True)
    return b"".join(sorted(lines))


def turtle(graphs: Iterable[SourceGraph]) -> bytes:
    """The union of the named graphs as Turtle, sorted by subject, predicate and object."""
    return dump(in_order(_union(graphs)), RdfFormat.TURTLE)


def turtle_of(quads: bytes) -> bytes:
    """The same Turtle, made from the N-Quads."""
    return dump(in_order({quad.triple for quad in parse(quads, format=RdfFormat.N_QUADS)}), RdfFormat.TURTLE)


def ntriples(graphs: Iterable[SourceGraph]) -> bytes:
    """The union of the named graphs as N-Triples, in no order."""
    return dump(_union(graphs), RdfFormat.N_TRIPLES)


def _union(graphs: Iterable[SourceGraph]) -> set[Triple]:
    return {triple for graph in graphs for triple in graph.triples}


def dump(data: Iterable[Triple] | Iterable[Quad], form: RdfFormat) -> bytes:
    prefixes = PREFIXES if form == RdfFormat.TURTLE else None
    return serialize(data, format=form, prefixes=prefixes) or b""


def in_order(triples: Iterable[Triple]) -> Sequence[Triple]:
    """By subject, predicate and object."""
    return sorted(triples, key=lambda triple: [str(term) for term in triple])
