"""The examples of README.md and of pages with its graph are run: the ```console blocks and the Python block.

`UPDATE_GOLDEN=1` writes the output of each command into the document instead of comparing it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.documents import run
from tests.server.serving import serving

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
DOCUMENTS = (README, *(ROOT / "docs" / f"{page}.md" for page in ("outputs", "related-work", "serving")))
BLOCK = re.compile(
    r"(?:<!-- (?:(?P<place>new review|setup): (?P<setup>[^\n]*?)|(?P<serve>serve)) -->\n)?```console\n"
    r"\$ (?P<command>[^\n]+)\n(?P<output>.*?)```",
    re.S,
)
BLOCKS = [
    pytest.param(document, block, id=f"{document.stem}: {block['command'][:50]}")
    for document in DOCUMENTS
    for block in BLOCK.finditer(document.read_text(encoding="utf-8"))
]


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clone")
    for name in ("bib", "ontology", "queries"):
        shutil.copytree(ROOT / name, folder / name)
    assert "built" in run("kg build", folder)
    return folder


@pytest.fixture(scope="module")
def served(clone: Path) -> Iterator[str]:
    """The address of a server for the clone."""
    with serving("--no-site", root=clone) as server:
        yield server.url


@pytest.mark.parametrize(("document", "block"), BLOCKS)
def test_console_block_shows_the_output_of_its_command(
    document: Path, block: re.Match[str], clone: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    folder, command = clone, block["command"]
    if block["setup"]:  # the block shows a mistake, made in a copy or in a new review
        folder = tmp_path / "my-review"
        if block["place"] == "setup":
            shutil.copytree(clone, folder)
        else:
            run("kg init my-review", tmp_path)
        subprocess.run(["sh", "-c", block["setup"]], cwd=folder, check=True)
    if block["serve"]:
        command = command.replace("http://localhost:8000", request.getfixturevalue("served"))
    found = run(command, folder)
    if os.environ.get("UPDATE_GOLDEN"):
        start = f"$ {block['command']}\n"
        updated = block[0].replace(f"{start}{block['output']}```", f"{start}{found}```")
        text = document.read_text(encoding="utf-8")
        document.write_text(text.replace(block[0], updated), encoding="utf-8")
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
