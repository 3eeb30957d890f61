"""A build takes the place of the last one at once and whole: killed, out of room, or with sources that change."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from kg.building.folder import FILES, BuildFolder
from kg.building.pipeline import build
from kg.core.problems import KgError, UsageError
from tests.toy import write_toy

NOTES = "bib/annotations/example2031.yaml"
Seen = dict[str, bytes]


def seen(root: Path) -> Seen:
    return {name: (root / "build" / name).read_bytes() for name in FILES}


@pytest.fixture
def review(tmp_path: Path) -> Path:
    root = write_toy(tmp_path)
    build(root)
    return root


def change(root: Path) -> None:
    path = root / NOTES
    path.write_text(path.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")


def test_a_new_build_takes_the_place_of_all_three_files(review: Path) -> None:
    before = seen(review)
    change(review)
    build(review)
    after = seen(review)
    assert all(before[name] != after[name] for name in ("graph.nq", "graph.ttl", "report.json"))
    assert json.loads(after["report.json"])["graph"]["sha256"] == sha256(after["graph.nq"]).hexdigest()


def test_all_three_change_in_one_step(review: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, states = seen(review), list[Seen]()
    change(review)
    replace: Callable[..., Path] = Path.replace

    def watched(path: Path, target: Path) -> Path:
        states.append(seen(review))
        done = replace(path, target)
        states.append(seen(review))
        return done

    monkeypatch.setattr(Path, "replace", watched)
    build(review)
    assert states
    assert all(state in (before, seen(review)) for state in states)


def test_files_that_are_no_links_yet_change_in_one_step_too(review: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = seen(review)
    subprocess.run(["rm", "-r", str(review / "build")], check=True)
    (review / "build").mkdir()
    for name, data in before.items():
        (review / "build" / name).write_bytes(data)
    test_all_three_change_in_one_step(review, monkeypatch)


def test_without_links_the_files_are_replaced(review: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(1, "not here")

    subprocess.run(["rm", "-r", str(review / "build")], check=True)
    monkeypatch.setattr(Path, "symlink_to", refused)
    build(review)
    assert not (review / "build" / "graph.nq").is_symlink()
    assert json.loads(seen(review)["report.json"])["graph"]["sha256"] == sha256(seen(review)["graph.nq"]).hexdigest()


def test_a_review_that_was_copied_without_its_links_is_built(review: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(review, tmp_path / "copy", ignore=shutil.ignore_patterns("copy"))
    assert not (copy / "build" / ".built" / "current").is_symlink()
    assert (copy / "build" / ".built" / "current").is_dir()
    change(copy)
    build(copy)
    change(review)
    build(review)
    assert seen(copy) == seen(review)


def test_no_more_than_this_build_and_the_last_are_kept(review: Path) -> None:
    for _ in range(3):
        change(review)
        build(review)
    kept = [path.name for path in (review / "build" / ".built").iterdir() if path.name.isdecimal()]
    assert len(kept) == 2


def test_what_a_person_keeps_in_build_stays(review: Path) -> None:
    (review / "build" / "map.html").write_text("mine", encoding="utf-8")
    build(review)
    assert (review / "build" / "map.html").read_text(encoding="utf-8") == "mine"


# --- when it cannot be written ---


BUILD = "import sys, pathlib; from kg.cli import main; sys.argv = ['kg', '--root', sys.argv[1], 'build']; main()"


def run_limited(root: Path, limit: int) -> subprocess.CompletedProcess[str]:
    """A build in which no file may grow beyond `limit` bytes, which the system refuses as it refuses a full disk."""
    return subprocess.run(
        [sys.executable, "-c", BUILD, str(root)],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )


@pytest.mark.parametrize("limit", [0, 1000, 100_000, 400_000])
def test_a_full_disk_leaves_the_last_build_and_the_next_one_succeeds(review: Path, limit: int) -> None:
    before = seen(review)
    change(review)
    ran = run_limited(review, limit)
    assert ran.returncode == 2
    assert "cannot write" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert seen(review) == before
    build(review)
    assert seen(review) != before


# Root ignores permissions, so the folder would be writable and no error would occur.
@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only for root")
def test_a_read_only_folder_is_an_error(review: Path) -> None:
    (review / "build" / ".built").chmod(0o555)
    with pytest.raises(UsageError, match="cannot write"):
        build(review)


def test_a_file_in_the_place_of_the_folder_is_an_error(tmp_path: Path) -> None:
    root = write_toy(tmp_path)
    (root / "build").write_text("", encoding="utf-8")
    with pytest.raises(UsageError, match="cannot write"):
        build(root)


def test_a_link_out_of_the_review_is_not_followed(review: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "7").mkdir()
    (elsewhere / "7" / "precious").write_text("mine", encoding="utf-8")
    subprocess.run(["rm", "-r", str(review / "build" / ".built")], check=True)
    (review / "build" / ".built").symlink_to(elsewhere)
    build(review)
    build(review)
    assert (elsewhere / "7" / "precious").read_text(encoding="utf-8") == "mine"


# --- two at once, and sources that change ---


def test_a_second_build_waits_and_says_for_whom(review: Path) -> None:
    with BuildFolder(review / "build").locked():
        program = (
            "import sys, pathlib; from kg.building.pipeline import build\n"
            "build(pathlib.Path(sys.argv[1]), lambda told: print(told, flush=True))"
        )
        second = subprocess.Popen([sys.executable, "-c", program, str(review)], stdout=subprocess.PIPE, text=True)
        assert second.stdout is not None
        assert second.stdout.readline() == f"waiting for another build (process {os.getpid()})\n"
        assert second.poll() is None
    assert "writing build/\n" in second.communicate()[0]
    assert second.returncode == 0


def test_the_lock_of_a_dead_process_is_free(review: Path) -> None:
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, pathlib, time; from kg.building.folder import BuildFolder\n"
            "with BuildFolder(pathlib.Path(sys.argv[1])).locked(): print('has it', flush=True); "
            "time.sleep(60)",
            str(review / "build"),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    holder.stdout.readline()
    holder.kill()
    holder.communicate()
    told: list[str] = []
    begin = time.monotonic()
    build(review, told.append)
    assert not [line for line in told if "waiting" in line]
    assert time.monotonic() - begin < 30


@pytest.mark.parametrize("meanwhile", ["changed", "gone", "new"])
def test_a_source_that_changes_during_the_build_is_an_error(review: Path, meanwhile: str) -> None:
    before = seen(review)
    path = review / NOTES

    def interfere(step: str) -> None:
        if step == "writing build/" and meanwhile == "changed":
            change(review)
        elif step == "writing build/" and meanwhile == "gone":
            path.unlink()
        elif step == "writing build/":
            (review / "bib" / "new.bib").write_text("@misc{new2031, title = {New}}", encoding="utf-8")

    with pytest.raises(KgError, match="changed while the graph was built"):
        build(review, interfere)
    assert seen(review) == before
    if meanwhile != "gone":
        build(review)
        assert seen(review) != before


def test_a_source_rewritten_with_the_same_content_is_unchanged(review: Path) -> None:
    text = (review / NOTES).read_text(encoding="utf-8")

    def written_again(step: str) -> None:
        if step == "writing build/":
            (review / NOTES).write_text(text, encoding="utf-8")

    build(review, written_again)
