"""Titles, venues, years and kinds as biblatex (manual 3.20) and BibTeX (btxdoc, plain.bst) understand the fields."""

from __future__ import annotations

import time

import pytest

from kg.core.files import SourceFile
from kg.core.problems import Problem
from kg.model.bibliography import BibliographyEntry
from kg.readers.bibliography import BibSource, read_bibtex


def read(text: str) -> BibSource:
    return read_bibtex(SourceFile("bib/x.bib", text, "0"))


def only(text: str) -> BibliographyEntry:
    (publication,) = read(text).publications
    return publication


def warnings(text: str) -> list[Problem]:
    return [problem for problem in read(text).problems if problem.severity == "warning"]


# --- titles: biblatex.def, title and maintitle+title; the colon is that of pandoc and CSL ---

TITLES = {
    "book": "title = {Toys}, subtitle = {A Study}, titleaddon = {Draft}",
    "collection": "title = {Bears}, maintitle = {Toys}, mainsubtitle = {A Study}, volume = 2",
    "proceedings": "title = {Bears}, maintitle = {Toys}",
    "article": "title = {Toys}, maintitle = {Not printed}",
    "misc": r"title = {Toys for {C{}++}: a study}, subtitle = {a study}",
    "reference": "title = {Toys}, maintitle = {Toys}, volume = 2",
}
PRINTED = [
    "Toys: A Study. Draft",
    "Toys: A Study. Vol. 2: Bears",
    "Toys. Bears",
    "Toys",
    "Toys for C++: a study",
    "Toys",
]


@pytest.mark.parametrize(("kind", "title"), [*zip(TITLES, PRINTED, strict=True)])
def test_a_title_has_all_its_parts(kind: str, title: str) -> None:
    assert only(f"@{kind}{{a, {TITLES[kind]}}}").title == title


VENUES = {
    # plain.bst prints the book title of a paper in proceedings, whatever journal the entry names.
    ("inproceedings", "journal = {J}, booktitle = {B}"): "B",
    ("inproceedings", "journal = {J}"): "J",
    ("incollection", "booktitle = {B}, booksubtitle = {S}, booktitleaddon = {A}"): "B: S. A",
    ("inbook", "booktitle = {B}, maintitle = {M}, mainsubtitle = {S}, volume = {2}"): "M: S. Vol. 2: B",
    ("inproceedings", "maintitle = {M}"): "M",
    ("article", "journal = {J}, booktitle = {B}"): "J",
    ("article", "journaltitle = {J}, journalsubtitle = {S}"): "J: S",
    ("article", "journal = {J}, journalsubtitle = {S}"): "J: S",
    ("article", "journal = {Abbr. J.}, journaltitle = {J}"): "J",  # biber: journal is an alias of journaltitle
    ("article", "booktitle = {B}"): "B",
    ("misc", "journal = {J}"): "J",
    ("thesis", "school = {U}"): "",
}


@pytest.mark.parametrize(("written", "venue"), VENUES.items())
def test_a_venue_is_what_the_styles_print(written: tuple[str, str], venue: str) -> None:
    kind, fields = written
    assert only(f"@{kind}{{a, title = {{T}}, {fields}}}").venue == venue


# --- crossref: manual, 2.4.1 and appendix B ---

PARENT = "title = {Toys}, subtitle = {A Study}, titleaddon = {Draft}"
CROSSREFS = {
    ("inproceedings", "proceedings"): ("Bears", "Toys: A Study. Draft"),
    ("incollection", "mvcollection"): ("Bears", "Toys: A Study. Draft"),
    ("book", "mvbook"): ("Toys: A Study. Draft. Bears", ""),
    ("article", "periodical"): ("Bears", "Toys: A Study. Draft"),
}


@pytest.mark.parametrize(("kinds", "printed"), CROSSREFS.items())
def test_the_title_of_a_parent_has_another_name_in_its_parts(kinds: tuple[str, str], printed: tuple[str, str]) -> None:
    kind, parent = kinds
    text = f"@{kind}{{a, title = {{Bears}}, crossref = {{p}}}}\n@{parent}{{p, {PARENT}}}"
    child = read(text).publications[0]
    assert (child.title, child.venue) == printed


