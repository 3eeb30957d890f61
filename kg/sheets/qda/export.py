"""Annotations of a review as a project of qualitative analysis, and the vocabulary as a codebook.

A publication is a source, a reading is a coder, and a quotation of a finding is a coded segment whose comment is the
statement. Without the full text of a publication, its source is the list of its quotations. What a finding says of
concepts are its codes; what has no place in the standard is reported.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from kg.core.iris import segment as in_file_name
from kg.core.problems import Location, Problem
from kg.model.annotation import Annotation, FindingPart
from kg.model.evidence import EvidenceKind
from kg.model.qda import CODED
from kg.readers.annotations import AnnotationSource
from kg.readers.qda.archive import zipped
from kg.readers.qda.project import PROJECT
from kg.readers.texts.found import full_text_path
from kg.readers.texts.opened import read_full_text
from kg.sheets.qda.codes import QdaCodes, add, as_bytes, guid, root_of, xml
from kg.sheets.qda.marks import with_finding, with_meaning
from kg.sheets.qda.starter import READING

_LONGEST_NAME = 100
_PLACES = ("section", "page", "row", "stands_in")
_LEFT_OUT = ("theme", "counts", "relations")


@dataclass
class QdaExport:
    """A project as a file, what it contains, and what it does not."""

    data: bytes = b""
    sources: int = 0
    segments: int = 0
    problems: list[Problem] = field(default_factory=list)


def export_qda(
    name: str, annotations: Sequence[AnnotationSource], codes: QdaCodes, texts: Path | None = None
) -> QdaExport:
    """Returns the findings of annotations as a .qdpx file.

    Args:
        name: The name of the project.
        annotations: The annotations.
        codes: The codes of the concepts, to which those of the findings are added.
        texts: A folder with full texts, as KEY.txt, KEY.md or KEY.pdf.
    """
    writer = _Publications(codes, texts)
    valid = sorted((source for source in annotations if source.annotation), key=lambda source: source.stem)
    for key in sorted({source.key for source in valid}):
        writer.publication(key, [source for source in valid if source.key == key])
    dates = {source.annotation.created for source in valid if source.annotation}
    created = {"creationDateTime": _time(max(dates))} if dates else {}
    root = ET.Element("Project", root_of("project", "Project") | {"name": xml(name)} | created)
    for part in (writer.users, writer.codebook(), writer.sources):
        if len(part):
            root.append(part)
    made = writer.made
    made.data = zipped({PROJECT: as_bytes(root)} | writer.files)
    return made


class _Publications:
    def __init__(self, codes: QdaCodes, texts: Path | None) -> None:
        self.codes, self.texts = codes, texts
        self.users, self.sources = ET.Element("Users"), ET.Element("Sources")
        self.names: Counter[str] = Counter()
        self.coders: dict[tuple[str, str], str] = {}
        self.files: dict[str, bytes] = {}
        self.made = QdaExport()

    def codebook(self) -> ET.Element:
        book = ET.Element("CodeBook")
        book.append(self.codes.element())
        return book

    def coder(self, annotator: str, reading: str) -> str:
        """The GUID of the coder of a reading; coders of the same name get the name of the reading too."""
        if (annotator, reading) not in self.coders:
            id = self.coders[annotator, reading] = guid("coder", annotator, reading)
            self.names[annotator] += 1
            name = annotator if self.names[annotator] == 1 else f"{annotator} ({reading or 'main'})"
            add(self.users, "User", guid=id, name=name, id=f"{READING}{reading}")
        return self.coders[annotator, reading]

    def publication(self, key: str, readings: Sequence[AnnotationSource]) -> None:
        """Adds the full text with the quotations that it contains, and a list of the others."""
        path = full_text_path(self.texts, key) if self.texts else None
        if self.texts and not path:
            where = Location(readings[0].file.name)
            message, hint = f"no full text of `{key}` in {self.texts}", "its source is the list of its quotations"
            self.made.problems.append(Problem(where, "qda/no-full-text", message, hint, "warning"))
        text = read_full_text(path) if path else None
        found: list[ET.Element] = []
        listed: list[ET.Element] = []
        lines = f"{key}\n\n"
        for source in readings:
            for segment, quote, elsewhere in self.segments(source):
                span = text.find(quote) if text and not elsewhere else None
                if span is None:
                    if text and not elsewhere:
                        self.not_found(source, quote)
                    span = len(lines), len(lines) + len(quote)
                    lines += f"{quote}\n\n"
                    listed.append(segment)
                else:
                    found.append(segment)
                segment.set("startPosition", str(span[0]))
                segment.set("endPosition", str(span[1]))
        annotation = next(source.annotation for source in readings if source.annotation)
        if text:
            self.source(key, key, text.text, found, annotation)
        if listed or not text:
            self.source(key, f"{key} quotations" if text else key, lines, listed, annotation)

    def not_found(self, source: AnnotationSource, quote: str) -> None:
        message = f"“{quote}” is not in the full text"
        hint = "it is in the source of quotations; `kg verify-quotes` says what is different"
        self.made.problems.append(Problem(Location(source.file.name), "qda/not-in-text", message, hint, "warning"))

    def source(self, key: str, name: str, text: str, segments: list[ET.Element], annotation: Annotation) -> None:
        id = guid("source", name)
        element = add(self.sources, "TextSource", guid=id, name=name, plainTextPath=f"internal://{id}.txt")
        study = annotation.study.model_dump(
            mode="json", include={"label", "methods", "contexts"}, exclude_defaults=True
        )
        add(element, "Description").text = xml(with_meaning(annotation.study.label, {"work": key, "study": study}))
        element.extend(segments)
        self.files[f"sources/{id}.txt"] = xml(text).encode()
        self.made.sources += 1
        self.made.segments += len(segments)

    def segments(self, source: AnnotationSource) -> Iterator[tuple[ET.Element, str, bool]]:
        """Each piece of evidence as a segment without positions, its words, and if they are not in this text."""
        annotation = source.annotation
        if annotation is None:
            return
        coder = self.coder(annotation.annotator, source.stem.removeprefix(in_file_name(source.key)).removeprefix("."))
        by_id = {item.id: item for item in annotation.evidence if item.id}
        self.left_out(source, annotation)
        when = _time(annotation.created)
        for finding in annotation.findings:
            codes = [self.codes.use(field, value) for field, value in _values(finding)]
            for number, evidence in enumerate(finding.evidence, 1):
                item = by_id.get(evidence) if isinstance(evidence, str) else evidence
                if item is None:
                    continue
                words = " ".join((item.quote or item.row or "").split())
                names = (source.stem, finding.id, str(number))
                by = {"creatingUser": coder, "creationDateTime": when}
                id, name = guid("segment", *names), xml(_name(words))
                segment = ET.Element("PlainTextSelection", {"guid": id, "name": name, **by})
                add(segment, "Description").text = xml(_comment(finding, item))
                for code in codes:
                    coding = add(segment, "Coding", guid=guid("coding", *names, code), **by)
                    add(coding, "CodeRef", targetGUID=code)
                yield segment, words, bool(item.stands_in) or not item.quote

    def left_out(self, source: AnnotationSource, annotation: Annotation) -> None:
        """Reports which parts of findings are not in the project."""
        having = {name: sum(bool(getattr(finding, name)) for finding in annotation.findings) for name in _LEFT_OUT}
        left = [f"`{name}` of {number} findings" for name, number in having.items() if number]
        if left:
            hint = "REFI-QDA has no place for them, as for what is no finding; they stay in the annotation"
            message = f"not in the project: {', '.join(left)}"
            self.made.problems.append(Problem(Location(source.file.name), "qda/left-out", message, hint, "info"))


def _comment(finding: FindingPart, evidence: EvidenceKind) -> str:
    place = {"in": finding.section} | {name: getattr(evidence, name) for name in _PLACES}
    if evidence.shortened:
        place["shortened"] = "yes"
    return with_finding(finding.id, place, finding.statement)


def _values(finding: FindingPart) -> Iterator[tuple[str, Any]]:
    """The fields of a finding that are codes, and their values."""
    given = finding.model_dump(mode="json", include=set(CODED), exclude_defaults=True)
    for name, value in given.items():
        for one in value if isinstance(value, list) else [value]:
            yield name, one


def _time(date: datetime.date) -> str:
    return f"{date.isoformat()}T00:00:00Z"


def _name(words: str) -> str:
    return words if len(words) <= _LONGEST_NAME else f"{words[:_LONGEST_NAME]}…"
