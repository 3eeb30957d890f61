"""The sources of a review, read once: vocabularies, bibliographies, annotations and all others, with their problems."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Literal

from kg.building.doubts import Doubt
from kg.building.review_files import SHAPES_SUFFIX, source_paths
from kg.core.files import MAX_BYTES, MAX_QUERY_BYTES, SourceFile, Stamp, stamp_of
from kg.core.layers import layered
from kg.core.problems import Location, Problem
from kg.core.progress import Progress, counted, silent
from kg.graph.statements import SourceGraph
from kg.graph.vocabulary import same_slugs, turtle_graph, vocabulary_of
from kg.model.bibliography import BibliographyEntry, Person, Vocabulary
from kg.model.same_names import printed_names, works_of
from kg.readers import annotations as annotation_files
from kg.readers import formats
from kg.readers import same_as as same_as_files
from kg.readers import verdicts as record_files
from kg.readers.annotations import AnnotationSource, read_annotation
from kg.readers.bibliography import BibSource, read_bibliography
from kg.readers.codings import CodingSource, read_coding
from kg.readers.formats import CODING, DECISIONS, RECORD, ReviewSource, bibliography_kind, read_file, unit_of
from kg.readers.same_as import SameAsSource, check_same_as, read_same_as
from kg.readers.texts.found import files_of
from kg.readers.verdicts import RecordSource, read_record

_CONFLICT = (re.compile("^<{7} ", re.M), re.compile("^>{7} ", re.M))


@dataclass(frozen=True)
class Account:
    """How many entries of one source file were accepted."""

    file: str
    kind: str
    entries: int
    accepted: int

    @property
    def unit(self) -> str:
        """The name of one entry."""
        return unit_of(self.kind)

    def as_json(self) -> dict[str, object]:
        """As the report has it."""
        return vars(self) | {"rejected": self.entries - self.accepted}


@dataclass(frozen=True, slots=True)
class Seen:
    """The state of a file when it was read."""

    path: Path
    name: str
    digest: str
    stamp: Stamp | None

    def is_unchanged(self) -> bool:
        """Whether the file still has the content that was read."""
        try:
            return self.stamp == stamp_of(self.path.stat()) or (
                hashlib.sha256(self.path.read_bytes()).hexdigest() == self.digest
            )
        except OSError:
            return False


@dataclass
class Sources:
    """The sources of one review as values, and their problems. The functions below fill it."""

    root: Path
    vocabularies: list[SourceGraph] = field(default_factory=list)
    shapes: list[SourceFile] = field(default_factory=list)
    rules: list[SourceFile] = field(default_factory=list)
    checks: list[SourceFile] = field(default_factory=list)
    bibliographies: list[BibSource] = field(default_factory=list)
    works: set[str] = field(default_factory=set)
    """The keys of all entries."""
    decisions: SameAsSource | None = None
    decided_people: dict[str, tuple[Person, ...]] = field(default_factory=dict)
    """The names that decisions are about, each with its divisions into family and given name."""
    annotations: list[AnnotationSource] = field(default_factory=list)
    records: list[RecordSource] = field(default_factory=list)
    codings: list[CodingSource] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    doubts: tuple[Doubt, ...] = ()
    """What the bibliographies say without certainty."""
    accounts: list[Account] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    """Every file that was read."""

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The concepts of the vocabularies, which are read before."""
        return vocabulary_of(self.vocabularies)

    @property
    def aliases(self) -> Mapping[str, str]:
        """For the key of each entry that is merged into another one, the key of the other."""
        return self.decided("works")[0]

    @property
    def studies(self) -> Mapping[str, str]:
        """For the key of each publication whose study is counted under another one, the key of the other."""
        return self.decisions.studies.aliases if self.decisions else {}

    @property
    def different(self) -> frozenset[frozenset[str]]:
        """Pairs of works that look alike and were decided to be different."""
        return self.decided("works")[1]

    def decided(
        self, kind: Literal["works", "people", "venues"]
    ) -> tuple[Mapping[str, str], frozenset[frozenset[str]]]:
        """What is kept for each entry, name or venue that is merged into it, and the pairs that are different."""
        if self.decisions is None:
            return {}, frozenset()
        found = {"works": self.decisions.works, "people": self.decisions.people, "venues": self.decisions.venues}[kind]
        return found.aliases, found.different

    def with_names(self) -> list[BibliographyEntry]:
        """The works whose authors and venues are in the graph."""
        found = (entry for source in self.bibliographies for entry in source.publications)
        return works_of(found, self.aliases)

    @property
    def superseded(self) -> frozenset[str]:
        """The stems of the annotations that another one replaces."""
        return frozenset(name for source in self.annotations for _, name in source.supersedes)

    @property
    def current(self) -> list[AnnotationSource]:
        """The annotations that no other one replaces."""
        superseded = self.superseded
        return [source for source in self.annotations if source.stem not in superseded]

    @property
    def further(self) -> frozenset[str]:
        """The stems of the current annotations of publications whose main reading is another one.

        The main reading is KEY.yaml, else one that replaces others (a consensus). Without either no reading is further.
        """
        readings: dict[str, list[AnnotationSource]] = defaultdict(list)
        for source in self.current:
            readings[self.aliases.get(source.key, source.key)].append(source)
        found: set[str] = set()
        for several in readings.values():
            main = [s for s in several if s.stem == s.key] or [s for s in several if s.supersedes] or several
            found |= {source.stem for source in several} - {source.stem for source in main}
        return frozenset(found)

    @property
    def has_errors(self) -> bool:
        """Whether a problem so far is an error."""
        return any(problem.severity == "error" for problem in self.problems)

    def file(self, base: Path, path: Path, kind: str, max_bytes: int = MAX_BYTES) -> SourceFile | None:
        """One file as text; None, and a problem and a rejected entry, if it cannot be read."""
        file = read_file(base, path, max_bytes)
        if isinstance(file, Problem):
            self.problems.append(file)
            self.accounts.append(Account(file.where.file, kind, 1, 0))
            return None
        self.seen.append(Seen(path, file.name, file.digest, file.stamp))
        self.problems += conflicts(file)
        return file

    def files(self, form: ReviewSource, kind: str, max_bytes: int = MAX_BYTES) -> Iterator[SourceFile]:
        """Every file of one format that can be read."""
        return filter(None, (self.file(self.root, path, kind, max_bytes) for path in form.paths(self.root)))

    def changed_meanwhile(self) -> str:
        """The name of a source that was changed, removed or added since the sources were read; empty for none."""
        changed = next((seen.name for seen in self.seen if not seen.is_unchanged()), "")
        read = {seen.path for seen in self.seen}
        new = (path.relative_to(base).as_posix() for base, path in source_paths(self.root) if path not in read)
        return changed or next(new, "")


