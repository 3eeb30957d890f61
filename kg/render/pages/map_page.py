"""The evidence map as one self-contained HTML page: a table that is there without JavaScript, and alive with it.

The numbers of the table are written here; the script writes the same ones again after each change of a filter, from the
data embedded in the page. Nothing in the data can run: jinja escapes it, the embedded JSON holds no `<`, and the page's
policy lets only the one script and the one style sheet through whose hashes it names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain, groupby
from typing import Any

from kg.answers.evidence_map import (
    ABSENT,
    NOT_FOUND,
    STATES,
    SYMBOLS,
    Cell,
    EvidenceMap,
    Header,
    MapFinding,
    in_groups,
    in_order,
    merged,
    note,
    shown_states,
    united,
)
from kg.render.pages import inline
from kg.render.pages.site_things import shown
from kg.render.text.map_tables import COLUMNS, QUOTATION_SEPARATOR

SCRIPTS = ("map_count.js", "map_groups.js", "map_panel.js", "map.js")
"""In the order in which they are run, as one script."""

POLARITIES = ("hinders", "mitigates", ABSENT)
HEATS = 5
"""Classes of shading; up to this many studies each number has its own."""
MANY = 24
"""Columns from which on their groups are closed at first: what fits no screen is opened where it is of interest."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What stands in one cell of the table or at one of its margins."""

    row: int
    column: int
    first_hand: int
    second_hand: int
    absent: int
    state: str
    heat: int

    @property
    def studies(self) -> int:
        return self.first_hand + self.second_hand


@dataclass(frozen=True, slots=True)
class Row:
    index: int
    header: Header
    cells: tuple[Shown, ...]
    """Those of the columns, then the row's total."""


def map_page(evidence_map: EvidenceMap) -> str:
    """The whole document; the same map gives the same bytes."""
    style, script = inline.source("map.css"), inline.script(SCRIPTS)
    evidence_map = _within(evidence_map)
    rows, columns = in_groups(evidence_map.rows), in_groups(evidence_map.columns)
    environment = inline.environment()
    environment.filters["plain"] = shown
    page = environment.get_template("map.html").render(
        map=evidence_map,
        rows=_grouped_rows(evidence_map, rows, columns),
        columns=columns,
        column_groups=_groups(columns) if any(c.group for c in columns) else [],
        absent={iri: len({f.study for f in findings}) for iri, findings in evidence_map.absences.items()},
        totals=_totals(evidence_map, rows, columns),
        has_evidence=bool(evidence_map.cells),
        row_kinds=plural(evidence_map.row_kind),
        column_kinds=plural(evidence_map.column_kind),
        polarities=_polarities(evidence_map),
        note=note(evidence_map),
        methods=sorted({method for f in _findings(evidence_map) for method in f.methods}),
        years=sorted({f.year for f in _findings(evidence_map)} - {""}),
        largest=largest(evidence_map),
        heats=range(1, HEATS + 1),
        symbols=SYMBOLS,
        not_found=NOT_FOUND,
        empty_states=[state for state in shown_states(evidence_map) if state != NOT_FOUND],
        policy=f"default-src 'none'; script-src {inline.integrity(script)}; style-src {inline.integrity(style)}; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'",
        style=style,
        script=script,
        data=_data(evidence_map, rows, columns),
    )
    return page.rstrip("\n") + "\n"


def plural(kind: str) -> str:
    if kind.endswith("y") and kind[-2:-1] not in "aeiou":
        return kind[:-1] + "ies"
    return kind + ("es" if kind.endswith(("s", "x", "ch", "sh")) else "s")


