"""YAML as plain data with the line and column of every value.

A key without a value counts as absent. Scalars stay the text that was written: `no`, `012` and `5.10` mean what the
writer meant, and the models decide what is a number (stricter than YAML 1.2's core schema, as in StrictYAML). Aliases
are refused, depth is limited, duplicate keys are problems, and a line that cannot be read costs only that line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from kg.core.problems import Location, Problem, Severity

Path = tuple[str | int, ...]
"""The keys and indices that lead to a value."""
Data = str | None | list["Data"] | dict[str, "Data"]

MAX_DEPTH = 24
MAX_BROKEN_LINES = 50
# That of libyaml if PyYAML was built with it, which is faster.
_LOADER: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NOT_YAML = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NULLS = frozenset({"", "~", "null"})


@dataclass
class Marked:
    """A YAML file as plain data, with its problems and the place of each value, which is looked up when needed."""

    file: str
    root: Node | None = None
    problems: list[Problem] = field(default_factory=list)
    broken: list[int] = field(default_factory=list)
    """The lines that were left out."""
    data: Data = None
    empty: set[Path] = field(default_factory=set)
    """Keys without a value, which are not in the data."""

    def with_root(self, root: Node | None) -> Marked:
        """The same file with another node tree."""
        marks = Marked(self.file, root, self.problems, self.broken)
        marks.data = None if root is None else _convert(marks, root, ())
        return marks

    def report(self, line: int, column: int, rule: str, message: str, hint: str) -> int:
        """Adds a problem unless it has been reported before, and returns its line."""
        problem = Problem(Location(self.file, line, column), rule, message, hint)
        if problem not in self.problems:
            self.problems.append(problem)
        return line

    def locate(self, path: Path) -> Location:
        """The place of the value at `path`, or of the nearest part around it."""
        return Location(self.file, *self.line_and_column(path))

    def line_and_column(self, path: Path) -> tuple[int, int]:
        """The same without the file; zeros when the file is empty."""
        node = next((node for length in range(len(path), -1, -1) if (node := self.node(path[:length]))), None)
        return (0, 0) if node is None else place(node)

    def locate_key(self, path: Path) -> Location:
        """The place of the key of the value at `path`."""
        owner, value = self.node(path[:-1]), self.node(path)
        pairs = owner.value if isinstance(owner, MappingNode) else ()
        return next((Location(self.file, *place(key)) for key, found in pairs if found is value), self.locate(path))

    def problem(self, path: Path, rule: str, message: str, hint: str, severity: Severity = "error") -> Problem:
        """A problem at the value at `path`."""
        return Problem(self.locate(path), rule, message, hint, severity)

    def node(self, path: Path) -> Node | None:
        """The node at `path`; None if there is none."""
        if path not in self._nodes:
            owner = self.node(path[:-1])
            self._nodes[path] = None if owner is None else child(owner, path[-1])
        return self._nodes[path]

    @cached_property
    def _nodes(self) -> dict[Path, Node | None]:
        return {(): self.root}


def child(node: Node, step: str | int) -> Node | None:
    """The node one step below; the first one when a key occurs twice."""
    if isinstance(node, SequenceNode) and isinstance(step, int):
        return node.value[step] if 0 <= step < len(node.value) else None
    pairs = node.value if isinstance(node, MappingNode) else ()
    return next((value for key, value in pairs if key.value == step), None)


def place(node: Node) -> tuple[int, int]:
    """Line and column of a node, from 1."""
    mark = node.start_mark
    return mark.line + 1, mark.column + 1


def places(node: Node, path: Path = ()) -> Iterator[tuple[tuple[int, int], Path]]:
    """Line and column of each value and key with its path; the inner ones come last."""
    yield place(node), path
    if isinstance(node, SequenceNode):
        for index, item in enumerate(node.value):
            yield from places(item, (*path, index))
    elif isinstance(node, MappingNode):
        for number, (key, value) in enumerate(node.value):
            if number:  # the place of the first key is that of the part
                yield place(key), (*path, str(key.value))
            yield from places(value, (*path, str(key.value)))


def read_yaml(file: str, text: str) -> Marked:
    """The data in `text`; each line that is not YAML becomes a problem and is left out, the rest is kept.

    The first value of a duplicate key is kept. `file` is the name of the file in problems.
    """
    marks = Marked(file)
    lines = text.split("\n")
    while len(marks.broken) <= MAX_BROKEN_LINES:
        reported = len(marks.problems)
        try:
            return marks.with_root(_composed("\n".join(lines)))
        except _RefusedError as refused:
            rule, mark = refused.args
            line = marks.report(mark.line + 1, mark.column + 1, rule, *_REFUSED[rule])
            line = 0 if rule == "yaml/too-deep" else min(line, len(lines))
        except yaml.YAMLError as error:
            line = _report(marks, error, lines)
        if not line or (line in marks.broken and not lines[line - 1]):
            break
        bare = re.match(r" *[A-Za-z]\w*(?= *(#.*)?$)", lines[line - 1])
        if line in marks.broken:
            del marks.problems[reported:]  # one problem a line
            bare = None
        lines[line - 1] = f"{bare[0]}:" if bare else ""  # a key without its colon still begins its part
        marks.broken.append(line)
    return marks


def cut_texts(marks: Marked, text: str) -> Iterator[Problem]:
    """A warning for each text without quotes that ends at a ` #`, if what follows may be part of it.

    After one word, or after two spaces, it is taken for a comment.
    """
    lines = text.split("\n")
    for node in _scalars(marks.root) if marks.root else ():
        line, column = node.end_mark.line, node.end_mark.column
        if node.style or not node.value or line >= len(lines):
            continue
        rest = lines[line][column:]
        if rest.startswith(" #") and (" " in node.value or not rest.startswith(" # ")):
            message = "the text ends here, because ` #` begins a comment"
            hint = "put the whole text in quotes; if this is a comment, put it on a line of its own"
            yield Problem(Location(marks.file, line + 1, column + 2), "yaml/comment", message, hint, "warning")


def _scalars(node: Node) -> Iterator[ScalarNode]:
    if isinstance(node, ScalarNode):
        yield node
    for part in node.value if isinstance(node, SequenceNode) else ():
        yield from _scalars(part)
    for _, part in node.value if isinstance(node, MappingNode) else ():
        yield from _scalars(part)


def _composed(text: str) -> Node | None:
    """The nodes of the text: read the fast way when the text has neither faults nor aliases."""
    if "*" not in text:
        try:
            return yaml.compose(text, Loader=_Shallow)
        except yaml.YAMLError:
            pass
    _guard(text)
    return yaml.compose(text, Loader=_LOADER)


class _Shallow(_LOADER):  # type: ignore[misc] # mypy accepts no variable as a base class
    """Makes nodes without resolving the type of scalars, and refuses nodes that are nested too deep."""

    depth = 0

    resolve = staticmethod("tag:yaml.org,2002:str".format)
    """Accepts any arguments; called for each scalar."""

    def descend_resolver(self, _parent: Any, _index: Any) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:  # one less when the node is a scalar: reading the slow way decides
            raise yaml.YAMLError("too deep")

    def ascend_resolver(self) -> None:
        self.depth -= 1


class _RefusedError(Exception):
    """A rule and the mark of the place that does not meet it."""


_CLOSE = "close it on the line it opens on"
_REFUSED = {
    "yaml/alias": ("aliases (*name) are not supported", "write the value out in both places"),
    "yaml/syntax": ("not YAML: this quote is not closed", _CLOSE),
    "yaml/too-deep": (f"nested deeper than {MAX_DEPTH} levels", "see `kg new` for the format"),
}
"""Message and hint of what is refused before a tree is made."""


def _guard(text: str) -> None:
    """Refuses aliases, deep nesting, and a quote that closes only where another one opens."""
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
            raise _RefusedError("yaml/syntax", quoted.start_mark) from error
        raise


_FLOW = ("while parsing a flow sequence", "while parsing a flow mapping")
_OPENED = dict.fromkeys(_FLOW, "this bracket is not closed, or a comma is missing before what follows")
_OPENED["while scanning a quoted scalar"] = "this quote is not closed"
"""Errors that the parser notices lines after the place to correct."""


def _report(marks: Marked, error: yaml.YAMLError, lines: list[str]) -> int:
    """Reports the parser's error and returns its line (from 1)."""
    mark, begun = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    if mark is None:
        return _report_character(marks, lines)
    context = getattr(error, "context", None) or ""
    if context in _OPENED and begun is not None and begun.line < len(lines):
        message = f"not YAML: {_OPENED[context]}"
        return marks.report(begun.line + 1, begun.column + 1, "yaml/syntax", message, _CLOSE)
    message = str(getattr(error, "problem", None) or error).strip()
    if bare := _bare_line(message, context, begun, mark, lines):
        column = _indent(lines[bare - 1]) + 1
        return marks.report(bare, column, "yaml/syntax", "not YAML: this line has no `: `", "write `key: value`")
    line = min(mark.line + 1, len(lines))
    if tab := lines[line - 1].find("\t") + 1:
        return marks.report(line, tab, "yaml/tab", "a tab: YAML is indented with spaces", "replace it by spaces")
    message = f"not YAML: {message}" + (f" ({context})" if context else "")
    hint = "check the indentation of this line against its neighbours, and quote values that contain `: ` or ` #`"
    return marks.report(line, mark.column + 1, "yaml/syntax", message, hint)


