"""Decisions on entries of the same work: mistakes have their place, and contradictions are reported."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.core.files import SourceFile
from kg.core.problems import Problem
from kg.readers.same_as import SameAsSource, check_same_as, read_same_as
from tests.toy import place_of

WORKS = ["example2031", "ex31", "muster2032", "muster31", "acme2030"]
GOOD = """\
decisions:
  - keep: example2031
    same: [ex31]
    decided_by: Toy Annotator
    date: 2032-01-02
    because: One DOI.
  - different: [muster2032, muster31]
    decided_by: Toy Annotator
    because: Two talks.
"""


def read(text: str) -> SameAsSource:
    return read_same_as(SourceFile("bib/same-as.yaml", text, "0"))


def test_decisions_merge_entries_or_keep_them_apart() -> None:
    source = read(GOOD)
    assert (source.problems, check_same_as(source, WORKS), source.entries) == ((), [], 2)
    assert source.works.aliases == {"ex31": "example2031"}
    assert source.works.different == {frozenset(("muster2032", "muster31"))}


def test_a_merged_entry_that_is_kept_apart_counts_as_the_kept_entry() -> None:
    source = read(GOOD.replace("[muster2032, muster31]", "[ex31, muster31]"))
    assert source.works.different == {frozenset(("example2031", "muster31"))}


MORE = "  - keep: {}\n    same: [{}]\n    decided_by: x\n    because: y\n"
APART = "  - different: [{}]\n    decided_by: x\n    because: y\n"
FAULTS = {  # what is changed, into what; the rule; the text at the place; words of the hint
    "unknown key": ("because: One", "date_: x\n    because: One", "unknown-key", "date_", "did you mean date?"),
    "nobody": ("decided_by: Toy Annotator\n    date", "date", "missing-field", "keep", "Who decided"),
    "left empty": ("decided_by: Toy Annotator\n    date", "decided_by:\n    date", "missing-field", "\n    date",
                   "Who decided"),
    "no reason": ("    because: One DOI.\n", "", "missing-field", "keep", "What it was decided by"),
    "no date": ("2032-01-02", "yesterday", "invalid", "yesterday", "2026-11-23"),
    "no list": ("[ex31]", "ex31", "invalid", "ex31", "[ex31]"),
    "unknown work": ("[ex31]", "[ex3l]", "unknown-work", "ex3l", "did you mean ex31?"),
    "unknown kept": ("keep: example2031", "keep: example2O31", "unknown-work", "example2O31", "example2031"),
    "itself": ("[ex31]", "[example2031]", "kept-and-merged", "example2031]", "the other entries"),
    "merged twice": ("  - diff", MORE.format("muster2032", "ex31") + "  - diff", "merged-twice",
                     "ex31]\n    decided_by: x", "keep one"),
    "twice in one": ("[ex31]", "[ex31, ex31]", "merged-twice", "ex31]", "keep one"),
    "chain": ("  - diff", MORE.format("ex31", "acme2030") + "  - diff", "chain", "ex31\n    same: [acme2030]",
              "write `keep: example2031` here"),
    "contradiction": ("[muster2032, muster31]", "[ex31, example2031]", "contradiction", "[ex31, ex", "keep one"),
    "decided twice": ("  - diff", APART.format("muster31, muster2032") + "  - diff", "decided-twice",
                      "[muster2032, muster31]", "keep one"),
    "one twice": ("[muster2032, muster31]", "[muster31, muster31]", "named-twice", "[muster31", "once"),
    "of one": ("[muster2032, muster31]", "[muster31]", "incomplete", "[muster31]", "[A, B]"),
    "both forms": ("    same: [ex31]", "    same: [ex31]\n    different: [acme2030, muster31]", "two-decisions",
                   "keep:", "two decisions"),
    "neither form": ("    same: [ex31]\n", "", "incomplete", "keep:", "same: [B]"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_has_place_rule_and_hint(name: str) -> None:
    old, new, rule, at, hint = FAULTS[name]
    assert old in GOOD
    text = GOOD.replace(old, new, 1)
    source = read(text)
    line, column = place_of(text, at)
    found = [*source.problems, *check_same_as(source, WORKS)]
    assert [(p.rule, str(p.where)) for p in found] == [(f"same-as/{rule}", f"bib/same-as.yaml:{line}:{column}")]
    assert hint in found[0].hint


def test_entries_that_are_merged_into_each_other_are_reported() -> None:
    source = read("decisions:\n" + MORE.format("ex31", "example2031") + MORE.format("example2031", "ex31"))
    assert [p.rule for p in check_same_as(source, WORKS)] == ["same-as/chain", "same-as/chain"]


def test_no_decisions_are_fine_and_an_empty_file_is_reported() -> None:
    assert (read("decisions:\n").problems, read("decisions: []\n").problems) == ((), ())
    (problem,) = read("# nothing\n").problems
    assert (problem.rule, problem.message) == ("same-as/empty", "this file contains no decisions")


@pytest.mark.parametrize(
    ("key", "hint"),
    [("person", "did you mean people?"), ("journals", "did you mean venues?"), ("decision", "did you mean decisions?")],
)
def test_an_unknown_list_is_reported_with_the_one_that_is_meant(key: str, hint: str) -> None:
    (problem,) = read(f"{key}:\n  - keep: x\n").problems
    assert (problem.rule, problem.message, problem.hint) == ("same-as/unknown-key", f"unknown key `{key}`", hint)


KEYS = st.sampled_from([*WORKS, "", "../../x", "ü", "\x1b[31m"])


@given(st.lists(st.tuples(KEYS, st.lists(KEYS, max_size=3), st.booleans()), max_size=5))
def test_a_kept_work_is_never_merged_without_a_problem(
    decided: list[tuple[str, list[str], bool]],
) -> None:
    text = "decisions:\n" + "".join(
        (MORE.format(repr(keep), ", ".join(map(repr, keys))) if merge else APART.format(", ".join(map(repr, keys))))
        for keep, keys, merge in decided
    )
    source = read(text)
    found = [*source.problems, *check_same_as(source, WORKS)]
    assert found or not set(source.works.aliases) & set(source.works.aliases.values())


@given(st.text(max_size=60))
def test_any_text_is_read_or_reported(text: str) -> None:
    source = read("decisions:\n  - keep: " + text)
    check_same_as(source, WORKS)


# --- names and venues ---

PEOPLE, VENUES = ["Ann Toy", "A. Toy", "Örtel"], ["AISec", "AISEC"]
NAMES = """\
people:
  - keep: Ann Toy
    same: [A. Toy]
    decided_by: Toy Annotator
    because: One page of the university.
