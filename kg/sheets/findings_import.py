"""A table of findings brought back: edited cells change values of the annotation files, new rows are new findings.

Nothing is written here. A cell that shows what the file says is not an edit, and an edit of something that has changed
since the export is a conflict. Everything that no edited cell is about stays as it was written.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

from kg.building.reading import Sources, read_annotations, read_bibliographies, read_decisions, read_vocabularies
from kg.building.scaffold import annotation_head
from kg.core.files import SourceFile
from kg.core.iris import segment
from kg.core.problems import Location, Problem, Severity, did_you_mean
from kg.model.bibliography import BibliographyEntry
from kg.readers.annotations import AnnotationSource, read_annotation
from kg.readers.references import ADD_ENTRY, NO_ENTRY
from kg.readers.sheets import SheetRow, Worksheet, unguard
from kg.readers.yaml.edit import Change, edit
from kg.readers.yaml.insert import insert
from kg.readers.yaml.marks import Data
from kg.readers.yaml.marks import Path as YamlPath
from kg.sheets.annotations import split
from kg.sheets.edits import FileChange, TableImport, made_a_date, new_problems, plain_lines, rewritten, same
from kg.sheets.finding_cells import PartChanges, Resolver, new_finding
from kg.sheets.findings import (
    FIELDS,
    PART_KEYS,
    FindingField,
    PartData,
    can_edit,
    cells_of,
    check_of_cells,
    findings_of,
)
from kg.sheets.made import is_made

_STALE = "export again and edit the new table"


@dataclass
class _Plan:
    """What changes in one annotation file, and the cell that each path comes from."""

    changes: dict[YamlPath, Change] = field(default_factory=dict)
    additions: dict[YamlPath, Data] = field(default_factory=dict)
    cells: dict[YamlPath, Location] = field(default_factory=dict)
    findings: set[int] = field(default_factory=set)


def import_findings(root: Path, sheet: Worksheet) -> TableImport:
    """The changes that the edits and the new rows in the sheet make in the annotations of the review."""
    reading = Sources(root)
    read_vocabularies(reading)
    read_bibliographies(reading)
    read_decisions(reading)
    read_annotations(reading)
    result = TableImport(unit="finding")
    table = _FindingsTable(reading, sheet, result)
    known = {source.file.name for source in reading.annotations}
    for row in sheet.rows:
        table.add(row)
    for source in reading.annotations:
        rows, there = table.rows[source.file.name], findings_of(source)
        if rows and len(rows) < len(there):
            result.missing[source.file.name] = len(there) - len(rows)
        plan = table.plans.get(source.file.name)
        if plan and is_made(source.file.text):
            message = f"{source.file.name} is made by `kg import`, which would undo the edit the next time"
            hint = "change the sheet or the mapping that it is made from, and import again"
            result.problems.append(Problem(next(iter(plan.cells.values())), "table/imported", message, hint))
    if not result.errors:
        _make(table, known)
    if result.errors:
        result.changes = []
    return result


class _FindingsTable:
    """The rows of the table, each compared with the finding that it shows."""

    def __init__(self, reading: Sources, sheet: Worksheet, result: TableImport) -> None:
        self.reading, self.sheet, self.result = reading, sheet, result
        self.sources = {source.file.name: source for source in reading.annotations}
        self.findings = {source.file.name: {str(f["id"]): (i, f) for i, f in findings_of(source)}
                         for source in reading.annotations}  # fmt: skip
        self.works: dict[str, BibliographyEntry] = {
            entry.key: entry for source in reading.bibliographies for entry in source.publications
        }
        self.heads: dict[str, str] = {}
        """The beginning of each new annotation, by its file."""
        self.rows: dict[str, dict[str, SheetRow]] = defaultdict(dict)
        """The rows of findings that are in a file, by file and id."""
        self.plans: dict[str, _Plan] = defaultdict(_Plan)
        self.resolver = Resolver(reading.vocabulary)

    def text(self, row: SheetRow, column: str) -> str:
        """A cell without the spaces around it; empty if the sheet has no such column."""
        return unguard(row.cells.get(column, "")).strip()

    def report(self, row: SheetRow, column: str, rule: str, message: str, hint: str, level: Severity = "error") -> None:
        where = self.sheet.where(row, column if column in self.sheet.columns else "")
        self.result.problems.append(Problem(where, f"table/{rule}", message, hint, level))

    def add(self, row: SheetRow) -> None:
        """Takes one row: an edit of a finding if it was exported, otherwise a new finding."""
        if not any(self.text(row, name) for one in FIELDS for name in one.columns) and not self.text(row, "check"):
            self.report(row, "statement", "empty-row", "this row says nothing of a finding", "delete it", "info")
        elif self.text(row, "check"):
            self._exported(row)
        elif name := self._file(row):
            self._new(row, name)

    def _exported(self, row: SheetRow) -> None:
        name, id = self.text(row, "file"), self.text(row, "id")
        if name not in self.sources:
            hint = did_you_mean(name, self.sources, "do not edit `file` and `id` of a row that was exported")
            self.report(row, "file", "unknown-file", f"`{name}` is not an annotation of this review", hint)
        elif id not in self.findings[name]:
            hint = "an id is changed in the file; for a new finding, empty the cell `check`"
            self.report(row, "id", "unknown-finding", f"{name} has no finding `{id}`", hint)
        elif id in self.rows[name]:
            message = f"`{id}` is in row {self.rows[name][id].number} already"
            hint = "keep one of the two; for a new finding, empty `id` and `check`"
            self.report(row, "id", "row-twice", message, hint)
        elif self.text(row, "publication") != self.sources[name].key:
            message = f"{name} annotates `{self.sources[name].key}`"
            self.report(row, "publication", "conflict", message, "do not edit the column of a row that was exported")
        else:
            self.rows[name][id] = row
            self._compare(row, name, *self.findings[name][id])

    def _compare(self, row: SheetRow, name: str, index: int, finding: PartData) -> None:
        checks = self.text(row, "check").removeprefix("x").split(".")
        for number, one in enumerate(FIELDS):
            if not set(one.columns) <= set(self.sheet.columns):
                continue
            cells, now = [row.cells[column] for column in one.columns], cells_of(one, finding)
            if all(map(same, cells, now)):
                continue
            plain = [plain_lines(unguard(cell)) for cell in cells]
            exported = checks[number] if len(checks) == len(FIELDS) else ""
            if exported != check_of_cells(now):
                if exported not in (check_of_cells(cells), check_of_cells(plain)):
                    message = f"`{one.key}` of {finding['id']} in {name} has changed since the export"
                    self.report(row, one.columns[0], "conflict", message, _STALE)
            elif edited := self._edited(row, one, plain, now):
                if can_edit(one, finding):
                    self._change(row, name, index, one, edited, finding)
                else:
                    message = f"`{one.key}` of {finding['id']} cannot be shown in cells, so it cannot be edited here"
                    self.report(row, one.columns[0], "not-editable", message, f"change it in {name}")

    def _edited(self, row: SheetRow, one: FindingField, cells: Sequence[str], now: Sequence[str]) -> list[str]:
        """The cells without what a spreadsheet program only wrote in another way; empty if nothing was edited."""
        found = list(now)
        for number, (column, cell, old) in enumerate(zip(one.columns, cells, now, strict=True)):
            if same(cell, old):
                continue
            if how := rewritten(cell, old):
                message = f"`{cell}` is read as `{old}`, the value in the file: {how}"
                self.report(row, column, "rewritten", message, "nothing is changed; else change it in the file", "info")
            elif made_a_date(cell, old):
                message = f"`{cell}` instead of `{old}`: the spreadsheet program seems to have made a date of it"
                self.report(row, column, "made-a-date", message, "format the column as text and write the value again")
            else:
                found[number] = cell
        return found if found != list(now) else []

    def _change(
        self, row: SheetRow, name: str, index: int, one: FindingField, cells: list[str], finding: PartData
    ) -> None:
        plan, path = self.plans[name], ("findings", index, one.key)
        where = [self.sheet.where(row, column) for column in one.columns]
        plan.findings.add(index)
        if one.form == "parts":
            parts = PartChanges(one, path, where, self.resolver, finding.get(one.key))
            parts.compare(cells)
            plan.changes |= parts.changes
            plan.additions |= parts.additions
            plan.cells |= parts.cells
            self.result.problems += parts.problems
            return
        old = finding.get(one.key)
        plan.cells[path] = where[0]
        if not cells[0].strip():
            plan.changes[path] = None
        elif one.form == "names":
            known = set(old) if isinstance(old, list) else ()
            names = [item if item in known else self.resolver.name(one, item) for item in split(cells[0])]
            plan.cells |= {(*path, n): where[0] for n in range(len(names))}
            if old is None:
                plan.additions[path] = [*names]
            else:
                plan.changes[path] = names
        elif old is None:
            plan.additions[path] = cells[0].strip()
        else:
            plan.changes[path] = cells[0]

    # --- new findings ---

    def _file(self, row: SheetRow) -> str:
        """The annotation file of a new finding, which may have to be made."""
        name, key = self.text(row, "file"), self.text(row, "publication")
        if name:
            if name not in self.sources:
                hint = did_you_mean(name, self.sources, "leave the cell empty to have one made for the publication")
                self.report(row, "file", "unknown-file", f"`{name}` is not an annotation of this review", hint)
                return ""
            if key and key != self.sources[name].key:
                self.report(row, "publication", "conflict", f"{name} annotates `{self.sources[name].key}`",
                            "leave one of the two cells empty")  # fmt: skip
                return ""
            return name
        there = [file for file, source in self.sources.items() if source.key == key]
        if len(there) > 1:
            message = f"`{key}` has {len(there)} annotations: {', '.join(there)}"
            self.report(row, "publication", "which-file", message, "write the one that is meant into the column `file`")
        elif key in self.reading.aliases:
            kept = self.reading.aliases[key]
            self.report(row, "publication", "unknown-work", f"`{key}` is merged into `{kept}`", f"write `{kept}`")
        elif key not in self.works:
            hint = did_you_mean(key, self.works, ADD_ENTRY)
            self.report(row, "publication", "unknown-work", NO_ENTRY.format(key), hint)
        else:
            return there[0] if there else self._started(row, key)
        return ""

    def _started(self, row: SheetRow, key: str) -> str:
        name = f"bib/annotations/{segment(key)}.yaml"
        if name not in self.heads:
            self.heads[name] = annotation_head(self.works[key], self.text(row, "annotator")) + "findings:\n"
            message, hint = f"{name} is new", "fill in its study; `kg check` lists what is missing"
            self.report(row, "publication", "new-annotation", message, hint, "info")
        return name

    def _new(self, row: SheetRow, name: str) -> None:
        plan, there = self.plans[name], self.findings.get(name, {})
        added = [path for path in plan.additions if len(path) == 2]
        index = self._count(name) + len(added)
        taken = {*there, *(str(part["id"]) for path in added if isinstance(part := plan.additions[path], dict))}
        id = self.text(row, "id") or self._free(taken, name)
        if id in taken:
            hint = "export the table to edit a finding; for a new one, leave `id` empty or write another"
            self.report(row, "id", "id-taken", f"{name} has a finding `{id}` already", hint)
            return
        # An empty first line of a part is not space around the cell.
        cells = {column: plain_lines(unguard(row.cells.get(column, ""))) if one.form == "parts" else
                 self.text(row, column) for one in FIELDS for column in one.columns}  # fmt: skip
        finding, columns = new_finding(id, cells, self.resolver)
        path: YamlPath = ("findings", index)
        plan.additions[path] = finding
        plan.findings.add(index)
        fallback = self.sheet.where(row, "id")
        plan.cells |= {(*path, *inner): self._where(row, column) for inner, column in columns.items()}
        plan.cells |= {path: fallback, (*path, "id"): fallback}

    def _where(self, row: SheetRow, column: str) -> Location:
        return self.sheet.where(row, column if column in self.sheet.columns else "")

    def _count(self, name: str) -> int:
        data = self.sources[name].written.data if name in self.sources else None
        found = data.get("findings") if isinstance(data, dict) else None
        return len(found) if isinstance(found, list) else 0

    def _free(self, taken: set[str], name: str) -> str:
        """The next id of the form F12 that neither the file nor another new row for it has."""
        new = (row for row in self.sheet.rows if not self.text(row, "check"))
        wanted = (self.text(row, "id") for row in new if self.text(row, "file") in (name, ""))
        numbers = [int(found[1]) for id in (*taken, *wanted) if (found := re.fullmatch(r"F([0-9]{1,9})", id))]
        return f"F{max(numbers, default=0) + 1}"


# --- making the changes ---


def _make(table: _FindingsTable, known: set[str]) -> None:
    """Makes the changes in the texts of the files, and checks the review as it would be with them."""
    reading, result = table.reading, table.result
    after = {source.file.name: source for source in reading.annotations}
    cells: dict[Location, Location] = {}
    for name, plan in table.plans.items():
        path = reading.root / name
        before = path.read_bytes().decode("utf-8") if name in known else ""  # with its own line ends
        mark = "\ufeff" if before.startswith("\ufeff") else ""
        text, refused = edit(before.removeprefix(mark) or table.heads[name], plan.changes)
        text, more = insert(_with_list(text, plan), plan.additions, PART_KEYS)
        for where, reason in (refused | more).items():
            result.problems.append(Problem(plan.cells[where], "table/refused", f"{reason} ({name})", "see the file"))
        result.changes.append(FileChange(path, name, before, mark + text, len(plan.findings)))
        file = SourceFile(name, plain_lines(text), sha256((mark + text).encode("utf-8")).hexdigest())
        source = after[name] = read_annotation(file)
        cells |= {source.written.locate(place): cell for place, cell in reversed(plan.cells.items())}
    if not result.errors:
        result.problems += _caused(reading, [*after.values()], cells, known)


def _with_list(text: str, plan: _Plan) -> str:
    """The text with a key for the findings, if there are new ones and it has none."""
    if not any(len(path) == 2 for path in plan.additions) or re.search(r"^findings *:", text, re.M):
        return text
    return text + ("" if text.endswith("\n") or not text else "\n") + "\nfindings:\n"


def _caused(
    reading: Sources, after: list[AnnotationSource], cells: Mapping[Location, Location], known: set[str]
) -> Iterator[Problem]:
    """The problems that the table causes; what a new annotation still lacks is left for a person to fill in."""
    places = set(cells.values())
    for problem in new_problems(reading, after, cells):
        if problem.where in places or problem.where.file in known:
            yield problem if problem.where in places else replace(problem, hint=problem.hint or _STALE)
