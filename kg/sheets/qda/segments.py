"""Segments of a project as findings, by the decisions of a mapping.

A finding needs a statement. It is the comment of a segment, if the mapping says that comments are statements, or what
the mapping says of the segment or of its code. Segments with the same statement are evidence of one finding; a segment
without one is reported and left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, count
from typing import Any

from kg.core.iris import segment as in_file_name
from kg.core.iris import slug
from kg.core.problems import Location, Problem, brief
from kg.model.annotation import FindingPart, StudyPart
from kg.model.fields import MAX_QUOTE_WORDS
from kg.model.qda import CodeMeaning, CoderOf, QdaMapping, SourceOf
from kg.readers.qda.project import QdaCode, QdaProject, QdaSegment, QdaSource
from kg.readers.texts.typography import normalise
from kg.sheets.qda.marks import read_finding

Fields = dict[str, Any]


@dataclass
class SegmentFinding:
    """A finding while its segments are read; `where` is the first of them."""

    id: str
    statement: str
    where: Location
    fields: Fields = field(default_factory=dict)
    evidence: list[Fields] = field(default_factory=list)


@dataclass
class QdaReading:
    """What a coder found in a publication."""

    work: str
    coder: CoderOf
    source: SourceOf
    findings: dict[str, SegmentFinding] = field(default_factory=dict)
    """By id, or by statement where the project gives no id."""
    ids: set[str] = field(default_factory=set)


@dataclass
class SegmentsRead:
    """The readings by the stem of their files, the number of segments that are evidence, and the problems."""

    readings: dict[str, QdaReading] = field(default_factory=dict)
    used: int = 0
    problems: list[Problem] = field(default_factory=list)


def read_segments(project: QdaProject, mapping: QdaMapping) -> SegmentsRead:
    """Returns the findings of every coder and publication."""
    reading = _Segments(project, mapping)
    for source in project.sources:
        if not reading.is_out(source.name, source.guid):
            reading.made.problems += source.problems
            for segment in source.segments:
                reading.segment(source, segment)
    reading.report()
    return reading.made


class _Segments:
    def __init__(self, project: QdaProject, mapping: QdaMapping) -> None:
        self.project, self.mapping = project, mapping
        self.made = SegmentsRead()
        self.out = {_guid(name) for name in mapping.leave_out} | {*mapping.leave_out}
        self.by_id = {_guid(guid): meaning for guid, meaning in mapping.by_id.items()}
        self.skipped: dict[tuple[str, str], list[QdaSegment]] = defaultdict(list)
        self.unmapped: dict[tuple[str, str], Location] = {}

    def is_out(self, *names: str) -> bool:
        return any(name in self.out for name in names)

    def segment(self, source: QdaSource, segment: QdaSegment) -> None:
        codes = [self.project.codes[code] for code in dict.fromkeys(segment.codes)]
        kept = [code for code in codes if not self.is_out(code.name, code.guid)]
        if self.is_out(segment.guid, segment.coder) or (codes and not kept):
            return
        if not codes and not read_finding(segment.comment)[0]:
            self.skipped["no-code", source.name].append(segment)
            return
        names: dict[str, list[Any]] = {"codes": kept, "coders": [segment.coder], "sources": [source]}
        missing = [(what, one) for what, of in names.items() for one in of if self.mapped(what, one) is None]
        for what, one in missing:
            name, where = (one, segment.where) if isinstance(one, str) else (one.name, one.where)
            self.unmapped.setdefault((what, name), where)
        if missing:
            return
        self.mapped_segment(source, segment, kept)

    def mapped(self, what: str, one: QdaCode | QdaSource | str) -> Any:
        """What the mapping says of a code, source or coder, by its name or GUID; None if it says nothing."""
        found = getattr(self.mapping, what)
        return found.get(one) if isinstance(one, str) else found.get(one.name, found.get(one.guid))

    def mapped_segment(self, source: QdaSource, segment: QdaSegment, codes: list[QdaCode]) -> None:
        id, place, comment = read_finding(segment.comment)
        own = self.by_id.get(segment.guid) or CodeMeaning.model_validate({})
        meanings = [(code, self.mapped("codes", code)) for code in codes]
        said = own.statement or (comment if id or self.mapping.comments == "statements" else "")
        new = id or f"s-{_id(segment.guid)[:8]}"
        parts = [(new, said, [meaning for _, meaning in meanings])]
        if not said:  # then the statements are those of the codes
            rest = [meaning for _, meaning in meanings if not meaning.statement]
            stated = [(code, meaning) for code, meaning in meanings if meaning.statement]
            parts = [(_id(code.name), str(meaning.statement), [meaning, *rest]) for code, meaning in stated]
        for new, statement, of in parts:
            finding = self.finding(source, segment, id if said else "", new, statement)
            found: Fields = {}
            for meaning in of:
                self.merge(found, meaning.given(), segment)
            self.merge(finding.fields, found | own.given(), segment)
            evidence = self.evidence(self.mapped("sources", source), segment, place, found.get("section"))
            finding.fields.setdefault("section", place.get("in") or _place(evidence))
            if evidence not in finding.evidence:
                finding.evidence.append(evidence)
        self.made.used += bool(parts)
        if not parts:
            self.skipped["no-statement", f"{source.name}, {', '.join(code.name for code in codes)}"].append(segment)

    def finding(self, source: QdaSource, segment: QdaSegment, id: str, new: str, statement: str) -> SegmentFinding:
        """The finding of a segment: the one with the id or else the statement, or one with a `new` id."""
        mapped, coder = self.mapped("sources", source), self.mapped("coders", segment.coder)
        named = coder if coder.annotator else coder.model_copy(update={"annotator": segment.coder})
        stem = ".".join(filter(None, (in_file_name(mapped.work), coder.reading)))
        reading = self.made.readings.setdefault(stem, QdaReading(mapped.work, named, mapped))
        if reading.coder != named:
            message = f"`{reading.coder.annotator}` and `{named.annotator}` have the same reading of {mapped.work}"
            self.error(segment.where, "same-reading", message, "give each coder another `reading` in the mapping")
        key = id or statement
        if key not in reading.findings:
            free = next(name for name in chain([new], (f"{new}-{n}" for n in count(2))) if name not in reading.ids)
            reading.ids.add(free)
            reading.findings[key] = SegmentFinding(free, statement, segment.where)
        elif reading.findings[key].statement != statement:
            first = reading.findings[key].where.line
            message = f"finding `{id}` has another statement here than in line {first}"
            self.error(segment.where, "two-statements", message, "give both segments the same comment")
        return reading.findings[key]

    def merge(self, into: Fields, more: Mapping[str, Any], segment: QdaSegment) -> None:
        """Unites lists; a second value of a field that has one is an error."""
        for name, value in more.items():
            if isinstance(value, list):
                into[name] = [*(old := into.get(name, [])), *(item for item in value if item not in old)]
            elif name not in ("statement", "section") and into.setdefault(name, value) != value:
                message = f"`{name}` is both {into[name]} and {value}"
                self.error(segment.where, "two-values", message, "correct the codes, or say which under `by_id`")
            elif name == "section":
                into.setdefault(name, value)

    def evidence(self, source: SourceOf, segment: QdaSegment, place: Fields, section: str | None) -> Fields:
        """The quotation, cut to the words that are allowed, and the best place that is known."""
        whole = "in" in place and not segment.name.endswith("…")  # names are cut
        named = whole and _letters(segment.name) == _letters(segment.text)
        words = (segment.name if named else segment.text).split()  # as the annotation had it before it was exported
        made: Fields = {}
        if place.get("row") != segment.text:  # else the project has only the name of the row
            made["quote"] = " ".join(words[:MAX_QUOTE_WORDS])
            if len(words) > MAX_QUOTE_WORDS or "shortened" in place:
                made["shortened"] = True
        made |= {name: place[name] for name in ("section", "page", "row", "stands_in") if name in place}
        if {"section", "page", "row"} & {*made}:
            return made
        if section:
            return made | {"section": section}
        if segment.on_page and source.first_page is not None:
            return made | {"page": str(source.first_page + segment.place - 1)}
        return made | {"section": f"{'PDF page' if segment.on_page else 'line'} {segment.place}"}

    def error(self, where: Location, rule: str, message: str, hint: str) -> None:
        self.made.problems.append(Problem(where, f"qda/{rule}", message, hint))

    def report(self) -> None:
        """Adds a problem for each name that the mapping lacks, and for each group of segments that are left out."""
        for (what, name), where in self.unmapped.items():
            message, hint = f"`{brief(name)}` is not in `{what}` of the mapping", "add it there, or to `leave_out`"
            self.error(where, f"unmapped-{what[:-1]}", message, hint)
        hints = {
            "no-code": "only coded segments are imported",
            "no-statement": "write it as the comment of the segment, or in the mapping: for the code, or under `by_id`",
        }
        for (rule, of), found in self.skipped.items():
            what = "a statement" if rule == "no-statement" else "a code"
            shown = f"{found[0].guid}: “{brief(found[0].text)}”"
            message = f"{len(found)} × left out, without {what} ({brief(of)}), the first one {shown}"
            self.made.problems.append(Problem(found[0].where, f"qda/{rule}", message, hints[rule], "warning"))


def _letters(text: str) -> list[str]:
    return [char for char in normalise(text) if char.isalnum()]


def _place(evidence: Fields) -> str:
    return str(evidence.get("section") or (f"page {evidence['page']}" if "page" in evidence else evidence["row"]))


def _guid(name: str) -> str:
    return name.strip("{} ").lower()


def _id(name: str) -> str:
    return slug(name).encode("ascii", "ignore").decode().strip("-") or "code"


def as_annotations(
    made: SegmentsRead, mapping: QdaMapping, studies: Mapping[str, StudyPart]
) -> Iterator[tuple[str, Fields | str]]:
    """Yields each annotation by the stem of its file; instead of one without a study, the key of its publication.

    Args:
        made: the findings.
        mapping: the decisions.
        studies: the studies of the publications that are annotated already.
    """
    for stem, reading in sorted(made.readings.items()):
        study = reading.source.study or mapping.study or studies.get(reading.work)
        if study is None:
            yield stem, reading.work
            continue
        head: Fields = {"publication": reading.work, "annotator": reading.coder.annotator}
        head |= {"annotator_is": reading.coder.annotator_is, "coder_agreement": mapping.coder_agreement}
        head |= {"created": mapping.created, "study": study.model_dump(mode="json", exclude_defaults=True)}
        yield stem, _given(head) | {"findings": list(_findings(reading.findings.values()))}


def _findings(findings: Iterable[SegmentFinding]) -> Iterator[Fields]:
    for finding in findings:
        named = {"id": finding.id, "statement": finding.statement, "evidence": finding.evidence, **finding.fields}
        yield {name: named[name] for name in FindingPart.model_fields if name in named}


def _given(fields: Fields) -> Fields:
    return {name: value for name, value in fields.items() if value is not None}
