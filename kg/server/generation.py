"""A graph that is served: the process that holds it, and the workers that it forks."""

from __future__ import annotations

import asyncio
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from kg.core.problems import KgError
from kg.core.progress import Progress, silent
from kg.server.messages import Reply, cut_line, line, reply_of
from kg.server.settings import Limits

_PRIVATE = re.compile(r"^Private_\w+: *(\d+) kB$", re.M)


class WorkerDiedError(Exception):
    """A worker ended before it had answered."""


@dataclass
class Worker:
    """One process, which answers one task at a time."""

    pid: int
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    niceness: int = 0
    spent: bool = False
    """Whether it is not to be used again."""

    def seconds(self) -> float:
        """Processor seconds that it has used; outside Linux, seconds of the clock."""
        if sys.platform == "linux":
            with suppress(OSError):
                return time.clock_gettime(~self.pid << 3 | 2)  # the clock that clock_getcpuclockid(3) returns
            return 0
        return time.monotonic()

    def memory(self) -> float:
        """MiB that are not shared with other processes, pages that it copied by reading included; 0 without /proc.

        The kernel looks at each page for this: it takes milliseconds.
        """
        try:
            rolled = Path(f"/proc/{self.pid}/smaps_rollup").read_text(encoding="ascii")
        except (OSError, ValueError):
            return 0
        return sum(int(one) for one in _PRIVATE.findall(rolled)) / 1024

    async def ask(self, task: bytes) -> Reply:
        """Its answer to a task, which is given as a line.

        Raises:
            WorkerDiedError: if it ended before it had answered.
        """
        self.spent = True
        try:
            self.writer.write(task)
            await self.writer.drain()
            reply, length = reply_of(await self.reader.readline())
            self.spent = reply.spent
            return replace(reply, body=await self.reader.readexactly(length))
        except (OSError, asyncio.IncompleteReadError, ValueError) as error:
            raise WorkerDiedError from error


