"""What a person sees while a command works: a bar, what is being done, and how long that has taken.

Nothing is drawn before a step has taken half a second, and nothing is imported for it; in a pipe there is nothing.
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
"""Seconds that a step takes before it is shown."""
EVERY = 0.2
"""Seconds from one drawing to the next."""
BARS = ((80, 24), (60, 12), (0, 6))
"""From so many columns on, a bar of so many: in a narrow terminal the words come first."""

_here: _Line | None = None
"""The line that is there, or will be when the step takes long."""


@contextmanager
def progress_line(steps: Sequence[str] = ()) -> Iterator[Progress]:
    """A line on the terminal that tells the step at hand; `steps` are all there are, where it is known.

    It is gone when the block ends, however that ends. A line within another one is the same.
    """
    global _here
    if _here is not None:
        yield _here
    elif "_KG_COMPLETE" in os.environ or os.environ.get("TERM") == "dumb" or not sys.stderr.isatty():
        yield silent
    else:
        _here = line = _Line(steps)
        try:
            line.begin()
            yield line
        finally:
            _here = None
            line.end()


def say(text: object) -> None:
    """Tells a person something on stderr, above the line if there is one."""
    if _here is not None:
        _here.wipe()
    click.echo(text, err=True)


class _Line:
    """The line, and the thread that draws it.

    A thread it is because somebody has to draw the first time, half a second in, and to move the clock while a library
    is at work that calls nobody; rich's own would begin only where rich has been imported already. Where such a library
    keeps Python from running, as vl-convert does, the line stands still. `kg build` copies its process, and whatever a
    thread holds at that moment would be held in the copy for ever: there is none while it does (see `_pause`).
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
            self._draw()  # what comes now may keep the thread from it

    def begin(self) -> None:
        import threading

        self._ended.clear()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        _hold_interrupts()  # so that it is the other thread that they come to
        left = self._began + AFTER - time.monotonic()
        while not self._ended.wait(left if left > 0 else EVERY):
            left = 0.0
            import rich.live  # outside of the lock: who is done by now need not wait for it
            import rich.progress_bar  # noqa: F401

            self._draw()

    def pause(self) -> None:
        """Ends the thread; what is drawn stays."""
        self._ended.set()
        if self._thread:
            self._thread.join()

    def wipe(self) -> None:
        """Takes the line away until it is drawn again."""
        with _uninterrupted(), self._drawing, suppress(OSError):  # the terminal may be gone
            live, self._live = self._live, None
            if live:
                live.stop()

    def end(self) -> None:
        self._ended.set()
        self.wipe()

    def forget(self) -> None:
        """In a copy of the process, which has no thread: what is on the screen is not its own."""
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
    """Ctrl-C waits until the line is drawn or gone: half of it could not be taken away."""
    before = _hold_interrupts()
    try:
        yield
    finally:
        if before is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _hold_interrupts() -> set[signal.Signals] | set[int] | None:
    """From now on they do not come to this thread; who came to it before, where the system can do it."""
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
