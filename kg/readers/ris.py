"""RIS files, as EndNote, Zotero, Scopus, Web of Science and publishers export them.

A line is a tag and its value. A record is the lines from `TY` to `ER` or to the next `TY`, so that a broken record does
not affect its neighbours. Each field keeps its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.core.files import SourceFile
from kg.core.problems import Location, Severity
from kg.model.bibliography import Person
from kg.readers import records
from kg.readers.bibtex.latex import without_markup
from kg.readers.doi import read_doi
from kg.readers.records import RecordFile, WorkRecord

_LINE = re.compile(r"([A-Z][A-Z0-9])  -(?: |\Z)?(.*)")
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
    "title:TI,T1,CT doi:DO volume:VL number:IS eid:C7 edition:ET address:CY,PP url:UR,LK abstract:AB,N2 language:LA "
    "note:N1 shorttitle:ST type:M3 affiliation:AD file:L1 urldate:Y2"
)
"""The tags whose first value is the field; their other values are kept under the name of the tag."""
_TAGS_OF = {name: tags.split(",") for name, tags in (pair.split(":") for pair in _FIELDS.split())}
_LISTS = frozenset({"AU", "A1", "A2", "A3", "A4", "ED", "KW"})
"""Tags after which a line without tag is a further value, as in EndNote; elsewhere it continues the text."""
_ISSN = re.compile(r"\d{4}-?\d{3}[\dXx]")
_CONTAINER_TAGS = ("T2", "JF", "JO", "C3", "BT", "JA", "J2")
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


class _Tags:
    """The values of one record by tag, in order. Values that become a field are removed, the rest keep their tag."""

    def __init__(self, where: Location) -> None:
        self.record = WorkRecord(where)
        self.values: dict[str, list[tuple[str, Location]]] = {}

    def add(self, tag: str, value: str, where: Location) -> None:
        self.values.setdefault(tag, []).append((value, where))

    def add_line(self, tag: str, line: str, where: Location) -> None:
        """Adds a line without a tag that follows a value of `tag`."""
        if tag in _LISTS or tag not in self.values:
            self.add(tag, line, where)
        else:
            value, first = self.values[tag][-1]
            self.values[tag][-1] = (f"{value} {line}", first)

    def all(self, name: str, tag: str) -> list[str]:
        """Takes the values of the tag for a field, each once."""
        return list(dict.fromkeys(self._list(name, tag)))

    def names(self, name: str, *tags: str) -> list[Person]:
        """Takes the people of the tags. Two may have one name, but some exporters write one list under two tags."""
        lists = [self._list(name, tag) for tag in tags]
        return _persons(value for number, found in enumerate(lists) if found not in lists[:number] for value in found)

    def _list(self, name: str, tag: str) -> list[str]:
        found = self.values.pop(tag, [])
        if found:
            self.record.places.setdefault(name, found[0][1])
        return [value for value, _ in found if value]

    def first(self, name: str, *tags: str) -> None:
        """Takes the first value that is not empty as the field, and drops equal values."""
        chosen = next(((v, where) for tag in tags for v, where in self.values.get(tag, []) if v), None)
        if chosen and name not in self.record.fields:
            self.take(name, *chosen, tags)

    def longest(self, name: str, *tags: str) -> None:
        """Takes the longest value: exporters do not agree which tag has the full title and which the short one."""
        found = [pair for tag in tags for pair in self.values.get(tag, [])]
        if found:
            self.take(name, *max(found, key=lambda pair: len(pair[0])), tags)

    def take(self, name: str, value: str, where: Location, tags: tuple[str, ...]) -> None:
        self.record.set(name, value, where)
        for tag in tags:
            self.values[tag] = [pair for pair in self.values.get(tag, []) if pair[0] != value]

    def rest(self) -> None:
        """Keeps what has no field in BibTeX under the name of its tag."""
        for tag, found in self.values.items():
            if value := "; ".join(value for value, _ in found if value):
                self.record.set(f"ris-{tag.lower()}", value, found[0][1])


def _records(file: SourceFile, read: RecordFile) -> Iterator[_Tags]:
    """Yields the records as tags and values; reports lines between them."""
    tags: _Tags | None = None
    tag = ""
    reported: set[bool] = set()  # lines with a tag, lines without one, since the last record
    for number, written in enumerate(file.text.split("\n"), 1):
        line, where = written.strip("\ufeff \t"), Location(file.name, number, 1)
        match = _LINE.fullmatch(line)
        if match and match[1] in ("TY", "ER"):
            begins = match[1] == "TY"
            if tags:
                if begins:
                    _not_ended(read, tags)
                yield tags
            tags, tag, reported = _Tags(where) if begins else None, "TY", set()
            if tags:
                tags.add(tag, match[2].strip(), where)
        elif tags and match:
            tag = match[1]
            tags.add(tag, match[2].strip(), where)
        elif tags and line:
            tags.add_line(tag, line, where)
        elif line and bool(match) not in reported:
            reported.add(bool(match))
            hint = "a record begins with `TY  - ` and ends with `ER  - `"
            severity: Severity = "error" if match else "warning"  # a record that lost its beginning, or a remark
            read.report(where, "ris/outside", "this line is not part of a record", hint, severity)
    if tags:
        _not_ended(read, tags)
        yield tags


def _not_ended(read: RecordFile, tags: _Tags) -> None:
    hint = "it was read up to the next record; check whether anything was lost"
    read.report(tags.record.where, "ris/not-ended", "this record has no `ER  - `", hint, "warning")


def _record(tags: _Tags, written: str) -> WorkRecord:
    record, kind = tags.record, _KIND_OF.get(written.upper())
    record.set_kind(kind, written, "ris/type", _KNOWN_TYPES, record.where)
    if kind is None:
        tags.add("TY", written, record.where)  # is kept as a field
    if kind == "thesis":
        record.kind = records.thesis(" ".join(value for value, _ in tags.values.get("M3", [])))
    record.key = next((records.usable_key(value) for value, _ in tags.values.get("ID", [])), "")
    if record.key:
        del tags.values["ID"][0]
    record.set_authors(tags.names("author", "AU", "A1"))
    record.editors = tags.names("editor", "ED", "A2")
    _titles(tags, record.kind)
    _dates(tags)
    _doi(tags)
    for name, names in _TAGS_OF.items():
        tags.first(name, *names)
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


def _persons(names: Iterator[str]) -> list[Person]:
    """Reads `Berg, Jan, Jr.`; a name without comma is that of an organisation."""
    persons = []
    for name in (part.strip() for value in names for part in without_markup(value).split(";")):
        family, given, suffix, *more = [*(part.strip() for part in name.split(",")), "", ""]
        if any(more):
            persons.append(Person(name))
        elif name:
            persons.append(Person(f"{family}, {suffix}" if suffix else family, given))
    return persons


def _titles(tags: _Tags, kind: str) -> None:
    if kind == "book":
        tags.first("title", "TI", "T1", "BT")
        tags.first("series", "T2", "T3")
        return
    tags.longest(records.CONTAINERS.get(kind, "howpublished"), *_CONTAINER_TAGS)
    if kind == "article":
        tags.first("shortjournal", "J2", "JA", "JO")
    elif kind == "inproceedings":
        tags.first("eventtitle", "T2")
    tags.first("series", "T3")


def _dates(tags: _Tags) -> None:
    """The first date is that of the work; later ones can only add month and day."""
    record = tags.record
    for tag in ("PY", "Y1", "DA"):
        for value, where in list(tags.values.get(tag, [])):
            found = records.date_fields(value) if value else {}
            if any(record.fields.get(name, part) != part for name, part in found.items()):
                continue
            record.fields |= found
            record.places = dict.fromkeys(found, where) | record.places
            if len(found) > 1 or value.strip("/") == found.get("year", ""):  # else not all of it was understood
                tags.values[tag].remove((value, where))


def _doi(tags: _Tags) -> None:
    """Old exports have the DOI in `M3`."""
    tags.first("doi", "DO")
    other = next(((value, where) for value, where in tags.values.get("M3", []) if read_doi(value)), None)
    if other and "doi" not in tags.record.fields:
        tags.take("doi", *other, ("M3",))


def _pages(tags: _Tags) -> None:
    found, last = tags.all("pages", "SP"), tags.all("pages", "EP")
    whole = re.search(r"\d\s*[-–]", "".join(found[:1]))  # some write both pages in `SP`
    both = list(dict.fromkeys([*found[:1], *([] if whole else last[:1])]))
    if both:
        tags.record.fields["pages"] = records.pages("–".join(both))
    if more := [page for page in [*found[1:], *last] if page not in "–".join(both)]:
        tags.record.fields["ris-ep"] = "; ".join(more)


def _standard_numbers(tags: _Tags) -> None:
    """`SN` holds ISSN, ISBN or the number of a report; Scopus says which in parentheses."""
    record, found = tags.record, dict[str, list[str]]()
    for value in tags.all("issn", "SN"):
        for number in re.split(r"\s*[;,]\s*", re.sub(r"\s*\((?:ISSN|ISBN)\)", "", value)):
            name = "issn" if _ISSN.fullmatch(number) else "number" if record.kind == "techreport" else "isbn"
            found.setdefault(name, []).append(number)
    for name, numbers in found.items():
        record.fields[name if name not in record.fields else "ris-sn"] = ", ".join(filter(None, numbers))
        record.places[name] = record.places["issn"]
