"""The limits of a query, and the error when it exceeds one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from kg.core.problems import KgError, UsageError, brief

_Number = TypeVar("_Number", int, float)
_MOST = 10**9
SECONDS, ROWS = 30, 100_000
"""The limits of a query and of its answer, in `kg serve` and in the page *Ask* of a site."""
LATE = "the query took longer than {seconds:g} s: it was stopped"
LATE_HINT = "ask for less: a LIMIT, more specific patterns, or fewer property paths"
TOO_MANY_HINT = "ask for less: LIMIT and OFFSET, or an aggregate"
_LESS = "ask for less, for example with LIMIT or a filter, or raise the limit"


@dataclass(frozen=True, slots=True)
class QueryLimits:
    """What a query may use; None is no limit."""

    seconds: float | None = None
    memory: int | None = None
    """MiB in addition to the graph."""

    @classmethod
    def of(cls, timeout: float | str | None = None, max_memory: int | str | None = None) -> QueryLimits:
        """The limits that a person gives, as numbers or texts.

        Raises:
            UsageError: if one is not a number above 0.
        """
        return cls(_above_zero(timeout, float, "timeout", "seconds"), _above_zero(max_memory, int, "max_memory", "MiB"))

    def __bool__(self) -> bool:
        return bool(self.seconds or self.memory)


def _above_zero(value: Any, kind: Callable[[Any], _Number], name: str, unit: str) -> _Number | None:
    if value is None:
        return None
    try:
        number = kind(value)
        if 0 < number <= _MOST:
            return number
    except (TypeError, ValueError, OverflowError):
        pass
    raise UsageError(f"{name} is a number of {unit} above 0, not `{brief(str(value))}`")


class StoppedError(KgError):
    """A query that was ended because it exceeded a limit; `rule` is `limit/time` or `limit/memory`."""

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(f"{message} [{rule}]: {_LESS}")
        self.rule = rule

    @classmethod
    def late(cls, seconds: float | None) -> StoppedError:
        return cls("limit/time", f"the query was stopped after {seconds:g} s")

    @classmethod
    def too_large(cls, memory: int | None) -> StoppedError:
        return cls("limit/memory", f"the query was stopped because it needs more than {memory} MiB")
