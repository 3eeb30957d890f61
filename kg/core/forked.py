"""Work in a forked copy of this process: the memory it needs is free again when it has ended, and this process can do
something else meanwhile.
"""

from __future__ import annotations

import os
import pickle
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, BinaryIO, TypeVar

from kg.core.processes import die_with_parent
from kg.core.progress import silent

Result = TypeVar("Result")
Progress = Callable[[str], object]

locks: set[int] = set()
"""Open files that are locked. A copy closes them: otherwise it would keep the lock when this process is killed."""


def forked(work: Callable[[Progress], Result], progress: Progress, *, worthwhile: bool = True) -> Result:
    """The result of `work(progress)`, which runs in a copy of this process if that is possible and worthwhile.

    What the copy does to values stays in the copy; only its result and its progress come back. If the copy fails, the
    work is done again in this process, which then raises what the copy raised.
    """
    if worthwhile and hasattr(os, "fork"):
        with suppress(EOFError, pickle.UnpicklingError):
            return _in_copy(work, progress)
    return work(progress)


@contextmanager
def meanwhile(work: Callable[[], Result], *, worthwhile: bool = True) -> Iterator[Callable[[], Result]]:
    """Begins `work()` in a copy of this process, and yields a function that waits for its result.

    Without a copy, and if the copy fails, that function does the work itself. The copy ends with the block.
    """
    if not worthwhile or not hasattr(os, "fork"):
        yield work
        return
    with _copy(lambda _: work()) as pipe:

        def result() -> Result:
            with suppress(EOFError, pickle.UnpicklingError):
                received: Result = _received(pipe, silent)
                return received
            return work()

        yield result


def _in_copy(work: Callable[[Progress], Result], progress: Progress) -> Result:
    with _copy(work) as pipe:
        received: Result = _received(pipe, progress)
        return received


@contextmanager
def _copy(work: Callable[[Progress], Result]) -> Iterator[BinaryIO]:
    """A copy that does the work, and what it sends; it ends with the block."""
    reader, writer = os.pipe()
    parent, pid = os.getpid(), os.fork()
    if not pid:
        _run(work, reader, writer, parent)
    os.close(writer)
    try:
        with os.fdopen(reader, "rb") as pipe:
            yield pipe
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def _received(pipe: BinaryIO, progress: Callable[[str], object]) -> Any:
    while True:
        step, result = pickle.load(pipe)  # noqa: S301 - from the copy, through the pipe
        if not step:
            return result
        progress(step)


def _run(work: Callable[[Progress], Result], reader: int, writer: int, parent: int) -> None:
    """The life of the copy: sends each step, then the result, and ends."""
    try:
        die_with_parent(parent)
        for handle in (reader, *locks):
            os.close(handle)
        locks.clear()
        with os.fdopen(writer, "wb") as pipe:

            def send(step: str, result: Result | None = None) -> None:
                pickle.dump((step, result), pipe, protocol=pickle.HIGHEST_PROTOCOL)
                pipe.flush()

            send("", work(send))
        os._exit(0)
    finally:
        os._exit(1)
