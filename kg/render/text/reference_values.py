"""What reference managers are given of a work: the parts of its BibTeX entry, in the words of their formats."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kg.model.bibliography import BibliographyEntry
from kg.readers import records
from kg.readers.bibtex.dates import not_in_calendar
from kg.readers.bibtex.subset import read_subset
from kg.readers.bibtex.titles import PARTS_OF_BOOKS
from kg.render.text.rows import Works

_BOOKS = "book mvbook collection mvcollection proceedings mvproceedings reference mvreference manual booklet"
BOOKS = frozenset(_BOOKS.split())
_THESES = {"phdthesis": "PhD thesis", "mastersthesis": "Master's thesis"}
_GENRES = {
    "phdthesis": "PhD thesis", "mathesis": "Master's thesis", "bathesis": "Bachelor's thesis",
    "candthesis": "Candidate thesis", "techreport": "Technical report", "resreport": "Research report",
}  # fmt: skip
"""What biblatex prints in English for its words in the field `type`."""
_DATE = r"(\d{4}(?:-\d\d){0,2})(?:T[\d:.+Z-]*)?"
_EDTF = re.compile(rf"{_DATE}([?~%]?)(?:(/)(?:{_DATE}([?~%]?)|\.\.)?)?", re.ASCII)
_WORD = re.compile(r"[^\W\d_]{3}")
_PAGES = re.compile(r"([^\s–—,;&]+) ?[–—] ?([^\s–—,;&]+)|(\d+) ?- ?(\d+)")
SEASONS = ("Spring", "Summer", "Autumn", "Winter")


@dataclass(frozen=True, slots=True)
class WorkDate:
    """When a work was published: year, month and day as far as they are known, and the end of a range of dates.

    `end` is None for one date, and empty for a range that is open. `text` is the date as written if it says more than
    its parts; `season` counts from 1, and 0 is none.
    """

    begin: tuple[int, ...] = ()
    end: tuple[int, ...] | None = None
    about: bool = False
    season: int = 0
    text: str = ""


def entries_of(works: Works, keys: Sequence[str]) -> list[BibliographyEntry]:
    """The works with the keys as their BibTeX entries are read, in the order of the keys."""
    wanted = list(dict.fromkeys(keys))
    found: Mapping[str, BibliographyEntry] = read_subset(works.entries(wanted))
    return [found[key] for key in wanted if key in found]


def has_author(work: BibliographyEntry) -> bool:
    """Whether the authors of a work are not those who edited it."""
    return bool(work.fields.get("author", "").strip())


def first_of(work: BibliographyEntry, *names: str) -> str:
    """The first of the fields that has a value."""
    return next(filter(None, map(work.fields.get, names)), "")


def genre(work: BibliographyEntry) -> str:
    """What a thesis, report or other work calls itself, such as `PhD thesis`."""
    written = work.fields.get("type", "")
    return _GENRES.get(written.lower(), written) or _THESES.get(work.kind, "")


def publisher(work: BibliographyEntry) -> str:
    """The publisher, the institution of a report or the school of a thesis."""
    names = ["publisher", "institution", "school", "organization"]
    own = records.PUBLISHERS.get(work.kind) or ("institution" if work.kind == "report" else "publisher")
    return first_of(work, own, *names)


def number_is(work: BibliographyEntry) -> str:
    """What the field `number` of the work is: an `issue`, the place in a `series`, or the `number` of a report."""
    if work.kind in BOOKS or work.kind in PARTS_OF_BOOKS:
        return "series"
    return "issue" if work.kind in ("article", "periodical", "suppperiodical") else "number"


def page_range(pages: str) -> tuple[str, str]:
    """The first and the last page; the last is empty unless these are exactly two."""
    found = _PAGES.fullmatch(pages)
    return (found[1] or found[3], found[2] or found[4]) if found else (pages, "")


def date_of(work: BibliographyEntry) -> WorkDate:
    """The date of a work, of which the year is that of the graph."""
    fields, year = work.fields, work.year
    written = fields.get("date", "")
    if (found := _EDTF.fullmatch(written)) and found[1][:4] == year:
        begin, end = _parts(found[1]), _parts(found[4]) if found[4] else ()
        season = begin[1] - 20 if len(begin) > 1 and 20 < begin[1] < 25 else 0
        begin = begin if len(begin) < 2 or begin[1] < 13 else begin[:1]
        return WorkDate(begin, end if found[3] else None, bool(found[2] or found[5]), season)
    if not re.fullmatch(r"\d{4}", year, re.ASCII):
        return WorkDate(text=year)
    text = next((text for name in ("date", "year") if _WORD.search(text := fields.get(name, ""))), "")
    month = fields.get("month", "").rstrip(".")
    if text or (month and not month.isdecimal()):
        read = records.read_date(text or f"{fields.get('day', '')} {month} {year}")
        said = read.whole and read.fields.get("year") == year
        return WorkDate(_read(read.fields, year), text="" if said else text)
    return WorkDate(_read({"month": month, "day": fields.get("day", "")}, year))


def _parts(text: str) -> tuple[int, ...]:
    parts = tuple(map(int, text.split("-")))
    return parts[:1] if not_in_calendar(text) else parts


def _read(fields: Mapping[str, str], year: str) -> tuple[int, ...]:
    """Year, month and day of the fields, as far as there are such."""
    numbers = [fields.get(name, "") for name in ("month", "day")]
    known = numbers[: next((at for at, text in enumerate(numbers) if not text.isdecimal() or not int(text)), 2)]
    return _parts("-".join([year, *(text.zfill(2) for text in known)]))
