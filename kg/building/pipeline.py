"""The pipeline: sources, references, graphs, rules, shapes, files."""

from __future__ import annotations

import gc
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import astuple, dataclass, field
from pathlib import Path

from kg.building.aside import aside
from kg.building.cache import Cache, key_of
from kg.building.checking import check_codings, check_duplicates, check_not_read, check_superseded
from kg.building.folder import BuildFolder
from kg.building.incremental import rebuild
from kg.building.judging import Judging
from kg.building.kept import Kept, differing, keep, keep_places, known_of, outputs, stamps
from kg.building.parts import Around, Part, annotation_paths, check_parts, part_accounts, part_graphs, read_parts
from kg.building.reading import (
    Account,
    Reading,
    early_aliases,
    read_bibliographies,
    read_codings,
    read_decisions,
    read_queries,
    read_vocabularies,
)
from kg.building.splice import UnsureError
from kg.core.files import Stamp
from kg.core.iris import local_name
from kg.core.problems import KgError, Problem, in_order
from kg.graph.bibliography import bibliography_graph
from kg.graph.coding import coding_graph
from kg.graph.decisions import decisions_graph
from kg.graph.serialise import Written, write_graph
from kg.graph.triples import SourceGraph
from kg.graph.vocabulary import vocabulary_of
from kg.queries.library import QueryLibrary
from kg.readers.formats import find_bibliographies

Progress = Callable[[str], object]

STEPS = ("reading vocabularies", "reading the bibliography", "reading annotations", "applying rules", "running checks",
         "checking shapes", "writing build/")  # fmt: skip
"""What a build tells that it does, each perhaps with a number behind it."""
LARGE = 500_000
"""From how many bytes of bibliographies on they are read in a process of their own."""
MANY = 200
"""From how many annotations on, and publications, reading them is shared with a second process."""


@dataclass
class Assembly:
    """Everything read and made in one run, before anything is written."""

    graphs: list[SourceGraph] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)
    triples: int = 0
    """How many there are in the union of the graphs, once that was written."""
    named: int = 0
    """How many graphs there are: a build that changed the last one has none of them here."""
    notes: int = 0
    """How many problems of severity info there are besides those in `problems`."""

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.severity == "error"]


@dataclass
class _Gathered:
    """The sources as graphs; `whole` when nothing is missing that they should say."""

    reading: Reading
    assembly: Assembly
    parts: list[Part] = field(default_factory=list)
    around: str = ""
    works: set[str] = field(default_factory=set)
    whole: bool = False

    def judged(self, progress: Progress) -> Judging:
        """Begins to apply the rules."""
        known = len(self.reading.problems)
        families = read_queries(self.reading)
        self.assembly.problems += self.reading.problems[known:]
        return Judging(
            self.assembly.graphs,
            families["rules"],
            families["checks"],
            self.reading.shapes,
            progress,
            apart=len(self.works) > MANY,
        )

    def derive(self, judging: Judging) -> None:
        """Adds what the rules give."""
        graphs, problems = judging.derive()
        self.assembly.graphs = [*self.assembly.graphs, *graphs]
        self.assembly.problems += problems

    def ordered(self) -> Assembly:
        self.assembly.problems = in_order(self.assembly.problems)
        return self.assembly


def assemble(root: Path, progress: Progress = lambda _: None) -> Assembly:
    """Reads and checks everything in the review: the graph when it is right, all problems when it is not."""
    gathered = _gather(root, _cache(root, keep=False), progress)
    if gathered.whole:
        with gathered.judged(progress) as judging:
            gathered.derive(judging)
            if not gathered.assembly.errors:
                gathered.assembly.problems += judging.check()
    return gathered.ordered()


def build(root: Path, progress: Progress = lambda _: None, *, full: bool = False) -> Assembly:
    """Builds the graph into `build/`; when anything is an error, nothing is written and the last build stays.

    What has not changed since the last build is taken from its cache, unless `full`: the bytes are the same.

    Raises:
        UsageError: if `build/` cannot be written to.
        KgError: if a source was changed meanwhile.
    """
    folder = BuildFolder(root / "build")
    with folder.locked(progress), _no_garbage():
        cache, now = _cache(root, use=not full), stamps(root)
        with suppress(UnsureError):
            return _changed(rebuild(root, folder, cache, now, lambda: differing(now, stamps(root)), progress))
        gathered = _gather(root, cache, progress)
        if not gathered.whole:
            return gathered.ordered()
        with gathered.judged(progress) as judging:
            gathered.derive(judging)
            if gathered.assembly.errors:
                return gathered.ordered()
            written = _written(gathered, judging, folder, progress)
        if written and stamps(root) == now:
            _keep(gathered, folder, cache, now, written.quads)
    return gathered.assembly


def _written(gathered: _Gathered, judging: Judging, folder: BuildFolder, progress: Progress) -> Written | None:
    """Writes the build while it is checked; nothing, if there is an error."""
    assembly = gathered.assembly
    with folder.fresh() as fresh:
        with aside(lambda: _write(assembly.graphs, fresh.path), worthwhile=len(gathered.works) > MANY) as writing:
            assembly.problems += judging.check()
            if gathered.ordered().errors:
                fresh.discard()
                return None
            progress("writing build/")
            written = writing.result()
        assembly.triples, assembly.named = written.triples, len(assembly.graphs)
        (fresh.path / "report.json").write_text(report_json(assembly, written), encoding="utf-8")
        changed = gathered.reading.changed_meanwhile()
        if changed:
            raise KgError(f"{changed} was changed while the graph was built: run `kg build` again")
    return written


