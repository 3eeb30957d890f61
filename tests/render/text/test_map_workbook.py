"""The map as a workbook: four sheets that explain themselves, and the numbers of all forms are the same."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from openpyxl import load_workbook

from kg.answers.evidence_map import FILTERED, STATES, EvidenceMap
from kg.api import KnowledgeGraph
from kg.render.text.map_tables import CODEBOOK, COLUMNS, map_csv, map_json, map_xlsx
from tests.maps import FORMULA, no_rows_map, toy_map


def sheets(evidence_map: EvidenceMap) -> dict[str, list[tuple[Any, ...]]]:
    workbook = load_workbook(io.BytesIO(map_xlsx(evidence_map)))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in workbook}


def test_the_matrix_has_its_totals() -> None:
    head, *rows = sheets(toy_map())["matrix"]
    assert head[-2:] == ("first-hand + second-hand", "distinct studies")
    assert rows[0][2:] == ("2+1", "0+1", "·", "2+1", 3)
    assert rows[1][2:] == ("1+0", "–", "×", "1+0", 1)
    assert rows[2][2:] == ("·", "n/a", "·", "·", 0)
    assert rows[-2][2:] == ("3+0", "0+1", "×", "3+0", None)
    assert rows[-1][2:] == (3, 1, 0, None, 3)


def test_the_data_are_those_of_the_csv() -> None:
    head, *rows = sheets(toy_map())["data"]
    assert head == COLUMNS
    assert len(rows) == len(list(csv.reader(io.StringIO(map_csv(toy_map()), newline="")))) - 1
    assert FORMULA in {row[COLUMNS.index("statement")] for row in rows}


def test_no_cell_is_a_formula() -> None:
    workbook = load_workbook(io.BytesIO(map_xlsx(toy_map())))
    assert "f" not in {cell.data_type for sheet in workbook for row in sheet.iter_rows() for cell in row}


def test_every_column_and_state_is_explained() -> None:
    found = sheets(toy_map())
    assert tuple(CODEBOOK) == COLUMNS
    explained = ", ".join(str(name) for name, _ in found["codebook"])
    states = {str(row[COLUMNS.index("state")]) for row in found["data"][1:]}
    assert states == {
        *set(STATES) - {FILTERED},
        "practice not found",
        "row total",
        "column total",
        "total",
        "what is counted",
        "snapshot",
    }
    assert all(state in explained for state in states)


def test_it_says_what_is_counted_and_of_which_graph() -> None:
    about = dict(sheets(toy_map())["about"])
    assert about["snapshot of the graph (SHA-256)"] == toy_map().snapshot
    assert "distinct studies" in about["what is counted"]


def test_same_bytes_and_no_rows_is_a_workbook_too() -> None:
    assert map_xlsx(toy_map()) == map_xlsx(toy_map())
    assert sheets(no_rows_map())["matrix"][-1] == (None, "distinct studies", None, 0)


@pytest.mark.parametrize(
    ("rows", "columns"),
    [
        ("practice", "category"),
        ("area", "method"),
        ("challenge", "year"),
        ("approach", "practice"),
        ("context", "category"),
    ],
)
def test_totals_count_studies_that_looked_and_did_not_find(toy_graph: KnowledgeGraph, rows: str, columns: str) -> None:
    """`test_map_numbers.py` holds the numbers of studies against SPARQL."""
    found = toy_graph.evidence_map(rows, columns)
    totals = json.loads(map_json(found))["totals"]
    told = [
        (t["first_hand"], t["second_hand"], t["looked_for"])
        for t in (*totals["rows"], *totals["columns"], totals["all"])
    ]
    in_map = [
        *(found.row_total(h.iri) for h in found.rows),
        *(found.column_total(h.iri) for h in found.columns),
        found.total(),
    ]
    assert told == [(len(c.first_hand), len(c.second_hand), len(c.absent)) for c in in_map]

    def by_label(items: list[dict[str, Any]], headers: Any) -> dict[str, dict[str, Any]]:
        return {header.label: item for header, item in zip(headers, items, strict=True)}

    each_row, each_column = by_label(totals["rows"], found.rows), by_label(totals["columns"], found.columns)
    for row in csv.DictReader(io.StringIO(map_csv(found), newline="")):
        expected = {
            "row total": each_row.get(row["row"]),
            "column total": each_column.get(row["column"]),
            "total": totals["all"],
        }.get(row["state"])
        assert expected is None or [int(row[k]) for k in COLUMNS[-4:]] == [expected[k] for k in COLUMNS[-4:]]
