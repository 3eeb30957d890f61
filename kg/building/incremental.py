"""Whether the last build can be changed in place of being made again, and the change.

It can when the only files that differ, have come or have gone are annotations (or records of their quotations):
`kg.building.delta` tells what changes, `kg.building.splice` writes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any

from kg.building.cache import Cache, key_of
from kg.building.delta import Change, Law, Neighbourhood
from kg.building.folder import BuildFolder
from kg.building.kept import PLACES, Kept, keep, kept_of, known_of, outputs
from kg.building.parts import Around, Part, annotation_paths, kept_part, read_part
from kg.building.reading import Account, Reading, read_queries
from kg.building.review_files import SHAPES_SUFFIX
from kg.building.splice import Mapped, Quads, UnsureError, report_with, turtle_edits
from kg.core.files import Stamp
from kg.core.iris import mint
from kg.core.layers import layered, shipped
from kg.core.problems import Location, Problem, in_order
from kg.graph.triples import SourceGraph
from kg.graph.turtle import header
from kg.graph.vocabulary import vocabulary_of
from kg.readers.formats import ANNOTATIONS, RECORDS

MOST_CHANGED = 20
MOST_NEAR = 300
"""Of how many annotations that changed, and that speak of the same works, it is faster to look at them alone."""


class Changes:
    """The annotations that differ from what the last build was made from.

    Raises UnsureError if anything else does.
    """

    def __init__(self, root: Path, folder: BuildFolder, cache: Cache, kept: Kept, now: Mapping[str, Stamp]) -> None:
        self.root, self.folder, self.cache, self.kept = root, folder, cache, kept
        if outputs(folder) != _tuples(kept.outputs):
            raise UnsureError("the last build is not what it was")
        before = _tuples(kept.files)
        folders = tuple(str(root / name) for name in (ANNOTATIONS, RECORDS))
        differing = [name for name in before.keys() | now.keys() if before.get(name) != now.get(name)]
        self.stems = {Path(name).name.removesuffix(".yaml") for name in differing}
        within = all(str(Path(name).parent) in folders and name.endswith(".yaml") for name in differing)
        if not within or len(self.stems) > MOST_CHANGED:
            raise UnsureError("other files have changed")

    def parts(self) -> tuple[list[Part], list[Part]]:
        """The changed annotations as they were, if they were there, and as they are, if they are."""
        graphs = [SourceGraph.from_json(graph) for graph in self.kept.common]
        vocabulary = vocabulary_of(graph for graph in graphs if graph.iri.value.startswith(_VOCABULARIES))
        around = Around(self.root, vocabulary, self.kept.aliases, self.kept.around)
        paths = annotation_paths(self.root)
        new = [read_part(around, stem, *paths[stem], self.cache) for stem in sorted(self.stems) if stem in paths]
        old = [self.part(stem) for stem in sorted(self.stems) if stem in self.kept.parts]
        self._check(old, new)
        return old, new

    def part(self, stem: str) -> Part:
        """The part of an annotation that the last build was made from."""
        part = kept_part(self.cache, self.kept.parts[stem]["cached"], stem, Path(stem), ())
        if part is None:
            raise UnsureError("the cache has lost a part")
        return part

    def _check(self, old: Sequence[Part], new: Sequence[Part]) -> None:
        """That the same annotations count as did, and that what they name is there."""
        told = (problem for part in new for problem in (*part.problems, *part.references, *part.quotations))
        if any(problem.severity == "error" for problem in told) or not all(part.graph for part in (*old, *new)):
            raise UnsureError("there is an error")
        kept = self.kept.parts
        keys = {part.stem: part.key for part in old}
        if any(part["supersedes"] for part in kept.values()) or any(
            part.supersedes or keys.get(part.stem, part.key) != part.key for part in new
        ):
            raise UnsureError("what counts may be other annotations")
        others = [part for stem, part in kept.items() if stem not in self.stems]
        findings = {name for part in others for name in part["findings"]}.union(*(part.findings for part in new))
        lost = {name for part in old for name in part.findings} - findings
        if not all(part.wanted <= findings for part in new) or any(
            not lost.isdisjoint(part["wanted"]) for part in others
        ):
            raise UnsureError("a finding is named that may not be there")

    def near(self, changed: Sequence[Part]) -> list[Part]:
        """The other annotations that speak of the same works or findings."""
        works, findings, wanted = (
            {name for part in changed for name in getattr(part, kind)} for kind in ("works", "findings", "wanted")
        )
        works = {self.kept.aliases.get(work, work) for work in works | {part.key for part in changed}}
        stems = [
            stem
            for stem, part in self.kept.parts.items()
            if stem not in self.stems
            and (
                any(self.kept.aliases.get(work, work) in works for work in (*part["works"], part["key"]))
                or not wanted.isdisjoint(part["findings"])
                or not findings.isdisjoint(part["wanted"])
            )
        ]
        if len(stems) > MOST_NEAR:
            raise UnsureError("too many speak of the same")
        return [self.part(stem) for stem in stems]


_VOCABULARIES = mint("vocabulary", "").value


def rebuild(
    root: Path,
    folder: BuildFolder,
    cache: Cache,
    now: Mapping[str, Stamp],
    changed: Callable[[], str],
    progress: Callable[[str], object],
) -> Kept:
    """Changes the last build where annotations have changed.

    Raises:
        UnsureError: if everything has to be built again.
    """
    kept = kept_of(cache)
    if kept is None or folder.current is None:
        raise UnsureError("there is no build to change")
    law = _law(root)
    changes = Changes(root, folder, cache, kept, now)
    if not changes.stems:
        return kept
    progress(f"reading {len(changes.stems)} changed annotations")
    old, new = changes.parts()
    with Mapped(folder.current / "graph.nq") as quads:
        about = Quads(quads.data)
        for work in {work for part in new for work in part.works} - {work for part in old for work in part.works}:
            if not any(
                b" <http://purl.org/dc/terms/identifier> " in line
                for line in about.about(str(mint("publication", work)))
            ):
                raise UnsureError("a work may not be there")
        common = [SourceGraph.from_json(graph) for graph in kept.common]
        near = changes.near([*old, *new])
        change = Neighbourhood(law, about, old, new, near, common, _Places(cache)).change()
        kept.accounts = _accounts(kept.accounts, old, new)
        progress("writing build/")
        _write(folder, quads, about, change, kept, changed)
    kept.parts = {stem: part for stem, part in kept.parts.items() if stem not in changes.stems}
    kept.parts |= {part.stem: known_of(part) for part in new}
    return _kept(folder, cache, kept, now, change)


def _accounts(accounts: list[list[Any]], old: Iterable[Part], new: Iterable[Part]) -> list[list[Any]]:
    """What became of the files, in the order in which a build tells it: by kind, and by name within each."""
    before, after = (
        [account for part in parts for account in (*part.accounts, *part.record_accounts)] for parts in (old, new)
    )
    files = {account.file for account in before}
    made = [account for account in accounts if account[0] not in files]
    for account in after:
        places = [number for number, other in enumerate(made) if other[1] == account.kind]
        if not places:
            raise UnsureError("it is the first of its kind")
        later = (number for number in places if made[number][0] > account.file)
        made.insert(next(later, places[-1] + 1), list(astuple(account)))
    return made


def _write(
    folder: BuildFolder, quads: Mapped, about: Quads, change: Change, kept: Kept, changed: Callable[[], str]
) -> None:
    last = quads.path.parent
    with folder.fresh() as fresh:
        sha256 = quads.rewrite(about.edits(change.removed, change.added), fresh.path / "graph.nq")
        kept.quads += len(change.added) - len(change.removed)
        with Mapped(last / "graph.ttl") as turtle:
            edits = turtle_edits(turtle.data, len(header()), change.turtle)
            turtle.rewrite(edits, fresh.path / "graph.ttl", hashed=False)
        report = report_with(
            (last / "report.json").read_bytes(),
            change.problems_removed,
            change.problems_added,
            [Account(*account).as_json() for account in kept.accounts],
            kept.quads,
            sha256,
        )
        (fresh.path / "report.json").write_bytes(report)
        name = changed()
        if name:
            raise UnsureError(f"{name} was changed meanwhile, or written again")


def _kept(folder: BuildFolder, cache: Cache, kept: Kept, now: Mapping[str, Stamp], change: Change) -> Kept:
    """What is kept of the last build, after the change."""
    kept.outputs, kept.files = outputs(folder), dict(now)
    kept.triples += change.triples
    kept.graphs += change.graphs
    warnings = {Problem.from_json(problem) for problem in kept.warnings} - change.problems_removed
    come = {problem for problem in change.problems_added if problem.severity != "info"}
    kept.warnings = [problem.as_json() for problem in in_order(warnings | come)]
    kept.notes += sum(problem.severity == "info" for problem in change.problems_added)
    kept.notes -= sum(problem.severity == "info" for problem in change.problems_removed)
    keep(cache, kept)
    return kept


class _Places(dict[str, Location]):
    """The lines that publications come from, which are read when one is asked for."""

    def __init__(self, cache: Cache) -> None:
        super().__init__()
        self._cache: Cache | None = cache

    def __contains__(self, iri: object) -> bool:
        if self._cache and str(iri).startswith(mint("publication", "").value):
            lines = self._cache.get(key_of(PLACES))
            if lines is None:
                raise UnsureError("the cache has lost the places")
            self._cache = None
            for line in lines.split("\n"):
                thing, _, number, column, file = line.split(" ", 4)
                self.setdefault(thing, Location(file, int(number), int(column)))
        return super().__contains__(iri)


def _law(root: Path) -> Law:
    """The rules, checks and shapes, if they come with kg: of others it is not known how far they reach."""
    for folder, ending in (("ontology", SHAPES_SUFFIX), ("queries", ".rq")):
        for name, (_, path) in layered(root, folder, ending).items():
            ours = shipped(folder) / name
            asked = folder == "ontology" or name.startswith(("rules/", "checks/"))
            if asked and not (ours.is_file() and (ours.samefile(path) or ours.read_bytes() == path.read_bytes())):
                raise UnsureError("the review has rules, checks or shapes of its own")
    reading = Reading(root)
    families = read_queries(reading)
    shapes = [
        file
        for name, (base, path) in layered(root, "ontology", ".ttl").items()
        if name.endswith(SHAPES_SUFFIX) and (file := reading.file(base, path, "vocabulary"))
    ]
    return Law(families["rules"], families["checks"], shapes)


def _tuples(found: Mapping[str, Iterable[int]]) -> dict[str, tuple[int, ...]]:
    """Stamps as they were before they were JSON."""
    return {name: tuple(stamp) for name, stamp in found.items()}
