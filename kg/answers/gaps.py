"""The gaps of an evidence map: its cells without evidence, with those first that have most evidence around them.

The graph cannot know whether somebody looked whose work is not annotated, or who found nothing and did not report it. A
pair that somebody declares not applicable is not a gap.
"""

from __future__ import annotations

from dataclasses import dataclass

from kg.answers.evidence_map import EVIDENCE, NOT_APPLICABLE, UNKNOWN, EvidenceMap, Header
from kg.core.reprs import said, short


@dataclass(frozen=True, slots=True)
class Gap:
    """A cell without evidence."""

    row: Header
    column: Header
    state: str
    """One of `kg.answers.evidence_map.STATES`."""
    row_studies: int
    """Distinct studies with evidence in the row of the map."""
    column_studies: int
    both: int
    """Distinct studies with any finding on the row and any on the column."""

    def __repr__(self) -> str:
        return short(self, said(self.row.label), "by", said(self.column.label), f"({self.state})")

    @property
    def around(self) -> int:
        """The number that gaps are ranked by."""
        return self.row_studies + self.column_studies


def gaps(evidence_map: EvidenceMap) -> list[Gap]:
    """All cells without evidence, ranked by the distinct studies of the row plus those of the column, then by label."""
    rows = [(row, len(evidence_map.row_total(row.iri).studies)) for row in evidence_map.rows if row.iri != UNKNOWN]
    columns = [(c, len(evidence_map.column_total(c.iri).studies)) for c in evidence_map.columns if c.iri != UNKNOWN]
    found = [
        Gap(row, column, state, in_row, in_column, len(evidence_map.on_both(row.iri, column.iri)))
        for row, in_row in rows
        for column, in_column in columns
        if (state := evidence_map.state(row.iri, column.iri)) not in (EVIDENCE, NOT_APPLICABLE)
    ]
    return sorted(found, key=lambda gap: (-gap.around, gap.row.label, gap.column.label, gap.row.iri, gap.column.iri))
