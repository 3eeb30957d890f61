"""BibTeX as a bibtexparser library, compared with bibtexparser's own parse."""

from __future__ import annotations

from pathlib import Path

import bibtexparser
import pytest
from bibtexparser.model import Entry

from kg.readers.bibtex.as_library import library_of

TEXT = r"""@string{jtoy = {Journal of Toy Studies}}

@article{example2031,
  author = {Example, Ada and {\"O}rtel, J{\"o}rg},
  title = "A toy study of {CI} builds",
  journal = jtoy,
  month = mar,
  year = 2031,
}
@InProceedings{muster2032, title = {Toy tests revisited}, year = {2032}}
@book(paren2033, title = {In parentheses})
"""
VANSKA = (Path(__file__).parents[2] / "bib" / "vanska2024.bib").read_text(encoding="utf-8")


def facts(entry: Entry) -> tuple[object, ...]:
    fields = [(field.key.lower(), field.value, field.start_line) for field in entry.fields]
    return entry.entry_type, entry.key, entry.start_line, entry.raw, fields


@pytest.mark.parametrize("text", [TEXT, VANSKA], ids=["toys", "vanska2024"])
def test_the_library_equals_the_parse_of_bibtexparser(text: str) -> None:
    own, other = library_of(text), bibtexparser.parse_string(text)
    assert other.failed_blocks == []
    assert own.failed_blocks == []
    assert [facts(entry) for entry in own.entries] == [facts(entry) for entry in other.entries]
    assert {s.key: (s.value, s.start_line, s.raw) for s in own.strings} == {
        s.key: (s.value, s.start_line, s.raw) for s in other.strings
    }


def test_a_written_library_is_read_back_the_same() -> None:
    written = bibtexparser.write_string(library_of(TEXT))
    assert "month = mar" in written
    own, again = library_of(TEXT), library_of(written)
    assert [entry.fields_dict["title"].value for entry in again.entries] == [
        entry.fields_dict["title"].value for entry in own.entries
    ]


def test_macros_are_replaced_in_concatenations() -> None:
    (entry,) = library_of('@string{pub = {Toys}}\n@book{a, publisher = pub # " Ltd"}').entries
    assert entry["publisher"] == "Toys Ltd"


def test_a_macro_that_is_defined_again_has_its_new_value_in_later_entries() -> None:
    library = library_of("@string{j = {Old}}\n@misc{a, note = j}\n@string{j = {New}}\n@misc{b, note = j}")
    assert [entry["note"] for entry in library.entries] == ["Old", "New"]
    assert library.failed_blocks == []


def test_an_entry_that_cannot_be_read_is_a_failed_block() -> None:
    library = library_of("@misc{a, title = {A}}\n@misc{b, title = {B\n@misc{c, title = {C}}")
    assert [entry.key for entry in library.entries] == ["a", "c"]
    (failed,) = library.failed_blocks
    assert failed.start_line == 1
    assert (failed.raw or "").startswith("@misc{b")


def test_text_without_entries_makes_an_empty_library() -> None:
    assert library_of("").blocks == []
