"""Loads the graph of a server when it starts, and again whenever its file was written."""

from __future__ import annotations

import asyncio
import sys
import time

from kg.core.problems import KgError
from kg.core.progress import Progress
from kg.server.pool import Pool
from kg.server.settings import ServerSettings

_LOOK = 0.5
"""Seconds between two looks at the file of the graph."""
_QUIET = 4
"""Looks at which a file that is written in place must be the same before it is read."""

Stamp = tuple[int, int, int]


class Loader:
    """Keeps the graph of a pool as new as its file."""

    def __init__(self, settings: ServerSettings, pool: Pool) -> None:
        self.settings, self.pool = settings, pool
        self._seen: Stamp | None = None
        """The state of the file that was loaded last, or could not be loaded."""

    def check(self) -> None:
        """Raises KgError if there is no file to load."""
        path = self.settings.path
        if not path.exists():
            hint = "" if self.settings.file else ": run `kg build` first"
            raise KgError(f"there is no {path}{hint}")

    async def first(self, progress: Progress) -> None:
        """Loads the graph for the first time.

        Raises:
            KgError: if it cannot be loaded.
        """
        self.check()
        if _age(self.settings) < _QUIET * _LOOK:  # it may be being written, unless it came whole, as builds do
            await self._settled()
        while True:
            self._seen = self._stamp()
            try:
                await self.pool.load(self.settings.root, self.settings.file, progress)
            except KgError:
                if self._stamp() == self._seen:
                    raise
            if self._stamp() == self._seen:
                return
            await self._settled()

    async def keep(self) -> None:
        """Loads the graph again whenever its file was written; requests are answered meanwhile."""
        while True:
            await asyncio.sleep(_LOOK)
            now, pool = self._stamp(), self.pool
            if now is None or (now == self._seen and (pool.generation is None or pool.generation.alive)):
                continue
            if self._seen and now != self._seen and now[0] == self._seen[0]:  # written in place, perhaps not yet whole
                now = await self._settled()
            self._seen = now
            try:
                fresh = await pool.load(self.settings.root, self.settings.file)
                print(f"kg serve: reloaded the graph, {fresh.triples:,} triples", file=sys.stderr)
            except (KgError, OSError) as error:
                print(f"kg serve: the previous graph is still served: {error}", file=sys.stderr)

    async def _settled(self) -> Stamp | None:
        """The state of the file after it has not changed for a while."""
        same, now = 0, self._stamp()
        while same < _QUIET:
            await asyncio.sleep(_LOOK)
            before, now = now, self._stamp()
            same = same + 1 if now == before else 0
        return now

    def _stamp(self) -> Stamp | None:
        """What changes when the file is written; None when there is no file."""
        try:
            found = self.settings.path.stat()
        except OSError:
            return None
        return found.st_ino, found.st_size, found.st_mtime_ns


def _age(settings: ServerSettings) -> float:
    """Seconds since a file of the user was written; builds are complete as soon as they are there."""
    try:
        return abs(time.time() - settings.path.stat().st_mtime) if settings.file else float("inf")
    except OSError:
        return float("inf")
