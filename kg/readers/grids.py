"""The cells of a worksheet as they are in a file, before anybody says which of them are names of columns."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from xml.parsers import expat

from kg.core.problems import Location, Problem, Severity

MAX_UNPACKED = 128 * 1024 * 1024
"""Maximum size of all parts of a workbook together when unpacked, in bytes."""
MAX_CELLS = 5_000_000
"""Maximum number of cells read from a sheet, including the empty ones before the last one of a row."""

Cells = tuple[int, Sequence[str]]
"""A row of a file: its number and its cells."""
Area = tuple[int, int, int, int]
"""Merged cells: first row, first column, last row, last column."""


@dataclass
class SheetProblems:
    """The problems found in one file."""

    file: str
    problems: list[Problem] = field(default_factory=list)

    def add(self, rule: str, what: str, hint: str, line: int = 0, column: int = 0, level: Severity = "error") -> None:
        self.problems.append(Problem(Location(self.file, line, column), rule, what, hint, level))

    def too_many_cells(self, most: int, line: int) -> None:
        """Reports where reading a sheet that is too large ended."""
        message = f"more than {most} cells: from here on the rows were not read"
        self.add("sheet/too-large", message, "delete empty rows and columns, or split the sheet", line)


@dataclass
class Grid:
    """The rows of a worksheet that are not empty, its merged cells, and the numbers of its hidden rows."""

    rows: list[Cells] = field(default_factory=list)
    merged: list[Area] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)

    def fill_merged(self, header: Collection[int]) -> None:
        """Puts the value of merged cells into each of them, in the rows that are not empty.

        A title across a row (merged cells of one row in which no other cell is filled) stays in its first cell, and so
        does a name in a `header` of one row, because each column needs its own name.
        """
        numbers = {number: at for at, (number, _) in enumerate(self.rows)}
        width = max((len(cells) for _, cells in self.rows), default=0)
        left_to_fill = MAX_CELLS
        for top, left, bottom, right in self.merged:
            at = numbers.get(top)
            value = self.rows[at][1][left - 1] if at is not None and left <= len(self.rows[at][1]) else ""
            alone = top == bottom and at is not None and sum(map(bool, self.rows[at][1])) == 1
            if at is None or not value or (len(header) == 1 if top in header else alone):
                continue
            for number, cells in self.rows[at:]:
                if number > bottom or left_to_fill < 0:
                    break
                last = min(right, width)
                left_to_fill -= last - left + 1
                filled = [*cells, *[""] * (last - len(cells))]
                filled[left - 1 : last] = [cell or value for cell in filled[left - 1 : last]]
                self.rows[numbers[number]] = (number, filled)


def refused_archive(data: bytes, parts_of: Iterable[str], save: str) -> tuple[str, str, str] | None:
    """Rule, message and hint for a workbook that cannot or must not be unpacked.

    What it says of itself is not trusted: its size is checked before it is unpacked, and a document type declaration,
    which no workbook has (ECMA-376-2, 8.2.5; OpenDocument 1.3-2, 3.1) and which could expand entities, is refused.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if sum(part.file_size for part in parts) > MAX_UNPACKED:
                return "sheet/too-large", f"over {MAX_UNPACKED // 1024 // 1024} MiB when unpacked", "split the sheet"
            if not set(parts_of) & set(archive.namelist()):
                return "sheet/format", "a zip file that is not a workbook", save
            if any(_has_doctype(archive, part) for part in parts):
                return "sheet/doctype", "its XML declares a document type, which no workbook does", save
    except Exception as error:  # zlib, struct, zipfile and the operating system each have their own
        return "sheet/format", f"not a workbook ({type(error).__name__})", save
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
