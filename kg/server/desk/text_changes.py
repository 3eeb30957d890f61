"""Changes of parts of an annotation file in its text: values, items of lists, and the order of findings.

Comments, quotes, order and layout stay. A comment on a line that is removed becomes a line of its own. Each change is
read again, and refused unless the text contains the new value and no other differences.
"""

from __future__ import annotations

import copy
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Any

import yaml
from yaml.nodes import CollectionNode, MappingNode, Node, SequenceNode

from kg.readers.yaml.edit import EditError, edit, edited, end_of, line_after
from kg.readers.yaml.insert import WIDTH, Inline, Number, Prose, Quoted, folded, insert, insert_before, is_spaced
from kg.readers.yaml.marks import Data, Marked, Path, read_yaml
from kg.readers.yaml.model import nodes_on
from kg.server.desk.forms import FORMS, ORDER

_PROSE = {"sample", *(field.key for form in FORMS.values() for field in form if field.shape == "prose")}
_NUMBERS = {field.key for form in FORMS.values() for field in form if field.shape == "number"}
_QUOTED = ("quote", "section", "page")
_HEAD = "findings:\n"
_SCANNER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TOO_MUCH = "this cannot be changed without changing something else; change it in the file"


def data_of(text: str) -> dict[str, Any]:
    """The data of a file.

    Raises:
        EditError: if the file has faults.
    """
    read = _read(text)
    if read.problems or not isinstance(read.data, dict):
        raise EditError("the file has faults: fix them first")
    return read.data


@lru_cache(8)
def _read(text: str) -> Marked:
    """The file, read once for all steps of a change; nobody changes what is returned."""
    return read_yaml("", text)


def value_at(data: Any, path: Path) -> Any:
    """The value at a path; None if there is none."""
    for step in path:
        if isinstance(data, list) and isinstance(step, int):
            data = data[step] if step < len(data) else None
        else:
            data = data.get(step) if isinstance(data, dict) else None
    return data


def with_value(text: str, path: Path, new: Data) -> str:
    """The text with another value at a path. An empty value removes the key.

    Raises:
        EditError: if that is not possible without changing something else.
    """

    def change(text: str, path: Path) -> str:
        return _checked(text, _valued(text, path, new), path, new or None)

    return _within(text, path, change)


def with_item(text: str, path: Path, new: Data) -> str:
    """The text with a new item of a list, before the one that has this path now or at the end.

    Raises:
        EditError: as `with_value` does.
    """

    def change(text: str, path: Path) -> str:
        owner, items = path[:-1], _items_of(text, path)
        items.insert(int(path[-1]), new)
        return _checked(text, _inserted_item(text, path, new), owner, items)

    return _within(text, path, change)


def without_item(text: str, path: Path) -> str:
    """The text without an item of a list.

    Raises:
        EditError: as `with_value` does.
    """

    def change(text: str, path: Path) -> str:
        owner, items = path[:-1], _items_of(text, path)
        del items[int(path[-1])]
        return _checked(text, _removed_item(text, path), owner, items or None)

    return _within(text, path, change)


def moved(text: str, path: Path, to: int) -> str:
    """The text with an item of a list at another place; `to` is its index afterwards. Comments above it stay.

    Raises:
        EditError: as `with_value` does.
    """
    owner, items = path[:-1], _items_of(text, path)
    items.insert(to, items.pop(int(path[-1])))
    start, end = _lines_of_item(text, path)
    line_end = _line_end(text)
    lines = text[start:end] if text[start:end].endswith("\n") else text[start:end] + line_end
    list_node = nodes_on(_root(text), owner)[-1]
    gap = line_end if isinstance(list_node, SequenceNode) and is_spaced(text, list_node) else ""
    rest = _without_lines(text, start, end)
    if to < len(items) - 1:
        place, new = _lines_of_item(rest, (*owner, to))[0], lines + gap
    else:
        place, new = _lines_of_item(rest, (*owner, to - 1))[1], gap + lines
    if place and rest[place - 1] != "\n":
        new = line_end + new.removesuffix(line_end)
    return _checked(text, edited(rest, [(place, place, new)]), owner, items)


def _items_of(text: str, path: Path) -> list[Any]:
    return list(value_at(data_of(text), path[:-1]) or [])


def _within(text: str, path: Path, change: Callable[[str, Path], str]) -> str:
    """The text with a change of one finding, which is read without the rest of the file: that takes no time."""
    if path[0] != "findings" or len(path) < 3:
        return change(text, path)
    try:
        start, end = _lines_of_item(text, path[:2])
    except EditError:
        return change(text, path)
    changed = change(_HEAD + text[start:end], ("findings", 0, *path[2:]))
    if not changed.startswith(_HEAD):
        raise EditError(_TOO_MUCH)
    return text[:start] + changed.removeprefix(_HEAD) + text[end:]


def comments(text: str) -> list[tuple[int, str]]:
    """The comments of a file, each with the index of its line.

    Raises:
        EditError: if the file is not YAML.
    """
    return list(_comments(text))


