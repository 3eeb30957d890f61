"""The items of a CSL-JSON file, each as Python's values or with what is wrong with it.

Where an item ends is found by its brackets before anything in it is read, so that a broken one cannot take its
neighbours with it, and a deep one costs nothing.
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
"""Items that do not end, after which nothing more is read in the file: each costs a walk to its end."""
_TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"?|[\[\]{}]')
_SPACE = re.compile(r"\s*")
_SCALAR = re.compile(r'"(?:[^"\\\n]|\\.)*"?|[^,\[\]{}"]+')
_BEGIN_OF_LINE = re.compile(r"[ \t]*\Z")
_COLON = re.compile(r"\s*:")


@dataclass(frozen=True)
class Item:
    """Where one item stands, and the names in it; `twice` are further places of a name, `end` is None without end."""

    start: int
    end: int | None
    names: Mapping[str, int] = field(default_factory=dict)
    twice: tuple[int, ...] = ()


@dataclass(frozen=True)
class ItemFault:
    """Why the item at `start` cannot be read, and whether it is JSON at all."""

    start: int
    message: str
    json: bool = True


Report = Callable[[Location, str, str, str], None]
"""Where, rule, message and hint of what is wrong between items."""


def items(text: SourceText, report: Report) -> Iterator[tuple[Item, dict[str, Any] | ItemFault]]:
    """Each item of the list with its value or what is wrong with it; what stands between items is reported."""
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
            return  # the rest is part of it
        if not patience:
            report(
                text.where(resume),
                "csl-json/syntax",
                f"nothing is read from here on: {MAX_UNCLOSED} items before this do not end",
                "export the file again",
            )
            return
        at = _after_space(content, resume)
        if not listed:
            break
        if content.startswith(",", at):
            at = _after_space(content, at + 1)
        elif following is None and at < len(content) and content[at] != "]":
            report(text.where(at), "csl-json/syntax", "a comma is missing before this item", "write one")
    closed = not listed or content.startswith("]", at)
    rest = _after_space(content, at + 1 if listed and closed else at)
    if not closed:
        report(text.where(len(content)), "csl-json/syntax", "the list does not end", "is the file complete?")
    elif rest < len(content):
        report(
            text.where(rest),
            "csl-json/syntax",
            "this stands after the end of the data",
            "a file is one list: [item, item]",
        )


def _after_space(content: str, at: int) -> int:
    match = _SPACE.match(content, at)
    return match.end() if match else at


def _item(content: str, start: int) -> Item:
    if content[start] not in "[{":
        match = _SCALAR.match(content, start)
        return Item(start, match.end() if match else start + 1)
    depth, names, twice = 0, dict[str, int](), list[int]()
    for token in _TOKEN.finditer(content, start):
        if token[0] in ("[", "{"):
            depth += 1
            if depth > MAX_DEPTH:
                break
        elif token[0] in ("]", "}"):
            depth -= 1
            if depth == 0:
                return Item(start, token.end(), names, tuple(twice))
        elif depth == 1 and _COLON.match(content, token.end()) and token[0][1:-1] in names:
            twice.append(token.start())
        elif depth == 1 and _COLON.match(content, token.end()):
            names[token[0][1:-1]] = token.start()
    return Item(start, None)


def _value(text: SourceText, item: Item) -> dict[str, Any] | ItemFault:
    """What the item says."""
    if item.end is None:
        return ItemFault(item.start, f"it does not end, or is nested more than {MAX_DEPTH} deep", json=False)
    try:
        value = json.loads(text.content[item.start : item.end])
    except json.JSONDecodeError as error:
        at = text.where(item.start + error.pos)
        return ItemFault(item.start, f"{error.msg} in line {at.line}, column {at.column}", json=False)
    except ValueError as error:  # a number of thousands of digits
        return ItemFault(item.start, str(error), json=False)
    if not isinstance(value, dict):
        return ItemFault(item.start, "it is no object")
    if not isinstance(value.get("type", value.get("title")), str | list):
        return ItemFault(item.start, "it has neither `type` nor `title`")
    return value


def _same_indentation(content: str, item: Item) -> int | None:
    """Where the item after a broken one begins, if the file is indented."""
    line = content.rfind("\n", 0, item.start) + 1
    indentation = content[line : item.start]
    if not _BEGIN_OF_LINE.match(indentation):
        return None
    end = len(content) if item.end is None else item.end
    match = re.compile(rf"^{indentation}\{{", re.M).search(content, item.start + 1, end)
    return match.end() - 1 if match else None
