"""Annotation files: YAML with places becomes an `Annotation`, and everything wrong becomes a Problem on its line."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

from kg.core.files import SourceFile
from kg.core.problems import Problem
from kg.model.annotation import Annotation
from kg.readers.walk import Named, named_in
from kg.readers.yaml.marks import Marked
from kg.readers.yaml.model import Format, read_model

SCHEMA = "annotation.schema.json"
"""The JSON Schema beside the annotations, which editors are pointed at."""
MAX_BYTES = 4 * 1024 * 1024

FORMAT = Format(Annotation, "annotation", "start one with `kg new KEY`", "CONTRIBUTING.md", {
    "findings": "this finding", "evidence": "this piece of evidence", "counts": "this count", "links": "this link",
    "relations": "this relation", "citations": "this citation", "participants": "this participant",
    "cases": "this case", "themes": "this theme", "instrument": "this question", "curation_notes": "this curation note",
    "codes": "this code", "research_questions": "this research question", "limitations": "this limitation",
})  # fmt: skip


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

    @cached_property
    def stem(self) -> str:
        """`KEY`, or `KEY.NAME` for a second annotator: what the ids of the file are minted under."""
        return PurePosixPath(self.file.name).name.removesuffix(".yaml")

    @cached_property
    def named(self) -> Named:
        """What it names, of which each check asks another part."""
        return named_in(self.written.data)

    @property
    def key(self) -> str:
        """The publication that the file says it annotates, else the one it is named after."""
        named = self.written.data.get("publication") if isinstance(self.written.data, dict) else None
        return named if isinstance(named, str) else self.stem.split(".")[0]

    @property
    def supersedes(self) -> str:
        """The stem of the annotation that the file says it replaces; empty when it replaces none."""
        named = self.written.data.get("supersedes") if isinstance(self.written.data, dict) else None
        return named.strip() if isinstance(named, str) else ""


def read_annotation(file: SourceFile) -> AnnotationSource:
    """Reads one annotation file; parts that are not valid are reported and left out, the rest is kept."""
    read = read_model(file, FORMAT)
    return AnnotationSource(file, read.value, read.marks, read.problems, read.written)


def json_schema() -> str:
    """The JSON Schema of an annotation file, for editors; the models are its one definition."""
    schema = Annotation.model_json_schema() | {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return json.dumps(schema, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
