"""Drafts: findings that somebody, often a language model, proposes for a publication and a person accepts or leaves.

A draft is `bib/drafts/KEY.NAME.yaml`, in the format of an annotation. No build reads it. An accepted finding is copied
into the annotation of the publication, with the names of who proposed and who accepted it.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.building.reading import Sources, read_annotations, read_bibliographies, read_decisions, read_vocabularies
from kg.core.files import SourceFile
from kg.core.iris import segment
from kg.core.output import write_whole
from kg.core.problems import KgError, Problem, UsageError, brief, did_you_mean
from kg.model.annotation import FindingPart
from kg.model.bibliography import BibliographyEntry
from kg.readers.annotations import AnnotationSource, read_annotation
from kg.readers.formats import DRAFT
from kg.readers.references import check_references
from kg.readers.texts.full_text import FullText
from kg.readers.yaml.edit import scalar
from kg.readers.yaml.insert import insert
from kg.readers.yaml.marks import Data
from kg.readers.yaml.marks import Path as Place

MOST_FINDINGS = 200
"""The number of findings that one proposal may have."""
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9.]+")
_LONGEST_NAME = 60
_NEW = """# yaml-language-server: $schema=annotation.schema.json

publication: {key}
annotator: {name}
created: {today}
"""
_DRAFT = """# yaml-language-server: $schema=../annotations/annotation.schema.json
# A draft: no build reads it. `kg accept` copies findings that a person has read into the annotation.

publication: {key}
annotator: {name}
annotator_is: model
created: {today}
"""


class DraftError(KgError):
    """A proposal that is refused; nothing of it was written. `reasons` has a text for each thing that is wrong."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__("\n".join(["nothing was stored:", *(f"- {reason}" for reason in reasons)]))
        self.reasons = tuple(reasons)


@dataclass(frozen=True, slots=True)
class StoredDraft:
    """A proposal that was stored."""

    name: str
    """The path of the draft below the review folder."""
    findings: tuple[str, ...]
    """The ids of all findings of the draft."""
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Accepted:
    """What was copied into an annotation."""

    path: Path
    findings: tuple[str, ...]
    created: bool
    """Whether the annotation is new."""


def read_drafts(root: Path) -> list[AnnotationSource]:
    """The drafts of a review, by the names of their files; their problems are not those of the review."""
    reading = Sources(root)
    return [read_annotation(file) for file in reading.files(DRAFT, "draft")]


def propose(
    root: Path,
    key: str,
    name: str,
    findings: Sequence[Mapping[str, Any]],
    study: Mapping[str, Any],
    text_of: Callable[[BibliographyEntry], FullText],
    today: datetime.date,
) -> StoredDraft:
    """Stores findings as a draft, if every one is valid and every quotation is in the full text word for word.

    A finding replaces the one of the same id in an earlier draft of the same name.

    Args:
        root: the folder of the review.
        key: the BibTeX key of the publication.
        name: who proposes: the name of the model.
        findings: with the keys of a finding in an annotation.
        study: with the keys of the study in an annotation; empty to keep that of an earlier draft.
        text_of: returns the full text of a publication.
        today: the date of a new draft.

    Raises:
        DraftError: if anything is wrong; nothing is stored then.
        UsageError: if there is no such publication, or no full text of it.
    """
    if not name.strip() or not findings or len(findings) > MOST_FINDINGS:
        raise UsageError(f"a proposal has the name of who proposes and 1 to {MOST_FINDINGS} findings")
    reading = _reading(root)
    entry = _entry(reading, key)
    text = text_of(entry)
    path = root / DRAFT.folder / f"{segment(entry.key)}.{_file_name(name)}.yaml"
    draft = _merged(path, name, {"findings": _data(list(findings)), "study": _data(dict(study))})
    if "study" not in draft:
        raise DraftError(["the first proposal for a publication describes its study: label, methods, evidence"])
    written = _head(_DRAFT, entry.key, name, today) + "".join(
        _block(part, draft[part]) for part in ("study", "findings")
    )
    source = read_annotation(SourceFile(path.relative_to(root).as_posix(), written, ""))
    problems = [*source.problems, *check_references(source, reading.vocabulary, reading.works, _elsewhere(reading))]
    wrong = [_sentence(source, problem) for problem in problems if problem.severity == "error"]
    wrong += _not_in_text(source, text)
    if wrong:
        raise DraftError(list(dict.fromkeys(wrong)))
    write_whole(path, written)
    ids = tuple(finding.id for finding in source.annotation.findings) if source.annotation else ()
    warnings = tuple(_sentence(source, problem) for problem in problems if problem.severity == "warning")
    return StoredDraft(source.file.name, ids, warnings)


