"""Real stores, each started for the tests on its own ports and in its own folder."""

from __future__ import annotations

import os
import random
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from kg.store.remote.endpoint import PASSWORD, TOKEN, USER

VIRTUOSO_INI = """\
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
CheckpointInterval = 0
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
ThreadsPerQuery = 1
AsyncQueueMaxThreads = 0
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 10
Charset = UTF-8
[SPARQL]
ResultSetMaxRows = {rows}
MaxQueryExecutionTime = 60
"""


@dataclass(frozen=True)
class Engine:
    """A running store: its URLs for graphs and for queries, and its credentials."""

    name: str
    graphs: str
    query: str
    user: str = ""
    password: str = ""

    @property
    def environment(self) -> dict[str, str]:
        return {USER: self.user, PASSWORD: self.password, TOKEN: ""}


def unavailable(reason: str) -> None:
    """Skips the test, or fails where KG_REQUIRE_STORES=1 says that the store must be installed."""
    if os.environ.get("KG_REQUIRE_STORES") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def free_ports() -> tuple[int, int]:
    """Two free ports below those that the system assigns to clients: Virtuoso opens them only after seconds."""
    found: list[int] = []
    while len(found) < 2:
        port = random.randrange(20_000, 32_000)  # noqa: S311 - not a secret
        with socket.socket() as tried, suppress(OSError):
            tried.bind(("127.0.0.1", port))
            found += [] if port in found else [port]
    return found[0], found[1]


@contextmanager
def oxigraph(folder: Path) -> Iterator[Engine]:
    program = Path(sys.executable).parent / "oxigraph"
    if not program.is_file():
        unavailable("no Oxigraph server: pip install oxigraph")
    port, _ = free_ports()
    with _running([str(program), "serve", "--bind", f"127.0.0.1:{port}"], folder, f"http://127.0.0.1:{port}/") as url:
        yield Engine("oxigraph", f"{url}store", f"{url}query")


@contextmanager
def virtuoso(folder: Path, rows: int = 1_000_000) -> Iterator[Engine]:
    program = shutil.which("virtuoso-t")
    if program is None:
        unavailable("no Virtuoso: install virtuoso-opensource")
    http, sql = free_ports()
    (folder / "virtuoso.ini").write_text(VIRTUOSO_INI.format(sql=sql, http=http, rows=rows), encoding="utf-8")
    command = [str(program), "+foreground", "+configfile", "virtuoso.ini"]
    with _running(command, folder, f"http://127.0.0.1:{http}/sparql") as url:
        yield Engine("virtuoso", f"{url}-graph-crud-auth", url, "dba", "dba")


ENGINES = {"oxigraph": oxigraph, "virtuoso": virtuoso}


@contextmanager
def _running(command: list[str], folder: Path, url: str) -> Iterator[str]:
    """Runs a server until the block ends; its output is in `out.txt`."""
    with (folder / "out.txt").open("wb") as out:
        process = subprocess.Popen(command, cwd=folder, stdout=out, stderr=subprocess.STDOUT)
    try:
        for _ in range(1800):
            if process.poll() is not None:
                break
            if _answers(url):
                yield url
                return
            time.sleep(0.1)
        pytest.fail(f"{command[0]} did not start: {(folder / 'out.txt').read_text(errors='replace')[-500:]}")
    finally:
        process.kill()  # its data are not needed
        process.wait()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - one of ours
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
