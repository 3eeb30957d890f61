"""The reference of the query library is what the library and the graph say now."""

from __future__ import annotations

import os

from kg.api import KnowledgeGraph
from kg.render.text.reference import reference
from tests.conftest import ROOT

PAGE = ROOT / "docs" / "queries.md"


def test_the_page_is_up_to_date(whole_graph: KnowledgeGraph) -> None:
    now = reference(list(whole_graph.queries), whole_graph)
    if os.environ.get("UPDATE_GOLDEN"):
        PAGE.write_text(now, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == now, "run `make reference`, and read the diff"


def test_every_query_has_its_story_parameters_columns_and_answer(review_graph: KnowledgeGraph) -> None:
    page = reference(list(review_graph.queries), review_graph)
    for query in review_graph.queries:
        assert query.summary in page
        assert query.name in page
    section = page.split("### related-work\n")[1].split("\n### ")[0]
    assert "`--practice` (practice; required)" in section
    assert "kg query related-work --practice continuous-testing" in section
    assert "| vanska2024 |" in section


def test_one_family_and_hostile_cells(toy_graph: KnowledgeGraph) -> None:
    page = reference([query for query in toy_graph.queries if query.family == "gaps"], toy_graph)
    assert "## gaps" in page
    assert "## evidence" not in page
