"""What the README shows is what comes out: every ```console block is run, every command it names exists."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.serving import serving

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
BLOCK = re.compile(
    r"(?:<!-- (?:setup: (?P<setup>[^\n]*?)|(?P<serve>serve)) -->\n)?```console\n"
    r"\$ (?P<command>[^\n]+)\n(?P<output>.*?)```",
    re.S,
)
BLOCKS = list(BLOCK.finditer(README.read_text(encoding="utf-8")))


def run(command: str, folder: Path) -> str:
    """The command's stdout and stderr, as a person at a terminal of a hundred columns would see them."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "COLUMNS": "100", "LC_ALL": "C.UTF-8"}
    shell = ["sh", "-c", f"{command} 2>&1"]
    done = subprocess.run(shell, cwd=folder, env=environment, capture_output=True, check=False)
    return done.stdout.decode().replace("\r\n", "\n")  # CSV of the W3C ends its lines so


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clone")
    for name in ("bib", "ontology", "queries"):
        shutil.copytree(ROOT / name, folder / name)
    assert "built" in run("kg build", folder)
    return folder


@pytest.fixture(scope="module")
def served(clone: Path) -> Iterator[str]:
    """The address of a server of the clone."""
    with serving("--no-site", root=clone) as server:
        yield server.url


@pytest.mark.parametrize("block", BLOCKS, ids=[block["command"][:50] for block in BLOCKS])
def test_console_block_shows_real_output(
    block: re.Match[str], clone: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    folder, command = clone, block["command"]
    if block["setup"]:  # shows a mistake: in a copy of its own
        folder = shutil.copytree(clone, tmp_path / "copy")
        subprocess.run(["sh", "-c", block["setup"]], cwd=folder, check=True)
    if block["serve"]:
        command = command.replace("http://localhost:8000", request.getfixturevalue("served"))
    found = run(command, folder)
    if os.environ.get("UPDATE_GOLDEN"):
        text = README.read_text(encoding="utf-8")
        README.write_text(
            text.replace(
                block[0],
                block[0].replace(f"$ {block['command']}\n{block['output']}```", f"$ {block['command']}\n{found}```"),
            ),
            encoding="utf-8",
        )
    else:
        assert found == block["output"]


def test_python_block_runs(clone: Path) -> None:
    code = re.search(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.S)
    assert code is not None
    lines = [line for line in code[1].splitlines() if "to_dataframe" not in line]
    program = [sys.executable, "-c", "\n".join(lines)]
    done = subprocess.run(program, cwd=clone, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "vanska2024 5.3 PEC4" in done.stdout


def test_pictures_are_there() -> None:
    for name in re.findall(r"!\[[^]]*\]\(([^)]+)\)", README.read_text(encoding="utf-8")):
        assert (ROOT / name).is_file()
