"""Finds entries and fields between the blocks of a BibTeX file, where they would vanish unnoticed.

BibTeX ignores any text there, which people use for comments: text without such a mark, and lines that begin with `%`,
are no problem.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_COMMENTS = re.compile(r"^[ \t]*+%[^\n]*+", re.M)
_NAME = r"[^\W_][\w:.+/-]{0,60}+"
_LOST = re.compile(
    r"(?P<macro>(?<![\w.])@\s*+string\s++[^\s={(]++\s*+=)"
    rf"|(?P<entry>(?<![\w.])[@＠]\s*+(?!comment\b)(?:[\w:.+/-]*+\s*+[{{(\[<＠｛（]|{_NAME}\s++[^\s,={{}}@]*+\s*+,\s*+{_NAME}\s*+=)"
    rf"|(?<![^\s,}}]){_NAME}\s*+\{{[^\s,{{}}\"=]*+,\s*+{_NAME}\s*+=)"
    rf"|(?<![^\s,}}{{])(?P<field>{_NAME})\s*+=\s*+[{{\"]",
    re.I,
)
_FIRST = re.compile(rf"[\s,}}]*+({_NAME})\s*+=\s*+\w")
"""A field with a bare value, right after a block; elsewhere this may be a remark."""
_FIELD = re.compile(rf"(?<![^\s,}}{{])({_NAME})\s*+=\s*+[{{\"\w]")


@dataclass(frozen=True, slots=True)
class Lost:
    """What is not read at `at`. In a message about fields `ENTRY` stands for the block before them."""

    at: int
    message: str
    hint: str
    of_fields: bool = False


def lost_between(text: str, begin: int, end: int) -> Iterator[Lost]:
    """Yields what looks like an entry, a macro or fields in a part of a file that is outside of all blocks."""
    if end - begin < 3:
        return
    gap = text[begin:end]
    if "=" not in gap and "@" not in gap and "＠" not in gap:
        return
    if "%" in gap:
        gap = _COMMENTS.sub(lambda match: " " * len(match[0]), gap)
    first = _FIRST.match(gap)
    fields, entry = first.start(1) if first else -1, -1
    for match in _LOST.finditer(gap, first.end() if first else 0):
        if match["field"]:
            fields = match.start("field") if fields < 0 and entry < 0 else fields
            continue
        entry = match.start() if entry < 0 else entry
        line = gap[match.start() :].lstrip().split("\n", 1)[0].rstrip()[:60]
        if match["macro"]:
            yield Lost(
                begin + match.start(), f"`{line}` has no brackets and is not read", "write @string{name = {text}}"
            )
        else:
            hint = "an entry begins with `@article{KEY,` or another type; write it so, or put % before each line"
            yield Lost(begin + match.start(), f"`{line}` looks like an entry, but is not read", hint)
    if fields >= 0:
        names = list(dict.fromkeys(_FIELD.findall(gap, fields, len(gap) if entry < 0 else entry)))
        are = "are" if len(names) > 1 else "is"
        written = ", ".join(f"`{name}`" for name in names[:9])
        hint = "a brace before it closes the entry too early, or the beginning of an entry is missing"
        yield Lost(begin + fields, f"{written} {are} outside of ENTRY and {are} not read", hint, of_fields=True)
