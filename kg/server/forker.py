"""The process that holds a graph and forks workers, which share its memory: a new one takes milliseconds.

`python -m kg.server.forker FD PID` is started by the server, whose process is PID, with a connection at FD. It is told
what to load, says when it is ready, and then obeys: `fork` (which comes with the connection of the worker) and `kill`,
`stop`, `continue` and `renice` with the pid of one. It is the parent of its workers, so a pid it knows cannot be that
of another process. When the connection ends, it ends and all its workers with it.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import select
import signal
import socket
import sys
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from kg.core.problems import KgError
from kg.core.progress import Progress, in_bytes, silent
from kg.server.limits import Limits
from kg.server.messages import line, read_line
from kg.server.worker import die_with_parent, work

if TYPE_CHECKING:
    from kg.api import KnowledgeGraph

_SIGNALS = {"kill": signal.SIGKILL, "stop": signal.SIGSTOP, "continue": signal.SIGCONT}


def load(root: Path, file: str, progress: Progress = silent) -> KnowledgeGraph:
    """The graph of the review at `root`, or of another RDF file, with everything read that answers need.

    Raises:
        KgError: if there is none or it cannot be read.
    """
    from kg.api import KnowledgeGraph
    from kg.store import Store

    progress("reading the graph")
    read = in_bytes(progress, "reading the graph")
    store = Store.of_rdf(Path(file)) if file else Store.of_file(root / "build" / "graph.nq", read)
    progress("reading the named graphs")
    store.name_graphs()
    graph = KnowledgeGraph(root, store)
    progress("reading the names of things")
    graph.lookup.completions("thing")
    graph.lookup.merged_into("")
    list(graph.queries)
    import kg.render.text.latex_table  # what answers would import one by one, each worker again
    import kg.render.text.ris
    import kg.render.text.rows  # noqa: F401

    return graph


def _described(graph: KnowledgeGraph) -> dict[str, Any]:
    counted = "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g"
    return {
        "snapshot": graph.snapshot,
        "triples": len(graph.store),
        "graphs": [[name, int(count)] for name, count in graph.store.query(counted).texts()],
    }


class _Forker:
    def __init__(self, control: socket.socket, graph: KnowledgeGraph, limits: Limits) -> None:
        self.control, self.graph, self.limits = control, graph, limits
        self.children: set[int] = set()
        self.handles: deque[int] = deque()
        """Connections that came; the command that one belongs to may come in the same piece as others before it."""

    def obey(self) -> None:
        rest = bytearray()
        while True:
            self._reap()
            if b"\n" not in rest and not select.select([self.control], [], [], 1)[0]:
                continue
            data = self._received(rest)
            if not data:
                break
            command = json.loads(data)
            if command["do"] == "fork":
                self._fork(self.handles.popleft())
            elif command["pid"] in self.children:
                self._tell(command)
        for pid in self.children:
            os.kill(pid, signal.SIGKILL)

    def _received(self, rest: bytearray) -> bytes:
        """The next command, empty at the end."""
        while b"\n" not in rest:
            data, handles, _, _ = socket.recv_fds(self.control, 65536, 16)
            self.handles += handles
            if not data:
                return b""
            rest += data
        return read_line(self.control, rest)

    def _fork(self, handle: int) -> None:
        parent = os.getpid()
        try:
            pid = os.fork()
        except OSError as error:
            print(f"kg serve: no worker: {error.strerror}", file=sys.stderr)
            pid = -1
        if not pid:
            self._be_worker(handle, parent)
        os.close(handle)
        if pid > 0:
            self.children.add(pid)
        self.control.sendall(line({"pid": max(pid, 0)}))

    def _be_worker(self, handle: int, parent: int) -> NoReturn:
        try:
            die_with_parent(parent)
            self.control.close()
            work(self.graph, socket.socket(fileno=handle), self.limits)
        except BaseException:  # whatever it is, the code after the fork is the parent's
            os._exit(1)
        os._exit(0)

    def _tell(self, command: dict[str, Any]) -> None:
        with contextlib.suppress(OSError):
            if command["do"] == "renice":
                _renice(command["pid"], command["to"])
            else:
                os.kill(command["pid"], _SIGNALS[command["do"]])

    def _reap(self) -> None:
        for pid in [pid for pid in self.children if os.waitpid(pid, os.WNOHANG)[0]]:
            self.children.discard(pid)


def _renice(pid: int, niceness: int) -> None:
    """Lowers a priority; what is beyond the lowest that there is runs when nothing else wants to."""
    os.setpriority(os.PRIO_PROCESS, pid, min(niceness, 19))
    if niceness > 19 and sys.platform == "linux":
        os.sched_setscheduler(pid, os.SCHED_IDLE, os.sched_param(0))


def main(handle: int, parent: int) -> None:
    die_with_parent(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which ends it
    control = socket.socket(fileno=handle)
    told = json.loads(read_line(control, bytearray()))
    try:

        def progress(what: str, done: int = 0, of: int = 0, /) -> None:
            control.sendall(line({"progress": [what, done, of]}))

        graph = load(Path(told["root"]), told["file"], progress)
        progress("counting triples")
        ready = _described(graph)
    except KgError as error:
        control.sendall(line({"error": str(error)}))
        return
    gc.collect()
    gc.freeze()
    control.sendall(line({"ready": ready}))
    _Forker(control, graph, Limits(**told["limits"])).obey()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
