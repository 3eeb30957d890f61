"""Room for the texts of a drawn network: how wide they are, and places where none stands on another."""

from __future__ import annotations

import math
import unicodedata
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

Point = tuple[float, float]

_WIDTHS = {
    width: letters
    for letters, width in (
        ("'", 191),
        ("ijl", 222),
        ("|", 260),
        (" !,./:;I\\[]ft", 278),
        ("()-`r", 333),
        ("{}", 334),
        ('"', 355),
        ("*", 389),
        ("^", 469),
        ("cksvxyzJ", 500),
        ("#$0123456789?Labdeghnopqu_", 556),
        ("+<=>~", 584),
        ("FTZ", 611),
        ("&ABEKPSVXY", 667),
        ("CDHNRUw", 722),
        ("GOQ", 778),
        ("Mm", 833),
        ("%", 889),
        ("W", 944),
        ("@—…", 1015),
    )
}
_WIDTH = {letter: width / 1000 for width, letters in _WIDTHS.items() for letter in letters}
"""Of Helvetica, which Arial and Liberation Sans share, for letters of size 1."""


OTHER_FONT = 1.2
"""A text with letters that these fonts do not have may be set wholly in another, which is wider."""


def text_width(text: str, size: float) -> float:
    """How wide a line is: accents are left off, and other letters are taken to be wide rather than narrow."""
    other = OTHER_FONT if any(letter > "\u2100" for letter in text) else 1.0
    return other * size * sum(map(_letter_width, unicodedata.normalize("NFD", text)))


def _letter_width(letter: str) -> float:
    if letter in _WIDTH:
        return _WIDTH[letter]
    if unicodedata.combining(letter):
        return 0.0
    return 1.0 if letter > "\u2100" else 0.75


def cut(text: str, width: float, size: float) -> str:
    """A text that is at most so wide; what is cut off shows as an ellipsis."""
    text = text[: 1 + int(5 * width / size)]  # the narrowest letter is a fifth as wide as it is high
    if text_width(text, size) <= width:
        return text
    fits = bisect_right(range(len(text)), width, key=lambda length: text_width(f"{text[:length]}…", size)) - 1
    return f"{text[:fits].rstrip()}…"


@dataclass(frozen=True, slots=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        return (
            self.left < other.right and self.right > other.left and self.top < other.bottom and self.bottom > other.top
        )

    def holds(self, point: Point) -> bool:
        return self.left <= point[0] <= self.right and self.top <= point[1] <= self.bottom

    def moved(self, x: float, y: float) -> Box:
        return Box(self.left + x, self.top + y, self.right + x, self.bottom + y)

    def wider(self, spare: float) -> Box:
        return Box(self.left - spare, self.top - spare, self.right + spare, self.bottom + spare)

    @property
    def area(self) -> float:
        return (self.right - self.left) * (self.bottom - self.top)


def around(boxes: Iterable[Box]) -> Box:
    """The box that holds all of them, of which there is at least one."""
    sides = [(box.left, box.top, box.right, box.bottom) for box in boxes]
    left, top, right, bottom = zip(*sides, strict=True)
    return Box(min(left), min(top), max(right), max(bottom))


class Occupied:
    """Boxes that were put somewhere, found again quickly."""

    CELL = 120.0

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], list[Box]] = defaultdict(list)

    def _touched(self, box: Box) -> Iterator[tuple[int, int]]:
        for x in range(int(box.left // self.CELL), int(box.right // self.CELL) + 1):
            for y in range(int(box.top // self.CELL), int(box.bottom // self.CELL) + 1):
                yield x, y

    def add(self, box: Box) -> None:
        for cell in self._touched(box):
            self._cells[cell].append(box)

    def met(self, box: Box) -> set[Box]:
        return {other for cell in self._touched(box) for other in self._cells.get(cell, ()) if box.meets(other)}


@dataclass(slots=True)
class _Body:
    number: int
    x: float
    y: float
    box: Box
    """Around its place."""


def spread(boxes: Sequence[Box], places: Sequence[Point], room: float, stretch: float = 1.0) -> list[Point]:
    """New places like the old ones, in which no box lies on another.

    `room` says how many times the area of the boxes there should be, `stretch` how much wider and flatter the picture
    becomes: below 1, narrower and taller.
    """
    xs, ys = [x for x, _ in places], [y for _, y in places]
    wide, tall = max(xs) - min(xs), max(ys) - min(ys)
    # A row has no height, and needs no more room than a flat picture.
    had = max(wide, tall / 4, 1.0) * max(tall, wide / 4, 1.0)
    grow = min(max(math.sqrt(room * sum(box.area for box in boxes) / had), 0.1), 20.0)
    bodies = [
        _Body(number, x * grow * stretch, y * grow / stretch, box)
        for number, ((x, y), box) in enumerate(zip(places, boxes, strict=True))
    ]
    while not _settled(bodies):
        for body in bodies:
            body.x, body.y = body.x * 1.1, body.y * 1.1
    bodies.sort(key=lambda body: body.number)
    return [(round(body.x, 1), round(body.y, 1)) for body in bodies]


def _settled(bodies: list[_Body], rounds: int = 120) -> bool:
    return not all(_push_all(bodies) for _ in range(rounds))


def _push_all(bodies: list[_Body]) -> bool:
    """One round in which all that overlap are pushed apart; whether there were any."""
    crowded = False
    bodies.sort(key=lambda body: (body.x + body.box.left, body.number))
    for at, one in enumerate(bodies):
        for other in bodies[at + 1 :]:
            # Sorted by left side: from here on nobody reaches back to `one`.
            if other.x + other.box.left >= one.x + one.box.right:
                break
            crowded = _push(one, other) or crowded
    return crowded


def _push(one: _Body, other: _Body) -> bool:
    over_x = min(one.x + one.box.right, other.x + other.box.right) - max(one.x + one.box.left, other.x + other.box.left)
    over_y = min(one.y + one.box.bottom, other.y + other.box.bottom) - max(one.y + one.box.top, other.y + other.box.top)
    if over_x <= 0.3 or over_y <= 0.3:
        return False
    # Along the line between them, so that what stood around a hub still does; in one place, by number to all sides.
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


def in_rows(boxes: Sequence[Box], width: float, gap: float) -> list[Point]:
    """How far each box is moved so that they stand side by side, in rows of about this width, centred."""
    rows: list[list[int]] = []
    right = math.inf
    for number, box in enumerate(boxes):
        if right + box.right - box.left > width:
            rows.append([])
            right = 0.0
        rows[-1].append(number)
        right += box.right - box.left + gap
    moves: dict[int, Point] = {}
    top = 0.0
    for row in rows:
        left = -(sum(boxes[number].right - boxes[number].left + gap for number in row) - gap) / 2
        height = max(boxes[number].bottom - boxes[number].top for number in row)
        for number in row:
            box = boxes[number]
            moves[number] = left - box.left, top + (height - box.bottom + box.top) / 2 - box.top
            left += box.right - box.left + gap
        top += height + gap
    return [moves[number] for number in range(len(boxes))]
