"""Places and curves of a drawn network: rectangles without overlap, Bézier curves, symbols and arrow heads."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

Place = tuple[float, float]


# --- rectangles ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rectangle:
    left: float
    top: float
    right: float
    bottom: float

    @classmethod
    def at(cls, place: Place) -> Rectangle:
        return cls(*place, *place)

    def meets(self, other: Rectangle) -> bool:
        beside = self.left >= other.right or self.right <= other.left
        return not beside and self.top < other.bottom and self.bottom > other.top

    def holds(self, place: Place) -> bool:
        return self.left <= place[0] <= self.right and self.top <= place[1] <= self.bottom

    def moved(self, x: float, y: float) -> Rectangle:
        return Rectangle(self.left + x, self.top + y, self.right + x, self.bottom + y)

    def wider(self, spare: float) -> Rectangle:
        return Rectangle(self.left - spare, self.top - spare, self.right + spare, self.bottom + spare)

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def area(self) -> float:
        return self.width * self.height


def around(boxes: Iterable[Rectangle]) -> Rectangle:
    """The smallest rectangle that contains all of them, of which there is at least one."""
    left, top, right, bottom = zip(*((box.left, box.top, box.right, box.bottom) for box in boxes), strict=True)
    return Rectangle(min(left), min(top), max(right), max(bottom))


class Occupied:
    """A set of rectangles, in cells of a grid so that those near a place are found quickly."""

    CELL = 120.0

    def __init__(self, boxes: Iterable[Rectangle] = ()) -> None:
        self._cells: dict[tuple[int, int], list[Rectangle]] = defaultdict(list)
        for box in boxes:
            self.add(box)

    def __bool__(self) -> bool:
        return bool(self._cells)

    def _touched(self, box: Rectangle) -> Iterator[tuple[int, int]]:
        for x in range(int(box.left // self.CELL), int(box.right // self.CELL) + 1):
            for y in range(int(box.top // self.CELL), int(box.bottom // self.CELL) + 1):
                yield x, y

    def add(self, box: Rectangle) -> None:
        for cell in self._touched(box):
            self._cells[cell].append(box)

    def met(self, box: Rectangle) -> set[Rectangle]:
        return {other for cell in self._touched(box) for other in self._cells.get(cell, ()) if box.meets(other)}


@dataclass(slots=True)
class _Body:
    number: int
    x: float
    y: float
    box: Rectangle
    """Around its place."""


def spread(boxes: Sequence[Rectangle], places: Sequence[Place], room: float, stretch: float = 1.0) -> list[Place]:
    """New places with the old arrangement, at which no rectangle overlaps another.

    The picture gets `room` times the area of the rectangles; a `stretch` below 1 makes it narrower and taller.
    """
    xs, ys = zip(*places, strict=True)
    wide, tall = max(xs) - min(xs), max(ys) - min(ys)
    # A row has no height, and needs no more room than a flat picture.
    had = max(wide, tall / 4, 1.0) * max(tall, wide / 4, 1.0)
    grow = min(max(math.sqrt(room * sum(box.area for box in boxes) / had), 0.1), 20.0)
    placed = enumerate(zip(places, boxes, strict=True))
    bodies = [_Body(number, x * grow * stretch, y * grow / stretch, box) for number, ((x, y), box) in placed]
    if len(bodies) > MANY:
        return _lined_up(bodies)
    while all(_push_all(bodies) for _ in range(120)):
        for body in bodies:
            body.x, body.y = body.x * 1.1, body.y * 1.1
    bodies.sort(key=lambda body: body.number)
    return [(round(body.x, 1), round(body.y, 1)) for body in bodies]


MANY = 500
"""Boxes beyond which they stand in rows: pushing them apart takes time with the square of their number."""


def _lined_up(bodies: list[_Body]) -> list[Place]:
    """Places in rows, each from left to right: above each other and beside each other as before, without overlap."""
    span = max(body.x for body in bodies) - min(body.x for body in bodies)
    wide = max(span, 1.1 * math.sqrt(sum(body.box.area for body in bodies)))
    rows: list[list[_Body]] = []
    right = math.inf
    for body in sorted(bodies, key=lambda one: (one.y, one.number)):
        if right + body.box.width > wide:
            rows.append([])
            right = 0.0
        rows[-1].append(body)
        right += body.box.width
    top = 0.0
    for row in rows:
        left = -sum(body.box.width for body in row) / 2
        for body in sorted(row, key=lambda one: (one.x, one.number)):
            body.x, body.y = left - body.box.left, top - min(one.box.top for one in row)
            left += body.box.width
        top += max(body.box.height for body in row)
    return [(round(body.x, 1), round(body.y, 1)) for body in bodies]


def _push_all(bodies: list[_Body]) -> bool:
    """One round in which all that overlap are pushed apart; returns whether there were any."""
    crowded = False
    bodies.sort(key=lambda body: (body.x + body.box.left, body.number))
    for at, one in enumerate(bodies):
        for other in islice(bodies, at + 1, None):
            # They are sorted by their left sides: no later one reaches back to `one`.
            if other.x + other.box.left >= one.x + one.box.right:
                break
            crowded = _push(one, other) or crowded
    return crowded


def _push(one: _Body, other: _Body) -> bool:
    here, there = one.box.moved(one.x, one.y), other.box.moved(other.x, other.y)
    over_x = min(here.right, there.right) - max(here.left, there.left)
    over_y = min(here.bottom, there.bottom) - max(here.top, there.top)
    if over_x <= 0.3 or over_y <= 0.3:
        return False
    # Along the line between them, which keeps what is around a hub around it; in one place, by number to all sides.
    dx, dy = other.x - one.x, other.y - one.y
    if math.hypot(dx, dy) < 1e-6:
        turn = (one.number - other.number) * 2.4
        dx, dy = math.cos(turn), math.sin(turn)
    length = math.hypot(dx, dy)
    dx, dy = dx / length, dy / length
    way = 0.52 * min(over_x / max(abs(dx), 1e-6), over_y / max(abs(dy), 1e-6))
    one.x, one.y = one.x - way * dx, one.y - way * dy
    other.x, other.y = other.x + way * dx, other.y + way * dy
    return True


def in_rows(boxes: Sequence[Rectangle], width: float, gap: float) -> list[Place]:
    """How far to move each rectangle so that they are side by side, in centred rows of about this width."""
    rows: list[list[Rectangle]] = []
    right = math.inf
    for box in boxes:
        if right + box.width > width:
            rows.append([])
            right = 0.0
        rows[-1].append(box)
        right += box.width + gap
    moves: list[Place] = []
    top = 0.0
    for row in rows:
        left = -(sum(box.width + gap for box in row) - gap) / 2
        height = max(box.height for box in row)
        for box in row:
            moves.append((left - box.left, top + (height - box.height) / 2 - box.top))
            left += box.width + gap
        top += height + gap
    return moves


# --- curves -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Curve:
    """A Bézier curve, given by its control points."""

    points: tuple[Place, ...]

    def at(self, t: float) -> Place:
        return self._halves(t)[0][-1]

    def sampled(self, steps: int) -> list[Place]:
        return [self.at(step / steps) for step in range(steps + 1)]

    def _halves(self, t: float) -> tuple[list[Place], list[Place]]:
        """The control points up to `t` and from there on (de Casteljau's algorithm)."""
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
        (x, y), *rest = self.points
        return f"M{x:.1f} {y:.1f}{'LQC'[len(rest) - 1]}" + " ".join(f"{x:.1f} {y:.1f}" for x, y in rest)


def bent(start: Place, end: Place, bend: float) -> Curve:
    """A curve between two places, its middle `bend` times their distance to the side of the straight line."""
    if bend == 0:
        return Curve((start, end))
    (x1, y1), (x2, y2) = start, end
    return Curve((start, ((x1 + x2) / 2 - 2 * bend * (y2 - y1), (y1 + y2) / 2 + 2 * bend * (x2 - x1)), end))


def loop(middle: Place, box: Rectangle, lane: int) -> Curve:
    """A curve from a symbol to itself, around its upper right corner."""
    far = 44 + 18 * lane
    x, y = middle
    right, above = (x + 2.4 * box.right + far, y + 0.4 * box.top), (x + 0.4 * box.right, y + 2.4 * box.top - far)
    return Curve((middle, right, above, middle))


def first_where(curve: Curve, wanted: Callable[[Place], bool], start: float, end: float) -> float:
    """How far along the curve, from `start` on, something becomes true; `end` if it never does."""
    before, steps = start, 64
    for step in range(1, steps + 1):
        t = start + (end - start) * step / steps
        if wanted(curve.at(t)):
            for _ in range(20):
                middle = (before + t) / 2
                before, t = (before, middle) if wanted(curve.at(middle)) else (middle, t)
            return t
        before = t
    return end


# --- symbols and arrow heads --------------------------------------------------------------------------------------

_POLYGONS = {  # number of corners, turn of the first, radii, and how much lower it looks centred
    "square": (4, 0.125, (math.sqrt(2),), 0.0),
    "diamond": (4, 0.0, (1.0,), 0.0),
    "hexagon": (6, 0.25, (1.0,), 0.0),
    "pentagon": (5, 0.0, (1.15,), 0.1),
    "spark": (8, 0.0, (1.3, 0.5), 0.0),
    "triangle": (3, 0.0, (1.33,), 0.3),
    "triangleDown": (3, 0.5, (1.33,), -0.3),
    "star": (10, 0.0, (1.066, 0.41), 0.08),
}
"""For a shape of size 1."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """A shape around (0, 0): a polygon if it has corners, else a rectangle or the ellipse in it."""

    shape: str
    box: Rectangle
    corners: tuple[Place, ...] = ()

    def holds(self, x: float, y: float) -> bool:
        if self.corners:
            sides = [(a, b) for a, b in pairwise((*self.corners, self.corners[0])) if (a[1] > y) != (b[1] > y)]
            crossed = sum(x < (x2 - x1) * (y - y1) / (y2 - y1) + x1 for (x1, y1), (x2, y2) in sides)
            return crossed % 2 == 1
        if self.shape == "box":
            return self.box.holds((x, y))
        return (x / self.box.right) ** 2 + (y / self.box.bottom) ** 2 <= 1


def symbol(shape: str, size: float) -> Symbol:
    """A symbol of a kind; a dot if the shape is not known."""
    if shape in ("box", "ellipse"):
        return Symbol(shape, Rectangle(-1.25 * size, -0.8 * size, 1.25 * size, 0.8 * size))
    if shape not in _POLYGONS:
        return Symbol("dot", Rectangle(-size, -size, size, size))
    number, first, radii, lower = _POLYGONS[shape]
    turns = [(2 * math.pi * (first + i / number), size * radii[i % len(radii)]) for i in range(number)]
    corners = tuple((radius * math.sin(turn), lower * size - radius * math.cos(turn)) for turn, radius in turns)
    return Symbol(shape, around(map(Rectangle.at, corners)), corners)


_HEADS: dict[str, tuple[float, tuple[Place, ...]]] = {
    "triangle": (0.9, ((0, 0), (-1, 0.42), (-1, -0.42))),
    "vee": (0.65, ((0, 0), (-1, 0.42), (-0.65, 0), (-1, -0.42))),
    "diamond": (1.0, ((0, 0), (-0.55, 0.38), (-1.1, 0), (-0.55, -0.38))),
    "bar": (0.2, ((0, 0.6), (-0.28, 0.6), (-0.28, -0.6), (0, -0.6))),
}
"""For a head of length 1 that points to the right with its tip in (0, 0): how far behind the tip the line ends, and the
corners of the head."""


def head_base(kind: str, width: float) -> float:
    """How far behind the tip a line of this width ends, which would be visible next to the head otherwise."""
    return _HEADS[kind][0] * (6.5 + 2.6 * width)


def head(kind: str, tip: Place, behind: Place, width: float) -> str:
    """The path of the arrow head of a line of this width that comes from `behind`."""
    (x, y), length = tip, 6.5 + 2.6 * width
    way = math.hypot(x - behind[0], y - behind[1]) or 1.0
    dx, dy = (x - behind[0]) / way, (y - behind[1]) / way
    corners = ((x + length * (u * dx - v * dy), y + length * (u * dy + v * dx)) for u, v in _HEADS[kind][1])
    return "M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in corners) + "Z"
