"""YAML files as pydantic models: valid parts are kept, and everything wrong becomes a problem on its own line."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, ClassVar, Generic, Self, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from yaml.nodes import CollectionNode, Node, SequenceNode

from kg.core.files import SourceFile
from kg.core.iris import slug
from kg.core.problems import Location, Problem, brief, did_you_mean
from kg.readers.yaml.marks import Marked, Path, child, cut_texts, place, read_yaml

MAX_ROUNDS = 200
MAX_SHOWN = 80

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class Format(Generic[Model]):
    """A kind of YAML file that people write.

    `name` is also the family of its rules, `start` the hint for an empty file, `manual` the page that describes the
    format, and `parts` what messages call an item of a list, such as `this finding` for `findings`. `content` is what a
    file contains, if not one of its `name`; `meant` has keys that people write instead of those of the file.
    """

    model: type[Model]
    name: str
    start: str
    manual: str
    parts: Mapping[str, str]
    content: str = ""
    meant: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class YamlSource(Generic[Model]):
    """What was read from a YAML file, with its places and problems. Each format has a subclass.

    `marks` has the data without the parts that are not valid, `written` the data with them: references are checked on
    `written`, so that one mistake is not reported as a second one.
    """

    form: ClassVar[Format[Any]]

    file: SourceFile
    value: Model | None
    marks: Marked
    problems: tuple[Problem, ...]
    written: Marked

    @property
    def stem(self) -> str:
        """The name of the file without its folder and `.yaml`."""
        return PurePosixPath(self.file.name).name.removesuffix(".yaml")

    @classmethod
    def read(cls, file: SourceFile) -> Self:
        """The file as its format describes it; parts that are not valid are reported and left out."""
        form, marks = cls.form, read_yaml(file.name, file.text)
        written, root = marks, marks.root
        problems = list(marks.problems)
        problems += cut_texts(marks, file.text) if " #" in file.text else ()
        if root is None or not isinstance(marks.data, dict):
            if not problems:
                where, rule = Location(file.name, 1, 1), f"{form.name}/empty"
                problems.append(Problem(where, rule, f"this file contains no {form.content or form.name}", form.start))
            return cls(file, None, marks, tuple(problems), written)
        explain = _Explanations(form, marks)
        unknown = [path for path in sorted(marks.empty, key=str) if path[-1] not in explain.fields_at(path[:-1])]
        problems += map(explain.unknown_key, unknown)
        value = None
        for number in range(MAX_ROUNDS):
            try:
                value = form.model.model_validate(marks.data)
                break
            except ValidationError as error:
                found = [(_path(marks, item["loc"]), item) for item in error.errors(include_url=False)]
            if number == 0:  # later rounds only find what leaving parts out has caused
                problems += [
                    explain.problem(path, dict(item))
                    for path, item in found
                    if not _broken(written, path) and not _follows(path, item["type"], found)
                ]
            rest = _without(root, [path for path, _ in found])
            if rest is root:
                break
            marks, root = marks.with_root(rest), rest
        return cls(file, value, marks, tuple(problems), written)


def _path(marks: Marked, loc: tuple[int | str, ...]) -> Path:
    """The path in the file of a pydantic location, which also names union members and missing fields."""
    path: Path = ()
    for step in loc:
        if marks.node((*path, step)) is not None:
            path = (*path, step)
    return path


def _follows(path: Path, kind: str, found: list[tuple[Path, Any]]) -> bool:
    """Whether a list is too short only because its items are wrong."""
    return kind == "too_short" and any(len(other) > len(path) and other[: len(path)] == path for other, _ in found)


def _broken(marks: Marked, path: Path) -> bool:
    """Whether a line inside the part was left out because it is not YAML, so that the part may be fine."""
    node = marks.node(path)
    if not marks.broken or not path or node is None:
        return bool(marks.broken)
    # A block ends where the next thing begins, and the line left out may be its first one.
    start, block = place(node)[0], isinstance(node, CollectionNode) and not node.flow_style
    end = node.end_mark.line + (0 if block else 1)
    return any(start - (end > start) <= line <= end for line in marks.broken)


def _without(root: Node, paths: Iterable[Path]) -> Node:
    """The tree without the smallest list item around each path, or else its top-level key; `root` when that is all."""
    doomed: set[int] = set()
    around: set[int] = set()
    for trail in [nodes_on(root, path) for path in paths]:
        depth = next((n for n in range(len(trail) - 1, 0, -1) if isinstance(trail[n - 1], SequenceNode)), 1)
        if len(trail) > 1:
            doomed.add(id(trail[depth]))
            around.update(map(id, trail[:depth]))

    def pruned(node: Node) -> Node:
        if id(node) not in around:
            return node
        rest = copy.copy(node)
        if isinstance(node, SequenceNode):
            rest.value = [pruned(item) for item in node.value if id(item) not in doomed]
        else:
            rest.value = [(key, pruned(value)) for key, value in node.value if id(value) not in doomed]
        return rest

    return pruned(root)


def nodes_on(root: Node, path: Path) -> list[Node]:
    """The root and every node on the way to `path`, as far as they exist."""
    nodes = [root]
    for step in path:
        if (node := child(nodes[-1], step)) is None:
            break
        nodes.append(node)
    return nodes


_WANTED = {
    "tuple_type": ("a list", "write it in brackets: [{}]"),
    "int_parsing": ("a whole number", "write it in digits"),
    "value_error": ("a date", "write it as 2026-11-23"),
    "date_type": ("a date", "write it as 2026-11-23"),
    "model_type": ("a part with keys of its own", "write `key: value` lines below it"),
    "model_attributes_type": ("a part with keys of its own", "write `key: value` lines below it"),
    "string_type": ("text", "write it on one line, in quotes if it contains `: ` or begins with a special character"),
    "greater_than_equal": ("a count", "a count is 0 or more"),
}
"""What is expected where pydantic reports an error of the type, and a hint."""


class _Explanations:
    """Pydantic's errors in the words of the format."""

    def __init__(self, form: Format[Any], marks: Marked) -> None:
        self.form, self.marks = form, marks

    def problem(self, path: Path, item: dict[str, Any]) -> Problem:
        kind, last = str(item["type"]), str(item["loc"][-1]) if item["loc"] else ""
        given = item.get("input")
        value = brief(" ".join(given.split()), MAX_SHOWN) if isinstance(given, str) else "this"
        rule, hint = "invalid", self.field_hint(item["loc"])
        if kind == "extra_forbidden":
            return self.unknown_key(path)
        if kind == "missing":  # also when the key is there without a value: then the place is that of the key
            rule = "missing-field"
            message = f"{self.owner(path[:-1] if path and path[-1] == last else path)} has no `{last}`"
        elif kind == "literal_error":
            allowed = re.findall(r"'([^']*)'", str(item["ctx"]["expected"]))
            rule, message = "unknown-value", f"`{value}` is not a value of `{last}`"
            comma = "; " if any("," in word for word in allowed) else ", "
            hint = did_you_mean(value, allowed, f"one of {comma.join(allowed)}")
        elif kind == "string_pattern_mismatch":
            rule, message = "bad-id", f"`{value}` is not an id"
            if kinds := re.match(r"\^\(([\w|-]+)\):", item["ctx"]["pattern"]):
                message, hint = f"`{value}` is not KIND:SLUG", f"the kind is one of {kinds[1].replace('|', ', ')}"
            else:
                hint = f"letters, digits, - and _, as in `{slug(value)}`"
        elif kind == "value_error" and isinstance(given, dict):  # a validator of the whole part says what it needs
            message, hint = f"{self.owner(path[:-1])} {item['ctx']['error']}", "give exactly one of these keys"
            rule = "missing-field" if " has no " in message else rule
        elif kind in ("too_short", "string_too_short"):
            what = f"item {int(last) + 1}" if last.isdigit() else f"`{path[-1] if path else last}`"
            rule, message = "empty-field", f"{what} of {self.owner(path[:-1])} is empty"
        elif kind == "value_error" and "error" in (item.get("ctx") or {}) and "regular" in item["msg"]:
            message = f"`{value}` {item['ctx']['error']}"
        elif kind in _WANTED:
            wanted, how = _WANTED[kind]
            message = f"`{value}` is not {wanted}"
            hint = f"`{last}`: {how.format(value if isinstance(given, str) else '…')}"
        else:
            message = f"`{value}`: {item['msg'][:1].lower()}{item['msg'][1:]}"
        return self.marks.problem(path, f"{self.form.name}/{rule}", message, hint)

    def unknown_key(self, path: Path) -> Problem:
        known, key = self.fields_at(path[:-1]), str(path[-1])
        message = f"{self.owner(path[:-1])} has no key `{key}`" if path[:-1] else f"unknown key `{key}`"
        meant = self.form.meant.get(key) if not path[:-1] else None
        hint = did_you_mean(meant or key, known, f"known keys: {', '.join(known)}")
        return Problem(self.marks.locate_key(path), f"{self.form.name}/unknown-key", message, hint)

    def owner(self, path: Path) -> str:
        """What messages call the part at `path`."""
        name = next((step for step in reversed(path) if isinstance(step, str)), "")
        return self.form.parts.get(name, f"`{name}`") if name else f"the {self.form.name}"

    def models_on(self, path: Path) -> list[type[BaseModel]]:
        """The models on the way to `path`, outermost first."""
        models: list[type[BaseModel]] = [self.form.model]
        for step in path:
            field = models[-1].model_fields.get(str(step))
            if field and (inner := _part_in(field.annotation)):
                models.append(inner)
        return models

    def fields_at(self, path: Path) -> list[str]:
        return list(self.models_on(path)[-1].model_fields)

    def field_hint(self, loc: Path) -> str:
        """The description of the field that an error is about, from the models."""
        name = next((step for step in reversed(loc) if isinstance(step, str)), "")
        for model in reversed(self.models_on(loc)):
            field = model.model_fields.get(name)
            if field:
                return f"`{name}`: {field.description}" if field.description else f"add `{name}: …`"
        return f"see {self.form.manual} for the format"


def _part_in(annotation: Any) -> type[BaseModel] | None:
    """The model inside a field's type, such as `tuple[FindingPart, ...]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for found in map(_part_in, get_args(annotation)) if found), None)
