"""The number of findings by the year of the work that found them: first-hand and second-hand findings, stacked."""

from __future__ import annotations

from collections.abc import Iterator

from kg.answers.rows import Rows
from kg.render.figures.canvas import DARK, LIGHT, Canvas
from kg.render.figures.letters import SMALL, text_width
from kg.render.figures.publications_per_year import YearCounts, year_axis, year_labels

HANDS = ((DARK, DARK, "first-hand"), (LIGHT, "#5b8db8", "second-hand"))
"""From the baseline up. Of few findings only the outline is visible: in the dark colour they would look first-hand."""
TALLEST = 110.0
"""Height of the tallest bar."""
GAP = 6.0
"""Between the numbers of the scale and the bars."""


def draw(canvas: Canvas, rows: Rows, _: frozenset[str]) -> None:
    """Draw a bar for each year over a scale of findings, and works without a year in a bar of their own at the end."""
    counts: YearCounts = {
        None if row["year"] is None else int(str(row["year"])): (
            int(str(row["first_hand"])),
            int(str(row["second_hand"])),
        )
        for row in rows
    }
    most = max(map(sum, counts.values()))
    ticks = scale(most)
    left = text_width(f"{ticks[-1]:,}", SMALL) + GAP
    canvas.heading("Findings")
    canvas.y += 2
    canvas.keys(HANDS)
    axis = year_axis(canvas, set(counts), left, canvas.width - left)
    width = min(axis.step * 0.8, 16.0)
    end = axis.middle(None) + axis.step / 2 if axis.undated else axis.right
    base, unit = canvas.y + SMALL + TALLEST, TALLEST / ticks[-1]
    for tick in ticks:
        canvas.line(left, base - tick * unit, end, base - tick * unit)
        canvas.label(left - GAP + 2, base - tick * unit, [f"{tick:,}"], SMALL, text_anchor="end")
    for year, parts in counts.items():
        x, y = axis.middle(year), base
        for (fill, stroke, _meaning), count in zip(HANDS, parts, strict=True):
            y -= count * unit
            if count:
                canvas.box(x - width / 2, y, width, count * unit, fill=fill, stroke=stroke)
        total = f"{sum(parts):,}"
        if text_width(total, SMALL) + 0.5 <= axis.step:
            canvas.text(x, y - 1.5, total, SMALL, text_anchor="middle")
    canvas.y = base
    year_labels(canvas, axis)


def scale(most: int) -> list[int]:
    """Round numbers at equal distances, from 0 to the first that is not below `most`; at most six."""
    step = next(step for step in _steps() if step * 5 >= most)
    return list(range(0, -(-most // step) * step + 1, step))


def _steps() -> Iterator[int]:
    """1, 2, 5, 10, 20, 50 and so on."""
    ten = 1
    while True:
        yield from (ten, 2 * ten, 5 * ten)
        ten *= 10
