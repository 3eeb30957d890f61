"""A `Network` as a picture for a paper.

It looks as on the page of the graph: names in boxes of one letter size, each with the symbol of its kind, and the light
theme of graph.css. It has no script and loads nothing, and the same network gives the same bytes.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from kg.answers.network import KINDS, Network
from kg.core.progress import Progress, silent
from kg.render.figures import geometry
from kg.render.figures.canvas import POINTS, Canvas, Sample, number
from kg.render.figures.geometry import Place, Symbol
from kg.render.figures.letters import clean, wrapped
from kg.render.figures.network_plan import LINE, MARK, PADDING, SMALL, WIDTHS, Arrow, NetworkPlan, Thing, plan
from kg.render.pages.graph_looks import edge_meaning, light_theme, look_of, one_line, style_of

NATURAL = 0.75
"""Points in a unit of the picture, which is a pixel of the page, unless it has to be smaller."""
SMALLEST = 6.0
"""Points of the smallest font size that can be read in print."""
TALL = 1.3
"""Height by width up to which a picture fits a page."""
EDGE = 10.0
"""Left free around the picture."""
NARROWEST = 420.0
"""Units that the legend needs."""
PALE = 300
"""Edges from which those without a meaning of their own are drawn paler, as on the page."""
LONGEST, MOST = 260.0, 40
"""Units of the longest name in the legend, and names of relations in a family."""


def network_picture(
    network: Network, width: float | None = None, warn: Callable[[str], object] = str, progress: Progress = silent
) -> Canvas:
    """The network drawn on a canvas, `width` millimetres wide or as wide as it needs to be.

    `warn` is called with a message if letters become too small in that width.
    """
    if width is None:
        made, unit = plan(network, progress=progress), NATURAL
        width = max(made.bounds.width + 2 * EDGE, NARROWEST) * unit / POINTS
    else:
        most = width * POINTS * SMALL / SMALLEST
        made = plan(network, most - 2 * EDGE, TALL * most, progress)
        unit = min(width * POINTS / max(made.bounds.width + 2 * EDGE, NARROWEST), NATURAL)
        if unit * SMALL < SMALLEST * 0.995:
            needed = math.ceil(width * SMALLEST / (unit * SMALL))
            letters = f"its smallest letters have {unit * SMALL:.1f} pt, and would have {SMALLEST:g} pt at {needed} mm"
            warn(f"the graph is too large for {width:g} mm: {letters}; --about and --depth draw less of it")
    progress(f"making a picture of {len(network.nodes)} nodes; the clock waits")
    return NetworkPicture(network, made, round(width, 2), unit).canvas


def _text(text: str, most: int = 300) -> str:
    return clean(one_line(text), most)


class NetworkPicture:
    """Draws a plan from back to front: lines, symbols, words; then the legend below."""

    def __init__(self, network: Network, made: NetworkPlan, width: float, unit: float) -> None:
        self.network, self.plan, self.colours = network, made, light_theme()
        self.canvas = canvas = Canvas(width, _text(network.title), unit)
        nodes, edges = len(network.nodes), len(network.edges)
        counts = f"{nodes} node{'' if nodes == 1 else 's'}, {edges} edge{'' if edges == 1 else 's'}"
        snapshot = _text(network.snapshot)[:100]
        canvas.description = f"{counts}." + (f" Snapshot {snapshot}." if snapshot else "")
        x = (canvas.width - made.bounds.width) / 2 - made.bounds.left
        with canvas.group(transform=f"translate({number(x)} {number(EDGE - made.bounds.top)})"):
            self._picture()
        canvas.y = made.bounds.height + 2 * EDGE
        if not made.things:
            canvas.text(EDGE, canvas.y, "Nothing to show yet.", SMALL, fill=self.colours["ink"])
            canvas.y += EDGE
        # Larger below a large picture.
        with canvas.scaled(min(max(canvas.width / 1400, 1.0), 2.5), class_="legend"):
            canvas.line(EDGE, 0, canvas.width - EDGE, 0, stroke=self.colours["rule"], thick=1)
            canvas.width -= EDGE
            canvas.y = 8.0
            for entries in (self._kinds(), self._families(), self._strokes()):
                canvas.legend(entries, EDGE, SMALL)
            left_out = f"{made.wordless} of the edges without their name, for lack of room" if made.wordless else ""
            once = f"{made.folded} edges that repeat where something belongs are not drawn" if made.folded else ""
            parts = (canvas.title, counts, once, left_out, f"snapshot {snapshot[:12]}" if snapshot else "")
            canvas.note(" · ".join(filter(None, parts)), EDGE, SMALL)
            canvas.y += SMALL / 2

    def _picture(self) -> None:
        canvas, colours = self.canvas, self.colours
        names = {thing.node.iri: _text(thing.node.label) or _text(thing.node.iri) for thing in self.plan.things}
        order = list(WIDTHS)
        for arrow in sorted(self.plan.arrows, key=lambda arrow: -order.index(arrow.family)):
            title = f"{names[arrow.edge.source]} {arrow.words} {names[arrow.edge.target]}"
            with canvas.group(title, class_=f"edge {arrow.family}"):
                self._arrow(arrow)
        for thing in self.plan.things:
            node = thing.node
            title = ": ".join(filter(None, map(_text, (look_of(node.kind).name, node.label, node.text))))
            with canvas.group(title, class_=f"node {style_of(node.kind)}"):
                self._box(thing)
        for arrow in self.plan.arrows:
            if arrow.words_at:
                # On paper, so that no line shows between its words.
                (x, y), box = arrow.words_at, arrow.words_box().wider(-1)
                canvas.box(box.left, y - SMALL / 2, box.width, SMALL, fill=colours["paper"], rx=2)
                colour = colours["soft" if arrow.family == "plain" else arrow.family]
                self._words([arrow.words], (x, y - SMALL * LINE / 2), SMALL, colour)

    def _words(self, lines: Iterable[str], place: Place, size: float, colour: str, **halo: Any) -> None:
        """Lines below each other from the middle of the top; a halo separates them from what is behind."""
        with self.canvas.group(text_anchor="middle", fill=colour, **halo):
            for row, line in enumerate(lines):
                self.canvas.text(place[0], place[1] + size * (row * LINE + 0.91), line, size)

    def _box(self, thing: Thing) -> None:
        """A box in a tint of the colour of its kind, with the symbol of the kind before the name."""
        colours, kind, box = self.colours, thing.node.kind, thing.at()
        reported = kind == "reported-finding"
        fill = colours["hollow" if reported else style_of(kind)]
        outline = colours["accent"] if thing.focus else _mixed(fill, colours["outline"], 0.6)
        style: dict[str, Any] = {"stroke": outline, "stroke_width": 3 if thing.focus else 1.3, "rx": 5}
        style |= {"stroke_dasharray": "5 3"} if reported else {}
        ground = colours["paper"] if reported else _mixed(fill, colours["paper"], 0.3 if thing.focus else 0.16)
        self.canvas.add("rect", x=box.left, y=box.top, width=box.width, height=box.height, fill=ground, **style)
        mark = geometry.symbol(look_of(kind).shape, MARK)
        self._symbol(mark, kind, (box.left + PADDING + MARK * 1.25, thing.place[1]))
        label = thing.label().moved(*thing.place)
        top = thing.place[1] - len(thing.lines) * SMALL * LINE / 2
        weight = {"font_weight": "600"} if thing.focus else {}
        self._words(thing.lines, ((label.left + label.right) / 2, top), SMALL, colours["ink"], **weight)

    def _arrow(self, arrow: Arrow) -> None:
        colour = self.colours[arrow.family]
        if arrow.family == "plain" and len(self.plan.arrows) > PALE:
            colour = _mixed(colour, self.colours["paper"], 0.45)
        self._stroke(arrow.curve.path(), colour, arrow.width, dashed=arrow.dashed)
        head = geometry.head(arrow.head, arrow.tip, arrow.curve.points[-1], arrow.width)
        self.canvas.add("path", d=head, fill=colour)

    def _stroke(self, path: str, colour: str, width: float, *, dashed: bool = False) -> None:
        self.canvas.path(path, stroke=colour, thick=round(width, 1), dashes="7 5" if dashed else "")

    def _symbol(self, symbol: Symbol, kind: str, place: Place) -> None:
        """A symbol in the colours of its kind; what is second-hand is hollow and dashed."""
        colours, fill = self.colours, self.colours[style_of(kind)]
        reported = kind == "reported-finding"
        style: dict[str, Any] = {"fill": fill, "stroke_linejoin": "round", "stroke_width": 1.6 if reported else 1}
        style["stroke"] = colours["hollow"] if reported else _mixed(fill, colours["outline"], 0.6)
        (x, y), box = place, symbol.box
        if symbol.corners:
            corners = "L".join(f"{x + dx:.1f} {y + dy:.1f}" for dx, dy in symbol.corners)
            self.canvas.add("path", d=f"M{corners}Z", **style)
        elif symbol.shape == "box":
            self.canvas.add("rect", x=x + box.left, y=y + box.top, rx=2, width=box.width, height=box.height, **style)
        else:
            self.canvas.add("ellipse", cx=x, cy=y, rx=box.right, ry=box.bottom, **style)

    # --- legend ---

    def _kinds(self) -> Iterator[tuple[float, Sample, str]]:
        def sample(kind: str) -> Sample:
            symbol = geometry.symbol(look_of(kind).shape, 7.5)
            return lambda x, y: self._symbol(symbol, kind, (x + 10, y))

        there = {thing.node.kind for thing in self.plan.things}
        for kind in (*(kind for kind in KINDS if kind in there), *sorted(there - set(KINDS))):
            yield 20, sample(kind), wrapped(look_of(kind).plural, LONGEST, SMALL, 1)[0]

    def _families(self) -> Iterator[tuple[float, Sample, str]]:
        """The relations that occur, by family."""

        def sample(family: str, head: str) -> Sample:
            width, colour = WIDTHS[family], self.colours[family]

            def draw(x: float, y: float) -> None:
                end = x + 34 - geometry.head_base(head, width)
                self._stroke(f"M{number(x)} {number(y)}H{number(end)}", colour, width)
                self.canvas.add("path", d=geometry.head(head, (x + 34, y), (x, y), width), fill=colour)

            return draw

        names: dict[str, set[str]] = defaultdict(set)
        for arrow in self.plan.arrows:
            names[arrow.family].add(arrow.edge.kind)
        for family in (family for family in WIDTHS if family in names):
            head = edge_meaning(min(names[family]))[1]
            shown = sorted({wrapped(name, LONGEST, SMALL, 1)[0] for name in names[family]})
            yield 34, sample(family, head), ", ".join(shown[:MOST]) + (" …" if len(shown) > MOST else "")

    def _strokes(self) -> Iterator[tuple[float, Sample, str]]:
        def sample(width: float, *, dashed: bool) -> Sample:
            colour = self.colours["plain"]
            return lambda x, y: self._stroke(f"M{number(x)} {number(y)}h34", colour, width, dashed=dashed)

        if any(arrow.dashed for arrow in self.plan.arrows):
            yield 34, sample(1.6, dashed=True), "second-hand, what a text reports of another work"
        if any(arrow.edge.weight > 1 for arrow in self.plan.arrows):
            yield 34, sample(4.0, dashed=False), "wider: several, as many as the number in brackets"


def _mixed(colour: str, other: str, share: float) -> str:
    """So much of a colour, and the rest of another."""
    parts = [(int(colour[at : at + 2], 16), int(other[at : at + 2], 16)) for at in (1, 3, 5)]
    return "#" + "".join(f"{round(one * share + two * (1 - share)):02x}" for one, two in parts)