def _bare_line(message: str, context: str, begun: Any, mark: Any, lines: list[str]) -> int:
    """The line (from 1) that lacks a colon, which the parser notices one line later; 0 for other errors."""
    if context == "while scanning a simple key" and begun is not None:
        return int(begun.line) + 1 if begun.line < min(mark.line, len(lines)) else 0
    if "mapping values are not allowed" not in message or mark.line >= len(lines):
        return 0
    before = next((n for n in range(mark.line, 0, -1) if lines[n - 1].strip()), 0)
    above, line = lines[before - 1], lines[mark.line]
    return before if before and _indent(above) == _indent(line) and not re.search(r":(\s|$)", above) else 0


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _report_character(marks: Marked, lines: list[str]) -> int:
    """Reports a character that YAML does not allow (YAML 1.2, section 5.1); the parser does not say where it is."""
    for number, line in enumerate(lines, 1):
        if found := _NOT_YAML.search(line):
            message = f"the control character U+{ord(found[0]):04X} is not allowed"
            return marks.report(number, found.start() + 1, "yaml/character", message, "remove it")
    return marks.report(0, 0, "yaml/character", "a character that YAML does not allow", "save the file as UTF-8 text")


def _convert(marks: Marked, node: Node, path: Path) -> Data:
    if isinstance(node, ScalarNode):
        text: str = node.value
        return None if text in _NULLS and not node.style else text
    if isinstance(node, SequenceNode):
        return [_convert(marks, item, (*path, index)) for index, item in enumerate(node.value)]
    data: dict[str, Data] = {}
    for key, value in node.value:
        if not isinstance(key, ScalarNode):
            marks.report(*place(key), "yaml/key", "a key must be a word", "write `key: value`")
        elif key.value in data:
            first = next(place(other)[0] for other, _ in node.value if other.value == key.value)
            # A line between them that was left out may have begun the part that this key is in.
            if not any(first < line < place(key)[0] for line in marks.broken):
                message = f"`{key.value}` occurs twice here, first in line {first}"
                marks.report(*place(key), "yaml/duplicate-key", message, "keep one of them")
        else:
            data[key.value] = _convert(marks, value, (*path, key.value))
    for name in [name for name, value in data.items() if value is None]:
        marks.empty.add((*path, name))
        del data[name]
    return data
