"""A `Network` as a figure for a paper: SVG, and PNG and PDF made of it.

It looks as on the page: shapes and sizes from `graph_looks`, colours from the light theme of graph.css. It holds no
script, asks for nothing outside, and the same network gives the same bytes.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from xml.etree import ElementTree as ET

from kg.exports import network_shapes as shapes
from kg.exports.network_plan import LINE, SMALL, WIDTHS, Arrow, Plan, Thing, clean, plan, shortened
from kg.exports.network_room import Box, Point, text_width
from kg.network import KINDS, Network
from kg.views.graph_looks import LOOKS, light_theme
from kg.views.graph_page import _look

POINTS = 72 / 25.4
"""In a millimetre."""
NATURAL = 0.75
"""Points in a unit of the picture, which is a pixel of the page, unless it has to be smaller."""
SMALLEST = 6.0
"""Points of the smallest letters that can be read in print."""
TALL = 1.3
"""Height by width up to which a figure stands on a page."""
MARGIN = 10.0
NARROWEST = 420.0
"""Units that the legend needs."""
LARGEST = 12_000
"""Pixels of the longer side of a PNG."""
MANY = 300
"""Edges from which those without a meaning of their own are drawn paler, as on the page."""
FONTS = "Helvetica, Arial, Liberation Sans, sans-serif"

Tell = Callable[[str], object]


def network_svg(network: Network, width: float | None = None, tell: Tell = str) -> str:
    """The figure, `width` millimetres wide or as large as it needs to be; `tell` hears when that is too narrow."""
    return _figure(network, width, tell).svg()


def network_png(network: Network, width: float | None = None, tell: Tell = str) -> bytes:
    """The figure with 300 dots an inch, fewer where it would be too large for a picture."""
    import vl_convert

    figure = _figure(network, width, tell)
    dots = min(300 / 72, LARGEST / (max(figure.width, figure.height) * figure.unit))
    return vl_convert.svg_to_png(figure.svg(in_points=True), scale=dots, ppi=72)


def network_pdf(network: Network, width: float | None = None, tell: Tell = str) -> bytes:
    import vl_convert

    return vl_convert.svg_to_pdf(_figure(network, width, tell).svg(in_points=True))


def _figure(network: Network, width: float | None, tell: Tell) -> _Figure:
    if width is None:
        made = plan(network)
        return _Figure(network, made, max(_wide(made), NARROWEST), NATURAL)
    most = width * POINTS * SMALL / SMALLEST
    made = plan(network, most - 2 * MARGIN, TALL * most)
    unit = min(width * POINTS / max(_wide(made), NARROWEST), NATURAL)
    if unit * SMALL < SMALLEST * 0.995:
        needed = math.ceil(width * SMALLEST / (unit * SMALL))
        tell(f"the graph is too large for {width:g} mm: its smallest letters have {unit * SMALL:.1f} pt, and would "
             f"have {SMALLEST:g} pt at {needed} mm; --about and --depth draw less of it")
    return _Figure(network, made, width * POINTS / unit, unit)


def _wide(made: Plan) -> float:
    return made.bounds.right - made.bounds.left + 2 * MARGIN


class _Figure:
    """Drawn from the back to the front: lines, symbols, words; then the legend below."""

    def __init__(self, network: Network, made: Plan, width: float, unit: float) -> None:
        self.network, self.plan, self.width, self.unit = network, made, width, unit
        self.colours = light_theme()
        self.root = ET.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "role": "img", "font-family": FONTS,
                                       "font-size": f"{SMALL:g}", "aria-labelledby": "title desc"})
        self._name()
        ET.SubElement(self.root, "rect", {"width": "100%", "height": "100%", "fill": self.colours["paper"]})
        self.y = MARGIN + made.bounds.bottom - made.bounds.top
        self._picture()
        if made.things:
            _Legend(self).draw()
        else:
            self._text(self.root, "Nothing to show yet.", MARGIN, self.y + SMALL, fill=self.colours["ink"])
            self.y += 2 * SMALL
        self._foot()
        self.height = self.y + MARGIN / 2

    def svg(self, *, in_points: bool = False) -> str:
        """The text; what makes PDF of it takes a number without a unit for points."""
        scale, name = (self.unit, "") if in_points else (self.unit / POINTS, "mm")
        self.root.attrib.update(width=f"{self.width * scale:.2f}{name}", height=f"{self.height * scale:.2f}{name}",
                                viewBox=f"0 0 {self.width:.1f} {self.height:.1f}")
        return ET.tostring(self.root, encoding="unicode") + "\n"

    # --- texts ---

    def _name(self) -> None:
        ET.SubElement(self.root, "title", {"id": "title"}).text = shortened(clean(self.network.title), 1200)
        snapshot = clean(self.network.snapshot)[:100]
        said = f"{self._counts()}." + (f" Snapshot {snapshot}." if snapshot else "")
        ET.SubElement(self.root, "desc", {"id": "desc"}).text = said

    def _counts(self) -> str:
        nodes, edges = len(self.network.nodes), len(self.network.edges)
        return f"{nodes} node{'' if nodes == 1 else 's'}, {edges} edge{'' if edges == 1 else 's'}"

    def _foot(self) -> None:
        snapshot = clean(self.network.snapshot)[:12]
        parts = [shortened(clean(self.network.title), self.width - 2 * MARGIN), self._counts()]
        parts += [f"names left out for want of room: {self.plan.wordless}"] if self.plan.wordless else []
        parts += [f"snapshot {snapshot}"] if snapshot else []
        self.y += 3
        for line in wrapped(" · ".join(filter(None, parts)), self.width - 2 * MARGIN):
            self.y += SMALL * LINE
            self._text(self.root, line, MARGIN, self.y, fill=self.colours["soft"])

    def _text(self, parent: ET.Element, text: str, x: float, y: float, **attributes: str) -> ET.Element:
        named = {name.replace("_", "-"): value for name, value in attributes.items()}
        made = ET.SubElement(parent, "text", {"x": f"{x:.1f}", "y": f"{y:.1f}", **named})
        made.text = text
        return made

    def _words(self, parent: ET.Element, lines: Iterable[str], place: Point, size: float, colour: str,
               halo: bool = True) -> None:
        """Lines below each other, with paper around the letters that keeps off the lines behind them."""
        (x, top), around = place, {"stroke": self.colours["paper"], "stroke-width": "4", "stroke-linejoin": "round",
                                   "paint-order": "stroke"}
        group = ET.SubElement(parent, "g", {"text-anchor": "middle", "font-size": f"{size:g}", "fill": colour,
                                            **(around if halo else {})})
        for row, line in enumerate(lines):
            self._text(group, line, x, top + size * (row * LINE + 0.91))

    # --- the picture ---

    def _picture(self) -> None:
        wide = self.plan.bounds.right - self.plan.bounds.left
        x, y = (self.width - wide) / 2 - self.plan.bounds.left, MARGIN - self.plan.bounds.top
        picture = ET.SubElement(self.root, "g", {"transform": f"translate({x:.1f} {y:.1f})"})
        order = list(WIDTHS)
        for arrow in sorted(self.plan.arrows, key=lambda arrow: -order.index(arrow.family)):
            self._arrow(picture, arrow)
        for thing in self.plan.things:
            self._thing(picture, thing)
        for thing in self.plan.things:
            inside = thing.symbol.shape in shapes.INSIDE
            self._words(picture, thing.lines, (thing.place[0], thing.boxes()[1].top), thing.font,
                        self.colours["inside" if inside else "ink"], halo=not inside)
        for arrow in self.plan.arrows:
            if arrow.words_at:
                self._relation(picture, arrow, arrow.words_at)

    def _relation(self, parent: ET.Element, arrow: Arrow, place: Point) -> None:
        """The name on an edge, on paper: between its words no line shows."""
        (x, y), box = place, arrow.words_box()
        ET.SubElement(parent, "rect", {"x": f"{box.left + 1:.1f}", "y": f"{y - SMALL * 0.5:.1f}", "rx": "2",
                                       "width": f"{box.right - box.left - 2:.1f}", "height": f"{SMALL:g}",
                                       "fill": self.colours["paper"]})
        self._words(parent, [arrow.words], (x, y - SMALL * LINE / 2), SMALL,
                    self.colours["soft" if arrow.family == "plain" else arrow.family])

    def _arrow(self, parent: ET.Element, arrow: Arrow) -> None:
        group = ET.SubElement(parent, "g", {"class": f"edge {arrow.family}"})
        names = {thing.node.iri: thing.node.label or thing.node.iri for thing in self.plan.things}
        ends = names[arrow.edge.source], names[arrow.edge.target]
        ET.SubElement(group, "title").text = shortened(clean(f"{ends[0]} {arrow.words} {ends[1]}"), 1200)
        colour = self.colours[arrow.family]
        if arrow.family == "plain" and len(self.plan.arrows) > MANY:
            colour = mixed(colour, self.colours["paper"], 0.45)
        self.stroke(group, arrow.curve.path(), colour, arrow.width, dashed=arrow.dashed)
        ET.SubElement(group, "path", {"d": shapes.head(arrow.head, arrow.tip, arrow.curve.at(0.97), arrow.width),
                                      "fill": colour})

    def stroke(self, parent: ET.Element, path: str, colour: str, width: float, *, dashed: bool) -> None:
        dashes = {"stroke-dasharray": "7 5"} if dashed else {}
        ET.SubElement(parent, "path", {"d": path, "fill": "none", "stroke": colour, "stroke-width": f"{width:.1f}",
                                       **dashes})

    def _thing(self, parent: ET.Element, thing: Thing) -> None:
        look = thing.node.kind if thing.node.kind in LOOKS else "other"
        group = ET.SubElement(parent, "g", {"class": f"node {look}"})
        said = ": ".join(filter(None, map(clean, (_look(thing.node.kind).name, thing.node.label, thing.node.text))))
        ET.SubElement(group, "title").text = shortened(said, 2400)
        self.sign(group, thing.symbol, look, thing.place, focus=thing.focus)

    def sign(self, parent: ET.Element, symbol: shapes.Symbol, look: str, place: Point, *, focus: bool = False) -> None:
        """A symbol in the colours of what it stands for."""
        told = look == "reported-finding"
        line = self.colours["hollow"] if told else mixed(self.colours[look], self.colours["outline"], 0.55)
        style = {"fill": self.colours[look], "stroke": self.colours["accent"] if focus else line,
                 "stroke-width": "4" if focus else "2.5" if told else "1.5",
                 "stroke-linejoin": "round"}
        if told:
            dash, gap, offset = shapes.dashes(symbol)
            style |= {"stroke-dasharray": f"{dash:.2f} {gap:.2f}", "stroke-dashoffset": f"{offset:.2f}"}
        (x, y), box = place, symbol.box
        if symbol.corners:
            corners = "L".join(f"{x + dx:.1f} {y + dy:.1f}" for dx, dy in symbol.corners)
            ET.SubElement(parent, "path", {"d": f"M{corners}Z", **style})
        elif symbol.shape == "box":
            ET.SubElement(parent, "rect", {"x": f"{x + box.left:.1f}", "y": f"{y + box.top:.1f}", "rx": "5",
                                           "width": f"{2 * box.right:.1f}", "height": f"{2 * box.bottom:.1f}", **style})
        else:
            ET.SubElement(parent, "ellipse", {"cx": f"{x:.1f}", "cy": f"{y:.1f}", "rx": f"{box.right:.1f}",
                                              "ry": f"{box.bottom:.1f}", **style})


class _Legend:
    """Kinds side by side, then a line for each family of relations with the names of those that occur."""

    ROW = 19.0

    def __init__(self, figure: _Figure) -> None:
        self.figure, self.x = figure, MARGIN
        self.room = figure.width - 2 * MARGIN

    def draw(self) -> None:
        figure = self.figure
        figure.y += 16
        ET.SubElement(figure.root, "path", {"d": f"M{MARGIN:g} {figure.y:.1f}H{figure.width - MARGIN:.1f}",
                                            "stroke": figure.colours["rule"]})
        figure.y += 14
        self._kinds()
        self._relations()

    def _entry(self, text: str, sample: float, draw: Callable[[ET.Element, float, float], None]) -> None:
        """A sample with a text beside it, in a new line where this one is full."""
        lines = wrapped(text, self.room - sample - 6)
        if len(lines) > 1 and self.x > MARGIN:
            self._break()
        wide = sample + 6 + max(text_width(line, SMALL) for line in lines)
        if self.x > MARGIN and self.x + wide > self.figure.width - MARGIN:
            self._break()
        group = ET.SubElement(self.figure.root, "g", {"class": "legend"})
        draw(group, self.x + sample / 2, self.figure.y)
        for row, line in enumerate(lines):
            self.figure.y += SMALL * LINE if row else 0
            self.figure._text(group, line, self.x + sample + 6, self.figure.y + SMALL * 0.35,
                              fill=self.figure.colours["ink"])
        self.x += wide + 16

    def _break(self) -> None:
        self.x, self.figure.y = MARGIN, self.figure.y + self.ROW

    def _kinds(self) -> None:
        there = {thing.node.kind for thing in self.figure.plan.things}
        for kind in (*(kind for kind in KINDS if kind in there), *sorted(there - set(KINDS))):
            look = _look(kind)
            symbol = (shapes.Symbol(look.shape, Box(-10, -6, 10, 6)) if look.shape in shapes.INSIDE
                      else shapes.symbol(look.shape, 7.5))
            self._entry(shortened(clean(look.plural), 260), 20,
                        lambda group, x, y, symbol=symbol, kind=kind:  # type: ignore[misc]
                        self.figure.sign(group, symbol, kind if kind in LOOKS else "other", (x, y)))
        self._break()

    def _relations(self) -> None:
        arrows = self.figure.plan.arrows
        for family, kinds in _families(arrows).items():
            self._entry(kinds, 34, lambda group, x, y, family=family: self._sample(group, x, y, family))  # type: ignore[misc]
        if any(arrow.dashed for arrow in arrows):
            self._line("second-hand, what a text reports of another work", 1.6, dashed=True)
        if any(getattr(arrow.edge, "weight", 1) > 1 for arrow in arrows):
            self._line("wider: several, as many as the number in brackets", 4.0, dashed=False)

    def _line(self, text: str, width: float, *, dashed: bool) -> None:
        self._entry(text, 34, lambda group, x, y: self.figure.stroke(
            group, f"M{x - 17:.1f} {y:.1f}h34", self.figure.colours["plain"], width, dashed=dashed))

    def _sample(self, group: ET.Element, x: float, y: float, family: str) -> None:
        arrow = next(arrow for arrow in self.figure.plan.arrows if arrow.family == family)
        width, colour = WIDTHS[family], self.figure.colours[family]
        back = 17 - shapes.base(arrow.head, width)
        self.figure.stroke(group, f"M{x - 17:.1f} {y:.1f}H{x + back:.1f}", colour, width, dashed=False)
        ET.SubElement(group, "path", {"d": shapes.head(arrow.head, (x + 17, y), (x, y), width), "fill": colour})


def _families(arrows: Iterable[Arrow]) -> Mapping[str, str]:
    """The names of the relations of each family that occurs."""
    names: dict[str, set[str]] = defaultdict(set)
    for arrow in arrows:
        names[arrow.family].add(shortened(clean(arrow.edge.kind), 260))
    return {family: ", ".join(sorted(names[family])[:40]) + (" …" if len(names[family]) > 40 else "")
            for family in WIDTHS if family in names}


def wrapped(text: str, width: float) -> list[str]:
    """Small letters in lines of at most this width."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if text_width(longer, SMALL) <= width or not lines[-1]:
            lines[-1] = shortened(longer, width)
        else:
            lines.append(shortened(word, width))
    return lines


def mixed(colour: str, other: str, share: float) -> str:
    """So much of a colour, and the rest of another."""
    parts = [(int(colour[at:at + 2], 16), int(other[at:at + 2], 16)) for at in (1, 3, 5)]
    return "#" + "".join(f"{round(one * share + two * (1 - share)):02x}" for one, two in parts)
