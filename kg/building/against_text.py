"""Statements and sections of an annotation, compared with the full text: what only a reader with the text can see."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.core.problems import Problem, brief
from kg.readers.annotations import AnnotationSource
from kg.readers.texts.full_text import FullText, Section
from kg.readers.texts.typography import normalise
from kg.readers.yaml.marks import Path as Place

MOST_WORDS = 8
"""A statement in one's own words has at most this many words in a row of the text."""
_WORD = re.compile(r"[^\W\d_]+")
_OF_WORDS = {"statement", "aim", "note", "what", "description", "sample"}
"""Keys whose texts are in the annotator's own words."""
_SEVERAL = re.compile(r"[,;/]| and ")
_ELSEWHERE = re.compile(r"(?i)page|row|p\.")
_NUMBERED = re.compile(r"(\d+(?:\.\d+)*|[IVX]+)(?:[-.]?[A-Z]\d*|[.)])*(?= |$)")


def compared(source: AnnotationSource, text: FullText) -> Iterator[Problem]:
    """Statements that copy the text, sections that it does not have, and quotations that stand in another section.

    A section is looked for by its number, or by its name if it has none; letters of sections (`IV-B`) are not compared.
    """
    yield from _elsewhere(source, text)
    words = _WORD.findall(re.sub(r"(?<=\w)- (?=\w)", "", text.plain).casefold())
    runs = {tuple(words[at : at + MOST_WORDS + 1]) for at in range(len(words) - MOST_WORDS)}
    plain, seen = text.plain.casefold(), set[str]()
    for path, key, value in _texts(source.written.data, ()):
        if key in _OF_WORDS:
            yield from _copied(source, path, value, runs)
        elif key == "section" and value not in seen:
            seen.add(value)
            yield from _without_section(source, path, value, plain)


def _texts(data: object, path: Place) -> Iterator[tuple[Place, str, str]]:
    if isinstance(data, dict):
        for key, value in data.items():
            if isinstance(value, str):
                yield (*path, key), key, value
            else:
                yield from _texts(value, (*path, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _texts(value, (*path, index))


def _copied(source: AnnotationSource, path: Place, value: str, runs: set[tuple[str, ...]]) -> Iterator[Problem]:
    words = _WORD.findall(normalise(value).casefold())
    at = next((at for at in range(len(words) - MOST_WORDS) if tuple(words[at : at + MOST_WORDS + 1]) in runs), None)
    if at is not None:
        same = " ".join(words[at : at + MOST_WORDS + 1])
        message = f"more than {MOST_WORDS} words in a row are those of the full text: “{brief(same)}”"
        hint = "say it in your own words; words of the text belong into a quotation"
        yield Problem(source.written.locate(path), "statement/copied", message, hint, "warning")


def _without_section(source: AnnotationSource, path: Place, value: str, plain: str) -> Iterator[Problem]:
    missing = [part for part in _SEVERAL.split(value) if not _has(part.strip(), plain)]
    if missing:
        message = f"the full text has no section “{brief(missing[0].strip())}”"
        yield Problem(source.written.locate(path), "section/not-found", message, "give it as printed", "info")


def _elsewhere(source: AnnotationSource, text: FullText) -> Iterator[Problem]:
    """Quotations with a section that the text has, but in which they do not stand."""
    seen = set[tuple[str, str]]()
    for path, part in _parts(source.written.data, ()):
        quote, named = part.get("quote"), part.get("section")
        if not isinstance(quote, str) or not isinstance(named, str) or part.get("stands_in") or (quote, named) in seen:
            continue
        seen.add((quote, named))
        given = [text.section_named(one.strip()) for one in _SEVERAL.split(named)]
        starts = [start for start, _ in text.find_all(quote)]
        there = [one for at in starts if (one := text.section_at(at)) or not text.in_footnotes(at)]
        if None in given or not there or any(text.is_in(one, other) for one in there for other in given if other):
            continue
        stands = f"in section {_shown(there[0])}" if there[0] else "before the first section"
        message = f"“{brief(quote)}” stands {stands}, not in {brief(named)}"
        hint = "give the section in which the words are printed"
        yield Problem(source.written.locate((*path, "section")), "section/other", message, hint, "info")


def _shown(section: Section) -> str:
    return f"{section.number} ({brief(section.title)})" if section.number else f"“{brief(section.title)}”"


def _parts(data: object, path: Place) -> Iterator[tuple[Place, dict[str, object]]]:
    if isinstance(data, dict):
        yield path, data
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        yield from _parts(value, (*path, key))


def _has(section: str, plain: str) -> bool:
    if not section or _ELSEWHERE.match(section):
        return True
    if number := _NUMBERED.match(section):
        return bool(re.search(rf"(?<![\w.]){re.escape(number[1].casefold())}(?!\w|\.\d)", plain))
    return normalise(section).casefold() in plain
