"""The bubble plot: areas are true to numbers, it is as wide as asked for, and data stay data."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from kg.answers.evidence_map import Header
from kg.render.figures.map_bubble import MOST, POINTS, bubble_pdf, bubble_png, bubble_svg
from tests.maps import empty_map, no_rows_map, toy_map

SVG = "{http://www.w3.org/2000/svg}"
LEGEND = 3


def drawn(svg: str) -> tuple[list[ET.Element], list[str], ET.Element]:
    root = ET.fromstring(svg)  # noqa: S314 - our own
    return (list(root.iter(f"{SVG}circle")), [text.text or "" for text in root.iter(f"{SVG}text")], root)


def test_areas_are_the_numbers_of_studies_and_of_those_first_hand() -> None:
    circles, texts, _ = drawn(bubble_svg(toy_map(), 174))
    sizes = [float(circle.attrib["r"]) ** 2 for circle in circles[:-LEGEND]]
    three, two, one = sizes[0], sizes[1], sizes[2]
    assert three / one == pytest.approx(3, rel=0.02)
    assert two / one == pytest.approx(2, rel=0.02)
    assert len(sizes) == 2 + 1 + 2, "two of three first-hand, one second-hand, one first-hand"
    assert [text for text in texts if text.isdigit()] == ["3", "1", "1"]


def test_crosses_are_where_something_was_looked_for_and_not_found() -> None:
    _, _, root = drawn(bubble_svg(toy_map()))
    crosses = [line for line in root.iter(f"{SVG}line") if line.attrib["stroke"] == "#000000"]
    assert len(crosses) == 2 * (2 + 1 + 1), "two cells, the practice that was itself not found, the legend"
    _, _, empty = drawn(bubble_svg(empty_map()))
    assert len([line for line in empty.iter(f"{SVG}line") if line.attrib["stroke"] == "#000000"]) == 2


@pytest.mark.parametrize("width", [85, 174])
def test_it_is_as_wide_as_asked_for_and_nothing_stands_outside(width: float) -> None:
    circles, texts, root = drawn(bubble_svg(toy_map(), width))
    wide, high = width * POINTS, float(root.attrib["height"])
    assert float(root.attrib["width"]) == pytest.approx(wide, abs=0.1)
    for circle in circles:
        x, y, r = (float(circle.attrib[name]) for name in ("cx", "cy", "r"))
        assert r <= x <= wide - r
        assert r <= y <= high - r
    assert "Snapshot abc123def456." in " ".join(texts)


def test_too_many_columns_leave_out_those_without_findings() -> None:
    more = tuple(Header(f"https://example.org/{i}", f"number {i}") for i in range(MOST))
    _, texts, _ = drawn(bubble_svg(replace(toy_map(), columns=(*toy_map().columns, *more))))
    assert "Number 1" not in texts
    assert f"Without findings and left out: {MOST} columns." in " ".join(texts)


def test_data_stay_data_and_maps_without_rows_are_figures_too() -> None:
    assert "<script" not in bubble_svg(toy_map())
    assert bubble_svg(toy_map()) == bubble_svg(toy_map())
    assert "<svg" in bubble_svg(no_rows_map())
    assert bubble_png(toy_map()).startswith(b"\x89PNG")
    assert bubble_pdf(toy_map()).startswith(b"%PDF")
