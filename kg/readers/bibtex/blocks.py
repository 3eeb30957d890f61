"""Finds where each `@type{…}` of a BibTeX file begins and ends, also if braces are missing around it.

Blocks are found by their braces before their content is read. So each block is either accepted or rejected, and a block
without end does not affect the following ones.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from kg.core.problems import Location
from kg.readers.bibtex.plain import PlainEntry, group_end, read_plain

MAX_UNCLOSED = 100
"""After so many unclosed parentheses no closing one is searched for: each costs a search to the end of the file."""
NOT_ENTRIES = frozenset({"comment", "preamble", "string"})

# As in BibTeX, `@` may be anywhere; but a letter before it and a parenthesis after it is an address: `jo@example (Jo)`.
_TYPE = r"[^\W\d_][\w:.+*/-]*"
_BEGIN = re.compile(rf"@\s*({_TYPE})\s*\{{|(?<![\w.])@\s*({_TYPE})\s*\(")
_KEY = r'[^,{}="\n]*,'
_FIELD = r"\s*[\w:.+/-]+\s*="
# What can only be the beginning of a block: reading continues there after a block without end.
_SURE = re.compile(
    rf"(?:^[ \t]*@\s*{_TYPE}\s*[{{(](?:{_KEY}|{_FIELD})|^[ \t]*@\s*comment\s*\{{|@{_TYPE}\{{{_KEY}{_FIELD})",
    re.M | re.I,
)
_COMMENTED = re.compile(r"[ \t]*%[%\s]*\Z")
_TOKENS = {False: re.compile(r"[{}]"), True: re.compile(r"\\.|[{}]", re.S)}
_IN_PARENTHESES = re.compile(r'[{}()]|(?<=[=#\s])"')


@dataclass(frozen=True, slots=True)
class BibtexBlock:
    """One `@type{…}`; `inside` is the offset after the opening bracket, `end` that of the closing one, if any."""

    kind: str
    start: int
    inside: int
    end: int | None
    commented: bool = False
    """Whether a `%` precedes it."""
    values: tuple[int, ...] = ()
    """Offsets inside its values that look like the beginning of another entry."""
    plain: PlainEntry | None = None
    """The entry itself, if it could be read in one go."""
    whole: bool = False
    """Whether it ends before the next line that begins with `@`."""


@dataclass
class SourceText:
    """The text of a file, with an index of its lines and of its pairs of braces."""

    name: str
    content: str

    @cached_property
    def _lines(self) -> list[int]:
        return [0, *accumulate(len(line) + 1 for line in self.content.split("\n"))][:-1]

    def where(self, offset: int) -> Location:
        line = bisect_right(self._lines, offset)
        return Location(self.name, line, offset - self._lines[line - 1] + 1)

    def line_start(self, offset: int) -> int:
        return self._lines[bisect_right(self._lines, offset) - 1]

    @cached_property
    def beginnings(self) -> list[int]:
        """Offsets of every `@` that surely begins a block, also inside values."""
        return [self.content.index("@", match.start()) for match in _SURE.finditer(self.content)]

    @cached_property
    def braces(self) -> Braces:
        """The pairs as BibTeX reads them: a backslash before a brace has no meaning."""
        return Braces(self.content, escapes=False)

    @cached_property
    def escaped_braces(self) -> Braces:
        """The pairs if `\\{` and `\\}` are read as characters, as many abstracts need."""
        return Braces(self.content, escapes=True)


class Braces:
    """The pairs of braces of a text, found in one pass, so that many unclosed braces cost no more than one."""

    def __init__(self, text: str, *, escapes: bool, within: tuple[int, int] | None = None) -> None:
        self.escapes = escapes
        self.closing: dict[int, int] = {}
        self._parent: dict[int, int] = {}
        self._openers: list[int] = []
        stack: list[int] = []
        for match in _TOKENS[escapes].finditer(text, *(within or ())):
            found, at = match.group(), match.start()
            if found == "{":
                self._parent[at] = stack[-1] if stack else -1
                self._openers.append(at)
                stack.append(at)
            elif found == "}" and stack:
                self.closing[stack.pop()] = at

    def around(self, offset: int) -> int:
        """Returns the innermost brace that is opened before `offset` and closed after it, -1 if there is none."""
        at = bisect_left(self._openers, offset) - 1
        opener = self._openers[at] if at >= 0 else -1
        while opener >= 0 and self.closing.get(opener, -1) < offset:
            opener = self._parent[opener]
        return opener


def blocks(text: SourceText) -> Iterator[BibtexBlock]:
    """Yields every block outside comments and outside the values of other blocks, in order; comments are blocks too."""
    at, patience = 0, MAX_UNCLOSED
    while match := _BEGIN.search(text.content, at):
        if (block := _at_line_start(text.content, match)) and block.end is not None:
            at = block.end + 1
            yield block
            continue
        kind, inside, parenthesis = (match[1] or match[2]).lower(), match.end(), bool(match[2])
        if _COMMENTED.match(text.content[text.line_start(match.start()) : match.start()]):
            yield BibtexBlock(kind, match.start(), inside, None, commented=True)
            at = inside
            continue
        if kind == "comment":  # without end it is just the word, as in BibTeX
            if (closing := text.braces.closing.get(inside - 1)) is not None:
                yield BibtexBlock(kind, match.start(), inside, closing)
            at = inside if closing is None else closing + 1
            continue
        hopeless = parenthesis and not patience
        end, values = (None, ()) if hopeless else _end(text, inside - 1, parenthesis=parenthesis)
        patience -= parenthesis and end is None and not hopeless
        yield BibtexBlock(kind, match.start(), inside, end, values=values)
        at = _resume(text, inside) if end is None else end + 1


def _at_line_start(text: str, match: re.Match[str]) -> BibtexBlock | None:
    """Returns a block that begins a line and ends before the next line that begins with `@`, as nearly all do.

    None if that is not certain, or if something inside looks like the beginning of another block.
    """
    start, inside = match.span()
    if match[2] or (start and text[start - 1] != "\n"):
        return None
    kind = match[1].lower()
    limit = text.find("\n@", inside)
    limit = len(text) if limit < 0 else limit
    plain = None if kind in NOT_ENTRIES else read_plain(text, inside, limit)
    end = plain.end if plain else group_end(text, inside - 1, limit)
    if end is None or (kind != "comment" and text.find("@", inside, end) >= 0 and _SURE.search(text, inside, end)):
        return None
    return BibtexBlock(kind, start, inside, end, plain=plain, whole=True)


def _end(text: SourceText, opener: int, *, parenthesis: bool) -> tuple[int | None, tuple[int, ...]]:
    """Returns the bracket that closes `opener`, unless another entry begins before it outside of values."""
    first = bisect_right(text.beginnings, opener)
    for escapes in (False, True):  # most files do not need the second way
        braces = text.escaped_braces if escapes else text.braces
        end = _parenthesis(text.content, opener + 1, braces) if parenthesis else braces.closing.get(opener)
        if end is None:
            continue
        inner = range(first, bisect_right(text.beginnings, end))
        if all(braces.around(text.beginnings[index]) > opener for index in inner):  # inside a value that quotes BibTeX
            return end, tuple(text.beginnings[index] for index in inner)
    return None, ()


def _parenthesis(text: str, at: int, braces: Braces) -> int | None:
    """Returns the `)` that is neither in braces nor in quotes nor closes an inner parenthesis."""
    depth = 0
    while match := _IN_PARENTHESES.search(text, at):
        found, at = match.group(), match.end()
        close = braces.closing.get(match.start())
        if found in "{}":
            if close is None:  # also for a closing brace
                return None
            at = close + 1
        elif found == '"':
            if not (at := closing_quote(text, at, braces) + 1):
                return None
        elif found == "(":
            depth += 1
        elif depth:
            depth -= 1
        else:
            return match.start()
    return None


_QUOTES = {False: re.compile(r'["{}]'), True: re.compile(r'\\.|["{}]', re.S)}


def closing_quote(text: str, at: int, braces: Braces) -> int:
    """Returns the quote that ends the value beginning at `at`, ignoring quotes in braces; -1 if there is none."""
    while match := _QUOTES[braces.escapes].search(text, at):
        found = match.group()
        if found == '"':
            return match.start()
        close = braces.closing.get(match.start()) if found == "{" else None
        if close is None and found in "{}":
            return -1
        at = match.end() if close is None else close + 1
    return -1


def _resume(text: SourceText, inside: int) -> int:
    """Returns where reading continues after a block without end: where the next one surely begins."""
    following = bisect_left(text.beginnings, inside)
    return text.beginnings[following] if following < len(text.beginnings) else inside
