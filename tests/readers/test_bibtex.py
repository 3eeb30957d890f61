"""BibTeX entries as exported by each of the programs and sites that people use."""

from __future__ import annotations

import pytest

from kg.core.files import SourceFile
from kg.model.bibliography import BibliographyEntry, Person
from kg.readers.bibliography import BibSource, read_bibtex
from tests.toy import JOURNAL_BIB, REPORTS_BIB


def read(text: str) -> BibSource:
    return read_bibtex(SourceFile("bib/x.bib", text, "0"))


def only(text: str) -> BibliographyEntry:
    (publication,) = read(text).publications
    return publication


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
        "example2031": "bib/x.bib:4:1",
        "muster2032": "bib/x.bib:14:1",
    }


# --- how values are written ---

VALUES = {
    "braces": ("{Toy Ltd}", "Toy Ltd"),
    "quotes": ('"Toy Ltd"', "Toy Ltd"),
    "braces in quotes": ('"a {"}quoted{"} b"', 'a "quoted" b'),
    "quotes in braces": ('{a "quoted" b}', 'a "quoted" b'),
    "nested braces": ("{{A {B {C}}}}", "A B C"),
    "a number": ("2031", "2031"),
    "a macro": ("toy", "Toy"),
    "a macro in other letters": ("TOY", "Toy"),
    "a concatenation": ('toy # " Ltd" # { \\& Sons}', "Toy Ltd & Sons"),
    "a macro made of macros": ("both", "Toy and Toy"),
    "a month": ("jan", "jan"),
    "a month and a day": ('"3~" # jan', "3 jan"),
    "nothing": ("{}", ""),
    "nothing at all": ("", ""),
    "an escaped brace that BibTeX would count": (r"{a \} b}", "a } b"),
    "an escaped quote that BibTeX would count": (r'"J\"org"', "Jörg"),
    "a line break": ("{a\n   b}", "a b"),
    "an @ in a value": ("{me@example.org, @home (x)}", "me@example.org, @home (x)"),
}


@pytest.mark.parametrize(("written", "meant"), VALUES.values(), ids=VALUES)
@pytest.mark.parametrize("brackets", ["{}", "()"])
def test_a_value_is_decoded(written: str, meant: str, brackets: str) -> None:
    macros = '@string{toy = "Toy"}\n@STRING(both = toy # " and " # toy)\n'
    found = only(f"{macros}@misc{brackets[0]}a, publisher = {written}, title = {{T}}, year = 2031{brackets[1]}")
    assert (found.fields["publisher"], found.title, found.year) == (meant, "T", "2031")


KEYS = ["10.1145/3377811", "10.1002/(SICI)1097-4571(199806)49:8<693::AID-ASI4>3.0.CO;2-O", "42", "DBLP:conf/icse/Toy31",
        "WOS:000123456700001", "Müller-2031+x", "toy's", "a_b.c&d"]  # fmt: skip


@pytest.mark.parametrize("key", KEYS)
def test_a_key_is_kept_as_it_is(key: str) -> None:
    source = read(f"@article{{ {key} ,\n title={{T}}}}")
    assert [p.key for p in source.publications] == [key]
    assert source.places == {key: source.problems[0].where}


def test_entries_are_found_anywhere_but_in_comments() -> None:
    source = read("notes, me@example.org (me)\nmore @unpublished{a, title={A}}@unpublished{b, title={B}} and\n"
                  "@comment{@misc{c, title={C}}}\n@Comment\n % @misc{d,\n %  title = {D}\n % }\n"
                  "@preamble{\"\\newcommand{\\x}{@misc{e, title={E}}}\"}\n@UNPUBLISHED {f, title={F}}")  # fmt: skip
    assert [p.key for p in source.publications] == ["a", "b", "f"]
    assert source.entries == 3
    assert [(p.rule, p.severity) for p in source.problems] == [("bibtex/commented-out", "info")]


def test_an_entry_quoted_in_a_value_is_part_of_it_and_reported() -> None:
    source = read(
        "@unpublished{a,\n title = {A},\n abstract = {as in\n@misc{b,\n title = {B}\n}\n}\n}\n"
        "@unpublished{c, title={C}}"
    )
    assert [p.key for p in source.publications] == ["a", "c"]
    assert [(p.rule, p.where.line) for p in source.problems] == [("bibtex/entry-in-value", 4)]


# --- year and keywords ---

YEARS = {"year = 2031": "2031", "year = {{2031}}": "2031", "date = {2031-05-06}": "2031", "date = {2031?}": "2031",
         "date = {2031-05/2032}": "2031", "year = {2031-05}": "2031", "year = {2031}, date = {1999}": "1999",
         "year = {2031--2032}": "2031–2032", "date = {May 2031}": "2031", "year = {}": ""}  # fmt: skip


@pytest.mark.parametrize(("fields", "year"), YEARS.items())
def test_a_year_is_read_from_year_or_date(fields: str, year: str) -> None:
    assert only(f"@misc{{a, title={{T}}, {fields}}}").year == year


KEYWORDS = {"a, b,c": ("a", "b", "c"), "a b; c, d;": ("a b", "c, d"), "R{\\&}D, a": ("R&D", "a"), "": ()}


@pytest.mark.parametrize(("written", "meant"), KEYWORDS.items())
def test_keywords_are_separated_by_semicolons_or_else_commas(written: str, meant: tuple[str, ...]) -> None:
    assert only(f"@misc{{a, title={{T}}, keywords = {{{written}}}}}").keywords == meant


