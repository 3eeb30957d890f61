"""The output that docs/stores.md shows is the real one."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.store.remote.contents import emptied
from tests.store.remote.engines import Engine

DOCS = ROOT / "docs" / "stores.md"
SHOWN = {"oxigraph": "http://localhost:7878", "virtuoso": "http://localhost:8890"}


@pytest.mark.usefixtures("allowed")
def test_the_output_in_the_docs_is_real(engine: Engine, review: Path) -> None:
    emptied(engine)
    shown, real = SHOWN[engine.name], engine.query.rsplit("/", 1)[0]
    (block,) = [
        found for found in re.findall(r"```console\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.S) if shown in found
    ]
    came = ""
    for command in re.findall(r"^\$ (.*)$", block, re.M):
        done = subprocess.run(
            ["sh", "-c", command.replace(shown, real) + " 2>&1"],
            cwd=review,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
        )
        came += f"$ {command}\n{done.stdout}".replace(real, shown)
    if os.environ.get("UPDATE_GOLDEN"):
        DOCS.write_text(DOCS.read_text(encoding="utf-8").replace(block, came), encoding="utf-8")
    else:
        assert came == block
