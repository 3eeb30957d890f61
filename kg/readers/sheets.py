"""Tables of a spreadsheet program, .csv, .xlsx and .ods: read with a place for every row, written the same each time.

A cell is the text in it. Numbers lose the `.0` that spreadsheet programs add, dates are ISO 8601, and what cannot be
read is a problem on its row. Each merged cell has the value of all. This module reads and writes CSV;
`kg.readers.workbooks` reads and writes .xlsx, and `kg.readers.opendocument` reads .ods.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kg.core.files import MAX_BYTES, decode
from kg.core.problems import Location, Problem, did_you_mean
from kg.readers.grids import Cells, Grid, SheetProblems
from kg.readers.opendocument import is_opendocument, open_opendocument
from kg.readers.workbooks import ReadSheet, damaged, open_workbook

MAX_CELL = 4 * 1024 * 1024
"""Maximum length of a cell of a .csv in characters: that of the largest annotation file."""

SEPARATORS = ",;\t"
_NOT_IN_A_NAME = re.compile(r"[/\\#:]|[^ -~\w]")
"""What the name of a worksheet may contain and a fragment of a file (`FILE:SHEET#row=12`) may not."""
_LOOKED_AT = 20
"""The rows among which the header is looked for."""
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_SEPARATOR_LINE = re.compile(r"""("?)sep=([^"'\s]|\t)\1[;,\t]*\Z""", re.I)
"""A first line that names the separator, for Excel."""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row below the header, with every column of the sheet ("" where the cell is empty).

    `number` is the row of a workbook as spreadsheet programs show it, and the line that the row starts on in a .csv.
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
    widths: tuple[tuple[int, int], ...] = ()
    """The numbers of the first rows below the header, and how many cells of each are filled, also without a column."""
    names_in: tuple[int, ...] = ()
    """The rows with the names of the columns: two if merged cells show that the row below has names too."""

    def where(self, row: SheetRow, column: str = "") -> Location:
        """The place of a cell, or of its row. Its column is the number of the cell, not of the character."""
        return Location(self.name, row.number, self.positions[self.columns.index(column)] if column else 1)


@dataclass(frozen=True)
class TableFile:
    """An opened file: a .csv, or a workbook with its worksheets. `name` is what problems call it."""

    name: str
    digest: str
    sheets: tuple[str, ...]
    """The names of the worksheets; one empty name for a .csv."""
    read: ReadSheet

    def named(self, sheet: str) -> str:
        """What problems and evidence call a worksheet: `toys.csv`, or `toys.xlsx:Studies` if there are several."""
        return f"{self.name}:{_NOT_IN_A_NAME.sub('-', sheet)}" if len(self.sheets) > 1 else self.name

    def table(
        self, sheet: str = "", header: Sequence[int] = (), fill_down: Sequence[str] = ()
    ) -> tuple[Worksheet | None, list[Problem]]:
        """A worksheet as a table, by default the first one, and its problems.

        Args:
            sheet: The name of the worksheet.
            header: The numbers of the rows with the names of the columns: one, or two of which the lower one has the
                parts of the upper one. By default the first row that is not empty.
            fill_down: Columns in which an empty cell means the cell above.
        """
        sheet = sheet or self.sheets[0]
        found = SheetProblems(self.named(sheet))
        try:
            grid = self.read(sheet, found)
        except Exception as error:  # of a damaged worksheet
            damaged(found, error)
            return None, found.problems
        if grid.hidden:
            _report_hidden(grid, found)
        grid.fill_merged(header or [number for number, _ in grid.rows[:1]])
        table = _table(self, grid, header, found)
        return _filled_down(table, fill_down, found) if table else None, found.problems


def open_table(path: Path, name: str = "") -> tuple[TableFile | None, list[Problem]]:
    """A .csv, .tsv, .xlsx or .ods file, opened, and its problems; None if it cannot be read at all.

    Args:
        path: The file.
        name: What problems call it, by default its own name.

    Raises:
        UsageError: if it is an .xlsx workbook and openpyxl is not installed.
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
    opened: tuple[tuple[str, ...], ReadSheet] | None = ("",), lambda _, problems: _csv_grid(data, problems)
    if path.suffix.lower() not in (".csv", ".tsv", ".txt"):
        opened = open_opendocument(data, found) if is_opendocument(data) else open_workbook(data, found)
    if opened is None:
        return None, found.problems
    return TableFile(found.file, hashlib.sha256(data).hexdigest(), *opened), found.problems


def read_sheet(path: Path, name: str = "", sheet: str = "") -> tuple[Worksheet | None, list[Problem]]:
    """The table in a file, or in one worksheet of it, as `open_table` and `TableFile.table` read it.

    Raises:
        UsageError: if it is an .xlsx workbook and openpyxl is not installed.
    """
    file, problems = open_table(path, name)
    if file is None:
        return None, problems
    if sheet and sheet not in file.sheets:
        message = f"no sheet `{sheet}`; {did_you_mean(sheet, file.sheets, 'there are ' + ', '.join(file.sheets))}"
        return None, [Problem(Location(file.name), "sheet/unknown-sheet", message, "name one of its sheets")]
    table, more = file.table(sheet)
    return table, [*problems, *more]


def _report_hidden(grid: Grid, found: SheetProblems) -> None:
    """Says which rows are hidden: a filter is a view of the sheet, so they are read as all others."""
    numbers = [number for number, _ in grid.rows if number in set(grid.hidden)]
    if numbers:
        ranges: list[list[int]] = []
        for number in numbers:
            if ranges and number == ranges[-1][-1] + 1:
                ranges[-1][1:] = [number]
            else:
                ranges.append([number])
        shown = ", ".join("-".join(map(str, part)) for part in ranges[:10]) + (", …" if len(ranges) > 10 else "")
        what = f"{len(numbers)} rows are hidden, perhaps by a filter ({shown}): they are read like all others"
        hint = "if they do not belong to the data, delete them, or leave them out in the mapping"
        found.add("sheet/hidden-rows", what, hint, numbers[0], 0, "warning")


def _csv_grid(data: bytes, found: SheetProblems) -> Grid:
    return Grid([(number, cells) for number, cells in _csv_rows(data, found) if any(cells)])


def _csv_rows(data: bytes, found: SheetProblems) -> Iterator[Cells]:
    text, assumed = decode(found.file, data)
    found.problems += [assumed] if assumed else []
    if "\0" in text:
        line, hint = text[: text.index("\0")].count("\n") + 1, "check that it is the right file"
        found.add("sheet/character", "zero bytes: they were left out", hint, line, level="warning")
        text = text.replace("\0", "")
    text = text.replace("\r\n", "\n")
    header = next((line for line in re.split("[\r\n]", text) if line.strip()), "")
    named = _SEPARATOR_LINE.match(re.split("[\r\n]", text, maxsplit=1)[0])
    # Else the most frequent one outside quotes.
    separator = named[2] if named else max(SEPARATORS, key=re.sub(r'"[^"]*"?', "", header).count)
    # Strict, because a quotation mark that is never closed would silently take all rows below into its cell.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    limit = csv.field_size_limit(MAX_CELL)
    try:
        while True:
            number = reader.line_num + 1
            try:
                row = next(reader)
                yield number, [] if named and number == 1 else row
            except StopIteration:
                return
            except csv.Error as error:
                hint = 'a cell that begins with " must end with ", and each " within it is written twice'
                found.add("sheet/row", f"this row cannot be read: {error}", hint, number)
    finally:
        csv.field_size_limit(limit)


def _table(file: TableFile, grid: Grid, header: Sequence[int], found: SheetProblems) -> Worksheet | None:
    """The rows below their header; in a .csv, a row that ends early is suspicious."""
    if not grid.rows:
        found.add("sheet/empty", "the table is empty", "check that it is the right file")
        return None
    heads = [row for row in grid.rows if row[0] in header] if header else grid.rows[:1]
    if len(heads) < len({*header}):
        missing = ", ".join(str(number) for number in header if number not in {number for number, _ in heads})
        hint = "`header` is the number of the row with the names of the columns"
        found.add("sheet/no-header", f"row {missing} is empty and has no names of columns", hint)
        return None
    top, names = heads[-1][0], _joined([cells for _, cells in heads], bool(grid.merged))
    columns = _columns(top, names, found)
    width = max((position for position, cell in enumerate(names, 1) if cell.strip()), default=0)
    table = []
    for number, cells in grid.rows:
        if number <= top:
            continue
        if not file.sheets[0] and len(cells) < width:
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
    widths = tuple((number, sum(map(bool, cells))) for number, cells in grid.rows[:_LOOKED_AT] if number > top)
    names_in = _rows_of_names(grid, [number for number, _ in heads])
    return Worksheet(found.file, file.digest, tuple(columns.values()), tuple(table), tuple(columns), widths, names_in)


def _rows_of_names(grid: Grid, header: list[int]) -> tuple[int, ...]:
    """The header, and the row below it if each of its cells is below a name that is merged across several columns."""
    below = next((cells for number, cells in grid.rows if number == header[-1] + 1), ())
    across = [(left, right) for top, left, _, right in grid.merged if top == header[-1] and left < right]
    filled = [position for position, cell in enumerate(below, 1) if cell]
    lower = filled and all(any(left <= position <= right for left, right in across) for position in filled)
    return (*header, header[-1] + 1) if lower and len(header) == 1 else tuple(header)


def _joined(rows: Sequence[Sequence[str]], merged: bool) -> Sequence[str]:
    """The names of the columns. Of two rows of names, the upper one stands above several columns: `upper / lower`."""
    if len(rows) == 1:
        return rows[0]
    names: list[str] = []
    above = ["" if re.fullmatch(r"Unnamed: \d+", cell) else " ".join(cell.split()) for cell in rows[0]]  # of pandas
    below = rows[-1]
    upper = ""
    for position in range(max(len(above), len(below))):
        own = above[position] if position < len(above) else ""
        lower = " ".join(below[position].split()) if position < len(below) else ""
        upper = own if own or merged else upper
        names.append(f"{upper} / {lower}" if upper and lower and upper != lower else lower or own)
    return names


def _filled_down(table: Worksheet, columns: Sequence[str], found: SheetProblems) -> Worksheet:
    """The table with the cell above in the empty cells of the columns."""
    missing = [column for column in columns if column not in table.columns]
    for column in missing:
        hint = f"columns: {', '.join(table.columns)}"
        found.add("mapping/unknown-column", f"there is no column `{column}`", hint, 1, 1)
    if missing or not columns:
        return table
    above = dict.fromkeys(columns, "")
    rows = []
    for row in table.rows:
        above = {column: row.cells[column].strip() or above[column] for column in columns}
        rows.append(SheetRow(row.number, {**row.cells, **above}))
    return replace(table, rows=tuple(rows))


def _columns(number: int, header: Sequence[str], found: SheetProblems) -> dict[int, str]:
    """The columns by position; of two with the same name the first is kept, and one without a name is left out."""
    columns: dict[int, str] = {}
    names: set[str] = set()
    for position, cell in enumerate(header, 1):
        column = " ".join(cell.split())
        if column in names:
            message, hint = f"the column name `{column}` occurs twice", "give each column its own name"
            found.add("sheet/duplicate-column", message, hint, number, position)
        elif column:
            columns[position] = column
            names.add(column)
    for position, cell in enumerate(header[: max(columns, default=0)], 1):
        if not cell.strip():
            hint = "give it one, or delete the column"
            found.add("sheet/column-without-name", "this column has no name", hint, number, position, "warning")
    return columns


def is_formula(value: str) -> bool:
    """Whether a spreadsheet program may take the text of a .csv for a formula, and run it."""
    return not value.startswith("'") and bool(_FORMULA.match(value))


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
