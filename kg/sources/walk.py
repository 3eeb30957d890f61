"""Walks over an annotation: every place where it names a concept, a piece of evidence or another part."""

from __future__ import annotations

from collections.abc import Iterator

from kg.model import ConceptKind, CountPart, EvidencePart, FindingPart
from kg.sources.annotations import AnnotationSource
from kg.sources.yaml_marks import Path

Items = Iterator[tuple[Path, str]]


def counts(findings: tuple[FindingPart, ...]) -> Iterator[tuple[Path, CountPart]]:
    for i, finding in enumerate(findings):
        for j, count in enumerate(finding.counts):
            yield ("findings", i, "counts", j), count


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


def evidence_references(source: AnnotationSource) -> Items:
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
