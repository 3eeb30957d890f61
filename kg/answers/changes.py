"""What changed between two graphs: things, cells of evidence maps, and answers of the query library, as plain values.

A thing that has another id now is recognised: a work by its DOI or title, a finding by its statement or quotations, a
concept by its label. It is `renamed`, and what refers to it is compared as if it had had its new id before. An entry
of a bibliography that is shown as another one now is `merged`, and one that no longer is, `split`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from kg.answers.contents import (
    CONCEPT,
    FINDING,
    KINDS,
    WORK,
    Compared,
    Things,
    contents_of,
    merged_entries,
    numbers_of,
    with_other_ids,
)
from kg.answers.evidence_map import DIRECTIONS, NOBODY, EvidenceMap, Header
from kg.answers.evidence_rows import evidence_map
from kg.answers.rows import Answers, Rows
from kg.core.progress import Progress, counted, silent
from kg.queries.query_library import Query
from kg.store.sparql_text import names_graphs

HOW = (ADDED, REMOVED, CHANGED, RENAMED, MERGED, SPLIT) = (
    "added", "removed", "changed", "renamed", "merged", "split",
)  # fmt: skip
MAPS = (("practice", "category"), ("practice", "challenge"), ("practice", "outcome"))
"""The evidence maps that are compared if no others are named."""
FEEDING = ("things", "network", "map")
"""Families of queries that pages and values are made from: their changes are those of things and cells."""

Pairs = Mapping[str, str]
"""The id now of each thing that is still there, by its id before."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What a property said before and says now; only the values that differ."""

    property: str
    old: tuple[str, ...]
    new: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ThingChange:
    """A thing that is there now and was not, is gone, or is another one."""

    kind: str
    how: str
    """One of `HOW`; `renamed` for a thing with another id, whether or not anything else changed."""
    thing: Compared
    """As it is now; of a removed or merged thing, as it was."""
    facts: tuple[Fact, ...] = ()
    other: str = ""
    """The former id of a renamed thing; the entry that a merged one is shown as, or a split one was."""


@dataclass(frozen=True, slots=True)
class CellSide:
    """A cell in one of the two maps. The state is empty if the map had no such row or column."""

    state: str = ""
    first_hand: int = 0
    second_hand: int = 0
    directions: Mapping[str, int] = field(default_factory=dict)
    """The number of studies that report each direction of an effect."""

    @property
    def studies(self) -> int:
        return self.first_hand + self.second_hand


@dataclass(frozen=True, slots=True)
class CellChange:
    """A cell of an evidence map whose state, number of studies or directions changed."""

    row: Header
    column: Header
    old: CellSide
    new: CellSide


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row of an evidence map on which another number of studies has findings."""

    row: Header
    old: int
    new: int


@dataclass(frozen=True, slots=True)
class MapChange:
    """The cells and rows of one evidence map that changed, those with most new studies first."""

    title: str
    rows: str
    columns: str
    cells: tuple[CellChange, ...]
    studied: tuple[RowChange, ...] = ()


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """The rows that a query of the library has now and had not before, and the other way round."""

    query: str
    family: str
    summary: str
    columns: tuple[str, ...]
    added: tuple[tuple[str, ...], ...]
    removed: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class GraphVersion:
    """One of the two graphs."""

    name: str
    """How it was named: a folder, a file, or a revision with its date."""
    snapshot: str
    """Content hash of the graph."""
    numbers: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything that differs between two graphs; false if nothing does."""

    old: GraphVersion
    new: GraphVersion
    title: str = ""
    """The title of the review."""
    things: tuple[ThingChange, ...] = ()
    maps: tuple[MapChange, ...] = ()
    answers: tuple[AnswerChange, ...] = ()
    notes: tuple[str, ...] = ()
    """What was not compared, and why."""

    def __bool__(self) -> bool:
        return bool(self.things or any(one.cells for one in self.maps) or self.answers)

    def of(self, kind: str, how: str) -> list[ThingChange]:
        """The changes of things of a kind."""
        return [one for one in self.things if (one.kind, one.how) == (kind, how)]

    def numbers(self) -> list[tuple[str, int, int]]:
        """What is counted, with the numbers before and now."""
        names = dict.fromkeys([*self.new.numbers, *self.old.numbers])
        return [(name, self.old.numbers.get(name, 0), self.new.numbers.get(name, 0)) for name in names]


