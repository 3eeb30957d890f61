"""Reports that are not the rows of a query: agreement of annotators, gaps of a map, possible duplicates."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from pyoxigraph import Literal

from kg.answers.layout import distances, neighbours
from kg.answers.rows import Rows
from kg.render.text.table import printable, table

if TYPE_CHECKING:
    from kg.answers.agreement import Agreement
    from kg.answers.gaps import Gap
    from kg.model.bibliography import BibliographyEntry
    from kg.model.duplicates import Proposal

GAP_COLUMNS = ("row", "column", "state", "row_studies", "column_studies", "both", "around")
PROPOSAL_COLUMNS = ("kind", "score", "keep", "same", "reason", "title", "other_title", "decision")


def _rows(columns: Sequence[str], lines: Iterable[Sequence[str | int]], cites: tuple[str, ...] = ()) -> Rows:
    return Rows(tuple(columns), tuple(tuple(Literal(cell) for cell in line) for line in lines), cites)


def gap_rows(gaps: Iterable[Gap]) -> Rows:
    """Gaps of an evidence map as rows."""
    lines = ((g.row.label, g.column.label, g.state, g.row_studies, g.column_studies, g.both, g.around) for g in gaps)
    return _rows(GAP_COLUMNS, lines)


def agreement_text(found: Agreement) -> str:
    """The annotations that are compared, a table of the measures, and one of the units on which they differ."""
    names = [PurePosixPath(reading.file).stem for reading in found.readings]
    parts = [f"{found.key}: {len(names)} readings"]
    parts += [f"  {name}: {printable(reading.annotator)}" for name, reading in zip(names, found.readings, strict=True)]
    for finding, file in found.unmatched:
        parts.append(f"  {finding} is in {PurePosixPath(file).stem} but not in every other reading: not counted")
    measures = [
        (m.on, len(m.units), m.agreed, _number(m.agreed / len(m.units)), _number(m.kappa), _number(m.alpha), m.note)
        for m in found.measures
    ]
    parts += ["", table(_rows(("on", "units", "agreed", "observed", "kappa", "alpha", "note"), measures))]
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
        "unmatched": [{"finding": finding, "file": file} for finding, file in found.unmatched],
        "measures": measures,
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


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
    lines = ["decisions:"]
    for together in _together([found for found in proposals if not found.decision]):
        merged = {found.same for found in together}
        keys = sorted({found.keep for found in together} - merged) + sorted(merged)
        notes = [f"{found.kind}, {found.score}: {found.keep}, {found.same}: {found.reason}" for found in together]
        notes += [f"  {key}: {works[key].label}: {works[key].title}" for key in keys]
        reasons = "; ".join(dict.fromkeys(found.reason for found in together))
        lines += [
            *(f"  # {printable(note)}" for note in notes),
            f"  - keep: {_scalar(keys[0])}",
            f"    same: [{', '.join(map(_scalar, keys[1:]))}]",
            "    decided_by:",
            f"    because: {_scalar(reasons)}",
        ]
    return "\n".join(lines) + "\n"


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
