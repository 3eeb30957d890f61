"""A `Network` as a figure for a paper: SVG, and PNG and PDF made of it.

It looks as on the page: shapes and sizes from `graph_looks`, colours from the light theme of graph.css. It holds no
script, asks for nothing outside, and the same network gives the same bytes.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from xml.etree import ElementTree as ET

from kg.answers.network import Network
from kg.core.progress import Progress, silent
from kg.render.figures.network import pens, shapes
from kg.render.figures.network.legend import Legend
from kg.render.figures.network.plan import WIDTHS, Arrow, Plan, plan
from kg.render.figures.network.room import Point
from kg.render.figures.network.things import LINE, SMALL, Thing, clean
from kg.render.pages.graph_looks import light_theme, look_of

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


def network_svg(network: Network, width: float | None = None, tell: Tell = str, progress: Progress = silent) -> str:
    """The figure, `width` millimetres wide or as large as it needs to be; `tell` hears when that is too narrow."""
    return _figure(network, width, tell, progress).svg()


def network_png(network: Network, width: float | None = None, tell: Tell = str, progress: Progress = silent) -> bytes:
    """The figure with 300 dots an inch, fewer where it would be too large for a picture."""
    import vl_convert

    figure = _figure(network, width, tell, progress)
    progress(f"making a PNG of {len(network.nodes)} nodes; the clock waits")
    dots = min(300 / 72, LARGEST / (max(figure.width, figure.height) * figure.unit))
    return vl_convert.svg_to_png(figure.svg(in_points=True), scale=dots, ppi=72)


def network_pdf(network: Network, width: float | None = None, tell: Tell = str, progress: Progress = silent) -> bytes:
    import vl_convert

    figure = _figure(network, width, tell, progress)
    progress(f"making a PDF of {len(network.nodes)} nodes; the clock waits")
    return vl_convert.svg_to_pdf(figure.svg(in_points=True))


def _figure(network: Network, width: float | None, tell: Tell, progress: Progress) -> _Figure:
    if width is None:
        made = plan(network, progress=progress)
        return _Figure(network, made, max(_wide(made), NARROWEST), NATURAL)
    most = width * POINTS * SMALL / SMALLEST
    made = plan(network, most - 2 * MARGIN, TALL * most, progress)
    unit = min(width * POINTS / max(_wide(made), NARROWEST), NATURAL)
    if unit * SMALL < SMALLEST * 0.995:
        needed = math.ceil(width * SMALLEST / (unit * SMALL))
        tell(
            f"the graph is too large for {width:g} mm: its smallest letters have {unit * SMALL:.1f} pt, and would "
            f"have {SMALLEST:g} pt at {needed} mm; --about and --depth draw less of it"
        )
    return _Figure(network, made, width * POINTS / unit, unit)


def _wide(made: Plan) -> float:
    return made.bounds.right - made.bounds.left + 2 * MARGIN


class _Figure:
    """Drawn from the back to the front: lines, symbols, words; then the legend below."""

    def __init__(self, network: Network, made: Plan, width: float, unit: float) -> None:
        self.network, self.plan, self.width, self.unit = network, made, width, unit
        self.colours = light_theme()
        self.root = ET.Element(
            "svg",
            {
                "xmlns": "http://www.w3.org/2000/svg",
                "role": "img",
                "font-family": FONTS,
                "font-size": f"{SMALL:g}",
                "aria-labelledby": "title desc",
            },
        )
        self._name()
        ET.SubElement(self.root, "rect", {"width": "100%", "height": "100%", "fill": self.colours["paper"]})
        self._picture()
        top = made.bounds.bottom - made.bounds.top + 2 * MARGIN
        if not made.things:
            pens.text(self.root, "Nothing to show yet.", MARGIN, top, fill=self.colours["ink"])
            top += MARGIN
        legend = Legend(made, width, self.colours, MARGIN)
        legend.draw()
        legend.foot(self._foot())
        legend.group.set("transform", f"translate(0 {top:.1f}) scale({legend.scale:.3f})")
        self.root.append(legend.group)
        self.height = top + legend.y * legend.scale

    def svg(self, *, in_points: bool = False) -> str:
        """The text; what makes PDF of it takes a number without a unit for points."""
        scale, name = (self.unit, "") if in_points else (self.unit / POINTS, "mm")
        self.root.attrib.update(
            width=f"{self.width * scale:.2f}{name}",
            height=f"{self.height * scale:.2f}{name}",
            viewBox=f"0 0 {self.width:.1f} {self.height:.1f}",
        )
        return ET.tostring(self.root, encoding="unicode") + "\n"

    def _name(self) -> None:
        ET.SubElement(self.root, "title", {"id": "title"}).text = clean(self.network.title)
        snapshot = clean(self.network.snapshot)[:100]
        said = f"{self._counts()}." + (f" Snapshot {snapshot}." if snapshot else "")
        ET.SubElement(self.root, "desc", {"id": "desc"}).text = said

    def _counts(self) -> str:
        nodes, edges = len(self.network.nodes), len(self.network.edges)
        return f"{nodes} node{'' if nodes == 1 else 's'}, {edges} edge{'' if edges == 1 else 's'}"

    def _foot(self) -> str:
        snapshot, left_out = clean(self.network.snapshot)[:12], self.plan.wordless
        return " · ".join(
            filter(
                None,
                (
                    clean(self.network.title),
                    self._counts(),
                    f"{left_out} of the edges without their name, for want of room" if left_out else "",
                    f"snapshot {snapshot}" if snapshot else "",
                ),
            )
        )

    def _picture(self) -> None:
        wide = self.plan.bounds.right - self.plan.bounds.left
        x, y = (self.width - wide) / 2 - self.plan.bounds.left, MARGIN - self.plan.bounds.top
        picture = ET.SubElement(self.root, "g", {"transform": f"translate({x:.1f} {y:.1f})"})
        names = {thing.node.iri: clean(thing.node.label) or clean(thing.node.iri) for thing in self.plan.things}
        order = list(WIDTHS)
        for arrow in sorted(self.plan.arrows, key=lambda arrow: -order.index(arrow.family)):
            self._arrow(picture, arrow, f"{names[arrow.edge.source]} {arrow.words} {names[arrow.edge.target]}")
        for thing in self.plan.things:
            self._thing(picture, thing)
        for thing in self.plan.things:
            ink, halo = ("inside", "") if thing.symbol.shape in shapes.INSIDE else ("ink", self.colours["paper"])
            place = thing.place[0], thing.boxes()[1].top
            pens.lines(picture, thing.lines, place, thing.font, self.colours[ink], halo)
        for arrow in self.plan.arrows:
            if arrow.words_at:
                self._words(picture, arrow, arrow.words_at)

    def _arrow(self, parent: ET.Element, arrow: Arrow, said: str) -> None:
        group = ET.SubElement(parent, "g", {"class": f"edge {arrow.family}"})
        ET.SubElement(group, "title").text = said
        colour = self.colours[arrow.family]
        if arrow.family == "plain" and len(self.plan.arrows) > MANY:
            colour = pens.mixed(colour, self.colours["paper"], 0.45)
        pens.stroke(group, arrow.curve.path(), colour, arrow.width, dashed=arrow.dashed)
        pens.head(group, arrow.head, arrow.tip, arrow.curve.points[-1], arrow.width, colour)

    def _thing(self, parent: ET.Element, thing: Thing) -> None:
        group = ET.SubElement(parent, "g", {"class": f"node {pens.look_of(thing.node.kind)}"})
        said = ": ".join(filter(None, map(clean, (look_of(thing.node.kind).name, thing.node.label, thing.node.text))))
        ET.SubElement(group, "title").text = said
        pens.sign(group, thing.symbol, thing.node.kind, thing.place, self.colours, focus=thing.focus)

    def _words(self, parent: ET.Element, arrow: Arrow, place: Point) -> None:
        """The name on an edge, on paper: between its words no line shows."""
        (x, y), box = place, arrow.words_box()
        ET.SubElement(
            parent,
            "rect",
            {
                "x": f"{box.left + 1:.1f}",
                "y": f"{y - SMALL * 0.5:.1f}",
                "rx": "2",
                "width": f"{box.right - box.left - 2:.1f}",
                "height": f"{SMALL:g}",
                "fill": self.colours["paper"],
            },
        )
        pens.lines(
            parent,
            [arrow.words],
            (x, y - SMALL * LINE / 2),
            SMALL,
            self.colours["soft" if arrow.family == "plain" else arrow.family],
        )
