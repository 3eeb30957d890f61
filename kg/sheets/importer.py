"""The tables of a review sorted into works, codes and findings, as its mapping says."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import chain

from kg.core.problems import Location, Problem, did_you_mean, in_order
from kg.model.annotation import CausePart, EffectPart, LinkPart
from kg.model.bibliography import Vocabulary
from kg.model.mapping import ColumnCodes, ConceptColumn, FindingTable, Mapping, RelationColumns, TableOf
from kg.readers.yaml.marks import Marked
from kg.sheets.codes import CodeSorter, scope_columns
from kg.sheets.concepts import CHOICES, ConceptCells
from kg.sheets.entries import EntryWriter
from kg.sheets.extracted import FindingReader, other_studies, united
from kg.sheets.imported import Imported, Origin, TableInUse, Tables
from kg.sheets.works import WorkList

RELATIONS: dict[str, type[CausePart]] = {"effect": EffectPart, "link": LinkPart}
"""By the key of a mapping: what its columns make."""


def import_tables(
    tables: Tables, mapping: Mapping, marks: Marked, entries: Collection[str], vocabulary: Vocabulary
) -> tuple[Imported, Origin]:
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
        self.table: TableInUse | None = None
        """The table of the works."""
        if mapping.work.lists and (sheet := tables.table(mapping.work, self.at("work"))):
            self.table = TableInUse(sheet, self.made)

    def at(self, *path: str | int) -> Location:
        return self.marks.locate(path)

    def run(self) -> tuple[Imported, Origin]:
        mapping, made = self.mapping, self.made
        made.problems += self.works.read_known(self.at("work", "known"))
        own = [part for part in mapping.codes if self.table and self._is_of_works(part)]
        table = self.table = self._table_of_works(own)
        if table is not None and not made.errors:
            self._works(table, own)
        self.works.complete = not mapping.work.lists or not made.errors
        for n, part in enumerate(mapping.codes):
            if part not in own and (used := self._use(part, self.at("codes", n))):
                self.codes.add_lists(used, part, self.at("codes", n))
        self._findings()
        made.works += self.codes.coded()
        made.other_studies = united([*made.other_studies, *mapping.other_studies])
        if mapping.work.included:
            every = self.works.works if mapping.work.lists else self.works.known
            made.included += dict.fromkeys(work.key for work in every)
        made.problems = in_order([*made.problems, *self._check()])
        made.notes = sorted(dict.fromkeys(made.notes), key=lambda note: (note.sheet or "", note.row))
        return made, self._origin()

    def _table_of_works(self, own: list[ColumnCodes]) -> TableInUse | None:
        """The table of the works, if there is one and it has the columns that the mapping names."""
        work, table = self.mapping.work, self.table
        parts = (work.authors, work.venue, work.kind, work.methods, work.contexts, *own)
        columns = [work.id, work.key, work.title, work.doi_in, work.sample, *work.fields.values()]
        columns += [part.column for part in parts if part]
        return table if table and table.has([*columns, *scope_columns(self.mapping.scope)]) else None

    def _works(self, table: TableInUse, own: list[ColumnCodes]) -> None:
        self.works.read(table)
        if self.made.errors:
            return
        writer = EntryWriter(table, self.works)
        for work in self.works.works:
            if work.new:
                writer.add(work)
        self.codes.add_rows_of_works(table, own)
        columns = self.mapping.work
        if columns.methods or columns.contexts or columns.sample:
            self.made.other_studies += other_studies(table, self.mapping, self.works, self.concepts)

    def _findings(self) -> None:
        reader = FindingReader(self.mapping, self.works, self.concepts)
        for n, part in enumerate(self.mapping.findings):
            at = self.at("findings", n)
            if table := self._use(part, at):
                wrong = list(self._relations(n, part, table))
                self.made.problems += wrong
                of_works = self.table is not None and table.sheet.name == self.table.sheet.name
                if not wrong:  # else every row would say so again
                    reader.read(table, part, of_works, at)

    # --- tables ---

    def _is_of_works(self, part: TableOf) -> bool:
        """Whether a part of the mapping that names no works is about the table of the works."""
        if self.table is None or getattr(part, "studies", None) or getattr(part, "work", None):
            return False
        return part.sheet is None or self.tables.same(part, self.table.sheet)

    def _use(self, part: TableOf, at: Location) -> TableInUse | None:
        """The table that a part is about; that of the works is read as `work` says, unless this part differs."""
        works, own = self.table, part.header or part.fill_down
        if works and not own and (self._is_of_works(part) or self.tables.same(part, works.sheet)):
            return works
        sheet = self.tables.table(part, at)
        return TableInUse(sheet, self.made, sheet.name == self._origin().name) if sheet else None

    def _origin(self) -> Origin:
        if self.table is not None:
            sheet = self.table.sheet
            return Origin(sheet.name, sheet.digest, len(sheet.rows), self.made.in_scope)
        file = self.tables.files[0]
        rows = sum(len(sheet.rows) for sheet in self.tables.read.values() if sheet and sheet.digest == file.digest)
        return Origin(file.name, file.digest, rows, len(self.made.rows_used))

    # --- what the mapping says itself ---

    def _check(self) -> Iterator[Problem]:
        """Yields a problem for each work and id that notes and studies name and that does not exist."""
        made = self.made
        if self.mapping.review not in self.works.entries:
            what = f"no entry `{self.mapping.review}` in bib/ for the review itself"
            hint = did_you_mean(self.mapping.review, self.works.entries, "add one; its key is `review` of the mapping")
            yield Problem(self.at("review"), "mapping/unknown-work", what, hint)
        if self.mapping.created is None and (made.findings or made.included or made.other_studies):
            hint = "add `created: 2026-11-29`, the date of the annotation that is written"
            yield Problem(self.at(), "mapping/missing-field", "the mapping has no `created`", hint)
        known = {"study", "publication", *(finding.id for finding in made.findings)}
        known |= {f"{kind}:{slug}" for kind, slug in self.concepts.vocabulary.concepts}
        for n, note in enumerate(self.mapping.curation_notes):
            for m, name in enumerate(note.about):
                if name not in known:
                    where, what = self.at("curation_notes", n, "about", m), f"a note cannot be about `{name}`"
                    hint = "the id of a finding of this import, study, publication, or KIND:SLUG"
                    yield Problem(where, "mapping/unknown-target", what, hint)
        for n, study in enumerate(self.mapping.other_studies):
            if self.works.find(study.work) is None:
                where, hint = self.at("other_studies", n, "work"), "add the entry to a bibliography in bib/"
                yield Problem(where, "mapping/unknown-work", f"no entry `{study.work}` in bib/", hint)

    def _relations(self, n: int, part: FindingTable, table: TableInUse) -> Iterator[Problem]:
        """Yields a problem for each effect or link that lacks a part, or says one itself that does not exist."""
        specs = [(key, m, spec) for key in RELATIONS for m, spec in enumerate(getattr(part, key))]
        for key, m, spec in specs:
            for name in _missing(RELATIONS[key], spec):
                what, hint = f"this {key} has no {name}", "name a column, or the value itself"
                yield Problem(self.at("findings", n, key, m), "mapping/missing-field", what, hint)
            for name, value in spec.given.items():
                at, said = self.at("findings", n, key, m, name), [value] if isinstance(value, str) else []
                columns = f"columns: {', '.join(table.sheet.columns)}"
                listed = f"one of {', '.join(CHOICES.get(name, ()))}"
                hint = listed if name in CHOICES else f"`kg query vocabulary --kind {name}`"
                if said and value not in table.sheet.columns:
                    for slug in self.concepts.unknown(name, said):
                        what = f"there is neither a column nor a {name} `{slug}`"
                        yield Problem(at, "mapping/unknown-concept", what, f"{hint}; {columns}")
                elif name in CHOICES and isinstance(value, ConceptColumn):  # concepts are checked with the mapping
                    for slug in self.concepts.unknown(name, chain.from_iterable(value.values.values())):
                        yield Problem(at, "mapping/unknown-concept", f"`{slug}` is not a {name}", hint)


def _missing(relation: type[CausePart], spec: RelationColumns) -> Iterator[str]:
    """Yields what an effect or link needs and a mapping does not give."""
    if not spec.given.keys() & set(relation.kinds):
        yield f"{', '.join(relation.kinds[:-1])} or {relation.kinds[-1]}"
    yield from (name for name, part in relation.model_fields.items() if part.is_required() and name not in spec.given)
