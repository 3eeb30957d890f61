"""Titles and venues as citations write them: without footnote marks, and with volume, pages and year taken apart."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

_MARKS_AFTER = re.compile(r"[☆★∗†‡§¶]+\Z|(?<=[a-z]{3})[*.]\Z")
_IN = re.compile(r"In:? (?=[A-Z0-9])")
_PAGES = re.compile(r"(?:[,:] ?|,? \(?pp?\. ?)(\d{1,6} ?[-–]{1,2} ?\d{1,6})\)?\Z")
_NUMBER = re.compile(r"(?:, no\. ?(\w{1,10})| \((\d{1,3})\))\Z")
_VOLUME = re.compile(r"(?:,? vol\.)? (\d{1,3})\Z")
_PARTS = {"pages": _PAGES, "number": _NUMBER, "volume": _VOLUME}
"""What may follow the name of a venue, from the end: `Journal of Toys 7, no. 2: 86–95`."""


def title_of(text: str) -> str:
    """Returns a title without the mark of a footnote, and without the full stop of a citation, at its end."""
    return _MARKS_AFTER.sub("", text).rstrip()


def venue_of(text: str, given: Mapping[str, str], ends_in: Collection[str]) -> tuple[str, dict[str, str]]:
    """Returns the name of a venue, and the volume, number and pages written after it.

    The year of the work after a full stop or a comma, or in brackets, is left out, and so is `In` before the name.

    Args:
        text: The venue as the sheet gives it.
        given: What other columns give, by field: the year, and perhaps volume, number or pages.
        ends_in: What the mapping says that the names end in: `volume`, `number`, `pages`.
    """
    venue, found, year = text, dict[str, str](), given.get("year")
    if in_before := _IN.match(text):
        venue = text[in_before.end() :]
    for end in (f". {year}", f", {year}", f" ({year})") if year else ():
        venue = venue.removesuffix(end)
    for name, pattern in _PARTS.items():
        if name in ends_in and (match := pattern.search(venue)) and match.start():
            value = re.sub(r" ?[-–]+ ?", "–", match[match.lastindex or 1])
            if given.get(name, "") in ("", value):
                venue, found[name] = venue[: match.start()], value
    return (venue, found) if venue.strip() else (text, {})
