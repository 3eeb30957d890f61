"""The year of an entry from `date` and `year`, as biblatex and btxdoc understand them."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass

_YEAR = re.compile(r"\d{4}")
_MONTH, _DAY = (
    r"-(?:0\d|1[0-2]|2[1-4]|3\d|4[01]|XX|uu)",
    r"-(?:[0-2]\d|3[01]|XX|uu)",
)  # 21 to 41 are seasons and quarters
# ISO 8601-2, level 1, as in the biblatex manual, 2.3.8: a date, or a range of which the first date counts.
_DATE = re.compile(rf"(\d{{4}})([?~%]?)(?:{_MONTH}(?:{_DAY}(?:T[\d:.+Z-]*)?)?)?([?~%]?)(?:/.*)?", re.S)
_ONE_YEAR = re.compile(r"(?<!\d)[12]\d{3}(?!\d)")
_NOT_OF_THE_WORK = re.compile(r"access|retriev|visit|zugriff|consult", re.I)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LONGEST = 40
_LATEX = re.compile(r"[\\{}\s]")
_NUMBERS = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?(?!\w)", re.ASCII)
_MARKS = {"?": "uncertain", "~": "approximate", "%": "approximate and uncertain"}


@dataclass(frozen=True, slots=True)
class YearReading:
    """The year, or the text of the field if it has no certain year; `doubt` says why it is doubtful, if it is.

    `field` is the name of the field that it is from.
    """

    text: str
    field: str = "year"
    doubt: str = ""


def read_year(fields: Mapping[str, str], written: Mapping[str, str]) -> YearReading:
    """Returns the year of an entry. `date` counts before `year`, as in biblatex, unless it is not a date.

    Args:
        fields: The decoded fields.
        written: The same fields as written, because `~` is a mark in a date and a space in LaTeX.
    """
    year = _of_year(fields.get("year", ""))
    if not year.doubt and (wrong := not_in_calendar(_written_date(fields))):
        year = YearReading(year.text, "month", wrong)
    if not fields.get("date"):
        return year
    raw = written["date"].strip()
    date = _of_date(fields["date"] if _LATEX.search(raw) else raw)
    if not _DATE.fullmatch(raw) and _YEAR.fullmatch(year.text):  # biber rejects such a date
        return year
    if year.text and year.text != date.text and not date.doubt:
        doubt = f"the date gives {date.text} and the field year {year.text[:30]}: the date counts, as in biblatex"
        return YearReading(date.text, "date", doubt)
    return date


def _written_date(fields: Mapping[str, str]) -> str:
    month = fields.get("month", "")
    name = month[:3].lower()
    number = str(_MONTHS.index(name) + 1) if name in _MONTHS else month if month.isdecimal() else ""
    return f"{fields.get('year', '')}-{number}-{fields.get('day', '')}".rstrip("-")


def not_in_calendar(date: str) -> str:
    """Returns why there is no such day or month; empty if there may be. Months from 21 are seasons, as in EDTF."""
    parts = _NUMBERS.match(date)
    if not parts or not parts[2]:
        return ""
    year, month, day = int(parts[1]), int(parts[2]) or 1, int(parts[3] or 1) or 1  # some write 00 for what is not known
    wrong = not (1 <= month <= 12 and 1 <= day <= monthrange(max(year, 1), month)[1])
    return f"there is no `{date[:30]}` in the calendar" if wrong and not (20 < month < 42 and not parts[3]) else ""


def _of_date(text: str) -> YearReading:
    if match := _DATE.fullmatch(text):
        mark = match[2] or match[3]
        begin, _, end = text.partition("/")
        doubt = f"`{text[:30]}` is an {_MARKS[mark]} date" if mark else not_in_calendar(begin) or not_in_calendar(end)
        if _YEAR.match(end) and end[:10] < begin[: len(end[:10])]:
            doubt = f"`{text[:30]}` ends before it begins"
        return YearReading(match[1], "date", doubt)
    return _one_year(text, "date")


def _of_year(text: str) -> YearReading:
    if not text or (len(text) == 4 and text.isdecimal()):
        return YearReading(text)
    match = _DATE.fullmatch(text)
    return _of_date(text) if match and "/" not in text else _one_year(text, "year")


def _one_year(text: str, name: str) -> YearReading:
    """Reads the year of `May 2031` or `(about 1984)`, which btxdoc allows, but none of `2031/2032` or `199X`."""
    years = {*_ONE_YEAR.findall(text)}
    open_start = name == "date" and text.startswith(("/", "../"))
    if len(years) != 1 or open_start or len(text) > _LONGEST or _NOT_OF_THE_WORK.search(text):
        return YearReading(text, name, f"`{text[:30]}` is not a year")
    (year,) = years
    return YearReading(year, name, f"`{text[:30]}` is read as the year {year}")
