"""Walks over an annotation: every place where it names a concept, a piece of evidence or another part."""

from __future__ import annotations

from collections.abc import Iterator

from kg.model import ConceptKind, EvidencePart
from kg.sources.annotations import AnnotationSource
from kg.sources.yaml_marks import Path

Items = Iterator[tuple[Path, str]]


def evidence_lists(source: AnnotationSource) -> Iterator[tuple[Path, tuple[EvidencePart | str, ...]]]:
    """Every list of evidence in the file with its path, whoever owns it."""
    a = source.annotation
    if a is None:
        return
    yield ("evidence",), a.evidence
    yield ("study", "evidence"), a.study.evidence
    for name in ("research_questions", "limitations"):
        for i, statement in enumerate(getattr(a.study, name)):
            yield ("study", name, i, "evidence"), statement.evidence
    for name in ("themes", "findings", "citations", "curation_notes"):
        for i, item in enumerate(getattr(a, name)):
            yield (name, i, "evidence"), item.evidence
    if a.coding:
        yield ("coding", "evidence"), a.coding.evidence
    for i, finding in enumerate(a.findings):
        for name in ("counts", "relations"):
            for j, item in enumerate(getattr(finding, name)):
                yield ("findings", i, name, j, "evidence"), item.evidence


def evidence_parts(source: AnnotationSource) -> Iterator[tuple[Path, EvidencePart]]:
    for path, items in evidence_lists(source):
        for index, item in enumerate(items):
            if isinstance(item, EvidencePart):
                yield (*path, index), item


def _evidence_references(source: AnnotationSource) -> Items:
    for path, items in evidence_lists(source):
        for index, item in enumerate(items):
            if isinstance(item, str):
                yield (*path, index), item


def note_targets(source: AnnotationSource) -> Items:
    if source.annotation:
        for i, note in enumerate(source.annotation.curation_notes):
            for j, target in enumerate(note.about):
                yield ("curation_notes", i, "about", j), target


def concepts_named(source: AnnotationSource) -> Iterator[tuple[ConceptKind, Path, str]]:
    """Every concept that the annotation names."""
    a = source.annotation
    if a is None:
        return
    yield from _slugs("method", ("study", "methods"), a.study.methods)
    yield from _slugs("context", ("study", "contexts"), a.study.contexts)
    for i, theme in enumerate(a.themes):
        yield from _slugs("practice", ("themes", i, "practices"), theme.practices)
    for i, finding in enumerate(a.findings):
        path: Path = ("findings", i)
        yield from _slugs("practice", (*path, "practices"), finding.practices)
        yield from _slugs("practice", (*path, "absent_practices"), finding.absent_practices)
        yield from _slugs("challenge", (*path, "challenges"), finding.challenges)
        yield from _slugs("approach", (*path, "approaches"), finding.approaches)
        for j, link in enumerate(finding.links):
            yield "practice", (*path, "links", j, "practice"), link.practice
            yield "challenge", (*path, "links", j, "challenge"), link.challenge
    for i, code in enumerate(a.coding.codes if a.coding else ()):
        yield "practice", ("coding", "codes", i, "code"), code.code


def _slugs(kind: ConceptKind, path: Path, slugs: tuple[str, ...]) -> Iterator[tuple[ConceptKind, Path, str]]:
    for index, slug in enumerate(slugs):
        yield kind, (*path, index), slug


def given_ids(source: AnnotationSource) -> Iterator[tuple[str, Path, str]]:
    """Every id that the file gives: of what, where, and the id. What has no id of its own is told by its content."""
    a = source.annotation
    if a is None:
        return
    for what, name in (("finding", "findings"), ("participant", "participants"), ("case", "cases"),
                       ("theme", "themes"), ("curation note", "curation_notes")):
        for i, item in enumerate(getattr(a, name)):
            yield what, (name, i, "id"), item.id
    for what, name in (("research question", "research_questions"), ("limitation", "limitations")):
        for i, item in enumerate(getattr(a.study, name)):
            yield what, ("study", name, i, "id"), item.id
    yield from _optional_ids(source)
    for i, question in enumerate(a.instrument):
        yield "question", ("instrument", i, "number"), f"{question.theme}-{question.number}"
    for i, citation in enumerate(a.citations):
        yield "citation", ("citations", i), " ".join(filter(None, (citation.work, citation.reason, citation.about)))


def _optional_ids(source: AnnotationSource) -> Iterator[tuple[str, Path, str]]:
    for path, part in evidence_parts(source):
        if part.id:
            yield "evidence", (*path, "id"), part.id
    for i, finding in enumerate(source.annotation.findings if source.annotation else ()):
        for j, count in enumerate(finding.counts):
            if count.id:
                yield "count", ("findings", i, "counts", j, "id"), count.id
        for j, relation in enumerate(finding.relations):
            yield "relation", ("findings", i, "relations", j), f"{finding.id} {relation.type} {relation.finding}"


def wanted_ids(source: AnnotationSource) -> Iterator[tuple[str, Path, str]]:
    """Every id that the file refers to: of what, where, and the id."""
    a = source.annotation
    if a is None:
        return
    for what, name, attribute in (("case", "participants", "case"), ("theme", "instrument", "theme"),
                                  ("finding", "citations", "about"), ("theme", "findings", "theme")):
        for i, item in enumerate(getattr(a, name)):
            wanted = getattr(item, attribute)
            if wanted:
                yield what, (name, i, attribute), wanted
    for i, finding in enumerate(a.findings):
        for j, relation in enumerate(finding.relations):
            yield "finding", ("findings", i, "relations", j, "finding"), relation.finding
    for path, part in evidence_parts(source):
        if part.said_by:
            yield "participant", (*path, "said_by"), part.said_by
    for path, reference in _evidence_references(source):
        yield "evidence", path, reference
