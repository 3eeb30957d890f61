"""Work in a copy of the process: its result comes back, its faults too, and it ends with its block."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.building.aside import aside, going_on, held


def test_the_result_of_the_copy_comes_back() -> None:
    with aside(lambda: (os.getpid(), list(range(200_000)))) as work:
        number, numbers = work.result()
    assert number != os.getpid()
    assert numbers == list(range(200_000))


def test_what_is_not_worthwhile_is_done_here() -> None:
    with aside(os.getpid, worthwhile=False) as work:
        assert work.here()
        assert work.result() == os.getpid()


def test_a_fault_in_the_copy_is_raised_here() -> None:
    def wrong() -> None:
        raise ValueError("wrong")

    with aside(wrong) as work, pytest.raises(ValueError, match="wrong"):
        work.result()


def test_what_a_killed_copy_was_to_do_is_done_here() -> None:
    here = os.getpid()

    def dies_elsewhere() -> int:
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return 7

    with aside(dies_elsewhere) as work:
        assert work.result() == 7


def test_a_copy_that_nobody_waits_for_ends_with_the_block() -> None:
    with aside(signal.pause) as work:
        pid = work._pid
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_copy_lets_go_of_locks(tmp_path: Path) -> None:
    lock = os.open(tmp_path / "lock", os.O_RDWR | os.O_CREAT)
    held.add(lock)
    try:
        with aside(lambda: Path(f"/proc/self/fd/{lock}").exists()) as work:
            assert work.result() is False
    finally:
        held.discard(lock)
        os.close(lock)


@pytest.mark.parametrize("worthwhile", [True, False])
def test_results_come_one_after_another(worthwhile: bool) -> None:
    def numbers() -> Iterator[tuple[int, int]]:
        for number in range(3):
            yield number, os.getpid()

    with going_on(numbers, worthwhile=worthwhile) as work:
        found = [work.result() for _ in range(3)]
    assert [number for number, _ in found] == [0, 1, 2]
    assert all((pid != os.getpid()) == worthwhile for _, pid in found)


def test_a_copy_that_ends_between_two_results_is_gone_on_with_here() -> None:
    here = os.getpid()

    def dies_later() -> Iterator[int]:
        yield 1
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        yield 2
        yield 3

    with going_on(dies_later) as work:
        assert [work.result(), work.result(), work.result()] == [1, 2, 3]
