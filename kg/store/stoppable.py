"""A store whose queries Ctrl-C interrupts, and which limits end.

The engine never looks for signals while it works. So a query runs in a thread, and the main thread waits for it and
gets the Ctrl-C: this costs a tenth of a millisecond. The thread cannot be ended, which does no harm in a program that
ends. Where Python goes on, at a prompt or in a notebook, and where a query has limits, it runs in a forked copy of the
process instead (`kg.store.apart`), which costs some milliseconds and can be ended.
"""

from __future__ import annotations

import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from typing import Any

from kg.core.problems import UsageError
from kg.store.answers import AnyStore, Result
from kg.store.http import causes
from kg.store.memory import Store
from kg.store.stopped import QueryLimits, StoppedError

_OFTEN = 0.2
"""Seconds of a wait: not every system lets a signal interrupt one."""


class Stoppable:
    """A store, with a limit on each of its queries.

    Args:
        store: the store that answers.
        limits: of each query.
        by_hand: whether somebody has written the query, who may want to stop it and go on.

    Raises:
        UsageError: for a limit that cannot be kept here.
    """

    def __init__(self, store: AnyStore, limits: QueryLimits, *, by_hand: bool = False) -> None:
        from kg.store import apart

        self._store, self._limits = store, limits
        here = isinstance(store, Store)
        self._apart = here and apart.POSSIBLE and bool(limits or (by_hand and hasattr(sys, "ps1")))
        if limits.memory and not (self._apart and sys.platform == "linux"):
            where = "in this system" if here else "at an endpoint, which has limits of its own"
            raise UsageError(f"the memory of a query cannot be limited {where}")

    def query(self, sparql: str) -> Result:
        """The answer to a query.

        Raises:
            QueryError: if it is not valid or is refused.
            StoppedError: if it exceeds a limit.
        """
        if self._apart and isinstance(self._store, Store):
            from kg.store.apart import query_apart

            return query_apart(self._store, sparql, self._limits)
        return interruptible(lambda: self._store.query(sparql), self._limits.seconds)

    @property
    def digest(self) -> str:
        return self._store.digest

    @property
    def base(self) -> str:
        return self._store.base

    def nquads(self) -> bytes:
        return self._store.nquads()

    def has(self, iri: str) -> bool:
        return self._store.has(iri)

    def __len__(self) -> int:
        return len(self._store)


def interruptible(work: Callable[[], Result], seconds: float | None = None) -> Result:
    """The result of `work`, which Ctrl-C or the time limit leaves behind.

    Raises:
        StoppedError: after `seconds`.
        Exception: what `work` raises.
    """
    if not seconds and not _gets_interrupts():
        return work()
    done = threading.Event()
    outcome: list[Any] = []

    def run() -> None:
        if hasattr(signal, "pthread_sigmask"):
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # so that the main thread gets it
        try:
            outcome.extend((True, work()))
        except BaseException as error:
            for one in causes(error):  # answers of the engine in them may be freed by this thread only
                traceback.clear_frames(one.__traceback__)
            outcome.extend((False, error))
        finally:
            done.set()

    threading.Thread(target=run, name="query", daemon=True).start()
    end = time.monotonic() + seconds if seconds else None
    while not done.wait(_OFTEN if end is None else max(0, min(_OFTEN, end - time.monotonic()))):
        if end is not None and time.monotonic() >= end:
            raise StoppedError.late(seconds)
    fine, found = outcome
    if not fine:
        raise found
    result: Result = found
    return result


def _gets_interrupts() -> bool:
    """Whether Ctrl-C would raise an exception in this thread."""
    here = threading.current_thread() is threading.main_thread()
    return here and signal.getsignal(signal.SIGINT) is signal.default_int_handler
