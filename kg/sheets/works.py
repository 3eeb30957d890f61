"""The works that tables are about: several rows may be one work, and other tables name it by number, key or title."""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from kg.core.folding import folded
from kg.core.problems import Location, Problem
from kg.model.mapping import CellList, ScopeRule, WorkColumns
from kg.readers.bibtex.latex import plain, to_unicode
from kg.readers.bibtex.publication import VERBATIM
from kg.readers.bibtex.write import make_key
from kg.readers.doi import read_doi
from kg.readers.sheets import SheetRow
from kg.sheets.citations import title_of
from kg.sheets.imported import TableInUse, cell_of

_YEAR = re.compile(r"\d{4}")
_DATE = re.compile(r"(\d{4})-\d\d-\d\d(?:T.*)?")
_DAY_ZERO = datetime.date(1899, 12, 30)
"""What spreadsheets count days from."""


@dataclass
class WorkInTables:
    """A work, and the rows of its table that are about it. A new work has no entry in a bibliography yet."""

    rows: list[SheetRow] = field(default_factory=list)
    key: str = ""
    new: bool = False
    id: str = ""
    title: str = ""
    year: str = ""
    doi: str = ""
    key_given: bool = False
    merged: SheetRow = field(default_factory=lambda: SheetRow(0, {}))
    """The first row, with what only later rows have."""

    def add(self, row: SheetRow) -> None:
        """Adds a row."""
        if not self.rows:
            self.merged = row
        elif any(row.cells[name] for name, cell in self.merged.cells.items() if not cell):
            cells = {name: cell or row.cells[name] for name, cell in self.merged.cells.items()}
            self.merged = SheetRow(self.merged.number, cells)
        self.rows.append(row)


def year_of(cell: str) -> tuple[str, str]:
    """The year in a cell, and why it may not be the one that was meant.

    A date stands for its year. A program that shows the number 2018 as a date shows a day of 1905.
    """
    if date := _DATE.fullmatch(cell):
        year = date[1]
        if year == "1905":
            meant = (datetime.date.fromisoformat(cell[:10]) - _DAY_ZERO).days
            return str(meant), f"the date `{cell[:10]}` is the number {meant} in the format of a date: read as the year"
        return year, ""
    return cell.removesuffix(".0") if re.fullmatch(r"\d{4}\.0", cell) else cell, ""


def name_of(cell: str) -> str:
    """A number, key or title of a work in the form in which cells are compared: 12 and 12.0 are the same."""
    return re.sub(r"(?<=\d)\.0+\Z", "", " ".join(cell.split()))


