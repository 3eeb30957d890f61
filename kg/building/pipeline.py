"""A build: read the sources, check them, make graphs, apply rules, run checks, validate shapes, write the files."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from kg.building import reading
from kg.building.checking import check_codings, check_duplicates, check_matches, check_named, check_superseded
from kg.building.consensus import check_undecided
from kg.building.doubts import Doubt, doubts
from kg.building.folder import BuildFolder
from kg.building.quotes import check_records
from kg.building.reading import Account, Sources
from kg.building.unread import check_not_read
from kg.core.forked import Progress, forked
from kg.core.garbage import no_garbage_collection
from kg.core.iris import mint_concepts, minting
from kg.core.problems import KgError, Problem, in_order
from kg.graph.annotation import annotation_graph, quotations_graph
from kg.graph.bibliography import bibliography_graph
from kg.graph.checks import reads_terms, run_checks
from kg.graph.coding import coding_graph
from kg.graph.decisions import decisions_graph
from kg.graph.loading import by_predicate, loaded, needs_of
from kg.graph.rules import apply_rules
from kg.graph.serialise import Written, write_graph
from kg.graph.shapes import check_shapes
from kg.graph.statements import SourceGraph
from kg.graph.vocabulary import elsewhere, review_graph
from kg.queries.query_library import QueryLibrary
from kg.readers.formats import find_bibliographies
from kg.readers.settings import ReviewSettings, read_settings

STEPS = (
    "reading vocabularies",
    "reading the bibliography",
    "reading annotations",
    "applying rules",
    "running checks",
    "checking shapes",
    "writing build/",
)
"""The steps of a build, as progress reports them; a number may follow."""
LARGE = 1_000_000
"""Bytes of bibliographies from which on the stages of a build run in forked copies, whose memory is freed."""


@dataclass
class Assembly:
    """The graphs of a review, and what was found while they were made."""

    graphs: list[SourceGraph] = field(default_factory=list, repr=False)
    problems: list[Problem] = field(default_factory=list, repr=False)
    accounts: list[Account] = field(default_factory=list)
    doubts: tuple[Doubt, ...] = ()
    checked: bool = False
    """Whether the checks and shapes were evaluated on the graph: they are not if the sources have errors."""
    triples: int = 0
    """The number of distinct triples in all graphs, if they were written."""

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.severity == "error"]


def build(root: str | Path, progress: Progress = lambda _: None) -> Assembly:
    """Builds the graph of a review into `build/`. If there is an error, nothing is written and the last build stays.

    Raises:
        UsageError: if `build/` cannot be written to.
        KgError: if a source was changed meanwhile.
    """
    root = Path(root)
    folder = BuildFolder(root / "build")
    with folder.locked(progress), no_garbage_collection():
        sources, assembly = _assembled(root, progress)
        if not assembly.errors:
            progress("writing build/")
            with folder.fresh() as fresh:
                _write(sources, assembly, fresh)
    return assembly


def build_into(root: Path, folder: Path, progress: Progress = lambda _: None) -> Assembly:
    """Builds the graph of a review into another folder, which exists, and leaves `build/` as it is.

    Raises:
        KgError: if a source was changed meanwhile.
    """
    with no_garbage_collection():
        sources, assembly = _assembled(root, progress)
        if not assembly.errors:
            progress("writing the graph")
            _write(sources, assembly, folder)
    return assembly


def _write(sources: Sources, assembly: Assembly, folder: Path) -> None:
    with (folder / "graph.nq").open("wb") as quads, (folder / "graph.ttl").open("wb") as turtle:
        written = write_graph(assembly.graphs, quads, turtle)
    (folder / "report.json").write_text(report_json(assembly, written), encoding="utf-8")
    if changed := sources.changed_meanwhile():
        raise KgError(f"{changed} was changed while the graph was built: run `kg build` again")
    assembly.triples = written.triples


def assemble(root: Path, progress: Progress = lambda _: None) -> Assembly:
    """Reads and checks everything in a review and writes nothing; there are graphs if there is no error."""
    return _assembled(root, progress)[1]


def _assembled(root: Path, progress: Progress) -> tuple[Sources, Assembly]:
    settings = read_settings(root)
    with minting(settings.base):
        return _assembled_below(settings, root, progress)


def _assembled_below(settings: ReviewSettings, root: Path, progress: Progress) -> tuple[Sources, Assembly]:
    large = sum(path.stat().st_size for path in find_bibliographies(root)) > LARGE
    sources = Sources(root)
    progress("reading vocabularies")
    reading.read_vocabularies(sources)
    mint_concepts(elsewhere(sources.vocabulary))
    sources, graphs = forked(lambda progress: _bibliographies(sources, progress), progress, worthwhile=large)
    sources, more = forked(lambda progress: _annotations(sources, progress), progress, worthwhile=large)
    graphs, checked = [*review_graph(settings), *sources.vocabularies, *graphs, *more], False
    if not sources.has_errors:
        reading.read_queries(sources)
        sources.problems += QueryLibrary.of(root).check()
        derived, problems, checked = forked(
            lambda progress: _judged(graphs, sources, progress), progress, worthwhile=large
        )
        graphs += derived
        sources.problems += problems
    problems = [problem for problem in sources.problems if not _on_shipped(problem, root)]
    return sources, Assembly(graphs, in_order(problems), sources.accounts, sources.doubts, checked)


def _on_shipped(problem: Problem, root: Path) -> bool:
    """Whether it is a note on a vocabulary that comes with kg and is no file of the review."""
    file = problem.where.file
    return problem.severity == "info" and file.startswith("ontology/") and not (root / file).exists()


def _bibliographies(sources: Sources, progress: Progress) -> tuple[Sources, list[SourceGraph]]:
    """Reads and checks the bibliographies and makes their graphs; their entries, which are large, are dropped."""
    progress("reading the bibliography")
    reading.read_bibliographies(sources, progress)
    reading.read_decisions(sources)
    sources.problems += check_duplicates(sources)
    sources.doubts = doubts(sources.problems, sources.bibliographies, sources.aliases)
    graphs: list[SourceGraph] = []
    while sources.bibliographies:
        graphs.append(bibliography_graph(sources.bibliographies.pop(0), sources.aliases))
    if sources.decisions and not sources.has_errors:
        graphs.append(decisions_graph(sources.decisions, sources.decided_people))
    return sources, graphs


def _annotations(sources: Sources, progress: Progress) -> tuple[Sources, list[SourceGraph]]:
    """Reads and checks annotations, records and codings and makes their graphs; the annotations are dropped."""
    progress("reading annotations")
    reading.read_annotations(sources, lambda step, *_: progress(step))
    reading.read_records(sources)
    reading.read_codings(sources)
    aliases, superseded = sources.aliases, sources.superseded
    records = [record for record in sources.records if record.stem not in superseded]
    sources.problems += [
        *check_superseded(sources),
        *check_records(sources.current, records),
        *check_named(sources),
        *check_matches(sources),
        *check_undecided(sources.current),
        *check_codings(sources),
        *check_not_read(sources),
    ]
    graphs: list[SourceGraph] = []
    if not sources.has_errors:
        further = sources.further
        for source in sources.annotations:
            reading_of = {"superseded": source.stem in superseded, "further": source.stem in further}
            graphs.append(annotation_graph(source, aliases, sources.studies, **reading_of))
        current = {source.stem: graph for source, graph in zip(sources.annotations, graphs, strict=True)}
        for record in sources.records:
            of = None if record.stem in superseded else current.get(record.stem)
            graphs.append(quotations_graph(record, of))
        graphs += [coding_graph(source, aliases) for source in sources.codings]
    sources.annotations, sources.records, sources.codings = [], [], []
    return sources, graphs


def _judged(
    graphs: list[SourceGraph], sources: Sources, progress: Progress
) -> tuple[list[SourceGraph], list[Problem], bool]:
    """The graphs that the rules derive, what the checks and the shapes find, and whether all rules are valid.

    Otherwise they are not evaluated.
    """
    progress("applying rules")
    needs = needs_of([*sources.rules, *(check for check in sources.checks if not reads_terms(check))])
    store, sample = loaded(graphs, needs)
    derived, problems = apply_rules(store, sources.rules)
    whole = [*graphs, *derived]
    valid = not sources.has_errors and not problems
    if valid:
        progress("running checks")
        for graph in derived:
            sample.add(graph, by_predicate(graph))
        problems += run_checks(store, sources.checks, whole, sample)
        del store
        progress("checking shapes")
        problems += check_shapes(whole, sources.shapes)
    return derived, problems, valid


def report_json(assembly: Assembly, written: Written | None = None) -> str:
    """The report of a run as JSON: sources, problems, doubts, and the content hash of the graph if it was written."""
    parts = [
        f'"sources": [{_lines(account.as_json() for account in assembly.accounts)}]',
        f'"problems": [{_lines(problem.as_json() for problem in assembly.problems)}]',
        f'"doubts": [{_lines(doubt.as_json() for doubt in assembly.doubts)}]',
    ]
    if not assembly.checked:
        parts.append('"graph_checked": false')
    if written is not None:
        parts.append(f'"graph": {json.dumps({"quads": written.quads, "sha256": written.sha256})}')
    return "{\n  " + ",\n  ".join(parts) + "\n}\n"


def _lines(items: Iterable[object]) -> str:
    """A line of JSON for each item."""
    lines = ",\n    ".join(json.dumps(item, ensure_ascii=False) for item in items)
    return f"\n    {lines}\n  " if lines else ""
