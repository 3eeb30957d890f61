"""What one annotation gives to the graph: all of it that can be had without the bibliography and the other annotations.

What it names of them is noted, so that whether it is there can be told when they have been read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence, Set
from dataclasses import astuple, dataclass, replace
from pathlib import Path
from typing import Any

from kg.building.cache import Cache, key_of
from kg.building.quotes import check_records
from kg.building.reading import Account, Reading, Seen
from kg.core.files import SourceFile, read_source
from kg.core.problems import Location, Problem
from kg.graph.annotation import annotation_graph
from kg.graph.quotations import quotations_graph
from kg.graph.superseded import bare_graph, superseded_graph
from kg.graph.triples import SourceGraph
from kg.model.bibliography import Vocabulary
from kg.readers import annotations as annotation_files
from kg.readers import verdicts as record_files
from kg.readers.annotations import read_annotation
from kg.readers.formats import ANNOTATION, RECORD
from kg.readers.references import check_references
from kg.readers.verdicts import read_record


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
    record_graph: SourceGraph | None
    cached: str = ""
    """The key that it is kept under for the next build."""

    @property
    def superseded_graph(self) -> SourceGraph | None:
        """What stays of the graph when the annotation does not count."""
        return superseded_graph(self.graph) if self.graph else None

    @property
    def bare_record_graph(self) -> SourceGraph | None:
        """That of a record which says nothing of the evidence, since the annotation does not count."""
        return bare_graph(self.record_graph) if self.record_graph else None

    def keep(self, cache: Cache) -> None:
        """Keeps all but what depends on where and when it was read, for `kept_part`."""
        if not cache.keeps:
            return
        made: dict[str, Any] = {"key": self.key, "supersedes": self.supersedes, "at": astuple(self.supersedes_at)}
        made |= {name: [list(vars(account).values()) for account in getattr(self, name)] for name in _ACCOUNTS}
        made |= {name: [problem.as_json() for problem in getattr(self, name)] for name in _PROBLEMS}
        made |= {name: sorted(getattr(self, name)) for name in _NAMES}
        graphs = {name: graph for name in _GRAPHS if (graph := getattr(self, name))}
        made["graphs"] = {name: graph.iri.value for name, graph in graphs.items()}
        cache.put(
            self.cached,
            made,
            [text for graph in graphs.values() for text in (graph.text, "\n".join(graph.traced()).encode())],
        )


_ACCOUNTS = ("accounts", "record_accounts")
_PROBLEMS = ("problems", "references", "quotations")
_NAMES = ("works", "wanted", "findings")
_GRAPHS = ("graph", "record_graph")


def kept_part(cache: Cache, key: str, stem: str, path: Path | None, seen: Sequence[Seen]) -> Part | None:
    """The part that is kept under the key, if there is one."""
    value, texts = cache.get_with_texts(key)
    if value is None:
        return None
    made: dict[str, Any] = {name: tuple(Account(*account) for account in value[name]) for name in _ACCOUNTS}
    made |= {name: tuple(Problem.from_json(problem) for problem in value[name]) for name in _PROBLEMS}
    made |= {name: frozenset(value[name]) for name in _NAMES}
    made |= dict.fromkeys(_GRAPHS)
    for number, (name, iri) in enumerate(value["graphs"].items()):
        made[name] = SourceGraph.from_json([iri, texts[2 * number].decode(), texts[2 * number + 1].decode()])
    return Part(
        stem=stem,
        path=path,
        key=value["key"],
        supersedes=value["supersedes"],
        supersedes_at=Location(*value["at"]),
        seen=tuple(seen),
        cached=key,
        **made,
    )


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


Paths = Mapping[str, tuple[Path | None, Path | None]]
"""An annotation and the record of its quotations, by their stem."""


def annotation_paths(root: Path) -> Paths:
    """Annotations and records by stem, in the order of their names."""
    annotations = {path.name.removesuffix(".yaml"): path for path in ANNOTATION.paths(root)}
    records = {path.name.removesuffix(".yaml"): path for path in RECORD.paths(root)}
    alone = [stem for stem in records if stem not in annotations]
    return {stem: (annotations.get(stem), records.get(stem)) for stem in [*annotations, *alone]}


@dataclass(frozen=True)
class Around:
    """What of the rest of a review the part of an annotation depends on."""

    root: Path
    vocabulary: Vocabulary
    aliases: Mapping[str, str]
    digest: str
    """Of the files that the vocabulary and the aliases were read from."""


def read_parts(
    around: Around, paths: Paths, cache: Cache, progress: Callable[[str], object] = lambda _: None
) -> list[Part]:
    """The parts of the annotations and records at the paths."""
    parts = []
    with cache.together():
        for number, (stem, (annotation, record)) in enumerate(paths.items()):
            if number % 100 == 0:
                progress(f"reading annotations: {number} of {len(paths)}")
            parts.append(read_part(around, stem, annotation, record, cache))
    return parts


def read_part(around: Around, stem: str, annotation: Path | None, record: Path | None, cache: Cache) -> Part:
    """The part of one annotation, of its record, or of both: that of the last build if they are what they were."""
    reading = Reading(around.root)
    file = reading.file(around.root, annotation, "annotation", annotation_files.MAX_BYTES) if annotation else None
    before = len(reading.accounts)
    held = reading.file(around.root, record, "verdict", record_files.MAX_BYTES) if record else None
    unread = tuple(reading.accounts[:before]), tuple(reading.accounts[before:])
    if reading.problems:
        return _made(around, stem, annotation, file, held, reading, unread)
    key = key_of("annotation", stem, around.digest, [seen.digest for seen in reading.seen], bool(file))
    part = kept_part(cache, key, stem, annotation, reading.seen)
    if part is None:
        part = replace(_made(around, stem, annotation, file, held, reading, unread), cached=key)
        part.keep(cache)
    return part


def _made(
    around: Around,
    stem: str,
    path: Path | None,
    file: SourceFile | None,
    held: SourceFile | None,
    reading: Reading,
    unread: tuple[tuple[Account, ...], tuple[Account, ...]],
) -> Part:
    source = read_annotation(file) if file else None
    record = read_record(held) if held else None
    works, wanted = _Asked(), _Asked()
    references: Sequence[Problem] = ()
    graph: SourceGraph | None = None
    accounts, record_accounts = unread
    if source:
        accounts = (Account(source.file.name, "annotation", 1, int(not source.problems)),)
        references = check_references(source, around.vocabulary, works, wanted)
        if source.annotation:
            graph = annotation_graph(source, around.aliases)
    if record:
        count = len(record.record.quotations) if record.record else 0
        record_accounts = (Account(record.file.name, "verdict", count or 1, count),)
    known = record if record and record.record else None
    return Part(
        stem=stem, path=path if source else None, key=source.key if source else "",
        supersedes=source.supersedes if source else "",
        supersedes_at=source.written.locate(("supersedes",)) if source else Location(""),
        seen=tuple(reading.seen), accounts=accounts, record_accounts=record_accounts,
        problems=(*reading.problems, *(source.problems if source else ()), *(record.problems if record else ())),
        references=tuple(references),
        quotations=tuple(check_records([source] if source else [], [record] if record else [])),
        works=frozenset(works.names), wanted=frozenset(wanted.names),
        findings=frozenset(f"{stem}/{given}" for what, _, given in source.named.given
                           if what == "finding") if source else frozenset(),
        graph=graph, record_graph=quotations_graph(known, graph) if known else None,
    )  # fmt: skip


def check_parts(root: Path, parts: Sequence[Part], vocabulary: Vocabulary, works: Set[str]) -> list[Problem]:
    """What is wrong with the names in the annotations that count, and with their quotations."""
    counting = current(parts)
    findings = frozenset().union(*(part.findings for part in counting))
    problems: list[Problem] = []
    for part in counting:
        problems += part.quotations
        if part.works <= works and part.wanted <= findings:
            problems += part.references
        elif part.path:  # what may be meant is told from all there is
            file = read_source(root, part.path, annotation_files.MAX_BYTES)
            if isinstance(file, SourceFile):
                problems += check_references(read_annotation(file), vocabulary, works, findings)
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
