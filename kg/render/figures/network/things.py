"""The things of a drawn network: their symbols, and their labels in lines."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from kg.answers.network import Network, Node, places
from kg.render.figures.network import shapes
from kg.render.figures.network.room import Box, Point, around, text_width
from kg.render.network_files import xml_text
from kg.render.pages.graph_looks import look_of, size_of
from kg.render.pages.graph_words import caption_of, one_line, wrap_label

FONT, FOCUS_FONT, SMALL = 14.0, 17.0, 12.0
"""Sizes of letters: on nodes, on the one in focus, and on edges and in the legend."""
LINE = 1.18
"""Height of a line, for letters of size 1."""
GAP = 4.0
"""Between a symbol and its label."""


@dataclass(frozen=True, slots=True)
class Thing:
    """A node as it is drawn."""

    node: Node
    symbol: shapes.Symbol
    lines: tuple[str, ...]
    widths: tuple[float, ...]
    """Of the lines."""
    font: float
    focus: bool
    place: Point = (0.0, 0.0)
    above: bool = False
    """Whether the label stands above the symbol."""

    def label(self) -> Box:
        """Around its place."""
        width, height = max(self.widths), len(self.lines) * self.font * LINE
        box = self.symbol.box
        if self.symbol.shape in shapes.INSIDE:
            return Box(-width / 2, -height / 2, width / 2, height / 2)
        top = box.top - GAP - height if self.above else box.bottom + GAP
        return Box(-width / 2, top, width / 2, top + height)

    def holds(self, x: float, y: float) -> bool:
        """Whether something this far from its place is on the symbol, or so near a line of the label as to touch it."""
        box, label, height = self.symbol.box, self.label(), self.font * LINE
        # A little larger than the symbol: its line has a width.
        edge = 4.0 if self.focus else 2.5
        if self.symbol.holds(x / (1 + edge / box.right), y / (1 + edge / box.bottom)):
            return True
        row = min(max(int((y - label.top) // height), 0), len(self.lines) - 1)
        half = self.widths[row] / 2 + GAP
        return abs(x) <= half and label.top - GAP <= y <= label.bottom + GAP

    def footprint(self) -> Box:
        """What it needs around its place, with air between it and others."""
        return around((self.symbol.box, self.label())).wider(9)

    def boxes(self) -> tuple[Box, Box]:
        """Symbol and label, where they stand."""
        return self.symbol.box.moved(*self.place), self.label().moved(*self.place)


def clean(text: str, most: int = 300) -> str:
    """One line of what XML may hold, and nothing that turns the direction of text; cut where it becomes too long."""
    text = xml_text(one_line(text))
    return text if len(text) <= most else f"{text[:most]}…"


def things_of(network: Network) -> list[Thing]:
    at = places(network)
    degree = Counter(end for edge in network.edges for end in (edge.source, edge.target))
    above = _above(network, at)
    things = []
    for node in network.nodes:
        focus = node.iri == network.focus
        lines, font = tuple(wrap_label(clean(caption_of(node))).split("\n")), FOCUS_FONT if focus else FONT
        widths = tuple(text_width(line, font) for line in lines)
        shape, size = look_of(node.kind).shape, size_of(node, degree[node.iri], focus)
        symbol = (
            shapes.label_symbol(shape, max(widths), len(lines) * font * LINE)
            if shape in shapes.INSIDE
            else shapes.symbol(shape, size)
        )
        things.append(Thing(node, symbol, lines, widths, font, focus, at[node.iri], node.iri in above))
    return things


def _above(network: Network, at: Mapping[str, Point]) -> set[str]:
    """Nodes whose neighbours mostly stand below them: there the edges come in, so the label goes above."""
    downwards: dict[str, float] = defaultdict(float)
    for edge in network.edges:
        (x1, y1), (x2, y2) = at[edge.source], at[edge.target]
        share = (y2 - y1) / (math.hypot(x2 - x1, y2 - y1) or 1.0)
        downwards[edge.source] += share
        downwards[edge.target] -= share
    return {iri for iri, sum_ in downwards.items() if sum_ > 0.01}