def accept(root: Path, stem: str, findings: Sequence[str], name: str, today: datetime.date) -> Accepted:
    """Copies findings of a draft into the annotation of the publication, which is made if there is none.

    Args:
        root: the folder of the review.
        stem: the draft, as KEY.NAME.
        findings: ids of findings of the draft.
        name: the person who has read and accepts them.
        today: the date of a new annotation.

    Raises:
        UsageError: if there is no such draft or finding, or the annotation has a finding of that id.
        KgError: if the annotation has errors, or would have.
    """
    draft = next((source for source in read_drafts(root) if source.stem == stem), None)
    if draft is None or draft.annotation is None:
        known = [source.stem for source in read_drafts(root)]
        raise UsageError(f"no draft `{brief(stem)}` in {DRAFT.folder}; {did_you_mean(stem, known, 'see `kg drafts`')}")
    data: Any = draft.marks.data
    proposed = {finding["id"]: finding for finding in data["findings"]}
    if unknown := [one for one in findings if one not in proposed]:
        raise UsageError(f"the draft has no finding `{brief(unknown[0])}`; it has {', '.join(proposed)}")
    reading = _reading(root)
    entry = _entry(reading, draft.key)
    path = root / "bib" / "annotations" / f"{segment(entry.key)}.yaml"
    made = [signed(proposed[one], draft.annotation.annotator, name) for one in findings]
    created = not path.exists()
    if created:
        text = _head(_NEW, entry.key, name, today) + _block("study", data["study"]) + _block("findings", made)
    else:
        text = _added(path.read_text(encoding="utf-8"), made)
    written = path.relative_to(root).as_posix()
    result = read_annotation(SourceFile(written, text, ""))
    problems = [*result.problems, *check_references(result, reading.vocabulary, reading.works, _elsewhere(reading))]
    if wrong := [problem for problem in problems if problem.severity == "error"]:
        raise KgError("\n".join(["nothing was accepted:", *map(str, wrong)]))
    write_whole(path, text)
    return Accepted(path, tuple(findings), created)


def accepted_of(source: AnnotationSource, annotations: Iterable[AnnotationSource]) -> dict[str, str]:
    """For each accepted finding of a draft, the person who accepted it."""
    if source.annotation is None:
        return {}
    found = (
        finding
        for annotation in annotations
        if annotation.annotation and annotation.key == source.key
        for finding in annotation.annotation.findings
    )
    name = source.annotation.annotator
    return {finding.id: finding.accepted_by or "" for finding in found if finding.proposed_by == name}


def _file_name(name: str) -> str:
    """The name of who proposes as a part of the name of a file: `some-model-1.5`."""
    plain = _NOT_IN_NAMES.sub("-", name).strip("-.")
    if not plain:
        raise UsageError(f"`{brief(name)}` has no letter or digit that the name of a file can have")
    return plain[:_LONGEST_NAME]


def _head(form: str, key: str, name: str, today: datetime.date) -> str:
    return form.format(key=scalar(key), name=scalar(name.strip()), today=today.isoformat())


@dataclass(frozen=True, slots=True)
class OpenProposal:
    """A finding of a draft that nobody has accepted yet."""

    draft: str
    """The draft, as KEY.NAME."""
    by: str
    finding: dict[str, Any]


def open_proposals(root: Path, key: str, findings: Iterable[Mapping[str, Any]]) -> list[OpenProposal]:
    """What the drafts of a publication propose and its `findings`, as in an annotation, do not have."""
    accepted = {(one.get("proposed_by"), one.get(name)) for one in findings for name in ("id", "statement")}
    found = []
    for draft in read_drafts(root):
        data: Any = draft.marks.data
        if draft.annotation is None or draft.key != key:
            continue
        by = draft.annotation.annotator
        for finding in data["findings"]:
            if not {(by, finding["id"]), (by, finding["statement"])} & accepted:
                found.append(OpenProposal(draft.stem, by, finding))
    return found


