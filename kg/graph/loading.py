"""The store that rules and checks are run on: of a large graph, only the statements that they can depend on.

The rules and checks that come with kg name every property that they match, so statements with other properties cannot
change their results (a test checks this). Queries of the review may match anything: with one of them, everything is
loaded.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from kg.core.files import SourceFile
from kg.core.iris import PREFIXES, RDF, RDFS, mint
from kg.core.layers import shipped
from kg.graph.serialise import ntriples
from kg.graph.statements import SourceGraph
from kg.store import Store

_TERM = re.compile(r"(?<![\w?$:<])([a-z]+):([A-Za-z][\w-]*)|(?<=\s)a(?=\s)")
_GRAPH = re.compile(r"\bGRAPH\s+\?\w+\s*\{([^{}]*)\}")
_TYPE, _SUBCLASS = str(RDF.type).encode(), str(RDFS.subClassOf).encode()
_BATCH = 50_000
"""Statements that are given to the store at a time: one call for a thousand small graphs is faster than a thousand."""


@dataclass(frozen=True)
class Needs:
    """The terms that queries name, in the form of N-Triples.

    `named` are those of each `GRAPH ?g { … }`: only a graph that uses all of them can match.
    """

    terms: frozenset[bytes]
    named: tuple[frozenset[bytes], ...]


def needs_of(queries: Sequence[SourceFile]) -> Needs | None:
    """What the queries can depend on; None for everything, if one of them does not come with kg."""
    if not all(map(comes_with_kg, queries)):
        return None
    texts = [_pattern(query) for query in queries]
    named = tuple(_terms(inside) for text in texts for inside in _GRAPH.findall(text))
    return Needs(frozenset[bytes]().union(*(_terms(_GRAPH.sub("", text)) for text in texts)), named)


def terms_of(query: SourceFile) -> frozenset[bytes]:
    """Every term that the pattern of a query of kg names in the form of N-Triples."""
    return _terms(_pattern(query))


def _pattern(query: SourceFile) -> str:
    return query.text.partition("WHERE")[2]


def _terms(pattern: str) -> frozenset[bytes]:
    found = [(prefix or "rdf", name or "type") for prefix, name in _TERM.findall(pattern)]
    return frozenset(f"<{PREFIXES[prefix]}{name}>".encode() for prefix, name in found if prefix in PREFIXES)


def comes_with_kg(query: SourceFile) -> bool:
    """Whether a query of the review is one of the query library of kg, unchanged."""
    path = shipped("queries").parent / query.name
    return path.is_file() and sha256(path.read_bytes()).hexdigest() == query.digest


class Sample:
    """The vocabularies, and one statement for each property and each class of the other graphs."""

    def __init__(self, graphs: Iterable[SourceGraph] = ()) -> None:
        self._lines: dict[bytes, bytes] = {}
        for graph in graphs:
            self.add(graph, by_predicate(graph))

    def add(self, graph: SourceGraph, found: Mapping[bytes, Sequence[bytes]]) -> None:
        """Adds a graph, whose statements were divided by property."""
        if graph.iri.value.startswith(mint("vocabulary", "").value):
            self._lines |= {line: line for line in graph.lines}
            return
        for predicate, lines in found.items():
            if predicate == _TYPE:
                self._lines |= {line.rsplit(b" ", 1)[1]: line for line in lines}
            else:
                self._lines[predicate] = lines[0]

    def store(self) -> Store:
        """The sample as a store."""
        store = Store()
        store.load(ntriples(self._lines.values()))
        return store


def loaded(graphs: Sequence[SourceGraph], needs: Needs | None) -> tuple[Store, Sample]:
    """A store of the statements that are needed (of all if `needs` is None), and a sample of the graphs."""
    store, sample, triples, quads = Store(), Sample(), list[bytes](), list[bytes]()
    classes = needs.terms | subclasses(graphs) if needs else set[bytes]()
    for graph in graphs:
        end, found = f" {graph.iri} .\n".encode(), by_predicate(graph)
        sample.add(graph, found)
        if needs is None:
            triples += graph.lines
            quads += [line + end for line in graph.lines]
        else:
            for predicate in needs.terms & found.keys():
                lines = found[predicate]
                triples += lines if predicate != _TYPE else [n for n in lines if n.rsplit(b" ", 1)[1] in classes]
            for names in needs.named:
                if names <= found.keys():
                    quads += [line + end for name in names for line in found[name]]
        if len(triples) + len(quads) > _BATCH:
            store.load(ntriples(triples), b"".join(quads))
            triples, quads = [], []
    store.load(ntriples(triples), b"".join(quads))
    return store, sample


def by_predicate(graph: SourceGraph) -> dict[bytes, list[bytes]]:
    """The statements of a graph by property."""
    found: defaultdict[bytes, list[bytes]] = defaultdict(list)
    for line in graph.lines:
        found[line.split(b" ", 2)[1]].append(line)
    return found


def subclasses(graphs: Iterable[SourceGraph]) -> set[bytes]:
    """The classes that are below another class."""
    lines = (line for graph in graphs if _SUBCLASS in graph.text for line in graph.lines)
    return {line.split(b" ", 1)[0] for line in lines if _SUBCLASS in line}
