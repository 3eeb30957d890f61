"""The evidence map counts distinct studies: each once, first-hand before second-hand, with absences marked."""

from __future__ import annotations

import csv
import io
import itertools
from dataclasses import replace
from pathlib import Path

import pytest

from kg.answers.evidence_map import (
    DIMENSIONS,
    EVIDENCE,
    NO_EVIDENCE,
    NOBODY,
    NOT_FOUND,
    UNKNOWN,
    Cell,
    EvidenceMap,
    Header,
    note,
)
from kg.api import KnowledgeGraph
from kg.building.pipeline import build
from kg.core.iris import mint
from kg.core.problems import UsageError
from kg.render.text.map_tables import map_csv, matrix
from tests.map_questions import asked
from tests.maps import finding
from tests.toy import EXAMPLE_YAML, MUSTER_YAML, write_toy

TESTING, BUDGETING, PLANNING, USE = (
    mint("practice", f"continuous-{name}").value for name in ("testing", "budgeting", "planning", "use")
)
TOOLS, SILO = mint("challenge", "test-automation-tooling-gap").value, mint("challenge", "silo-working").value
QUALITY, COMMUNICATION = (
    mint("challenge", name).value for name in ("testing-and-quality", "communication-and-collaboration")
)
EXAMPLE, MUSTER, ACME = (mint("study", key).value for key in ("example2031", "muster2032", "acme2030"))


@pytest.fixture(scope="module")
def by_category(toy_graph: KnowledgeGraph) -> EvidenceMap:
    return toy_graph.evidence_map()


@pytest.fixture(scope="module")
def by_challenge(toy_graph: KnowledgeGraph) -> EvidenceMap:
    return toy_graph.evidence_map("challenge", "practice")


def test_a_study_that_two_publications_report_counts_once(by_challenge: EvidenceMap) -> None:
    cell = by_challenge.cell(TOOLS, TESTING)
    assert sorted(f.via_key for f in cell.findings if f.study == ACME) == ["example2031", "muster2032"]
    assert cell.second_hand == {ACME}


def test_a_first_hand_study_is_not_counted_second_hand(by_challenge: EvidenceMap) -> None:
    cell = by_challenge.cell(TOOLS, TESTING)
    assert sorted(f.first_hand for f in cell.findings if f.study == EXAMPLE) == [False, True]
    assert cell.first_hand == {EXAMPLE, MUSTER}
    assert cell.studies == {EXAMPLE, MUSTER, ACME}


def test_a_category_counts_the_studies_of_its_challenges(by_category: EvidenceMap) -> None:
    assert by_category.cell(TESTING, QUALITY).studies == {EXAMPLE, MUSTER, ACME}
    assert by_category.cell(TESTING, COMMUNICATION).studies == {ACME}


def test_an_area_counts_the_studies_of_its_practices(toy_graph: KnowledgeGraph) -> None:
    found = toy_graph.evidence_map("area", "category")
    assert found.cell(mint("area", "development").value, QUALITY).studies == {EXAMPLE, MUSTER, ACME}


def test_a_practice_that_was_not_found_is_marked_and_none_of_its_cells(by_category: EvidenceMap) -> None:
    assert [f.id for f in by_category.absences[BUDGETING]] == ["PEC2"]
    for column in by_category.columns:
        assert by_category.cell(BUDGETING, column.iri) == Cell()
        assert by_category.state(BUDGETING, column.iri) in (NO_EVIDENCE, NOBODY)
    assert USE not in by_category.absences
    assert by_category.state(TESTING, QUALITY) == EVIDENCE


def test_an_absence_belongs_to_the_practice_as_row_or_column(by_challenge: EvidenceMap) -> None:
    assert [f.id for f in by_challenge.absences[BUDGETING]] == ["PEC2"]
    assert by_challenge.cell(SILO, BUDGETING) == Cell()


def test_an_absent_practice_does_not_make_its_area_absent(toy_graph: KnowledgeGraph) -> None:
    assert toy_graph.evidence_map("area", "category").absences == {}


def test_an_absent_link_does_not_count_as_evidence() -> None:
    absent, hinders = finding("F1", "alpha", polarity="absent"), finding("F2", "beta", via="review")
    assert Cell((absent,)).studies == frozenset()
    both = Cell((absent, hinders))
    assert (both.studies, both.absent) == ({hinders.study}, {absent.study})


