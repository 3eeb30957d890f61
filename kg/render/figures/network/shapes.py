"""Symbols, curves and arrow heads of a drawn network, as vis-network draws them on the page."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kg.render.figures.network.room import Box, Point

INSIDE = frozenset({"box", "ellipse"})
"""Shapes that are drawn around their label; others have it above or below."""


# --- symbols ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Symbol:
    """A shape around (0, 0): a polygon where it has corners, else a box that is filled or an ellipse in it."""

    shape: str
    box: Box
    corners: tuple[Point, ...] = ()

    def holds(self, x: float, y: float) -> bool:
        if self.corners:
            return _in_polygon(self.corners, x, y)
        if self.shape == "box":
            return self.box.holds((x, y))
        return (x / self.box.right) ** 2 + (y / self.box.bottom) ** 2 <= 1


def symbol(shape: str, size: float) -> Symbol:
    """A symbol that has no label in it."""
    corners = tuple(_corners(shape, size))
    if not corners:
        return Symbol("dot", Box(-size, -size, size, size))
    xs, ys = zip(*corners, strict=True)
    return Symbol(shape, Box(min(xs), min(ys), max(xs), max(ys)), corners)


def dashes(made: Symbol) -> tuple[float, float, float]:
    """Dash, gap and offset for the line around a symbol: of equal sides, its corners stand out."""
    if not made.corners:
        return 5.0, 4.0, 0.0
    side = math.dist(made.corners[0], made.corners[1])
    period = side / max(round(side / 8.5), 1)
    return 0.62 * period, 0.38 * period, 0.31 * period


def label_symbol(shape: str, width: float, height: float) -> Symbol:
    """A box or an ellipse around a label of this size."""
    stretch, margin = (1.42, 3.0) if shape == "ellipse" else (1.0, 8.0)
    x, y = width * stretch / 2 + margin, height * stretch / 2 + margin
    return Symbol(shape, Box(-x, -y, x, y))


def _corners(shape: str, size: float) -> Sequence[Point]:
    if shape == "square":
        return (-size, -size), (size, -size), (size, size), (-size, size)
    if shape == "diamond":
        return (0, -size), (size, 0), (0, size), (-size, 0)
    if shape == "hexagon":
        return [_on_circle(size, index / 6 + 0.25) for index in range(6)]
    if shape in ("triangle", "triangleDown"):
        up = 1 if shape == "triangle" else -1
        return [(x, up * (y + 0.3 * size)) for x, y in (_on_circle(1.33 * size, index / 3) for index in range(3))]
    if shape == "star":
        # Its middle is a little lower, so that it seems to stand where it does.
        radii = (1.066 * size, 0.41 * size)
        return [(x, y + 0.08 * size) for x, y in (_on_circle(radii[index % 2], index / 10) for index in range(10))]
    return ()


def _on_circle(radius: float, turn: float) -> Point:
    """From the top, clockwise."""
    return radius * math.sin(2 * math.pi * turn), -radius * math.cos(2 * math.pi * turn)


def _in_polygon(corners: Sequence[Point], x: float, y: float) -> bool:
    inside = False
    for (x1, y1), (x2, y2) in zip(corners, (*corners[1:], corners[0]), strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


# --- curves -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Curve:
    """A Bézier curve by its control points."""

    points: tuple[Point, ...]

    def at(self, t: float) -> Point:
        return self._halves(t)[0][-1]

    def _halves(self, t: float) -> tuple[list[Point], list[Point]]:
        """De Casteljau's way: the control points up to `t` and from there on."""
        row = list(self.points)
        left, right = [row[0]], [row[-1]]
        while len(row) > 1:
            row = [((1 - t) * x1 + t * x2, (1 - t) * y1 + t * y2) for (x1, y1), (x2, y2) in pairwise(row)]
            left.append(row[0])
            right.append(row[-1])
        return left, right[::-1]

    def between(self, start: float, end: float) -> Curve:
        until = Curve(tuple(self._halves(end)[0]))
        return Curve(tuple(until._halves(start / end if end else 0.0)[1]))

    def path(self) -> str:
        letters = {2: "L", 3: "Q", 4: "C"}
        (x, y), *rest = self.points
        return f"M{x:.1f} {y:.1f}{letters[len(self.points)]}" + " ".join(f"{x:.1f} {y:.1f}" for x, y in rest)


def bent(start: Point, end: Point, bend: float) -> Curve:
    """From one place to another, its middle `bend` times their distance to the side of the line."""
    if bend == 0:
        return Curve((start, end))
    (x1, y1), (x2, y2) = start, end
    return Curve((start, ((x1 + x2) / 2 - 2 * bend * (y2 - y1), (y1 + y2) / 2 + 2 * bend * (x2 - x1)), end))


def loop(middle: Point, box: Box, lane: int) -> Curve:
    """From a symbol to itself, around its upper right corner."""
    far = 44 + 18 * lane
    x, y = middle
    return Curve(
        (middle, (x + 2.4 * box.right + far, y + 0.4 * box.top), (x + 0.4 * box.right, y + 2.4 * box.top - far), middle)
    )


def first_where(curve: Curve, wanted: Callable[[Point], bool], start: float, end: float, steps: int = 64) -> float:
    """How far along the curve, from `start` on, something becomes true: `end` where it never does."""
    before = start
    for step in range(1, steps + 1):
        t = start + (end - start) * step / steps
        if not wanted(curve.at(t)):
            before = t
            continue
        for _ in range(20):
            middle = (before + t) / 2
            before, t = (before, middle) if wanted(curve.at(middle)) else (middle, t)
        return t
    return end


# --- arrow heads --------------------------------------------------------------------------------------------------

_HEADS = {
    "triangle": ((0, 0), (-1, 0.42), (-1, -0.42)),
    "vee": ((0, 0), (-1, 0.42), (-0.65, 0), (-1, -0.42)),
    "diamond": ((0, 0), (-0.55, 0.38), (-1.1, 0), (-0.55, -0.38)),
    "bar": ((0, 0.6), (-0.28, 0.6), (-0.28, -0.6), (0, -0.6)),
}  # fmt: skip
"""Corners for a head of length 1 that points to the right with its tip in (0, 0)."""

_BASE = {"triangle": 0.9, "vee": 0.65, "diamond": 1.0, "bar": 0.2}
"""How far behind the tip the line ends, which would else show beside it."""


def head_length(width: float) -> float:
    return 6.5 + 2.6 * width


def base(kind: str, width: float) -> float:
    return _BASE[kind] * head_length(width)


def head(kind: str, tip: Point, behind: Point, width: float) -> str:
    """The path of an arrow head of a line this wide, which comes from `behind`."""
    (x, y), length = tip, head_length(width)
    way = math.hypot(x - behind[0], y - behind[1]) or 1.0
    dx, dy = (x - behind[0]) / way, (y - behind[1]) / way
    corners = ((x + length * (u * dx - v * dy), y + length * (u * dy + v * dx)) for u, v in _HEADS[kind])
    return "M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in corners) + "Z"
