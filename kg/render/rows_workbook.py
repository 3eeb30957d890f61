"""Rows of a query as a workbook, for spreadsheet programs: the rows, and where they come from."""

from __future__ import annotations

from pyoxigraph import Literal

from kg.answers.rows import FLOATS, INTEGERS, Rows, plain
from kg.core.iris import XSD
from kg.readers.workbooks import Column, SheetTable, write_sheets
from kg.store import Term

_EXACT = 15
"""Digits of a number that a cell keeps: it is a binary number of 64 bits (ECMA-376-1, 18.18.11; IEEE 754)."""
_NUMBERS = INTEGERS | FLOATS | {XSD.gYear, XSD.decimal}
_NARROWEST, _WIDEST = 8, 60


def rows_xlsx(rows: Rows, title: str = "", stamp: str = "") -> bytes:
    """The rows as a workbook of two sheets; the same rows give the same bytes.

    Numbers are numbers as far as a cell keeps all their digits. Everything else is text, and never a formula.

    Raises:
        UsageError: if a text is too long for a cell, or openpyxl is not installed.
    """
    lines = [[_cell(term) for term in row] for row in rows.terms]
    widths = [max(map(len, map(str, column))) for column in zip(rows.columns, *lines, strict=True)]
    columns = [
        Column(name, min(max(width + 2, _NARROWEST), _WIDEST)) for name, width in zip(rows.columns, widths, strict=True)
    ]
    about: list[tuple[str, str | float]] = [("title", title), ("made from", stamp), ("rows", len(lines))]
    return write_sheets(
        [
            SheetTable("rows", columns, lines),
            SheetTable("about", [Column("what", 16), Column("value", 90)], about),
        ],
        title,
    )


def _cell(term: Term | None) -> str | float:
    if isinstance(term, Literal) and term.datatype in _NUMBERS:
        return _number(term.value)
    value = plain(term)
    return value if isinstance(value, str | bool) else ""


def _number(text: str) -> str | float:
    """The number that a text says, or the text itself if a cell would change it."""
    digits = text.lstrip("+-").partition("E")[0].replace(".", "").lstrip("0")
    if len(digits) > _EXACT or not text.lstrip("+-")[:1].isdigit():  # INF and NaN are not numbers of a cell
        return text
    return float(text) if set(text) & set(".eE") else int(text)
