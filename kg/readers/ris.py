"""RIS files, as EndNote, Zotero, Scopus, Web of Science and publishers export them.

A line is a tag and its value. A record is the lines from `TY` to `ER` or to the next `TY`, so that a broken record does
not affect its neighbours. Each field keeps its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from kg.core.files import SourceFile
from kg.core.problems import Location, Severity
from kg.readers import records
from kg.readers.bibtex.latex import without_markup
from kg.readers.bibtex.publication import thesis_kind
from kg.readers.doi import read_doi
from kg.readers.records import INCOMPLETE, RecordFile, WorkRecord
from kg.readers.tagged import TaggedRecord
from kg.readers.venues import is_series, shortens

_LINE = re.compile(r"([A-Z][A-Z0-9]{1,3})  -(?: |\Z)?(.*)")
"""A tag has two characters; some programs add longer ones, such as `PMID`."""
_ONE_SPACE = re.compile(r"([A-Z][A-Z0-9]) -(?: (.*))?")
_TYPE = re.compile("[A-Z]{2,8}")
_KINDS = {
    "article": "JOUR EJOUR MGZN NEWS ABST JFULL INPR",
    "inproceedings": "CONF CPAPER",
    "incollection": "CHAP ECHAP ENCYC DICT",
    "book": "BOOK EBOOK EDBOOK CLSWK",
    "techreport": "RPRT GOVDOC",
    "unpublished": "UNPB UNPD MANSCPT",
    "online": "ELEC BLOG ICOMM",
    "dataset": "DATA DBASE AGGR",
    "video": "VIDEO MPCT MULTI",
}
_KIND_OF = {tag: kind for kind, tags in _KINDS.items() for tag in tags.split()}
_KIND_OF |= {
    "THES": "thesis",
    "COMP": "software",
    "PAT": "patent",
    "STAND": "standard",
    "PAMP": "booklet",
    "GEN": "misc",
}
_FIELDS = (
    "title:TI,T1,CT doi:DO volume:VL,VO number:IS eid:C7 edition:ET address:CY,PP url:UR,LK abstract:AB,N2 language:LA "
    "note:N1 shorttitle:ST type:M3 affiliation:AD file:L1 urldate:Y2"
)
"""The tags whose first value is the field; their other values are kept under the name of the tag."""
_TAGS_OF = {name: tags.split(",") for name, tags in (pair.split(":") for pair in _FIELDS.split())}
_SINGLE = frozenset({"title", "doi", "volume", "number"})
"""Fields of which a work has one value."""
_LISTS = frozenset({"AU", "A1", "A2", "A3", "A4", "ED", "KW"})
"""Tags after which a line without tag is a further value, as in EndNote; elsewhere it continues the text."""
_TEXTS = frozenset({"AB", "N1", "N2"})
"""Tags with long texts, which may contain what looks like a tag."""
_ISSN = re.compile(r"\d{4}-?\d{3}[\dXx]")
_CONTAINER_TAGS = ("T2", "JF", "BT", "C3", "JO", "JA", "J2")
"""The tags of full titles before those of short ones."""
_WITHOUT_FIELD = """
AN C1 C2 C4 C5 C6 C8 CA CN CP DA DB DP EP ET ID J1 L2 L3 L4 LB M1 M2 NV OP PB PY RI RN RP SE SN SP T3 TA TT U1 U2 U3 U4
U5 Y1
"""
_TAGS = frozenset(
    {*_WITHOUT_FIELD.split(), *_LISTS, *_CONTAINER_TAGS, *(tag for tags in _TAGS_OF.values() for tag in tags)}
)
"""The tags of RIS."""
_KNOWN_TYPES = "JOUR, CONF, CHAP, BOOK, THES, RPRT or GEN"


def read_ris(file: SourceFile) -> RecordFile:
    """Returns the records of a RIS file; everything that is not a record is reported."""
    read = RecordFile(file)
    for tags in _records(file, read):
        read.seen += 1
        written = tags.values.pop("TY")[0][0]
        if not any(value for found in tags.values.values() for value, _ in found):
            read.report(tags.record.where, "ris/empty", "this record is empty", "remove it, or see what was lost")
        else:
            read.records.append(_record(tags, written))
    if not read.seen and file.text.strip():
        message = "this is not a RIS file: no line begins with `TY  - `"
        read.report(Location(file.name), "ris/no-record", message, "export it again, or move it out of bib/")
    return read


class _RisLine(NamedTuple):
    """A line of a record: its tag, empty if it has none, and its value."""

    tag: str
    value: str
    one_space: bool = False


def _line(text: str, tags: TaggedRecord | None, one_space: bool) -> _RisLine:
    """Returns the line, which may have one space before its hyphen if the tag is known or other lines have one, too."""
    if match := _LINE.fullmatch(text):
        return _RisLine(match[1], match[2].strip())
    match = _ONE_SPACE.fullmatch(text)
    if match:
        tag, value = match[1], (match[2] or "").strip()
        certain = {"TY": _TYPE.fullmatch(value) is not None, "ER": not value}
        if certain.get(tag, tags is not None and (one_space or tag in _TAGS)):
            return _RisLine(tag, value, True)
    return _RisLine("", text)


def _records(file: SourceFile, read: RecordFile) -> Iterator[TaggedRecord]:
    """Yields the records as tags and values; reports lines between them."""
    tags: TaggedRecord | None = None
    tag, one_space = "", False
    reported: set[bool] = set()  # lines with a tag, lines without one, since the last record
    for number, written in enumerate(file.text.split("\n"), 1):
        where = Location(file.name, number, 1)
        line = _line(written.strip("\ufeff \t"), tags, one_space)
        if line.tag in ("TY", "ER"):
            begins = line.tag == "TY"
            if tags:
                if begins:
                    _not_ended(read, tags)
                yield tags
            tags = TaggedRecord(where, "ris") if begins else None
            tag, one_space, reported = "TY", line.one_space, set()
            if tags:
                tags.add(tag, line.value, where)
        elif tags:
            tag = _add(tags, line, where, tag, usual=line.one_space == one_space)
        elif line.value and bool(line.tag) not in reported:
            reported.add(bool(line.tag))
            hint = "a record begins with `TY  - ` and ends with `ER  - `"
            severity: Severity = "error" if line.tag else "warning"  # a record that lost its beginning, or a remark
            read.report(where, "ris/outside", "this line is not part of a record", hint, severity)
    if tags:
        _not_ended(read, tags)
        yield tags


def _add(tags: TaggedRecord, line: _RisLine, where: Location, before: str, *, usual: bool) -> str:
    """Adds a line and returns its tag, or that of the lines `before` if it has none.

    Without a tag it is a further value of a list, else it continues a text, but never the type.
    """
    if line.tag:
        if not usual and before in _TEXTS:
            message, hint = (
                f"this line is read as the tag {line.tag}",
                f"if it is text of {before}, join it to that line",
            )
            tags.record.report(where, "ris/one-space", message, hint, "warning")
        tags.add(line.tag, line.value, where)
        return line.tag
    if line.value and before == "TY":
        message, hint = "this line has no tag and is not read", "a line is a tag, two spaces, a hyphen and a value"
        tags.record.report(where, "ris/no-tag", message, hint, "warning")
    elif line.value and before in _LISTS:
        tags.add(before, line.value, where)
    elif line.value:
        tags.extend(before, line.value)
    return before


def _not_ended(read: RecordFile, tags: TaggedRecord) -> None:
    hint = "it was read up to the next record; check whether anything was lost"
    read.report(tags.record.where, "ris/not-ended", "this record has no `ER  - `", hint, "warning")


def _record(tags: TaggedRecord, written: str) -> WorkRecord:
    record, kind = tags.record, _KIND_OF.get(written.upper())
    record.set_kind(kind, written, "ris/type", _KNOWN_TYPES, record.where)
    if kind is None:
        tags.add("TY", written, record.where)  # is kept as a field
    if kind == "thesis":
        record.kind = thesis_kind(" ".join(value for value, _ in tags.values.get("M3", [])))
    record.key = next((records.usable_key(value) for value, _ in tags.values.get("ID", [])), "")
    if record.key:
        del tags.values["ID"][0]
    record.set_people(tags.people("author", "AU", "A1"), tags.people("editor", "ED", "A2"))
    record.others = _noted(tags, "authors") or record.others
    record.other_editors = _noted(tags, "editors") or record.other_editors
    _titles(tags, record.kind)
    _dates(tags)
    _doi(tags)
    for name, names in _TAGS_OF.items():
        (tags.only if name in _SINGLE else tags.first)(name, *names)
    tags.first(records.PUBLISHERS.get(record.kind, "publisher"), "PB")
    _pages(tags)
    _standard_numbers(tags)
    if words := tags.all("keywords", "KW"):
        parts = [part.strip() for word in words for part in without_markup(word).split(";")]
        record.fields["keywords"] = records.keywords(list(dict.fromkeys(filter(None, parts))))
    if "urldate" in record.fields:
        record.fields["urldate"] = records.iso_date(record.fields["urldate"])
    tags.rest()
    return record


def _noted(tags: TaggedRecord, people: str) -> bool:
    """Takes the note that the list of these people is incomplete, as kg writes it; returns whether there is one."""
    notes = tags.values.get("N1", [])
    tags.values["N1"] = [pair for pair in notes if pair[0] != INCOMPLETE.format(people)]
    return len(tags.values["N1"]) < len(notes)


def _titles(tags: TaggedRecord, kind: str) -> None:
    if kind == "book":
        tags.first("title", "TI", "T1", "BT")
        tags.first("series", "T2", "T3")
        return
    name = records.CONTAINERS.get(kind, "howpublished")
    if kind == "inproceedings":
        _proceedings(tags)
    tags.first(name, *_CONTAINER_TAGS)
    if kind == "article":
        tags.first("shortjournal", "J2", "JA", "JO")
    tags.first("series", "T3")


def _proceedings(tags: TaggedRecord) -> None:
    """Reads `C3`, the title of the proceedings, and `T2`, which is the conference, the series or the full title."""
    second, proceedings = ([pair for pair in tags.values.get(tag, []) if pair[0]] for tag in ("T2", "C3"))
    if not second or not proceedings or shortens(proceedings[0][0], second[0][0]):
        return
    titles = second[0][0], proceedings[0][0]
    if is_series(*reversed(titles)):
        tags.first("booktitle", "T2")
        tags.first("series", "C3")
    else:
        tags.first("booktitle", "C3")
        tags.first("series" if is_series(*titles) else "eventtitle", "T2")


def _dates(tags: TaggedRecord) -> None:
    """The first date is that of the work; later ones can only add month and day."""
    for tag in ("PY", "Y1", "DA"):
        for value, where in list(tags.values.get(tag, [])):
            before = tags.record.date
            if value and tags.record.set_date(value, where):
                tags.values[tag].remove((value, where))
            elif value and records.contradicts(value, before):
                message, hint = f"`{value[:30]}` is another date than {before}, which is read", "keep one of them"
                tags.record.report(where, "ris/date", message, hint, "warning")


def _doi(tags: TaggedRecord) -> None:
    """Old exports have the DOI in `M3`."""
    tags.first("doi", "DO")
    other = next(((value, where) for value, where in tags.values.get("M3", []) if read_doi(value)), None)
    if other and "doi" not in tags.record.fields:
        tags.take("doi", *other, ("M3",))


def _pages(tags: TaggedRecord) -> None:
    found, last = tags.all("pages", "SP"), tags.all("pages", "EP")
    # Some write both pages in `SP`, but a page number can contain a hyphen.
    whole = re.search(r"\d\s*[-–]", "".join(found[:1])) and not re.search(r"[-–]", "".join(last[:1]))
    both = list(dict.fromkeys([*found[:1], *([] if whole else last[:1])]))
    if both:
        tags.record.fields["pages"] = records.pages("–".join(both))
    if more := [page for page in [*found[1:], *last] if page not in "–".join(both)]:
        tags.record.fields["ris-ep"] = "; ".join(more)


def _standard_numbers(tags: TaggedRecord) -> None:
    """`SN` holds ISSN, ISBN or the number of a report; Scopus says which in parentheses."""
    record, found = tags.record, dict[str, list[str]]()
    for value in tags.all("issn", "SN"):
        for number in re.split(r"\s*[;,]\s*", re.sub(r"\s*\((?:ISSN|ISBN)\)", "", value)):
            name = "issn" if _ISSN.fullmatch(number) else "number" if record.kind == "techreport" else "isbn"
            found.setdefault(name, []).append(number)
    for name, numbers in found.items():
        record.fields[name if name not in record.fields else "ris-sn"] = ", ".join(filter(None, numbers))
        record.places[name] = record.places["issn"]
