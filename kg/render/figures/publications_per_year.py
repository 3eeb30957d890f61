"""The number of studies on each practice, year by year; works that reviews only coded are in a panel of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kg.answers.rows import Rows
from kg.core.problems import UsageError
from kg.render.figures.canvas import DARK, FAINT, LIGHT, POINTS, Canvas
from kg.render.figures.letters import LINE, SIZE, SMALL, capital, labels_room, text_width, wrapped

LANE, TALLEST = 20.0, 10.5
"""Height of the lane of a practice, and of its tallest bar."""
NARROWEST = 2.2
"""Width of a year."""
TWO_PANELS = 150 * POINTS
"""A canvas of this width has room for two panels side by side."""
CODED = ("#e3e3e3", "#6b6b6b")
NO_YEAR = "n.d."

Counts = dict[tuple[str, int | None], tuple[int, ...]]
YearCounts = dict[int | None, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class YearPanel:
    """Bars by practice and year; `parts` are fill, outline and meaning of what is stacked, from the baseline up."""

    heading: str
    parts: tuple[tuple[str, str, str], ...]
    counts: Counts

    @property
    def practices(self) -> list[str]:
        return sorted({practice for practice, _ in self.counts})


@dataclass(frozen=True, slots=True)
class YearAxis:
    """The places of years: from `left`, each `step` wide; works without a year come after a gap at the end."""

    years: range
    undated: bool
    left: float
    step: float

    def middle(self, year: int | None) -> float:
        place = len(self.years) + 0.7 if year is None else year - self.years[0]
        return self.left + self.step * (place + 0.5)

    @property
    def right(self) -> float:
        return self.left + self.step * len(self.years)

    def ticks(self) -> list[int]:
        """Every year, or every second, fifth … year, so that the labels do not overlap."""
        apart = text_width("2000", SMALL) + 3
        every = next((n for n in (1, 2, 5, 10, 20) if n * self.step >= apart), 50)
        last = self.middle(None) - apart if self.undated else self.right
        return [year for year in self.years if year % every == 0 and self.middle(year) <= last]


def draw(canvas: Canvas, rows: Rows, flags: frozenset[str]) -> None:
    """Draw one panel or two: side by side on a wide canvas, one below the other on a narrow one."""
    hands = ((DARK, DARK, "first-hand"), (LIGHT, DARK, "second-hand only"))
    panels = [YearPanel("Studies with findings", hands, _counts(rows, "first_hand", "second_hand"))]
    if "coded" in flags:
        heading = "Works that reviews sorted under a practice"
        panels.append(YearPanel(heading, ((*CODED, "coded by a review"),), _counts(rows, "coded")))
    panels = [panel for panel in panels if panel.counts]
    if not panels:
        canvas.note("There are no findings in this selection, only works that reviews sorted under a practice.")
        return
    years = {year for panel in panels for _, year in panel.counts}
    abreast = len(panels) if canvas.width >= TWO_PANELS else 1
    practices = sorted({practice for panel in panels for practice in panel.practices})
    left = labels_room(map(capital, practices), (0.2 if abreast > 1 else 0.4) * canvas.width)
    room = (canvas.width - left - 8 * (abreast - 1)) / abreast
    if abreast > 1:
        axes = [year_axis(canvas, years, left + i * (room + 8), room) for i in (0, 1)]
        tops = [_head(canvas, panel, x, room) for panel, x in zip(panels, (0, axes[1].left), strict=True)]
        for panel, axis in zip(panels, axes, strict=True):
            canvas.y = max(tops)
            _lanes(canvas, panel, practices, axis, left if axis is axes[0] else 0)
        return
    for panel in panels:
        canvas.y += 8 if canvas.y else 0
        canvas.y = _head(canvas, panel, 0, canvas.width)
        _lanes(canvas, panel, panel.practices, year_axis(canvas, years, left, room), left)


def _counts(rows: Rows, *columns: str) -> Counts:
    found: Counts = {}
    for row in rows:
        counts = tuple(int(str(row[column])) for column in columns)
        if any(counts):
            found[str(row["practice_label"]), None if row["year"] is None else int(str(row["year"]))] = counts
    return found


def year_axis(canvas: Canvas, years: set[int | None], left: float, room: float) -> YearAxis:
    """The axis of these years, None being works without a year, in `room` points from `left` on.

    Raises:
        UsageError: if the years do not fit.
    """
    dated = [year for year in years if year is not None]
    first, last = (min(dated), max(dated)) if dated else (0, -1)
    places = last - first + 1 + (1.7 if None in years else 0)
    step = min((room - 8) / places, 40.0)  # 8: the number of the last year may be wider than its bar
    if step < NARROWEST:
        hint = "give a larger width, or narrow the figure with since and until"
        raise UsageError(f"the years {first} to {last} do not fit in {canvas.millimetres:g} mm: {hint}")
    return YearAxis(range(first, last + 1), None in years, left, step)


def _head(canvas: Canvas, panel: YearPanel, x: float, room: float) -> float:
    """Draw heading and legend without moving `y`; returns where they end."""
    top = canvas.y
    canvas.heading(panel.heading, x, room)
    canvas.y += 2
    canvas.keys(panel.parts, x)
    canvas.y, bottom = top, canvas.y
    return bottom


def _lanes(canvas: Canvas, panel: YearPanel, practices: Sequence[str], axis: YearAxis, names: float) -> None:
    """Draw a lane for each practice, with its name in the room `names` on the left if there is any."""
    most = max(map(sum, panel.counts.values()))
    for practice in practices:
        own = {year: counts for (name, year), counts in panel.counts.items() if name == practice}
        base = canvas.y + LANE
        if names:
            lines = wrapped(capital(practice), names - 5, SIZE, 2)
            canvas.label(0, base - 4.5 - (LINE / 2 - 2.5) * (len(lines) - 1), lines)
        canvas.line(axis.left, base, axis.right, base)
        if None in own:
            canvas.line(axis.middle(None) - axis.step / 2, base, axis.middle(None) + axis.step / 2, base)
        _bars(canvas, panel, own, axis, base, most)
        canvas.y = base
    if axis.undated and not any(year is None for _, year in panel.counts):
        axis = replace(axis, undated=False)
    year_labels(canvas, axis)


def year_labels(canvas: Canvas, axis: YearAxis) -> None:
    """Draw the years below the baseline; `y` moves below them."""
    for year in axis.ticks():
        canvas.line(axis.middle(year), canvas.y, axis.middle(year), canvas.y + 2, stroke=FAINT)
    labels: list[tuple[int | None, str]] = [(year, str(year)) for year in axis.ticks()]
    labels += [(None, NO_YEAR)] if axis.undated else []
    for place, text in labels:
        canvas.text(axis.middle(place), canvas.y + 2.5 + SMALL, text, SMALL, text_anchor="middle")
    canvas.y += SMALL + 5


def _bars(canvas: Canvas, panel: YearPanel, own: YearCounts, axis: YearAxis, base: float, most: int) -> None:
    """Draw stacked bars with their numbers; where numbers have no room, only the last of the tallest bars has one."""
    totals = {year: sum(counts) for year, counts in own.items()}
    width = min(axis.step * 0.8, 12.0)
    all_fit = text_width(str(most), SMALL) + 1 <= axis.step
    tallest = max(totals, key=lambda year: (totals[year], year or 0), default=None)
    for year, counts in own.items():
        x, y = axis.middle(year), base
        for (fill, stroke, _), count in zip(panel.parts, counts, strict=True):
            height = TALLEST * count / max(most, 2)
            if count:
                canvas.box(x - width / 2, y - height, width, height, fill=fill, stroke=stroke)
            y -= height
        if all_fit or year == tallest:
            canvas.text(x, y - 1.5, str(totals[year]), SMALL, text_anchor="middle")
