"""The benchmark of the graph page runs, on graphs too small to say anything."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]


def test_the_benchmark_of_the_graph_page_runs(browser: object) -> None:
    assert browser
    script = ROOT / "benchmarks" / "graph_page.py"
    ran = subprocess.run([sys.executable, str(script), "--sizes", "30", "150", "--shown", "40", "--no-pyvis"],
                         capture_output=True, text=True, check=False, timeout=180, env=dict(os.environ))
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.count("| kg |") == 2