venues:
  - different: [AISec, AISEC]
    decided_by: Toy Annotator
    because: Made up.
"""


def found_in(text: str) -> list[Problem]:
    source = read(text)
    return [*source.problems, *check_same_as(source, WORKS, PEOPLE, VENUES)]


def test_names_and_venues_are_decided_by_what_is_printed() -> None:
    source = read(GOOD + NAMES)
    assert (found_in(GOOD + NAMES), source.entries) == ([], 4)
    assert source.people.aliases == {"A. Toy": "Ann Toy"}
    assert source.venues.different == {frozenset(VENUES)}
    assert source.works.aliases == {"ex31": "example2031"}


def test_a_name_in_the_list_of_another_kind_is_reported_with_its_own_list() -> None:
    for text, message, hint in (
        (NAMES.replace("people:", "decisions:"), "no entry `Ann Toy` in", "decisions on names belong under `people:`"),
        (NAMES.replace("A. Toy", "AISec"), "an author called `AISec`", "decisions on venues belong under `venues:`"),
        (NAMES.replace("A. Toy", "ex31"), "an author called `ex31`", "decisions on entries belong under `decisions:`"),
    ):
        problem = found_in(text)[0]
        assert message in problem.message
        assert problem.hint == hint


def test_an_accent_in_two_encodings_is_one_name() -> None:
    assert found_in(NAMES.replace("A. Toy", "O\N{COMBINING DIAERESIS}rtel")) == []


NAME_FAULTS = {  # what is changed, into what; the rule; the text at the place; words of the message and of the hint
    "no author": ("[A. Toy]", "[A. Toi]", "unknown-name", "A. Toi", "no work has an author", "did you mean A. Toy?"),
    "other order": ("[A. Toy]", '["Doll, D."]', "unknown-name", '"Doll', "no work has an author", "given name first"),
    "no venue": ("[AISec, ", "[AIsec!, ", "unknown-venue", "AIsec!", "no work has the venue", "did you mean"),
    "itself": ("[A. Toy]", "[Ann Toy]", "kept-and-merged", "Ann Toy]", "into itself", "other names of the person"),
    "venue of one": ("[AISec, AISEC]", "[AISEC]", "incomplete", "[AISEC]", "one venue only", "[A, B]"),
    "nobody": ("    decided_by: Toy Annotator\n", "", "missing-field", "keep", "decided_by", "Who decided"),
    "a key of a work": ("keep: Ann", "kept: Ann", "unknown-key", "kept", "this decision", "did you mean keep?"),
}


@pytest.mark.parametrize("name", NAME_FAULTS)
def test_a_fault_in_a_decision_on_names_has_place_rule_and_hint(name: str) -> None:
    old, new, rule, at, message, hint = NAME_FAULTS[name]
    text = NAMES.replace(old, new, 1)
    line, column = place_of(text, at)
    problem = found_in(text)[0]
    assert (problem.rule, str(problem.where)) == (f"same-as/{rule}", f"bib/same-as.yaml:{line}:{column}")
    assert message in problem.message
    assert hint in problem.hint
