"""Runs `kg` in a terminal, and records what it draws while it works and what remains on the screen."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

EAGER = "import kg.cli.progress as progress; progress.AFTER, progress.EVERY = 0.0, 0.01; "
"""Draws from the start, and a hundred times a second."""
EVERY_WORD = (
    EAGER
    + """
import kg.cli.progress
class Line(kg.cli.progress._Line):
    def __call__(self, what, done=0, of=0, /):
        super().__call__(what, done, of)
        self._draw()
kg.cli.progress._Line = Line
"""
)
"""Draws each step at once. The thread alone would miss most steps of the small review of the tests."""
UNTIL_DRAWN = """
import time
def until_drawn():
    while progress._here._live is None:
        time.sleep(0.01)
"""
"""A function that waits until the thread has drawn the line, however long that takes on a busy machine."""
_RUN = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from kg.cli import main; main()"
"""Reacts to Ctrl-C, which a shell makes background processes and their children ignore."""
_CODE = re.compile(r"\x1b\[([0-9;?]*)([A-Za-z])")


@dataclass(frozen=True)
class Seen:
    """The output of a command: stdout, which is a pipe, and stderr, which is the terminal."""

    code: int
    stdout: str
    raw: str

    @property
    def frames(self) -> list[str]:
        """Each line that was ever drawn, without colours."""
        plain = _CODE.sub("", self.raw)
        return [line for line in (part.rstrip() for part in re.split(r"[\r\n]", plain)) if line]

    @property
    def screen(self) -> list[str]:
        """The lines that remain."""
        lines, row, column, at = [""], 0, 0, 0
        while at < len(self.raw):
            code = _CODE.match(self.raw, at)
            if code:
                at = code.end()
                row -= int(code[1] or 1) if code[2] == "A" else 0
                lines[row] = "" if code[2] == "K" else lines[row]
                continue
            letter, at = self.raw[at], at + 1
            if letter == "\r":
                column = 0
            elif letter == "\n":
                row += 1
                lines += [""] * (row + 1 - len(lines))
            else:
                lines[row] = lines[row][:column].ljust(column) + letter + lines[row][column + 1 :]
                column += 1
        return [line.rstrip() for line in lines if line.strip()]


def run(
    *arguments: str,
    columns: int = 80,
    setup: str = EAGER,
    cwd: Path | None = None,
    interrupt: Callable[[str], bool] = lambda _: False,
    **environment: str,
) -> Seen:
    """Runs `kg`, and interrupts it like Ctrl-C once `interrupt` returns true for what has been drawn."""
    here, there = pty.openpty()
    fcntl.ioctl(there, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    left_out = {"COLUMNS", "NO_COLOR", "KG_ENDPOINT", "_KG_COMPLETE"}
    known = {name: value for name, value in os.environ.items() if name not in left_out}
    process = subprocess.Popen(
        [sys.executable, "-c", setup + _RUN, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=there,
        cwd=cwd,
        env=known | {"TERM": "xterm-256color"} | environment,
    )
    os.close(there)
    raw = bytearray()

    def read() -> None:
        sent = False
        try:
            while data := os.read(here, 65536):
                raw.extend(data)
                if not sent and interrupt(raw.decode(errors="replace")):
                    sent = True
                    process.send_signal(signal.SIGINT)
        except OSError:  # the other end is closed
            pass

    reader = threading.Thread(target=read)
    reader.start()
    stdout, _ = process.communicate(timeout=300)
    reader.join()
    os.close(here)
    return Seen(process.returncode, stdout.decode(), raw.decode())
