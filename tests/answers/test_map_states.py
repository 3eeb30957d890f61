"""The state of an empty cell: looked for, not linked, not looked for, or declared not applicable."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from kg.answers.evidence_map import (
    EVIDENCE,
    NO_EVIDENCE,
    NOBODY,
    NOT_APPLICABLE,
    STATES,
    SYMBOLS,
    UNKNOWN,
    Exclusion,
    note,
    united,
)
from kg.api import KnowledgeGraph
from kg.building.pipeline import assemble, build
from kg.core.iris import mint
from tests.conftest import ROOT, KgCli
from tests.maps import DESIGN, TESTING, TRUST, toy_map
from tests.toy import write_toy

BUDGETING, PLANNING, TESTS, USE = (
    mint("practice", f"continuous-{name}").value for name in ("budgeting", "planning", "testing", "use")
)
DRIFT, DESIGNING, SILO, TOOLS = (
    mint("challenge", name).value for name in ("concept-drift", "design", "silo-working", "test-automation-tooling-gap")
)

DECISIONS = """\
@prefix cs: <https://w3id.org/continuous-star/ontology#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix practice: <https://w3id.org/continuous-star/practice/> .
@prefix challenge: <https://w3id.org/continuous-star/challenge/> .
@prefix decision: <https://w3id.org/continuous-star/decision/not-applicable/> .
@prefix agent: <https://w3id.org/continuous-star/agent/> .

decision:toy-use a cs:NotApplicableDecision ;
    cs:rulesOut practice:continuous-use, challenge:design ;
    cs:statement "Toys in use are designed already." ;
    prov:wasAssociatedWith agent:toy-reviewer ;
    dcterms:date "2031-02-03"^^xsd:date .

