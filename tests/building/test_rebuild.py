"""A build in a folder that was built before gives the bytes of a build in a fresh folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import kg
from kg.building.folder import FILES
from kg.building.pipeline import build
from tests.toy import EXAMPLE_YAML, TOY, write_toy

Edit = Callable[[Path, int], None]


def outputs(root: Path) -> dict[str, bytes]:
    return {name: (root / "build" / name).read_bytes() for name in FILES}


def sources(root: Path, pattern: str = "bib/**/*.*") -> list[Path]:
    return sorted(path for path in root.glob(pattern) if path.is_file())


def replaced(old: str, new: str, pattern: str = "bib/**/*.*") -> Edit:
    """Replaces text in one of the files that contain it."""

    def edit(root: Path, number: int) -> None:
        found = [path for path in sources(root, pattern) if old in path.read_text(encoding="utf-8")]
        if found:
            path = found[number % len(found)]
            path.write_text(path.read_text(encoding="utf-8").replace(old, f"{new}{number}", 1), encoding="utf-8")

    return edit


def remove(root: Path, number: int) -> None:
    found = sources(root)
    if len(found) > 1:
        found[number % len(found)].unlink()


def restore(root: Path, number: int) -> None:
    name = sorted(TOY)[number % len(TOY)]
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(TOY[name], encoding="utf-8")


def rename(root: Path, number: int) -> None:
    path = sources(root)[number % len(sources(root))]
    path.rename(path.with_name(f"renamed{number}{path.suffix}"))


def second_reader(root: Path, number: int) -> None:
    path = root / "bib" / "annotations" / f"example2031.reader{number}.yaml"
    text = EXAMPLE_YAML.replace("Toy Annotator", f"Reader {number}")
    path.write_text(f"supersedes: example2031\n{text}" if number % 2 else text, encoding="utf-8")


def own_rule(root: Path, number: int) -> None:
    (root / "queries" / "rules").mkdir(parents=True, exist_ok=True)
    text = f"#+ summary: A toy.\nCONSTRUCT {{ ?s cs:n{number} ?o }} WHERE {{ ?s ?p ?o FILTER(ISLITERAL(?o)) }}"
    (root / "queries" / "rules" / "own.rq").write_text(text, encoding="utf-8")


def merge(root: Path, number: int) -> None:
    text = "decisions:\n  - {keep: example2031, same: [muster2032], decided_by: Someone, because: Reason %d.}\n"
    (root / "bib" / "same-as.yaml").write_text(text % number, encoding="utf-8")


EDITS: dict[str, Edit] = {
    "statement": replaced("Missing tools", "Missing things "),
    "quotation": replaced("tests are slow", "tests are slow "),
    "comment": replaced("\n", "\n# comment "),
    "title": replaced("title = {", "title = {New ", "bib/*.bib"),
    "key": replaced("example2031,", "example", "bib/*.bib"),
    "error": replaced("practices: [continuous-testing]", "practices: [no-such-practice]\n# "),
    "remove": remove,
    "restore": restore,
    "rename": rename,
    "second reader": second_reader,
    "own rule": own_rule,
    "merge": merge,
}


@settings(max_examples=6, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=st.lists(st.tuples(st.sampled_from(sorted(EDITS)), st.integers(0, 5)), min_size=1, max_size=3))
def test_after_any_edits_a_build_gives_the_bytes_of_a_fresh_build(
    tmp_path_factory: pytest.TempPathFactory, edits: list[tuple[str, int]]
) -> None:
    folder = tmp_path_factory.mktemp("edited")
    root, number = write_toy(folder / "review"), 0
    build(root)
    for name, which in edits:
        EDITS[name](root, which)
        before, number = outputs(root), number + 1
        found = build(root)
        afresh = folder / f"afresh{number}"
        shutil.copytree(root, afresh, ignore=shutil.ignore_patterns("build"))
        fresh = build(afresh)
        assert found.problems == fresh.problems
        assert found.accounts == fresh.accounts
        assert found.graphs == fresh.graphs
        assert outputs(root) == (before if fresh.errors else outputs(afresh)), name


def test_a_changed_module_of_the_package_gives_changed_bytes(tmp_path: Path) -> None:
    package, review = Path(kg.__file__).parent, write_toy(tmp_path / "review")
    for name in ("kg", "ontology", "queries"):
        shutil.copytree(package.parent / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    program = "import sys; from kg.cli import main; main()"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}

    def kg_build() -> bytes:
        command = [sys.executable, "-c", program, "--root", str(review), "build"]
        subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True)
        return (review / "build" / "graph.nq").read_bytes()

    assert b'"section 4.1"' not in kg_build()
    module = tmp_path / "kg" / "graph" / "findings.py"
    text = module.read_text(encoding="utf-8")
    old = "(CS.section, text(finding.section))"
    assert old in text
    module.write_text(text.replace(old, '(CS.section, text(f"section {finding.section}"))'), encoding="utf-8")
    bibliography = review / "bib" / "journal.bib"
    bibliography.write_text(bibliography.read_text(encoding="utf-8") + "\n% touched\n", encoding="utf-8")
    assert b'"section 4.1"' in kg_build()


def test_the_cache_of_an_earlier_version_is_removed(tmp_path: Path) -> None:
    root, precious = write_toy(tmp_path / "review"), tmp_path / "precious"
    cache = root / "build" / ".cache"
    cache.mkdir(parents=True)
    (cache / "state").write_text("{}", encoding="utf-8")
    build(root)
    assert not cache.exists()
    precious.mkdir()
    (precious / "letter").write_text("mine", encoding="utf-8")
    cache.symlink_to(precious)
    build(root)
    assert (precious / "letter").read_text(encoding="utf-8") == "mine"


def test_a_check_leaves_nothing_behind(tmp_path: Path) -> None:
    from kg.building.pipeline import assemble

    assert not assemble(write_toy(tmp_path)).errors
    assert [path.name for path in tmp_path.iterdir()] == ["bib"]


def test_a_graph_that_was_changed_by_hand_is_written_again(tmp_path: Path) -> None:
    root = write_toy(tmp_path)
    build(root)
    before = outputs(root)
    path = (root / "build" / "graph.nq").resolve()
    path.write_bytes(path.read_bytes() + b"<a:> <b:> <c:> <d:> .\n")
    build(root)
    assert outputs(root) == before
