"""CSL-JSON files, as Zotero, Mendeley, pandoc and Crossref write them: a list of items, or one item.

Each variable of CSL becomes the field of BibTeX that means the same; those without one keep their names.
"""

from __future__ import annotations

import re
from typing import Any

from kg.core.files import SourceFile
from kg.core.problems import Location, Problem
from kg.model.bibliography import Person
from kg.readers.bibtex.blocks import SourceText
from kg.readers.bibtex.names import OTHERS
from kg.readers.csl_items import Item, ItemFault, items
from kg.readers.records import (
    CONTAINERS,
    PUBLISHERS,
    RecordFile,
    WorkRecord,
    date_fields,
    iso_date,
    pages,
    thesis,
    usable_key,
)

_HALF_CHARACTERS = re.compile("[\ud800-\udfff]")
_KINDS = {
    "article": "article-journal article-magazine article-newspaper journal-article review review-book",
    "inproceedings": "paper-conference proceedings-article",
    "incollection": "chapter entry entry-dictionary entry-encyclopedia book-chapter",
    "book": "book monograph edited-book reference-book", "thesis": "thesis dissertation", "techreport": "report",
    "online": "webpage post post-weblog", "software": "software", "dataset": "dataset", "patent": "patent",
    "standard": "standard", "unpublished": "manuscript", "video": "motion_picture", "proceedings": "proceedings",
    "collection": "collection", "periodical": "periodical", "misc": "article document posted-content other",
}  # fmt: skip
_KIND_OF = {csl: kind for kind, types in _KINDS.items() for csl in types.split()}
_FIELDS = {
    "title": "title", "volume": "volume", "issue": "number", "page": "pages", "number": "number", "DOI": "doi",
    "URL": "url", "abstract": "abstract", "keyword": "keywords", "ISBN": "isbn", "ISSN": "issn", "edition": "edition",
    "publisher-place": "address", "language": "language", "note": "note", "collection-title": "series",
    "event": "eventtitle", "event-title": "eventtitle", "event-place": "venue", "genre": "type", "subtitle": "subtitle",
    "container-title-short": "shortjournal", "journalAbbreviation": "shortjournal", "short-container-title":
    "shortjournal", "title-short": "shorttitle", "shortTitle": "shorttitle", "accessed": "urldate",
    "number-of-pages": "pagetotal", "version": "version", "translator": "translator", "annote": "annotation",
    "article-number": "eid",
}  # fmt: skip


def read_csl_json(file: SourceFile) -> RecordFile:
    """Every item of the file, or why it is none."""
    read, text = RecordFile(file), SourceText(file.name, file.text)
    faults: list[ItemFault] = []
    for item, value in items(text, read.report):
        read.seen += 1
        if isinstance(value, ItemFault):
            faults.append(value)
        else:
            read.records.append(_Reader(text, item, value).record())
    listed = file.text.lstrip().startswith("[")
    if not read.records and all(fault.json for fault in faults) and (faults or not listed):
        read.seen = max(1, read.seen)
        where = text.where(faults[0].start) if faults else Location(file.name, 1, 1)
        why = faults[0].message if faults else "it is neither a list nor an object"
        read.report(
            where,
            "csl-json/not-csl",
            f"this is no CSL-JSON file: {why}",
            "move it out of bib/, or export it as CSL-JSON: a list of items with `type` and `title`",
        )
        return read
    for fault in faults:
        read.report(
            text.where(fault.start),
            "csl-json/item",
            f"this item cannot be read: {fault.message}",
            "correct it, or export it again",
        )
    return read


