"""Fields that an entry takes from the entries its `crossref` and `xdata` name, also from other files of the folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from kg.core.problems import Location, Problem
from kg.readers.bibtex.blocks import SourceText
from kg.readers.bibtex.plain import plain_fields

_OF_THE_PARENT_ALONE = frozenset({
    "title", "subtitle", "titleaddon", "shorttitle", "author", "doi", "url", "urldate", "eprint", "eprinttype",
    "archiveprefix", "abstract", "file", "howpublished", "pages", "numpages", "keywords", "note", "annote", "ids",
    "crossref", "xref", "xdata", "label", "sortkey", "timestamp", "bibsource", "biburl",
})  # fmt: skip
"""What a volume says of itself: its DOI is not that of a paper in it. biblatex and BibTeX would hand some of it on."""
_PARTS = {"inproceedings": "booktitle", "incollection": "booktitle", "inbook": "booktitle", "conference": "booktitle",
          "inreference": "booktitle", "suppbook": "booktitle", "bookinbook": "booktitle", "suppcollection": "booktitle",
          "article": "journaltitle", "suppperiodical": "journaltitle"}  # fmt: skip
_BY_THE_AUTHOR_OF_THE_BOOK = frozenset({"book", "inbook", "suppbook", "bookinbook"})


MAX_DEPTH = 30


@dataclass(slots=True)
class RawEntry:
    """An entry before its values are decoded; `needs` are the blocks that must stand before it.

    `places` holds where each field stands; those of a plain entry are looked for when one is asked for.
    """

    key: str
    kind: str
    values: dict[str, str]
    raw: str
    where: Location
    places: Mapping[str, Location] | None = None
    needs: tuple[str, ...] = ()
    problems: list[Problem] = field(default_factory=list)

    def place(self, *names: str) -> Location:
        """Where the first of these fields that it has stands, or else the entry itself."""
        if self.places is None:
            self.places = _places(self.raw, self.where)
        return next((self.places[name] for name in names if name in self.places), self.where)


def _places(raw: str, where: Location) -> dict[str, Location]:
    text = SourceText(where.file, raw)
    within = {name: text.where(offset) for name, offset in plain_fields(raw)}
    return {name: Location(where.file, where.line + place.line - 1,
                           place.column + (where.column - 1 if place.line == 1 else 0))
            for name, place in within.items()}  # fmt: skip


@dataclass(slots=True)
class Heir:
    """An entry with all it has: `parent` is the key of its crossref, `needs` the blocks that must stand before it."""

    values: dict[str, str]
    parent: str = ""
    needs: tuple[str, ...] = ()
    problems: list[Problem] = field(default_factory=list)

    def take(self, values: Iterable[tuple[str, str]]) -> None:
        """What the entry has itself, or has from before, it keeps."""
        for name, value in values:
            if name not in self.values or not self.values[name].strip():
                self.values[name] = value


class Parents:
    """What entries of a file have from others: those of the same file first, then those of the folder."""

    def __init__(self, own: Mapping[str, RawEntry], folder: Mapping[str, RawEntry]) -> None:
        self._own, self._folder = own, folder
        self._heirs: dict[int, Heir] = {}
        self._open: set[int] = set()

    def heir(self, entry: RawEntry, depth: int = 0) -> Heir:
        """The entry with what it takes from its parents; those that are not there become problems."""
        if id(entry) in self._heirs:
            return self._heirs[id(entry)]
        if "crossref" not in entry.values and "xdata" not in entry.values:
            return Heir(entry.values, needs=entry.needs)
        self._open.add(id(entry))
        heir = self._heirs[id(entry)] = Heir(dict(entry.values), needs=entry.needs)
        for name in ("xdata", "crossref"):
            for key in _keys(entry, name):
                parent = self._find(key)
                circle = id(parent) in self._open
                if parent is None or circle or depth > MAX_DEPTH:
                    what = "leads back to this entry" if circle else "is not in bib/"
                    heir.problems.append(
                        Problem(
                            entry.place(name),
                            f"bibtex/{name}",
                            f"the entry `{key}` that {name} names {what}",
                            "add it, or correct the key",
                            "warning",
                        )
                    )
                    continue
                other = self.heir(parent, depth + 1)
                if name == "xdata":
                    heir.needs = tuple(dict.fromkeys([*heir.needs, *other.needs, parent.raw]))
                    heir.take(_from_data(other.values))
                else:
                    heir.parent = parent.key
                    heir.take(_from_parent(entry.kind, other.values))
        self._open.discard(id(entry))
        return heir

    def _find(self, key: str) -> RawEntry | None:
        """Letters of either case are alike only when no key is the same."""
        for known in (self._own, self._folder):
            if found := known.get(key) or known.get(key.lower()):
                return found
        return None


def by_key(entries: Iterable[RawEntry]) -> dict[str, RawEntry]:
    """The first entry of each key, and of each key in small letters."""
    index: dict[str, RawEntry] = {}
    for entry in entries:
        index.setdefault(entry.key, entry)
        index.setdefault(entry.key.lower(), entry)
    return index


def wanted_parents(entries: Iterable[RawEntry]) -> set[str]:
    """The keys that entries name as those of their parents, also in small letters."""
    named = {key for entry in entries for name in ("xdata", "crossref") for key in _keys(entry, name)}
    return named | {key.lower() for key in named}


def _keys(entry: RawEntry, name: str) -> list[str]:
    value = entry.values.get(name)
    if value is None:
        return []
    keys = value.split(",") if name == "xdata" else [value]
    return [key.strip() for key in keys if key.strip()]


def _from_data(values: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """An `@xdata` entry is no work: it is needed like a macro, and hands on everything."""
    return ((name, value) for name, value in values.items() if name not in ("ids", "crossref", "xdata"))


def _from_parent(kind: str, values: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    title = _PARTS.get(kind)
    if title and "title" in values and title not in values:
        yield title, values["title"]
    for name, value in values.items():
        if name not in _OF_THE_PARENT_ALONE or (name == "author" and kind in _BY_THE_AUTHOR_OF_THE_BOOK):
            yield name, value