agent:toy-reviewer a prov:Agent ; rdfs:label "Toy Reviewer" .
"""

Declared = Callable[[str], Path]


@pytest.fixture
def declared(tmp_path: Path) -> Declared:
    """Writes the toy review with decisions of its own."""

    def write(decisions: str) -> Path:
        (write_toy(tmp_path) / "ontology").mkdir()
        (tmp_path / "ontology" / "not-applicable.ttl").write_text(decisions, encoding="utf-8")
        return tmp_path

    return write


def opened(folder: Path) -> KnowledgeGraph:
    assert build(folder).errors == []
    return KnowledgeGraph.open(folder)


def test_a_pair_that_is_not_applicable_has_a_reason_and_an_author(declared: Declared) -> None:
    found = opened(declared(DECISIONS)).evidence_map("practice", "category")
    assert found.state(USE, DESIGNING) == NOT_APPLICABLE
    said = Exclusion("Toys in use are designed already.", "Toy Reviewer", "2031-02-03")
    assert found.exclusions == {(USE, DESIGNING): (said,)}
    assert "n/a not applicable" in note(found)


def test_a_decision_applies_to_narrower_concepts_in_rows_and_columns(declared: Declared) -> None:
    found = opened(declared(DECISIONS)).evidence_map("challenge", "practice")
    ruled_out = {row for row, column in found.exclusions}
    assert {column for _, column in found.exclusions} == {USE}
    assert ruled_out == {row.iri for row in found.rows if row.group == "design"}
    assert len(ruled_out) > 1


def test_a_decision_does_not_affect_other_dimensions(declared: Declared) -> None:
    assert opened(declared(DECISIONS)).evidence_map("practice", "year").exclusions == {}


def test_a_finding_overrides_a_decision_and_the_build_warns(declared: Declared) -> None:
    folder = declared(
        DECISIONS.replace("continuous-use", "continuous-testing").replace(
            "challenge:design", "challenge:testing-and-quality"
        )
    )
    found = opened(folder).evidence_map("practice", "challenge")
    assert found.state(TESTS, TOOLS) == EVIDENCE
    assert (TESTS, TOOLS) in found.exclusions
    warnings = [p for p in assemble(folder).problems if p.rule == "check/not-applicable-and-found"]
    assert warnings
    assert {(p.severity, p.where.file, p.where.line) for p in warnings} == {
        ("warning", "ontology/not-applicable.ttl", 11)
    }
    (told,) = (p.message for p in warnings if "PEC1" in p.message)
    assert "continuous testing" in told
    assert "lack of test automation tools" in told


def test_a_decision_without_a_reason_is_reported_with_its_line(declared: Declared) -> None:
    folder = declared(DECISIONS.replace('    cs:statement "Toys in use are designed already." ;\n', ""))
    (problem,) = build(folder).errors
    assert str(problem.where) == "ontology/not-applicable.ttl:11:1"
    assert "Say what it was decided by" in problem.message


def test_a_pair_that_is_not_applicable_is_not_a_gap(declared: Declared, kg_cli: KgCli) -> None:
    folder = declared(DECISIONS)
    opened(folder)
    ran = kg_cli(folder, "gaps", "--format", "csv")
    assert "continuous use,design," not in ran.stdout
    assert "continuous trust,design," in ran.stdout
    assert ran.stderr == "declared not applicable and left out: 1 pair\n"


def test_a_cell_is_nobody_looked_if_no_study_has_findings_on_both(toy_graph: KnowledgeGraph) -> None:
    found = toy_graph.evidence_map("practice", "challenge")
    assert found.state(BUDGETING, TOOLS) == NO_EVIDENCE, "a study reports that there is no budgeting, and misses tools"
    assert found.state(PLANNING, TOOLS) == NO_EVIDENCE
    assert found.state(TESTS, DRIFT) == found.state(USE, SILO) == NOBODY


def test_a_column_of_unknown_values_is_never_nobody_looked(
    toy_graph: KnowledgeGraph,
) -> None:
    found = toy_graph.evidence_map("practice", "method")
    assert found.state(USE, UNKNOWN) == NO_EVIDENCE
    assert found.state(USE, mint("method", "survey").value) == NOBODY


def test_a_study_with_unlinked_findings_on_both_may_have_looked(library_graph: KnowledgeGraph) -> None:
    found = library_graph.evidence_map("practice", "challenge")
    delivery = mint("practice", "continuous-delivery").value
    both = found.on_both(delivery, TOOLS)
    assert mint("study", "four2031").value in both, "its F2 is on testing and delivery, and links testing alone"
    assert found.state(delivery, TOOLS) == NO_EVIDENCE


@pytest.mark.parametrize("rows", ["practice", "area", "challenge", "category"])
@pytest.mark.parametrize("columns", ["practice", "category", "year", "method"])
def test_states_agree_with_an_independent_query(library_graph: KnowledgeGraph, rows: str, columns: str) -> None:
    if rows == columns:
        return
    found = library_graph.evidence_map(rows, columns)
    of_row = {row.iri: {f.study for f in found.row_total(row.iri).findings} for row in found.rows}
    of_column = {column.iri: {f.study for f in found.column_total(column.iri).findings} for column in found.columns}
    for row, column in product(of_row, of_column):
        state = found.state(row, column)
        assert state in STATES
        assert (state == EVIDENCE) == bool(found.cell(row, column).studies)
        if state == NOBODY:
            assert not of_row[row] & of_column[column]


def test_several_cells_have_the_first_state_of_any_of_them() -> None:
    whole = toy_map()
    assert united([NOT_APPLICABLE, NOBODY]) == NOBODY
    assert united([NOBODY, NO_EVIDENCE]) == NO_EVIDENCE
    assert united([NOT_APPLICABLE]) == NOT_APPLICABLE
    assert whole.row_state(TRUST.iri) == NOBODY
    assert whole.row_state(TESTING.iri) == whole.total_state() == EVIDENCE
    assert replace(whole, rows=(TRUST,), columns=(DESIGN,)).total_state() == NOT_APPLICABLE


def test_states_have_different_signs() -> None:
    assert len(set(SYMBOLS.values())) == len(SYMBOLS) == len(STATES) - 1
    assert "n/a" not in note(replace(toy_map(), exclusions={})), "a legend explains what is there"


def test_the_example_of_the_documentation_can_be_copied(declared: Declared) -> None:
    (example,) = re.findall(r"```turtle\n(.*?)```", (ROOT / "docs" / "evidence-maps.md").read_text("utf-8"), re.S)
    found = opened(declared(example)).evidence_map("practice", "category")
    ((said,),) = found.exclusions.values()
    assert (found.state(USE, DESIGNING), said.by) == (NOT_APPLICABLE, "Ada Example")


def test_the_documentation_explains_every_state() -> None:
    text = (ROOT / "docs" / "evidence-maps.md").read_text("utf-8")
    for state, symbol in SYMBOLS.items():
        assert f"| {symbol} | {state} | {STATES[state]} |" in text


def test_no_pair_of_the_shipped_vocabulary_is_declared_not_applicable(review_graph: KnowledgeGraph) -> None:
    assert len(review_graph.query("map-exclusions")) == 0
