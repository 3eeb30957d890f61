"""The picture of a network in a browser: no message, no request, no overlapping labels, the colours of the page."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg.render.figures.network_picture import network_picture
from kg.render.pages.graph_looks import light_theme
from kg.render.pages.graph_page import graph_page
from tests.render.pages.networks import hostile, large, toy

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

BOXES = """() => [...document.querySelectorAll("g[text-anchor]")].map((group) => {
  const { left, top, right, bottom } = group.getBoundingClientRect();
  return [left, top, right, bottom, group.textContent];
})"""


def opened(browser: Browser, path: Path, messages: list[str]) -> Page:
    page = browser.new_page(color_scheme="light")
    page.on("console", lambda message: messages.append(message.text))
    page.on("pageerror", lambda error: messages.append(str(error)))
    page.on("request", lambda request: messages.append(request.url) if request.url != path.as_uri() else None)
    page.on("dialog", lambda dialog: messages.append(dialog.message))
    page.goto(path.as_uri())
    return page


@pytest.mark.parametrize("network", [toy, large, hostile], ids=lambda made: made.__name__)
def test_it_draws_without_a_message_or_a_request_and_no_labels_overlap(
    browser: Browser, tmp_path: Path, network: object
) -> None:
    assert callable(network)
    file = tmp_path / "figure.svg"
    file.write_text(network_picture(network()).svg(), encoding="utf-8")
    messages: list[str] = []
    page = opened(browser, file, messages)
    boxes = page.evaluate(BOXES)
    harmed = page.evaluate("window.__pwned")
    page.close()
    assert messages == []
    assert harmed is None
    assert len(boxes) >= len(network().nodes)
    # Of the height of a line, the letters take four fifths.
    overlapping = [
        (one[4], other[4])
        for one, other in combinations(boxes, 2)
        if one[0] + 1 < other[2] and other[0] + 1 < one[2] and one[1] + 3 < other[3] and other[1] + 3 < one[3]
    ]
    assert overlapping == []


def test_its_colours_are_those_of_the_page_in_light_mode(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "graph.html"
    file.write_text(graph_page(toy()), encoding="utf-8")
    page = opened(browser, file, [])
    shown = page.evaluate(
        "names => names.map(name => getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim())",
        list(light_theme()),
    )
    page.close()
    assert dict(zip(light_theme(), shown, strict=True)) == light_theme()
