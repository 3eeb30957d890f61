"""Concepts, findings and publications as values: what the toy review says, typed and frozen."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from kg.answers.things import Link, Quotation, Relation
from kg.api import KnowledgeGraph
from kg.core.problems import UsageError

WORK, URL = "Example and Örtel (2031)", "https://doi.org/10.5555/toy.1"


def test_concepts_have_all_their_names(toy_graph: KnowledgeGraph) -> None:
    (testing,) = [practice for practice in toy_graph.practices if practice.slug == "continuous-testing"]
    assert testing.label == "continuous testing"
    assert "CT" in testing.alternative_labels
    assert testing.definition.endswith(".")
    assert testing.iri == "https://w3id.org/continuous-star/practice/continuous-testing"
    assert str(testing) == testing.slug


@pytest.mark.parametrize("kind", ["practice", "challenge", "approach", "method"])
def test_each_concept_of_the_vocabulary_is_there_once(toy_graph: KnowledgeGraph, kind: str) -> None:
    plural = {"approach": "approaches"}.get(kind, f"{kind}s")
    concepts = getattr(toy_graph, plural)
    assert {concept.slug for concept in concepts} == {row["slug"] for row in toy_graph.query("vocabulary", kind=kind)}
    assert len({concept.iri for concept in concepts}) == len(concepts)
    assert {concept.kind for concept in concepts} == {kind}


def test_a_finding_has_quotations_links_and_relations(toy_graph: KnowledgeGraph) -> None:
    found = toy_graph.finding("PEC1")
    assert (found.id, str(found), found.section, found.numbered) == ("PEC1", "example2031/PEC1", "4.1", True)
    assert found.statement == "Missing tools hinder testing in both toy teams."
    assert (found.hand, found.key, found.told_in) == ("first-hand", "example2031", "example2031")
    assert (found.practices, found.challenges) == (("continuous-testing",), ("test-automation-tooling-gap",))
    assert found.quotations == (
        Quotation("our tests are slow", "4.1", WORK, "example2031", "P1", "5", URL, "exact"),
        Quotation("tools for testing were missing", "4.1", WORK, "example2031", url=URL, status="exact"),
    )
    assert found.links == (Link("test-automation-tooling-gap", "hinders", "continuous-testing"),)
    assert found.relations == (Relation("example2031/PEC1", "corroborates", "muster2032/F1", "Both miss tools."),)
    with pytest.raises(FrozenInstanceError):
        found.statement = "something else"


def test_a_second_hand_finding_names_the_publication_that_reports_it(toy_graph: KnowledgeGraph) -> None:
    found = toy_graph.finding("acme-tools")
    assert (found.hand, found.key, found.told_in) == ("second-hand", "acme2030", "example2031")
    assert {quotation.key for quotation in found.quotations} == {"example2031"}


def test_a_relation_is_seen_from_both_ends(toy_graph: KnowledgeGraph) -> None:
    assert toy_graph.finding("muster2032/F1").relations == toy_graph.finding("PEC1").relations


def test_findings_are_chosen_by_what_they_are_about(toy_graph: KnowledgeGraph) -> None:
    everything = toy_graph.findings()
    assert {str(found) for found in everything} == {
        "example2031/PEC1",
        "example2031/PEC2",
        "example2031/F3",
        "example2031/acme-tools",
        "muster2032/F1",
        "muster2032/F3",
        "muster2032/acme-silo",
        "muster2032/example-tools",
    }
    for found in everything:
        assert toy_graph.finding(str(found)) == found
    (planning,) = [practice for practice in toy_graph.practices if practice.slug == "continuous-planning"]
    assert [str(f) for f in toy_graph.findings(practice=planning)] == ["example2031/F3", "muster2032/F3"]
    assert [str(f) for f in toy_graph.findings(practice="CT", hand="second-hand", work="example2031")] == [
        "muster2032/example-tools"
    ]
    assert {str(f) for f in toy_graph.findings(challenge="silo-working")} == {
        "example2031/F3",
        "muster2032/F3",
        "muster2032/acme-silo",
    }


def test_findings_of_a_broader_challenge_include_those_of_the_narrower(review_graph: KnowledgeGraph) -> None:
    broad, narrow = (
        set(review_graph.findings(challenge=c)) for c in ("testing-and-quality", "test-automation-tooling-gap")
    )
    assert set() < narrow < broad


def test_a_publication_is_what_the_bibliography_says(toy_graph: KnowledgeGraph) -> None:
    found = toy_graph.publication("example2031")
    assert (found.key, found.label, found.year) == ("example2031", "Example and Örtel (2031)", "2031")
    assert found.authors == ("Ada Example", "Jörg Örtel")
    assert (found.venue, found.doi, found.annotated) == ("Journal of Toy Studies", "10.5555/toy.1", True)
    assert str(found) == found.key
    assert toy_graph.publication("10.5555/toy.1") == found
    assert not toy_graph.publication("acme2030").annotated


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (lambda graph: graph.finding("PEC11"), "did you mean PEC1"),
        (lambda graph: graph.finding("F3"), "example2031/F3, finding/muster2032/F3"),
        (lambda graph: graph.publication("exmaple2031"), "did you mean example2031"),
        (lambda graph: graph.findings(practice="continous testing"), "did you mean continuous testing"),
        (lambda graph: graph.findings(hand="third"), "first-hand, second-hand"),
    ],
)
def test_an_unknown_name_is_an_error_with_similar_names(toy_graph: KnowledgeGraph, ask: object, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        ask(toy_graph)


def test_a_value_can_be_given_as_the_parameter_of_a_query(toy_graph: KnowledgeGraph) -> None:
    finding = toy_graph.finding("PEC1")
    assert len(toy_graph.query("finding-evidence", finding=str(finding))) == 2


@pytest.mark.parametrize("plural", ["practices", "challenges", "approaches", "methods", "outcomes", "tools"])
def test_an_example_of_the_shipped_graph_is_complete(review_graph: KnowledgeGraph, plural: str) -> None:
    assert all(concept.label and concept.slug for concept in getattr(review_graph, plural))
