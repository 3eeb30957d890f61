"""The concepts, works, ids and quotations in an annotation as it was written.

They are found by the names of keys and not in the validated parts, so that a mistake in a part hides no other mistake.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from kg.model.bibliography import ConceptKind
from kg.readers.yaml.marks import Data, Path

Items = list[tuple[Path, str]]
KindItems = list[tuple[str, Path, str]]

_CONCEPTS: dict[str, ConceptKind] = {
    "practice": "practice", "practices": "practice", "absent_practices": "practice", "code": "practice",
    "challenge": "challenge", "challenges": "challenge", "approaches": "approach", "methods": "method",
    "contexts": "context",
}  # fmt: skip
_WORKS = ("work", "attributed_to", "includes_primary_studies", "publication")
_NAMING = frozenset({*_CONCEPTS, *_WORKS, "quote"})
"""The keys whose values are concepts, works or quotations; of `publication` only the one of the file itself."""
_IDS = {
    "findings": "finding", "participants": "participant", "cases": "case", "themes": "theme", "evidence": "evidence",
    "counts": "count", "curation_notes": "curation note", "research_questions": "research question",
    "limitations": "limitation",
}  # fmt: skip
"""What the items of a list with unique ids are called."""

NOTED = frozenset(_IDS.values())
"""What a curation note can be about by its id."""

_WANTED = {
    "participants": ("case", "case"), "instrument": ("theme", "theme"), "findings": ("theme", "theme"),
    "citations": ("about", "finding"), "relations": ("finding", "finding"), "evidence": ("said_by", "participant"),
}  # fmt: skip
"""Per list, the key of its items that refers to an id, and the kind of thing with that id."""

_WITHOUT_ID = {"instrument": ("question", "theme", "number"), "citations": ("citation", "work", "reason", "about"),
               "codes": ("code", "code")}  # fmt: skip
"""Per list whose items have no id: what an item is called, and the keys that must differ together."""


@dataclass
class Mentions:
    """What an annotation mentions and where, outermost first."""

    concepts: list[tuple[ConceptKind, Path, str]] = field(default_factory=list)
    works: Items = field(default_factory=list)
    """BibTeX keys."""
    quotations: Items = field(default_factory=list)
    note_targets: Items = field(default_factory=list)
    """What curation notes are about."""
    given: KindItems = field(default_factory=list)
    """Every id that the file defines: of what, where, and the id; for items without an id their key values instead."""
    wanted: KindItems = field(default_factory=list)
    """Every id that the file refers to: of what, where, and the id."""


def mentions_in(data: Data) -> Mentions:
    """What the annotation mentions, as it was written."""
    found = Mentions()
    _visit(data, (), "", found)
    return found


def _visit(data: Data, path: Path, owner: str, found: Mentions) -> None:
    """Collects from a part and the parts in it; `owner` is the name of the list that the part is an item of."""
    if isinstance(data, dict):
        for key in _collect(data, path, owner, found):
            _visit(data[key], (*path, key), "", found)
    elif isinstance(data, list):
        name = str(path[-1]) if path else ""
        for index, item in enumerate(data):
            if not isinstance(item, str):
                _visit(item, (*path, index), name, found)


def _collect(part: dict[str, Data], path: Path, owner: str, found: Mentions) -> list[str]:
    """Collects from a mapping itself, and returns the keys of the parts in it."""
    parts = []
    for key, value in part.items():
        if not isinstance(value, str):
            parts.append(key)
        if key not in _NAMING:
            continue
        if key in _CONCEPTS:
            kind = _CONCEPTS[key]
            found.concepts += [(kind, where, slug) for where, slug in _texts((*path, key), value)]
        elif key == "quote":
            found.quotations += _texts((*path, key), value)
        elif key != "publication" or not path:
            found.works += _texts((*path, key), value)
    if owner:
        _collect_ids(part, path, owner, found)
    if "evidence" in parts:
        found.wanted += [("evidence", *item) for item in _texts((*path, "evidence"), part["evidence"])]
    return parts


def _collect_ids(part: dict[str, Data], path: Path, owner: str, found: Mentions) -> None:
    """Collects the ids that the item of a list defines and refers to."""
    given = part.get("id")
    if owner in _IDS and isinstance(given, str):
        found.given.append((_IDS[owner], (*path, "id"), given))
    if owner in _WITHOUT_ID:
        what, *keys = _WITHOUT_ID[owner]
        found.given.append((what, path, " ".join(str(part[key]) for key in keys if part.get(key))))
    if owner == "findings":
        found.given += _relations(path, part)
    if owner == "curation_notes":
        found.note_targets += _texts((*path, "about"), part.get("about"))
    if owner in _WANTED:
        key, of = _WANTED[owner]
        found.wanted += [(of, where, wanted) for where, wanted in _texts((*path, key), part.get(key))]


def _texts(path: Path, value: Data) -> Items:
    """A text, or the texts in a list."""
    if isinstance(value, str):
        return [(path, value)]
    items = value if isinstance(value, list) else []
    return [((*path, index), item) for index, item in enumerate(items) if isinstance(item, str)]


def _relations(path: Path, finding: dict[str, Data]) -> Iterator[tuple[str, Path, str]]:
    relations = finding.get("relations")
    for index, relation in enumerate(relations if isinstance(relations, list) else []):
        if isinstance(relation, dict):
            keys = (finding.get("id"), relation.get("type"), relation.get("finding"))
            yield "relation", (*path, "relations", index), " ".join(str(value) for value in keys if value)
