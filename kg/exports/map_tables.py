"""The evidence map as data: CSV in long form, for spreadsheets and scripts, and JSON with everything in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from itertools import chain, product

from kg.evidence_map import Cell, EvidenceMap, Header, MapFinding, in_groups, in_order, note
from kg.sources.sheets import write_csv

COLUMNS = ("row", "row_group", "column", "column_group", "state", "polarity", "study_key", "work", "hand", "via_key",
           "finding", "statement", "section", "quotation", "study", "year", "methods", "studies", "first_hand",
           "second_hand", "looked_for")
"""Columns of the CSV. `study` (an IRI) is what has to be counted: two studies may share a publication's key. The last
four are numbers of distinct studies, which only the rows of totals have."""

QUOTATION_SEPARATOR = " | "


def hand(finding: MapFinding) -> str:
    return "first-hand" if finding.first_hand else "second-hand"


def absences(evidence_map: EvidenceMap) -> list[tuple[str, Header, list[MapFinding]]]:
    """What was itself looked for and not found: the dimension, its row or column, and the findings that say so."""
    headers = ((dimension, header) for dimension, several in (("row", evidence_map.rows),
                                                              ("column", evidence_map.columns))
               for header in in_groups(several))
    return [(dimension, header, in_order(evidence_map.absences[header.iri])) for dimension, header in headers
            if evidence_map.absences.get(header.iri)]


def map_csv(evidence_map: EvidenceMap) -> str:
    """One row per finding in a cell; a cell without findings is a row too, which says why it is empty.

    Then one row per finding that a row or column was itself looked for and not found, which belongs to no cell, and at
    the end the totals of the rows, of the columns and of the whole.
    """
    return write_csv(COLUMNS, long_rows(evidence_map))


def long_rows(evidence_map: EvidenceMap) -> Iterator[tuple[str, ...]]:
    return chain(_cells_csv(evidence_map), _absences_csv(evidence_map), _totals_csv(evidence_map))


def numbers(cell: Cell) -> tuple[int, int, int, int]:
    """Of distinct studies: with evidence, first-hand, second-hand, and those that looked for it and did not find it."""
    return len(cell.studies), len(cell.first_hand), len(cell.second_hand), len(cell.absent)


def _cells_csv(evidence_map: EvidenceMap) -> Iterator[tuple[str, ...]]:
    for row, column in product(in_groups(evidence_map.rows), in_groups(evidence_map.columns)):
        cell = evidence_map.cell(row.iri, column.iri)
        where = (row.label, row.group, column.label, column.group, cell.state)
        if not cell.findings:
            yield where + ("",) * (len(COLUMNS) - len(where))
        for finding in in_order(cell.findings):
            yield where + _finding_csv(finding)


def _absences_csv(evidence_map: EvidenceMap) -> Iterator[tuple[str, ...]]:
    kinds = {"row": evidence_map.row_kind, "column": evidence_map.column_kind}
    for dimension, header, findings in absences(evidence_map):
        names = (header.label, header.group, "", "") if dimension == "row" else ("", "", header.label, header.group)
        for finding in findings:
            yield (*names, f"{kinds[dimension]} not found", *_finding_csv(finding))


def _totals_csv(evidence_map: EvidenceMap) -> Iterator[tuple[str, ...]]:
    totals = [((row.label, row.group, "", "", "row total"), evidence_map.row_total(row.iri))
              for row in in_groups(evidence_map.rows)]
    totals += [(("", "", column.label, column.group, "column total"), evidence_map.column_total(column.iri))
               for column in in_groups(evidence_map.columns)]
    totals.append((("", "", "", "", "total"), evidence_map.total()))
    for where, cell in totals:
        yield where + ("",) * (len(COLUMNS) - len(where) - 4) + tuple(map(str, numbers(cell)))


def _finding_csv(f: MapFinding) -> tuple[str, ...]:
    quotations = QUOTATION_SEPARATOR.join(q.quote for q in f.quotations)
    return (f.polarity, f.key, f.work, hand(f), f.via_key, f.id, f.statement, f.section, quotations, f.study, f.year,
            "; ".join(f.methods), "", "", "", "")


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
        "cells": [_cell_json(r, c, evidence_map.cell(r, c)) for r, c in sorted({*product(rows, columns),
                                                                                *evidence_map.cells})],
        "absences": [{dimension: header.iri, "state": f"{kinds[dimension]} not found",
                      "findings": [asdict(f) for f in findings]}
                     for dimension, header, findings in absences(evidence_map)],
        "totals": {
            "rows": [{"row": row, **_total_json(evidence_map.row_total(row))} for row in rows],
            "columns": [{"column": column, **_total_json(evidence_map.column_total(column))} for column in columns],
            "all": _total_json(evidence_map.total()),
        },
        "note": note(evidence_map),
        "snapshot": evidence_map.snapshot,
    }
    return json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _total_json(cell: Cell) -> dict[str, int]:
    return dict(zip(("studies", "first_hand", "second_hand", "looked_for"), numbers(cell), strict=True))


def _cell_json(row: str, column: str, cell: Cell) -> dict[str, object]:
    return {
        "row": row,
        "column": column,
        "state": cell.state,
        "first_hand": sorted(cell.first_hand),
        "second_hand": sorted(cell.second_hand),
        "absent": sorted(cell.absent),
        "findings": [asdict(f) for f in in_order(cell.findings)],
    }
