"""Related work: who says what about a practice, challenge or approach, in which studies, and in whose reading."""

from __future__ import annotations

import pytest

from kg.api import KnowledgeGraph
from tests.toy_library import texts_of

ROWS = "key finding hand via reading"
FIRST, SECOND = "First Reader", "Second Reader"


def test_related_work_lists_each_reading_of_a_work_with_two_readings(library_graph: KnowledgeGraph) -> None:
    assert texts_of(library_graph, "related-work", f"{ROWS} says", practice="CT") == [
        f"one2028 | F1 | first-hand | - | {FIRST} | Missing tools hinder testing.",
        f"one2028 | F1 | first-hand | - | {SECOND} | Missing know-how, not missing tools, hinders testing.",
        "two2029 | F1 | first-hand | - | - | Tools for testing are not lacking.",
        "four2031 | F2 | first-hand | - | - | Pipelines cannot test what no tool tests.",
        "rev-a2031 | A1 | first-hand | - | - | Quality is what studies of testing speak of most.",
        "one2028 | one-tools | second-hand | Dale and Elm (2031) | - | Ash and Birch miss tools for testing.",
        "five2029 | five-tools | second-hand | Dale (2030) | - | Fern misses tools for testing.",
    ]


def test_what_two_read_alike_stays_two_rows(library_graph: KnowledgeGraph) -> None:
    assert texts_of(library_graph, "related-work", "key finding says reading", practice="continuous budgeting") == [
        f"one2028 | F3 | The team does not budget continuously. | {FIRST}",
        f"one2028 | F3 | The team does not budget continuously. | {SECOND}",
    ]


NARROWED: dict[str, tuple[dict[str, str | int], list[str]]] = {
    "first-hand": ({"hand": "first-hand"}, ["one2028 F1", "one2028 F1", "two2029 F1", "four2031 F2", "rev-a2031 A1"]),
    "second-hand": ({"hand": "second-hand"}, ["one2028 one-tools", "five2029 five-tools"]),
    "challenge": ({"challenge": "ml-testing-expertise-gap"}, ["one2028 F1"]),
    "narrower challenges": ({"challenge": "testing-and-quality", "since": 2031}, ["four2031 F2", "rev-a2031 A1"]),
    "method": ({"method": "survey"}, ["two2029 F1"]),
    "narrower methods": ({"method": "case-study", "hand": "first-hand"}, ["one2028 F1", "one2028 F1", "four2031 F2"]),
    "context": ({"context": "mlops-adoption"}, ["four2031 F2"]),
    "since": ({"since": 2031}, ["four2031 F2", "rev-a2031 A1"]),
    "until": ({"until": 2028, "hand": "first-hand"}, ["one2028 F1", "one2028 F1"]),
    "a year": ({"since": 2029, "until": 2029}, ["two2029 F1", "five2029 five-tools"]),
}  # fmt: skip


@pytest.mark.parametrize(("narrowed", "expected"), NARROWED.values(), ids=NARROWED)
def test_related_work_is_narrowed(
    library_graph: KnowledgeGraph, narrowed: dict[str, str | int], expected: list[str]
) -> None:
    rows = texts_of(library_graph, "related-work", "key finding", practice="continuous testing", **narrowed)
    assert [row.replace(" | ", " ") for row in rows] == expected


@pytest.mark.parametrize("name", ["CD", "continuous delivery", "continuous-delivery"])
def test_a_practice_is_asked_for_by_any_name(library_graph: KnowledgeGraph, name: str) -> None:
    assert texts_of(library_graph, "related-work", "key finding hand", practice=name) == [
        "two2029 | F2 | first-hand",
        "four2031 | F2 | first-hand",
        "rev-b2032 | B1 | first-hand",
        "leaflet | leaflet-delivery | second-hand",
        "two2029 | two-delivery | second-hand",
    ]


def test_a_work_without_a_year_is_of_no_period(library_graph: KnowledgeGraph) -> None:
    assert "leaflet" in texts_of(library_graph, "related-work", "key", practice="CD")
    assert "leaflet" not in texts_of(library_graph, "related-work", "key", practice="CD", until=2099)


