"""Tables of a spreadsheet program, .csv and .xlsx: read with a place for every row, written the same each time.

A cell is the text in it. Numbers lose the `.0` that spreadsheet programs add, dates are ISO 8601, and what cannot be
read is a problem on its row. This module reads and writes CSV; `kg.readers.workbooks` reads and writes .xlsx.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.core.files import MAX_BYTES, decode
from kg.core.problems import Location, Problem
from kg.readers.workbooks import Cells, SheetProblems, read_workbook

MAX_CELL = 4 * 1024 * 1024
"""Maximum length of a cell of a .csv in characters: that of the largest annotation file."""

SEPARATORS = ",;\t"
_FORMULA = re.compile(r"'*[=+\-@\t\r]")


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row below the header, with every column of the sheet ("" where the cell is empty).

    `number` is the row of an .xlsx as spreadsheet programs show it, and the line that the row starts on in a .csv.
    """

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Worksheet:
    """A table. `digest` is the SHA-256 of the file in hex, `positions` are the numbers of the columns, from 1."""

    name: str
    digest: str
    columns: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    positions: tuple[int, ...] = ()

    def where(self, row: SheetRow, column: str = "") -> Location:
        """The place of a cell, or of its row. Its column is the number of the cell, not of the character."""
        return Location(self.name, row.number, self.positions[self.columns.index(column)] if column else 1)


def read_sheet(path: Path, name: str = "", sheet: str = "") -> tuple[Worksheet | None, list[Problem]]:
    """The table in a .csv, .tsv or .xlsx file and its problems; no table if the file cannot be read at all.

    The first row that is not empty is the header. `name` is what problems call the file, by default its own name, and
    `sheet` the sheet of a workbook, by default the first one.

    Raises:
        UsageError: if it is a workbook and openpyxl is not installed.
    """
    found = SheetProblems(name or path.name)
    try:
        if path.stat().st_size > MAX_BYTES:
            found.add("file/too-large", f"larger than {MAX_BYTES // 1024 // 1024} MiB", "split the file")
            return None, found.problems
        data = path.read_bytes()
    except OSError as error:
        found.add("file/unreadable", f"cannot be read: {error.strerror}", "check its name and its permissions")
        return None, found.problems
    text = path.suffix.lower() in (".csv", ".tsv", ".txt")
    rows = list(_csv_rows(data, found)) if text else read_workbook(data, sheet, found)
    table = None if rows is None else _table(hashlib.sha256(data).hexdigest(), rows, found, padded=text)
    return table, found.problems


def _csv_rows(data: bytes, found: SheetProblems) -> Iterator[Cells]:
    text, assumed = decode(found.file, data)
    found.problems += [assumed] if assumed else []
    if "\0" in text:
        line, hint = text[: text.index("\0")].count("\n") + 1, "check that it is the right file"
        found.add("sheet/character", "zero bytes: they were left out", hint, line, level="warning")
        text = text.replace("\0", "")
    text = text.replace("\r\n", "\n")
    header = next((line for line in re.split("[\r\n]", text) if line.strip()), "")
    separator = max(SEPARATORS, key=re.sub(r'"[^"]*"?', "", header).count)  # the most frequent one outside quotes
    # Strict, because a quotation mark that is never closed would silently take all rows below into its cell.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    limit = csv.field_size_limit(MAX_CELL)
    try:
        while True:
            number = reader.line_num + 1
            try:
                yield number, next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                hint = 'a cell that begins with " must end with ", and each " within it is written twice'
                found.add("sheet/row", f"this row cannot be read: {error}", hint, number)
    finally:
        csv.field_size_limit(limit)


def _table(digest: str, rows: Iterable[Cells], found: SheetProblems, padded: bool) -> Worksheet | None:
    """The rows below their header; in a `padded` table, a row that ends early is suspicious."""
    filled = [(number, cells) for number, cells in rows if any(cells)]
    if not filled:
        found.add("sheet/empty", "the table is empty", "check that it is the right file")
        return None
    (top, header), *below = filled
    columns = _columns(top, header, found)
    width = max((position for position, cell in enumerate(header, 1) if cell.strip()), default=0)
    table = []
    for number, cells in below:
        if padded and len(cells) < width:
            message = f"this row has {len(cells)} cells, the header has {width}"
            hint = "the missing cells are read as empty"
            found.add("sheet/too-few-cells", message, hint, number, len(cells), "warning")
        outside = next((position for position, cell in enumerate(cells, 1) if cell and position not in columns), 0)
        if outside:
            message = f"`{cells[outside - 1][:40]}` is below no column name and was left out"
            hint = f"quote cells that contain the separator, or name the column; the header has {width} columns"
            found.add("sheet/cell-without-column", message, hint, number, outside, "warning")
        named = {name: cells[position - 1] if position <= len(cells) else "" for position, name in columns.items()}
        table.append(SheetRow(number, named))
    return Worksheet(found.file, digest, tuple(columns.values()), tuple(table), tuple(columns))


def _columns(number: int, header: Sequence[str], found: SheetProblems) -> dict[int, str]:
    """The columns by position; of two with the same name the first is kept, and one without a name is left out."""
    columns: dict[int, str] = {}
    for position, cell in enumerate(header, 1):
        column = " ".join(cell.split())
        if column in columns.values():
            message, hint = f"the column name `{column}` occurs twice", "give each column its own name"
            found.add("sheet/duplicate-column", message, hint, number, position)
        elif column:
            columns[position] = column
    for position, cell in enumerate(header[: max(columns, default=0)], 1):
        if not cell.strip():
            hint = "give it one, or delete the column"
            found.add("sheet/column-without-name", "this column has no name", hint, number, position, "warning")
    return columns


def guard(value: str) -> str:
    """A value that no spreadsheet program takes for a formula: with an apostrophe before what would start one.

    A value that has such an apostrophe already gets one more, so that `unguard` returns the value itself.
    """
    return f"'{value}" if _FORMULA.match(value) else value


def unguard(value: str) -> str:
    """The value that `guard` was given."""
    return value[1:] if value.startswith("'") and _FORMULA.match(value) else value


def write_csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table as CSV without formulas; its cells are read back with `unguard`."""
    out = io.StringIO(newline="")
    # Everything quoted: up to Python 3.12 the writer does not quote a lone carriage return, which no reader accepts.
    writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(columns)
    writer.writerows([guard(value) for value in row] for row in rows)
    return out.getvalue()
