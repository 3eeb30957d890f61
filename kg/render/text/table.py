"""Rows for the terminal: columns side by side as far as they fit; others are wrapped below their row."""

from __future__ import annotations

import re
import shutil
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import replace

from rich.cells import cell_len, chop_cells, set_cell_size

from kg.answers.rows import Rows

PIPED_WIDTH = 160
"""The width without a terminal, in characters."""
GAP = "  "
TYPICAL = 0.9
"""If there is not enough room, a column is wide enough for this share of its texts; the others wrap."""
LONG = 36
"""Longer texts may take two lines."""
INDENT = " " * 4
QUIET = {"reading"}
"""Columns that say something only where a publication has several readings; other columns are shown when empty, too."""


def table(rows: Rows) -> str:
    """The rows as a table as wide as the terminal."""
    width = max(shutil.get_terminal_size((PIPED_WIDTH, 50)).columns, 40)
    rows = _without_empty(rows)
    written = [list(row.values()) for row in rows.as_written()]
    lines = [[printable("" if value is None else str(value)) for value in row] for row in written]
    side = _side_by_side([[name, *(line[i] for line in lines)] for i, name in enumerate(rows.columns)], width)
    beneath = [i for i in range(len(rows.columns)) if i not in side]
    right = {i for i in side if lines and all(isinstance(row[i], int | None) for row in written)}
    out = _row(rows.columns, side, right) + [INDENT + rows.columns[i] for i in beneath]
    out.append("─" * (width if beneath else min(max(map(cell_len, out)), width)))
    for line in lines:
        out += _row(line, side, right)
        for i in beneath:
            if line[i]:
                name = f"{rows.columns[i]}: " if len(beneath) > 1 else ""
                out += _wrapped(name + line[i], width - len(INDENT), INDENT)
    return "\n".join(line.rstrip() for line in out) + "\n"


def _without_empty(rows: Rows) -> Rows:
    """The rows without the columns in `QUIET` that are empty in all of them."""
    values = list(zip(*rows.terms, strict=True)) or [()] * len(rows.columns)
    kept = [at for at, name in enumerate(rows.columns) if name not in QUIET or any(values[at]) or not rows.terms]
    if len(kept) == len(rows.columns):
        return rows
    terms = tuple(tuple(row[at] for at in kept) for row in rows.terms)
    return replace(rows, columns=tuple(rows.columns[at] for at in kept), terms=terms)


def printable(text: str) -> str:
    """Text without control characters, which a terminal would execute."""
    return "".join(c if c.isprintable() else " " for c in text)


def _side_by_side(columns: list[list[str]], width: int) -> dict[int, int]:
    """The columns that are side by side, with their widths: the first, and as many as fit with most of their texts.

    The rest of the room goes to columns whose longest texts would wrap, from the left.
    """
    chosen = list(range(len(columns)))
    widths = [max(map(cell_len, texts)) for texts in columns]
    typical = [_typical(texts) for texts in columns]
    while len(chosen) > 1 and _wide(typical, chosen) > width:
        chosen.remove(max(chosen[1:], key=lambda i: (typical[i], widths[i])))
    spare = width - _wide(typical, chosen)
    made = {}
    for i in chosen:
        made[i] = min(widths[i], max(typical[i] + spare, 1))
        spare -= made[i] - typical[i]
    return made


def _typical(texts: list[str]) -> int:
    """The width for the heading, most texts (long ones in two lines), and each word."""
    lengths = sorted(map(cell_len, texts[1:])) or [0]
    most = lengths[int(TYPICAL * (len(lengths) - 1))]
    words = [cell_len(word) for text in texts for word in re.split(r"(?<=-)|\s", text)]
    return max(cell_len(texts[0]), most if most <= LONG else max(LONG, most // 2 + 4), *words)


def _wide(widths: list[int], chosen: list[int]) -> int:
    return sum(widths[i] for i in chosen) + len(GAP) * (len(chosen) - 1)


def _row(line: Sequence[str], widths: Mapping[int, int], right: set[int]) -> list[str]:
    """The cells side by side, on as many lines as the longest one needs."""

    def aligned(part: str, i: int) -> str:
        width = widths[i]
        return " " * (width - cell_len(part)) + part if i in right else set_cell_size(part, width)

    cells = [[aligned(part, i) for part in _wrapped(line[i], width)] for i, width in widths.items()]
    blank = [" " * width for width in widths.values()]
    return [
        GAP.join(parts[n] if n < len(parts) else empty for parts, empty in zip(cells, blank, strict=True))
        for n in range(max(map(len, cells)))
    ]


def _wrapped(text: str, width: int, indent: str = "") -> list[str]:
    """The text in lines of at most `width` characters, each after the indent."""
    if cell_len(text) <= width:
        return [indent + text]
    lines = textwrap.wrap(text, width, break_on_hyphens=not indent) or [""]
    return [indent + part for line in lines for part in chop_cells(line, width)]
