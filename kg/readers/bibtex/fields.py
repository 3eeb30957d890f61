"""The key and fields of one BibTeX block, as written: values stay in pieces until macros are known."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from kg.readers.bibtex.blocks import BibtexBlock, Braces, SourceText, closing_quote

_SPACE = re.compile(r"(?:\s+|%[^\n]*)*")  # BibTeX has no % comments, but biber does and people use them
_SPACE_AND_COMMAS = re.compile(r"(?:[\s,]+|%[^\n]*)*")
_NAME = re.compile(r'([^\s=,{}"#%@]+)\s*=')
_KEY_AND_FIELD = re.compile(r'([^\s{}"=]+)\s+[^\s=,{}"#%@]+\s*=')
_BARE = re.compile(r'[^\s,#{}"=%]+')
_WORDS = re.compile(r'[^,\n{}"#=]*')


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a value between `#`: text, or the name of a macro."""

    text: str
    macro: bool = False


@dataclass(frozen=True, slots=True)
class RawField:
    name: str
    at: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """An error that was corrected in reading."""

    at: int
    rule: str
    message: str
    hint: str


@dataclass
class RawBlock:
    """The content of a block. `end` is its closing bracket."""

    key: str
    fields: list[RawField]
    end: int
    notes: list[Note] = field(default_factory=list)


class FaultError(Exception):
    """The block cannot be read."""

    def __init__(self, at: int, message: str, hint: str, rule: str = "bibtex/syntax") -> None:
        super().__init__(message)
        self.at, self.message, self.hint, self.rule = at, message, hint, rule


def read_block(text: SourceText, block: BibtexBlock) -> RawBlock:
    """Returns the key and fields of an entry, or the fields of a `@string`.

    Raises:
        FaultError: if it cannot be read, neither as BibTeX reads it nor with `\\{` and `\\"` read as characters.
    """
    if block.end is None:
        raise FaultError(block.start, "it has no end", "look for a missing brace, quote or comma in this entry")
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
        key = "" if self.kind == "string" else self._key()
        fields: list[RawField] = []
        while True:
            self.pos = self._match(_SPACE_AND_COMMAS).end()
            if self.pos >= self.end:
                return RawBlock(key, fields, self.end, self.notes)
            fields.append(self._field())

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str]:
        match = pattern.match(self.text, self.pos, self.end)
        assert match is not None  # noqa: S101 - only used for patterns that match the empty text
        return match

    def _note(self, rule: str, message: str, hint: str, at: int | None = None) -> None:
        self.notes.append(Note(self.pos if at is None else at, f"bibtex/{rule}", message, hint))

    def _skip_space(self) -> None:
        if self.text[self.pos : self.pos + 1] > "%" and not self.text[self.pos].isspace():
            return
        self.pos = self._match(_SPACE).end()

    def _key(self) -> str:
        """Reads up to the first comma: DOIs, numbers and words with spaces between them are keys; empty for none."""
        comma = self.text.find(",", self.pos, self.end)
        end = self.end if comma < 0 else comma
        key = self.text[self.pos : end].strip()
        if not key or _NAME.match(key):  # a key is made when those of all files are known
            self.pos = self._match(_SPACE_AND_COMMAS).end()
            if self.pos >= self.end:
                raise FaultError(self.pos, "it is empty", "remove it", "bibtex/missing-key")
            return ""
        if lost := _KEY_AND_FIELD.match(key):
            self._note("missing-comma", f"no comma after the key {lost[1]}", "add one: @article{example2020,")
            self.pos = self.text.index(lost[1], self.pos) + len(lost[1])
            return lost[1]
        if "\n" in key or re.search(r'[{}"=]', key):
            raise FaultError(self.pos, f"`{self._here()}` is not a key", "write one: @article{example2020,")
        self.pos = end
        return key

    def _field(self) -> RawField:
        match = _NAME.match(self.text, self.pos, self.end)
        if match is None:
            hint = "look for a missing brace, quote or comma in or before this line"
            raise FaultError(self.pos, f"`{self._here()}` is not the beginning of a field", hint)
        at, self.pos = self.pos, match.end()
        pieces = self._value()
        self._skip_space()
        if self.pos < self.end and self.text[self.pos] != ",":
            if _NAME.match(self.text, self.pos, self.end) is None:
                hint = "look for a quote or brace inside the value, or a missing comma"
                raise FaultError(self.pos, f"`{self._here()}` follows the value of {match[1]}", hint)
            hint = "add one: BibTeX would ignore the rest of the entry"
            self._note("missing-comma", f"no comma after the value of {match[1]}", hint)
        return RawField(match[1].lower(), at, pieces)

    def _value(self) -> tuple[Piece, ...]:
        pieces: list[Piece] = []
        while True:
            self._skip_space()
            if self.pos >= self.end or self.text[self.pos] in ",#":
                return tuple(pieces)  # an empty value, or a `#` with nothing after it
            pieces.append(self._piece())
            self._skip_space()
            if self.pos >= self.end or self.text[self.pos] != "#":
                return tuple(pieces)
            self.pos += 1

    def _piece(self) -> Piece:
        begin = self.pos + 1
        if self.text[self.pos] == "{":
            close = self.braces.closing.get(self.pos, self.end)
        elif self.text[self.pos] == '"':
            close = closing_quote(self.text, begin, self.braces)
        else:
            return self._bare()
        if not begin <= close < self.end:
            raise FaultError(self.pos, f"the value `{self._here()}` has no end", "look for a missing quote or brace")
        self.pos = close + 1
        return Piece(self.text[begin:close])

    def _bare(self) -> Piece:
        """Reads a number, a macro, or words that lack braces."""
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
        self.pos, written = words.end(), words.group().strip()
        self._note("bare-value", f"`{written}` has no braces around it", "put the value in braces", at)
        return Piece(written)

    def _here(self) -> str:
        return self.text[self.pos : min(self.pos + 30, self.end)].split("\n")[0].strip()
