"""Changes of single values in the text of a YAML file; everything else stays as it was written.

Only the part of a value that differs is changed, so that a new word in a text of many lines changes one line, and
comments, quotes, order and indentation stay. A value that cannot be changed like that is written again in double quotes
on one line. The changed text is read again, and refused unless it contains the new values and no other differences.
"""

from __future__ import annotations

import copy
import difflib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate, chain, pairwise
from typing import Any

import yaml
from yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode

from kg.readers.yaml.marks import Data, Path, read_yaml
from kg.readers.yaml.model import nodes_on

Change = str | list[str] | None
"""The new value: a text, a list of texts, or None, which removes the key or the item."""
Edit = tuple[int, int, str]
"""Start, end, and the text that replaces the characters between them."""


class EditError(Exception):
    """A change that cannot be made in the text; its message can be shown to a person."""


def edit(text: str, changes: Mapping[Path, Change]) -> tuple[str, dict[Path, str]]:
    """The text with the changes made, and the reason for each change that cannot be made.

    Args:
        text: A YAML file, with line ends of any kind.
        changes: The new value for each path.
    """
    before = read_yaml("", text)
    if before.root is None or before.problems:
        return text, dict.fromkeys(changes, "the file has faults: fix them first")
    edits: dict[Path, list[Edit]] = {}
    refused: dict[Path, str] = {}
    for path, change in changes.items():
        try:
            edits[path] = list(_edits_of(text, before.root, path, change))
        except EditError as error:
            refused[path] = str(error)
    if not _good(text, before.data, changes, edits):
        for path in list(edits):  # one by one, to find out which
            if not _good(text, before.data, changes, {path: edits[path]}):
                refused[path] = "this cannot be changed without changing something else; change it in the file"
                del edits[path]
        if not _good(text, before.data, changes, edits):
            refused |= dict.fromkeys(edits, "these values cannot be changed together; change one after the other")
            edits = {}
    return edited(text, chain.from_iterable(edits.values())), refused


