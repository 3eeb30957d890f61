"""NBIB files of PubMed, and errors in them.

The tags are those of https://www.nlm.nih.gov/bsd/mms/medlineelements.html.
"""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.core.files import SourceFile
from kg.model.bibliography import BibliographyEntry, Person
from kg.readers.bibliography import BibSource, read_bibliography

ARTICLE = """
PMID- 17
OWN - NLM
STAT- MEDLINE
IS  - 1234-5679 (Electronic)
IS  - 0018-9162 (Linking)
VI  - 3
IP  - 4
DP  - 2031 May 7
TI  - Toys & <i>DevOps</i> in practice: a title that
      goes on.
PG  - 123-45
LID - 10.5555/toys.1 [doi]
AB  - First line
      and second.
FAU - Toy, Ann M
AU  - Toy AM
AUID- ORCID: 0000-0000-0000-0000
AD  - Toy University.
FAU - van der Bear, Bo Jr
AU  - van der Bear B Jr
CN  - Toy Consortium
LA  - eng
PT  - Journal Article
TA  - J Toys
JT  - Journal of toys
MH  - Toys/*methods
OT  - DevOps
OT  - *testing
AID - S1 [pii]
AID - 10.5555/toys.1 [doi]
SO  - J Toys. 2031 May 7;3(4):123-45.

"""
ENTRY = r"""@article{toy2031toys,
  author = {Toy, Ann M and van der Bear, Jr, Bo and {Toy Consortium}},
  title = {Toys \& {DevOps} in practice: a title that goes on},
  journal = {Journal of toys},
  volume = {3},
  number = {4},
  abstract = {First line and second.},
  language = {eng},
  pmid = {17},
  shortjournal = {J Toys},
  year = {2031},
  month = {5},
  day = {7},
  doi = {10.5555/toys.1},
  issn = {1234-5679, 0018-9162},
  pages = {123--145},
  keywords = {DevOps, testing},
  nbib-own = {NLM},
  nbib-stat = {MEDLINE},
  nbib-auid = {ORCID: 0000-0000-0000-0000},
  nbib-ad = {Toy University.},
  nbib-pt = {Journal Article},
  nbib-mh = {Toys/*methods},
  nbib-aid = {S1 [pii]},
  nbib-so = {J Toys. 2031 May 7;3(4):123-45.}
}"""


def read(text: str) -> BibSource:
    (source,) = read_bibliography([SourceFile("bib/pubmed.nbib", text, "0")])
    return source


def one(lines: str) -> BibliographyEntry:
    (found,) = read(f"PMID- 1\nTI  - T.\n{lines}\n").publications
    return found


def rules(source: BibSource) -> list[tuple[str, str, str]]:
    return [(p.rule, str(p.where), p.severity) for p in source.problems if p.severity != "info"]


def test_a_record_is_a_publication_and_an_entry() -> None:
    source = read(ARTICLE)
    (found,) = source.publications
    assert found.raw == ENTRY
    assert found.authors == (Person("Toy", "Ann M"), Person("van der Bear, Jr", "Bo"), Person("Toy Consortium"))
    assert (found.title, found.year) == ("Toys & DevOps in practice: a title that goes on", "2031")
    assert (source.kind, source.entries, rules(source)) == ("nbib", 1, [])
    assert [(p.rule, str(p.where)) for p in source.problems] == [("bibliography/made-key", "bib/pubmed.nbib:2:1")]


FLAVOURS = {
    "only short names": ("AU  - Toy AM\nAU  - Bear B", "author", "Toy, AM and Bear, B"),
    "a short name after full ones": ("FAU - Toy, Ann\nAU  - Toy A\nAU  - Bear B", "author", "Toy, Ann and Bear, B"),
    "a season": ("DP  - 2031 Spring", "nbib-dp", "2031 Spring"),
    "the year of a season": ("DP  - 2031 Spring", "year", "2031"),
    "two months": ("DP  - 2031 Mar-Apr", "year", "2031"),
    "a range over two years": ("DP  - 2030 Dec-2031 Jan", "date", "2030-12/2031-01"),
    "a range of years": ("DP  - 2030-2031", "date", "2030/2031"),
    "a translated title": ("TI  - ", "title", "T"),
    "pages with their whole end": ("PG  - 98-102", "pages", "98–102"),
    "an article number": ("PG  - e17", "pages", "e17"),
    "pages with a discussion": ("PG  - 98-9; discussion 100", "pages", "98–99; discussion 100"),
    "only an abbreviated journal": ("TA  - J Toys", "journal", "J Toys"),
    "a preprint": ("PT  - Preprint\nJT  - toyRxiv", "howpublished", "toyRxiv"),
    "a chapter": ("BTI - The book of toys\nPB  - Toy Press", "booktitle", "The book of toys"),
    "its editors": ("BTI - The book of toys\nFED - Bear, Bo\nED  - Bear B", "editor", "Bear, Bo"),
    "an ISBN": ("BTI - B\nISBN- 9780000000002 (alk. paper)", "isbn", "9780000000002"),
}


