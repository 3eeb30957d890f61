"""YASGUI is taken from the program that is installed, and from nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
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


def processes() -> str:
    return subprocess.run(["ps", "-ewwo", "args"], capture_output=True, text=True, check=True).stdout


def test_both_files_stand_in_the_program() -> None:
    assert found is not None
    files = take(found)
    assert list(files) == list(FILES)
    assert all(data in found.read_bytes() and len(data) > 10_000 for data in files.values())
    assert f"{found} serve" not in processes(), "it runs no longer"


def test_what_another_server_gives_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "oxigraph"
    other.write_text(IMPOSTOR.format(python=sys.executable, step=1), "utf-8")
    other.chmod(0o755)
    with pytest.raises(OSError, match="is not that of oxigraph"):
        take(other)


def test_a_program_that_does_not_start_is_told_and_not_waited_for_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.server.yasgui._SECONDS", 0.4)
    other = tmp_path / "oxigraph"
    other.write_text("#!/bin/sh\nexit 1\n", "utf-8")
    other.chmod(0o755)
    with pytest.raises(OSError, match="refused"):
        take(other)


def test_no_proxy_of_the_environment_is_asked() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "kg.server.yasgui", str(os.getpid())],
        capture_output=True,
        check=True,
        env=os.environ | {"http_proxy": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9"},
    )
    assert len(ran.stdout) > 100_000
