"""Scheduling: quick queries first, long ones at the lowest priority, and none for longer than its limit.

Queries run in lanes, each with a priority and a number that run at once. A query that was quick before runs at full
priority. A new one runs a little below, for a moment; if it is not answered then, it is paused until it has a turn in
the next lane, and if it is not answered there, it is a long one. Those run one second at a time, below everything else.
A paused query uses no processor time. Turns are fair between clients. So a client that asks for all pairs of everything
gets what the others leave over, however many such queries it sends.

Until a query is long, its time is processor time, which other load on the machine does not use up.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import signal
from collections import Counter, OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic
from typing import Any
from weakref import WeakSet

from kg.core.problems import KgError
from kg.core.progress import Progress, silent
from kg.server.answers import out_of_memory
from kg.server.cache import AnswerCache
from kg.server.forker import PANIC
from kg.server.generation import Generation, Worker, WorkerDiedError
from kg.server.messages import Refusal, Reply, Task, task_line
from kg.server.settings import Limits
from kg.server.turns import Turns
from kg.store.stopped import LATE, LATE_HINT

_REMEMBERED = 4000
_DELAY = 1.0
"""Seconds that a client over its limit waits before it gets 429, so that it does not ask again at once."""
_MOST_DELAYED = 200
_SLICE = 1.0
"""Seconds that a long query runs before the next one has a turn."""
_MEMORY = 4
"""All long queries together may use as much memory as this number of queries."""
_LEAST = 20
"""Below the lowest niceness: only when a core has nothing else to do."""
_SPACE = 1024
"""MiB that long queries may copy of the graph together: as many are started as could copy all of it."""
_SOON = "ask again in a few seconds"
_BUSY = Reply(refusal=Refusal(503, "server/busy", "the server has too many requests", _SOON, 5))
_AGAIN = Reply(refusal=Refusal(503, "server/restarting", "the process that holds the graph ended", _SOON, 2))
_KILLED = Reply(refusal=Refusal(503, "server/killed", "something killed the process of the query", _SOON, 1))
_FAILED = Reply(refusal=Refusal(500, "server/fault", "the process of the query ended", "please report it"))
_REPORT = "please report it together with the query"
_PANIC = Reply(refusal=Refusal(500, "engine/panic", "the engine failed on this query", _REPORT))
_DEEP = "ask in a simpler way: fewer operators in a row, and less nesting"
_CRASHED = Reply(refusal=Refusal(422, "engine/crash", "the query broke the engine", _DEEP))
_STOPPING = Reply(refusal=Refusal(503, "server/stopping", "the server is stopping", _SOON, 5))


class _TooManyError(Exception):
    """No place for one more long query."""


@dataclass
class _Lane:
    """Queries of one priority; one leaves it when it has used so many processor seconds in all."""

    niceness: int
    seconds: float
    turns: Turns


class Pool:
    """Answers tasks within limits, from the newest graph that is loaded."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._known = _Lane(0, limits.quick, Turns(limits.at_once))
        self._fresh = _Lane(5, limits.quick / 5, Turns(limits.at_once))
        self._slower = _Lane(12, limits.quick, Turns(limits.long_at_once))
        self._long, self._alive = Turns(limits.long_at_once), Turns(limits.queries)
        self._held: Counter[str] = Counter()
        self._were_quick, self._were_long = _Memory(), _Memory()
        self._delayed, self._runs = 0, WeakSet[_Run]()
        self._answering: set[asyncio.Task[Any] | None] = set()
        self._stopping = False
        self.cache, self._packed = AnswerCache(limits.cache * 1024**2), AnswerCache(limits.cache * 1024**2 // 4)
        self.generation: Generation | None = None
        """The graph that is queried now; None before the first is loaded."""

    async def load(self, root: Path, file: str = "", progress: Progress = silent) -> Generation:
        """Loads the graph and uses it from then on; answers in progress are finished from the one before.

        Raises:
            KgError: if it cannot be loaded; the one before stays.
        """
        fresh = await Generation.load(root, file, self._limits, progress)
        self.close()
        self.generation = fresh
        self.cache.clear()
        self._alive = Turns(min(self._limits.queries, max(self._limits.long_at_once, int(_SPACE / max(1, fresh.size)))))
        return fresh

    def close(self) -> None:
        if self.generation:
            self.generation.retire()

    def stop(self) -> None:
        """Ends all answers in progress, with 503."""
        self._stopping = True
        for one in self._answering:
            if one:
                one.cancel()

    def known(self, task: Task) -> Reply | None:
        """The answer to a task, if it was given before and is kept."""
        return self.cache.get(_key(self.generation, task_line(task))) if self.generation else None

    async def packed(self, reply: Reply) -> bytes:
        """The body of a reply, compressed; kept like an answer, by its content."""
        key = hashlib.sha256(reply.body).digest()
        found = self._packed.get(key)
        if found is None:
            found = Reply(body=await asyncio.to_thread(gzip.compress, reply.body, 5, mtime=0))
            self._packed.put(key, found)
        return found.body

    async def answer(self, task: Task, client: str) -> Reply:
        """The answer to a task, or the reason why there is none; it is kept."""
        if (generation := self.generation) is None or self._stopping:
            return _STOPPING if self._stopping else _BUSY
        asked = task_line(task)
        key, working = _key(generation, asked), asyncio.current_task()
        self._answering.add(working)
        try:
            seconds = min(self._limits.seconds, task.seconds or self._limits.seconds)
            reply = await self._found(_Asked(asked, key, client, generation, seconds))
        except asyncio.CancelledError:
            if self._stopping:
                return _STOPPING
            raise
        finally:
            self._answering.discard(working)
        if reply.lasting and not reply.refusal:
            reply = replace(reply, etag=f'"{hashlib.sha256(reply.body).hexdigest()[:32]}"')
            self.cache.put(key, reply)
        return reply

    async def _found(self, asked: _Asked) -> Reply:
        """The answer as a worker gives it."""
        lane = self._known if asked.key in self._were_quick else self._fresh
        if self._crowded(lane.turns, asked.client):
            return _BUSY
        try:
            if asked.key in self._were_long:
                with self._place(asked.client):
                    return await self._slowly(asked)
            return await self._quickly(asked, lane)
        except _TooManyError:
            return await self._refused()
        except TimeoutError:  # no turn in time
            return _BUSY
        except (OSError, KgError):  # no worker
            return _BUSY if asked.generation.alive else _AGAIN

    async def _quickly(self, asked: _Asked, lane: _Lane) -> Reply:
        """Runs a task in its first lane, and as long as it is not answered in the next ones."""
        run, kept = None, lane.turns.at_once
        try:
            async with lane.turns.turn(asked.client):
                run = await self._start(asked, lane.niceness)
                if reply := await self._in_lane(lane, asked, run):
                    return reply
            kept = 0
            with self._place(asked.client):
                async with self._slower.turns.turn(asked.client, self._limits.seconds):
                    run.go_on(self._slower.niceness)
                    if reply := await self._in_lane(self._slower, asked, run):
                        return reply
                self._were_quick.pop(asked.key, None)
                self._were_long.add(asked.key)
                if self._alive.taken:  # its process is ended, and starts again when it has a place
                    run.end()
                    run = None
                return await self._slowly(asked, run)
        finally:
            if run:
                run.end(kept)

    async def _in_lane(self, lane: _Lane, asked: _Asked, run: _Run) -> Reply | None:
        """The reply of a run as long as it may stay in a lane; None if it is paused then."""
        if await run.answered(min(lane.seconds, asked.seconds)):
            self._were_quick.add(asked.key)
            return await self._reply(run)
        if run.used() >= asked.seconds:
            return Reply(refusal=_out_of_time(asked.seconds))
        run.signal("stop")
        return None

    async def _slowly(self, asked: _Asked, run: _Run | None = None) -> Reply:
        """Runs a long task, one slice at a time; `run` is given if it was started before."""
        left, waited = asked.seconds - (run.used() if run else 0), 0.0
        whole = left
        try:
            async with self._alive.turn(asked.client, self._limits.seconds):
                while True:
                    began = monotonic()
                    async with self._long.turn(asked.client, max(0.1, self._limits.seconds - waited)):
                        if left < whole:  # waiting for the first turn does not count
                            waited += monotonic() - began
                        if run:
                            run.go_on(_LEAST)
                        else:
                            run = await self._start(asked, _LEAST)
                        self._runs.add(run)
                        began = monotonic()
                        await asyncio.wait({run.asking}, timeout=min(_SLICE, left))
                        left -= monotonic() - began
                        if run.asking.done():
                            if run.used() < self._limits.quick:  # it was long only once
                                self._were_long.pop(asked.key, None)
                            return await self._reply(run)
                        if left <= 0:
                            return Reply(refusal=_out_of_time(asked.seconds))
                        if self._uses_too_much(run):
                            return Reply(refusal=out_of_memory(self._limits))
                        if self._long.waiting:
                            run.signal("stop")
        finally:
            if run:
                run.end()

    @contextmanager
    def _place(self, client: str) -> Iterator[None]:
        """A place among the long queries; a client may have half of them.

        Raises:
            _TooManyError: if all places are taken, or those of this client.
        """
        most = self._limits.queries
        if self._held.total() >= most or self._held[client] >= max(1, most // 2):
            raise _TooManyError
        self._held[client] += 1
        try:
            yield
        finally:
            self._held[client] -= 1
            self._held += Counter()  # which drops clients without any

    def _uses_too_much(self, run: _Run) -> bool:
        """Whether all long queries together use too much memory, and this one the most."""
        used = {one: one.memory() for one in self._runs}
        copies = len(used) * self.generation.size if self.generation else 0
        return sum(used.values()) > _MEMORY * self._limits.memory + copies and used[run] == max(used.values())

    async def _start(self, asked: _Asked, niceness: int) -> _Run:
        if (generation := self.generation) is None:
            raise KgError("no graph is loaded")
        return _Run(generation, await generation.worker(niceness), asked)

    def _crowded(self, turns: Turns, client: str) -> bool:
        """Whether too many requests wait, in all or of this client, which may have half of the places."""
        return turns.waiting >= self._limits.waiting or turns.waiting_of(client) >= max(1, self._limits.waiting // 2)

    async def _refused(self) -> Reply:
        if self._delayed < _MOST_DELAYED:
            self._delayed += 1
            try:
                await asyncio.sleep(_DELAY)
            finally:
                self._delayed -= 1
        message, hint = "too many long queries are running", "wait for some of them, or ask for less"
        return Reply(refusal=Refusal(429, "limit/queries", message, hint, after=10))

    async def _reply(self, run: _Run) -> Reply:
        """The answer of a run that has ended, or why it has none."""
        try:
            return run.asking.result()
        except WorkerDiedError:
            found = await run.why()
        if found is None:
            return _AGAIN
        if found == signal.SIGXCPU:
            return Reply(refusal=_out_of_time(self._limits.seconds))
        if found == signal.SIGABRT:  # the engine cannot go on when it gets no memory
            return Reply(refusal=out_of_memory(self._limits))
        return {0: _FAILED, PANIC: _PANIC, signal.SIGKILL: _KILLED}.get(found, _CRASHED)


def _key(generation: Generation, task: bytes) -> bytes:
    """What an answer depends on: the process that holds the graph, and the whole task."""
    return hashlib.sha256(generation.key + task).digest()


def _out_of_time(seconds: float) -> Refusal:
    return Refusal(422, "limit/time", LATE.format(seconds=seconds), LATE_HINT)


@dataclass(frozen=True)
class _Asked:
    """A task as a line, its key in the cache, the client that asks, the graph that was the newest then, its time."""

    task: bytes
    key: bytes
    client: str
    generation: Generation
    seconds: float


class _Run:
    """A task that a worker is working on."""

    def __init__(self, generation: Generation, worker: Worker, asked: _Asked) -> None:
        self._generation, self._worker, self._same = generation, worker, generation is asked.generation
        self._began, self._ended = worker.seconds(), False
        self._last = 0.0
        self.asking = asyncio.ensure_future(self._ask(asked.task))

    async def _ask(self, task: bytes) -> Reply:
        reply = await self._worker.ask(task)
        return reply if self._same else replace(reply, lasting=False)  # the key belongs to the graph before

    async def why(self) -> int | None:
        """The signal that ended the worker; None if the process that holds the graph ended."""
        return await self._generation.why(self._worker)

    def used(self) -> float:
        """Processor seconds until now."""
        if not self._ended:
            self._last = max(self._last, self._worker.seconds() - self._began)
        return self._last

    def memory(self) -> float:
        """MiB that the task takes, and copies of the graph by reading it."""
        return 0 if self._ended else self._worker.memory()

    async def answered(self, seconds: float) -> bool:
        """Waits until it is answered or has used so many processor seconds."""
        while not self.asking.done() and (left := seconds - self.used()) > 0:
            await asyncio.wait({self.asking}, timeout=max(left, 0.002))
        return self.asking.done()

    def signal(self, what: str) -> None:
        self._generation.signal(self._worker, what)

    def go_on(self, niceness: int) -> None:
        """Continues a paused worker at another priority."""
        self._generation.renice(self._worker, niceness)
        self.signal("continue")

    def end(self, kept: int = 0) -> None:
        """Gives the worker back, to be used again unless `kept` others are idle; one that has not answered is ended."""
        if self._ended:
            return
        self.used()
        self._ended = True
        answered = self.asking.done() and not self.asking.cancelled() and self.asking.exception() is None
        self.asking.cancel()
        self._generation.done(self._worker, kept=kept if answered else 0)


class _Memory(OrderedDict[bytes, None]):
    """The most recent digests."""

    def add(self, digest: bytes) -> None:
        self[digest] = None
        self.move_to_end(digest)
        if len(self) > _REMEMBERED:
            self.popitem(last=False)
