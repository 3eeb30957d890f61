"""Entries before their values are decoded, and the fields that they inherit through `crossref` and `xdata`."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from kg.core.files import SourceFile
from kg.core.problems import Location, Problem, Severity
from kg.readers.bibtex.plain import plain_fields
from kg.readers.bibtex.titles import PARTS_OF_BOOKS

_OF_THE_VOLUME = """
title subtitle titleaddon shorttitle author doi url urldate eprint eprinttype archiveprefix abstract file howpublished
pages numpages keywords note annote ids crossref xref xdata label sortkey timestamp bibsource biburl
"""
_NOT_INHERITED = frozenset(_OF_THE_VOLUME.split())
"""What a volume says about itself: its DOI is not that of a paper in it. biblatex and BibTeX inherit some of these."""
_PARENT_TITLE = dict.fromkeys(PARTS_OF_BOOKS, "book") | dict.fromkeys(("article", "suppperiodical"), "journal")
"""What the title of the parent is called in a part, by the kind of the part; in a volume it is the main title."""
_TITLES = ("title", "subtitle", "titleaddon")
_WITH_AUTHOR_OF_THE_BOOK = frozenset({"book", "inbook", "suppbook", "bookinbook"})
_DATES = frozenset({"date", "year"})
MAX_DEPTH = 30


class Reporting:
    """Something that collects problems."""

    __slots__ = ()
    problems: list[Problem]

    def report(self, where: Location, rule: str, message: str, hint: str, severity: Severity = "error") -> None:
        self.problems.append(Problem(where, rule, message, hint, severity))


@dataclass(slots=True)
class RawEntry(Reporting):
    """An entry before its values are decoded: `raw` as written, `values` by field name and with macros replaced."""

    key: str
    kind: str
    values: dict[str, str]
    raw: str
    where: Location
    places: Mapping[str, Location] | None = None
    """Where each field is; for a plain entry None until a place is needed."""
    needs: tuple[str, ...] = ()
    """The blocks that must precede the entry."""
    problems: list[Problem] = field(default_factory=list)

    def place(self, *names: str) -> Location:
        """Returns where the first of these fields is that the entry has, or else where the entry is."""
        if self.places is None:
            self.places = _places(self.raw, self.where)
        return next((self.places[name] for name in names if name in self.places), self.where)


@dataclass
class EntryFile(Reporting):
    """The entries of one bibliography. `seen` counts accepted entries and those that were reported as errors."""

    file: SourceFile
    seen: int = 0
    entries: list[RawEntry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.file.assumed:
            self.problems.append(self.file.assumed)


def _places(raw: str, where: Location) -> dict[str, Location]:
    places, line, at = {}, where.line, 0
    for name, offset in plain_fields(raw):
        line += raw.count("\n", at, offset)
        at = offset
        column = offset - raw.rfind("\n", 0, offset) if line > where.line else offset + where.column
        places[name] = Location(where.file, line, column)
    return places


@dataclass(slots=True)
class Heir(Reporting):
    """An entry with its inherited fields: `parent` is the key of its crossref, `needs` as in `RawEntry`."""

    values: dict[str, str]
    parent: str = ""
    needs: tuple[str, ...] = ()
    problems: list[Problem] = field(default_factory=list)

    def inherit(self, values: Iterable[tuple[str, str]]) -> None:
        """Adds values for the fields that the entry does not have yet; the date of a work is that of all its fields."""
        dated = any(self.values.get(name, "").strip() for name in _DATES)
        self.values |= {
            name: value
            for name, value in values
            if not self.values.get(name, "").strip() and not (dated and name in _DATES)
        }


class Parents:
    """Finds what the entries of a file inherit: from entries of the same file first, then from those of the folder."""

    def __init__(self, own: Mapping[str, RawEntry], folder: Mapping[str, RawEntry]) -> None:
        self._own, self._folder = own, folder
        self._heirs: dict[int, Heir] = {}
        self._open: set[int] = set()

    def heir(self, entry: RawEntry, depth: int = 0) -> Heir:
        """Returns the entry with its inherited fields; parents that are missing become problems."""
        if id(entry) in self._heirs:
            return self._heirs[id(entry)]
        if "crossref" not in entry.values and "xdata" not in entry.values:
            return Heir(entry.values, needs=entry.needs)
        self._open.add(id(entry))
        heir = self._heirs[id(entry)] = Heir(dict(entry.values), needs=entry.needs)
        for name in ("xdata", "crossref"):
            for key in _parent_keys(entry, name):
                parent = self._find(key)
                circle = id(parent) in self._open
                if parent is None or circle or depth > MAX_DEPTH:
                    why = "inherits from this entry" if circle else "is not in bib/"
                    message = f"the entry `{key}` that {name} names {why}"
                    heir.report(entry.place(name), f"bibtex/{name}", message, "add it, or correct the key", "warning")
                    continue
                other = self.heir(parent, depth + 1)
                if name == "xdata":
                    heir.needs = tuple(dict.fromkeys([*heir.needs, *other.needs, parent.raw]))
                    # An `@xdata` entry is not a work: its children inherit everything.
                    own = ("ids", "crossref", "xdata")
                    heir.inherit((field, value) for field, value in other.values.items() if field not in own)
                else:
                    heir.parent = parent.key
                    heir.inherit(_from_crossref(entry.kind, heir.values, parent.kind, other.values))
        self._open.discard(id(entry))
        return heir

    def _find(self, key: str) -> RawEntry | None:
        """Case is ignored only if no key is exactly the same."""
        found = (known.get(key) or known.get(key.lower()) for known in (self._own, self._folder))
        return next(filter(None, found), None)


def composed(key: str) -> str:
    """Returns a key with its accents in one Unicode form (NFC)."""
    return key if key.isascii() else unicodedata.normalize("NFC", key)


def names_of(entry: RawEntry) -> Iterator[str]:
    """Yields the key of an entry and its aliases (the field `ids` of biblatex), and each in lower case."""
    yield entry.key
    yield entry.key.lower()
    if "ids" in entry.values:
        for alias in _parent_keys(entry, "ids"):
            yield alias
            yield alias.lower()


def by_key(entries: Iterable[RawEntry]) -> dict[str, RawEntry]:
    """Returns the first entry of each key, also in lower case and by its aliases; keys count before aliases."""
    index: dict[str, RawEntry] = {}
    aliases: dict[str, RawEntry] = {}
    for entry in entries:
        key, folded, *others = names_of(entry)
        index.setdefault(key, entry)
        index.setdefault(folded, entry)
        for alias in others:
            aliases.setdefault(alias, entry)
    return aliases | index


def wanted_parents(entries: Iterable[RawEntry]) -> set[str]:
    """Returns the keys of the parents that the entries name, also in lower case."""
    named = {key for entry in entries for name in ("xdata", "crossref") for key in _parent_keys(entry, name)}
    return named | {key.lower() for key in named}


def _parent_keys(entry: RawEntry, name: str) -> list[str]:
    value = composed(entry.values.get(name, ""))
    return [key.strip() for key in ([value] if name == "crossref" else value.split(",")) if key.strip()]


def _from_crossref(
    kind: str, own: Mapping[str, str], parent: str, values: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Yields what an entry inherits, with the titles renamed as in biblatex's manual, appendix B."""
    prefix = "main" if parent.startswith("mv") else _PARENT_TITLE.get(kind, "")
    renamed = f"{prefix}title"
    if prefix and "title" in values and renamed not in values and not (own.get(renamed) or own.get(prefix)):
        yield from ((f"{prefix}{name}", values[name]) for name in _TITLES if name in values)
    for name, value in values.items():
        if name not in _NOT_INHERITED or (name == "author" and kind in _WITH_AUTHOR_OF_THE_BOOK):
            yield name, value
