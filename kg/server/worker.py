"""A process that answers one task after the other; what it cannot be told, such as to stop, is done to it."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kg.server.answers import answer
from kg.server.limits import Limits
from kg.server.messages import Fault, Reply, read_line, reply_head, task_of

if TYPE_CHECKING:
    from kg.api import KnowledgeGraph

_DIES_WITH_PARENT = 1  # PR_SET_PDEATHSIG of Linux


def work(graph: KnowledgeGraph, connection: socket.socket, limits: Limits) -> None:
    """Answers tasks until the connection ends."""
    _bind_memory(limits)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a query that breaks the engine fills no disk
    rest = bytearray()
    while data := read_line(connection, rest):
        _bind_time(limits)
        try:
            reply = answer(graph, task_of(data), limits)
        except Exception as error:  # one broken answer is no reason to have no other
            print(f"kg serve: {type(error).__name__} in a worker: {error}", file=sys.stderr)
            reply = Reply(fault=Fault(500, "server/fault", "the server failed to answer this", "please report it"))
        connection.sendall(reply_head(reply))
        connection.sendall(reply.body)


def die_with_parent(parent: int) -> None:
    """Nothing that a server started outlives it, however it ends; elsewhere than on Linux a closed connection tells."""
    if sys.platform == "linux":
        import ctypes

        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_DIES_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before
        os._exit(1)


def _bind_memory(limits: Limits) -> None:
    """So much address space beside what the graph takes; where that is not known there is no limit."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        most = pages * os.sysconf("SC_PAGE_SIZE") + limits.memory * 1024**2
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    except (OSError, ValueError):
        return


def _bind_time(limits: Limits) -> None:
    """Seconds of a core from now on, for when nobody is left who would stop it."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = int(used.ru_utime + used.ru_stime + limits.seconds) + 5
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (most, resource.getrlimit(resource.RLIMIT_CPU)[1]))
