"""The items of a CSL-JSON file, each with its value or the reason why it cannot be read.

The end of an item is found by its brackets before anything in it is read, so that a broken item does not affect its
neighbours and a deeply nested one costs nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from kg.core.problems import Location
from kg.readers.bibtex.blocks import SourceText

MAX_DEPTH = 50
MAX_UNCLOSED = 100
"""After so many items without end, reading stops: each costs a search to the end of the file."""
_TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"?|[\[\]{}]')
_SPACE = re.compile(r"\s*")
_SCALAR = re.compile(r'"(?:[^"\\\n]|\\.)*"?|[^,\[\]{}"]+')
_INDENTATION = re.compile(r"[ \t]*\Z")
_COLON = re.compile(r"\s*:")

Report = Callable[[Location, str, str, str], None]
"""Reports a problem between items: where, rule, message and hint."""


@dataclass(frozen=True)
class CslItem:
    """The extent of an item (`end` is None if it has none), the places of its names, and those of repeated names."""

    start: int
    end: int | None
    names: Mapping[str, int] = field(default_factory=dict)
    twice: tuple[int, ...] = ()


@dataclass(frozen=True)
class ItemFault:
    """Why the item at `start` cannot be read; `json` says whether it is at least JSON."""

    start: int
    message: str
    json: bool = True


def items(text: SourceText, report: Report) -> Iterator[tuple[CslItem, dict[str, Any] | ItemFault]]:
    """Yields each item of the list with its value or its fault; text between items is reported."""
    content = text.content
    at = _after_space(content, 0)
    listed = content.startswith("[", at)
    if not listed and not content.startswith("{", at):
        return
    at, patience = _after_space(content, at + listed), MAX_UNCLOSED
    while at < len(content) and not (listed and content[at] == "]"):
        item = _item(content, at)
        value = _value(text, item)
        broken = isinstance(value, ItemFault) and not value.json
        following = _same_indentation(content, item) if broken else None
        yield item, value
        patience -= item.end is None
        resume = item.end if following is None else following
        if resume is None:
            return  # the rest of the file belongs to this item
        if not patience:
            message = f"reading stops here: {MAX_UNCLOSED} items before this have no end"
            report(text.where(resume), "csl-json/syntax", message, "export the file again")
            return
        at = _after_space(content, resume)
        if not listed:
            break
        if content.startswith(",", at):
            at = _after_space(content, at + 1)
        elif following is None and at < len(content) and content[at] != "]":
            report(text.where(at), "csl-json/syntax", "a comma is missing before this item", "add one")
    closed = not listed or content.startswith("]", at)
    rest = _after_space(content, at + 1 if listed and closed else at)
    if not closed:
        report(text.where(len(content)), "csl-json/syntax", "the list has no end", "is the file complete?")
    elif rest < len(content):
        report(text.where(rest), "csl-json/syntax", "text after the end of the data", "a file is one list of items")


def _after_space(content: str, at: int) -> int:
    match = _SPACE.match(content, at)
    return match.end() if match else at


def _item(content: str, start: int) -> CslItem:
    if content[start] not in "[{":
        match = _SCALAR.match(content, start)
        return CslItem(start, match.end() if match else start + 1)
    depth, names, twice = 0, dict[str, int](), list[int]()
    for token in _TOKEN.finditer(content, start):
        if token[0] in ("[", "{"):
            depth += 1
            if depth > MAX_DEPTH:
                break
        elif token[0] in ("]", "}"):
            depth -= 1
            if depth == 0:
                return CslItem(start, token.end(), names, tuple(twice))
        elif depth == 1 and _COLON.match(content, token.end()):
            if token[0][1:-1] in names:
                twice.append(token.start())
            else:
                names[token[0][1:-1]] = token.start()
    return CslItem(start, None)


def _value(text: SourceText, item: CslItem) -> dict[str, Any] | ItemFault:
    if item.end is None:
        return ItemFault(item.start, f"it has no end, or is nested more than {MAX_DEPTH} deep", json=False)
    try:
        value = json.loads(text.content[item.start : item.end])
    except json.JSONDecodeError as error:
        at = text.where(item.start + error.pos)
        return ItemFault(item.start, f"{error.msg} in line {at.line}, column {at.column}", json=False)
    except ValueError as error:  # a number of thousands of digits
        return ItemFault(item.start, str(error), json=False)
    if not isinstance(value, dict):
        return ItemFault(item.start, "it is not an object")
    if not isinstance(value.get("type", value.get("title")), str | list):
        return ItemFault(item.start, "it has neither `type` nor `title`")
    return value


def _same_indentation(content: str, item: CslItem) -> int | None:
    """Returns where the item after a broken one begins, if the file is indented."""
    indentation = content[content.rfind("\n", 0, item.start) + 1 : item.start]
    if not _INDENTATION.match(indentation):
        return None
    end = len(content) if item.end is None else item.end
    match = re.compile(rf"^{indentation}\{{", re.M).search(content, item.start + 1, end)
    return match.end() - 1 if match else None