def test_a_subtitle_is_not_inherited_without_its_title() -> None:
    text = f"@inproceedings{{a, title = {{B}}, booktitle = {{Own}}, crossref = {{p}}}}\n@proceedings{{p, {PARENT}}}"
    assert read(text).publications[0].venue == "Own"


def test_a_parent_is_found_by_its_aliases() -> None:  # manual, 2.2.3: ids
    text = "@inbook{a, title = {B}, crossref = {Old}}\n@book{new, ids = {older, old}, title = {Toys}, date = {2031}}"
    source = read(text)
    child = source.publications[0]
    assert (child.venue, child.year, child.parent) == ("Toys", "2031", "new")
    assert "bibtex/crossref" not in {problem.rule for problem in source.problems}


def test_a_key_counts_before_an_alias() -> None:
    text = "@inbook{a, title = {B}, crossref = {p}}\n@book{q, ids = {p}, title = {Q}}\n@book{p, title = {P}}"
    assert read(text).publications[0].venue == "P"


def test_the_date_of_a_parent_does_not_replace_the_year_of_its_part() -> None:
    text = "@inbook{a, title = {B}, year = 2031, crossref = {p}}\n@book{p, title = {Toys}, date = {2030}}"
    assert [work.year for work in read(text).publications] == ["2031", "2030"]


# --- years: btxdoc, section 3 (year), and manual, 2.3.8 (dates in ISO 8601-2, level 1) ---

YEARS = {
    "date = {2031-05-06}": ("2031", False), "date = {2031-05/2032-01}": ("2031", False),
    "date = {2031/}": ("2031", False), "date = {2031-21}": ("2031", False), "date = {2031-XX}": ("2031", False),
    "date = {2031}, year = {2031}": ("2031", False), "date = {2031}, year = {in press}": ("2031", True),
    "date = {2031}, year = {1999}": ("2031", True),  # biber: the date overwrites the year
    "date = {soon}, year = {2031}": ("2031", False),  # biber rejects such a date
    "date = {1984~}": ("1984", True), "date = {1984?}": ("1984", True), "date = {1984%}": ("1984", True),
    "date = {2018~/2019}": ("2018", True), "date = {1984-06?}": ("1984", True),
    "date = {199X}": ("199X", True), "date = {19XX}": ("19XX", True), "date = {199u}": ("199u", True),  # a range
    "date = {/2031}": ("/2031", True),  # a range with an open beginning
    "date = {2031-13}": ("2031", True), "date = {2031-5}": ("2031", True),
    "date = {1993-00-00}": ("1993", False),  # as ADS writes it
    "year = {2019-20}": ("2019", True), "year = {1998-9}": ("1998", True),
    "date = {2031-05-06T10:00:00Z}": ("2031", False),
    "date = {May 2031}": ("2031", True), "date = {15/05/2031}": ("2031", True),
    "year = {2031}": ("2031", False), "year = {2031-05}": ("2031", False),
    # btxdoc: styles can handle any year whose last four nonpunctuation characters are numerals.
    "year = {(about 1984)}": ("1984", True), "year = {May 2019}": ("2019", True), "year = {c2019}": ("2019", True),
    "year = {2019a}": ("2019", True), "year = {2031, in press}": ("2031", True),
    r"year = {\noopsort{1973b}1973}": ("1973", False),
    "year = {in press}": ("in press", True), "year = {n.d.}": ("n.d.", True), "year = {199X}": ("199X", True),
    "year = {2018/2019}": ("2018/2019", True), "year = {2018~/2019}": ("2018 /2019", True),
    "year = {2018--2019}": ("2018–2019", True), "year = {accessed 2031}": ("accessed 2031", True),
    "year = {20310506}": ("20310506", True), "year = {MMXXXI}": ("MMXXXI", True),
}  # fmt: skip


@pytest.mark.parametrize(("fields", "reading"), YEARS.items())
def test_a_year_is_read_and_a_doubtful_one_reported(fields: str, reading: tuple[str, bool]) -> None:
    year, doubtful = reading
    text = f"@unpublished{{a, title = {{T}},\n {fields}}}"
    assert only(text).year == year
    assert [(p.rule, p.where.line) for p in warnings(text)] == [("bibliography/year", 2)] * doubtful


# --- kinds, numbers, keywords ---

