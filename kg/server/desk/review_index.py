"""What an annotation refers to: concepts and works of the review; and the problems of one annotation, by its fields."""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.answers.agreement import readings_of
from kg.answers.readings import MatchDecisions
from kg.building.consensus import consensus
from kg.building.reading import (
    Sources,
    files_of_entries,
    read_annotations,
    read_bibliographies,
    read_decisions,
    read_vocabularies,
)
from kg.core.iris import minting
from kg.core.kinds import CONCEPTS
from kg.core.problems import Location, Problem, UsageError
from kg.core.progress import Progress, silent
from kg.model.bibliography import BibliographyEntry
from kg.readers.annotations import MAX_BYTES, AnnotationSource, read_annotation
from kg.readers.formats import ANNOTATIONS, read_file
from kg.readers.references import check_references
from kg.readers.settings import read_settings
from kg.readers.yaml.marks import Path as Place
from kg.readers.yaml.marks import places as places_of
from kg.readers.yaml.marks import read_yaml

_MISSING = re.compile(r"has no `(\w+)`|`(\w+)` of this \w+ is empty")


@dataclass(frozen=True)
class FieldProblem:
    """A problem of the file and the field that it concerns: the id of the finding (empty for the study) and its key."""

    problem: Problem
    finding: str
    path: Place

    def as_json(self) -> dict[str, Any]:
        found = self.problem.as_json()
        return {"finding": self.finding, "path": list(self.path), **found}


class ReviewIndex:
    """The vocabularies and bibliographies of a review, read when the desk starts and after a new concept."""

    def __init__(self, root: Path, progress: Progress = silent) -> None:
        self.root = root
        self._sources = Sources(root)
        progress("reading the bibliography")
        read_bibliographies(self._sources, progress)
        read_decisions(self._sources)
        self._read_vocabularies(progress)

    def _read_vocabularies(self, progress: Progress = silent) -> None:
        progress("reading vocabularies")
        found = Sources(self.root)
        with minting(read_settings(self.root).base):
            read_vocabularies(found)
        self.vocabulary = found.vocabulary
        self._checked: dict[tuple[str, str], list[FieldProblem]] = {}

    def reread_vocabularies(self) -> None:
        """Reads the vocabularies again, which contain a new concept."""
        self._read_vocabularies()

    @property
    def entries(self) -> list[BibliographyEntry]:
        """The works of the bibliographies."""
        return [entry for source in self._sources.bibliographies for entry in source.publications]

    def entry(self, key: str) -> BibliographyEntry | None:
        return next((entry for entry in self.entries if entry.key == key), None)

    def files(self) -> dict[str, list[str]]:
        """The files that entries name, by key."""
        return files_of_entries(self._sources)

    def concepts(self) -> dict[str, list[dict[str, Any]]]:
        """Slug and labels of the concepts of each kind."""
        return {
            kind.name: [
                {"slug": one.slug, "labels": list(one.labels)}
                for one in self.vocabulary.of_kind(kind.name)
            ]
            for kind in CONCEPTS
        }  # fmt: skip

    def label(self, kind: str, slug: object) -> str:
        """The label of a concept, else its slug."""
        found = self.vocabulary.get(kind, str(slug))
        return found.labels[0] if found and found.labels else str(slug or "")

    def consensus(self, key: str) -> str:
        """The text of a new consensus of the readings of a publication.

        Raises:
            UsageError: if it has fewer than two readings, or one of them has errors.
        """
        reading = Sources(self.root)
        read_bibliographies(reading)
        read_decisions(reading)
        reading.problems.clear()
        read_annotations(reading)
        readings, _ = readings_of(reading.annotations, key, reading.aliases)
        files = {one.file.name for one in readings}
        if wrong := [one for one in reading.problems if one.where.file in files and one.severity == "error"]:
            raise UsageError(f"fix the readings first: {wrong[0]}")
        same = reading.decisions.findings if reading.decisions else None
        decided = MatchDecisions(same.aliases, same.different) if same else MatchDecisions()
        return consensus(readings, decided, datetime.date.today())

    def works(self) -> list[dict[str, str]]:
        """Key, label and title of each work."""
        return [{"key": entry.key, "label": entry.label, "title": entry.title} for entry in self.entries]

    def check(self, name: str, text: str) -> list[FieldProblem]:
        """The problems of an annotation, as `kg check` reports them for its file by itself.

        Args:
            name: The name of the file below the folder of the review.
            text: Its text.
        """
        if (name, text) not in self._checked:
            self._checked = {(name, text): self._check(name, text), **dict(list(self._checked.items())[:2])}
        return self._checked[name, text]

    def _check(self, name: str, text: str) -> list[FieldProblem]:
        from kg.core.files import SourceFile

        plain = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
        source = read_annotation(SourceFile(name, plain, hashlib.sha256(text.encode()).hexdigest()))
        named = check_references(source, self.vocabulary, self._sources.works, self._findings(source))
        places = dict(places_of(source.written.root)) if source.written.root else {}
        data = source.written.data if isinstance(source.written.data, dict) else {}
        return [_of_field(problem, places, data) for problem in (*source.problems, *named)]

    def placed(self, text: str, problems: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Problems of `kg check` in this file, each with the field that it concerns."""
        read = read_yaml("", text.removeprefix("\ufeff").replace("\r\n", "\n"))
        places = dict(places_of(read.root)) if read.root else {}
        data = read.data if isinstance(read.data, dict) else {}
        found = []
        for one in problems:
            where = Location(one["file"], one["line"], one["column"])
            problem = Problem(where, one["rule"], one["message"], one["hint"], one["severity"])
            found.append(_of_field(problem, places, data).as_json())
        return found

    def _findings(self, source: AnnotationSource) -> set[str]:
        """The findings, as STEM/ID, of the other files that the annotation refers to."""
        wanted = [name for what, _, name in source.named.wanted if what == "finding"]
        wanted += [name for _, name in source.named.note_targets]
        found: set[str] = set()
        for stem in sorted({name.rpartition("/")[0] for name in wanted if "/" in name}):
            path = self.root / ANNOTATIONS / f"{Path(stem).name}.yaml"
            file = read_file(self.root, path, MAX_BYTES) if path.is_file() else None
            if file and not isinstance(file, Problem):
                given = read_annotation(file).named.given
                found |= {f"{stem}/{name}" for what, _, name in given if what == "finding"}
        return found


def _of_field(problem: Problem, places: dict[tuple[int, int], Place], data: dict[str, Any]) -> FieldProblem:
    where = problem.where
    path = places.get((where.line, where.column), ())
    if found := _MISSING.search(problem.message):
        path = (*path, found[1] or found[2])
    if path[:1] != ("findings",) or len(path) < 2:
        return FieldProblem(problem, "", path)
    finding: Any = data["findings"][path[1]]
    return FieldProblem(problem, str(finding.get("id") or "") if isinstance(finding, dict) else "", path[2:])


def new_errors(before: Sequence[FieldProblem], after: Sequence[FieldProblem]) -> list[FieldProblem]:
    """The errors that were not there before; their lines may differ."""

    def what(one: FieldProblem) -> tuple[str, str, str]:
        return one.finding, one.problem.rule, one.problem.message

    known = [what(one) for one in before]
    found = []
    for one in after:
        if one.problem.severity != "error":
            continue
        if what(one) in known:
            known.remove(what(one))
        else:
            found.append(one)
    return found
