"""The generated networks and reviews of the benchmarks have the requested size and are the same each time."""

from __future__ import annotations

import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.answers.network import KINDS, Network, check
from kg.building.pipeline import assemble

MADE: Callable[[int], Network] = runpy.run_path(str(Path(__file__).parent.parent / "benchmarks" / "networks.py"))[
    "made_network"
]


@pytest.mark.parametrize("size", [30, 300, 3000])
def test_generated_network_has_the_requested_size_and_structure(size: int) -> None:
    network = MADE(size)
    check(network)
    assert len(network.nodes) == size
    assert 2 <= len(network.edges) / size <= 4
    assert {node.kind for node in network.nodes} <= set(KINDS)
    findings = [node for node in network.nodes if node.kind in ("finding", "reported-finding")]
    assert 0.4 <= len(findings) / size <= 0.6
    assert sum(1 for edge in network.edges if edge.quotations) > len(network.edges) / 2


def test_generated_network_is_the_same_each_time() -> None:
    assert MADE(300) == MADE(300)


def test_the_writers_of_networks_are_compared_on_the_same_values(tmp_path: Path) -> None:
    program = runpy.run_path(str(Path(__file__).parent.parent / "benchmarks" / "network_writers.py"))
    network = program["network_of"](40, 100)
    assert (len(network.nodes), len(network.edges)) == (40, 100)
    for name, write in program["libraries"](network).items():
        write(tmp_path / name)
        assert network.nodes[-1].text in (tmp_path / name).read_text("utf-8")


REVIEW: Callable[[int, Path], Path] = runpy.run_path(str(Path(__file__).parent.parent / "benchmarks" / "reviews.py"))[
    "make_review"
]


def test_generated_review_is_the_same_each_time_and_has_no_errors(tmp_path: Path) -> None:
    first, second = REVIEW(60, tmp_path / "first"), REVIEW(60, tmp_path / "second")
    names = sorted(path.relative_to(first) for path in first.rglob("*") if path.is_file())
    assert [(first / name).read_bytes() for name in names] == [(second / name).read_bytes() for name in names]
    assembly = assemble(first)
    assert [str(problem) for problem in assembly.problems if problem.severity != "info"] == []
    entries = {kind: sum(account.entries for account in assembly.accounts if account.kind == kind)
               for kind in ("bibtex", "annotation")}  # fmt: skip
    assert entries == {"bibtex": 60, "annotation": 6}


def test_the_large_sheet_is_imported_without_a_problem(tmp_path: Path) -> None:
    program = Path(__file__).parent.parent / "benchmarks" / "imports.py"
    reading, importing = runpy.run_path(str(program))["measure"](30, tmp_path)
    assert reading > 0
    assert importing > 0


def test_killed_builds_leave_a_complete_build() -> None:
    program = Path(__file__).parent.parent / "benchmarks" / "kills.py"
    ran = subprocess.run([sys.executable, str(program), "5", "20"], capture_output=True, text=True, check=False)
    assert "0 damaged builds, 0 lost sources" in ran.stdout, ran.stdout + ran.stderr
