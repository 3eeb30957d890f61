"""CSL-JSON files, as Zotero, Mendeley, pandoc and Crossref write them: a list of items, or one item.

Each variable of CSL becomes the BibTeX field of the same meaning; variables without one keep their names.
"""

from __future__ import annotations

import re
from typing import Any

from kg.core.files import SourceFile
from kg.core.problems import Location
from kg.model.bibliography import Person
from kg.readers import records
from kg.readers.bibtex.blocks import SourceText
from kg.readers.csl_items import CslItem, ItemFault, items
from kg.readers.records import RecordFile, WorkRecord

_LONE_SURROGATES = re.compile("[\ud800-\udfff]")
_KINDS = {
    "article": "article-journal article-magazine article-newspaper journal-article review review-book",
    "inproceedings": "paper-conference proceedings-article",
    "incollection": "chapter entry entry-dictionary entry-encyclopedia book-chapter",
    "book": "book monograph edited-book reference-book",
    "thesis": "thesis dissertation",
    "techreport": "report",
    "online": "webpage post post-weblog",
    "software": "software",
    "dataset": "dataset",
    "patent": "patent",
    "standard": "standard",
    "unpublished": "manuscript",
    "video": "motion_picture",
    "proceedings": "proceedings",
    "collection": "collection",
    "periodical": "periodical",
    "misc": "article document posted-content other",
}
_KIND_OF = {csl: kind for kind, types in _KINDS.items() for csl in types.split()}
_KNOWN_TYPES = "article-journal, paper-conference, chapter, book, thesis, report or webpage"
_FIELDS = (
    "title volume issue:number page:pages number DOI:doi URL:url abstract keyword:keywords ISBN:isbn ISSN:issn edition "
    "publisher-place:address language note collection-title:series event:eventtitle event-title:eventtitle "
    "event-place:venue genre:type subtitle container-title-short:shortjournal journalAbbreviation:shortjournal "
    "short-container-title:shortjournal title-short:shorttitle shortTitle:shorttitle accessed:urldate "
    "number-of-pages:pagetotal version translator annote:annotation article-number:eid"
)
"""CSL variable and BibTeX field, in the order in which a field takes the first value."""
_FIELD_OF = {pair.split(":")[0]: pair.split(":")[-1] for pair in _FIELDS.split()}


def read_csl_json(file: SourceFile) -> RecordFile:
    """Returns the items of a CSL-JSON file; what is not an item is reported."""
    read, text = RecordFile(file), SourceText(file.name, file.text)
    faults: list[ItemFault] = []
    for item, value in items(text, read.report):
        read.seen += 1
        if isinstance(value, ItemFault):
            faults.append(value)
        else:
            read.records.append(_ItemReader(text, item, value).read())
    listed = file.text.lstrip().startswith("[")
    if not read.records and all(fault.json for fault in faults) and (faults or not listed):
        read.seen = max(1, read.seen)
        where = text.where(faults[0].start) if faults else Location(file.name, 1, 1)
        why = faults[0].message if faults else "it is neither a list nor an object"
        hint = "move it out of bib/, or export it as CSL-JSON: a list of items with `type` and `title`"
        read.report(where, "csl-json/not-csl", f"this is not a CSL-JSON file: {why}", hint)
        return read
    for fault in faults:
        message, hint = f"this item cannot be read: {fault.message}", "correct it, or export it again"
        read.report(text.where(fault.start), "csl-json/item", message, hint)
    return read


