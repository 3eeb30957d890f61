"""IRIs: readable, stable, and below their path for any id."""

from __future__ import annotations

import unicodedata

from hypothesis import assume, example, given
from hypothesis import strategies as st
from pyoxigraph import NamedNode

from kg.core.iris import BASE, CS, compact, full_iri, local_name, mint, person, segment, slug

IDS = st.text(min_size=1).map(lambda text: unicodedata.normalize("NFC", text))
"""Ids in one normal form: two spellings of one character are one id on purpose."""


@given(IDS, IDS)
@example(".", "%2E")
@example("..", "%2E%2E")
@example("a/b", "a%2Fb")
@example("a b", "a+b")
def test_different_ids_give_different_segments(one: str, other: str) -> None:
    assume(one != other)
    assert segment(one) != segment(other)


@given(IDS)
@example(".")
@example("..")
@example("a/../../b")
@example("#fragment?query")
def test_an_id_stays_one_segment_of_the_path(text: str) -> None:
    found = segment(text)
    assert found not in ("", ".", "..")
    assert not set(found) & set('/?#<>"{}|\\^` \n')


@given(st.lists(IDS, min_size=1, max_size=3), st.lists(IDS, min_size=1, max_size=3))
@example(["a", "b"], ["a/b"])
def test_different_things_have_different_iris_below_the_base(one: list[str], other: list[str]) -> None:
    assume(one != other)
    assert mint("finding", *one) != mint("finding", *other)
    assert mint("finding", *one).value.startswith(f"{BASE}finding/")
    assert mint("finding", *one).value.count("/") == f"{BASE}finding/".count("/") + len(one) - 1


@given(st.text())
def test_a_slug_is_readable_and_never_empty(text: str) -> None:
    assert slug(text)
    assert slug(slug(text)) == slug(text)


def test_people_who_differ_in_more_than_case_and_punctuation_are_not_merged() -> None:
    assert person("Example, A.") == person("example a")
    assert person("Ada Example") != person("Ada Exämple")


def test_names_and_iris_are_each_others_inverse() -> None:
    for iri in (f"{BASE}finding/toy/PEC1", "https://example.org/x", "urn:x"):
        assert full_iri(local_name(iri)) == iri


def test_known_namespaces_are_shortened() -> None:
    assert compact(CS.Finding.value) == "cs:Finding"
    assert compact(f"{BASE}practice/continuous-testing") == "practice:continuous-testing"
    assert compact("https://example.org/x") == "https://example.org/x"
    assert NamedNode(compact(f"{BASE}finding/a/b"))  # no prefixed name can hold the slash
