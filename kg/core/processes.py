"""Processes that belong to this one."""

from __future__ import annotations

import contextlib
import os
import signal
import sys

_DIES_WITH_PARENT = 1  # PR_SET_PDEATHSIG of Linux


def die_with_parent(parent: int) -> None:
    """Lets this process end when its parent, the process `parent`, ends in whatever way; on Linux only."""
    if sys.platform == "linux":
        import ctypes

        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_DIES_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before
        os._exit(1)
