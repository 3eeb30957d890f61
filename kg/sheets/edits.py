"""An exported table brought back: what a person edited in it is changed in the annotation files, and nothing else.

Nothing is written here. Every row is held against the file as it is now: a cell that says what the file says is no
edit, an edit of a value that has meanwhile changed is a conflict, and a cell that a spreadsheet program has only
rewritten (5.10 as 5.1, a date in the local form) is told and left alone.
"""

from __future__ import annotations

import datetime
import difflib
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
from kg.core.problems import Problem, did_you_mean
from kg.readers.annotations import AnnotationSource, read_annotation
from kg.readers.sheets import Row, Sheet, unguard
from kg.readers.yaml.edit import Change, edit
from kg.readers.yaml.marks import Path as YamlPath
from kg.sheets.annotations import NAMES, Value, check_of, split, table_row, values_of


@dataclass(frozen=True)
class FileChange:
    """What becomes of one annotation file; `before` and `after` are its text with its own line ends and mark."""

    path: Path
    name: str
    before: str
    after: str
    cells: int

    def diff(self) -> str:
        """A unified diff, as `git diff` and `patch` have it."""
        before, after = (text.splitlines(keepends=True) for text in (self.before, self.after))
        lines = difflib.unified_diff(before, after, f"a/{self.name}", f"b/{self.name}")
        return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


@dataclass
class TableImport:
    """The outcome: when there is an error among the problems, there are no changes."""

    changes: list[FileChange] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    missing: dict[str, int] = field(default_factory=dict)
    """How many values of a file have no row in the sheet."""

    @property
    def errors(self) -> bool:
        return any(problem.severity == "error" for problem in self.problems)


@dataclass(frozen=True)
class _Edit:
    row: Row
    value: Value
    change: Change


def is_annotation_table(sheet: Sheet) -> bool:
    """Whether the sheet has the columns that `kg export` gives."""
    return set(NAMES) <= set(sheet.columns)


def import_table(root: Path, sheet: Sheet) -> TableImport:
    """Works out what the edits in the sheet change in the annotations of the review."""
    reading = Sources(root)
    read_vocabularies(reading)
    read_bibliographies(reading)
    read_annotations(reading)
    sources = {source.file.name: source for source in reading.annotations}
    result = TableImport()
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in sheet.rows:
        name = row.cells["file"]
        if name in sources:
            rows[name].append(row)
        else:
            result.problems.append(
                Problem(
                    sheet.where(row, "file"),
                    "table/unknown-file",
                    f"`{name}` is not an annotation of this review",
                    did_you_mean(name, sources, "rows are not added here: start an annotation with `kg new KEY`"),
                )
            )
    edits = {name: _File(sheet, sources[name], result).edits(several) for name, several in rows.items()}
    if not result.errors:
        _make(reading, sheet, {name: several for name, several in edits.items() if several}, result)
    if result.errors:
        result.changes = []
    return result


class _File:
    """The rows of one annotation against the file as it is now."""

    def __init__(self, sheet: Sheet, source: AnnotationSource, result: TableImport) -> None:
        self.sheet, self.source, self.result = sheet, source, result
        self.values = {value.address: value for value in values_of(source)}

    def problem(self, row: Row, column: str, rule: str, message: str, hint: str, info: bool = False) -> None:
        self.result.problems.append(
            Problem(self.sheet.where(row, column), f"table/{rule}", message, hint, "info" if info else "error")
        )

    def edits(self, rows: Iterable[Row]) -> list[_Edit]:
        placed: dict[str, Row] = {}
        for row in rows:
            address = row.cells["path"]
            if address not in self.values:
                self.problem(
                    row,
                    "path",
                    "unknown-path",
                    f"{self.source.file.name} has no value at `{address}`",
                    "export again; a new value is added in the file itself",
                )
            elif address in placed:
                self.problem(
                    row,
                    "path",
                    "row-twice",
                    f"`{address}` stands in row {placed[address].number} already",
                    "keep one of the two",
                )
            else:
                placed[address] = row
        if missing := len(self.values) - len(placed):
            self.result.missing[self.source.file.name] = missing
        stale = {self.values[address].path[:-1] for address, row in placed.items() if self._stale(row, address)}
        found = [self._edit(row, self.values[address], stale) for address, row in placed.items()]
        return [made for made in found if made]

    def _stale(self, row: Row, address: str) -> bool:
        """Whether the file has another value now than when the row was exported, and not the one of the row."""
        now = self.values[address].value
        return row.cells["check"].strip() != check_of(now) and not _same(row.cells["value"], now)

    def _edit(self, row: Row, value: Value, stale: set[YamlPath]) -> _Edit | None:
        cell, now = row.cells["value"].replace("\r\n", "\n"), value.value
        if _same(cell, now) or (
            row.cells["check"] != check_of(now) and row.cells["check"] in (check_of(cell), check_of(unguard(cell)))
        ):
            return None  # the file may have changed, but the cell was not edited
        if self._moved(row, value) or value.path[:-1] in stale:
            self.problem(
                row,
                "value",
                "conflict",
                f"this part of {self.source.file.name} has changed since the export",
                "export again and edit the new table",
            )
        elif rewritten := _rewritten(cell, now):
            self.problem(
                row,
                "value",
                "rewritten",
                f"`{cell}` is taken for `{now}`, which the file has: {rewritten}",
                "nothing is changed; if you meant it, change it in the file",
                info=True,
            )
        elif _made_a_date(cell, now):
            self.problem(
                row,
                "value",
                "made-a-date",
                f"`{cell}` where the file has `{now}`: the spreadsheet program seems to have made a date of it",
                "format the column as text and write the value again",
            )
        else:
            as_csv = not now.startswith("'")  # an apostrophe before `=` that was not there is one of the export
            new = unguard(cell) if as_csv or self.sheet.name.lower().endswith(".csv") else cell
            return _Edit(row, value, None if not new.strip() else split(new) if value.is_list else new)
        return None

    def _moved(self, row: Row, value: Value) -> bool:
        """Whether what stands at the path now is another thing than the row says."""
        now = table_row(self.source, value)
        pairs = [(row.cells[name], str(getattr(now, name))) for name in ("publication", "part", "id", "field")]
        return not all(_same(cell, name) or _rewritten(cell, name) for cell, name in pairs)


