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
from kg.readers.people import listed_names

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
    "what a date says more is kept": ("PY  - Spring 2019", "ris-py", "Spring 2019"),
    "a month in words": ("PY  - May 2019", "month", "5"),
    "days of a conference, as IEEE writes them": ("PY  - 2019\nY1  - 23-29 May 2019", "ris-y1", "23-29 May 2019"),
    "one space before the hyphen": ("KW - a\nKW - b", "keywords", "a, b"),
    "a tag of four letters": ("PMID  - 17\nVL  - 3", "ris-pmid", "17"),
    "after a tag of four letters": ("PMID  - 17\nVL  - 3", "volume", "3"),
    "a dash in an abstract that is no tag": (
        "AB  - We compare\nCI - as it is - with CD",
        "abstract",
        "We compare CI - as it is - with CD",
    ),
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


@pytest.mark.parametrize(
    ("second", "proceedings"),
    [("Lecture Notes in Toys", "Proc. Toys 2031"), ("Proc. Toys 2031", "Lecture Notes in Toys")],
)
def test_a_series_in_the_tags_of_proceedings_is_not_the_venue(second: str, proceedings: str) -> None:
    # Scopus writes the series of a paper in T2 and the proceedings in C3
    found = one(f"T2  - {second}\nC3  - {proceedings}", "CPAPER")
    assert (found.venue, found.fields["series"]) == ("Proc. Toys 2031", "Lecture Notes in Toys")


def test_the_title_of_a_journal_is_that_of_its_tag_and_not_the_longest_one() -> None:
    # RIS specification (Research Information Systems, 2001): JF and T2 are full titles, JO, JA and J1 short ones
    found = one("JO  - Toys (Doll City, online)\nT2  - Toys")
    assert (found.venue, found.fields["shortjournal"]) == ("Toys", "Toys (Doll City, online)")


# `AU  - Lastname, Firstname, Suffix` is from the specification of RIS (Research Information Systems, 2001); EndNote
# ends an organisation with a comma and doubles one within it; IEEE Xplore writes given names first.
NAMES = {
    "Toy, Ann M.": [Person("Toy", "Ann M.")],
    "van der Toy, J., Jr.": [Person("van der Toy, Jr.", "J.")],
    "Toy, Jr., Ann": [Person("Toy, Jr.", "Ann")],
    "Toy, Xi, Jr.": [Person("Toy, Jr.", "Xi")],
    "Toy, Ann, PhD": [Person("Toy, PhD", "Ann")],
    "Toy,A.J.,Sr.": [Person("Toy, Sr.", "A.J.")],
    "J. Toy": [Person("Toy", "J.")],
    "J.Toy": [Person("Toy", "J.")],
    "Z. -H. Toy": [Person("Toy", "Z. -H.")],
    "J.-P. Toy-Bear": [Person("Toy-Bear", "J.-P.")],
    "Ann M. Toy": [Person("Toy", "Ann M.")],
    "A. B. van der Toy": [Person("van der Toy", "A. B.")],
    "Ö. D'Toy": [Person("D'Toy", "Ö.")],
    "J. Toy Jr.": [Person("Toy, Jr.", "J.")],
    "J. Toy, Jr.": [Person("Toy, Jr.", "J.")],
    "Toy J. M.": [Person("Toy", "J. M.")],
    "J O Toy": [Person("Toy", "J O")],
    "Ann M Toy": [Person("Toy", "Ann M")],
    "T. Press": [Person("Press", "T.")],
    "Toy, A.; Bear, B.": [Person("Toy", "A."), Person("Bear", "B.")],
    "Toy, A., Bear, B.": [Person("Toy", "A."), Person("Bear", "B.")],
    "A. Toy, B. Bear": [Person("Toy", "A."), Person("Bear", "B.")],
    "A. Toy and B. Bear": [Person("Toy", "A."), Person("Bear", "B.")],
    "Toy Consortium": [Person("Toy Consortium")],
    "Toys at Work,": [Person("Toys at Work")],
    "Toys, Inc.,": [Person("Toys, Inc.")],
    "University of Toys,, Doll City": [Person("University of Toys, Doll City")],
    "Toy, Ann,": [Person("Toy", "Ann")],
    "X Corporation": [Person("X Corporation")],
    "Toys, Inc.": [Person("Toys, Inc.")],
    "Department of Toys and Dolls": [Person("Department of Toys and Dolls")],
    "U. S. Department of Toys": [Person("U. S. Department of Toys")],
    "NIST": [Person("NIST")],
}
DOUBTFUL = {
    "Ann Toy": Person("Ann Toy"),
    "Toy AM": Person("Toy AM"),
    "J. Michael Toy": Person("Toy", "J. Michael"),
    "Toy, Ann and Bo": Person("Toy", "Ann and Bo"),
    "Toy, Ann, Bear": Person("Toy, Bear", "Ann"),
    "Toy, Ann, Bear, Bo, Doll": Person("Toy, Ann, Bear, Bo, Doll"),
    "A., Toy": Person("A.", "Toy"),
    # RIS has no markup: quotes, braces, footnote marks and remarks are characters of the name
    "A. Toy (Member, IEEE)": Person("Toy", "A."),
    '"Toy, P."': Person("Toy", "P."),
    "Toy, Ann*": Person("Toy", "Ann"),
    "Toy, Ann1": Person("Toy", "Ann"),
    "Ann1": Person("Ann1"),
    "{Braced}": Person("{Braced}"),
    "Toy, Ann, Jr. (Toys [1], x)": Person("Toy, Jr.", "Ann"),
}


