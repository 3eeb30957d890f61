"""`@string` macros: a file sees its own first, then those of the other files of the folder, in their order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kg.core.problems import Location
from kg.readers.bibtex.fields import Piece

MONTHS = frozenset({"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"})
"""Macros that every BibTeX style defines: they stay as written."""
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
    """A value with macros replaced.

    `used` are the macros it needs, each after those that it needs itself; `undefined` the names without definition.
    """

    text: str
    used: tuple[Macro, ...] = ()
    undefined: tuple[str, ...] = ()


@dataclass
class MacroScope:
    """The macros that the entries of one file see."""

    own: Mapping[str, Macro]
    folder: Mapping[str, MacroScope]
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


def scopes(files: list[dict[str, Macro]]) -> list[MacroScope]:
    """Returns the scope of each file, from the macros of each."""
    folder: dict[str, MacroScope] = {}
    made = [MacroScope(macros, folder) for macros in files]
    for scope in made:
        for name in scope.own:
            folder.setdefault(name, scope)
    return made
