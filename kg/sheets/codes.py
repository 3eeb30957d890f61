"""The codes of works: in their own rows, or in tables with a row for each code and a list of studies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from kg.core.problems import Location, Problem
from kg.model.coding import CodedWork
from kg.model.mapping import ColumnCodes, Mapping
from kg.readers.sheets import SheetRow
from kg.sheets.imported import TableInUse, cell_of, meaning
from kg.sheets.works import WorkInTables, WorkList


@dataclass
class CodeSorter:
    """Collects the codes of each work, from all tables."""

    mapping: Mapping
    works: WorkList
    found: dict[str, dict[str, None]] = field(default_factory=dict)
    """By the key of the work, the ids of its codes in order."""
    rows: dict[str, tuple[int, str | None]] = field(default_factory=dict)
    """The first row that is about a work, and its sheet if that is not the first one."""

    def add_rows_of_works(self, table: TableInUse, parts: list[ColumnCodes]) -> None:
        """Adds what stands in the rows of the works themselves; every work has the codes of `every`."""
        for work in self.works.works:
            codes = self.codes_of(work, table, work.rows[0].number)
            codes |= dict.fromkeys(code.id for code in self.mapping.every)
            for row in work.rows:
                for part in parts:
                    codes |= dict.fromkeys(code for code in self.codes(table, row, part, work.key))

    def add_lists(self, table: TableInUse, part: ColumnCodes, where: Location) -> None:
        """Adds a table with a row for each code, whose works are listed in one of its columns."""
        if part.studies is None:
            message = f"the table {table.name} is not that of the works: which column names the works?"
            hint = "add `studies: COLUMN`, or `studies: {column: …, separator: …}`"
            table.made.problems.append(Problem(where, "mapping/missing-field", message, hint))
            return
        if not table.has([part.column, part.studies.column, *scope_columns(part)]):
            return
        for row in table.sheet.rows:
            if table.in_scope(row, part.conditions, part.leave_out):
                table.made.rows_used.add((table.name, row.number))
                codes = list(self.codes(table, row, part, None))
                for _, work in self.works.named(table, row, part.studies, "row") if codes else ():
                    self.codes_of(work, table, row.number).update(dict.fromkeys(codes))

    def codes_of(self, work: WorkInTables, table: TableInUse, row: int) -> dict[str, None]:
        """The codes of a work so far."""
        self.rows.setdefault(work.key, (row, None if table.first else table.name))
        return self.found.setdefault(work.key, {})

    def codes(self, table: TableInUse, row: SheetRow, part: ColumnCodes, key: str | None) -> Iterator[str]:
        """The codes in a cell; what the mapping lacks is reported and noted."""
        cell = cell_of(row, part.column)
        cells = [cell]
        if part.separator and meaning(part.values, cell) is None:
            cells = [piece.strip() for piece in cell.split(part.separator) if piece.strip()] or [cell]
        for piece in cells:
            if code := meaning(part.values, piece):
                yield code.id
            elif piece not in part.no_code:
                what = f"`{piece}` in the column {part.column} is not a code of the mapping and was left out"
                what = what if piece else f"the column {part.column} is empty"
                table.note(row, part.column, "sheet/unknown-code", what, key)

    def coded(self) -> list[CodedWork]:
        """The works with their codes."""
        found = ((key, *self.rows[key], tuple(codes)) for key, codes in self.found.items())
        return [CodedWork(work=key, row=row, sheet=sheet, codes=codes) for key, row, sheet, codes in found]


def scope_columns(part: object) -> list[str]:
    """The columns that the conditions of a table name."""
    named = (*getattr(part, "conditions", ()), *getattr(part, "leave_out", ()))
    return [condition.column for condition in named]
