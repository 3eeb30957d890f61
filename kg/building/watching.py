"""Waiting until a person has changed something in a review."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from kg.building.kept import stamps
from kg.core.files import Stamp

OFTEN = 0.3
"""Seconds between two looks, or so many that looking takes a twentieth of the time."""


def changes(root: Path, sleep: Callable[[float], object] = time.sleep) -> Iterator[list[str]]:
    """The names of the files that have changed since this was called, or since the last time that some were told.

    They are told when none has changed any more for one look.
    """
    return _changes(root, stamps(root), sleep)


def _changes(root: Path, known: Mapping[str, Stamp], sleep: Callable[[float], object]) -> Iterator[list[str]]:
    while True:
        begin = time.monotonic()
        now = stamps(root)
        sleep(max(OFTEN, 20 * (time.monotonic() - begin)))
        if now != known and stamps(root) == now:
            names = [name for name in sorted(known.keys() | now.keys()) if known.get(name) != now.get(name)]
            known = now
            yield [Path(name).name for name in names]
