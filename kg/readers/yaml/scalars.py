"""The characters of a YAML scalar and the value that they make: where in a text of several lines a word stands."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator
from typing import Any

import yaml
from yaml.nodes import ScalarNode

Edit = tuple[int, int, str]
"""From, to, and what comes there, counted within the scalar as it is written."""

_BREAK = re.compile(r"[ \t]*(?:\r?\n[ \t]*)+")
_HEADER = re.compile(r"[|>][-+0-9]*(?P<comment>[ \t]+#[^\r\n]*)?[ \t]*\r?\n")
_ESCAPE = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
"""What YAML does not print or takes for a line end (YAML 1.2, section 5.1; 1.1 for U+0085 and U+2028)."""


def quoted(value: str) -> str:
    """A double-quoted scalar on one line (YAML 1.2, section 7.3.1)."""
    return _ESCAPE.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, ensure_ascii=False))


def in_place(raw: str, node: ScalarNode, new: str) -> Iterator[list[Edit]]:
    """Ways to make the scalar hold `new`, the one that changes the least first; the last one always reads as `new`."""
    begin, end = _content(raw, node.style)
    offsets = _offsets(raw, node, begin, end)
    if offsets is not None and _stays_text(node, new):
        edits = _edits(raw, offsets, node, new)
        if edits is not None:
            yield edits
        whole = _encoded(new, node.style)
        if whole is not None:
            yield [(begin, len(raw[:end].rstrip()), whole)]
    header = _HEADER.match(raw) if node.style in ("|", ">") else None
    yield [(0, len(raw.rstrip()), quoted(new) + (header["comment"] or "" if header else ""))]


def _stays_text(node: ScalarNode, new: str) -> bool:
    """Whether a value without quotes that every reader of YAML takes for text stays one: `5.3` would be a number."""
    return bool(node.style) or is_text(new) or not is_text(node.value)


def is_text(value: str) -> bool:
    """Whether every reader of YAML takes the value without quotes for text, and not for a number or a date."""
    resolver: Any = yaml.SafeLoader("")  # the types know no return value of `resolve`
    return bool(resolver.resolve(ScalarNode, value, (True, False)) == "tag:yaml.org,2002:str")


def _content(raw: str, style: str | None) -> tuple[int, int]:
    """Where the content begins and ends, without quotes, header and the indentation of the first line."""
    if style in ("'", '"'):
        return 1, len(raw) - 1
    header = _HEADER.match(raw) if style in ("|", ">") else None
    begin = header.end() if header else 0
    return begin + len(raw[begin:]) - len(raw[begin:].lstrip(" ")), len(raw)


def _offsets(raw: str, node: ScalarNode, begin: int, end: int) -> list[int] | None:
    """Where each character of the value, and its end, stands in the scalar; None when that cannot be told."""
    offsets, place, at, value = [], begin, 0, node.value
    indent = begin - raw.rfind("\n", 0, begin) - 1
    line_end = re.compile(rf"\r?\n {{0,{indent}}}") if node.style == "|" else _BREAK
    while at < len(value):
        found = line_end.match(raw, place, end) if value[at] in " \n" else None
        if found:
            run = 1 if node.style == "|" else len(value) - len(value[at:].lstrip("\n")) - at or 1
            offsets += [place] * run
            at += run
            place = found.end()
            continue
        width = 1 if raw[place : place + 1] == value[at] else 0
        if node.style == "'" and raw[place : place + 2] == "''" == value[at] * 2:
            width = 2
        if node.style == '"' and raw[place : place + 1] == "\\":
            width = 2 if raw[place + 1 : place + 2] == value[at] and value[at] in '"\\/' else 0
        if not width:
            return None
        offsets.append(place)
        place += width
        at += 1
    return [*offsets, place]


def _edits(raw: str, offsets: list[int], node: ScalarNode, new: str) -> list[Edit] | None:
    """One edit for each run of words that differs, from the first to the last."""
    old = node.value
    words, others = (re.findall(r"\s|[^\s]+", text) for text in (old, new))
    edits: list[Edit] = []
    at = 0
    starts = [0]
    for word in words:
        starts.append(starts[-1] + len(word))
    for tag, first, last, begin, stop in difflib.SequenceMatcher(None, words, others, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        start, end, inserted = starts[first], starts[last], "".join(others[begin:stop])
        if not inserted:
            start, end = _slid(raw, offsets, old, start, end)
        encoded = _encoded(inserted, node.style)
        if encoded is None or start < at:
            return None
        edits.append((offsets[start], offsets[end], encoded))
        at = end
    return edits


def _slid(raw: str, offsets: list[int], old: str, start: int, end: int) -> tuple[int, int]:
    """A deletion one character to the left or right where that says the same and a line end stays."""
    ways = [(start, end)]
    if start and old[start - 1] == old[end - 1]:
        ways.append((start - 1, end - 1))
    if old[start : start + 1] == old[end : end + 1]:
        ways.append((start + 1, end + 1))
    return min(ways, key=lambda way: raw.count("\n", offsets[way[0]], offsets[way[1]]))


def _encoded(text: str, style: str | None) -> str | None:
    """The text as it stands within a scalar of the style; None where it cannot."""
    if style == '"':
        return quoted(text)[1:-1]
    if "\n" in text or _ESCAPE.search(text):
        return None
    return text.replace("'", "''") if style == "'" else text
