"""Selected findings: counted anew in maps and gaps, the same on the page, and named in each file."""

from __future__ import annotations

import json
from itertools import product
from typing import Any

import pytest

from kg.answers.evidence_map import FILTERED, EvidenceMap
from kg.answers.evidence_rows import selected_findings
from kg.answers.gaps import gaps
from kg.answers.network_rows import network
from kg.answers.related_work import related_work
from kg.answers.selection import Selection, narrower_methods
from kg.api import KnowledgeGraph
from kg.core.problems import UsageError
from kg.render.pages.map_page import map_page
from kg.render.text.map_latex import map_latex
from kg.render.text.map_tables import map_csv, map_json

PLACES = "practice", "challenge"


def totals(evidence_map: EvidenceMap) -> tuple[int, int, int]:
    total = evidence_map.total()
    return len(total.studies), len(total.first_hand), len(total.second_hand)


@pytest.mark.parametrize(("selected", "expected"), [
    ({}, (7, 5, 2)),  # one … four and review B first-hand, five and the leaflet second-hand
    ({"hand": "first-hand"}, (5, 5, 0)),
    ({"hand": "second-hand"}, (2, 0, 2)),
    ({"since": 2029, "until": 2030}, (3, 2, 1)),  # two2029, three2030 and five2029
    ({"since": 2031}, (2, 2, 0)),  # four2031 and rev-b2032; the leaflet has no year
    ({"polarity": "mitigates"}, (2, 2, 0)),
    ({"polarity": "absent"}, (0, 0, 0)),
    ({"method": "interview"}, (2, 2, 0)),  # semi-structured ones too
    ({"category": "organisation"}, (3, 2, 1)),
    ({"category": "organisation", "hand": "second-hand"}, (1, 0, 1)),
])  # fmt: skip
def test_studies_are_counted_after_the_selection(
    library_graph: KnowledgeGraph, selected: dict[str, Any], expected: tuple[int, int, int]
) -> None:
    assert totals(library_graph.evidence_map(*PLACES, **selected)) == expected


def test_a_study_that_two_selected_findings_report_counts_once(library_graph: KnowledgeGraph) -> None:
    # two2029 reports it itself, and review B reports it of two2029.
    found = library_graph.evidence_map("practice", "category", category="organisation", until=2029)
    assert totals(found) == (1, 1, 0)


def test_a_category_selects_rows_or_columns_and_otherwise_findings(library_graph: KnowledgeGraph) -> None:
    by_challenge = library_graph.evidence_map(*PLACES, category="organisation")
    assert {header.group for header in by_challenge.columns} == {"organisation"}
    by_method = library_graph.evidence_map("practice", "method", category="organisation")
    assert len(by_method.columns) == len(library_graph.evidence_map("practice", "method").columns)
    assert {f.key for cell in by_method.cells.values() for f in cell.findings} == {"two2029", "rev-b2032", "leaflet"}


def test_a_cell_whose_findings_are_left_out_is_hidden_and_a_gap(library_graph: KnowledgeGraph) -> None:
    found = library_graph.evidence_map(*PLACES, polarity="mitigates")
    states = {found.state(r.iri, c.iri) for r, c in product(found.rows, found.columns)}
    assert FILTERED in states
    assert FILTERED in {gap.state for gap in gaps(found)}
    assert FILTERED not in {gap.state for gap in gaps(library_graph.evidence_map(*PLACES))}


def test_every_file_says_which_findings_are_selected(library_graph: KnowledgeGraph) -> None:
    found = library_graph.evidence_map(*PLACES, hand="second-hand", since=2029, method="survey")
    said = "Only findings that are: second-hand, since 2029, method survey."
    for text in (map_csv(found), map_json(found), map_page(found), map_latex(found)):
        assert said in text
    assert all(cell["state"] != FILTERED for cell in json.loads(map_json(library_graph.evidence_map()))["cells"])


@pytest.mark.parametrize(("selected", "told"), [
    ({"method": "guessing"}, "no method is called"),
    ({"category": "silo-working"}, "is not a category of challenges; one of .*organisation"),
    ({"polarity": "increases"}, "no cell of practice by challenge is increases; one of hinders, mitigates, absent"),
    ({"since": 2030, "until": 2029}, "no year is both 2030 or later and 2029 or earlier"),
])  # fmt: skip
def test_what_cannot_be_selected_is_an_error(
    library_graph: KnowledgeGraph, selected: dict[str, Any], told: str
) -> None:
    with pytest.raises(UsageError, match=told):
        library_graph.evidence_map(*PLACES, **selected)


def test_a_method_selects_narrower_ones(library_graph: KnowledgeGraph) -> None:
    methods = narrower_methods(library_graph)
    assert methods["interview"][0] == "interview"
    assert "semi-structured interview" in methods["interview"]
    assert methods["survey"] == ["survey"]


def test_drafts_and_pictures_have_the_selected_findings_only(library_graph: KnowledgeGraph) -> None:
    selection = Selection.of(library_graph, hand="second-hand", since=2029)
    selected = selected_findings(library_graph, selection)
    assert selected.findings == {"finding/three2030/five-tools", "finding/rev-b2032/two-delivery"}
    draft = related_work(library_graph, "CT", selection=selection)
    assert [p.finding.id for p in draft.points()] == ["finding/three2030/five-tools"]
    drawn = network(library_graph, only=selected)
    assert {n.iri.split("continuous-star/")[1] for n in drawn.nodes if "finding" in n.kind} == selected.findings
    assert "(only second-hand, since 2029)" in drawn.title
    assert {n.key for n in drawn.nodes if n.kind == "work"} >= {"five2029", "three2030"}
