"""CSL-JSON files, as Zotero, Mendeley, pandoc and Crossref write them: a list of items, or one item.

The end of an item is found by its brackets before anything in it is read, so that a broken item does not affect its
neighbours and a deeply nested one costs nothing. Each variable of CSL becomes the BibTeX field of the same meaning;
variables without one keep their names.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from kg.core.files import SourceFile
from kg.core.problems import Location
from kg.model.bibliography import Person
from kg.readers import records
from kg.readers.bibtex.blocks import SourceText
from kg.readers.bibtex.publication import thesis_kind
from kg.readers.csl_values import date_of, is_empty, name_of, text_of
from kg.readers.people import ListedName, listed_names
from kg.readers.records import RecordFile, WorkRecord
from kg.readers.venues import is_series, shortens

MAX_DEPTH = 50
MAX_UNCLOSED = 100
"""After so many items without end, reading stops: each costs a search to the end of the file."""
_TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"?|[\[\]{}]')
_NOT_SPACE = re.compile(r"\S")
_SCALAR = re.compile(r'"(?:[^"\\\n]|\\.)*"?|[^,\[\]{}"]+')
_INDENTATION = re.compile(r"[ \t]*\Z")
_COLON = re.compile(r"\s*:")

_KINDS = {
    "article": "article-journal article-magazine article-newspaper journal-article review review-book",
    "inproceedings": "paper-conference proceedings-article",
    "incollection": "chapter entry entry-dictionary entry-encyclopedia book-chapter",
    "book": "book monograph edited-book reference-book",
    "thesis": "thesis dissertation",
    "techreport": "report",
    "online": "webpage post post-weblog",
    "unpublished": "manuscript",
    "video": "motion_picture",
    "booklet": "pamphlet",
    "misc": "article document posted-content other",
}
_SAME = ("software", "dataset", "patent", "standard", "proceedings", "collection", "periodical")
_KIND_OF = {csl: kind for kind, types in _KINDS.items() for csl in types.split()} | {kind: kind for kind in _SAME}
_KNOWN_TYPES = "article-journal, paper-conference, chapter, book, thesis, report or webpage"
_FIELDS = (
    "volume issue:number page:pages number collection-number:number DOI:doi URL:url abstract keyword:keywords "
    "ISBN:isbn ISSN:issn edition publisher-place:address language note collection-title:series event:eventtitle "
    "event-title:eventtitle event-place:venue genre:type subtitle container-title-short:shortjournal "
    "journalAbbreviation:shortjournal short-container-title:shortjournal title-short:shorttitle shortTitle:shorttitle "
    "accessed:urldate number-of-pages:pagetotal version translator annote:annotation article-number:eid"
)
"""CSL variable and BibTeX field, in the order in which a field takes the first value."""
_FIELD_OF = {pair.split(":")[0]: pair.split(":")[-1] for pair in _FIELDS.split()}


def read_csl_json(file: SourceFile) -> RecordFile:
    """Returns the items of a CSL-JSON file; what is not an item is reported."""
    read, text = RecordFile(file), SourceText(file.name, file.text)
    faults: list[_Fault] = []
    for item, value in _items(text, read):
        read.seen += 1
        if isinstance(value, _Fault):
            faults.append(value)
        else:
            read.records.append(_ItemReader(text, item, value).read())
    listed = file.text.startswith("[", _begin(file.text)[0])
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

    def __init__(self, text: SourceText, item: _Item, value: dict[str, Any]) -> None:
        self.value = value
        self.record = WorkRecord(text.where(item.start))
        self._lost: list[str] = []
        self._places = {name: text.where(at) for name, at in item.names.items()}
        message, hint = "this name occurs twice in the item", "keep one of them; the last value is read"
        for at in item.twice:
            self.record.report(text.where(at), "csl-json/duplicate-name", message, hint, "warning")

    def read(self) -> WorkRecord:
        record = self.record
        self._kind()
        names_of_key = self._key()
        record.set_people(self._persons("author"), self._persons("editor"))
        self._issued()
        self._title()
        self._container()
        for name, to in _FIELD_OF.items():
            self._take(name, to)
        self._take("publisher", records.PUBLISHERS.get(record.kind, "publisher"))
        if "pages" in record.fields:
            record.fields["pages"] = records.pages(record.fields["pages"])
        self._rest(names_of_key)
        return record

    def _where(self, name: str) -> Location:
        return self._places.get(name, self.record.where)

    def _kind(self) -> None:
        written, where = text_of(self.value.get("type", "")) or "", self._where("type")
        kind = _KIND_OF.get(written)
        self.record.set_kind(kind, written, "csl-json/type", _KNOWN_TYPES, where)
        if kind == "thesis":
            self.record.kind = thesis_kind(text_of(self.value.get("genre", "")) or "")
        if kind is None and written:
            self.record.set("csl-type", written, where)

    def _key(self) -> set[str]:
        """Sets the key, and returns the variables that give it: `citation-key` is meant as a key, `id` may be one."""
        keys = {name: text_of(self.value.get(name)) or "" for name in ("citation-key", "id")}
        self.record.key = next(filter(None, map(records.usable_key, keys.values())), "")
        return {name for name, key in keys.items() if self.record.key and key == self.record.key}

    def _persons(self, name: str) -> list[Person]:
        written, where = self.value.get(name) or [], self._where(name)
        self.record.places[name] = where
        persons: list[Person] = []
        for one in written if isinstance(written, list) else [written]:
            names = list(listed_names(one)) if isinstance(one, str) else [name_of(one) or ListedName(Person(""))]
            if not any(name.person.full for name in names):
                hint = "a name is an object with `family` and `given`, or with `literal`"
                self.record.report(where, "csl-json/name", f"not every {name} is a name", hint, "warning")
            self.record.report_doubts(names, where, "write it as an object with `family` and `given`, or `literal`")
            persons += [name.person for name in names if name.person.full]
        return persons

    def _issued(self) -> None:
        """Reads the date of publication; a season, and other words for the same date, keep their names."""
        value, where = self.value.get("issued"), self._where("issued")
        written = found = date_of(value)
        texts: dict[str, str] = {}
        if not written and not is_empty(value):
            self._lost.append("issued")
        if isinstance(value, dict):
            texts = {name: text for name in ("season", "literal", "raw") if (text := text_of(value.get(name)))}
            if written and value.get("circa") not in (None, False, 0, "", "0", "false"):
                written = f"about {found}" if found.strip("0123456789-/") else f"{found}~"  # as biblatex writes it
        if written and not self.record.set_date(written, where) and not written.isdigit():
            self.record.set("csl-issued", written, where)
        if season := texts.pop("season", ""):
            self.record.set("csl-season", season, where)
        if more := [text for text in texts.values() if text != found]:
            self.record.set("csl-issued", "; ".join(more), where)

    def _title(self) -> None:
        """Reads the title: text, a list as Crossref writes it, or an object with parts as in CSL 1.1."""
        value, where = self.value.get("title"), self._where("title")
        title, *others = self._several("title")
        if others:
            self._report_several("title", 1 + len(others))
        for name, text in (("title", title), ("csl-title", "; ".join(others))):
            if text:
                self.record.set(name, text, where)
        if isinstance(value, dict):
            for part, name in (("sub", "subtitle"), ("short", "shorttitle")):
                if text := text_of(value.get(part)) or "":
                    self.record.set(name, text.replace("; ", ": "), where)

    def _container(self) -> None:
        """Reads the venue. Of a chapter in a series, Crossref usually lists the series before the volume."""
        kind, where = self.record.kind, self._where("container-title")
        first, *others = titles = self._several("container-title")
        name, part = records.CONTAINERS.get(kind, "howpublished"), kind in ("inproceedings", "incollection")
        found, certain = {name: first}, len(titles) == 1
        if len(titles) == 2 and part and (is_series(*titles) or is_series(others[0], first)):
            volume, series = reversed(titles) if is_series(*titles) else titles
            found, others, certain = {name: volume, "series": series}, [], True
        elif others and part and not shortens(others[0], first):
            found = {name: others.pop(0), "series": first}
        elif others and kind == "article" and shortens(others[0], first):
            found["shortjournal"] = others.pop(0)
            certain = not others
        if not certain:
            self._report_several("container-title", len(titles))
        for name, text in (found | {"csl-container-title": "; ".join(others)}).items():
            if text:
                self.record.set(name, text, where)

    def _several(self, name: str) -> list[str]:
        """Returns the different texts of a title, at least an empty one."""
        value = self.value.get(name)
        if isinstance(value, dict):
            value = value.get("full") or value.get("main") or value
        texts = [text for text in map(text_of, value if isinstance(value, list) else [value]) if text]
        if not texts and not is_empty(value):
            self._lost.append(name)
        return list(dict.fromkeys(texts)) or [""]

    def _report_several(self, name: str, count: int) -> None:
        message, hint = f"{name} has {count} values; one is read as that of the work", "check which one it is"
        self.record.report(self._where(name), "csl-json/several", message, hint, "warning")

    def _take(self, name: str, to: str) -> None:
        """Takes the value as a field, unless another variable has given the field another value."""
        value = self.value.get(name)
        text = records.iso_date(date_of(value)) if name == "accessed" else text_of(value)
        if text and self.record.fields.setdefault(to, text) == text:
            self.record.places.setdefault(to, self._where(name))
        elif text:
            self.record.set(f"csl-{name.lower()}", text, self._where(name))
        elif not is_empty(value):
            self._lost.append(name)

    def _rest(self, names_of_key: set[str]) -> None:
        """Keeps variables without a field in BibTeX under their names; reports those that are not text."""
        done = {
            *names_of_key,
            "type",
            "title",
            "issued",
            "author",
            "editor",
            "container-title",
            "publisher",
            *_FIELD_OF,
        }
        left = []
        for name, value in self.value.items():
            if name in done:
                continue
            if text := text_of(value) or date_of(value):
                field = "csl-" + re.sub(r"[^a-z0-9_+/-]+", "-", name.lower())[:40]
                self.record.set(field, text, self._where(name))
            elif not is_empty(value):
                left.append(name)
        hint = "these values are not text, names or dates"
        if self._lost:
            message, where = f"not read: {', '.join(self._lost)}", self._where(self._lost[0])
            self.record.report(where, "csl-json/lost", message, hint, "warning")
        if left:
            self.record.report(
                self.record.where, "csl-json/not-taken", f"not read: {', '.join(left)[:200]}", hint, "info"
            )


# --- finding the items ---


@dataclass(frozen=True)
class _Item:
    """The extent of an item (`end` is None if it has none), the places of its names, and those of repeated names."""

    start: int
    end: int | None
    names: Mapping[str, int] = field(default_factory=dict)
    twice: tuple[int, ...] = ()


@dataclass(frozen=True)
class _Fault:
    """Why the item at `start` cannot be read; `json` says whether it is at least JSON."""

    start: int
    message: str
    json: bool = True


def _items(text: SourceText, read: RecordFile) -> Iterator[tuple[_Item, dict[str, Any] | _Fault]]:
    """Yields each item of the list with its value or its fault; text between items is reported."""
    content = text.content
    at, wrapped = _begin(content)
    listed = content.startswith("[", at)
    if not listed and not content.startswith("{", at):
        return
    at, patience = _after_space(content, at + listed), MAX_UNCLOSED
    while at < len(content) and not (listed and content[at] == "]"):
        item = _item(content, at)
        value = _value(text, item)
        broken = isinstance(value, _Fault) and not value.json
        following = _same_indentation(content, item) if broken else None
        yield item, value
        patience -= item.end is None
        resume = item.end if following is None else following
        if resume is None:
            return  # the rest of the file belongs to this item
        if not patience:
            message = f"reading stops here: {MAX_UNCLOSED} items before this have no end"
            read.report(text.where(resume), "csl-json/syntax", message, "export the file again")
            return
        at = _after_space(content, resume)
        if not listed:
            break
        if content.startswith(",", at):
            at = _after_space(content, at + 1)
        elif following is None and at < len(content) and content[at] != "]":
            read.report(text.where(at), "csl-json/syntax", "a comma is missing before this item", "add one")
    closed = not listed or content.startswith("]", at)
    rest = _after_space(content, at + 1 if listed and closed else at)
    if not closed:
        read.report(text.where(len(content)), "csl-json/syntax", "the list has no end", "is the file complete?")
    elif rest < len(content) and not wrapped:
        read.report(
            text.where(rest), "csl-json/syntax", "text after the end of the data", "a file is one list of items"
        )


def _begin(content: str) -> tuple[int, bool]:
    """Returns where the items begin, and whether they are in an answer of Crossref's API: in its `message`."""
    at = first = _after_space(content, 0)
    for name, others in (("message", {"status", "message-type"}), ("items", {"items"})):
        names = _item(content, at).names if content.startswith("{", at) else {}
        if name not in names or not others & names.keys() or names.keys() & {"title", "type"}:
            break
        colon = _COLON.match(content, names[name] + len(name) + 2)
        at = _after_space(content, colon.end()) if colon else at
    return (at, True) if content[at : at + 1] in ("{", "[") and at > first else (first, False)


