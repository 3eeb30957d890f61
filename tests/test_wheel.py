"""The wheel, installed into an empty environment outside the checkout, contains all that a review needs."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
COUNT = "SELECT (COUNT(*) AS ?n) { ?p a cs:Practice FILTER NOT EXISTS { ?p skos:broader ?wider } }"


def run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    return subprocess.run(
        [str(part) for part in command], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )


def needs_network(done: subprocess.CompletedProcess[str]) -> None:
    """Skips the test if pip has no package index, unless KG_REQUIRE_WHEEL is set."""
    if done.returncode and not os.environ.get("KG_REQUIRE_WHEEL"):
        pytest.skip(f"pip could not install: {done.stderr.strip().splitlines()[-1:]}")
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    needs_network(run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", folder, ROOT, cwd=folder))
    return next(folder.glob("*.whl"))


def test_wheel_contains_ontology_queries_example_and_templates(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert names >= {
        "kg/library/ontology/shapes.ttl",
        "kg/library/queries/related-work/related-work.rq",
        "kg/py.typed",
        "kg/library/bib/annotations/annotation.schema.json",
        "kg/library/bib/quotations/vanska2024.yaml",
        "kg/render/pages/templates/graph.html",
    }
    pages = {path.name for path in (ROOT / "docs").glob("*.md")} - {"index.md"}
    assert {name for name in names if name.startswith("kg/library/docs/")} == {
        f"kg/library/docs/{name}" for name in pages
    }


def test_wheel_contains_the_engine_of_the_page_ask_with_its_licence(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    names = [name for name in archive.namelist() if name.startswith("kg/render/pages/engine/")]
    if not names and not os.environ.get("KG_REQUIRE_WHEEL"):
        pytest.skip("the npm registry cannot be reached")
    assert {Path(name).name for name in names} == {"web.js", "web_bg.wasm.gz", "package.json", "licence.txt"}
    assert b"MIT" in archive.read("kg/render/pages/engine/licence.txt")


INSTALLERS = ("pip", "setuptools", "pkg_resources", "wheel", "_distutils_hack")
"""The packages of a new environment of `python -m venv`."""


@pytest.fixture(scope="module")
def core(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` folder of an environment that has the wheel without any extra."""
    folder = tmp_path_factory.mktemp("core")
    assert run(sys.executable, "-m", "venv", folder / "env", cwd=folder).returncode == 0
    programs = folder / "env" / "bin"
    install = run(
        programs / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wheel, cwd=folder
    )
    needs_network(install)
    return programs


def test_core_installs_at_most_100_megabytes(core: Path) -> None:
    packages = next(core.parent.glob("lib/python*/site-packages"))
    size = sum(
        path.stat().st_size
        for path in packages.rglob("*")
        if path.is_file() and not path.relative_to(packages).parts[0].startswith(INSTALLERS)
    )
    assert size < 100_000_000


def test_core_is_enough_to_build_and_query_a_review(core: Path, tmp_path: Path) -> None:
    where = run(core / "python", "-c", "import kg; print(kg.__file__)", cwd=tmp_path).stdout
    assert str(core.parent) in where
    kg = core / "kg"
    assert run(kg, "init", "review", cwd=tmp_path).returncode == 0
    review = tmp_path / "review"
    for command in (("check",), ("build",), ("show", "PEC4"), ("queries",), ("related-work", "--practice", "CT")):
        done = run(kg, *command, cwd=review)
        assert done.returncode == 0, (command, done.stderr)
    asked = run(kg, "query", "related-work", "--practice", "CT", "--format", "csv", cwd=review)
    assert "vanska2024,Vänskä et al. (2024)," in asked.stdout
    assert run(kg, "help", "contributing", cwd=tmp_path).stdout.startswith("Contributing\n")
    (review / "count.rq").write_text(COUNT, encoding="utf-8")
    assert "16" in run(kg, "sparql", "count.rq", cwd=review).stdout
    assert run(kg, "init", "empty", "--empty", cwd=tmp_path).returncode == 0
    assert run(kg, "--root", "empty", "build", cwd=tmp_path).returncode == 0


@pytest.fixture(scope="module")
def built(core: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new review, built without any extra."""
    folder = tmp_path_factory.mktemp("built")
    assert run(core / "kg", "init", "review", cwd=folder).returncode == 0
    assert run(core / "kg", "--root", "review", "build", cwd=folder).returncode == 0
    return folder / "review"


@pytest.mark.parametrize(
    ("command", "extra"),
    [
        (("graph", "-o", "graph.html"), "graph"),
        (("graph", "-o", "graph.graphml"), "graph"),
        (("site", "-o", "site"), "graph"),
        (("map", "-o", "map.png"), "figures"),
        (("map", "-o", "map.xlsx"), "sheets"),
        (("export", "-o", "annotations.xlsx"), "sheets"),
        (("figure", "code-occurrences", "-o", "codes.pdf"), "figures"),
        (("serve",), "serve"),
    ],
)
def test_a_command_without_its_extra_names_it(core: Path, built: Path, command: tuple[str, ...], extra: str) -> None:
    done = run(core / "kg", *command, cwd=built)
    assert done.returncode == 2
    assert f".[{extra}]" in done.stderr
