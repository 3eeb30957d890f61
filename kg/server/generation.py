"""A graph that is served: the process that holds it, and the workers that it forks."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from kg.problems import KgError
from kg.server.limits import Limits
from kg.server.messages import Reply, Task, line, reply_of, task_line

_TASKS = 1000
"""Tasks after which a worker is replaced, whatever it has piled up."""


class WorkerDiedError(Exception):
    """A worker ended before it had answered."""


@dataclass
class Worker:
    """One process, which answers one task at a time."""

    pid: int
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    tasks: int = 0
    seconds: float = 0
    """For how long it ran on its last task, not counting while it was held."""

    async def ask(self, task: Task) -> Reply:
        """Its answer.

        Raises:
            WorkerDiedError: if it ended before it had given one.
        """
        self.tasks += 1
        try:
            self.writer.write(task_line(task))
            await self.writer.drain()
            reply, length = reply_of(await self.reader.readline())
            return Reply(reply.type, await self.reader.readexactly(length), reply.fault)
        except (OSError, asyncio.IncompleteReadError, ValueError) as error:
            raise WorkerDiedError from error


class Generation:
    """One state of the graph, from when it is loaded until its last answer is given."""

    def __init__(self, process: subprocess.Popen[bytes], control: socket.socket, limits: Limits) -> None:
        self._process, self._control, self._limits = process, control, limits
        self._replies = bytearray()
        self._forking = asyncio.Lock()
        self._idle: list[Worker] = []
        self._used = 0
        self._ending = False
        self.snapshot, self.triples, self.graphs = "", 0, list[tuple[str, int]]()

    @classmethod
    async def load(cls, root: Path, file: str, limits: Limits) -> Generation:
        """Starts a process that loads the graph, and waits until it has.

        Raises:
            KgError: if there is no graph or it cannot be read.
        """
        here, there = socket.socketpair()
        with there:
            process = subprocess.Popen(  # noqa: S603 - it is this Python and a number
                [sys.executable, "-m", "kg.server.forker", str(there.fileno())], pass_fds=[there.fileno()],
                stdin=subprocess.DEVNULL)
        here.setblocking(False)
        found = cls(process, here, limits)
        try:
            await found._tell({"root": str(root), "file": file, "limits": asdict(limits)})
            reply = await found._reply()
        except BaseException:
            found._end()
            raise
        if "ready" not in reply:
            found._end()
            raise KgError(reply.get("error", "the graph could not be loaded"))
        ready = reply["ready"]
        found.snapshot, found.triples = ready["snapshot"], ready["triples"]
        found.graphs = [(name, count) for name, count in ready["graphs"]]
        return found

    async def worker(self) -> Worker:
        """A worker for one task: one that has nothing to do, or a new one."""
        self._used += 1
        try:
            return self._idle.pop() if self._idle else await self._forked()
        except BaseException:
            self._used -= 1
            raise

    def done(self, worker: Worker, *, again: bool) -> None:
        """Takes a worker back: for the next task, or to end it."""
        self._used -= 1
        if again and not self._ending and worker.tasks < _TASKS and len(self._idle) < self._limits.at_once:
            self._idle.append(worker)
        else:
            worker.writer.close()
            self.tell(worker, "kill")
        if self._ending and not self._used:
            self._end()

    def tell(self, worker: Worker, what: str) -> None:
        """`kill`, `stop`, `continue` or `yield`."""
        try:
            self._control.send(line({"do": what, "pid": worker.pid}))
        except OSError:
            return  # it has ended, and its workers with it

    def retire(self) -> None:
        """Ends it when the last answer is given."""
        self._ending = True
        while self._idle:
            self._idle.pop().writer.close()
        if not self._used:
            self._end()

    def _end(self) -> None:
        self._control.close()
        self._process.kill()
        self._process.wait()

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    async def _forked(self) -> Worker:
        here, there = socket.socketpair()
        with there:
            async with self._forking:
                socket.send_fds(self._control, [line({"do": "fork"})], [there.fileno()])
                pid = int((await self._reply())["pid"])
        reader, writer = await asyncio.open_unix_connection(sock=here, limit=2**20)
        return Worker(pid, reader, writer)

    async def _tell(self, message: dict[str, Any]) -> None:
        await asyncio.get_running_loop().sock_sendall(self._control, line(message))

    async def _reply(self) -> dict[str, Any]:
        """The next line that the process says; none when it has ended."""
        while b"\n" not in self._replies:
            data = await asyncio.get_running_loop().sock_recv(self._control, 65536)
            if not data:
                return {}
            self._replies += data
        found, _, rest = bytes(self._replies).partition(b"\n")
        self._replies[:] = rest
        return dict(json.loads(found))
