"""Annotation files: YAML becomes an `Annotation`, and every mistake a problem with its place."""

from __future__ import annotations

import json
from functools import cached_property

from kg.core.files import SourceFile
from kg.model.annotation import Annotation
from kg.readers.walk import Mentions, mentions_in
from kg.readers.yaml.model import Format, YamlSource

SCHEMA = "annotation.schema.json"
"""The JSON Schema beside the annotations, for editors."""
MAX_BYTES = 4 * 1024 * 1024

_PARTS = {
    "findings": "this finding", "evidence": "this piece of evidence", "counts": "this count", "links": "this link",
    "relations": "this relation", "citations": "this citation", "participants": "this participant",
    "cases": "this case", "themes": "this theme", "instrument": "this question", "curation_notes": "this curation note",
    "codes": "this code", "research_questions": "this research question", "limitations": "this limitation",
}  # fmt: skip


class AnnotationSource(YamlSource[Annotation]):
    """One annotation file. Its stem is `KEY`, or `KEY.NAME` for a second annotator; the ids in it contain the stem."""

    form = Format(Annotation, "annotation", "start one with `kg new KEY`", "CONTRIBUTING.md", _PARTS)

    @property
    def annotation(self) -> Annotation | None:
        """What could be read; None when nothing could."""
        return self.value

    @cached_property
    def named(self) -> Mentions:
        """The concepts, works, ids and quotations that it contains."""
        return mentions_in(self.written.data)

    @property
    def key(self) -> str:
        """The publication that the file says it annotates, else the one it is named after."""
        named = self._text("publication")
        return self.stem.split(".")[0] if named is None else named

    @property
    def supersedes(self) -> str:
        """The stem of the annotation that the file says it replaces; empty when it replaces none."""
        return (self._text("supersedes") or "").strip()

    def _text(self, key: str) -> str | None:
        value = self.written.data.get(key) if isinstance(self.written.data, dict) else None
        return value if isinstance(value, str) else None


def read_annotation(file: SourceFile) -> AnnotationSource:
    """The annotation in a file; parts that are not valid are reported and left out, the rest is kept."""
    return AnnotationSource.read(file)


def json_schema() -> str:
    """The JSON Schema of an annotation file, for editors; it is generated from the models."""
    schema = Annotation.model_json_schema() | {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return json.dumps(schema, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