def conflicts(file: SourceFile) -> list[Problem]:
    """An error if the file contains the marks of a merge that git could not finish."""
    for pattern in _CONFLICT:
        lines = [file.text.count("\n", 0, mark.start()) + 1 for mark in islice(pattern.finditer(file.text), 2)]
        if lines:
            more = f"; the next one is in line {lines[1]}" if len(lines) > 1 else ""
            message, hint = (
                f"unresolved merge conflict{more}",
                "choose between the two versions, and remove the marks of git",
            )
            return [Problem(Location(file.name, lines[0], 1), "file/merge-conflict", message, hint)]
    return []


def read_vocabularies(sources: Sources) -> None:
    """Reads ontology, vocabularies and shapes: those that come with kg, and those of the review."""
    for name, (base, path) in layered(sources.root, "ontology", ".ttl").items():
        file = sources.file(base, path, "vocabulary")
        if file is None:
            continue
        if name.endswith(SHAPES_SUFFIX):
            sources.shapes.append(file)
            continue
        graph, problems = turtle_graph(file)
        sources.vocabularies.append(graph)
        sources.problems += problems
        rejected = any(problem.severity == "error" for problem in problems)
        sources.accounts.append(Account(file.name, "vocabulary", 1, 0 if rejected else 1))
    sources.problems += same_slugs(sources.vocabularies)


