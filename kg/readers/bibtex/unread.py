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
from kg.readers.bibtex.markup import TAG
from kg.readers.bibtex.titles import IN_TITLE, IN_VENUE

_DECODED = frozenset({*IN_TITLE, *IN_VENUE, "author", "editor"})
_MARKS = re.compile(r"\\(?:[A-Za-z]+|.)?|\$(?!\s?\d)[^\s$]{0,20}", re.S)
"""A command, or a dollar that is not before a sum of money."""
_RULE = "bibliography/markup"
_HINT = "write it as text; until then the graph has it as it is shown here"


def check_markup(made: BibliographyEntry, entry: RawEntry) -> None:
    """Adds a warning to the entry for each command that is not known, and for each mark or tag that is left."""
    reported = ("\\" in entry.raw or bool(entry.needs)) and _report_commands(made.key, entry)
    for name, text in _printed(made):
        if "\\" not in text and "$" not in text and "<" not in text:
            continue
        found = _MARKS.search(text) or TAG.search(text)
        if found and not (reported and found[0].startswith("\\")):
            message = f"`{found[0][:30]}` is left in the {name} of `{made.key}`"
            entry.report(entry.place(*_FIELDS[name]), _RULE, message, _HINT, "warning")


def _report_commands(key: str, entry: RawEntry) -> bool:
    """Reports commands that are not known, and returns whether there are any."""
    reported = False
    in_names = any(problem.rule == "bibliography/author-markup" for problem in entry.problems)
    for name, value in entry.values.items():
        if "\\" not in value or name not in _DECODED or (in_names and name in ("author", "editor")):
            continue
        for command in unknown_commands(value):
            reported = True
            message = f"the command `{command[:30]}` in the {name} of `{key}` is not known"
            hint = "write what it stands for as text; until then its argument, or else its name, is in the graph"
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
    line = place.line - entry.where.line
    lines = entry.raw.split("\n")
    if place.file != entry.where.file or not 0 <= line < len(lines):
        return place
    column = place.column - (entry.where.column if line == 0 else 1)
    if lines[line][column : column + len(name)].lower() != name:  # a record of another format
        return place
    while line < len(lines):
        found = re.compile(rf"{re.escape(command)}(?![A-Za-z])").search(lines[line], column)
        if found:
            first = entry.where.column - 1 if line == 0 else 0
            return Location(place.file, entry.where.line + line, first + found.start() + 1)
        line, column = line + 1, 0
    return place
