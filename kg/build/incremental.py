"""What is kept of a build so that the next one need not do everything again, and whether it need not.

When the only files that differ are annotations (or records of their quotations), the last build is changed in place of
being made again: `kg.build.delta` tells what changes, `kg.build.splice` writes it. Files are known by what the system
says of them, as git does it, so that ten thousand need not be read to see that one has changed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.build.cache import Cache, key_of
from kg.build.delta import Change, Law, Neighbourhood
from kg.build.folder import FILES, BuildFolder
from kg.build.parts import Around, Part, annotation_paths, kept_part, read_part
from kg.build.splice import Mapped, Quads, UnsureError, report_with, turtle_edits
from kg.graph.triples import SourceGraph
from kg.graph.turtle import header
from kg.graph.vocabulary import vocabulary_of
from kg.iris import mint
from kg.layers import layered, shipped
from kg.problems import Location, Problem, in_order
from kg.reading import Reading, read_queries
from kg.review_files import SHAPES_SUFFIX
from kg.sources.files import ANNOTATIONS, RECORDS, Stamp, stamp_of

STATE, PLACES = "state", "places"
MOST_CHANGED = 20
MOST_NEAR = 300
"""Of how many annotations that changed, and that speak of the same works, it is faster to look at them alone."""


@dataclass
class Kept:
    """The last build and what it was made from, for `Changed`."""

    outputs: dict[str, Stamp]
    files: dict[str, Stamp]
    around: str
    aliases: dict[str, str]
    parts: dict[str, dict[str, Any]]
    """Of each annotation by stem: the key of its part, and what the part names."""
    common: list[list[str]]
    """The graphs that every neighbourhood has: vocabularies, decisions and codings."""
    accounts: list[list[Any]]
    warnings: list[dict[str, Any]]
    notes: int
    triples: int
    quads: int
    graphs: int


def stamps(root: Path) -> dict[str, Stamp]:
    """What the system says of every file that a build may read, or tell that it does not."""
    layers = [*layered(root, "ontology", ".ttl").values(), *layered(root, "queries", ".rq").values()]
    return {str(path): _stamp(str(path)) for _, path in layers} | dict(_below(str(root / "bib")))


def _stamp(path: str) -> Stamp:
    try:
        return stamp_of(os.stat(path))  # noqa: PTH116 - ten thousand of them
    except OSError:  # a link that leads nowhere, or a file that has just gone
        return _NOTHING


def _below(folder: str) -> Iterator[tuple[str, Stamp]]:
    try:
        entries = list(os.scandir(folder))
    except OSError:
        entries = []
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield entry.path, _NOTHING
            yield from _below(entry.path)
        elif entry.name.lower().endswith(_READ) or entry.is_symlink():
            yield entry.path, _stamp(entry.path)


_READ = (".bib", ".ris", ".json", ".yaml", ".yml")
_NOTHING = (0, 0, 0, 0)
"""Of what only matters that it is there, or was."""


def differing(before: Mapping[str, Stamp], after: Mapping[str, Stamp]) -> str:
    """The name of a file that is not what it was; empty for none."""
    return next((Path(name).name for name in sorted(before.keys() | after.keys())
                 if before.get(name) != after.get(name)), "")


def outputs(folder: BuildFolder) -> dict[str, Stamp]:
    """What the system says of the files of the build that counts."""
    current = folder.current
    return {name: stamp_of((current / name).stat()) for name in FILES} if current else {}


def known_of(part: Part) -> dict[str, Any]:
    return {"cached": part.cached, "key": part.key, "supersedes": part.supersedes, "works": sorted(part.works),
            "wanted": sorted(part.wanted), "findings": sorted(part.findings)}  # fmt: skip


def kept_of(cache: Cache) -> Kept | None:
    value = cache.get(key_of(STATE))
    return Kept(**value) if value else None


class Changes:
    """The annotations that differ from what the last build was made from.

    Raises UnsureError if anything else does.
    """

    def __init__(self, root: Path, folder: BuildFolder, cache: Cache, kept: Kept, now: Mapping[str, Stamp]) -> None:
        self.root, self.folder, self.cache, self.kept = root, folder, cache, kept
        if outputs(folder) != _tuples(kept.outputs):
            raise UnsureError("the last build is not what it was")
        before = _tuples(kept.files)
        if before.keys() != now.keys():
            raise UnsureError("there are other files")
        folders = tuple(str(root / name) for name in (ANNOTATIONS, RECORDS))
        differing = [name for name, stamp in now.items() if stamp != before[name]]
        self.stems = {Path(name).name.removesuffix(".yaml") for name in differing}
        within = all(str(Path(name).parent) in folders and name.endswith(".yaml") for name in differing)
        if not within or len(self.stems) > MOST_CHANGED:
            raise UnsureError("other files have changed")

    def parts(self) -> tuple[list[Part], list[Part]]:
        """The changed annotations as they were and as they are."""
        graphs = [SourceGraph.from_json(graph) for graph in self.kept.common]
        vocabulary = vocabulary_of(graph for graph in graphs if graph.iri.value.startswith(_VOCABULARIES))
        around = Around(self.root, vocabulary, self.kept.aliases, self.kept.around)
        paths = annotation_paths(self.root)
        new = [read_part(around, stem, *paths[stem], self.cache) for stem in sorted(self.stems)]
        old = [self.part(stem) for stem in sorted(self.stems)]
        for before, after in zip(old, new, strict=True):
            self._comparable(before, after)
        return old, new

    def part(self, stem: str) -> Part:
        """The part of an annotation that the last build was made from."""
        part = kept_part(self.cache, self.kept.parts[stem]["cached"], stem, Path(stem), ())
        if part is None:
            raise UnsureError("the cache has lost a part")
        return part

    def _comparable(self, before: Part, after: Part) -> None:
        told = (*after.problems, *after.references, *after.quotations)
        kept = self.kept.parts
        superseded = any(part["supersedes"] for part in kept.values())
        if superseded or after.supersedes or not (before.graph and after.graph) or before.key != after.key or any(
                problem.severity == "error" for problem in told):
            raise UnsureError("what counts may be other annotations")
        if (before.accounts, before.record_accounts) != (after.accounts, after.record_accounts):
            raise UnsureError("other entries are accepted")
        lost = before.findings - after.findings
        findings = {finding for part in kept.values() for finding in part["findings"]} - lost | after.findings
        if not after.wanted <= findings or any(not lost.isdisjoint(part["wanted"]) for part in kept.values()):
            raise UnsureError("a finding is named that may not be there")

    def near(self, changed: Iterable[Part]) -> list[Part]:
        """The other annotations that speak of the same works or findings."""
        works, findings, wanted = (
            {name for part in changed for name in getattr(part, kind)} for kind in ("works", "findings", "wanted"))
        works = {self.kept.aliases.get(work, work) for work in works}
        stems = [stem for stem, part in self.kept.parts.items() if stem not in self.stems and (
            any(self.kept.aliases.get(work, work) in works for work in (*part["works"], part["key"]))
            or not wanted.isdisjoint(part["findings"]) or not findings.isdisjoint(part["wanted"]))]
        if len(stems) > MOST_NEAR:
            raise UnsureError("too many speak of the same")
        return [self.part(stem) for stem in stems]


_VOCABULARIES = mint("vocabulary", "").value


def rebuild(root: Path, folder: BuildFolder, cache: Cache, now: Mapping[str, Stamp], changed: Callable[[], str],
            progress: Callable[[str], object]) -> Kept:
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
            if not any(b" <http://purl.org/dc/terms/identifier> " in line
                       for line in about.about(str(mint("publication", work)))):
                raise UnsureError("a work may not be there")
        common = [SourceGraph.from_json(graph) for graph in kept.common]
        near = changes.near([*old, *new])
        change = Neighbourhood(law, about, old, new, near, common, _Places(cache)).change()
        progress("writing build/")
        _write(folder, quads, about, change, kept, changed)
    return _kept(folder, cache, kept, now, new, change)


def _write(folder: BuildFolder, quads: Mapped, about: Quads, change: Change, kept: Kept, changed: Callable[[], str]
           ) -> None:
    last = quads.path.parent
    with folder.fresh() as fresh:
        sha256 = quads.rewrite(about.edits(change.removed, change.added), fresh.path / "graph.nq")
        kept.quads += len(change.added) - len(change.removed)
        with Mapped(last / "graph.ttl") as turtle:
            edits = turtle_edits(turtle.data, len(header()), change.turtle)
            turtle.rewrite(edits, fresh.path / "graph.ttl", hashed=False)
        report = report_with((last / "report.json").read_bytes(), change.problems_removed, change.problems_added,
                             kept.quads, sha256)
        (fresh.path / "report.json").write_bytes(report)
        name = changed()
        if name:
            raise UnsureError(f"{name} was changed meanwhile, or written again")


def _kept(folder: BuildFolder, cache: Cache, kept: Kept, now: Mapping[str, Stamp], new: Iterable[Part], change: Change
          ) -> Kept:
    """What is kept of the last build, after the change."""
    kept.outputs, kept.files = outputs(folder), dict(now)
    kept.parts |= {part.stem: known_of(part) for part in new}
    kept.triples += change.triples
    warnings = {Problem.from_json(problem) for problem in kept.warnings} - change.problems_removed
    come = {problem for problem in change.problems_added if problem.severity != "info"}
    kept.warnings = [problem.as_json() for problem in in_order(warnings | come)]
    kept.notes += sum(problem.severity == "info" for problem in change.problems_added)
    kept.notes -= sum(problem.severity == "info" for problem in change.problems_removed)
    keep(cache, kept)
    return kept


def keep(cache: Cache, kept: Kept) -> None:
    """Keeps it for the next build, and of the cache no more than that may ask for."""
    cache.put(key_of(STATE), vars(kept))
    cache.prune({key_of(STATE), key_of(PLACES), *(part["cached"] for part in kept.parts.values())})


def keep_places(cache: Cache, bibliographies: Iterable[SourceGraph]) -> None:
    """Keeps the lines that publications come from."""
    begin = mint("publication", "").value
    lines = (line for graph in bibliographies for line in graph.traced() if line.startswith(begin))
    cache.put(key_of(PLACES), "\n".join(lines))


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
    shapes = [file for name, (base, path) in layered(root, "ontology", ".ttl").items()
              if name.endswith(SHAPES_SUFFIX) and (file := reading.file(base, path, "vocabulary"))]
    return Law(families["rules"], families["checks"], shapes)


def _tuples(found: Mapping[str, Iterable[int]]) -> dict[str, tuple[int, ...]]:
    """Stamps as they were before they were JSON."""
    return {name: tuple(stamp) for name, stamp in found.items()}
