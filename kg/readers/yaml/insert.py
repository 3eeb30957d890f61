"""Keys and list items added to the text of a YAML file; everything that was in it stays as it was written."""

from __future__ import annotations

import copy
import textwrap
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode

from kg.readers.yaml.edit import Edit, EditError, edited, end_of, line_after, quoted, scalar, span
from kg.readers.yaml.marks import Data, Path, read_yaml
from kg.readers.yaml.model import nodes_on

Added = list[tuple[str | int, Data]]
"""Keys, or indices after the last one, with their values."""
WIDTH = 120
"""Columns from which on a `Prose` is written in several lines."""


class Quoted(str):
    """A text that is always written in quotes, such as a quotation."""


class Number(str):
    """A number, which is written without quotes."""


class Inline(dict[str, Data]):
    """A part that is written in braces, though it has an id."""


class Prose(str):
    """A text that is written below its key, in lines of `WIDTH` columns, if it is too long for the line of its key."""


def insert(
    text: str, additions: Mapping[Path, Data], order: Mapping[str, Sequence[str]] | None = None
) -> tuple[str, dict[Path, str]]:
    """The text with the values added, and the reason for each one that cannot be added.

    Args:
        text: A YAML file, with line ends of any kind.
        additions: By path: the value of a new key, or of a new item after the last one of its list.
        order: For the items of a list (by its key), and for a part at the top, the order of the keys, by which a new
            key finds its place.
    """
    before = read_yaml("", text)
    if before.root is None or before.problems:
        return text, dict.fromkeys(additions, "the file has faults: fix them first")
    owners: dict[Path, Added] = defaultdict(list)
    for path, value in additions.items():
        owners[path[:-1]].append((path[-1], value))
    edits: list[Edit] = []
    refused: dict[Path, str] = {}
    wanted: Any = copy.deepcopy(before.data)
    # Inner parts first: what is added to the last item of a list comes before what is added after that item.
    for owner, added in sorted(owners.items(), key=lambda item: -len(item[0])):
        name = str(owner[-2] if len(owner) > 1 else owner[0] if owner else "")
        try:
            made = _joined(_added(text, before.root, owner, added, (order or {}).get(name, ())))
            after = read_yaml("", edited(text, made))
            alone = _with(copy.deepcopy(before.data), owner, added)
            if after.problems or after.data != alone:
                raise EditError("this cannot be added without changing something else; add it in the file")
        except EditError as error:
            refused |= {(*owner, step): str(error) for step, _ in added}
            continue
        edits += made
        wanted = _with(wanted, owner, added)
    changed = edited(text, _joined(edits))
    if edits and read_yaml("", changed).data != wanted:
        return text, dict.fromkeys(additions, "these values cannot be added together; add one after the other")
    return changed, refused


def insert_before(text: str, path: Path, value: Data) -> str:
    """The text with a new item before the one at `path`, whose comments stay above it.

    Raises:
        EditError: If there is no such item, or the list is not written with an item on each line or in brackets.
    """
    root = read_yaml("", text).root
    trail = nodes_on(root, path) if root else []
    if len(trail) != len(path) + 1 or not isinstance(owner := trail[-2], SequenceNode):
        raise EditError("there is no such item")
    index, item = path[-1], trail[-1]
    if any(isinstance(part, CollectionNode) and part.flow_style for part in trail[:-1]):
        start = item.start_mark.index
        return edited(text, [(start, start, f"{flow(value)}, ")])
    column = owner.start_mark.column
    if index:
        place = line_after(text, end_of(text, owner.value[int(index) - 1]))
    else:
        place = text.rfind("\n", 0, item.start_mark.index) + 1
        if text[place : item.start_mark.index].strip(" -"):
            raise EditError("the first item is not on a line of its own; add this in the file")
    gap = "\n" if len(owner.value) > 1 and is_spaced(text, owner) else ""
    return edited(
        text, [_lines(text, place, [f"{gap}{_item(value, column)}" if index else _item(value, column) + gap])]
    )


def is_spaced(text: str, node: SequenceNode) -> bool:
    """Whether there are empty lines between the last two items."""
    gap = text[end_of(text, node.value[-2]) : node.value[-1].start_mark.index]
    return "\n\n" in gap.replace("\r", "")


def _joined(edits: Iterable[Edit]) -> list[Edit]:
    """The edits, with those in one place as one, in their order."""
    places: dict[tuple[int, int], str] = {}
    for start, end, new in edits:
        places[start, end] = places.get((start, end), "") + new
    return [(start, end, new) for (start, end), new in places.items()]


def _with(data: Any, owner: Path, added: Added) -> Any:
    """The data with the values added."""
    part = data
    for number, step in enumerate(owner):
        if isinstance(part, dict) and step not in part:  # a key without a value
            part[step] = [] if isinstance((*owner, added[0][0])[number + 1], int) else {}
        part = part[step]
    for step, value in added:
        if isinstance(part, list):
            part.append(value)
        else:
            part[step] = value
    return data