class Generation:
    """One state of the graph, from when it is loaded until its last answer is given."""

    def __init__(self, process: subprocess.Popen[bytes], control: socket.socket, limits: Limits) -> None:
        self._process, self._control, self._limits = process, control, limits
        self._replies, self._unsent = bytearray(), deque[tuple[bytes, list[int]]]()
        self._forking = asyncio.Lock()
        self._idle: list[Worker] = []
        self._used = 0
        self._ending = False
        self.snapshot, self.triples, self.graphs, self.size = "", 0, list[tuple[str, int]](), 0.0
        """The digest of the graph, its triples, those of each named graph, and the MiB of the process that holds it."""
        self.key = os.urandom(16)
        """What no other state of the graph has, even if its file has the same content."""

    @classmethod
    async def load(cls, root: Path, file: str, limits: Limits, progress: Progress = silent) -> Generation:
        """Starts a process that loads the graph, and waits until it has; `progress` is called with its steps.

        Raises:
            KgError: if there is no graph or it cannot be read.
        """
        here, there = socket.socketpair()
        with there:
            command = [sys.executable, "-m", "kg.server.forker", str(there.fileno()), str(os.getpid())]
            process = subprocess.Popen(command, pass_fds=[there.fileno()], stdin=subprocess.DEVNULL)  # noqa: S603
        here.setblocking(False)
        found = cls(process, here, limits)
        try:
            found._send({"root": str(root), "file": file, "limits": asdict(limits)})
            while "progress" in (reply := await found._reply()):
                progress(*reply["progress"])
            if "ready" not in reply:
                raise KgError(reply.get("error", "the graph could not be loaded"))
        except BaseException:
            found._end()
            raise
        found.snapshot, found.triples, found.graphs, found.size = reply["ready"]
        return found

    async def worker(self, niceness: int = 0) -> Worker:
        """A worker for one task: an idle one of that priority, or a new one.

        Raises:
            KgError: if the process cannot fork.
        """
        self._used += 1
        try:
            for place, worker in enumerate(self._idle):
                if worker.niceness == niceness:
                    return self._idle.pop(place)
            worker = await self._forked()
        except BaseException:
            self._used -= 1
            self._end_if_unused()
            raise
        if niceness:
            self.renice(worker, niceness)
        return worker

    def done(self, worker: Worker, *, kept: int = 0) -> None:
        """Takes a worker back: for the next task, or to end it if as many as `kept` of its priority are idle."""
        self._used -= 1
        # A low priority cannot be raised again, so a worker that had a long query is of no use to quick ones.
        same = sum(idle.niceness == worker.niceness for idle in self._idle)
        if not self._ending and not worker.spent and same < kept:
            self._idle.append(worker)
        else:
            self._drop(worker)
        self._end_if_unused()

    def _drop(self, worker: Worker) -> None:
        worker.writer.close()
        self.signal(worker, "kill")

    async def why(self, worker: Worker) -> int | None:
        """The signal that ended a worker, `PANIC`, or 0 if none did; None if the holder of the graph ended."""
        try:
            async with self._forking:
                self._send({"do": "why", "pid": worker.pid})
                found = (await self._reply()).get("signal")
        except OSError:
            return None
        return None if found is None else int(found)

    def signal(self, worker: Worker, what: str) -> None:
        """Sends `kill`, `stop` or `continue` to a worker."""
        self._send({"do": what, "pid": worker.pid})

    def renice(self, worker: Worker, niceness: int) -> None:
        worker.niceness = niceness
        self._send({"do": "renice", "pid": worker.pid, "to": niceness})

    def _send(self, message: dict[str, Any], handles: Iterable[int] = ()) -> None:
        """Sends a message to the process, after those that it has not read yet."""
        self._unsent.append((line(message), list(handles)))
        if len(self._unsent) == 1:
            self._send_on()

    def _send_on(self) -> None:
        loop = asyncio.get_running_loop()
        loop.remove_writer(self._control)
        try:
            while self._unsent:
                data, handles = self._unsent[0]
                sent = socket.send_fds(self._control, [data], handles)
                if sent == len(data):
                    self._unsent.popleft()
                else:
                    self._unsent[0] = data[sent:], []
        except BlockingIOError:
            loop.add_writer(self._control, self._send_on)
        except OSError:
            self._unsent.clear()  # it has ended, and its workers with it

    def retire(self) -> None:
        """Ends it after the last answer is given."""
        self._ending = True
        while self._idle:
            self._drop(self._idle.pop())
        self._end_if_unused()

    def _end_if_unused(self) -> None:
        if self._ending and not self._used:
            self._end()

    def _end(self) -> None:
        if self._control.fileno() >= 0:
            asyncio.get_running_loop().remove_writer(self._control)
            asyncio.get_running_loop().remove_reader(self._control)
        self._unsent.clear()
        self._control.close()
        self._process.kill()
        self._process.wait()

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    async def _forked(self) -> Worker:
        """A new worker. If the task is cancelled meanwhile, the reply of the process is still read."""
        forking = asyncio.ensure_future(self._fork())
        try:
            return await asyncio.shield(forking)
        except asyncio.CancelledError:
            forking.add_done_callback(self._forked_in_vain)
            raise

    def _forked_in_vain(self, forking: asyncio.Future[Worker]) -> None:
        if not forking.cancelled() and forking.exception() is None:
            self._drop(forking.result())

    async def _fork(self) -> Worker:
        here, there = socket.socketpair()
        with there:
            async with self._forking:
                self._send({"do": "fork"}, [there.fileno()])
                pid = int((await self._reply()).get("pid", 0))
        if not pid:
            here.close()
            raise KgError("the process that holds the graph cannot fork")
        reader, writer = await asyncio.open_unix_connection(sock=here, limit=2**20)
        return Worker(pid, reader, writer)

    async def _reply(self) -> dict[str, Any]:
        """The next message from the process; empty when it has ended."""
        while b"\n" not in self._replies:
            data = await asyncio.get_running_loop().sock_recv(self._control, 65536)
            if not data:
                return {}
            self._replies += data
        return dict(json.loads(cut_line(self._replies)))
