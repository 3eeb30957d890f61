"""The evidence map as a figure for a paper: a bubble plot in the manner of mapping studies, as SVG, PNG or PDF.

Everything stands at a place worked out here, in pixels, and altair only draws it: its facets and axes cannot group
rows under a heading, wrap the columns' labels and keep bubbles true to size at the same time.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any, cast

from kg.answers.evidence_map import (
    NOT_FOUND,
    SYMBOLS,
    Cell,
    EvidenceMap,
    Header,
    MapFinding,
    in_groups,
    note,
    shown_states,
)
from kg.core.problems import visible
from kg.render.text.map_tables import fitting

FONT = "Helvetica, Arial, Liberation Sans, sans-serif"
INK, FAINT, RULE, BAND = "#1a1a1a", "#595959", "#d9d9d9", "#f2f2f2"
CLASSES = {  # fill, outline, dashes, number: told apart by lightness and outline too, for grey print
    "first-hand only": ("#0b5394", "#0b5394", [1, 0], "#ffffff"),
    "first-hand and second-hand": ("#8cc5ee", "#0b5394", [1, 0], INK),
    "second-hand only": ("#fff3dc", "#b45f06", [3, 2], INK),
}
CROSS = "#a61c00"
COLUMN, ROW, GROUP = 84, 36, 24
"""Width of a column, height of a row and of a group's heading."""
LARGEST = 16.0
"""Radius of the largest bubble, which leaves a rim within its row."""
ONE = 8.5
"""Radius of a bubble for one study while all are small; with larger numbers it shrinks, so that areas stay true."""
LABEL_WIDTH, LINE = 176, 13
WIDEST = 20
"""Columns that can still be read on a page; of more, those without any findings are left out."""
MOST_LINES = 20
"""Of a title or caption; a title that is longer is cut off."""


@dataclass(frozen=True, slots=True)
class Text:
    x: float
    y: float
    text: str
    size: int = 11
    weight: str = "normal"
    align: str = "left"
    colour: str = INK


@dataclass(frozen=True, slots=True)
class Point:
    x: float
    y: float
    area: float
    kind: str
    """A class of bubble or `not found`."""


@dataclass(frozen=True, slots=True)
class Box:
    """A line from corner to corner, or what lies between them."""

    x: float
    y: float
    x2: float
    y2: float


@dataclass(slots=True)
class Drawing:
    """What stands where; `height` grows while it is laid out."""

    texts: list[Text]
    points: list[Point]
    rules: list[Box]
    bands: list[Box]
    width: float
    height: float = 0


def share(cell: Cell) -> str:
    """The class of a cell with evidence: who is the witness."""
    if not cell.second_hand:
        return "first-hand only"
    return "first-hand and second-hand" if cell.first_hand else "second-hand only"


def radius(count: int, largest: int) -> float:
    """Area is proportional to the number of studies, and the largest bubble of the figure fits its cell."""
    unit = min(ONE * ONE, LARGEST * LARGEST / max(largest, 1))
    return cast(float, (count * unit) ** 0.5)


def caption(evidence_map: EvidenceMap) -> str:
    parts = [note(evidence_map), "1+2 under a number: first-hand and second-hand."]
    if evidence_map.snapshot:
        parts.append(f"Snapshot {evidence_map.snapshot[:12]}.")
    return " ".join(parts)


def lay_out(evidence_map: EvidenceMap) -> Drawing:
    """Title, columns' labels, rows in their groups, legend and caption, from the top to the bottom."""
    rows, columns, left_out = fitting(evidence_map, columns=WIDEST)
    evidence_map = replace(evidence_map, rows=tuple(rows), columns=tuple(columns))
    width = max(LABEL_WIDTH + COLUMN * len(columns), 560)
    drawing = Drawing([], [], [], [], width)
    _lines(drawing, 0, evidence_map.title, 13, 78, weight="bold")
    drawing.height += 8
    _column_labels(drawing, evidence_map)
    _rows(drawing, evidence_map)
    if not evidence_map.rows or not columns:
        _lines(drawing, 0, "This map is still empty: it has no rows or no columns.", 11, 90)
    _legend(drawing, evidence_map)
    _lines(drawing, 0, caption(evidence_map) + left_out, 10, int(width / 4.9), colour=FAINT)
    return drawing


def _lines(
    drawing: Drawing, x: float, text: str, size: int, characters: int, *, weight: str = "normal", colour: str = INK
) -> None:
    for line in textwrap.wrap(visible(text), characters, max_lines=MOST_LINES, placeholder=" …"):
        drawing.texts.append(Text(x, drawing.height + size, line, size, weight, "left", colour))
        drawing.height += size + 4


def _wrap(label: str, characters: int, lines: int) -> list[str]:
    """A label, capitalised, on so many lines at most; what is cut off shows as an ellipsis."""
    return textwrap.wrap(visible(label[:1].upper() + label[1:]), characters, max_lines=lines, placeholder=" …")


