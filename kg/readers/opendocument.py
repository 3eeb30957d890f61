"""OpenDocument spreadsheets (.ods): the cells of their sheets as text, with merged cells and hidden rows.

The libraries for them give neither (python-calamine, pandas) or take minutes for a large sheet (odfpy); the part of the
format that is needed is small (OpenDocument 1.3-3, chapters 9 and 19).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

from kg.readers.grids import MAX_CELLS, Grid, SheetProblems, refused_archive
from kg.readers.workbooks import MAX_ROW, SAVE, ReadSheet, damaged, plain_cell

MIMETYPE = b"application/vnd.oasis.opendocument.spreadsheet"
_NS = "{urn:oasis:names:tc:opendocument:xmlns:"
_TABLE, _OFFICE, _TEXT = f"{_NS}table:1.0}}", f"{_NS}office:1.0}}", f"{_NS}text:1.0}}"
_ERROR = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"
_CELLS = frozenset({f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"})
_BREAKS = {f"{_TEXT}tab": "\t", f"{_TEXT}line-break": "\n"}
MAX_COLUMN = 16_384


def is_opendocument(data: bytes) -> bool:
    """Whether the file is an OpenDocument spreadsheet, by its first entry (OpenDocument 1.3-2, 3.3)."""
    return MIMETYPE in data[:200]


def open_opendocument(data: bytes, found: SheetProblems) -> tuple[tuple[str, ...], ReadSheet] | None:
    """The names of the sheets and a function that reads one; None when the file cannot be read."""
    if refusal := refused_archive(data, ["content.xml"], SAVE):
        found.add(*refusal)
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            manifest = archive.read("META-INF/manifest.xml") if "META-INF/manifest.xml" in archive.namelist() else b""
            if b"encryption-data" in manifest:
                found.add("sheet/encrypted", "the spreadsheet is protected by a password", "save it without one")
                return None
            with archive.open("content.xml") as content:
                read = dict(_tables(content, found.file))
    except Exception as error:  # of the zip file, or the XML
        damaged(found, error)
        return None

    def chosen(name: str, problems: SheetProblems) -> Grid:
        grid, own = read[name]
        for problem in own.problems:
            problems.add(
                problem.rule,
                problem.message,
                problem.hint,
                problem.where.line,
                problem.where.column,
                problem.severity,
            )
        return grid

    return tuple(read), chosen


def _tables(content: Any, file: str) -> Iterator[tuple[str, tuple[Grid, SheetProblems]]]:
    """Every sheet, read as a stream: the rows of a sheet are never in memory all at once as XML."""
    reader: _Reader | None = None
    depth = 0
    for event, element in ElementTree.iterparse(content, events=("start", "end")):  # noqa: S314  # it has no entities
        tag = element.tag
        if tag == f"{_TABLE}table":
            depth += 1 if event == "start" else -1
            if event == "start" and depth == 1:
                reader = _Reader(SheetProblems(file))
            elif event == "end" and depth == 0 and reader:
                yield element.get(f"{_TABLE}name", ""), (reader.grid, reader.found)
                reader = None
                element.clear()
        elif event == "end" and tag == f"{_TABLE}table-row" and reader and depth == 1:
            reader.row(element)
            element.clear()


class _Reader:
    def __init__(self, found: SheetProblems) -> None:
        self.found, self.grid = found, Grid()
        self.number, self.count = 1, 0
        self.full = False

    def row(self, row: ElementTree.Element) -> None:
        number, repeated = self.number, _repeated(row, "rows", MAX_ROW)
        self.number += repeated
        cells = self.cells(row, number)
        if self.full or not any(cells):
            return
        for n in range(number, number + repeated):
            self.count += len(cells)
            if self.count > MAX_CELLS:
                self.full = True
                self.found.too_many_cells(MAX_CELLS, n)
                return
            self.grid.rows.append((n, cells))
        if row.get(f"{_TABLE}visibility") in ("filter", "collapse"):
            self.grid.hidden += range(number, number + repeated)

    def cells(self, row: ElementTree.Element, number: int) -> list[str]:
        cells: list[str] = []
        empty = 0
        for cell in row:
            if cell.tag not in _CELLS:
                continue
            repeated = _repeated(cell, "columns", MAX_COLUMN)
            covered = cell.tag == f"{_TABLE}covered-table-cell"
            text = "" if covered else self.text(cell, number, len(cells) + empty + 1)
            if not text:
                empty += repeated
                continue
            cells += [""] * empty + [text] * repeated
            empty = 0
            wide, high = (_repeated(cell, what, MAX_ROW, "spanned") for what in ("columns", "rows"))
            if wide > 1 or high > 1:
                self.grid.merged.append((number, len(cells), number + high - 1, len(cells) + wide - 1))
        return cells

    def text(self, cell: ElementTree.Element, number: int, column: int) -> str:
        kind = cell.get(f"{_OFFICE}value-type", "")
        if cell.get(_ERROR) == "error":
            shown = "".join(cell.itertext())
            self.found.add("sheet/error-value", f"the cell shows the error {shown}", "fix its formula", number, column)
            return ""
        if kind in ("float", "percentage", "currency") and (value := cell.get(f"{_OFFICE}value")):
            return plain_cell(float(value))
        if kind == "date" and (value := cell.get(f"{_OFFICE}date-value")):
            return value.removesuffix("T00:00:00")
        if kind == "boolean":
            return cell.get(f"{_OFFICE}boolean-value", "").upper()
        return "\n".join("".join(_parts(part)) for part in cell if part.tag == f"{_TEXT}p")


def _repeated(element: ElementTree.Element, what: str, most: int, how: str = "repeated") -> int:
    value = element.get(f"{_TABLE}number-{what}-{how}", "1")
    return min(max(int(value), 1), most)


def _parts(element: ElementTree.Element) -> Iterator[str]:
    """The text of a paragraph: spaces and breaks are elements, and comments are not part of it."""
    yield element.text or ""
    for part in element:
        if part.tag == f"{_TEXT}s":
            yield " " * _spaces(part)
        elif part.tag in _BREAKS:
            yield _BREAKS[part.tag]
        elif not part.tag.startswith(_OFFICE):
            yield from _parts(part)
        yield part.tail or ""


def _spaces(element: ElementTree.Element) -> int:
    return min(int(element.get(f"{_TEXT}c", "1")), 1000)
