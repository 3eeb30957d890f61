"""Changes of single values within the text of a YAML file, which is otherwise left as it was written.

A value is changed where it differs, so that a word changed in a text of many lines changes one line, and comments,
quotes, order and indentation stay. What cannot be changed like that is written anew in double quotes on one line.
Nothing is believed of a change before the result has been read again and holds what it should, and no more.
"""

from __future__ import annotations

import copy
import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Any

from yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode

from kg.readers.yaml.marks import Data, Path, compose, marked
from kg.readers.yaml.nodes import nodes_on
from kg.readers.yaml.scalars import in_place, is_text, quoted

Change = str | list[str] | None
"""What a value becomes: a text, a list of texts, or nothing, which takes the key or the item away."""


@dataclass(frozen=True, slots=True)
class Splice:
    """The characters from `start` to `end` give way to `text`."""

    start: int
    end: int
    text: str

    @property
    def span(self) -> tuple[int, int]:
        return self.start, self.end


Splices = dict[Path, list[Splice]]


class EditError(Exception):
    """A change that cannot be made in the text; what it says is fit to be shown to a person."""


def edit(text: str, changes: Mapping[Path, Change]) -> tuple[str, dict[Path, str]]:
    """The text with the changes made, and why not for those that cannot be; `text` may have any line ends."""
    document = compose("", text)
    if document.root is None or document.problems:
        return text, dict.fromkeys(changes, "the file has faults: mend them first")
    data = marked(document).data
    splices: Splices = {}
    refused: dict[Path, str] = {}
    for path, change in changes.items():
        try:
            splices[path] = list(_splices(text, document.root, path, change))
        except EditError as error:
            refused[path] = str(error)
    if not _good(text, data, changes, splices):
        for path in list(splices):  # one by one, to know which
            if not _good(text, data, changes, {path: splices[path]}):
                refused[path] = "this cannot be changed without changing something else; change it in the file"
                del splices[path]
        if not _good(text, data, changes, splices):
            refused |= dict.fromkeys(splices, "these values cannot be changed together; do it one after the other")
            splices = {}
    return _spliced(text, splices), refused


def _spliced(text: str, splices: Splices) -> str:
    for splice in sorted(chain.from_iterable(splices.values()), key=lambda splice: splice.span, reverse=True):
        text = text[: splice.start] + splice.text + text[splice.end :]
    return text


def _good(text: str, data: Data, changes: Mapping[Path, Change], splices: Splices) -> bool:
    """Whether the text after the splices is YAML and holds `data` with the changes, and nothing else is changed."""
    spans = sorted(splice.span for splice in chain.from_iterable(splices.values()))
    if any(end > start for (_, end), (start, _) in pairwise(spans)):
        return False
    wanted = copy.deepcopy(data)
    # From the end, so that items before one that is taken away keep their places.
    for path in sorted(splices, key=lambda path: [(isinstance(step, int), step) for step in path], reverse=True):
        _apply(wanted, path, changes[path])
    after = compose("", _spliced(text, splices))
    return not after.problems and marked(after).data == wanted


def _apply(data: Any, path: Path, change: Change) -> None:
    """Makes the change in plain data."""
    for step in path[:-1]:
        data = data[step]
    if change is None:
        del data[path[-1]]
    else:
        data[path[-1]] = change


# --- what to splice ---


def _splices(text: str, root: Node, path: Path, change: Change) -> Iterator[Splice]:
    trail = list(nodes_on(root, path))
    if len(trail) != len(path) + 1:
        raise EditError("it is not in the file")
    owner, node = trail[-2:]
    flow = any(_is_flow(around) for around in trail[:-1])
    if change is None:
        yield _without(text, owner, node, flow)
    elif isinstance(change, str) and isinstance(node, ScalarNode):
        yield from _scalar(text, owner, node, flow, change)
    elif isinstance(change, list) and isinstance(node, SequenceNode):
        yield from _list(text, node, flow, change)
    else:
        raise EditError("it is not such a value any more")


def _is_flow(node: Node) -> bool:
    return isinstance(node, CollectionNode) and bool(node.flow_style)


def _scalar(text: str, owner: Node, node: ScalarNode, flow: bool, new: str) -> Iterator[Splice]:
    """The smallest splices that give the new value: read again one by one within the value's own surroundings."""
    start, end = node.start_mark.index, node.end_mark.index
    raw = text[start:end]
    column = _column(owner, node)
    for edits in in_place(raw, node, new):
        changed = raw
        for first, last, inserted in reversed(edits):
            changed = changed[:first] + inserted + changed[last:]
        if raw.endswith("\n") != changed.endswith("\n"):
            continue  # the next line would become part of the text
        if _reads_as(changed, column, isinstance(owner, MappingNode), flow, new):
            yield from (Splice(start + first, start + last, inserted) for first, last, inserted in edits)
            return
    raise EditError("this text cannot be written as YAML")


def _reads_as(raw: str, column: int, mapping: bool, flow: bool, wanted: str) -> bool:
    """Whether the scalar reads as `wanted` where it stands; what follows it can change that too."""
    if flow:
        around = f"{{k: {raw}, z: z}}" if mapping else f"[{raw}, z]"
    else:
        indent = " " * column
        around = "".join(
            [
                indent,
                "k: " if mapping else "- ",
                raw,
                "" if raw.endswith("\n") else "\n",
                indent,
                "z: z" if mapping else "- z",
            ]
        )
    document = compose("", around)
    return not document.problems and marked(document).data == ({"k": wanted, "z": "z"} if mapping else [wanted, "z"])


