"""Excel workbooks (.xlsx): the cells of a sheet as text, and tables as a workbook with the same bytes each time."""

from __future__ import annotations

import datetime
import io
import re
import warnings
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from kg.core.extras import need
from kg.core.problems import UsageError
from kg.readers.grids import MAX_CELLS, Grid, SheetProblems, refused_archive

MAX_TEXT = 32_767
"""Maximum length of a cell in characters (Excel specifications and limits)."""
MAX_ROW = 1_048_576

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_DAY_ONE = datetime.datetime(2000, 1, 1)
_ESCAPED = re.compile(r"_x(00[01][0-9A-F]|005F|FFF[EF])_", re.I)
_TO_ESCAPE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
"""What XML cannot contain or would change, and what looks like such an escape (ECMA-376-1, 22.4.2.4)."""
SAVE = "save it as .xlsx, .ods or .csv"

ReadSheet = Callable[[str, SheetProblems], Grid]
"""Reads the worksheet of a name."""


def open_workbook(data: bytes, found: SheetProblems) -> tuple[tuple[str, ...], ReadSheet] | None:
    """The names of the sheets and a function that reads one; None when the workbook cannot be read.

    Raises:
        UsageError: if openpyxl is not installed.
    """
    refusal = _refusal(data)
    if refusal:
        found.add(*refusal)
        return None
    need("openpyxl")
    import openpyxl  # slow to import

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about features that openpyxl does not know; unreadable cells are errors
            workbook = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            sheets = {sheet.title: sheet for sheet in workbook.worksheets}
            if not sheets:
                raise ValueError("no worksheet")
    except Exception as error:  # openpyxl trusts the XML: each kind of damage raises another exception
        damaged(found, error)
        return None
    return tuple(sheets), lambda name, problems: _grid(sheets[name], problems)


def damaged(found: SheetProblems, error: Exception) -> None:
    """Reports a workbook whose XML cannot be read."""
    hint = "open it in a spreadsheet program and save it as .xlsx, .ods or .csv"
    found.add("sheet/damaged", f"the workbook is damaged ({type(error).__name__})", hint)


def _refusal(data: bytes) -> tuple[str, str, str] | None:
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            return "sheet/encrypted", "the workbook is protected by a password", "save it without one"
        return "sheet/format", "an old Excel workbook (.xls)", SAVE
    return refused_archive(data, ["[Content_Types].xml"], SAVE)


def _grid(sheet: Any, found: SheetProblems) -> Grid:
    """The cells of a sheet, in one pass."""
    from openpyxl.utils import range_boundaries

    book, grid, count = sheet.parent, Grid(), 0
    with warnings.catch_warnings(), sheet._get_source() as source:
        warnings.simplefilter("ignore")
        formats = {"date_formats": book._date_formats, "timedelta_formats": book._timedelta_formats}
        parse = _parser(grid, [plain_cell(text) for text in sheet._shared_strings], found)
        parser = parse(source, sheet._shared_strings, data_only=True, epoch=book.epoch, **formats)
        for number, cells in parser.parse():
            if not 0 < number <= MAX_ROW:
                raise ValueError(f"row {number}")
            count += len(cells)
            if count > MAX_CELLS:
                found.too_many_cells(MAX_CELLS, number)
                break
            if cells:
                grid.rows.append((number, cells))
    for merged in parser.merged_cells.mergeCell if parser.merged_cells else ():
        left, top, right, bottom = range_boundaries(str(merged.ref))
        grid.merged.append((top, left, bottom, right))
    return grid


def _parser(grid: Grid, texts: Sequence[str], found: SheetProblems) -> Any:
    """A parser of worksheets whose rows are the texts of their cells; it adds hidden rows to `grid`.

    openpyxl's read-only sheets have no merged cells, hidden rows and formulas, but its parser reads them (`_reader` of
    openpyxl 3.1). A formula without the value that it had when the file was saved is an error.
    """
    from openpyxl.utils import column_index_from_string
    from openpyxl.worksheet._reader import FORMULA_TAG, WorkSheetParser

    columns: dict[str, int] = {}

    class Parser(WorkSheetParser):  # type: ignore[misc] # openpyxl has no types, so mypy sees a base class of `Any`
        row_counter: int

        def parse_row(self, row: Any) -> tuple[int, list[str]]:
            number = self.row_counter = int(row.get("r") or self.row_counter + 1)
            self.col_counter = 0
            if row.get("hidden") in ("1", "true"):
                grid.hidden.append(number)
            cells: list[str] = []
            for element in row:
                written = _simple_text(element, texts)
                if written is None:
                    column, text = _cell_text(self.parse_cell(element), found)
                else:
                    letters = element.get("r").rstrip("0123456789")
                    column = columns.get(letters) or columns.setdefault(letters, column_index_from_string(letters))
                    self.col_counter, text = column, written
                if text:
                    cells += [""] * (column - len(cells))
                    cells[column - 1] = text
            return number, cells

        def parse_cell(self, element: Any) -> Any:
            cell = super().parse_cell(element)
            if cell["value"] is None and len(element) and element.find(FORMULA_TAG) is not None:
                hint = "open the file in a spreadsheet program and save it, or replace the formula by its value"
                found.add("sheet/formula", "a formula without its value", hint, cell["row"], cell["column"])
            return cell

    return Parser