def _same(cell: str, now: str) -> bool:
    """Whether the cell holds the value, as it is or as CSV and spreadsheet programs hold it."""
    return now in (cell, unguard(cell)) or _lines(unguard(cell)) == _lines(now)


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


# --- what spreadsheet programs do to cells ---

_DATES = (
    "%d.%m.%Y",
    "%d.%m.%y",
    "%d/%m/%Y",
    "%d/%m/%y",
    "%m/%d/%Y",
    "%m/%d/%y",
    "%d-%m-%Y",
    "%Y/%m/%d",
    "%Y-%m-%d",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M:%S",
)
_LIKE_A_DATE = re.compile(r"\d{1,4}[.\-/]\d{1,2}(?:[.\-/]\d{1,4})?")
_A_DATE = re.compile(
    r"\d{1,2}[. -]*[^\W\d_]{3,}\.?(?:[ -]*\d{2,4})?|[^\W\d_]{3,}\.?[ -]*\d{2,4}|"
    r"\d{4}-\d\d-\d\d(?:[T ][\d:]+)?|\d\d?[./]\d\d?[./]\d{4}"
)


def _rewritten(cell: str, now: str) -> str:
    """In what way the cell is the same number, date or text in another form; "" when it is not."""
    if cell == now.encode("cp1252", "replace").decode("cp1252"):
        return "the same text without the characters that the CSV of some programs cannot hold"
    try:
        if Decimal(cell.strip().replace(",", ".")) == Decimal(now.strip()):
            return "the same number"
    except InvalidOperation:
        pass
    try:
        date = datetime.date.fromisoformat(now)
    except ValueError:
        return ""
    for form in _DATES:
        try:
            if datetime.datetime.strptime(cell.strip(), form).date() == date:
                return "the same date"
        except ValueError:
            pass
    return ""


def _made_a_date(cell: str, now: str) -> bool:
    """Whether a section 5.3 or pages 12-14 became a day of the year."""
    is_date = re.fullmatch(r"\d{4}-\d\d-\d\d", now)
    return bool(not is_date and _LIKE_A_DATE.fullmatch(now.strip()) and _A_DATE.fullmatch(cell.strip()))


# --- making the changes ---


def _make(reading: Sources, sheet: Sheet, edits: Mapping[str, list[_Edit]], result: TableImport) -> None:
    """Makes all edits in the texts of the files, and reads the review again as it would then be."""
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
            if made.value.path in refused:
                result.problems.append(
                    Problem(
                        sheet.where(made.row, "value"),
                        "table/refused",
                        f"`{made.value.field}`: {refused[made.value.path]}",
                        f"it is in {name}",
                    )
                )
        result.changes.append(FileChange(path, name, before, mark + text, len(edits[name])))
        digest = sha256((mark + text).encode("utf-8")).hexdigest()
        after.append(read_annotation(SourceFile(name, _lines(text), digest)))
    result.problems += _new_problems(reading, after, sheet, edits)


def _new_problems(
    reading: Sources, after: list[AnnotationSource], sheet: Sheet, edits: Mapping[str, list[_Edit]]
) -> list[Problem]:
    """What the edits make wrong that was not wrong before, each at the cell that it comes from."""
    known = Counter(map(_what, _problems(reading, reading.annotations)))
    cells = {
        source.written.locate(made.value.path): made.row for source in after for made in edits.get(source.file.name, ())
    }
    for source in after:
        for made in edits.get(source.file.name, ()):
            if isinstance(made.change, list):
                cells |= {source.written.locate((*made.value.path, n)): made.row for n in range(len(made.change))}
    found = []
    for problem in _problems(reading, after):
        if known[_what(problem)]:
            known[_what(problem)] -= 1
        elif problem.where in cells:
            found.append(replace(problem, where=sheet.where(cells[problem.where], "value")))
        else:
            found.append(replace(problem, message=f"{problem.message} (as it would be after the import)"))
    return found


def _problems(reading: Sources, annotations: list[AnnotationSource]) -> list[Problem]:
    trial = replace(reading, annotations=annotations, problems=[])
    trial.problems += check_named(trial)
    return [*trial.problems, *(problem for source in annotations for problem in source.problems)]


def _what(problem: Problem) -> tuple[str, str, str]:
    """A problem without its line, which an edit further up may move."""
    return problem.where.file, problem.rule, re.sub(r"line \d+", "line", problem.message)
