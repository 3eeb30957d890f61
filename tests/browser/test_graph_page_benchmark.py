"""The benchmark of the graph page measures real pages, ours and that of pyvis."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "graph_page.py"


@pytest.mark.browser
@pytest.mark.usefixtures("browser")  # skips where there is no Chromium
def test_the_benchmark_measures_a_small_page_and_that_of_pyvis() -> None:
    ran = subprocess.run(
        [sys.executable, SCRIPT, "--sizes", "130", "--shown", "50"],
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    assert ran.returncode == 0, ran.stderr
    rows = [line.strip("| ").split(" | ") for line in ran.stdout.splitlines() if line.startswith("| ")]
    sizes = {row[2]: row for row in rows if row[0] == "130"}
    assert "–" not in sizes["kg"]  # nothing was left unmeasured
    ratio = re.search(r"^130 things: [\d.]+ times as soon as with pyvis$", ran.stdout, re.M)
    assert ratio or "–" in sizes["pyvis"]  # on a busy machine the page of pyvis may not be ready in time
    assert all(float(cell) > 0 for cell in sizes["pyvis"] if re.fullmatch(r"[\d.]+", cell))
    assert [row[0] for row in rows][-1] == "50"
