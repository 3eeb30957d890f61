"""A review's data sheet becomes bibliography entries and imported codings, as a mapping says."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePath

from kg.core.problems import Location, Problem
from kg.model.coding import CodedWork, CodeOf, Mapping, ReviewCode, RowNote
from kg.readers.bibtex.latex import to_unicode
from kg.readers.bibtex.names import read_names
from kg.readers.bibtex.write import make_key, write_entry
from kg.readers.doi import read_doi
from kg.readers.sheets import SheetRow, Worksheet

MADE = "Made by `kg import` from {sheet} as {name}.mapping.yaml says: change that and import again."
_PLAIN = re.compile(r"(?!(?i:null|true|false|yes|no|on|off|y|n)$)[A-Za-z][A-Za-z0-9_-]*")


@dataclass
class Imported:
    """What came of a sheet. A problem that is an error means that nothing should be written."""

    works: list[CodedWork] = field(default_factory=list)
    entries: list[str] = field(default_factory=list)
    notes: list[RowNote] = field(default_factory=list)
    out_of_scope: int = 0
    left_out: list[SheetRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.severity == "error"]

    @property
    def in_scope(self) -> int:
        """Rows in scope, with those that gave no work."""
        return len(self.works) + sum(not note.work for note in self.notes)


def import_sheet(sheet: Worksheet, mapping: Mapping, entries: Collection[str]) -> Imported:
    """The works and codes of the rows in scope. `entries` are the keys of the bibliographies that are there already."""
    importer = _Importer(sheet, mapping, entries)
    importer.columns()
    if not importer.made.errors:
        for row in sheet.rows:
            importer.row(row)
    return importer.made


class _Importer:
    def __init__(self, sheet: Worksheet, mapping: Mapping, entries: Collection[str]) -> None:
        self.sheet, self.mapping, self.entries = sheet, mapping, entries
        self.made = Imported()
        self.taken = set(entries)

    def columns(self) -> None:
        """Every column that the mapping names stands in the sheet."""
        work, scope = self.mapping.work, self.mapping.scope
        named = [
            work.key,
            work.kind,
            work.title,
            work.authors,
            work.venue,
            work.doi_in,
            *work.fields.values(),
            *(condition.column for condition in scope.conditions),
            *(out.column for out in scope.leave_out),
            *(part.column for part in self.mapping.codes),
        ]
        for column in dict.fromkeys(name for name in named if name and name not in self.sheet.columns):
            self.made.problems.append(
                Problem(
                    Location(self.sheet.name, 1, 1),
                    "mapping/unknown-column",
                    f"there is no column `{column}`",
                    f"columns: {', '.join(self.sheet.columns)}",
                )
            )

    def row(self, row: SheetRow) -> None:
        if not any(row.cells.values()):
            return
        scope, cells = self.mapping.scope, row.cells
        if any(cells[out.column] == out.value for out in scope.leave_out):
            self.made.left_out.append(row)
        elif all(cells[condition.column] in condition.one_of for condition in scope.conditions):
            self.work(row)
        else:
            self.made.out_of_scope += 1

    def note(self, row: SheetRow, column: str | None, rule: str, what: str, work: str | None = None) -> None:
        self.made.notes.append(RowNote(row=row.number, note=what, work=work))
        self.made.problems.append(
            Problem(
                self.sheet.where(row, column or ""),
                f"sheet/{rule}",
                what,
                "mend it in the sheet, or leave it: it is noted",
                "warning",
            )
        )

    def refuse(self, row: SheetRow, rule: str, what: str, hint: str) -> None:
        """The key of the row cannot stand: nothing is written until a person has decided."""
        where = self.sheet.where(row, self.mapping.work.key or "")
        self.made.problems.append(Problem(where, f"sheet/{rule}", what, hint))

    def work(self, row: SheetRow) -> None:
        columns = self.mapping.work
        title, year = self.text(row, columns.title), self.text(row, columns.fields.get("year"))
        if columns.title and not title:
            told = "; ".join(f"{name} is {value}" for name, value in row.cells.items() if value)
            self.note(row, columns.title, "no-title", f"this row has no {columns.title} and is no work ({told})")
            return
        given = row.cells[columns.key].strip() if columns.key else ""
        key = given or make_key(title, year, self.taken)
        if given in self.taken and (given not in self.entries or (columns.title and given not in columns.existing)):
            self.refuse(
                row,
                "duplicate-key",
                f"`{given}` is the key of another entry",
                "if it is the same work, name it under `existing` in the mapping, else change it in the sheet",
            )
            return
        if not columns.title and given not in self.entries:
            self.refuse(
                row,
                "unknown-work",
                f"no entry `{given}` in bib/",
                "add the entry, or name the columns of title and year under work in the mapping",
            )
            return
        self.taken.add(key)
        if columns.title and given not in columns.existing:
            self.entry(row, key, title, year)
        self.made.works.append(CodedWork(work=key, row=row.number, codes=tuple(self.codes(row, key))))

    def text(self, row: SheetRow, column: str | None) -> str:
        cell = row.cells[column].strip() if column else ""
        return " ".join((to_unicode(cell) if self.mapping.work.syntax == "latex" else cell).split())

    def entry(self, row: SheetRow, key: str, title: str, year: str) -> None:
        """The BibTeX entry of the work: what the row says and nothing else."""
        columns = self.mapping.work
        kind = row.cells[columns.kind].strip() if columns.kind else "misc"
        fields = {"title": title}
        venue = {"article": "journal", "inproceedings": "booktitle", "incollection": "booktitle"}
        fields[venue.get(kind, "howpublished")] = self.text(row, columns.venue)
        fields |= {name: self.text(row, column) for name, column in columns.fields.items()}
        if year and not re.fullmatch(r"\d{4}", year):
            self.note(row, columns.fields["year"], "year", f"the year `{year}` is not a year and was left out", key)
            del fields["year"]
        if columns.doi_in and not fields.get("doi"):
            fields["doi"] = read_doi(row.cells[columns.doi_in])
        names = read_names(row.cells[columns.authors].strip() if columns.authors else "")
        try:
            entry = write_entry(kind, key, fields, names.persons, others=names.others)
        except ValueError as error:
            self.refuse(row, "key", str(error), "change it in the sheet")
            return
        self.made.entries.append(entry.rstrip())

    def codes(self, row: SheetRow, key: str) -> Iterator[str]:
        yield from (code.id for code in self.mapping.every)
        for part in self.mapping.codes:
            cell = row.cells[part.column].strip()
            if cell in part.values:
                yield part.values[cell].id
            elif cell not in part.no_code:
                what = f"`{cell}` in the column {part.column} is no code of the mapping and was left out"
                self.note(row, part.column, "unknown-code", what if cell else f"the column {part.column} is empty", key)


# --- what is written --------------------------------------------------------------------------------------------------


def bibliography_text(name: str, sheet: Worksheet, mapping: Mapping, made: Imported) -> str:
    """The entries as a .bib file."""
    head = [
        MADE.format(sheet=PurePath(sheet.name).name, name=name),
        f"Source of all facts: {mapping.label}.",
        "What the sheet does not give is not given here.",
    ]
    return "\n\n".join(["\n".join(f"% {_one_line(line)}" for line in head), *made.entries]) + "\n"


def coding_text(name: str, sheet: Worksheet, mapping: Mapping, made: Imported) -> str:
    """The codings as YAML, a line for each code and each work."""
    file = PurePath(sheet.name).name
    about = {"file": file, "sha256": sheet.digest, "rows": len(sheet.rows), "in_scope": made.in_scope}
    used = {code for work in made.works for code in work.codes}
    codes = [code for code in review_codes(mapping) if code.id in used]
    lines = [
        f"# {_one_line(MADE.format(sheet=file, name=name))}",
        "",
        f"review: {flow(mapping.review)}",
        f"label: {flow(mapping.label)}",
        f"mapped_by: {flow(mapping.mapped_by)}",
        f"rule: {flow(mapping.scope.rule)}",
        f"sheet: {flow(about)}",
        "",
        "codes:",
        *(f"  - {flow(_given(code))}" for code in codes),
        "",
        "works:",
        *(f"  - {flow(_given(work))}" for work in made.works),
    ]
    notes = [f"  - {flow(_given(note))}" for note in made.notes]
    return "\n".join([*lines, *(["", "notes:", *notes] if notes else [])]) + "\n"


def _one_line(text: str) -> str:
    """Fit for a comment: nothing in it may end the line."""
    return "".join(c if c.isprintable() else " " for c in text)


def review_codes(mapping: Mapping) -> Iterable[ReviewCode]:
    """The codes of the mapping, each once; cells that are spelled differently may stand for one code."""
    codes: dict[str, ReviewCode] = {code.id: _code(code) for code in mapping.every}
    for part in mapping.codes:
        for value, code in part.values.items():
            codes.setdefault(code.id, _code(code, part.column, value))
    return codes.values()


def _code(code: CodeOf, column: str | None = None, value: str | None = None) -> ReviewCode:
    return ReviewCode(**code.model_dump(), column=column, value=value)


def _given(part: CodedWork | ReviewCode | RowNote) -> dict[str, object]:
    """The fields in the order of the model, without those that say nothing."""
    return {
        key: value
        for key, value in part.model_dump().items()
        if value not in (None, (), []) and not (key == "match" and not part.model_dump().get("concepts"))
    }


def flow(value: object) -> str:
    """Flow style YAML (1.2, chapter 7): plain words as they are, everything else in double quotes."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{flow(key)}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(flow, value)) + "]"
    text = str(value)
    return text if isinstance(value, int) or _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)
