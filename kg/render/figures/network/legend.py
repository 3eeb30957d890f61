"""The legend of a drawn network, as wide as the picture: kinds, relations by family, and what the lines mean."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from xml.etree import ElementTree as ET

from kg.answers.network import KINDS
from kg.render.figures.network import pens, shapes
from kg.render.figures.network.plan import WIDTHS, Plan
from kg.render.figures.network.room import Box, cut, text_width
from kg.render.figures.network.things import LINE, SMALL, clean
from kg.render.pages.graph_looks import edge_meaning, look_of

ROW = 20.0
LONGEST = 260.0
"""Units of the longest name."""
MOST = 40
"""Names of relations in a family."""

Draw = Callable[[ET.Element, float, float], None]
"""Draws a sample around a place."""


class Legend:
    """Samples with their names side by side, in rows; `y` is how far it has come. Larger below a large picture."""

    def __init__(self, plan: Plan, width: float, colours: pens.Colours, margin: float = 10.0) -> None:
        self.plan, self.colours, self.margin = plan, colours, margin
        self.scale = min(max(width / 1400, 1.0), 2.5)
        self.width = width / self.scale
        self.room = self.width - 2 * margin
        self.group = ET.Element("g", {"class": "legend"})
        self.x, self.y = margin, 0.0

    def draw(self) -> None:
        pens.stroke(self.group, f"M{self.margin:g} 0H{self.width - self.margin:.1f}", self.colours["rule"], 1)
        self.y = 15.0
        self._kinds()
        self._relations()

    def foot(self, said: str) -> None:
        self.y += ROW * 0.2
        for line in wrapped(said, self.room):
            pens.text(self.group, line, self.margin, self.y + SMALL * 0.35, fill=self.colours["soft"])
            self.y += SMALL * LINE

    def _entry(self, name: str, sample: float, draw: Draw) -> None:
        """A sample with its name, in a new row where this one has no room for it."""
        lines = wrapped(name, self.room - sample - 6)
        wide = sample + 6 + max(text_width(line, SMALL) for line in lines)
        if self.x + wide > self.width - self.margin:
            self._break()
        entry = ET.SubElement(self.group, "g")
        draw(entry, self.x + sample / 2, self.y)
        for row, line in enumerate(lines):
            self.y += SMALL * LINE if row else 0
            pens.text(entry, line, self.x + sample + 6, self.y + SMALL * 0.35, fill=self.colours["ink"])
        self.x += wide + 16

    def _break(self) -> None:
        if self.x > self.margin:
            self.x, self.y = self.margin, self.y + ROW

    def _kinds(self) -> None:
        there = {thing.node.kind for thing in self.plan.things}
        for kind in (*(kind for kind in KINDS if kind in there), *sorted(there - set(KINDS))):
            self._entry(cut(clean(look_of(kind).plural), LONGEST, SMALL), 20, self._sign(kind))
        self._break()

    def _sign(self, kind: str) -> Draw:
        shape = look_of(kind).shape
        inside = shape in shapes.INSIDE
        symbol = shapes.Symbol(shape, Box(-10, -6, 10, 6)) if inside else shapes.symbol(shape, 7.5)
        return lambda entry, x, y: pens.sign(entry, symbol, kind, (x, y), self.colours)

    def _relations(self) -> None:
        for family, names in self._families().items():
            self._entry(names, 34, self._arrow(family))
        if any(arrow.dashed for arrow in self.plan.arrows):
            self._entry("second-hand, what a text reports of another work", 34, self._line(1.6, dashed=True))
        if any(arrow.weight > 1 for arrow in self.plan.arrows):
            self._entry("wider: several, as many as the number in brackets", 34, self._line(4.0, dashed=False))
        self._break()

    def _families(self) -> dict[str, str]:
        """The names of the relations of each family that occurs."""
        names: dict[str, set[str]] = defaultdict(set)
        for arrow in self.plan.arrows:
            names[arrow.family].add(cut(clean(arrow.edge.kind), LONGEST, SMALL))
        return {
            family: ", ".join(sorted(names[family])[:MOST]) + (" …" if len(names[family]) > MOST else "")
            for family in WIDTHS
            if family in names
        }

    def _arrow(self, family: str) -> Draw:
        kind = next(edge_meaning(arrow.edge.kind)[1] for arrow in self.plan.arrows if arrow.family == family)
        width, colour = WIDTHS[family], self.colours[family]

        def draw(entry: ET.Element, x: float, y: float) -> None:
            pens.stroke(entry, f"M{x - 17:.1f} {y:.1f}H{x + 17 - shapes.base(kind, width):.1f}", colour, width)
            pens.head(entry, kind, (x + 17, y), (x, y), width, colour)

        return draw

    def _line(self, width: float, *, dashed: bool) -> Draw:
        colour = self.colours["plain"]
        return lambda entry, x, y: pens.stroke(entry, f"M{x - 17:.1f} {y:.1f}h34", colour, width, dashed=dashed)


def wrapped(text: str, width: float) -> list[str]:
    """Small letters in lines of at most this width."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and text_width(longer, SMALL) > width:
            lines.append(cut(word, width, SMALL))
        else:
            lines[-1] = cut(longer, width, SMALL)
    return lines
