"""YAML with places as a pydantic model: what is valid is kept, and everything wrong is a Problem on its own line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from kg.core.files import SourceFile
from kg.core.iris import slug
from kg.core.problems import Location, Problem, did_you_mean
from kg.readers.yaml.marks import Document, Marked, Path, compose, marked
from kg.readers.yaml.nodes import Steps, without

MAX_ROUNDS = 200
MAX_SHOWN = 80

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class Format(Generic[Model]):
    """A kind of file that people write."""

    model: type[Model]
    name: str
    """What the file is called, and the family of its rules: `annotation`."""
    start: str
    """What to do about a file that holds nothing."""
    manual: str
    """Where the format is described."""
    parts: Mapping[str, str]
    """What an item of a list is called: `this finding` for `findings`."""


@dataclass(frozen=True)
class Read(Generic[Model]):
    """What could be read of a file, where each part of that stands, and what was wrong.

    `written` is the file as it was written, with the parts that had to be left out: references are checked on it, so
    that one mistake is not reported as a second one.
    """

    value: Model | None
    marks: Marked
    written: Marked
    problems: tuple[Problem, ...]


def read_model(file: SourceFile, form: Format[Model]) -> Read[Model]:
    """Reads one file; parts that are not valid are reported and left out, the rest is kept."""
    document = compose(file.name, file.text)
    marks = written = marked(document)
    problems = list(document.problems)
    if document.root is None or not isinstance(marks.data, dict):
        if not problems:
            problems.append(
                Problem(Location(file.name, 1, 1), f"{form.name}/empty", f"this file holds no {form.name}", form.start)
            )
        return Read(None, marks, written, tuple(problems))
    told = _Teller(form, marks)
    problems += [
        told.unknown_key(path) for path in sorted(marks.empty, key=str) if path[-1] not in told.fields_at(path[:-1])
    ]
    value: Model | None = None
    for number in range(MAX_ROUNDS):
        try:
            value = form.model.model_validate(marks.data)
            break
        except ValidationError as error:
            found = [(_path(marks, item["loc"]), item) for item in error.errors(include_url=False)]
        if number == 0:  # later rounds only meet what leaving parts out has caused
            problems += [
                told.problem(path, dict(item))
                for path, item in found
                if not _broken(document, marks, path) and not _follows(path, item["type"], found)
            ]
        rest = without(document.root, [path for path, _ in found])
        if rest is document.root:
            break
        document.root = rest
        marks = marked(document)
    return Read(value, marks, written, tuple(problems))


def _path(marks: Marked, loc: tuple[int | str, ...]) -> Path:
    """The path in the file of a pydantic location, which also names union members and missing fields."""
    path: Path = ()
    for step in loc:
        if marks.node((*path, step)) is not None:
            path = (*path, step)
    return path


def _follows(path: Path, kind: str, found: list[tuple[Path, Any]]) -> bool:
    """Whether a list is too short only because what is in it is wrong."""
    return kind == "too_short" and any(len(other) > len(path) and other[: len(path)] == path for other, _ in found)


def _broken(document: Document, marks: Marked, path: Path) -> bool:
    """Whether a line inside the part was left out because it is not YAML, so that nothing sure can be said of it."""
    if not document.broken or not path:
        return bool(document.broken)
    start, end = marks.locate(path).line, marks.end(path)
    # Of a part of several lines the first may be the one that was left out.
    return any(start - (end > start) <= line <= end for line in document.broken)


_WANTED = {
    "tuple_type": ("a list", "write it in brackets: [{}]"),
    "int_parsing": ("a whole number", "write it in digits"),
    "value_error": ("a date", "write it as 2026-11-23"),
    "date_type": ("a date", "write it as 2026-11-23"),
    "model_type": ("a part with keys of its own", "write `key: value` lines below it"),
    "model_attributes_type": ("a part with keys of its own", "write `key: value` lines below it"),
    "string_type": ("text", "write it on one line, in quotes if it holds `: ` or begins with a special character"),
    "greater_than_equal": ("a count", "a count is 0 or more"),
}
"""What a pydantic error of the type says to a person: what is wanted, and what to do."""


class _Teller:
    """Says what is wrong in the words of the format."""

    def __init__(self, form: Format[Any], marks: Marked) -> None:
        self.form, self.marks = form, marks

    def problem(self, path: Path, item: dict[str, Any]) -> Problem:
        kind, last = str(item["type"]), str(item["loc"][-1]) if item["loc"] else ""
        where, family = self.marks.locate(path), self.form.name
        if kind == "missing":  # also when the key is there without a value: then the key has a place
            owner = path[:-1] if path and path[-1] == last else path
            return Problem(
                where, f"{family}/missing-field", f"{self.owner(owner)} has no `{last}`", self.field_hint(item["loc"])
            )
        if kind == "extra_forbidden":
            return self.unknown_key(path)
        value = _shown(item.get("input"))
        if kind == "literal_error":
            allowed = [word.strip("'") for word in str(item["ctx"]["expected"]).replace(" or ", ", ").split(", ")]
            return Problem(
                where,
                f"{family}/unknown-value",
                f"`{value}` is not a value of `{last}`",
                did_you_mean(value, allowed, f"one of {', '.join(allowed)}"),
            )
        if kind == "string_pattern_mismatch":
            return Problem(
                where, f"{family}/bad-id", f"`{value}` is not an id", f"letters, digits, - and _, as in `{slug(value)}`"
            )
        if kind in ("too_short", "string_too_short"):
            what = f"item {int(last) + 1}" if last.isdigit() else f"`{path[-1] if path else last}`"
            return Problem(
                where,
                f"{family}/empty-field",
                f"{what} of {self.owner(path[:-1])} is empty",
                self.field_hint(item["loc"]),
            )
        if kind in _WANTED:
            hint = _WANTED[kind][1].format(value if isinstance(item.get("input"), str) else "…")
            return Problem(where, f"{family}/invalid", f"`{value}` is not {_WANTED[kind][0]}", f"`{last}`: {hint}")
        return Problem(
            where,
            f"{family}/invalid",
            f"`{value}`: {item['msg'][:1].lower()}{item['msg'][1:]}",
            self.field_hint(item["loc"]),
        )

    def unknown_key(self, path: Path) -> Problem:
        known, key = self.fields_at(path[:-1]), str(path[-1])
        return Problem(
            self.marks.locate_key(path),
            f"{self.form.name}/unknown-key",
            f"{self.owner(path[:-1])} has no key `{key}`",
            did_you_mean(key, known, f"known keys: {', '.join(known)}"),
        )

    def owner(self, path: Path) -> str:
        """What a person calls the part at `path`."""
        for step in reversed(path):
            if isinstance(step, str):
                return self.form.parts.get(step, f"`{step}`")
        return f"the {self.form.name}"

    def models_on(self, steps: Steps) -> Iterator[type[BaseModel]]:
        """The models of the file that the steps lead through, outermost first."""
        model: type[BaseModel] = self.form.model
        yield model
        for step in steps:
            field = model.model_fields.get(step) if isinstance(step, str) else None
            inner = _part_in(field.annotation) if field else None
            if inner:
                model = inner
                yield model

    def fields_at(self, path: Path) -> list[str]:
        return list(list(self.models_on(path))[-1].model_fields)

    def field_hint(self, loc: Steps) -> str:
        """The description of the field that an error is about, from the models."""
        name = next((step for step in reversed(loc) if isinstance(step, str)), "")
        for model in reversed(list(self.models_on(tuple(loc)))):
            field = model.model_fields.get(name)
            if field:
                return f"`{name}`: {field.description}" if field.description else f"add `{name}: …`"
        return f"see {self.form.manual} for the format"


def _shown(value: object) -> str:
    """What was written, as far as it fits into a message."""
    text = " ".join(str(value).split()) if isinstance(value, str) else "this"
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"


def _part_in(annotation: Any) -> type[BaseModel] | None:
    """The model inside a field's type, such as `tuple[FindingPart, ...]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for found in map(_part_in, get_args(annotation)) if found), None)
