"""Works as RIS records, for reference managers: kg reads each record back as the same work.

The tags are those of EndNote's RIS of 2011, of which Zotero, Mendeley and JabRef read what they know.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kg.answers.rows import Rows
from kg.model.bibliography import BibliographyEntry, Person
from kg.readers.records import INCOMPLETE
from kg.render.text import reference_values as values
from kg.render.text.rows import Works, cited
from kg.render.text.table import printable

_KINDS = {
    "JOUR": "article suppperiodical",
    "JFULL": "periodical",
    "CPAPER": "inproceedings conference",
    "CHAP": "incollection inbook suppbook bookinbook suppcollection",
    "ENCYC": "inreference",
    "BOOK": "book mvbook manual",
    "EDBOOK": "collection mvcollection proceedings mvproceedings reference mvreference",
    "THES": "phdthesis mastersthesis thesis",
    "RPRT": "techreport report",
    "ELEC": "online electronic www",
    "UNPB": "unpublished",
    "COMP": "software",
    "DATA": "dataset",
    "PAT": "patent",
    "STAND": "standard",
    "PAMP": "booklet",
    "VIDEO": "video movie",
}
_TYPE_OF = {kind: tag for tag, kinds in _KINDS.items() for kind in kinds.split()}
_FIELDS = (
    "VL:volume C7:eid,articleno CY:address,location ET:edition UR:url LA:language ST:shorttitle "
    "J2:shortjournal AB:abstract"
)
_TAGS = [(tag, names.split(",")) for tag, names in (pair.split(":") for pair in _FIELDS.split())]
_ISSN = re.compile(r"\d{4}-?\d{3}[\dXx]")


def rows_ris(rows: Rows, works: Works) -> str:
    """The works that the rows cite.

    Raises:
        UsageError: if the rows name no publications.
    """
    return ris(works, cited(rows, "ris"))


def ris(works: Works, keys: Sequence[str]) -> str:
    """The works with the keys, in the order of the keys."""
    return "\n".join(ris_record(work) for work in values.entries_of(works, keys))


def ris_record(work: BibliographyEntry) -> str:
    """One work as a record, which ends with a line end."""
    return (
        "".join(f"{tag}  - {' '.join(printable(value).split())}\n" for tag, value in _lines(work) if value) + "ER  - \n"
    )


def _lines(work: BibliographyEntry) -> Iterator[tuple[str, str]]:
    kind = _TYPE_OF.get(work.kind, "GEN")
    # GEN has no journal: a preprint, which has one but is of no kind with journals, would lose it.
    kind = "JOUR" if kind == "GEN" and work.venue else kind
    yield "TY", kind
    yield "ID", work.key
    yield from (("AU", _person(person)) for person in work.authors if values.has_author(work))
    yield "TI", work.title
    yield from _date(work)
    series = work.fields.get("series", "")
    yield "T2", series if work.kind in values.BOOKS else work.venue
    yield "T3", "" if work.kind in values.BOOKS else series
    yield from (("ED", _person(person)) for person in work.editors)
    yield from ((tag, values.first_of(work, *names)) for tag, names in _TAGS)
    yield from zip(("SP", "EP"), values.page_range(work.fields.get("pages", "")), strict=True)
    yield "PB", values.publisher(work)
    yield "M3", values.genre(work)
    yield from _numbers(work, kind)
    yield "DO", work.doi
    yield "Y2", re.sub(r"^(\d{4})-(\d\d)-(\d\d)$", r"\1/\2/\3/", work.fields.get("urldate", ""))
    yield from (("KW", word) for word in work.keywords)
    yield "N1", work.fields.get("note", "")
    yield "N1", INCOMPLETE.format("authors" if values.has_author(work) else "editors") if work.others else ""


def _date(work: BibliographyEntry) -> Iterator[tuple[str, str]]:
    """`PY` is a year, `DA` a date as `YYYY/MM/DD/other`, of which parts may be empty; a range has its first date."""
    date = values.date_of(work)
    if date.begin:
        yield "PY", f"{date.begin[0]:04}"
    season = values.SEASONS[date.season - 1] if date.season else ""
    if date.text:
        yield "DA", date.text
    elif season or len(date.begin) > 1:
        parts = [*(f"{part:02}" for part in date.begin), "", ""][:3]
        yield "DA", f"{parts[0].zfill(4)}/{parts[1]}/{parts[2]}/{season}"


def _numbers(work: BibliographyEntry, kind: str) -> Iterator[tuple[str, str]]:
    """Reference managers keep the number of a report in `SN`, which is otherwise for ISSN and ISBN."""
    number = work.fields.get("number", "")
    of_report = kind == "RPRT" and not _ISSN.fullmatch(number)
    yield "SN" if of_report else "IS", number
    yield "SN", work.fields.get("issn", "")
    yield "SN", "" if kind == "RPRT" else work.fields.get("isbn", "")


def _person(person: Person) -> str:
    """`Berg, Jan, Jr.`; in the entry the suffix is part of the family name.

    As EndNote has it, a comma ends the name of an organisation, and one within it is doubled: other programs would
    split it.
    """
    family, given = person.family, person.given
    name, comma, suffix = family.partition(", ")
    if given:
        return ", ".join(filter(None, [name, given, suffix]))
    return f"{name},, {suffix}" if comma else f"{family}," if " " in family else family