EXPORTS = {
    "Zotero": r"""@article{ortel_toy_2031,
	title = {Toy tests: 100\% of {CI} builds},
	volume = {1},
	url = {https://example.org/a_b},
	doi = {10.5555/toy_1},
	number = {2},
	urldate = {2031-02-03},
	journal = {Journal of Toys \& Games},
	author = {Örtel, Jörg and Example, Ada},
	month = feb,
	year = {2031},
	keywords = {toys, tests},
	file = {Full Text:C\:\\Users\\me\\a.pdf:application/pdf},
}""",
    "Better BibTeX": r"""@article{ortelToyTests2031,
  title = {Toy Tests: 100\% of {{CI}} Builds},
  author = {Örtel, Jörg and Example, Ada},
  date = {2031-02-01},
  journaltitle = {Journal of Toys \& Games},
  volume = {1},
  pages = {1--9},
  doi = {10.5555/toy_1},
  keywords = {toys,tests}
}""",
    "JabRef": r"""% Encoding: UTF-8

@Article{Oertel2031,
  author   = {J{\"{o}}rg {\"{O}}rtel and Ada Example},
  title    = {Toy Tests: 100% of {CI} Builds},
  journal  = {Journal of Toys \& Games},
  year     = {2031},
  doi      = {10.5555/toy_1},
  groups   = {a\;b},
  keywords = {toys, tests},
}

@Comment{jabref-meta: databaseType:bibtex;}
@Comment{jabref-meta: grouping:
0 AllEntriesGroup:;
}""",
    "DBLP": r"""@article{DBLP:journals/toys/OrtelE31,
  author       = {J{\"{o}}rg {\"{O}}rtel and
                  Ada Example},
  title        = {Toy Tests: 100{\%} of {CI} Builds},
  journal      = {Journal of Toys {\&} Games},
  year         = {2031},
  url          = {https://doi.org/10.5555/toy\_1},
  doi          = {10.5555/TOY\_1},
  keywords     = {toys, tests},
  bibsource    = {dblp computer science bibliography, https://dblp.org}
}""",
    "Scopus": r"""Scopus
EXPORT DATE: 03 February 2031

@ARTICLE{Örtel2031,
	author = {Örtel, Jörg and Example, Ada},
	title = {Toy Tests: 100% of CI Builds},
	year = {2031},
	journal = {Journal of Toys &amp; Games},
	doi = {10.5555/toy_1},
	author_keywords = {toys; tests},
	source = {Scopus},
	note = {Cited by: 0}
}""",
    "Web of Science": r"""
@article{ WOS:000000000000001,
Author = {Ortel, Jorg and Example, Ada},
Title = {Toy Tests: 100\% of CI Builds},
Journal = {JOURNAL OF TOYS \& GAMES},
Year = {2031},
Month = {FEB 3},
DOI = {10.5555/toy\_1},
Keywords = {toys; tests},
Web-of-Science-Categories  = {Computer Science, Software Engineering},
Unique-ID = {WOS:000000000000001},
}
""",
    "IEEE Xplore": r"""@ARTICLE{9000000,
  author={J. {Örtel} and A. {Example}},
  journal={Journal of Toys & Games},
  title={Toy Tests: 100% of CI Builds},
  year={2031},
  volume={1},
  keywords={toys;tests},
  doi={10.5555/toy_1}}
""",
    "ACM": r"""@article{10.5555/toy_1,
author = {\"{O}rtel, J\"{o}rg and Example, Ada},
title = {Toy Tests: 100\% of CI Builds},
year = {2031},
issue_date = {February 2031},
url = {https://doi.org/10.5555/toy_1},
doi = {10.5555/toy_1},
journal = {Journal of Toys \& Games},
month = {feb},
keywords = {toys, tests}
}""",
    "Google Scholar": r"""@article{ortel2031toy,
  title={Toy tests: 100\% of CI builds},
  author={{\"O}rtel, J{\"o}rg and Example, Ada},
  journal={Journal of Toys \& Games},
  year={2031},
  publisher={Toy Press}
}""",
    "arXiv": r"""@misc{ortel2031toytests,
      title={Toy Tests: 100% of CI Builds},
      author={Jörg Örtel and Ada Example},
      year={2031},
      eprint={2131.00001},
      archivePrefix={arXiv},
      primaryClass={cs.SE},
      url={https://arxiv.org/abs/2131.00001},
}""",
}  # fmt: skip


@pytest.mark.parametrize("text", EXPORTS.values(), ids=EXPORTS)
def test_an_export_is_read_without_loss(text: str) -> None:
    source = read(text)
    found = source.publications[0]
    assert [p for p in source.problems if p.severity != "info"] == []
    assert (source.entries, len(source.publications)) == (1, 1)
    assert found.title.casefold() == "toy tests: 100% of ci builds"
    assert found.label.replace("O", "Ö") == "Örtel and Example (2031)"
    assert found.venue.casefold() in ("journal of toys & games", "")
    assert found.doi.casefold() in ("10.5555/toy_1", "")
    assert found.keywords in (("toys", "tests"), ())
    assert found.raw in text
    assert text.strip().startswith(found.raw) or "\n\n" in text


def test_an_online_source_and_a_thesis_of_biblatex_are_complete() -> None:
    source = read("@online{a, author={{Toy Group}}, title={T}, url={https://example.org}, date={2031}}\n"
                  "@thesis{b, author={A, B}, title={T}, institution={Toy University}, type={phdthesis}, "
                  "location={Toyville}, date={2031}}")  # fmt: skip
    assert source.problems == ()
    assert [(p.kind, p.year, p.fields.get("location")) for p in source.publications] == [
        ("online", "2031", None),
        ("phdthesis", "2031", "Toyville"),  # as biblatex's manual says of this type
    ]