@contextmanager
def _no_garbage() -> Iterator[None]:
    """Nothing here leads back to itself, and to look for what does among millions of values takes half of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def problems_in(root: Path) -> list[Problem]:
    """The problems that the report of the last build tells."""
    report = json.loads((root / "build" / "report.json").read_text(encoding="utf-8"))
    return [Problem.from_json(problem) for problem in report["problems"]]


def _changed(kept: Kept) -> Assembly:
    return Assembly(
        [],
        [Problem.from_json(problem) for problem in kept.warnings],
        [Account(*account) for account in kept.accounts],
        kept.triples,
        kept.graphs,
        kept.notes,
    )


def _write(graphs: Sequence[SourceGraph], folder: Path) -> Written:
    with (folder / "graph.nq").open("wb") as quads, (folder / "graph.ttl").open("wb") as turtle:
        written = write_graph(graphs, quads, turtle)
        for file in (quads, turtle):  # while the checks run
            file.flush()
            os.fsync(file.fileno())
    return written


def _keep(gathered: _Gathered, folder: BuildFolder, cache: Cache, now: Mapping[str, Stamp], quads: int) -> None:
    """Keeps for the next build what it needs to change this one."""
    assembly, reading = gathered.assembly, gathered.reading
    others = ("annotation", "quotations", "bibliography", "rule")
    common = [graph.as_json() for graph in assembly.graphs if local_name(graph.iri.value).split("/")[0] not in others]
    warnings = [problem.as_json() for problem in assembly.problems if problem.severity != "info"]
    keep_places(cache, [graph for graph in assembly.graphs if local_name(graph.iri.value).startswith("bibliography/")])
    keep(
        cache,
        Kept(
            outputs(folder),
            dict(now),
            gathered.around,
            dict(reading.aliases),
            {part.stem: known_of(part) for part in gathered.parts},
            common,
            [list(astuple(account)) for account in assembly.accounts],
            warnings,
            len(assembly.problems) - len(warnings),
            assembly.triples,
            quads,
            assembly.named,
        ),
    )


def _cache(root: Path, *, use: bool = True, keep: bool = True) -> Cache:
    return Cache(root / "build" / ".cache", use=use, keep=keep)


def _gather(root: Path, cache: Cache, progress: Progress) -> _Gathered:
    """The graph when nothing is wrong with the sources, else the problems."""
    reading = Reading(root)
    progress("reading vocabularies")
    read_vocabularies(reading)
    paths, aliases = annotation_paths(root), early_aliases(root)
    vocabulary = vocabulary_of(reading.vocabularies)
    around = Around(root, vocabulary, aliases, key_of([seen.digest for seen in reading.seen], dict(aliases)))
    size = sum(path.stat().st_size for path in find_bibliographies(root))
    with (
        aside(lambda: read_parts(around, paths, cache), worthwhile=len(paths) > MANY) as annotating,
        aside(lambda: _read_entries(root, progress), worthwhile=size > LARGE) as entering,
    ):
        progress("reading the bibliography")
        entries = entering.result()
        progress("reading annotations")
        parts = annotating.result()
    _take(reading, entries, parts)
    reading.problems += check_parts(root, parts, vocabulary, entries.works)
    check_not_read(reading)
    check_codings(reading, vocabulary, entries.works)
    assembly = Assembly([], [*reading.problems, *QueryLibrary.of(root).check()], reading.accounts)
    gathered = _Gathered(reading, assembly, parts=parts, around=around.digest, works=entries.works)
    if any(problem.severity == "error" for problem in reading.problems):
        return gathered
    assembly.graphs = [
        *reading.vocabularies,
        *entries.graphs,
        *([decisions_graph(reading.decisions).sealed()] if reading.decisions else []),
        *part_graphs(parts),
        *(coding_graph(source, reading.aliases).sealed() for source in reading.codings),
    ]
    gathered.whole = True
    return gathered


@dataclass
class _Entries:
    """What the bibliographies give, when all that they were made of is gone: it fills more memory than all the rest."""

    reading: Reading
    works: set[str]
    graphs: list[SourceGraph]


def _read_entries(root: Path, progress: Progress) -> _Entries:
    reading = Reading(root)
    read_bibliographies(reading, progress)
    read_decisions(reading)
    works = reading.works()
    with aside(lambda: check_duplicates(reading), worthwhile=len(works) > MANY) as comparing:
        alike = comparing.result() if comparing.here() else None
        graphs = []
        while reading.bibliographies:
            graphs.append(bibliography_graph(reading.bibliographies.pop(0), reading.aliases).sealed())
        reading.problems += comparing.result() if alike is None else alike
    return _Entries(reading, works, graphs)


def _take(reading: Reading, entries: _Entries, parts: list[Part]) -> None:
    """Adds what was read of bibliographies and annotations, and then reads the codings."""
    reading.decisions = entries.reading.decisions
    reading.accounts += [*entries.reading.accounts, *part_accounts(parts)]
    reading.problems += [*entries.reading.problems, *(problem for part in parts for problem in part.problems)]
    reading.seen += [*entries.reading.seen, *(seen for part in parts for seen in part.seen)]
    reading.problems += check_superseded([part for part in parts if part.path], reading.aliases)
    read_codings(reading)


def report_json(assembly: Assembly, written: Written | None = None) -> str:
    """The accounts and problems of a run, and the content hash of the graph that was written."""
    report: dict[str, object] = {
        "sources": [account.as_json() for account in assembly.accounts],
        "problems": [problem.as_json() for problem in assembly.problems],
    }  # fmt: skip
    if written is not None:
        report["graph"] = {"quads": written.quads, "sha256": written.sha256}
    return json.dumps(report, indent=2, ensure_ascii=False) + "\n"
