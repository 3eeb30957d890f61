"""Proposals as rows, and as decisions that are read back as soon as somebody puts their name to them."""

from __future__ import annotations

from unicodedata import normalize

from hypothesis import given
from hypothesis import strategies as st

from kg.core.files import SourceFile
from kg.model.bibliography import BibliographyEntry
from kg.model.duplicates import Proposal, duplicates
from kg.model.same_names import Kind
from kg.readers.same_as import check_same_as, read_same_as
from kg.render.text.reports import name_rows, names_yaml, proposal_rows, proposal_yaml


def works(*keys: str, title: str = "Toys") -> dict[str, BibliographyEntry]:
    return {key: BibliographyEntry(key, "misc", title, (), False, "", "", {}, "", doi="10.5555/1") for key in keys}


def read(text: str) -> tuple[list[str], dict[str, str]]:
    source = read_same_as(SourceFile("bib/same-as.yaml", text, "0"))
    return [p.rule for p in source.problems], dict(source.works.aliases)


def test_entries_that_hang_together_are_one_decision_without_a_name() -> None:
    found = works("a", "b", "c", "d")
    proposals = [p for p in duplicates(found.values()) if "d" not in (p.keep, p.same)]
    text = proposal_yaml([*proposals, Proposal("likely", 90, "d", "e", "alike")], found | works("e"))
    assert text.count("  - keep:") == 2
    assert 'keep: "a"\n    same: ["b", "c"]\n    decided_by:\n    because: "same DOI 10.5555/1"\n' in text
    assert read(text)[0] == ["same-as/missing-field"] * 2
    assert read(text.replace("decided_by:", "decided_by: Toy")) == ([], {"b": "a", "c": "a", "e": "d"})


def test_what_is_decided_is_a_row_and_no_decision_to_fill_in() -> None:
    found = works("a", "b")
    decided = duplicates(found.values(), {"b": "a"})
    assert [row["decision"] for row in proposal_rows(decided, found, decided=True)] == ["same"]
    assert "decision" not in proposal_rows(decided, found, decided=False).columns
    assert proposal_yaml(decided, found) == ""


def test_each_merged_entry_has_its_reason() -> None:
    found = works("a", "b", "c")
    chain = [Proposal("exact", 100, "a", "b", "same DOI"), Proposal("likely", 90, "b", "c", "same title")]
    lines = proposal_yaml(chain, found).splitlines()
    assert lines[1:3] == ["  # a and b: same DOI (exact, 100)", "  # b and c: same title (likely, 90)"]
    assert lines[-1] == '    because: "a and b: same DOI; b and c: same title"'


@given(st.lists(st.text(min_size=1, max_size=6), min_size=2, max_size=4, unique=True), st.text(max_size=10))
def test_any_key_and_title_is_written_so_that_it_is_read_back(keys: list[str], title: str) -> None:
    keys = [key.strip() for key in keys if key.strip() and key.isprintable()]
    found = works(*keys, title=title)
    source = read_same_as(
        SourceFile(
            "bib/same-as.yaml",
            proposal_yaml(duplicates(found.values()), found).replace("decided_by:", "decided_by: Toy"),
            "0",
        )
    )
    assert [p.rule for p in source.problems] == ([] if len(found) > 1 else ["same-as/empty"])
    assert not check_same_as(source, keys)
    assert len(source.works.aliases) == max(0, len(found) - 1)


# --- names ---

NAMES: dict[Kind, list[Proposal]] = {
    "people": [
        Proposal("exact", 100, "Ann Toy", "A. Toy", "same ORCID iD"),
        Proposal("likely", 75, "Al Toy", "A. Toy", "compatible given names"),
        Proposal("likely", 90, "Bo Bear", "B. Bear", "one", "different"),
    ],
    "venues": [],
}
WORKS: dict[Kind, dict[str, int]] = {
    "people": {"Ann Toy": 2, "A. Toy": 1, "Al Toy": 1, "Bo Bear": 1, "B. Bear": 1},
    "venues": {},
}


def test_a_short_name_of_two_people_becomes_one_decision_and_a_note() -> None:
    text = names_yaml(NAMES, WORKS)
    assert text.splitlines() == [
        "people:",
        "  # Ann Toy (works: 2) and A. Toy (works: 1): same ORCID iD (exact, 100)",
        "  # not in this decision: Al Toy and A. Toy: compatible given names (likely, 75)",
        '  - keep: "Ann Toy"',
        '    same: ["A. Toy"]',
        "    decided_by:",
        '    because: "same ORCID iD"',
    ]
    source = read_same_as(SourceFile("bib/same-as.yaml", text.replace("decided_by:", "decided_by: Toy"), "0"))
    assert (source.problems, dict(source.people.aliases)) == ((), {"A. Toy": "Ann Toy"})


def test_a_doubt_is_in_the_comment_and_not_in_the_reason_that_a_person_signs() -> None:
    doubted = Proposal("likely", 75, "Ann Toy", "A. Toy", "common co-author Bo Bear, but may be Al Toy too")
    lines = names_yaml({"people": [doubted]}, WORKS).splitlines()
    assert "Al Toy" in lines[1]
    assert lines[-1] == '    because: "common co-author Bo Bear"'


def test_names_are_rows_with_the_number_of_works_of_each() -> None:
    rows = list(name_rows(NAMES, WORKS, decided=True))
    first = ("people", "exact", 100, "Ann Toy", "A. Toy", "same ORCID iD", 2, 1, "")
    assert tuple(rows[0].values()) == first
    assert rows[2]["decision"] == "different"
    assert "decision" not in name_rows(NAMES, WORKS, decided=False).columns


@given(st.lists(st.text(min_size=1, max_size=6), min_size=2, max_size=4, unique=True))
def test_any_name_is_written_so_that_it_is_read_back(names: list[str]) -> None:
    keep, *others = sorted({name.strip() for name in names if name.strip() and name.isprintable()}) or ["x"]
    found: dict[Kind, list[Proposal]] = {"venues": [Proposal("exact", 100, keep, name, "x") for name in others]}
    text = names_yaml(found, {"venues": dict.fromkeys([keep, *others], 1)}).replace("decided_by:", "decided_by: Toy")
    source = read_same_as(SourceFile("bib/same-as.yaml", text, "0"))
    assert [p.rule for p in source.problems] == ([] if others else ["same-as/empty"])
    nfc = {normalize("NFC", name) for name in (keep, *others)}
    assert set(source.venues.named) == (nfc if others else set())
