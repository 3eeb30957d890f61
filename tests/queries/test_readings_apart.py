"""What two readings of a publication say is never united, and both are one study."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.answers.related_work import KINDS, related_work
from kg.api import KnowledgeGraph
from kg.building.pipeline import build
from tests.asked import asked
from tests.toy_readings import OWL, write_readings


@pytest.fixture(scope="module")
def readings_graph(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeGraph:
    folder = write_readings(tmp_path_factory.mktemp("readings"))
    assert not build(folder).errors
    return KnowledgeGraph.open(folder)


def test_studies_have_a_row_for_each_reading_that_differs(readings_graph: KnowledgeGraph) -> None:
    assert asked(readings_graph, "studies") == [
        ("owl2030", "Owls", "case study", "industrial context", 4, 2030, None, "First Reader", None),
        ("owl2030", "Owls", "survey", "regulated domain", 5, 2030, None, "Second Reader", None),
        ("rev2031", "Animals", "systematic literature review", None, None, 2031, None, "Coder One, Coder Zero", None),
    ]


def test_methods_go_with_the_findings_of_their_reading(readings_graph: KnowledgeGraph) -> None:
    # Not the survey of one reader with a finding of the other, nor the interviews that only the review speaks of.
    assert asked(readings_graph, "methods-by-practice") == [
        ("case study", "continuous integration", 1, "owl2030"),
        ("case study", "continuous testing", 1, "owl2030"),
        ("survey", "continuous integration", 1, "owl2030"),
        ("survey", "continuous planning", 1, "owl2030"),
        ("survey", "continuous testing", 1, "owl2030"),
    ]
    assert asked(readings_graph, "methods-by-year") == [
        (2030, "case study", 1, 1),
        (2030, "survey", 1, 1),
        (2031, "systematic literature review", 1, 1),
    ]
    assert "continuous planning" in {row[0] for row in asked(readings_graph, "never-studied-with", method="case-study")}
    unseen = {row[0] for row in asked(readings_graph, "never-studied-in", context="industrial-context")}
    assert "continuous planning" in unseen
    assert "continuous testing" not in unseen


@pytest.mark.parametrize(
    ("method", "context", "findings"),
    [
        ("case-study", "", [("O1", "First Reader")]),
        ("survey", "", [("r5", "Second Reader")]),
        ("survey", "industrial-context", []),  # each from another reading
        ("interview", "", []),  # the review's words on owl2030 are not those of its readers
    ],
)
def test_filters_take_what_one_reading_says(
    readings_graph: KnowledgeGraph, method: str, context: str, findings: list[tuple[str, str]]
) -> None:
    given = {"practice": "continuous-testing", "hand": "first-hand", "method": method, "context": context}
    given = {name: value for name, value in given.items() if value}
    assert asked(readings_graph, "related-work", "finding", "reading", **given) == findings
    del given["practice"]
    found = asked(readings_graph, "by-study", "finding", "reading", **given)
    assert set(findings) <= set(found)
    assert {reading for _, reading in found} <= {reading for _, reading in findings}


def test_second_hand_findings_are_found_by_any_description_of_their_study(readings_graph: KnowledgeGraph) -> None:
    for method in ("survey", "interview"):
        given = {"practice": "continuous-testing", "hand": "second-hand", "method": method}
        assert asked(readings_graph, "related-work", "finding", "reading", **given) == [
            ("r12", "Coder One"), ("r12", "Coder Zero"),
        ]  # fmt: skip


def test_participants_and_counts_say_whose_reading_they_are(readings_graph: KnowledgeGraph) -> None:
    assert asked(readings_graph, "participants", "participant", "quoted_for", "reading") == [
        ("P1", "O1", "First Reader"), ("P1", None, "Second Reader"),
    ]  # fmt: skip
    assert asked(readings_graph, "reported-counts", "finding_id", "count", "reading") == [
        ("O1", 3, "First Reader"), ("r5", 3, "Second Reader"),
    ]  # fmt: skip


def test_reviews_have_a_row_for_each_number_of_studies(readings_graph: KnowledgeGraph) -> None:
    assert asked(readings_graph, "reviews", "key", "included") == [("rev2031", 1), ("rev2031", 2)]


def test_a_map_has_the_main_reading_under_the_method_of_that_reading(readings_graph: KnowledgeGraph) -> None:
    found = readings_graph.evidence_map("method", "practice")
    iris = {header.label: header.iri for header in (*found.rows, *found.columns)}
    cell = found.cell(iris["case study"], iris["continuous planning"])
    assert cell.findings == ()
    cell = found.cell(iris["survey"], iris["continuous testing"])
    assert [finding.id for finding in cell.findings if finding.first_hand] == []  # the survey is the second reader's
    cell = readings_graph.evidence_map("practice", "challenge").cell(
        iris["continuous testing"], "https://w3id.org/continuous-star/challenge/test-automation-tooling-gap"
    )
    assert [(finding.id, finding.methods) for finding in cell.findings if finding.first_hand] == [
        ("O1", ("case study",))
    ]


def test_two_readings_are_one_study_wherever_studies_are_counted(readings_graph: KnowledgeGraph) -> None:
    rows = asked(readings_graph, "practices-by-year", "practice_label", "first_hand", "second_hand")
    assert {str(row[0]): row[1:] for row in rows}["continuous testing"] == (1, 0)
    assert ("studies", 3) in asked(readings_graph, "contents")


def test_two_readings_of_an_effect_are_no_contradiction(readings_graph: KnowledgeGraph) -> None:
    effects = asked(readings_graph, "effects", "effect", "finding", "reading")
    assert effects == [("decreases", "O2", "First Reader"), ("increases", "r6", "Second Reader")]
    assert asked(readings_graph, "opposite-effects") == []


# --- which reading is the main one ---

ELK = """\
publication: elk2029
annotator: First Reader
created: 2032-01-04
study: {label: Elks, methods: [survey]}
findings:
  - id: E1
    statement: Elks that integrate daily deliver as before.
    section: "2"
    effects: [{practice: continuous-integration, outcome: lead-time, direction: no change}]
    evidence: [{quote: "no hour sooner", section: "2"}]
