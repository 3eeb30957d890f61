"""Citations in a full text, and the list of references that they refer to: `[12]`, `[3, 5–7]`, `(Giray 2021)`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kg.core.folding import folded
from kg.model.bibliography import BibliographyEntry
from kg.readers.texts.full_text import FullText
from kg.readers.texts.headings import REFERENCES
from kg.readers.texts.typography import quotation_of

MOST_IN_RANGE = 30
"""Maximum number of references that a range such as [5–7] stands for."""
SHORTEST_TITLE = 12
"""Minimum number of letters of a title that is looked for in a reference."""
_NUMBERS = re.compile(r"\[(\d{1,3}(?:\s?[,;–-]\s?\d{1,3})*)\]")
_NAME = r"[A-ZÀ-Ž][\w’'-]+"
_AUTHORS = rf"(?P<name>{_NAME})(?:(?:,? (?:and|&) {_NAME})|(?:,? et al\.?))?"
_DATED = re.compile(
    rf"{_AUTHORS},? [\[(]?(?P<year>(?:19|20)\d\d[a-z]?)(?P<more>(?:, ?(?:19|20)\d\d[a-z]?|, ?[a-z])*)[\])]?"
)
_NUMBERED_ENTRY = re.compile(r"^\s*(?:[-*] )?(?:\[(\d{1,3})\]|(\d{1,3})\.(?=\s))\s*", re.M)
_YEAR = re.compile(r"(?:19|20)\d\d[a-z]?")


@dataclass(frozen=True)
class Reference:
    """An entry of the list of references: its number, or empty; and its text in one line."""

    number: str
    text: str


@dataclass(frozen=True)
class InTextCitation:
    """A citation in a sentence: as printed, and the reference that it stands for; None if the list has none."""

    printed: str
    reference: Reference | None


def references_of(text: FullText) -> list[Reference]:
    """The entries of the list of references; none if the text has no section with it."""
    listed = [section for section in text.sections if REFERENCES.fullmatch(section.title)]
    if not listed:
        return []
    body = text.text[listed[-1].start : listed[-1].end]
    marks = list(_NUMBERED_ENTRY.finditer(body))
    if len(marks) >= 3:
        ends = [mark.start() for mark in marks[1:]] + [len(body)]
        pairs = zip(marks, ends, strict=True)
        return [Reference(mark[1] or mark[2], quotation_of(body[mark.end() : end])) for mark, end in pairs]
    return [Reference("", entry) for entry in _entries(body.split("\n")[1:])]


def _entries(lines: Iterable[str]) -> Iterator[str]:
    """Entries without numbers: one ends at a line that ends like an entry, after a year, before a line with a name."""
    run: list[str] = []
    for line in lines:
        done = run and run[-1].rstrip().endswith((".", "/", ")")) and _YEAR.search(" ".join(run))
        looks_new = not line.strip() or (re.match(_NAME, line.strip()) and (done or "http" in "".join(run[-1:])))
        if run and looks_new and _YEAR.search(" ".join(run)):
            yield quotation_of("\n".join(run))
            run = []
        if line.strip():
            run.append(line)
    if run:
        yield quotation_of("\n".join(run))


def citations_in(sentence: str, references: list[Reference]) -> list[InTextCitation]:
    """The citations of a sentence, each work once."""
    by_number = {reference.number: reference for reference in references if reference.number}
    found: list[InTextCitation] = []
    for match in _NUMBERS.finditer(sentence) if by_number else ():
        found += [InTextCitation(match[0], by_number.get(str(number))) for number in _numbers(match[1])]
    if not by_number:
        for match in _DATED.finditer(sentence):
            years = [match["year"], *_YEAR.findall(match["more"])]
            found += [
                InTextCitation(f"{match['name']} {year}", _dated(match["name"], year, references)) for year in years
            ]
    return list(dict.fromkeys(found))


def _numbers(printed: str) -> list[int]:
    numbers: list[int] = []
    for part in re.split(r"[,;]", printed):
        ends = [int(value) for value in re.split(r"[–-]", part) if value.strip()]
        if len(ends) == 2 and 0 < ends[1] - ends[0] < MOST_IN_RANGE:
            numbers += range(ends[0], ends[1] + 1)
        else:
            numbers += ends
    return numbers


def _dated(name: str, year: str, references: list[Reference]) -> Reference | None:
    """The only reference of that year whose authors begin with the name."""
    key = folded(name)
    alike = [
        reference
        for reference in references
        if key in folded(reference.text[:60]).split() and year in _YEAR.findall(reference.text)
    ]
    first = [reference for reference in alike if key in folded(reference.text[:25]).split()]
    return next(iter(first or alike), None) if len(first or alike) == 1 else None


class CitedWorks:
    """The works of a bibliography, found by the text of a reference: its DOI or its title."""

    def __init__(self, works: Iterable[BibliographyEntry]) -> None:
        self._by_doi, self._by_title = dict[str, str](), dict[str, str]()
        for work in works:
            if work.doi:
                self._by_doi[work.doi.casefold()] = work.key
            title = folded(work.title)
            if len(title) >= SHORTEST_TITLE:
                self._by_title[title] = work.key
        self._found: dict[Reference, str] = {}

    def key(self, reference: Reference) -> str:
        """The key of the work; empty if the bibliography does not have it."""
        if reference not in self._found:
            self._found[reference] = self._look_up(reference.text)
        return self._found[reference]

    def _look_up(self, text: str) -> str:
        doi = re.search(r"10\.\d{4,9}/\S+", text)
        if doi and (key := self._by_doi.get(doi[0].rstrip(".,;)").casefold())):
            return key
        plain = f" {folded(text)} "
        titles = [title for title in self._by_title if f" {title} " in plain]
        return self._by_title[max(titles, key=len)] if titles else ""
