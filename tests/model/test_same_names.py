"""What may be one person or one venue is proposed with a reason, and what two works show to be different is not."""

from __future__ import annotations

import time
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.model.bibliography import BibliographyEntry, Person
from kg.model.same_names import KINDS, Kind, printed_names, proposed_names, works_of, works_with

Found = list[tuple[str, int, str, str, str]]


def work(key: str, authors: str = "", venue: str = "", kind: str = "article", **fields: str) -> BibliographyEntry:
    """A work; authors as `Family, Given; Family, Given`."""
    names = [name.partition(", ") for name in authors.split("; ") if name]
    people = tuple(Person(family, given) for family, _, given in names)
    named = {name.replace("_an_", "+an:"): value for name, value in fields.items()}
    return BibliographyEntry(key, kind, key, people, False, "2030", venue, named, "")


def proposals(kind: Kind, *works: BibliographyEntry) -> Found:
    return [(p.kind, p.score, p.keep, p.same, p.reason) for p in proposed_names(kind, works, {}, ())]


def of_names(*names: str) -> Found:
    """Proposals on names that stand in a work each, all with the same co-author."""
    return proposals("people", *(work(f"w{n}", f"{name}; Bear, Bo") for n, name in enumerate(names)))


def of_venues(*venues: str, kind: str = "inproceedings", issn: str = "") -> Found:
    return proposals("venues", *(work(f"w{n}", venue=v, kind=kind, issn=issn) for n, v in enumerate(venues)))


# --- people ---


@pytest.mark.parametrize(
    ("one", "other"),
    [("Doe, J.", "Doe, J"), ("Doe, J.-P.", "Doe, J. P."), ("DOE, JP", "Doe, J.P."), ("Toy, Ann-Mary", "Mary Toy, Ann")],
)
def test_names_that_differ_in_case_and_punctuation_are_exact(one: str, other: str) -> None:
    ((kind, score, *_, reason),) = proposals("people", work("a", one), work("b", other))
    assert (kind, score, reason) == ("exact", 100, "same but for case and punctuation")


def test_names_that_differ_in_accents_are_likely() -> None:
    works = work("a", "Örtel, J."), work("b", "Ortel, J."), work("c", "Ortel, J.")
    assert proposals("people", *works) == [("likely", 95, "J. Örtel", "J. Ortel", "same but for accents")]


def test_compatible_initials_need_a_common_co_author() -> None:
    assert proposals("people", work("a", "Toy, Ann; Bear, Bo"), work("b", "Toy, A.; Doll, Di")) == []
    ((kind, score, keep, same, reason),) = proposals(
        "people", work("a", "Toy, Ann M.; Bear, Bo"), work("b", "Toy, A.; Bear, B."), work("c", "Toy, A.; Doll, Di")
    )[1:]
    assert (kind, score, keep, same) == ("likely", 80, "Ann M. Toy", "A. Toy")
    assert reason == "compatible given names, with Bo Bear in 1 of 2 works of the shorter name"


def test_a_full_given_name_is_more_certain_than_an_initial() -> None:
    assert [found[:4] for found in of_names("Toy, Ann M.", "Toy, Ann")] == [("likely", 90, "Ann M. Toy", "Ann Toy")]
    assert [found[:4] for found in of_names("Toy, A. M.", "Toy, Ann")] == [("likely", 85, "Ann Toy", "A. M. Toy")]


@pytest.mark.parametrize("others", [("Toy, Ann", "Toy, Al"), ("Toy, A. M.", "Toy, A. N."), ("Toy, Ann", "Toyer, Ann")])
def test_names_that_contradict_each_other_are_not_proposed(others: tuple[str, str]) -> None:
    assert of_names(*others) == []


def test_an_initial_of_two_people_is_doubted() -> None:
    found = of_names("Toy, A.", "Toy, Ann", "Toy, Al")
    assert [one[:4] for one in found] == [("likely", 75, "Al Toy", "A. Toy"), ("likely", 75, "Ann Toy", "A. Toy")]
    assert found[0][4].endswith(", but may be Ann Toy too")


def test_two_names_of_one_work_are_two_people() -> None:
    together = work("c", "Toy, Ann; Toy, A.; Bear, Bo")
    assert proposals("people", work("a", "Toy, Ann; Bear, Bo"), work("b", "Toy, A.; Bear, Bo"), together) == []


ONE, TWO = "0000-0002-1825-0097", "0000-0001-5109-3700"  # examples of https://support.orcid.org


def test_one_orcid_is_exact_and_two_are_two_people() -> None:
    # biblatex manual, 3.7: data annotation, `author+an:orcid = {2="…"}` for the second author.
    first = work("a", "Bear, Bo; Toy, Ann", author_an_orcid=f'2="{ONE}"')
    assert proposals("people", first, work("b", "Doll-Toy, Ann", orcid=ONE))[0][0::4] == (
        "exact",
        f"same ORCID iD {ONE}",
    )
    assert proposals("people", first, work("b", "Bear, Bo; Toy, A.", orcid=f"{TWO}, {TWO}")) == []
    assert proposals("people", work("a", "Toy, Ann; Bear, Bo", orcid=ONE), work("b", "Doll, Di", orcid=ONE)) == []