def test_a_practice_in_several_areas_is_listed_across_them(toy_graph: KnowledgeGraph, by_category: EvidenceMap) -> None:
    several = {h.label: h.group for h in by_category.rows if ", " in h.group}
    assert several
    assert all(group.startswith("across ") for group in several.values())
    assert not [h for h in toy_graph.evidence_map("area", "category").rows if h.label.startswith("across")]


def test_rows_and_columns_without_evidence_are_included(toy_graph: KnowledgeGraph, by_category: EvidenceMap) -> None:
    assert len(by_category.rows) == len(toy_graph.practices)
    assert {header.group for header in by_category.rows} > {"development", "operations"}
    assert USE in {header.iri for header in by_category.rows}


def test_a_finding_in_a_cell_has_its_quotations_section_and_work(by_category: EvidenceMap) -> None:
    (finding,) = by_category.cell(PLANNING, COMMUNICATION).findings
    assert (finding.id, finding.polarity, finding.section) == ("F3", "mitigates", "4.3")
    assert (finding.work, finding.key, finding.via) == ("Example and Örtel (2031)", "example2031", "")
    assert [q.text for q in finding.quotations] == ["planning together opened the silos"]


def test_a_finding_is_in_a_cell_once(by_category: EvidenceMap) -> None:
    for cell in by_category.cells.values():
        assert len({f.iri for f in cell.findings}) == len(cell.findings)


def test_a_second_hand_finding_names_the_work_that_reports_it(by_category: EvidenceMap) -> None:
    told = next(f for f in by_category.cell(TESTING, QUALITY).findings if f.id == "acme-silo")
    assert (told.key, told.via_key, told.via) == ("acme2030", "muster2032", "Muster et al. (2032)")


@pytest.mark.parametrize(
    ("rows", "columns", "told"),
    [
        ("practices", "category", "did you mean practice"),
        ("practice", "practice", "choose two of"),
        ("practice", "", "one of"),
    ],
)
def test_unknown_or_equal_dimensions_are_an_error(
    toy_graph: KnowledgeGraph, rows: str, columns: str, told: str
) -> None:
    with pytest.raises(UsageError, match=told):
        toy_graph.evidence_map(rows, columns)


# --- any two dimensions, against SPARQL ---

PAIRS = list(itertools.permutations(DIMENSIONS, 2))


@pytest.mark.parametrize(("rows", "columns"), PAIRS)
def test_cells_and_totals_are_those_of_a_query(
    toy_graph: KnowledgeGraph, effects_graph: KnowledgeGraph, rows: str, columns: str
) -> None:
    graph = effects_graph if {"outcome", "tool"} & {rows, columns} else toy_graph
    found = graph.evidence_map(rows, columns)
    counted = {pair: cell for pair, cell in found.cells.items() if cell.studies}
    counted |= {(row.iri, ""): found.row_total(row.iri) for row in found.rows}
    counted |= {("", column.iri): found.column_total(column.iri) for column in found.columns}
    counted["", ""] = found.total()
    assert {pair: (set(cell.first_hand), set(cell.second_hand)) for pair, cell in counted.items() if cell.studies} == (
        asked(graph, rows, columns)
    )
    assert set(found.cells) <= {(row.iri, column.iri) for row in found.rows for column in found.columns}
    assert counted["", ""].studies


def test_a_cell_of_an_outcome_shows_in_which_directions_it_changes(effects_graph: KnowledgeGraph) -> None:
    found = effects_graph.evidence_map("practice", "outcome")
    integration, lead, workload, defects = (
        mint(*name.split("/")).value
        for name in (
            "practice/continuous-integration",
            "outcome/lead-time",
            "outcome/workload",
            "outcome/defects-found",
        )
    )
    assert [found.cell(integration, to).directions for to in (lead, workload, defects)] == ["↑↓↕", "↑", "="]
    # That a finding on testing reports the effect of a tool is no effect of testing.
    assert found.cell(TESTING, defects) == Cell()
    rows = list(csv.reader(io.StringIO(map_csv(found))))
    polarities = {row[rows[0].index("polarity")] for row in rows if row[0] == "continuous integration"}
    assert polarities >= {"increases", "decreases", "no change", "mixed"}
    assert "3+0 ↑↓↕" in {cell for row in matrix(found, found.rows, found.columns) for cell in row}
    assert "↑ increases" in note(found)


def test_links_of_an_approach_are_not_counted_for_a_practice(effects_graph: KnowledgeGraph) -> None:
    assert effects_graph.evidence_map("practice", "challenge").cells == {}


