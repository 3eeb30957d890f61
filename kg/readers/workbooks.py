"""Excel workbooks (.xlsx): the rows of one sheet as text, and a table as a workbook whose bytes are the same each time.

A workbook is a zip file of XML files, so what one says of itself is not believed: it is measured before it is unpacked,
and a document type declaration, which no workbook has (ECMA-376-2, 8.2.5) and which entities could grow in, is refused.
"""

from __future__ import annotations

import datetime
import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from xml.parsers import expat

from kg.core.extras import need
from kg.core.problems import Location, Problem, UsageError, did_you_mean

MAX_UNPACKED = 128 * 1024 * 1024
"""Bytes that the parts of a workbook may have together when unpacked."""
MAX_CELLS = 5_000_000
"""Cells of a sheet that are looked at, the empty ones before the last of a row included."""
MAX_TEXT = 32_767
"""Characters of a cell that a spreadsheet program keeps (Excel specifications and limits)."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_DAY_ONE = datetime.datetime(2000, 1, 1)
_ESCAPED = re.compile(r"_x(00[01][0-9A-F]|005F|FFF[EF])_", re.I)
_TO_ESCAPE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
"""What XML cannot hold or would change, and what could be taken for such an escape (ECMA-376-1, 22.4.2.4)."""


@dataclass(frozen=True, slots=True)
class Column:
    """How a column of a workbook looks: its width in characters, and for what no person should edit, why not."""

    name: str
    width: int = 20
    hands_off: str = ""


def read_workbook(name: str, data: bytes, sheet: str, problems: list[Problem]) -> list[tuple[int, list[str]]] | None:
    """The rows of a sheet with their numbers, the first sheet where none is named; None when it cannot be read.

    Raises:
        UsageError: if openpyxl is not installed.
    """
    refusal = _refusal(data)
    if refusal:
        problems.append(Problem(Location(name), *refusal))
        return None
    need("openpyxl")
    try:
        return list(_rows(name, data, sheet, problems))
    except UsageError as error:
        problems.append(Problem(Location(name), "sheet/unknown-sheet", str(error), "name one that it has"))
    except Exception as error:
        # openpyxl takes the XML for what it says it is: whatever is wrong with it, each raises something else.
        problems.append(
            Problem(
                Location(name),
                "sheet/damaged",
                f"the workbook is damaged ({type(error).__name__})",
                "open it in a spreadsheet program and save it as .xlsx, or as .csv",
            )
        )
    return None


def _refusal(data: bytes) -> tuple[str, str, str] | None:
    """Rule, message and hint when the file must not or cannot be opened."""
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
                return "sheet/format", "a zip file, but no workbook", save
            if any(_has_doctype(archive, part) for part in parts):
                return "sheet/doctype", "its XML declares a document type, which no workbook does", save
    except Exception as error:  # zlib, struct, zipfile and the operating system each have their own
        return "sheet/format", f"not an .xlsx workbook ({type(error).__name__})", save
    return None


def _has_doctype(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Whether the part is XML with a document type declaration, looked for with the parser that will read it."""
    found: list[str] = []
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = lambda *_: found.append("doctype")
    parser.StartElementHandler = lambda *_: found.append("element")
    with archive.open(part) as file:
        try:
            while not found and (chunk := file.read(65536)):
                parser.Parse(chunk, False)
        except expat.ExpatError:  # no XML, or damaged: reading it will tell
            pass
    return "doctype" in found


