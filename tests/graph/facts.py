"""Named graphs that a test writes fact by fact, with terms of pyoxigraph."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import Literal, NamedNode, Triple

from kg.core.iris import XSD
from kg.core.problems import Location
from kg.graph.statements import SourceGraph, Statements, statement
from kg.graph.terms import Term

Value = NamedNode | Literal


def integer(value: int) -> Literal:
    return Literal(str(value), datatype=XSD.integer)


class Facts:
    """A graph that is being written; text becomes a plain literal."""

    def __init__(self, iri: NamedNode, triples: Iterable[Triple] = (), file: str = "bib/annotations/test.yaml") -> None:
        self.iri, self._statements = iri, Statements(Term(str(iri)), file)
        self._statements.add_lines(map(statement, triples))

    def add(self, subject: NamedNode, predicate: NamedNode, value: Value | str) -> None:
        term = Literal(value) if isinstance(value, str) else value
        self._statements.add_lines([f"{subject} {predicate} {term}"])

    def trace(self, subject: NamedNode, where: Location) -> None:
        self._statements.thing(Term(str(subject)), at=(where.line, where.column))

    def graph(self) -> SourceGraph:
        return self._statements.graph()