class WorkList:
    """The works of the mapping: those of its table, and those that it says are known."""

    def __init__(self, columns: WorkColumns, scope: ScopeRule, entries: Collection[str]) -> None:
        self.columns, self.scope, self.entries = columns, scope, entries
        self.works: list[WorkInTables] = []
        self.of_row: dict[int, WorkInTables] = {}
        """By the number of its row in the table of works."""
        self.complete = True
        """Whether the table of works could be read; if not, that other tables name unknown works says nothing."""
        self.outside = {name_of(name) for name in columns.no_entry}
        """Names of works that are out of scope or left out."""
        self._keys: dict[str, WorkInTables] = {}
        self._ids: dict[str, WorkInTables] = {}
        self._dois: dict[str, WorkInTables] = {}
        self._titles: dict[str, list[WorkInTables]] = defaultdict(list)
        self._later: list[tuple[WorkInTables, str, str, str, str]] = []
        """Notes on rows of works that have no key yet."""

    # --- the known works ---

    def read_known(self, where: Location) -> Iterator[Problem]:
        """Yields a problem for each known work that has no entry."""
        for id, key in self.columns.known.items():
            if key not in self.entries:
                message = f"`known` names `{key}`, and there is no entry of that key in bib/"
                yield Problem(where, "mapping/unknown-work", message, "add the entry to a bibliography in bib/")
            work = self._keys.get(key)
            if work is None:
                work = self._keys[key] = WorkInTables(key=key, key_given=True, id=name_of(id))
            self._ids.setdefault(name_of(id), work)

    @property
    def known(self) -> Sequence[WorkInTables]:
        """The works that the mapping says are known, each once."""
        return list({key: self._keys[key] for key in self.columns.known.values()}.values())

    # --- the table of works ---

    def read(self, table: TableInUse) -> None:
        """Sorts the rows of the table into works, and gives new works keys."""
        for row in table.sheet.rows:
            if not any(row.cells.values()):
                continue
            within = table.in_scope(row, self.scope.conditions, self.scope.leave_out)
            if within is None:
                table.made.left_out.append(row)
            elif not within:
                table.made.out_of_scope += 1
            if within:
                table.made.in_scope += 1
                self._row(table, row)
            else:
                self.outside |= {name_of(cell) for cell in self._names(row) if cell}
        for name in self.outside & (self._ids.keys() | self._keys.keys()):
            self.outside.discard(name)
        taken = {*self.entries, *(work.key for work in self.works if work.key_given)}
        for work in self.works:
            if not work.key:
                work.key = make_key(work.title, work.year, taken)
                taken.add(work.key)
                self._keys.setdefault(work.key, work)
        for seen, column, rule, what, hint in self._later:  # now the works have keys
            row = seen.rows[0]
            table.note(row, column, rule, what, self.of_row[row.number].key, hint)

    def _names(self, row: SheetRow) -> list[str]:
        columns = self.columns
        return [cell_of(row, columns.id), cell_of(row, columns.key), folded(title_of(cell_of(row, columns.title)))]

    def _row(self, table: TableInUse, row: SheetRow) -> None:
        columns = self.columns
        title, (year, why) = (
            title_of(self.text(row, columns.title)),
            year_of(self.text(row, columns.fields.get("year"))),
        )
        id, key = name_of(cell_of(row, columns.id)), cell_of(row, columns.key)
        seen = WorkInTables([row], key, bool(columns.title), id, title, year, self.doi(row), bool(key), row)
        if why:
            hint = "format the column as numbers"
            self._later.append((seen, columns.fields["year"], "sheet/year-as-date", why, hint))
        known = self._ids.get(id) if id else None
        if known is None and columns.title and not title and not self._keys.get(key):
            cells = "; ".join(f"{name} is {value}" for name, value in row.cells.items() if value)
            what = f"this row has no {columns.title} and is not a work ({cells})"
            table.note(row, columns.title, "sheet/no-title", what)
            return
        if known is None and not self._usable(table, row, seen):
            return
        work = known or self._same(seen)
        if work is None:
            work = seen
            self.works.append(work)
        else:
            self._join(table, work, seen)
        self.of_row[row.number] = work
        self._index(work, seen)

    def _usable(self, table: TableInUse, row: SheetRow, seen: WorkInTables) -> bool:
        """Whether the row can be a work: its key is free, or it is one of a work that has an entry."""
        columns, key = self.columns, seen.key
        if columns.title:
            if key in columns.existing and key in self.entries:
                seen.new = False
            elif key and key in self.entries:
                hint = "if it is the same work, list it under `existing` in the mapping, else change it in the sheet"
                table.refuse(row, columns.key, "sheet/duplicate-key", f"`{key}` is the key of another entry", hint)
                return False
            return True
        if key in self.entries:
            return True
        hint = "add the entry, or name the columns of title and year under `work` in the mapping"
        if columns.id:
            hint = "add it to `known` in the mapping, or name the columns of title and year there"
        what = f"no entry `{key}` in bib/" if columns.key else f"`{seen.id}` is not in `known`"
        table.refuse(row, columns.key or columns.id, "sheet/unknown-work", what, hint)
        return False

    def _same(self, seen: WorkInTables) -> WorkInTables | None:
        """The work of an earlier row that this row is about, too: by key, number, DOI, or title and year."""
        if seen.key:
            return self._keys.get(seen.key)
        found = (self._ids.get(seen.id) if seen.id else None) or (self._dois.get(seen.doi) if seen.doi else None)
        return found or next((work for work in self._titles[folded(seen.title)] if self._agree(work, seen)), None)

    def _agree(self, work: WorkInTables, seen: WorkInTables) -> bool:
        """Whether a row with the same title is about the work.

        It is not if their DOIs or addresses differ, as those of a preprint and the article, or their years and
        something else.
        """
        address = self.columns.doi_in or self.columns.fields.get("url")
        addresses = cell_of(work.merged, address), cell_of(seen.rows[0], address)
        if (work.doi and seen.doi and work.doi != seen.doi) or (all(addresses) and len({*addresses}) > 1):
            return False
        if not (work.year and seen.year) or work.year == seen.year:
            return True
        columns = self.columns
        others = [columns.id, columns.doi_in, *(part.column for part in (columns.authors, columns.venue) if part)]
        others += [column for name, column in columns.fields.items() if name != "year"]
        first, row = work.merged, seen.rows[0]
        return not any(cell_of(first, column) != cell_of(row, column) for column in others)

    def _join(self, table: TableInUse, work: WorkInTables, seen: WorkInTables) -> None:
        """Adds a row to a work. Another year is an error; what else differs is noted, and the first is used."""
        row, columns = seen.rows[0], self.columns
        if work.rows and work.year and seen.year and work.year != seen.year:
            first = next(found for found in work.rows if self.text(found, columns.fields["year"]))
            what = f"the year is {seen.year} here and {work.year} in row {first.number}, and both are about"
            hint = "correct one of them; two works of one title need something else that differs, such as their keys"
            message = f"{what} `{seen.id or seen.title or work.title}`"
            table.refuse(row, columns.fields["year"], "sheet/year-differs", message, hint)
        differing = [
            column
            for column in (columns.title, columns.authors and columns.authors.column, *columns.fields.values())
            if column and work.rows and cell_of(row, column) and column != columns.fields.get("year")
            if cell_of(work.merged, column) not in ("", cell_of(row, column))
            and folded(cell_of(work.merged, column)) != folded(cell_of(row, column))
        ]
        if differing:
            what = f"{', '.join(differing)} differ from row {work.rows[0].number} about the same work, which is used"
            self._later.append((seen, differing[0], "sheet/rows-differ", what, ""))
        if not work.rows:
            self.works.append(work)
        work.add(row)
        work.title, work.year, work.doi = work.title or seen.title, work.year or seen.year, work.doi or seen.doi

    def _index(self, work: WorkInTables, seen: WorkInTables) -> None:
        if work.key:
            self._keys.setdefault(work.key, work)
        if seen.id:
            self._ids.setdefault(seen.id, work)
        if seen.doi:
            self._dois.setdefault(seen.doi, work)
        if seen.title and work not in self._titles[folded(seen.title)]:
            self._titles[folded(seen.title)].append(work)

    # --- cells ---

    def text(self, row: SheetRow, column: str | None, field: str = "") -> str:
        """The text of a cell, without LaTeX if the mapping says that there is some."""
        cell = cell_of(row, column)
        if cell and self.columns.syntax == "latex":  # in an address, `~` is no space
            cell = " ".join((plain(cell) if field in VERBATIM else to_unicode(cell)).split())
        return cell

    def doi(self, row: SheetRow) -> str:
        """The DOI of a row, from its column or an address."""
        columns = self.columns
        written = self.text(row, columns.fields.get("doi"), "doi")
        return read_doi(written or (row.cells[columns.doi_in] if columns.doi_in else "")).lower()

    # --- names in other tables ---

    def find(self, name: str) -> WorkInTables | None:
        """The work that a cell names by its number, key or title."""
        name = name_of(name)
        found = self._ids.get(name) or self._keys.get(name)
        if found is None and len(alike := self._titles.get(folded(title_of(name)), [])) == 1:
            return alike[0]
        if found is None and name in self.entries:
            found = self._keys[name] = WorkInTables(key=name, key_given=True)
        return found

    def is_outside(self, name: str) -> bool:
        """Whether a cell names a work that is not in scope."""
        return name_of(name) in self.outside or folded(title_of(name)) in self.outside

    def named(self, table: TableInUse, row: SheetRow, part: CellList, what: str) -> list[tuple[str, WorkInTables]]:
        """The works that a cell names, each once, with the name; names that are unknown are errors."""
        names, rest = part.read(row.cells[part.column])
        if rest:
            said = f"`{' '.join(rest.split())[:60]}` in the column {part.column} is not matched by the pattern"
            table.note(row, part.column, "import/unread-studies", said)
        found: dict[str, tuple[str, WorkInTables]] = {}
        for name in names:
            work = self.find(name)
            if work is not None:
                found.setdefault(work.key, (name, work))
            elif self.complete and not self.is_outside(name):
                hint = "add it to `known` in the mapping, or to `no_entry` with the reason"
                table.refuse(row, part.column, "import/unknown-work", f"there is no work `{name[:60]}`", hint)
        if not names and not rest:
            hint = "name the work, or say with `conditions` or `leave_out` which rows these are"
            table.refuse(row, part.column, "import/unknown-work", f"this {what} names no work", hint)
        return list(found.values())
