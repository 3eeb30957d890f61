"""`kg check` on the whole review after each edit, in a process of its own, for what only the whole graph shows."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from threading import Condition, Thread
from typing import Any

QUIET = 4.0
"""Seconds without an edit after which the review is checked."""


class Checking:
    """Runs one check at a time; edits during a check lead to one more after it."""

    def __init__(self, root: Path, name: str) -> None:
        self._root, self._name = root, name
        self._changed = Condition()
        self._wanted = False
        self._running: subprocess.Popen[bytes] | None = None
        self._ended = False
        self._found: list[dict[str, Any]] = []
        self.number = 0
        """How many checks have ended."""
        Thread(target=self._run, daemon=True).start()

    def begin(self) -> None:
        """Checks the review as soon as no check runs."""
        with self._changed:
            self._wanted = True
            self._changed.notify_all()

    def found(self) -> list[dict[str, Any]]:
        """What the last check found in the file of this desk and in no single file: warnings and notes of the graph."""
        with self._changed:
            return list(self._found)

    def end(self) -> None:
        """Ends the check that runs."""
        with self._changed:
            self._ended = True
            if self._running:
                self._running.kill()
            self._changed.notify_all()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._wanted or self._ended)
                while self._wanted and not self._ended:  # until nothing is edited for a moment
                    self._wanted = False
                    self._changed.wait_for(lambda: self._wanted or self._ended, QUIET)
                if self._ended:
                    return
                command = [sys.executable, "-m", "kg", "--root", str(self._root), "check", "--format", "json"]
                self._running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)  # noqa: S603
            output, _ = self._running.communicate()
            with self._changed, suppress(ValueError):
                problems = json.loads(output or b"null")["problems"] if output else []
                self._found = [one for one in problems if one["file"] == self._name]
                self.number += 1
                self._running = None