# --- values ---


def _valued(text: str, path: Path, new: Data) -> str:
    old = value_at(data_of(text), path)
    if old == (new or None):
        return text
    if not new:
        return _with_comments(text, _made(edit(text, {path: None})))
    if old is None:
        added = _made(insert(text, {path: styled(str(path[-1]), new)}, ORDER))
        return _apart(added, path) if len(path) == 1 and isinstance(new, list | dict) else added
    if isinstance(old, str) and isinstance(new, str):
        return _text(text, path, new)
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*(key for key in new if key in old), *(key for key in new if key not in old), *(old.keys() - new)]:
            text = _valued(text, (*path, key), new.get(key))
        return text
    if isinstance(old, list) and isinstance(new, list):
        if all(isinstance(item, str) for item in [*old, *new]):
            return _made(edit(text, {path: [str(item) for item in new]}))
        return _items(text, path, old, new)
    raise EditError("it is no longer a value of this kind")


def _made(result: tuple[str, dict[Path, str]]) -> str:
    text, refused = result
    if refused:
        raise EditError(next(iter(refused.values())))
    return text


def _text(text: str, path: Path, new: str) -> str:
    """A changed text; prose whose line becomes too long is folded anew."""
    changed = _made(edit(text, {path: new}))
    if path[-1] not in _PROSE:
        return changed
    *_, owner, node = nodes_on(_root(changed), path)
    start, end = node.start_mark.index, len(changed[: node.end_mark.index].rstrip())
    line = changed.rfind("\n", 0, start) + 1
    flow = any(isinstance(part, CollectionNode) and part.flow_style for part in nodes_on(_root(changed), path[:-1]))
    too_long = any(len(part) > WIDTH for part in changed[line:end].split("\n"))
    written = any(len(part) > WIDTH for part in _lines_at(text, path))
    if flow or not too_long or written or not isinstance(owner, MappingNode):
        return changed
    lines = folded(new, owner.start_mark.column)
    if not lines or "#" in changed[end : line_after(changed, end)]:
        return changed
    return edited(changed, [(start, end, lines.replace("\n", _line_end(text)))])


