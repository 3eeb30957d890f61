"""One BibTeX file: its entries and `@string` macros, read in two passes.

The first pass needs no other file. The second, `finish`, replaces macros by their values, also TeX macros of
`@preamble`. A file sees its own macros first, then those of the other files of the folder, in their order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from kg.core.files import SourceFile
from kg.core.problems import Location
from kg.readers.bibtex.blocks import NOT_ENTRIES, BibtexBlock, SourceText, blocks
from kg.readers.bibtex.entries import EntryFile, RawEntry
from kg.readers.bibtex.fields import FaultError, Piece, RawBlock, read_block
from kg.readers.bibtex.gaps import lost_between
from kg.readers.bibtex.plain import PlainEntry
from kg.readers.bibtex.tex_macros import Preambles, TexMacros, macros_of

MONTHS = frozenset({"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"})
"""Macros that every BibTeX style defines: they stay as written."""
_WRITTEN = re.compile(r"^[ \t]*[^%\s]", re.M)
MAX_LENGTH = 1 << 20
MAX_DEPTH = 100


@dataclass(frozen=True)
class Macro:
    """One definition; `raw` is its `@string` block, verbatim."""

    name: str
    pieces: tuple[Piece, ...]
    raw: str
    where: Location


@dataclass(frozen=True, slots=True)
class MacroValue:
    """A value with macros replaced. `used` are the macros it needs, each after those that it needs itself."""

    text: str
    used: tuple[Macro, ...] = ()
    undefined: tuple[str, ...] = ()


@dataclass
class MacroScope:
    """The macros that the entries of one file see."""

    own: Mapping[str, Macro]
    folder: Mapping[str, MacroScope]
    commands: TexMacros = field(default_factory=TexMacros)
    preambles: Preambles = field(default_factory=Preambles)
    _known: dict[str, MacroValue] = field(default_factory=dict)

    def resolve(self, pieces: tuple[Piece, ...], depth: int = 0) -> MacroValue:
        """Returns the value of the pieces; a macro without definition, or defined by itself, keeps its name."""
        if len(pieces) == 1 and not pieces[0].macro:
            return MacroValue(pieces[0].text)
        values = [self._macro(p.text, depth) if p.macro else MacroValue(p.text) for p in pieces]
        if sum(len(value.text) for value in values) > MAX_LENGTH:  # macros that double thirty times would fill memory
            names = tuple(piece.text for piece in pieces if piece.macro)
            return MacroValue(" ".join(names), undefined=names)
        used = {id(macro): macro for value in values for macro in value.used}
        undefined = dict.fromkeys(name for value in values for name in value.undefined)
        return MacroValue("".join(value.text for value in values), tuple(used.values()), tuple(undefined))

    def _macro(self, written: str, depth: int) -> MacroValue:
        name = written.lower()
        if name in self._known:
            return self._known[name]
        if (name not in self.own and name not in self.folder) or depth > MAX_DEPTH:
            return MacroValue(written, undefined=() if name in MONTHS else (written,))
        self._known[name] = MacroValue(written, undefined=(written,))  # its value inside its own definition
        if name in self.own:
            macro = self.own[name]
            inner = self.resolve(macro.pieces, depth + 1)
            value = MacroValue(inner.text, (*inner.used, macro), inner.undefined)
        else:  # a macro is resolved in the scope of the file that defines it
            value = self.folder[name]._macro(written, depth + 1)
        self._known[name] = value
        return value


@dataclass
class BibtexFile(EntryFile):
    """A BibTeX file. `entries` is empty until `finish` is called; `macros` holds the first definition of each name."""

    text: SourceText = field(init=False)
    macros: dict[str, Macro] = field(default_factory=dict)
    preambles: list[str] = field(default_factory=list)
    _unfinished: list[Callable[[MacroScope], RawEntry]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.text = SourceText(self.file.name, self.file.text)
        before: BibtexBlock | None = None
        at, empty = 0, True
        for block in blocks(self.text):
            if block.start - at > 2:
                self._report_between(before, at, block.start)
            empty = empty and (block.commented or block.kind == "comment")
            if block.plain:
                self.seen += 1
                self._unfinished.append(partial(self._plain_entry, block, block.plain))
                end: int | None = block.plain.end
            else:
                end = self._read_block(block)
            before, at = block, len(self.text.content) if end is None else end + 1  # a block without end has no gap
        self._report_between(before, at, len(self.text.content))
        if empty:
            text = _WRITTEN.search(self.text.content)
            message, hint = "no entry begins in this file", "an entry begins with `@article{KEY,` or another type"
            self.report(self.text.where(text.start() if text else 0), "bibtex/no-entry", message, hint, "warning")

    def finish(self, scope: MacroScope) -> None:
        """Makes the entries with the macros of the scope, and frees the memory of what they were made from."""
        self.entries = [make(scope) for make in self._unfinished]
        if scope.commands.used(self.text.content):
            for entry in self.entries:
                _expand(entry, scope.commands)
        for entry in self.entries if scope.preambles.defines else ():
            entry.needs = (*scope.preambles.needed("\n".join([*entry.needs, entry.raw])), *entry.needs)
        self._unfinished, self.text = [], SourceText(self.file.name, "")

    def _plain_entry(self, block: BibtexBlock, plain: PlainEntry, scope: MacroScope) -> RawEntry:
        raw, where = self.text.content[block.start : plain.end + 1], self.text.where(block.start)
        entry = RawEntry(plain.key, block.kind, plain.values, raw, where)
        _use(entry, [(name, scope.resolve((Piece(plain.values[name], macro=True),))) for name in plain.macros])
        return entry

    def _read_block(self, block: BibtexBlock) -> int | None:
        """Returns where the block ends; None if that is not certain, or if it is commented out."""
        if block.kind == "comment":
            return block.end
        where = self.text.where(block.start)
        if block.commented:  # by a % before the @
            message = f"this @{block.kind} is commented out"
            self.report(where, "bibtex/commented-out", message, "it is not read; remove the % to include it", "info")
            return None
        is_entry = block.kind not in NOT_ENTRIES
        self.seen += is_entry
        if block.kind == "preamble" and block.end is not None:
            self.preambles.append(self.text.content[block.start : block.end + 1])
        if not is_entry and block.kind != "string":
            return block.end
        try:
            raw = read_block(self.text, block)
        except FaultError as fault:
            line = self.text.content[block.start : block.start + 60].split("\n")[0].rstrip()
            at = self.text.where(fault.at).line
            message = f"`{line}` cannot be read: {f'in line {at} ' if at != where.line else ''}{fault.message}"
            self.report(where, fault.rule, message, fault.hint, "error" if is_entry else "warning")
            return block.end
        if not is_entry:
            self._define(block, raw)
            return raw.end
        self._unfinished.append(partial(self._entry, block, raw))
        for at in block.values:
            message = f"this is inside a value of the @{block.kind} in line {where.line}"
            hint = "if it is an entry, a brace is missing before it"
            self.report(self.text.where(at), "bibtex/entry-in-value", message, hint, "warning")
        return raw.end

    def _report_between(self, before: BibtexBlock | None, begin: int, end: int) -> None:
        """Reports entries and fields between the end of a block and the next one."""
        for lost in lost_between(self.text.content, begin, end):
            block = f"the @{before.kind} in line {self.text.where(before.start).line}" if before else "any entry"
            message = lost.message.replace("ENTRY", block) if lost.of_fields else lost.message
            self.report(self.text.where(lost.at), "bibtex/outside", message, lost.hint, "warning")

    def _define(self, block: BibtexBlock, raw: RawBlock) -> None:
        """Keeps the macros of a `@string` block."""
        text = self.text.content[block.start : raw.end + 1]
        for written in raw.fields:
            macro = Macro(written.name, written.pieces, text, self.text.where(written.at))
            first = self.macros.setdefault(written.name, macro)
            if first.pieces != macro.pieces:
                message = f"`{macro.name}` has another value in line {first.where.line}, which is kept"
                self.report(macro.where, "bibtex/duplicate-string", message, "keep one of them", "warning")

    def _entry(self, block: BibtexBlock, raw: RawBlock, scope: MacroScope) -> RawEntry:
        places: dict[str, Location] = {}
        text, where = self.text.content[block.start : raw.end + 1], self.text.where(block.start)
        entry = RawEntry(raw.key, block.kind, {}, text, where, places)
        for note in raw.notes:
            entry.report(self.text.where(note.at), note.rule, note.message, note.hint, "warning")
        values: list[tuple[str, MacroValue]] = []
        for written in raw.fields:
            name, where, value = written.name, self.text.where(written.at), scope.resolve(written.pieces)
            if name not in places:
                places[name], entry.values[name] = where, value.text
                values.append((name, value))
                continue
            if name == "keywords":  # some programs write a field for each
                both = "; ".join(map(_with_semicolons, (entry.values[name], value.text)))
                entry.values[name] = both
                values.append((name, replace(value, text=both)))
                continue
            same = entry.values[name].split() == value.text.split()
            message = f"`{entry.key}` has {name} twice" + (", with the same value" if same else ": the first is kept")
            entry.report(where, "bibtex/duplicate-field", message, "keep one of them", "info" if same else "warning")
        _use(entry, values)
        return entry


def _with_semicolons(keywords: str) -> str:
    return keywords if ";" in keywords else keywords.replace(",", ";")


def _use(entry: RawEntry, values: list[tuple[str, MacroValue]]) -> None:
    """Puts the values into an entry, with the `@string` blocks that they need; reports macros without definition."""
    hint = "define it, or put the value in braces; the word itself is kept"
    for name, value in values:
        entry.values[name] = value.text
        for macro in value.undefined:
            message = f"no @string defines `{macro}`"
            entry.report(entry.place(name), "bibtex/undefined-string", message, hint, "warning")
    entry.needs = tuple(dict.fromkeys(macro.raw for _, value in values for macro in value.used))


def _expand(entry: RawEntry, commands: TexMacros) -> None:
    """Replaces TeX macros."""
    for name, value in entry.values.items():
        entry.values[name] = commands.expand(value)


def one_by_one(text: str, *, tex: bool = True) -> Iterator[tuple[int, BibtexFile, MacroScope]]:
    """Yields each block with the number of lines before it, and its scope: the macros that the text before it defines.

    A macro that is defined again has its new value for the blocks after it, as in BibTeX. `tex` says whether the TeX
    macros of `@preamble` are replaced, too.
    """
    whole, macros, preambles = SourceText("", text), dict[str, Macro](), list[str]()
    found = list(blocks(whole))
    for number, block in enumerate(found, 1):
        end = found[number].start if number < len(found) else len(text)
        one = BibtexFile(SourceFile("", text[block.start : end], ""))
        macros |= one.macros
        preambles += one.preambles
        scope = MacroScope(macros, {}, macros_of(preambles) if tex and preambles else TexMacros())
        one.finish(scope)
        yield whole.where(block.start).line - 1, one, scope


def scopes(files: Sequence[BibtexFile]) -> list[MacroScope]:
    """Returns the scope of each file, from the macros of each."""
    folder: dict[str, MacroScope] = {}
    preambles = [block for file in reversed(files) for block in file.preambles]
    common = macros_of(preambles)
    made = []
    for file in files:
        seen = [*preambles, *file.preambles]
        commands = macros_of(seen) if file.preambles else common
        made.append(MacroScope(file.macros, folder, commands, Preambles(seen)))
    folder |= {name: scope for scope in reversed(made) for name in scope.own}
    return made
