"""docs/example.ipynb runs from top to bottom in a clone, and is stored with its outputs."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from kg.api import KnowledgeGraph
from kg.render.pages.notebook import rows_html
from tests.notebooks import EXAMPLE, outputs, read, stored


def test_each_cell_runs_and_shows_something(example_notebook: Any) -> None:
    code = [cell for cell in example_notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert [cell.source for cell in code if not cell.outputs] == []
    assert {output.get("name", "") for cell in code for output in cell.outputs} <= {"", "stdout"}


@pytest.mark.parametrize(("source", "query", "parameters"), [
    ('query("contents")', "contents", {}),
    ('query("related-work", practice="CT")', "related-work", {"practice": "continuous-testing"}),
    ("since=2020\n)", "related-work", {
        "practice": "continuous-testing", "hand": "first-hand", "challenge": "testing-and-quality",
        "method": "interview", "since": 2020}),
    ('query("agreements"', "agreements", {"finding": "PEC4"}),
])  # fmt: skip
def test_its_tables_are_the_answers_of_the_graph(
    example_notebook: Any, whole_graph: KnowledgeGraph, source: str, query: str, parameters: dict[str, Any]
) -> None:
    rows = whole_graph.query(query, **parameters)
    assert len(rows)
    assert outputs(example_notebook, source) == rows_html(rows)


def test_related_work_on_testing_has_the_findings_of_the_paper(example_notebook: Any) -> None:
    found = outputs(example_notebook, "since=2020\n)")
    for words in ("vanska2024", "PEC4", "first-hand", "meinicke2020", "Vänskä et al. (2024)"):
        assert f">{words}</td>" in found
    assert "“It was not automated for sure. It was all manual.” R5" in outputs(example_notebook, 'finding("PEC4")')
    assert "did you mean continuous testing?" in outputs(example_notebook, "continous")
    assert ">limits of simulators</td>" in outputs(example_notebook, "graph.sparql")


def test_a_data_frame_is_shown(example_notebook: Any, whole_graph: KnowledgeGraph) -> None:
    frame = whole_graph.query("practice-coverage").to_dataframe()
    fewest = frame.sort_values(["first_hand", "second_hand"], kind="stable").head(8)
    assert outputs(example_notebook, "to_dataframe") == fewest._repr_html_()


def test_keys_and_entries_are_those_of_the_rows(example_notebook: Any, whole_graph: KnowledgeGraph) -> None:
    keys = whole_graph.query("related-work", practice="CT", since=2020).keys()
    assert outputs(example_notebook, r"\cite") == rf"\cite{{{','.join(keys)}}}" + "\n"
    assert outputs(example_notebook, "graph.entries") == "\n\n".join(whole_graph.entries(keys).values()) + "\n"
    assert outputs(example_notebook, "graph.snapshot") == repr(whole_graph.snapshot)


@pytest.mark.parametrize("source", ["graph.network", "graph.evidence_map"])
def test_network_and_map_are_pages_in_a_frame(example_notebook: Any, source: str) -> None:
    frame = outputs(example_notebook, source)
    assert frame.startswith('<iframe sandbox="allow-scripts"')
    assert "PEC4" in frame


# --- the stored file ---


def test_stored_outputs_are_those_of_the_cells(example_notebook: Any) -> None:
    assert stored(example_notebook) == EXAMPLE.read_text(encoding="utf-8"), "run `make notebook`"


def test_stored_file_is_small_and_independent_of_the_machine() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    assert len(text.encode()) < 100_000
    assert json.loads(text)["metadata"]["language_info"] == {"name": "python"}
    assert "<iframe" not in text
    assert 'class=\\"dataframe' not in text
    assert ">giray2021</td>" in text
    assert not re.search(r"/(home|Users|root)/", text)


def test_links_lead_to_files_in_docs() -> None:
    text = "\n".join(cell.source for cell in read().cells if cell.cell_type == "markdown")
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", text)
    assert links
    assert [link for link in links if not (EXAMPLE.parent / link).is_file()] == []