def _after_space(content: str, at: int) -> int:
    found = _NOT_SPACE.search(content, at)
    return found.start() if found else len(content)


def _item(content: str, start: int) -> _Item:
    if content[start] not in "[{":
        match = _SCALAR.match(content, start)
        return _Item(start, match.end() if match else start + 1)
    depth, names, twice = 0, dict[str, int](), list[int]()
    for token in _TOKEN.finditer(content, start):
        if token[0] in ("[", "{"):
            depth += 1
            if depth > MAX_DEPTH:
                break
        elif token[0] in ("]", "}"):
            depth -= 1
            if depth == 0:
                return _Item(start, token.end(), names, tuple(twice))
        elif depth != 1 or not _COLON.match(content, token.end()):
            continue
        elif names.setdefault(token[0][1:-1], token.start()) != token.start():
            twice.append(token.start())
    return _Item(start, None)


def _value(text: SourceText, item: _Item) -> dict[str, Any] | _Fault:
    if item.end is None:
        return _Fault(item.start, f"it has no end, or is nested more than {MAX_DEPTH} deep", json=False)
    try:
        value = json.loads(text.content[item.start : item.end])
    except ValueError as error:
        message = str(error)  # a number of thousands of digits
        if isinstance(error, json.JSONDecodeError):
            at = text.where(item.start + error.pos)
            message = f"{error.msg} in line {at.line}, column {at.column}"
        return _Fault(item.start, message, json=False)
    if not isinstance(value, dict):
        return _Fault(item.start, "it is not an object")
    if not isinstance(value.get("type", value.get("title")), str | list | dict):
        return _Fault(item.start, "it has neither `type` nor `title`")
    return value


def _same_indentation(content: str, item: _Item) -> int | None:
    """Returns where the item after a broken one begins, if the file is indented."""
    indentation = content[content.rfind("\n", 0, item.start) + 1 : item.start]
    if not _INDENTATION.match(indentation):
        return None
    end = len(content) if item.end is None else item.end
    match = re.compile(rf"^{indentation}\{{", re.M).search(content, item.start + 1, end)
    return match.end() - 1 if match else None
