"""Work done in a copy of this process, on another core, while this one goes on."""

from __future__ import annotations

import os
import pickle
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Generic, TypeVar

Result = TypeVar("Result")

held: set[int] = set()
"""Open files that hold locks: a copy lets go of them, or its life would be that of the lock."""


class Aside(Generic[Result]):
    """Work that is going on in a copy of this process, if it can be copied; else it is done when it is asked for.

    It gives one result after another. What the copy does to values stays in the copy, its results come back.
    """

    def __init__(self, work: Callable[[], Iterator[Result]], *, worthwhile: bool = True) -> None:
        self._work, self._pid, self._given = work, 0, 0
        self._here: Iterator[Result] | None = None
        if not worthwhile or not hasattr(os, "fork") or (os.cpu_count() or 1) < 2:
            return
        out, to = os.pipe()
        self._pid = os.fork()
        if self._pid:
            os.close(to)
            self._from = os.fdopen(out, "rb")
            return
        try:
            for handle in (out, *held):
                os.close(handle)
            held.clear()
            with os.fdopen(to, "wb") as file:
                for result in work():
                    pickle.dump(result, file, protocol=pickle.HIGHEST_PROTOCOL)
                    file.flush()
            os._exit(0)
        finally:
            os._exit(1)

    def result(self) -> Result:
        """The next result. If the copy has come to nothing, the work is done here, with whatever it raises."""
        if self._pid:
            try:
                result: Result = pickle.load(self._from)  # noqa: S301 - from the copy, through a pipe between the two
            except (EOFError, pickle.UnpicklingError):
                self.stop()
            else:
                self._given += 1
                return result
        if self._here is None:
            self._here = islice(self._work(), self._given, None)
        return next(self._here)

    def here(self) -> bool:
        """Whether the work is left to this process."""
        return not self._pid

    def stop(self) -> None:
        """Ends the copy, if it is still there."""
        if self._pid:
            os.kill(self._pid, signal.SIGKILL)
            self._from.close()
            os.waitpid(self._pid, 0)
            self._pid = 0


@contextmanager
def going_on(work: Callable[[], Iterator[Result]], *, worthwhile: bool = True) -> Iterator[Aside[Result]]:
    """Work of several results, which ends with the block at the latest."""
    found = Aside(work, worthwhile=worthwhile)
    try:
        yield found
    finally:
        found.stop()


@contextmanager
def aside(work: Callable[[], Result], *, worthwhile: bool = True) -> Iterator[Aside[Result]]:
    """Work of one result, which ends with the block at the latest."""
    with going_on(lambda: (found() for found in (work,)), worthwhile=worthwhile) as found:
        yield found
