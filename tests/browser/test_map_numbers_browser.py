"""The numbers that a person sees on the page of a map are those of a query."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg.api import KnowledgeGraph
from kg.render.pages.map_page import map_page
from tests.map_forms import read_page
from tests.render.text.test_map_numbers import expected

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("rows", "columns"), [("practice", "category"), ("area", "method"), ("practice", "year"), ("practice", "challenge")]
)
@pytest.mark.parametrize("which", ["library_graph", "review_graph"])
def test_every_number_on_the_page_is_that_of_a_query(
    request: pytest.FixtureRequest, browser: Browser, tmp_path: Path, which: str, rows: str, columns: str
) -> None:
    graph: KnowledgeGraph = request.getfixturevalue(which)
    found = graph.evidence_map(rows, columns)
    file = tmp_path / "map.html"
    file.write_text(map_page(found), encoding="utf-8")
    page = browser.new_page()
    page.goto(f"{file.as_uri()}#closed-columns=")
    assert read_page(page, found) == expected(graph, rows, columns)
    page.close()
