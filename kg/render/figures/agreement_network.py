"""How findings relate to earlier works: a line for each stance, distinct by its dashes, its end and its words.

Findings are on the left and works on the right, and every line ends at a place of its own: in a column of a paper no
other arrangement keeps two dozen names and the words on the lines from overlapping.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import fmean

from kg.answers.rows import Rows
from kg.render.figures.canvas import FAINT, PAPER, Canvas, number
from kg.render.figures.letters import LINE, SIZE, SMALL, labels_room, wrapped

STANCES = {  # colour, dashes, thickness: hues of Okabe and Ito, dark enough to read words in them
    "agrees": ("#0072b2", "", 1.0),
    "extends": ("#00785a", "5 2", 1.0),
    "qualifies": ("#a8507e", "1.2 1.8", 1.2),
    "disputes": ("#c04b00", "", 2.0),
}
GAP = 7.0
"""Between two blocks of a side."""


@dataclass(frozen=True, slots=True)
class Stance:
    """A line of the figure, from a finding to a work."""

    finding: tuple[str, str, str]
    """Publication, id and reading."""
    name: str
    words: str
    key: str


@dataclass(slots=True)
class SideBlock:
    """A finding or a work on its side: its text, and the lines that end at it."""

    head: list[str]
    lines: list[str]
    stances: list[Stance]
    top: float = 0

    @property
    def height(self) -> float:
        return LINE * (len(self.head) + len(self.lines)) + GAP

    def draw(self, canvas: Canvas, x: float, *, bold: bool) -> None:
        """Draw the head; the lines below a work are drawn with the ends of its stances."""
        for i, line in enumerate(self.head):
            canvas.text(x, self.top + LINE * (i + 0.85), line, bold=bold)


def draw(canvas: Canvas, rows: Rows, _: frozenset[str]) -> None:
    """Draw both sides, the lines between them and the legend."""
    stances = list(map(_stance, rows))
    names = _names(rows)
    left, room = 0.4 * canvas.width, labels_room(names.values(), 0.33 * canvas.width)
    right = canvas.width - room - 8
    findings, works = _findings(rows, stances, left - 4), _works(names, stances, room)
    bottom = canvas.y + max(sum(block.height for block in side) for side in (findings, works))
    for side in (findings, works):
        _spread(side, canvas.y, bottom)
    lines = [(block, i, stance) for block in works for i, stance in enumerate(block.stances)]
    ends = {stance: block.top + LINE * (len(block.head) + i + 0.5) for block, i, stance in lines}
    for block in findings:
        block.draw(canvas, 0, bold=True)
        for i, line in enumerate(block.lines, len(block.head)):
            canvas.text(0, block.top + LINE * (i + 0.85), line, SMALL)
    for name in reversed(STANCES):  # agreement first: it is the most frequent and would hide the rest
        for block in findings:
            _lines(canvas, block, ends, name, left, right)
    for block in works:
        block.draw(canvas, right + 8, bold=False)
        for stance, words in zip(block.stances, block.lines, strict=True):
            _end(canvas, stance.name, right + 2.5, ends[stance])
            canvas.label(right + 8, ends[stance], [words], SMALL, fill=STANCES[stance.name][0])
    canvas.y = bottom + 4
    used = {stance.name for stance in stances}
    canvas.legend((21, partial(_sample, canvas, name), name) for name in STANCES if name in used)


def _stance(row: Mapping[str, object]) -> Stance:
    words = re.sub("[A-Z]", lambda match: f" {match[0].lower()}", str(row["how"]))  # agreesWith: agrees with
    finding = str(row["by"]), str(row["finding_id"]), str(row["reading"] or "")
    return Stance(finding, str(row["stance"]), words, str(row["key"]))


def _findings(rows: Rows, stances: Sequence[Stance], room: float) -> list[SideBlock]:
    several = len({stance.finding[0] for stance in stances}) > 1
    blocks: dict[tuple[str, str, str], SideBlock] = {}
    for row, stance in zip(rows, stances, strict=True):
        by, name, reading = stance.finding
        if stance.finding not in blocks:
            head = (f"{by}: {name}" if several else name) + (f" ({reading})" if reading else "")
            statement = wrapped(str(row["statement"]), room, SMALL, 7)
            blocks[stance.finding] = SideBlock(wrapped(head, room, SIZE, 2, bold=True), statement, [])
        blocks[stance.finding].stances.append(stance)
    return list(blocks.values())


def _names(rows: Rows) -> dict[str, str]:
    """Works by their keys: authors and year, with the key where several have the same."""
    names = {str(row["key"]): str(row["cited"]) for row in rows}
    often = Counter(names.values())
    return {key: name if often[name] == 1 else f"{name} [{key}]" for key, name in names.items()}


def _works(names: dict[str, str], stances: Sequence[Stance], room: float) -> list[SideBlock]:
    """Each work at the mean place of its findings, which keeps lines short (a barycentre heuristic)."""
    place = {finding: i for i, finding in enumerate(dict.fromkeys(stance.finding for stance in stances))}
    own: dict[str, list[Stance]] = {key: [] for key in names}
    for stance in sorted(stances, key=lambda stance: place[stance.finding]):
        own[stance.key].append(stance)
    order = sorted(names, key=lambda key: (fmean(place[stance.finding] for stance in own[key]), names[key], key))
    words = {key: [stance.words for stance in own[key]] for key in order}
    return [SideBlock(wrapped(names[key], room, SIZE, 3), words[key], own[key]) for key in order]


def _spread(side: Sequence[SideBlock], top: float, bottom: float) -> None:
    """Place the blocks of a side one below the other, over the whole height."""
    spare = (bottom - top - sum(block.height for block in side)) / len(side)
    for block in side:
        block.top = top + spare / 2
        top += block.height + spare


def _lines(canvas: Canvas, block: SideBlock, ends: dict[Stance, float], name: str, left: float, right: float) -> None:
    """Draw the lines of one stance that start at a finding, in the order of their ends, so that they do not cross."""
    ordered = sorted(block.stances, key=lambda stance: ends[stance])
    height, turn = block.height - GAP, (right - left) / 2
    apart = min(4.0, height / len(ordered))
    colour, dashes, thick = STANCES[name]
    canvas.line(left - 1, block.top + 1, left - 1, block.top + height, stroke=FAINT, thick=0.7)
    for i, stance in enumerate(ordered):
        if stance.name == name:
            y, y2 = block.top + height / 2 + apart * (i - (len(ordered) - 1) / 2), ends[stance]
            curve = f"C{left + turn:.2f} {y:.2f} {right - turn:.2f} {y2:.2f} {right:.2f} {y2:.2f}"
            canvas.path(f"M{left - 1:.2f} {y:.2f} {curve}", stroke=colour, dashes=dashes, thick=thick)


def _end(canvas: Canvas, name: str, x: float, y: float) -> None:
    """Draw the end of a line, which has a different shape for each stance."""
    drawn, fill = {
        "agrees": ("m-2.2 0a2.2 2.2 0 1 0 4.4 0a2.2 2.2 0 1 0 -4.4 0z", STANCES[name][0]),
        "extends": ("m-2.2 -2.5l4.8 2.5l-4.8 2.5z", PAPER),
        "qualifies": ("m-2.6 0l2.6 -2.6l2.6 2.6l-2.6 2.6z", PAPER),
        "disputes": ("m-2 -2.2l4 4.4m0 -4.4l-4 4.4", "none"),
    }[name]
    thick = 1.4 if name == "disputes" else 0.9
    canvas.path(f"M{number(x)} {number(y)}{drawn}", stroke=STANCES[name][0], fill=fill, thick=thick)


def _sample(canvas: Canvas, name: str, x: float, middle: float) -> None:
    colour, dashes, thick = STANCES[name]
    canvas.path(f"M{number(x)} {number(middle)}h16", stroke=colour, dashes=dashes, thick=thick)
    _end(canvas, name, x + 18.5, middle)
