"""The queries of the vocabulary: concepts with their findings, and what corresponds to them elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.answers.map_evidence import with_evidence
from kg.api import KnowledgeGraph
from kg.core.iris import PREFIXES
from tests.asked import asked


@pytest.mark.parametrize("graph", ["toy_graph", "review_graph"])
def test_alignments_name_scheme_and_source(graph: str, request: pytest.FixtureRequest) -> None:
    rows = asked(request.getfixturevalue(graph), "alignments", "concept", "match", "other", "source", scheme="wikidata")
    assert [row[:3] for row in rows] == [
        ("approach/devops", "exact", "http://www.wikidata.org/entity/Q3025536"),
        ("practice/continuous-integration", "exact", "http://www.wikidata.org/entity/Q965769"),
    ]
    assert all(row[3] for row in rows)


def test_alignments_are_those_that_were_looked_up(toy_graph: KnowledgeGraph) -> None:
    rows = asked(toy_graph, "alignments", "concept", "in_scheme", "id")
    assert ("practice/continuous-deployment", "Wikidata", "Q57261400") not in rows  # its source is unreliable
    assert ("approach/agile", "ACM Computing Classification System 2012", "10011083") in rows
    assert ("practice/microservices", "Computer Science Ontology", "microservices") in rows
    assert len(rows) == 21


def test_the_vocabulary_counts_findings_with_narrower_concepts(toy_graph: KnowledgeGraph) -> None:
    counted = dict(asked(toy_graph, "vocabulary", "slug", "findings", kind="practice"))
    about = {(finding.key, finding.id) for finding in toy_graph.findings(practice="continuous-testing")}
    assert counted["continuous-testing"] == len(about) > 0
    assert counted["dark-launching"] == 0


def test_the_vocabulary_counts_findings_of_the_shipped_graph(review_graph: KnowledgeGraph) -> None:
    assert max(asked(review_graph, "vocabulary", "slug", "findings", kind="area")) >= ("development", 17)
    assert dict(asked(review_graph, "vocabulary", "slug", "findings", kind="method"))["multiple-case-study"] >= 44


def test_no_name_is_of_two_concepts_of_a_kind_but_the_known_ones(toy_graph: KnowledgeGraph) -> None:
    text = (Path(__file__).parents[2] / "queries" / "checks" / "label-of-two.rq").read_text(encoding="utf-8")
    messages = {str(row["message"]) for row in toy_graph.sparql(text)}
    assert messages == {
        f"two concepts are called {name}"
        for name in ("CI/CD", "continuous experimentation and innovation", "continuous verification & testing",
                     "continuous verification and testing", "continuous verification/testing")
    }  # fmt: skip


def test_a_broader_concept_is_of_the_same_kind(toy_graph: KnowledgeGraph) -> None:
    rows = toy_graph.sparql("SELECT ?one ?other { ?one skos:broader ?other }")
    assert len(rows) > 400
    assert all(str(row["one"]).split("/")[0] == str(row["other"]).split("/")[0] for row in rows)
    assert "skos" in PREFIXES


def test_a_map_can_leave_out_what_has_no_evidence(toy_graph: KnowledgeGraph) -> None:
    whole = toy_graph.evidence_map()
    used = with_evidence(whole)
    assert 0 < len(used.rows) < len(whole.rows)
    assert (used.cells, used.total()) == (whole.cells, whole.total())
    for row in set(whole.rows) - set(used.rows):
        assert not any(whole.cell(row.iri, column.iri).findings for column in whole.columns)
    assert {row.iri for row in whole.rows if row.iri in whole.absences} <= {row.iri for row in used.rows}
