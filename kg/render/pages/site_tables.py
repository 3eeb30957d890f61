"""The tables of a site: all rows stand in the page, and its script shows them by the page, filtered and sorted."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from kg.render.pages.site_values import PageLink

Cell = tuple[PageLink, ...]

CHOICE, NUMBER = "choice", "number"
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i"})
_MANY = 50
"""A table with more rows than this has letters to go to."""


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column; `kind` is `number`, `choice` for one of few values that readers filter by, or empty."""

    name: str
    kind: str = ""

    @property
    def key(self) -> str:
        """What the column is called in the address of the page."""
        return "-".join(folded(self.name).split())


@dataclass(frozen=True, slots=True)
class ListRow:
    """A row; the first cell is its heading. `iri` is the thing whose anchor it has, `sort` its name in the order."""

    cells: tuple[Cell, ...]
    iri: str = ""
    sort: str = ""

    @property
    def order(self) -> str:
        return self.sort or (self.cells[0][0].label if self.cells[0] else "")


@dataclass(frozen=True, slots=True)
class ListTable:
    """A table; `name` is unique on its page, and `what` the plural of what it lists."""

    name: str
    what: str
    columns: tuple[ListColumn, ...]
    rows: tuple[ListRow, ...]

    letters: dict[int, str] = field(init=False)
    """The letters to go to, by the number of the first row of each."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "letters", letters_of([row.order for row in self.rows]))


def filled(table: ListTable) -> ListTable:
    """The table without the columns that are empty in every row."""
    keep = [n for n in range(len(table.columns)) if not table.rows or any(row.cells[n] for row in table.rows)]
    if len(keep) == len(table.columns):
        return table
    rows = tuple(ListRow(tuple(row.cells[n] for n in keep), row.iri, row.sort) for row in table.rows)
    return ListTable(table.name, table.what, tuple(table.columns[n] for n in keep), rows)


def letters_of(names: Sequence[str]) -> dict[int, str]:
    """The initials of sorted names, by the number of the first name with each; none for a short or unsorted list."""
    found: dict[str, int] = {}
    places = [_place(initial(name)) for name in names]
    if len(names) > _MANY and places == sorted(places):
        for number, (_, letter) in enumerate(places):
            found.setdefault(letter, number)
    return {number: letter for letter, number in found.items()}


def by_name(rows: Iterable[ListRow]) -> tuple[ListRow, ...]:
    """The rows in the order of their names: digits, letters of the Latin alphabet without accents, other scripts."""
    return tuple(sorted(rows, key=lambda row: (name_order(row.order), row.iri)))


def name_order(name: str) -> tuple[bool, str, str]:
    """Where a name belongs in a list."""
    return *_place(initial(name)), folded(name)


def texts(*found: str) -> Cell:
    """A cell of texts without links; empty ones are left out."""
    return tuple(PageLink(text) for text in found if text)


def folded(text: str) -> str:
    """`text` in small letters without accents, as the scripts of the site fold it."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.lower().translate(_LETTERS))
    return "".join(c for c in apart if not unicodedata.category(c).startswith("M"))


def initial(text: str) -> str:
    """The letter under which a name is found; `0-9` for a digit, and `other` for other scripts and signs."""
    first = next((c for c in folded(text) if c.isalnum()), "")
    if first.isascii() and first.isalpha():
        return first.upper()
    return "0-9" if first.isdigit() else "other"


def _place(letter: str) -> tuple[bool, str]:
    return letter == "other", letter
