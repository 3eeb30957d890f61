"""The evidence map as a workbook: matrix with totals, the data behind it, what each name means, what is counted."""

from __future__ import annotations

from collections.abc import Iterator

from kg.evidence_map import Cell, EvidenceMap, in_groups, note
from kg.exports.map_tables import COLUMNS, long_rows, numbers
from kg.sources.workbooks import Column, SheetTable, write_sheets

CODEBOOK = (
    ("row", "label of the row"), ("row_group", "what the row is listed under"), ("column", "label of the column"),
    ("column_group", "what the column is listed under"), ("state", "see the states below"),
    ("polarity", "what the finding says: hinders, mitigates, concerns, or absent (looked for and not found)"),
    ("study_key", "BibTeX key of the work that found it"), ("work", "authors and year of that work"),
    ("hand", "first-hand, or second-hand when another publication tells of it"),
    ("via_key", "BibTeX key of the publication that tells of it, when second-hand"),
    ("finding", "id of the finding"), ("statement", "what was found, in the annotator's words"),
    ("section", "where it stands"), ("quotation", "the words it rests on"),
    ("study", "IRI of the study: what has to be counted, since two studies may share a key"),
    ("year", "when the work that found it was published"), ("methods", "methods of the study, as far as recorded"),
    ("studies", "distinct studies with evidence; only in rows of totals"),
    ("first_hand", "those that found it themselves"),
    ("second_hand", "those that are known only through other publications"),
    ("looked_for", "those that looked for it and did not find it"),
)
"""Every column of the data sheet."""
STATES = (
    ("evidence", "at least one study has a finding"),
    ("not found", "row and column were looked for together and not found, and there is no other finding"),
    ("no evidence", "nothing in this graph: nobody looked, or nothing was reported, or it was not annotated"),
    ("row total, column total, total", "distinct studies of the row, the column, the whole: no sums of cells"),
)


def map_xlsx(evidence_map: EvidenceMap) -> bytes:
    """Four sheets; the same map gives the same bytes.

    Raises:
        UsageError: if a text is longer than a cell can hold.
    """
    names, *matrix = _matrix(evidence_map)
    columns = [Column(str(name), 32 if i < 2 else 14) for i, name in enumerate(names)]
    meanings = [*CODEBOOK, *STATES,
                (f"{evidence_map.row_kind} not found", "the row itself was looked for and not found; of no cell"),
                (f"{evidence_map.column_kind} not found", "the column itself was looked for and not found; of no cell"),
                ("2+3 in the matrix", "2 studies first-hand and 3 second-hand"), ("× in the matrix", "not found")]
    about = [("title", evidence_map.title), ("rows", evidence_map.row_kind), ("columns", evidence_map.column_kind),
             ("what is counted", note(evidence_map)), ("snapshot of the graph (SHA-256)", evidence_map.snapshot)]
    return write_sheets([
        SheetTable("matrix", columns, matrix),
        SheetTable("data", [Column(name, 40 if name in ("statement", "quotation") else 18) for name in COLUMNS],
                   ([int(v) if i >= len(COLUMNS) - 4 and v else v for i, v in enumerate(row)]
                    for row in long_rows(evidence_map))),
        SheetTable("codebook", [Column("name", 32), Column("meaning", 90)], meanings),
        SheetTable("about", [Column("what", 32), Column("value", 90)], about),
    ])


def shown(cell: Cell) -> str:
    """`2+3` (first-hand and second-hand), `×` where looked for and not found, empty where there is no evidence."""
    studies, first, second, absent = numbers(cell)
    return f"{first}+{second}" if studies else "×" if absent else ""


def _matrix(evidence_map: EvidenceMap) -> Iterator[list[str | int]]:
    """First the names of the columns; each row ends in its distinct studies, and the last row is the totals."""
    columns = in_groups(evidence_map.columns)
    yield ["group", "row", *(column.label for column in columns), "first-hand + second-hand", "distinct studies"]
    for row in in_groups(evidence_map.rows):
        total = evidence_map.row_total(row.iri)
        yield [row.group, row.label, *(shown(evidence_map.cell(row.iri, column.iri)) for column in columns),
               shown(total), len(total.studies)]
    totals = [evidence_map.column_total(column.iri) for column in columns]
    yield ["", "first-hand + second-hand", *map(shown, totals), shown(evidence_map.total()), ""]
    yield ["", "distinct studies", *(len(total.studies) for total in totals), "", len(evidence_map.total().studies)]