KINDS = {
    # manual, 4.9.2.13: keys for the type of a thesis or report
    ("thesis", "phdthesis"): "phdthesis", ("thesis", "mathesis"): "mastersthesis", ("thesis", "candthesis"): "thesis",
    ("report", "techreport"): "techreport", ("report", "resreport"): "report",
    # plain.bst prints the type instead of "PhD thesis" or "Master's thesis".
    ("thesis", "{PhD} dissertation"): "phdthesis", ("thesis", "Master's dissertation"): "mastersthesis",
    ("phdthesis", "Habilitation"): "phdthesis", ("mastersthesis", "Bachelor's thesis"): "thesis",
    ("thesis", "Diplomarbeit"): "thesis", ("techreport", "Memo"): "techreport", ("misc", "phdthesis"): "misc",
}  # fmt: skip


@pytest.mark.parametrize(("written", "kind"), KINDS.items())
def test_the_type_of_a_thesis_says_its_kind(written: tuple[str, str], kind: str) -> None:
    assert only(f"@{written[0]}{{a, title = {{T}}, type = {{{written[1]}}}}}").kind == kind


def test_an_issue_is_the_number_of_an_article_without_one() -> None:  # manual, 2.3.11
    assert only("@article{a, title = {T}, issue = {3}}").fields["number"] == "3"
    assert only("@article{a, title = {T}, issue = {Spring}, number = {3}}").fields["number"] == "3"
    assert "number" not in only("@techreport{a, title = {T}, issue = {3}}").fields


def test_repeated_keywords_are_all_kept() -> None:
    text = "@unpublished{a, title = {T}, keywords = {a, b}, keywords = {c; d}, keywords = mac}\n@string{mac = {e}}"
    assert only(text).keywords == ("a", "b", "c", "d", "e")
    assert [p.rule for p in warnings(text)] == []


# --- what is left ---

LEFT = {
    r"a \toy b": ("x.bib:2:11", r"\toy", r"a \toy b"),
    "\n\n  b \\toy{c}": ("x.bib:4:5", r"\toy", "b c"),
    "a $b c": ("x.bib:2:2", "$b", "a $b c"),
    "the <toy> a": ("x.bib:2:2", "<toy>", "the <toy> a"),
    "<i>a": ("x.bib:2:2", "<i>", "<i>a"),
    r"a \textbackslash b": ("x.bib:2:2", r"\b", r"a \b"),
}


@pytest.mark.parametrize(("written", "left"), LEFT.items())
@pytest.mark.parametrize("field", ["title", "journal"])
def test_latex_and_tags_that_are_left_are_reported_with_their_place(
    written: str, left: tuple[str, str, str], field: str
) -> None:
    where, what, text = left
    if field == "journal" and where.endswith(":11"):
        where = where.removesuffix("11") + "13"
    others = "" if field == "title" else ", title={T}"
    source = read_bibtex(SourceFile("x.bib", f"@unpublished{{a,\n {field}={{{written}}}{others}}}", "0"))
    (found,) = [problem for problem in source.problems if problem.rule == "bibliography/markup"]
    assert (str(found.where), found.severity) == (where, "warning")
    assert f"`{what}`" in found.message
    assert (source.publications[0].venue if field == "journal" else source.publications[0].title) == text


@pytest.mark.parametrize(
    "title", ["a $5 toy", "a US$ toy", "from $5 to $10", r"\$5", "a < b > c", "x<y", r"$k$", "<i>a</i>", "a\\ b"]
)
def test_money_and_comparisons_are_not_reported(title: str) -> None:
    assert warnings(f"@unpublished{{a, title = {{{title}}}}}") == []


def test_many_unknown_commands_are_reported_in_little_time() -> None:
    commands = "\n".join(rf"\toy{'a' * (at % 90)}{'b' * (at // 90)}" for at in range(2000))
    text = f"@misc{{a, title = {{{commands}}}}}"
    begin = time.process_time()
    found = [problem for problem in read(text).problems if problem.rule == "bibliography/markup"]
    assert time.process_time() - begin < 3
    assert [problem.where.line for problem in found] == list(range(1, 11))


def test_a_command_that_would_vanish_from_a_name_is_reported() -> None:
    (found,) = warnings(r"@unpublished{a, title = {T}, author = {\toy{Bear}, Ann}}")
    assert found.rule == "bibliography/markup"
