"""IRIs: readable, stable, and below their path for any id."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from pyoxigraph import NamedNode

from kg.core.iris import (
    BASE,
    CS,
    agent,
    compact,
    know,
    local_name,
    mint,
    mint_concepts,
    minting,
    person,
    prefixes_of,
    segment,
    slug,
    venue,
)

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


NAMES = st.one_of(
    st.text(max_size=8),
    st.lists(
        st.sampled_from(["Toy", "toy", "TOY", "T.", "T", "de", "De", "-", " ", "Ö", "ö", "_", "Ab"]), max_size=4
    ).map("".join),
).map(lambda text: unicodedata.normalize("NFC", text))
"""Parts of names, many of which have the same slug."""


@given(st.tuples(NAMES, NAMES), st.tuples(NAMES, NAMES))
@example(("Doe", "J."), ("Doe", "J"))
@example(("Toy", "Ann Maria"), ("Maria Toy", "Ann"))
@example(("Toy Lab", ""), ("Lab", "Toy"))
@example(("Toy", ""), ("", "Toy"))
@example(("Unnamed", ""), ("???", ""))
@example(("de Toy", "Ann"), ("De Toy", "Ann"))
def test_two_spellings_or_divisions_of_a_name_have_two_iris(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert (person(*one) == person(*other)) == (one == other)


@given(NAMES, NAMES)
@example("C++ Report", "C# Report")
@example("C Report", "C# Report")
@example("AISec", "AISEC")
@example("", "Unnamed")
@example("Toy_0123456789", "Toy-0123456789")
def test_two_spellings_of_a_venue_or_an_annotator_have_two_iris(one: str, other: str) -> None:
    assert (venue(one) == venue(other)) == (one == other)
    assert (agent(one) == agent(other)) == (one == other)


def test_an_iri_with_a_hash_is_never_the_slug_of_another_name() -> None:
    hashed = local_name(venue("C++ Report").value).removeprefix("venue/")
    assert venue(hashed) != venue("C++ Report")
    assert slug(hashed) != hashed


@pytest.mark.parametrize(("family", "given", "name"), [
    ("Toy", "Ann", "ann-toy"), ("Toy", "A.", "a-toy"), ("Toy", "Ann M.", "ann-m-toy"), ("Örtel", "Jörg", "jörg-örtel"),
    ("van der Toy", "Ann", "ann-van-der-toy"), ("Toy", "", "toy"),
])  # fmt: skip
def test_the_usual_spelling_of_a_name_has_a_readable_iri(family: str, given: str, name: str) -> None:
    assert person(family, given).value == f"{BASE}person/{name}"
    assert agent(f"{given} {family}".strip()).value == f"{BASE}agent/{name}"


@pytest.mark.parametrize(("text", "name"), [
    ("IEEE Software", "ieee-software"), ("ICSE", "icse"), ("Nature", "nature"), ("Journal of Toy Studies", None),
    ("The Journal of the ACM", None), ("Proceedings of the 3rd Toy Conference", None),
])  # fmt: skip
def test_the_usual_spelling_of_a_venue_has_a_readable_iri(text: str, name: str | None) -> None:
    assert venue(text).value == f"{BASE}venue/{name or text.lower().replace(' ', '-')}"


def test_an_accent_in_two_encodings_is_one_spelling() -> None:
    assert person("Ö", "A.") == person("O\N{COMBINING DIAERESIS}", "A.")
    assert person("Örtel", "Ada") != person("Ortel", "Ada")


def test_a_name_is_an_iri_without_its_base() -> None:
    assert local_name(f"{BASE}finding/toy/PEC1") == "finding/toy/PEC1"
    assert local_name("https://elsewhere.example/x") == "https://elsewhere.example/x"
    know("https://known.example/r/")
    assert local_name("https://known.example/r/finding/toy/PEC1") == "finding/toy/PEC1"


def test_a_review_with_a_base_shares_only_the_vocabularies() -> None:
    ours = "https://toys.example/review/"
    before = person("Toy", "Ann"), mint("finding", "toy", "F1")
    with minting(ours):
        assert mint("finding", "toy", "F1").value == f"{ours}finding/toy/F1"
        assert {iri.value.removeprefix(ours) for iri in (person("Toy", "Ann"), agent("Ann Toy"), venue("ICSE"))} == {
            "person/ann-toy", "agent/ann-toy", "venue/icse"}  # fmt: skip
        assert mint("practice", "continuous-testing").value == f"{BASE}practice/continuous-testing"
        mint_concepts({"practice/toy-drills": f"{ours}practice/toy-drills"})
        assert mint("practice", "toy-drills").value == f"{ours}practice/toy-drills"
    assert (person("Toy", "Ann"), mint("finding", "toy", "F1")) == before
    assert mint("practice", "toy-drills").value == f"{BASE}practice/toy-drills"


def test_prefixes_of_a_review_with_a_base() -> None:
    known = prefixes_of("https://toys.example/review/")
    assert known["publication"] == "https://toys.example/review/publication/"
    assert known["practice"] == f"{BASE}practice/"
    assert known["cs"] == f"{BASE}ontology#"


def test_known_namespaces_are_shortened() -> None:
    assert compact(CS.Finding.value) == "cs:Finding"
    assert compact(f"{BASE}practice/continuous-testing") == "practice:continuous-testing"
    assert compact("https://example.org/x") == "https://example.org/x"
    assert NamedNode(compact(f"{BASE}finding/a/b"))  # no prefixed name can hold the slash
