"""Annotations as one long table: a row for each value that a person wrote, with its place in the file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass

from kg.readers.annotations import ITEMS, AnnotationSource
from kg.readers.sheets import write_csv
from kg.readers.workbooks import Column, SheetTable, write_sheets
from kg.readers.yaml.marks import Data, Path

HANDS_OFF = "Do not edit: `kg import` finds the place of the value by this column."
COLUMNS = (
    Column("file", 28), Column("publication", 16), Column("part", 16), Column("id", 18), Column("field", 16),
    Column("value", 80), Column("path", 6, HANDS_OFF), Column("check", 6, HANDS_OFF),
)  # fmt: skip
NAMES = tuple(column.name for column in COLUMNS)
SEPARATOR = "; "
"""Between the items of a list of texts in one cell."""
_NAMING = ("id", "work", "code", "theme")
"""The keys that identify an item of a list: the first one that it has."""


@dataclass(frozen=True, slots=True)
class TableValue:
    """A value of an annotation: a text, or a list of texts."""

    path: Path
    value: str
    part: str
    id: str
    is_list: bool = False

    @property
    def field(self) -> str:
        """The key of the value."""
        return next((step for step in reversed(self.path) if isinstance(step, str)), "")

    @property
    def address(self) -> str:
        """The path as the column `path` has it."""
        return "/".join(map(str, self.path))


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of the table, in the order of its columns."""

    file: str
    publication: str
    part: str
    id: str
    field: str
    value: str
    path: str
    check: str


def check_of(value: str) -> str:
    """The start of the SHA-256 of a value, which shows whether the cell or the file was edited since the export."""
    # A spreadsheet program would take digits with an e among them for a number; the letter before them prevents that.
    return f"x{hashlib.sha256(value.encode('utf-8')).hexdigest()[:12]}"


def values_of(source: AnnotationSource) -> Iterator[TableValue]:
    """Every value of the annotation as it was written, in the order of the file, also those that are not valid."""
    yield from _values(source.written.data, (), "annotation", "")


def _values(data: Data, path: Path, part: str, owner: str) -> Iterator[TableValue]:
    if isinstance(data, dict):
        owner = next((name for key in _NAMING if isinstance(name := data.get(key), str)), owner)
        for key, value in data.items():
            inner = part if isinstance(value, str) or _texts(value) is not None else ITEMS.get(key, key)
            yield from _values(value, (*path, key), inner, owner)
    elif isinstance(data, list):
        texts = _texts(data)
        if texts is not None and split(SEPARATOR.join(texts)) == texts:
            yield TableValue(path, SEPARATOR.join(texts), part, owner, is_list=True)
        else:
            for index, value in enumerate(data):
                yield from _values(value, (*path, index), part, owner)
    elif data is not None:
        yield TableValue(path, data, part, owner)


def _texts(data: Data) -> list[str] | None:
    """The items of a list that contains only texts."""
    texts = [item for item in data if isinstance(item, str)] if isinstance(data, list) else []
    return texts if isinstance(data, list) and len(texts) == len(data) else None


def split(cell: str) -> list[str]:
    """The items of a list in one cell."""
    return [item.strip() for item in cell.split(SEPARATOR.strip()) if item.strip()]


def table_row(source: AnnotationSource, value: TableValue) -> TableRow:
    """The row of a value."""
    of = (source.file.name, source.key, value.part, value.id, value.field)
    return TableRow(*of, value.value, value.address, check_of(value.value))


def table_rows(source: AnnotationSource) -> list[TableRow]:
    """All rows of one annotation, in the order of the file."""
    return [table_row(source, value) for value in values_of(source)]


def as_csv(rows: Iterable[TableRow]) -> str:
    """The table as CSV."""
    return write_csv(NAMES, map(astuple, rows))


def as_xlsx(rows: Iterable[TableRow], title: str = "") -> bytes:
    """The table as a workbook; `title` is that of the review.

    Raises:
        UsageError: if a text is too long for a cell, or openpyxl is not installed.
    """
    return write_sheets([SheetTable("annotations", COLUMNS, list(map(astuple, rows)))], title)
