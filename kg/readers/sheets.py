"""Tables of a spreadsheet program, .csv and .xlsx: read with a place for every row, and written the same each time.

A cell is the text that stands in it. Numbers lose the `.0` that a spreadsheet gives them, dates are ISO 8601, and
whatever cannot be read is a Problem on its row. Reading CSV is here; `kg.readers.workbooks` reads and writes .xlsx.
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
from kg.readers.workbooks import read_workbook

MAX_CELL = 4 * 1024 * 1024
"""Characters that a cell of a .csv may hold: those of the largest annotation file."""

SEPARATORS = ",;\t"
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"''*[=+\-@\t\r]")

Cells = tuple[int, Sequence[str]]
"""A row as it stands in the file: its number and its cells."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row below the header.

    `number` is what a spreadsheet shows for an .xlsx, where the header is mostly 1, and the line that the row starts
    on for a .csv. `cells` has every column of the sheet, "" where the cell is empty.
    """

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Sheet:
    """A table: `digest` is the SHA-256 of the bytes of its file in hex, `positions` where its columns stand, from 1."""

    name: str
    digest: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    positions: tuple[int, ...] = ()

    def where(self, row: Row, column: str = "") -> Location:
        """The place of a cell, or of its row: the column counts cells, not characters, in .csv and .xlsx alike."""
        return Location(self.name, row.number, self.positions[self.columns.index(column)] if column else 1)


def read_sheet(path: Path, name: str = "", sheet: str = "") -> tuple[Sheet | None, list[Problem]]:
    """Reads a .csv, .tsv or .xlsx file; Problems call it `name`, and `sheet` names the sheet if it is not the first.

    A file that cannot be read at all gives no sheet. The first row that is not empty is the header.
    """
    name = name or path.name
    try:
        if path.stat().st_size > MAX_BYTES:
            return None, [
                Problem(
                    Location(name), "file/too-large", f"larger than {MAX_BYTES // 1024 // 1024} MiB", "split the file"
                )
            ]
        data = path.read_bytes()
    except OSError as error:
        return None, [
            Problem(
                Location(name),
                "file/unreadable",
                f"cannot be read: {error.strerror}",
                "check its name and its permissions",
            )
        ]
    problems: list[Problem] = []
    digest = hashlib.sha256(data).hexdigest()
    if path.suffix.lower() in (".csv", ".tsv", ".txt"):
        return _table(name, digest, list(_csv_rows(name, data, problems)), problems), problems
    rows = read_workbook(name, data, sheet, problems)
    return None if rows is None else _table(name, digest, rows, problems, padded=False), problems


def _csv_rows(name: str, data: bytes, problems: list[Problem]) -> Iterator[Cells]:
    text, assumed = decode(name, data)
    problems += [assumed] if assumed else []
    if "\0" in text:
        before = text[: text.index("\0")]
        problems.append(
            Problem(
                Location(name, before.count("\n") + 1),
                "sheet/character",
                "zero bytes: they were left out",
                "see whether it is the right file",
                "warning",
            )
        )
        text = text.replace("\0", "")
    text = text.replace("\r\n", "\n")
    separator = _separator(text)
    # Strict, because a quotation mark that is never closed would take all rows below into its cell without a word.
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
                problems.append(
                    Problem(
                        Location(name, number),
                        "sheet/row",
                        f"this row cannot be read: {error}",
                        'a cell that begins with " must end with ", and each " within it is written twice',
                    )
                )
    finally:
        csv.field_size_limit(limit)


def _separator(text: str) -> str:
    """What separates the cells of the first line with text: whichever stands there most often outside quotes."""
    header = next((line for line in re.split("[\r\n]", text) if line.strip()), "")
    bare = re.sub(r'"[^"]*"?', "", header)
    return max(SEPARATORS, key=bare.count)


def _table(name: str, digest: str, rows: Iterable[Cells], problems: list[Problem], padded: bool = True) -> Sheet | None:
    """The rows below their header; in a `padded` table a row that ends early is one that something happened to."""
    filled = [(number, cells) for number, cells in rows if any(cells)]
    if not filled:
        problems.append(Problem(Location(name), "sheet/empty", "no row in it", "see whether it is the right file"))
        return None
    (top, header), *below = filled
    columns = _columns(name, top, header, problems)
    width = max((position for position, cell in enumerate(header, 1) if cell.strip()), default=0)
    found = []
    for number, cells in below:
        if padded and len(cells) < width:
            problems.append(
                Problem(
                    Location(name, number, len(cells)),
                    "sheet/too-few-cells",
                    f"this row has {len(cells)} cells, the header has {width}",
                    "the cells missing at its end were taken for empty",
                    "warning",
                )
            )
        outside = [position for position, cell in enumerate(cells, 1) if cell and position not in columns]
        if outside:
            problems.append(
                Problem(
                    Location(name, number, outside[0]),
                    "sheet/cell-without-column",
                    f"`{cells[outside[0] - 1][:40]}` stands below no column name and was left out",
                    f"quote cells that hold the separator, or name the column; the header has {width} columns",
                    "warning",
                )
            )
        found.append(
            Row(
                number,
                {column: cells[position - 1] if position <= len(cells) else "" for position, column in columns.items()},
            )
        )
    return Sheet(name, digest, tuple(columns.values()), tuple(found), tuple(columns))


def _columns(name: str, number: int, header: Sequence[str], problems: list[Problem]) -> dict[int, str]:
    """The columns by position; of two with one name the first stays, and one without a name is none."""
    columns: dict[int, str] = {}
    for position, cell in enumerate(header, 1):
        column = " ".join(cell.split())
        if column in columns.values():
            problems.append(
                Problem(
                    Location(name, number, position),
                    "sheet/duplicate-column",
                    f"the column name `{column}` stands twice",
                    "give each column its own name",
                )
            )
        elif column:
            columns[position] = column
    last = max(columns, default=0)
    problems += [
        Problem(
            Location(name, number, position),
            "sheet/column-without-name",
            "this column has no name",
            "give it one, or delete the column",
            "warning",
        )
        for position, cell in enumerate(header, 1)
        if not cell.strip() and position < last
    ]
    return columns


def guard(value: str) -> str:
    """A value that no spreadsheet takes for a formula: an apostrophe goes before what would start one.

    A value that has such an apostrophe already gets one more, so that `unguard` gives back what went in.
    """
    return f"'{value}" if _FORMULA.match(value) else value


def unguard(value: str) -> str:
    """What `guard` was given."""
    return value[1:] if _GUARDED.match(value) else value


def write_csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table as CSV without formulas: what it gives is read back with `unguard`."""
    out = io.StringIO(newline="")
    # Everything quoted: up to Python 3.12 the writer leaves a lone carriage return bare, which no reader accepts.
    writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([guard(value) for value in row])
    return out.getvalue()
