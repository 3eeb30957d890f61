"""Fixtures of all tests: the toy review and the project's own review, each built once, and the command `kg`."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from filelock import FileLock
from hypothesis import settings

from kg.api import KnowledgeGraph
from kg.building.pipeline import Assembly, assemble, build
from kg.building.scaffold import alone
from tests import notebooks
from tests.forked_cli import Forked
from tests.toy import write_toy
from tests.toy_effects import write_effects
from tests.toy_library import write_library

settings.register_profile("kg", deadline=None, max_examples=30)  # the first example takes longer because of imports
settings.load_profile("kg")
for _name in (
    "CI",
    "BUILD_NUMBER",
):  # with them pytest shows all lines of two files that differ, which takes a quarter of an hour
    os.environ.pop(_name, None)

ROOT = Path(__file__).resolve().parent.parent
"""The repository, which is a review itself."""

KgCli = Callable[..., "subprocess.CompletedProcess[str]"]

_collected: set[Path] = set()


def pytest_collect_file(file_path: Path) -> None:
    """Records each file in which pytest looks for tests."""
    _collected.add(file_path)


@pytest.fixture(scope="session")
def collected_files() -> set[Path]:
    """The files in which pytest has looked for tests in this run."""
    return _collected


FIRST = (
    "test_wheel.py",
    "test_site_accessible.py",
    "test_documentation_site.py",
    "test_injection.py",
    "test_server_browser.py",
)
"""Files that take long. They are started first, so that no worker starts one of them at the end."""
TOGETHER = {
    "test_site_accessible.py": "review site",
    "test_site_find.py": "review site",
    "test_site_lists.py": "review site",
    "test_site_served.py": "review site",
    "test_example_notebook.py": "example notebook",
    "test_example_notebook_browser.py": "example notebook",
}
"""Files that share an expensive fixture, and therefore a worker."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Runs the tests of one file in one worker of xdist, so that their fixtures are made once."""
    for item in items:
        if "remote" not in item.path.parts:  # those tests have their own groups, one for each store
            group = TOGETHER.get(item.path.name, str(item.path.relative_to(ROOT)))
            item.add_marker(pytest.mark.xdist_group(group))
    # Virtuoso may answer from the plan of an earlier query (findings/virtuoso-queried-while-empty.sh): its answers are
    # compared before other tests have filled and emptied it.
    items.sort(
        key=lambda item: (
            item.path.name != "test_queries_on_stores.py",
            item.path.name not in FIRST and "remote" not in item.path.parts,
        )
    )


def _built(folder: Path) -> Path:
    errors = build(folder).errors
    assert not errors, "\n".join(map(str, errors))
    return folder


@pytest.fixture(scope="session")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The toy review, built. Tests that change files take a copy."""
    return _built(write_toy(tmp_path_factory.mktemp("toy")))


@pytest.fixture(scope="session")
def toy_assembly(toy: Path) -> Assembly:
    """The named graphs of the toy review with the positions of their statements."""
    return assemble(toy)


@pytest.fixture(scope="session")
def toy_graph(toy: Path) -> KnowledgeGraph:
    return KnowledgeGraph.open(toy)


@pytest.fixture(scope="session")
def library_graph(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeGraph:
    """The second toy review, on which the query library is tested."""
    return KnowledgeGraph.open(_built(write_library(tmp_path_factory.mktemp("library"))))


@pytest.fixture(scope="session")
def effects_graph(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeGraph:
    """The toy review of effects, tools, recommendations and relations of concepts."""
    return KnowledgeGraph.open(_built(write_effects(tmp_path_factory.mktemp("effects"))))


FIRST_PUBLICATION = (
    "ai-lifecycle.bib", "experimentation.bib", "reviews.bib", "se4ml.bib", "vanska2024.bib",
    "annotations/annotation.schema.json", "annotations/vanska2024.yaml", "quotations/vanska2024.yaml",
    "codings/ai-lifecycle.yaml", "codings/experimentation.yaml", "codings/se4ml.yaml",
)  # fmt: skip
"""Files of the first publication and of the three reviews whose codings came with it."""


@pytest.fixture(scope="session")
def review(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The part of the project's own review that holds the first publication, built.

    Its numbers stay when further publications are annotated. Tests of all of them use `whole_review`.
    """
    folder = tmp_path_factory.mktemp("review")
    for name in ("ontology", "queries"):
        shutil.copytree(ROOT / name, folder / name)
    for name in FIRST_PUBLICATION:
        (folder / "bib" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "bib" / name, folder / "bib" / name)
    annotation = folder / "bib" / "annotations" / "vanska2024.yaml"
    annotation.write_text(alone(annotation.read_text(encoding="utf-8")), encoding="utf-8")
    keys = set(
        re.findall(r"^@\w+\{(.+),$", "\n".join(map(Path.read_text, (folder / "bib").glob("*.bib"))), re.MULTILINE)
    )
    same = yaml.safe_load((ROOT / "bib" / "same-as.yaml").read_text(encoding="utf-8"))
    for name in ("decisions", "studies"):
        same[name] = [
            one | {"date": str(one["date"])}
            for one in same[name]
            if {one.get("keep"), *one.get("same", ()), *one.get("different", ())} <= keys | {None}
        ]
    same["venues"] = [one | {"date": str(one["date"])} for one in same["venues"]]
    (folder / "bib" / "same-as.yaml").write_text(yaml.safe_dump(same, allow_unicode=True), encoding="utf-8")
    return _built(folder)


