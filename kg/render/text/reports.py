"""Reports that are not the rows of a query: agreement of annotators, gaps of a map, possible duplicates."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from pyoxigraph import Literal

from kg.answers.layout import distances, neighbours
from kg.answers.readings import DECIDED
from kg.answers.rows import Rows
from kg.answers.things import as_json
from kg.core.reprs import counted
from kg.model.same_names import DOUBT
from kg.render.text.table import printable, table

if TYPE_CHECKING:
    from kg.answers.agreement import Agreement
    from kg.answers.gaps import Gap
    from kg.answers.status import Status
    from kg.answers.todo import Unread
    from kg.model.bibliography import BibliographyEntry
    from kg.model.duplicates import Proposal
    from kg.model.same_names import Kind

    NameProposals = Mapping[Kind, Sequence[Proposal]]
    NameCounts = Mapping[Kind, Mapping[str, int]]

GAP_COLUMNS = ("row", "column", "state", "row_studies", "column_studies", "both", "around")
NAME_COLUMNS = ("of", "kind", "score", "keep", "same", "reason", "works", "other_works", "decision")
PROPOSAL_COLUMNS = ("kind", "score", "keep", "same", "reason", "title", "other_title", "decision")


def _rows(columns: Sequence[str], lines: Iterable[Sequence[str | int]], cites: tuple[str, ...] = ()) -> Rows:
    return Rows(tuple(columns), tuple(tuple(Literal(cell) for cell in line) for line in lines), cites)


def gap_rows(gaps: Iterable[Gap]) -> Rows:
    """Gaps of an evidence map as rows."""
    lines = ((g.row.label, g.column.label, g.state, g.row_studies, g.column_studies, g.both, g.around) for g in gaps)
    return _rows(GAP_COLUMNS, lines)


TODO_COLUMNS = ("key", "work", "cited_by", "reviews", "cells", "findings")


def todo_rows(works: Iterable[Unread]) -> Rows:
    """Works to read next as rows, which name publications."""
    return _rows(TODO_COLUMNS, ((w.key, w.work, w.cited_by, w.reviews, w.cells, w.findings) for w in works), ("key",))


def status_text(found: Status) -> str:
    """A review in one screen."""
    lines = [found.title or "This review", "", *(f"  {number:>7,}  {what}" for what, number in found.numbers.items())]
    state = "as new as its sources"
    if found.changed:
        state = f"{counted(len(found.changed), 'source')} changed since, such as {found.changed[0]}: run `kg build`"
    problems = ", ".join(
        counted(number, {"info": "note"}.get(severity, severity)) for severity, number in found.problems.items()
    )
    cells = ", ".join(f"{number:,} {state}" for state, number in found.cells.items())
    quotations = ", ".join(f"{number:,} {status}" for status, number in found.quotations.items())
    lines += ["", f"Graph: {state}",
              f"Problems of the last build: {problems or 'none'}",
              f"Quotations to verify: {quotations or 'none'}",
              f"Practices by categories of challenges, cells: {cells}",
              f"Works to read: {found.unread:,} that others cite, report or include (`kg todo`), first"]  # fmt: skip
    lines += [
        f"  {one.key}: {one.work}, cited by {one.cited_by}, in {counted(one.reviews, 'review')}" for one in found.next
    ]
    return "\n".join(map(printable, lines)) + "\n"


def status_json(found: Status) -> str:
    """The same as JSON."""
    return json.dumps(as_json(found), indent=1, ensure_ascii=False) + "\n"


def agreement_text(found: Agreement) -> str:
    """The annotations that are compared, a table of the measures, and one of the units on which they differ."""
    names = [PurePosixPath(reading.file).stem for reading in found.readings]
    parts = [f"{found.key}: {len(names)} readings"]
    parts += [f"  {name}: {printable(reading.annotator)}" for name, reading in zip(names, found.readings, strict=True)]
    if found.consensus:
        parts.append(f"  {found.consensus} replaces them")
    for finding, file in found.unmatched:
        parts.append(f"  {finding} is in {PurePosixPath(file).stem} but not in every other reading: not counted")
    pairs = [(match.id, "; ".join(dict.fromkeys(match.reasons))) for match in found.matches]
    parts += ["", table(_rows(("finding", "matched by"), sorted(pairs)))]
    measures = [
        (m.on, len(m.units), m.agreed, f"{m.agreed / len(m.units):.0%}", _number(m.kappa), _number(m.alpha), m.note)
        for m in found.measures
    ]
    parts += ["", table(_rows(("on", "units", "agreed", "of units", "kappa", "alpha", "note"), measures))]
    units = [(m.on, unit) for m in found.measures for unit in m.units if not unit.agreed]
    differing = [(on, unit.name, *(code or "–" for code in unit.codes)) for on, unit in units]
    if differing:
        parts.append(table(_rows(("on", "unit", *names), differing)))
    return "\n".join(parts)


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def agreement_json(found: Agreement) -> str:
    """The same, and every unit with its codes in the order of the readings."""
    measures = [
        {"on": m.on, "units": len(m.units), "agreed": m.agreed, "kappa": m.kappa, "alpha": m.alpha, "note": m.note}
        | {"codes": {unit.name: unit.codes for unit in m.units}}
        for m in found.measures
    ]
    document = {
        "publication": found.key,
        "readings": [{"file": reading.file, "annotator": reading.annotator} for reading in found.readings],
        "replaced_by": found.consensus or None,
        "matches": [
            {"findings": [finding.name for finding in match.members.values()], "by": match.reasons}
            for match in found.matches
        ],
        "unmatched": [{"finding": finding, "file": file} for finding, file in found.unmatched],
        "measures": measures,
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def agreement_yaml(found: Agreement) -> str:
    """The matches that nobody has decided yet as decisions for `bib/same-as.yaml`, without who decides."""
    lines: list[str] = []
    for match in found.matches:
        names = [finding.name for finding in match.members.values()]
        if set(match.reasons) != {DECIDED}:
            notes = [f"  {finding.name}: {finding.part.statement}" for finding in match.members.values()]
            lines += _decision(names, notes, "; ".join(dict.fromkeys(match.reasons)))
    return _list("findings", lines)


def proposal_rows(proposals: Iterable[Proposal], works: Mapping[str, BibliographyEntry], decided: bool) -> Rows:
    """Possible duplicates as rows; with `decided`, also how each was decided."""
    width = len(PROPOSAL_COLUMNS) if decided else len(PROPOSAL_COLUMNS) - 1
    lines = (
        (p.kind, p.score, p.keep, p.same, p.reason, works[p.keep].title, works[p.same].title, p.decision)[:width]
        for p in proposals
    )
    return _rows(PROPOSAL_COLUMNS[:width], lines, ("keep", "same"))


def proposal_yaml(proposals: Sequence[Proposal], works: Mapping[str, BibliographyEntry]) -> str:
    """Decisions for `bib/same-as.yaml`, one for all entries that are connected, without the name of who decides."""
    lines: list[str] = []
    for together in _together([found for found in proposals if not found.decision]):
        merged = {found.same for found in together}
        keys = sorted({found.keep for found in together} - merged) + sorted(merged)
        notes = [f"  {key}: {works[key].label}: {works[key].title}" for key in keys]
        lines += _decision(keys, [*map(_pair, together), *notes], _because(together, keys))
    return _list("decisions", lines)


def _pair(found: Proposal, number: Callable[[str], str] = lambda _: "") -> str:
    """A proposal as a comment shows it, with a `number` behind each of the two names."""
    pair = f"{found.keep}{number(found.keep)} and {found.same}{number(found.same)}"
    return f"{pair}: {found.reason} ({found.kind}, {found.score})"


def _decision(names: Sequence[str], notes: Iterable[str], because: str) -> Iterator[str]:
    """A decision to fill in: that the first name stands for the others, below notes on what led to it."""
    yield from (f"  # {note}" for note in map(printable, notes))
    yield f"  - keep: {_scalar(names[0])}"
    yield f"    same: [{', '.join(map(_scalar, names[1:]))}]"
    yield "    decided_by:"
    yield f"    because: {_scalar(because)}"


def _because(together: Sequence[Proposal], names: Sequence[str]) -> str:
    """The reason for each merged name, if possible from its comparison with the kept one.

    It is the text that a person signs, so a doubt that a decision settles is not in it.
    """
    found: dict[str, Proposal] = {}
    for proposal in sorted(together, key=lambda one: names[0] not in (one.keep, one.same)):
        found.setdefault(proposal.keep, proposal)
        found.setdefault(proposal.same, proposal)
    chosen = dict.fromkeys(found[name] for name in names[1:])
    reasons = {proposal: proposal.reason.partition(DOUBT)[0] for proposal in chosen}
    if len(set(reasons.values())) == 1:
        return next(iter(reasons.values()))
    return "; ".join(f"{one.keep} and {one.same}: {reason}" for one, reason in reasons.items())


def _list(key: str, lines: Sequence[str]) -> str:
    """A list of the file; nothing if it has no members."""
    return "".join(f"{line}\n" for line in [f"{key}:", *lines]) if lines else ""


def name_rows(proposals: NameProposals, works: NameCounts, decided: bool) -> Rows:
    """Names that may be one person or venue as rows, with the number of works of each; `decided` as for entries."""
    width = len(NAME_COLUMNS) if decided else len(NAME_COLUMNS) - 1
    lines = (
        (of, p.kind, p.score, p.keep, p.same, p.reason, works[of][p.keep], works[of][p.same], p.decision)[:width]
        for of, found in proposals.items()
        for p in found
    )
    return _rows(NAME_COLUMNS[:width], lines)


def names_yaml(proposals: NameProposals, works: NameCounts) -> str:
    """Decisions for `bib/same-as.yaml`, without the name of who decides.

    Names that are not proposed together with the kept one are left for the next time: `J. Toy` may be `Jan Toy` or `Jim
    Toy`, and not both.
    """
    return "".join(_list(of, list(_name_decisions(found, works[of]))) for of, found in proposals.items())


def _name_decisions(proposals: Sequence[Proposal], works: Mapping[str, int]) -> Iterator[str]:
    for together in _together([found for found in proposals if not found.decision]):
        others = {found.same for found in together}
        keep = next((one.keep for one in together if one.keep not in others), together[0].keep)  # the most certain one
        names = [keep, *sorted(found.same for found in together if found.keep == keep)]
        here = [found for found in together if {found.keep, found.same} <= set(names)]
        notes = [_pair(found, lambda name: f" (works: {works[name]})") for found in here]
        later = [f"not in this decision: {_pair(found)}" for found in together if found not in here]
        yield from _decision(names, [*notes, *later], _because(here, names))


def _together(proposals: Sequence[Proposal]) -> list[list[Proposal]]:
    """The proposals in groups that share entries, in the order of the first of each."""
    near = neighbours((found.keep, found.same) for found in proposals)
    waiting, groups = list(proposals), []
    while waiting:
        reached = distances(near, waiting[0].keep)
        groups.append([found for found in waiting if found.keep in reached])
        waiting = [found for found in waiting if found.keep not in reached]
    return groups


def _scalar(text: str) -> str:
    """A YAML double-quoted scalar (YAML 1.2, section 7.3.1)."""
    return json.dumps(text, ensure_ascii=False)
