"""What the columns of a table seem to be, by their names and cells: the basis of a proposed mapping."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from kg.core.folding import folded
from kg.readers.sheets import TableFile, Worksheet
from kg.sheets.works import name_of

_NAMES = {
    "key": "bib(tex)? ?key|cite ?key|key",
    "id": "id|no|nr|ref|number|ps|"
    "(study|paper|article|work|source|claim|finding|primary study|record|item) ?(id|no|nr|number)",
    "title": "(paper |study |article |work |publication )?title( of .*)?|titel|titulo|titre",
    "authors": "authors?|autor(en|es)?|auteurs?|author s",
    "year": "(publication )?year( of publication)?|jahr|ano|annee",
    "venue": "venue|journal|booktitle|conference|publication venue|source title|published in",
    "kind": "type|kind|entry ?type|pub(lication)? ?type|document type",
    "doi": "doi",
    "url": "url|link",
    "volume": "volume", "pages": "pages", "publisher": "publisher",
    "statement": "claims?|((key|main) )?findings?|statements?|results?|conclusions?|observations?",
    "quote": "quotes?|quotations?|.* (quotation|quote|citation)|excerpts?|verbatim|text|segment|content",
    "page": "page|p|page number",
    "section": "section",
    "method": "(research )?methods?|methodology|study type|research type|research approach",
    "context": "contexts?|domain",
    "recommendation": "recommendations?|solutions?",
    "challenge": "challenges?|problems?|barriers?|issues?",
    "practice": "practices?",
    "outcome": "outcomes?|(outcome|dependent) variables?",
    "direction": "direction|sign|direction of (the )?effect|effect direction",
    "code": "codes?|themes?|sub ?themes?|categor(y|ies)|topics?|labels?|tags?|dimension",
    "studies": "(primary |included )?(studies|papers|sources|references|works|articles)",
    "work": "(primary )?(study|paper|article|source|reference|work)|document",
}  # fmt: skip
"""By role: the names of columns that have it, in the order in which they are looked for."""
_PATTERNS = {role: re.compile(names) for role, names in _NAMES.items()}
_LISTED = re.compile(r"\[?\s*([A-Za-z]{0,4} ?\d{1,4})\s*\]?")
"""The number of a study in a list of them."""
MOSTLY = 0.7
_WORDS_OF_A_TITLE = 3


@dataclass
class TableSeen:
    """A table, the row with the names of its columns, and the roles that its columns seem to have."""

    file: TableFile
    sheet: Worksheet
    worksheet: str
    header: tuple[int, ...]
    """The rows of the header; none if it is the first one."""
    roles: dict[str, str] = field(default_factory=dict)

    def cells(self, column: str) -> list[str]:
        """The cells of a column, without blanks around them."""
        return [row.cells[column].strip() for row in self.sheet.rows]

    def filled(self, role: str) -> list[str]:
        """The cells that are not empty of the column with a role; none if there is none."""
        return [cell for cell in self.cells(self.roles[role]) if cell] if role in self.roles else []

    @property
    def others(self) -> list[str]:
        """The columns without a role, and those of codes and outcomes."""
        taken = {column for role, column in self.roles.items() if role not in ("code", "outcome")}
        return [column for column in self.sheet.columns if column not in taken]


def see(file: TableFile, worksheet: str, header: Collection[int] = (), only: bool = True) -> TableSeen | None:
    """Returns what a worksheet seems to be; None if it has no table.

    Args:
        file: The file.
        worksheet: The name of the worksheet.
        header: The rows with the names of the columns, if a person says so.
        only: Whether that is about this worksheet; else its own header may tell more.
    """
    given = _see(file, worksheet, tuple(sorted(header)))
    own = None if only or not header else _see(file, worksheet, ())
    return own if own and (given is None or len(own.roles) > len(given.roles)) else given


def _see(file: TableFile, worksheet: str, header: tuple[int, ...]) -> TableSeen | None:
    sheet, _ = file.table(worksheet, header)
    if sheet is not None and not header and (row := _header(sheet)):
        header = (row,)
        sheet, _ = file.table(worksheet, header)
    if sheet is not None and len(sheet.names_in) > max(len(header), 1):
        header = sheet.names_in
        sheet, _ = file.table(worksheet, header)
    if sheet is None or not sheet.rows:
        return None
    seen = TableSeen(file, sheet, worksheet, header)
    for role, column in _roles(sheet):
        seen.roles.setdefault(role, column)
    named = seen.filled("work") if "title" not in seen.roles else []
    if named and sum(len(cell.split()) > _WORDS_OF_A_TITLE for cell in named) >= MOSTLY * len(named):
        seen.roles["title"] = seen.roles.pop("work")  # the column of papers has their titles
    return seen


def _header(sheet: Worksheet) -> int:
    """The row of the header if the first row is only a title, which has one cell; else 0."""
    return next((row for row, filled in sheet.widths if filled > 1), 0) if len(sheet.columns) == 1 else 0


def _roles(sheet: Worksheet) -> Iterator[tuple[str, str]]:
    names = {column: folded(column.replace("_", " ").replace("#", "no")) for column in sheet.columns}
    free = {column: {name, folded(column.rpartition(" / ")[2])} for column, name in names.items()}  # the lower name too
    for role, pattern in _PATTERNS.items():
        for column in [column for column in free if any(map(pattern.fullmatch, free[column]))]:
            if _fits(role, [row.cells[column].strip() for row in sheet.rows]):
                del free[column]
                yield role, column
                break
    for column in free:
        if "title" in names[column].split():
            yield "title", column


def _fits(role: str, cells: list[str]) -> bool:
    """Whether the cells of a column can have the role that its name suggests."""
    filled = [cell for cell in cells if cell]
    if not filled:
        return role not in ("title", "statement", "quote")
    if role == "year":
        return sum(bool(re.search(r"(19|20)\d\d", cell)) for cell in filled) >= MOSTLY * len(filled)
    if role == "studies":
        return is_list(filled)
    if role in ("statement", "quote"):
        return sum(" " in cell for cell in filled) >= MOSTLY * len(filled)
    return True


def is_list(cells: Collection[str]) -> bool:
    """Whether cells list several numbers of studies: `[PS1] [PS12]`, `3, 7, 12`."""
    several = [cell for cell in cells if len(_LISTED.findall(cell)) > 1 and not re.search(r"[^\W\d]{5}", cell)]
    return len(several) >= 1 and all(_LISTED.search(cell) and not re.search(r"[^\W\d]{5}", cell) for cell in cells)


def list_form(cells: Collection[str]) -> dict[str, str]:
    """How cells list studies, as the mapping says it: a pattern, or what separates them."""
    if any("[" in cell for cell in cells):
        return {"pattern": r"\[\s*([^\]]*?)\s*\]"}
    marks = Counter(mark for cell in cells for mark in ";,|/" if mark in cell)
    return {"separator": marks.most_common(1)[0][0] if marks else " "}


def refers_to(cells: Collection[str], names: Collection[str]) -> bool:
    """Whether most cells are names (numbers, keys, titles) of works in another table."""
    filled = [name_of(cell) for cell in cells if cell]
    return bool(filled) and sum(cell in names for cell in filled) >= MOSTLY * len(filled)
