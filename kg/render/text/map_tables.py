"""The evidence map as data: CSV in long form, for spreadsheets and scripts, and JSON with everything in it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import chain, product

from kg.answers.evidence_map import STATES, SYMBOLS, Cell, EvidenceMap, Header, MapFinding, in_groups, in_order, note
from kg.answers.things import as_json
from kg.readers.sheets import write_csv

COLUMNS = (
    "row",
    "row_group",
    "column",
    "column_group",
    "state",
    "polarity",
    "study_key",
    "work",
    "hand",
    "via_key",
    "finding",
    "statement",
    "section",
    "quotation",
    "study",
    "year",
    "methods",
    "studies",
    "first_hand",
    "second_hand",
    "looked_for",
)
"""Columns of the CSV. `study` (an IRI) is what has to be counted: two studies may share a publication's key. The last
four are numbers of distinct studies, which only the rows of totals have."""

QUOTATION_SEPARATOR = " | "


def hand(finding: MapFinding) -> str:
    return "first-hand" if finding.first_hand else "second-hand"


def absences(evidence_map: EvidenceMap) -> list[tuple[str, Header, list[MapFinding]]]:
    """What was itself looked for and not found: the dimension, its row or column, and the findings that say so."""
    headers = (
        (dimension, header)
        for dimension, several in (("row", evidence_map.rows), ("column", evidence_map.columns))
        for header in in_groups(several)
    )
    return [
        (dimension, header, in_order(evidence_map.absences[header.iri]))
        for dimension, header in headers
        if evidence_map.absences.get(header.iri)
    ]


def map_csv(evidence_map: EvidenceMap) -> str:
    """One row per finding in a cell; a cell without findings is a row too, which says why it is empty.

    Then one row per finding that a row or column was itself looked for and not found, which belongs to no cell, the
    totals of the rows, of the columns and of the whole, and at the end what is counted and of which graph.
    """
    return write_csv(COLUMNS, long_rows(evidence_map))


def long_rows(evidence_map: EvidenceMap) -> Iterator[tuple[str, ...]]:
    return chain(
        _cells_csv(evidence_map),
        _absences_csv(evidence_map),
        _totals_csv(evidence_map),
        (
            _said("", "", "", "", *about)
            for about in (("what is counted", note(evidence_map)), ("snapshot", evidence_map.snapshot))
        ),
    )


def numbers(cell: Cell) -> tuple[int, int, int, int]:
    """Of distinct studies: with evidence, first-hand, second-hand, and those that looked for it and did not find it."""
    return len(cell.studies), len(cell.first_hand), len(cell.second_hand), len(cell.absent)


def marks(cell: Cell, state: str) -> str:
    """`2+3` (first-hand and second-hand), or the symbol of what a cell without studies is."""
    studies, first, second, _ = numbers(cell)
    return f"{first}+{second}" if studies else SYMBOLS[state]


def fitting(
    evidence_map: EvidenceMap, rows: int = sys.maxsize, columns: int = sys.maxsize
) -> tuple[list[Header], list[Header], str]:
    """Rows and columns in their groups; where there are more than find room, those alone that something was found or
    looked for in, and what to say of the others."""
    kept, said = [], ""
    for kind, most, headers, total in (
        ("rows", rows, evidence_map.rows, evidence_map.row_total),
        ("columns", columns, evidence_map.columns, evidence_map.column_total),
    ):
        grouped = in_groups(headers)
        full = (
            grouped
            if len(grouped) <= most
            else [header for header in grouped if total(header.iri).findings or evidence_map.absences.get(header.iri)]
        )
        if len(full) < len(grouped):
            said += f" Without findings and left out: {len(grouped) - len(full)} {kind}."
        kept.append(full)
    return kept[0], kept[1], said


def matrix(evidence_map: EvidenceMap, rows: Sequence[Header], columns: Sequence[Header]) -> list[list[str]]:
    """The marks of each row with its total, and as the last row those of the totals."""
    made = [
        [
            *(
                marks(evidence_map.cell(row.iri, column.iri), evidence_map.state(row.iri, column.iri))
                for column in columns
            ),
            marks(evidence_map.row_total(row.iri), evidence_map.row_state(row.iri)),
        ]
        for row in rows
    ]
    totals = [marks(evidence_map.column_total(column.iri), evidence_map.column_state(column.iri)) for column in columns]
    return [*made, [*totals, marks(evidence_map.total(), evidence_map.total_state())]]


def _cells_csv(evidence_map: EvidenceMap) -> Iterator[tuple[str, ...]]:
    for row, column in product(in_groups(evidence_map.rows), in_groups(evidence_map.columns)):
        cell = evidence_map.cell(row.iri, column.iri)
        where = (row.label, row.group, column.label, column.group, evidence_map.state(row.iri, column.iri))
        if not cell.findings:
            # A pair that is declared not applicable more than once has a row for each reason.
            reasons = evidence_map.exclusions.get((row.iri, column.iri)) or ("",)
            yield from (_said(*where, str(reason)) for reason in reasons)
        for finding in in_order(cell.findings):
            yield where + _finding_csv(finding)


def _absences_csv(evidence_map: EvidenceMap) -> Iterator[tuple[str, ...]]:
    kinds = {"row": evidence_map.row_kind, "column": evidence_map.column_kind}
    for dimension, header, findings in absences(evidence_map):
        names = (header.label, header.group, "", "") if dimension == "row" else ("", "", header.label, header.group)
        for finding in findings:
            yield (*names, f"{kinds[dimension]} not found", *_finding_csv(finding))


def _totals_csv(evidence_map: EvidenceMap) -> Iterator[tuple[str, ...]]:
    totals = [
        ((row.label, row.group, "", "", "row total"), evidence_map.row_total(row.iri))
        for row in in_groups(evidence_map.rows)
    ]
    totals += [
        (("", "", column.label, column.group, "column total"), evidence_map.column_total(column.iri))
        for column in in_groups(evidence_map.columns)
    ]
    totals.append((("", "", "", "", "total"), evidence_map.total()))
    for where, cell in totals:
        yield where + ("",) * (len(COLUMNS) - len(where) - 4) + tuple(map(str, numbers(cell)))


def _said(*values: str) -> tuple[str, ...]:
    """A row without a finding: the names and the state, and a text in the place of the statement."""
    *where, text = values
    row = dict.fromkeys(COLUMNS, "") | dict(zip(COLUMNS, where, strict=False)) | {"statement": text}
    return tuple(row.values())


def _finding_csv(f: MapFinding) -> tuple[str, ...]:
    quotations = QUOTATION_SEPARATOR.join(q.text for q in f.quotations)
    return (
        f.polarity,
        f.key,
        f.work,
        hand(f),
        f.via_key,
        f.id,
        f.statement,
        f.section,
        quotations,
        f.study,
        f.year,
        "; ".join(f.methods),
        "",
        "",
        "",
        "",
    )


def map_json(evidence_map: EvidenceMap) -> str:
    """The whole map. Rows and columns keep their order; cells, also the empty ones, are sorted by their IRIs."""
    rows, columns = ([h.iri for h in headers] for headers in (evidence_map.rows, evidence_map.columns))
    kinds = {"row": evidence_map.row_kind, "column": evidence_map.column_kind}
    value = {
        "title": evidence_map.title,
        "row_kind": evidence_map.row_kind,
        "column_kind": evidence_map.column_kind,
        "rows": [asdict(h) for h in evidence_map.rows],
        "columns": [asdict(h) for h in evidence_map.columns],
        "cells": [_cell_json(evidence_map, *pair) for pair in sorted({*product(rows, columns), *evidence_map.cells})],
        "absences": [
            {dimension: header.iri, "state": f"{kinds[dimension]} not found", "findings": as_json(findings)}
            for dimension, header, findings in absences(evidence_map)
        ],
        "totals": {
            "rows": [{"row": row, **_total_json(evidence_map.row_total(row))} for row in rows],
            "columns": [{"column": column, **_total_json(evidence_map.column_total(column))} for column in columns],
            "all": _total_json(evidence_map.total()),
        },
        "note": note(evidence_map),
        "states": STATES,
        "snapshot": evidence_map.snapshot,
    }
    return json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _total_json(cell: Cell) -> dict[str, int]:
    return dict(zip(("studies", "first_hand", "second_hand", "looked_for"), numbers(cell), strict=True))


def _cell_json(evidence_map: EvidenceMap, row: str, column: str) -> dict[str, object]:
    cell = evidence_map.cell(row, column)
    return {
        "row": row,
        "column": column,
        "state": evidence_map.state(row, column),
        "not_applicable": [asdict(said) for said in evidence_map.exclusions.get((row, column), ())],
        "first_hand": sorted(cell.first_hand),
        "second_hand": sorted(cell.second_hand),
        "absent": sorted(cell.absent),
        "findings": as_json(in_order(cell.findings)),
    }