def _column_labels(drawing: Drawing, evidence_map: EvidenceMap) -> None:
    """Labels wrap within their column and stand on the first rule; a group's name goes above its first column."""
    columns = in_groups(evidence_map.columns)
    wrapped = [_wrap(c.label, 14, 6) for c in columns]
    if any(c.group for c in columns):
        drawing.height += LINE + 4
    bottom = drawing.height + LINE * max(map(len, wrapped), default=0)
    under = bottom + LINE if any(evidence_map.absences.get(c.iri) for c in columns) else bottom
    previous = ""
    for i, (column, lines) in enumerate(zip(columns, wrapped, strict=True)):
        centre = LABEL_WIDTH + COLUMN * (i + 0.5)
        if column.group and column.group != previous:
            span = sum(other.group == column.group for other in columns)
            name = " ".join(_wrap(column.group, int(span * COLUMN / 6.6), 1))
            drawing.texts.append(Text(centre - COLUMN / 2 + 4, drawing.height - 6, name, 11, "bold"))
        previous = column.group
        for j, line in enumerate(reversed(lines)):
            drawing.texts.append(Text(centre, bottom - LINE * j, line, align="center"))
        _absence(drawing, centre - 5, under + 2, evidence_map.absences.get(column.iri, ()))
    drawing.height = under + 8


def _rows(drawing: Drawing, evidence_map: EvidenceMap) -> None:
    columns = in_groups(evidence_map.columns)
    rows = in_groups(evidence_map.rows)
    largest = max((len(evidence_map.cell(r.iri, c.iri).studies) for r in rows for c in columns), default=1)
    right = LABEL_WIDTH + COLUMN * len(columns)
    previous = ""
    for row in rows:
        if row.group != previous:
            _group(drawing, row.group, right)
        previous = row.group
        top, middle = drawing.height, drawing.height + ROW / 2
        drawing.rules.append(Box(0, top, right, top))
        absent = evidence_map.absences.get(row.iri, ())
        lines = _wrap(row.label, 23 if absent else 28, 2)
        for j, line in enumerate(lines):
            drawing.texts.append(Text(8, middle + 4 + LINE * (j - (len(lines) - 1) / 2), line))
        _absence(drawing, LABEL_WIDTH - 24, middle, absent)
        for i, column in enumerate(columns):
            left = LABEL_WIDTH + COLUMN * i
            drawing.rules.append(Box(left, top, left, top + ROW))
            _cell(drawing, (left + COLUMN / 2, middle), evidence_map, (row, column), largest)
        drawing.rules.append(Box(right, top, right, top + ROW))
        drawing.height += ROW
    if previous or columns:
        drawing.rules.append(Box(0, drawing.height, right, drawing.height))


def _group(drawing: Drawing, group: str, right: float) -> None:
    """The heading of a group: its name on a band, cut to the width of the figure."""
    drawing.bands.append(Box(0, drawing.height, right, drawing.height + GROUP))
    name = " ".join(_wrap(group, int(right / 6.2), 1))
    drawing.texts.append(Text(8, drawing.height + GROUP / 2 + 4, name, 11, "bold"))
    drawing.height += GROUP


def _absence(drawing: Drawing, x: float, y: float, findings: Iterable[MapFinding]) -> None:
    """At the name of a row or column: a cross, and by how many studies it was looked for and not found."""
    if studies := {f.study for f in findings}:
        drawing.points.append(Point(x, y, 60, "not found"))
        drawing.texts.append(Text(x + 8, y + 4, str(len(studies))))


def _cell(
    drawing: Drawing, place: tuple[float, float], evidence_map: EvidenceMap, pair: tuple[Header, Header], largest: int
) -> None:
    """A bubble with its number; a cross when the two were looked for together and not found; else why it is empty."""
    (x, y), (row, column) = place, pair
    cell = evidence_map.cell(row.iri, column.iri)
    if not cell.findings:
        symbol = SYMBOLS[evidence_map.state(row.iri, column.iri)]
        drawing.texts.append(Text(x, y + 4, symbol, 13, align="center", colour=FAINT))
    if cell.studies:
        kind, size = share(cell), radius(len(cell.studies), largest)
        drawing.points.append(Point(x, y, math.pi * size * size, kind))
        _number(drawing, x, y, size, cell)
    if cell.absent:
        offset = COLUMN / 2 - 12 if cell.studies else 0
        drawing.points.append(Point(x + offset, y - (ROW / 2 - 11 if offset else 0), 60, "not found"))


def _number(drawing: Drawing, x: float, y: float, size: float, cell: Cell) -> None:
    """The number of studies on the bubble, or beside it when it is too small; under it who the witnesses are, if both
    are: one colour for both kinds would hide how few saw it themselves."""
    number, split = str(len(cell.studies)), ""
    fits = size >= 4 + 3.2 * len(number)
    if cell.first_hand and cell.second_hand:
        split = f"{len(cell.first_hand)}+{len(cell.second_hand)}"
        fits = size >= math.hypot(2.5 * len(split), 9)
    colour = CLASSES[share(cell)][3] if fits else INK
    at, align = (x, "center") if fits else (x + size + 3, "left")
    drawing.texts.append(Text(at, y + (1 if split else 4), number, 11, "bold", align, colour))
    if split:
        drawing.texts.append(Text(at, y + 9, split, 9, "normal", align, colour))