def changes(
    old: Answers,
    new: Answers,
    names: tuple[str, str] = ("", ""),
    maps: Iterable[tuple[str, str]] = MAPS,
    ask: bool = True,
    progress: Progress = silent,
) -> Changes:
    """What changed from one graph to the other. Both are asked the queries of the newer one.

    Args:
        old: the graph before.
        new: the graph now.
        names: how the two are called.
        maps: the dimensions of the evidence maps to compare.
        ask: whether to compare the answers of the query library.
        progress: receives the name of each step.
    """
    if old.snapshot and old.snapshot == new.snapshot:
        return Changes(GraphVersion(names[0], old.snapshot), GraphVersion(names[1], new.snapshot), new.title)
    progress("comparing works, findings, links, citations and concepts")
    things = tuple(_things(contents_of(old), contents_of(new), merged_entries(old), merged_entries(new)))
    found = []
    for rows, columns in maps:
        progress(f"comparing the evidence maps of {rows} by {columns}")
        found.append(_map(evidence_map(old, rows, columns), evidence_map(new, rows, columns)))
    left = not_comparable(old, new) if ask else {}
    notes = tuple(f"{name} was not compared: {why}" for name, why in sorted(left.items()))
    return Changes(
        GraphVersion(names[0], old.snapshot, numbers_of(old)), GraphVersion(names[1], new.snapshot, numbers_of(new)),
        new.title, things, tuple(found), tuple(_answers(old, new, left, progress)) if ask else (), notes,
    )  # fmt: skip


def not_comparable(old: Answers, new: Answers) -> dict[str, str]:
    """Queries that one of the two graphs cannot answer, because its file has no named graphs, with that reason."""
    if all(graph.sparql("ASK { GRAPH ?file { ?thing ?property ?value } }").boolean for graph in (old, new)):
        return {}
    return {query.name: "one of the files has no named graphs" for query in asked(new) if names_graphs(query.sparql)}


def asked(graph: Answers) -> list[Query]:
    """The queries of the library whose answers are compared: those of users, that need no parameter and no service."""
    return [
        query for query in graph.queries
        if query.family not in FEEDING and not query.services and all(p.default is not None for p in query.parameters)
    ]  # fmt: skip


# --- things -------------------------------------------------------------------------------------------------------


def _things(
    old: Mapping[str, Things], new: Mapping[str, Things], was_shown: Pairs, is_shown: Pairs
) -> Iterator[ThingChange]:
    """The changes of all kinds. Works and concepts come before what has their ids in its own."""
    ids: dict[str, dict[str, str]] = {}
    entries = dict.fromkeys(entry for entry in [*was_shown, *is_shown] if was_shown.get(entry) != is_shown.get(entry))
    for entry in entries:
        how, other = (MERGED, is_shown[entry]) if entry in is_shown else (SPLIT, was_shown[entry])
        thing = old[WORK].get(entry) or new[WORK].get(entry) or Compared(entry, entry, "", {})
        yield ThingChange(WORK, how, thing, other=other)
    for kind in KINDS:
        before = with_other_ids(kind, old[kind], ids)
        pairs: Pairs = {id_: thing.id for id_, thing in before.items() if thing.id in new[kind]}
        if kind in _SAME:
            pairs = _SAME[kind](before, new[kind], pairs)
            ids[kind] = {was: now for was, now in pairs.items() if was != now}
            before = with_other_ids(kind, old[kind], ids)
        found = _compared(kind, before, new[kind], pairs)
        yield from (one for one in found if kind != WORK or one.thing.id not in entries)


def _compared(kind: str, old: Things, new: Things, pairs: Mapping[str, str]) -> Iterator[ThingChange]:
    """The changes of things of one kind, by id."""
    former = {now: was for was, now in pairs.items()}
    for id_, thing in new.items():
        if id_ not in former:
            yield ThingChange(kind, ADDED, thing)
            continue
        facts, was = tuple(_facts(old[former[id_]], thing)), former[id_] if former[id_] != id_ else ""
        if kind in _SAME and was:
            yield ThingChange(kind, RENAMED, thing, facts, was)
        elif facts:
            yield ThingChange(kind, CHANGED, thing, facts)
    yield from (ThingChange(kind, REMOVED, thing) for id_, thing in old.items() if id_ not in pairs)


def _facts(old: Compared, new: Compared) -> Iterator[Fact]:
    for name in dict.fromkeys([*new.facts, *old.facts]):
        before, now = old.facts.get(name, ()), new.facts.get(name, ())
        if before != now:
            gone, come = (tuple(v for v in a if v not in b) for a, b in ((before, now), (now, before)))
            yield Fact(name, gone, come) if gone or come else Fact(name, before, now)  # another order


def _paired(old: Things, new: Things, key: Callable[[Compared], object], pairs: Pairs) -> dict[str, str]:
    """The pairs, and those of other things with the same key, which no third thing has; nothing has an empty key."""
    taken = set(pairs.values())
    sides: list[dict[object, list[str]]] = []
    for things, without in ((old, pairs), (new, taken)):
        groups: dict[object, list[str]] = defaultdict(list)
        for id_, thing in things.items():
            if id_ not in without and (found := key(thing)):
                groups[found].append(id_)
        sides.append(groups)
    return {**pairs, **{was[0]: now[0] for found, was in sides[0].items()
                        if len(was) == 1 == len(now := sides[1].get(found, []))}}  # fmt: skip


