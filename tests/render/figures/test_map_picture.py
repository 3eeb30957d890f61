"""The pictures of the evidence map: their numbers and symbols, true areas, harmless labels, and the same bytes."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from kg.answers.evidence_map import NOT_FOUND, SYMBOLS, Cell, EvidenceMap, Header
from kg.render.figures.canvas import PAGE, POINTS, Canvas
from kg.render.figures.letters import SMALL
from kg.render.figures.map_picture import (
    BUBBLES,
    CLASSES,
    CROSS,
    EMPTY,
    FILLED,
    HOLLOW,
    TABLE,
    TOTAL,
    MapStyle,
    class_of,
    map_bubbles,
    map_table,
    radius,
)
from kg.render.formats import formats
from tests.maps import empty_map, finding, no_rows_map, toy_map

SVG = "{http://www.w3.org/2000/svg}"
Draw = Callable[..., Canvas]
BOTH = pytest.mark.parametrize("draw", [map_table, map_bubbles])


def elements(canvas: Canvas, name: str) -> list[ET.Element]:
    return list(ET.fromstring(canvas.svg()).iter(f"{SVG}{name}"))  # noqa: S314 - our own


def texts(canvas: Canvas) -> list[str]:
    return [text.text or "" for text in elements(canvas, "text")]


def circles(canvas: Canvas, fill: str = "") -> list[float]:
    """The radii of circles, of those of a fill if one is given, without those of the legend."""
    found = [float(circle.attrib["r"]) for circle in elements(canvas, "circle") if fill in ("", circle.attrib["fill"])]
    return [radius for radius in found if radius != 3.4]


def crosses(canvas: Canvas) -> list[tuple[float, float]]:
    """The places of all crosses, that of the legend last."""
    paths = [path.attrib for path in elements(canvas, "path")]
    found = [re.match(r"M([\d.]+) ([\d.]+)l", path["d"]) for path in paths if path["stroke"] == CROSS]
    return [(float(match[1]), float(match[2])) for match in found if match]


def wide_map(columns: int, studies: int = 1) -> EvidenceMap:
    headers = tuple(Header(f"https://example.org/{i}", f"number {i}") for i in range(columns))
    findings = tuple(finding("F1", f"study {i}", via="review" if i % 2 else "") for i in range(studies))
    whole = toy_map()
    cells = {(whole.rows[0].iri, header.iri): Cell(findings) for header in headers}
    return replace(whole, columns=headers, cells=cells)


# --- what is in it ---


def test_the_table_names_rows_columns_groups_and_what_is_counted() -> None:
    said = texts(map_table(toy_map()))
    for text in ("Continuous testing", "Development", "@organisation", TOTAL, NOT_FOUND, *CLASSES):
        assert text in said
    assert "Snapshot abc123def456." in " ".join(said)


@BOTH
def test_the_note_and_the_snapshot_are_complete(draw: Draw) -> None:
    canvas = draw(toy_map())
    assert canvas.description in " ".join(texts(canvas))
    assert canvas.description.endswith("Snapshot abc123def456.")
    assert "this says nothing about its cells." in canvas.description


def test_the_bubble_of_a_cell_has_its_class() -> None:
    canvas = map_table(toy_map())
    assert [len(circles(canvas, fill)) for fill, *_ in CLASSES.values()] == [1, 1, 1]
    one, other = finding("F1", "alpha"), finding("F2", "beta", via="review")
    assert class_of(Cell((one,))) == "first-hand only"
    assert class_of(Cell((other,))) == "second-hand only"
    assert class_of(Cell((one, other))) == "first-hand and second-hand"
    assert class_of(Cell((one, finding("F3", "alpha", via="review")))) == "first-hand only"


def test_classes_differ_in_greyscale() -> None:
    def lightness(colour: str) -> float:
        return sum(int(colour[i : i + 2], 16) * part for i, part in ((1, 0.299), (3, 0.587), (5, 0.114)))

    for shades in ([fill for fill, *_ in CLASSES.values()], [FILLED, HOLLOW]):
        values = sorted(map(lightness, shades))
        assert all(after - before > 45 for before, after in pairwise(values))


def test_the_table_has_the_numbers_of_studies_and_totals() -> None:
    said = texts(map_table(toy_map()))
    symbols = {*SYMBOLS.values()}
    shown = [text for text in said if re.fullmatch(r"\d+(\+\d+)?", text) or text in symbols]
    rows = ["3", "2+1", "1", "·", "3", "2+1"], ["1", "–", "1"], ["1", "·", "n/a", "·", "·"]
    totals = ["3", "1", "3"]  # and a cross
    assert shown == [*rows[0], *rows[1], *rows[2], *totals, *("–", "·", "n/a")], "the legend comes last"


def test_the_bubble_plot_has_the_numbers_of_studies() -> None:
    said = [text for text in texts(map_bubbles(toy_map())) if text.isdigit() or text in SYMBOLS.values()]
    assert said == ["3", "1", "·", "1", "–", "1", "·", "n/a", "·", *("–", "·", "n/a")]


@BOTH
def test_crosses_are_where_something_was_looked_for_and_not_found(draw: Draw) -> None:
    *found, legend = crosses(draw(toy_map()))
    one, other, practice, *total = found
    assert practice[0] < min(one[0], other[0]), "it is next to the name of the practice"
    assert len(total) == (draw is map_table), "that of a column without studies"
    assert legend[1] > max(y for _, y in found)
    assert len(crosses(draw(empty_map()))) == 1


def test_columns_that_were_not_found_have_a_cross_and_a_number_below_their_name() -> None:
    whole = toy_map()
    canvas = map_table(replace(whole, rows=whole.columns, columns=whole.rows, cells={}))
    (x, y), _ = crosses(canvas)
    assert y < min(float(line.attrib["y1"]) for line in elements(canvas, "line")[3:])
    assert x > 50


@BOTH
@pytest.mark.parametrize("turned", [False, True])
def test_an_empty_map_says_so(draw: Draw, turned: bool) -> None:
    assert EMPTY in " ".join(texts(draw(no_rows_map())))
    whole = toy_map()
    half = replace(whole, rows=()) if turned else replace(whole, columns=())
    assert EMPTY in " ".join(texts(draw(half)))
    assert "Continuous testing" in texts(draw(empty_map()))
    assert "Snapshot" not in draw(empty_map()).description


# --- sizes ---


@pytest.mark.parametrize("most", [1, 3, 4, 20, 500])
def test_area_is_proportional_to_studies_and_the_largest_fits(most: int) -> None:
    assert radius(most, most, 10) <= 10 + 1e-9
    assert radius(most, most, 10) ** 2 == pytest.approx(most * radius(1, most, 10) ** 2)


def test_circles_of_the_bubble_plot_have_the_area_of_their_studies() -> None:
    canvas = map_bubbles(toy_map(), 174)
    three, one, other = (size**2 for size in circles(canvas, HOLLOW))
    assert three / one == pytest.approx(3, rel=0.02)
    assert one == pytest.approx(other)
    assert max(circles(canvas, FILLED)) ** 2 / one == pytest.approx(2, rel=0.02), "two of three are first-hand"


@BOTH
@pytest.mark.parametrize("width", [60, 85, 174, 400])
def test_it_has_the_requested_width_and_nothing_is_outside(draw: Draw, width: float) -> None:
    canvas = draw(toy_map(), width)
    root = ET.fromstring(canvas.svg())  # noqa: S314 - our own
    assert root.attrib["width"] == f"{width}mm"
    for circle in elements(canvas, "circle"):
        x, y, size = (float(circle.attrib[name]) for name in ("cx", "cy", "r"))
        assert size <= x <= width * POINTS - size
        assert size <= y <= canvas.height * POINTS - size


@BOTH
def test_no_font_is_smaller_than_the_smallest(draw: Draw) -> None:
    sizes = {float(text.attrib.get("font-size", 7)) for text in elements(draw(wide_map(9, 40)), "text")}
    assert min(sizes) == SMALL


@BOTH
@pytest.mark.parametrize("width", [60, 85, 120, 175])
def test_columns_that_do_not_fit_stand_in_parts_of_the_width_that_was_asked_for(draw: Draw, width: float) -> None:
    made = wide_map(20, 12)
    canvas = draw(made, width)
    assert canvas.millimetres == width
    said = texts(canvas)
    parts = [text for text in said if text.startswith("Part ")]
    assert parts == [f"Part {number} of {len(parts)}" for number in range(1, len(parts) + 1)]
    assert len(parts) != 1
    # No number is lost: the bubbles of all parts are those of the map, and every part names every row.
    studies = sorted(len(cell.studies) for cell in made.cells.values() if cell.studies)
    assert len(elements(canvas, "circle")) >= len(studies)
    row = made.rows[0].label
    assert said.count(row[:1].upper() + row[1:]) == max(len(parts), 1)
    for text in elements(canvas, "text"):
        assert -1 <= float(text.attrib["x"]) <= width * POINTS


def long_map(rows: int) -> EvidenceMap:
    """The toy map with so many more rows."""
    more = tuple(Header(f"https://example.org/row/{i}", f"row {i}") for i in range(rows))
    return replace(toy_map(), rows=(*toy_map().rows, *more))


def test_a_picture_that_is_higher_than_a_page_says_so_and_what_helps() -> None:
    warnings: list[str] = []
    made = long_map(80)
    assert map_table(made, 175, warnings.append).height > PAGE
    (warning,) = warnings
    assert "more than a page has (240 mm): --with-evidence leaves out" in warning
    map_table(toy_map(), 175, warnings.append)
    assert len(warnings) == 1


@pytest.mark.parametrize("dots", [300, 600, 1000])
def test_a_png_has_the_dots_that_were_asked_for(dots: int) -> None:
    canvas = map_table(toy_map(), 85)
    canvas.dots = dots
    data = canvas.png()
    assert int.from_bytes(data[16:20]) == pytest.approx(85 / 25.4 * dots, abs=2), "pixels of the width in the header"


def test_a_png_with_fewer_dots_says_so() -> None:
    warnings: list[str] = []
    form = next(one for one in formats("map") if one.name == "png")
    form.write(long_map(80), width=175, dpi=1200, warn=warnings.append)
    assert any("too large for 1200 dots per inch" in warning for warning in warnings)


@pytest.mark.parametrize(("draw", "style"), [(map_table, TABLE), (map_bubbles, BUBBLES)])
def test_of_too_many_columns_those_without_findings_are_left_out(draw: Draw, style: MapStyle) -> None:
    more = tuple(Header(f"https://example.org/{i}", f"number {i}") for i in range(style.columns))
    canvas = draw(replace(toy_map(), columns=(*toy_map().columns, *more)))
    assert "Number 1" not in texts(canvas)
    assert f"Without findings and left out: {style.columns} columns." in canvas.description


# --- formats ---


@BOTH
def test_hostile_labels_are_harmless(draw: Draw) -> None:
    svg = draw(toy_map()).svg()
    assert "<script" not in svg
    assert "<img" not in svg
    assert "&lt;i&gt;" in svg


@pytest.mark.parametrize("name", ["map_table", "map_bubbles"])
def test_the_same_bytes_in_another_process(name: str) -> None:
    code = (
        f"from kg.render.figures.map_picture import {name} as draw; from tests.maps import toy_map; "
        "print(draw(toy_map()).svg())"
    )
    ran = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": "."},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(ran) == 1


@BOTH
def test_png_and_pdf(draw: Draw) -> None:
    canvas = draw(toy_map())
    assert canvas.png().startswith(b"\x89PNG")
    assert canvas.pdf().startswith(b"%PDF")