@pytest.mark.parametrize(("written", "people"), NAMES.items())
def test_names_as_programs_write_them(written: str, people: list[Person]) -> None:
    source = read(f"TY  - GEN\nID  - a\nTI  - T\nAU  - {written}\nER  -\n")
    assert list(source.publications[0].authors) == people
    assert rules(source) == []


@pytest.mark.parametrize(("written", "person"), DOUBTFUL.items())
def test_a_name_that_is_not_certain_is_a_warning_at_its_line(written: str, person: Person) -> None:
    source = read(f"TY  - GEN\nID  - a\nTI  - T\nAU  - Bear, Bo\nAU  - {written}\nER  -\n")
    assert source.publications[0].authors == (Person("Bear", "Bo"), person)
    ((rule, where, severity),) = rules(source)
    assert (rule, severity) == ("bibliography/author-doubtful", "warning")
    assert where in ("bib/x.ris:5:1", "bib/x.ris:4:1")


@pytest.mark.parametrize("lines", ["A. Toy et al.", "Toy, A.\nAU  - et al.,", "Toy, A.\nAU  - and others,"])
def test_an_incomplete_list_is_noted(lines: str) -> None:
    # EndNote's manual: the last author should be "et al." or "and others" followed by a comma
    assert (one(f"AU  - {lines}").authors, one(f"AU  - {lines}").others) == ((Person("Toy", "A."),), True)


@given(st.lists(st.text(alphabet="ABab .,;-&'öÉ", max_size=12), min_size=1, max_size=4).map(" ".join))
def test_no_letter_of_a_name_is_lost_or_moves_to_another_name(written: str) -> None:
    found = list(listed_names(written))
    assert letters(name.person.full for name in found) == letters([written]) or any(
        name.person.full == "et al." for name in found
    )


def test_names_that_are_long_are_read_quickly() -> None:
    for part in ("A.-", "a, ", "A. ", ", ", " and ", "et al ", "- "):
        assert list(listed_names(part * 20_000))


def test_two_authors_of_one_name_are_two_and_a_list_under_two_tags_is_one() -> None:
    wang, li = Person("Wang", "Y."), Person("Li", "X.")
    assert one("AU  - Wang, Y.\nAU  - Li, X.\nAU  - Wang, Y.").authors == (wang, li, wang)
    assert one("AU  - Wang, Y.\nA1  - Wang, Y.").authors == (wang,)
    assert one("AU  - Wang, Y.\nAU  - Li, X.\nA1  - Wang, Y.\nA1  - Li, X.").authors == (wang, li)
    assert one("AU  - Wang, Y.\nA1  - Li, X.\nA1  - Wang, Y.").authors == (wang, li, wang)
    assert one("AU  - A\nED  - Wang, Y.\nED  - Wang, Y.").raw.count("Wang") == 2


def test_authors_under_two_tags_keep_the_order_of_the_lines() -> None:
    # As pandoc 3.9 reads them; rispy 0.10 keeps the two tags apart.
    assert [person.family for person in one("A1  - Toy, A.\nAU  - Bear, B.\nA1  - Doll, C.").authors] == [
        "Toy", "Bear", "Doll"]  # fmt: skip


