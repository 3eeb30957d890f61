"""The canvas that every picture is drawn on: SVG of an exact width in millimetres, and the PNG and PDF made from it.

No charting library is used; docs/decisions/20261129-one-drawing-engine.md says why.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from xml.etree import ElementTree as ET

from kg.core.extras import need
from kg.core.problems import visible
from kg.render.figures.letters import LINE, SIZE, SMALL, capital, text_width, wrapped

FAMILY = "Helvetica, Arial, Liberation Sans, sans-serif"
"""Fonts with the same letter widths; vl-convert brings the last one, so PDF and PNG look the same everywhere."""
POINTS = 72 / 25.4
"""Points in a millimetre."""
MARGIN = 1.0
"""Left free on all sides, so that no letter is cut at the edge."""
PAGE = 240
"""Height in millimetres that the page of a journal has for a figure."""
LYING = 42.0
"""Column headings are upright in columns narrower than this."""
DOTS = 300.0
"""Dots per inch of a PNG, unless others are asked for."""
MOST_PIXELS = 12_000
"""Of the longer side of a PNG."""

INK, FAINT, RULE, PAPER = "#1a1a1a", "#595959", "#cccccc", "#ffffff"
DARK, LIGHT = "#0b4f8a", "#cfe3f5"
"""First-hand and second-hand: they differ in lightness, so they stay distinct in greyscale."""

Sample = Callable[[float, float], object]
"""Draws a sample of a legend, given its left end and its middle."""


class Canvas:
    """A picture that grows from top to bottom: `y` is how far it has come.

    Lengths are in points, or in units of `unit` points. `title` and `description` are for readers who do not see it.
    `dots` are those per inch of a PNG: journals ask for 300 for pictures and 600 to 1,000 for lines and letters.
    """

    def __init__(self, millimetres: float, title: str = "", unit: float = 1.0) -> None:
        self.millimetres, self.title, self.unit, self.description = millimetres, title, unit, ""
        self.dots = DOTS
        self.width, self.y = millimetres * POINTS / unit - 2 * MARGIN, 0.0
        self._parent = self._root = ET.Element("g")

    @property
    def height(self) -> float:
        """Millimetres from the top to `y`."""
        return (self.y + 2 * MARGIN) * self.unit / POINTS

    def add(self, tag: str, **attributes: str | float) -> ET.Element:
        """Add an element; empty attributes are left out, and `_` in their names stands for `-`."""
        texts = {name: v if isinstance(v, str) else number(v) for name, v in attributes.items() if v != ""}
        return ET.SubElement(self._parent, tag, {name.rstrip("_").replace("_", "-"): v for name, v in texts.items()})

    @contextmanager
    def group(self, title: str = "", **attributes: str | float) -> Iterator[None]:
        """Draw into a group, which shows `title` as a tooltip."""
        before, self._parent = self._parent, self.add("g", **attributes)
        if title:
            self.add("title").text = visible(title)
        yield
        self._parent = before

    @contextmanager
    def scaled(self, factor: float, **attributes: str) -> Iterator[None]:
        """Draw the part from `y` on in units that are `factor` times as large."""
        width, top = self.width, self.y
        self.width, self.y = width / factor, 0.0
        with self.group(transform=f"translate(0 {number(top)}) scale({number(factor)})", **attributes):
            yield
        self.width, self.y = width, top + self.y * factor

    def text(self, x: float, y: float, text: str, size: float = SIZE, *, bold: bool = False, **more: str) -> None:
        """A line of text, `y` being its baseline; `more` are attributes of SVG."""
        font = {"font_size": size if size != SIZE else "", "font_weight": "bold" if bold else ""}
        self.add("text", x=x, y=y, **font, **more).text = visible(text)

    def label(self, x: float, middle: float, lines: Sequence[str], size: float = SIZE, **more: Any) -> None:
        """The lines of a label, centred vertically on `middle`."""
        for i, line in enumerate(lines):
            self.text(x, middle + size * (0.36 + LINE / SIZE * (i - (len(lines) - 1) / 2)), line, size, **more)

    def upright(self, middle: float, bottom: float, lines: Sequence[str], *, bold: bool = False) -> None:
        """The lines of a label that reads from below, centred on `middle`."""
        for i, line in enumerate(lines):
            x = middle + LINE * (i - (len(lines) - 1) / 2) + SIZE * 0.36
            self.text(x, bottom, line, bold=bold, transform=f"rotate(-90 {number(x)} {number(bottom)})")

    def line(self, x: float, y: float, x2: float, y2: float, *, stroke: str = RULE, thick: float = 0.5) -> None:
        """A straight line."""
        self.add("line", x1=x, y1=y, x2=x2, y2=y2, stroke=stroke, stroke_width=thick)

    def box(self, x: float, y: float, width: float, height: float, *, stroke: str = "", **more: str | float) -> None:
        """A rectangle with its upper left corner at `x` and `y`; `more` are attributes of SVG."""
        thick = 0.5 if stroke else ""
        self.add("rect", x=x, y=y, width=width, height=height, stroke=stroke, stroke_width=thick, **more)

    def path(self, drawn: str, *, stroke: str, thick: float = 1.0, dashes: str = "", fill: str = "none") -> None:
        """A path in the notation of SVG."""
        self.add("path", d=drawn, fill=fill, stroke=stroke, stroke_width=thick, stroke_dasharray=dashes)

    def cross(self, x: float, y: float, stroke: str) -> None:
        """A cross with its middle at `x` and `y`."""
        self.path(f"M{number(x - 2.2)} {number(y - 2.2)}l4.4 4.4m0 -4.4l-4.4 4.4", stroke=stroke, thick=1.1)

    def heading(self, text: str, x: float = 0, room: float = 0, size: float = SIZE) -> None:
        """A bold heading in up to three lines; `y` moves below it."""
        for line in wrapped(text, room or self.width - x, size, 3, bold=True):
            self.text(x, self.y + size, line, size, bold=True)
            self.y += size * LINE / SIZE

    def note(self, text: str, x: float = 0, size: float = SMALL) -> None:
        """Small grey text; `y` moves below it."""
        for line in wrapped(text, self.width - x, size, most=3000):
            self.text(x, self.y + size, line, size, fill=FAINT)
            self.y += size * 1.22

    def column_heads(
        self, labels: Sequence[str], left: float, widths: Sequence[float], *, alike: bool = True, bold: bool = False
    ) -> None:
        """Labels above columns, upright where columns are too narrow; `y` moves to the top of the columns.

        They are either all upright or all not, unless `alike` is false.
        """
        labels = list(map(capital, labels))

        def lies(label: str, width: float) -> bool:
            words = re.split("[ -]", label)
            return width >= LYING or all(text_width(word, SIZE, bold=bold) <= width - 3 for word in words)

        def lines_of(label: str, width: float, flat: bool) -> list[str]:
            if flat:
                return wrapped(label, width - 3, SIZE, 6, bold=bold)
            return wrapped(label, 112 if width >= 2 * LINE else 150, SIZE, max(1, int(width / LINE)), bold=bold)

        lying = list(map(lies, labels, widths))
        lying = [all(lying)] * len(lying) if alike else lying

        heads = list(map(lines_of, labels, widths, lying))
        heights = [
            LINE * len(lines) if flat else max(text_width(line, SIZE, bold=bold) for line in lines)
            for lines, flat in zip(heads, lying, strict=True)
        ]
        self.y += 5 + max(heights, default=0)
        for lines, width, flat in zip(heads, widths, lying, strict=True):
            if flat:
                middle = self.y - 4 - LINE * len(lines) / 2
                self.label(left + width / 2, middle, lines, text_anchor="middle", bold=bold)
            else:
                self.upright(left + width / 2, self.y - 3, lines, bold=bold)
            left += width

    def legend(self, entries: Iterable[tuple[float, Sample, str]], x: float = 0, size: float = SMALL) -> None:
        """Samples and what they mean, side by side in as many rows as they take; `y` moves below them.

        Each entry is the width of its sample, what draws it, and its text.
        """
        at, line, empty = x, size * LINE / SIZE, True
        for sample, draw, text in entries:
            lines = wrapped(text, self.width - x - sample - 4, size)
            long = sample + 4 + max(text_width(part, size) for part in lines)
            if at > x and at + long > self.width:
                at, self.y = x, self.y + 1.4 * line
            draw(at, self.y + line / 2)
            self.label(at + sample + 4, self.y + line * len(lines) / 2, lines, size)
            self.y += line * (len(lines) - 1)
            at, empty = at + long + 1.3 * size, False
        self.y += 0 if empty else 1.4 * line

    def keys(self, keys: Iterable[tuple[str, str, str]], x: float = 0) -> None:
        """A legend of boxes, each with its fill, its outline and its meaning."""

        def sample(fill: str, stroke: str) -> Sample:
            return lambda left, middle: self.box(left + 0.5, middle - 3.4, 7, 6, fill=fill, stroke=stroke)

        self.legend(((7, sample(fill, stroke), text) for fill, stroke, text in keys), x)

    # --- what it becomes ---

    def svg(self, *, in_points: bool = False) -> str:
        """The picture as text. Its size is given in millimetres, or in points for vl-convert."""
        width, height = self.width + 2 * MARGIN, self.y + 2 * MARGIN
        svg = ET.Element("svg", {"xmlns": "http://www.w3.org/2000/svg"})
        svg.set("width", f"{width * self.unit:.2f}" if in_points else f"{self.millimetres:g}mm")
        svg.set("height", f"{height * self.unit:.2f}" if in_points else f"{self.height:.2f}mm")
        svg.set("viewBox", f"{-MARGIN:g} {-MARGIN:g} {width:.2f} {height:.2f}")
        svg.attrib |= {"role": "img", "font-family": FAMILY, "font-size": number(SIZE), "fill": INK}
        ET.SubElement(svg, "title").text = visible(self.title)
        ET.SubElement(svg, "desc").text = visible(self.description)
        # The background goes beyond the edges, or a fraction of a pixel would stay transparent.
        size = {"width": f"{width + 18:.0f}", "height": f"{height + 18:.0f}"}
        ET.SubElement(svg, "rect", {"x": "-9", "y": "-9", **size, "fill": PAPER})
        svg.extend(self._root)
        return ET.tostring(svg, encoding="unicode") + "\n"

    @property
    def resolution(self) -> float:
        """Dots per inch of the PNG: `dots`, or fewer where it would be larger than `MOST_PIXELS`."""
        return min(self.dots, MOST_PIXELS * 25.4 / max(self.millimetres, self.height))

    def png(self) -> bytes:
        """The picture as PNG, at `resolution`."""
        need("vl_convert")
        import vl_convert

        return vl_convert.svg_to_png(self.svg(in_points=True), ppi=self.resolution)

    def pdf(self) -> bytes:
        """The picture as PDF, true to size and with its letters as text; font names may differ from run to run."""
        need("vl_convert")
        import vl_convert

        return vl_convert.svg_to_pdf(self.svg(in_points=True))


FORMS: dict[str, Callable[[Canvas], str | bytes]] = {".svg": Canvas.svg, ".png": Canvas.png, ".pdf": Canvas.pdf}
"""What a canvas becomes, by the ending of the file."""


def number(value: float) -> str:
    """A number with at most two decimals."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