@pytest.mark.parametrize(("lines", "field", "value"), FLAVOURS.values(), ids=FLAVOURS)
def test_flavours(lines: str, field: str, value: str) -> None:
    assert one(lines).fields[field] == value


def test_a_translation_of_a_title_has_no_brackets() -> None:
    (found,) = read("PMID- 1\nTI  - [Toys].\nTT  - Spielzeug.\n").publications
    assert (found.title, found.fields["nbib-tt"], found.kind) == ("Toys", "Spielzeug.", "misc")


FAULTS = {
    "nothing but a number": ("PMID- 2\n\n", "nbib/empty", 4, "error"),
    "a line without tag": ("PMID- 2\nTI  - U.\nlost\n", "nbib/no-tag", 6, "warning"),
    "a doubtful name": ("PMID- 2\nTI  - U.\nFAU - Toy, A; Bear, B\n", "bibliography/author-doubtful", 6, "warning"),
    "two DOIs": ("PMID- 2\nTI  - U.\nLID - 10.5555/a [doi]\nAID - 10.5555/b [doi]\n", "nbib/several", 6, "warning"),
    # MEDLINE display: a suffix is written without comma, and degrees not at all
    "a degree": ("PMID- 2\nTI  - U.\nFAU - Toy, Ann, PhD\n", "bibliography/author-doubtful", 6, "warning"),
    "a year that is none": ("PMID- 2\nTI  - U.\nDP  - soon\n", "bibliography/year", 6, "warning"),
}


@pytest.mark.parametrize(("text", "rule", "line", "severity"), FAULTS.values(), ids=FAULTS)
def test_an_error_has_its_line_and_does_not_affect_other_records(
    text: str, rule: str, line: int, severity: str
) -> None:
    good = "PMID- 1\nTI  - T.\n\n"
    source = read(good + text + good.replace("T.", "V."))
    assert {"T", "V"} <= {found.title for found in source.publications}
    assert rules(source) == [(rule, f"bib/pubmed.nbib:{line}:1", severity)]


def test_another_file_is_reported() -> None:
    assert rules(read("TY  - JOUR\nTI  - T\n")) == [
        ("nbib/outside", "bib/pubmed.nbib:1:1", "error"),
        ("nbib/no-record", "bib/pubmed.nbib", "error"),
    ]


TAGS = st.sampled_from(["PMID", "TI", "FAU", "AU", "CN", "DP", "AID", "PG", "IS", "OT", "ZZ", "BTI", "JT"])
VALUES = st.one_of(st.text(), st.sampled_from(["2031 May", "10.5/x [doi]", "Toy, Ann", "1-2"]))
LINES = st.lists(st.one_of(st.builds(lambda t, v: f"{t:<4}- {v}", TAGS, VALUES), st.text(), st.just("PMID- 1")))


@given(LINES.map("\n".join))
def test_every_record_of_any_file_is_accepted_or_reported(text: str) -> None:
    text = text.replace("\r", "\n").replace("\ufeff", "")
    source = read(text)
    assert source.entries == len(re.findall(r"^PMID {0,2}-", text, re.M))
    assert source.entries - len(source.publications) == sum(p.rule == "nbib/empty" for p in source.problems)


@pytest.mark.parametrize("text", ["PMID- 1\nFAU - " + "a, " * 40_000, "PMID- 1\nPG  - " + "1-" * 50_000,
                                  "PMID- 1\nAU  - " + "A " * 50_000, " " * 100_000 + "x"])  # fmt: skip
def test_hostile_files_are_read_quickly(text: str) -> None:
    start = time.process_time()
    read(text)
    assert time.process_time() - start < 5
