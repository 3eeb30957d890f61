"""The site of the graph, made by another process after each load and served from a file without a name."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO, Literal

from starlette.requests import Request
from starlette.responses import Response

from kg.server.pool import Pool
from kg.server.responses import is_known, not_modified, packed_tag, takes_gzip
from kg.server.settings import ServerSettings
from kg.server.site_maker import FilePart, SiteFile

State = Literal["none", "pending", "there"]
_EVERY = 0.2
"""Seconds between two looks for a new graph."""
_TEXTS = {".html": "html", ".css": "css", ".js": "javascript", ".ttl": "turtle", ".txt": "plain", ".cff": "plain"}
TYPES = {ending: f"text/{name}; charset=utf-8" for ending, name in _TEXTS.items()}
TYPES |= {".json": "application/json", ".nq": "application/n-quads", ".gz": "application/gzip"}
TYPES |= {".svg": "image/svg+xml", ".csv": "text/csv; charset=utf-8"}
"""The header Content-Type by the ending of a file."""


@dataclass(frozen=True)
class _Made:
    """A finished site: the file that contains it, its files, and the place of each IRI in it."""

    content: BinaryIO | None = None
    files: Mapping[str, SiteFile] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)

    def data(self, place: FilePart) -> bytes:
        return os.pread(self.content.fileno(), place.length, place.start) if self.content else b""


class Pages:
    """The newest finished site."""

    def __init__(self, settings: ServerSettings, pool: Pool, title: str) -> None:
        self._settings, self._pool, self._title = settings, pool, title
        self._made = _Made()
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
        done = None
        while True:
            if self._pool.generation is not done:
                done = self._pool.generation
                await self._make()
            await asyncio.sleep(_EVERY)

    def place(self, iri: str) -> str:
        """The path of the page on which a thing stands, with an anchor; empty when there is none."""
        return self._made.places.get(iri, "")

    def has(self, path: str) -> bool:
        return path in self._made.files

    def response(self, request: Request, path: str) -> Response:
        """A file of the site, or 304 if the client has it."""
        file = self._made.files[path]
        packed = file.packed if takes_gzip(request) else None
        etag = packed_tag(f'"{file.digest}"') if packed else f'"{file.digest}"'
        if is_known(request, etag):
            return not_modified(etag, vary="Accept-Encoding")
        headers = {"etag": etag, "cache-control": "no-cache", "vary": "Accept-Encoding"}
        headers["content-type"] = TYPES.get(Path(path).suffix, "application/octet-stream")
        if file.policy:
            headers["content-security-policy"] = f"{file.policy}; frame-ancestors 'none'"
        if packed:
            headers["content-encoding"] = "gzip"
        return Response(self._made.data(packed or file.plain), headers=headers)

    async def _make(self) -> None:
        content: BinaryIO = tempfile.TemporaryFile()  # noqa: SIM115 - it stays open as long as the site is served
        handle, nowhere = content.fileno(), asyncio.subprocess.DEVNULL
        command = [sys.executable, "-m", "kg.server.site_maker", str(self._settings.root), str(handle), self._title]
        command.append(str(os.getpid()))
        process = await asyncio.create_subprocess_exec(
            *command, stdin=nowhere, stdout=asyncio.subprocess.PIPE, pass_fds=[handle]
        )
        try:
            printed = (await process.communicate())[0]
        except asyncio.CancelledError:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
            raise
        self._failed = process.returncode != 0
        if not self._failed:
            self._made = await asyncio.to_thread(_read, content, printed)


def _read(content: BinaryIO, printed: bytes) -> _Made:
    files = {path: _file(*found) for path, found in json.loads(printed).items()}
    made = _Made(content, files)
    return replace(made, places=json.loads(made.data(files["iris.json"].plain)))


def _file(digest: str, policy: str, plain: Sequence[int], packed: Sequence[int] | None) -> SiteFile:
    return SiteFile(digest, policy, FilePart(*plain), FilePart(*packed) if packed else None)
