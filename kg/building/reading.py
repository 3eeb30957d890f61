"""Everything a person wrote, read once: vocabularies, bibliographies, annotations, each with what is wrong with it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kg.building.review_files import SHAPES_SUFFIX, source_paths
from kg.core.files import MAX_BYTES, MAX_QUERY_BYTES, SourceFile, Stamp, stamp_of
from kg.core.layers import layered
from kg.core.problems import Problem
from kg.core.progress import Progress, counted, silent
from kg.graph.triples import SourceGraph
from kg.graph.vocabulary import turtle_graph
from kg.readers import annotations as annotation_files
from kg.readers import same_as as same_as_files
from kg.readers.annotations import AnnotationSource, read_annotation
from kg.readers.bibliography import BibSource, read_bibliography
from kg.readers.codings import CodingSource, read_coding
from kg.readers.formats import ANNOTATION, CODING, DECISIONS, bibliography_kind, find_bibliographies, read_file, unit_of
from kg.readers.same_as import SameAsSource, check_same_as, read_same_as

QUERY_FAMILIES = ("rules", "checks")
"""The folders of `queries/` whose files take part in a build."""


@dataclass(frozen=True)
class Account:
    """What became of the entries of one source file."""

    file: str
    kind: str
    entries: int
    accepted: int

    @property
    def unit(self) -> str:
        """What its entries are called."""
        return unit_of(self.kind)

    def as_json(self) -> dict[str, object]:
        return {
            "file": self.file,
            "kind": self.kind,
            "entries": self.entries,
            "accepted": self.accepted,
            "rejected": self.entries - self.accepted,
        }


@dataclass(frozen=True, slots=True)
class Seen:
    """What stood in a file when it was read."""

    path: Path
    name: str
    digest: str
    stamp: Stamp | None

    def still_is(self) -> bool:
        try:
            return self.stamp == stamp_of(self.path.stat()) or (
                hashlib.sha256(self.path.read_bytes()).hexdigest() == self.digest
            )
        except OSError:
            return False


@dataclass
class Reading:
    """The sources of one review as values, and everything that is wrong with them."""

    root: Path
    vocabularies: list[SourceGraph] = field(default_factory=list)
    shapes: list[SourceFile] = field(default_factory=list)
    bibliographies: list[BibSource] = field(default_factory=list)
    annotations: list[AnnotationSource] = field(default_factory=list)
    codings: list[CodingSource] = field(default_factory=list)
    decisions: SameAsSource | None = None
    problems: list[Problem] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    """All that was read."""

    def works(self) -> set[str]:
        """The keys of the bibliography."""
        return {publication.key for source in self.bibliographies for publication in source.publications}

    @property
    def aliases(self) -> Mapping[str, str]:
        """For each entry that is merged into another, by its key, the key of that other."""
        return self.decisions.aliases if self.decisions else {}

    @property
    def superseded(self) -> frozenset[str]:
        """The stems of the annotations that another one replaces."""
        return frozenset(source.supersedes for source in self.annotations if source.supersedes)

    @property
    def current(self) -> list[AnnotationSource]:
        """The annotations whose statements count: those that no other one replaces."""
        superseded = self.superseded
        return [source for source in self.annotations if source.stem not in superseded]

    @property
    def different(self) -> frozenset[frozenset[str]]:
        """Pairs of works that look alike and are not one."""
        return self.decisions.different if self.decisions else frozenset()

    def file(self, base: Path, path: Path, kind: str, max_bytes: int = MAX_BYTES) -> SourceFile | None:
        """One file as text; when it cannot be read that is a problem and it is accounted for as rejected."""
        file = read_file(base, path, max_bytes)
        if isinstance(file, Problem):
            self.problems.append(file)
            self.accounts.append(Account(file.where.file, kind, 1, 0))
            return None
        self.seen.append(Seen(path, file.name, file.digest, file.stamp))
        return file

    def changed_meanwhile(self) -> str:
        """The name of a file that is not what it was when it was read, or that was not there; empty for none.

        One that was changed and has its old content again, as after `git checkout`, is the file that was read.
        """
        changed = next((seen.name for seen in self.seen if not seen.still_is()), "")
        read = {seen.path for seen in self.seen}
        new = (path.relative_to(base).as_posix() for base, path in source_paths(self.root) if path not in read)
        return changed or next(new, "")


def read_vocabularies(reading: Reading) -> None:
    """Ontology, vocabularies and shapes: those that come with kg, and those of the review on top."""
    for name, (base, path) in layered(reading.root, "ontology", ".ttl").items():
        file = reading.file(base, path, "vocabulary")
        if file is None:
            continue
        if name.endswith(SHAPES_SUFFIX):
            reading.shapes.append(file)
            continue
        graph, problems = turtle_graph(file)
        reading.vocabularies.append(graph.sealed())
        reading.problems += problems
        reading.accounts.append(Account(file.name, "vocabulary", 1, 0 if problems else 1))


def read_bibliographies(reading: Reading, progress: Callable[[str], object] = lambda _: None) -> None:
    """Every bibliography of the review; macros and parents may stand in another file."""
    paths = find_bibliographies(reading.root)
    read = [reading.file(reading.root, path, bibliography_kind(path.name)) for path in paths]
    reading.bibliographies = read_bibliography([file for file in read if file], progress)
    for source in reading.bibliographies:
        reading.problems += source.problems
        reading.accounts.append(Account(source.file.name, source.kind, source.entries, len(source.publications)))


def read_decisions(reading: Reading) -> None:
    """Which entries are the same work; the bibliographies are read before."""
    for path in DECISIONS.paths(reading.root):
        file = reading.file(reading.root, path, "same-as", same_as_files.MAX_BYTES)
        if file is None:
            continue
        source = reading.decisions = read_same_as(file)
        problems = [*source.problems, *check_same_as(source, reading.works())]
        reading.problems += problems
        reading.accounts.append(Account(file.name, "same-as", source.entries, 0 if problems else source.entries))


def early_aliases(root: Path) -> Mapping[str, str]:
    """What `read_decisions` will find to be merged, before the bibliographies are read."""
    aliases: dict[str, str] = {}
    for path in DECISIONS.paths(root):
        file = read_file(root, path, same_as_files.MAX_BYTES)
        if isinstance(file, SourceFile):
            aliases |= read_same_as(file).aliases
    return aliases


def read_annotations(reading: Reading, progress: Progress = silent) -> None:
    """Every annotation of the review."""
    paths = ANNOTATION.paths(reading.root)
    for number, path in enumerate(paths, 1):
        counted(progress, "reading annotations", number, len(paths))
        file = reading.file(reading.root, path, "annotation", annotation_files.MAX_BYTES)
        if file is None:
            continue
        source = read_annotation(file)
        reading.problems += source.problems
        reading.accounts.append(Account(file.name, "annotation", 1, int(not source.problems)))
        reading.annotations.append(source)


def read_codings(reading: Reading) -> None:
    """Every file of imported codings of the review."""
    for path in CODING.paths(reading.root):
        file = reading.file(reading.root, path, "coding")
        if file is None:
            continue
        source = read_coding(file)
        reading.problems += source.problems
        reading.accounts.append(Account(file.name, "coding", source.rows, source.accepted))
        reading.codings.append(source)


def read_queries(reading: Reading) -> dict[str, list[SourceFile]]:
    """The rules and checks, by family."""
    families: dict[str, list[SourceFile]] = {family: [] for family in QUERY_FAMILIES}
    for name, (base, path) in layered(reading.root, "queries", ".rq").items():
        family = name.split("/")[0]
        file = reading.file(base, path, "query", MAX_QUERY_BYTES) if family in families else None
        if file:
            families[family].append(file)
    return families
