"""Work done in a copy of this process, on another core, while this one goes on."""

from __future__ import annotations

import os
import pickle
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

Result = TypeVar("Result")

held: set[int] = set()
"""Open files that hold locks: a copy lets go of them, or its life would be that of the lock."""


class Aside(Generic[Result]):
    """Work that is going on in a copy of this process, if it can be copied; else it is done when it is asked for.

    What the copy does to values stays in the copy, its result comes back.
    """

    def __init__(self, work: Callable[[], Result], *, worthwhile: bool = True) -> None:
        self._work, self._pid = work, 0
        if not worthwhile or not hasattr(os, "fork") or (os.cpu_count() or 1) < 2:
            return
        self._from, to = os.pipe()
        self._pid = os.fork()
        if self._pid:
            os.close(to)
            return
        try:
            for handle in (self._from, *held):
                os.close(handle)
            held.clear()
            with os.fdopen(to, "wb") as file:
                pickle.dump(work(), file, protocol=pickle.HIGHEST_PROTOCOL)
            os._exit(0)
        finally:
            os._exit(1)

    def result(self) -> Result:
        """What the work gives. If the copy has come to nothing, the work is done here, with whatever it raises."""
        if not self._pid:
            return self._work()
        try:
            with os.fdopen(self._from, "rb") as file:
                result: Result = pickle.load(file)  # noqa: S301 - it comes from the copy, through a pipe between the two
        except (EOFError, pickle.UnpicklingError):
            result = self._work()
        finally:
            self._end()
        return result

    def here(self) -> bool:
        """Whether the work is left to this process."""
        return not self._pid

    def stop(self) -> None:
        """Ends the copy, if it is still there."""
        if self._pid:
            os.kill(self._pid, signal.SIGKILL)
            os.close(self._from)
            self._end()

    def _end(self) -> None:
        os.waitpid(self._pid, 0)
        self._pid = 0


@contextmanager
def aside(work: Callable[[], Result], *, worthwhile: bool = True) -> Iterator[Aside[Result]]:
    """The work, which ends with the block at the latest."""
    going_on = Aside(work, worthwhile=worthwhile)
    try:
        yield going_on
    finally:
        going_on.stop()
