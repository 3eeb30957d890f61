"""Progress of long work. The caller decides whether and how it is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class Progress(Protocol):
    """Called with what is being done, and how much of it is done where that is known."""

    def __call__(self, what: str, done: int = 0, of: int = 0, /) -> object: ...


def silent(_what: str, _done: int = 0, _of: int = 0, /) -> None:
    """Shows nothing."""


def counted(progress: Progress, what: str, number: int, of: int) -> None:
    """Reports `what` with the number of the current step and the number of steps."""
    progress(f"{what}: {number} of {of}", number, of)


def in_bytes(progress: Progress, what: str) -> Callable[[int, int], object]:
    """A callback that reports `what` with the megabytes read, from numbers of bytes."""
    return lambda done, of: progress(f"{what}: {done // 10**6} of {of // 10**6} MB", done, of)
