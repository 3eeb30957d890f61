"""Annotation files: YAML becomes an `Annotation`, and every mistake a problem with its place.

The concepts, works, ids and quotations that an annotation mentions are found by the names of keys and not in the
validated parts, so that a mistake in a part hides no other mistake.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from kg.core.kinds import CONCEPTS
from kg.model.annotation import Annotation
from kg.model.bibliography import ConceptKind
from kg.readers.yaml.marks import Data, Path
from kg.readers.yaml.model import Format, YamlSource

SCHEMA = "annotation.schema.json"
"""The JSON Schema beside the annotations, for editors."""
MAX_BYTES = 4 * 1024 * 1024

_PLURALS = (
    "findings evidence counts links effects relations concept_relations citations participants cases themes codes "
    "other_studies "
    "limitations curation_notes research_questions"
)
ITEMS = {name: name.replace("_", " ").removesuffix("s") for name in _PLURALS.split()} | {
    "instrument": "question",
    "other_studies": "study of another work",
}
"""What an item of each list is called."""
_PARTS = {name: f"this {item}" for name, item in ITEMS.items()} | {"evidence": "this piece of evidence"}
_CONCEPTS = {key: kind.name for kind in CONCEPTS for key in kind.keys}
_KINDS = frozenset(kind.name for kind in CONCEPTS)
_NAMED = ("recommends", "source", "target")
"""The keys whose values are concepts as KIND:SLUG."""
_WORKS = ("work", "attributed_to", "stands_in", "includes_primary_studies", "publication")
_MENTIONING = frozenset({*_CONCEPTS, *_NAMED, *_WORKS, "quote"})
"""The keys whose values are concepts, works or quotations; of `publication` only the one of the file itself."""
ITEM_KEYS = {
    "instrument": ("theme", "number"),
    "citations": ("work", "reason", "about"),
    "codes": ("code",),
    "other_studies": ("work",),
}
"""The lists whose items have no id, and the keys that must differ together."""
_WITH_ID = ITEMS.keys() - ITEM_KEYS.keys() - {"links", "effects", "relations", "concept_relations"}
NOTED = frozenset(ITEMS[name] for name in _WITH_ID)
"""What a curation note can be about by its id."""
_WANTED = dict.fromkeys(("instrument", "findings"), ("theme", "theme")) | {
    "participants": ("case", "case"),
    "evidence": ("said_by", "participant"),
    "citations": ("about", "finding"),
    "relations": ("finding", "finding"),
}
"""Per list, the key of its items that refers to an id, and the kind of thing with that id."""

Names = list[tuple[Path, str]]
"""The path of each name and the name."""


@dataclass
class Mentions:
    """The names that an annotation mentions and their places, outermost first.

    `works` are BibTeX keys, and `note_targets` what curation notes are about. `given` are the ids that the file defines
    (for an item without an id, the values that must differ), and `wanted` those it refers to.
    """

    concepts: list[tuple[ConceptKind, Path, str]] = field(default_factory=list)
    works: Names = field(default_factory=list)
    quotations: Names = field(default_factory=list)
    stands_in: dict[Path, str] = field(default_factory=dict)
    """By the path of a quotation: the work that it stands in, if that is not the annotated one."""
    in_sheets: set[Path] = field(default_factory=set)
    """The paths of quotations that are words of the sheet whose row they stand in: no full text has them."""
    note_targets: Names = field(default_factory=list)
    given: list[tuple[str, Path, str]] = field(default_factory=list)
    wanted: list[tuple[str, Path, str]] = field(default_factory=list)

    def visit(self, data: Data, path: Path = (), owner: str = "") -> None:
        """Collects from a part and the parts in it; `owner` is the name of the list that the part is an item of."""
        if isinstance(data, list):
            name = str(path[-1]) if path else ""
            for index, item in enumerate(data):
                if not isinstance(item, str):
                    self.visit(item, (*path, index), name)
        elif isinstance(data, dict):
            self._collect(data, path)
            if owner:
                self._collect_ids(data, path, owner)
            parts = [key for key, value in data.items() if not isinstance(value, str)]
            if "evidence" in parts:
                self.wanted += [("evidence", *text) for text in _texts((*path, "evidence"), data["evidence"])]
            for key in parts:
                self.visit(data[key], (*path, key))

    def _collect(self, part: dict[str, Data], path: Path) -> None:
        for key in filter(_MENTIONING.__contains__, part):
            texts = _texts((*path, key), part[key])
            if key in _CONCEPTS:
                self.concepts += [(_CONCEPTS[key], where, slug) for where, slug in texts]
            elif key in _NAMED:
                named = [(where, *text.partition(":")) for where, text in texts]
                self.concepts += [(kind, where, slug) for where, kind, colon, slug in named if colon and kind in _KINDS]
            elif key == "quote":
                self.quotations += texts
                if isinstance(work := part.get("stands_in"), str):
                    self.stands_in |= dict.fromkeys((where for where, _ in texts), work.strip())
                elif part.get("row"):
                    self.in_sheets |= {where for where, _ in texts}
            elif key != "publication" or not path:
                self.works += texts

    def _collect_ids(self, part: dict[str, Data], path: Path, owner: str) -> None:
        given, relations = part.get("id"), part.get("relations")
        if owner in _WITH_ID and isinstance(given, str):
            self.given.append((ITEMS[owner], (*path, "id"), given))
        if owner in ITEM_KEYS:
            self.given.append((ITEMS[owner], path, _joined(part.get(key) for key in ITEM_KEYS[owner])))
        if owner == "findings" and isinstance(relations, list):
            for index, relation in enumerate(relations):
                if isinstance(relation, dict):
                    name = _joined([given, relation.get("type"), relation.get("finding")])
                    self.given.append(("relation", (*path, "relations", index), name))
        if owner == "curation_notes":
            self.note_targets += _texts((*path, "about"), part.get("about"))
        if owner in _WANTED:
            key, of = _WANTED[owner]
            self.wanted += [(of, where, wanted) for where, wanted in _texts((*path, key), part.get(key))]


def _texts(path: Path, value: Data) -> Names:
    """A text, or the texts in a list."""
    if isinstance(value, str):
        return [(path, value)]
    items = value if isinstance(value, list) else []
    return [((*path, index), item) for index, item in enumerate(items) if isinstance(item, str)]


def _joined(values: Iterable[Data]) -> str:
    return " ".join(str(value) for value in values if value)


class AnnotationSource(YamlSource[Annotation]):
    """One annotation file. Its stem is `KEY`, or `KEY.NAME` for a second annotator; the ids in it contain the stem."""

    form = Format(Annotation, "annotation", "start one with `kg new KEY`", "CONTRIBUTING.md", _PARTS)

    @property
    def annotation(self) -> Annotation | None:
        """The valid parts; None if there are none."""
        return self.value

    @cached_property
    def named(self) -> Mentions:
        """The concepts, works, ids and quotations that it mentions, as written."""
        found = Mentions()
        found.visit(self.written.data)
        return found

    @property
    def key(self) -> str:
        """The publication that the file says it annotates, else the one it is named after."""
        named = self._text("publication")
        return self.stem.split(".")[0] if named is None else named

    @property
    def supersedes(self) -> Names:
        """The stems of the annotations that the file says it replaces, with their paths."""
        data = self.written.data
        named = _texts(("supersedes",), data.get("supersedes")) if isinstance(data, dict) else []
        return [(path, name.strip()) for path, name in named if name.strip()]

    def _text(self, key: str) -> str | None:
        value = self.written.data.get(key) if isinstance(self.written.data, dict) else None
        return value if isinstance(value, str) else None


read_annotation = AnnotationSource.read
"""The annotation in a file; parts that are not valid are reported and left out, the rest is kept."""


def json_schema() -> str:
    """The JSON Schema of an annotation file, for editors."""
    schema = Annotation.model_json_schema() | {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return json.dumps(schema, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
