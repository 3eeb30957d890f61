"""Reports LaTeX and tags that could not be read in what the graph prints: titles, venues and addresses.

Reading names reports what is left in them (`bibliography/author-markup`); only what would vanish is reported here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.core.problems import Location
from kg.model.bibliography import BibliographyEntry
from kg.readers.bibtex.entries import RawEntry
from kg.readers.bibtex.latex import unknown_commands
from kg.readers.bibtex.markup import ENTITY_LEFT, TAG
from kg.readers.bibtex.titles import IN_TITLE, IN_VENUE

_DECODED = frozenset({*IN_TITLE, *IN_VENUE, "author", "editor"})
_COMMAND = re.compile(r"\\(?:[A-Za-z]+|.)?", re.S)
_DOLLAR = re.compile(r"(?<![A-Z])\$(?!\s?\d)[^\s$]{0,20}")
"""A dollar that is not of money (`$5`, `US$`)."""
_MOST = 10
"""Commands that are reported one by one; of a field with more of them the first ones are enough."""
_RULE = "bibliography/markup"
_HINT = "write it as text; until then it stays as it is"


def check_markup(made: BibliographyEntry, entry: RawEntry) -> None:
    """Adds a warning to the entry for each command that is not known, and for each mark or tag that is left."""
    reported = ("\\" in entry.raw or bool(entry.needs)) and _report_commands(made.key, entry)
    for name, text in _printed(made):
        if not any(sign in text for sign in "\\$<&"):
            continue
        kinds = (next(kind.finditer(text), None) for kind in (_DOLLAR, TAG, ENTITY_LEFT))
        found = [mark[0][:30] for mark in kinds if mark]
        if not reported and (command := _COMMAND.search(text)):
            found.insert(0, command[0][:30])
        if found:
            marks = " and ".join(f"`{mark}`" for mark in found)
            message = f"{marks} {'are' if found[1:] else 'is'} left in the {name} of `{made.key}`"
            entry.report(entry.place(*_FIELDS[name]), _RULE, message, _HINT, "warning")


def _report_commands(key: str, entry: RawEntry) -> bool:
    """Reports commands that are not known, and returns whether there are any."""
    reported = False
    in_names = any(problem.rule == "bibliography/author-markup" for problem in entry.problems)
    for name, value in entry.values.items():
        if "\\" not in value or name not in _DECODED or (in_names and name in ("author", "editor")):
            continue
        unknown = unknown_commands(value)
        reported = reported or bool(unknown)
        for command in unknown[:_MOST]:
            message = f"the command `{command[:30]}` in the {name} of `{key}` is not known"
            hint = "write it as text; until then its argument, or the command as written, is in the graph"
            entry.report(_place_of(entry, name, command), _RULE, message, hint, "warning")
    return reported


_FIELDS = {"title": IN_TITLE, "venue": IN_VENUE, "address": ("url", "howpublished")}


def _printed(made: BibliographyEntry) -> Iterator[tuple[str, str]]:
    yield "title", made.title
    yield "venue", made.venue
    if "\\" in (url := made.fields.get("url", "")):
        yield "address", url


def _place_of(entry: RawEntry, name: str, command: str) -> Location:
    """Returns where a command is in the entry as written, or else where its field is."""
    place = entry.place(name)
    if place.file != entry.where.file:
        return place
    at = _offset(entry, place)
    if entry.raw[at : at + len(name)].lower() != name:  # a record of another format
        return place
    found = re.compile(rf"{re.escape(command)}(?![A-Za-z])").search(entry.raw, at)
    if found is None:  # it is from a macro
        return place
    line = place.line + entry.raw.count("\n", at, found.start())
    column = found.start() - entry.raw.rfind("\n", 0, found.start())
    return Location(place.file, line, column + (entry.where.column - 1 if line == entry.where.line else 0))


def _offset(entry: RawEntry, place: Location) -> int:
    """Returns where in the entry as written a place is."""
    at = 0
    for _ in range(place.line - entry.where.line):
        at = entry.raw.find("\n", at) + 1
    return at + place.column - (entry.where.column if place.line == entry.where.line else 1)
