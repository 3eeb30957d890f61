"""The evidence map as data: CSV in long form, a workbook, and complete JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import product

from kg.answers.evidence_map import STATES, SYMBOLS, Cell, EvidenceMap, Header, MapFinding, in_groups, in_order, note
from kg.answers.things import as_json
from kg.readers.sheets import write_csv
from kg.readers.workbooks import Column, SheetTable, write_sheets

CODEBOOK = {
    "row": "label of the row",
    "row_group": "what the row is listed under",
    "column": "label of the column",
    "column_group": "what the column is listed under",
    "state": "see the states below",
    "polarity": "what the finding says: hinders, mitigates, concerns, absent (looked for and not found), increases, "
    "decreases, no change, or mixed",
    "study_key": "BibTeX key of the work that found it",
    "work": "authors and year of that work",
    "hand": "first-hand, or second-hand when another publication reports it",
    "via_key": "BibTeX key of the publication that reports it, when second-hand",
    "finding": "id of the finding",
    "statement": "what was found, in the annotator's words; for a pair that is not applicable, why and who says so",
    "section": "section of the publication",
    "quotation": "the quotations that are evidence for it",
    "study": "IRI of the study: count these, since a study may have several keys, and two studies may share one",
    "year": "when the work that found it was published",
    "methods": "methods of the study, as far as recorded",
    "studies": "distinct studies with evidence; only in rows of totals",
    "first_hand": "those that found it first-hand",
    "second_hand": "those known only from other publications",
    "looked_for": "those that looked for it and did not find it",
}
"""The columns of the CSV and what they mean; the last four have numbers of distinct studies, only in rows of totals."""
COLUMNS = tuple(CODEBOOK)

QUOTATION_SEPARATOR = " | "
LONG = {"statement": 40, "quotation": 40}
"""Widths of columns of the workbook, where they are not the usual ones."""


def hand(finding: MapFinding) -> str:
    return "first-hand" if finding.first_hand else "second-hand"


def absences(evidence_map: EvidenceMap) -> list[tuple[str, Header, list[MapFinding]]]:
    """Rows and columns that were themselves looked for and not found: which of both, the header, and the findings."""
    several = {"row": in_groups(evidence_map.rows), "column": in_groups(evidence_map.columns)}
    headers = [(dimension, header) for dimension, found in several.items() for header in found]
    found = evidence_map.absences
    return [(dimension, header, in_order(found[header.iri])) for dimension, header in headers if found.get(header.iri)]


def map_csv(evidence_map: EvidenceMap) -> str:
    """The map as CSV, with one row per finding in a cell; a cell without findings has a row that says why it is empty.

    Then come one row per finding that a row or column was itself looked for and not found, the totals of the rows, of
    the columns and of the whole map, and at the end what is counted and the hash of the graph.
    """
    return write_csv(COLUMNS, long_rows(evidence_map))


def long_rows(evidence_map: EvidenceMap) -> Iterator[tuple[str, ...]]:
    """The rows of that CSV."""
    yield from _cells_csv(evidence_map)
    yield from _absences_csv(evidence_map)
    yield from _totals_csv(evidence_map)
    yield _said("", "", "", "", "what is counted", note(evidence_map))
    yield _said("", "", "", "", "snapshot", evidence_map.snapshot)


def numbers(cell: Cell) -> tuple[int, int, int, int]:
    """Numbers of distinct studies: with evidence, first-hand, second-hand, and looked for without finding it."""
    return len(cell.studies), len(cell.first_hand), len(cell.second_hand), len(cell.absent)


def marks(cell: Cell, state: str) -> str:
    """`2+3` (first-hand and second-hand) with the signs of effects, or the symbol of a cell without studies."""
    studies, first, second, _ = numbers(cell)
    return f"{first}+{second} {cell.directions}".rstrip() if studies else SYMBOLS[state]


def fitting(
    evidence_map: EvidenceMap, rows: int = sys.maxsize, columns: int = sys.maxsize
) -> tuple[list[Header], list[Header], str]:
    """Rows and columns in their groups, and a sentence on those that are left out.

    If there are more than `rows` or `columns`, those without any findings or absences are left out.
    """
    kept, said = [], ""
    for kind, most, headers, total in (
        ("rows", rows, in_groups(evidence_map.rows), evidence_map.row_total),
        ("columns", columns, in_groups(evidence_map.columns), evidence_map.column_total),
    ):
        full = [h for h in headers if total(h.iri).findings or evidence_map.absences.get(h.iri)]
        kept.append(full if len(headers) > most else headers)
        if left_out := len(headers) - len(kept[-1]):
            said += f" Without findings and left out: {left_out} {kind}."
    return kept[0], kept[1], said


def matrix(evidence_map: EvidenceMap, rows: Sequence[Header], columns: Sequence[Header]) -> list[list[str]]:
    """The marks of each row with its total; the last row has the totals."""
    made = []
    for row in (header.iri for header in rows):
        pairs = [(row, column.iri) for column in columns]
        cells = [marks(evidence_map.cell(*pair), evidence_map.state(*pair)) for pair in pairs]
        made.append([*cells, marks(evidence_map.row_total(row), evidence_map.row_state(row))])
    totals = [marks(evidence_map.column_total(column.iri), evidence_map.column_state(column.iri)) for column in columns]
    return [*made, [*totals, marks(evidence_map.total(), evidence_map.total_state())]]


def _cells_csv(evidence_map: EvidenceMap) -> Iterator[tuple[str, ...]]:
    for row, column in product(in_groups(evidence_map.rows), in_groups(evidence_map.columns)):
        cell = evidence_map.cell(row.iri, column.iri)
        where = (row.label, row.group, column.label, column.group, evidence_map.state(row.iri, column.iri))
        if not cell.findings:
            # A pair that several annotators declare not applicable has a row for each reason.
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
    rows, columns = in_groups(evidence_map.rows), in_groups(evidence_map.columns)
    totals = [((row.label, row.group, "", "", "row total"), evidence_map.row_total(row.iri)) for row in rows]
    totals += [(("", "", c.label, c.group, "column total"), evidence_map.column_total(c.iri)) for c in columns]
    totals.append((("", "", "", "", "total"), evidence_map.total()))
    for where, cell in totals:
        yield where + ("",) * (len(COLUMNS) - len(where) - 4) + tuple(map(str, numbers(cell)))


def _said(*values: str) -> tuple[str, ...]:
    """A row without a finding: names and state, and a text as the statement."""
    *where, text = values
    row = dict.fromkeys(COLUMNS, "") | dict(zip(COLUMNS, where, strict=False)) | {"statement": text}
    return tuple(row.values())


def _finding_csv(f: MapFinding) -> tuple[str, ...]:
    quotations = QUOTATION_SEPARATOR.join(q.text for q in f.quotations)
    who = (f.polarity, f.key, f.work, hand(f), f.via_key)
    what = (f.id, f.statement, f.section, quotations, f.study, f.year, "; ".join(f.methods))
    return (*who, *what, "", "", "", "")


def map_json(evidence_map: EvidenceMap) -> str:
    """The whole map as JSON. Rows and columns keep their order; cells, also empty ones, are sorted by their IRIs."""
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


# --- a workbook: the matrix with totals, the data behind it, a codebook, and what is counted ---

ROWS = (
    ("row total, column total, total", "distinct studies of the row, the column, the whole map; not sums of cells"),
    ("what is counted, snapshot", "the last two rows: a sentence, and the content hash of the graph, as statement"),
)
"""Rows of the data sheet that do not belong to a cell."""


def map_xlsx(evidence_map: EvidenceMap) -> bytes:
    """The workbook with four sheets; the same map gives the same bytes.

    Raises:
        UsageError: if a text is too long for a cell.
    """
    names, *matrix = _matrix(evidence_map)
    columns = [Column(str(name), 32 if i < 2 else 14) for i, name in enumerate(names)]
    meanings = [
        *CODEBOOK.items(),
        *STATES.items(),
        *ROWS,
        (f"{evidence_map.row_kind} not found", "the row itself was looked for and not found; belongs to no cell"),
        (f"{evidence_map.column_kind} not found", "the column itself was looked for and not found; belongs to no cell"),
        ("2+3 in the matrix", "2 studies first-hand and 3 second-hand"),
        *((f"{symbol} in the matrix", state) for state, symbol in SYMBOLS.items()),
    ]
    data = ([*row[:-4], *(int(v) if v else v for v in row[-4:])] for row in long_rows(evidence_map))
    about = [
        ("title", evidence_map.title),
        ("rows", evidence_map.row_kind),
        ("columns", evidence_map.column_kind),
        ("what is counted", note(evidence_map)),
        ("snapshot of the graph (SHA-256)", evidence_map.snapshot),
    ]
    return write_sheets(
        [
            SheetTable("matrix", columns, matrix),
            SheetTable(
                "data", [Column(name, 40 if name in ("statement", "quotation") else 18) for name in COLUMNS], data
            ),
            SheetTable("codebook", [Column("name", 32), Column("meaning", 90)], meanings),
            SheetTable("about", [Column("what", 32), Column("value", 90)], about),
        ],
        evidence_map.title,
    )


def _matrix(evidence_map: EvidenceMap) -> Iterator[list[str | int]]:
    """First the names of the columns; each row ends with its distinct studies, and the last row has the totals."""
    rows, columns = in_groups(evidence_map.rows), in_groups(evidence_map.columns)
    *cells, totals = matrix(evidence_map, rows, columns)
    yield ["group", "row", *(column.label for column in columns), "first-hand + second-hand", "distinct studies"]
    for row, shown in zip(rows, cells, strict=True):
        yield [row.group, row.label, *shown, len(evidence_map.row_total(row.iri).studies)]
    yield ["", "first-hand + second-hand", *totals, ""]
    studies = [len(evidence_map.column_total(column.iri).studies) for column in columns]
    yield ["", "distinct studies", *studies, "", len(evidence_map.total().studies)]