def _legend(drawing: Drawing, evidence_map: EvidenceMap) -> None:
    drawing.height += 20
    x = 8.0
    for kind in (*CLASSES, "not found"):
        drawing.points.append(Point(x, drawing.height, 110 if kind in CLASSES else 60, kind))
        text = kind if kind in CLASSES else NOT_FOUND
        drawing.texts.append(Text(x + 11, drawing.height + 4, text))
        x += sum(3.4 if c in "filrt-, " else 6.2 for c in text) + 34
    empty = [f"{SYMBOLS[state]}  {state}" for state in shown_states(evidence_map) if state != NOT_FOUND]
    for i, text in enumerate(empty):
        drawing.texts.append(Text(4 + 150 * i, drawing.height + 24, text))
    drawing.texts.append(Text(0, drawing.height + 44, "Area of a bubble: number of distinct studies", 10, colour=FAINT))
    drawing.height += 50


def _specification(evidence_map: EvidenceMap) -> dict[str, Any]:
    """The Vega-Lite specification: rules, points and texts at their places."""
    import altair as alt  # half a second: only who wants a picture pays for it

    drawing = lay_out(evidence_map)
    x = alt.X("x:Q", scale=alt.Scale(domain=[0, drawing.width], nice=False), axis=None)
    y = alt.Y("y:Q", scale=alt.Scale(domain=[drawing.height, 0], nice=False), axis=None)
    kinds = [*CLASSES, "not found"]
    styles = [*CLASSES.values(), ("transparent", CROSS, [1, 0], INK)]

    def scale(values: Iterable[Any]) -> alt.Scale:
        return alt.Scale(domain=kinds, range=list(values))

    def values(items: Iterable[dict[str, Any]]) -> alt.InlineData:
        return alt.InlineData(values=list(items))

    bands, rules = (
        alt.Chart(values(asdict(b) for b in boxes)).encode(x=x, y=y, x2="x2:Q", y2="y2:Q")
        for boxes in (drawing.bands, drawing.rules)
    )
    bands, rules = bands.mark_rect(color=BAND), rules.mark_rule(color=RULE, strokeWidth=0.8)
    points = (
        alt.Chart(values(asdict(p) for p in drawing.points))
        .mark_point(filled=False, opacity=1, strokeWidth=1.4)
        .encode(
            x=x,
            y=y,
            size=alt.Size("area:Q", scale=None),
            fill=alt.Fill("kind:N", scale=scale(s[0] for s in styles), legend=None),
            stroke=alt.Stroke("kind:N", scale=scale(s[1] for s in styles), legend=None),
            strokeDash=alt.StrokeDash("kind:N", scale=scale(s[2] for s in styles), legend=None),
            shape=alt.Shape("kind:N", scale=scale([*["circle"] * len(CLASSES), "M-1,-1L1,1M1,-1L-1,1"]), legend=None),
        )
    )
    texts = [
        alt.Chart(values({"x": t.x, "y": t.y, "text": t.text} for t in group))
        .mark_text(
            align=cast(Any, align), baseline="alphabetic", fontSize=size, fontWeight=cast(Any, weight), color=colour
        )
        .encode(x=x, y=y, text="text:N")
        for (size, weight, align, colour), group in _by_style(drawing.texts).items()
    ]
    chart = (
        alt.layer(bands, rules, points, *texts, width=drawing.width, height=drawing.height, padding=12)
        .configure(font=FONT, background="white")
        .configure_view(stroke=None)
    )
    return cast(dict[str, Any], chart.to_dict())


def _by_style(texts: Iterable[Text]) -> dict[tuple[int, str, str, str], list[Text]]:
    styles: dict[tuple[int, str, str, str], list[Text]] = {}
    for text in texts:
        styles.setdefault((text.size, text.weight, text.align, text.colour), []).append(text)
    return styles


def map_svg(evidence_map: EvidenceMap) -> str:
    """The figure; the same map gives the same bytes."""
    import vl_convert

    return vl_convert.vegalite_to_svg(_specification(evidence_map))


def map_png(evidence_map: EvidenceMap, scale: float = 3) -> bytes:
    """The figure at `scale` times 72 dots an inch."""
    import vl_convert

    return vl_convert.svg_to_png(map_svg(evidence_map), scale=scale)


def map_pdf(evidence_map: EvidenceMap) -> bytes:
    """The figure to scale; the names of its fonts may differ from run to run, what is seen does not."""
    import vl_convert

    return vl_convert.svg_to_pdf(map_svg(evidence_map))