def _column(owner: Node, node: Node) -> int:
    """Where the key of a value or the dash of an item stands."""
    key = next(key for key, value in owner.value if value is node) if isinstance(owner, MappingNode) else owner
    return int(key.start_mark.column)


# --- lists ---


def _list(text: str, node: SequenceNode, flow: bool, new: list[str]) -> Iterator[Splice]:
    """One item changed is a scalar changed; items that come and go are written into the line, or are lines."""
    old = [item.value if isinstance(item, ScalarNode) else None for item in node.value]
    if len(old) == len(new):
        for item, value in zip(node.value, new, strict=True):
            if item.value != value:
                yield from _scalar(text, node, item, flow or _is_flow(node), value)
        return
    if _is_flow(node):
        yield _flow_list(text, node, old, new)
        return
    lines = _Lines(text, node)
    for tag, first, last, begin, stop in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        both = min(last - first, stop - begin)
        for offset in range(both):
            yield from _scalar(text, node, node.value[first + offset], False, new[begin + offset])
        yield from (lines.without(item) for item in node.value[first + both : last])
        if stop > begin + both:
            yield lines.after(last, [_new_item(value, False) for value in new[begin + both : stop]])


def _flow_list(text: str, node: SequenceNode, old: list[str | None], new: list[str]) -> Splice:
    start, end = node.start_mark.index, node.end_mark.index
    raws = {
        value: text[item.start_mark.index : item.end_mark.index] for item, value in zip(node.value, old, strict=True)
    }
    gaps = text[start:end]
    for raw in raws.values():
        gaps = gaps.replace(raw, "", 1)
    if "#" in gaps:
        raise EditError("the list has comments within; change it in the file")
    return Splice(start, end, f"[{', '.join(raws.get(value) or _new_item(value, True) for value in new)}]")


def _new_item(value: str, flow: bool) -> str:
    """A new item, without quotes where every reader of YAML takes it for the same text."""
    return value if is_text(value) and _reads_as(value, 0, False, flow, value) else quoted(value)


class _Lines:
    """The lines of a block list."""

    def __init__(self, text: str, node: SequenceNode) -> None:
        self.text, self.node = text, node
        self.indent = " " * node.start_mark.column
        self.line_end = "\r\n" if "\r\n" in text else "\n"

    def without(self, item: Node) -> Splice:
        start = self.text[: item.start_mark.index].rfind("\n") + 1
        if not re.fullmatch(r" *-[ \t]+", self.text[start : item.start_mark.index]):
            raise EditError("this item does not stand on a line of its own; change it in the file")
        return Splice(start, _line_after(self.text, _end(self.text, item)), "")

    def after(self, count: int, raws: list[str]) -> Splice:
        """New items after the first `count` ones."""
        if count == 0:
            dash = self.node.start_mark.index
            return Splice(dash, dash, "".join(f"- {raw}{self.line_end}{self.indent}" for raw in raws))
        line = _line_after(self.text, _end(self.text, self.node.value[count - 1]))
        text = "".join(f"{self.indent}- {raw}{self.line_end}" for raw in raws)
        if self.text[line - 1 : line] != "\n":  # the last line of a file may lack its end
            text = self.line_end + text.removesuffix(self.line_end)
        return Splice(line, line, text)


# --- taking away ---


def _without(text: str, owner: Node, node: Node, flow: bool) -> Splice:
    pairs = owner.value if isinstance(owner, MappingNode) else [(item, item) for item in owner.value]
    place = next(n for n, (_, value) in enumerate(pairs) if value is node)
    if flow:
        return _without_in_flow(text, pairs, place)
    if len(pairs) == 1:
        raise EditError("nothing would be left of the part; change it in the file")
    if isinstance(owner, SequenceNode):
        return _Lines(text, owner).without(node)
    key = pairs[place][0].start_mark.index
    start = text[:key].rfind("\n") + 1
    end = _line_after(text, _end(text, node))
    if not text[start:key].strip():
        return Splice(start, end, "")
    following = pairs[place + 1][0].start_mark.index if place == 0 else 0  # the key after the dash of a list item
    if text[_end(text, node) : following].strip() or not following:
        raise EditError("this key stands in the line of its list item; change it in the file")
    return Splice(key, following, "")


def _without_in_flow(text: str, pairs: list[tuple[Node, Node]], place: int) -> Splice:
    if place:
        start, end = pairs[place - 1][1].end_mark.index, pairs[place][1].end_mark.index
    elif len(pairs) > 1:
        start, end = pairs[0][0].start_mark.index, pairs[1][0].start_mark.index
    else:
        start, end = pairs[0][0].start_mark.index, pairs[0][1].end_mark.index
    if "#" in text[start : pairs[place][0].start_mark.index]:
        raise EditError("there is a comment before it; change it in the file")
    return Splice(start, end, "")


def _end(text: str, node: Node) -> int:
    """Where the last character of a value stands; the parser's own mark may lie beyond comments that follow."""
    while isinstance(node, CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    return len(text[: node.end_mark.index].rstrip())


def _line_after(text: str, place: int) -> int:
    """Where the line after the one of a place begins."""
    found = text.find("\n", place)
    return len(text) if found < 0 else found + 1
