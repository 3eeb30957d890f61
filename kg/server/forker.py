"""The process that holds a graph and forks workers, which share its memory: a new worker takes milliseconds.

`python -m kg.server.forker FD PID` is started by the server, whose process is PID, with a connection at FD. It receives
what to load, reports when it is ready, and then follows commands: `fork` (which comes with the connection of the
worker), `kill`, `stop`, `continue` and `renice` with the pid of a worker, and `why`, which asks for the signal that
ended one. It is the parent of its workers, so a pid that it knows cannot be that of another process. When the
connection ends, it ends and all its workers with it.

A worker shares the memory of the graph until it reads: the engine counts references in what it reads, so each page that
it reads becomes its own. A worker that has copied much is replaced.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import json
import os
import re
import resource
import select
import signal
import socket
import sys
import tempfile
from collections import OrderedDict, deque
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NoReturn

from kg.core.problems import KgError, visible
from kg.core.processes import die_with_parent
from kg.core.progress import Progress, in_bytes
from kg.server.answers import answer
from kg.server.messages import Refusal, Reply, Task, cut_line, line, reply_head
from kg.server.settings import Limits

if TYPE_CHECKING:
    from kg.api import KnowledgeGraph

_SIGNALS = {"kill": signal.SIGKILL, "stop": signal.SIGSTOP, "continue": signal.SIGCONT}
_FAILED = Refusal(500, "server/fault", "the server failed to answer this", "please report it")
PANIC = -1
"""In place of a signal: the engine found a fault in itself."""
_PANICKED = re.compile(r"panicked at [^\n]*\n([^\n]*)")
_REMEMBERED = 200
"""Ended workers of which the signal is known."""
_KEPT, _SHARE = 32 * 1024**2, 8
"""A worker that has copied more than so many bytes, and than this fraction of the graph, is replaced."""


def _load(root: Path, file: str, progress: Progress) -> KnowledgeGraph:
    """The graph of the review at `root`, or of another RDF file, with everything read that answers need.

    Raises:
        KgError: if there is no graph or it cannot be read.
    """
    import kg.render.text.csl_json  # else each worker would import these again
    import kg.render.text.latex_table
    import kg.render.text.ris
    import kg.render.text.rows  # noqa: F401
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
    return graph


def _described(graph: KnowledgeGraph) -> tuple[str, int, list[tuple[str, int]]]:
    """The digest of the graph, the number of its triples, and that of each named graph."""
    counted = "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g"
    graphs = [(name, int(count)) for name, count in graph.store.query(counted).texts()]
    return graph.snapshot, len(graph.store), graphs


class _Forker:
    def __init__(self, control: socket.socket, graph: KnowledgeGraph, limits: Limits) -> None:
        self.control, self.graph, self.limits = control, graph, limits
        self.children: set[int] = set()
        self.ended: OrderedDict[int, int] = OrderedDict()
        """The signals that ended workers, or `PANIC`."""
        self.said: dict[int, BinaryIO] = {}
        """What each worker wrote to stderr: the engine writes many lines there when it breaks."""
        self.copies = max(_KEPT, _resident() // _SHARE)
        self.handles: deque[int] = deque()
        """Connections received; the command that one belongs to may arrive together with others before it."""

    def run(self) -> None:
        """Follows commands until the connection ends."""
        rest = bytearray()
        while True:
            for pid in list(self.children):
                self._reap(pid, os.WNOHANG)
            if b"\n" not in rest and not select.select([self.control], [], [], 1)[0]:
                continue
            data = self._received(rest)
            if not data:
                break
            command = json.loads(data)
            if command["do"] == "fork":
                self._fork(self.handles.popleft())
            elif command["do"] == "why":
                self._reap(command["pid"], 0)
                self.control.sendall(line({"signal": self.ended.get(command["pid"], 0)}))
            elif command["pid"] in self.children:
                _carry_out(command)
        for pid in self.children:
            os.kill(pid, signal.SIGKILL)

    def _reap(self, pid: int, how: int) -> None:
        """Notes the end of a worker, if it has ended; `how` is an option of waitpid."""
        if pid not in self.children:
            return
        ended, status = os.waitpid(pid, how)
        if ended:
            self.children.discard(pid)
            with self.said.pop(pid) as said:
                panic = _PANICKED.search(os.pread(said.fileno(), 4096, 0).decode("utf-8", "replace"))
            if panic:
                print(f"kg serve: the engine failed on a query: {visible(panic[1])}", file=sys.stderr, flush=True)
            self.ended[pid] = PANIC if panic else os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
            if len(self.ended) > _REMEMBERED:
                self.ended.popitem(last=False)

    def _received(self, rest: bytearray) -> bytes:
        """The next command, empty at the end."""
        while b"\n" not in rest:
            data, handles, _, _ = socket.recv_fds(self.control, 65536, 16)
            self.handles += handles
            if not data:
                return b""
            rest += data
        return cut_line(rest)

    def _fork(self, handle: int) -> None:
        parent, said = os.getpid(), tempfile.TemporaryFile()  # noqa: SIM115 - as long as the worker
        try:
            pid = os.fork()
        except OSError as error:
            print(f"kg serve: no worker: {error.strerror}", file=sys.stderr)
            pid = -1
        if not pid:
            self._be_worker(handle, parent, said)
        os.close(handle)
        if pid > 0:
            self.children.add(pid)
            self.said[pid] = said
        self.control.sendall(line({"pid": max(pid, 0)}))

    def _be_worker(self, handle: int, parent: int, said: BinaryIO) -> NoReturn:
        try:
            die_with_parent(parent)
            self.control.close()
            _quieten(said)
            _work(self.graph, socket.socket(fileno=handle), self.limits, self.copies)
        except BaseException:  # the code after the fork belongs to the parent
            os._exit(1)
        os._exit(0)


def _carry_out(command: dict[str, Any]) -> None:
    pid = command["pid"]
    with contextlib.suppress(OSError):
        if command["do"] != "renice":
            os.kill(pid, _SIGNALS[command["do"]])
            return
        os.setpriority(os.PRIO_PROCESS, pid, min(command["to"], 19))
        if command["to"] > 19 and sys.platform == "linux":  # below the lowest priority: only when a core is idle
            os.sched_setscheduler(pid, os.SCHED_IDLE, os.sched_param(0))


def _work(graph: KnowledgeGraph, connection: socket.socket, limits: Limits, copies: int) -> None:
    """Answers tasks, one after the other, until the connection ends or it has copied so many bytes of the graph."""
    _limit_memory(limits)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a query that breaks the engine must not fill the disk
    before = _copied()
    for data in connection.makefile("rb"):
        _limit_time(limits)
        reply = _answered(graph, data, limits)
        reply = replace(reply, spent=reply.spent or _copied() - before > copies)
        connection.sendall(reply_head(reply))
        connection.sendall(reply.body)


def _answered(graph: KnowledgeGraph, data: bytes, limits: Limits) -> Reply:
    """The reply to a task; an error in it does not end the worker."""
    try:
        return answer(graph, Task(**json.loads(data)), limits)
    except Exception as error:
        print(f"kg serve: {type(error).__name__} in a worker: {error}", file=sys.stderr, flush=True)
        return Reply(refusal=_FAILED)


def _quieten(said: BinaryIO) -> None:
    """Leads what the engine writes to stderr into a file; what this program writes still goes to the log."""
    sys.stderr = open(os.dup(2), "w", encoding="utf-8", errors="backslashreplace")  # noqa: SIM115, PTH123
    os.dup2(said.fileno(), 2)


def _copied() -> int:
    """Bytes that this process has copied or taken since it was forked, or a little more."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt * resource.getpagesize()


