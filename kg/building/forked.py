"""Work in a forked copy of this process, so that the memory it needs is free again when it has ended."""

from __future__ import annotations

import os
import pickle
import signal
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

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


def _in_copy(work: Callable[[Progress], Result], progress: Progress) -> Result:
    reader, writer = os.pipe()
    pid = os.fork()
    if not pid:
        _run(work, reader, writer)
    os.close(writer)
    try:
        with os.fdopen(reader, "rb") as pipe:
            while True:
                received: tuple[str, Result] = pickle.load(pipe)  # noqa: S301 - from the copy, through the pipe
                step, result = received
                if not step:
                    return result
                progress(step)
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def _run(work: Callable[[Progress], Result], reader: int, writer: int) -> None:
    """The life of the copy: sends each step, then the result, and ends."""
    try:
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
