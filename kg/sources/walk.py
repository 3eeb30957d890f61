"""Walks over an annotation as it was written: every place that names a concept, a work, an id or a quotation.

They go by the names of keys and not by the validated parts, so that a part that is not valid hides nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kg.sources.yaml_marks import Data, Path
from kg.values import ConceptKind

Items = Iterator[tuple[Path, str]]
Mapping = dict[str, Data]

_CONCEPTS: dict[str, ConceptKind] = {
    "practice": "practice", "practices": "practice", "absent_practices": "practice", "code": "practice",
    "challenge": "challenge", "challenges": "challenge", "approaches": "approach", "methods": "method",
    "contexts": "context",
}  # fmt: skip
_WORKS = ("work", "attributed_to", "includes_primary_studies")
_IDS = {
    "findings": "finding", "participants": "participant", "cases": "case", "themes": "theme", "evidence": "evidence",
    "counts": "count", "curation_notes": "curation note", "research_questions": "research question",
    "limitations": "limitation",
}  # fmt: skip
"""What the parts of a list are called whose ids must differ."""

NOTED = frozenset(_IDS.values())
"""What a curation note can be about by its id."""

_WANTED = (
    ("participants", "case", "case"), ("instrument", "theme", "theme"), ("findings", "theme", "theme"),
    ("citations", "about", "finding"), ("relations", "finding", "finding"), ("evidence", "said_by", "participant"),
)  # fmt: skip
"""In the parts of which list which key refers to the id of what."""


def mappings(data: Data) -> list[tuple[Path, Mapping]]:
    """Every mapping in the file with its path, outermost first."""
    if _last[0] is not data:  # each check walks over the same file again
        _last[:] = [data, list(_walk(data))]
    found: list[tuple[Path, Mapping]] = _last[1]
    return found


_last: list[Any] = [None, []]


def _walk(data: Data) -> Iterator[tuple[Path, Mapping]]:
    left: list[tuple[Path, Data]] = [((), data)]
    while left:
        path, part = left.pop()
        if isinstance(part, dict):
            yield path, part
            left += [((*path, key), value) for key, value in reversed(part.items()) if isinstance(value, dict | list)]
        elif isinstance(part, list):
            left += [((*path, index), part[index]) for index in range(len(part) - 1, -1, -1)
                     if isinstance(part[index], dict | list)]


def _texts(path: Path, value: Data) -> Items:
    """A text, or the texts in a list."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, list):
        for index, item in enumerate(value):
            if isinstance(item, str):
                yield (*path, index), item


def _list_of(path: Path) -> str:
    """The name of the list that the part at `path` stands in."""
    return str(path[-2]) if len(path) > 1 and isinstance(path[-1], int) else ""


def concepts_named(data: Data) -> Iterator[tuple[ConceptKind, Path, str]]:
    """Every concept that the annotation names."""
    for path, part in mappings(data):
        for key, value in part.items():
            if key in _CONCEPTS:
                yield from ((_CONCEPTS[key], where, slug) for where, slug in _texts((*path, key), value))


def works_named(data: Data) -> Items:
    """Every BibTeX key that the annotation names."""
    for path, part in mappings(data):
        for key, value in part.items():
            if key in _WORKS or (key == "publication" and not path):
                yield from _texts((*path, key), value)


def quotations(data: Data) -> Items:
    """Every quotation."""
    for path, part in mappings(data):
        if "quote" in part:
            yield from _texts((*path, "quote"), part["quote"])


def note_targets(data: Data) -> Items:
    """Everything that a curation note is about."""
    for path, part in mappings(data):
        if _list_of(path) == "curation_notes":
            yield from _texts((*path, "about"), part.get("about"))


def given_ids(data: Data) -> Iterator[tuple[str, Path, str]]:
    """Every id that the file gives: of what, where, and the id. What has no id of its own is told by its content."""
    for path, part in mappings(data):
        name = _list_of(path)
        given = part.get("id")
        if name in _IDS and isinstance(given, str):
            yield _IDS[name], (*path, "id"), given
        told = _told_by_content(name, part)
        if told:
            yield told[0], path, told[1]
        if name == "findings":
            yield from _relations(path, part)


def _told_by_content(name: str, part: Mapping) -> tuple[str, str] | None:
    keys = {"instrument": ("question", "theme", "number"), "citations": ("citation", "work", "reason", "about"),
            "codes": ("code", "code")}  # fmt: skip
    if name not in keys:
        return None
    what, *fields = keys[name]
    return what, " ".join(str(part[field]) for field in fields if part.get(field))


def _relations(path: Path, finding: Mapping) -> Iterator[tuple[str, Path, str]]:
    relations = finding.get("relations")
    for index, relation in enumerate(relations if isinstance(relations, list) else []):
        if isinstance(relation, dict):
            told = [str(value) for value in (finding.get("id"), relation.get("type"), relation.get("finding")) if value]
            yield "relation", (*path, "relations", index), " ".join(told)


def wanted_ids(data: Data) -> Iterator[tuple[str, Path, str]]:
    """Every id that the file refers to: of what, where, and the id."""
    for path, part in mappings(data):
        for name, key, what in _WANTED:
            if _list_of(path) == name:
                yield from ((what, where, wanted) for where, wanted in _texts((*path, key), part.get(key)))
        if "evidence" in part and isinstance(part["evidence"], list):
            yield from (("evidence", where, wanted) for where, wanted in _texts((*path, "evidence"), part["evidence"]))
