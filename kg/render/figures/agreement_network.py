"""Where findings stand to earlier works: a line for each stance, told apart by its dashes, its end and its words.

Findings stand on the left and works on the right, and every line ends at a place of its own: on a column of a paper
nothing else keeps the names of two dozen works, and what stands on the lines, from running into each other.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kg.answers.rows import Rows
from kg.render.figures.letters import width, wrapped
from kg.render.figures.sheet import FAINT, LINE, SIZE, SMALL, Sheet, columns_room

STANCES = {  # colour, dashes, thickness: hues of Okabe and Ito, dark enough to read words in them
    "agrees": ("#0072b2", "", 1.0),
    "extends": ("#00785a", "5 2", 1.0),
    "qualifies": ("#a8507e", "1.2 1.8", 1.2),
    "disputes": ("#c04b00", "", 2.0),
}
GAP = 7.0
"""Between two blocks of a column."""


@dataclass(frozen=True, slots=True)
class Edge:
    finding: tuple[str, str, str]
    """Publication, id and reading."""
    stance: str
    how: str
    key: str


@dataclass(slots=True)
class Block:
    """A finding or a work on its side: lines of text, and the edges that end at it."""

    head: list[str]
    lines: list[str]
    edges: list[Edge]
    top: float = 0

    @property
    def high(self) -> float:
        return LINE * (len(self.head) + len(self.lines)) + GAP


def draw(sheet: Sheet, rows: Rows, _: frozenset[str]) -> None:
    edges = [
        Edge(
            (str(row["by"]), str(row["finding_id"]), str(row["reading"] or "")),
            str(row["stance"]),
            str(row["how"]),
            str(row["key"]),
        )
        for row in rows
    ]
    names = _names(rows)
    left, room = 0.4 * sheet.width, columns_room(list(names.values()), 0.33 * sheet.width)
    right = sheet.width - room - 8
    findings, works = _findings(rows, edges, left - 4), _works(names, edges, room)
    bottom = sheet.y + max(sum(block.high for block in side) for side in (findings, works))
    for side in (findings, works):
        _spread(side, sheet.y, bottom)
    ends = _ends(works)
    for block in findings:
        _finding(sheet, block)
    for stance in reversed(STANCES):  # agreement, of which there is most, above the rest would hide it
        for block in findings:
            _lines(sheet, block, ends, stance, left, right)
    for block in works:
        _work(sheet, block, ends, right)
    sheet.y = bottom
    _legend(sheet, {edge.stance for edge in edges})


def _findings(rows: Rows, edges: Sequence[Edge], room: float) -> list[Block]:
    several = len({edge.finding[0] for edge in edges}) > 1
    blocks: dict[tuple[str, str, str], Block] = {}
    for row, edge in zip(rows, edges, strict=True):
        by, name, reading = edge.finding
        if edge.finding not in blocks:
            head = (f"{by}: {name}" if several else name) + (f" ({reading})" if reading else "")
            blocks[edge.finding] = Block(
                wrapped(head, room, SIZE, 2, bold=True), wrapped(str(row["statement"]), room, SMALL, 7), []
            )
        blocks[edge.finding].edges.append(edge)
    return list(blocks.values())


def _names(rows: Rows) -> dict[str, str]:
    """Works by their keys: authors and year, with the key where that names several."""
    names = {str(row["key"]): str(row["cited"]) for row in rows}
    often = Counter(names.values())
    return {key: name if often[name] == 1 else f"{name} [{key}]" for key, name in names.items()}


def _works(names: Mapping[str, str], edges: Sequence[Edge], room: float) -> list[Block]:
    """In an order that keeps lines short: each at the mean place of what it is joined to (a barycentre heuristic)."""
    findings = list(dict.fromkeys(edge.finding for edge in edges))
    place = {finding: float(i) for i, finding in enumerate(findings)}
    order = sorted(names, key=lambda key: (_mean(place[e.finding] for e in edges if e.key == key), names[key], key))
    blocks = []
    for key in order:
        own = sorted((edge for edge in edges if edge.key == key), key=lambda edge: place[edge.finding])
        blocks.append(Block(wrapped(names[key], room, SIZE, 3), [_words(edge.how) for edge in own], own))
    return blocks


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return sum(found) / len(found)


def _words(how: str) -> str:
    """`agreesWith` as `agrees with`."""
    return re.sub(r"([A-Z])", lambda match: f" {match[0].lower()}", how)


def _spread(side: Sequence[Block], top: float, bottom: float) -> None:
    """The blocks of a side one below the other, over the whole height."""
    spare = (bottom - top - sum(block.high for block in side)) / len(side)
    for block in side:
        block.top = top + spare / 2
        top += block.high + spare


def _ends(works: Sequence[Block]) -> dict[Edge, float]:
    """The height at which each line ends."""
    return {
        edge: block.top + LINE * (len(block.head) + i + 0.5) for block in works for i, edge in enumerate(block.edges)
    }


def _finding(sheet: Sheet, block: Block) -> None:
    for i, line in enumerate(block.head):
        sheet.text(0, block.top + LINE * (i + 0.85), line, bold=True)
    for i, line in enumerate(block.lines, len(block.head)):
        sheet.text(0, block.top + LINE * (i + 0.85), line, size=SMALL)


def _lines(sheet: Sheet, block: Block, ends: dict[Edge, float], stance: str, left: float, right: float) -> None:
    """From the side of a finding, in the order of their ends, so that they do not cross there."""
    ordered = sorted(block.edges, key=lambda edge: ends[edge])
    text = block.high - GAP
    apart = min(4.0, text / len(ordered))
    colour, dashes, thick = STANCES[stance]
    sheet.line(left - 1, block.top + 1, left - 1, block.top + text, stroke=FAINT, thick=0.7)
    for i, edge in enumerate(ordered):
        if edge.stance == stance:
            y, y2, turn = block.top + text / 2 + apart * (i - (len(ordered) - 1) / 2), ends[edge], (right - left) / 2
            sheet.path(
                f"M{left - 1:.2f} {y:.2f} C{left + turn:.2f} {y:.2f} {right - turn:.2f} {y2:.2f} {right:.2f} {y2:.2f}",
                stroke=colour,
                dashes=dashes,
                thick=thick,
            )


def _work(sheet: Sheet, block: Block, ends: dict[Edge, float], right: float) -> None:
    for i, line in enumerate(block.head):
        sheet.text(right + 8, block.top + LINE * (i + 0.85), line)
    for edge, word in zip(block.edges, block.lines, strict=True):
        _end(sheet, edge.stance, right + 2.5, ends[edge])
        sheet.text(right + 8, ends[edge] + SMALL * 0.36, word, size=SMALL, fill=STANCES[edge.stance][0])


def _end(sheet: Sheet, stance: str, x: float, y: float) -> None:
    """A shape of its own for each stance."""
    colour = STANCES[stance][0]
    drawn, fill = {
        "agrees": (f"M{x - 2.2:.2f} {y:.2f} a2.2 2.2 0 1 0 4.4 0 a2.2 2.2 0 1 0 -4.4 0 Z", colour),
        "extends": (f"M{x - 2.2:.2f} {y - 2.5:.2f} L{x + 2.6:.2f} {y:.2f} L{x - 2.2:.2f} {y + 2.5:.2f} Z", "#ffffff"),
        "qualifies": (f"M{x - 2.6:.2f} {y:.2f} l2.6 -2.6 l2.6 2.6 l-2.6 2.6 Z", "#ffffff"),
        "disputes": (f"M{x - 2:.2f} {y - 2.2:.2f} l4 4.4 m0 -4.4 l-4 4.4", "none"),
    }[stance]
    sheet.path(drawn, stroke=colour, fill=fill, thick=1.4 if stance == "disputes" else 0.9)


def _legend(sheet: Sheet, used: set[str]) -> None:
    x, y = 0.0, sheet.y + 8
    for stance, (colour, dashes, thick) in STANCES.items():
        if stance in used:
            sheet.path(f"M{x:.2f} {y:.2f} h16", stroke=colour, dashes=dashes, thick=thick)
            _end(sheet, stance, x + 18.5, y)
            sheet.text(x + 24, y + SMALL * 0.36, stance, size=SMALL)
            x += 24 + width(stance, SMALL) + 8
    sheet.y = y + 6
