"""Where each `@type{…}` of a BibTeX file begins and ends, also when braces are missing around it.

Finding the blocks comes before reading what is in them, and takes nothing but braces: so each block is either accepted
or rejected, and one that does not end takes none of the following with it.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from kg.core.problems import Location
from kg.readers.bibtex.plain import PlainEntry, group_end, read_plain

MAX_UNCLOSED = 100
"""Parentheses that do not end, after which no other is looked for in the file: each costs a walk to its end."""
FAR = 1 << 16
"""Characters over which lines are not counted anew if it is known where each begins."""
NOT_ENTRIES = frozenset({"comment", "preamble", "string"})

# As in BibTeX, `@` may stand anywhere; before a parenthesis a letter makes it an address: `jo@example (Jo)`.
_TYPE = r"[^\W\d_][\w:.+*/-]*"
_BEGIN = re.compile(rf"@\s*({_TYPE})\s*\{{|(?<![\w.])@\s*({_TYPE})\s*\(")
_KEY = r'[^,{}="\n]*,'
_FIELD = r"\s*[\w:.+/-]+\s*="
# What can only be the beginning of a block: where reading goes on after one that does not end.
_SURE = re.compile(rf"(?:^[ \t]*@\s*{_TYPE}\s*[{{(](?:{_KEY}|{_FIELD})|^[ \t]*@\s*comment\s*\{{"
                   rf"|@{_TYPE}\{{{_KEY}{_FIELD})", re.M | re.I)  # fmt: skip
_COMMENTED = re.compile(r"[ \t]*%[%\s]*\Z")
_TOKENS = {False: re.compile(r"[{}]"), True: re.compile(r"\\.|[{}]", re.S)}
_IN_PARENTHESES = re.compile(r'[{}()]|(?<=[=#\s])"')


@dataclass(frozen=True, slots=True)
class BibtexBlock:
    """One `@type{…}`: `inside` is the first character after its bracket, `end` its closing bracket if it has one.

    `values` holds where lines inside its values look like the beginning of another entry. One that is `plain` is read;
    one that is `whole` ends before the next line that begins with `@`.
    """

    kind: str
    start: int
    inside: int
    end: int | None
    commented: bool = False
    values: tuple[int, ...] = ()
    plain: PlainEntry | None = None
    whole: bool = False


@dataclass
class SourceText:
    """The text of a file, with the places and pairs of braces that are asked for again and again."""

    name: str
    content: str
    _last: tuple[int, int, int] = field(default=(0, 0, 1), repr=False)
    """The place that was last asked for: its offset, where its line begins, and the number of that."""

    @cached_property
    def _lines(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", self.content))]

    def where(self, offset: int) -> Location:
        """Places are mostly asked for in order: then it is enough to count the lines from the last."""
        at, begin, line = self._last
        if at <= offset < at + FAR or (at <= offset and "_lines" not in self.__dict__):
            last = self.content.rfind("\n", at, offset) + 1
            if last:
                line += self.content.count("\n", at, last)
                begin = last
        else:
            line = bisect_right(self._lines, offset)
            begin = self._lines[line - 1]
        self._last = offset, begin, line
        return Location(self.name, line, offset - begin + 1)

    def line_start(self, offset: int) -> int:
        return self._lines[bisect_right(self._lines, offset) - 1]

    @cached_property
    def beginnings(self) -> list[int]:
        """Where a block surely begins: offsets of its `@`, also those inside values."""
        return [self.content.index("@", match.start()) for match in _SURE.finditer(self.content)]

    @cached_property
    def braces(self) -> Braces:
        """The pairs as BibTeX sees them: a backslash before a brace means nothing."""
        return Braces(self.content, escapes=False)

    @cached_property
    def escaped_braces(self) -> Braces:
        """The pairs when `\\{` and `\\}` are characters, as many who write abstracts believe."""
        return Braces(self.content, escapes=True)


class Braces:
    """Which brace closes which, found in one pass, so that a thousand unclosed ones cost no more than one."""

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
        """The innermost brace that is open at `offset` and is closed after it, -1 for none."""
        at = bisect_left(self._openers, offset) - 1
        opener = self._openers[at] if at >= 0 else -1
        while opener >= 0 and self.closing.get(opener, -1) < offset:
            opener = self._parent[opener]
        return opener


def blocks(text: SourceText) -> Iterator[BibtexBlock]:
    """Every block outside comments and outside the values of other blocks, in order."""
    at, patience = 0, MAX_UNCLOSED
    while match := _BEGIN.search(text.content, at):
        if block := _at_line_start(text.content, match):
            assert block.end is not None  # noqa: S101 - it ends there
            at = block.end + 1
            if block.kind != "comment":
                yield block
            continue
        kind, inside, parenthesis = (match[1] or match[2]).lower(), match.end(), bool(match[2])
        before = text.content[text.line_start(match.start()) : match.start()]
        if _COMMENTED.match(before):
            yield BibtexBlock(kind, match.start(), inside, None, commented=True)
            at = inside
            continue
        if kind == "comment":  # one that does not end is the word alone, as in BibTeX
            at = text.braces.closing.get(inside - 1, inside - 1) + 1
            continue
        hopeless = parenthesis and not patience
        end, values = (None, ()) if hopeless else _end(text, inside - 1, parenthesis=parenthesis)
        patience -= parenthesis and end is None and not hopeless
        yield BibtexBlock(kind, match.start(), inside, end, values=values)
        at = _resume(text, inside) if end is None else end + 1


def _at_line_start(text: str, match: re.Match[str]) -> BibtexBlock | None:
    """The block that begins a line and ends before the next line that begins with `@`, as nearly all do.

    None if that is not sure, and if something in it looks like the beginning of another.
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
    """The bracket that closes the one at `opener`, unless another entry begins before it on this block's own level."""
    first = bisect_right(text.beginnings, opener)
    for escapes in (False, True):  # most files never need the second way to read them
        braces = text.escaped_braces if escapes else text.braces
        end = _parenthesis(text.content, opener + 1, braces) if parenthesis else braces.closing.get(opener)
        if end is None:
            continue
        inner = range(first, bisect_right(text.beginnings, end))
        if all(braces.around(text.beginnings[index]) > opener for index in inner):  # inside a value that quotes BibTeX
            return end, tuple(text.beginnings[index] for index in inner)
    return None, ()


def _parenthesis(text: str, at: int, braces: Braces) -> int | None:
    """The `)` that is neither in braces nor in quotes nor one of a pair."""
    depth = 0
    while match := _IN_PARENTHESES.search(text, at):
        found, at = match.group(), match.end()
        if found == "{":
            close = braces.closing.get(match.start())
            if close is None:
                return None
            at = close + 1
        elif found == "}":
            return None
        elif found == '"':
            at = closing_quote(text, at, braces) + 1
            if at == 0:
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
    """The quote that ends the value beginning at `at`; quotes in braces do not. -1 when there is none."""
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
    """Where to go on after a block that does not end: at the next that surely begins."""
    following = bisect_left(text.beginnings, inside)
    return text.beginnings[following] if following < len(text.beginnings) else inside
