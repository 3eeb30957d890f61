"""The data sheet of a review as bibliography entries and imported codings, made with a mapping."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kg.building.reading import Sources, read_bibliographies, read_vocabularies
from kg.core.files import read_source
from kg.core.output import write_whole
from kg.core.problems import Location, Problem, UsageError
from kg.graph.vocabulary import vocabulary_of
from kg.model.coding import CodedWork, CodeOf, Mapping, ReviewCode, RowNote
from kg.readers.bibtex.latex import plain, to_unicode
from kg.readers.bibtex.names import NameList
from kg.readers.bibtex.publication import KINDS, VERBATIM
from kg.readers.bibtex.titles import PARTS_OF_BOOKS
from kg.readers.bibtex.write import make_key, write_entry
from kg.readers.codings import MappingSource, check_mapping
from kg.readers.doi import is_address, read_doi
from kg.readers.formats import CODINGS, MAPPING_SUFFIX
from kg.readers.records import CONTAINERS
from kg.readers.sheets import SheetRow, Worksheet
from kg.readers.yaml.edit import quoted
from kg.sheets.authors import NameColumn
from kg.sheets.citations import title_of, venue_of

MADE = "Made by `kg import` from {sheet} as {name}.mapping.yaml says: change that and import again."
Listed = CodedWork | ReviewCode | RowNote
_PLAIN = re.compile(r"(?!(?i:null|true|false|yes|no|on|off|y|n)$)[A-Za-z][A-Za-z0-9_-]*")


_KINDS_IN_WORDS = {
    "journal article": "article", "journal paper": "article", "conference paper": "inproceedings",
    "conference article": "inproceedings", "proceedings paper": "inproceedings", "workshop paper": "inproceedings",
    "book chapter": "incollection", "book section": "incollection", "doctoral thesis": "phdthesis",
    "phd thesis": "phdthesis", "master thesis": "mastersthesis", "master's thesis": "mastersthesis",
    "technical report": "techreport",
}  # fmt: skip
"""What sheets write for entry types, where it can mean only one."""


def kind_of(written: str) -> str:
    """Returns the entry type that a cell means, in lower case; an empty text if it means none."""
    kind = _KINDS_IN_WORDS.get(written.casefold(), written.casefold())
    return kind if kind in KINDS - {"set", "xdata"} else ""  # these two are not works


def containers_of(kind: str) -> tuple[str, ...]:
    """Returns the fields for the venue of a work: what BibTeX's styles print, and what is read as the venue.

    The styles print only `howpublished` of a `@misc`, which may be anything, such as an address; `booktitle` is the
    title of the larger publication (biblatex manual 3.20, section 2.2.2), and no style prints it of a `@misc`.
    """
    if kind in CONTAINERS:
        return (CONTAINERS[kind],)
    return ("booktitle",) if kind in PARTS_OF_BOOKS else ("howpublished", "booktitle")


@dataclass
class Imported:
    """What was made of a sheet. If any problem is an error, nothing is `written`."""

    works: list[CodedWork] = field(default_factory=list)
    entries: list[str] = field(default_factory=list)
    notes: list[RowNote] = field(default_factory=list)
    out_of_scope: int = 0
    left_out: list[SheetRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    written: tuple[Path, ...] = ()

    @property
    def errors(self) -> list[Problem]:
        """The problems that are errors."""
        return [problem for problem in self.problems if problem.severity == "error"]

    @property
    def in_scope(self) -> int:
        """The number of rows in scope, with those that gave no work."""
        return len(self.works) + sum(not note.work for note in self.notes)


def import_review(root: Path, sheet: Worksheet, mapping_path: Path, dry_run: bool = False) -> Imported:
    """What the mapping makes of the sheet, written to `bib/NAME.bib` and `bib/codings/NAME.yaml`.

    If anything is an error, neither is written.

    Args:
        root: The folder of the review.
        sheet: Its data sheet.
        mapping_path: The mapping, called `NAME.mapping.yaml`.
        dry_run: Whether to write nothing and only return the names of the files.

    Raises:
        UsageError: if the mapping has another name, or a bibliography of another origin has the name.
    """
    name = mapping_path.name.removesuffix(MAPPING_SUFFIX)
    if name == mapping_path.name or not name:
        hint = "the files made with it are called NAME"
        raise UsageError(f"{mapping_path} should be called NAME{MAPPING_SUFFIX}: {hint}")
    bibliography, coding = root / "bib" / f"{name}.bib", root / CODINGS / f"{name}.yaml"
    by_import = f"% {MADE.split('{')[0]}"
    if bibliography.exists() and not bibliography.read_text("utf-8", errors="replace").startswith(by_import):
        message = f"{bibliography} exists and was not made by `kg import`; call the mapping something else than"
        raise UsageError(f"{message} {name}{MAPPING_SUFFIX}")
    reading = Sources(root)
    mapping, problems = _read_mapping(reading, mapping_path)
    if mapping is None or any(problem.severity == "error" for problem in problems):
        return Imported(problems=problems)
    read_bibliographies(reading)
    others = [source for source in reading.bibliographies if root / source.file.name != bibliography]
    made = import_sheet(sheet, mapping, {work.key for source in others for work in source.publications})
    made.problems[:0] = problems
    if not made.errors:
        files = {bibliography: bibliography_text(name, sheet, mapping, made)} if made.entries else {}
        files[coding] = coding_text(name, sheet, mapping, made)
        for path, text in () if dry_run else files.items():
            write_whole(path, text)
        made.written = tuple(files)
    return made


def _read_mapping(reading: Sources, path: Path) -> tuple[Mapping | None, list[Problem]]:
    top, path = reading.root.resolve(), path.parent.resolve() / path.name
    file = read_source(top if path.is_relative_to(top) else path.parent, path)
    if isinstance(file, Problem):
        return None, [file]
    read = MappingSource.read(file)
    if read.value is None:
        return None, list(read.problems)
    read_vocabularies(reading)
    return read.value, [*read.problems, *check_mapping(read.value, read.marks, vocabulary_of(reading.vocabularies))]


def import_sheet(sheet: Worksheet, mapping: Mapping, entries: Collection[str]) -> Imported:
    """The works and codes of the rows in scope. `entries` are the keys of the existing bibliographies."""
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
        self.names: NameColumn | None = None
        self.unknown_kinds: set[str] = set()

    def columns(self) -> None:
        """Reports the columns of the mapping that the sheet does not have."""
        work, scope = self.mapping.work, self.mapping.scope
        named = [
            *(work.key, work.kind, work.title, work.doi_in, *work.fields.values()),
            *(part.column for part in (work.authors, work.venue) if part),
            *(condition.column for condition in scope.conditions),
            *(out.column for out in scope.leave_out),
            *(part.column for part in self.mapping.codes),
        ]
        where, hint = Location(self.sheet.name, 1, 1), f"columns: {', '.join(self.sheet.columns)}"
        self.made.problems += [
            Problem(where, "mapping/unknown-column", f"there is no column `{column}`", hint)
            for column in dict.fromkeys(name for name in named if name and name not in self.sheet.columns)
        ]

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

    def note(
        self, row: SheetRow, column: str | None, rule: str, what: str, work: str | None = None, hint: str = ""
    ) -> None:
        """Reports something wrong with a row, which is also noted in the codings."""
        self.made.notes.append(RowNote(row=row.number, note=what, work=work))
        where = self.sheet.where(row, column or "")
        hint = hint or "fix it in the sheet, or leave it: it is noted"
        self.made.problems.append(Problem(where, f"sheet/{rule}", what, hint, "warning"))

    def refuse(self, row: SheetRow, rule: str, what: str, hint: str) -> None:
        """Reports that the key of the row cannot be used: nothing is written until a person has decided."""
        where = self.sheet.where(row, self.mapping.work.key or "")
        self.made.problems.append(Problem(where, f"sheet/{rule}", what, hint))

    def work(self, row: SheetRow) -> None:
        columns = self.mapping.work
        title, year = title_of(self.text(row, columns.title)), self.text(row, columns.fields.get("year"))
        if columns.title and not title:
            cells = "; ".join(f"{name} is {value}" for name, value in row.cells.items() if value)
            self.note(row, columns.title, "no-title", f"this row has no {columns.title} and is not a work ({cells})")
            return
        given = row.cells[columns.key].strip() if columns.key else ""
        new = columns.title and given not in columns.existing
        if given in self.taken and (new or given not in self.entries):
            hint = "if it is the same work, list it under `existing` in the mapping, else change it in the sheet"
            self.refuse(row, "duplicate-key", f"`{given}` is the key of another entry", hint)
            return
        if not columns.title and given not in self.entries:
            hint = "add the entry, or name the columns of title and year under `work` in the mapping"
            self.refuse(row, "unknown-work", f"no entry `{given}` in bib/", hint)
            return
        key = given or make_key(title, year, self.taken)
        self.taken.add(key)
        if new:
            self.entry(row, key, title, year)
        self.made.works.append(CodedWork(work=key, row=row.number, codes=tuple(self.codes(row, key))))

    def text(self, row: SheetRow, column: str | None, field: str = "") -> str:
        cell = row.cells[column].strip() if column else ""
        if self.mapping.work.syntax == "latex":  # in an address, `~` is no space
            cell = plain(cell) if field in VERBATIM else to_unicode(cell)
        return " ".join(cell.split())

    def entry(self, row: SheetRow, key: str, title: str, year: str) -> None:
        """Adds the BibTeX entry of the work, with the facts of the row and no others."""
        columns = self.mapping.work
        kind = self.kind(row, key)
        containers = containers_of(kind)
        fields = {"title": title, **dict.fromkeys(containers, "")}
        fields |= {name: self.text(row, column, name) for name, column in columns.fields.items()}
        if columns.venue:
            venue, after = venue_of(self.text(row, columns.venue.column), fields, columns.venue.ends_in)
            fields |= dict.fromkeys(containers, venue) | after
        if year and not re.fullmatch(r"\d{4}", year):
            self.note(row, columns.fields["year"], "year", f"the year `{year}` is not a year and was left out", key)
            del fields["year"]
        if fields.get("url") and not is_address(fields["url"]):
            shown = fields.pop("url")[:60]
            self.note(row, columns.fields["url"], "url", f"`{shown}` is not one address and was left out", key)
        written = fields.get("doi", "")
        fields["doi"] = read_doi(written or (row.cells[columns.doi_in] if columns.doi_in else "")) or written
        names = self.authors(row, key)
        try:
            entry = write_entry(kind, key, fields, names.persons, others=names.others)
        except ValueError as error:
            self.refuse(row, "key", str(error), "change it in the sheet")
            return
        self.made.entries.append(entry.rstrip())

    def kind(self, row: SheetRow, key: str) -> str:
        """Returns the entry type of the row; a value that is none is reported once, and its works are `@misc`."""
        column = self.mapping.work.kind
        written = " ".join(row.cells[column].split()) if column else ""
        kind = kind_of(written)
        if written and not kind and written not in self.unknown_kinds:
            self.unknown_kinds.add(written)
            what = f"`{written[:60]}` is not an entry type: works of this kind are @misc"
            self.note(row, column, "kind", what, key, "use a BibTeX type: article, inproceedings, incollection, book …")
        return kind or "misc"

    def authors(self, row: SheetRow, key: str) -> NameList:
        """Returns the names of the row; names that cannot be read for certain are left out and noted."""
        if not (given := self.mapping.work.authors):
            return NameList()
        if self.names is None:
            cells = [row.cells[given.column] for row in self.sheet.rows]
            self.names = NameColumn(cells, given.form, given.separator)
        read = self.names.read(row.cells[given.column])
        if read.why:
            column = flow(given.column)
            ask = f"say in the mapping how names are written: `authors: {{column: {column}, form: …, separator: …}}`"
            what = f"{read.why}: the authors were left out"
            self.note(row, given.column, "author-form" if read.ask else "author", what, key, ask if read.ask else "")
        return read.names

    def codes(self, row: SheetRow, key: str) -> Iterator[str]:
        yield from (code.id for code in self.mapping.every)
        for part in self.mapping.codes:
            cell = row.cells[part.column].strip()
            if cell in part.values:
                yield part.values[cell].id
            elif cell not in part.no_code:
                what = f"`{cell}` in the column {part.column} is not a code of the mapping and was left out"
                self.note(row, part.column, "unknown-code", what if cell else f"the column {part.column} is empty", key)


# --- the files ---


def bibliography_text(name: str, sheet: Worksheet, mapping: Mapping, made: Imported) -> str:
    """The entries as a .bib file."""
    made_by = MADE.format(sheet=Path(sheet.name).name, name=name)
    head = (made_by, f"Source of all facts: {mapping.label}.", "What the sheet does not give is not given here.")
    return "\n\n".join(["\n".join(f"% {_one_line(line)}" for line in head), *made.entries]) + "\n"


def coding_text(name: str, sheet: Worksheet, mapping: Mapping, made: Imported) -> str:
    """The codings as YAML, a line for each code and each work."""
    file = Path(sheet.name).name
    about = {"file": file, "sha256": sheet.digest, "rows": len(sheet.rows), "in_scope": made.in_scope}
    head = mapping.model_dump(include={"review", "label", "mapped_by"}) | {"rule": mapping.scope.rule, "sheet": about}
    used = {code for work in made.works for code in work.codes}
    codes = [code for code in review_codes(mapping) if code.id in used]
    lists: dict[str, Sequence[Listed]] = {"codes": codes, "works": made.works, "notes": made.notes}
    made_by = f"# {_one_line(MADE.format(sheet=file, name=name))}"
    blocks = [[made_by], [f"{key}: {flow(value)}" for key, value in head.items()]]
    if not made.notes:
        del lists["notes"]
    for key, parts in lists.items():
        blocks.append([f"{key}:" if parts else f"{key}: []", *(f"  - {flow(_given(part))}" for part in parts)])
    return "\n\n".join(map("\n".join, blocks)) + "\n"


def _one_line(text: str) -> str:
    """The text for a comment, without characters that may end the line."""
    return "".join(c if c.isprintable() else " " for c in text)


def review_codes(mapping: Mapping) -> Iterable[ReviewCode]:
    """The codes of the mapping, each once; differently spelled cells may stand for one code."""
    cells: list[tuple[CodeOf, str | None, str | None]] = [(code, None, None) for code in mapping.every]
    cells += [(code, part.column, value) for part in mapping.codes for value, code in part.values.items()]
    codes: dict[str, ReviewCode] = {}
    for code, column, value in cells:
        codes.setdefault(code.id, ReviewCode(**code.model_dump(), column=column, value=value))
    return codes.values()


def _given(part: Listed) -> dict[str, object]:
    """The fields in the order of the model, without the empty ones."""
    given = {key: value for key, value in part.model_dump().items() if value not in (None, (), [])}
    return given if "concepts" in given else {key: value for key, value in given.items() if key != "match"}


def flow(value: object) -> str:
    """Flow style YAML (1.2, chapter 7): plain words without quotes, everything else in double quotes."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{flow(key)}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(flow, value)) + "]"
    text = str(value)
    return text if isinstance(value, int) or _PLAIN.fullmatch(text) else quoted(text)
