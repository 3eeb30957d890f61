"""Decisions of the pool that are rare on a running server."""

from __future__ import annotations

import gc
from typing import Any, cast

from kg.server.pool import Pool
from kg.server.settings import Limits


class Run:
    def __init__(self, memory: float) -> None:
        self._memory = memory

    def memory(self) -> float:
        return self._memory


def test_the_largest_long_query_is_stopped_when_all_use_too_much_memory() -> None:
    pool = Pool(Limits(memory=100))
    small, large, other = (cast(Any, Run(memory)) for memory in (90, 95, 80))
    pool._runs.update({small, large, other})
    assert not any(map(pool._uses_too_much, (small, large, other)))
    more = [cast(Any, Run(70)) for _ in range(2)]
    pool._runs.update(more)
    assert [pool._uses_too_much(run) for run in (small, large, other)] == [False, True, False]
    del more
    gc.collect()  # those that ended do not count
    assert not pool._uses_too_much(large)
