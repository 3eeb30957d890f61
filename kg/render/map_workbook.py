"""The evidence map as a workbook: matrix with totals, the data behind it, what each name means, what is counted."""

from __future__ import annotations

from collections.abc import Iterator

from kg.answers.evidence_map import STATES, SYMBOLS, EvidenceMap, in_groups, note
from kg.readers.workbooks import Column, SheetTable, write_sheets
from kg.render.text.map_tables import COLUMNS, long_rows, matrix

CODEBOOK = (
    ("row", "label of the row"),
    ("row_group", "what the row is listed under"),
    ("column", "label of the column"),
    ("column_group", "what the column is listed under"),
    ("state", "see the states below"),
    ("polarity", "what the finding says: hinders, mitigates, concerns, or absent (looked for and not found)"),
    ("study_key", "BibTeX key of the work that found it"),
    ("work", "authors and year of that work"),
    ("hand", "first-hand, or second-hand when another publication tells of it"),
    ("via_key", "BibTeX key of the publication that tells of it, when second-hand"),
    ("finding", "id of the finding"),
    ("statement", "what was found, in the annotator's words; of a pair that is not applicable, why and who says so"),
    ("section", "where it stands"),
    ("quotation", "the words it rests on"),
    ("study", "IRI of the study: what has to be counted, since two studies may share a key"),
    ("year", "when the work that found it was published"),
    ("methods", "methods of the study, as far as recorded"),
    ("studies", "distinct studies with evidence; only in rows of totals"),
    ("first_hand", "those that found it themselves"),
    ("second_hand", "those that are known only through other publications"),
    ("looked_for", "those that looked for it and did not find it"),
)
"""Every column of the data sheet."""
ROWS = (
    ("row total, column total, total", "distinct studies of the row, the column, the whole: no sums of cells"),
    ("what is counted, snapshot", "the last two rows: a sentence, and the content hash of the graph, as statement"),
)
"""What rows of the data sheet are about that are of no cell."""


def map_xlsx(evidence_map: EvidenceMap) -> bytes:
    """Four sheets; the same map gives the same bytes.

    Raises:
        UsageError: if a text is longer than a cell can hold.
    """
    names, *matrix = _matrix(evidence_map)
    columns = [Column(str(name), 32 if i < 2 else 14) for i, name in enumerate(names)]
    meanings = [
        *CODEBOOK,
        *STATES.items(),
        *ROWS,
        (f"{evidence_map.row_kind} not found", "the row itself was looked for and not found; of no cell"),
        (f"{evidence_map.column_kind} not found", "the column itself was looked for and not found; of no cell"),
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
    """First the names of the columns; each row ends in its distinct studies, and the last row is the totals."""
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