class _Reader:
    """One item as a record: what is taken is known, the rest keeps its name."""

    def __init__(self, text: SourceText, item: Item, value: dict[str, Any]) -> None:
        self.value = value
        self.whole = text.where(item.start)
        self.names = {name: text.where(at) for name, at in item.names.items()}
        self.fields: dict[str, str] = {}
        self.places = {"": self.whole}
        self.problems = [
            Problem(
                text.where(at),
                "csl-json/duplicate-name",
                "this name stands in the item twice",
                "keep one of them; the last value is read",
                "warning",
            )
            for at in item.twice
        ]

    def record(self) -> WorkRecord:
        kind = self._kind()
        key, taken = self._key()
        authors, editors = self._persons("author"), self._persons("editor")
        self._date()
        self._take("container-title", CONTAINERS.get(kind, "howpublished"))
        for name, to in _FIELDS.items():
            self._take(name, to)
        self._take("publisher", PUBLISHERS.get(kind, "publisher"))
        if "pages" in self.fields:
            self.fields["pages"] = pages(self.fields["pages"])
        self._rest(taken)
        named = [person for person in authors if not OTHERS.fullmatch(person.full)]
        return WorkRecord(key, kind, self.fields, self.places, named, editors, len(named) < len(authors), self.problems)

    def _where(self, name: str) -> Location:
        return self.names.get(name, self.whole)

    def _set(self, field: str, value: str, where: Location) -> None:
        self.fields[field], self.places[field] = value, where

    def _kind(self) -> str:
        written = _text(self.value.get("type", "")) or ""
        kind = _KIND_OF.get(written)
        if kind == "thesis":
            return thesis(_text(self.value.get("genre", "")) or "")
        if kind is None:
            self.problems.append(
                Problem(
                    self._where("type"),
                    "csl-json/type",
                    f"the type `{written[:30]}` is read as @misc",
                    "article-journal, paper-conference, chapter, book, thesis, report or webpage, "
                    "if one of them is meant",
                    "warning",
                )
            )
            if written:
                self._set("csl-type", written, self._where("type"))
        return kind or "misc"

    def _key(self) -> tuple[str, str]:
        """The key that the item gives, and in what: `citation-key` is meant for it, `id` may be."""
        for name in ("citation-key", "id"):
            if key := usable_key(_text(self.value.get(name)) or ""):
                return key, name
        return "", ""

    def _persons(self, name: str) -> list[Person]:
        written = self.value.get(name) or []
        self.places[name] = self._where(name)
        persons = [_person(one) for one in written] if isinstance(written, list) else [None]
        if None in persons:
            self.problems.append(
                Problem(
                    self._where(name),
                    "csl-json/name",
                    f"not every {name} is a name",
                    "a name is an object with `family` and `given`, or with `literal`",
                    "warning",
                )
            )
        return [person for person in persons if person and person.full]

    def _date(self) -> None:
        written = _date(self.value.get("issued"))
        if written:
            for name, part in ({"date": written} if re.search(r"\d/\d", written) else date_fields(written)).items():
                self._set(name, part, self._where("issued"))

    def _take(self, name: str, to: str) -> None:
        """The value as a field, unless another name has given the field another one."""
        value = self.value.get(name)
        text = iso_date(_date(value)) if name == "accessed" else _text(value)
        if text and self.fields.setdefault(to, text) == text:
            self.places.setdefault(to, self._where(name))
        elif text:
            self._set(f"csl-{name.lower()}", text, self._where(name))

    def _rest(self, taken: str) -> None:
        """What has no name in BibTeX keeps its own; what is no text, no names and no date is told."""
        left = []
        for name, value in self.value.items():
            if name in (taken, "type", "issued", "author", "editor", "container-title", "publisher", *_FIELDS):
                continue
            text = _text(value) or _date(value)
            if text:
                self._set("csl-" + re.sub(r"[^a-z0-9_+/-]+", "-", name.lower())[:40], text, self._where(name))
            elif value not in (None, "", [], {}):
                left.append(name)
        if left:
            self.problems.append(
                Problem(
                    self.whole,
                    "csl-json/not-taken",
                    f"not taken: {', '.join(left)[:200]}",
                    "they are no text, names or date; the file keeps them",
                    "info",
                )
            )


def _text(value: Any) -> str | None:
    """Text, a number, or a list of texts, numbers and names; None for what is none of them."""
    if isinstance(value, str):
        return _HALF_CHARACTERS.sub("\ufffd", value).strip()
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, list):
        names = [_person(one) for one in value]
        if value and all(names) and not any(isinstance(one, str) for one in value):
            return " and ".join(f"{p.family}, {p.given}" if p.given else p.family for p in names if p)
        texts = [_text(one) for one in value if not isinstance(one, list)]
        if len(texts) == len(value) and None not in texts:
            return "; ".join(text for text in texts if text)
    return None


def _person(value: Any) -> Person | None:
    """A name as CSL writes it; None when it is none."""
    if isinstance(value, str):
        return Person(_text(value) or "")
    if not isinstance(value, dict):
        return None
    parts = {name: _text(part) or "" for name, part in value.items() if isinstance(part, str)}
    family = " ".join(filter(None, map(parts.get, ("dropping-particle", "non-dropping-particle", "family"))))
    if parts.get("suffix"):
        family += ", " + parts["suffix"]
    person = Person(family or parts.get("literal") or parts.get("name") or "", parts.get("given", ""))
    return person if person.full else None


def _date(value: Any) -> str:
    """A date as CSL writes it: `2031-05-01`, or `2031-05/2032` for two; empty when it is none."""
    if not isinstance(value, dict):
        return _text(value) or ""
    dates = value.get("date-parts")
    if isinstance(dates, list) and all(isinstance(parts, list) for parts in dates):
        written = ["-".join((_text(part) or "").zfill(2) for part in parts if part) for parts in dates]
        if any(written):
            return "/".join(filter(None, written))
    return _text(value.get("raw") or value.get("literal")) or ""
