"""The benchmark of the graph page measures real pages, ours and that of pyvis."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.browser
@pytest.mark.usefixtures("browser")  # skips where there is no Chromium
def test_the_benchmark_measures_a_small_page_and_that_of_pyvis() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "benchmarks.graph_page", "--works", "60", "--shown", "50"],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    assert ran.returncode == 0, ran.stderr
    rows = [line.strip("| ").split(" | ") for line in ran.stdout.splitlines() if line.startswith("| ")]
    pages = {row[3]: row for row in rows if row[0] == "60"}
    assert all(float(cell.replace(",", "")) > 0 for cell in pages["kg"][4:])  # nothing was left unmeasured
    assert all(float(cell) > 0 for cell in pages["pyvis"] if re.fullmatch(r"[\d.]+", cell))
    assert re.search(r"^60 works: pyvis takes [\d.]+ times as long", ran.stdout, re.M)
    assert rows[-1][0] == "50"
