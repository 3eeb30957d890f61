"""YAML with a place for every node.

A key without a value is a key not given. Scalars stay the text that was written: `no`, `012` and `5.10` mean what the
writer meant, and the annotation's own types say what is a number (a stricter reading than YAML 1.2's core schema, in
the manner of StrictYAML). Aliases are refused, depth is bounded, duplicate keys are problems, and one line that cannot
be read costs that line only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import yaml
from yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode

from kg.core.problems import Location, Problem
from kg.readers.yaml.nodes import Steps, child, place

Path = Steps
Data = str | None | list["Data"] | dict[str, "Data"]

MAX_DEPTH = 24
MAX_BROKEN_LINES = 50
_LOADER: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NOT_YAML = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NULLS = frozenset({"", "~", "null"})


@dataclass
class Document:
    """The node tree of a file and the problems met while reading it. `broken` holds lines that were left out."""

    file: str
    root: Node | None
    problems: list[Problem]
    broken: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Marked:
    """Plain data, and where each value stands, by path: that is looked for when it is asked, as most are never."""

    file: str
    data: Data
    root: Node | None
    empty: frozenset[Path]
    """Keys without a value, which are not in the data."""

    def locate(self, path: Path) -> Location:
        """Where the value at `path` stands, or the nearest thing around it that has a place."""
        return Location(self.file, *self.line_and_column(path))

    def line_and_column(self, path: Path) -> tuple[int, int]:
        """The same without the file; zeros when it holds nothing."""
        node = self.node(path)
        while node is None and path:
            path = path[:-1]
            node = self.node(path)
        return (0, 0) if node is None else place(node)

    def locate_key(self, path: Path) -> Location:
        """Where the key of the value at `path` stands."""
        owner, value = self.node(path[:-1]), self.node(path)
        pairs = owner.value if isinstance(owner, MappingNode) else ()
        return next((_place(self.file, key) for key, found in pairs if found is value), self.locate(path))

    def end(self, path: Path) -> int:
        """The last line of the value at `path`; 0 if it has none."""
        node = self.node(path)
        if node is None:
            return 0
        # What is written in a block ends where the next thing begins.
        block = isinstance(node, CollectionNode) and not node.flow_style
        return int(node.end_mark.line) + (0 if block else 1)

    def node(self, path: Path) -> Node | None:
        """The value at `path` with its marks; None if there is none."""
        known = self._nodes
        try:
            return known[path]
        except KeyError:
            owner = self.node(path[:-1])
            found = known[path] = None if owner is None else child(owner, path[-1])
            return found

    @cached_property
    def _nodes(self) -> dict[Path, Node | None]:
        return {(): self.root}


def compose(file: str, text: str) -> Document:
    """Parses `text`; each line that is not YAML becomes a Problem and is left out, the rest is kept."""
    document = Document(file, None, [])
    lines = text.split("\n")
    while len(document.broken) <= MAX_BROKEN_LINES:
        try:
            text = "\n".join(lines)
            document.root = _composed(text)
            return document
        except _RefusedError as refused:
            document.problems.append(_refusal(file, refused))
            line = 0 if refused.rule == "yaml/too-deep" else min(refused.line, len(lines))
        except yaml.YAMLError as error:
            line = _report(document, error, lines)
        if not line or (line in document.broken and not lines[line - 1]):
            return document
        bare = re.match(r" *[A-Za-z]\w*(?= *(#.*)?$)", lines[line - 1])
        if line in document.broken:
            document.problems.pop()  # said before
            bare = None
        lines[line - 1] = f"{bare[0]}:" if bare else ""  # a key that lacks its colon still says where its part begins
        document.broken.append(line)
    return document


def _composed(text: str) -> Node | None:
    """The nodes of the text, by the fast way where nothing is wrong with it and there is no alias."""
    if "*" not in text:
        try:
            return yaml.compose(text, Loader=_Shallow)
        except yaml.YAMLError:
            pass
    _guard(text)
    return yaml.compose(text, Loader=_LOADER)


class _Shallow(_LOADER):  # type: ignore[misc]  # one of two classes, by what is installed
    """Makes nodes without asking what type a scalar may be of, and none that lie too deep."""

    depth = 0

    resolve = staticmethod("tag:yaml.org,2002:str".format)
    """Takes whatever it is given, and is called for each scalar."""

    def descend_resolver(self, _parent: Any, _index: Any) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:  # or one less, when the node is a scalar: the slow way tells
            raise yaml.YAMLError("too deep")

    def ascend_resolver(self) -> None:
        self.depth -= 1


class _RefusedError(Exception):
    def __init__(self, rule: str, mark: Any) -> None:
        super().__init__(rule)
        self.rule, self.line, self.column = rule, mark.line + 1, mark.column + 1


def _guard(text: str) -> None:
    """Refuses aliases and deep nesting before a tree is made of them, and quotes that close only where others open."""
    depth = 0
    quoted: Any = None
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            if isinstance(event, yaml.AliasEvent):
                raise _RefusedError("yaml/alias", event.start_mark)
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > MAX_DEPTH:
                    raise _RefusedError("yaml/too-deep", event.start_mark)
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            elif isinstance(event, yaml.ScalarEvent) and event.style in ("'", '"'):
                quoted = event
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        if quoted and mark and quoted.start_mark.line < quoted.end_mark.line == mark.line:
            raise _RefusedError("yaml/quote", quoted.start_mark) from error
        raise


def _refusal(file: str, refused: _RefusedError) -> Problem:
    where = Location(file, refused.line, refused.column)
    if refused.rule == "yaml/alias":
        return Problem(where, refused.rule, "aliases (*name) are not read", "write the value out in both places")
    if refused.rule == "yaml/quote":
        return Problem(where, "yaml/syntax", "not YAML: this quote is not closed", "close it on the line it opens on")
    return Problem(where, refused.rule, f"nested deeper than {MAX_DEPTH} levels", "see `kg new` for the format")


_OPENED = dict.fromkeys(
    ["while parsing a flow sequence", "while parsing a flow mapping"],
    "this bracket is not closed, or a comma is missing before what follows",
) | {"while scanning a quoted scalar": "this quote is not closed"}


def _report(document: Document, error: yaml.YAMLError, lines: list[str]) -> int:
    """Adds the error as a Problem and gives the line (from 1) it is about."""
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return _report_character(document, lines)
    begun = getattr(error, "context_mark", None)
    opened = _OPENED.get(str(getattr(error, "context", "")))
    if opened and begun is not None and begun.line < len(lines):  # the parser notices what is missing lines too late
        where = Location(document.file, begun.line + 1, begun.column + 1)
        problem = Problem(where, "yaml/syntax", f"not YAML: {opened}", "close it on the line it opens on")
        document.problems.append(problem)
        return where.line
    bare = _bare_line(error, lines)
    if bare:
        where = Location(document.file, bare, _indent(lines[bare - 1]) + 1)
        document.problems.append(Problem(where, "yaml/syntax", "not YAML: this line has no `: `", "write `key: value`"))
        return bare
    line, column = min(int(mark.line) + 1, len(lines)), mark.column + 1
    message = str(getattr(error, "problem", None) or error).strip()
    if "\t" in lines[line - 1]:
        document.problems.append(
            Problem(
                Location(document.file, line, lines[line - 1].index("\t") + 1),
                "yaml/tab",
                "a tab: YAML is indented with spaces",
                "replace it by spaces",
            )
        )
        return line
    context = getattr(error, "context", None)
    document.problems.append(
        Problem(
            Location(document.file, line, column),
            "yaml/syntax",
            f"not YAML: {message}" + (f" ({context})" if context else ""),
            "check the indentation of this line against its neighbours, and quote values that hold `: ` or ` #`",
        )
    )
    return line


def _bare_line(error: yaml.YAMLError, lines: list[str]) -> int:
    """The line (from 1) that lacks a colon, over which the parser stumbles one line later; 0 when it is not that."""
    mark: Any = getattr(error, "problem_mark", None)
    begun: Any = getattr(error, "context_mark", None)
    if str(getattr(error, "context", "")) == "while scanning a simple key" and begun is not None:
        return int(begun.line) + 1 if begun.line < min(mark.line, len(lines)) else 0
    if "mapping values are not allowed" not in str(getattr(error, "problem", "")) or mark.line >= len(lines):
        return 0
    before = next((n for n in range(mark.line, 0, -1) if lines[n - 1].strip()), 0)
    above, line = lines[before - 1], lines[mark.line]
    return before if before and _indent(above) == _indent(line) and not re.search(r":(\s|$)", above) else 0


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _report_character(document: Document, lines: list[str]) -> int:
    """A character that YAML does not allow: the parser gives no line, so it is looked for (YAML 1.2, section 5.1)."""
    for number, line in enumerate(lines, 1):
        found = _NOT_YAML.search(line)
        if found:
            document.problems.append(
                Problem(
                    Location(document.file, number, found.start() + 1),
                    "yaml/character",
                    f"the control character U+{ord(found[0]):04X} is not allowed",
                    "remove it",
                )
            )
            return number
    document.problems.append(
        Problem(
            Location(document.file),
            "yaml/character",
            "a character that YAML does not allow",
            "save the file as UTF-8 text",
        )
    )
    return 0


def marked(document: Document) -> Marked:
    """The document as plain data with places; a duplicate key becomes a Problem and the first value stays."""
    empty: set[Path] = set()
    data = None if document.root is None else _convert(document, document.root, (), empty)
    return Marked(document.file, data, document.root, frozenset(empty))


def _convert(document: Document, node: Node, path: Path, empty: set[Path]) -> Data:
    if isinstance(node, ScalarNode):
        return _text(node)
    if isinstance(node, SequenceNode):
        return [
            _text(item) if isinstance(item, ScalarNode) else _convert(document, item, (*path, index), empty)
            for index, item in enumerate(node.value)
        ]
    return _convert_mapping(document, node, path, empty) if isinstance(node, MappingNode) else None


def _text(node: ScalarNode) -> str | None:
    text: str = node.value
    return None if text in _NULLS and not node.style else text


def _convert_mapping(document: Document, node: MappingNode, path: Path, empty: set[Path]) -> Data:
    data: dict[str, Data] = {}
    for key_node, value in node.value:
        if not isinstance(key_node, ScalarNode):
            where = _place(document.file, key_node)
            _add_once(document, Problem(where, "yaml/key", "a key must be a word", "write `key: value`"))
            continue
        key: str = key_node.value
        if key in data:
            _report_twice(document, node, key_node)
        else:
            data[key] = (
                _text(value) if isinstance(value, ScalarNode) else _convert(document, value, (*path, key), empty)
            )
    missing = [key for key, value in data.items() if value is None]
    for key in missing:
        empty.add((*path, key))
        del data[key]
    return data


def _report_twice(document: Document, owner: MappingNode, key: ScalarNode) -> None:
    """Adds a key that stands a second time as a Problem."""
    where = _place(document.file, key)
    first = next(_place(document.file, other).line for other, _ in owner.value if other.value == key.value)
    if any(first < line < where.line for line in document.broken):
        return  # the line that was left out may have begun the part that this key is in
    message = f"`{key.value}` stands twice here, first in line {first}"
    _add_once(document, Problem(where, "yaml/duplicate-key", message, "keep one of them"))


def _add_once(document: Document, problem: Problem) -> None:
    if problem not in document.problems:
        document.problems.append(problem)


def _place(file: str, node: Node) -> Location:
    return Location(file, *place(node))
