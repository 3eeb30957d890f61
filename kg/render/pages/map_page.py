"""The evidence map as one self-contained HTML page: a table that can be read without JavaScript, interactive with it.

The numbers of the table are written here; after each change of a filter the script writes them again from the data in
the page. Nothing in the data can run: jinja escapes it, the embedded JSON contains no `<`, and the page's policy allows
only the one script and the one style sheet, by their hashes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, groupby
from typing import Any

from kg.answers.evidence_map import (
    ABSENT,
    BY_CATEGORY,
    DIRECTIONS,
    FILTERED,
    NOBODY,
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
from kg.answers.things import as_json
from kg.core.reprs import plural
from kg.render.pages import inline
from kg.render.pages.site_things import shown
from kg.render.text.map_tables import COLUMNS, QUOTATION_SEPARATOR

SCRIPTS = ("evidence_count.js", "map_count.js", "map_groups.js", "map_panel.js", "map.js")
"""In the order in which they run, as one script."""

POLARITIES = ("hinders", "mitigates", ABSENT)
HEATS = 5
"""Number of shades; up to this many studies, each number has a shade of its own."""
MANY = 24
"""With so many columns or more, their groups are closed at first: the table would not fit on a screen."""


@dataclass(frozen=True, slots=True)
class ShownCell:
    """The numbers in one cell of the table or in one of its totals."""

    row: int
    column: int
    first_hand: int
    second_hand: int
    absent: int
    state: str
    heat: int
    directions: str = ""
    """The signs of the effects that findings report."""

    @property
    def studies(self) -> int:
        return self.first_hand + self.second_hand


MapRow = tuple[int, Header, tuple[ShownCell, ...]]
"""A row of the table: its number, its header, and its cells, of which the last is the total."""


def map_page(evidence_map: EvidenceMap, pages: Mapping[str, str] | None = None) -> str:
    """The whole document; the same map gives the same bytes.

    Args:
        evidence_map: the map.
        pages: the paths of things by IRI, if the document is `map.html` of a site with these pages.
    """
    style, script = inline.source("map.css"), inline.script(SCRIPTS)
    evidence_map = _within(evidence_map)
    rows, columns = in_groups(evidence_map.rows), in_groups(evidence_map.columns)
    findings = _findings(evidence_map)
    environment = inline.environment()
    environment.filters["plain"] = shown
    page = environment.get_template("map.html").render(
        map=evidence_map,
        rows=_grouped_rows(evidence_map, rows, columns),
        columns=columns,
        column_groups=_groups(columns) if any(c.group for c in columns) else [],
        absent={iri: len({f.study for f in found}) for iri, found in evidence_map.absences.items()},
        totals=_totals(evidence_map, rows, columns),
        has_evidence=bool(evidence_map.cells),
        polarities=[*POLARITIES, *sorted({f.polarity for f in findings}.difference(POLARITIES, [""]))],
        methods=list(_methods(evidence_map)),
        categories=_categories(evidence_map, findings),
        years=sorted({f.year for f in findings} - {""}),
        heats=range(1, HEATS + 1),
        symbols=SYMBOLS,
        not_found=NOT_FOUND,
        nobody=NOBODY,
        empty_states=[state for state in shown_states(evidence_map) if state not in (NOT_FOUND, FILTERED)],
        policy=f"default-src 'none'; script-src {inline.integrity(script)}; style-src {inline.integrity(style)}; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'",
        style=style,
        script=script,
        data=_data(evidence_map, rows, columns, pages or {}),
        in_site=bool(pages),
    )
    return page.rstrip("\n") + "\n"


def heat(count: int, most: int) -> int:
    """The shade of a count: 0 for none, the darkest for the largest count of the map."""
    return count if most <= HEATS else -(-count * HEATS // most)


def largest(evidence_map: EvidenceMap) -> int:
    """The largest number of studies in a cell."""
    return max((len(c.studies) for c in evidence_map.cells.values()), default=0)


def _within(evidence_map: EvidenceMap) -> EvidenceMap:
    """The map without empty cells, and without cells and absences that have no row or column."""
    cells = {(r.iri, c.iri): evidence_map.cell(r.iri, c.iri) for r in evidence_map.rows for c in evidence_map.columns}
    headers = {header.iri for header in (*evidence_map.rows, *evidence_map.columns)}
    return replace(
        evidence_map,
        cells={k: cell for k, cell in cells.items() if cell.findings},
        absences={iri: f for iri, f in evidence_map.absences.items() if f and iri in headers},
    )


def _shown(row: int, column: int, cell: Cell, state: str, most: int = 0) -> ShownCell:
    shade = heat(len(cell.studies), most) if most else 0
    return ShownCell(
        row, column, len(cell.first_hand), len(cell.second_hand), len(cell.absent), state, shade, cell.directions
    )


def _groups(headers: Sequence[Header]) -> list[tuple[str, list[tuple[int, Header]]]]:
    return [(group, list(members)) for group, members in groupby(enumerate(headers), lambda h: h[1].group)]


def _grouped_rows(
    evidence_map: EvidenceMap, rows: Sequence[Header], columns: Sequence[Header]
) -> list[tuple[str, list[MapRow]]]:
    most = largest(evidence_map)

    def row(r: int, header: Header) -> MapRow:
        cells = [evidence_map.cell(header.iri, column.iri) for column in columns]
        states = [evidence_map.state(header.iri, column.iri) for column in columns]
        total = _shown(r, len(columns), merged(cells), united(states))
        return r, header, (*(_shown(r, c, cell, states[c], most) for c, cell in enumerate(cells)), total)

    return [(group, [row(*member) for member in members]) for group, members in _groups(rows)]


def _totals(evidence_map: EvidenceMap, rows: Sequence[Header], columns: Sequence[Header]) -> list[ShownCell]:
    cells = [[evidence_map.cell(row.iri, column.iri) for row in rows] for column in columns]
    states = [evidence_map.column_state(column.iri) for column in columns]
    whole = _shown(len(rows), len(columns), merged(chain.from_iterable(cells)), united(states))
    return [*(_shown(len(rows), c, merged(column), states[c]) for c, column in enumerate(cells)), whole]


def _findings(evidence_map: EvidenceMap) -> list[MapFinding]:
    of_cells = (cell.findings for cell in evidence_map.cells.values())
    return in_order(dict.fromkeys(chain.from_iterable(chain(of_cells, evidence_map.absences.values()))))


def _methods(evidence_map: EvidenceMap) -> dict[str, list[str]]:
    """The methods to select by, each with those that it selects: all that studies of the map used, and broader ones."""
    used = {method for finding in _findings(evidence_map) for method in finding.methods}
    known = {**{method: [method] for method in used}, **evidence_map.methods}
    return {method: list(known[method]) for method in sorted(known) if not used.isdisjoint(known[method])}


def _categories(evidence_map: EvidenceMap, findings: Sequence[MapFinding]) -> list[str]:
    """The categories to select by: of the rows or columns if these are challenges, else of the findings."""
    headers = (*evidence_map.rows, *evidence_map.columns)
    return sorted({c for h in headers for c in h.categories} or {c for f in findings for c in f.categories})


def names(headers: Sequence[Header]) -> list[str]:
    """Names for permalinks: the end of each IRI if it is unique, else the whole IRI."""
    ends = [h.iri.rstrip("/").rsplit("/", 1)[-1].rsplit("#", 1)[-1] for h in headers]
    count = Counter(ends)
    return [end if end and end != "*" and count[end] == 1 else h.iri for end, h in zip(ends, headers, strict=True)]


def _data(
    evidence_map: EvidenceMap, rows: Sequence[Header], columns: Sequence[Header], pages: Mapping[str, str]
) -> dict[str, Any]:
    """What the script reads; findings are named by their number, and pages of a site by the IRI of what they are on."""
    findings = _findings(evidence_map)
    number = {finding: i for i, finding in enumerate(findings)}
    pairs = [(r, c, (row.iri, column.iri)) for r, row in enumerate(rows) for c, column in enumerate(columns)]
    order = list(STATES)

    def page(iri: str) -> dict[str, str]:
        return {"page": pages[iri]} if iri in pages else {}

    def described(headers: Sequence[Header]) -> list[dict[str, Any]]:
        absences = [sorted(number[f] for f in evidence_map.absences.get(h.iri, ())) for h in headers]
        return [
            {"name": name, "absent": absent, **{k: v for k, v in as_json(h).items() if k != "iri"}, **page(h.iri)}
            for name, h, absent in zip(names(headers), headers, absences, strict=True)
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
        "directions": list(DIRECTIONS.items()),
        "methods": list(_methods(evidence_map).items()),
        "byCategory": not BY_CATEGORY.isdisjoint((evidence_map.row_kind, evidence_map.column_kind)),
        "many": MANY,
        "note": note(evidence_map),
        "snapshot": evidence_map.snapshot,
        "symbols": [[state, SYMBOLS.get(state, ""), meaning] for state, meaning in STATES.items()],
        "states": [[order.index(evidence_map.state(row.iri, column.iri)) for column in columns] for row in rows],
        "exclusions": [
            [r, c, [str(said) for said in evidence_map.exclusions[at]]]
            for r, c, at in pairs
            if at in evidence_map.exclusions
        ],
        "rows": described(rows),
        "columns": described(columns),
        "cells": [
            [r, c, sorted(number[f] for f in known)] for r, c, at in pairs if (known := evidence_map.cell(*at).findings)
        ],
        "findings": [as_json(finding) | page(finding.iri) for finding in findings],
        "studies": {study: pages[study] for study in sorted({f.study for f in findings}) if study in pages},
    }