def test_by_challenge(library_graph: KnowledgeGraph) -> None:
    silos = ["one2028 | F2 | first-hand | - | First Reader", "one2028 | F2 | first-hand | - | Second Reader",
             "three2030 | F1 | first-hand | - | -", "four2031 | F1 | first-hand | - | -"]  # fmt: skip
    assert texts_of(library_graph, "by-challenge", ROWS, challenge="working in silos") == silos
    assert texts_of(library_graph, "by-challenge", ROWS, challenge="communication-and-collaboration") == silos
    assert texts_of(library_graph, "by-challenge", ROWS, challenge="silo-working", method="interview") == silos[2:]


def test_by_approach_includes_narrower_ones(library_graph: KnowledgeGraph) -> None:
    assert texts_of(library_graph, "by-approach", ROWS, approach="DevOps") == [
        "one2028 | F2 | first-hand | - | First Reader",
        "three2030 | F1 | first-hand | - | -",
        "four2031 | F1 | first-hand | - | -",
    ]
    assert texts_of(library_graph, "by-approach", "key", approach="MLOps") == ["three2030"]
    assert texts_of(library_graph, "by-approach", "key", approach="DevOps", until=2028) == ["one2028"]


def test_by_study(library_graph: KnowledgeGraph) -> None:
    assert texts_of(library_graph, "by-study", "key finding reading", method="interview") == [
        "three2030 | F1 | -",
        "four2031 | F1 | -",
        "four2031 | F2 | -",
    ]
    assert texts_of(
        library_graph, "by-study", "key finding reading", context="devops-adoption", hand="second-hand"
    ) == ["one2028 | one-tools | -"]
    assert texts_of(library_graph, "by-study", "key finding", since=2032) == ["rev-b2032 | B1"]
    assert len(library_graph.query("by-study")) == 17


def test_the_challenges_of_a_practice(library_graph: KnowledgeGraph) -> None:
    assert texts_of(
        library_graph, "practice-challenges", "polarity challenge_label key hand finding reading", practice="CI"
    ) == [
        f"hinders | working in silos | one2028 | first-hand | F2 | {SECOND}",
        f"mitigates | working in silos | one2028 | first-hand | F2 | {FIRST}",
    ]
    assert texts_of(
        library_graph,
        "practice-challenges",
        "polarity key hand finding",
        practice="CT",
        challenge="test-automation-tooling-gap",
    ) == [
        "absent | two2029 | first-hand | F1",
        "hinders | four2031 | first-hand | F2",
        "hinders | one2028 | first-hand | F1",
        "hinders | five2029 | second-hand | five-tools",
        "hinders | one2028 | second-hand | one-tools",
    ]


def test_stances(library_graph: KnowledgeGraph) -> None:
    columns = "key how finding by section note reading"
    assert texts_of(library_graph, "stances", columns, practice="continuous planning") == [
        "one2028 | agreesWith | F1 | three2030 | 5 | Silos open there too. | -",
        "three2030 | extends | F1 | four2031 | 2 | More cases. | -",
        "three2030 | extends | F1 | four2031 | 5 | More cases. | -",
    ]


def test_what_two_practices_share(library_graph: KnowledgeGraph) -> None:
    assert texts_of(library_graph, "shared", "what name key finding reading", practice="CT", other="CD") == [
        "finding | Pipelines cannot test what no tool tests. | four2031 | F2 | -",
        "work | Cole (2029) | two2029 | - | -",
        "work | Dale and Elm (2031) | four2031 | - | -",
    ]
    polarities = "what name practice_polarity other_polarity"
    assert texts_of(library_graph, "shared", polarities, practice="CI", other="continuous-planning") == [
        "challenge | working in silos | hinders | hinders",
        "challenge | working in silos | hinders | mitigates",
        "challenge | working in silos | mitigates | hinders",
        "challenge | working in silos | mitigates | mitigates",
    ]


