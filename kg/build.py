"""The pipeline: sources, references, graphs, rules, shapes, files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from kg.api import KnowledgeGraph
from kg.graph.annotation import annotation_graph
from kg.graph.bibliography import bibliography_graph
from kg.graph.checks import run_checks
from kg.graph.rules import apply_rules
from kg.graph.serialise import nquads, turtle
from kg.graph.shapes import check_shapes
from kg.graph.triples import SourceGraph, all_places
from kg.graph.vocabulary import turtle_graph, vocabulary_of
from kg.layers import layered
from kg.output import write_whole
from kg.problems import Location, Problem, UsageError, in_order
from kg.queries import QueryLibrary
from kg.sources import annotations as annotation_files
from kg.sources.annotations import AnnotationSource, read_annotation
from kg.sources.bibtex import BibSource, read_bibliography
from kg.sources.files import BIBTEX, MAX_BYTES, SourceFile, find_sources, read_source
from kg.sources.references import check_references
from kg.sources.walk import given_ids
from kg.store import Store

Progress = Callable[[str], None]
SHAPES_SUFFIX = "shapes.ttl"


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
class Assembly:
    """Everything read and made in one run, before anything is written."""

    graphs: list[SourceGraph] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.severity == "error"]


def open_review(root: Path) -> Path:
    """The review folder itself.

    Raises:
        UsageError: if the folder holds no `bib/`.
    """
    if not (root / "bib").is_dir():
        raise UsageError(f"{root} is not a review: it has no folder bib/; make one with `kg init DIR`, "
                         "or name one with `kg --root DIR`")
    return root.resolve()


def assemble(root: Path, progress: Progress = lambda _: None) -> Assembly:
    """Reads and checks everything in the review: the graph when it is right, all problems when it is not."""
    assembly = Assembly()
    progress("reading vocabularies")
    vocabularies, shapes = _read_ontology(root, assembly)
    progress("reading the bibliography")
    bibliographies = _read_bibliographies(root, assembly)
    progress("reading annotations")
    annotations = read_annotations(root, assembly)
    assembly.problems += _not_read(root, assembly.accounts)
    _check_annotations(assembly, annotations, vocabularies, bibliographies)
    if not assembly.errors:
        progress("applying rules")
        assembly.graphs = [
            *vocabularies,
            *map(bibliography_graph, bibliographies),
            *map(annotation_graph, annotations),
        ]
        _apply_rules_and_checks(root, assembly)
        progress("checking shapes")
        assembly.problems += check_shapes(assembly.graphs, shapes)
    assembly.problems += QueryLibrary.of(root).check()
    assembly.problems = in_order(assembly.problems)
    return assembly


def build(root: Path, progress: Progress = lambda _: None) -> Assembly:
    """Builds the graph into `build/`; when anything is an error, nothing is written and the last build stays."""
    assembly = assemble(root, progress)
    if assembly.errors:
        return assembly
    progress("writing build/")
    folder, quads = root / "build", nquads(assembly.graphs)
    write_whole(folder / "graph.ttl", turtle(assembly.graphs))
    write_whole(folder / "report.json", report_json(assembly, quads))
    write_whole(folder / "graph.nq", quads)
    return assembly


def report_json(assembly: Assembly, quads: bytes | None = None) -> str:
    """The accounts and problems of a run, and the content hash of the graph that was written."""
    report: dict[str, object] = {
        "sources": [account.as_json() for account in assembly.accounts],
        "problems": [
            {"file": p.where.file, "line": p.where.line, "column": p.where.column, "rule": p.rule,
             "severity": p.severity, "message": p.message, "hint": p.hint}
            for p in assembly.problems
        ],
    }  # fmt: skip
    if quads is not None:
        report["graph"] = {"quads": quads.count(b"\n"), "sha256": hashlib.sha256(quads).hexdigest()}
    return json.dumps(report, indent=2, ensure_ascii=False) + "\n"


def changed_since_build(graph: KnowledgeGraph) -> list[str]:
    """Source files that are not what the graph was built from: changed, gone, or new."""
    built = {str(row["file"]): str(row["hash"]) for row in graph.sparql(_SOURCES)}
    found = {path.relative_to(base).as_posix(): path for base, path in _source_paths(graph.root)}
    changed = [name for name, path in found.items()
               if built.get(name) != f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"]
    return sorted([*changed, *(set(built) - set(found))])


_SOURCES = "SELECT ?file ?hash WHERE { ?graph cs:sourceFile ?file ; cs:contentHash ?hash }"


def _source_paths(root: Path) -> Iterable[tuple[Path, Path]]:
    """Every file that a named graph is made from, with the base that its name is relative to."""
    yield from (pair for name, pair in layered(root, "ontology", ".ttl").items() if not name.endswith(SHAPES_SUFFIX))
    yield from (pair for name, pair in layered(root, "queries", ".rq").items() if name.startswith("rules/"))
    for folder, pattern in (("bib", BIBTEX), ("bib/annotations", "*.yaml")):
        yield from ((root, path) for path in find_sources(root, folder, pattern))


# --- steps ------------------------------------------------------------------------------------------------------------


def _read(assembly: Assembly, base: Path, path: Path, kind: str, max_bytes: int = MAX_BYTES) -> SourceFile | None:
    file = read_source(base, path, max_bytes)
    if isinstance(file, Problem):
        assembly.problems.append(file)
        assembly.accounts.append(Account(file.where.file, kind, 1, 0))
        return None
    return file


def _read_ontology(root: Path, assembly: Assembly) -> tuple[list[SourceGraph], list[SourceFile]]:
    graphs, shapes = [], []
    for name, (base, path) in layered(root, "ontology", ".ttl").items():
        file = _read(assembly, base, path, "vocabulary")
        if file is None:
            continue
        if name.endswith(SHAPES_SUFFIX):
            shapes.append(file)
            continue
        graph, problems = turtle_graph(file)
        graphs.append(graph)
        assembly.problems += problems
        assembly.accounts.append(Account(file.name, "vocabulary", 1, 0 if problems else 1))
    return graphs, shapes


def _read_bibliographies(root: Path, assembly: Assembly) -> list[BibSource]:
    read = [_read(assembly, root, path, "bibtex") for path in find_sources(root, "bib", BIBTEX)]
    sources = read_bibliography([file for file in read if file])
    for source in sources:
        assembly.problems += source.problems
        assembly.accounts.append(Account(source.file.name, "bibtex", source.entries, len(source.publications)))
    return sources


def read_annotations(root: Path, assembly: Assembly) -> list[AnnotationSource]:
    """Every annotation of the review; what is wrong goes into `assembly`."""
    sources = []
    for path in find_sources(root, "bib/annotations", "*.yaml"):
        file = _read(assembly, root, path, "annotation", annotation_files.MAX_BYTES)
        if file is None:
            continue
        source = read_annotation(file)
        assembly.problems += source.problems
        assembly.accounts.append(Account(file.name, "annotation", 1, int(not source.problems)))
        sources.append(source)
    return sources


def _not_read(root: Path, accounts: Iterable[Account]) -> Iterable[Problem]:
    """A file that looks like a source and is not read is never passed over without a word."""
    read = {account.file for account in accounts}
    for path in sorted((root / "bib").rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.suffix.lower() in (".bib", ".yaml", ".yml") and not path.is_dir() and name not in read:
            yield Problem(Location(name), "file/not-read", "this file is not read",
                          "bibliographies are bib/NAME.bib, annotations bib/annotations/KEY.yaml", "warning")


def _check_annotations(
    assembly: Assembly, sources: list[AnnotationSource], vocabularies: list[SourceGraph], bibs: list[BibSource]
) -> None:
    vocabulary = vocabulary_of(vocabularies)
    works = {publication.key for bib in bibs for publication in bib.publications}
    findings = {f"{source.stem}/{given}" for source in sources for what, _, given in given_ids(source.written.data)
                if what == "finding"}
    for source in sources:
        assembly.problems += check_references(source, vocabulary, works, findings)


def _apply_rules_and_checks(root: Path, assembly: Assembly) -> None:
    families: dict[str, list[SourceFile]] = {"rules": [], "checks": []}
    for name, (base, path) in layered(root, "queries", ".rq").items():
        family = name.split("/")[0]
        file = _read(assembly, base, path, "query") if family in families else None
        if file:
            families[family].append(file)
    store = Store()
    for graph in assembly.graphs:
        store.add(graph.quads())
    graphs, problems = apply_rules(store, families["rules"])
    assembly.graphs += graphs
    assembly.problems += [*problems, *run_checks(store, families["checks"], all_places(assembly.graphs))]
