"""Records of bibliographies that are not BibTeX: each becomes a BibTeX entry, which is then read as all entries are."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from kg.core.files import SourceFile
from kg.core.problems import Location, Problem
from kg.model.bibliography import Person
from kg.readers.bibtex.entries import EntryFile, RawEntry, Reporting
from kg.readers.bibtex.file import BibtexFile, MacroScope
from kg.readers.bibtex.latex import to_unicode, without_markup
from kg.readers.bibtex.names import OTHERS, read_names
from kg.readers.bibtex.publication import is_verbatim
from kg.readers.bibtex.write import is_key, make_key, write_entry
from kg.readers.doi import read_doi
from kg.readers.people import ListedName

CONTAINERS = {"article": "journal", "inproceedings": "booktitle", "incollection": "booktitle"}
"""The field for the container of a work by kind; other kinds have `howpublished`, and books `series`."""
PUBLISHERS = {"phdthesis": "school", "mastersthesis": "school", "thesis": "school", "techreport": "institution"}
"""The field for the publisher of a work by kind, where it is not `publisher`."""
INCOMPLETE = "The list of {} is incomplete (and others)."
"""The note by which kg writes `and others` in formats that have no such name."""
_DATE = re.compile(r"(\d{4})(?:[/-](\d\d?)?)?(?:[/-](\d\d?)?)?/?(?:[ T/]\d\d?(?::\d\d){1,2}.*|/?(\D.*))?", re.ASCII)
_EDTF = re.compile(r"(?=.*[?~%/])\d{4}(?:-\d\d){0,2}[?~%]?(?:/(?:\.\.|\d{4}(?:-\d\d){0,2}[?~%]?)?)?", re.ASCII)
"""Dates of biblatex and of CSL 1.1 that a year, a month and a day cannot give: ranges and doubtful ones."""
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d", re.ASCII)
_TOKEN = re.compile(r"\d+|[^\W\d_]+|[?~%]")
_MONTHS = """
january february march april may june july august september october november december
"""
_MONTH_OF = {
    name[:length]: str(number)
    for number, name in enumerate(_MONTHS.split(), 1)
    for length in (3, 4, len(name))  # `Sept` is as usual as `Sep`
}
_OF_DATES = re.compile(r"spring|summer|autumn|fall|winter|quarter|st|nd|rd|th|to|and|\d+", re.I)
_BEGINNING = re.compile(r"\A([^{(]*[{(])\s*,?(\s*)")
_RANGE = re.compile(r"(?<=\d)\s*-\s*(?=\d)")


@dataclass
class WorkRecord(Reporting):
    """A work with the kind of its BibTeX entry, its fields as plain text, and the place of each.

    `key` is empty if the record has none that can be cited; `others` says that the list of authors is incomplete,
    and `other_editors` that of editors.
    """

    where: Location
    key: str = ""
    kind: str = "misc"
    fields: dict[str, str] = field(default_factory=dict)
    places: dict[str, Location] = field(default_factory=dict)
    authors: Sequence[Person] = ()
    editors: Sequence[Person] = ()
    others: bool = False
    other_editors: bool = False
    problems: list[Problem] = field(default_factory=list)

    def set(self, name: str, value: str, where: Location) -> None:
        self.fields[name], self.places[name] = value, where

    def set_people(self, authors: Sequence[Person], editors: Sequence[Person]) -> None:
        """Sets authors and editors; a name such as `et al.` says that the list is incomplete."""
        self.authors, self.editors = (
            [one for one in people if not OTHERS.fullmatch(one.full)] for people in (authors, editors)
        )
        self.others, self.other_editors = len(self.authors) < len(authors), len(self.editors) < len(editors)

    def report_doubts(self, names: Iterable[ListedName], where: Location, hint: str) -> None:
        """Reports the names of which it is not certain who they name."""
        for name in names:
            if name.doubt:
                message = f"`{name.person.full[:60]}` {name.doubt}"
                self.report(where, "bibliography/author-doubtful", message, hint, "warning")

    def set_date(self, written: str, where: Location) -> bool:
        """Sets the fields of a date unless they contradict those it has; returns whether they say all of it."""
        read = read_date(written)
        clash = any(self.fields.get(name, part) != part for name, part in read.fields.items())
        if clash or ("date" in read.fields and "year" in self.fields):
            return False
        self.fields |= read.fields
        self.places = dict.fromkeys(read.fields, where) | self.places
        return read.whole

    @property
    def date(self) -> str:
        """The date as `2031-05-01`, as far as it is known; empty if no year is."""
        parts = self.fields.get("year", ""), self.fields.get("month", ""), self.fields.get("day", "")
        return self.fields.get("date", "") or "-".join(part.zfill(2) for part in parts if part)

    def set_kind(self, kind: str | None, written: str, rule: str, known: str, where: Location) -> None:
        """Sets the kind that a type stands for; an unknown type becomes `@misc`, with a warning that lists `known`."""
        self.kind = kind or "misc"
        if kind is None:
            message = f"the type `{written[:30]}` is read as @misc"
            self.report(where, rule, message, f"use {known}, if one of them fits", "warning")

    def entry(self, taken: Collection[str]) -> RawEntry:
        """Returns the record as an entry; one without key gets a readable key that is not among those `taken`."""
        fields = {
            name: value if is_verbatim(name, value) else without_markup(value) for name, value in self.fields.items()
        }
        if "doi" in fields:
            fields["doi"] = read_doi(fields["doi"]) or fields["doi"]
        if not self.key:
            family = self.authors[0].family if self.authors else ""
            self.key = make_key(fields.get("title", ""), fields.get("year") or fields.get("date", ""), taken, family)
            _report_made_key(self, self.where, self.key)
        more = {"others": self.others, "other_editors": self.other_editors}
        written = write_entry(self.kind, self.key, fields, self.authors, editors=self.editors, **more)
        file = BibtexFile(SourceFile(self.where.file, written, ""))
        file.finish(MacroScope({}, {}))
        values = file.entries[0].values
        return RawEntry(self.key, self.kind, values, written.rstrip(), self.where, self.places, problems=self.problems)


@dataclass
class RecordFile(EntryFile):
    """A file of records; `as_entries` makes its entries."""

    records: list[WorkRecord] = field(default_factory=list)


def as_entries(files: Sequence[EntryFile]) -> None:
    """Makes entries of all records, and keys of works without one, which differ from all other keys."""
    records = [record for file in files if isinstance(file, RecordFile) for record in file.records]
    keyless = [entry for file in files for entry in file.entries if not entry.key]
    if not records and not keyless:
        return
    taken = {entry.key.casefold() for file in files for entry in file.entries}
    taken |= {record.key.casefold() for record in records}
    for entry in keyless:
        _make_key(entry, taken)
    for file in files:
        for record in file.records if isinstance(file, RecordFile) else ():
            entry = record.entry(taken)
            taken.add(entry.key.casefold())
            file.entries.append(entry)


def _make_key(entry: RawEntry, taken: set[str]) -> None:
    """Gives a BibTeX entry a key, also in its text."""
    values = entry.values
    people = read_names(values.get("author", "") or values.get("editor", "")).persons
    year = values.get("year", "") or values.get("date", "")
    entry.key = make_key(to_unicode(values.get("title", "")), year, taken, people[0].family if people else "")
    taken.add(entry.key.casefold())
    entry.raw = _BEGINNING.sub(lambda match: f"{match[1]}{entry.key},{match[2]}", entry.raw, count=1)
    _report_made_key(entry, entry.where, entry.key)


def _report_made_key(made: Reporting, where: Location, key: str) -> None:
    hint = "to cite or annotate the work, give it a key of your own in the file"
    made.report(where, "bibliography/made-key", f"the key `{key}` was made for this work", hint, "info")


def usable_key(text: str) -> str:
    """Returns the id of a record if it can be cited, else an empty text; numbers and addresses are not keys."""
    return text if is_key(text) and not text.isdigit() and "://" not in text else ""


class ReadDate(NamedTuple):
    """The fields of a date. `whole` says whether they say all of it."""

    fields: dict[str, str]
    whole: bool = True


def read_date(text: str) -> ReadDate:
    """Reads `2031`, `2031/05/01/`, `2031-05`, `1 May 2031` or `2031-05/2032`, and of `Spring 2031` the year.

    Other text becomes the year as it is: what year it says is decided, and reported, as for BibTeX.
    """
    if _EDTF.fullmatch(text):
        return ReadDate({"date": text})
    if match := _DATE.fullmatch(text):
        *numbers, other = match.groups()  # in RIS, words such as `Spring` may follow the day
        parts = zip(("year", "month", "day"), numbers, strict=True)
        fields = {name: part if name == "year" else part.lstrip("0") for name, part in parts if part}
        if not other or match[0][match.start(4) - 1] == "/":
            return ReadDate(fields, whole=not other)
    tokens = _TOKEN.findall(text)
    years = [token for token in tokens if _YEAR.fullmatch(token)]
    months = [_MONTH_OF[token.casefold()] for token in tokens if token.casefold() in _MONTH_OF]
    days = [token.lstrip("0") for token in tokens if token.isascii() and token.isdigit() and len(token) < 3]
    known = all(token.casefold() in _MONTH_OF or _OF_DATES.fullmatch(token) for token in tokens)
    if len(set(years)) != 1 or not known:
        return ReadDate({"year": text})
    if len(tokens) == 1 + len(months) + len(days) and len(months) == 1 and len(days) < 2:
        day = {"day": days[0]} if days else {}
        return ReadDate({"year": years[0], "month": months[0], **day})
    return ReadDate({"year": years[0]}, whole=False)


def contradicts(written: str, date: str) -> bool:
    """Whether a date has another year, month or day than one as `2031-05-01`; text without a year does not count."""
    read = read_date(written).fields
    parts = zip(("year", "month", "day"), date.split("-"), strict=False)
    dated = _YEAR.fullmatch(read.get("year", "")) is not None and "/" not in date
    return dated and any(read.get(name, part).zfill(2) != part for name, part in parts)


def month(name: str) -> str:
    """Returns the number of a month, in two digits; `00` for another word."""
    return _MONTH_OF.get(name.casefold(), "0").zfill(2)


def iso_date(text: str) -> str:
    """Returns the date as `2031-05-01`, or the text if it is not a date."""
    match = _DATE.fullmatch(text)
    return "-".join(part.zfill(2) for part in match.groups()[:3] if part) if match and not match[4] else text


def pages(text: str) -> str:
    """Returns the pages with an en dash in ranges; where there is one, hyphens are part of page numbers."""
    return text if "–" in text else _RANGE.sub("–", text)


def keywords(words: Sequence[str]) -> str:
    """Returns the keywords as one value, with `;` between them if one of them contains a comma."""
    return ("; " if any("," in word for word in words) else ", ").join(words)
