"""Bibliographies: every entry becomes a `BibliographyEntry` or a Problem, never nothing.

A folder is read in two passes, because macros and the parents of entries may stand in another of its files: first what
is written (`bibtex_blocks`, `bibtex_fields`), then what it means (`bibtex_strings`, `bibtex_inherit`, names, LaTeX).
Records of RIS and CSL-JSON files become entries between the two, when the keys of all files are known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from kg.core.files import SourceFile, bibliography_kind
from kg.core.problems import Location, Problem, Severity
from kg.model.bibliography import BibliographyEntry
from kg.readers.bibtex.blocks import NOT_ENTRIES, BibtexBlock, SourceText, blocks
from kg.readers.bibtex.fields import FaultError, Piece, RawBlock, read_block
from kg.readers.bibtex.inherit import Parents, RawEntry, by_key, wanted_parents
from kg.readers.bibtex.plain import PlainEntry
from kg.readers.bibtex.publication import publication
from kg.readers.bibtex.strings import Macro, MacroScope, MacroValue, scopes
from kg.readers.csl_json import read_csl_json
from kg.readers.records import RecordFile, as_entries
from kg.readers.ris import read_ris

_Raw = tuple[RawEntry, list[str]] | tuple[BibtexBlock, RawBlock]
"""An entry with the names of the fields that are macros yet, or what it is to be made of."""


@dataclass(frozen=True)
class BibSource:
    """One bibliography. `entries` counts what looks like an entry: accepted ones and those reported as errors."""

    file: SourceFile
    publications: tuple[BibliographyEntry, ...]
    places: Mapping[str, Location]
    problems: tuple[Problem, ...]
    entries: int


def read_bibtex(file: SourceFile) -> BibSource:
    """Reads one bibliography by itself."""
    return read_bibliography([file])[0]


def read_bibliography(
    files: Sequence[SourceFile], progress: Callable[[str], object] = lambda _: None
) -> list[BibSource]:
    """Reads the bibliographies of a folder; broken and duplicate entries become Problems, their neighbours are kept."""
    written = []
    for number, source_file in enumerate(files, 1):
        progress(f"reading the bibliography: {number} of {len(files)} files")
        written.append(_read(source_file))
    bibtex = [file for file in written if isinstance(file, _Written)]
    for file, scope in zip(bibtex, scopes([file.macros for file in bibtex]), strict=True):
        file.finish(scope)
    if records := [file for file in written if isinstance(file, RecordFile)]:
        as_entries(records, [entry.key for file in bibtex for entry in file.entries])
    keys = _Keys()
    for source in written:
        source.entries = [entry for entry in source.entries if keys.is_new(entry, source.problems)]
    wanted = wanted_parents(entry for source in written for entry in source.entries)
    parents = [[entry for entry in source.entries if entry.key in wanted or entry.key.lower() in wanted]
               for source in written] if wanted else [[] for _ in written]  # fmt: skip
    folder = by_key(entry for found in parents for entry in found)
    made = []
    for number, source in enumerate(written, 1):
        progress(f"reading the bibliography: names and LaTeX of {number} of {len(files)} files")
        made.append(_source(source, Parents(by_key(parents[number - 1]), folder)))
        source.entries = []
    return made


def _read(file: SourceFile) -> _Written | RecordFile:
    match bibliography_kind(file.name):
        case "ris":
            return read_ris(file)
        case "csl-json":
            return read_csl_json(file)
        case _:
            return _Written(file)


def _source(written: _Written | RecordFile, parents: Parents) -> BibSource:
    publications, problems = [], written.problems
    for entry in written.entries:
        publications.append(publication(entry, parents))
        problems += entry.problems
    places = {entry.key: entry.where for entry in written.entries}
    return BibSource(written.file, tuple(publications), places, tuple(problems), written.seen)


@dataclass
class _Written:
    """What stands in one .bib file; reading it needs no other file."""

    file: SourceFile
    text: SourceText = field(init=False)
    seen: int = 0
    raws: list[_Raw] = field(default_factory=list)
    macros: dict[str, Macro] = field(default_factory=dict)
    entries: list[RawEntry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.text = SourceText(self.file.name, self.file.text)
        if self.file.assumed:
            self.problems.append(self.file.assumed)
        for block in blocks(self.text):
            if block.plain:
                self.seen += 1
                self.raws.append(_plain_entry(self.text, block, block.plain))
            else:
                self._block(block)

    def finish(self, scope: MacroScope) -> None:
        """Puts macros into the entries, and lets go of what they were made of, which fills more memory than they do."""
        self.text = SourceText(self.file.name, self.file.text)  # places are asked for in order once more
        for raw in self.raws:
            self.entries.append(_with_macros(*raw, scope) if isinstance(raw[0], RawEntry) else self._entry(*raw, scope))
        self.raws = []
        self.text = SourceText(self.file.name, "")

    def _block(self, block: BibtexBlock) -> None:
        where = self.text.where(block.start)
        if block.commented:  # by a % before the @
            self.problems.append(
                Problem(
                    where,
                    "bibtex/commented-out",
                    f"this @{block.kind} is commented out",
                    "it is not read; remove the % to have it",
                    "info",
                )
            )
            return
        is_entry = block.kind not in NOT_ENTRIES
        self.seen += is_entry
        if not is_entry and block.kind != "string":
            return
        try:
            raw = read_block(self.text, block)
        except FaultError as fault:
            self.problems.append(self._rejected(block, fault, "error" if is_entry else "warning"))
            return
        if not is_entry:
            self._strings(block, raw)
            return
        self.raws.append((block, raw))
        for at in block.values:
            self.problems.append(
                Problem(
                    self.text.where(at),
                    "bibtex/entry-in-value",
                    f"this stands in a value of the @{block.kind} in line {where.line}",
                    "if it is an entry, a brace is missing before it",
                    "warning",
                )
            )

    def _rejected(self, block: BibtexBlock, fault: FaultError, severity: Severity) -> Problem:
        where, at = self.text.where(block.start), self.text.where(fault.at)
        line = self.text.content[block.start : block.start + 60].split("\n")[0].rstrip()
        there = f"in line {at.line} " if at.line != where.line else ""
        return Problem(where, fault.rule, f"`{line}` cannot be read: {there}{fault.message}", fault.hint, severity)

    def _strings(self, block: BibtexBlock, raw: RawBlock) -> None:
        text = self.text.content[block.start : raw.end + 1]
        for written in raw.fields:
            macro = Macro(written.name, written.pieces, text, self.text.where(written.at))
            first = self.macros.setdefault(written.name, macro)
            if first.pieces != macro.pieces:
                self.problems.append(
                    Problem(
                        macro.where,
                        "bibtex/duplicate-string",
                        f"`{macro.name}` has another meaning in line {first.where.line}, which is kept",
                        "keep one of them",
                        "warning",
                    )
                )

    def _entry(self, block: BibtexBlock, raw: RawBlock, scope: MacroScope) -> RawEntry:
        """The entry with its macros put in."""
        where, places = self.text.where(block.start), dict[str, Location]()
        entry = RawEntry(raw.key, block.kind, {}, self.text.content[block.start : raw.end + 1], where, places)
        for note in raw.notes:
            entry.problems.append(Problem(self.text.where(note.at), note.rule, note.message, note.hint, "warning"))
        used: list[Macro] = []
        for written in raw.fields:
            name, where, value = written.name, self.text.where(written.at), scope.resolve(written.pieces)
            if name not in entry.values:
                places[name] = where
                _put(entry, name, value)
                used += value.used
                continue
            same = entry.values[name].split() == value.text.split()
            entry.problems.append(
                Problem(
                    where,
                    "bibtex/duplicate-field",
                    f"`{entry.key}` gives {name} twice" + (", with the same value" if same else ": the first is kept"),
                    "keep one of them",
                    "info" if same else "warning",
                )
            )
        entry.needs = _blocks_of(used)
        return entry


def _plain_entry(text: SourceText, block: BibtexBlock, plain: PlainEntry) -> tuple[RawEntry, list[str]]:
    return RawEntry(
        plain.key, block.kind, plain.values, text.content[block.start : plain.end + 1], text.where(block.start)
    ), plain.macros


def _with_macros(entry: RawEntry, names: list[str], scope: MacroScope) -> RawEntry:
    used: list[Macro] = []
    for name in names:
        value = scope.resolve((Piece(entry.values[name], macro=True),))
        _put(entry, name, value)
        used += value.used
    entry.needs = _blocks_of(used)
    return entry


def _put(entry: RawEntry, name: str, value: MacroValue) -> None:
    entry.values[name] = value.text
    for macro in value.undefined:
        entry.problems.append(
            Problem(
                entry.place(name),
                "bibtex/undefined-string",
                f"no @string defines `{macro}`",
                "define it, or put the value in braces; the word itself is kept",
                "warning",
            )
        )


def _blocks_of(used: list[Macro]) -> tuple[str, ...]:
    """The `@string` blocks of macros, each once."""
    return tuple(dict.fromkeys(macro.raw for macro in used))


class _Keys:
    """The keys of a folder: the first entry of each is kept, and who else has it is told where that is."""

    def __init__(self) -> None:
        self._first: dict[str, Location] = {}
        self._folded: dict[str, str] = {}

    def is_new(self, entry: RawEntry, problems: list[Problem]) -> bool:
        if first := self._first.get(entry.key):
            place = f"line {first.line}" if first.file == entry.where.file else f"{first}"
            problems.append(
                Problem(
                    entry.where,
                    "bibtex/duplicate-key",
                    f"a second entry `{entry.key}`, the first is in {place}",
                    "remove one of them, or give it another key",
                )
            )
            return False
        self._first[entry.key] = entry.where
        other = self._folded.setdefault(entry.key.casefold(), entry.key)
        if other != entry.key:
            entry.problems.append(
                Problem(
                    entry.where,
                    "bibtex/key-case",
                    f"`{entry.key}` and `{other}` ({self._first[other]}) differ only in case",
                    "BibTeX takes them for the same key: change one",
                    "warning",
                )
            )
        return True
