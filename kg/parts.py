"""What one annotation gives to the graph: all of it that can be had without the bibliography and the other annotations.

What it names of them is noted, so that whether it is there can be told when they have been read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.graph.annotation import annotation_graph, superseded_graph
from kg.graph.quotations import quotations_graph
from kg.graph.triples import SourceGraph
from kg.problems import Location, Problem
from kg.quotes import check_records
from kg.reading import Account, Reading, Seen
from kg.sources import annotations as annotation_files
from kg.sources import verdicts as record_files
from kg.sources.annotations import AnnotationSource, read_annotation
from kg.sources.files import ANNOTATIONS, RECORDS, find_sources
from kg.sources.references import check_references
from kg.sources.verdicts import RecordSource, read_record
from kg.sources.walk import given_ids
from kg.values import Vocabulary


@dataclass(frozen=True)
class Part:
    """One annotation with the record of its quotations; or a record that no annotation is there for."""

    stem: str
    path: Path | None
    key: str
    supersedes: str
    supersedes_at: Location
    seen: tuple[Seen, ...]
    accounts: tuple[Account, ...]
    record_accounts: tuple[Account, ...]
    problems: tuple[Problem, ...]
    references: tuple[Problem, ...]
    """What is wrong with the names in it, when all works and findings that it names are there."""
    quotations: tuple[Problem, ...]
    works: frozenset[str]
    """The works that it names, by key."""
    wanted: frozenset[str]
    """The findings of other annotations that it names, as `STEM/ID`."""
    findings: frozenset[str]
    """Its own findings, as others name them."""
    graph: SourceGraph | None
    superseded_graph: SourceGraph | None
    record_graph: SourceGraph | None
    bare_record_graph: SourceGraph | None
    """That of a record which says nothing of the evidence, since the annotation does not count."""


class _Asked(Collection[str]):
    """Holds everything, and knows what was asked for."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def __contains__(self, name: object) -> bool:
        self.names.add(str(name))
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def annotation_paths(root: Path) -> dict[str, tuple[Path | None, Path | None]]:
    """Annotations and records by stem, in the order of their names."""
    annotations = {path.name.removesuffix(".yaml"): path for path in find_sources(root, ANNOTATIONS, "*.yaml")}
    records = {path.name.removesuffix(".yaml"): path for path in find_sources(root, RECORDS, "*.yaml")}
    alone = [stem for stem in records if stem not in annotations]
    return {stem: (annotations.get(stem), records.get(stem)) for stem in [*annotations, *alone]}


def read_parts(
    root: Path,
    paths: Mapping[str, tuple[Path | None, Path | None]],
    vocabulary: Vocabulary,
    aliases: Mapping[str, str],
    progress: Callable[[str], object] = lambda _: None,
) -> list[Part]:
    """The parts of the annotations and records at the paths."""
    parts = []
    for number, (stem, (annotation, record)) in enumerate(paths.items()):
        if number % 100 == 0:
            progress(f"reading annotations: {number} of {len(paths)}")
        parts.append(read_part(root, stem, annotation, record, vocabulary, aliases))
    return parts


def read_part(
    root: Path, stem: str, annotation: Path | None, record: Path | None, vocabulary: Vocabulary,
    aliases: Mapping[str, str],
) -> Part:
    """The part of one annotation, of its record, or of both."""
    reading = Reading(root)
    source = _annotation(reading, annotation) if annotation else None
    accounts = tuple(reading.accounts)
    held = _record(reading, record) if record else None
    works, wanted = _Asked(), _Asked()
    references: Sequence[Problem] = ()
    graph = superseded = None
    if source:
        references = check_references(source, vocabulary, works, wanted)
        if source.annotation:
            graph, superseded = annotation_graph(source, aliases).sealed(), superseded_graph(source, aliases).sealed()
    known = held if held and held.record else None
    return Part(
        stem=stem, path=annotation if source else None, key=source.key if source else "",
        supersedes=source.supersedes if source else "",
        supersedes_at=source.written.locate(("supersedes",)) if source else Location(""),
        seen=tuple(reading.seen), accounts=accounts, record_accounts=tuple(reading.accounts[len(accounts):]),
        problems=tuple(reading.problems), references=tuple(references),
        quotations=tuple(check_records([source] if source else [], [held] if held else [])),
        works=frozenset(works.names), wanted=frozenset(wanted.names),
        findings=frozenset(f"{stem}/{given}" for what, _, given in given_ids(source.written.data)
                           if what == "finding") if source else frozenset(),
        graph=graph, superseded_graph=superseded,
        record_graph=quotations_graph(known, graph).sealed() if known else None,
        bare_record_graph=quotations_graph(known, None).sealed() if known else None,
    )  # fmt: skip


def _annotation(reading: Reading, path: Path) -> AnnotationSource | None:
    file = reading.file(reading.root, path, "annotation", annotation_files.MAX_BYTES)
    if file is None:
        return None
    source = read_annotation(file)
    reading.problems += source.problems
    reading.accounts.append(Account(file.name, "annotation", 1, int(not source.problems)))
    return source


def _record(reading: Reading, path: Path) -> RecordSource | None:
    file = reading.file(reading.root, path, "verdict", record_files.MAX_BYTES)
    if file is None:
        return None
    source = read_record(file)
    count = len(source.record.quotations) if source.record else 0
    reading.problems += source.problems
    reading.accounts.append(Account(file.name, "verdict", count or 1, count))
    return source


def check_parts(root: Path, parts: Sequence[Part], vocabulary: Vocabulary, works: Collection[str]) -> list[Problem]:
    """What is wrong with the names in the annotations that count, and with their quotations."""
    counting = current(parts)
    findings = frozenset().union(*(part.findings for part in counting))
    problems: list[Problem] = []
    for part in counting:
        problems += part.quotations
        if part.works <= works and part.wanted <= findings:
            problems += part.references
        elif part.path and (source := _annotation(Reading(root), part.path)):  # what is meant is told from all there is
            problems += check_references(source, vocabulary, works, findings)
    return problems


def part_accounts(parts: Sequence[Part]) -> list[Account]:
    """Those of the annotations, then those of the records, each in the order of their names."""
    records = [account for part in parts for account in part.record_accounts]
    return [*(account for part in parts for account in part.accounts), *sorted(records, key=lambda found: found.file)]


def current(parts: Sequence[Part]) -> list[Part]:
    """Those that no other one replaces."""
    superseded = {part.supersedes for part in parts if part.supersedes}
    return [part for part in parts if part.stem not in superseded]


def part_graphs(parts: Sequence[Part]) -> list[SourceGraph]:
    """The graphs of the annotations that count, what stays of those that do not, and the graphs of the records."""
    counting = {part.stem for part in current(parts)}
    records = (part.record_graph if part.stem in counting and part.path else part.bare_record_graph for part in parts)
    return list(filter(None, (
        *(part.graph for part in parts if part.stem in counting),
        *(part.superseded_graph for part in parts if part.stem not in counting),
        *records,
    )))  # fmt: skip
