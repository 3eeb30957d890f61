"""The evidence map as a picture for a paper: a table with bubbles, or a bubble plot as in mapping studies.

Both have the same rows, columns, symbols and notes. In the table each bubble has one of three classes, and there are
totals, which are distinct studies too. The bubble plot (Petersen et al. 2008) fits a column of a paper; there the
filled circle within a circle stands for the first-hand studies.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count, groupby
from typing import Any

from kg.answers.evidence_map import (
    NOT_APPLICABLE,
    NOT_FOUND,
    SYMBOLS,
    Cell,
    EvidenceMap,
    Header,
    MapFinding,
    note,
    shown_states,
)
from kg.render.figures.canvas import FAINT, INK, MARGIN, PAGE, PAPER, POINTS, Canvas, Sample
from kg.render.figures.letters import LINE, SIZE, SMALL, capital, labels_room, text_width, wrapped
from kg.render.text.map_tables import fitting

CLASSES = {  # fill, outline, whether it is dashed, number: distinct in lightness and outline, for greyscale
    "first-hand only": ("#0b5394", "#0b5394", "", PAPER),
    "first-hand and second-hand": ("#8cc5ee", "#0b5394", "", INK),
    "second-hand only": ("#fff3dc", "#b45f06", "dashed", INK),
}
CROSS, BAND, HOLLOW, FILLED = "#a61c00", "#f2f2f2", "#e3ecf5", "#0b3c6e"
TOTAL = "Distinct studies"
EMPTY = "This map is still empty: it has no rows or no columns."
SMALLEST = 3.0
"""Radius to which the largest bubble shrinks where columns are narrow."""
CROSSED = 7.0
"""Room for a cross next to a bubble."""
GAP = 1.5
"""Between a bubble and the number next to it."""


@dataclass(frozen=True, slots=True)
class MapStyle:
    """What differs between the two pictures."""

    columns: int
    """Of more columns than these, those without findings are left out."""
    row: float
    """Height of a row."""
    radius: float
    """Of the largest bubble in a column with enough room."""
    table: bool


TABLE = MapStyle(20, 24.0, 10.5, table=True)
BUBBLES = MapStyle(10, 18.0, 7.5, table=False)


@dataclass(frozen=True, slots=True)
class Mark:
    """What a cell with studies shows: a bubble, its number in it or next to it, and a cross where there is one."""

    radius: float
    number: str
    split: str
    """First-hand and second-hand, where the cell has both."""
    inside: bool
    room: float
    """Width of the number and the split."""
    crossed: bool

    @property
    def width(self) -> float:
        # A cross stands in the corner of the cell, above a number of one line but not above one of two.
        corner = CROSSED if self.crossed and self.split and not self.inside else 0
        return 2 * self.radius + (0 if self.inside else GAP + self.room) + corner


Warn = Callable[[str], object]


def map_table(evidence_map: EvidenceMap, width: float | None = None, warn: Warn = str) -> Canvas:
    """The map as a table with bubbles and totals, `width` millimetres wide or as wide as it needs to be.

    Columns that do not fit side by side stand in parts below each other. `warn` is called with a message if the picture
    is higher than a page.
    """
    return MapPicture(evidence_map, TABLE, width, warn).canvas


def map_bubbles(evidence_map: EvidenceMap, width: float | None = None, warn: Warn = str) -> Canvas:
    """The map as a bubble plot, `width` millimetres wide, 85 by default; otherwise as `map_table`."""
    return MapPicture(evidence_map, BUBBLES, width, warn).canvas


def class_of(cell: Cell) -> str:
    """The class of a cell with evidence, by who found it."""
    if not cell.second_hand:
        return "first-hand only"
    return "first-hand and second-hand" if cell.first_hand else "second-hand only"


def radius(count: int, largest: int, most: float) -> float:
    """The radius of a bubble: its area is proportional to `count`, and that of `largest` studies has `most` at most.

    While all counts are small, a single study has about half that radius.
    """
    return math.sqrt(count * min((0.53 * most) ** 2, most**2 / max(largest, 1)))


def split(cell: Cell) -> str:
    """`1+2`, first-hand and second-hand, if the cell has both; then the signs of the effects on an outcome."""
    both = f"{len(cell.first_hand)}+{len(cell.second_hand)}" if cell.first_hand and cell.second_hand else ""
    return f"{both} {cell.directions}".strip()


class MapPicture:
    """Draws a map on a canvas of the width that is given or needed."""

    def __init__(self, evidence_map: EvidenceMap, style: MapStyle, width: float | None, warn: Warn) -> None:
        self.map, self.style = evidence_map, style
        self.rows, self.columns, self.left_out = fitting(evidence_map, columns=style.columns)
        self.cells = [evidence_map.cell(row.iri, column.iri) for row in self.rows for column in self.columns]
        self.largest = max((len(cell.studies) for cell in self.cells), default=1)
        self.places = len(self.columns) + (style.table and bool(self.columns))
        least = self._needed(SMALLEST)
        if width is None and style.table:
            words = (text_width(word, SIZE) for column in self.columns for word in capital(column.label).split())
            width = self._width(max(self._needed(8.0), 46.0, min(max(words, default=0) + 5, 64.0)), 120)
        elif width is None:
            width = 85.0
        self.left, self.step = self._sizes(width)
        if self.step < least:  # the columns stand in parts of equal size, one below the other
            room = max(1, int((width * POINTS - 2 * MARGIN - self.left) / least))
            self.places = math.ceil(self.places / math.ceil(self.places / room))
            self.left, self.step = self._sizes(width)
        self.most = style.radius
        while self.most > SMALLEST and self._needed(self.most) > self.step:
            self.most = max(self.most - 0.5, SMALLEST)
        self.canvas = Canvas(width, evidence_map.title)
        self._draw()
        if self.canvas.height > PAGE:
            empty = any(not evidence_map.row_total(row.iri).findings for row in self.rows)
            hint = "--with-evidence leaves out rows without evidence, " if empty else ""
            warn(f"the picture is {self.canvas.height:.0f} mm high, more than a page has ({PAGE} mm): {hint}"
                 "--rows area counts by area, and filters select findings")  # fmt: skip

    # --- sizes ---

    def _sizes(self, width: float) -> tuple[float, float]:
        """The room of the labels on the left, and the width of a column."""
        room = width * POINTS - 2 * MARGIN
        most = min((0.3 if self.style.table else 0.27) * room, 130.0)
        left = labels_room((capital(row.label) for row in self.rows), most)
        left += 17.0 if any(self.map.absences.get(row.iri) for row in self.rows) else 3.0
        return left, min((room - left) / max(self.places, 1), 90.0)

    def _width(self, step: float, least: int) -> int:
        """The smallest width, in millimetres, in which columns are at least `step` wide."""
        return next(width for width in count(least) if self._sizes(width)[1] >= min(step, 90.0))

    def _needed(self, most: float) -> float:
        """The width that a column needs if the largest bubble has the radius `most`."""
        texts = [text_width(SYMBOLS[NOT_APPLICABLE], SIZE)]
        if self.style.table:
            texts.append(text_width(split(self.map.total()), SMALL))
        return max([*texts, *(self._mark(cell, most).width for cell in self.cells)]) + 3

    def _mark(self, cell: Cell, most: float) -> Mark:
        size, number = radius(len(cell.studies), self.largest, most), str(len(cell.studies))
        both = split(cell) if self.style.table else ""
        room = max(text_width(number, SIZE, bold=self.style.table), text_width(both, SMALL))
        inside = self.style.table and size > math.hypot(room / 2, 7.4 if both else 2.6)
        return Mark(size, number, both, inside, room, bool(cell.absent))

    # --- drawing ---

    def _draw(self) -> None:
        canvas = self.canvas
        if self.style.table:
            canvas.heading(self.map.title, size=9.0)
            canvas.y += 6
        parts = self._parts()
        for number, part in enumerate(parts, 1):
            if len(parts) > 1:
                canvas.heading(f"Part {number} of {len(parts)}")
            self._part(part)
        if not self.rows or not self.columns:
            canvas.note(EMPTY)
        canvas.y += 7
        canvas.legend(self._legend())
        canvas.description = self._note()
        canvas.y += 2
        canvas.note(canvas.description)

    def _parts(self) -> list[list[Header | None]]:
        """The columns side by side in each part; None is the column of totals, the last of all."""
        columns: list[Header | None] = [*self.columns]
        columns += [None] if self.style.table and self.columns else []
        return [columns[at : at + self.places] for at in range(0, len(columns), max(self.places, 1))] or [[]]

    def _part(self, columns: Sequence[Header | None]) -> None:
        """All rows with these columns, and the totals of the columns."""
        canvas = self.canvas
        self.right = self.left + self.step * len(columns)
        self._heads(columns)
        group = ""
        for row in self.rows:
            if row.group != group:
                self._group(row.group)
            group = row.group
            self._row(row, columns)
        if self.style.table and self.rows:
            canvas.box(0, canvas.y, self.right, self.style.row, fill=BAND)
            self._row(None, columns)
        if self.rows:
            canvas.line(0, canvas.y, self.right, canvas.y)
        canvas.y += 6

    def _heads(self, shown: Sequence[Header | None]) -> None:
        """The labels of the columns, with the names of their groups above them and crosses below them."""
        canvas, at = self.canvas, self.left
        columns = [column for column in shown if column]
        groups = [(group, len(list(own))) for group, own in groupby(columns, key=lambda column: column.group)]
        if any(group for group, _ in groups):
            widths = [self.step * columns for _, columns in groups]
            canvas.column_heads([group for group, _ in groups], self.left, widths, alike=False, bold=True)
            for width in widths:
                canvas.line(at + 2, canvas.y, at + width - 2, canvas.y, stroke=FAINT)
                at += width
            canvas.y += 3
        labels = [column.label if column else TOTAL for column in shown]
        canvas.column_heads(labels, self.left, [self.step] * len(labels))
        absences = [self.map.absences.get(column.iri, ()) for column in columns]
        if any(absences):
            for i, findings in enumerate(absences):
                self._absence(self.left + self.step * (i + 0.5) - 5, canvas.y + 2, findings)
            canvas.y += 8

    def _group(self, group: str) -> None:
        """The heading of a group of rows, on a band."""
        canvas = self.canvas
        canvas.box(0, canvas.y, self.right, LINE + 4, fill=BAND)
        name = wrapped(capital(group), self.right - 4, SIZE, 1, bold=True)
        canvas.label(2, canvas.y + LINE / 2 + 2, name, bold=True)
        canvas.y += LINE + 4

    def _height(self, row: Header | None, columns: Sequence[Header | None]) -> float:
        """The height that the cells of a row need: less than the usual one where there is no large bubble."""
        if row is None:
            return self.style.row
        cells = [self.map.cell(row.iri, column.iri) if column else self.map.row_total(row.iri) for column in columns]
        marks = [self._mark(cell, self.most) for cell in cells if cell.studies]
        highest = max((max(2 * mark.radius, 2 * LINE if mark.split else LINE) for mark in marks), default=LINE)
        return min(highest + 4, self.style.row)

    def _row(self, row: Header | None, columns: Sequence[Header | None]) -> None:
        """A row with its label and its cells; without a header, the totals of the columns."""
        canvas, label = self.canvas, row.label if row else TOTAL
        absent = self.map.absences.get(row.iri, ()) if row else ()
        lines = wrapped(capital(label), self.left - (17 if absent else 3), SIZE, 3, bold=not row)
        height = max(self._height(row, columns), LINE * len(lines) + 2)
        middle = canvas.y + height / 2
        canvas.line(0, canvas.y, self.right, canvas.y)
        canvas.label(2, middle, lines, bold=not row)
        self._absence(self.left - 11.5, middle, absent)
        for i, column in enumerate(columns):
            x = self.left + self.step * i
            canvas.line(x, canvas.y, x, canvas.y + height)
            self._cell(row, column, x + self.step / 2, middle, height)
        canvas.line(self.right, canvas.y, self.right, canvas.y + height)
        canvas.y += height

    def _absence(self, x: float, y: float, findings: Sequence[MapFinding]) -> None:
        """At the name of a row or column: a cross, and the number of studies that looked for it and did not find it."""
        if studies := {finding.study for finding in findings}:
            self.canvas.cross(x, y, CROSS)
            self.canvas.label(x + 4, y, [str(len(studies))])

    def _cell(self, row: Header | None, column: Header | None, x: float, y: float, height: float) -> None:
        """The cell of a row and a column; without one of them, the total of the other."""
        found = self.map
        if row and column:
            cell, state = found.cell(row.iri, column.iri), found.state(row.iri, column.iri)
        elif row:
            cell, state = found.row_total(row.iri), found.row_state(row.iri)
        elif column:
            cell, state = found.column_total(column.iri), found.column_state(column.iri)
        else:
            cell, state = found.total(), found.total_state()
        if not cell.studies and state == NOT_FOUND:
            self.canvas.cross(x, y, CROSS)
        elif not cell.studies:
            self.canvas.label(x, y, [SYMBOLS[state]], text_anchor="middle", fill=FAINT)
        elif row and column:
            self._bubble(cell, x, y, height)
        else:
            self._number(x, y, str(len(cell.studies)), split(cell), text_anchor="middle")

    def _number(self, x: float, y: float, number: str, both: str, **more: Any) -> None:
        """The number of studies, in the table with first-hand and second-hand below it."""
        self.canvas.label(x, y - (3.6 if both else 0), [number], bold=self.style.table, **more)
        if both:
            self.canvas.label(x, y + 3.9, [both], SMALL, **more)

    def _bubble(self, cell: Cell, x: float, y: float, height: float) -> None:
        """A bubble and its number, together in the middle of the cell, and a cross where studies did not find it."""
        mark, colour = self._mark(cell, self.most), ""
        centre = x - mark.width / 2 + mark.radius
        if self.style.table:
            fill, stroke, dashes, colour = CLASSES[class_of(cell)]
            self._circle(centre, y, mark.radius, fill, stroke, dashes)
        else:  # in the circle of all studies a filled one, with the area of the first-hand studies
            self._circle(centre, y, mark.radius, HOLLOW, FILLED)
            if first := len(cell.first_hand):
                self._circle(centre, y, radius(first, self.largest, self.most), FILLED, "none")
        if mark.inside:
            self._number(centre, y, mark.number, mark.split, text_anchor="middle", fill=colour)
        else:
            self._number(centre + mark.radius + GAP, y, mark.number, mark.split)
        if mark.crossed:
            self.canvas.cross(x + self.step / 2 - 4, y - height / 2 + 3, CROSS)

    def _circle(self, x: float, y: float, size: float, fill: str, stroke: str, dashed: str = "") -> None:
        line: dict[str, str | float] = {"stroke": stroke, "stroke_width": 0.7}
        line["stroke_dasharray"] = f"{0.47 * size:.2f} {0.315 * size:.2f}" if dashed else ""  # eight dashes
        self.canvas.add("circle", cx=x, cy=y, r=size, fill=fill, **line)

    def _legend(self) -> Iterator[tuple[float, Sample, str]]:
        def circle(fill: str, stroke: str, dashed: str) -> Sample:
            return lambda x, y: self._circle(x + 4, y, 3.4, fill, stroke, dashed)

        def symbol(state: str) -> Sample:
            return lambda x, y: self.canvas.label(x, y, [SYMBOLS[state]], fill=FAINT)

        bubbles = [(name, *look[:3]) for name, look in CLASSES.items()]
        if not self.style.table:
            bubbles = [("first-hand", FILLED, FILLED, ""), ("second-hand only", HOLLOW, FILLED, "")]
        for name, fill, stroke, dashed in bubbles:
            yield 8, circle(fill, stroke, dashed), name
        yield 8, lambda x, y: self.canvas.cross(x + 4, y, CROSS), NOT_FOUND
        for state in shown_states(self.map):
            if state != NOT_FOUND:
                yield max(text_width(SYMBOLS[state], SIZE), 5), symbol(state), state

    def _note(self) -> str:
        """What the picture counts and shows, and of which graph."""
        snapshot = f" Snapshot {self.map.snapshot[:12]}." if self.map.snapshot else ""
        area = "Area of a circle and its number: distinct studies; of the filled circle: first-hand."
        if self.style.table:
            area = "Area of a bubble: number of distinct studies. 1+2 under a number: first-hand and second-hand."
        return f"{area} {note(self.map)}{self.left_out}{snapshot}"
