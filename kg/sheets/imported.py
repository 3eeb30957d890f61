"""What an import makes of tables, and which problems and notes it has on their rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePath
from typing import TypeVar

from kg.core.problems import Location, Problem, did_you_mean
from kg.model.annotation import FindingPart, NotePart, OtherStudyPart
from kg.model.coding import CodedWork, RowNote
from kg.model.mapping import Condition, LeftOut, TableOf
from kg.readers.sheets import SheetRow, TableFile, Worksheet

Meaning = TypeVar("Meaning")


@dataclass
class Imported:
    """What was made of tables. If any problem is an error, nothing is `written`."""

    works: list[CodedWork] = field(default_factory=list)
    entries: list[str] = field(default_factory=list)
    findings: list[FindingPart] = field(default_factory=list)
    other_studies: list[OtherStudyPart] = field(default_factory=list)
    included: list[str] = field(default_factory=list)
    """Keys of the studies that the review includes."""
    notes: list[RowNote] = field(default_factory=list)
    in_scope: int = 0
    """The number of rows in scope of the table of works, with those that gave no work."""
    rows_used: set[tuple[str, int]] = field(default_factory=set)
    """The rows of other tables that are findings or list works."""
    curation_notes: tuple[NotePart, ...] = ()
    out_of_scope: int = 0
    left_out: list[SheetRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    written: tuple[Path, ...] = ()

    @property
    def errors(self) -> list[Problem]:
        """The problems that are errors."""
        return [problem for problem in self.problems if problem.severity == "error"]


@dataclass(frozen=True)
class Origin:
    """What written files name as their source: the table of the works, else the first file with all its tables."""

    name: str
    digest: str
    rows: int
    in_scope: int


@dataclass
class TableInUse:
    """A table, the part of the mapping that is about it, and what has been made so far."""

    sheet: Worksheet
    made: Imported
    first: bool = True
    """Whether it is the table of the works, whose name the notes need not repeat."""

    @cached_property
    def name(self) -> str:
        """The name of the file, and of the worksheet if there are several, without folders."""
        return PurePath(self.sheet.name).name

    def note(
        self, row: SheetRow, column: str | None, rule: str, what: str, work: str | None = None, hint: str = ""
    ) -> None:
        """Reports something wrong with a row, which is also noted in the codings."""
        self.made.notes.append(RowNote(row=row.number, note=what, work=work, sheet=None if self.first else self.name))
        hint = hint or "fix it in the sheet, or leave it: it is noted"
        self.made.problems.append(Problem(self.sheet.where(row, column or ""), rule, what, hint, "warning"))

    def refuse(self, row: SheetRow, column: str | None, rule: str, what: str, hint: str) -> None:
        """Reports something about a row that a person has to decide first: nothing is written until then."""
        self.made.problems.append(Problem(self.sheet.where(row, column or ""), rule, what, hint))

    def has(self, columns: Iterable[str | None]) -> bool:
        """Whether the table has the columns; reports those that it has not."""
        wanted = dict.fromkeys(column for column in columns if column)
        missing = [column for column in wanted if column not in self.sheet.columns]
        listed = f"columns: {', '.join(self.sheet.columns)}"
        for column in missing:
            hint = did_you_mean(column, self.sheet.columns, "")
            message = f"there is no column `{column}`"
            where = Location(self.sheet.name, 1, 1)
            self.made.problems.append(Problem(where, "mapping/unknown-column", message, f"{hint} {listed}".strip()))
        return not missing

    def in_scope(self, row: SheetRow, conditions: Sequence[Condition], leave_out: Sequence[LeftOut]) -> bool | None:
        """Whether a row meets the conditions; None if it is one of those that are left out."""
        if any(cell_of(row, out.column) in out.value for out in leave_out):
            return None
        return all(condition.holds(cell_of(row, condition.column)) for condition in conditions)


def cell_of(row: SheetRow, column: str | None) -> str:
    """The cell without blanks around it; empty if there is no column."""
    return row.cells[column].strip() if column else ""


def meaning(values: Mapping[str, Meaning], cell: str) -> Meaning | None:
    """What a mapping says that a cell means; line breaks and several blanks in a cell count as one blank."""
    return values[cell] if cell in values else values.get(" ".join(cell.split()))


@dataclass
class Tables:
    """The files of an import, and the tables in them as a mapping names them."""

    files: Sequence[TableFile]
    made: Imported
    sheet: str = ""
    """The worksheet of tables that name none, by default the first one."""
    header: Sequence[int] = ()
    read: dict[tuple[str, str, tuple[int, ...], tuple[str, ...]], Worksheet | None] = field(default_factory=dict)

    def table(self, part: TableOf, at: Location) -> Worksheet | None:
        """The table that a part of the mapping is about; None, and a problem, if there is none or it cannot be read."""
        found = self._named(part.sheet or self.sheet)
        if found is None:
            known = [name for file in self.files for name in (PurePath(file.name).name, *file.sheets) if name]
            message = f"there is no sheet or file `{part.sheet or self.sheet}`"
            hint = did_you_mean(part.sheet or self.sheet, known, f"there are {', '.join(known)}")
            self.made.problems.append(Problem(at, "sheet/unknown-sheet", message, hint))
            return None
        file, sheet = found
        key = (file.name, sheet, tuple(part.header or self.header), tuple(part.fill_down))
        if key not in self.read:
            self.read[key], problems = file.table(*key[1:])
            self.made.problems += [problem for problem in problems if problem not in self.made.problems]
        return self.read[key]

    def same(self, part: TableOf, sheet: Worksheet) -> bool:
        """Whether a part of the mapping names this worksheet."""
        found = self._named(part.sheet or self.sheet)
        return found is not None and found[0].named(found[1]) == sheet.name

    def _named(self, name: str) -> tuple[TableFile, str] | None:
        if not name:
            return self.files[0], self.files[0].sheets[0]
        for file in self.files:
            if name in file.sheets:
                return file, name
        return next(((file, file.sheets[0]) for file in self.files if PurePath(file.name).name == name), None)