def _added(text: str, root: Node, owner: Path, added: Added, order: Sequence[str]) -> Iterable[Edit]:
    trail = nodes_on(root, owner)
    if len(trail) != len(owner) + 1:
        raise EditError("the part that it belongs to is not in the file")
    node = trail[-1]
    if isinstance(node, ScalarNode) and isinstance(added[0][0], int) and isinstance(trail[-2], MappingNode):
        column = trail[-2].start_mark.column + 2
        return [_lines(text, line_after(text, node.start_mark.index), [_item(value, column) for _, value in added])]
    if not isinstance(node, CollectionNode):
        raise EditError("it is no longer a list or a part with keys")
    if any(isinstance(part, CollectionNode) and part.flow_style for part in trail):
        return [_in_brackets(text, node, added)]
    if isinstance(node, SequenceNode):
        items = [_item(value, node.start_mark.column) for _, value in added]
        if len(node.value) > 1 and is_spaced(text, node):
            items = [f"\n{item}" for item in items]
        return [_lines(text, line_after(text, end_of(text, node)), items)]
    return [_key(text, node, str(step), value, order) for step, value in added]


def _in_brackets(text: str, node: CollectionNode, added: Added) -> Edit:
    close = span(node)[1] - 1
    last = len(text[:close].rstrip())
    if node.value and "#" in text[end_of(text, _last(node)) : close]:
        raise EditError("there is a comment before the bracket; add it in the file")
    texts = [flow(value) if isinstance(node, SequenceNode) else f"{step}: {flow(value)}" for step, value in added]
    comma = ", " if node.value and text[last - 1] != "," else " " if node.value else ""
    return last, last, comma + ", ".join(texts)


def _last(node: CollectionNode) -> Node:
    last: Any = node.value[-1]
    found: Node = last[1] if isinstance(last, tuple) else last
    return found


def _key(text: str, node: CollectionNode, key: str, value: Data, order: Sequence[str]) -> Edit:
    """A new key after the last one that comes before it by `order`, or after all; or the value of an empty key."""
    for name, found in node.value:
        if name.value == key:
            place, end = span(found)
            return place, end, f" {flow(value)}" if place == end else flow(value)
    before = order[: order.index(key)] if key in order else order
    earlier = [found for name, found in node.value if name.value in before] or [node.value[-1][1]]
    # The key of the last one, if it has no value, is on the line before the place of the value.
    place = line_after(text, end_of(text, earlier[-1]))
    return _lines(text, place, [_entry(key, value, node.start_mark.column)])


def _lines(text: str, place: int, lines: Sequence[str]) -> Edit:
    line_end = "\r\n" if "\r\n" in text else "\n"
    new = "".join(f"{line}\n" for line in lines).replace("\n", line_end)
    if place and text[place - 1] != "\n":  # the last line of a file may have no line end
        new = line_end + new.removesuffix(line_end)
    return place, place, new


def _item(value: Data, column: int) -> str:
    """An item of a block list; a part that contains parts or long texts has a line for each key."""
    indent = " " * column
    if isinstance(value, dict) and (
        ("id" in value and not isinstance(value, Inline))
        or any(isinstance(item, dict) for inner in value.values() if isinstance(inner, list) for item in inner)
    ):
        entries = [_entry(key, inner, column + 2) for key, inner in value.items()]
        return f"{indent}- " + "\n".join(entries).lstrip(" ")
    return f"{indent}- {flow(value)}"


def _entry(key: str, value: Data, column: int) -> str:
    indent = " " * column
    if isinstance(value, list) and any(isinstance(item, dict) for item in value):
        return "\n".join([f"{indent}{key}:", *(_item(item, column + 2) for item in value)])
    line = f"{indent}{key}: {flow(value, isinstance(value, list | dict))}"
    if isinstance(value, Prose) and len(line) > WIDTH and (lines := folded(value, column)):
        return f"{indent}{key}: {lines}"
    return line


def folded(text: str, column: int) -> str:
    """A folded scalar (YAML 1.2, section 8.1.3) below a key at `column`; empty for a text that folding would change."""
    if text != " ".join(text.split()) or not text.isprintable():
        return ""
    indent = " " * (column + 2)
    return ">-\n" + textwrap.fill(
        text, WIDTH, initial_indent=indent, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def flow(value: Data, within: bool = True) -> str:
    """The value on one line of YAML; `within` brackets more characters need quotes."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {flow(inner)}' for key, inner in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(flow, value))}]"
    if isinstance(value, Number):
        return str(value)
    return quoted(value) if isinstance(value, Quoted) else scalar(value or "", within)
