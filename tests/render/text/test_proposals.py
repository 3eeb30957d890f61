"""Proposals as rows, and as decisions that are read back as soon as somebody puts their name to them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kg.core.files import SourceFile
from kg.model.bibliography import BibliographyEntry
from kg.model.duplicates import Proposal, duplicates
from kg.readers.same_as import check_same_as, read_same_as
from kg.render.text.reports import proposal_rows, proposal_yaml


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
    assert proposal_yaml(decided, found) == "decisions:\n"


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
    assert not source.problems
    assert not check_same_as(source, keys)
    assert len(source.works.aliases) == max(0, len(found) - 1)
