"""Who answers when: quick queries first, long ones at the lowest priority, and none for longer than it may.

Queries run in lanes, each with a priority and so many at once. What was quick before runs at full priority. What was
never asked before runs a little below, for a moment; what then is not answered is held until it has a turn in the next
lane, and what is not answered there is a long one: those run one second at a time, below everything else. To be held
costs no time of a core. Turns are fair between clients. So a client that asks for every pair of everything takes from
others what is left over, however many such queries it thinks of.

Time up to then is that of a core, which what else the machine does cannot use up.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter, OrderedDict
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from weakref import WeakSet

from kg.core.problems import KgError
from kg.core.progress import Progress, silent
from kg.server.answers import out_of_memory
from kg.server.generation import Generation, Worker, WorkerDiedError
from kg.server.limits import Limits
from kg.server.messages import Fault, Reply, Task, task_line
from kg.server.turns import Turns

_REMEMBERED = 4000
_DELAY = 1.0
"""Seconds that who has too many long queries waits for being told so, lest they ask again at once."""
_MOST_DELAYED = 200
_SLICE = 1.0
"""Seconds that a long query runs before the next one has a turn."""
_MEMORY = 4
_LEAST = 20
"""Below the lowest niceness: only when a core has nothing else to do."""

BUSY = Fault(503, "server/busy", "the server has more requests than it takes", "ask again in a few seconds", after=5)


@dataclass
class Lane:
    """Queries of one priority: `seconds` of a core, in all, after which one leaves it."""

    niceness: int
    seconds: float
    turns: Turns


class Pool:
    """Answers tasks within limits, from the newest graph that is loaded."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._known = Lane(3, limits.quick, Turns(limits.at_once))
        self._fresh = Lane(10, limits.quick / 20, Turns(limits.long_at_once))
        self._slower = Lane(19, limits.quick, Turns(limits.long_at_once))
        self._long = Turns(limits.long_at_once)
        self._held: Counter[str] = Counter()
        self._were_quick, self._were_long = _Memory(), _Memory()
        self._delayed, self._runs = 0, WeakSet[_Run]()
        self._generation: Generation | None = None

    @property
    def generation(self) -> Generation | None:
        """The graph that is asked now; None before the first is loaded."""
        return self._generation

    async def load(self, root: Path, file: str = "", progress: Progress = silent) -> Generation:
        """Loads the graph and asks it from then on; what is being answered is answered from the one before.

        Raises:
            KgError: if it cannot be loaded; the one before stays.
        """
        fresh = await Generation.load(root, file, self._limits, progress)
        old, self._generation = self._generation, fresh
        self._were_long = _Memory()
        if old:
            old.retire()
        return fresh

    def close(self) -> None:
        if self._generation:
            self._generation.retire()

    async def answer(self, task: Task, client: str) -> Reply:
        """The answer to a task, or the fault that there is none for."""
        digest = hashlib.sha256(task_line(task)).digest()
        lane = self._known if digest in self._were_quick else self._fresh
        if not self._generation or self._crowded(lane.turns, client):
            return Reply(fault=BUSY)
        try:
            if digest in self._were_long:
                return await self._known_long(task, client, digest)
            return await self._quick(task, client, digest, lane)
        except (OSError, KgError):
            return Reply(fault=BUSY)

    async def _quick(self, task: Task, client: str, digest: bytes, lane: Lane) -> Reply:
        """Runs a task in its first lane, and in others when it is not answered there."""
        await lane.turns.take(client)
        held = True
        try:
            run = await self._started(task, lane.niceness)
            try:
                if await run.answered(lane.seconds):
                    self._were_quick.add(digest)
                    return self._reply(run)
                run.tell("stop")
                lane.turns.give_back()
                held = False
                return await self._held_up(run, client, digest)
            finally:
                run.end()
        finally:
            if held:
                lane.turns.give_back()

    async def _known_long(self, task: Task, client: str, digest: bytes) -> Reply:
        """Runs a task that was long before: it starts as one."""
        if self._too_many(client):
            return await self._refused()
        self._held[client] += 1
        try:
            if not await self._turn(self._long, client):
                return Reply(fault=BUSY)
            try:
                run = await self._started(task, _LEAST)
            except BaseException:
                self._long.give_back()
                raise
            try:
                reply = await self._as_long(run, client)
            finally:
                run.end()
            if run.used() < self._limits.quick:  # it was long for once
                self._were_long.forget(digest)
            return reply
        finally:
            self._let_go(client)

    async def _held_up(self, run: _Run, client: str, digest: bytes) -> Reply:
        """Goes on with a task that was stopped in its first lane."""
        if self._too_many(client):
            run.end()
            return await self._refused()
        self._held[client] += 1
        try:
            if not await self._turn(self._slower.turns, client):
                return Reply(fault=BUSY)
            try:
                run.go_on(self._slower.niceness)
                if await run.answered(self._slower.seconds):
                    self._were_quick.add(digest)
                    return self._reply(run)
                run.tell("stop")
            finally:
                self._slower.turns.give_back()
            self._were_quick.forget(digest)
            self._were_long.add(digest)
            if not await self._turn(self._long, client):
                return Reply(fault=BUSY)
            run.go_on(_LEAST)
            return await self._as_long(run, client)
        finally:
            self._let_go(client)

    async def _as_long(self, run: _Run, client: str) -> Reply:
        """Runs a task that has a turn among the long ones, which it gives back."""
        left, waited = self._limits.seconds, 0.0
        self._runs.add(run)
        while True:
            try:
                started = monotonic()
                await asyncio.wait({run.asking}, timeout=min(_SLICE, left))
                left -= monotonic() - started
                if run.asking.done():
                    return self._reply(run)
                if left <= 0:
                    return Reply(fault=self._too_long())
                if self._uses_too_much(run):
                    return Reply(fault=out_of_memory(self._limits))
                if self._long.waiting:
                    run.tell("stop")
            finally:
                self._long.give_back()
            started = monotonic()
            if not await self._turn(self._long, client, waited):
                return Reply(fault=BUSY)
            waited += monotonic() - started
            run.tell("continue")

    def _uses_too_much(self, run: _Run) -> bool:
        """Whether all long ones together use more memory than four may, and this one the most."""
        used = {one: one.memory() for one in self._runs}
        return sum(used.values()) > _MEMORY * self._limits.memory and used[run] == max(used.values())

    async def _turn(self, turns: Turns, client: str, waited: float = 0) -> bool:
        """Waits for a turn, unless that takes longer than a query may run."""
        try:
            async with asyncio.timeout(max(0.1, self._limits.seconds - waited)):
                await turns.take(client)
        except TimeoutError:
            return False
        return True

    async def _started(self, task: Task, niceness: int) -> _Run:
        if self._generation is None:
            raise KgError("no graph is loaded")
        generation = self._generation
        return _Run(generation, await generation.worker(niceness), task)

    def _crowded(self, turns: Turns, client: str) -> bool:
        """Whether too many wait for a turn, of all or of this client, who may have half of the places."""
        return turns.waiting >= self._limits.waiting or turns.waiting_of(client) >= max(1, self._limits.waiting // 2)

    def _let_go(self, client: str) -> None:
        self._held[client] -= 1
        if not self._held[client]:
            del self._held[client]

    def _too_many(self, client: str) -> bool:
        """Whether one more long query would be too many, of all or of this client, who may have half of them."""
        return self._held.total() >= self._limits.queries or self._held[client] >= max(1, self._limits.queries // 2)

    async def _refused(self) -> Reply:
        if self._delayed < _MOST_DELAYED:
            self._delayed += 1
            try:
                await asyncio.sleep(_DELAY)
            finally:
                self._delayed -= 1
        return Reply(
            fault=Fault(
                429,
                "limit/queries",
                "too many queries that take long are running",
                "wait for some of them, or ask for less",
                after=10,
            )
        )

    def _too_long(self) -> Fault:
        return Fault(
            422,
            "limit/time",
            f"the query took longer than {self._limits.seconds:g} s: it was stopped",
            "ask for less: a LIMIT, more specific patterns, or fewer property paths",
        )

    def _reply(self, run: _Run) -> Reply:
        try:
            return run.asking.result()
        except WorkerDiedError:
            return Reply(fault=out_of_memory(self._limits))


class _Run:
    """A task that a worker is at."""

    def __init__(self, generation: Generation, worker: Worker, task: Task) -> None:
        self._generation, self._worker = generation, worker
        self._began, self._had, self._ended = worker.seconds(), worker.memory(), False
        self._last = 0.0
        self.asking = asyncio.ensure_future(worker.ask(task))

    def used(self) -> float:
        """Seconds of a core up to now."""
        if not self._ended:
            self._last = max(self._last, self._worker.seconds() - self._began)
        return self._last

    def memory(self) -> float:
        """MiB that the task takes beside the graph."""
        return 0 if self._ended else max(0.0, self._worker.memory() - self._had)

    async def answered(self, seconds: float) -> bool:
        """Waits until it is answered or has used so many seconds of a core."""
        while not self.asking.done() and (left := seconds - self.used()) > 0:
            await asyncio.wait({self.asking}, timeout=max(left, 0.002))
        return self.asking.done()

    def tell(self, what: str) -> None:
        self._generation.tell(self._worker, what)

    def go_on(self, niceness: int) -> None:
        """Has a worker that is held go on at another priority."""
        self._generation.renice(self._worker, niceness)
        self.tell("continue")

    def end(self) -> None:
        """Takes leave of the worker, which is ended unless it has answered."""
        if self._ended:
            return
        self.used()
        self._ended = True
        answered = self.asking.done() and not self.asking.cancelled() and self.asking.exception() is None
        self.asking.cancel()
        self._generation.done(self._worker, again=answered)


class _Memory:
    """The newest of what was remembered."""

    def __init__(self) -> None:
        self._known: OrderedDict[bytes, None] = OrderedDict()

    def __contains__(self, digest: bytes) -> bool:
        return digest in self._known

    def add(self, digest: bytes) -> None:
        self._known[digest] = None
        self._known.move_to_end(digest)
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)

    def forget(self, digest: bytes) -> None:
        self._known.pop(digest, None)
