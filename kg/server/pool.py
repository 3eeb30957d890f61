"""Who answers when: quick queries first, long ones at the lowest priority, and none for longer than it may.

A query starts on an equal footing with all others. One that is not answered within `Limits.quick` is a long one: its
process gives way to every other, only so many of them run at once, and the rest are held, which costs no time of a
core. Turns are fair between clients. So a client that asks for every pair of everything takes from others what is left
over. A query that was long before starts as one.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter, OrderedDict
from pathlib import Path
from time import monotonic

from kg.problems import KgError
from kg.server.answers import out_of_memory
from kg.server.generation import Generation, Worker, WorkerDiedError
from kg.server.limits import Limits
from kg.server.messages import Fault, Reply, Task, task_line
from kg.server.turns import Turns

_REMEMBERED = 1000
_DELAY = 1.0
"""Seconds that who has too many long queries waits for being told so, lest they ask again at once."""

BUSY = Fault(503, "server/busy", "the server has more requests than it takes", "ask again in a few seconds", after=5)


class Pool:
    """Answers tasks within limits, from the newest graph that is loaded."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._quick, self._long = Turns(limits.at_once), Turns(limits.long_at_once)
        self._held: Counter[str] = Counter()
        self._known_long: OrderedDict[bytes, None] = OrderedDict()
        self._generation: Generation | None = None

    @property
    def generation(self) -> Generation | None:
        """The graph that is asked now; None before the first is loaded."""
        return self._generation

    async def load(self, root: Path, file: str = "") -> Generation:
        """Loads the graph and asks it from then on; what is being answered is answered from the one before.

        Raises:
            KgError: if it cannot be loaded; the one before stays.
        """
        fresh = await Generation.load(root, file, self._limits)
        old, self._generation = self._generation, fresh
        self._known_long.clear()
        if old:
            old.retire()
        return fresh

    def close(self) -> None:
        if self._generation:
            self._generation.retire()

    async def answer(self, task: Task, client: str) -> Reply:
        """The answer to a task, or the fault that there is none for."""
        if self._quick.waiting >= self._limits.waiting or not self._generation:
            return Reply(fault=BUSY)
        if _digest(task) in self._known_long:
            return await self._answer_long(task, client)
        await self._quick.take(client)
        held = True
        try:
            generation = self._generation
            worker = await generation.worker()
            asking = asyncio.ensure_future(worker.ask(task))
            try:
                done, _ = await asyncio.wait({asking}, timeout=self._limits.quick)
                if not done:
                    self._quick.give_back()
                    held = False
                    self._remember(task)
                    return await self._yielding(generation, worker, asking, client, self._limits.quick)
                return self._reply(asking)
            finally:
                self._take_back(generation, worker, asking, again=held)
        except (OSError, KgError):
            return Reply(fault=BUSY)
        finally:
            if held:
                self._quick.give_back()

    async def _answer_long(self, task: Task, client: str) -> Reply:
        """A task that was long before: it starts as one."""
        generation = self._generation
        if generation is None or self._too_many(client):
            return await self._refused()
        worker = await generation.worker()
        generation.tell(worker, "stop")
        asking = asyncio.ensure_future(worker.ask(task))
        try:
            return await self._yielding(generation, worker, asking, client, 0)
        finally:
            if 0 < worker.seconds < self._limits.quick:  # it was long for once
                self._known_long.pop(_digest(task), None)
            self._take_back(generation, worker, asking, again=False)

    async def _yielding(self, generation: Generation, worker: Worker, asking: asyncio.Future[Reply], client: str,
                        used: float) -> Reply:
        """Waits for a long task, which gives way to all others and is held until it has a turn."""
        generation.tell(worker, "yield")
        if self._too_many(client):
            return await self._refused()
        self._held[client] += 1
        try:
            if not self._long.now():
                generation.tell(worker, "stop")
                try:
                    await asyncio.wait_for(self._long.take(client), self._limits.seconds)
                except TimeoutError:
                    return Reply(fault=BUSY)
            try:
                generation.tell(worker, "continue")
                started = monotonic()
                await asyncio.wait({asking}, timeout=max(0.0, self._limits.seconds - used))
                worker.seconds = monotonic() - started
            finally:
                self._long.give_back()
            return self._reply(asking) if asking.done() else Reply(fault=self._too_long())
        finally:
            self._held[client] -= 1
            if not self._held[client]:
                del self._held[client]

    def _too_many(self, client: str) -> bool:
        """Whether one more long query would be too many, of all or of this client, who may have half of them."""
        return self._held.total() >= self._limits.queries or self._held[client] >= max(1, self._limits.queries // 2)

    async def _refused(self) -> Reply:
        await asyncio.sleep(_DELAY)
        return Reply(fault=Fault(429, "limit/queries", "too many queries that take long are running",
                                 "wait for some of them, or ask for less", after=10))

    def _too_long(self) -> Fault:
        return Fault(422, "limit/time", f"the query took longer than {self._limits.seconds:g} s: it was stopped",
                     "ask for less: a LIMIT, more specific patterns, or fewer property paths")

    def _reply(self, asking: asyncio.Future[Reply]) -> Reply:
        try:
            return asking.result()
        except WorkerDiedError:
            return Reply(fault=out_of_memory(self._limits))

    def _take_back(self, generation: Generation, worker: Worker, asking: asyncio.Future[Reply], *,
                   again: bool) -> None:
        answered = asking.done() and not asking.cancelled() and asking.exception() is None
        asking.cancel()
        generation.done(worker, again=again and answered)

    def _remember(self, task: Task) -> None:
        self._known_long[_digest(task)] = None
        if len(self._known_long) > _REMEMBERED:
            self._known_long.popitem(last=False)


def _digest(task: Task) -> bytes:
    return hashlib.sha256(task_line(task)).digest()
