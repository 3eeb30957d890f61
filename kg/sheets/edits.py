"""An exported table brought back: the values that a person edited in it are changed in the annotation files.

Nothing is written here. Every row is compared with the file as it is now. A cell with the value of the file is not an
edit, and an edit of a value that has changed since the export is a conflict. A cell that a spreadsheet program has only
rewritten (5.10 as 5.1, a date in the local form) is reported and not treated as an edit.
"""

from __future__ import annotations

import datetime
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from pathlib import Path

from kg.building.checking import check_named
from kg.building.reading import Sources, read_annotations, read_bibliographies, read_vocabularies
from kg.core.files import SourceFile
from kg.core.output import diff
from kg.core.problems import Location, Problem, Severity, did_you_mean
from kg.readers.annotations import AnnotationSource, read_annotation
from kg.readers.sheets import SheetRow, Worksheet, unguard
from kg.readers.yaml.edit import Change, edit
from kg.readers.yaml.marks import Path as YamlPath
from kg.sheets.annotations import NAMES, TableValue, check_of, split, table_row, values_of


@dataclass(frozen=True)
class FileChange:
    """The change of one annotation file; `before` and `after` are its text with its own line ends."""

    path: Path
    name: str
    before: str
    after: str
    cells: int

    def diff(self) -> str:
        """A unified diff, as `git diff` and `patch` write it."""
        return diff(self.before, self.after, self.name)


@dataclass
class TableImport:
    """The result of an import; if any problem is an error, there are no changes."""

    changes: list[FileChange] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    missing: dict[str, int] = field(default_factory=dict)
    """The number of values of each file that have no row in the sheet."""
    unit: str = "value"
    """What a row stands for, and `cells` and `missing` count."""

    @property
    def errors(self) -> bool:
        """Whether any problem is an error."""
        return any(problem.severity == "error" for problem in self.problems)


@dataclass(frozen=True)
class _Edit:
    row: SheetRow
    value: TableValue
    change: Change


def is_annotation_table(sheet: Worksheet) -> bool:
    """Whether the sheet has the columns that `kg export` writes."""
    return set(NAMES) <= set(sheet.columns)


def import_table(root: Path, sheet: Worksheet) -> TableImport:
    """The changes that the edits in the sheet make in the annotations of the review."""
    reading = Sources(root)
    read_vocabularies(reading)
    read_bibliographies(reading)
    read_annotations(reading)
    sources = {source.file.name: source for source in reading.annotations}
    result = TableImport()
    rows: dict[str, list[SheetRow]] = defaultdict(list)
    for row in sheet.rows:
        name = row.cells["file"]
        if name in sources:
            rows[name].append(row)
        else:
            hint = did_you_mean(name, sources, "rows are not added here: start an annotation with `kg new KEY`")
            message = f"`{name}` is not an annotation of this review"
            result.problems.append(Problem(sheet.where(row, "file"), "table/unknown-file", message, hint))
    edits = {name: _FileRows(sheet, sources[name], result).edits(several) for name, several in rows.items()}
    if not result.errors:
        _make(reading, sheet, {name: several for name, several in edits.items() if several}, result)
    if result.errors:
        result.changes = []
    return result


class _FileRows:
    """The rows of one annotation, compared with the file as it is now."""

    def __init__(self, sheet: Worksheet, source: AnnotationSource, result: TableImport) -> None:
        self.sheet, self.source, self.result = sheet, source, result
        self.values = {value.address: value for value in values_of(source)}

    def report(self, row: SheetRow, column: str, rule: str, message: str, hint: str, level: Severity = "error") -> None:
        self.result.problems.append(Problem(self.sheet.where(row, column), f"table/{rule}", message, hint, level))

    def edits(self, rows: Iterable[SheetRow]) -> list[_Edit]:
        placed: dict[str, SheetRow] = {}
        name = self.source.file.name
        for row in rows:
            address = row.cells["path"]
            if address not in self.values:
                hint = "export again; a new value is added in the file itself"
                self.report(row, "path", "unknown-path", f"{name} has no value at `{address}`", hint)
            elif address in placed:
                message = f"`{address}` is in row {placed[address].number} already"
                self.report(row, "path", "row-twice", message, "keep one of the two")
            else:
                placed[address] = row
        if missing := len(self.values) - len(placed):
            self.result.missing[name] = missing
        stale = {self.values[address].path[:-1] for address, row in placed.items() if self._stale(row, address)}
        found = [self._edit(row, self.values[address], stale) for address, row in placed.items()]
        return [made for made in found if made]

    def _stale(self, row: SheetRow, address: str) -> bool:
        """Whether the file has another value now than when the row was exported, and not the one of the row."""
        now = self.values[address].value
        return row.cells["check"].strip() != check_of(now) and not same(row.cells["value"], now)

    def _edit(self, row: SheetRow, value: TableValue, stale: set[YamlPath]) -> _Edit | None:
        cell, now, check = row.cells["value"].replace("\r\n", "\n"), value.value, row.cells["check"]
        if same(cell, now) or (check != check_of(now) and check in (check_of(cell), check_of(unguard(cell)))):
            return None  # the file may have changed, but the cell was not edited
        if self._moved(row, value) or value.path[:-1] in stale:
            message = f"this part of {self.source.file.name} has changed since the export"
            self.report(row, "value", "conflict", message, "export again and edit the new table")
        elif in_what := rewritten(cell, now):
            message = f"`{cell}` is read as `{now}`, the value in the file: {in_what}"
            hint = "nothing is changed; if you meant it, change it in the file"
            self.report(row, "value", "rewritten", message, hint, "info")
        elif made_a_date(cell, now):
            message = f"`{cell}` instead of `{now}`: the spreadsheet program seems to have made a date of it"
            hint = "format the column as text and write the value again"
            self.report(row, "value", "made-a-date", message, hint)
        else:
            as_csv = not now.startswith("'")  # a new apostrophe before `=` is one of the export
            new = unguard(cell) if as_csv or self.sheet.name.lower().endswith(".csv") else cell
            return _Edit(row, value, None if not new.strip() else split(new) if value.is_list else new)
        return None

    def _moved(self, row: SheetRow, value: TableValue) -> bool:
        """Whether the value at the path now belongs to another thing than the row says."""
        now = table_row(self.source, value)
        pairs = [(row.cells[name], str(getattr(now, name))) for name in ("publication", "part", "id", "field")]
        return not all(same(cell, name) or rewritten(cell, name) for cell, name in pairs)


