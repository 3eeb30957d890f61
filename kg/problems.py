"""What can be wrong with what is read, and how a person is told."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "info"]
_ORDER: dict[str, int] = {"error": 0, "warning": 1, "info": 2}


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in a source file; line and column count from 1, 0 when the whole file is meant."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a source.

    `rule` is a stable id (`family/what-is-wrong`) that scripts may rely on. An error keeps the graph from being
    built; a warning does not; an info says what is not known.
    """

    where: Location
    rule: str
    message: str
    hint: str = ""
    severity: Severity = "error"

    def __str__(self) -> str:
        text = printable(f"{self.where}: {self.severity}: {self.message} [{self.rule}]")
        return f"{text}\n    hint: {printable(self.hint)}" if self.hint else text

    @property
    def sort_key(self) -> tuple[Location, int, str, str]:
        return self.where, _ORDER[self.severity], self.rule, self.message


def printable(text: str) -> str:
    """`text` on one line and harmless to a terminal: what does not show is written as an escape such as `\\n`."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Sorted by place, each said once."""
    return sorted(set(problems), key=lambda problem: problem.sort_key)


class KgError(Exception):
    """Base of everything this package raises on purpose; its text is fit to be shown to a person.

    `exit_code` is what a command ends with: 1 for invalid data, 2 for wrong usage.
    """

    exit_code = 1


class UsageError(KgError):
    """What was asked for does not exist or cannot be done."""

    exit_code = 2


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """A hint naming the known words that are close to `word`, else `otherwise`."""
    close = close_words(word, known)
    return f"did you mean {' or '.join(close)}?" if close else otherwise


def close_words(word: str, known: Iterable[str], cutoff: float = 0.6) -> list[str]:
    """Up to three known words about as close to `word` as the closest (difflib's ratio, `cutoff` and more)."""
    by_folded = {name.casefold(): name for name in sorted(known, reverse=True)}
    close = difflib.get_close_matches(word.casefold(), sorted(by_folded), n=3, cutoff=cutoff)
    alike = [difflib.SequenceMatcher(None, name, word.casefold()).ratio() for name in close]
    return [by_folded[name] for name, ratio in zip(close, alike, strict=True) if ratio > max(alike) - 0.1]
