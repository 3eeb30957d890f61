"""A thing is found by id, key, label, alternative label or IRI; otherwise similar names are suggested."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.api import KnowledgeGraph
from kg.core.iris import BASE, mint
from kg.core.kinds import CONCEPTS
from kg.core.problems import UsageError
from kg.queries.lookup import fold

TESTING = mint("practice", "continuous-testing")


@pytest.mark.parametrize(
    "text",
    [
        "continuous-testing",
        "continuous testing",
        "Continuous  Testing",
        "CONTINUOUS_TESTING",
        "CT",
        "practice/continuous-testing",
        "practice:continuous-testing",
        TESTING.value,
    ],
)
def test_a_practice_may_be_given_by_any_of_its_names(toy_graph: KnowledgeGraph, text: str) -> None:
    assert toy_graph.lookup.find(text, "practice") == TESTING
    assert toy_graph.lookup.find(text) == TESTING


@pytest.mark.parametrize(
    ("text", "iri"),
    [
        ("PEC1", mint("finding", "example2031", "PEC1")),
        ("example2031/PEC2", mint("finding", "example2031", "PEC2")),
        ("muster2032/F3", mint("finding", "muster2032", "F3")),
        ("acme2030", mint("publication", "acme2030")),
        ("Muster et al. (2032)", mint("publication", "muster2032")),
        ("P1", mint("participant", "example2031", "P1")),
        ("N1", mint("note", "example2031", "N1")),
        ("study/example2031", mint("study", "example2031")),
    ],
)
def test_things_of_the_review_are_found_by_id_key_and_label(toy_graph: KnowledgeGraph, text: str, iri: object) -> None:
    assert toy_graph.lookup.find(text) == iri


def test_an_ambiguous_id_is_an_error(toy_graph: KnowledgeGraph) -> None:
    with pytest.raises(UsageError) as raised:
        toy_graph.lookup.find("F3")
    assert "finding/example2031/F3, finding/muster2032/F3" in str(raised.value)


@pytest.mark.parametrize("text", ["example2031", "PEC1", TESTING.value])
def test_a_thing_of_another_kind_is_not_taken(toy_graph: KnowledgeGraph, text: str) -> None:
    with pytest.raises(UsageError, match="no challenge is called"):
        toy_graph.lookup.find(text, "challenge")


def test_similar_names_are_suggested(toy_graph: KnowledgeGraph) -> None:
    with pytest.raises(UsageError, match="did you mean continuous testing"):
        toy_graph.lookup.find("continous testing", "practice")


@given(st.text())
def test_any_text_is_found_or_a_usage_error(toy_graph: KnowledgeGraph, text: str) -> None:
    with suppress(UsageError):
        assert toy_graph.lookup.find(text).value.startswith(BASE)


@given(st.text())
def test_space_and_hyphens_around_a_name_do_not_matter(text: str) -> None:
    assert fold(f" {text}_-") == fold(text)


@pytest.mark.parametrize("kind", [kind.name for kind in CONCEPTS])
def test_the_hint_for_an_unknown_concept_is_a_query_that_lists_its_kind(toy_graph: KnowledgeGraph, kind: str) -> None:
    with pytest.raises(UsageError) as caught:
        toy_graph.lookup.find("qqqqqqqq", kind)
    assert str(caught.value).endswith(f"; `kg query vocabulary --kind {kind}` lists what there is")
    assert {row["kind"] for row in toy_graph.query("vocabulary", kind=kind)} <= {kind}


def test_the_hint_for_an_unknown_thing_names_the_query_on_authors(toy_graph: KnowledgeGraph) -> None:
    with pytest.raises(UsageError, match=r"no thing is called `Q\. Toy`; .*`kg query authors` authors"):
        toy_graph.lookup.find("Q. Toy")
