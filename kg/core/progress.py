"""How work tells how far it is. Whether anybody is shown that, and how, is up to who asked for the work."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class Progress(Protocol):
    """Is told what is being done, in words, and how much of it is done where that is known."""

    def __call__(self, what: str, done: int = 0, of: int = 0, /) -> object: ...


def silent(_what: str, _done: int = 0, _of: int = 0, /) -> None:
    """Nobody waits."""


def counted(progress: Progress, what: str, number: int, of: int) -> None:
    """Tells `what` with a number of so many."""
    progress(f"{what}: {number} of {of}", number, of)


def in_bytes(progress: Progress, what: str) -> Callable[[int, int], object]:
    """Tells `what` with how much of a file has been read, for who knows both in bytes."""
    return lambda done, of: progress(f"{what}: {done // 10**6} of {of // 10**6} MB", done, of)
