"""The same input gives the same bytes: in another folder, another process, another hash seed, another file order."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kg.building.pipeline import build
from kg.graph import serialise
from tests.toy import TOY, write_toy

FILES = ("graph.nq", "graph.ttl", "report.json")


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The toy review in another folder, written in another order and built by another process with its own seed."""
    folder = tmp_path_factory.mktemp("another-name")
    for name, text in reversed(TOY.items()):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    program = (
        "import sys, pathlib; from kg.building.pipeline import build; sys.exit(bool(build(pathlib.Path('.')).errors))"
    )
    subprocess.run([sys.executable, "-c", program], cwd=folder, check=True, env=os.environ | {"PYTHONHASHSEED": "4711"})
    return folder


@pytest.mark.parametrize("name", FILES)
def test_two_folders_and_processes_give_identical_bytes(toy: Path, elsewhere: Path, name: str) -> None:
    assert (elsewhere / "build" / name).read_bytes() == (toy / "build" / name).read_bytes()


def test_building_again_changes_nothing(tmp_path: Path) -> None:
    folder = write_toy(tmp_path)
    build(folder)
    before = {name: (folder / "build" / name).read_bytes() for name in FILES}
    build(folder)
    assert {name: (folder / "build" / name).read_bytes() for name in FILES} == before


def test_nothing_but_the_three_files_is_seen_in_build(elsewhere: Path) -> None:
    seen = [path.name for path in (elsewhere / "build").iterdir() if not path.name.startswith(".")]
    assert sorted(seen) == sorted(FILES)


def test_no_path_of_the_machine_gets_into_the_graph(elsewhere: Path) -> None:
    for name in FILES:
        assert str(elsewhere).encode() not in (elsewhere / "build" / name).read_bytes()


@pytest.mark.parametrize("share", [2_000, 50_000])
def test_a_graph_that_is_written_in_shares_has_the_same_bytes(
    toy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, share: int
) -> None:
    monkeypatch.setattr(serialise, "_SHARE", share)
    write_toy(tmp_path)
    assert build(tmp_path).errors == []
    for name in ("graph.nq", "graph.ttl"):
        assert (tmp_path / "build" / name).read_bytes() == (toy / "build" / name).read_bytes()
    quads = (tmp_path / "build" / "graph.nq").read_bytes()
    assert serialise.turtle_of(quads) == (tmp_path / "build" / "graph.ttl").read_bytes()
