"""The gaps of an evidence map: its cells without evidence, those first that most evidence lies around.

What the graph knows of such a cell is its state in the map. What it cannot know: whether somebody looked whose work is
not annotated, or found nothing and did not say so. A pair that somebody declares not applicable is no gap.
"""

from __future__ import annotations

from dataclasses import dataclass

from kg.answers.evidence_map import EVIDENCE, NOT_APPLICABLE, UNKNOWN, EvidenceMap, Header


@dataclass(frozen=True, slots=True)
class Gap:
    row: Header
    column: Header
    state: str
    """One of `kg.answers.evidence_map.STATES`."""
    row_studies: int
    """Distinct studies with evidence in the row of the map."""
    column_studies: int
    both: int
    """Distinct studies with any finding on the row and any on the column."""

    @property
    def around(self) -> int:
        """What gaps are ranked by."""
        return self.row_studies + self.column_studies


def gaps(evidence_map: EvidenceMap) -> list[Gap]:
    """All cells without evidence, ranked by the distinct studies of the row plus those of the column, then by label."""
    of_row = {row.iri: evidence_map.row_total(row.iri).studies for row in evidence_map.rows if row.iri != UNKNOWN}
    of_column = {
        column.iri: evidence_map.column_total(column.iri).studies
        for column in evidence_map.columns
        if column.iri != UNKNOWN
    }
    found = []
    for row in evidence_map.rows:
        for column in evidence_map.columns:
            state = evidence_map.state(row.iri, column.iri)
            if state in (EVIDENCE, NOT_APPLICABLE) or UNKNOWN in (row.iri, column.iri):
                continue
            found.append(
                Gap(
                    row,
                    column,
                    state,
                    len(of_row[row.iri]),
                    len(of_column[column.iri]),
                    len(evidence_map.on_both(row.iri, column.iri)),
                )
            )
    return sorted(found, key=lambda gap: (-gap.around, gap.row.label, gap.column.label, gap.row.iri, gap.column.iri))