def _rows(name: str, data: bytes, sheet: str, problems: list[Problem]) -> Iterator[tuple[int, list[str]]]:
    import openpyxl  # slow to import

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of features that openpyxl does not know; cells that it cannot read are errors
        # A formula and the value it had when the file was saved cannot be had in one reading.
        both = [openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=values) for values in (True, False)]
        shown, written = (_chosen(workbook, sheet) for workbook in both)
        looked_at = 0
        for number, (cells, formulas) in enumerate(zip(shown.iter_rows(), written.iter_rows(), strict=True), 1):
            looked_at += max(len(cells), 1)
            if looked_at > MAX_CELLS:
                problems.append(
                    Problem(
                        Location(name, number),
                        "sheet/too-large",
                        f"more than {MAX_CELLS} cells: from here on the rows were not read",
                        "delete empty rows and columns, or split the sheet",
                    )
                )
                return
            texts = [
                _text(Location(name, number, column), cell, formula, problems)
                for column, (cell, formula) in enumerate(zip(cells, formulas, strict=True), 1)
            ]
            if any(texts):
                yield number, texts


def _chosen(workbook: Any, sheet: str) -> Any:
    by_name = {found.title: found for found in workbook.worksheets}
    if sheet and sheet not in by_name:
        raise UsageError(f"no sheet `{sheet}`; {did_you_mean(sheet, by_name, 'there are ' + ', '.join(by_name))}")
    chosen = by_name[sheet] if sheet else workbook.worksheets[0]
    chosen.reset_dimensions()  # what the file says of its size need not be so
    return chosen


def _text(where: Location, cell: Any, formula: Any, problems: list[Problem]) -> str:
    value = cell.value
    if formula.data_type == "f" and value is None:
        problems.append(
            Problem(
                where,
                "sheet/formula",
                "a formula without its value",
                "open the file in a spreadsheet program and save it, or put the value in the place of the formula",
            )
        )
        return ""
    if value is not None and cell.data_type == "e":
        problems.append(Problem(where, "sheet/error-value", f"the cell shows the error {value}", "mend its formula"))
        return ""
    return _plain(value)


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
class SheetTable:
    """One sheet of a workbook. Numbers stay numbers, also where the sheet is for people to edit; all else is text."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[str | int]]


def write_xlsx(title: str, columns: Sequence[Column], rows: Iterable[Sequence[str]]) -> bytes:
    """A workbook of one sheet. All cells are text, also `5.10` and what looks like a formula.

    Raises:
        UsageError: if a text is longer than a cell can hold, or openpyxl is not installed.
    """
    return write_sheets([SheetTable(title, columns, rows)])


def write_sheets(sheets: Iterable[SheetTable]) -> bytes:
    """A workbook of several sheets, the first of them open; the same sheets give the same bytes.

    Raises:
        UsageError: if a text is longer than a cell can hold, or openpyxl is not installed.
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
            if isinstance(value, int):
                cell.value = value
            else:
                cell.value = _escape(value)
                cell.data_type, cell.number_format = "s", "@"
            if number == 1:
                cell.font = bold
            elif column.hands_off:
                cell.font = grey
            if not column.hands_off:
                cell.alignment = wrapped
    for position, column in enumerate(columns, 1):
        letter = get_column_letter(position)
        sheet.column_dimensions[letter].width = column.width
        if column.hands_off:  # shown by the program when a cell of the column is chosen
            told = DataValidation(promptTitle=column.name, prompt=column.hands_off, showInputMessage=True)
            told.add(f"{letter}1:{letter}{sheet.max_row}")
            sheet.add_data_validation(told)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions


def _escape(value: str) -> str:
    text = _TO_ESCAPE.sub(lambda found: f"_x{ord(found[0]):04X}_", value)
    if len(text) > MAX_TEXT:
        raise UsageError(
            f"`{value[:40]}…` is longer than the {MAX_TEXT} characters that a cell of a workbook holds; write .csv"
        )
    return text


def _without_dates(data: bytes) -> bytes:
    """The workbook with one date throughout, because openpyxl writes the time of day into three places."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.infolist():
            content = source.read(part)
            if part.filename == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", f"{_DAY_ONE.isoformat()}Z".encode(), content)
            target.writestr(zipfile.ZipInfo(part.filename, _DAY_ONE.timetuple()[:6]), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
