"""The triples of one source file, and the line each thing in them comes from."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from itertools import groupby

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse

from kg.core.iris import CS, DCTERMS, PROV, RDF, RDFS, XSD
from kg.core.problems import Location

Term = NamedNode | Literal


def integer(value: int) -> Literal:
    return Literal(str(value), datatype=XSD.integer)


def literal(text: str) -> str:
    """Text as a plain literal of N-Triples: what pyoxigraph writes, which is asked when anything has to be escaped."""
    if text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return str(Literal(text))


Places = dict[tuple[str, str], Location]
"""Where a thing, by its IRI, or a property of it, by both, was read from; the thing itself has the property ""."""


class SourceGraph:
    """One named graph. `places` traces a thing, or a property of a thing, to the line it was read from.

    Triples are kept as N-Triples write them, without the dot: `<s> <p> "o"`. A bibliography gives millions of them, and
    all that is done with most is to sort them and to write them down. What is told of a subject all at once is a block:
    its lines in order, as they will be written. A graph that is `sealed` is complete: it is held as one text, in a
    tenth of the room.
    """

    __slots__ = ("_blocks", "_open", "_places", "_text", "_traced", "iri")

    def __init__(self, iri: NamedNode, triples: Iterable[Triple] = ()) -> None:
        self.iri = iri
        self._open: set[str] | None = {statement(triple) for triple in triples}
        self._blocks: dict[str, bytes] = {}
        self._text = b""
        self._places: Places = {}
        self._traced = ""

    def sealed(self) -> SourceGraph:
        """The graph itself, which from now on changes no more."""
        self._text, self._open, self._blocks = self.text, None, {}
        self._traced = "\n".join(
            f"{iri} {name} {where.line} {where.column} {where.file}" for (iri, name), where in self._places.items()
        )
        self._places = {}
        return self

    def traced(self) -> list[str]:
        """The places of a sealed graph, as lines: IRI, property, line, column and file."""
        return self._traced.split("\n") if self._traced else []

    def as_json(self) -> list[str]:
        """A sealed graph, for `from_json`."""
        return [self.iri.value, self._text.decode(), self._traced]

    @classmethod
    def from_json(cls, value: list[str]) -> SourceGraph:
        graph = cls(NamedNode(value[0]))
        graph._open, graph._text, graph._traced = None, value[1].encode(), value[2]
        return graph

    @property
    def text(self) -> bytes:
        """The triples in order, a line each, without dots."""
        if self._open is None:
            return self._text
        if not self._blocks:
            return "\n".join(sorted(self._open)).encode()
        blocks = self._blocks.copy()
        for subject, lines in groupby(sorted(self._open), lambda line: line.split(" ", 1)[0]):
            _put(blocks, subject, "\n".join(lines))
        return b"\n".join([blocks[subject] for subject in sorted(blocks)])

    @property
    def statements(self) -> set[str]:
        """The triples as texts; those of a graph that is not sealed may be added to."""
        if self._open is None:
            return set(filter(None, self._text.decode().split("\n")))
        for block in self._blocks.values():
            self._open.update(block.decode().split("\n"))
        self._blocks = {}
        return self._open

    @property
    def places(self) -> Places:
        return dict(self.read_places()) if self._traced else self._places

    def read_places(self, things: Container[str] | None = None) -> Iterator[tuple[tuple[str, str], Location]]:
        """The places of these things, or of all."""
        if self._open is not None:
            yield from ((key, where) for key, where in self._places.items() if things is None or key[0] in things)
            return
        for line in self.traced():
            if things is None or line[: line.index(" ")] in things:
                iri, name, number, column, file = line.split(" ", 4)
                yield (iri, name), Location(file, int(number), int(column))

    @property
    def triples(self) -> frozenset[Triple]:
        text = b"".join(b"%s .\n" % line for line in self.text.split(b"\n") if line)
        return frozenset(quad.triple for quad in parse(text, format=RdfFormat.N_TRIPLES))

    def quads(self) -> Iterator[Quad]:
        return (Quad(t.subject, t.predicate, t.object, self.iri) for t in self.triples)

    def add(self, subject: NamedNode, predicate: NamedNode, value: Term | str | None) -> None:
        """Adds a triple; text becomes a plain literal, and nothing is added for None or an empty text."""
        if value is None or value == "":
            return
        if self._open is None:
            raise ValueError(f"{self.iri} is sealed")
        self._open.add(f"{subject} {predicate} {literal(value) if isinstance(value, str) else value}")

    def tell(self, beginning: str, statements: str) -> None:
        """Adds statements, a line each and in order: all that begin like this, with a subject or what several share.

        Others that begin like it may be told later, but none that is told under another beginning.
        """
        _put(self._blocks, beginning, statements)

    def add_all(self, subject: NamedNode, predicate: NamedNode, values: Iterable[Term | str]) -> None:
        for value in values:
            self.add(subject, predicate, value)

    def thing(self, subject: NamedNode, *types: NamedNode, where: Location, label: str = "", id: str = "") -> None:
        """Declares a thing: its classes, the line it comes from, its label and the id it has in the source."""
        self.trace(subject.value, where)
        self.add_all(subject, RDF.type, types)
        self.add(subject, RDFS.label, label)
        self.add(subject, DCTERMS.identifier, id)

    def trace(self, iri: str, where: Location) -> None:
        """The line that a thing comes from; the first that is told stays."""
        self._places.setdefault((iri, ""), where)

    def place(self, subject: NamedNode, predicate: NamedNode, where: Location) -> None:
        self._places.setdefault((subject.value, predicate.value), where)

    def provenance(self, file: str, digest: str, *types: NamedNode) -> None:
        """What the graph was made from: the file's path below the review folder and the SHA-256 of its bytes."""
        self.thing(self.iri, CS.SourceFile, PROV.Entity, *types, where=Location(file), label=file)
        self.add(self.iri, CS.sourceFile, file)
        self.add(self.iri, CS.contentHash, f"sha256:{digest}")


def statement(triple: Triple) -> str:
    """A triple as N-Triples write it, without the dot."""
    return f"{triple.subject} {triple.predicate} {triple.object}"


def _put(blocks: dict[str, bytes], beginning: str, statements: str) -> None:
    block = statements.encode()
    if beginning in blocks:
        block = b"\n".join(sorted({*block.split(b"\n"), *blocks[beginning].split(b"\n")}))
    blocks[beginning] = block


def places_of(graphs: Iterable[SourceGraph], things: Container[str]) -> Places:
    """The places of these things in the graphs, the first where several describe the same thing."""
    places: Places = {}
    for graph in graphs:
        for key, where in graph.read_places(things):
            places.setdefault(key, where)
    return places
