"""The figure: what it says, that it says it the same way every time, and that bubbles are true to size."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from kg.answers.evidence_map import NOT_FOUND, SYMBOLS, Cell
from kg.render.figures.map_chart import (
    CLASSES,
    LABEL_WIDTH,
    LARGEST,
    caption,
    lay_out,
    map_pdf,
    map_png,
    map_svg,
    radius,
    share,
)
from tests.maps import empty_map, finding, no_rows_map, toy_map


@pytest.fixture(scope="module")
def svg() -> str:
    return map_svg(toy_map())


def texts(svg: str) -> list[str]:
    root = ElementTree.fromstring(svg)  # noqa: S314 - our own
    return ["".join(node.itertext()) for node in root.iter("{http://www.w3.org/2000/svg}text")]


def test_the_figure_names_rows_columns_groups_and_what_is_counted(svg: str) -> None:
    said = texts(svg)
    for text in ("Continuous testing", "Development", "@organisation", NOT_FOUND, *CLASSES):
        assert text in said
    assert "Snapshot abc123def456." in " ".join(said)


def test_data_stay_data(svg: str) -> None:
    assert "<script" not in svg
    assert "<img" not in svg
    assert "&lt;img" in svg


def test_bubbles_crosses_and_nothing_where_there_is_no_evidence() -> None:
    drawing = lay_out(toy_map())
    legend = len(CLASSES) + 1
    kinds = [p.kind for p in drawing.points[:-legend]]
    assert sorted(kinds) == ["first-hand and second-hand", "first-hand only", *["not found"] * 3, "second-hand only"]


def test_a_practice_that_was_not_found_has_its_cross_at_its_name_and_none_in_its_cells() -> None:
    crosses = [p for p in lay_out(toy_map()).points if p.kind == "not found"][:-1]
    assert len([p for p in crosses if p.x > LABEL_WIDTH]) == 2, "looked for together"
    (name,) = (p for p in crosses if p.x < LABEL_WIDTH)
    assert name.y == max(p.y for p in crosses), "in the last row"
    assert "× beside a name" in caption(toy_map())


def test_columns_that_were_not_found_have_their_cross_under_their_name() -> None:
    whole = toy_map()
    turned = replace(whole, rows=whole.columns, columns=whole.rows, cells={})
    (cross,) = (p for p in lay_out(turned).points[: -len(CLASSES)] if p.kind == "not found")
    assert cross.x > LABEL_WIDTH
    assert cross.y < min(rule.y for rule in lay_out(turned).rules)


def test_a_bubble_of_both_hands_says_how_many_of_each() -> None:
    texts_ = [t.text for t in lay_out(toy_map()).texts]
    assert texts_.count("2+1") == 1
    assert not [text for text in texts_ if "+" in text and text not in ("2+1",) and "1+2 under" not in text]


def test_a_cell_without_evidence_shows_its_state() -> None:
    drawing = lay_out(toy_map())
    symbols = [t.text for t in drawing.texts if t.text in SYMBOLS.values()]
    assert sorted(symbols) == ["n/a", *["·"] * 3, "–"], "crosses are drawn"
    assert {"–  no evidence found", "·  nobody looked", "n/a  not applicable"} <= {t.text for t in drawing.texts}


def test_bubbles_carry_the_number_of_distinct_studies() -> None:
    drawing = lay_out(toy_map())
    bold = [t.text for t in drawing.texts if t.text.isdigit() and t.weight == "bold"]
    assert sorted(bold) == ["1", "1", "3"]


def test_nothing_stands_outside_the_figure() -> None:
    drawing = lay_out(toy_map())
    assert all(0 <= p.x <= drawing.width and 0 <= p.y <= drawing.height for p in drawing.points)
    assert all(0 <= t.x <= drawing.width and 0 <= t.y <= drawing.height for t in drawing.texts)


@pytest.mark.parametrize("most", [1, 3, 4, 20, 500])
def test_area_is_proportional_to_studies_and_the_largest_fits(most: int) -> None:
    assert radius(most, most) <= LARGEST + 1e-9
    assert radius(most, most) ** 2 == pytest.approx(most * radius(1, most) ** 2)


def test_classes_say_who_the_witness_is() -> None:
    one, other = finding("F1", "alpha"), finding("F2", "beta", via="review")
    assert share(Cell((one,))) == "first-hand only"
    assert share(Cell((other,))) == "second-hand only"
    assert share(Cell((one, other))) == "first-hand and second-hand"
    assert share(Cell((one, finding("F3", "alpha", via="review")))) == "first-hand only"


def test_same_bytes_in_another_process(svg: str) -> None:
    code = (
        "import sys; from kg.render.figures.map_chart import map_svg; from tests.maps import toy_map; "
        "sys.stdout.buffer.write(map_svg(toy_map()).encode())"
    )
    for seed in ("1", "2"):
        env = {"PYTHONHASHSEED": seed, "PYTHONPATH": "."}
        again = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, check=True)
        assert again.stdout.decode() == svg


def test_png_and_pdf() -> None:
    assert map_png(toy_map(), scale=1).startswith(b"\x89PNG")
    assert map_pdf(toy_map()).startswith(b"%PDF")


def test_empty_maps_say_so() -> None:
    assert "This map is still empty: it has no rows or no columns." in texts(map_svg(no_rows_map()))
    assert "Continuous testing" in texts(map_svg(empty_map()))
    assert "Snapshot" not in caption(empty_map())
