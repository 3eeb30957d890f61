"""The site of the graph, made by another process after each load and served from a private folder."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from kg.server.pool import Pool
from kg.server.responses import is_known, not_modified
from kg.server.settings import ServerSettings
from kg.server.site_maker import FILES, MANIFEST, PACKED

State = Literal["none", "pending", "there"]
_EVERY = 0.2
"""Seconds between two looks for a new graph."""
_TEXTS = {".html": "html", ".css": "css", ".js": "javascript", ".ttl": "turtle", ".txt": "plain", ".cff": "plain"}
TYPES = {ending: f"text/{name}; charset=utf-8" for ending, name in _TEXTS.items()}
TYPES |= {".json": "application/json", ".nq": "application/n-quads", ".gz": "application/gzip"}
TYPES |= {".svg": "image/svg+xml", ".csv": "text/csv; charset=utf-8"}
"""The header Content-Type by the ending of a file."""
_GZIP = re.compile(r"(?:^|,)\s*gzip\s*(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))(?:;|,|$)", re.I)


@dataclass(frozen=True)
class _File:
    """A file of a site: the digest of its content, whether it exists compressed too, and a page's own policy."""

    digest: str
    packed: bool
    policy: str


@dataclass(frozen=True)
class _Made:
    """A finished site: its folder, its files, and the place of each IRI in it."""

    folder: Path = Path()
    files: Mapping[str, _File] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)


class Pages:
    """The newest finished site."""

    def __init__(self, settings: ServerSettings, pool: Pool, title: str) -> None:
        self._settings, self._pool, self._title = settings, pool, title
        self._made, self._before = _Made(), _Made()
        self._failed = False

    @property
    def state(self) -> State:
        if self._made.files:
            return "there"
        return "pending" if self._settings.site and not self._failed else "none"

    async def run(self) -> None:
        """Makes the site of each graph that is loaded, until it is cancelled."""
        if not self._settings.site:
            return
        folder, number, done = Path(tempfile.mkdtemp(prefix="kg-serve-")), 0, None
        try:
            while True:
                if self._pool.generation is not done:
                    done, number = self._pool.generation, number + 1
                    await self._make(folder / str(number))
                await asyncio.sleep(_EVERY)
        finally:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    def place(self, iri: str) -> str:
        """The path of the page on which a thing stands, with an anchor; empty when there is none."""
        return self._made.places.get(iri, "")

    def has(self, path: str) -> bool:
        return path in self._made.files

    def response(self, request: Request, path: str) -> Response:
        """A file of the site, or 304 if the client has it."""
        file = self._made.files[path]
        packed = file.packed and bool(_GZIP.search(request.headers.get("accept-encoding", "")))
        etag = f'"{file.digest}-gzip"' if packed else f'"{file.digest}"'
        if is_known(request, etag):
            return not_modified(etag, vary="Accept-Encoding")
        headers = {"etag": etag, "cache-control": "no-cache", "vary": "Accept-Encoding"}
        headers["content-type"] = TYPES.get(Path(path).suffix, "application/octet-stream")
        if file.policy:
            headers["content-security-policy"] = f"{file.policy}; frame-ancestors 'none'"
        if packed:
            headers["content-encoding"] = "gzip"
        return FileResponse(self._made.folder / (PACKED if packed else FILES) / path, headers=headers)

    async def _make(self, folder: Path) -> None:
        folder.mkdir()
        command = [sys.executable, "-m", "kg.server.site_maker", str(self._settings.root), str(folder), self._title]
        nowhere = asyncio.subprocess.DEVNULL
        process = await asyncio.create_subprocess_exec(*command, str(os.getpid()), stdin=nowhere, stdout=nowhere)
        try:
            done = await process.wait() == 0
        except asyncio.CancelledError:
            process.kill()
            await process.wait()
            raise
        self._failed, outdated = not done, folder
        if done:
            made = await asyncio.to_thread(_read, folder)
            # The site before this one stays for clients that are reading it.
            outdated, self._before, self._made = self._before.folder, self._made, made
        if outdated != Path():
            await asyncio.to_thread(shutil.rmtree, outdated, ignore_errors=True)


def _read(folder: Path) -> _Made:
    manifest = json.loads((folder / MANIFEST).read_bytes())
    places = json.loads((folder / FILES / "iris.json").read_bytes())
    return _Made(folder, {path: _File(**found) for path, found in manifest.items()}, places)