# --- venues ---


def test_texts_that_differ_in_case_and_punctuation_are_exact() -> None:
    assert of_venues("AISEC", "AISec") == [("exact", 100, "AISEC", "AISec", "same but for case and punctuation")]
    assert of_venues("Toys & Games", "Toys and games")[0][:2] == ("exact", 100)


def test_three_reports_are_three_venues() -> None:
    assert of_venues("C++ Report", "C# Report", "C Report") == []


@pytest.mark.parametrize(("one", "other", "reason"), [
    ("Journal of Toys and Games", "J. Toys Games", "one abbreviates the words of the other"),
    ("Proceedings of the Toy Conference", "Toy Conference", "same but for small words"),
    ("International Conference on Toys (ICOT)", "ICOT", "one is the acronym ICOT of the other"),
])  # fmt: skip
def test_abbreviations_of_a_venue_are_likely(one: str, other: str, reason: str) -> None:
    for venues in permutations((one, other)):
        ((kind, _, keep, same, why),) = of_venues(*venues)
        assert (kind, keep, same, why) == ("likely", one, other, reason)


def test_conferences_of_two_years_are_two_venues() -> None:
    assert of_venues("2030 Conference on Toys (ICOT)", "2031 Conference on Toys (ICOT)", "ICOT") == []
    assert of_venues("29th Conf. on Toys", "30th Conference on Toys") == []


def test_an_issn_is_that_of_a_journal_and_not_of_the_volumes_of_a_series() -> None:
    # ISSN 0302-9743 is that of a series whose volumes are proceedings of many conferences.
    assert of_venues("Toys", "Bears", issn="0302-9743") == []
    assert of_venues("Toys", "T.O.Y.", kind="article", issn="03029743, 1611-3349")[0][0::4] == (
        "exact",
        "same ISSN 0302-9743",
    )


def test_the_more_frequent_text_is_kept() -> None:
    works = [work("a", venue="toys"), work("b", venue="Toys"), work("c", venue="toys")]
    assert proposals("venues", *works)[0][2:4] == ("toys", "Toys")
    assert works_with("venues", works) == {"toys": 2, "Toys": 1}


# --- both ---


def test_a_decision_is_recorded_and_later_proposals_are_about_the_kept_name() -> None:
    works = [work(f"w{n}", f"Toy, {given}; Bear, Bo") for n, given in enumerate(("Ann", "A.", "A"))]
    aliases = {"A. Toy": "Ann Toy"}
    found = {(p.keep, p.same): p.decision for p in proposed_names("people", works, aliases, ())}
    assert found == {("Ann Toy", "A. Toy"): "same", ("Ann Toy", "A Toy"): ""}
    apart = frozenset(("Ann Toy", "A Toy"))
    assert {p.decision for p in proposed_names("people", works, aliases, [apart])} == {"same", "different"}


def test_names_of_merged_entries_and_of_xdata_do_not_count() -> None:
    works = works_of([work("a", "Toy, A."), work("b", "Toy, B."), work("c", "Toy, C.", kind="xdata")], ["b"])
    assert set(printed_names(works).people) == {"A. Toy"}


def test_a_name_has_each_division_into_family_and_given_name() -> None:
    names = printed_names([work("a", "Toy, Ann Maria"), work("b", "Maria Toy, Ann")])
    assert names.people == {"Ann Maria Toy": (Person("Maria Toy", "Ann"), Person("Toy", "Ann Maria"))}


NAMES = st.lists(
    st.sampled_from(["Toy, A.", "Toy, Ann", "Toy, Al", "toy, A", "Bear, Bo", "Bear, B.", "Ann"]), max_size=3
)


@given(st.lists(st.tuples(NAMES, st.sampled_from(["C# Report", "c report", "C Rep.", "(C)", ""])), max_size=5))
def test_the_order_of_the_works_does_not_matter_and_no_name_is_its_own_variant(
    rows: list[tuple[list[str], str]],
) -> None:
    works = [work(f"w{n}", "; ".join(names), venue) for n, (names, venue) in enumerate(rows)]
    for kind in KINDS:
        found = proposed_names(kind, works, {}, ())
        assert found == proposed_names(kind, works[::-1], {}, ())
        assert all(p.keep != p.same for p in found)
        assert {name for p in found for name in (p.keep, p.same)} <= set(works_with(kind, works))


def test_thousands_of_similar_names_are_compared_in_seconds() -> None:
    works = [work(f"w{n}", f"Toy, A. {n}; Bear, Bo", f"Journal of J{n} toys") for n in range(2_000)]
    start = time.process_time()
    for kind in KINDS:
        proposed_names(kind, works, {}, ())
    assert time.process_time() - start < 10  # 2 s on an idle core
