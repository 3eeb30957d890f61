"""The triples of one source file, and the line each thing in them comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse

from kg.iris import CS, DCTERMS, PROV, RDF, RDFS, XSD
from kg.problems import Location

Term = NamedNode | Literal


def integer(value: int) -> Literal:
    return Literal(str(value), datatype=XSD.integer)


def year(value: str) -> Literal:
    return Literal(value, datatype=XSD.gYear)


class SourceGraph:
    """One named graph. `places` traces a thing, or a property of a thing, to the line it was read from.

    Triples are kept as N-Triples write them, without the dot: `<s> <p> "o"`. A bibliography gives millions of them, and
    all that is done with most is to sort them and to write them down.
    """

    __slots__ = ("iri", "places", "statements")

    def __init__(self, iri: NamedNode, triples: Iterable[Triple] = ()) -> None:
        self.iri = iri
        self.statements = {statement(triple) for triple in triples}
        self.places: dict[tuple[str, str], Location] = {}

    @property
    def triples(self) -> frozenset[Triple]:
        return frozenset(quad.triple for quad in parse(self.ntriples(), format=RdfFormat.N_TRIPLES))

    def quads(self) -> Iterator[Quad]:
        return (Quad(t.subject, t.predicate, t.object, self.iri) for t in self.triples)

    def ntriples(self) -> bytes:
        """The triples as N-Triples, in no order."""
        return "".join(f"{statement} .\n" for statement in self.statements).encode()

    def nquads(self) -> list[bytes]:
        """The triples as lines of N-Quads, in no order."""
        end = f" {self.iri} .\n"
        return [(statement + end).encode() for statement in self.statements]

    def add(self, subject: NamedNode, predicate: NamedNode, value: Term | str | None) -> None:
        """Adds a triple; text becomes a plain literal, and nothing is added for None or an empty text."""
        if value is None or value == "":
            return
        term = Literal(value) if isinstance(value, str) else value
        self.statements.add(f"{subject} {predicate} {term}")

    def add_all(self, subject: NamedNode, predicate: NamedNode, values: Iterable[Term | str]) -> None:
        for value in values:
            self.add(subject, predicate, value)

    def thing(self, subject: NamedNode, *types: NamedNode, where: Location, label: str = "", id: str = "") -> None:
        """Declares a thing: its classes, the line it comes from, its label and the id it has in the source."""
        self.places.setdefault((subject.value, ""), where)
        self.add_all(subject, RDF.type, types)
        self.add(subject, RDFS.label, label)
        self.add(subject, DCTERMS.identifier, id)

    def place(self, subject: NamedNode, predicate: NamedNode, where: Location) -> None:
        self.places.setdefault((subject.value, predicate.value), where)

    def provenance(self, file: str, digest: str, *types: NamedNode) -> None:
        """What the graph was made from: the file's path below the review folder and the SHA-256 of its bytes."""
        self.thing(self.iri, CS.SourceFile, PROV.Entity, *types, where=Location(file), label=file)
        self.add(self.iri, CS.sourceFile, file)
        self.add(self.iri, CS.contentHash, f"sha256:{digest}")


def statement(triple: Triple) -> str:
    """A triple as N-Triples write it, without the dot."""
    return f"{triple.subject} {triple.predicate} {triple.object}"


def all_places(graphs: Iterable[SourceGraph]) -> dict[tuple[str, str], Location]:
    """The places of all graphs, the first where several describe the same thing."""
    places: dict[tuple[str, str], Location] = {}
    for graph in graphs:
        for key, where in graph.places.items():
            places.setdefault(key, where)
    return places
