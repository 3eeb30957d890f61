"""The graph as files: sorted, so that the same graph always gives the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from pyoxigraph import Quad, RdfFormat, Triple, parse, serialize

from kg.graph.triples import SourceGraph, statement
from kg.graph.turtle import header, turtle_of_sorted
from kg.iris import PREFIXES


def nquads(graphs: Iterable[SourceGraph]) -> bytes:
    """One named graph for each source file, as sorted N-Quads (RDF 1.1 N-Quads, canonical escapes)."""
    return b"".join(sorted(line for graph in graphs for line in graph.nquads()))


def turtle(graphs: Iterable[SourceGraph]) -> bytes:
    """The union of the named graphs as Turtle, sorted by subject, predicate and object."""
    return _turtle(sorted({statement for graph in graphs for statement in graph.statements}))


def turtle_of(quads: bytes) -> bytes:
    """The same Turtle, made from the N-Quads."""
    return _turtle(sorted({statement(quad.triple) for quad in parse(quads, format=RdfFormat.N_QUADS)}))


def _turtle(statements: Iterable[str]) -> bytes:
    return "".join([header(), *turtle_of_sorted(statements)]).encode()


def ntriples(graphs: Iterable[SourceGraph], wanted: Callable[[str], bool] = lambda _: True) -> bytes:
    """The union of the named graphs as N-Triples, in no order; those statements alone that are `wanted`."""
    union = {statement for graph in graphs for statement in filter(wanted, graph.statements)}
    return "".join(f"{statement} .\n" for statement in union).encode()


def dump(data: Iterable[Triple] | Iterable[Quad], form: RdfFormat) -> bytes:
    prefixes = PREFIXES if form == RdfFormat.TURTLE else None
    return serialize(data, format=form, prefixes=prefixes) or b""



def in_order(triples: Iterable[Triple]) -> Sequence[Triple]:
    """By subject, predicate and object."""
    return sorted(triples, key=statement)
