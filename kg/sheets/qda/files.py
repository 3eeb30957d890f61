"""`kg import` of a project or codebook: what is read, checked and written."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import yaml

from kg.building.checking import check_named
from kg.building.reading import Sources, read_annotations, read_bibliographies, read_vocabularies
from kg.core.files import SourceFile
from kg.core.output import write_all
from kg.core.problems import Location, Problem
from kg.model.annotation import StudyPart
from kg.model.qda import QdaMapping
from kg.readers.annotations import SCHEMA, AnnotationSource, Mentions, Names, read_annotation
from kg.readers.formats import ANNOTATIONS
from kg.readers.qda.project import QdaProject
from kg.readers.references import ADD_ENTRY, NO_ENTRY, unknown
from kg.readers.yaml.marks import Marked
from kg.readers.yaml.model import Format, YamlSource
from kg.sheets.made import first_line, is_made, mapping_file, mapping_name, may_replace
from kg.sheets.qda.segments import as_annotations, read_segments


class QdaMappingSource(YamlSource[QdaMapping]):
    """The mapping of a project."""

    form = Format(QdaMapping, "mapping", "`kg import FILE.qdpx` writes one to fill in", "docs/qda.md", {})


@dataclass
class QdaImport:
    """The texts of the annotations by their paths; none if a problem is an error."""

    texts: dict[Path, str] = field(default_factory=dict)
    findings: int = 0
    segments: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        """Whether a problem is an error."""
        return any(problem.severity == "error" for problem in self.problems)


def import_qda(root: Path, file: str, project: QdaProject, mapping_path: Path, dry_run: bool = False) -> QdaImport:
    """Writes what the mapping makes of a project to `bib/annotations/`; nothing if anything is an error.

    Args:
        root: The folder of the review.
        file: The name of the project.
        project: The project.
        mapping_path: The mapping, called `NAME.mapping.yaml`.
        dry_run: Whether to write nothing.

    Raises:
        UsageError: if the mapping has another name.
    """
    name = mapping_name(mapping_path)
    reading = Sources(root)
    read_vocabularies(reading)
    read_bibliographies(reading)
    read_annotations(reading)
    written = mapping_file(root, mapping_path)
    if isinstance(written, Problem):
        return QdaImport(problems=[written])
    source = QdaMappingSource.read(written)
    made = QdaImport(problems=[*source.problems, *_check_mapping(source, project, reading)])
    if source.value is None or made.failed:
        return made
    read = read_segments(project, source.value)
    made.problems += read.problems
    made.segments = read.used
    head = f"# {first_line(file, name)}\n# yaml-language-server: $schema={SCHEMA}\n\n"
    for stem, data in as_annotations(read, source.value, _studies(reading)):
        path = root / ANNOTATIONS / f"{stem}.yaml"
        if isinstance(data, str):
            message, hint = f"nothing says how the study of `{data}` was done", "write `study` into the mapping"
            made.problems.append(source.written.problem(("sources",), "qda/no-study", message, hint))
            continue
        if path.exists() and not may_replace(path, name):
            message = f"{ANNOTATIONS}/{stem}.yaml was not made by `kg import` with {mapping_path.name}"
            hint = "give the coder another `reading` in the mapping"
            made.problems.append(source.written.problem(("coders",), "qda/hand-written", message, hint))
        made.findings += len(data["findings"])
        body = yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=120)
        made.texts[path] = head + body
    made.problems += _check_texts(reading, made.texts)
    made.problems += _older(reading, made.texts, name)
    if made.failed:
        made.texts = {}
    if not dry_run:
        write_all(made.texts)
    return made


def _check_mapping(source: QdaMappingSource, project: QdaProject, reading: Sources) -> Iterator[Problem]:
    """Names in the mapping that neither the project nor the review has."""
    written = source.written
    named = Mentions()
    named.visit(written.data)
    works: Names = [(path, name) for path, name in named.works if path[0] in ("sources", "codes", "by_id")]
    works += [(("sources", name), value) for name, value in _items(written, "sources") if isinstance(value, str)]
    yield from unknown(written, works, reading.works, "mapping/unknown-work", NO_ENTRY, ADD_ENTRY)
    concepts = [(path, f"{kind}:{slug}") for kind, path, slug in named.concepts]
    known = {f"{kind}:{slug}" for kind, slug in reading.vocabulary.concepts}
    hint = "`kg query vocabulary` lists them"
    yield from unknown(written, concepts, known, "mapping/unknown-concept", "no `{}` in the vocabulary", hint)
    segments = [segment for one in project.sources for segment in one.segments]
    has = {
        "sources": {name for one in project.sources for name in (one.name, one.guid)},
        "codes": {name for code in project.codes.values() for name in (code.name, code.guid)},
        "coders": {segment.coder for segment in segments} | {name for name, _ in project.users.values()},
        "by_id": {guid for segment in segments for guid in _forms(segment.guid)},
    }
    has["leave_out"] = set().union(*has.values())
    for key, names in has.items():
        given: Names = [((key, name), name) for name, _ in _items(written, key)]
        message = f"the project has no `{{}}` of `{key}`"
        yield from unknown(written, given, names, "mapping/unknown-name", message, "remove it, or export it again")


def _items(marks: Marked, key: str) -> list[tuple[str, object]]:
    value = marks.data.get(key) if isinstance(marks.data, dict) else None
    return list(value.items()) if isinstance(value, dict) else []


def _forms(guid: str) -> Iterator[str]:
    for form in (guid, guid.upper()):
        yield from (form, f"{{{form}}}")


def _studies(reading: Sources) -> dict[str, StudyPart]:
    """What is known of the studies of publications that are annotated already: how and where, not what was found."""
    fields = ("label", "methods", "contexts", "participant_count", "sample")
    made: dict[str, StudyPart] = {}
    for source in reversed(reading.annotations):
        if source.annotation:
            given = source.annotation.study.model_dump(include=set(fields))
            made[source.annotation.publication] = StudyPart.model_validate(given)
    return made


def _check_texts(reading: Sources, texts: dict[Path, str]) -> Iterator[Problem]:
    """What `kg check` would say of the annotations."""
    made: list[AnnotationSource] = []
    for path, text in texts.items():
        name = path.relative_to(reading.root).as_posix()
        made.append(read_annotation(SourceFile(name, text, hashlib.sha256(text.encode()).hexdigest())))
    names = {source.file.name for source in made}
    others = [source for source in reading.annotations if source.file.name not in names]
    named = check_named(replace(reading, annotations=[*others, *made]))
    for problem in (*named, *(problem for source in made for problem in source.problems)):
        if problem.where.file in names:
            yield replace(problem, message=f"{problem.message} (as it would be after the import)")


def _older(reading: Sources, texts: dict[Path, str], name: str) -> Iterator[Problem]:
    """Annotations of an earlier import that this one does not make any more."""
    for source in reading.annotations:
        if is_made(source.file.text, name) and reading.root / source.file.name not in texts:
            message = "an earlier import made this annotation, and this one does not"
            hint = "delete the file, unless you want to keep it"
            yield Problem(Location(source.file.name), "qda/older", message, hint, "warning")
