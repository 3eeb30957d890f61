"""YASGUI, the SPARQL editor, taken from the program of the package `oxigraph`, which contains its files.

No Python package installs the files as such: others load them from a server on the internet. So Oxigraph's server is
started for a moment and asked for them. Only files that stand in the program itself are accepted, whatever else listens
at that address.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from socket import create_server

FILES = {"yasgui.min.js": b"Yasgui", "yasgui.min.css": b".yasr"}
"""The files, each with a word that it contains."""
_SECONDS = 10.0
_LAUNCHER = """import os, sys; from kg.core.processes import die_with_parent
die_with_parent(int(sys.argv[1])); os.chdir(sys.argv[2]); os.execv(sys.argv[3], sys.argv[3:])"""


class Yasgui:
    """The files, which are read when they are first needed."""

    @cached_property
    def _reading(self) -> asyncio.Task[Mapping[str, bytes]]:
        return asyncio.create_task(_files())

    async def files(self) -> Mapping[str, bytes]:
        """The files by name; empty where the package is not installed or does not give them."""
        return await asyncio.shield(self._reading)


async def _files() -> Mapping[str, bytes]:
    path = program()
    try:
        return await take(path) if path else {}
    except OSError as error:
        print(f"kg serve: the editor is a plain one: {error}", file=sys.stderr)
        return {}


def program() -> Path | None:
    """The program of the package, if that is installed."""
    with suppress(PackageNotFoundError):
        for file in distribution("oxigraph").files or ():
            path = Path(str(file.locate()))
            if path.stem == "oxigraph" and path.is_file() and "bin" in path.parts:
                return path
    return None


async def take(program: Path) -> dict[str, bytes]:
    """The files that the program contains, by name.

    Raises:
        OSError: if it does not start, or another server answers.
    """
    with create_server(("127.0.0.1", 0)) as listening:
        address = f"127.0.0.1:{listening.getsockname()[1]}"
    nowhere = asyncio.subprocess.DEVNULL
    with tempfile.TemporaryDirectory(prefix="kg-serve-") as folder:
        command = [sys.executable, "-c", _LAUNCHER, str(os.getpid()), folder, str(program), "serve", "--bind", address]
        running = await asyncio.create_subprocess_exec(*command, stdin=nowhere, stdout=nowhere, stderr=nowhere)
        try:
            found = await asyncio.to_thread(lambda: {name: _get(f"http://{address}/{name}", running) for name in FILES})
        finally:
            with suppress(ProcessLookupError):
                running.kill()
            await running.wait()
    contents = program.read_bytes()
    for name, data in found.items():
        if FILES[name] not in data or data not in contents:
            raise OSError(f"{name} is not that of {program.name}")
    return found


def _get(url: str, running: asyncio.subprocess.Process) -> bytes:
    from urllib.request import ProxyHandler, build_opener

    opener, end = build_opener(ProxyHandler({})), time.monotonic() + _SECONDS
    while True:
        try:
            with opener.open(url, timeout=5) as answer:
                return bytes(answer.read())
        except OSError:
            if time.monotonic() > end or running.returncode is not None:
                raise
            time.sleep(0.02)
