"""Walks over an annotation as it was written: every place that names a concept, a work, an id or a quotation.

They go by the names of keys and not by the validated parts, so that a part that is not valid hides nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from kg.model.bibliography import ConceptKind
from kg.readers.yaml.marks import Data, Path

Items = list[tuple[Path, str]]
Mapping = dict[str, Data]

_CONCEPTS: dict[str, ConceptKind] = {
    "practice": "practice", "practices": "practice", "absent_practices": "practice", "code": "practice",
    "challenge": "challenge", "challenges": "challenge", "approaches": "approach", "methods": "method",
    "contexts": "context",
}  # fmt: skip
_WORKS = ("work", "attributed_to", "includes_primary_studies", "publication")
_NAMING = frozenset({*_CONCEPTS, *_WORKS, "quote"})
"""The keys that name something; the publication is named by that of the file itself."""
_IDS = {
    "findings": "finding", "participants": "participant", "cases": "case", "themes": "theme", "evidence": "evidence",
    "counts": "count", "curation_notes": "curation note", "research_questions": "research question",
    "limitations": "limitation",
}  # fmt: skip
"""What the parts of a list are called whose ids must differ."""

NOTED = frozenset(_IDS.values())
"""What a curation note can be about by its id."""

_WANTED = {
    "participants": ("case", "case"), "instrument": ("theme", "theme"), "findings": ("theme", "theme"),
    "citations": ("about", "finding"), "relations": ("finding", "finding"), "evidence": ("said_by", "participant"),
}  # fmt: skip
"""In the parts of which list which key refers to the id of what."""

_TOLD = {"instrument": ("question", "theme", "number"), "citations": ("citation", "work", "reason", "about"),
         "codes": ("code", "code")}  # fmt: skip
"""What the parts of a list are that have no id, and the keys that tell them apart."""


@dataclass
class Named:
    """What an annotation names and where, outermost first."""

    concepts: list[tuple[ConceptKind, Path, str]] = field(default_factory=list)
    works: Items = field(default_factory=list)
    """BibTeX keys."""
    quotations: Items = field(default_factory=list)
    note_targets: Items = field(default_factory=list)
    """What curation notes are about."""
    given: list[tuple[str, Path, str]] = field(default_factory=list)
    """Every id that the file gives: of what, where, and the id. What has no id of its own is told by its content."""
    wanted: list[tuple[str, Path, str]] = field(default_factory=list)
    """Every id that the file refers to: of what, where, and the id."""


def named_in(data: Data) -> Named:
    """What the annotation names, as it was written."""
    named = Named()
    _visit(data, (), "", named)
    return named


def _visit(data: Data, path: Path, owner: str, named: Named) -> None:
    """Notes what stands in a part, and then in its parts; `owner` is the name of the list that it is an item of."""
    if isinstance(data, dict):
        parts = _note(data, path, owner, named)
        for key in parts:
            _visit(data[key], (*path, key), "", named)
    elif isinstance(data, list):
        name = str(path[-1]) if path else ""
        for index, item in enumerate(data):
            if not isinstance(item, str):
                _visit(item, (*path, index), name, named)


def _note(part: Mapping, path: Path, owner: str, named: Named) -> list[str]:
    """Notes what a mapping itself names, and gives the keys of its parts."""
    parts = []
    for key, value in part.items():
        if not isinstance(value, str):
            parts.append(key)
        if key not in _NAMING:
            continue
        if key in _CONCEPTS:
            kind = _CONCEPTS[key]
            named.concepts += [(kind, where, slug) for where, slug in _texts((*path, key), value)]
        elif key == "quote":
            named.quotations += _texts((*path, key), value)
        elif key != "publication" or not path:
            named.works += _texts((*path, key), value)
    if owner:
        _note_ids(part, path, owner, named)
    if "evidence" in parts:
        named.wanted += [("evidence", *found) for found in _texts((*path, "evidence"), part["evidence"])]
    return parts


def _note_ids(part: Mapping, path: Path, owner: str, named: Named) -> None:
    """Notes the ids that the item of a list gives and refers to."""
    given = part.get("id")
    if owner in _IDS and isinstance(given, str):
        named.given.append((_IDS[owner], (*path, "id"), given))
    if owner in _TOLD:
        what, *fields = _TOLD[owner]
        named.given.append((what, path, " ".join(str(part[field]) for field in fields if part.get(field))))
    if owner == "findings":
        named.given += _relations(path, part)
    if owner == "curation_notes":
        named.note_targets += _texts((*path, "about"), part.get("about"))
    if owner in _WANTED:
        key, of = _WANTED[owner]
        named.wanted += [(of, where, wanted) for where, wanted in _texts((*path, key), part.get(key))]


def _texts(path: Path, value: Data) -> Items:
    """A text, or the texts in a list."""
    if isinstance(value, str):
        return [(path, value)]
    items = value if isinstance(value, list) else []
    return [((*path, index), item) for index, item in enumerate(items) if isinstance(item, str)]


def _relations(path: Path, finding: Mapping) -> Iterator[tuple[str, Path, str]]:
    relations = finding.get("relations")
    for index, relation in enumerate(relations if isinstance(relations, list) else []):
        if isinstance(relation, dict):
            told = [str(value) for value in (finding.get("id"), relation.get("type"), relation.get("finding")) if value]
            yield "relation", (*path, "relations", index), " ".join(told)
