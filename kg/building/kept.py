"""What is kept of a build for the next one, and what the system says of the files that it was made from.

Files are known by what the system says of them, as git does it, so that ten thousand need not be read to see that one
has changed.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.building.cache import Cache, key_of
from kg.building.folder import FILES, BuildFolder
from kg.building.parts import Part
from kg.core.files import Stamp, stamp_of
from kg.core.iris import mint
from kg.core.layers import layered
from kg.graph.triples import SourceGraph
from kg.readers.formats import source_endings

STATE, PLACES = "state", "places"


@dataclass
class Kept:
    """The last build and what it was made from, for the next one."""

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
    endings = source_endings()
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield entry.path, _NOTHING
            yield from _below(entry.path)
        elif entry.name.lower().endswith(endings) or entry.is_symlink():
            yield entry.path, _stamp(entry.path)


_NOTHING = (0, 0, 0, 0)
"""Of what only matters that it is there, or was."""


def differing(before: Mapping[str, Stamp], after: Mapping[str, Stamp]) -> str:
    """The name of a file that is not what it was; empty for none."""
    return next(
        (Path(name).name for name in sorted(before.keys() | after.keys()) if before.get(name) != after.get(name)), ""
    )


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


def keep(cache: Cache, kept: Kept) -> None:
    """Keeps it for the next build, and of the cache no more than that may ask for."""
    cache.put(key_of(STATE), vars(kept))
    cache.prune({key_of(STATE), key_of(PLACES), *(part["cached"] for part in kept.parts.values())})


def keep_places(cache: Cache, bibliographies: Iterable[SourceGraph]) -> None:
    """Keeps the lines that publications come from."""
    begin = mint("publication", "").value
    lines = (line for graph in bibliographies for line in graph.traced() if line.startswith(begin))
    cache.put(key_of(PLACES), "\n".join(lines))