@pytest.fixture(scope="session")
def review_graph(review: Path) -> KnowledgeGraph:
    return KnowledgeGraph.open(review)


@pytest.fixture(scope="session")
def whole_review(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project's own review, built once for all workers. Tests that change files take a copy."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent  # of all workers of this run
    folder = shared / "whole"
    with FileLock(shared / "whole.lock"):
        if not (folder / "build").is_dir():
            for name in ("bib", "ontology", "queries"):
                shutil.copytree(ROOT / name, folder / name, dirs_exist_ok=True)
            _built(folder)
    return folder


@pytest.fixture(scope="session")
def whole_graph(whole_review: Path) -> KnowledgeGraph:
    return KnowledgeGraph.open(whole_review)


@pytest.fixture(scope="session")
def example_notebook(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """docs/example.ipynb, run in a copy of the review without a build."""
    folder = tmp_path_factory.mktemp("clone")
    for name in ("bib", "ontology", "queries"):
        shutil.copytree(ROOT / name, folder / name)
    (folder / "docs").mkdir()
    # The user's Jupyter settings and kernels are neither read nor changed.
    with pytest.MonkeyPatch.context() as patched:
        for variable in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
            patched.setenv(variable, str(folder / ".jupyter"))
        return notebooks.run(Path(shutil.copy(notebooks.EXAMPLE, folder / "docs")))


@pytest.fixture(scope="session")
def full_texts() -> Path:
    """The folder of the full texts of annotated papers, which are not in the repository.

    It is the folder in KG_FULLTEXT, or a folder */sources/ next to the repository.
    """
    named = os.environ.get("KG_FULLTEXT")
    folders = [Path(named)] if named else sorted(ROOT.parent.glob("*/sources"))
    found = next((folder for folder in folders if (folder / "vanska2024.txt").is_file()), None)
    if found is None:  # the papers may not be published with the repository
        pytest.skip("no folder with vanska2024.txt; name it in KG_FULLTEXT")
    return found


@pytest.fixture(scope="session")
def fulltext(full_texts: Path) -> str:
    """The full text of the annotated paper."""
    return (full_texts / "vanska2024.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def kg_cli(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KgCli]:
    """Runs the command in a folder: `kg_cli(folder, "query", "contents")`.

    With variables of the environment the installed program starts anew; else a process that has imported it is forked.
    """
    command = Path(sys.executable).parent / "kg"
    files = tmp_path_factory.mktemp("command")
    forked = Forked() if hasattr(os, "fork") else None

    def run(folder: Path, *arguments: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
        here = {**os.environ, "COLUMNS": "160", "NO_COLOR": "1", **environment}
        if forked and not environment:
            return forked.run(folder, list(arguments), stdin, files, here)
        return subprocess.run(
            [str(command), *arguments],
            cwd=folder,
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=300,
            env=here,
        )

    yield run
    if forked:
        forked.close()
