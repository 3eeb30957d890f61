"""BibTeX entries of works, with the facts of their rows and no others."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from kg.readers.bibtex.names import NameList
from kg.readers.bibtex.publication import KINDS
from kg.readers.bibtex.titles import PARTS_OF_BOOKS
from kg.readers.bibtex.write import write_entry
from kg.readers.doi import is_address, read_doi
from kg.readers.records import CONTAINERS
from kg.readers.sheets import SheetRow
from kg.sheets.authors import NameColumn
from kg.sheets.citations import venue_of
from kg.sheets.imported import TableInUse, cell_of, meaning
from kg.sheets.texts import flow
from kg.sheets.works import WorkInTables, WorkList

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
class EntryWriter:
    """Writes the entries of the works in one table."""

    table: TableInUse
    works: WorkList
    names: NameColumn | None = None
    unknown_kinds: set[str] = field(default_factory=set)

    def add(self, work: WorkInTables) -> None:
        """Adds the entry of a work."""
        columns, row, key = self.works.columns, work.merged, work.key
        kind = self.kind(row, key)
        containers = containers_of(kind)
        fields = {"title": work.title, **dict.fromkeys(containers, "")}
        fields |= {name: self.works.text(row, column, name) for name, column in columns.fields.items()}
        if "year" in fields:
            fields["year"] = work.year
        if columns.venue:
            venue, after = venue_of(self.works.text(row, columns.venue.column), fields, columns.venue.ends_in)
            fields |= dict.fromkeys(containers, venue) | after
        if work.year and not re.fullmatch(r"\d{4}", work.year):
            what = f"the year `{work.year}` is not a year and was left out"
            self.table.note(row, columns.fields["year"], "sheet/year", what, key)
            del fields["year"]
        if fields.get("url") and not is_address(fields["url"]):
            what = f"`{fields.pop('url')[:60]}` is not one address and was left out"
            self.table.note(row, columns.fields["url"], "sheet/url", what, key)
        written = fields.get("doi", "")
        fields["doi"] = read_doi(written or (row.cells[columns.doi_in] if columns.doi_in else "")) or written
        people = self.authors(row, key)
        try:
            entry = write_entry(kind, key, fields, people.persons, others=people.others)
        except ValueError as error:
            self.table.refuse(row, columns.key, "sheet/key", str(error), "change it in the sheet")
            return
        self.table.made.entries.append(entry.rstrip())

    def kind(self, row: SheetRow, key: str) -> str:
        """Returns the entry type of the row; a value that is none is reported once, and its works are `@misc`."""
        given = self.works.columns.kind
        written = " ".join(cell_of(row, given.column).split()) if given else ""
        kind = kind_of(meaning(given.values, written) or written) if given else ""
        if written and not kind and written not in self.unknown_kinds:
            self.unknown_kinds.add(written)
            what = f"`{written[:60]}` is not an entry type: works of this kind are @misc"
            column = given.column if given else None
            hint = (
                "use a BibTeX type: article, inproceedings, incollection, book …; or say in the mapping what it means"
            )
            self.table.note(row, column, "sheet/kind", what, key, hint)
        return kind or "misc"

    def authors(self, row: SheetRow, key: str) -> NameList:
        """Returns the names of the row; names that cannot be read for certain are left out and noted."""
        if not (given := self.works.columns.authors):
            return NameList()
        if self.names is None:
            cells = [row.cells[given.column] for row in self.table.sheet.rows]
            self.names = NameColumn(cells, given.form, given.separator)
        read = self.names.read(row.cells[given.column])
        if read.why:
            column = flow(given.column)
            ask = f"say in the mapping how names are written: `authors: {{column: {column}, form: …, separator: …}}`"
            what = f"{read.why}: the authors were left out"
            rule, hint = ("sheet/author-form", ask) if read.ask else ("sheet/author", "")
            self.table.note(row, given.column, rule, what, key, hint)
        return read.names
