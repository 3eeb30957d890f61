"""RIS files, as EndNote, Zotero, Scopus, Web of Science and publishers export them.

A line is a tag and its value, a record the lines from `TY` to `ER` or to the next `TY`: so a broken record never takes
its neighbours with it. Each field keeps its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from kg.core.files import SourceFile
from kg.core.problems import Location, Problem, Severity
from kg.model.bibliography import Person
from kg.readers.bibtex.latex import without_markup
from kg.readers.bibtex.names import OTHERS
from kg.readers.doi import read_doi
from kg.readers.records import (
    CONTAINERS,
    PUBLISHERS,
    RecordFile,
    WorkRecord,
    date_fields,
    iso_date,
    keywords,
    pages,
    thesis,
    usable_key,
)

_LINE = re.compile(r"([A-Z][A-Z0-9])  -(?: |\Z)?(.*)")
_KINDS = {
    "article": "JOUR EJOUR MGZN NEWS ABST JFULL INPR", "inproceedings": "CONF CPAPER",
    "incollection": "CHAP ECHAP ENCYC DICT", "book": "BOOK EBOOK EDBOOK CLSWK", "thesis": "THES",
    "techreport": "RPRT GOVDOC", "unpublished": "UNPB UNPD MANSCPT", "online": "ELEC BLOG ICOMM", "software": "COMP",
    "dataset": "DATA DBASE AGGR", "patent": "PAT", "standard": "STAND", "booklet": "PAMP", "video": "VIDEO MPCT MULTI",
    "misc": "GEN",
}  # fmt: skip
_KIND_OF = {tag: kind for kind, tags in _KINDS.items() for tag in tags.split()}
_FIELDS = {
    "title": "TI T1 CT", "doi": "DO", "volume": "VL", "number": "IS", "eid": "C7", "edition": "ET", "address": "CY PP",
    "url": "UR LK", "abstract": "AB N2", "language": "LA", "note": "N1", "shorttitle": "ST", "type": "M3",
    "affiliation": "AD", "file": "L1", "urldate": "Y2",
}  # fmt: skip
"""The tags whose first value is the field; what else they hold is kept under the name of the tag."""
_LISTS = frozenset({"AU", "A1", "A2", "A3", "A4", "ED", "KW"})
"""Tags whose lines without a tag are further values, as EndNote writes keywords; elsewhere they go on with the text."""
_ISSN = re.compile(r"\d{4}-?\d{3}[\dXx]")
_CONTAINER_TAGS = ("T2", "JF", "JO", "C3", "BT", "JA", "J2")


@dataclass
class _Tags:
    """The values of one record by tag, in order; what is taken is known, the rest keeps the name of its tag."""

    where: Location
    values: dict[str, list[tuple[str, Location]]] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)
    places: dict[str, Location] = field(default_factory=dict)

    def add(self, tag: str, value: str, where: Location) -> None:
        self.values.setdefault(tag, []).append((value, where))

    def go_on(self, tag: str, line: str, where: Location) -> None:
        """A line without a tag."""
        if tag in _LISTS or tag not in self.values:
            self.add(tag, line, where)
        else:
            value, first = self.values[tag][-1]
            self.values[tag][-1] = (f"{value} {line}", first)

    def all(self, name: str, *tags: str) -> list[str]:
        """Takes the values of the tags for a field, each once."""
        return list(dict.fromkeys(value for values in self._lists(name, tags) for value in values))

    def names(self, name: str, *tags: str) -> list[str]:
        """The same for persons, of whom two may have one name; some exporters give the same list under two tags."""
        lists = self._lists(name, tags)
        return [value for number, values in enumerate(lists) if values not in lists[:number] for value in values]

    def _lists(self, name: str, tags: tuple[str, ...]) -> list[list[str]]:
        found = [self.values.pop(tag, []) for tag in tags]
        if first := next(filter(None, found), None):
            self.places.setdefault(name, first[0][1])
        return [[value for value, _ in pairs if value] for pairs in found]

    def first(self, name: str, *tags: str) -> None:
        """Takes the first value that is not empty as the field, and those that say the same."""
        chosen = next(((v, where) for tag in tags for v, where in self.values.get(tag, []) if v), None)
        if chosen and name not in self.fields:
            self.set(name, *chosen, tags)

    def longest(self, name: str, *tags: str) -> None:
        """Exporters do not agree which tag has the full title and which the short one."""
        found = [pair for tag in tags for pair in self.values.get(tag, [])]
        if found:
            self.set(name, *max(found, key=lambda pair: len(pair[0])), tags)

    def set(self, name: str, value: str, where: Location, tags: tuple[str, ...]) -> None:
        self.fields[name], self.places[name] = value, where
        for tag in tags:
            self.values[tag] = [pair for pair in self.values.get(tag, []) if pair[0] != value]

    def rest(self) -> None:
        """What has no name in BibTeX keeps that of its tag."""
        for tag, found in self.values.items():
            if value := "; ".join(value for value, _ in found if value):
                self.fields[f"ris-{tag.lower()}"], self.places[f"ris-{tag.lower()}"] = value, found[0][1]


def read_ris(file: SourceFile) -> RecordFile:
    """Every record of the file, or why it is none."""
    read = RecordFile(file)
    for tags in _records(file, read):
        read.seen += 1
        kinds = tags.values.pop("TY")
        if not any(value for found in tags.values.values() for value, _ in found):
            read.report(tags.where, "ris/empty", "this record says nothing", "remove it, or look what was lost")
            continue
        read.records.append(_record(tags, kinds[0][0]))
    if not read.seen and file.text.strip():
        read.report(
            Location(file.name),
            "ris/no-record",
            "this is no RIS file: no line begins with `TY  - `",
            "export it again, or move it out of bib/",
        )
    return read


def _records(file: SourceFile, read: RecordFile) -> Iterator[_Tags]:
    """The records as tags and values; what stands between them is reported."""
    tags: _Tags | None = None
    tag = ""
    outside: set[bool] = set()  # what was reported since the last record
    for number, written in enumerate(file.text.split("\n"), 1):
        line, where = written.strip("\ufeff \t"), Location(file.name, number, 1)
        match = _LINE.fullmatch(line)
        if match and match[1] == "TY":
            if tags:
                read.problems.append(_not_ended(tags))
                yield tags
            tag, tags, outside = "TY", _Tags(where, {"TY": [(match[2].strip(), where)]}, {}, {"": where}), set()
        elif match and match[1] == "ER":
            if tags:
                yield tags
            tags, outside = None, set()
        elif tags and match:
            tag = match[1]
            tags.add(tag, match[2].strip(), where)
        elif tags and line:
            tags.go_on(tag, line, where)
        elif line and bool(match) not in outside:
            outside.add(bool(match))
            severity: Severity = "error" if match else "warning"  # a record that lost its beginning, or a remark
            read.problems.append(
                Problem(
                    where,
                    "ris/outside",
                    "this stands in no record",
                    "a record begins with `TY  - ` and ends with `ER  - `",
                    severity,
                )
            )
    if tags:
        read.problems.append(_not_ended(tags))
        yield tags


def _not_ended(tags: _Tags) -> Problem:
    return Problem(
        tags.where,
        "ris/not-ended",
        "this record has no `ER  - `",
        "it was taken to end before the next one; see whether anything was lost",
        "warning",
    )


def _record(tags: _Tags, written: str) -> WorkRecord:
    kind = _KIND_OF.get(written.upper(), "misc")
    problems = []
    if written.upper() not in _KIND_OF:
        tags.add("TY", written, tags.where)  # kept with what has no name in BibTeX
        problems.append(
            Problem(
                tags.where,
                "ris/type",
                f"the type `{written[:30]}` is read as @misc",
                "JOUR, CONF, CHAP, BOOK, THES, RPRT or GEN, if one of them is meant",
                "warning",
            )
        )
    if kind == "thesis":
        kind = thesis(" ".join(value for value, _ in tags.values.get("M3", [])))
    key = next((usable_key(value) for value, _ in tags.values.get("ID", [])), "")
    if key:
        del tags.values["ID"][0]
    authors = _persons(tags.names("author", "AU", "A1"))
    editors = _persons(tags.names("editor", "ED", "A2"))
    _titles(tags, kind)
    _dates(tags)
    _doi(tags)
    for name, names in _FIELDS.items():
        tags.first(name, *names.split())
    tags.first(PUBLISHERS.get(kind, "publisher"), "PB")
    _pages(tags)
    _standard_numbers(tags, kind)
    if words := tags.all("keywords", "KW"):
        parts = [part.strip() for word in words for part in without_markup(word).split(";")]
        tags.fields["keywords"] = keywords(list(dict.fromkeys(filter(None, parts))))
    if "urldate" in tags.fields:
        tags.fields["urldate"] = iso_date(tags.fields["urldate"])
    tags.rest()
    named = [name for name in authors if not OTHERS.fullmatch(name.full)]
    return WorkRecord(key, kind, tags.fields, tags.places, named, editors, len(named) < len(authors), problems)


def _persons(names: list[str]) -> list[Person]:
    """`Berg, Jan, Jr.`; what has no comma is the name of an organisation."""
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
    tags.longest(CONTAINERS.get(kind, "howpublished"), *_CONTAINER_TAGS)
    if kind == "article":
        tags.first("shortjournal", "J2", "JA", "JO")
    elif kind == "inproceedings":
        tags.first("eventtitle", "T2")
    tags.first("series", "T3")


def _dates(tags: _Tags) -> None:
    """The first date is that of the work; others can only say more of the same."""
    for tag in ("PY", "Y1", "DA"):
        for value, where in list(tags.values.get(tag, [])):
            found = date_fields(value) if value else {}
            if any(tags.fields.get(name, part) != part for name, part in found.items()):
                continue
            for name, part in found.items():
                tags.fields[name] = part
                tags.places.setdefault(name, where)
            if len(found) > 1 or value.strip("/") == found.get("year", ""):  # else it says more than was understood
                tags.values[tag].remove((value, where))


def _doi(tags: _Tags) -> None:
    """Old exports have it in `M3`."""
    tags.first("doi", "DO")
    other = next(((value, where) for value, where in tags.values.get("M3", []) if read_doi(value)), None)
    if other and "doi" not in tags.fields:
        tags.set("doi", *other, ("M3",))


def _pages(tags: _Tags) -> None:
    found, last = tags.all("pages", "SP"), tags.all("pages", "EP")
    whole = re.search(r"\d\s*[-–]", "".join(found[:1]))  # some write both pages in `SP`
    both = list(dict.fromkeys([*found[:1], *([] if whole else last[:1])]))
    if both:
        tags.fields["pages"] = pages("–".join(both))
    if more := [page for page in [*found[1:], *last] if page not in "–".join(both)]:
        tags.fields["ris-ep"] = "; ".join(more)


def _standard_numbers(tags: _Tags, kind: str) -> None:
    """`SN` holds ISSN, ISBN or, of a report, its number; Scopus says which in parentheses."""
    found: dict[str, list[str]] = {}
    for value in tags.all("issn", "SN"):
        for number in re.split(r"\s*[;,]\s*", re.sub(r"\s*\((?:ISSN|ISBN)\)", "", value)):
            name = "issn" if _ISSN.fullmatch(number) else "number" if kind == "techreport" else "isbn"
            found.setdefault(name, []).append(number)
    for name, numbers in found.items():
        tags.fields[name if name not in tags.fields else "ris-sn"] = ", ".join(filter(None, numbers))
        tags.places[name] = tags.places["issn"]