def _reading(root: Path) -> Sources:
    """The sources that names of an annotation are looked up in."""
    reading = Sources(root)
    read_vocabularies(reading)
    read_bibliographies(reading)
    read_decisions(reading)
    read_annotations(reading)
    return reading


def _entry(reading: Sources, key: str) -> BibliographyEntry:
    entries = {entry.key: entry for source in reading.bibliographies for entry in source.publications}
    if key not in entries:
        raise UsageError(f"no entry `{brief(key)}` in bib/; {did_you_mean(key, entries, 'add it there first')}")
    return entries[reading.aliases.get(key, key)]


def _elsewhere(reading: Sources) -> set[str]:
    named = ((source.stem, *given) for source in reading.annotations for given in source.named.given)
    return {f"{stem}/{name}" for stem, what, _, name in named if what == "finding"}


def _data(value: Any) -> Any:
    """A value of JSON as the YAML reader has it: all scalars are texts, and there are no empty values."""
    if isinstance(value, dict):
        return {str(key): _data(inner) for key, inner in value.items() if inner not in (None, [], {}, "")}
    if isinstance(value, list | tuple):
        return [_data(inner) for inner in value]
    return value if isinstance(value, str) else json.dumps(value)


def _merged(path: Path, name: str, new: dict[str, Any]) -> dict[str, Any]:
    """The parts of an earlier draft with the new ones."""
    old: Any = {}
    if path.exists():
        old = read_annotation(SourceFile(path.name, path.read_text(encoding="utf-8"), "")).marks.data
        if old.get("annotator") != name.strip():
            raise UsageError(f"{path.name} is the draft of `{brief(str(old.get('annotator')))}`: use another name")
    ids = {finding.get("id") for finding in new["findings"] if isinstance(finding, dict)}
    kept = [finding for finding in old.get("findings", ()) if finding["id"] not in ids]
    study = new["study"] or old.get("study")
    return {"findings": [*kept, *new["findings"]]} | ({"study": study} if study else {})


def _block(key: str, value: Any) -> str:
    """A key of the file with its value in block style."""
    if isinstance(value, list):
        first, *rest = value
        text, refused = insert(f"{key}:\n", {(key, 0): first})
        for number, item in enumerate(rest, 1):
            text, more = insert(text, {(key, number): item})
            refused |= more
    else:
        text, refused = insert(f"{key}:\n  label: x\n", {(key, name): inner for name, inner in value.items()})
    if refused:
        raise DraftError([f"{key}: {reason}" for reason in refused.values()])
    return f"\n{text}"


def signed(finding: Mapping[str, Data], proposer: str, acceptor: str) -> dict[str, Data]:
    """A finding with who proposed and who accepted it, in the order of its keys."""
    signed = {**finding, "proposed_by": proposer, "accepted_by": acceptor}
    return {key: signed[key] for key in FindingPart.model_fields if key in signed}


def _added(text: str, findings: Sequence[Data]) -> str:
    """The text of an annotation with the findings after its last one."""
    source: Any = read_annotation(SourceFile("", text, "")).written.data
    there = source.get("findings") or []
    taken = {finding.get("id") for finding in there if isinstance(finding, dict)}
    if again := [finding["id"] for finding in findings if isinstance(finding, dict) and finding["id"] in taken]:
        raise UsageError(f"the annotation has a finding `{again[0]}` already; rename it in the draft")
    additions: dict[Place, Data] = {
        ("findings", len(there) + number): finding for number, finding in enumerate(findings)
    }
    changed, refused = insert(text, additions)
    if refused:
        raise KgError(f"nothing was accepted: {next(iter(refused.values()))}")
    return changed


def _sentence(source: AnnotationSource, problem: Problem) -> str:
    """A problem of a draft that is not stored yet, which has no lines to look at."""
    line = source.file.text.splitlines()[problem.where.line - 1].strip() if problem.where.line else ""
    return f"{problem.message} (in `{brief(line)}`); {problem.hint} [{problem.rule}]"


def _not_in_text(source: AnnotationSource, text: FullText) -> list[str]:
    """A reason for each quotation that the full text does not have word for word, with the words that it has."""
    wrong = []
    for _, quote in source.named.quotations:
        verdict = text.judge(quote)
        if verdict.verdict != "exact":
            nearest = verdict.passage or text.nearest(quote)
            wrong.append(f"“{brief(quote, 200)}” is not in {text.name}; the nearest words are “{nearest}” [quotation]")
    return wrong