def _resident() -> int:
    """The bytes of this process in memory; 0 without /proc."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize()
    except (OSError, ValueError):
        return 0


def _limit_memory(limits: Limits) -> None:
    """Limits the address space to that of the graph and `limits.memory`; without /proc there is no limit."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        most = pages * os.sysconf("SC_PAGE_SIZE") + limits.memory * 1024**2
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    except (OSError, ValueError):
        return


def _limit_time(limits: Limits) -> None:
    """Limits processor time from now on, in case that no process is left that would stop this one."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = int(used.ru_utime + used.ru_stime + limits.seconds) + 5
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (most, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def main(handle: int, parent: int) -> None:
    die_with_parent(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which ends this process
    control = socket.socket(fileno=handle)
    given = json.loads(control.makefile("rb").readline())  # nothing else is sent before it is ready

    def progress(what: str, done: int = 0, of: int = 0, /) -> None:
        control.sendall(line({"progress": [what, done, of]}))

    try:
        graph = _load(Path(given["root"]), given["file"], progress)
        progress("counting triples")
        ready = _described(graph)
    except KgError as error:
        control.sendall(line({"error": str(error)}))
        return
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):  # what loading needed is given back; glibc keeps it otherwise
        ctypes.CDLL(None).malloc_trim(0)
    gc.freeze()
    control.sendall(line({"ready": [*ready, _resident() / 1024**2]}))
    _Forker(control, graph, Limits(**given["limits"])).run()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