def edited(text: str, edits: Iterable[Edit]) -> str:
    """The text with the edits made."""
    for start, end, new in sorted(edits, key=lambda made: made[:2], reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _good(text: str, data: Data, changes: Mapping[Path, Change], edits: Mapping[Path, list[Edit]]) -> bool:
    """Whether the edited text is YAML that contains `data` with the changes and no other differences."""
    made = sorted(chain.from_iterable(edits.values()), key=lambda made: made[:2])
    if any(end > start for (_, end, _), (start, _, _) in pairwise(made)):
        return False
    wanted = copy.deepcopy(data)
    # From the end, so that items before a removed one keep their index.
    for path in sorted(edits, key=lambda path: [(isinstance(step, int), step) for step in path], reverse=True):
        owner: Any = wanted
        for step in path[:-1]:
            owner = owner[step]
        if changes[path] is None:
            del owner[path[-1]]
        else:
            owner[path[-1]] = changes[path]
    after = read_yaml("", edited(text, made))
    return not after.problems and after.data == wanted


def _edits_of(text: str, root: Node, path: Path, change: Change) -> Iterator[Edit]:
    trail = nodes_on(root, path)
    if len(trail) != len(path) + 1:
        raise EditError("it is not in the file")
    owner, node = trail[-2:]
    flow = any(map(_is_flow, trail[:-1]))
    if change is None:
        yield _removed(text, owner, node, flow)
    elif isinstance(change, str) and isinstance(node, ScalarNode):
        yield from _scalar(text, owner, node, flow, change)
    elif isinstance(change, list) and isinstance(node, SequenceNode):
        yield from _list(text, node, flow or _is_flow(node), change)
    else:
        raise EditError("it is no longer a value of this kind")


def _is_flow(node: Node) -> bool:
    return isinstance(node, CollectionNode) and bool(node.flow_style)


def span(node: Node) -> tuple[int, int]:
    """Start and end of a node in the text."""
    return node.start_mark.index, node.end_mark.index


# --- lists and keys ---


def _list(text: str, node: SequenceNode, flow: bool, new: list[str]) -> Iterator[Edit]:
    """Changed items are changed scalars; items added or removed are lines, or the list is written again in brackets."""
    old = [item.value if isinstance(item, ScalarNode) else None for item in node.value]
    if _is_flow(node) and len(old) != len(new):
        yield _flow_list(text, node, old, new)
        return
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    opcodes = matcher.get_opcodes() if len(old) != len(new) else [("replace", 0, len(old), 0, len(new))]
    for _, first, last, begin, stop in opcodes:
        both = min(last - first, stop - begin)
        for item, value in zip(node.value[first : first + both], new[begin : begin + both], strict=True):
            if item.value != value:
                yield from _scalar(text, node, item, flow, value)
        yield from (_removed_line(text, item) for item in node.value[first + both : last])
        if stop > begin + both:
            yield _added_lines(text, node, last, [scalar(value) for value in new[begin + both : stop]])


def _flow_list(text: str, node: SequenceNode, old: list[str | None], new: list[str]) -> Edit:
    start, end = span(node)
    raws = {value: text[slice(*span(item))] for item, value in zip(node.value, old, strict=True)}
    gaps = text[start:end]
    for raw in raws.values():
        gaps = gaps.replace(raw, "", 1)
    if "#" in gaps:
        raise EditError("the list contains comments; change it in the file")
    return start, end, f"[{', '.join(raws.get(value) or scalar(value, True) for value in new)}]"


def scalar(value: str, flow: bool = False) -> str:
    """The value in one line of YAML, without quotes if every YAML reader takes it for the same text."""
    return value if _is_text(value) and _reads_as(value, 0, False, flow, value) else quoted(value)


def _added_lines(text: str, node: SequenceNode, count: int, raws: list[str]) -> Edit:
    """New items of a block list after its first `count` ones."""
    indent, line_end = " " * node.start_mark.column, "\r\n" if "\r\n" in text else "\n"
    if count == 0:
        dash = node.start_mark.index
        return dash, dash, "".join(f"- {raw}{line_end}{indent}" for raw in raws)
    line = line_after(text, end_of(text, node.value[count - 1]))
    new = "".join(f"{indent}- {raw}{line_end}" for raw in raws)
    if text[line - 1 : line] != "\n":  # the last line of a file may have no line end
        new = line_end + new.removesuffix(line_end)
    return line, line, new


def _removed(text: str, owner: Node, node: Node, flow: bool) -> Edit:
    pairs = owner.value if isinstance(owner, MappingNode) else [(item, item) for item in owner.value]
    index = next(n for n, (_, value) in enumerate(pairs) if value is node)
    key = pairs[index][0].start_mark.index
    following = pairs[index + 1][0].start_mark.index if len(pairs) > 1 and not index else 0
    if flow:
        start, end = pairs[index - 1][1].end_mark.index if index else key, following or node.end_mark.index
        if "#" in text[start:key]:
            raise EditError("there is a comment before it; change it in the file")
        return start, end, ""
    if len(pairs) == 1:
        raise EditError("nothing would be left of the part; change it in the file")
    if isinstance(owner, SequenceNode):
        return _removed_line(text, node)
    start = text.rfind("\n", 0, key) + 1
    if not text[start:key].strip():
        return start, line_after(text, end_of(text, node)), ""
    if not following or text[end_of(text, node) : following].strip():  # the key after the dash of a list item
        raise EditError("this key is on the line of its list item; change it in the file")
    return key, following, ""


def _removed_line(text: str, item: Node) -> Edit:
    begin = item.start_mark.index
    start = text.rfind("\n", 0, begin) + 1
    if not re.fullmatch(r" *-[ \t]+", text[start:begin]):
        raise EditError("this item is not on a line of its own; change it in the file")
    return start, line_after(text, end_of(text, item)), ""


def end_of(text: str, node: Node) -> int:
    """The end of a value's last character; the parser's own mark may be after the comments that follow."""
    while isinstance(node, CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    return len(text[: node.end_mark.index].rstrip())


def line_after(text: str, place: int) -> int:
    """The start of the next line."""
    return text.find("\n", place) + 1 or len(text)


# --- scalars ---

_BREAK = re.compile(r"[ \t]*(?:\r?\n[ \t]*)+")
_HEADER = re.compile(r"[|>][-+0-9]*(?P<comment>[ \t]+#[^\r\n]*)?[ \t]*\r?\n")
_ESCAPE = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
"""Characters that YAML does not print or takes for a line end (YAML 1.2, section 5.1; 1.1 for U+0085 and U+2028)."""


def _scalar(text: str, owner: Node, node: ScalarNode, flow: bool, new: str) -> Iterator[Edit]:
    """The smallest edits that give the new value, each way tried on a copy of the scalar's surroundings."""
    start, end = span(node)
    raw = text[start:end]
    mapping = isinstance(owner, MappingNode)
    key = next(key for key, value in owner.value if value is node) if mapping else owner
    for edits in _ways(raw, node, new):
        changed = edited(raw, edits)
        if raw.endswith("\n") != changed.endswith("\n"):
            continue  # the next line would become part of the text
        if _reads_as(changed, key.start_mark.column, mapping, flow, new):
            yield from ((start + first, start + last, inserted) for first, last, inserted in edits)
            return
    raise EditError("this text cannot be written as YAML")


def _reads_as(raw: str, column: int, mapping: bool, flow: bool, wanted: str) -> bool:
    """Whether the scalar reads as `wanted` in its place; what follows it can change that too."""
    if flow:
        around = f"{{k: {raw}, z: z}}" if mapping else f"[{raw}, z]"
    else:
        before, after = ("k: ", "z: z") if mapping else ("- ", "- z")
        indent, line_end = " " * column, "" if raw.endswith("\n") else "\n"
        around = f"{indent}{before}{raw}{line_end}{indent}{after}"
    read = read_yaml("", around)
    return not read.problems and read.data == ({"k": wanted, "z": "z"} if mapping else [wanted, "z"])


def _ways(raw: str, node: ScalarNode, new: str) -> Iterator[list[Edit]]:
    """Ways to give the scalar the value `new`, the smallest change first; the last one always reads as `new`."""
    header = _HEADER.match(raw) if node.style in ("|", ">") else None
    begin, end = header.end() if header else 0, len(raw)
    begin += len(raw[begin:]) - len(raw[begin:].lstrip(" "))
    if node.style in ("'", '"'):
        begin, end = 1, len(raw) - 1
    offsets = _offsets(raw, node, begin, end)
    # A plain text must not become a number to other readers: `5.3`.
    if offsets is not None and (node.style or _is_text(new) or not _is_text(node.value)):
        if (edits := _word_edits(raw, offsets, node, new)) is not None:
            yield edits
        if (whole := _encoded(new, node.style)) is not None:
            yield [(begin, len(raw[:end].rstrip()), whole)]
    yield [(0, len(raw.rstrip()), quoted(new) + (header["comment"] or "" if header else ""))]


def _offsets(raw: str, node: ScalarNode, begin: int, end: int) -> list[int] | None:
    """The offset in the scalar of each character of its value, and of its end; None when that is unknown."""
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
        forms = (_encoded(value[at], node.style), value[at])
        written = next((form for form in forms if form and raw.startswith(form, place, end)), "")
        if not written:
            return None
        offsets.append(place)
        place += len(written)
        at += 1
    return [*offsets, place]


def _word_edits(raw: str, offsets: list[int], node: ScalarNode, new: str) -> list[Edit] | None:
    """One edit for each run of words that differs, from the first to the last."""
    words, others = (re.findall(r"\s|[^\s]+", text) for text in (node.value, new))
    starts = [0, *accumulate(map(len, words))]
    edits: list[Edit] = []
    at = 0
    for tag, first, last, begin, stop in difflib.SequenceMatcher(None, words, others, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        start, end, inserted = starts[first], starts[last], "".join(others[begin:stop])
        if not inserted:
            start, end = _slid(raw, offsets, node.value, start, end)
        encoded = _encoded(inserted, node.style)
        if encoded is None or start < at:
            return None
        edits.append((offsets[start], offsets[end], encoded))
        at = end
    return edits


def _slid(raw: str, offsets: list[int], old: str, start: int, end: int) -> tuple[int, int]:
    """A deletion, moved by one character if that gives the same text and keeps a line end."""
    ways = [(start + by, end + by) for by in (0, -1, 1) if start + by >= 0 and end + by <= len(old)]
    same = [way for way in ways if old[: way[0]] + old[way[1] :] == old[:start] + old[end:]]
    return min(same, key=lambda way: raw.count("\n", offsets[way[0]], offsets[way[1]]))


def _encoded(text: str, style: str | None) -> str | None:
    """The text as written within a scalar of the style; None if it cannot be."""
    if style == '"':
        return quoted(text)[1:-1]
    if "\n" in text or _ESCAPE.search(text):
        return None
    return text.replace("'", "''") if style == "'" else text


def quoted(value: str) -> str:
    """A double-quoted scalar on one line (YAML 1.2, section 7.3.1)."""
    return _ESCAPE.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, ensure_ascii=False))


def _is_text(value: str) -> bool:
    """Whether every YAML reader takes the value without quotes for text, and not for a number or a date."""
    resolver: Any = yaml.SafeLoader("")  # the stubs of PyYAML lack the return type of `resolve`
    return bool(resolver.resolve(ScalarNode, value, (True, False)) == "tag:yaml.org,2002:str")
