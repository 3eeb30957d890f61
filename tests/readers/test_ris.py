"""RIS files of several programs, and errors in them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
import rispy
from hypothesis import given
from hypothesis import strategies as st

from kg.core.files import SourceFile
from kg.model.bibliography import BibliographyEntry, Person
from kg.readers.bibliography import BibSource, read_bibtex
from kg.readers.formats import read_file

JOURNAL = """TY  - JOUR
ID  - berg2031
TI  - DevOps & the {toy}: 100% of it
AU  - van der Berg, Jan, Jr.
AU  - Toy Consortium
AU  - et al.
PY  - 2031
DA  - 2031/05/07/
T2  - Journal of Toys
J2  - J. Toys
VL  - 3
IS  - 4
SP  - 1
EP  - 10
SN  - 0018-9162 (ISSN)
DO  - https://doi.org/10.5555/toys.1
UR  - https://example.org/a_b?c=%20
UR  - https://example.org/c
AB  - First line
goes on &amp; ends.
KW  - testing
KW  - DevOps
C1  - Custom
ER  -
"""
ENTRY = r"""@article{berg2031,
  author = {van der Berg, Jr., Jan and {Toy Consortium} and others},
  title = {{DevOps} \& the {\textbraceleft}toy{\textbraceright}: 100\% of it},
  journal = {Journal of Toys},
  shortjournal = {J. Toys},
  year = {2031},
  month = {5},
  day = {7},
  doi = {10.5555/toys.1},
  volume = {3},
  number = {4},
  url = {https://example.org/a_b?c=%20},
  abstract = {First line goes on \& ends.},
  pages = {1--10},
  issn = {0018-9162},
  keywords = {testing, DevOps},
  ris-ur = {https://example.org/c},
  ris-c1 = {Custom}
}"""


def read(text: str) -> BibSource:
    return read_bibtex(SourceFile("bib/x.ris", text, "0"))


def one(lines: str, kind: str = "JOUR") -> BibliographyEntry:
    (found,) = read(f"TY  - {kind}\nID  - a\nTI  - T\n{lines}\nER  - \n").publications
    return found


def rules(source: BibSource) -> list[tuple[str, str, str]]:
    return [(p.rule, str(p.where), p.severity) for p in source.problems if p.severity != "info"]


def test_a_record_is_a_publication_and_an_entry() -> None:
    source = read(JOURNAL)
    (found,) = source.publications
    assert found.raw == ENTRY
    assert (found.title, found.venue, found.year) == ("DevOps & the {toy}: 100% of it", "Journal of Toys", "2031")
    assert (found.doi, found.keywords, found.others) == ("10.5555/toys.1", ("testing", "DevOps"), True)
    assert found.authors == (Person("van der Berg, Jr.", "Jan"), Person("Toy Consortium"))
    assert [str(p) for p in source.problems] == []


KINDS = {
    "JOUR": "article", "CONF": "inproceedings", "CPAPER": "inproceedings", "CHAP": "incollection", "BOOK": "book",
    "THES": "thesis", "RPRT": "techreport", "ELEC": "online", "GEN": "misc", "conf": "inproceedings", "MAP": "misc",
}  # fmt: skip


@pytest.mark.parametrize(("written", "kind"), KINDS.items())
def test_kinds(written: str, kind: str) -> None:
    assert one("", written).kind == kind


FLAVOURS = {
    "EndNote puts keywords on lines of their own": ("KW  - a\nb c\nKW  - d", "keywords", "a, b c, d"),
    "keywords in one line": ("KW  - a; b, c ;d", "keywords", "a; b, c; d"),
    "a keyword with a comma stays one": ("KW  - a, b\nKW  - c", "keywords", "a, b; c"),
    "journal in JF and JO": ("JO  - J. T.\nJF  - Journal of T.", "journal", "Journal of T."),
    "year with slashes": ("PY  - 2019///", "year", "2019"),
    "year in Y1": ("Y1  - 2019/05/01/Spring", "year", "2019"),
    "what a date says more is kept": ("PY  - May 2019", "ris-py", "May 2019"),
    "a date only in DA": ("DA  - 2019-5-1", "month", "5"),
    "access": ("Y2  - 2020/01/02/11:22:33", "urldate", "2020-01-02"),
    "first author tags": ("A1  - Doe, J.\nA1  - Roe, R.", "author", "Doe, J. and Roe, R."),
    "authors in one line": ("AU  - Doe, J.; Roe, R.", "author", "Doe, J. and Roe, R."),
    "editors": ("AU  - Doe, J.\nA2  - Roe, R.", "editor", "Roe, R."),
    "pages in one tag": ("SP  - 1-10\nEP  - 10", "pages", "1–10"),
    "an end that does not fit": ("SP  - 1-10\nEP  - 12", "ris-ep", "12"),
    "one page": ("SP  - 7", "pages", "7"),
    "an abstract in N2": ("N2  - Words", "abstract", "Words"),
    "a DOI in M3": ("M3  - 10.5555/x", "doi", "10.5555/x"),
    "a type in M3": ("M3  - Article", "type", "Article"),
    "an ISBN": ("SN  - 978-1-4503-5638-1 (ISBN)", "isbn", "978-1-4503-5638-1"),
    "no space after the hyphen": ("VL  -3", "volume", "3"),
    "an id that is a number": ("ID  - 17", "ris-id", "17"),
    "a tag that nobody knows": ("ZZ  - x\nZZ  - y", "ris-zz", "x; y"),
    "a second title": ("T1  - Another", "ris-t1", "Another"),
}


@pytest.mark.parametrize(("lines", "field", "value"), FLAVOURS.values(), ids=FLAVOURS)
def test_flavours(lines: str, field: str, value: str) -> None:
    assert one(lines).fields[field] == value


def test_proceedings_are_found_in_the_tags_of_zotero_and_of_scopus() -> None:
    zotero = one("T2  - TOY '31\nC3  - Proceedings of the Conference on Toys", "CONF")
    scopus = one("T2  - Proceedings of the Conference on Toys\nC3  - Proc Conf Toys", "CONF")
    assert zotero.venue == scopus.venue == "Proceedings of the Conference on Toys"
    assert (zotero.fields["eventtitle"], scopus.fields["ris-c3"]) == ("TOY '31", "Proc Conf Toys")


def test_two_authors_of_one_name_are_two_and_a_list_under_two_tags_is_one() -> None:
    wang, li = Person("Wang", "Y."), Person("Li", "X.")
    assert one("AU  - Wang, Y.\nAU  - Li, X.\nAU  - Wang, Y.").authors == (wang, li, wang)
    assert one("AU  - Wang, Y.\nA1  - Wang, Y.").authors == (wang,)
    assert one("AU  - Wang, Y.\nAU  - Li, X.\nA1  - Wang, Y.\nA1  - Li, X.").authors == (wang, li)
    assert one("AU  - Wang, Y.\nA1  - Li, X.\nA1  - Wang, Y.").authors == (wang, li, wang)
    assert one("AU  - A\nED  - Wang, Y.\nED  - Wang, Y.").raw.count("Wang") == 2


def test_the_kind_of_a_thesis_comes_from_its_genre() -> None:
    assert [one(f"M3  - {what}", "THES").kind for what in ("PhD Thesis", "Master's thesis", "Habilitation")] == [
        "phdthesis",
        "mastersthesis",
        "thesis",
    ]
    assert one("PB  - University of Toys", "THES").fields["school"] == "University of Toys"


# --- errors ---

GOOD = "TY  - GEN\nID  - good\nTI  - T\nER  - \n"
AFTER = GOOD.replace("good", "after")
FAULTS = {
    "no end": ("TY  - GEN\nID  - b\nTI  - U\n", 1, [("ris/not-ended", "bib/x.ris:5:1", "warning")]),
    "nothing in it": ("TY  - GEN\nER  - \n", 0, [("ris/empty", "bib/x.ris:5:1", "error")]),
    "a type that nobody knows": ("TY  - JUOR\nID  - b\nTI  - U\nER  - \n", 1,
                                 [("ris/type", "bib/x.ris:5:1", "warning")]),
    "a key twice": (GOOD, 0, [("bibtex/duplicate-key", "bib/x.ris:5:1", "error")]),
    "a remark after the end": ("Exported by toys\nand more\n", None, [("ris/outside", "bib/x.ris:5:1", "warning")]),
    "a beginning that was lost": ("AU  - Doe, J.\nER  - \n", None, [("ris/outside", "bib/x.ris:5:1", "error")]),
    "a year that is none": ("TY  - GEN\nID  - b\nTI  - U\nPY  - soon\nER  -\n", 1,
                            [("bibliography/year", "bib/x.ris:8:1", "warning")]),
    "a DOI that is none": ("TY  - GEN\nID  - b\nTI  - U\nDO  - see web\nER  -\n", 1,
                           [("bibliography/doi", "bib/x.ris:8:1", "warning")]),
    "no title": ("TY  - GEN\nID  - b\nPY  - 2031\nER  -\n", 1, [("bibliography/title", "bib/x.ris:5:1", "warning")]),
}  # fmt: skip


@pytest.mark.parametrize(("text", "accepted", "expected"), FAULTS.values(), ids=FAULTS)
def test_an_error_has_its_line_and_does_not_affect_other_records(
    text: str, accepted: int | None, expected: list[tuple[str, str, str]]
) -> None:
    source = read(GOOD + text + AFTER)
    assert {"good", "after"} <= {found.key for found in source.publications}
    assert rules(source) == expected
    assert source.entries == 2 + (accepted is not None)
    assert len(source.publications) == 2 + (accepted or 0)


def test_a_file_without_a_record_is_reported() -> None:
    assert rules(read("PMID- 1\nTI - x\n")) == [
        ("ris/outside", "bib/x.ris:1:1", "warning"),
        ("ris/no-record", "bib/x.ris", "error"),
    ]
    assert rules(read(" \n")) == []


def test_a_made_key_is_reported_and_unique() -> None:
    source = read("TY  - UNPB\nTI  - New toys\nAU  - Doe, J.\nPY  - 2031\nER  -\n" * 2
                  + "TY  - UNPB\nID  - Doe2031new\nTI  - U\nER  - \n")  # fmt: skip
    assert [found.key for found in source.publications] == ["doe2031newb", "doe2031newc", "Doe2031new"]
    assert [(p.rule, str(p.where)) for p in source.problems] == [
        ("bibliography/made-key", "bib/x.ris:1:1"),
        ("bibliography/made-key", "bib/x.ris:6:1"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_files_as_they_are_exported(tmp_path: Path, encoding: str, end: str) -> None:
    path = tmp_path / "x.RIS"
    path.write_bytes(GOOD.replace("- T\n", "- Größe\n").replace("\n", end).encode(encoding))
    file = read_file(tmp_path, path)
    assert isinstance(file, SourceFile)
    source = read_bibtex(file)
    assert [found.title for found in source.publications] == ["Größe"]
    told = [problem.rule for problem in source.problems if problem.severity != "info"]
    assert told == ([] if encoding.startswith("utf-8") else ["file/encoding"])


TAGS = st.sampled_from(["TY", "ER", "TI", "T1", "T2", "AU", "A1", "PY", "DA", "KW", "SN", "SP", "EP", "ID", "DO", "M3",
                        "N1", "C1", "ZZ"])  # fmt: skip
KNOWN = ["JOUR", "CONF", "THES", "2031", "2031/05/", "Doe, J.", "10.5555/x", "a;b"]
VALUES = st.one_of(st.text(), st.sampled_from(KNOWN))
LINES = st.lists(st.one_of(st.builds("{}  - {}".format, TAGS, VALUES), st.text(), st.just("TY  - JOUR")))


@given(LINES.map("\n".join))
def test_every_record_of_any_file_is_accepted_or_reported(text: str) -> None:
    text = text.replace("\r", "\n").replace("\ufeff", "")
    source = read(text)
    assert source.entries == len(re.findall(r"^[ \t]*TY  -", text, re.M))
    errors = {p.where.line for p in source.problems if p.rule in ("ris/empty", "bibtex/duplicate-key")}
    assert source.entries - len(source.publications) == len(errors)


WORDS = st.text(alphabet="abcXYZ äß&%$#_{}~^\\-,'\"", min_size=1).map(str.strip).filter(bool)


@given(st.lists(st.tuples(WORDS, st.lists(WORDS, max_size=3), WORDS), max_size=5))
def test_rispy_reads_the_same(works: list[tuple[str, list[str], str]]) -> None:
    text = "".join(
        "\n".join([f"TY  - JOUR\nID  - k{n}\nTI  - {title}\nT2  - {venue}", *(f"AU  - {a}" for a in names), "ER  - \n"])
        for n, (title, names, venue) in enumerate(works)
    )
    ours = {found.key: found for found in read(text).publications}
    theirs = rispy.loads(text)
    assert len(ours) == len(theirs) == len(works)
    for record in theirs:
        found = ours[record["id"]]
        assert found.title == " ".join(record["title"].split())
        assert found.venue == " ".join(record["secondary_title"].split())
        assert letters(person.full for person in found.authors) == letters(record.get("authors", []))


def letters(texts: Iterable[str]) -> list[str]:
    return sorted(c for text in texts for c in text if c.isalpha())
