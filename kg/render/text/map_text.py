"""The evidence map as a matrix for a terminal: columns have numbers, which the list below the matrix explains."""

from __future__ import annotations

import textwrap
from itertools import groupby

from rich.cells import cell_len, set_cell_size

from kg.answers.evidence_map import EvidenceMap, note
from kg.render.figures.letters import capital
from kg.render.text.map_tables import fitting, matrix
from kg.render.text.table import printable

WIDEST, LONGEST = 20, 45
"""Of more columns and rows, those without findings are left out."""
LABEL = 34
"""The most characters of a label on the left."""
NOTE = 100
"""Characters in a line of the note below the matrix."""
TOTAL = "Distinct studies"


def map_text(evidence_map: EvidenceMap) -> str:
    """The matrix with totals, what its columns and signs mean, and the graph; `2+3` are first-hand and second-hand."""
    rows, columns, left_out = fitting(evidence_map, LONGEST, WIDEST)
    cells = matrix(evidence_map, rows, columns)
    heads = [*(str(number) for number in range(1, len(columns) + 1)), "all"]
    widths = [max(map(len, column)) for column in zip(heads, *cells, strict=True)]
    labels = [printable(capital(row.label)) for row in rows]
    room = min(max(map(cell_len, [*labels, TOTAL])) + 2, LABEL)

    def line(label: str, shown: list[str]) -> str:
        aligned = (text.rjust(width) for text, width in zip(shown, widths, strict=True))
        return set_cell_size(label, room) + "  ".join(aligned)

    lines = [printable(evidence_map.title), "", line("", heads), "─" * cell_len(line("", heads))]
    for group, members in groupby(zip(rows, labels, cells, strict=False), lambda member: member[0].group):
        lines += [printable(capital(group))] if group else []
        for _, label, shown in members:
            short = label if cell_len(label) <= room - 2 else set_cell_size(label, room - 3) + "…"
            lines.append(line(short, shown))
    lines += [line(TOTAL, cells[-1]), ""]
    lines += [f"{number:>3}  {printable(capital(column.label))}" for number, column in enumerate(columns, 1)]
    snapshot = f" Graph sha256:{evidence_map.snapshot}." if evidence_map.snapshot else ""
    said = f"2+3: two studies first-hand and three second-hand. {note(evidence_map)}{left_out}{snapshot}"
    lines += ["", *textwrap.wrap(printable(said), NOTE)]
    return "\n".join(text.rstrip() for text in lines) + "\n"
