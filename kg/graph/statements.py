"""Statements that are text from the start, as N-Triples write it: annotations give hundreds each, and few need more.

A term is its text, too: an IRI stands in angle brackets, a literal in quotes.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NewType

from kg.core import iris
from kg.graph import triples
from kg.graph.triples import SourceGraph

Term = NewType("Term", str)
"""A term as N-Triples write it."""


class Written:
    """`CS.Practice`, or `CS("Practice")`, is the term of the namespace as text."""

    def __init__(self, namespace: iris.Namespace) -> None:
        self._namespace = namespace

    def __call__(self, name: str) -> Term:
        return Term(str(self._namespace(name)))

    def __getattr__(self, name: str) -> Term:
        term = self(name)
        setattr(self, name, term)  # found at once the next time
        return term


CITO, CS, DCTERMS, OA, PROV, QB, RDF, RDFS, XSD = (
    Written(namespace)
    for namespace in (iris.CITO, iris.CS, iris.DCTERMS, iris.OA, iris.PROV, iris.QB, iris.RDF, iris.RDFS, iris.XSD)
)


@lru_cache(maxsize=1 << 16)
def minted(kind: str, *ids: str) -> Term:
    """The IRI of a thing, as text; concepts and works are named again and again."""
    return Term(str(iris.mint(kind, *ids)))


def below(iri: Term, *ids: str) -> Term:
    """The IRI of a thing that the ids name within what `minted` has given."""
    return Term(f"{iri[:-1]}/{_segments(*ids)}>")


_segments = lru_cache(maxsize=1 << 12)(iris.below)


def literal(value: str) -> Term:
    return Term(triples.literal(value))


def text(value: str | None) -> Term | None:
    """The literal, if there is any text."""
    return literal(value) if value else None


def integer(value: int) -> Term:
    return Term(f'"{value}"^^{XSD.integer}')


class Statements:
    """The statements of one source file, and the lines that things in them come from."""

    def __init__(self, iri: Term, file: str) -> None:
        self.iri, self._file = iri, file
        self._lines: list[str] = []
        self._places: dict[tuple[str, str], tuple[int, int]] = {}

    def tell(self, subject: Term, *facts: tuple[Term, Term | None]) -> None:
        """Adds a statement for each property that has a value."""
        self._lines += [f"{subject} {predicate} {value}" for predicate, value in facts if value]

    def tell_all(self, subject: Term, predicate: Term, values: Iterable[Term]) -> None:
        self._lines += [f"{subject} {predicate} {value}" for value in values]

    def thing(self, subject: Term, *types: Term, at: tuple[int, int], label: str = "", id: str = "") -> None:
        """Declares a thing: its classes, the line and column it comes from, its label and its id in the source."""
        self._places.setdefault((subject, ""), at)  # the first that is told stays
        self._lines += [f"{subject} {RDF.type} {type_}" for type_ in types]
        if label:
            self._lines.append(f"{subject} {RDFS.label} {literal(label)}")
        if id:
            self._lines.append(f"{subject} {DCTERMS.identifier} {literal(id)}")

    def place(self, subject: Term, predicate: Term, at: tuple[int, int]) -> None:
        """The line and column that a property of a thing comes from."""
        self._places.setdefault((subject, predicate), at)

    def provenance(self, digest: str, *types: Term) -> None:
        """What the graph was made from: the file's path below the review folder and the SHA-256 of its bytes."""
        self.thing(self.iri, CS.SourceFile, PROV.Entity, *types, at=(0, 0), label=self._file)
        self.tell(self.iri, (CS.sourceFile, text(self._file)), (CS.contentHash, text(f"sha256:{digest}")))

    def graph(self) -> SourceGraph:
        """All of it as a graph that is sealed."""
        traced = "\n".join(
            [
                f"{subject[1:-1]} {predicate[1:-1]} {line} {column} {self._file}"
                for (subject, predicate), (line, column) in self._places.items()
            ]
        )
        return SourceGraph.from_json([self.iri[1:-1], "\n".join(sorted(set(self._lines))), traced])
