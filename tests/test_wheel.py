"""The wheel, installed into an empty environment outside the checkout, brings all that a review needs."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    return subprocess.run(
        [str(part) for part in command], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )


def needs_network(done: subprocess.CompletedProcess[str]) -> None:
    """pip needs an index: without one there is nothing to test, unless CI insists."""
    if done.returncode and not os.environ.get("KG_REQUIRE_WHEEL"):
        pytest.skip(f"pip could not install: {done.stderr.strip().splitlines()[-1:]}")
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    needs_network(run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", folder, ROOT, cwd=folder))
    return next(folder.glob("*.whl"))


def test_wheel_carries_ontology_queries_example_and_templates(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert names >= {
        "kg/library/ontology/shapes.ttl",
        "kg/library/queries/related-work/related-work.rq",
        "kg/py.typed",
        "kg/library/bib/annotations/annotation.schema.json",
        "kg/library/bib/quotations/vanska2024.yaml",
        "kg/render/pages/templates/graph.html",
    }


def test_review_outside_the_checkout(wheel: Path, tmp_path: Path) -> None:
    assert run(sys.executable, "-m", "venv", tmp_path / "env", cwd=tmp_path).returncode == 0
    python, kg = tmp_path / "env" / "bin" / "python", tmp_path / "env" / "bin" / "kg"
    needs_network(run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wheel, cwd=tmp_path))
    where = run(python, "-c", "import kg; print(kg.__file__)", cwd=tmp_path).stdout
    assert str(tmp_path) in where
    assert run(kg, "init", "review", cwd=tmp_path).returncode == 0
    built = run(kg, "--root", "review", "build", cwd=tmp_path)
    assert built.returncode == 0, built.stderr
    asked = run(kg, "--root", "review", "query", "related-work", "--practice", "CT", "--format", "csv", cwd=tmp_path)
    assert "vanska2024,Vänskä et al. (2024)," in asked.stdout
    drawn = run(kg, "--root", "review", "graph", "-o", "graph.html", cwd=tmp_path)
    assert drawn.returncode == 0, drawn.stderr
    assert "continuous testing" in (tmp_path / "graph.html").read_text(encoding="utf-8")
    empty = run(kg, "init", "empty", "--empty", cwd=tmp_path)
    assert (empty.returncode, run(kg, "--root", "empty", "build", cwd=tmp_path).returncode) == (0, 0)
    assert run(kg, "--root", "empty", "map", "-o", "map.html", cwd=tmp_path).returncode == 0