def _simple_text(cell: Any, texts: Sequence[str]) -> str | None:
    """The text of a cell with nothing but a text, as most are; None for any other cell."""
    part, kind = cell[0] if len(cell) == 1 and cell.get("r") else None, cell.get("t")
    if part is not None and kind == "s":
        return texts[int(part.text)]
    if part is not None and kind == "inlineStr" and len(part) == 1 and part[0].tag.endswith("}t"):
        return plain_cell(part[0].text or "")
    return None


def _cell_text(cell: dict[str, Any], found: SheetProblems) -> tuple[int, str]:
    """The column of a cell and its text; an error that it shows is reported."""
    value, column = cell["value"], cell["column"]
    if value is not None and cell["data_type"] == "e":
        found.add("sheet/error-value", f"the cell shows the error {value}", "fix its formula", cell["row"], column)
        return column, ""
    return column, plain_cell(value)


def plain_cell(value: object) -> str:
    """A value as text: numbers without `.0`, dates in ISO 8601, a date without a time of day alone."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), str(value))


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a workbook: its width in characters and, if it should not be edited, a message that says so."""

    name: str
    width: int = 20
    hands_off: str = ""


@dataclass(frozen=True, slots=True)
class SheetTable:
    """One sheet of a workbook. Numbers stay numbers; everything else is text, even `5.10` and `=1+1`."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[str | float]]


def write_sheets(sheets: Iterable[SheetTable], title: str = "") -> bytes:
    """A workbook of several sheets, the first of them open; the same sheets give the same bytes.

    Args:
        sheets: The sheets.
        title: The title in the properties of the workbook.

    Raises:
        UsageError: if a text is too long for a cell, or openpyxl is not installed.
    """
    need("openpyxl")
    from openpyxl import Workbook

    workbook = Workbook()
    workbook.remove(workbook.active)
    for sheet in sheets:
        _fill(workbook.create_sheet(sheet.title), sheet)
    workbook.properties.title = title or None
    out = io.BytesIO()
    workbook.save(out)
    return _without_dates(out.getvalue())


def _fill(sheet: Any, table: SheetTable) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    columns = table.columns
    wrapped, grey, bold = Alignment(wrap_text=True, vertical="top"), Font(color="FF999999"), Font(bold=True)
    for number, values in enumerate([[column.name for column in columns], *table.rows], 1):
        for position, (column, value) in enumerate(zip(columns, values, strict=True), 1):
            cell = sheet.cell(number, position)
            cell.value = _escape(value) if isinstance(value, str) else value
            if isinstance(value, str):
                cell.data_type, cell.number_format = "s", "@"
            if number == 1 or column.hands_off:
                cell.font = bold if number == 1 else grey
            if not column.hands_off:
                cell.alignment = wrapped
    for position, column in enumerate(columns, 1):
        letter = get_column_letter(position)
        sheet.column_dimensions[letter].width = column.width
        if column.hands_off:  # the program shows it when a cell of the column is selected
            prompt = DataValidation(promptTitle=column.name, prompt=column.hands_off, showInputMessage=True)
            prompt.add(f"{letter}1:{letter}{sheet.max_row}")
            sheet.add_data_validation(prompt)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions


def _escape(value: str) -> str:
    text = _TO_ESCAPE.sub(lambda found: f"_x{ord(found[0]):04X}_", value)
    if len(text) > MAX_TEXT:
        too_long = f"is longer than the {MAX_TEXT} characters of a cell of a workbook"
        raise UsageError(f"`{value[:40]}…` {too_long}; write .csv")
    return text


def _without_dates(data: bytes) -> bytes:
    """The workbook with a fixed date, because openpyxl writes the time of day into three places."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.infolist():
            content = source.read(part)
            if part.filename == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", f"{_DAY_ONE.isoformat()}Z".encode(), content)
            target.writestr(zipfile.ZipInfo(part.filename, _DAY_ONE.timetuple()[:6]), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