def same(cell: str, now: str) -> bool:
    """Whether the cell contains the value, as it is or as CSV and spreadsheet programs write it."""
    return now in (cell, unguard(cell)) or plain_lines(unguard(cell)) == plain_lines(now)


def plain_lines(text: str) -> str:
    """The text with `\\n` at the end of each line."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


# --- what spreadsheet programs do to cells ---

_DATES = [f"%d{mark}%m{mark}%{year}" for mark in "./" for year in "Yy"]
_DATES += ["%m/%d/%Y", "%m/%d/%y", "%d-%m-%Y", "%Y/%m/%d", "%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S"]
_LIKE_A_DATE = re.compile(r"\d{1,4}[.\-/]\d{1,2}(?:[.\-/]\d{1,4})?")
_A_DATE = re.compile(
    r"\d{1,2}[. -]*[^\W\d_]{3,}\.?(?:[ -]*\d{2,4})?|[^\W\d_]{3,}\.?[ -]*\d{2,4}|"
    r"\d{4}-\d\d-\d\d(?:[T ][\d:]+)?|\d\d?[./]\d\d?[./]\d{4}"
)


def rewritten(cell: str, now: str) -> str:
    """In what way the cell is the same number, date or text in another form; "" when it is not."""
    if cell == now.encode("cp1252", "replace").decode("cp1252"):
        return "the same text without the characters that the CSV of some programs cannot contain"
    try:
        if Decimal(cell.strip().replace(",", ".")) == Decimal(now.strip()):
            return "the same number"
    except InvalidOperation:
        pass
    try:
        date = datetime.date.fromisoformat(now)
    except ValueError:
        return ""
    return "the same date" if any(_date(cell, form) == date for form in _DATES) else ""


def _date(cell: str, form: str) -> datetime.date | None:
    try:
        return datetime.datetime.strptime(cell.strip(), form).date()
    except ValueError:
        return None


def made_a_date(cell: str, now: str) -> bool:
    """Whether a section 5.3 or pages 12-14 became a day of the year."""
    is_date = re.fullmatch(r"\d{4}-\d\d-\d\d", now)
    return bool(not is_date and _LIKE_A_DATE.fullmatch(now.strip()) and _A_DATE.fullmatch(cell.strip()))


# --- making the changes ---


def _make(reading: Sources, sheet: Worksheet, edits: Mapping[str, list[_Edit]], result: TableImport) -> None:
    """Makes all edits in the texts of the files, and checks the review as it would be with them."""
    after: list[AnnotationSource] = []
    for source in reading.annotations:
        name = source.file.name
        if name not in edits:
            after.append(source)
            continue
        path = reading.root / name
        before = path.read_bytes().decode("utf-8")  # with its line ends, which the source does not have
        mark = "\ufeff" if before.startswith("\ufeff") else ""
        text, refused = edit(before.removeprefix(mark), {made.value.path: made.change for made in edits[name]})
        for made in edits[name]:
            if reason := refused.get(made.value.path):
                where, message = sheet.where(made.row, "value"), f"`{made.value.field}`: {reason}"
                result.problems.append(Problem(where, "table/refused", message, f"it is in {name}"))
        result.changes.append(FileChange(path, name, before, mark + text, len(edits[name])))
        digest = sha256((mark + text).encode("utf-8")).hexdigest()
        after.append(read_annotation(SourceFile(name, plain_lines(text), digest)))
    cells: dict[Location, Location] = {}
    for source in after:
        for made in edits.get(source.file.name, ()):
            items = range(len(made.change)) if isinstance(made.change, list) else ()
            for place in (made.value.path, *((*made.value.path, n) for n in items)):
                cells[source.written.locate(place)] = sheet.where(made.row, "value")
    result.problems += new_problems(reading, after, cells)


def new_problems(reading: Sources, after: list[AnnotationSource], cells: Mapping[Location, Location]) -> list[Problem]:
    """The problems that the edits cause, each at the cell that it comes from.

    Args:
        reading: the review as it is.
        after: its annotations as they would be.
        cells: the cell of each place in the annotations that an edit wrote.
    """
    known = Counter(map(_what, _problems(reading, reading.annotations)))
    found = []
    for problem in _problems(reading, after):
        if known[_what(problem)]:
            known[_what(problem)] -= 1
        elif problem.where in cells:
            found.append(replace(problem, where=cells[problem.where]))
        else:
            found.append(replace(problem, message=f"{problem.message} (as it would be after the import)"))
    return found


def _problems(reading: Sources, annotations: list[AnnotationSource]) -> list[Problem]:
    named = check_named(replace(reading, annotations=annotations))
    return [*named, *(problem for source in annotations for problem in source.problems)]


def _what(problem: Problem) -> tuple[str, str, str]:
    """A problem without its line, which an edit further up may move."""
    return problem.where.file, problem.rule, re.sub(r"line \d+", "line", problem.message)