def test_what_to_read_first(library_graph: KnowledgeGraph) -> None:
    numbers = "key first_hand second_hand cited coded annotated"
    assert texts_of(library_graph, "read-first", numbers, practice="CT") == [
        "one2028 | 1 | 1 | 5 | 1 | yes",
        "two2029 | 1 | 0 | 2 | 0 | yes",
        "four2031 | 1 | 0 | 1 | 0 | yes",
        "rev-a2031 | 1 | 0 | 0 | 0 | yes",
        "five2029 | 0 | 1 | 2 | 1 | ",
    ]
    assert texts_of(library_graph, "read-first", numbers, practice="CD") == [
        "two2029 | 1 | 1 | 2 | 0 | yes",
        "four2031 | 1 | 0 | 1 | 0 | yes",
        "rev-b2032 | 1 | 0 | 0 | 0 | yes",
        "leaflet | 0 | 1 | 1 | 0 | ",
    ]


def test_publications_count_what_two_have_read_once(library_graph: KnowledgeGraph) -> None:
    assert texts_of(library_graph, "publications", "key first_hand second_hand cited coded") == [
        "five2029 | 0 | 1 | 2 | 1",
        "four2031 | 2 | 0 | 1 | 0",
        "leaflet | 0 | 1 | 0 | 0",
        "one2028 | 3 | 1 | 5 | 1",
        "rev-a2031 | 1 | 0 | 0 | 0",
        "rev-b2032 | 1 | 0 | 0 | 0",
        "rev-c2032 | 0 | 0 | 0 | 0",
        "three2030 | 1 | 0 | 3 | 0",
        "two2029 | 2 | 1 | 2 | 1",
    ]


def test_coded_works(library_graph: KnowledgeGraph) -> None:
    assert texts_of(library_graph, "coded-works", "key year coded_by code match row annotated", concept="CT") == [
        "five2029 | 2029 | rev-c2032 | Tests | close | 4 | ",
        "one2028 | 2028 | rev-c2032 | Tests | close | 2 | yes",
    ]
    assert texts_of(library_graph, "coded-works", "key match", concept="CI", review="rev-c2032") == ["one2028 | exact"]


# --- on the project's own review ---


def test_related_work_of_the_first_publication_is_narrowed(review_graph: KnowledgeGraph) -> None:
    assert texts_of(
        review_graph,
        "related-work",
        "key finding reading",
        practice="CT",
        hand="first-hand",
        challenge="testing-and-quality",
        method="interview",
        context="industrial-context",
        since=2024,
    ) == ["vanska2024 | PEC4 | -", "vanska2024 | obs-manual-testing | -"]
    assert texts_of(review_graph, "related-work", "key", practice="CT", since=2020, until=2020) == ["serban2020"]
    assert texts_of(review_graph, "by-challenge", "key", challenge="silo-working", since=2024, hand="first-hand")
    assert texts_of(review_graph, "by-approach", "key", approach="mlops", since=2025) == []


def test_studies_of_the_first_publication_are_found_by_their_method(review_graph: KnowledgeGraph) -> None:
    assert set(texts_of(review_graph, "by-study", "key", method="case-study", hand="first-hand")) == {"vanska2024"}
    assert texts_of(review_graph, "by-study", "key", method="survey") == []


def test_planning_hinders_and_stances_are_as_they_were(review_graph: KnowledgeGraph) -> None:
    assert set(texts_of(review_graph, "practice-challenges", "challenge_label", practice="continuous-planning")) == {
        "ML experts left out of planning",
        "remote work",
        "unclear purpose of the project",
        "working in silos",
    }
    assert len(texts_of(review_graph, "stances", "key", practice="continuous-planning")) > 3


def test_integration_and_deployment_share_works(review_graph: KnowledgeGraph) -> None:
    rows = texts_of(review_graph, "shared", "what key finding", practice="CI", other="continuous-deployment")
    assert {"work | leite2019 | -", "finding | leite2019 | leite-devops-practices"} <= set(rows)


def test_the_annotated_publication_is_read_first(review_graph: KnowledgeGraph) -> None:
    first, *others = texts_of(review_graph, "read-first", "key first_hand annotated", practice="CT")
    assert first == "vanska2024 | 3 | yes"
    assert {"fitzgerald2017 | 0 | ", "giray2021 | 0 | "} <= set(others)


def test_experimentation_is_coded_by_three_reviews(review_graph: KnowledgeGraph) -> None:
    assert len(set(texts_of(review_graph, "coded-works", "key", concept="CE"))) > 100
