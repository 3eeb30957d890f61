"""The store that rules and checks are run on: of a large graph, only the statements that they can depend on.

The rules and checks that come with kg name every property that they match, so statements with other properties cannot
change their results (a test checks this). Queries of the review may match anything: with one of them, everything is
loaded.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from kg.core.files import SourceFile
from kg.core.iris import PREFIXES, RDF, RDFS, mint
from kg.core.layers import shipped
from kg.graph.statements import SourceGraph
from kg.store import Store

_TERM = re.compile(r"(?<![\w?$:<])([a-z]+):([A-Za-z][\w-]*)|(?<=\s)a(?=\s)")
_GRAPH = re.compile(r"\bGRAPH\s+\?\w+\s*\{([^{}]*)\}")
_TYPE, _SUBCLASS = str(RDF.type).encode(), str(RDFS.subClassOf).encode()
_VOCABULARIES = mint("vocabulary", "").value
_BATCH = 50_000
"""Statements that are given to the store at a time: one call for a thousand small graphs is faster than a thousand."""


@dataclass(frozen=True)
class Needs:
    """The terms that queries name, as N-Triples write them.

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
    """Every term that the pattern of a query of kg names, as N-Triples write it."""
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


def loaded(graphs: Sequence[SourceGraph], needs: Needs | None) -> Store:
    """A store of the statements that are needed; of all statements if `needs` is None."""
    store, triples, quads = Store(), list[bytes](), list[bytes]()
    classes = _classes(graphs, needs) if needs else set[bytes]()
    for graph in graphs:
        end = f" {graph.iri} .\n".encode()
        if needs is None:
            triples += graph.lines
            quads += [line + end for line in graph.lines]
        else:
            found = by_predicate(graph)
            for predicate in needs.terms & found.keys():
                lines = found[predicate]
                triples += lines if predicate != _TYPE else [n for n in lines if n.rsplit(b" ", 1)[1] in classes]
            for names in needs.named:
                if names <= found.keys():
                    quads += [line + end for name in names for line in found[name]]
        if len(triples) + len(quads) > _BATCH:
            store.load(_joined(triples), b"".join(quads))
            triples, quads = [], []
    store.load(_joined(triples), b"".join(quads))
    return store


def sampled(graphs: Iterable[SourceGraph]) -> Store:
    """A store of the vocabularies, and of one statement for each property and each class of the other graphs."""
    shown: dict[bytes, bytes] = {}
    vocabularies: list[bytes] = []
    for graph in graphs:
        if graph.iri.value.startswith(_VOCABULARIES):
            vocabularies += graph.lines
            continue
        for predicate, lines in by_predicate(graph).items():
            if predicate == _TYPE:
                shown |= {line.rsplit(b" ", 1)[1]: line for line in lines}
            else:
                shown[predicate] = lines[0]
    store = Store()
    store.load(_joined([*vocabularies, *shown.values()]))
    return store


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


def _classes(graphs: Sequence[SourceGraph], needs: Needs) -> set[bytes]:
    """The classes whose members matter: those that are named, and those that a named property leads up from."""
    return {*needs.terms, *(subclasses(graphs) if _SUBCLASS in needs.terms else ())}


def _joined(lines: Iterable[bytes]) -> bytes:
    return b" .\n".join([*lines, b""])
