"""The site of the graph, made in a process of its own after each load and served from a private folder."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from kg.server.generation import Generation
from kg.server.pool import Pool
from kg.server.settings import ServerSettings
from kg.server.site_maker import FILES, MANIFEST, PACKED
from kg.server.validators import is_known, not_modified

State = Literal["none", "pending", "there"]
_EVERY = 0.2
_UTF8 = "; charset=utf-8"
TYPES = {".html": "text/html" + _UTF8, ".css": "text/css" + _UTF8, ".js": "text/javascript" + _UTF8,
         ".json": "application/json", ".ttl": "text/turtle" + _UTF8, ".jsonld": "application/ld+json",
         ".nq": "application/n-quads", ".txt": "text/plain" + _UTF8, ".cff": "text/plain" + _UTF8}  # fmt: skip
_GZIP = re.compile(r"(?:^|,)\s*gzip\s*(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))(?:;|,|$)", re.I)


@dataclass(frozen=True)
class File:
    """A file of a site: the digest of its content, whether it is there packed too, and a page's own policy."""

    digest: str
    packed: bool
    policy: str


@dataclass(frozen=True)
class Made:
    """A site that is finished: its folder, its files, and where each IRI stands in it."""

    folder: Path = Path()
    files: Mapping[str, File] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)


class Pages:
    """The newest site there is; one that is being made takes its place when it is finished."""

    def __init__(self, settings: ServerSettings, pool: Pool, title: str) -> None:
        self._settings, self._pool, self._title = settings, pool, title
        self._made, self._before = Made(), Made()
        self._tried: Generation | None = None
        self._folder: Path | None = None
        self._watching: asyncio.Task[None] | None = None
        self._failed = False

    @property
    def state(self) -> State:
        if self._made.files:
            return "there"
        return "pending" if self._settings.site and not self._failed else "none"

    def start(self) -> None:
        if self._settings.site:
            self._folder = Path(tempfile.mkdtemp(prefix="kg-serve-"))
            self._watching = asyncio.create_task(self._watch(self._folder))

    async def stop(self) -> None:
        if self._watching:
            self._watching.cancel()
            with suppress(asyncio.CancelledError):
                await self._watching
        if self._folder:
            await asyncio.to_thread(shutil.rmtree, self._folder, ignore_errors=True)

    def place(self, iri: str) -> str:
        """The path of the page where a thing stands, with an anchor; empty when there is none."""
        return self._made.places.get(iri, "")

    def has(self, path: str) -> bool:
        return path in self._made.files

    def response(self, request: Request, path: str) -> Response:
        """A file of the site, or that it is still the one which the client has."""
        made = self._made
        file = made.files[path]
        packed = file.packed and bool(_GZIP.search(request.headers.get("accept-encoding", "")))
        etag = f'"{file.digest}-gzip"' if packed else f'"{file.digest}"'
        headers = {"etag": etag, "cache-control": "no-cache", "vary": "Accept-Encoding",
                   "content-type": TYPES.get(Path(path).suffix, "application/octet-stream")}  # fmt: skip
        if is_known(request, etag):
            return not_modified(etag, vary="Accept-Encoding")
        if file.policy:
            headers["content-security-policy"] = f"{file.policy}; frame-ancestors 'none'"
        if packed:
            headers["content-encoding"] = "gzip"
        return FileResponse(made.folder / (PACKED if packed else FILES) / path, headers=headers)

    async def _watch(self, folder: Path) -> None:
        number = 0
        while True:
            if self._pool.generation is not self._tried:
                self._tried, number = self._pool.generation, number + 1
                await self._make(folder / str(number))
            await asyncio.sleep(_EVERY)

    async def _make(self, folder: Path) -> None:
        folder.mkdir()
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "kg.server.site_maker",
            str(self._settings.root),
            str(folder),
            self._title,
            str(os.getpid()),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
        )
        try:
            done = await process.wait() == 0
        except asyncio.CancelledError:
            process.kill()
            await process.wait()
            raise
        self._failed = not done
        if done:
            made = await asyncio.to_thread(_read, folder)
            outdated, self._before, self._made = self._before, self._made, made
        else:
            outdated = Made(folder)
        # The one before stays for whoever is reading it.
        if outdated.folder != Path():
            await asyncio.to_thread(shutil.rmtree, outdated.folder, ignore_errors=True)


def _read(folder: Path) -> Made:
    manifest = json.loads((folder / MANIFEST).read_bytes())
    places = json.loads((folder / FILES / "iris.json").read_bytes())
    return Made(folder, {path: File(**found) for path, found in manifest.items()}, places)
