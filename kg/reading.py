"""Everything a person wrote, read once: vocabularies, bibliographies, annotations, each with what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from kg.graph.triples import SourceGraph
from kg.graph.vocabulary import turtle_graph, vocabulary_of
from kg.layers import layered
from kg.problems import Location, Problem, UsageError, printable
from kg.sources import annotations as annotation_files
from kg.sources.annotations import AnnotationSource, read_annotation
from kg.sources.bibtex import BibSource, read_bibliography
from kg.sources.files import BIBTEX, MAX_BYTES, MAX_QUERY_BYTES, SourceFile, find_sources, read_source
from kg.sources.references import check_references
from kg.sources.walk import given_ids

SHAPES_SUFFIX = "shapes.ttl"
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
        return "annotation" if self.kind == "annotation" else "entry"

    def as_json(self) -> dict[str, object]:
        return {"file": self.file, "kind": self.kind, "entries": self.entries, "accepted": self.accepted,
                "rejected": self.entries - self.accepted}


@dataclass
class Reading:
    """The sources of one review as values, and everything that is wrong with them."""

    root: Path
    vocabularies: list[SourceGraph] = field(default_factory=list)
    shapes: list[SourceFile] = field(default_factory=list)
    bibliographies: list[BibSource] = field(default_factory=list)
    annotations: list[AnnotationSource] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)

    def works(self) -> set[str]:
        """The keys of the bibliography."""
        return {publication.key for source in self.bibliographies for publication in source.publications}

    def file(self, base: Path, path: Path, kind: str, max_bytes: int = MAX_BYTES) -> SourceFile | None:
        """One file as text; when it cannot be read that is a problem and it is accounted for as rejected."""
        file = read_source(base, path, max_bytes)
        if isinstance(file, Problem):
            self.problems.append(file)
            self.accounts.append(Account(file.where.file, kind, 1, 0))
            return None
        return file


def open_review(root: Path) -> Path:
    """The review folder itself.

    Raises:
        UsageError: if the folder holds no `bib/`.
    """
    if not (root / "bib").is_dir():
        raise UsageError(f"{root} is not a review: it has no folder bib/; make one with `kg init DIR`, "
                         "or name one with `kg --root DIR`")
    return root.resolve()


def source_paths(root: Path) -> Iterable[tuple[Path, Path]]:
    """Every file that a named graph is made from, with the base that its name is relative to."""
    yield from (pair for name, pair in layered(root, "ontology", ".ttl").items() if not name.endswith(SHAPES_SUFFIX))
    yield from (pair for name, pair in layered(root, "queries", ".rq").items() if name.startswith("rules/"))
    for folder, pattern in (("bib", BIBTEX), ("bib/annotations", "*.yaml")):
        yield from ((root, path) for path in find_sources(root, folder, pattern))


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
        reading.vocabularies.append(graph)
        reading.problems += problems
        reading.accounts.append(Account(file.name, "vocabulary", 1, 0 if problems else 1))


def read_bibliographies(reading: Reading) -> None:
    """Every bibliography of the review; macros and parents may stand in another file."""
    read = [reading.file(reading.root, path, "bibtex") for path in find_sources(reading.root, "bib", BIBTEX)]
    reading.bibliographies = read_bibliography([file for file in read if file])
    for source in reading.bibliographies:
        reading.problems += source.problems
        reading.accounts.append(Account(source.file.name, "bibtex", source.entries, len(source.publications)))


def read_annotations(reading: Reading) -> None:
    """Every annotation of the review."""
    for path in find_sources(reading.root, "bib/annotations", "*.yaml"):
        file = reading.file(reading.root, path, "annotation", annotation_files.MAX_BYTES)
        if file is None:
            continue
        source = read_annotation(file)
        reading.problems += source.problems
        reading.accounts.append(Account(file.name, "annotation", 1, int(not source.problems)))
        reading.annotations.append(source)


def check_not_read(reading: Reading) -> None:
    """A file that looks like a source and is not read is never passed over without a word."""
    read = {account.file for account in reading.accounts}
    for path in sorted((reading.root / "bib").rglob("*")):
        name = printable(path.relative_to(reading.root).as_posix())
        looks = path.suffix.lower() in (".bib", ".yaml", ".yml") or (path.is_symlink() and not path.is_file())
        if looks and not any(other == name or other.startswith(f"{name}/") for other in read):
            reading.problems.append(Problem(
                Location(name), "file/not-read", f"this {_what_is(path)} is not read",
                "bibliographies are bib/NAME.bib, annotations bib/annotations/KEY.yaml", "warning"))


def _what_is(path: Path) -> str:
    """What a person would call what is at `path`."""
    if path.is_symlink():
        return "link" if path.exists() else "link, which leads nowhere,"
    return "folder" if path.is_dir() else "file" if path.is_file() else "pipe or device"


def check_annotations(reading: Reading) -> None:
    """Whether what the annotations refer to exists."""
    vocabulary, works = vocabulary_of(reading.vocabularies), reading.works()
    findings = {f"{source.stem}/{given}" for source in reading.annotations
                for what, _, given in given_ids(source.written.data) if what == "finding"}
    for source in reading.annotations:
        reading.problems += check_references(source, vocabulary, works, findings)


def read_queries(reading: Reading) -> dict[str, list[SourceFile]]:
    """The rules and checks, by family."""
    families: dict[str, list[SourceFile]] = {family: [] for family in QUERY_FAMILIES}
    for name, (base, path) in layered(reading.root, "queries", ".rq").items():
        family = name.split("/")[0]
        file = reading.file(base, path, "query", MAX_QUERY_BYTES) if family in families else None
        if file:
            families[family].append(file)
    return families
