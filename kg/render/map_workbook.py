"""The evidence map as a workbook: the matrix with totals, the data behind it, a codebook, and what is counted."""

from __future__ import annotations

from collections.abc import Iterator

from kg.answers.evidence_map import STATES, SYMBOLS, EvidenceMap, in_groups, note
from kg.readers.workbooks import Column, SheetTable, write_sheets
from kg.render.text.map_tables import CODEBOOK, COLUMNS, long_rows, matrix

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
                "data",
                [Column(name, 40 if name in ("statement", "quotation") else 18) for name in COLUMNS],
                (
                    [int(v) if i >= len(COLUMNS) - 4 and v else v for i, v in enumerate(row)]
                    for row in long_rows(evidence_map)
                ),
            ),
            SheetTable("codebook", [Column("name", 32), Column("meaning", 90)], meanings),
            SheetTable("about", [Column("what", 32), Column("value", 90)], about),
        ]
    )


def _matrix(evidence_map: EvidenceMap) -> Iterator[list[str | int]]:
    """First the names of the columns; each row ends with its distinct studies, and the last row has the totals."""
    rows, columns = in_groups(evidence_map.rows), in_groups(evidence_map.columns)
    *cells, totals = matrix(evidence_map, rows, columns)
    yield ["group", "row", *(column.label for column in columns), "first-hand + second-hand", "distinct studies"]
    for row, shown in zip(rows, cells, strict=True):
        yield [row.group, row.label, *shown, len(evidence_map.row_total(row.iri).studies)]
    yield ["", "first-hand + second-hand", *totals, ""]
    yield [
        "",
        "distinct studies",
        *(len(evidence_map.column_total(column.iri).studies) for column in columns),
        "",
        len(evidence_map.total().studies),
    ]
