"""Waiting until a source of a review has changed."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from kg.core.files import Stamp, stamp_of
from kg.core.layers import layered
from kg.readers.formats import source_endings

OFTEN = 0.3
"""Seconds between two looks; more if a look takes longer than a twentieth of that."""
_NOTHING: Stamp = (0, 0, 0, 0)
"""The stamp of a folder, of which only matters that it exists, and of a link that leads nowhere."""


def changes(root: Path, sleep: Callable[[float], object] = time.sleep) -> Iterator[list[str]]:
    """The names of the files that have changed since the last time, once no file changes any more.

    A change counts from when this function is called, not from the first `next`.
    """
    return _changes(root, _stamps(root), sleep)


def _changes(root: Path, known: dict[str, Stamp], sleep: Callable[[float], object]) -> Iterator[list[str]]:
    while True:
        begin = time.monotonic()
        now = _stamps(root)
        sleep(max(OFTEN, 20 * (time.monotonic() - begin)))
        if now != known and _stamps(root) == now:
            names = [name for name in sorted(known.keys() | now.keys()) if known.get(name) != now.get(name)]
            known = now
            yield [Path(name).name for name in names]


def _stamps(root: Path) -> dict[str, Stamp]:
    """The stamp of every file that a build may read or report as not read."""
    layers = [*layered(root, "ontology", ".ttl").values(), *layered(root, "queries", ".rq").values()]
    return {str(path): _stamp(str(path)) for _, path in layers} | dict(_below(str(root / "bib")))


def _stamp(path: str) -> Stamp:
    try:
        return stamp_of(os.stat(path))  # noqa: PTH116 - there may be ten thousand of them
    except OSError:  # a link that leads nowhere, or a file that has just been removed
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
        elif entry.name.lower().endswith(source_endings()) or entry.is_symlink():
            yield entry.path, _stamp(entry.path)