"""
CONSENSUS = OWL.replace("First Reader", "Both Readers").replace("id: O", "id: C")
FURTHER = "SELECT ?file { ?file a cs:FurtherReading }"


@pytest.fixture(scope="module")
def with_elks(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeGraph:
    folder = write_readings(tmp_path_factory.mktemp("elks"))
    (folder / "bib/annotations/elk2029.yaml").write_text(ELK, encoding="utf-8")
    assert not build(folder).errors
    return KnowledgeGraph.open(folder)


def further_findings(graph: KnowledgeGraph) -> set[str]:
    return {str(row["x"]) for row in graph.sparql("SELECT ?x { ?x a cs:FindingOfFurtherReading }")}


def test_a_further_reading_is_one_whose_publication_has_a_main_one(readings_graph: KnowledgeGraph) -> None:
    names = {row["file"] for row in readings_graph.sparql(FURTHER)}
    assert names == {"annotation/owl2030.second", "annotation/rev2031.coder1"}
    assert further_findings(readings_graph) == {
        "finding/owl2030.second/r5", "finding/owl2030.second/r6", "finding/rev2031.coder1/r12",
    }  # fmt: skip


def test_a_consensus_that_replaces_the_main_reading_is_the_main_one(tmp_path: Path) -> None:
    folder = write_readings(tmp_path) / "bib/annotations"
    text = CONSENSUS.replace("created:", "supersedes: [owl2030]\ncreated:")
    (folder / "owl2030.consensus.yaml").write_text(text, encoding="utf-8")
    (folder / "rev2031.yaml").rename(folder / "rev2031.coder0.yaml")
    assert not build(tmp_path).errors
    names = {row["file"] for row in KnowledgeGraph.open(tmp_path).sparql(FURTHER)}
    # Two coders without a main reading both count.
    assert names == {"annotation/owl2030.second"}


def test_drafts_and_comparisons_take_the_main_reading_unless_asked(with_elks: KnowledgeGraph) -> None:
    def said(name: str, column: str, **given: str) -> list[object]:
        return sorted({str(row[column]) for row in with_elks.query(name, **given)})

    ct, every = {"topic": "continuous-testing"}, {"readings": "all"}
    assert said("draft-findings", "finding", **ct) == ["finding/owl2030/O1", "finding/rev2031/r12"]
    assert len(said("draft-findings", "finding", **ct, **every)) == 4
    assert said("draft-claims", "heading", **ct) == ["lack of test automation tools"]
    assert len(said("draft-claims", "heading", **ct, **every)) == 2
    main = related_work(with_elks, "CT", KINDS)
    assert {point.finding.id for point in main.points()} == {"finding/owl2030/O1", "finding/rev2031/r12"}
    assert len(related_work(with_elks, "CT", KINDS, readings="all").points()) == 4
    pairs = asked(with_elks, "opposite-effects", "finding", "other")
    assert pairs == [("O2", "E1")]
    assert set(asked(with_elks, "opposite-effects", "finding", "other", readings="all")) == {*pairs, ("r6", "E1")}
    assert "r5" not in said("single-study", "finding")
    assert {"r5", "r6", "O1"} <= set(said("single-study", "finding", **every))


def test_what_is_counted_is_counted_once(readings_graph: KnowledgeGraph) -> None:
    counts = dict(asked(readings_graph, "contents"))
    assert (counts["first-hand findings"], counts["second-hand findings"]) == (3, 1)