def _said(thing: Compared, name: str) -> str:
    return "\n".join(thing.facts.get(name, ()))


def _doi(thing: Compared) -> object:
    return _said(thing, "doi").casefold()


def _title_and_year(thing: Compared) -> object:
    title = "".join(c for c in _said(thing, "title").casefold() if c.isalnum())
    return (title, _said(thing, "year")) if title else ""


def _label_of_kind(thing: Compared) -> object:
    return thing.id.partition("/")[0], thing.label.casefold()


def _in_file(name: str) -> Callable[[Compared], object]:
    """A fact of a finding within its annotation file."""
    return lambda thing: (said := _said(thing, name)) and (thing.id.rpartition("/")[0], said)


def _same_works(old: Things, new: Things, pairs: Pairs) -> Pairs:
    return _paired(old, new, _title_and_year, _paired(old, new, _doi, pairs))


def _same_concepts(old: Things, new: Things, pairs: Pairs) -> Pairs:
    return _paired(old, new, _label_of_kind, pairs)


def _same_findings(old: Things, new: Things, pairs: Pairs) -> Pairs:
    """Findings are numbered: if another one was put before them, the same statement has another id."""
    equal = {was: now for was, now in pairs.items() if _said(old[was], "statement") == _said(new[now], "statement")}
    same = _paired(old, new, _in_file("statement"), equal)
    taken = set(same.values())
    same |= {was: now for was, now in pairs.items() if was not in same and now not in taken}
    return _paired(old, new, _in_file("quotations"), same)


_SAME: Mapping[str, Callable[[Things, Things, Pairs], Pairs]] = {
    WORK: _same_works, CONCEPT: _same_concepts, FINDING: _same_findings,
}  # fmt: skip
"""Finds the things that have another id now, of the kinds whose ids people give."""


# --- evidence maps ------------------------------------------------------------------------------------------------


def _map(old: EvidenceMap, new: EvidenceMap) -> MapChange:
    rows, columns = (_headers(a, b) for a, b in ((old.rows, new.rows), (old.columns, new.columns)))
    sides = [(map_, {h.iri for h in map_.rows}, {h.iri for h in map_.columns}) for map_ in (old, new)]
    found = []
    for row, column in product(rows, columns):
        before, now = (
            _side(map_, row.iri, column.iri) if row.iri in of_rows and column.iri in of_columns else CellSide()
            for map_, of_rows, of_columns in sides
        )
        # That nobody looked at something new is no change.
        if before != now and {before.state, now.state} != {"", NOBODY}:
            found.append(CellChange(row, column, before, now))
    found.sort(key=lambda one: (one.old.studies - one.new.studies, one.row.label, one.column.label, one.row.iri))
    studied = (RowChange(row, *(len(map_.studies_on.get(row.iri, ())) for map_ in (old, new))) for row in rows)
    by_rows = sorted(
        (one for one in studied if one.old != one.new), key=lambda one: (one.old - one.new, one.row.label, one.row.iri)
    )
    return MapChange(new.title, new.row_kind, new.column_kind, tuple(found), tuple(by_rows))


def _headers(old: Sequence[Header], new: Sequence[Header]) -> list[Header]:
    """The headers of the new map, then those that only the old one had."""
    known = {header.iri for header in new}
    return [*new, *(header for header in old if header.iri not in known)]


def _side(map_: EvidenceMap, row: str, column: str) -> CellSide:
    cell = map_.cell(row, column)
    reported = Counter(polarity for _, polarity in {(one.study, one.polarity) for one in cell.findings})
    directions = {direction: reported[direction] for direction in DIRECTIONS if reported[direction]}
    return CellSide(map_.state(row, column), len(cell.first_hand), len(cell.second_hand), directions)


# --- answers ------------------------------------------------------------------------------------------------------


def _answers(old: Answers, new: Answers, left_out: Mapping[str, str], progress: Progress) -> Iterator[AnswerChange]:
    """The queries whose answers differ, whatever the order of their rows."""
    queries = [query for query in asked(new) if query.name not in left_out]
    for number, query in enumerate(queries, 1):
        counted(progress, "comparing answers", number, len(queries))
        answer = new.query(query.name)
        before, now = _texts(old.query(query.name)), _texts(answer)
        if before != now:
            added, removed = (tuple(sorted((a - b).elements())) for a, b in ((now, before), (before, now)))
            columns = answer.columns if answer.boolean is None else ("answer",)
            yield AnswerChange(query.name, query.family, query.summary, columns, added, removed)


def _texts(rows: Rows) -> Counter[tuple[str, ...]]:
    if rows.boolean is not None:
        return Counter([(str(rows.boolean).lower(),)])
    found = rows.as_written() if rows.triples is None else iter(rows)
    return Counter(tuple("" if v is None else str(v) for v in row.values()) for row in found)
