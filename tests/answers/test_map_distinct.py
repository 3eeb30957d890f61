"""A study counts once: in two publications, reported by two reviews, or with two keys in the bibliography."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.answers.evidence_map import Cell, EvidenceMap
from kg.answers.map_evidence import with_evidence
from kg.api import KnowledgeGraph
from kg.building.pipeline import build
from kg.core.iris import mint
from tests.map_forms import FORMS
from tests.toy_library import LIBRARY, REVIEW_B_YAML, write_library

DELIVERY, TESTING = (mint("practice", f"continuous-{name}").value for name in ("delivery", "testing"))
REGULATION, TOOLS, ORGANISATION = (
    mint("challenge", name).value for name in ("regulatory-demands", "test-automation-tooling-gap", "organisation")
)
TWO, FIVE, LEAFLET, REVIEW_B = (mint("study", key).value for key in ("two2029", "five2029", "leaflet", "rev-b2032"))

TOLD = """
  - id: {key}-{about}
    statement: Another review tells the same of it.
    section: "4"
    attributed_to: {key}
    practices: [{practice}]
    challenges: [{challenge}]
    links:
      - {{challenge: {challenge}, practice: {practice}}}
    evidence:
      - {{quote: "the same again", section: "4"}}

citations:
"""
TWICE = """
@article{five-preprint,
  author = {Fern, F.}, title = {Five tools for testing (preprint)}, year = {2028}, doi = {10.5555/library.55}
}
"""
SAME = """decisions:
  - keep: five2029
    same: [five-preprint]
    decided_by: First Reader
    because: The preprint of the article.
"""


def told(key: str, practice: str, challenge: str) -> str:
    """The annotation of review B, which reports one more work."""
    more = TOLD.format(key=key, about=practice, practice=practice, challenge=challenge)
    return REVIEW_B_YAML.replace("\ncitations:\n", more)


def built(folder: Path, **files: str) -> KnowledgeGraph:
    write_library(folder)
    for name, text in files.items():
        (folder / "bib" / name.replace("__", "/").replace("_", ".")).write_text(text, encoding="utf-8")
    assert build(folder).errors == []
    return KnowledgeGraph.open(folder)


def in_all_forms(found: EvidenceMap, row: str, column: str, cell: Cell) -> None:
    labels = {header.iri: header.label for header in (*found.rows, *found.columns)}
    filled = with_evidence(found)  # there are tens of thousands of empty cells
    for form, read in FORMS.items():
        numbers = read(filled)[labels[row], labels[column]]
        assert numbers == (len(cell.first_hand), len(cell.second_hand)), form


def test_an_annotated_study_that_reviews_report_is_first_hand_and_counts_once(library_graph: KnowledgeGraph) -> None:
    found = library_graph.evidence_map("practice", "challenge")
    cell = found.cell(DELIVERY, REGULATION)
    assert sorted(f.first_hand for f in cell.findings if f.study == TWO) == [False, True]
    assert (cell.first_hand, cell.second_hand) == ({TWO, REVIEW_B}, {LEAFLET})
    in_all_forms(found, DELIVERY, REGULATION, cell)


def test_a_primary_study_that_two_reviews_include_counts_once(tmp_path: Path, library_graph: KnowledgeGraph) -> None:
    before = library_graph.evidence_map("practice", "challenge").cell(DELIVERY, REGULATION)
    found = built(
        tmp_path, **{"annotations__rev-b2032_yaml": told("leaflet", "continuous-delivery", "regulatory-demands")}
    ).evidence_map("practice", "challenge")
    cell = found.cell(DELIVERY, REGULATION)
    assert sorted(f.via_key for f in cell.findings if f.study == LEAFLET) == ["rev-a2031", "rev-b2032"]
    assert len(cell.findings) == len(before.findings) + 1
    assert (cell.first_hand, cell.second_hand) == (before.first_hand, before.second_hand)
    in_all_forms(found, DELIVERY, REGULATION, cell)


@pytest.mark.parametrize(
    ("rows", "columns", "row", "column"),
    [
        ("practice", "challenge", TESTING, TOOLS),
        ("practice", "year", TESTING, "2029"),
        ("area", "category", mint("area", "development").value, mint("challenge", "testing-and-quality").value),
    ],
)
def test_a_study_in_two_publications_that_are_one_work_counts_once(
    tmp_path: Path, library_graph: KnowledgeGraph, rows: str, columns: str, row: str, column: str
) -> None:
    graph = built(
        tmp_path,
        works_bib=LIBRARY["bib/works.bib"] + TWICE,
        **{
            "same-as_yaml": SAME,
            "annotations__rev-b2032_yaml": told("five-preprint", "continuous-testing", "test-automation-tooling-gap"),
        },
    )
    found, before = graph.evidence_map(rows, columns), library_graph.evidence_map(rows, columns)
    cell = found.cell(row, column)
    assert sorted(f.via_key for f in cell.findings if f.study == FIVE) == ["rev-b2032", "three2030"]
    assert cell.studies == before.cell(row, column).studies
    assert found.total().studies == before.total().studies
    in_all_forms(found, row, column, cell)
