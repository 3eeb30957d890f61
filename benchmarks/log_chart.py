"""A line chart with logarithmic axes, drawn on the canvas of the figures."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from kg.render.figures.canvas import FAINT, LINE, SMALL, Canvas, Sample, number, text_width

Points = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Series:
    name: str
    """Empty for a line that is not in the legend."""
    colour: str
    points: Points
    thick: float = 1.4


@dataclass(frozen=True, slots=True)
class LogScale:
    """Maps values to points on the canvas."""

    least: float
    most: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        share = math.log(value / self.least) / math.log(self.most / self.least)
        return self.start + share * (self.end - self.start)


def log_chart(title: str, axes: tuple[str, str], series: Sequence[Series], ticks: Sequence[float]) -> Canvas:
    """A chart of the series with a legend; `ticks` are the labelled values of the x axis."""
    canvas = Canvas(140, title)
    xs, ys = zip(*(point for one in series for point in one.points), strict=True)
    left, top, bottom = 34.0, 12.0, 220.0
    x = LogScale(min(xs) * 0.8, max(xs) * 1.25, left, canvas.width)
    y = LogScale(min(ys) * 0.6, max(ys) * 1.6, bottom, top)
    canvas.text(0, 6.5, axes[1], SMALL)
    for decade in range(math.ceil(math.log10(y.least)), math.floor(math.log10(y.most)) + 1):
        canvas.line(left, y(10.0**decade), canvas.width, y(10.0**decade))
        canvas.label(left - 3, y(10.0**decade), [f"{10.0**decade:,g}"], SMALL, text_anchor="end")
    for tick in ticks:
        canvas.line(x(tick), bottom, x(tick), bottom + 2, stroke=FAINT)
        label = f"{tick:,.0f}"
        half = text_width(label, SMALL) / 2
        canvas.text(min(x(tick), canvas.width - half), bottom + 9, label, SMALL, text_anchor="middle")
    canvas.line(left, bottom, canvas.width, bottom, stroke=FAINT)
    canvas.text(canvas.width, bottom + 9 + LINE, axes[0], SMALL, text_anchor="end")
    for one in series:
        places = [f"{number(x(a))} {number(y(b))}" for a, b in one.points]
        canvas.path("M" + "L".join(places), stroke=one.colour, thick=one.thick)
        if one.name:
            for a, b in one.points:
                canvas.add("circle", cx=x(a), cy=y(b), r=2.2, fill=one.colour)
    canvas.y = bottom + 2 * LINE + 6

    def sample(one: Series) -> Sample:
        return lambda at, middle: canvas.line(at, middle, at + 14, middle, stroke=one.colour, thick=one.thick)

    canvas.legend((14, sample(one), one.name) for one in series if one.name)
    return canvas