def read_queries(sources: Sources) -> None:
    """Reads the rules and checks."""
    families = {"rules": sources.rules, "checks": sources.checks}
    for name, (base, path) in layered(sources.root, "queries", ".rq").items():
        family = families.get(name.split("/")[0])
        if family is not None and (file := sources.file(base, path, "query", MAX_QUERY_BYTES)):
            family.append(file)


def read_bibliographies(
    sources: Sources, progress: Callable[[str], object] = lambda _: None, without: Path | None = None
) -> None:
    """Reads every bibliography `without` one; macros and parents of an entry may be in another file."""
    paths = [path for path in formats.find_bibliographies(sources.root) if path != without]
    read = [sources.file(sources.root, path, bibliography_kind(path.name)) for path in paths]
    sources.bibliographies = read_bibliography([file for file in read if file], progress)
    for source in sources.bibliographies:
        sources.works |= {publication.key for publication in source.publications}
        sources.problems += source.problems
        sources.accounts.append(Account(source.file.name, source.kind, source.entries, len(source.publications)))


def files_of_entries(sources: Sources, progress: Progress = silent) -> dict[str, list[str]]:
    """The files that entries name (`file = {…}`), by key; the bibliographies are read if they were not."""
    if not sources.bibliographies:
        read_bibliographies(sources, progress)
    works = (work for source in sources.bibliographies for work in source.publications)
    return {work.key: files_of(work.fields["file"]) for work in works if work.fields.get("file")}


def read_decisions(sources: Sources) -> None:
    """Reads which entries, studies, names and venues are the same; the bibliographies are read before."""
    for file in sources.files(DECISIONS, "same-as", same_as_files.MAX_BYTES):
        source = sources.decisions = read_same_as(file)
        keys = source.works.named | source.studies.named
        named = source.people.named or source.venues.named or not keys <= sources.works
        printed = printed_names(sources.with_names() if named else ())
        sources.decided_people = {name: printed.people.get(name, ()) for name in source.people.named}
        problems = [*source.problems, *check_same_as(source, sources.works, printed.people, printed.venues)]
        sources.problems += problems
        sources.accounts.append(
            Account(file.name, "same-as", source.entries, 0 if _errors(problems) else source.entries)
        )


def read_annotations(sources: Sources, progress: Progress = silent) -> None:
    """Reads every annotation."""
    paths = formats.ANNOTATION.paths(sources.root)
    for number, path in enumerate(paths, 1):
        counted(progress, "reading annotations", number, len(paths))
        file = sources.file(sources.root, path, "annotation", annotation_files.MAX_BYTES)
        if file is None:
            continue
        source = read_annotation(file)
        sources.problems += source.problems
        sources.accounts.append(Account(file.name, "annotation", 1, int(not _errors(source.problems))))
        sources.annotations.append(source)


def read_records(sources: Sources) -> None:
    """Reads every record of verified quotations."""
    for file in sources.files(RECORD, "verdict", record_files.MAX_BYTES):
        source = read_record(file)
        count = len(source.record.quotations) if source.record else 0
        sources.problems += source.problems
        sources.accounts.append(Account(file.name, "verdict", count or 1, count))
        sources.records.append(source)


def _errors(problems: Iterable[Problem]) -> list[Problem]:
    return [problem for problem in problems if problem.severity == "error"]


def read_codings(sources: Sources) -> None:
    """Reads every file of imported codings."""
    for file in sources.files(CODING, "coding"):
        source = read_coding(file)
        sources.problems += source.problems
        sources.accounts.append(Account(file.name, "coding", source.rows, source.accepted))
        sources.codings.append(source)
