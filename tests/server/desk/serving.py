"""A desk in a process of its own, as `kg desk` starts it."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path


@dataclass(frozen=True)
class StartedDesk:
    """`url` has the token; `address` has none."""

    url: str
    address: str
    process: subprocess.Popen[str]


@contextmanager
def started_desk(review: Path, key: str, *options: str) -> Iterator[StartedDesk]:
    """Starts a desk, and ends it as Ctrl-C does."""
    command = [sys.executable, "-m", "kg", "--root", str(review), "desk", key, *options]
    # Tests that run in the background of a shell ignore SIGINT, and so would the desk.
    listening = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, preexec_fn=listening) as process:
        try:
            assert process.stderr is not None
            said = ""
            while not (found := re.search(r"(http://\S+/)\?token=\S+", said)):
                line = process.stderr.readline()
                assert line, said
                said += line
            yield StartedDesk(found[0], found[1], process)
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate()
