"""Figures in a real browser, with the letters of this machine: nothing is cut, and no label runs into another."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from kg.api import KnowledgeGraph
from kg.render.figures.kinds import KINDS

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

SLACK = 0.6
"""Of a pixel, 96 to an inch: boxes of letters are wider than the ink."""


class Label(NamedTuple):
    text: str
    left: float
    top: float
    right: float
    bottom: float


def labels(browser: Browser, svg: str, file: Path) -> tuple[list[Label], float, float]:
    """The labels with the boxes that their ink takes, and the size of the figure."""
    file.write_text(svg, encoding="utf-8")
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    found = page.evaluate("""() => [...document.querySelectorAll("text")].map(t => {
        const box = t.getBoundingClientRect();
        return [t.textContent, box.left, box.top, box.right, box.bottom, t.hasAttribute("transform")];
    })""")
    size = page.evaluate("() => (b => [b.width, b.height])(document.documentElement.getBoundingClientRect())")
    page.close()
    assert asked == [file.as_uri()]
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


@pytest.mark.parametrize("width", [85, 175])
@pytest.mark.parametrize("name", [kind.name for kind in KINDS])
@pytest.mark.parametrize("graph", ["library_graph", "review_graph"])
def test_no_label_is_cut_or_runs_into_another(
    browser: Browser, request: pytest.FixtureRequest, tmp_path: Path, graph: str, name: str, width: float
) -> None:
    found: KnowledgeGraph = request.getfixturevalue(graph)
    flags = {"coded": True} if name == "publications-per-year" else {}
    figure = found.figure(name, width, **flags)
    shown, wide, high = labels(browser, figure.svg, tmp_path / "figure.svg")
    assert wide == pytest.approx(width / 25.4 * 96, abs=1)
    assert [
        label for label in shown if label.left < 0 or label.right > wide or label.top < 0 or label.bottom > high
    ] == []
    assert [(one.text, other.text) for one, other in combinations(shown, 2) if overlap(one, other)] == []
