"""Annotation files: YAML with places becomes an `Annotation`, and everything wrong becomes a Problem on its line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from kg.iris import slug
from kg.model import Annotation, Part
from kg.problems import Location, Problem, did_you_mean
from kg.sources.files import SourceFile
from kg.sources.yaml_marks import Document, Marked, Path, compose, marked, remove

MAX_BYTES = 4 * 1024 * 1024
MAX_ROUNDS = 200
MAX_SHOWN = 80


@dataclass(frozen=True)
class AnnotationSource:
    """One file: what could be read of it, where each part of that stands, and what was wrong.

    `written` is the file as it was written, with the parts that had to be left out: references are checked on it, so
    that one mistake is not reported as a second one.
    """

    file: SourceFile
    annotation: Annotation | None
    marks: Marked
    problems: tuple[Problem, ...]
    written: Marked

    @property
    def stem(self) -> str:
        """`KEY`, or `KEY.NAME` for a second annotator: what the ids of the file are minted under."""
        return PurePosixPath(self.file.name).name.removesuffix(".yaml")

    @property
    def key(self) -> str:
        """The publication that the file says it annotates, else the one it is named after."""
        named = self.written.data.get("publication") if isinstance(self.written.data, dict) else None
        return named if isinstance(named, str) else self.stem.split(".")[0]


def read_annotation(file: SourceFile) -> AnnotationSource:
    """Reads one annotation file; parts that are not valid are reported and left out, the rest is kept."""
    document = compose(file.name, file.text)
    marks = written = marked(document)
    problems = list(document.problems)
    if document.root is None or not isinstance(marks.data, dict):
        if not problems:
            problems.append(Problem(Location(file.name, 1, 1), "annotation/empty", "this file holds no annotation",
                                    "start one with `kg new KEY`"))
        return AnnotationSource(file, None, marks, tuple(problems), written)
    problems += [_unknown_key(marks, path) for path in sorted(marks.empty, key=str)
                 if path[-1] not in _fields_at(path[:-1])]
    annotation: Annotation | None = None
    for number in range(MAX_ROUNDS):
        try:
            annotation = Annotation.model_validate(marks.data)
            break
        except ValidationError as error:
            found = [(_path(marks, item["loc"]), item) for item in error.errors(include_url=False)]
        if number == 0:  # later rounds only meet what leaving parts out has caused
            problems += [_problem(marks, path, dict(item)) for path, item in found
                         if not _broken(document, marks, path) and not _follows(path, item["type"], found)]
        if not remove(document.root, [path for path, _ in found]):
            break
        marks = marked(document)
    return AnnotationSource(file, annotation, marks, tuple(problems), written)


def _path(marks: Marked, loc: tuple[int | str, ...]) -> Path:
    """The path in the file of a pydantic location, which also names union members and missing fields."""
    path: Path = ()
    for step in loc:
        if (*path, step) in marks.values:
            path = (*path, step)
    return path


def _follows(path: Path, kind: str, found: list[tuple[Path, Any]]) -> bool:
    """Whether a list is too short only because what is in it is wrong."""
    return kind == "too_short" and any(len(other) > len(path) and other[: len(path)] == path for other, _ in found)


def _broken(document: Document, marks: Marked, path: Path) -> bool:
    """Whether a line inside the part was left out because it is not YAML, so that nothing sure can be said of it."""
    if not document.broken or not path:
        return bool(document.broken)
    start, end = marks.locate(path).line, marks.ends.get(path, 0)
    # Of a part of several lines the first may be the one that was left out.
    return any(start - (end > start) <= line <= end for line in document.broken)


def _problem(marks: Marked, path: Path, item: dict[str, Any]) -> Problem:
    kind, last = str(item["type"]), str(item["loc"][-1]) if item["loc"] else ""
    where = marks.locate(path)
    if kind == "missing":  # also when the key is there without a value: then the key has a place
        owner = path[:-1] if path and path[-1] == last else path
        return Problem(where, "annotation/missing-field", f"{_owner(owner)} has no `{last}`", _field_hint(item["loc"]))
    if kind == "extra_forbidden":
        return _unknown_key(marks, path)
    value = _shown(item.get("input"))
    if kind == "literal_error":
        allowed = [word.strip("'") for word in str(item["ctx"]["expected"]).replace(" or ", ", ").split(", ")]
        return Problem(where, "annotation/unknown-value", f"`{value}` is not a value of `{last}`",
                       did_you_mean(value, allowed, f"one of {', '.join(allowed)}"))
    if kind == "string_pattern_mismatch":
        return Problem(where, "annotation/bad-id", f"`{value}` is not an id",
                       f"letters, digits, - and _, as in `{slug(value)}`")
    if kind in ("too_short", "string_too_short"):
        what = f"item {int(last) + 1}" if last.isdigit() else f"`{path[-1] if path else last}`"
        message = f"{what} of {_owner(path[:-1])} is empty"
        return Problem(where, "annotation/empty-field", message, _field_hint(item["loc"]))
    if kind in _WANTED:
        hint = _WANTED[kind][1].format(value if isinstance(item.get("input"), str) else "…")
        return Problem(where, "annotation/invalid", f"`{value}` is not {_WANTED[kind][0]}", f"`{last}`: {hint}")
    return Problem(where, "annotation/invalid", f"`{value}`: {item['msg'][:1].lower()}{item['msg'][1:]}",
                   _field_hint(item["loc"]))


def _shown(value: object) -> str:
    """What was written, as far as it fits into a message."""
    text = " ".join(str(value).split()) if isinstance(value, str) else "this"
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"


def _unknown_key(marks: Marked, path: Path) -> Problem:
    known, key = _fields_at(path[:-1]), str(path[-1])
    return Problem(marks.keys[path], "annotation/unknown-key", f"{_owner(path[:-1])} has no key `{key}`",
                   did_you_mean(key, known, f"known keys: {', '.join(known)}"))


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

_NAMES = {
    "findings": "this finding", "evidence": "this piece of evidence", "counts": "this count", "links": "this link",
    "relations": "this relation", "citations": "this citation", "participants": "this participant",
    "cases": "this case", "themes": "this theme", "instrument": "this question", "curation_notes": "this curation note",
    "codes": "this code", "research_questions": "this research question", "limitations": "this limitation",
}  # fmt: skip


def _owner(path: Path) -> str:
    """What a person calls the part at `path`."""
    for step in reversed(path):
        if isinstance(step, str):
            return _NAMES.get(step, f"`{step}`")
    return "the annotation"


def _models_on(steps: Path) -> Iterator[type[Part]]:
    """The models of the annotation that the steps lead through, outermost first."""
    model: type[Part] = Annotation
    yield model
    for step in steps:
        field = model.model_fields.get(step) if isinstance(step, str) else None
        inner = _part_in(field.annotation) if field else None
        if inner:
            model = inner
            yield model


def _part_in(annotation: Any) -> type[Part] | None:
    """The `Part` class inside a field's type, such as `tuple[FindingPart, ...]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation if issubclass(annotation, Part) else None
    return next((found for found in map(_part_in, get_args(annotation)) if found), None)


def _fields_at(path: Path) -> list[str]:
    return list(list(_models_on(path))[-1].model_fields)


def _field_hint(loc: tuple[int | str, ...]) -> str:
    """The description of the field that an error is about, from the models."""
    name = next((step for step in reversed(loc) if isinstance(step, str)), "")
    for model in reversed(list(_models_on(tuple(loc)))):
        field = model.model_fields.get(name)
        if field:
            return f"`{name}`: {field.description}" if field.description else f"add `{name}: …`"
    return "see CONTRIBUTING.md for the format"


def json_schema() -> str:
    """The JSON Schema of an annotation file, for editors; the models are its one definition."""
    schema = Annotation.model_json_schema() | {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return json.dumps(schema, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
