"""`@string` macros: those of a file first, then those of the other files in the folder, in the order of the files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kg.problems import Location
from kg.sources.bibtex_fields import Piece

MONTHS = frozenset({"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"})
"""Macros that every BibTeX style defines: they stay as written."""


@dataclass(frozen=True)
class Macro:
    """One definition; `raw` is its `@string` block, verbatim."""

    name: str
    pieces: tuple[Piece, ...]
    raw: str
    where: Location


@dataclass(frozen=True, slots=True)
class Value:
    """A value with its macros put in: which it needed, each after those it needs itself, and which nobody defines."""

    text: str
    used: tuple[Macro, ...] = ()
    undefined: tuple[str, ...] = ()


@dataclass
class Scope:
    """The macros that the entries of one file see."""

    own: Mapping[str, Macro]
    folder: Mapping[str, tuple[Macro, Scope]]
    _known: dict[str, Value] = field(default_factory=dict)

    def resolve(self, pieces: tuple[Piece, ...], within: frozenset[str] = frozenset()) -> Value:
        """The value that the pieces stand for; a macro that is not defined, or by itself, stands for its name."""
        if len(pieces) == 1 and not pieces[0].macro:
            return Value(pieces[0].text)
        values = [self._macro(p.text, within) if p.macro else Value(p.text) for p in pieces]
        return Value("".join(value.text for value in values), _once(m for value in values for m in value.used),
                     tuple(dict.fromkeys(name for value in values for name in value.undefined)))

    def _macro(self, written: str, within: frozenset[str]) -> Value:
        name = written.lower()
        if name in self._known:
            return self._known[name]
        if name in within:
            return Value(written, undefined=(written,))
        if name in self.own:
            macro, scope = self.own[name], self
        elif name in self.folder:
            macro, scope = self.folder[name]
        else:
            return Value(written, undefined=() if name in MONTHS else (written,))
        if scope is not self:  # in its own file a macro means what it means there
            value = scope._macro(written, within)
        else:
            inner = self.resolve(macro.pieces, within | {name})
            value = Value(inner.text, (*inner.used, macro), inner.undefined)
        if not within:
            self._known[name] = value
        return value


def _once(macros: Iterable[Macro]) -> tuple[Macro, ...]:
    return tuple({id(macro): macro for macro in macros}.values())


def scopes(files: list[dict[str, Macro]]) -> list[Scope]:
    """The scope of each file, from the macros of each."""
    folder: dict[str, tuple[Macro, Scope]] = {}
    made = [Scope(macros, folder) for macros in files]
    for scope in made:
        for name, macro in scope.own.items():
            folder.setdefault(name, (macro, scope))
    return made
