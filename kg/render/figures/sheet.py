"""The sheet that a figure is drawn on: lines, boxes and letters in points, as SVG of an exact width.

Written here and not by a charting library, since labels have to wrap, a column of a paper has a width in millimetres,
and the bytes must not depend on the fonts of a machine; docs/decisions/20261125-figures.md has the reasons.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from kg.core.problems import visible
from kg.render.figures.letters import FAMILY, width, wrapped

POINTS = 72 / 25.4
"""In a millimetre."""
SIZE, SMALL, LINE = 7.0, 6.5, 8.2
"""Sizes of letters and height of a line, in points."""
RIM = 1.0
"""Left free on all sides, so that no letter is cut at the edge."""
WIDE = 150 * POINTS
"""A sheet of this width has room for two panels side by side."""

INK, FAINT, RULE = "#1a1a1a", "#595959", "#cccccc"
DARK, LIGHT = "#0b4f8a", "#cfe3f5"
"""First-hand and second-hand: apart by lightness, so that grey print keeps them apart."""


class Sheet:
    """Drawn from the top to the bottom: `y` is how far it has come, in points."""

    def __init__(self, millimetres: float) -> None:
        self.millimetres, self.width, self.y = millimetres, millimetres * POINTS - 2 * RIM, 0.0
        self._root = ET.Element("svg", {"font-family": FAMILY, "font-size": f"{SIZE}", "fill": INK})

    @property
    def high(self) -> float:
        """Millimetres down to where it has come."""
        return (self.y + 2 * RIM) / POINTS

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = SIZE,
        bold: bool = False,
        anchor: str = "start",
        fill: str = "",
        upright: bool = False,
    ) -> None:
        """A line of letters on its baseline; `upright` reads from below."""
        given = {"x": _n(x), "y": _n(y)}
        given |= {"font-size": f"{size}"} if size != SIZE else {}
        given |= {"font-weight": "bold"} if bold else {}
        given |= {"text-anchor": anchor} if anchor != "start" else {}
        given |= {"fill": fill} if fill else {}
        given |= {"transform": f"rotate(-90 {_n(x)} {_n(y)})"} if upright else {}
        ET.SubElement(self._root, "text", given).text = visible(text)

    def label(self, x: float, middle: float, lines: Sequence[str], *, anchor: str = "start") -> None:
        """Lines of a label around the height `middle`."""
        for i, line in enumerate(lines):
            self.text(x, middle + SIZE * 0.36 + LINE * (i - (len(lines) - 1) / 2), line, anchor=anchor)

    def line(self, x: float, y: float, x2: float, y2: float, *, stroke: str = RULE, thick: float = 0.5) -> None:
        ET.SubElement(
            self._root,
            "line",
            {"x1": _n(x), "y1": _n(y), "x2": _n(x2), "y2": _n(y2), "stroke": stroke, "stroke-width": f"{thick}"},
        )

    def box(self, x: float, y: float, wide: float, high: float, *, fill: str, stroke: str = "") -> None:
        edge = {"stroke": stroke, "stroke-width": "0.5"} if stroke else {}
        ET.SubElement(
            self._root, "rect", {"x": _n(x), "y": _n(y), "width": _n(wide), "height": _n(high), "fill": fill, **edge}
        )

    def path(self, drawn: str, *, stroke: str, thick: float = 1.0, dashes: str = "", fill: str = "none") -> None:
        dashed = {"stroke-dasharray": dashes} if dashes else {}
        ET.SubElement(
            self._root, "path", {"d": drawn, "fill": fill, "stroke": stroke, "stroke-width": f"{thick}", **dashed}
        )

    def heading(self, text: str, x: float = 0, room: float = 0) -> None:
        """Bold, on as many lines as it takes."""
        for line in wrapped(text, room or self.width - x, SIZE, 3, bold=True):
            self.text(x, self.y + SIZE, line, bold=True)
            self.y += LINE

    def note(self, text: str, x: float = 0, room: float = 0) -> None:
        for line in wrapped(text, room or self.width - x, SMALL, 6):
            self.text(x, self.y + SMALL, line, size=SMALL, fill=FAINT)
            self.y += SMALL + 1.4

    def keys(self, keys: Sequence[tuple[str, str, str]], x: float = 0) -> None:
        """A legend of boxes, each with fill, outline and what it means, on as many lines as they take."""
        at, self.y = x, self.y + 2
        for fill, stroke, text in keys:
            long = 11 + width(text, SMALL)
            if at > x and at + long > self.width:
                at, self.y = x, self.y + LINE
            self.box(at + 0.5, self.y + 0.5, 7, 6, fill=fill, stroke=stroke)
            self.text(at + 10, self.y + SMALL - 0.6, text, size=SMALL)
            at += long + 9
        self.y += LINE + 3

    def svg(self, title: str, description: str, *, millimetres: bool = True) -> str:
        """The whole as text: what it is called and what is counted come first, for those who do not see it.

        Its size is said in millimetres, or else in points, for what takes the numbers to be such.
        """
        wide, high = self.width + 2 * RIM, self.y + 2 * RIM
        size = (f"{self.millimetres:g}mm", f"{self.high:.2f}mm") if millimetres else (f"{wide:.2f}", f"{high:.2f}")
        svg = ET.Element(
            "svg",
            {
                "xmlns": "http://www.w3.org/2000/svg",
                "width": size[0],
                "height": size[1],
                "viewBox": f"{-RIM:g} {-RIM:g} {wide:.2f} {high:.2f}",
                "role": "img",
                **self._root.attrib,
            },
        )
        ET.SubElement(svg, "title").text = visible(title)
        ET.SubElement(svg, "desc").text = visible(description)
        # Beyond the edges, lest a fraction of a pixel stays without paper.
        ET.SubElement(
            svg,
            "rect",
            {"x": "-9", "y": "-9", "width": f"{wide + 18:.0f}", "height": f"{high + 18:.0f}", "fill": "#ffffff"},
        )
        svg.extend(self._root)
        return ET.tostring(svg, encoding="unicode") + "\n"


def columns_room(labels: Sequence[str], most: float, size: float = SIZE) -> float:
    """Room for labels on the left: what the longest takes, `most` at most."""
    return min(max((width(label, size) for label in labels), default=0) + 5, most)


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
