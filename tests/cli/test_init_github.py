"""The GitHub workflow of a review: what `kg init --github` writes, and that its steps do what they say, in bash."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from kg.building.workflow import WORKFLOW
from tests.cli.test_cli_diff import git
from tests.conftest import ROOT, KgCli
from tests.toy import write_toy

MUSTER = "bib/annotations/muster2032.yaml"
HOSTILE = "@everybody $(touch ran) `touch ran`"
RIGHTS = {"check": {"contents": "read"}, "comment": {"pull-requests": "write"},
             "publish": {"pages": "write", "id-token": "write"}}  # fmt: skip


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory, kg_cli: KgCli) -> Path:
    """A shallow clone with a review in `my papers`: HEAD merges a branch that changes a statement into main."""
    origin = tmp_path_factory.mktemp("github") / "origin"
    review = write_toy(origin / "my papers")
    (review / "kg.toml").write_text('url = "https://example.org/toys/"\n')
    (origin / ".gitignore").write_text("build\n")
    git(origin, "init", "--quiet", "--initial-branch=main")
    done = kg_cli(review, "init", ".", "--github", "--kg-from", "git+https://example.org/kg@1234")
    assert done.returncode == 0, done.stderr
    assert "It installs kg from git+https://example.org/kg@1234." in done.stderr
    git(origin, "add", ".")
    git(origin, "commit", "--quiet", "-m", "base")
    git(origin, "checkout", "--quiet", "-b", "change")
    text = (review / MUSTER).read_text("utf-8").replace("Toy testers ask for tools.", f"'{HOSTILE}'")
    (review / MUSTER).write_text(text, "utf-8")
    git(origin, "commit", "--quiet", "-am", "change")
    git(origin, "checkout", "--quiet", "main")
    git(origin, "merge", "--quiet", "--no-ff", "-m", "merge", "change")
    git(origin.parent, "clone", "--quiet", "--depth=2", origin.as_uri(), "clone")
    return origin.parent / "clone"


@pytest.fixture(scope="module")
def workflow(repository: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((repository / WORKFLOW).read_text("utf-8"))
    return found


def steps(workflow: dict[str, Any], event: str) -> dict[str, str]:
    """The commands that the job `check` runs for an event, by the name of the step."""
    wanted = (None, f"github.event_name == '{event}'")
    return {
        step["name"]: step["run"] for step in workflow["jobs"]["check"]["steps"]
        if "run" in step and step.get("if") in wanted
    }  # fmt: skip


def run(repository: Path, workflow: dict[str, Any], command: str, **env: str) -> subprocess.CompletedProcess[str]:
    """A step as a runner runs it, with `kg` on the PATH."""
    programs, temporary = repository.parent / "bin", repository.parent / "temporary"
    for folder in (programs, temporary):
        folder.mkdir(exist_ok=True)
    (programs / "kg").write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m kg "$@"\n')
    (programs / "kg").chmod(0o755)
    defaults = workflow["jobs"]["check"]["defaults"]["run"]
    assert defaults["shell"] == "bash"
    variables = {"PATH": f"{programs}:{os.environ['PATH']}", "RUNNER_TEMP": str(temporary),
                 "GITHUB_STEP_SUMMARY": str(temporary / "summary.md")}  # fmt: skip
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", command],
        cwd=repository / defaults["working-directory"], env=os.environ | variables | workflow["env"] | env,
        capture_output=True, check=False, encoding="utf-8",
    )  # fmt: skip


def test_no_step_has_more_rights_than_it_needs(workflow: dict[str, Any]) -> None:
    assert set(workflow[True]) == {"pull_request", "push"}  # YAML 1.1 reads the key `on` as true
    assert workflow["permissions"] == {}
    assert {name: job["permissions"] for name, job in workflow["jobs"].items()} == RIGHTS
    for job in workflow["jobs"].values():
        for step in job["steps"]:
            assert "${{" not in step.get("run", "")
            assert "run" in step or step["uses"].startswith("actions/")
    # The job that may write runs nothing of the pull request.
    assert [step.get("uses", "").partition("@")[0] for step in workflow["jobs"]["comment"]["steps"]] == [
        "actions/download-artifact", "",
    ]  # fmt: skip


def test_a_pull_request_is_checked_built_and_compared_with_its_base(repository: Path, workflow: dict[str, Any]) -> None:
    for name, command in steps(workflow, "pull_request").items():
        if name != "Install kg":
            done = run(repository, workflow, command)
            assert done.returncode == 0, (name, done.stderr)
    comment = (repository.parent / "temporary" / "comment.md").read_text("utf-8")
    assert comment.startswith(
        f"<!-- kg diff -->\n## What changed since {git(repository, 'rev-parse', '--short', 'HEAD^1')} ("
    )
    assert "Toy testers ask for tools. → @\u200beverybody" in comment.replace("\\", "")  # nobody is notified
    assert (repository.parent / "temporary" / "summary.md").read_text("utf-8") == comment
    assert not list(repository.rglob("ran"))
    assert git(repository, "status", "--porcelain") == ""


def test_a_push_makes_the_site(repository: Path, workflow: dict[str, Any]) -> None:
    last = list(steps(workflow, "push").items())[-1]
    assert last[0] == "Make the site"
    assert run(repository, workflow, last[1]).returncode == 0
    assert (repository.parent / "temporary" / "site" / "index.html").is_file()


def test_a_base_that_cannot_be_built_is_said_in_the_comment(repository: Path, workflow: dict[str, Any]) -> None:
    copy = shutil.copytree(repository.parent, repository.parent.parent / "copy", symlinks=True) / "clone"
    git(copy, "checkout", "--quiet", "--orphan", "new")
    git(copy, "commit", "--quiet", "-m", "without a parent")
    assert run(copy, workflow, steps(workflow, "pull_request")["Compare with the base branch"]).returncode == 0
    comment = (copy.parent / "temporary" / "comment.md").read_text("utf-8")
    assert "The base branch cannot be compared:\n\n    " in comment
    assert "`HEAD^1` is neither" in comment


def test_without_a_source_of_kg_the_workflow_says_what_to_write(repository: Path, workflow: dict[str, Any]) -> None:
    done = run(repository, workflow, steps(workflow, "push")["Install kg"], KG_SOURCE="")
    assert (done.returncode, done.stdout.startswith("::error::Write into KG_SOURCE")) == (1, True)


def test_a_workflow_that_is_there_is_never_replaced(repository: Path, tmp_path: Path, kg_cli: KgCli) -> None:
    again = ("init", ".", "--github", "--kg-from", "git+https://example.org/kg@1234")
    review = shutil.copytree(repository, tmp_path / "copy") / "my papers"
    file = review.parent / WORKFLOW
    before = file.read_bytes()
    assert kg_cli(review, *again).returncode == 0
    assert file.read_bytes() == before
    file.write_bytes(before + b"# mine\n")
    done = kg_cli(review, *again)
    assert (done.returncode, "move it away" in done.stderr) == (2, True)
    assert file.read_bytes() == before + b"# mine\n"


def test_a_new_review_with_a_workflow_says_what_is_missing(tmp_path: Path, kg_cli: KgCli) -> None:
    done = kg_cli(tmp_path, "init", "new", "--empty", "--github")
    assert done.returncode == 0, done.stderr
    found = yaml.safe_load((tmp_path / "new" / WORKFLOW).read_text("utf-8"))
    assert found["jobs"]["check"]["defaults"]["run"]["working-directory"] == "."
    assert (found["env"]["KG_SOURCE"] == "") == ("Write into it where kg is installed from" in done.stderr)
    assert kg_cli(tmp_path, "init", "other", "--kg-from", "x").returncode == 2
    assert kg_cli(tmp_path, "init", "third", "--github", "--kg-from", "${{ secrets.X }}").returncode == 2
