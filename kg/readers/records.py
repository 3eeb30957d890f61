"""Works of bibliographies in other formats than BibTeX: each becomes an entry, which is read as all entries are."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from kg.core.files import SourceFile
from kg.core.problems import Location, Problem
from kg.model.bibliography import Person
from kg.readers.bibtex.blocks import SourceText, blocks
from kg.readers.bibtex.fields import read_block
from kg.readers.bibtex.inherit import RawEntry
from kg.readers.bibtex.latex import without_markup
from kg.readers.bibtex.publication import VERBATIM
from kg.readers.bibtex.write import is_key, make_key, write_entry
from kg.readers.doi import read_doi

CONTAINERS = {"article": "journal", "inproceedings": "booktitle", "incollection": "booktitle"}
"""The field for what a work is part of; any other kind has `howpublished`, and a book its series."""
PUBLISHERS = {"phdthesis": "school", "mastersthesis": "school", "thesis": "school", "techreport": "institution"}
"""The field for who published a work, where that is not `publisher`."""
_DATE = re.compile(r"(\d{4})(?:[/-](\d\d?)?)?(?:[/-](\d\d?)?)?/?(?:[ T/]\d\d?(?::\d\d){1,2}.*)?", re.ASCII)
_YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)", re.ASCII)
_RANGE = re.compile(r"(?<=\d)\s*-\s*(?=\d)")


@dataclass
class WorkRecord:
    """One work as BibTeX would have it; `key` is empty when the record has none that can be cited.

    `places` holds where each field stands, the record itself under "".
    """

    key: str
    kind: str
    fields: dict[str, str]
    places: dict[str, Location]
    authors: Sequence[Person] = ()
    editors: Sequence[Person] = ()
    others: bool = False
    problems: list[Problem] = field(default_factory=list)

    def entry(self, taken: Collection[str]) -> RawEntry:
        """The record as an entry; one without key gets a readable one that is not among those `taken`."""
        where = self.places[""]
        fields = {name: value if name in VERBATIM else without_markup(value) for name, value in self.fields.items()}
        if "doi" in fields:
            fields["doi"] = read_doi(fields["doi"]) or fields["doi"]
        if not self.key:
            family = self.authors[0].family if self.authors else ""
            self.key = make_key(fields.get("title", ""), fields.get("year", ""), taken, family)
            self.problems.append(
                Problem(
                    where,
                    "bibliography/made-key",
                    f"the key `{self.key}` was made for this work",
                    "it stays as long as author, year, title and the other keys do",
                    "info",
                )
            )
        written = write_entry(self.kind, self.key, fields, self.authors, others=self.others, editors=self.editors)
        text = SourceText(where.file, written)
        (block,) = blocks(text)
        if block.plain:
            values = block.plain.values
        else:
            raw = read_block(text, block)
            values = {found.name: "".join(piece.text for piece in found.pieces) for found in raw.fields}
        return RawEntry(self.key, self.kind, values, written.rstrip(), where, self.places, problems=self.problems)


@dataclass
class RecordFile:
    """What stands in one file. `seen` counts what looks like a record: accepted ones and those reported as errors."""

    file: SourceFile
    seen: int = 0
    records: list[WorkRecord] = field(default_factory=list)
    entries: list[RawEntry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.file.assumed:
            self.problems.append(self.file.assumed)

    def report(self, where: Location, rule: str, message: str, hint: str) -> None:
        self.problems.append(Problem(where, rule, message, hint))


def as_entries(files: Sequence[RecordFile], keys: Collection[str]) -> None:
    """Makes entries of all records; a key that must be made is none of `keys`, nor that of another record."""
    taken = {key.casefold() for key in keys}
    taken |= {record.key.casefold() for file in files for record in file.records if record.key}
    for file in files:
        for record in file.records:
            entry = record.entry(taken)
            taken.add(entry.key.casefold())
            file.entries.append(entry)


def usable_key(text: str) -> str:
    """The id of a record if it can be cited; numbers and addresses are not meant to be, and numbers are not unique."""
    return text if is_key(text) and not text.isdigit() and "://" not in text else ""


def thesis(genre: str) -> str:
    """The kind of a thesis by what it calls itself."""
    if re.search(r"\bph\.? ?d\b|doctor|dissert", genre, re.I):
        return "phdthesis"
    return "mastersthesis" if re.search(r"\bmaster|\bm\.?sc\b", genre, re.I) else "thesis"


def date_fields(text: str) -> dict[str, str]:
    """Year, month and day of `2031`, `2031/05/01/`, `2031-05`; of other text the year, if it names just one."""
    if match := _DATE.fullmatch(text):
        parts = zip(("year", "month", "day"), match.groups(), strict=True)
        return {name: part if name == "year" else part.lstrip("0") for name, part in parts if part}
    years = set(_YEAR.findall(text))
    return {"year": years.pop() if len(years) == 1 else text}


def iso_date(text: str) -> str:
    """The date as `2031-05-01`, or the text when it is none."""
    match = _DATE.fullmatch(text)
    return "-".join(part.zfill(2) for part in match.groups() if part) if match else text


def pages(text: str) -> str:
    """With a dash between first and last page."""
    return _RANGE.sub("–", text)


def keywords(words: Sequence[str]) -> str:
    """As one value, in which a keyword with a comma stays one."""
    return ("; " if any("," in word for word in words) else ", ").join(words)
