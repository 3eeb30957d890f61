"""Excel workbooks (.xlsx): the rows of one sheet as text, and tables as a workbook with the same bytes each time.

A workbook is a zip file of XML files. What it says of itself is not trusted: its size is checked before it is unpacked,
and a document type declaration, which no workbook has (ECMA-376-2, 8.2.5) and which could expand entities, is refused.
"""

from __future__ import annotations

import datetime
import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from kg.core.extras import need
from kg.core.problems import Location, Problem, Severity, UsageError, did_you_mean

MAX_UNPACKED = 128 * 1024 * 1024
"""Maximum size of all parts of a workbook together when unpacked, in bytes."""
MAX_CELLS = 5_000_000
"""Maximum number of cells read from a sheet, including the empty ones before the last one of a row."""
MAX_TEXT = 32_767
"""Maximum length of a cell in characters (Excel specifications and limits)."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_DAY_ONE = datetime.datetime(2000, 1, 1)
_ESCAPED = re.compile(r"_x(00[01][0-9A-F]|005F|FFF[EF])_", re.I)
_TO_ESCAPE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
"""What XML cannot contain or would change, and what looks like such an escape (ECMA-376-1, 22.4.2.4)."""

Cells = tuple[int, Sequence[str]]
"""A row of a file: its number and its cells."""


@dataclass
class SheetProblems:
    """The problems found in one file."""

    file: str
    problems: list[Problem] = field(default_factory=list)

    def add(self, rule: str, what: str, hint: str, line: int = 0, column: int = 0, level: Severity = "error") -> None:
        self.problems.append(Problem(Location(self.file, line, column), rule, what, hint, level))


def read_workbook(data: bytes, sheet: str, found: SheetProblems) -> list[Cells] | None:
    """The rows of a sheet, the first one if `sheet` is empty; None when the workbook cannot be read.

    Raises:
        UsageError: if openpyxl is not installed.
    """
    refusal = _refusal(data)
    if refusal:
        found.add(*refusal)
        return None
    need("openpyxl")
    try:
        return list(_rows(data, sheet, found))
    except UsageError as error:
        found.add("sheet/unknown-sheet", str(error), "name one of its sheets")
    except Exception as error:
        # openpyxl trusts the XML: each kind of damage raises another exception.
        hint = "open it in a spreadsheet program and save it as .xlsx, or as .csv"
        found.add("sheet/damaged", f"the workbook is damaged ({type(error).__name__})", hint)
    return None


def _refusal(data: bytes) -> tuple[str, str, str] | None:
    """Rule, message and hint for a file that cannot or must not be opened."""
    save = "save it as .xlsx, or as .csv"
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            return "sheet/encrypted", "the workbook is protected by a password", "save it without one"
        return "sheet/format", "an old Excel workbook (.xls)", save
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if sum(part.file_size for part in parts) > MAX_UNPACKED:
                return "sheet/too-large", f"over {MAX_UNPACKED // 1024 // 1024} MiB when unpacked", "split the sheet"
            if "mimetype" in archive.namelist():
                return "sheet/format", "an OpenDocument file (.ods) or the like", save
            if "[Content_Types].xml" not in archive.namelist():
                return "sheet/format", "a zip file that is not a workbook", save
            if any(_has_doctype(archive, part) for part in parts):
                return "sheet/doctype", "its XML declares a document type, which no workbook does", save
    except Exception as error:  # zlib, struct, zipfile and the operating system each have their own
        return "sheet/format", f"not an .xlsx workbook ({type(error).__name__})", save
    return None


def _has_doctype(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Whether the part is XML with a document type declaration, according to the parser that will read it."""
    found: list[str] = []
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = lambda *_: found.append("doctype")
    parser.StartElementHandler = lambda *_: found.append("element")
    with archive.open(part) as file:
        try:
            while not found and (chunk := file.read(65536)):
                parser.Parse(chunk, False)
        except expat.ExpatError:  # not XML, or damaged: reading it reports that
            pass
    return "doctype" in found


def _rows(data: bytes, sheet: str, found: SheetProblems) -> Iterator[Cells]:
    import openpyxl  # slow to import

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about features that openpyxl does not know; unreadable cells are errors
        # One reading gives either a formula or the value it had when the file was saved.
        both = [openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=values) for values in (True, False)]
        shown, written = (_chosen(workbook, sheet) for workbook in both)
        count = 0
        for number, row in enumerate(zip(shown.iter_rows(), written.iter_rows(), strict=True), 1):
            count += max(len(row[0]), 1)
            if count > MAX_CELLS:
                message = f"more than {MAX_CELLS} cells: from here on the rows were not read"
                found.add("sheet/too-large", message, "delete empty rows and columns, or split the sheet", number)
                return
            pairs = enumerate(zip(*row, strict=True), 1)
            texts = [_text(number, column, cell, formula, found) for column, (cell, formula) in pairs]
            if any(texts):
                yield number, texts


def _chosen(workbook: Any, sheet: str) -> Any:
    by_name = {found.title: found for found in workbook.worksheets}
    if sheet and sheet not in by_name:
        raise UsageError(f"no sheet `{sheet}`; {did_you_mean(sheet, by_name, 'there are ' + ', '.join(by_name))}")
    chosen = by_name[sheet] if sheet else workbook.worksheets[0]
    chosen.reset_dimensions()  # the size that the file states may be wrong
    return chosen


def _text(line: int, column: int, cell: Any, formula: Any, found: SheetProblems) -> str:
    value = cell.value
    if formula.data_type == "f" and value is None:
        hint = "open the file in a spreadsheet program and save it, or replace the formula by its value"
        found.add("sheet/formula", "a formula without its value", hint, line, column)
    elif value is not None and cell.data_type == "e":
        found.add("sheet/error-value", f"the cell shows the error {value}", "fix its formula", line, column)
    else:
        return _plain(value)
    return ""


def _plain(value: object) -> str:
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
    rows: Iterable[Sequence[str | int]]


def write_sheets(sheets: Iterable[SheetTable]) -> bytes:
    """A workbook of several sheets, the first of them open; the same sheets give the same bytes.

    Raises:
        UsageError: if a text is too long for a cell, or openpyxl is not installed.
    """
    need("openpyxl")
    from openpyxl import Workbook

    workbook = Workbook()
    workbook.remove(workbook.active)
    for sheet in sheets:
        _fill(workbook.create_sheet(sheet.title), sheet)
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
            cell.value = value if isinstance(value, int) else _escape(value)
            if not isinstance(value, int):
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
