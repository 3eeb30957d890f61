"""The evidence map as a bubble plot in the manner of mapping studies (Petersen et al. 2008), for a column of a paper.

The outer circle has the area of the number of distinct studies, the filled one that of those that found it first-hand:
told apart by lightness, not by hue. The SVG is written here, since altair's axes neither wrap nor group their labels.
"""

from __future__ import annotations

import math
import textwrap
from xml.etree import ElementTree as ET

from kg.answers.evidence_map import NOT_FOUND, SYMBOLS, EvidenceMap, Header, note, shown_states
from kg.core.problems import visible
from kg.render.text.map_tables import fitting, numbers

POINTS = 72 / 25.4
"""In a millimetre."""
FONT, SMALL, LINE = 6.5, 5.5, 7.5
"""Sizes of letters and height of a line, in points."""
ROW = 17.0
"""Height of a row, in points."""
FULL, FAINT = "#0b3c6e", "#595959"
MOST = 10
"""Columns for which 85 mm are enough; of more, those without findings are left out."""


def bubble_svg(evidence_map: EvidenceMap, width: float = 85) -> str:
    """The figure, `width` millimetres wide; the same map gives the same text."""
    return _Figure(evidence_map, width * POINTS).svg()


def bubble_png(evidence_map: EvidenceMap, width: float = 85) -> bytes:
    """The figure with 300 dots an inch."""
    import vl_convert

    return vl_convert.svg_to_png(bubble_svg(evidence_map, width), scale=300 / 72, ppi=72)


def bubble_pdf(evidence_map: EvidenceMap, width: float = 85) -> bytes:
    import vl_convert

    return vl_convert.svg_to_pdf(bubble_svg(evidence_map, width))


