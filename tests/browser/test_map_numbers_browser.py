"""The numbers that a person sees on the page of a map are those of a query."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg.answers.map_evidence import with_evidence
from kg.api import KnowledgeGraph
from kg.render.pages.map_page import map_page
from tests.map_forms import read_json, read_page
from tests.render.text.test_map_numbers import expected, shown

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
    found = shown(graph, rows, columns)
    file = tmp_path / "map.html"
    file.write_text(map_page(found), encoding="utf-8")
    page = browser.new_page()
    page.goto(f"{file.as_uri()}#closed-columns=")
    assert read_page(page, found) == expected(graph, rows, columns)
    page.close()


SELECTIONS: list[tuple[str, dict[str, str | int]]] = [
    ("hand=first", {"hand": "first-hand"}),
    ("hand=second&from=2029", {"hand": "second-hand", "since": 2029}),
    ("from=2029&to=2030", {"since": 2029, "until": 2030}),
    ("polarity=mitigates", {"polarity": "mitigates"}),
    ("method=interview", {"method": "interview"}),
    ("method=secondary+study", {"method": "secondary-study"}),
    ("category=organisation", {"category": "organisation"}),
    ("hand=second&category=testing+and+quality", {"category": "testing-and-quality", "hand": "second-hand"}),
]
"""The address of a page, and the same selection on the command line."""


@pytest.mark.parametrize(
    ("columns", "address", "selected"),
    [
        (columns, *selection)
        for columns in ("challenge", "method")
        for selection in (SELECTIONS[1::2] if columns == "challenge" else SELECTIONS[4:6])
    ],
)
def test_filters_of_the_page_and_of_the_command_line_give_the_same_numbers(
    library_graph: KnowledgeGraph,
    browser: Browser,
    tmp_path: Path,
    columns: str,
    address: str,
    selected: dict[str, str | int],
) -> None:
    whole = with_evidence(library_graph.evidence_map("practice", columns))  # all concepts are 28,000 cells
    file = tmp_path / "map.html"
    file.write_text(map_page(whole), encoding="utf-8")
    page = browser.new_page()
    page.goto(f"{file.as_uri()}#closed-columns=&{address}")
    numbers = read_page(page, whole)
    assert numbers == read_json(library_graph.evidence_map("practice", columns, **selected))
    assert numbers
    assert address in page.evaluate("location.href")
    page.close()
