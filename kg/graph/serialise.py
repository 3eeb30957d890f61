"""The graph as files, sorted: the same graph always gives the same bytes."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO

from pyoxigraph import Quad, RdfFormat, Triple, parse, serialize

from kg.core.iris import PREFIXES
from kg.graph.statements import SourceGraph, statement

_SHARE = 4 * 1024 * 1024
"""About the number of bytes of the graph that are sorted at a time."""
_SMALL = 1024 * 1024
"""Graphs with fewer bytes than this are sorted together with others."""
_LINES = 100_000
"""Lines of small graphs that are joined into one run: as separate lines they take twice the memory."""

_DECLARATIONS = re.compile(rb"\A(?:@prefix [^\n]*\n)*")


@dataclass(frozen=True)
class Written:
    """The number of quads that were written, the SHA-256 of their bytes, and the number of triples in their union."""

    quads: int
    sha256: str
    triples: int


def write_graph(graphs: Sequence[SourceGraph], quads: IO[bytes], turtle: IO[bytes]) -> Written:
    """Writes each graph as sorted N-Quads (RDF 1.1 N-Quads, canonical escapes), and their union as sorted Turtle.

    The name of the graph is at the end of each line, so sorted lines are sorted by statement too.
    """
    number, triples, found = 0, 0, hashlib.sha256()
    header = b""
    for lines in _in_shares(_runs(graphs)):
        lines.sort()
        data = b"\n".join([*lines, b""])
        quads.write(data)
        found.update(data)
        number += len(lines)
        statements = dict.fromkeys(line[: line.rindex(b" <")] for line in lines)  # those of two graphs once
        text = _turtle(statements)
        turtle.write(text.removeprefix(header))
        header = header or _DECLARATIONS.findall(text)[0]
        triples += len(statements)
    return Written(number, found.hexdigest(), triples)


def turtle_of(quads: bytes) -> bytes:
    """The same Turtle, made from the N-Quads."""
    return _turtle(sorted({statement(quad.triple).encode() for quad in parse(quads, format=RdfFormat.N_QUADS)}))


def _turtle(statements: Collection[bytes]) -> bytes:
    """Sorted statements as Turtle, with the lines that declare the prefixes. It has a block for each subject."""
    return dump(parse(ntriples(statements), format=RdfFormat.N_TRIPLES), RdfFormat.TURTLE)


Run = tuple[bytes, bytes]
"""Sorted lines, and the ending that is added to each of them."""


def _runs(graphs: Sequence[SourceGraph]) -> list[Run]:
    """The lines of the graphs. Small graphs share a run, because every run is searched for every share."""
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
    """All lines in shares. The shares are in order and no subject is in two of them; lines within a share are unsorted.

    This way a graph that fills half of the memory is written in order without a second copy of it.
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
    """The subjects at which the lines are divided into shares of about the same size."""
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


def _first(text: bytes, bound: bytes) -> int:
    """The position of the first line that does not sort before the bound."""

    def line_at(position: int) -> bytes:
        start = text.rfind(b"\n", 0, position) + 1
        return text[start : start + len(bound)]

    return bisect_left(range(len(text)), bound, key=line_at)


def ntriples(lines: Iterable[bytes]) -> bytes:
    """Statements without dots as N-Triples."""
    return b" .\n".join([*lines, b""])


def dump(data: Iterable[Triple] | Iterable[Quad], form: RdfFormat) -> bytes:
    prefixes = PREFIXES if form == RdfFormat.TURTLE else None
    return serialize(data, format=form, prefixes=prefixes) or b""


def in_order(triples: Iterable[Triple]) -> Sequence[Triple]:
    """By subject, predicate and object."""
    return sorted(triples, key=str)
