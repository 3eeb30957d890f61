"""What is worth saying first about changes: what was read, what is known now, and where studies disagree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kg.answers.changes import ADDED, CHANGED, HOW, REMOVED, RENAMED, CellChange, Changes, MapChange, ThingChange
from kg.answers.contents import EFFECT, FINDING, KINDS, LINK, WORK, Compared
from kg.answers.evidence_map import EVIDENCE
from kg.core.reprs import counted

STRONGEST = 8
"""How many of the strongest links, effects and cells a summary lists."""
CONTESTED = {
    "disagreements": "findings of two works that contradict or dispute each other",
    "opposite-effects": "pairs of findings that report opposite effects",
}
"""Queries whose rows are disagreements, and what a row is."""


@dataclass(frozen=True, slots=True)
class Read:
    """A publication that was read since: its annotation is new."""

    work: Compared
    findings: int
    """New findings that are reported in it, without those of further readings."""


def newly_read(changes: Changes) -> list[Read]:
    """The publications whose annotation is new, those with most findings first."""
    reported = Counter(key for one in _new_findings(changes) for key in one.facts.get("reported in", ()))
    read = [
        one.thing for one in changes.things
        if one.kind == WORK and one.how != REMOVED and "annotated" in one.thing.facts
        and (one.how == ADDED or any(fact.property == "annotated" for fact in one.facts))
    ]  # fmt: skip
    return sorted((Read(work, reported[work.id]) for work in read), key=lambda one: (-one.findings, one.work.id))


def _new_findings(changes: Changes) -> list[Compared]:
    """The new findings that numbers count: those of the main reading of each publication."""
    return [one.thing for one in changes.of(FINDING, ADDED) if "further reading" not in one.thing.facts]


def strongest(changes: Changes, kind: str) -> list[tuple[Compared, int]]:
    """The new links or effects with the number of publications that report findings on them, most first.

    A finding of a further reading of the same publication counts with it once.
    """
    found = [
        (one.thing, len({finding.partition("/")[0].partition(".")[0] for finding in one.thing.facts["findings"]}))
        for one in changes.of(kind, ADDED)
    ]
    return sorted(found, key=lambda one: (-one[1], one[0].label, one[0].id))


def transitions(change: MapChange) -> list[tuple[str, str, int]]:
    """How many cells went from one state to another; the empty state is that of a cell that was not in the map."""
    found = Counter((one.old.state, one.new.state) for one in change.cells if one.old.state != one.new.state)
    return [(old, new, number) for (old, new), number in sorted(found.items(), key=lambda one: (-one[1], one[0]))]


def contested(changes: Changes) -> list[tuple[str, str, int, int]]:
    """Queries whose rows are disagreements: name, what a row is, rows added and removed."""
    return [
        (one.query, CONTESTED[one.query], len(one.added), len(one.removed))
        for one in changes.answers if one.query in CONTESTED
    ]  # fmt: skip


def opposed(changes: Changes) -> list[tuple[str, str, int]]:
    """What findings report opposite effects on: cause, outcome and the number of new pairs of findings, most first."""
    found: Counter[tuple[str, str]] = Counter()
    for answer in changes.answers:
        if answer.query == "opposite-effects" and {"cause", "outcome"} <= set(answer.columns):
            cause, outcome = map(answer.columns.index, ("cause", "outcome"))
            found.update((row[cause], row[outcome]) for row in answer.added)
    return [(*pair, number) for pair, number in sorted(found.items(), key=lambda one: (-one[1], one[0]))]


def of_kind(changes: Changes, kind: str) -> Mapping[str, Sequence[ThingChange]]:
    """The changes of a kind by how it changed, in the order of `HOW`, without empty ones."""
    return {how: found for how in HOW if (found := changes.of(kind, how))}


def sentences(changes: Changes) -> list[str]:
    """What changed, in a few sentences."""
    if not changes:
        return ["Nothing changed: both graphs say the same."]
    said = [_reading(changes), _links(changes), _cells(changes), _disagreeing(changes), _known_before(changes)]
    return [sentence for sentence in said if sentence] or ["Only answers of the query library changed."]


def _reading(changes: Changes) -> str:
    read, found = len(newly_read(changes)), _new_findings(changes)
    first = sum(one.facts.get("hand") == ("first-hand",) for one in found)
    findings = f"{counted(len(found), 'more finding')}, {first:,} of them first-hand" if found else ""
    if not read:
        return f"{findings}." if findings else ""
    brought = f", which brought {findings}" if findings else ""
    return f"{counted(read, 'more publication')} {'was' if read == 1 else 'were'} read{brought}."


def _links(changes: Changes) -> str:
    of = {LINK: ("new link", "between practices and challenges"), EFFECT: ("new effect", "on outcomes")}
    parts = [
        f"{counted(len(found), what)} {ends}" for kind, (what, ends) in of.items() if (found := changes.of(kind, ADDED))
    ]
    return f"{' and '.join(parts)}." if parts else ""


def _cells(changes: Changes) -> str:
    for change in changes.maps:
        first, lost = (sum(test(one) for one in change.cells) for test in (gained_evidence, lost_evidence))
        grown = sum(one.new.studies > one.old.studies > 0 for one in change.cells)
        parts = [f"{number:,} {what}" for number, what in (
            (first, "have evidence for the first time"), (grown, "have more than before"),
            (lost, "have none any more")) if number]  # fmt: skip
        if parts:
            return f"Of the cells of the map of {change.rows} by {change.columns}, {', '.join(parts)}."
    return ""


def gained_evidence(cell: CellChange) -> bool:
    """Whether a cell has evidence and had none."""
    return cell.new.state == EVIDENCE != cell.old.state


def lost_evidence(cell: CellChange) -> bool:
    """Whether a cell had evidence and has none."""
    return cell.old.state == EVIDENCE != cell.new.state


def _disagreeing(changes: Changes) -> str:
    said = [f"{added:,} {what}" for _, what, added, _ in contested(changes) if added]
    return f"New disagreements: {' and '.join(said)}." if said else ""


def _known_before(changes: Changes) -> str:
    """How much of what was known is gone or different."""
    parts = []
    for how in (REMOVED, CHANGED, RENAMED):
        kinds = [f"{len(found):,} {kind if len(found) == 1 else f'{kind}s'}" for kind in KINDS
                 if (found := changes.of(kind, how))]  # fmt: skip
        parts += [f"{how}: {', '.join(kinds)}"] if kinds else []
    return f"Of what was there before, {'; '.join(parts)}." if parts else ""
