"""The graph as files, sorted: the same graph always gives the same bytes."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO

from pyoxigraph import Quad, RdfFormat, Triple, parse, serialize

from kg.core.iris import PREFIXES
from kg.graph.statements import SourceGraph, statement
from kg.graph.turtle import header, turtle_of_sorted

_SHARE = 4 * 1024 * 1024
"""Bytes of the graph, or about so many, that are put in order at a time."""
_SMALL = 1024 * 1024
_LINES = 100_000
"""Of how many lines of small graphs one run is made: as single lines they take twice the room."""


@dataclass(frozen=True)
class Written:
    """What was written: how many quads, the SHA-256 of their bytes, and how many triples their union has."""

    quads: int
    sha256: str
    triples: int


def write_graph(graphs: Sequence[SourceGraph], quads: IO[bytes], turtle: IO[bytes]) -> Written:
    """Writes each graph as sorted N-Quads (RDF 1.1 N-Quads, canonical escapes), and their union as sorted Turtle.

    A graph's name ends each line, so that in order they are in the order of their statements, too.
    """
    number, triples, found = 0, 0, hashlib.sha256()
    turtle.write(header())
    for lines in _in_shares(_runs(graphs)):
        lines.sort()
        data = b"\n".join([*lines, b""])
        quads.write(data)
        found.update(data)
        number += len(lines)
        text, count = turtle_of_sorted([line[: line.rindex(b" <")] for line in lines])
        turtle.write(text)
        triples += count
    return Written(number, found.hexdigest(), triples)


def nquads(graphs: Sequence[SourceGraph]) -> bytes:
    """The graphs as the N-Quads that are written."""
    return b"".join(b"\n".join([*sorted(lines), b""]) for lines in _in_shares(_runs(graphs)))


def turtle_of(quads: bytes) -> bytes:
    """The same Turtle, made from the N-Quads."""
    statements = sorted({statement(quad.triple).encode() for quad in parse(quads, format=RdfFormat.N_QUADS)})
    return header() + turtle_of_sorted(statements)[0]


Run = tuple[bytes, bytes]
"""Lines in order, and what each of them ends with."""


def _runs(graphs: Sequence[SourceGraph]) -> list[Run]:
    """The lines of the graphs; those of small graphs together, since each run is looked through for each share."""
    runs: list[Run] = []
    small: list[bytes] = []
    for graph in graphs:
        end = f" {graph.iri} .".encode()
        if len(graph.text) > _SMALL:
            runs.append((graph.text, end))
        else:
            small += [line + end for line in graph.lines]
        if len(small) > _LINES:
            runs.append((b"\n".join(sorted(small)), b""))
            small = []
    return [*runs, (b"\n".join(sorted(small)), b"")]


def _in_shares(runs: Sequence[Run]) -> Iterator[list[bytes]]:
    """All lines, in shares that follow each other in order: no subject is in two of them, within one there is no order.

    So a graph that fills half of the memory is written in order without being there twice.
    """
    runs = [(text, end) for text, end in runs if text]
    bounds = _bounds([text for text, _ in runs])
    starts = [0] * len(runs)
    for bound in [*bounds, None]:
        share: list[bytes] = []
        for number, (text, end) in enumerate(runs):
            stop = len(text) if bound is None else _first(text, bound)
            if stop > starts[number]:
                piece = text[starts[number] : stop].removesuffix(b"\n")
                share += [line + end for line in piece.split(b"\n")] if end else piece.split(b"\n")
                starts[number] = stop
        if share:
            yield share


def _bounds(texts: Sequence[bytes]) -> list[bytes]:
    """Subjects that divide the lines into shares of about the same size."""
    size = sum(map(len, texts))
    shares = size // _SHARE
    if not shares:
        return []
    step = max(1, size // (shares * 64))
    subjects = sorted(
        text[start : text.index(b" ", start)]
        for text in texts
        for start in (text.find(b"\n", at) + 1 for at in range(0, len(text), step))
    )
    return sorted({subjects[number * len(subjects) // (shares + 1)] for number in range(1, shares + 1)})


class _LineStarts(Sequence[bytes]):
    """The lines of a text by the place of any of their bytes, for bisection."""

    def __init__(self, text: bytes, width: int) -> None:
        self._text, self._width = text, width

    def __len__(self) -> int:
        return len(self._text)

    def __getitem__(self, at: int) -> bytes:  # type: ignore[override]  # bisect asks for single places only
        start = self._text.rfind(b"\n", 0, at) + 1
        return self._text[start : start + self._width]


def _first(text: bytes, bound: bytes) -> int:
    """Where the first line begins that is not before the bound."""
    return bisect_left(_LineStarts(text, len(bound)), bound)


def ntriples(lines: Iterable[bytes]) -> bytes:
    """Statements without dots as N-Triples."""
    return b" .\n".join([*lines, b""])


def dump(data: Iterable[Triple] | Iterable[Quad], form: RdfFormat) -> bytes:
    prefixes = PREFIXES if form == RdfFormat.TURTLE else None
    return serialize(data, format=form, prefixes=prefixes) or b""


def in_order(triples: Iterable[Triple]) -> Sequence[Triple]:
    """By subject, predicate and object."""
    return sorted(triples, key=statement)
