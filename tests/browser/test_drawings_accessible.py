"""The graph, the evidence map and rows of the project's own review are accessible: axe finds no violation."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg.api import KnowledgeGraph
from kg.core.iris import BASE
from kg.render.pages.graph_page import graph_page
from kg.render.pages.map_page import map_page
from kg.render.pages.rows_page import rows_page
from tests.browser.axe import COLOUR_RULES, violations
from tests.browser.watched import LOOKS, watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

PEC4 = f"#node={BASE}finding/vanska2024/PEC4"
AROUND_TESTING = "#view=network&open=practice/continuous-testing"
CELL = "#row=continuous-testing&column=testing-and-quality"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, review_graph: KnowledgeGraph) -> Path:
    written = tmp_path_factory.mktemp("drawings")
    (written / "whole.html").write_text(graph_page(review_graph.network()), "utf-8")
    (written / "pec4.html").write_text(graph_page(review_graph.network("PEC4")), "utf-8")
    (written / "map.html").write_text(map_page(review_graph.evidence_map()), "utf-8")
    rows = review_graph.query("related-work", practice="continuous-testing")
    (written / "rows.html").write_text(rows_page(rows, "Works on testing", "kg; graph sha256:0"), "utf-8")
    return written


def as_it_opens(page: Page) -> None:
    assert page.locator("h1").is_visible()


def with_reading(page: Page) -> None:
    page.locator("#panel h2").wait_for(state="attached")


def with_network(page: Page) -> None:
    page.wait_for_function("kgGraph.nodes.some((node) => !node.hidden && node.boxed)")


def with_band(page: Page) -> None:
    page.locator("#overview .band").first.focus()
    page.keyboard.press("Enter")
    page.locator("#panel blockquote").first.wait_for(state="attached")


def with_list(page: Page) -> None:
    if page.locator("#tabs [data-pane=list]").is_visible():
        page.locator("#tabs [data-pane=list]").click()
    page.get_by_label("What is listed").select_option("relations")
    page.locator("#list-body table").wait_for(state="visible")


def with_results(page: Page) -> None:
    page.locator("#search").fill("testing")
    page.locator("[role=option]").first.wait_for(state="visible")


def with_cell(page: Page) -> None:
    page.locator("aside").wait_for(state="visible")


SHOWN = [
    ("whole.html", as_it_opens), (f"whole.html{PEC4}", with_reading), ("whole.html", with_results),
    ("whole.html", with_band), ("whole.html", with_list), (f"whole.html{AROUND_TESTING}", with_network),
    ("pec4.html", as_it_opens), (f"pec4.html{PEC4}", with_reading), ("map.html", as_it_opens),
    (f"map.html{CELL}", with_cell), ("rows.html", as_it_opens)]  # fmt: skip
IN_DARK = {with_reading, with_band, with_network, with_cell}
"""What has colours of its own, and is seen on a phone and in the dark too."""


@pytest.mark.parametrize(
    ("name", "prepare", "size", "scheme"),
    [(*shown, *look) for shown in SHOWN for look in LOOKS if look == LOOKS[0] or shown[1] in IN_DARK],
)
def test_a_page_has_no_messages_no_requests_and_no_violations(
    browser: Browser, folder: Path, name: str, prepare: Callable[[Page], None], size: tuple[int, int], scheme: str
) -> None:
    with watched(browser, folder.as_uri(), size, scheme) as page:
        page.goto(f"{folder.as_uri()}/{name}")
        prepare(page)
        assert violations(page, rules=COLOUR_RULES if scheme == "dark" else ()) == []
