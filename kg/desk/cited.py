"""Which work of the bibliography words such as `[12]` or `(Giray 2021)` refer to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from kg.core.folding import folded
from kg.model.bibliography import BibliographyEntry
from kg.readers.texts.full_text import FullText

_NUMBERS = re.compile(r"\[(\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*)\]")
_AUTHOR = re.compile(
    r"([^\W\d_][\w’'-]+)(?:\s+(?:et\s+al\.?|(?:and|&)\s+[^\W\d_][\w’'-]+))?(?:,|’s|'s)?\s*\(?((?:19|20)\d\d)[a-z]?"
)
_LIST = ("references", "bibliography", "literature", "literature cited", "works cited")
_LEAST = 12
"""Letters that a title needs to be looked for in a list of references."""
_RANGE = 30


def cited_works(words: str, entries: Sequence[BibliographyEntry], text: FullText | None = None) -> list[str]:
    """The keys of the works that a passage cites, in its order.

    Numbers are looked up in the list of references of the text, and the reference in the bibliography by its title.
    Names are those of a first author, with the year.
    """
    found = [(match.start(), key) for match in _AUTHOR.finditer(words) for key in _by_name(match[1], match[2], entries)]
    listed = references(text) if text and _NUMBERS.search(words) else {}
    for match in _NUMBERS.finditer(words):
        for number in _numbers(match[1]):
            found += [(match.start(), key) for key in _by_title(listed.get(number, ""), entries)]
    return list(dict.fromkeys(key for _, key in sorted(found, key=lambda pair: pair[0])))


def _numbers(text: str) -> Iterable[int]:
    for part in re.split(r"\s*[,;]\s*", text):
        first, *last = (int(number) for number in re.split(r"\s*[–-]\s*", part))
        yield from range(first, min(last[0], first + _RANGE) + 1) if last else (first,)


def _by_name(family: str, year: str, entries: Sequence[BibliographyEntry]) -> list[str]:
    name = folded(family)
    return [
        entry.key
        for entry in entries
        if entry.year == year and entry.authors and folded(entry.authors[0].family) == name
    ]


def _by_title(reference: str, entries: Sequence[BibliographyEntry]) -> list[str]:
    line = folded(reference.replace("-\n", ""))
    titles = ((folded(entry.title), entry.key) for entry in entries)
    found = [(title, key) for title, key in titles if len(title) >= _LEAST and f" {title} " in f" {line} "]
    longest = max((len(title) for title, _ in found), default=0)
    return [key for title, key in found if len(title) == longest]


def references(text: FullText) -> dict[int, str]:
    """The numbered references of a text by their number; none if it has no list of them."""
    lists = [section for section in text.sections if section.title.strip().casefold() in _LIST]
    if not lists:
        return {}
    part = text.text[lists[-1].start :]
    marks = list(re.finditer(r"^\s*(?:\[(\d{1,3})\]|(\d{1,3})\.)\s", part, re.M))
    ends = [*(mark.start() for mark in marks[1:]), len(part)]
    found: dict[int, str] = {}
    for mark, end in zip(marks, ends, strict=True):
        found.setdefault(int(mark[1] or mark[2]), part[mark.end() : end])
    return found