@pytest.mark.parametrize("more", ["", "AU  - Bear, B.\n"])
def test_a_name_under_two_tags_is_reported(more: str) -> None:
    source = read(f"TY  - GEN\nID  - a\nTI  - T\nA1  - Toy, A.\nAU  - Toy, A.\n{more}ER  -\n")
    assert rules(source) == [("ris/names-twice", "bib/x.ris:4:1", "warning")]
    assert len(source.publications[0].authors) == (3 if more else 1)


def test_a_record_with_one_space_in_its_tags_is_read() -> None:
    source = read("TY - JOUR\nID - a\nTI - T\nAU - Toy, A.\nXX - y\nKW - x\nER -\n")
    (found,) = source.publications
    assert (found.kind, found.title, found.fields["ris-xx"], found.keywords) == ("article", "T", "y", ("x",))
    assert rules(source) == []


def test_a_line_in_an_abstract_that_may_be_a_tag_is_reported() -> None:
    source = read("TY  - GEN\nID  - a\nTI  - T\nAB  - We use\nCT - scans\nER  -\n")
    told = [(rule, "bib/x.ris:5:1", "warning") for rule in ("ris/one-space", "ris/several")]  # CT is also a title
    assert rules(source) == told


def test_text_after_the_type_is_not_the_type() -> None:
    source = read("TY  - JOUR\nPMID  - 17\nID  - a\nTI  - T\nER  -\nTY  - JOUR\nlost\nID  - b\nTI  - T\nER  -\n")
    assert [found.kind for found in source.publications] == ["article", "article"]
    assert rules(source) == [("ris/no-tag", "bib/x.ris:7:1", "warning")]


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
    "a year that is doubtful": ("TY  - GEN\nID  - b\nTI  - U\nPY  - about 1984\nER  -\n", 1,
                                [("bibliography/year", "bib/x.ris:8:1", "warning")]),
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


CONFLICTS = {
    "two titles": ("TI  - A\nTI  - B", "ris/several"),
    "titles in two tags": ("TI  - B\nT1  - A", "ris/several"),
    "two DOIs": ("TI  - A\nDO  - 10.5555/a\nDO  - 10.5555/b", "ris/several"),
    "two years": ("TI  - A\nPY  - 2031\nY1  - 2030", "ris/date"),
    "another year in a date": ("TI  - A\nPY  - 2031\nDA  - 2032/05/07", "ris/date"),
    "a range that ends before it begins": ("TI  - A\nPY  - 2031/2029", "bibliography/year"),
    "a month that is none": ("TI  - A\nPY  - 2031/13/01", "bibliography/year"),
    "an address of EndNote": ("TI  - A\nUR  - <Go to ISI>://WOS:000123", "bibliography/url"),
    "an address with a remark": ("TI  - A\nUR  - http://x.org/1, last checked 2031", "bibliography/url"),
    "two addresses": ("TI  - A\nUR  - http://x.org/1;http://x.org/2", "bibliography/url"),
    "an entity that is not known": ("TI  - A &unknown; b", "bibliography/markup"),
    "a DOI with an entity": ("TI  - A\nDO  - 10.1000/abc&foo;41", "bibliography/doi"),
    "another month": ("TI  - A\nPY  - 2031/05\nDA  - 2031/06", "ris/date"),
}


@pytest.mark.parametrize(("lines", "rule"), CONFLICTS.values(), ids=CONFLICTS)
def test_values_that_contradict_each_other_are_reported_as_in_bibtex(lines: str, rule: str) -> None:
    # RIS specification (Research Information Systems, 2001): one TI or T1, one PY or Y1; DA is the date in full
    assert rules(read(f"TY  - GEN\nID  - b\n{lines}\nER  -\n")) == [
        (rule, f"bib/x.ris:{3 + lines.count(chr(10))}:1", "warning")
    ]


def test_values_that_are_the_same_or_add_to_each_other_are_not_reported() -> None:
    lines = (
        "TI  - A\nT1  - a\nPY  - 2031\nDA  - 2031/05/07\nY1  - May 7\nDO  - 10.5555/a\nDO  - https://doi.org/10.5555/A"
    )
    assert rules(read(f"TY  - GEN\nID  - b\n{lines}\nER  -\n")) == []


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
