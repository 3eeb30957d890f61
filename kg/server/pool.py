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
import hashlib
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from weakref import WeakSet

from kg.core.problems import KgError
from kg.core.progress import Progress, silent
from kg.server.answers import out_of_memory
from kg.server.generation import Generation, Worker, WorkerDiedError
from kg.server.messages import Refusal, Reply, Task, task_line
from kg.server.settings import Limits

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
_LESS = "ask for less: a LIMIT, more specific patterns, or fewer property paths"
_BUSY = Reply(refusal=Refusal(503, "server/busy", "the server has too many requests", "ask again in a few seconds", 5))


class Turns:
    """A number of turns at once. Waiting clients take turns in rotation, each with its first request."""

    def __init__(self, at_once: int) -> None:
        self._free = at_once
        self._waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    @property
    def waiting(self) -> int:
        return sum(map(len, self._waiting.values()))

    def waiting_of(self, client: str) -> int:
        return len(self._waiting.get(client, ()))

    @asynccontextmanager
    async def turn(self, client: str, seconds: float | None = None) -> AsyncIterator[None]:
        """Waits for a turn, no longer than so many seconds.

        Raises:
            TimeoutError: if there was none.
        """
        async with asyncio.timeout(seconds):
            await self._take(client)
        try:
            yield
        finally:
            self._give_back()

    async def _take(self, client: str) -> None:
        if self._free and not self._waiting:
            self._free -= 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(client, deque()).append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._give_back()
            else:
                self._forget(client, turn)
            raise

    def _give_back(self) -> None:
        """Ends a turn; the next client in rotation gets it."""
        self._free += 1
        while self._free and self._waiting:
            client, turns = self._waiting.popitem(last=False)
            turn = turns.popleft()
            if turns:
                self._waiting[client] = turns  # behind all others
            if not turn.done():
                self._free -= 1
                turn.set_result(None)

    def _forget(self, client: str, turn: asyncio.Future[None]) -> None:
        turns = self._waiting.get(client, deque())
        with suppress(ValueError):
            turns.remove(turn)
            if not turns:
                del self._waiting[client]


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
        self._known = _Lane(3, limits.quick, Turns(limits.at_once))
        self._fresh = _Lane(10, limits.quick / 20, Turns(limits.long_at_once))
        self._slower = _Lane(19, limits.quick, Turns(limits.long_at_once))
        self._long = Turns(limits.long_at_once)
        self._held: Counter[str] = Counter()
        self._were_quick, self._were_long = _Memory(), _Memory()
        self._delayed, self._runs = 0, WeakSet[_Run]()
        self.generation: Generation | None = None
        """The graph that is queried now; None before the first is loaded."""

    async def load(self, root: Path, file: str = "", progress: Progress = silent) -> Generation:
        """Loads the graph and uses it from then on; answers in progress are finished from the one before.

        Raises:
            KgError: if it cannot be loaded; the one before stays.
        """
        fresh = await Generation.load(root, file, self._limits, progress)
        self.close()
        self.generation, self._were_long = fresh, _Memory()
        return fresh

    def close(self) -> None:
        if self.generation:
            self.generation.retire()

    async def answer(self, task: Task, client: str) -> Reply:
        """The answer to a task, or the reason why there is none."""
        digest = hashlib.sha256(task_line(task)).digest()
        lane = self._known if digest in self._were_quick else self._fresh
        if not self.generation or self._crowded(lane.turns, client):
            return _BUSY
        try:
            if digest in self._were_long:
                with self._place(client):
                    return await self._slowly(task, client, digest)
            return await self._quickly(task, client, digest, lane)
        except _TooManyError:
            return await self._refused()
        except (OSError, KgError):  # no turn in time, or no worker
            return _BUSY

    async def _quickly(self, task: Task, client: str, digest: bytes, lane: _Lane) -> Reply:
        """Runs a task in its first lane, and as long as it is not answered in the next ones."""
        run = None
        try:
            async with lane.turns.turn(client):
                run = await self._started(task, lane.niceness)
                if await run.answered(lane.seconds):
                    self._were_quick.add(digest)
                    return self._reply(run)
                run.signal("stop")
            with self._place(client):
                async with self._slower.turns.turn(client, self._limits.seconds):
                    run.go_on(self._slower.niceness)
                    if await run.answered(self._slower.seconds):
                        self._were_quick.add(digest)
                        return self._reply(run)
                    run.signal("stop")
                self._were_quick.pop(digest, None)
                self._were_long.add(digest)
                return await self._slowly(task, client, digest, run)
        finally:
            if run:
                run.end()

    async def _slowly(self, task: Task, client: str, digest: bytes, run: _Run | None = None) -> Reply:
        """Runs a long task, one slice at a time; `run` is given if it was started before."""
        left, waited = self._limits.seconds, 0.0
        try:
            while True:
                began = monotonic()
                async with self._long.turn(client, max(0.1, self._limits.seconds - waited)):
                    if left < self._limits.seconds:  # waiting for the first turn does not count
                        waited += monotonic() - began
                    if run:
                        run.go_on(_LEAST)
                    else:
                        run = await self._started(task, _LEAST)
                    self._runs.add(run)
                    began = monotonic()
                    await asyncio.wait({run.asking}, timeout=min(_SLICE, left))
                    left -= monotonic() - began
                    if run.asking.done():
                        if run.used() < self._limits.quick:  # it was long only once
                            self._were_long.pop(digest, None)
                        return self._reply(run)
                    if left <= 0:
                        message = f"the query took longer than {self._limits.seconds:g} s: it was stopped"
                        return Reply(refusal=Refusal(422, "limit/time", message, _LESS))
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
        return sum(used.values()) > _MEMORY * self._limits.memory and used[run] == max(used.values())

    async def _started(self, task: Task, niceness: int) -> _Run:
        if (generation := self.generation) is None:
            raise KgError("no graph is loaded")
        return _Run(generation, await generation.worker(niceness), task)

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

    def _reply(self, run: _Run) -> Reply:
        try:
            return run.asking.result()
        except WorkerDiedError:
            return Reply(refusal=out_of_memory(self._limits))


class _Run:
    """A task that a worker is working on."""

    def __init__(self, generation: Generation, worker: Worker, task: Task) -> None:
        self._generation, self._worker = generation, worker
        self._began, self._had, self._ended = worker.seconds(), worker.memory(), False
        self._last = 0.0
        self.asking = asyncio.ensure_future(worker.ask(task))

    def used(self) -> float:
        """Processor seconds until now."""
        if not self._ended:
            self._last = max(self._last, self._worker.seconds() - self._began)
        return self._last

    def memory(self) -> float:
        """MiB that the task takes in addition to the graph."""
        return 0 if self._ended else max(0.0, self._worker.memory() - self._had)

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

    def end(self) -> None:
        """Gives the worker back; one that has not answered is ended."""
        if self._ended:
            return
        self.used()
        self._ended = True
        answered = self.asking.done() and not self.asking.cancelled() and self.asking.exception() is None
        self.asking.cancel()
        self._generation.done(self._worker, again=answered)


class _Memory(OrderedDict[bytes, None]):
    """The most recent digests."""

    def add(self, digest: bytes) -> None:
        self[digest] = None
        self.move_to_end(digest)
        if len(self) > _REMEMBERED:
            self.popitem(last=False)
