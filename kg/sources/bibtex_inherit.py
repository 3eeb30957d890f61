"""Fields that an entry takes from the entries its `crossref` and `xdata` name, also from other files of the folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from kg.problems import Location, Problem
from kg.sources.bibtex_strings import Macro, Value

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


@dataclass
class RawEntry:
    """An entry before its values are decoded; `places` holds where each field stands, the entry itself under ""."""

    key: str
    kind: str
    values: dict[str, Value]
    raw: str
    places: dict[str, Location]
    parent: str = ""
    needs: tuple[str, ...] = ()
    problems: list[Problem] = field(default_factory=list)

    @property
    def where(self) -> Location:
        return self.places[""]


class Parents:
    """Entries by key: those of the same file first, letters of either case alike only when no key is the same."""

    def __init__(self, own: Iterable[RawEntry], folder: Mapping[str, RawEntry]) -> None:
        self._own: dict[str, RawEntry] = {}
        for entry in own:
            self._own.setdefault(entry.key, entry)
            self._own.setdefault(entry.key.lower(), entry)
        self._folder = folder

    def get(self, key: str) -> RawEntry | None:
        for known in (self._own, self._folder):
            if found := known.get(key) or known.get(key.lower()):
                return found
        return None


def folder_index(entries: Iterable[RawEntry]) -> dict[str, RawEntry]:
    index: dict[str, RawEntry] = {}
    for entry in entries:
        index.setdefault(entry.key, entry)
        index.setdefault(entry.key.lower(), entry)
    return index


def inherit(entry: RawEntry, parents: Parents) -> dict[str, Value]:
    """All values of the entry, its own first. Parents that are not there become problems of the entry."""
    values = dict(entry.values)
    for name, inherited in _inherited(entry, parents, frozenset({id(entry)})):
        if not values.get(name) or not values[name].text.strip():
            values[name] = inherited
    return values


def _inherited(entry: RawEntry, parents: Parents, seen: frozenset[int]) -> Iterator[tuple[str, Value]]:
    for name in ("xdata", "crossref"):
        for key in _keys(entry, name):
            parent = parents.get(key)
            if parent is None or id(parent) in seen:
                if len(seen) > 1:  # the entry in between says so
                    continue
                what = "is not in bib/*.bib" if parent is None else "leads back to this entry"
                entry.problems.append(Problem(entry.places.get(name, entry.where), f"bibtex/{name}",
                                              f"the entry `{key}` that {name} names {what}",
                                              "add it, or correct the key", "warning"))
                continue
            if name == "crossref":
                entry.parent = parent.key
            further = dict(_inherited(parent, parents, seen | {id(parent)}))
            handed_on = further | {k: v for k, v in parent.values.items() if v.text.strip()}
            hand_on = _from_data if name == "xdata" else _from_parent
            yield from hand_on(entry, parent, handed_on)


def _keys(entry: RawEntry, name: str) -> list[str]:
    value = entry.values.get(name)
    if value is None:
        return []
    keys = value.text.split(",") if name == "xdata" else [value.text]
    return [key.strip() for key in keys if key.strip()]


def _from_data(entry: RawEntry, parent: RawEntry, values: Mapping[str, Value]) -> Iterator[tuple[str, Value]]:
    """An `@xdata` entry is no work: it is needed like a macro, and hands on everything."""
    blocks = (macro.raw for value in values.values() for macro in value.used)
    entry.needs = tuple(dict.fromkeys([*entry.needs, *parent.needs, *blocks, parent.raw]))
    yield from ((name, value) for name, value in values.items() if name not in ("ids", "crossref", "xdata"))


def _from_parent(entry: RawEntry, _: RawEntry, values: Mapping[str, Value]) -> Iterator[tuple[str, Value]]:
    title = _PARTS.get(entry.kind)
    if title and "title" in values and title not in values:
        yield title, values["title"]
    for name, value in values.items():
        if name not in _OF_THE_PARENT_ALONE or (name == "author" and entry.kind in _BY_THE_AUTHOR_OF_THE_BOOK):
            yield name, Value(value.text)  # the macros it took are needed by the parent, not by this entry


def needed(entry: RawEntry) -> tuple[str, ...]:
    """The blocks that must stand before the entry: `@string`s, each after those it needs itself, and `@xdata`."""
    macros: Iterator[Macro] = (macro for value in entry.values.values() for macro in value.used)
    return tuple(dict.fromkeys([*(macro.raw for macro in macros), *entry.needs]))
