"""The tables of a review as bibliography entries, imported codings and findings, made with a mapping."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from kg.building.reading import Sources, read_bibliographies, read_vocabularies
from kg.core.files import read_source
from kg.core.iris import segment
from kg.core.output import write_all
from kg.core.problems import Location, Problem, UsageError
from kg.model.bibliography import Vocabulary
from kg.model.mapping import Mapping
from kg.readers.codings import MappingSource, check_mapping
from kg.readers.formats import ANNOTATIONS, CODINGS, MAPPING_SUFFIX
from kg.readers.sheets import TableFile, Worksheet
from kg.readers.yaml.marks import Marked
from kg.sheets.codes import CodeSorter, scope_columns
from kg.sheets.concepts import ConceptCells
from kg.sheets.entries import EntryWriter
from kg.sheets.extracted import FindingReader, other_studies
from kg.sheets.imported import Imported, TableInUse, Tables
from kg.sheets.texts import annotation_text, bibliography_text, coding_text, made_by
from kg.sheets.works import WorkList


def import_review(
    root: Path,
    files: Sequence[TableFile],
    mapping_path: Path,
    dry_run: bool = False,
    sheet: str = "",
    header: Sequence[int] = (),
) -> Imported:
    """What the mapping makes of the tables: `bib/NAME.bib`, `bib/codings/NAME.yaml`, `bib/annotations/REVIEW.yaml`.

    If anything is an error, none of them is written.

    Args:
        root: The folder of the review.
        files: The files with its tables.
        mapping_path: The mapping, called `NAME.mapping.yaml`.
        dry_run: Whether to write nothing and only return the names of the files.
        sheet: The worksheet of the tables for which the mapping names none.
        header: The rows with the names of their columns.

    Raises:
        UsageError: if the mapping has another name, or a file that would be written was not made by this import.
    """
    name = mapping_path.name.removesuffix(MAPPING_SUFFIX)
    if name == mapping_path.name or not name:
        hint = "the files made with it are called NAME"
        raise UsageError(f"{mapping_path} should be called NAME{MAPPING_SUFFIX}: {hint}")
    reading = Sources(root)
    source, problems = _read_mapping(reading, mapping_path)
    if source is None or source.value is None or any(problem.severity == "error" for problem in problems):
        return Imported(problems=problems)
    mapping = source.value
    stem = segment(mapping.review) + (f".{mapping.reading}" if mapping.reading else "")
    paths = [root / "bib" / f"{name}.bib", root / CODINGS / f"{name}.yaml", root / ANNOTATIONS / f"{stem}.yaml"]
    own = [_is_own(path, name) for path in paths]
    read_bibliographies(reading)
    others = [found for found in reading.bibliographies if root / found.file.name != paths[0]]
    entries = {work.key for found in others for work in found.publications}
    made, first = import_tables(
        Tables(files, Imported(problems=problems), sheet, header), mapping, source.marks, entries, reading.vocabulary
    )
    if not made.errors:
        texts = _texts(name, first, mapping, made)
        for path, text, replaces in zip(paths, texts, own, strict=True):
            if text is not None and path.exists() and not replaces:
                message = (
                    f"{path} exists and was not made by `kg import` with {mapping_path.name}: it is not overwritten"
                )
                raise UsageError(f"{message}; {_other_name(path)}")
        # A file that this import has made before and that is empty now is removed.
        files_written = {p: t for p, t, is_own in zip(paths, texts, own, strict=True) if t is not None or is_own}
        if not dry_run:
            write_all(files_written)
        made.written = tuple(path for path, text in files_written.items() if text is not None)
    return made


def _is_own(path: Path, name: str) -> bool:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return made_by(name, file.readline(10_000))
    except OSError:
        return False


def _other_name(path: Path) -> str:
    if path.parent.name == "annotations":
        return "say `reading: NAME` in the mapping, and the findings become REVIEW.NAME.yaml"
    return "call the mapping something else"


def _read_mapping(reading: Sources, path: Path) -> tuple[MappingSource | None, list[Problem]]:
    top, path = reading.root.resolve(), path.parent.resolve() / path.name
    file = read_source(top if path.is_relative_to(top) else path.parent, path)
    if isinstance(file, Problem):
        return None, [file]
    read = MappingSource.read(file)
    if read.value is None:
        return None, list(read.problems)
    read_vocabularies(reading)
    return read, [*read.problems, *check_mapping(read.value, read.marks, reading.vocabulary)]


def _texts(name: str, first: Worksheet, mapping: Mapping, made: Imported) -> tuple[str | None, str | None, str | None]:
    """The texts of bibliography, codings and annotation; None where there is nothing to say."""
    coded = made.notes or any(work.codes for work in made.works)
    found = made.findings or made.included or made.other_studies
    return (
        bibliography_text(name, first, mapping, made) if made.entries else None,
        coding_text(name, first, mapping, made) if coded else None,
        annotation_text(name, first, mapping, made) if found else None,
    )


def import_tables(
    tables: Tables, mapping: Mapping, marks: Marked, entries: Collection[str], vocabulary: Vocabulary
) -> tuple[Imported, Worksheet]:
    """What the mapping makes of the tables, and the table that files name as their source: that of the works.

    Args:
        tables: The tables.
        mapping: The mapping.
        marks: Its places.
        entries: The keys of the existing bibliographies.
        vocabulary: The concepts that cells may name.
    """
    return _Importer(tables, mapping, marks, entries, vocabulary).run()


class _Importer:
    def __init__(
        self, tables: Tables, mapping: Mapping, marks: Marked, entries: Collection[str], vocabulary: Vocabulary
    ) -> None:
        self.tables, self.mapping, self.marks, self.made = tables, mapping, marks, tables.made
        self.works = WorkList(mapping.work, mapping.scope, entries)
        self.concepts = ConceptCells(vocabulary)
        self.codes = CodeSorter(mapping, self.works)

    def at(self, *path: str | int) -> Location:
        return self.marks.locate(path)

    def run(self) -> tuple[Imported, Worksheet]:
        mapping, made = self.mapping, self.made
        made.problems += self.works.read_known(self.at("work", "known"))
        table = self._table_of_works()
        if table is not None and not made.errors:
            self.works.read(table)
        lists = [n for n, part in enumerate(mapping.codes) if not self._is_of_works(part, table)]
        if table is not None and not made.errors:
            writer = EntryWriter(table, self.works)
            for work in self.works.works:
                if work.new:
                    writer.add(work)
            own = [part for n, part in enumerate(mapping.codes) if n not in lists]
            self.codes.add_rows_of_works(table, own)
            if mapping.work.methods or mapping.work.contexts or mapping.work.sample:
                made.other_studies += other_studies(table, mapping, self.works, self.concepts)
        first = table.sheet if table else None
        first = self._lists(lists, first)
        first = self._findings(first)
        made.works += self.codes.coded()
        if mapping.work.included:
            every = self.works.works if mapping.work.lists else self.works.known
            made.included += dict.fromkeys(work.key for work in every)
        if mapping.created is None and (made.findings or made.included or made.other_studies):
            hint = "add `created: 2026-11-29`, the date of the annotation that is written"
            made.problems.append(Problem(self.at(), "mapping/missing-field", "the mapping has no `created`", hint))
        return made, first or Worksheet(self.tables.files[0].name, self.tables.files[0].digest, (), ())

    def _use(self, part: object, at: Location, first: Worksheet | None) -> TableInUse | None:
        sheet = self.tables.table(part, at)  # type: ignore[arg-type]
        return TableInUse(sheet, self.made, first is None or sheet.name == first.name) if sheet else None

    def _table_of_works(self) -> TableInUse | None:
        """The table of the works, if there is one and it has the columns that the mapping names."""
        work, scope = self.mapping.work, self.mapping.scope
        if not work.lists:
            return None
        table = self._use(work, self.at("work"), None)
        parts = (work.authors, work.venue, work.kind, work.methods, work.contexts)
        columns = [work.id, work.key, work.title, work.doi_in, work.sample, *work.fields.values()]
        columns += [part.column for part in parts if part]
        columns += scope_columns(scope)
        if table is None or not table.has(columns):
            return None
        own = [part.column for part in self.mapping.codes if self._is_of_works(part, table)]
        return table if table.has(own) else None

    def _is_of_works(self, part: object, table: TableInUse | None) -> bool:
        """Whether a part of the mapping is about the table of the works: the same one, and without a list of works."""
        names_work = getattr(part, "studies", None) or getattr(part, "work", None)
        if names_work or table is None:
            return False
        return getattr(part, "sheet", None) is None or self.tables.same(part, table.sheet)  # type: ignore[arg-type]

    def _lists(self, numbers: Sequence[int], first: Worksheet | None) -> Worksheet | None:
        for n in numbers:
            part, at = self.mapping.codes[n], self.at("codes", n)
            table = self._use(part, at, first)
            if table is not None:
                first = first or table.sheet
                self.codes.add_lists(table, part, at)
        return first

    def _findings(self, first: Worksheet | None) -> Worksheet | None:
        reader = FindingReader(self.mapping, self.works, self.concepts)
        of_works = first
        for n, part in enumerate(self.mapping.findings):
            at = self.at("findings", n)
            table = self._use(part, at, first)
            if table is None:
                continue
            first = first or table.sheet
            is_of_works = bool(self.mapping.work.lists and of_works and table.sheet.name == of_works.name)
            self.made.problems += self._constants(n, part, table)
            reader.read(table, part, is_of_works, at)
        return first

    def _constants(self, n: int, part: object, table: TableInUse) -> Sequence[Problem]:
        """A problem for each concept that an effect or link names itself and that does not exist."""
        found = []
        for key in ("effect", "link"):
            for m, spec in enumerate(getattr(part, key)):
                for name, value in spec.given.items():
                    if isinstance(value, str) and value not in table.sheet.columns:
                        for slug in self.concepts.unknown(name, [value]):
                            where = self.at("findings", n, key, m, name)
                            what = f"there is neither a column nor a {name} `{slug}`"
                            hint = f"`kg query vocabulary --kind {name}`; columns: {', '.join(table.sheet.columns)}"
                            found.append(Problem(where, "mapping/unknown-concept", what, hint))
        return found
