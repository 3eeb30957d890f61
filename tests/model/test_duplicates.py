"""What may be one work is proposed with a reason, whatever the order of the entries, and never decided."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.building.reading import Sources, read_bibliographies
from kg.model.bibliography import BibliographyEntry, Person
from kg.model.duplicates import LIKELY, duplicates

AUTHORS = (Person("Pei", "Kexin"), Person("Cao", "Yinzhi"))


def entry(key: str, title: str = "Testing toys in the dark", **given: object) -> BibliographyEntry:
    made = BibliographyEntry(key, "inproceedings", title, AUTHORS, False, "2017", "Toy Conference", {}, "")
    fields = given.pop("fields", {})
    return replace(made, fields=fields, **given)


def only(*entries: BibliographyEntry) -> tuple[str, int, str, str, str]:
    (found,) = duplicates(entries)
    return found.kind, found.score, found.keep, found.same, found.reason


# --- exact ---


def test_one_doi_in_two_files_and_spellings_is_exact(tmp_path: Path) -> None:
    (tmp_path / "bib").mkdir()
    for name, doi in (("one", "https://doi.org/10.5555/ToY.1"), ("two", "10.5555/toy.1")):
        text = f"@misc{{{name}, author = {{Example, Ada}}, title = {{Toys}}, doi = {{{doi}}}}}"
        (tmp_path / "bib" / f"{name}.bib").write_text(text, encoding="utf-8")
    reading = Sources(tmp_path)
    read_bibliographies(reading)
    kind, score, keep, same, reason = only(*(p for source in reading.bibliographies for p in source.publications))
    assert (kind, score, {keep, same}) == ("exact", 100, {"one", "two"})
    assert "same DOI 10.5555/" in reason


@pytest.mark.parametrize(("one", "other"), list(product([
    {"eprint": "1705.06640", "archiveprefix": "arXiv"}, {"url": "https://arxiv.org/abs/1705.06640v4"},
    {"journal": "arXiv preprint arXiv:1705.06640"}, {"journal": "CoRR", "volume": "abs/1705.06640"},
], repeat=2)))  # fmt: skip
def test_one_arxiv_id_is_exact_wherever_it_stands(one: dict[str, str], other: dict[str, str]) -> None:
    found = only(entry("a", "A title", fields=one), entry("b", "A title", fields=other))
    assert found[:2] == ("exact", 100)
    assert found[4] == "same arXiv id 1705.06640"


def test_an_id_of_another_archive_is_no_arxiv_id() -> None:
    fields = {"eprint": "1705.06640", "eprinttype": "hal"}
    assert duplicates([entry("a", "Toys", fields=fields), entry("b", "Quite another thing", fields=fields)]) == []


def test_one_doi_with_two_titles_is_doubted() -> None:
    reason = only(entry("a", "Testing toys", doi="10.5555/1"), entry("b", "Building houses", doi="10.5555/1"))[4]
    assert reason == "same DOI 10.5555/1, but other titles"


# --- likely ---


def test_a_preprint_with_another_title_is_likely_and_the_printed_work_is_kept() -> None:
    preprint = entry("k2016", "Testing toys in darkness", year="2016", venue="", fields={"eprint": "1605.00001"})
    kind, score, keep, same, reason = only(preprint, entry("pei2017", doi="10.5555/1"))
    assert (kind, keep, same) == ("likely", "pei2017", "k2016")
    assert score >= LIKELY
    assert reason == "titles 83% alike, years 2016 and 2017, same first author, one is a preprint"


def test_a_subtitle_that_one_entry_leaves_out_is_likely() -> None:
    long = entry("b", "Testing toys in the dark: an empirical study of what children see in other rooms at night")
    assert only(entry("a"), long)[4] == "one title begins with the other, both 2017, same first author"


@pytest.mark.parametrize("titles", [
    ("Toys in the large, Part I", "Toys in the large, Part II"),
    ("The state of toys 2016: a yearly report", "The state of toys 2017: a yearly report"),
    ("First workshop on toys in the large", "Second workshop on toys in the large"),
], ids=["parts", "years", "workshops"])  # fmt: skip
def test_works_of_a_series_are_not_proposed(titles: tuple[str, str]) -> None:
    assert duplicates([entry("a", titles[0]), entry("b", titles[1])]) == []


@pytest.mark.parametrize("title", ["Editorial", "Introduction to the special issue"])
def test_a_title_that_many_works_have_needs_more_than_itself(title: str) -> None:
    other = entry("b", title, authors=(Person("Muster", "Zoë"),), year="2003")
    assert duplicates([entry("a", title), other]) == []


def test_two_dois_speak_against_and_are_named_when_all_else_is_the_same() -> None:
    one, other = entry("a", doi="10.5555/1"), entry("b", doi="10.5555/2")
    assert only(one, other)[4] == "same title, both 2017, same first author, but two DOIs"
    assert duplicates([one, replace(other, title="Testing toys in the dark again")]) == []
    assert duplicates([one, replace(other, authors=AUTHORS[:1])]) == []


def test_the_doi_of_a_preprint_does_not_speak_against() -> None:
    found = only(entry("a", "Testing toys in the dark!", doi="10.48550/arXiv.1705.06640"), entry("b", doi="10.5555/2"))
    assert found[2:] == ("b", "a", "same title, both 2017, same first author, one is a preprint")


def test_what_speaks_against_lowers_the_score() -> None:
    base = entry("a", fields={"pages": "1--9"})
    scores = [
        only(base, replace(base, key="b", **change))[1]
        for change in (
            {},
            {"year": "2018"},
            {"year": "2020"},
            {"fields": {"pages": "30--39"}},
            {"authors": AUTHORS[::-1]},
        )
    ]
    assert scores[0] == 99
    assert scores[1] >= max(scores[2:])
    assert all(LIKELY <= score < 99 for score in scores[2:])


def test_accents_case_and_punctuation_do_not_matter() -> None:
    authors = (Person("PEĬ", "K."),)
    other = entry("b", "DEVELOPPER’S TOYS IN THE DARK", authors=authors)
    reason = only(entry("a", "Développer's “toys”: in the dark"), other)[4]
    assert reason == "same title, both 2017, same first author"


# --- decided ---


def test_what_is_decided_says_so_and_what_is_left_names_the_work_that_stays() -> None:
    entries = [entry(key, doi="10.5555/1") for key in "abc"]
    found = {(p.keep, p.same): p.decision for p in duplicates(entries, {"a": "c"})}
    assert found == {("a", "c"): "same", ("c", "b"): ""}
    assert {p.decision for p in duplicates(entries[:2], {}, [frozenset("ab")])} == {"different"}


# --- always ---

WORDS = st.sampled_from(["toy", "toys", "testing", "a", "ii", "dark", "Über", "２", "x" * 90, "’", "玩具"])
ENTRIES = st.lists(st.builds(
    entry, key=st.text(max_size=4), title=st.one_of(st.text(max_size=30), st.lists(WORDS, max_size=7).map(" ".join)),
    doi=st.sampled_from(["", "", "10.5555/1", "10.5555/2", "10.48550/arxiv.1705.06640"]),
    year=st.sampled_from(["", "2017", "2018", "in press", "²", "9" * 5000]),
    authors=st.lists(st.builds(Person, st.text(max_size=5)), max_size=2).map(tuple),
    kind=st.sampled_from(["article", "misc", "xdata"]), venue=st.sampled_from(["", "CoRR", "J"]),
    fields=st.dictionaries(st.sampled_from(["pages", "eprint", "url"]), st.text(max_size=8))),
    max_size=8, unique_by=lambda made: made.key)  # fmt: skip


@given(ENTRIES)
def test_order_does_not_matter_and_no_pair_comes_twice(entries: list[BibliographyEntry]) -> None:
    found = duplicates(entries)
    assert found == duplicates(entries[::-1])
    pairs = [frozenset((p.keep, p.same)) for p in found]
    assert all(len(pair) == 2 for pair in pairs)
    assert len(set(pairs)) == len(pairs)
    assert all(LIKELY <= p.score <= 100 and p.reason for p in found)


@given(ENTRIES)
def test_what_is_exact_is_found_without_comparing_titles(entries: list[BibliographyEntry]) -> None:
    exact = duplicates(entries, fuzzy=False)
    assert {p.kind for p in exact} <= {"exact"}
    assert exact == [p for p in duplicates(entries) if p.kind == "exact"]


@pytest.mark.parametrize(
    "title", ["Editorial", "Toys and toys number {}", "{0}toys {0} tests {0}s in the dark", "toys " * 20_000 + "{}"]
)
def test_the_work_grows_with_the_entries_and_not_with_their_square(title: str) -> None:
    # A thousand entries have half a million pairs; hostile titles make each look like all the others.
    entries = [entry(f"k{n}", title.format(n)) for n in range(1000)]
    started = time.perf_counter()
    duplicates(entries)
    assert time.perf_counter() - started < 20
