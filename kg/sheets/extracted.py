"""Findings in tables: what a review extracted from its studies, as second-hand findings of the review's annotation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from pydantic import ValidationError

from kg.core.problems import Location, Problem
from kg.model.annotation import FindingPart, OtherStudyPart
from kg.model.evidence import RowEvidencePart, shortened
from kg.model.mapping import LISTS, ConceptColumn, FieldsByCode, FindingFields, FindingTable, Mapping, RelationColumns
from kg.readers.sheets import SheetRow
from kg.sheets.codes import scope_columns
from kg.sheets.concepts import ConceptCells
from kg.sheets.imported import TableInUse, cell_of, meaning
from kg.sheets.works import WorkInTables, WorkList, name_of

COLUMNS = ("practices", "challenges", "approaches", "tools", "outcomes", "addresses", "recommends")
"""The lists of a finding that may come from a column."""
_OPTIONAL = frozenset({"valence", "polarity"})
_NOTHING = FindingFields.model_validate({})
_TELLING = ("direction", "polarity")
"""What a row says of a relation for which another cell may be missing."""


@dataclass
class FindingReader:
    """Reads tables of findings. `ids` has the place of each id so far."""

    mapping: Mapping
    works: WorkList
    concepts: ConceptCells
    ids: dict[str, str] = field(default_factory=dict)

    def read(self, table: TableInUse, part: FindingTable, is_of_works: bool, where: Location) -> None:
        """Adds the findings of a table.

        Args:
            table: The table.
            part: What the mapping says about it.
            is_of_works: Whether it is also the table of the works.
            where: The place of `part` in the mapping.
        """
        if part.work is None and not is_of_works:
            message = f"the table {table.name} is not that of the works: which column names the work of a finding?"
            hint = "add `work: COLUMN` to the table of findings"
            table.made.problems.append(Problem(where, "mapping/missing-field", message, hint))
            return
        if not table.has(_columns(part)):
            return
        used: set[str] = set()
        for row in table.sheet.rows:
            if any(row.cells.values()) and table.in_scope(row, part.conditions, part.leave_out):
                table.made.rows_used.add((table.name, row.number))
                self._row(table, part, row, used)
        for id in part.by_id.keys() - used:
            message = f"`by_id` has `{id}`, and no row of {table.name} in scope has this id"
            table.made.problems.append(Problem(where, "mapping/unused-id", message, "correct or remove it", "warning"))

    def _row(self, table: TableInUse, part: FindingTable, row: SheetRow, used: set[str]) -> None:
        if part.work is None:
            of_row = self.works.of_row.get(row.number)
            works = [("", of_row)] if of_row else []
        else:
            works = self.works.named(table, row, part.work, "finding")
        if not works:
            return
        own = name_of(cell_of(row, part.id)) if part.id else f"r{row.number}"
        if not own:
            hint = "give it one, or say with `conditions` or `leave_out` which rows these are"
            table.refuse(row, part.id, "import/id", "this finding has no id", hint)
            return
        fields = self._fields(table, part, row, own, works[0][1].key, used)
        many = part.work is not None and bool(part.work.separator or part.work.pattern) and len(works) > 1
        for name, work in works:
            id = _id(f"{part.prefix or ''}{own}{f'-{name}' if many else ''}")
            self._finding(table, part, row, id, work, fields)

    def _finding(
        self, table: TableInUse, part: FindingTable, row: SheetRow, id: str, work: WorkInTables, fields: dict[str, Any]
    ) -> None:
        place = f"{table.sheet.name}, row {row.number}"
        if not fields.get("statement"):
            hint = "write one into the mapping (`by_code`, `by_id`) or into the column of statements"
            what = f"the finding {id} has no statement and was left out"
            table.note(row, part.statement or part.id, "import/no-statement", what, work.key, hint)
            return
        if first := self.ids.get(id.casefold()):
            hint = "give the table a `prefix`, or correct the column of ids"
            table.refuse(row, part.id, "import/duplicate-id", f"`{id}` is also the id of the finding in {first}", hint)
            return
        self.ids[id.casefold()] = place
        evidence = self._evidence(table, part, row, work, fields.get("quote", ""))
        written = evidence.model_dump(exclude_none=True)
        counts = [count.model_copy(update={"evidence": (evidence,)}) for count in fields.get("counts", ())]
        elsewhere = evidence.stands_in not in (None, self.mapping.review)
        here = evidence.model_copy(update={"section": None, "page": None}) if elsewhere else evidence
        fields = {name: value for name, value in fields.items() if name != "quote"}
        given = {"section": here.place} | fields | {"counts": counts, "id": id, "attributed_to": work.key}
        try:
            made = FindingPart.model_validate(given | {"evidence": (written,)})
        except ValidationError as error:
            first_error = error.errors(include_url=False)[0]
            path = ".".join(str(step) for step in first_error["loc"])
            what = f"the finding {id} is not valid: {path}: {first_error['msg']}"
            table.refuse(row, part.id, "import/finding", what, "correct what the mapping says about it")
            return
        table.made.findings.append(made)

    def _evidence(
        self, table: TableInUse, part: FindingTable, row: SheetRow, work: WorkInTables, repaired: str
    ) -> RowEvidencePart:
        cell = cell_of(row, part.quote.column) if part.quote else ""
        words, cut = shortened(repaired or cell)
        cut = cut or len(words.split()) < len(cell.split())
        stands_in = {"work": work.key, "review": self.mapping.review, "sheet": None}
        given = {"row": f"{table.name}#row={row.number}", "quote": words or None, "shortened": cut or None}
        given |= {"section": cell_of(row, part.section) or None, "page": name_of(cell_of(row, part.page)) or None}
        if part.quote and (words or given["section"] or given["page"]):  # a page without words is of the same text
            given["stands_in"] = stands_in[part.quote.stands_in]
        return RowEvidencePart.model_validate(given)

    def _fields(
        self, table: TableInUse, part: FindingTable, row: SheetRow, own: str, work: str, used: set[str]
    ) -> dict[str, Any]:
        """The fields of a finding, from what all findings have to what only this one has."""
        fields: dict[str, Any] = {name: [] for name in LISTS}
        _unite(fields, part.every)
        for by_code in part.by_code:
            for given in self._by_code(table, row, by_code, work):
                _unite(fields, given)
        if statement := cell_of(row, part.statement):
            fields["statement"] = " ".join(statement.split())
        for key in COLUMNS:
            if column := getattr(part, key):
                fields[key] += self.concepts.read(table, row, key, column, work)
        by_id = part.by_id.get(own, _NOTHING)
        for key, specs in (("effects", part.effect), ("links", part.link)):
            if key not in by_id.model_fields_set:
                fields[key] += [given for spec in specs for given in self._relations(table, row, spec, work)]
        if part.recommendation and (part.recommendation == "true" or cell_of(row, part.recommendation)):
            fields["kind"] = "recommendation"
        used.add(own)
        for name in by_id.model_fields_set:
            fields[name] = getattr(by_id, name)
        return {name: _once(value) if name in LISTS else value for name, value in fields.items() if value}

    def _by_code(self, table: TableInUse, row: SheetRow, part: FieldsByCode, work: str) -> Iterator[FindingFields]:
        cell = cell_of(row, part.column)
        whole = meaning(part.values, cell)
        pieces = [cell]
        if whole is None and part.separator:
            pieces = [piece.strip() for piece in cell.split(part.separator) if piece.strip()] or [""]
        for piece in pieces:
            if (found := meaning(part.values, piece)) is not None:
                yield found
            elif piece not in part.no_code:
                what = f"`{piece[:60]}` in the column {part.column} is not a code of the mapping"
                hint = "add it to `by_code` in the mapping, or to its `no_code`"
                table.note(row, part.column, "sheet/unknown-code", what, work, hint)

    def _relations(
        self, table: TableInUse, row: SheetRow, spec: RelationColumns, work: str
    ) -> Iterator[dict[str, str]]:
        """Every combination of what the columns of an effect or link say in this row; none if one of them is empty."""
        options: dict[str, list[str]] = {}
        empty: list[str] = []
        told = ""
        for key, given in spec.given.items():
            column = given if isinstance(given, ConceptColumn) else None
            if isinstance(given, str) and given in table.sheet.columns:
                column = ConceptColumn.model_validate({"column": given})
            empty += [column.column] if column and not cell_of(row, column.column) and key not in _OPTIONAL else []
            found = [str(given)] if column is None else list(self.concepts.read(table, row, key, column, work))
            if found or key not in _OPTIONAL:
                options[key] = found
            if found and key in _TELLING and column:
                told = f"`{cell_of(row, column.column)[:60]}` in the column {column.column}"
        if told and empty:
            what = f"{told} says nothing without {' and '.join(empty)}, where the cell is empty"
            table.note(row, empty[0], "import/incomplete", what, work)
        for values in product(*options.values()):
            yield dict(zip(options, values, strict=True))


def _unite(fields: dict[str, Any], given: FindingFields) -> None:
    """Adds fields: lists grow, and a statement, section or kind stands unless there is one already."""
    for name in given.model_fields_set:
        value = getattr(given, name)
        if name in LISTS:
            fields[name] += value
        elif value is None:
            continue
        elif name == "kind" or name not in fields:
            fields[name] = value


def _once(values: list[Any]) -> list[Any]:
    """The values, each once. Effects of columns are still plain data."""
    found: list[Any] = []
    seen = set()
    for value in values:
        key = tuple(sorted(value.items())) if isinstance(value, dict) else value
        if key not in seen:
            seen.add(key)
            found.append(value)
    return found


def _id(text: str) -> str:
    """The text with only the characters of an id."""
    made = re.sub(r"[^A-Za-z0-9_-]+", "-", text).strip("-_")
    return made or "finding"


def _columns(part: FindingTable) -> list[str | None]:
    """The columns that a table of findings must have."""
    given = [part.work, part.quote, *(getattr(part, key) for key in COLUMNS), *part.by_code]
    names: list[str | None] = [column.column for column in given if column]
    for spec in (*part.effect, *part.link):
        names += [value.column for value in spec.given.values() if isinstance(value, ConceptColumn)]
    recommendation = None if part.recommendation == "true" else part.recommendation
    return [*names, part.id, part.statement, part.page, part.section, recommendation, *scope_columns(part)]


def other_studies(
    table: TableInUse, mapping: Mapping, works: WorkList, concepts: ConceptCells
) -> Iterator[OtherStudyPart]:
    """What the table of works says about how each study was done."""
    columns = mapping.work
    for work in works.works:
        found: dict[str, list[str]] = {"methods": [], "contexts": []}
        for row in work.rows:
            for key, column in (("methods", columns.methods), ("contexts", columns.contexts)):
                found[key] += concepts.read(table, row, key, column, work.key) if column else ()
        row = work.merged
        sample = " ".join(cell_of(row, columns.sample).split()) or None
        if sample or any(found.values()):
            evidence = {"row": f"{table.name}#row={row.number}"}
            given = {"work": work.key, "sample": sample, "evidence": [evidence]}
            yield OtherStudyPart.model_validate(given | {key: list(dict.fromkeys(found[key])) for key in found})


def united(studies: Iterable[OtherStudyPart]) -> list[OtherStudyPart]:
    """One part for each work: lists joined, and of other values the last."""
    found: dict[str, dict[str, Any]] = {}
    for study in studies:
        before = found.setdefault(study.work, {})
        for name, value in study.model_dump(exclude_none=True, warnings=False).items():
            old = before.get(name, ())
            listed = isinstance(value, list | tuple)
            before[name] = [*old, *(item for item in value if item not in old)] if listed else value
    return [OtherStudyPart.model_validate(given) for given in found.values()]
