"""What changed between two graphs as text, as Markdown for a changelog, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from kg.answers.change_summary import known, newly_read, of_kind, sentences, transitions
from kg.answers.changes import (
    MERGED,
    SPLIT,
    AnswerChange,
    CellChange,
    CellSide,
    Changes,
    Fact,
    MapChange,
    ThingChange,
)
from kg.answers.contents import EFFECT, KINDS, LINK, WORK, Compared
from kg.answers.things import as_json
from kg.core.reprs import counted
from kg.render.text.markdown_text import prose
from kg.render.text.table import printable

MOST = 20
"""Items of a list that are written unless everything is asked for."""


@dataclass
class _Part:
    """A heading and the items below it."""

    heading: str
    items: list[str] = field(default_factory=list)
    level: int = 2


def changes_text(changes: Changes, whole: bool = False) -> str:
    """An outline for the terminal."""
    lines = [title(changes), "", *sentences(changes)]
    for part in _parts(changes, whole):
        lines += ["", f"{part.heading}", *(f"  - {printable(item)}" for item in part.items)]
    return "\n".join([*lines, "", _made_of(changes)]) + "\n"


def changes_markdown(changes: Changes, whole: bool = False) -> str:
    """A section of a changelog."""
    lines = [f"## {prose(printable(title(changes)))}", "", " ".join(map(prose, sentences(changes)))]
    for part in _parts(changes, whole):
        lines += ["", f"{'#' * (part.level + 1)} {prose(printable(part.heading))}", ""]
        lines += [f"- {prose(printable(item))}" for item in part.items]
    return "\n".join([*lines, "", f"<!-- {_made_of(changes)} -->"]) + "\n"


def changes_json(changes: Changes) -> str:
    """Everything that changed, with all rows."""
    return json.dumps({"differs": bool(changes)} | as_json(changes), indent=1, ensure_ascii=False) + "\n"


def title(changes: Changes) -> str:
    """What the comparison is called."""
    until = "" if changes.new.name == "now" else f" until {changes.new.name}"
    return f"What changed since {changes.old.name}{until}"


def _made_of(changes: Changes) -> str:
    return f"graphs sha256:{changes.old.snapshot} and sha256:{changes.new.snapshot}"


def _parts(changes: Changes, whole: bool) -> Iterator[_Part]:
    cut = _cut(whole)
    if numbers := [f"{what}: {old:,} → {new:,}" for what, old, new in changes.numbers() if old != new]:
        yield _Part("In numbers", numbers)
    if read := newly_read(changes):
        items = [f"{named(one.work)}, {counted(one.findings, 'new finding')}" for one in read]
        yield _Part(f"Publications that were read: {len(read)}", cut(items, 2 * MOST))
    for heading, best in known(changes):
        yield _Part(heading, [f"{' × '.join(label for label, _ in names)}: {number}" for names, number in best])
    for map_ in changes.maps:
        if map_.cells:
            yield _Part(f"Evidence map: {map_.rows} by {map_.columns}", list(_map(map_, cut)))
    for kind, heading in KINDS.items():
        for how, found in of_kind(changes, kind).items():
            yield _Part(f"{heading} {how}: {len(found):,}", cut([described(one) for one in found], MOST))
    yield from _rest(changes, whole)


def _rest(changes: Changes, whole: bool) -> Iterator[_Part]:
    if changes.answers:
        items = [item for one in changes.answers for item in _answer(one, whole)]
        yield _Part(f"Answers of the query library that changed: {len(changes.answers)}", items)
    if changes.notes:
        yield _Part("Not compared", list(changes.notes))


def _cut(whole: bool) -> Callable[[Sequence[str], int], list[str]]:
    def cut(items: Sequence[str], most: int) -> list[str]:
        if whole or len(items) <= most + 1:
            return list(items)
        return [*items[:most], f"and {len(items) - most:,} more (--all lists them)"]

    return cut


def named(work: Compared) -> str:
    """A work with its title and key."""
    title = "; ".join(work.facts.get("title", ()))
    return f"{work.label}{f': {title}' if title and not work.label.startswith(title) else ''} [{work.id}]"


def described(change: ThingChange) -> str:
    """One thing in a line: what it is, and which of its properties changed from what to what."""
    thing = change.thing
    name = named(thing) if change.kind == WORK else thing.label
    if change.kind not in (WORK, LINK, EFFECT) and thing.label != thing.id:
        name = f"{thing.label} [{thing.id}]"
    other = f", {other_text(change)} {change.other}" if change.other else ""
    facts = "; ".join(map(fact_text, change.facts))
    return f"{name}{other}{': ' if facts else ''}{facts}"


def other_text(change: ThingChange) -> str:
    """What the other id of a thing is to it."""
    return {MERGED: "shown as", SPLIT: "no longer shown as"}.get(change.how, "formerly")


def fact_text(fact: Fact) -> str:
    """A property that changed, with what it said and says."""
    old, new = ("; ".join(values) for values in (fact.old, fact.new))
    if not old or not new:
        return f"{fact.property} {'added' if new else 'removed'}: {new or old}"
    return f"{fact.property}: {old} → {new}"


def _map(change: MapChange, cut: Callable[[Sequence[str], int], list[str]]) -> Iterator[str]:
    for old, new, number in transitions(change):
        yield f"{counted(number, 'cell')}: {old or 'not in the map'} → {new or 'not in the map'}"
    counts = [one for one in change.cells if one.old.studies != one.new.studies]
    yield from cut([cell_text(one) for one in counts], MOST)


def cell_text(cell: CellChange) -> str:
    """A cell of a map with its state or number before and now."""
    return f"{cell.row.label} × {cell.column.label}: {side_text(cell.old)} → {side_text(cell.new)}"


def side_text(side: CellSide) -> str:
    """The number of studies in a cell, or its state if there are none."""
    return counted(side.studies, "study") if side.studies else side.state or "not in the map"


def _answer(change: AnswerChange, whole: bool) -> Iterator[str]:
    yield f"{change.query}: {counted(len(change.added), 'row')} added, {len(change.removed):,} removed"
    for sign, rows in (("+", change.added), ("-", change.removed)):
        for row in rows if whole else ():
            yield f"{change.query} {sign} {' | '.join(row)}"
