"""Loads the graph, and loads it anew when it was built anew; requests go on being answered meanwhile."""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from pathlib import Path

from kg.core.problems import KgError
from kg.core.progress import Progress, silent
from kg.server.pool import Pool
from kg.server.settings import ServerSettings

_EVERY = 0.5
"""Seconds between looks at the file."""


class Reloader:
    """Watches the file that the graph is read from."""

    def __init__(self, settings: ServerSettings, pool: Pool) -> None:
        self._settings, self._pool = settings, pool
        self._path = Path(settings.file) if settings.file else settings.root / "build" / "graph.nq"
        self._seen: tuple[int, int, int] | None = None
        self._watching: asyncio.Task[None] | None = None

    async def start(self, progress: Progress = silent) -> None:
        """Loads the graph, and watches from then on; `progress` is told how far the loading is.

        Raises:
            KgError: if there is none or it cannot be read.
        """
        self._seen = self._stands()
        await self._pool.load(self._settings.root, self._settings.file, progress)
        self._watching = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        if self._watching:
            self._watching.cancel()
            with suppress(asyncio.CancelledError):
                await self._watching

    def _stands(self) -> tuple[int, int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_ino, found.st_size, found.st_mtime_ns

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(_EVERY)
            generation = self._pool.generation
            stands = self._stands()
            if stands and (stands != self._seen or (generation and not generation.alive)):
                self._seen = stands
                await self._load()

    async def _load(self) -> None:
        try:
            fresh = await self._pool.load(self._settings.root, self._settings.file)
        except (KgError, OSError) as error:
            print(f"kg serve: the graph from before is served on: {error}", file=sys.stderr)
        else:
            print(f"kg serve: loaded anew, {fresh.triples:,} triples", file=sys.stderr)
