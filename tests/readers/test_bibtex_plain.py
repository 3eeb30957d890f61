"""The fast reader of plain entries gives the same result as the careful one."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kg.core.files import SourceFile
from kg.readers.bibliography import BibSource, read_bibliography
from kg.readers.bibtex import blocks as bibtex_blocks
from kg.readers.bibtex.plain import read_plain
from kg.readers.formats import read_file

TRIALS = os.environ.get("KG_BIBTEX_TRIALS", "")


def with_care(files: list[SourceFile]) -> list[BibSource]:
    with patch.object(bibtex_blocks, "_at_line_start", return_value=None):
        return read_bibliography(files)


def same(files: list[SourceFile]) -> None:
    for found, expected in zip(read_bibliography(files), with_care(files), strict=True):
        assert replace(found, publications=()) == replace(expected, publications=())
        assert [*map(repr, found.publications)] == [*map(repr, expected.publications)]


def plain(text: str) -> bool:
    return read_plain(text, text.index("{") + 1, len(text)) is not None


WORDS = ["@article{", "@string{", "@comment{", "@preamble{", "@Book {", "@misc(", "\n@misc{", "% @misc{", "key", "a b",
         ",", " = ", "=", "{", "}", "{{", "}}", '"', "#", "%", "\\", "\\{", '{\\"o}', "\n", " ", "\t", "\xa0", "title",
         "Year", "author", "crossref", "jan", "2031", "{A {B {C {D {E}}}}}", '"a {"} b"', "{x@y.org}", "{\n@b{c,}",
         "{ @b{c, d = {}}}", "@", "\x1f", "ſ", "title = {A},\n", "year = 2031,\n", "}\n", "}\n\n@misc{k,"]  # fmt: skip
VALUES = st.one_of(st.sampled_from(["{A}", "{A {B} C}", '"A"', '"A {"} B"', "2031", "jan", "mac", "mac # {x}", "", "{",
                                    "a b", "{10.1/x}", "{\\'e and B}", "{other}", "٣", "{a@b}", "{\n@c{d,}}"]),
                   st.text("{}\\\"@=,#% \na", max_size=12))  # fmt: skip
FIELDS = st.tuples(
    st.sampled_from(["title", "TITLE", "year", "doi", "author", "crossref", "month", "a b", "x%"]),
    st.sampled_from([" = ", "=", "\n=\t"]),
    VALUES,
    st.sampled_from([",\n", ",", " ,, ", "", " % x\n,"]),
)
ENTRIES = st.tuples(st.sampled_from(["@misc{", "@Article {", "@misc\n{", " @misc{", "@string{", "@misc("]),
                    st.sampled_from(["key,", "other,\n", " k , ", "a b,", "k%,", "", "k"]),
                    st.lists(FIELDS.map("".join), max_size=4).map("".join),
                    st.sampled_from(["}\n", "}\n\n", "}", "", ")\n"])).map("".join)  # fmt: skip


@settings(max_examples=400)
@given(st.lists(ENTRIES, max_size=5).map("".join))
@example("@string{mac = {M}}\n@misc{key,title = mac, doi={10.1/x}}\n@misc{other,\ncrossref = {key},}\n")
@example("@misc{key,title = {A}, note = {\n @misc{b, c = {d}}}}\n")
@example("@misc{key,title = {A\n@misc{other,\ntitle = {B}}\n")
def test_both_readers_read_entries_the_same(text: str) -> None:
    same([SourceFile("bib/x.bib", text, "0")])


@settings(max_examples=400)
@given(st.lists(st.sampled_from(WORDS), max_size=40).map("".join))
def test_both_readers_read_any_file_the_same(text: str) -> None:
    same([SourceFile("bib/x.bib", text, "0")])


def test_entries_that_programs_write_are_plain() -> None:
    assert plain('@article{key,\n author = {M{\\"u}ller, A. and B},\n title = "{CI}",\n year = 2031,\n month = may}')
    assert plain("@article{key, title = {A {B {C {D}}}}, note = {a@b.org},}")


@pytest.mark.parametrize("text", [
    "@article{a key, title = {A}}", "@article{key title = {A}}", "@article{key, title = {A} year = 2031}",
    "@article{key, title = {A}, title = {B}}", "@article{key, title = {A} # mac}", "@article{key, title = two words}",
    "@article{key, % what\n title = {A}}", "@article{key, title = {A {B {C {D {E}}}}}}", "@article{key, title = {A}",
    '@article{key, title = "A"B"}', "@article{key}"])  # fmt: skip
def test_unusual_entries_are_not_plain(text: str) -> None:
    assert not plain(text)


def test_the_place_of_a_field_is_found_when_needed() -> None:
    text = "\n\n@misc{key, title = {A},\n  note = {\n},\n   year = {soon}, doi = {none}}\n"
    (source,) = read_bibliography([SourceFile("bib/x.bib", text, "0")])
    places = {problem.rule: str(problem.where) for problem in source.problems}
    assert places["bibliography/year"] == "bib/x.bib:6:4"
    assert places["bibliography/doi"] == "bib/x.bib:6:19"


def test_time_is_linear_in_the_number_of_macros() -> None:
    fields = "".join(f"f{number} = mac{number},\n" for number in range(20_000))
    (source,) = read_bibliography([SourceFile("bib/x.bib", f"@misc{{key,\n{fields}}}\n", "0")])
    undefined = [problem.where.line for problem in source.problems if problem.rule == "bibtex/undefined-string"]
    assert undefined == list(range(2, 20_002))


@pytest.mark.skipif(not TRIALS, reason="KG_BIBTEX_TRIALS names no folders of .bib files")
def test_both_readers_read_files_of_other_projects_the_same() -> None:
    for root in map(Path, TRIALS.split(os.pathsep)):
        read = [read_file(root, path) for path in sorted(root.rglob("*.bib"))]
        files = [file for file in read if isinstance(file, SourceFile)]
        same(files)
        for file in files:
            same([file])