class _ItemReader:
    """Makes a record of one item."""

    def __init__(self, text: SourceText, item: CslItem, value: dict[str, Any]) -> None:
        self.value = value
        self.record = WorkRecord(text.where(item.start))
        self._places = {name: text.where(at) for name, at in item.names.items()}
        for at in item.twice:
            hint = "keep one of them; the last value is read"
            message = "this name occurs twice in the item"
            self.record.report(text.where(at), "csl-json/duplicate-name", message, hint, "warning")

    def read(self) -> WorkRecord:
        record = self.record
        self._kind()
        name_of_key = self._key()
        record.set_authors(self._persons("author"))
        record.editors = self._persons("editor")
        self._date()
        self._take("container-title", records.CONTAINERS.get(record.kind, "howpublished"))
        for name, to in _FIELD_OF.items():
            self._take(name, to)
        self._take("publisher", records.PUBLISHERS.get(record.kind, "publisher"))
        if "pages" in record.fields:
            record.fields["pages"] = records.pages(record.fields["pages"])
        self._rest(name_of_key)
        return record

    def _where(self, name: str) -> Location:
        return self._places.get(name, self.record.where)

    def _kind(self) -> None:
        written, where = _text(self.value.get("type", "")) or "", self._where("type")
        kind = _KIND_OF.get(written)
        self.record.set_kind(kind, written, "csl-json/type", _KNOWN_TYPES, where)
        if kind == "thesis":
            self.record.kind = records.thesis(_text(self.value.get("genre", "")) or "")
        if kind is None and written:
            self.record.set("csl-type", written, where)

    def _key(self) -> str:
        """Sets the key, and returns the variable that gave it: `citation-key` is meant as a key, `id` may be one."""
        for name in ("citation-key", "id"):
            if key := records.usable_key(_text(self.value.get(name)) or ""):
                self.record.key = key
                return name
        return ""

    def _persons(self, name: str) -> list[Person]:
        written, where = self.value.get(name) or [], self._where(name)
        self.record.places[name] = where
        persons = [_person(one) for one in written] if isinstance(written, list) else [None]
        if None in persons:
            hint = "a name is an object with `family` and `given`, or with `literal`"
            self.record.report(where, "csl-json/name", f"not every {name} is a name", hint, "warning")
        return [person for person in persons if person and person.full]

    def _date(self) -> None:
        if written := _date(self.value.get("issued")):
            parts = {"date": written} if re.search(r"\d/\d", written) else records.date_fields(written)
            for name, part in parts.items():
                self.record.set(name, part, self._where("issued"))

    def _take(self, name: str, to: str) -> None:
        """Takes the value as a field, unless another variable has given the field another value."""
        value = self.value.get(name)
        text = records.iso_date(_date(value)) if name == "accessed" else _text(value)
        if text and self.record.fields.setdefault(to, text) == text:
            self.record.places.setdefault(to, self._where(name))
        elif text:
            self.record.set(f"csl-{name.lower()}", text, self._where(name))

    def _rest(self, name_of_key: str) -> None:
        """Keeps variables without a field in BibTeX under their names; reports those that are not text."""
        left, done = [], {name_of_key, "type", "issued", "author", "editor", "container-title", "publisher", *_FIELD_OF}
        for name, value in self.value.items():
            if name in done:
                continue
            if text := _text(value) or _date(value):
                field = "csl-" + re.sub(r"[^a-z0-9_+/-]+", "-", name.lower())[:40]
                self.record.set(field, text, self._where(name))
            elif value not in (None, "", [], {}):
                left.append(name)
        if left:
            message, hint = f"not read: {', '.join(left)[:200]}", "these values are not text, names or dates"
            self.record.report(self.record.where, "csl-json/not-taken", message, hint, "info")


def _text(value: Any) -> str | None:
    """Returns a text, a number, or a list of texts, numbers and names as text; None for anything else."""
    if isinstance(value, str):
        return _LONE_SURROGATES.sub("\ufffd", value).strip()
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
    """Returns a name as CSL writes it; None if it is not a name."""
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
    """Returns a date of CSL as `2031-05-01`, a range as `2031-05/2032`; empty if it is not a date."""
    if not isinstance(value, dict):
        return _text(value) or ""
    dates = value.get("date-parts")
    if isinstance(dates, list) and all(isinstance(parts, list) for parts in dates):
        written = ["-".join((_text(part) or "").zfill(2) for part in parts if part) for parts in dates]
        if any(written):
            return "/".join(filter(None, written))
    return _text(value.get("raw") or value.get("literal")) or ""
