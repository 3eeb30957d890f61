"""Gaps as rows, to be printed or exported as those of a query are."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import Literal

from kg.answers.gaps import Gap
from kg.answers.rows import Rows

COLUMNS = ("row", "column", "state", "row_studies", "column_studies", "both", "around")


def gap_rows(gaps: Iterable[Gap]) -> Rows:
    return Rows(
        COLUMNS,
        tuple(
            (
                Literal(gap.row.label),
                Literal(gap.column.label),
                Literal(gap.state),
                Literal(gap.row_studies),
                Literal(gap.column_studies),
                Literal(gap.both),
                Literal(gap.around),
            )
            for gap in gaps
        ),
    )