def _line_end(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _lines_at(text: str, path: Path) -> list[str]:
    """The lines of the value at a path, the line of its key included."""
    node = nodes_on(_root(text), path)[-1]
    return text[text.rfind("\n", 0, node.start_mark.index) + 1 : end_of(text, node)].split("\n")


def _items(text: str, path: Path, old: list[Any], new: list[Any]) -> str:
    """A list of parts: changed ones are changed in their place, others are removed or added."""
    keys = [[json.dumps(item, sort_keys=True) for item in items] for items in (old, new)]
    matcher = SequenceMatcher(None, keys[0], keys[1], autojunk=False)
    for tag, first, last, begin, stop in reversed(matcher.get_opcodes()):
        if tag == "equal":
            continue
        both = min(last - first, stop - begin)
        for index in range(last - 1, first + both - 1, -1):
            text = _removed_item(text, (*path, index))
        for item in reversed(new[begin + both : stop]):
            text = _inserted_item(text, (*path, first + both), item)
        for index in range(both):
            text = _replaced_item(text, (*path, first + index), old[first + index], new[begin + index])
    return text


def _replaced_item(text: str, path: Path, old: Data, new: Data) -> str:
    if isinstance(old, dict) and isinstance(new, dict) and old.keys() & new.keys():
        return _valued(text, path, new)
    return _removed_item(_inserted_item(text, path, new), (*path[:-1], int(path[-1]) + 1))


def _inserted_item(text: str, path: Path, new: Data) -> str:
    owner, index, value = path[:-1], int(path[-1]), styled(str(path[-2]), new)
    there = value_at(data_of(text), owner)
    if isinstance(there, list) and index < len(there):
        return insert_before(text, path, value)
    if there is None and len(owner) == 1 and not re.search(rf"^{owner[0]} *:", text, re.M):
        line_end = _line_end(text)
        text += ("" if text.endswith("\n") else line_end) + f"{line_end}{owner[0]}:{line_end}"
    return _made(insert(text, {path: value}, ORDER))


def styled(name: str, value: Data) -> Data:
    """A value as people write it: keys in their usual order, quotations in quotes, statements in lines."""
    if isinstance(value, dict):
        order = ORDER.get(name, ())
        keys = sorted(value, key=lambda key: order.index(key) if key in order else len(order))
        part = {key: styled(key, value[key]) for key in keys if value[key]}
        return part if "statement" in part else Inline(part)
    if isinstance(value, list):
        return [styled(name, item) for item in value]
    if value and name in _QUOTED:
        return Quoted(value)
    if value and name in _NUMBERS and str(value).isdecimal():
        return Number(value)
    return Prose(value) if value and name in _PROSE else value


def _apart(text: str, path: Path) -> str:
    """The text with an empty line before a new block, as between its other blocks."""
    node = nodes_on(_root(text), path)[-1]
    start = text.rfind(f"\n{path[0]}:", 0, node.start_mark.index) + 1
    spaced = start and not text[:start].replace("\r", "").endswith("\n\n")
    return edited(text, [(start, start, _line_end(text))]) if spaced else text


# --- items ---


def _removed_item(text: str, path: Path) -> str:
    owner = nodes_on(_root(text), path[:-1])[-1]
    if isinstance(owner, SequenceNode) and owner.flow_style and len(owner.value) > 1:
        return _with_comments(text, _made(edit(text, {path: None})))
    if isinstance(owner, SequenceNode) and len(owner.value) == 1 and len(path) > 2:
        return _with_comments(text, _made(edit(text, {path[:-1]: None})))
    return _with_comments(text, _without_lines(text, *_lines_of_item(text, path)))


def _lines_of_item(text: str, path: Path) -> tuple[int, int]:
    """The start and end of the lines of an item, without the comments above it."""
    trail = nodes_on(_root(text), path)
    if len(trail) != len(path) + 1:
        raise EditError("it is not in the file")
    if any(isinstance(node, CollectionNode) and node.flow_style for node in trail[:-1]):
        raise EditError("the list is written in brackets; change it in the file")
    start = text.rfind("\n", 0, trail[-1].start_mark.index) + 1
    if not re.fullmatch(r" *- +", text[start : trail[-1].start_mark.index]):
        raise EditError("this item is not on a line of its own; change it in the file")
    return start, line_after(text, end_of(text, trail[-1]))


def _without_lines(text: str, start: int, end: int) -> str:
    """The text without some lines, and without an empty line that would then be there twice."""
    if re.search(r"(\A|\n)\r?\n\Z", text[:start]) and (empty := re.match(r"\r?\n", text[end:])):
        end += empty.end()
    return text[:start] + text[end:]


# --- checks ---


def _root(text: str) -> Node:
    root = _read(text).root
    if root is None:
        raise EditError("the file is empty")
    return root


def _checked(before: str, after: str, path: Path, new: Data) -> str:
    """The changed text with the comments that the change removed, if it contains the value and no other differences."""
    after = _with_comments(before, after)
    wanted, read = copy.deepcopy(data_of(before)), _read(after)
    _put(wanted, path, new)
    if read.problems or read.data != wanted:
        raise EditError(_TOO_MUCH)
    return after


def _put(data: Any, path: Path, new: Data) -> None:
    for step in path[:-1]:
        data = data[int(step)] if isinstance(data, list) else data.setdefault(step, {})
    if isinstance(data, list) and isinstance(path[-1], int):
        data[path[-1]] = new
    elif new is None:
        data.pop(path[-1], None)
    else:
        data[path[-1]] = new


_HEADER = re.compile(r"[|>][-+0-9]*[ \t]+(#[^\r\n]*)")


def _comments(text: str) -> Iterator[tuple[int, str]]:
    """What is between two tokens and begins with `#`, and what is on the first line of a block of text."""
    end = 0
    try:
        for token in yaml.scan(text, Loader=_SCANNER):
            start = token.start_mark.index
            yield from _in_gap(text, end, start)
            if isinstance(token, yaml.ScalarToken) and (found := _HEADER.match(text, start)) and token.style in "|>":
                yield text.count("\n", 0, start), found[1].rstrip()
            end = max(end, token.end_mark.index)
    except yaml.YAMLError as error:
        raise EditError("the file has faults: fix them first") from error
    yield from _in_gap(text, end, len(text))


def _in_gap(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    for found in re.finditer(r"#[^\r\n]*", text[start:end]):
        yield text.count("\n", 0, start + found.start()), found[0].rstrip()


def _with_comments(before: str, after: str) -> str:
    """The changed text with each comment that the change removed, as a line at the end of what was changed."""
    lines, others = before.split("\n"), after.split("\n")
    same = _common(lines, others)
    tail = _common(lines[same:][::-1], others[same:][::-1])
    if not any("#" in line for line in lines[same : len(lines) - tail]):
        return after
    old = comments(before)
    lost = Counter(comment for _, comment in old) - Counter(comment for _, comment in comments(after))
    new = []
    for number, comment in old:
        if same <= number < len(lines) - tail and lost[comment]:
            lost[comment] -= 1
            indent = " " * (len(lines[number]) - len(lines[number].lstrip(" ")))
            new.append(indent + comment + ("\r" if lines[number].endswith("\r") else ""))
    if +lost:
        raise EditError("a comment would be lost; change it in the file")
    place = len(others) - tail
    return "\n".join([*others[:place], *new, *others[place:]])


def _common(lines: list[str], others: list[str]) -> int:
    """The number of lines at the beginning that are the same."""
    pairs = zip(lines, others, strict=False)
    return next((number for number, (one, other) in enumerate(pairs) if one != other), min(len(lines), len(others)))
