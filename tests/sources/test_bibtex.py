"""BibTeX: every entry becomes a publication or a problem with its line, whatever the file holds."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kg.model import Person
from kg.problems import Problem
from kg.sources.bibtex import BibSource, read_bibtex
from kg.sources.files import SourceFile, find_sources, read_source
from kg.sources.latex import to_unicode
from tests.toy import JOURNAL_BIB, REPORTS_BIB

GOOD = ("@article{good, author={Ada Example}, title={T}, journal={J}, year={2031}, volume={1}, pages={1}, "
        "doi={10.5555/x}}\n")


def read(text: str) -> BibSource:
    return read_bibtex(SourceFile("bib/x.bib", text, "0"))


def rules(source: BibSource) -> list[tuple[str, int, str]]:
    return [(p.rule, p.where.line, p.severity) for p in source.problems]


# --- good input ---


def test_names_are_split_and_decoded_one_by_one() -> None:
    example2031, muster2032 = read(JOURNAL_BIB).publications
    assert example2031.authors == (Person("Example", "Ada"), Person("Örtel", "Jörg"))
    assert example2031.label == "Example and Örtel (2031)"
    assert (muster2032.authors, muster2032.others) == ((Person("Muster", "Zoë"),), True)
    assert muster2032.label == "Muster et al. (2032)"


def test_an_organisation_in_double_braces_is_one_name() -> None:
    (acme2030,) = read(REPORTS_BIB).publications
    assert acme2030.authors == (Person("Acme Toys and Sons"),)
    assert acme2030.label == "Acme Toys and Sons (2030)"


def test_macros_are_resolved_and_titles_lose_their_braces() -> None:
    example2031 = read(JOURNAL_BIB).publications[0]
    assert example2031.venue == "Journal of Toy Studies"
    assert example2031.title == "A toy study of CI builds, 100% made up"
    assert example2031.doi == "10.5555/toy.1"


def test_an_entry_is_kept_as_it_was_written() -> None:
    assert read(REPORTS_BIB).publications[0].raw == REPORTS_BIB.strip()


def test_each_entry_knows_its_line() -> None:
    source = read(JOURNAL_BIB)
    assert {key: str(where) for key, where in source.places.items()} == {
        "example2031": "bib/x.bib:4:1", "muster2032": "bib/x.bib:14:1"}


# --- what can be wrong ---

FAULTS = {
    "a key given twice": ("@article{good, title={U}}\n", "bibtex/duplicate-key", "error"),
    "a field given twice": ("@article{b, title={T}, title={U}}\n", "bibtex/duplicate-field", "warning"),
    "an entry that does not end": ("@article{b, title={T}\n", "bibtex/syntax", "error"),
    "a comma that is missing": ("@article{b\n title={T}}\n", "bibtex/syntax", "error"),
    "a year that is none": ("@misc{b, title={T}, year={20x0}}\n", "bibliography/year", "warning"),
    "no title": ("@misc{b, year={2000}}\n", "bibliography/title", "warning"),
    "no journal": ("@book{b, author={A}, title={T}, year={2000}}\n", "bibliography/missing-field", "info"),
}


@pytest.mark.parametrize(("text", "rule", "severity"), FAULTS.values(), ids=FAULTS)
def test_a_fault_has_its_rule_and_line_and_the_neighbours_stay(text: str, rule: str, severity: str) -> None:
    source = read(f"% a comment\n{GOOD}{text}{GOOD.replace('good', 'after')}")
    problem = next(p for p in source.problems if p.rule == rule)
    assert (problem.rule, problem.severity) == (rule, severity)
    assert problem.where.line == 3
    assert problem.message
    assert problem.hint
    assert {"good", "after"} <= {publication.key for publication in source.publications}
    assert source.entries == 3


def test_a_field_of_a_long_entry_has_its_own_line() -> None:
    source = read("@misc{b,\n  title = {T},\n  year = {soon}\n}\n")
    assert rules(source) == [("bibliography/year", 3, "warning")]


def test_a_second_key_names_the_line_of_the_first() -> None:
    (problem,) = [p for p in read(GOOD + "\n" + GOOD).problems if p.severity == "error"]
    assert problem.message == "a second entry `good`, the first is in line 1"


def test_a_concatenation_is_resolved_or_reported() -> None:
    source = read('@string{pub = "Toy"}\n@misc{b, title={T}, year={2000}, publisher = pub # { Ltd}}\n')
    assert source.problems or source.publications[0].fields["publisher"] == "Toy Ltd"


@pytest.mark.parametrize("text", ["@in-proceedings{b, title={T}}", "@article\n{b, title={T}}", "@ misc{b, title={T}}"])
def test_what_begins_like_an_entry_is_never_lost_without_a_word(text: str) -> None:
    source = read(GOOD + text)
    assert source.entries == 2
    assert source.problems or len(source.publications) == 2


@given(st.text() | st.from_regex(r"@[a-z]{1,5}[{(][a-z ,={}\"#@\\%]*", fullmatch=True))
@example('@article{a, title = "b {"}quoted{"} c"}')
@example("@article{a, author={A and B and and C}}")
def test_any_text_is_read_and_every_entry_is_accepted_or_a_problem(text: str) -> None:
    source = read(text)
    errors = [problem for problem in source.problems if problem.severity == "error"]
    assert source.entries == len(source.publications) + len(errors)
    assert all(1 <= problem.where.line <= text.count("\n") + 1 for problem in source.problems)


# --- LaTeX ---


@given(st.text())
@example(r"\begin{a}\end{b}$\frac")
@example("{" * 200)
def test_any_value_can_be_decoded(value: str) -> None:
    assert "\n" not in to_unicode(value)


@given(st.text(alphabet="abc {}\\é", max_size=20), st.text(alphabet="xyz ", max_size=10))
@example("a ", " z")
@example(r"100\ ", "made up")
def test_an_unescaped_percent_never_cuts_what_follows(before: str, after: str) -> None:
    # BibTeX files from publishers hold bare % signs; TeX would read a comment.
    decoded = unicodedata.normalize("NFD", to_unicode(f"{before}%{after}END"))
    assert "".join(c for c in decoded if not unicodedata.combining(c)).endswith("END")  # \b{…} puts bars under letters


@pytest.mark.parametrize(("latex", "text"), [
    (r"J{\"o}rg", "Jörg"), (r"\'Etude", "Étude"), (r"{\ss}", "ß"), ("a---b", "a—b"), ("10--19", "10–19"),
    (r"50\% \& more", "50% & more"), ("{DevOps} and {ML}", "DevOps and ML"),
    (r"100% J{\"o}rg", "100% Jörg"), ("{50% of {DevOps}}", "50% of DevOps"), ("plain", "plain"),
])
def test_latex_becomes_the_text_it_stands_for(latex: str, text: str) -> None:
    assert to_unicode(latex) == text


# --- files ---


def problem_of(folder: Path, data: bytes, max_bytes: int = 1000) -> SourceFile | Problem:
    path = folder / "x.bib"
    path.write_bytes(data)
    return read_source(folder, path, max_bytes)


def test_a_byte_that_is_not_utf_8_has_its_line_and_column(tmp_path: Path) -> None:
    problem = problem_of(tmp_path, b"@misc{a,\n  title = {caf\xe9}}")
    assert isinstance(problem, Problem)
    assert (str(problem.where), problem.rule) == ("x.bib:2:15", "file/not-utf-8")


def test_a_file_that_is_too_large_or_gone_is_a_problem(tmp_path: Path) -> None:
    large = problem_of(tmp_path, b"x" * 1001)
    gone = read_source(tmp_path, tmp_path / "gone.bib")
    assert isinstance(large, Problem)
    assert isinstance(gone, Problem)
    assert (large.rule, gone.rule) == ("file/too-large", "file/unreadable")


def test_a_byte_order_mark_and_windows_line_ends_are_not_part_of_the_text(tmp_path: Path) -> None:
    file = problem_of(tmp_path, b"\xef\xbb\xbf@misc{a,\r\n}")
    assert isinstance(file, SourceFile)
    assert file.text == "@misc{a,\n}"


def test_files_are_found_in_the_order_of_their_names(tmp_path: Path) -> None:
    (tmp_path / "bib").mkdir()
    for name in ("b.bib", "a.bib", "c.txt"):
        (tmp_path / "bib" / name).touch()
    assert [path.name for path in find_sources(tmp_path, "bib", "*.bib")] == ["a.bib", "b.bib"]
    assert find_sources(tmp_path, "elsewhere", "*.bib") == []
