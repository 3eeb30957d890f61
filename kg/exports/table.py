"""Rows for the terminal: columns side by side as far as they fit, long texts wrapped beneath their row."""

from __future__ import annotations

import shutil
import textwrap

from rich.cells import cell_len, set_cell_size

from kg.results import Rows

PIPED_WIDTH = 160
"""Columns where there is no terminal to ask."""
GAP = "  "
LONG = 36
"""A column with longer texts than this goes beneath its row when the table would be too wide."""
INDENT = " " * 4


def table(rows: Rows) -> str:
    """A table as wide as the terminal."""
    width = max(shutil.get_terminal_size((PIPED_WIDTH, 50)).columns, 40)
    lines = [[printable("" if value is None else str(value)) for value in row.values()] for row in rows]
    widths = [max([cell_len(name), *(cell_len(line[i]) for line in lines)]) for i, name in enumerate(rows.columns)]
    beside = _beside(widths, width)
    beneath = [i for i in range(len(widths)) if i not in beside]
    right = {n for n, i in enumerate(beside)
             if lines and all(isinstance(list(row.values())[i], int | None) for row in rows)}
    beside_widths = [widths[i] for i in beside]
    out = [_row([rows.columns[i] for i in beside], beside_widths, right), *(INDENT + rows.columns[i] for i in beneath)]
    out.append("─" * (width if beneath else min(max(map(cell_len, out)), width)))
    for line in lines:
        out += _wrapped(_row([line[i] for i in beside], beside_widths, right), width, "")
        for i in beneath:
            if line[i]:
                name = f"{rows.columns[i]}: " if len(beneath) > 1 else ""
                out += _wrapped(name + line[i], width, INDENT)
    return "\n".join(line.rstrip() for line in out) + "\n"


def printable(text: str) -> str:
    """Text without control characters, which a terminal would obey."""
    return "".join(c if c.isprintable() else " " for c in text)


def _beside(widths: list[int], width: int) -> list[int]:
    """The columns that stand side by side: all of them if they fit, else without the long and then the widest."""
    chosen = list(range(len(widths)))
    if _wide(widths, chosen) > width:
        chosen = [i for i in chosen if widths[i] <= LONG]
    while len(chosen) > 1 and _wide(widths, chosen) > width:
        chosen.remove(max(chosen, key=lambda i: widths[i]))
    return chosen or [0]


def _wide(widths: list[int], chosen: list[int]) -> int:
    return sum(widths[i] for i in chosen) + len(GAP) * (len(chosen) - 1)


def _row(cells: list[str], widths: list[int], right: set[int]) -> str:
    padded = [" " * (width - cell_len(cell)) + cell if i in right else set_cell_size(cell, width)
              for i, (cell, width) in enumerate(zip(cells, widths, strict=True))]
    return GAP.join(padded)


def _wrapped(text: str, width: int, indent: str) -> list[str]:
    if cell_len(text.rstrip()) + len(indent) <= width:
        return [indent + text]
    return textwrap.wrap(text, width, initial_indent=indent, subsequent_indent=indent or INDENT,
                         break_on_hyphens=False) or [""]
