"""Works of every kind as BibTeX, and their round trips through the files that kg writes for reference managers."""

from __future__ import annotations

import re

from hypothesis import strategies as st

from kg.core.files import SourceFile
from kg.model.bibliography import BibliographyEntry, Person
from kg.readers.bibliography import BibSource, read_bibtex
from kg.readers.bibtex.write import write_entry

BIB = r"""
@inproceedings{paper, author = {Doe, Jane and van der Toy, Jan and Berg, Jr., Ida and {Acme Toys, Inc.} and others},
  title = {The {NASA} test of H\textsubscript{2}O in the 5\textsuperscript{th} r{\'e}gime}, editor = {Ted, Ann},
  booktitle = {Proceedings of Toys}, series = {LNTS}, volume = 12, pages = {12--34}, publisher = {Toy \& Sons},
  address = {Oulu}, year = 2031, month = mar, day = 7, isbn = {978-3-16-148410-0}, doi = {10.5555/p}, keywords = {a, b}}
@article{article, author = {d'Alembert, Jean}, title = {Journal toys}, journal = {J. Toys}, volume = 3, number = 4,
  pages = {5-1--5-12}, issn = {1234-5678}, date = {2031-05-07}, note = {Seen once}}
@article{numbered, author = {{Plato}}, title = {An article number}, journal = {J. Toys}, eid = {e17}, year = {2030}}
@incollection{chapter, author = {Muster, Zo{\"e}}, title = {A chapter}, booktitle = {Big book},
  editor = {Ted, A. and Bear, B.}, pages = {1--9}, publisher = {P}, edition = {2}, year = 2029, month = {March 5}}
@book{book, author = {Toy, A.}, title = {A book}, subtitle = {And more}, publisher = {P}, series = {Toy texts},
  number = 7, isbn = {978-3-16-148410-0}, year = {2028}}
@proceedings{volume, editor = {Ted, Ann and others}, title = {All papers}, publisher = {P}, year = 2031}
@phdthesis{phd, author = {Toy, B.}, title = {A thesis}, school = {University of Toys}, year = {2027}}
@thesis{master, author = {Toy, C.}, title = {Another},
  type = {mathesis}, institution = {University of Toys}, date = {2027-21}}
@techreport{report, author = {{Acme Toys and Sons}}, title = {A report}, institution = {Acme}, number = {TR-3},
  year = {in press}}
@online{web, author = {Toy, D.}, title = {A page}, url = {https://example.org/a_b},
  urldate = {2031-01-02}, year = {about 1984}}
@misc{preprint, author = {Toy, E.}, title = {A preprint}, journal = {arXiv}, date = {2031-05~/2032}}
@unpublished{draft, author = {Toy, F.}, title = {A draft}, date = {2031/..}, note = {Draft}}
@misc{other, author = {Toy, G.}, title = {Something}, date = {2031?}}
"""


def read(name: str, text: str) -> BibSource:
    return read_bibtex(SourceFile(name, text, ""))


def works() -> dict[str, BibliographyEntry]:
    return {work.key: work for work in read("bib/works.bib", BIB).publications}


def facts(work: BibliographyEntry) -> dict[str, object]:
    """What has to come back: hyphens and dashes between pages are the same, and an article number is a page."""
    pages = work.fields.get("pages") or work.fields.get("eid", "")
    return {
        "authors": work.authors,
        "others": work.others,
        "editors": work.editors,
        "title": work.title,
        "year": work.year,
        "venue": work.venue,
        "pages": re.sub(r"[-–]", "-", pages),
        "doi": work.doi,
        "url": work.fields.get("url", ""),
        "keywords": work.keywords,
    }


NAME = st.text("abcdeäßçABCDÉ'-", min_size=1, max_size=6).filter(str.isalpha)
PEOPLE = st.one_of(
    st.builds(Person, st.builds(" ".join, st.lists(NAME, min_size=1, max_size=3)), NAME),
    st.builds(
        lambda family, given, suffix: Person(f"{family}, {suffix}", given), NAME, NAME, st.sampled_from(["Jr.", "III"])
    ),
    st.builds(Person, st.sampled_from(["Acme Toys, Inc.", "Toy and Sons Institute", "ACM", "d'Arc Foundation"])),
)
TEXT = st.text("abcXYZäß0 :&%$#_{}<>^~-'\"\\", max_size=20).map(lambda text: f"T{text}")
DATES = st.sampled_from(
    [
        "2031",
        "2031-05",
        "2031-05-07",
        "2031/2032",
        "2031-05/2032-06-01",
        "2031/..",
        "2031~",
        "2031-05~",
        "2031-22",
        "2031-XX",
    ]
)
PAGES = st.sampled_from(["", "1", "1–9", "12-34", "e5", "5-1–5-12", "1–2, 4–5", "S1-S9", "iv–xii"])
ALL_KINDS = (
    "article inproceedings incollection book phdthesis mastersthesis techreport online unpublished misc software"
)
KINDS = st.sampled_from(ALL_KINDS.split())
CONTAINERS = {"article": "journal", "inproceedings": "booktitle", "incollection": "booktitle"}


@st.composite
def any_work(draw: st.DrawFn) -> BibliographyEntry:
    """A work of any kind as its BibTeX entry is read."""
    kind, venue = draw(KINDS), draw(TEXT)
    authors, editors = (draw(st.lists(PEOPLE, max_size=most)) for most in (3, 2))
    fields = {"title": draw(TEXT), "date": draw(DATES), "pages": draw(PAGES), "publisher": venue}
    fields[CONTAINERS.get(kind, "series")] = venue
    others = draw(st.booleans()) and bool(authors or editors)
    (work,) = read("bib/x.bib", write_entry(kind, "key", fields, authors, others=others, editors=editors)).publications
    return work