class _Figure:
    """Drawn from the top to the bottom: `y` is how far it has come, in points."""

    def __init__(self, evidence_map: EvidenceMap, width: float) -> None:
        self.map, self.width, self.y = evidence_map, width, 0.0
        self.root = ET.Element(
            "svg",
            {
                "xmlns": "http://www.w3.org/2000/svg",
                "font-family": "Helvetica, Arial, Liberation Sans, sans-serif",
                "font-size": f"{FONT}",
            },
        )
        self.rows, self.columns, self.left_out = fitting(evidence_map, columns=MOST)
        self.left = max(70.0, 0.26 * width)
        self.step = (width - self.left) / max(len(self.columns), 1)
        self.largest = max((len(cell.studies) for cell in evidence_map.cells.values()), default=1) or 1

    def svg(self) -> str:
        self._heads()
        previous = ""
        for row in self.rows:
            if row.group and row.group != previous:
                self._group(row.group)
            previous = row.group
            self._row(row)
        self._line(0, self.y, self.width, self.y)
        self._legend()
        said = note(self.map) + self.left_out
        said += f" Snapshot {self.map.snapshot[:12]}." if self.map.snapshot else ""
        for text in textwrap.wrap(said, int(self.width / (0.47 * SMALL))):
            self._text(0, self.y + SMALL, text, size=SMALL)
            self.y += SMALL + 1.2
        height = f"{self.y + 2:.1f}"
        self.root.attrib.update(width=f"{self.width:.1f}", height=height, viewBox=f"0 0 {self.width:.1f} {height}")
        self.root.insert(0, ET.Element("rect", {"width": "100%", "height": "100%", "fill": "white"}))
        return ET.tostring(self.root, encoding="unicode") + "\n"

    def _text(self, x: float, y: float, text: str, size: float = FONT, **attributes: str) -> None:
        named = {name.replace("_", "-"): value for name, value in attributes.items()}
        made = ET.SubElement(self.root, "text", {"x": f"{x:.1f}", "y": f"{y:.1f}", "font-size": f"{size}", **named})
        made.text = visible(text)

    def _line(self, x: float, y: float, x2: float, y2: float, colour: str = "#c4c4c4", width: float = 0.4) -> None:
        ET.SubElement(
            self.root,
            "line",
            {
                "x1": f"{x:.1f}",
                "y1": f"{y:.1f}",
                "x2": f"{x2:.1f}",
                "y2": f"{y2:.1f}",
                "stroke": colour,
                "stroke-width": f"{width}",
            },
        )

    def _heads(self) -> None:
        """Labels stand upright, in as many lines as the column has room for."""
        room = max(1, min(3, int(self.step / LINE)))
        labels = [_wrapped(column.label, 25, room) for column in self.columns]
        self.y = head = 8 + FONT * 0.56 * max((len(line) for lines in labels for line in lines), default=0)
        for i, (column, lines) in enumerate(zip(self.columns, labels, strict=True)):
            middle = self.left + self.step * (i + 0.5)
            for j, text in enumerate(lines):
                x = middle + LINE * (j - (len(lines) - 1) / 2) + FONT * 0.35
                self._text(x, head - 3, text, transform=f"rotate(-90 {x:.1f} {head - 3:.1f})")
            if self.map.absences.get(column.iri):
                self._cross(middle + self.step / 2 - 4, head - 4)

    def _group(self, group: str) -> None:
        self._line(0, self.y, self.width, self.y)
        self._text(0, self.y + FONT + 2, _wrapped(group, int(self.width / 3.6), 1)[0], font_weight="bold")
        self.y += FONT + 5

    def _row(self, row: Header) -> None:
        self._line(0, self.y, self.width, self.y)
        middle = self.y + ROW / 2
        lines = _wrapped(row.label, int((self.left - 6) / 3.2), 2)
        for j, text in enumerate(lines):
            self._text(2, middle + LINE * (j - (len(lines) - 1) / 2) + FONT * 0.35, text)
        if self.map.absences.get(row.iri):
            self._cross(self.left - 4, middle)
        for i, column in enumerate(self.columns):
            x = self.left + self.step * i
            self._line(x, self.y, x, self.y + ROW)
            self._cell(x + self.step / 2 - 2, middle, row, column)
        self.y += ROW

    def _radius(self, studies: int) -> float:
        most = min((ROW - 2) / 2, (self.step - 6) / 2)
        # While there are few studies, one is not drawn as large as the cell.
        return max(most, 1.5) * math.sqrt(studies / max(self.largest, 4))

    def _cell(self, x: float, y: float, row: Header, column: Header) -> None:
        cell = self.map.cell(row.iri, column.iri)
        studies, first, _, absent = numbers(cell)
        if studies:
            self._bubble(x, y, studies, first)
            self._text(x + self._radius(studies) + 0.7, y + FONT * 0.35, str(studies), size=SMALL)
        if absent:
            self._cross(x if not studies else x + self.step / 2 - 2, y if not studies else y - ROW / 2 + 4)
        if not cell.findings:
            self._text(
                x + 2, y + FONT * 0.35, SYMBOLS[self.map.state(row.iri, column.iri)], text_anchor="middle", fill=FAINT
            )

    def _bubble(self, x: float, y: float, studies: int, first: int) -> None:
        place = {"cx": f"{x:.1f}", "cy": f"{y:.1f}"}
        ET.SubElement(
            self.root,
            "circle",
            {**place, "r": f"{self._radius(studies):.2f}", "fill": "#e3ecf5", "stroke": FULL, "stroke-width": "0.6"},
        )
        if first:
            ET.SubElement(self.root, "circle", {**place, "r": f"{self._radius(first):.2f}", "fill": FULL})

    def _cross(self, x: float, y: float) -> None:
        self._line(x - 2, y - 2, x + 2, y + 2, "#000000", 0.9)
        self._line(x - 2, y + 2, x + 2, y - 2, "#000000", 0.9)

    def _legend(self) -> None:
        """On three lines, which 85 mm hold."""
        y = self.y + 10
        self._bubble(6, y, 1, 1)
        self._text(13, y + 2.3, "first-hand")
        self._bubble(56, y, 1, 0)
        self._text(63, y + 2.3, "second-hand only")
        self._cross(126, y)
        self._text(132, y + 2.3, "looked for, not found")
        for x, state in zip((6, 76, 138), [s for s in shown_states(self.map) if s != NOT_FOUND], strict=False):
            self._text(x, y + 12, SYMBOLS[state], text_anchor="middle", fill=FAINT)
            self._text(x + 9, y + 12, state)
        self._text(0, y + 22, "Area of a circle and its number: distinct studies; of the filled circle: first-hand.")
        self.y = y + 27


def _wrapped(label: str, characters: int, lines: int) -> list[str]:
    """A label, capitalised, on so many lines at most; what is cut off shows as an ellipsis."""
    return textwrap.wrap(label[:1].upper() + label[1:], max(characters, 6), max_lines=lines, placeholder=" …") or [""]
