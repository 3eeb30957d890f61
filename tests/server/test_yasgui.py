"""YASGUI is taken from the installed program, and from nothing else."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kg.server.yasgui import FILES, program, take

found = program()
pytestmark = pytest.mark.skipif(found is None, reason="the package oxigraph, which has YASGUI, is not installed")

IMPOSTOR = """#!{python}
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
class Other(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(b"alert(1) // Yasgui " + b".yasr"[::{step}])
    def log_message(self, *_): pass
HTTPServer(("127.0.0.1", int(sys.argv[3].rsplit(":")[-1])), Other).serve_forever()
"""


def taken(path: Path) -> dict[str, bytes]:
    with ThreadPoolExecutor(1) as apart:  # the browser tests leave an event loop in this thread
        return apart.submit(asyncio.run, take(path)).result()


def executable(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    path.chmod(0o755)
    return path


def processes() -> str:
    return subprocess.run(["ps", "-ewwo", "args"], capture_output=True, text=True, check=True).stdout


def test_both_files_are_part_of_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")  # which is not used
    assert found is not None
    files = taken(found)
    assert list(files) == list(FILES)
    assert all(data in found.read_bytes() and len(data) > 10_000 for data in files.values())
    assert sum(map(len, files.values())) > 100_000
    assert f"{found} serve" not in processes(), "it still runs"


def test_files_of_another_server_are_refused(tmp_path: Path) -> None:
    other = executable(tmp_path / "oxigraph", IMPOSTOR.format(python=sys.executable, step=1))
    with pytest.raises(OSError, match="is not that of oxigraph"):
        taken(other)


def test_a_program_that_does_not_start_is_reported(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="refused"):
        taken(executable(tmp_path / "oxigraph", "#!/bin/sh\nexit 1\n"))
