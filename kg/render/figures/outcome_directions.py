"""What practices do to outcomes: studies that found decreases on the left, increases on the right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from kg.answers.rows import Rows
from kg.core.problems import UsageError
from kg.render.figures.canvas import DARK, FAINT, LIGHT, Canvas
from kg.render.figures.letters import LINE, SIZE, SMALL, capital, text_width, wrapped
from kg.render.figures.publications_per_year import TWO_PANELS

DIRECTIONS = ("decreases", "no change", "mixed", "increases")
"""From left to right; bars of the first go to the left."""
HANDS = ((DARK, DARK, "first-hand"), (LIGHT, DARK, "second-hand only"))
WIDEST = 14.0
"""Length of the bar of one study, at most."""
BAR, GAP, BETWEEN = 6.4, 7.0, 14.0
"""Height of a bar, room between two directions, and between two panels."""
MOST_ROWS = 16
"""More effects than these are divided into two panels where there is room."""


@dataclass(frozen=True, slots=True)
class EffectLine:
    """A line of the figure: the name of a practice, or an outcome with its counts."""

    practice: str
    label: list[str]
    counts: Mapping[str, tuple[int, int]]
    """First-hand and second-hand studies by direction; empty for the name of a practice."""

    @property
    def height(self) -> float:
        return LINE * len(self.label) + (1.6 if self.counts else 4.5)


@dataclass(frozen=True, slots=True)
class Lane:
    """The room of a direction: where it begins, where its bars begin, and the length of one study."""

    direction: str
    left: float
    width: float
    unit: float

    @property
    def sign(self) -> int:
        return -1 if self.direction == DIRECTIONS[0] else 1

    @property
    def base(self) -> float:
        return self.left + (self.width if self.sign < 0 else 0)


def draw(canvas: Canvas, rows: Rows, _: frozenset[str]) -> None:
    """Draw the effects below the practices that have them, in two panels if they are many and the canvas is wide."""
    found = list(rows)
    panels = 2 if canvas.width >= TWO_PANELS and len(found) > MOST_ROWS else 1
    room = (canvas.width - BETWEEN * (panels - 1)) / panels
    longest = max(text_width(capital(str(row["outcome_label"])), SIZE) for row in found)
    left = min(longest + 8, 0.4 * room)
    lanes = _lanes(canvas, [_counts(row) for row in found], left, room - left)
    canvas.keys(HANDS)
    canvas.y += 2
    top, bottom = canvas.y, 0.0
    for i, lines in enumerate(_divided(list(_lines(found, left, room)), panels)):
        canvas.y = top
        x = i * (room + BETWEEN)
        _panel(canvas, lines, [replace(lane, left=lane.left + x) for lane in lanes], x)
        bottom = max(bottom, canvas.y)
    canvas.y = bottom


def _counts(row: Mapping[str, object]) -> dict[str, tuple[int, int]]:
    columns = {direction: direction.replace(" ", "_") for direction in DIRECTIONS}
    return {
        direction: (int(str(row[column])), int(str(row[f"{column}_second_hand"])))
        for direction, column in columns.items()
    }


def _lines(rows: Sequence[Mapping[str, object]], left: float, room: float) -> Iterator[EffectLine]:
    for practice, effects in groupby(rows, lambda row: str(row["practice_label"])):
        yield EffectLine(practice, wrapped(capital(practice), room, SIZE, 2, bold=True), {})
        for row in effects:
            label = wrapped(capital(str(row["outcome_label"])), left - 8, SIZE, 2)
            yield EffectLine(practice, label, _counts(row))


def _divided(lines: Sequence[EffectLine], panels: int) -> list[list[EffectLine]]:
    """The lines of each panel, as equal in height as possible; the second begins with the name of a practice."""
    total, at, height = sum(line.height for line in lines), 0, 0.0
    if panels == 1:
        return [list(lines)]
    while height + lines[at].height / 2 < total / 2:
        height += lines[at].height
        at += 1
    if not lines[at - 1].counts:  # a name stays with its effects
        at -= 1
    first, second = list(lines[:at]), list(lines[at:])
    if second[0].counts:
        name = next(line for line in reversed(first) if not line.counts)
        second.insert(0, EffectLine(name.practice, [*name.label[:-1], f"{name.label[-1]} (continued)"], {}))
    return [first, second]


def _lanes(canvas: Canvas, counts: Sequence[Mapping[str, tuple[int, int]]], left: float, room: float) -> list[Lane]:
    """The lanes of the directions, all on one scale: those that no study found, between the outer two, are left out."""
    most = {direction: max(sum(row[direction]) for row in counts) for direction in DIRECTIONS}
    shown = [name for name in DIRECTIONS if most[name] or name in (DIRECTIONS[0], DIRECTIONS[-1])]
    numbers = text_width(str(max(most.values())), SMALL) + 3.5
    room -= GAP * (len(shown) - 1)
    heads = [text_width(capital(name), SIZE) + 2 for name in shown]
    for narrowest in (heads, [13.0] * len(shown)):  # headings are upright where they have no room
        unit = WIDEST
        while unit > 1e-7:
            widths = [max(most[name] * unit + numbers, least) for name, least in zip(shown, narrowest, strict=True)]
            if sum(widths) <= room:
                lefts = [left + sum(widths[:i]) + GAP * i for i in range(len(shown))]
                return [Lane(*lane, unit) for lane in zip(shown, lefts, widths, strict=True)]
            unit *= 0.96
    raise UsageError(f"so many studies do not fit in {canvas.millimetres:g} mm: give a larger width")


def _panel(canvas: Canvas, lines: Sequence[EffectLine], lanes: Sequence[Lane], x: float) -> None:
    """Draw a panel that begins at `x`; `y` moves below it."""
    _heads(canvas, lanes)
    for line in lines:
        if not line.counts:
            canvas.label(x, canvas.y + 3 + LINE * len(line.label) / 2, line.label, bold=True)
            canvas.y += line.height
            continue
        middle = canvas.y + line.height / 2
        canvas.label(x + 4, middle, line.label)
        for lane in lanes:
            canvas.line(lane.base, canvas.y, lane.base, canvas.y + line.height, stroke=FAINT)
            _bar(canvas, lane, line.counts[lane.direction], middle)
        canvas.y += line.height


def _heads(canvas: Canvas, lanes: Sequence[Lane]) -> None:
    """The directions above their lanes, upright where they have no room; `y` moves below them."""
    names = [capital(lane.direction) for lane in lanes]
    flat = all(text_width(name, SIZE) <= lane.width for name, lane in zip(names, lanes, strict=True))
    canvas.y += SIZE + 2 if flat else max(text_width(name, SIZE) for name in names) + 2
    for name, lane in zip(names, lanes, strict=True):
        if flat:
            canvas.text(lane.base, canvas.y - 2, name, text_anchor="end" if lane.sign < 0 else "start")
        else:
            canvas.upright(lane.base + lane.sign * 5, canvas.y - 2, [name])


def _bar(canvas: Canvas, lane: Lane, counts: tuple[int, int], middle: float) -> None:
    """Draw first-hand studies, then the others, away from the baseline, and the number of both at the end."""
    end = lane.base
    for (fill, stroke, _), count in zip(HANDS, counts, strict=True):
        length = count * lane.unit
        if count:
            canvas.box(min(end, end + lane.sign * length), middle - BAR / 2, length, BAR, fill=fill, stroke=stroke)
        end += lane.sign * length
    if any(counts):
        anchor = "end" if lane.sign < 0 else "start"
        canvas.label(end + lane.sign * 2, middle, [str(sum(counts))], SMALL, text_anchor=anchor)
