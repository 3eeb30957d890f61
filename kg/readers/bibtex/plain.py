"""A fast reader of entries as nearly all programs write them.

`blocks` and `fields` give the same result in three times the time. Any entry that is unusual is left to them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_KEY = re.compile(r'\s*+([^\s,{}"=]++)\s*+,')


def _balanced(char: str, depth: int) -> str:
    """A pattern of text that contains pairs of braces, nested up to `depth`."""
    inner = rf"(?:\{{{_balanced('[^{}]', depth - 1)}\}}{char}*+)*" if depth else ""
    return f"{char}*+{inner}"


_FIELD = re.compile(
    r'[\s,]*+([^\s=,{}"#%@]++)\s*+=\s*+'
    rf"(?:\{{({_balanced('[^{}]', 3)})\}}|"
    rf"""\"({_balanced('[^"{}]', 3)})\"|([^\s,#{{}}"=%]++))\s*+[,}}]"""
)
_END = re.compile(r"[\s,]*+\}")
_GROUP = re.compile(rf"\{{{_balanced('[^{}]', 4)}\}}")


@dataclass(slots=True)
class PlainEntry:
    """An entry whose values are text or the name of a macro; `macros` names the fields with a macro."""

    key: str
    values: dict[str, str]
    macros: list[str]
    end: int


def read_plain(text: str, inside: int, limit: int) -> PlainEntry | None:
    """Returns the entry whose key begins at `inside`; None if it is unusual, or does not end before the limit."""
    key = _KEY.match(text, inside, limit)
    if key is None:
        return None
    values: dict[str, str] = {}
    macros: list[str] = []
    at = key.end()
    while match := _FIELD.match(text, at, limit):
        name, braced, quoted, bare = match.groups()
        name, at = name.lower(), match.end()
        if name in values:
            return None
        if braced is not None:
            values[name] = braced
        elif bare is None:
            values[name] = quoted
        else:
            values[name] = bare
            if not bare.isdigit():
                macros.append(name)
        if text[at - 1] == "}":
            return PlainEntry(key[1], values, macros, at - 1)
    end = _END.match(text, at, limit)
    return PlainEntry(key[1], values, macros, end.end() - 1) if end else None


def group_end(text: str, opener: int, limit: int) -> int | None:
    """Returns the brace that closes `opener`; None if it is not before the limit, or nested too deeply."""
    group = _GROUP.match(text, opener, limit)
    return group.end() - 1 if group else None


def plain_fields(raw: str) -> Iterator[tuple[str, int]]:
    """Yields the names of the fields of a plain entry, given from its `@` on, and where each begins."""
    key = _KEY.match(raw, raw.index("{") + 1)
    at = key.end() if key else len(raw)
    while match := _FIELD.match(raw, at):
        yield match[1].lower(), match.start(1)
        at = match.end()
