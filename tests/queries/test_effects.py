"""Effects, recommendations, tools and relations of concepts: the toy review of tests/toy_effects.py answers."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from kg.api import KnowledgeGraph
from kg.core.problems import UsageError
from tests.asked import asked
from tests.queries.test_engines import rows_of, spelled

CI, DEVOPS, SILO = "continuous integration", "DevOps", "working in silos"


# --- effects ---


def test_outcomes_of_a_practice_with_direction_and_who_found_another(effects_graph: KnowledgeGraph) -> None:
    columns = ("outcome", "effect", "valence", "key", "via", "otherwise")
    assert asked(effects_graph, "effects", *columns, of="continuous-integration") == [
        ("defects found", "no change", "unclear", "doll2031", None, None),
        ("lead time", "decreases", "beneficial", "bear2030", None, "doll2031 (increases), top2033 (mixed)"),
        ("lead time", "decreases", "beneficial", "bear2030", "Top (2033)", "doll2031 (increases), top2033 (mixed)"),
        ("lead time", "increases", "harmful", "doll2031", None, "bear2030 (decreases), top2033 (mixed)"),
        ("lead time", "mixed", "unclear", "top2033", None, "bear2030 (decreases), doll2031 (increases)"),
        ("workload", "increases", "harmful", "bear2030", None, None),
    ]


def test_outcomes_with_the_number_of_studies_in_each_direction(
    effects_graph: KnowledgeGraph, review_graph: KnowledgeGraph
) -> None:
    columns = ("outcome_label", "direction", "studies", "works", "reported_works", "otherwise")
    assert asked(effects_graph, "practice-outcomes", *columns, practice="CI", outcome="speed") == [
        ("lead time", "decreases", 1, "bear2030", "bear2030 (via top2033)", "doll2031 (increases), top2033 (mixed)"),
        ("lead time", "increases", 1, "doll2031", None, "bear2030 (decreases), top2033 (mixed)"),
        ("lead time", "mixed", 1, "top2033", None, "bear2030 (decreases), doll2031 (increases)"),
    ]
    assert asked(effects_graph, "practice-outcomes", "practice_label", "outcome_label", outcome="cooperation") == [
        (DEVOPS, "cooperation")
    ]
    rows = asked(review_graph, "practice-outcomes", "studies", "first_hand", "works", practice="continuous-innovation")
    assert (1, 1, "vanska2024") in rows


def test_studies_of_an_effect_by_direction_in_one_row(effects_graph: KnowledgeGraph) -> None:
    columns = ("outcome_label", "studies", "decreases", "no_change", "mixed", "increases")
    assert asked(effects_graph, "outcome-directions", "practice_label", *columns) == [(CI, "lead time", 3, 1, 0, 1, 1)]
    assert asked(effects_graph, "outcome-directions", *columns, practice="CI", at_least="1") == [
        ("lead time", 3, 1, 0, 1, 1),
        ("defects found", 1, 0, 1, 0, 0),
        ("workload", 1, 0, 0, 0, 1),
    ]
    assert asked(effects_graph, "outcome-directions", *columns, outcome="speed", since="2031") == [
        ("lead time", 2, 0, 0, 1, 1)
    ]
    assert asked(effects_graph, "outcome-directions", hand="second-hand", at_least="1") == [], "bear2030 is annotated"


def test_both_queries_of_outcomes_count_the_same_studies(effects_graph: KnowledgeGraph) -> None:
    one = {
        (row["practice_label"], row["outcome_label"], str(row["direction"]).replace(" ", "_")):
        (row["first_hand"], row["second_hand"]) for row in effects_graph.query("practice-outcomes")
    }  # fmt: skip
    other = {
        (row["practice_label"], row["outcome_label"], direction): (row[direction], row[f"{direction}_second_hand"])
        for row in effects_graph.query("outcome-directions", at_least="1")
        for direction in ("decreases", "no_change", "mixed", "increases")
        if row[direction] or row[f"{direction}_second_hand"]
    }
    assert one == other != {}


def test_a_claim_of_one_study_may_be_an_effect(effects_graph: KnowledgeGraph) -> None:
    columns = ("polarity", "challenge_label", "outcome_label", "key", "hand")
    assert asked(effects_graph, "single-study", *columns, practice="CI", outcome="lead-time") == [
        ("decreases", None, "lead time", "bear2030", "first-hand"),
        ("decreases", None, "lead time", "bear2030", "second-hand"),
        ("increases", None, "lead time", "doll2031", "first-hand"),
        ("mixed", None, "lead time", "top2033", "first-hand"),
    ]
    polarities = {row[0] for row in asked(effects_graph, "single-study", "polarity", challenge="silo-working")}
    assert polarities == {"mitigates"}


def test_approaches_tools_and_challenges_have_effects_too(effects_graph: KnowledgeGraph) -> None:
    causes = dict(asked(effects_graph, "effects", "cause", "outcome", hand="first-hand"))
    assert causes[DEVOPS] == "cooperation"
    assert causes["automated testing tool"] == "defects found"
    assert causes[SILO] == "satisfaction"


def test_effects_are_found_by_a_broader_outcome_and_by_direction(effects_graph: KnowledgeGraph) -> None:
    found = asked(effects_graph, "effects", "key", "effect", on="speed", direction="increases")
    assert found == [("doll2031", "increases")]
    assert asked(effects_graph, "effects", "key", direction="no-change") == [("doll2031",)]
    with pytest.raises(UsageError, match="no outcome is called"):
        effects_graph.query("effects", on="continuous-integration")


def test_the_finding_behind_an_effect_is_about_its_cause_and_outcome(effects_graph: KnowledgeGraph) -> None:
    (finding,) = [found for found in effects_graph.findings(work="bear2030", hand="first-hand") if found.id == "F2"]
    assert (finding.practices, finding.outcomes) == (("continuous-integration",), ("workload",))
    (effect,) = finding.effects
    assert (effect.cause, effect.direction, effect.outcome, effect.valence) == (
        "practice:continuous-integration", "increases", "workload", "harmful",
    )  # fmt: skip


def test_findings_in_opposite_directions_are_proposed_and_mixed_ones_are_not(effects_graph: KnowledgeGraph) -> None:
    columns = ("effect", "key", "finding", "other_effect", "other_key", "other", "stated")
    assert asked(effects_graph, "opposite-effects", *columns) == [
        ("increases", "doll2031", "F1", "decreases", "bear2030", "F1", None),
        ("increases", "doll2031", "F1", "decreases", "bear2030", "bear-lead", None),
    ]
    assert asked(effects_graph, "opposite-effects", on="workload") == []


def test_a_proposal_asserts_nothing(effects_graph: KnowledgeGraph) -> None:
    contradictions = effects_graph.sparql("SELECT ?a ?b { ?a cs:contradicts ?b }")
    assert [tuple(row.values()) for row in contradictions] == [("finding/doll2031/F1", "finding/bear2030/F2")]


def test_a_change_and_no_change_are_opposite_for_the_same_cause_only(effects_graph: KnowledgeGraph) -> None:
    # The testing tool finds more faults, integration finds no more: different causes.
    assert asked(effects_graph, "opposite-effects", on="defects-found") == []


# --- recommendations ---


def test_recommendations_for_a_challenge(effects_graph: KnowledgeGraph) -> None:
    columns = ("challenge_label", "category", "recommends", "key", "hand", "finding")
    assert asked(effects_graph, "recommendations", *columns, challenge="communication-and-collaboration") == [
        (SILO, "communication and collaboration", "Python, continuous planning", "ball2032", "first-hand", "F2")
    ]


def test_a_recommendation_without_a_concept_is_listed_and_found_by_none(effects_graph: KnowledgeGraph) -> None:
    rows = asked(effects_graph, "recommendations", "challenge_label", "key", "via", "finding", hand="second-hand")
    assert rows == [(None, "ball2032", "Top (2033)", "ball-advice")]
    assert asked(effects_graph, "recommendations", "finding", recommended="python") == [("F2",)]
    assert asked(effects_graph, "recommendations", recommended="java") == []


def test_challenges_without_a_recommendation(effects_graph: KnowledgeGraph, review_graph: KnowledgeGraph) -> None:
    assert asked(effects_graph, "challenges-without-recommendation") == []  # the one challenge has one
    found = asked(review_graph, "challenges-without-recommendation", "challenge", "studies", "mitigated")
    assert found[0] == (SILO, 6, "no")
    assert [studies for _, studies, _ in found] == sorted((studies for _, studies, _ in found), reverse=True)
    assert "no direct contact with users" not in {challenge for challenge, _, _ in found}


def test_challenges_without_a_recommendation_in_one_category(library_graph: KnowledgeGraph) -> None:
    name, columns = "challenges-without-recommendation", ("challenge", "studies", "first_hand", "mitigated")
    assert asked(library_graph, name, *columns, under="communication-and-collaboration") == [(SILO, 3, 3, "yes")]


# --- tools and relations ---


def test_tools_by_practice(effects_graph: KnowledgeGraph) -> None:
    assert asked(effects_graph, "tools-by-practice") == [
        (CI, "Java", 1, 1, "ball2032"),
        (CI, "automated testing tool", 1, 1, "doll2031"),
        ("continuous planning", "Python", 1, 1, "ball2032"),
        ("continuous testing", "automated testing tool", 2, 2, "ball2032, doll2031"),
        ("continuous testing", "Java", 1, 1, "ball2032"),
    ]


def test_tools_of_findings_without_a_practice_are_listed_with_none(review_graph: KnowledgeGraph) -> None:
    rows = asked(review_graph, "tools-by-practice", "practice_label", "tool_label")
    assert (None, "Python") in rows
    assert asked(review_graph, "tools-by-practice", "practice_label", "tool_label", practice="continuous-testing") == [
        row for row in rows if row[0] == "continuous testing"
    ]


def test_relations_of_concepts(effects_graph: KnowledgeGraph, review_graph: KnowledgeGraph) -> None:
    columns = ("source", "relation", "target", "key", "hand")
    assert asked(effects_graph, "concept-relations", *columns) == [
        (CI, "enables", "continuous testing", "ball2032", "first-hand"),
        ("continuous testing", "conflicts with", "Java", "ball2032", "first-hand"),
    ]
    assert len(asked(effects_graph, "concept-relations", concept="java")) == 1
    rows = asked(review_graph, "concept-relations", *columns, concept="devops")
    assert {(source, relation, key, hand) for source, relation, _, key, hand in rows} == {
        (DEVOPS, "requires", "leite2019", "second-hand")
    }
    assert len(rows) == 4


# --- how studies were done, and who coded ---


def test_studies_that_others_describe_have_method_context_and_sample(effects_graph: KnowledgeGraph) -> None:
    assert asked(effects_graph, "studies-of-others") == [
        ("yoyo2029", "survey", "industrial context", 40, "Yo-yos of one town", "top2033")
    ]
    assert asked(effects_graph, "studies-of-others", work="bear2030") == []
    assert (2029, "survey") not in asked(effects_graph, "methods-by-year", "year", "method_label")


def test_a_row_of_a_sheet_is_evidence_with_a_fragment(effects_graph: KnowledgeGraph) -> None:
    rows = effects_graph.sparql(
        """SELECT ?owner ?row ?fragment ?rule ?place {
        ?owner cs:hasEvidence ?e . ?e cs:sheetRow ?row ; cs:section ?place ; oa:hasSelector ?s .
        ?s a oa:FragmentSelector ; rdf:value ?fragment ; dcterms:conformsTo ?rule }"""
    )
    assert [tuple(row.values()) for row in rows] == [
        ("study/yoyo2029", "yoyos.csv#row=3", "row=3", "http://tools.ietf.org/rfc/rfc7111", "row 3 of yoyos.csv")
    ]


def test_a_file_says_who_coded(effects_graph: KnowledgeGraph) -> None:
    rows = effects_graph.sparql(
        """SELECT ?who ?n ?a { ?f prov:wasAttributedTo ?who ; cs:coders ?n ; cs:coderAgreement ?a .
        ?who a prov:SoftwareAgent }"""
    )
    assert [tuple(row.values()) for row in rows] == [("agent/parrot-3", 2, "kappa 0.83")]


# --- another engine ---

QUERIES = (
    "effects", "opposite-effects", "recommendations", "tools-by-practice",
    "concept-relations", "map-effects", "things-effects", "studies-of-others", "network-edges", "network-nodes",
)  # fmt: skip


@pytest.fixture(scope="module")
def union(effects_graph: KnowledgeGraph) -> Any:
    from rdflib import Graph

    return Graph().parse(effects_graph.root / "build" / "graph.ttl")


@pytest.fixture(scope="module")
def named(effects_graph: KnowledgeGraph) -> Any:
    from rdflib import Dataset

    dataset = Dataset(default_union=True)
    dataset.parse(effects_graph.root / "build" / "graph.nq", format="nquads")
    return dataset


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
@pytest.mark.parametrize("name", QUERIES)
def test_rdflib_gives_the_same_rows(effects_graph: KnowledgeGraph, union: Any, named: Any, name: str) -> None:
    query = effects_graph.queries.get(name)
    bound = query.bind(query.terms({}, effects_graph.lookup))
    here = [tuple(map(spelled, row)) for row in effects_graph.sparql(bound).terms]
    assert here
    assert Counter(here) == Counter(rows_of(union, named, bound))
