"""YASGUI, the SPARQL editor, as the package `oxigraph` brings it: nothing of it is in this project, or fetched.

`python -m kg.server.yasgui PID` starts Oxigraph's own server for a moment, takes two files from it, and writes them to
stdout. Whatever listens at that address instead, nothing is taken that does not stand in the program that was started.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from functools import partial
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from socket import create_server

FILES = {"yasgui.min.js": b"Yasgui", "yasgui.min.css": b".yasr"}
"""What is taken, each with a word that it holds."""
_SECONDS = 20.0


class Yasgui:
    """The files, which are taken when they are first asked for."""

    def __init__(self) -> None:
        self._taking: asyncio.Task[Mapping[str, bytes]] | None = None

    async def files(self) -> Mapping[str, bytes]:
        """The files by name; none where there are none to be had."""
        if self._taking is None:
            self._taking = asyncio.create_task(_taken())
        return await asyncio.shield(self._taking)


async def _taken() -> Mapping[str, bytes]:
    if program() is None:
        return {}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "kg.server.yasgui", str(os.getpid()), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
    )
    try:
        data, _ = await asyncio.wait_for(process.communicate(), _SECONDS)
    except (TimeoutError, asyncio.CancelledError):
        process.kill()
        await process.wait()
        return {}
    head, _, rest = data.partition(b"\n")
    found = {}
    for name, length in json.loads(head or b"{}").items():
        found[name], rest = rest[:length], rest[length:]
    return found


def program() -> Path | None:
    """The program of the package, if that is installed."""
    with contextlib.suppress(PackageNotFoundError):
        for file in distribution("oxigraph").files or ():
            path = Path(str(file.locate()))
            if path.stem == "oxigraph" and path.is_file() and "bin" in path.parts:
                return path
    return None


def take(program: Path) -> dict[str, bytes]:
    """The files, as the program serves them.

    Raises:
        OSError: if it does not start, or gives something else than what it holds.
    """
    from kg.server.worker import die_with_parent

    with create_server(("127.0.0.1", 0)) as listening:
        address = f"127.0.0.1:{listening.getsockname()[1]}"
    held = program.read_bytes()
    with tempfile.TemporaryDirectory(prefix="kg-serve-") as folder:
        running = subprocess.Popen(  # noqa: S603 - the program of an installed package
            [str(program), "serve", "--bind", address],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=partial(die_with_parent, os.getpid()),
        )
        try:
            found = {name: _got(f"http://{address}/{name}") for name in FILES}
        finally:
            running.kill()
            running.wait()
    for name, data in found.items():
        if FILES[name] not in data or data not in held:
            raise OSError(f"{name} is not that of {program.name}")
    return found


def _got(url: str) -> bytes:
    from urllib.request import ProxyHandler, build_opener

    opener, end = build_opener(ProxyHandler({})), time.monotonic() + _SECONDS / 2
    while True:
        try:
            with opener.open(url, timeout=5) as answer:
                data: bytes = answer.read()
                return data
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.02)


def main(parent: int) -> None:
    from kg.server.worker import die_with_parent

    die_with_parent(parent)
    path = program()
    try:
        found = take(path) if path else {}
    except OSError as error:
        raise SystemExit(f"kg serve: the editor is a plain one: {error}") from None
    sys.stdout.buffer.write(json.dumps({name: len(data) for name, data in found.items()}).encode() + b"\n")
    for data in found.values():
        sys.stdout.buffer.write(data)


if __name__ == "__main__":
    main(int(sys.argv[1]))
