"""Pictures in a real browser, with the fonts of this machine: no label is cut or overlaps another."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from kg.answers.evidence_map import Cell, EvidenceMap, Header
from kg.api import KnowledgeGraph
from kg.render.figures.canvas import Canvas
from kg.render.figures.kinds import KINDS
from kg.render.figures.map_picture import map_bubbles, map_table
from tests.maps import finding

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

Draw = Callable[..., Canvas]
SLACK = 0.6
"""In pixels, 96 to an inch: boxes of letters are wider than the ink."""


class Label(NamedTuple):
    text: str
    left: float
    top: float
    right: float
    bottom: float


def labels(browser: Browser, svg: str, file: Path) -> tuple[list[Label], float, float]:
    """The labels with the boxes of their ink, and the size of the picture."""
    file.write_text(svg, encoding="utf-8")
    page = browser.new_page()
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(file.as_uri())
    found = page.evaluate("""() => [...document.querySelectorAll("text")].map(t => {
        const box = t.getBoundingClientRect();
        return [t.textContent, box.left, box.top, box.right, box.bottom, t.hasAttribute("transform")];
    })""")
    size = page.evaluate("() => (b => [b.width, b.height])(document.documentElement.getBoundingClientRect())")
    page.close()
    assert requests == [file.as_uri()]
    return [_ink(*label) for label in found], size[0], size[1]


def _ink(text: str, left: float, top: float, right: float, bottom: float, upright: bool) -> Label:
    """A line's box has room above and below the letters, a fifth of it altogether."""
    spare = (right - left if upright else bottom - top) / 6
    return Label(
        text, *((left + spare, top, right - spare, bottom) if upright else (left, top + spare, right, bottom - spare))
    )


def overlap(one: Label, other: Label) -> bool:
    return (
        one.left < other.right - SLACK
        and other.left < one.right - SLACK
        and one.top < other.bottom - SLACK
        and other.top < one.bottom - SLACK
    )


def check(browser: Browser, canvas: Canvas, file: Path) -> None:
    """No label leaves the picture or overlaps another."""
    shown, wide, high = labels(browser, canvas.svg(), file)
    assert wide == pytest.approx(canvas.millimetres / 25.4 * 96, abs=1)
    assert [
        label for label in shown if label.left < 0 or label.right > wide or label.top < 0 or label.bottom > high
    ] == []
    assert [(one.text, other.text) for one, other in combinations(shown, 2) if overlap(one, other)] == []


@pytest.mark.parametrize("width", [85, 175])
@pytest.mark.parametrize("name", [kind.name for kind in KINDS])
@pytest.mark.parametrize("graph", ["library_graph", "effects_graph", "review_graph"])
def test_no_label_of_a_figure_is_cut_or_overlaps_another(
    browser: Browser, request: pytest.FixtureRequest, tmp_path: Path, graph: str, name: str, width: float
) -> None:
    found: KnowledgeGraph = request.getfixturevalue(graph)
    flags: dict[str, int] = {"publications-per-year": {"coded": 1}, "outcome-directions": {"at_least": 1}}.get(name, {})
    check(browser, found.figure(name, width, **flags).canvas, tmp_path / "figure.svg")


@pytest.mark.parametrize("draw", [map_table, map_bubbles])
@pytest.mark.parametrize("dimensions", [("practice", "category"), ("category", "practice"), ("practice", "challenge")])
def test_no_label_of_a_map_is_cut_or_overlaps_another(
    browser: Browser, review_graph: KnowledgeGraph, tmp_path: Path, dimensions: tuple[str, str], draw: Draw
) -> None:
    made = review_graph.evidence_map(*dimensions)
    for width in (None, 175):
        check(browser, draw(made, width), tmp_path / "map.svg")


@pytest.mark.parametrize("draw", [map_table, map_bubbles])
def test_no_label_of_a_crowded_map_is_cut_or_overlaps_another(browser: Browser, tmp_path: Path, draw: Draw) -> None:
    check(browser, draw(crowded_map()), tmp_path / "map.svg")


def crowded_map() -> EvidenceMap:
    """Long names in groups, and in every cell up to sixty studies, some of which did not find it."""
    rows, columns = (
        tuple(
            Header(f"{kind}{i}", f"continuous {kind} with a long name {i}", f"a group of several {kind}s {i // 2}")
            for i in range(count)
        )
        for kind, count in (("practice", 6), ("challenge", 14))
    )
    cells = {}
    for i, row in enumerate(rows):
        for j, column in enumerate(columns):
            findings = [finding(f"F{k}", f"s{k}", via="review" if k % 3 else "") for k in range((i * j * 7) % 61)]
            findings += [finding("A", "s0", polarity="absent")] if (i + j) % 3 == 0 else []
            cells[row.iri, column.iri] = Cell(tuple(findings))
    absences = {header.iri: (finding("B", "s1", polarity="absent"),) for header in (*rows[::2], *columns[::2])}
    return EvidenceMap("A crowded map", "practice", "challenge", rows, columns, cells, "0" * 20, absences)
