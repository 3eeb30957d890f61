"""The gaps of an evidence map: its cells without evidence, those first that most evidence lies around.

What the graph knows of such a cell is told apart as far as it can be: that the two were looked for together and not
found; that some study has findings on each, but none on the two together; or that no study has findings on both. What
it cannot know: whether somebody looked whose work is not annotated, or found nothing and did not say so, and whether a
pair makes sense at all. No review declares pairs that do not apply, so there is no state for it.
"""

from __future__ import annotations

from dataclasses import dataclass

from kg.evidence_map import UNKNOWN, EvidenceMap, Header

NOT_FOUND, NO_EVIDENCE, NOBODY = "looked for and not found", "no evidence found", "nobody looked"
STATES = {
    NOT_FOUND: "a finding says that the two were looked for together and not found",
    NO_EVIDENCE: "a study has findings on the row and on the column, but none on the two together",
    NOBODY: "no study in this graph has findings on both",
}


@dataclass(frozen=True, slots=True)
class Gap:
    row: Header
    column: Header
    state: str
    """One of `STATES`."""
    row_studies: int
    """Distinct studies with evidence in the row of the map."""
    column_studies: int
    both: int
    """Distinct studies with evidence in the row and in the column."""

    @property
    def around(self) -> int:
        """What gaps are ranked by."""
        return self.row_studies + self.column_studies


def gaps(evidence_map: EvidenceMap) -> list[Gap]:
    """All cells without evidence, ranked by the distinct studies of the row plus those of the column, then by label."""
    of_row = {row.iri: evidence_map.row_total(row.iri).studies for row in evidence_map.rows if row.iri != UNKNOWN}
    of_column = {column.iri: evidence_map.column_total(column.iri).studies
                 for column in evidence_map.columns if column.iri != UNKNOWN}
    found = []
    for row in evidence_map.rows:
        for column in evidence_map.columns:
            cell = evidence_map.cell(row.iri, column.iri)
            if cell.studies or UNKNOWN in (row.iri, column.iri):
                continue
            both = of_row[row.iri] & of_column[column.iri]
            state = NOT_FOUND if cell.absent else NO_EVIDENCE if both else NOBODY
            found.append(Gap(row, column, state, len(of_row[row.iri]), len(of_column[column.iri]), len(both)))
    return sorted(found, key=lambda gap: (-gap.around, gap.row.label, gap.column.label, gap.row.iri, gap.column.iri))
