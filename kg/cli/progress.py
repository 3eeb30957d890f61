"""The progress line of a command: a bar, the current step, and the time it has taken.

Nothing is drawn or imported before a command has taken half a second, and nothing is drawn if stderr is not a terminal.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import click

from kg.core.progress import Progress, silent

if TYPE_CHECKING:
    import threading

AFTER = 0.5
"""Seconds until the line is shown."""
EVERY = 0.2
"""Seconds between two drawings."""
BARS = ((80, 24), (60, 12), (0, 6))
"""Width of the terminal and of its bar, in columns: a narrow terminal has room for the text only."""

_here: _Line | None = None
"""The current line, whether or not it is drawn already."""


@contextmanager
def progress_line(steps: Sequence[str] = (), *, first: str = "") -> Iterator[Progress]:
    """A line on the terminal that shows the current step, removed when the block ends, even with an exception.

    Nested blocks share one line.

    Args:
        steps: the names of all steps, if they are known.
        first: the step with which the block begins.
    """
    global _here
    outer, shown = _here, "_KG_COMPLETE" not in os.environ and os.environ.get("TERM") != "dumb" and sys.stderr.isatty()
    line = outer or (_Line(steps) if shown else None)
    _here = line
    try:
        if line and not outer:
            line.begin()
        if line and first:
            line(first)
        yield line or silent
    finally:
        _here = outer
        if line and not outer:
            line.end()


def say(text: object) -> None:
    """Prints a message to stderr, above the line if there is one."""
    if _here is not None:
        _here.say(text)
    else:
        click.echo(text, err=True)


class _Line:
    """The line, and the thread that draws it.

    A thread is needed to draw for the first time after half a second, and to move the clock while a library works that
    reports no progress; that of rich would start only after the import of rich. If such a library keeps Python from
    running, as vl-convert does, the line does not move. `kg build` forks its process, and a lock that a thread holds at
    that moment would stay locked in the copy: the thread is stopped during a fork (see `_pause`).
    """

    def __init__(self, steps: Sequence[str]) -> None:
        import threading

        self._steps, self._began = steps, time.monotonic()
        self._told, self._kind = ("", 0, 0), ""
        self._live: Any = None
        self._drawing, self._ended = threading.RLock(), threading.Event()
        self._thread: threading.Thread | None = None

    def __call__(self, what: str, done: int = 0, of: int = 0, /) -> None:
        if self._steps:
            done = next((n for n, name in enumerate(self._steps) if what.startswith(name)), self._told[1])
            of = len(self._steps)
        self._told = (what, done, of)
        kind, before, self._kind = what.partition(":")[0], self._kind, what.partition(":")[0]
        if self._live and kind != before:
            self._draw()  # the next step may keep the thread from running

    def begin(self) -> None:
        import threading

        self._ended.clear()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        _hold_interrupts()  # so that the main thread gets them
        left = self._began + AFTER - time.monotonic()
        while not self._ended.wait(left if left > 0 else EVERY):
            left = 0.0
            import rich.live  # outside the lock: a command that ends now need not wait for the import
            import rich.progress_bar  # noqa: F401

            self._draw()

    def pause(self) -> None:
        """Stops the thread; the line stays on the screen."""
        self._ended.set()
        if self._thread:
            self._thread.join()

    def wipe(self) -> None:
        """Removes the line until it is drawn again."""
        with _uninterrupted(), self._drawing, suppress(OSError):  # the terminal may be closed
            live, self._live = self._live, None
            if live:
                live.stop()

    def say(self, text: object) -> None:
        """Prints a message in place of the line; the thread draws it again when the message is complete."""
        with _uninterrupted(), self._drawing:
            self.wipe()
            click.echo(text, err=True)

    def end(self) -> None:
        self._ended.set()
        self.wipe()

    def forget(self) -> None:
        """For a forked process, which has no thread: the line on the screen belongs to its parent."""
        self._live, self._thread = None, None

    def _draw(self) -> None:
        from rich.console import Console
        from rich.live import Live

        with _uninterrupted(), self._drawing, suppress(OSError):
            if self._ended.is_set() or not self._told[0]:
                return
            if self._live is None:
                console = Console(stderr=True)
                self._live = Live(
                    console=console,
                    transient=True,
                    auto_refresh=False,
                    redirect_stdout=False,
                    redirect_stderr=False,
                    get_renderable=lambda: self._shown(console.width),
                )
                self._live.start()
            self._live.refresh()

    def _shown(self, width: int) -> Any:
        from rich.progress_bar import ProgressBar
        from rich.table import Table
        from rich.text import Text

        from kg.core.problems import visible

        what, done, of = self._told
        seconds = int(time.monotonic() - self._began)
        hours = f"{seconds // 3600}:{seconds // 60 % 60:02}" if seconds >= 3600 else str(seconds // 60)
        clock = f"{hours}:{seconds % 60:02}"
        long = next(bar for columns, bar in BARS if width >= columns)
        words = Text(visible(what), no_wrap=True)
        words.truncate(max(width - long - len(clock) - 3, 1), overflow="ellipsis")
        line = Table.grid(padding=(0, 1))
        line.add_row(
            ProgressBar(total=of or 1, completed=done, width=long, pulse=not of),
            words,
            Text(clock, style="progress.elapsed"),
        )
        return line


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Delays Ctrl-C until the line is drawn or removed: half a line could not be removed."""
    before = _hold_interrupts()
    try:
        yield
    finally:
        if before is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _hold_interrupts() -> set[signal.Signals] | set[int] | None:
    """Blocks Ctrl-C in this thread; returns the signals that were blocked before, where the system supports it."""
    return signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if hasattr(signal, "pthread_sigmask") else None


def _pause() -> None:
    if _here is not None:
        _here.pause()


def _resume() -> None:
    if _here is not None:
        _here.begin()


def _forget() -> None:
    global _here
    if _here is not None:
        _here.forget()
    _here = None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_pause, after_in_parent=_resume, after_in_child=_forget)
