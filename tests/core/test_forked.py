"""Work in a forked copy of the process: its result, its progress and its errors come back."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from kg.building import pipeline
from kg.building.folder import FILES
from kg.core.forked import Progress, forked, locks, meanwhile
from tests.toy import write_toy


def test_result_and_progress_of_the_copy_come_back() -> None:
    steps: list[str] = []

    def work(progress: Progress) -> tuple[int, list[int]]:
        progress("half")
        return os.getpid(), list(range(200_000))

    number, numbers = forked(work, steps.append)
    assert number != os.getpid()
    assert numbers == list(range(200_000))
    assert steps == ["half"]


def test_work_that_is_not_worthwhile_runs_here() -> None:
    assert forked(lambda _: os.getpid(), print, worthwhile=False) == os.getpid()


def test_an_error_in_the_copy_is_raised_here() -> None:
    def wrong(_: Progress) -> None:
        raise ValueError("wrong")

    with pytest.raises(ValueError, match="wrong"):
        forked(wrong, print)


def test_the_work_of_a_killed_copy_is_done_here() -> None:
    here = os.getpid()

    def dies_elsewhere(_: Progress) -> int:
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return 7

    assert forked(dies_elsewhere, print) == 7


def test_a_copy_ends_when_the_parent_is_interrupted() -> None:
    numbers: list[int] = []

    def never_ends(progress: Progress) -> None:
        progress(str(os.getpid()))
        signal.pause()

    def interrupted(step: str) -> None:
        numbers.append(int(step))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        forked(never_ends, interrupted)
    with pytest.raises(ProcessLookupError):
        os.kill(numbers[0], 0)


def test_a_copy_closes_locked_files(tmp_path: Path) -> None:
    lock = os.open(tmp_path / "lock", os.O_RDWR | os.O_CREAT)
    locks.add(lock)
    try:
        assert forked(lambda _: Path(f"/proc/self/fd/{lock}").exists(), print) is False
    finally:
        locks.discard(lock)
        os.close(lock)


def test_a_large_review_gives_the_bytes_that_it_gives_in_one_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, copies = write_toy(tmp_path / "whole"), write_toy(tmp_path / "copies")
    pipeline.build(whole)
    monkeypatch.setattr(pipeline, "LARGE", 0)
    steps: list[str] = []
    assert not pipeline.build(copies, steps.append).errors
    assert [step for step in steps if step in pipeline.STEPS] == list(pipeline.STEPS)
    for name in FILES:
        assert (whole / "build" / name).read_bytes() == (copies / "build" / name).read_bytes()


def test_a_copy_works_meanwhile_and_its_failure_is_made_good_here() -> None:
    with meanwhile(os.getpid) as result:
        assert result() != os.getpid()
    with meanwhile(os.getpid, worthwhile=False) as result:
        assert result() == os.getpid()
    here = os.getpid()
    with meanwhile(lambda: here if os.getpid() == here else os._exit(1)) as result:
        assert result() == here
