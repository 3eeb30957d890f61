"""What is worth saying first about changes: what was read, what is known now, and where studies differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kg.answers.changes import (
    ADDED,
    CHANGED,
    HOW,
    MERGED,
    REMOVED,
    RENAMED,
    SPLIT,
    CellChange,
    Changes,
    MapChange,
    RowChange,
    ThingChange,
)
from kg.answers.contents import EFFECT, FINDING, KINDS, LINK, WORK, Compared
from kg.answers.evidence_map import EVIDENCE
from kg.core.reprs import counted, plural

STRONGEST = 6
"""How many of the strongest links, effects, rows and cells a summary lists: they are read in a minute."""


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


def contradictions(changes: Changes) -> list[tuple[str, str, str, str]]:
    """New findings that contradict each other: the key of the work that found it and what it says, for both."""
    columns = ("key", "says", "other_key", "other_says")
    for answer in changes.answers:
        if answer.query == "disagreements" and set(columns) <= set(answer.columns):
            key, says, other_key, other_says = map(answer.columns.index, columns)
            return [(row[key], row[says], row[other_key], row[other_says]) for row in answer.added]
    return []


def divided(changes: Changes) -> list[CellChange]:
    """Effects whose direction studies differ on and did not before, those with most studies first."""
    found = [cell for one in changes.maps for cell in one.cells
             if _differ(cell.new.directions) and not _differ(cell.old.directions)]  # fmt: skip
    return sorted(found, key=lambda one: (-one.new.studies, one.row.label, one.column.label, one.row.iri))


def _differ(directions: Mapping[str, int]) -> bool:
    return len(set(directions) - {"mixed"}) > 1  # "mixed" is opposite to nothing, because it says both


def grown(changes: Changes) -> tuple[str, list[RowChange]]:
    """What the rows of the first map are, and those on which more studies have findings now, most new ones first."""
    for one in changes.maps:
        if found := [row for row in one.studied if row.new > row.old]:
            return one.rows, found
    return "", []


Known = tuple[tuple[tuple[str, str], ...], str]
"""Something that is known now: what it is about, as labels with IRIs, and how much is known."""


def known(changes: Changes) -> Iterator[tuple[str, list[Known]]]:
    """Short lists of what is known now and was not before, each with its heading."""
    kind, rows = grown(changes)
    found: list[tuple[str, list[Known]]] = [(
        f"{plural(kind).capitalize()} with most new studies",
        [(((one.row.label, one.row.iri),), f"{one.old:,} → {counted(one.new, 'study')}") for one in rows],
    )]  # fmt: skip
    for kind, what in ((EFFECT, "Effects"), (LINK, "Links")):
        best = [(thing, number) for thing, number in strongest(changes, kind) if number > 1]
        found.append((f"{what} that several publications report",
                      [(((one.label, one.iri),), counted(n, "publication")) for one, n in best]))  # fmt: skip
    for one in changes.maps[:1]:
        found.append((f"Cells with most new studies: {one.rows} by {one.columns}", [
            (_ends(cell), f"{cell.old.studies:,} → {counted(cell.new.studies, 'study')}")
            for cell in one.cells if cell.new.studies > cell.old.studies
        ]))  # fmt: skip
    found.append(("Effects on whose direction studies differ now", [
        (_ends(cell), ", ".join(f"{direction} {number}" for direction, number in cell.new.directions.items()))
        for cell in divided(changes)
    ]))  # fmt: skip
    return ((heading, items[:STRONGEST]) for heading, items in found if items)


def _ends(cell: CellChange) -> tuple[tuple[str, str], ...]:
    return (cell.row.label, cell.row.iri), (cell.column.label, cell.column.iri)


def of_kind(changes: Changes, kind: str) -> Mapping[str, Sequence[ThingChange]]:
    """The changes of a kind by how it changed, in the order of `HOW`, without empty ones."""
    return {how: found for how in HOW if (found := changes.of(kind, how))}


def sentences(changes: Changes) -> list[str]:
    """What changed, in a few sentences."""
    if not changes:
        return ["Nothing changed: both graphs say the same."]
    said = (_reading, _rows, _links, _cells, _disagreeing, _known_before)
    return [found for one in said if (found := one(changes))] or ["Only answers of the query library changed."]


def _reading(changes: Changes) -> str:
    read, found = len(newly_read(changes)), _new_findings(changes)
    first = sum(one.facts.get("hand") == ("first-hand",) for one in found)
    findings = f"{counted(len(found), 'more finding')}, {first:,} of them first-hand" if found else ""
    if not read:
        return f"{findings}." if findings else ""
    brought = f", which brought {findings}" if findings else ""
    return f"{counted(read, 'more publication')} {'was' if read == 1 else 'were'} read{brought}."


def _rows(changes: Changes) -> str:
    kind, rows = grown(changes)
    first = sum(not row.old for row in rows)
    parts = [(first, "findings for the first time"), (len(rows) - first, "findings of more studies than before")]
    said = [f"{counted(n, kind)} {'has' if n == 1 else 'have'} {what}" for n, what in parts if n]
    return f"{', and '.join(said)}." if said else ""


def _links(changes: Changes) -> str:
    of = {LINK: ("new link", "between practices and challenges"), EFFECT: ("new effect", "on outcomes")}
    parts = [
        f"{counted(len(found), what)} {ends}" for kind, (what, ends) in of.items() if (found := changes.of(kind, ADDED))
    ]
    return f"{' and '.join(parts)}." if parts else ""


def _cells(changes: Changes) -> str:
    for change in changes.maps:
        first, lost = (sum(test(one) for one in change.cells) for test in (gained_evidence, lost_evidence))
        more = sum(one.new.studies > one.old.studies > 0 for one in change.cells)
        parts = [f"{number:,} with {what}" for number, what in (
            (first, "evidence for the first time"), (more, "more evidence"), (lost, "none any more"))
            if number]  # fmt: skip
        if parts:
            return f"Cells of the map of {plural(change.rows)} by {change.columns}: {', '.join(parts)}."
    return ""


def gained_evidence(cell: CellChange) -> bool:
    """Whether a cell has evidence and had none."""
    return cell.new.state == EVIDENCE != cell.old.state


def lost_evidence(cell: CellChange) -> bool:
    """Whether a cell had evidence and has none."""
    return cell.old.state == EVIDENCE != cell.new.state


def _disagreeing(changes: Changes) -> str:
    parts = [(len(divided(changes)), "studies differ now on the direction of {}", "effect"),
             (len(contradictions(changes)), "findings contradict or dispute each other in {}", "place")]  # fmt: skip
    said = [text.format(counted(n, what)) for n, text, what in parts if n]
    return f"Disagreements: {'; '.join(said)}." if said else ""


def _known_before(changes: Changes) -> str:
    """How much of what was known is gone or different."""
    parts = []
    for how in (REMOVED, CHANGED, RENAMED, MERGED, SPLIT):
        kinds = [f"{len(found):,} {kind if len(found) == 1 else f'{kind}s'}" for kind in KINDS
                 if (found := changes.of(kind, how))]  # fmt: skip
        parts += [f"{how}: {', '.join(kinds)}"] if kinds else []
    return f"Of what was there before, {'; '.join(parts)}." if parts else ""
