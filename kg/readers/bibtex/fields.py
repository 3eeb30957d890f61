"""Key and fields of one BibTeX block, as written: values stay in pieces until macros are known."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from kg.readers.bibtex.blocks import BibtexBlock, Braces, SourceText, closing_quote

_SPACE = re.compile(r"(?:\s+|%[^\n]*)*")  # BibTeX knows no % comments, biber and people do
_SPACE_AND_COMMAS = re.compile(r"(?:[\s,]+|%[^\n]*)*")
_NAME = re.compile(r'([^\s=,{}"#%@]+)\s*=')
_KEY_AND_FIELD = re.compile(r'([^\s{}"=]+)\s+[^\s=,{}"#%@]+\s*=')
_BARE = re.compile(r'[^\s,#{}"=%]+')
_WORDS = re.compile(r'[^,\n{}"#=]*')


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a value between `#`: text, or the name of a macro."""

    text: str
    macro: bool = False


@dataclass(frozen=True, slots=True)
class RawField:
    name: str
    at: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """Something tolerated: what was made of it is in the fields."""

    at: int
    rule: str
    message: str
    hint: str


@dataclass
class RawBlock:
    """What stands in a block. `end` is its closing bracket: that of the reading that succeeded."""

    key: str
    fields: list[RawField]
    end: int
    notes: list[Note] = field(default_factory=list)


class FaultError(Exception):
    """The block cannot be read: where, what, and what to do."""

    def __init__(self, at: int, message: str, hint: str, rule: str = "bibtex/syntax") -> None:
        super().__init__(message)
        self.at, self.message, self.hint, self.rule = at, message, hint, rule


def read_block(text: SourceText, block: BibtexBlock) -> RawBlock:
    """Key and fields of an entry, or the fields of a `@string`.

    Raises:
        FaultError: if it cannot be read, neither as BibTeX reads it nor with `\\{` and `\\"` taken for characters.
    """
    if block.end is None:
        raise FaultError(block.start, "it does not end", "look for a missing brace, quote or comma in this entry")
    within = (block.inside - 1, block.end + 1)
    braces = Braces(text.content, escapes=False, within=within) if block.whole else text.braces
    try:
        return _Scanner(text.content, block, block.end, braces).block()
    except FaultError as fault:
        opener = block.inside - 1
        end = text.escaped_braces.closing.get(opener) if text.content[opener] == "{" else block.end
        if end is None or "\\" not in text.content[block.inside : max(end, block.end)]:
            raise
        try:
            return _Scanner(text.content, block, end, text.escaped_braces).block()
        except FaultError:
            raise fault from None


class _Scanner:
    def __init__(self, text: str, block: BibtexBlock, end: int, braces: Braces) -> None:
        self.text, self.kind, self.pos, self.end, self.braces = text, block.kind, block.inside, end, braces
        self.notes: list[Note] = []

    def block(self) -> RawBlock:
        key = "" if self.kind == "string" else self.key()
        fields: list[RawField] = []
        while True:
            self.pos = self._match(_SPACE_AND_COMMAS).end()
            if self.pos >= self.end:
                return RawBlock(key, fields, self.end, self.notes)
            fields.append(self.field())

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str]:
        match = pattern.match(self.text, self.pos, self.end)
        assert match is not None  # noqa: S101 - only for patterns that match the empty text
        return match

    def _skip_space(self) -> None:
        if self.text[self.pos : self.pos + 1] > "%" and not self.text[self.pos].isspace():
            return
        self.pos = self._match(_SPACE).end()

    def key(self) -> str:
        """Everything up to the first comma: DOIs, numbers and words with spaces between them are keys that occur."""
        comma = self.text.find(",", self.pos, self.end)
        end = self.end if comma < 0 else comma
        key = self.text[self.pos : end].strip()
        if not key or _NAME.match(key):
            raise FaultError(
                self.pos,
                "it has no key",
                "write one after the bracket, as in @article{example2020,",
                "bibtex/missing-key",
            )
        if lost := _KEY_AND_FIELD.match(key):
            self.notes.append(
                Note(
                    self.pos,
                    "bibtex/missing-comma",
                    f"no comma after the key {lost[1]}",
                    "write one: @article{example2020,",
                )
            )
            self.pos = self.text.index(lost[1], self.pos) + len(lost[1])
            return lost[1]
        if "\n" in key or re.search(r'[{}"=]', key):
            raise FaultError(self.pos, f"`{self._here()}` is not a key", "write one: @article{example2020,")
        if re.search(r"\s", key):
            self.notes.append(
                Note(self.pos, "bibtex/key", f"LaTeX cannot cite the key `{key}`", "give it a key without spaces")
            )
        self.pos = end
        return key

    def field(self) -> RawField:
        match = _NAME.match(self.text, self.pos, self.end)
        if match is None:
            raise FaultError(
                self.pos,
                f"`{self._here()}` is not the beginning of a field",
                "look for a missing brace, quote or comma in or before this line",
            )
        at, self.pos = self.pos, match.end()
        pieces = self.value()
        self._skip_space()
        if self.pos < self.end and self.text[self.pos] != ",":
            if _NAME.match(self.text, self.pos, self.end) is None:
                raise FaultError(
                    self.pos,
                    f"`{self._here()}` stands after the value of {match[1]}",
                    "look for a quote or brace inside the value, or a missing comma",
                )
            self.notes.append(
                Note(
                    self.pos,
                    "bibtex/missing-comma",
                    f"no comma after the value of {match[1]}",
                    "write one: BibTeX would leave out the rest of the entry",
                )
            )
        return RawField(match[1].lower(), at, pieces)

    def value(self) -> tuple[Piece, ...]:
        pieces: list[Piece] = []
        while True:
            self._skip_space()
            if self.pos >= self.end or self.text[self.pos] in ",#":
                return tuple(pieces)  # an empty value, or a `#` with nothing after it
            pieces.append(self.piece())
            self._skip_space()
            if self.pos >= self.end or self.text[self.pos] != "#":
                return tuple(pieces)
            self.pos += 1

    def piece(self) -> Piece:
        begin = self.pos + 1
        if self.text[self.pos] == "{":
            close = self.braces.closing.get(self.pos, self.end)
        elif self.text[self.pos] == '"':
            close = closing_quote(self.text, begin, self.braces)
        else:
            return self.bare()
        if not begin <= close < self.end:
            raise FaultError(self.pos, f"the value `{self._here()}` does not end", "look for a missing quote or brace")
        self.pos = close + 1
        return Piece(self.text[begin:close])

    def bare(self) -> Piece:
        """A number, a macro, or words that somebody forgot to put in braces."""
        match = _BARE.match(self.text, self.pos, self.end)
        if match is None:
            raise FaultError(self.pos, f"`{self._here()}` is not a value", "put the value in braces")
        at, self.pos = self.pos, match.end()
        self._skip_space()
        following = self.text[self.pos] if self.pos < self.end else ","
        if following in ",#" or _NAME.match(self.text, self.pos, self.end):
            return Piece(match.group(), macro=not match.group().isdigit())
        self.pos = at
        words = self._match(_WORDS)
        self.pos = words.end()
        self.notes.append(
            Note(at, "bibtex/bare-value", f"`{words.group().strip()}` stands without braces", "put the value in braces")
        )
        return Piece(words.group().strip())

    def _here(self) -> str:
        return self.text[self.pos : min(self.pos + 30, self.end)].split("\n")[0].strip()