def heat(count: int, most: int) -> int:
    """The shade of a count: 0 for none, the darkest for the largest of the map."""
    return count if most <= HEATS else -(-count * HEATS // most)


def largest(evidence_map: EvidenceMap) -> int:
    return max((len(c.studies) for c in evidence_map.cells.values()), default=0)


def _within(evidence_map: EvidenceMap) -> EvidenceMap:
    """The map with only the cells that have something in them and a row and a column to stand in."""
    cells = {(r.iri, c.iri): evidence_map.cell(r.iri, c.iri) for r in evidence_map.rows for c in evidence_map.columns}
    headers = {header.iri for header in (*evidence_map.rows, *evidence_map.columns)}
    return replace(
        evidence_map,
        cells={k: cell for k, cell in cells.items() if cell.findings},
        absences={iri: f for iri, f in evidence_map.absences.items() if f and iri in headers},
    )


def _shown(row: int, column: int, cell: Cell, state: str, most: int = 0) -> Shown:
    return Shown(
        row,
        column,
        len(cell.first_hand),
        len(cell.second_hand),
        len(cell.absent),
        state,
        heat(len(cell.studies), most) if most else 0,
    )


def _groups(headers: Sequence[Header]) -> list[tuple[str, list[tuple[int, Header]]]]:
    return [(group, list(members)) for group, members in groupby(enumerate(headers), lambda h: h[1].group)]


def _grouped_rows(
    evidence_map: EvidenceMap, rows: Sequence[Header], columns: Sequence[Header]
) -> list[tuple[str, list[Row]]]:
    most = largest(evidence_map)

    def row(r: int, header: Header) -> Row:
        cells = [evidence_map.cell(header.iri, column.iri) for column in columns]
        states = [evidence_map.state(header.iri, column.iri) for column in columns]
        return Row(
            r,
            header,
            (
                *(_shown(r, c, cell, states[c], most) for c, cell in enumerate(cells)),
                _shown(r, len(columns), merged(cells), united(states)),
            ),
        )

    return [(group, [row(*member) for member in members]) for group, members in _groups(rows)]


def _totals(evidence_map: EvidenceMap, rows: Sequence[Header], columns: Sequence[Header]) -> list[Shown]:
    cells = [[evidence_map.cell(row.iri, column.iri) for row in rows] for column in columns]
    states = [evidence_map.column_state(column.iri) for column in columns]
    return [
        *(_shown(len(rows), c, merged(column), states[c]) for c, column in enumerate(cells)),
        _shown(len(rows), len(columns), merged(chain.from_iterable(cells)), united(states)),
    ]


def _findings(evidence_map: EvidenceMap) -> list[MapFinding]:
    cells = evidence_map.cells.values()
    return in_order(
        dict.fromkeys(
            chain(chain.from_iterable(c.findings for c in cells), chain.from_iterable(evidence_map.absences.values()))
        )
    )


def _polarities(evidence_map: EvidenceMap) -> list[str]:
    known = {f.polarity for f in _findings(evidence_map)}
    return [*POLARITIES, *sorted(known.difference(POLARITIES, [""]))]


def _names(headers: Sequence[Header]) -> list[str]:
    """Short names for permalinks: the end of the IRI where that is enough to tell them apart."""
    ends = [h.iri.rstrip("/").rsplit("/", 1)[-1].rsplit("#", 1)[-1] for h in headers]
    count = Counter(ends)
    return [end if end and end != "*" and count[end] == 1 else h.iri for end, h in zip(ends, headers, strict=True)]


def _data(evidence_map: EvidenceMap, rows: Sequence[Header], columns: Sequence[Header]) -> dict[str, Any]:
    findings = _findings(evidence_map)
    number = {finding: i for i, finding in enumerate(findings)}
    cells = []
    for r, row in enumerate(rows):
        for c, column in enumerate(columns):
            if known := evidence_map.cell(row.iri, column.iri).findings:
                cells.append([r, c, sorted(number[f] for f in known)])

    def described(headers: Sequence[Header]) -> list[dict[str, Any]]:
        return [
            {
                "name": name,
                "label": h.label,
                "group": h.group,
                "text": h.text,
                "absent": sorted(number[f] for f in evidence_map.absences.get(h.iri, ())),
            }
            for name, h in zip(_names(headers), headers, strict=True)
        ]

    return {
        "title": evidence_map.title,
        "rowKind": evidence_map.row_kind,
        "columnKind": evidence_map.column_kind,
        "rowKinds": plural(evidence_map.row_kind),
        "columnKinds": plural(evidence_map.column_kind),
        "largest": largest(evidence_map),
        "heats": HEATS,
        "csv": COLUMNS,
        "separator": QUOTATION_SEPARATOR,
        "absent": ABSENT,
        "many": MANY,
        "note": note(evidence_map),
        "snapshot": evidence_map.snapshot,
        "symbols": [[state, SYMBOLS.get(state, "")] for state in STATES],
        "states": [[list(STATES).index(evidence_map.state(row.iri, column.iri)) for column in columns] for row in rows],
        "exclusions": [
            [r, c, [str(said) for said in evidence_map.exclusions[row.iri, column.iri]]]
            for r, row in enumerate(rows)
            for c, column in enumerate(columns)
            if (row.iri, column.iri) in evidence_map.exclusions
        ],
        "rows": described(rows),
        "columns": described(columns),
        "cells": cells,
        "findings": [_finding(f) for f in findings],
    }


def _finding(f: MapFinding) -> dict[str, Any]:
    return {
        "iri": f.iri,
        "id": f.id,
        "statement": f.statement,
        "polarity": f.polarity,
        "section": f.section,
        "study": f.study,
        "work": f.work,
        "key": f.key,
        "first": f.first_hand,
        "via": f.via,
        "viaKey": f.via_key,
        "year": f.year,
        "methods": f.methods,
        "quotations": [
            {"quote": q.text, "section": q.section, "work": q.work, "page": q.page, "saidBy": q.said_by, "url": q.url}
            for q in f.quotations
        ],
    }
