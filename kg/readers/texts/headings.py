"""Headings of sections: what looks like one on a page, and the chain of numbers that shows which of them are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kg.readers.texts.full_text import Heading, Section, TextPage

MOST = 2000
"""Maximum number of candidates in a text that are compared; a book has a few hundred headings."""
LONGEST = {False: 120, True: 250}
"""Maximum number of characters of a heading; of one that its type shows, more."""
MOST_WORDS = 12
"""Maximum number of words of a heading that only its type shows."""
_NUMBERED = re.compile(
    r"(?:(?:Appendix|APPENDIX)\s+(?P<appendix>[A-Z])\b[.:]?|"
    r"(?P<number>\d{1,2}(?:\.\d{1,2}){0,4}|[A-Z]\.\d{1,2}(?:\.\d{1,2})?|[IVX]{1,5}|[A-Z])(?P<end>[.):]|\b))\s*(?P<title>.*)"
)
_KNOWN = re.compile(
    r"(?i)(?:abstract|introduction|background|related work|methods?|methodology|research method(?:ology)?|results"
    r"|findings|evaluation|discussion|implications|limitations|threats to validity|conclusions?|future work"
    r"|conclusions? and future work|acknowledge?ments?|references|bibliography|appendix|data availability)[.:]?"
)
REFERENCES = re.compile(r"(?i)references|bibliography|literature(?: cited)?")
_RUN_IN = re.compile(r"(?P<title>\S.{1,80}?[^.A-Z])\.\s+[A-Z“\"]")
_ROMAN = {"I": 1, "V": 5, "X": 10}
Number = tuple[int, ...]
_APPENDIX = 1000
"""What the number of an appendix begins at."""


def heading_of(line: str, start: int, sure: bool, depth: int = 0) -> Heading | None:
    """The heading that a line looks like; None if it looks like none."""
    text = line.strip()
    numbered = _NUMBERED.fullmatch(text)
    if _KNOWN.fullmatch(text):
        return Heading(start, "", text.rstrip(".:"), True, depth)
    if numbered and (found := _numbered_heading(numbered, start, sure, depth)):
        return found
    words = len(re.findall(r"[^\W\d_]{2,}", text))
    if sure and (depth or (0 < words <= MOST_WORDS and text[0].isupper() and text[-1] not in ".,;:?-")):
        return Heading(start, "", text, sure, depth)
    return None


def _numbered_heading(numbered: re.Match[str], start: int, sure: bool, depth: int) -> Heading | None:
    title = numbered["title"].strip()
    if run_in := _RUN_IN.match(title):
        title = run_in["title"]
    if len(title) > LONGEST[sure]:
        return None
    if numbered["appendix"]:
        return Heading(start, f"Appendix {numbered['appendix']}", title, sure, depth)
    if title and (sure or title[0].isupper() or title[0] in "“\"'‘"):
        return Heading(start, f"{numbered['number']}{numbered['end']}", title.rstrip("."), sure, depth)
    return None


@dataclass(frozen=True)
class _Candidate:
    """A heading with one reading of its number: `V` is five or the fifth letter."""

    heading: Heading
    number: Number
    roman: bool


def sections_of(pages: Sequence[TextPage], starts: Sequence[int], length: int) -> tuple[Section, ...]:
    """The sections of a text of the given length, from the headings on its pages."""
    headings = _before_references(
        Heading(start + heading.start, heading.printed, heading.title, heading.sure, heading.depth)
        for start, page in zip(starts, pages, strict=True)
        for heading in page.headings
    )[:MOST]
    chain = {found.heading.start: found for found in _chain(headings)}
    kept: list[tuple[Heading, _Candidate | None]] = []
    for heading in headings:
        if heading.start in chain:
            kept.append((heading, chain[heading.start]))
        elif heading.depth or (not heading.printed and (_KNOWN.fullmatch(heading.title) or len(chain) < 3)):
            kept.append((heading, None))
    ends = [*(heading.start for heading, _ in kept), length][1:]
    return tuple(_section(heading, found, end) for (heading, found), end in zip(kept, ends, strict=True))


def _before_references(headings: Iterable[Heading]) -> list[Heading]:
    """The headings without those in the list of references, where initials and numbers begin lines."""
    kept, listed = [], False
    for heading in headings:
        if not listed or heading.sure or heading.printed.startswith("Appendix"):
            kept.append(heading)
        listed = listed or bool(REFERENCES.fullmatch(heading.title))
    return kept


def _section(heading: Heading, found: _Candidate | None, end: int) -> Section:
    if found is None:
        return Section("", heading.title, heading.depth or 1, heading.start, end)
    return Section(shown(found.number, found.roman), heading.title, len(found.number), heading.start, end)


def shown(number: Number, roman: bool) -> str:
    """The number as annotations give it: `4.1`, `IV-B`, `Appendix A`, `A.1`."""
    first, *rest = number
    if first >= _APPENDIX:
        letter = chr(ord("A") + first - _APPENDIX - 1)
        return ".".join([letter, *map(str, rest)]) if rest else f"Appendix {letter}"
    if not roman:
        return ".".join(map(str, number))
    below = [chr(ord("A") + value - 1) if depth == 0 else str(value) for depth, value in enumerate(rest)]
    return "-".join([_as_roman(first), *below[:1]]) + "".join(below[1:])


def _as_roman(value: int) -> str:
    tens, ones = divmod(value, 10)
    return "X" * tens + ["", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"][ones]


def _chain(headings: Sequence[Heading]) -> list[_Candidate]:
    """The longest chain of numbers that follow each other, headings by type or mark-up counting three times."""
    both = ([item for heading in headings for item in _readings(heading, roman)] for roman in (False, True))
    chains = [_longest(candidates[:MOST]) for candidates in both]
    return max(chains, key=lambda chain: sum(_weight(found) for found in chain))


def _weight(found: _Candidate) -> float:
    """How much a heading counts in a chain; items of lists end like sentences."""
    return 3.0 if found.heading.sure else 0.5 if found.heading.title[-1:] in "?.:;,)" else 1.0


def _in_style(a: _Candidate, b: _Candidate) -> float:
    """A little more for a number with the same mark after it (`1.`, `1)`, `1`)."""
    return 0.1 if a.heading.printed[-1:].isalnum() == b.heading.printed[-1:].isalnum() else 0.0


def _longest(candidates: list[_Candidate]) -> list[_Candidate]:
    best: list[float] = []
    before: list[int | None] = []
    for index, found in enumerate(candidates):
        best.append(_weight(found) if found.number in ((1,), (0,)) else 0)
        before.append(None)
        for earlier in range(index):
            other = candidates[earlier]
            if not best[earlier] or other.heading.start >= found.heading.start:
                continue
            more = _weight(found) + _in_style(other, found) if _follows(other, found) else _after_a_gap(other, found)
            if more and best[earlier] + more > best[index]:
                best[index], before[index] = best[earlier] + more, earlier
    chain: list[_Candidate] = []
    at = max(range(len(best)), key=best.__getitem__, default=None)
    while at is not None and best[at]:
        chain.append(candidates[at])
        at = before[at]
    return chain[::-1]


def _follows(a: _Candidate, b: _Candidate) -> bool:
    """Whether the number of `b` may come next after that of `a`: a first subsection, or the next of any level."""
    one, two = a.number, b.number
    if two == (_APPENDIX + 1,):
        return one[0] < _APPENDIX
    if two == (*one, 1) or two == (*one, 0):
        return True
    depth = len(two)
    return depth <= len(one) and two[:-1] == one[: depth - 1] and two[-1] == one[depth - 1] + 1


def _after_a_gap(a: _Candidate, b: _Candidate) -> int:
    """The weight of a heading if the one before it was not recognised; 0 if it cannot be a later one."""
    near = a.number[0] <= b.number[0] <= a.number[0] + 2 and b.number[0] < _APPENDIX
    return 1 if b.heading.sure and near and b.number > a.number else 0


def _readings(heading: Heading, roman: bool) -> Iterator[_Candidate]:
    """What the printed number may be, in a text with Arabic or with Roman numbers of sections."""
    printed = heading.printed.rstrip(".:)")
    if printed.startswith("Appendix "):
        yield _Candidate(heading, (_APPENDIX + ord(printed[-1]) - ord("A") + 1,), roman)
    elif roman:
        if printed and set(printed) <= set(_ROMAN):
            yield _Candidate(heading, (_value(printed),), roman)
        if len(printed) == 1 and printed.isalpha():
            yield from (_Candidate(heading, (first, ord(printed) - ord("A") + 1), roman) for first in range(1, 16))
    elif printed[:1].isalpha():
        letter, *rest = printed.split(".")
        if len(letter) == 1 and heading.sure:  # an initial may begin a line too
            yield _Candidate(heading, (_APPENDIX + ord(letter) - ord("A") + 1, *map(int, rest)), roman)
    elif printed and not heading.printed.endswith(")"):
        yield _Candidate(heading, tuple(map(int, printed.split("."))), roman)


def _value(roman: str) -> int:
    values = [_ROMAN[letter] for letter in roman]
    return sum(-a if a < b else a for a, b in zip(values, [*values[1:], 0], strict=True))