def test_a_total_is_not_a_sum_of_cells(by_challenge: EvidenceMap) -> None:
    assert by_challenge.column_total(TESTING).studies == {EXAMPLE, MUSTER, ACME}
    assert sum(len(by_challenge.cell(row.iri, TESTING).studies) for row in by_challenge.rows) == 4


def test_studies_of_unknown_method_have_their_own_column(toy_graph: KnowledgeGraph) -> None:
    found = toy_graph.evidence_map("practice", "method")
    assert found.columns[-1] == Header(UNKNOWN, "method not known", "", "The graph does not say which method.")
    assert found.cell(TESTING, UNKNOWN).second_hand == {ACME}
    assert found.cell(TESTING, mint("method", "survey").value).first_hand == {MUSTER}


def test_years_are_those_of_the_works_that_found_it(toy_graph: KnowledgeGraph) -> None:
    found = toy_graph.evidence_map("practice", "year")
    assert [column.label for column in found.columns] == ["2030", "2031", "2032"]
    assert found.cell(TESTING, "2030").second_hand == {ACME}


def test_a_practice_that_was_not_found_marks_the_cells_of_the_study_and_counts_nothing(
    toy_graph: KnowledgeGraph,
) -> None:
    found = toy_graph.evidence_map("practice", "year")
    cell = found.cell(BUDGETING, "2031")
    assert (found.state(BUDGETING, "2031"), cell.absent, cell.studies) == (NOT_FOUND, {EXAMPLE}, frozenset())


def test_a_challenge_that_was_not_found_has_no_evidence(tmp_path: Path) -> None:
    told = EXAMPLE_YAML.replace("polarity: mitigates", "polarity: absent")
    found = built(tmp_path, example2031=told).evidence_map("challenge", "year")
    assert (found.state(SILO, "2031"), found.cell(SILO, "2031").absent) == (NOT_FOUND, {EXAMPLE})


def test_a_study_that_two_publications_report_counts_once_in_a_total() -> None:
    earlier, later = (replace(finding("F1", "alpha"), iri=f"finding of {year}", year=year) for year in ("2020", "2021"))
    years = tuple(Header(year, year) for year in ("2020", "2021"))
    both = EvidenceMap(
        "Years",
        "practice",
        "year",
        (Header(TESTING, "testing"),),
        years,
        {(TESTING, "2020"): Cell((earlier,)), (TESTING, "2021"): Cell((later,))},
    )
    assert [len(both.cell(TESTING, year.iri).studies) for year in years] == [1, 1]
    assert both.row_total(TESTING).studies == both.total().studies == {earlier.study}


# --- what one file more changes ---


def built(folder: Path, **files: str) -> KnowledgeGraph:
    write_toy(folder)
    for name, text in files.items():
        (folder / "bib" / "annotations" / f"{name.replace('__', '.')}.yaml").write_text(text, encoding="utf-8")
    assert [str(problem) for problem in build(folder).errors] == []
    return KnowledgeGraph.open(folder)


def test_a_second_annotator_adds_neither_a_finding_nor_a_study(tmp_path: Path) -> None:
    graph = built(tmp_path, muster2032__second=MUSTER_YAML.replace("Toy Annotator", "Second Reader"))
    cell = graph.evidence_map("practice", "challenge").cell(TESTING, TOOLS)
    assert len([f for f in cell.findings if f.study == MUSTER]) == 1
    assert cell.studies == {EXAMPLE, MUSTER, ACME}


def test_two_annotators_may_count_participants_differently(tmp_path: Path) -> None:
    built(tmp_path, example2031__second=EXAMPLE_YAML.replace("participant_count: 2", "participant_count: 3"))


def test_a_link_of_polarity_absent_marks_its_cell(tmp_path: Path) -> None:
    told = EXAMPLE_YAML.replace("polarity: mitigates", "polarity: absent")
    found = built(tmp_path, example2031=told).evidence_map()
    cell = found.cell(PLANNING, COMMUNICATION)
    assert (cell.absent, cell.studies) == ({EXAMPLE}, frozenset())
    assert found.state(PLANNING, COMMUNICATION) == NOT_FOUND
    assert PLANNING not in found.absences


def test_a_second_hand_absence_is_marked_too(tmp_path: Path) -> None:
    told = MUSTER_YAML.replace(
        "    attributed_to: acme2030\n", "    attributed_to: acme2030\n    absent_practices: [continuous-use]\n"
    )
    (finding_,) = built(tmp_path, muster2032=told).evidence_map().absences[USE]
    assert (finding_.first_hand, finding_.via_key) == (False, "muster2032")
