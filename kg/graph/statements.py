"""Named graphs as sorted text: terms, the writer of one graph, and the graph that it gives.

Statements are kept in the form of N-Triples, without the dot: `<s> <p> "o"`. A large bibliography gives millions of
them, and most are only sorted and written to a file: as text they take a tenth of the memory of objects.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from unicodedata import normalize

from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, parse

from kg.core.iris import agent
from kg.core.problems import Location
from kg.graph.terms import CS, DCTERMS, PROV, RDF, RDFS, Term, literal, text

Places = dict[tuple[str, str], Location]
"""Where a thing (IRI, "") or a property of a thing (IRI, IRI of the property) was read from."""


def statement(triple: Triple) -> str:
    """A triple in the form of N-Triples, without the dot."""
    return f"{triple.subject} {triple.predicate} {triple.object}"


@dataclass(frozen=True, slots=True)
class SourceGraph:
    """One named graph, and the lines of the source file that its things come from."""

    iri: NamedNode
    text: bytes = b""
    """The statements, sorted, each on a line of its own."""
    traced: str = ""
    """The places, a line each: IRI, IRI of the property (or nothing), line, column and file."""

    @property
    def lines(self) -> list[bytes]:
        """The statements in order."""
        return self.text.split(b"\n") if self.text else []

    @property
    def triples(self) -> frozenset[Triple]:
        """The statements as triples."""
        data = b"".join(b"%s .\n" % line for line in self.lines)
        return frozenset(quad.triple for quad in parse(data, format=RdfFormat.N_TRIPLES))

    def quads(self) -> Iterator[Quad]:
        """The triples with the name of the graph."""
        return (Quad(t.subject, t.predicate, t.object, self.iri) for t in self.triples)

    @property
    def places(self) -> Places:
        """Every place."""
        return dict(self.read_places())

    def read_places(self, things: Container[str] | None = None) -> Iterator[tuple[tuple[str, str], Location]]:
        """The places of these things (by IRI), or of all."""
        for line in self.traced.split("\n") if self.traced else ():
            if things is None or line[: line.index(" ")] in things:
                iri, name, number, column, file = line.split(" ", 4)
                yield (iri, name), Location(file, int(number), int(column))


def places_of(graphs: Iterable[SourceGraph], things: Container[str]) -> Places:
    """The places of these things in the graphs; the first graph counts where several describe the same thing."""
    places: Places = {}
    for graph in graphs:
        for key, where in graph.read_places(things):
            places.setdefault(key, where)
    return places


class Statements:
    """Collects the statements of one source file, and the lines that its things come from.

    Args:
        iri: the name of the graph.
        file: the path of the file below the review folder.
    """

    def __init__(self, iri: Term, file: str) -> None:
        self.iri, self._file = iri, file
        self._lines: list[str] = []
        self._places: dict[tuple[str, str], tuple[int, int]] = {}

    def add(self, subject: Term, *facts: tuple[Term, Term | None]) -> None:
        """Adds a statement for each (property, value) that has a value."""
        self._lines += [f"{subject} {predicate} {value}" for predicate, value in facts if value]

    def add_texts(self, subject: Term, *facts: tuple[Term, str | None]) -> None:
        """Adds a statement for each (property, text) that has a text."""
        self._lines += [f"{subject} {predicate} {literal(value)}" for predicate, value in facts if value]

    def add_all(self, subject: Term, predicate: Term, values: Iterable[Term]) -> None:
        """Adds a statement for each value of one property."""
        self._lines += [f"{subject} {predicate} {value}" for value in values]

    def add_lines(self, lines: Iterable[str]) -> None:
        """Adds statements that are text already."""
        self._lines += lines

    def thing(self, subject: Term, *types: Term, at: tuple[int, int] = (0, 0), label: str = "", id: str = "") -> None:
        """Declares a thing: its classes, the line and column it comes from, its label, and its id in the source."""
        self._places.setdefault((subject, ""), at)
        self._lines += [f"{subject} {RDF.type} {type_}" for type_ in types]
        if label:
            self._lines.append(f"{subject} {RDFS.label} {literal(label)}")
        if id:
            self._lines.append(f"{subject} {DCTERMS.identifier} {literal(id)}")

    def agent(self, name: str, at: tuple[int, int]) -> Term:
        """Declares somebody who annotates or decides, by the name as written, and returns the IRI of that name."""
        iri = Term(str(agent(name)))
        self.thing(iri, PROV.Agent, at=at, label=normalize("NFC", name))
        return iri

    def place(self, subject: Term, predicate: Term, at: tuple[int, int]) -> None:
        """The line and column that a property of a thing comes from; the first one counts."""
        self._places.setdefault((subject, predicate), at)

    def provenance(self, digest: str, *types: Term) -> None:
        """States which file the graph was made from, and the SHA-256 of its bytes (in hex)."""
        self.thing(self.iri, CS.SourceFile, PROV.Entity, *types, label=self._file)
        self.add(self.iri, (CS.sourceFile, text(self._file)), (CS.contentHash, text(f"sha256:{digest}")))

    def graph(self) -> SourceGraph:
        """The graph of all that was added."""
        traced = "\n".join(
            [
                f"{subject[1:-1]} {predicate[1:-1]} {line} {column} {self._file}"
                for (subject, predicate), (line, column) in self._places.items()
            ]
        )
        return SourceGraph(NamedNode(self.iri[1:-1]), "\n".join(sorted(set(self._lines))).encode(), traced)
