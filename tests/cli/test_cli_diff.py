"""`kg diff` from the command line: where the two graphs come from, revisions of git included."""

from __future__ import annotations

import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from kg.building.pipeline import build
from kg.building.versions import version
from kg.core.problems import UsageError
from tests.conftest import KgCli
from tests.toy import write_toy

MUSTER = "bib/annotations/muster2032.yaml"
LESS = ("diff", "--no-answers", "--map", "area", "category")


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org", *arguments]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, encoding="utf-8").stdout.strip()


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository whose folder `review` has a statement that is changed in the second commit."""
    folder = tmp_path_factory.mktemp("repository")
    review = write_toy(folder / "review")
    (review / ".gitattributes").write_text("*.yaml export-ignore\n")
    (folder / ".gitignore").write_text("build\n")
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "first")
    text = (review / MUSTER).read_text("utf-8").replace("Toy testers ask for tools.", "Toy testers want tools.")
    (review / MUSTER).write_text(text, "utf-8")
    git(folder, "commit", "--quiet", "-am", "second")
    assert not build(review).errors
    return review


def test_a_revision_is_built_and_compared_and_leaves_nothing(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kg_cli: KgCli
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    hook = repository.parent / ".git" / "hooks" / "post-checkout"
    hook.write_text(f"#!/bin/sh\ntouch {tmp_path / 'hook-ran'}\n")
    hook.chmod(0o755)
    done = kg_cli(repository, *LESS, "HEAD~1")
    assert done.returncode == 0, done.stderr
    assert "Toy testers ask for tools. → Toy testers want tools." in done.stdout
    assert f"What changed since HEAD~1 ({git(repository, 'rev-parse', '--short', 'HEAD~1')}, " in done.stdout
    assert not list(tmp_path.iterdir())
    assert git(repository, "status", "--porcelain") == ""
    assert len(git(repository, "worktree", "list").splitlines()) == 1


def test_no_difference_is_said_and_ends_with_0(repository: Path, kg_cli: KgCli) -> None:
    done = kg_cli(repository, "diff", "HEAD", "--exit-code", "--no-answers")
    assert (done.returncode, "Nothing changed: both graphs say the same." in done.stdout) == (0, True)


@pytest.mark.parametrize(("options", "code"), [((), 0), (("--exit-code",), 1)])
def test_differences_end_with_1_only_if_that_is_asked_for(
    repository: Path, kg_cli: KgCli, options: tuple[str, ...], code: int
) -> None:
    assert kg_cli(repository, *LESS, "HEAD~1", "HEAD", *options).returncode == code


@pytest.mark.parametrize(
    "name",
    [
        "--output=made",
        "-h",
        "main --",
        "$(touch made)",
        "HEAD;touch made",
        "no-such",
        "HEAD~9",
        "\x00",
        "a\nb",
        "^main",
    ],
)
def test_what_is_no_revision_is_refused(repository: Path, kg_cli: KgCli, name: str) -> None:
    done = kg_cli(repository, *LESS, "--", name)
    assert done.returncode == 2
    assert "is neither a file or folder with a graph nor a revision of this repository" in done.stderr
    assert not (repository / "made").exists()


def test_variables_of_a_hook_name_no_other_repository(repository: Path, kg_cli: KgCli) -> None:
    done = kg_cli(repository, *LESS, "HEAD~1", GIT_DIR="/nowhere", GIT_WORK_TREE="/", GIT_INDEX_FILE="/nowhere/index")
    assert done.returncode == 0, done.stderr
    assert "Toy testers want tools." in done.stdout


def test_a_shallow_clone_says_how_to_get_other_revisions(repository: Path, tmp_path: Path, kg_cli: KgCli) -> None:
    git(tmp_path, "clone", "--quiet", "--depth=1", repository.parent.as_uri(), "clone")
    shutil.copytree(repository / "build", tmp_path / "clone" / "review" / "build")
    done = kg_cli(tmp_path / "clone" / "review", *LESS, "HEAD~1")
    assert (done.returncode, "`git fetch --unshallow` gets the other revisions" in done.stderr) == (2, True)


def test_the_graph_of_a_release_has_a_limit(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("graph/graph.nq", b"\n" * 2_000_000)
    monkeypatch.setattr("kg.building.versions._MOST", 1_000_000)
    with pytest.raises(UsageError, match="its graph has more than"), version(repository, str(tmp_path / "bomb.zip")):
        pass


def test_a_link_of_a_revision_that_leads_out_of_it_is_not_read(repository: Path, tmp_path: Path, kg_cli: KgCli) -> None:
    review = shutil.copytree(repository.parent, tmp_path / "copy") / "review"
    (tmp_path / "secret.bib").write_text("@misc{secret, title = {Secret}}\n")
    (review / "bib" / "link.bib").symlink_to(tmp_path / "secret.bib")
    git(review, "add", ".")
    git(review, "commit", "--quiet", "-m", "link")
    done = kg_cli(review, *LESS, "HEAD", "HEAD~1")
    assert done.returncode == 1
    assert "cannot be built" in done.stderr
    assert "[file/outside]" in done.stderr
    assert "Secret" not in done.stdout + done.stderr


def test_folders_files_and_releases_have_the_same_graph(repository: Path, tmp_path: Path, kg_cli: KgCli) -> None:
    graph = repository / "build" / "graph.nq"
    (tmp_path / "graph").mkdir()
    shutil.copy(graph, tmp_path / "graph")
    with zipfile.ZipFile(tmp_path / "release.zip", "w") as archive:
        archive.write(graph, "review-1.0/graph/graph.nq")
    for place in (repository, graph.parent, graph, tmp_path, tmp_path / "release.zip"):
        done = kg_cli(repository, "diff", str(place), "--exit-code")
        assert (done.returncode, "Nothing changed" in done.stdout) == (0, True), place


def test_what_is_no_release_is_refused(repository: Path, tmp_path: Path, kg_cli: KgCli) -> None:
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("graph.nq", "")
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 broken")
    os.mkfifo(tmp_path / "pipe.nq")
    for name in ("other.zip", "broken.zip", "pipe.nq"):
        done = kg_cli(repository, "diff", str(tmp_path / name))
        assert done.returncode == 2
        assert name in done.stderr


def test_a_file_without_named_graphs_is_not_asked_about_them(repository: Path, kg_cli: KgCli) -> None:
    done = kg_cli(repository, "diff", str(repository / "build" / "graph.ttl"), "-f", "json")
    assert done.returncode == 0, done.stderr
    assert "methods-by-practice was not compared: one of the files has no named graphs" in done.stderr
    assert '"query": "studies"' not in done.stdout  # it names graphs: all its rows would seem new


def test_a_page_of_its_own_leads_to_the_published_site(repository: Path, tmp_path: Path, kg_cli: KgCli) -> None:
    folder = shutil.copytree(repository.parent, tmp_path / "copy", symlinks=True) / "review"
    (folder / "kg.toml").write_text('url = "https://example.org/toys/"\n')
    assert kg_cli(folder, *LESS, "HEAD~1", "-o", "changes.html").returncode == 0
    page = (folder / "changes.html").read_text("utf-8")
    assert '<a href="https://example.org/toys/finding/muster2032/F1.html">Toy testers want tools.</a>' in page
    assert "<script" not in page


def test_the_site_has_a_page_of_what_changed(repository: Path, tmp_path: Path, kg_cli: KgCli) -> None:
    done = kg_cli(repository, "site", "--since", "HEAD~1", "-o", str(tmp_path / "site"))
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "site" / "changes.html").read_text("utf-8")
    assert 'href="finding/muster2032/F1.html"' in page
    assert 'href="changes.html"' in (tmp_path / "site" / "index.html").read_text("utf-8")
