"""Problems of sources, and errors: what is wrong, where, and what to do."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Literal

Severity = Literal["error", "warning", "info"]
_ORDER: dict[str, int] = {"error": 0, "warning": 1, "info": 2}
_LONGEST_NAME = 1000


def visible(text: str) -> str:
    """Text that is safe to print: control characters, and characters that cannot be encoded, are escaped as `\\x1b`.

    `Problem` and `KgError` apply it to every text that was read or typed.
    """
    if text.isprintable():
        return text
    return "".join(
        c if c.isprintable() or unicodedata.category(c) == "Zs" else c.encode("unicode_escape").decode() for c in text
    )


def brief(text: str, most: int = 80) -> str:
    """A user's text as a message repeats it: visible, and cut after `most` characters."""
    return visible(text if len(text) <= most else f"{text[:most]}…")


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in a source file; line and column count from 1, and are 0 for the file as a whole."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a source.

    `rule` is a stable id (`family/what-is-wrong`) that scripts may rely on. Errors prevent a build, warnings do not; an
    info says what is not known.
    """

    where: Location
    rule: str
    message: str
    hint: str = ""
    severity: Severity = "error"

    def as_json(self) -> dict[str, object]:
        """The problem as an object of a JSON report."""
        names = ("rule", "severity", "message", "hint")
        return asdict(self.where) | {name: getattr(self, name) for name in names}

    def __str__(self) -> str:
        text = f"{visible(str(self.where))}: {self.severity}: {visible(self.message)} [{self.rule}]"
        return f"{text}\n    hint: {visible(self.hint)}" if self.hint else text

    @property
    def sort_key(self) -> tuple[Location, int, str, str]:
        return self.where, _ORDER[self.severity], self.rule, self.message


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Problems sorted by place, without duplicates."""
    return sorted(set(problems), key=lambda problem: problem.sort_key)


class KgError(Exception):
    """Base of all errors of this package; the text can be shown to users.

    `exit_code` is the exit code of a command: 1 for invalid data, 2 for wrong usage.
    """

    exit_code = 1

    def __str__(self) -> str:
        return "\n".join(map(visible, super().__str__().split("\n")))


class UsageError(KgError):
    """A value or combination of values that is not valid: something does not exist or cannot be done."""

    exit_code = 2


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """A hint naming the known words that are close to `word`, else `otherwise`."""
    close = close_words(word, known)
    return f"did you mean {' or '.join(close)}?" if close else otherwise


def close_words(word: str, known: Iterable[str], cutoff: float = 0.6) -> list[str]:
    """Up to three known words about as close to `word` as the closest (difflib's ratio, `cutoff` and more)."""
    if len(word) > _LONGEST_NAME:
        return []  # similar to no name, and difflib would take seconds
    import difflib  # slow to import, and rarely needed

    by_folded = {name.casefold(): name for name in sorted(known, reverse=True)}
    close = difflib.get_close_matches(word.casefold(), sorted(by_folded), n=3, cutoff=cutoff)
    alike = [difflib.SequenceMatcher(None, name, word.casefold()).ratio() for name in close]
    return [by_folded[name] for name, ratio in zip(close, alike, strict=True) if ratio > max(alike) - 0.1]
