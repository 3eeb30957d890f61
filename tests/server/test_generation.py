"""The process that holds a graph, its workers, and what is said to it: in order, whole, and to the right one."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kg.server.generation import Generation, Worker, WorkerDiedError
from kg.server.messages import Task
from kg.server.settings import Limits
from tests.server.processes import family, memory, niceness, state

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes as Linux shows them")

ASK = Task(sparql="ASK {}")


@pytest.fixture
def loaded(toy: Path) -> Callable[[Callable[[Generation, int], Awaitable[None]]], None]:
    """Runs something with a graph that is loaded, and the pid of the process that holds it."""

    def run(what: Callable[[Generation, int], Awaitable[None]]) -> None:
        async def whole() -> None:
            generation = await Generation.load(toy, "", Limits())
            holder = generation._process.pid
            await what(generation, holder)
            assert generation.alive
            generation.retire()
            assert state(holder) == ""

        with ThreadPoolExecutor(1) as apart:  # what drives a browser leaves a loop in this thread
            apart.submit(asyncio.run, whole()).result()

    return run


Loaded = Callable[[Callable[[Generation, int], Awaitable[None]]], None]


async def answers(worker: Worker) -> None:
    reply = await worker.ask(ASK)
    assert b"true" in reply.body


async def until_it_dies(worker: Worker) -> None:
    """Asks it until it is gone: it may answer until the process that kills it has its turn."""
    for _ in range(1000):
        await answers(worker)
        await asyncio.sleep(0.01)


def test_a_connection_belongs_to_the_command_it_came_with(loaded: Loaded) -> None:
    async def what(generation: Generation, holder: int) -> None:
        first = await generation.worker()
        os.kill(holder, signal.SIGSTOP)  # so that both come in one piece
        generation.signal(first, "continue")
        asking = asyncio.ensure_future(generation.worker())
        await asyncio.sleep(0.1)
        os.kill(holder, signal.SIGCONT)
        second = await asyncio.wait_for(asking, 10)
        for worker in (first, second):
            await answers(worker)
            generation.done(worker, again=False)

    loaded(what)


def test_who_leaves_while_a_worker_is_made_leaves_the_next_one_to_the_next(loaded: Loaded) -> None:
    async def what(generation: Generation, holder: int) -> None:
        os.kill(holder, signal.SIGSTOP)
        leaving = asyncio.ensure_future(generation.worker())
        await asyncio.sleep(0.1)
        leaving.cancel()
        asking = asyncio.ensure_future(generation.worker())
        await asyncio.sleep(0.1)
        os.kill(holder, signal.SIGCONT)
        worker = await asyncio.wait_for(asking, 10)
        await answers(worker)
        for _ in range(50):
            if family(holder)[holder] == [worker.pid]:  # the other one has ended
                break
            await asyncio.sleep(0.1)
        assert family(holder)[holder] == [worker.pid]
        generation.signal(worker, "kill")
        with pytest.raises(WorkerDiedError):
            await until_it_dies(worker)
        generation.done(worker, again=False)

    loaded(what)


def test_nothing_that_is_said_is_lost_when_nobody_listens_for_a_while(loaded: Loaded) -> None:
    async def what(generation: Generation, holder: int) -> None:
        worker = await generation.worker()
        os.kill(holder, signal.SIGSTOP)
        for _ in range(5000):
            generation.signal(worker, "continue")
        generation.renice(worker, 7)
        os.kill(holder, signal.SIGCONT)
        another = await asyncio.wait_for(generation.worker(), 20)  # said last, so all before is done
        assert niceness(worker.pid) == 7
        for one in (worker, another):
            await answers(one)
            generation.done(one, again=True)
        assert another is await generation.worker()  # the one of that priority
        generation.done(another, again=True)

    loaded(what)


def test_a_worker_tells_what_it_uses(loaded: Loaded) -> None:
    async def what(generation: Generation, _: int) -> None:
        worker = await generation.worker()
        before = worker.seconds()
        sparql = "SELECT (COUNT(*) AS ?n) { ?a ?p ?b . ?c ?q ?d }"
        await worker.ask(Task(sparql=sparql))
        assert 0.01 < worker.seconds() - before < 60
        assert abs(worker.memory() - memory(worker.pid)) < 50
        assert worker.memory() > 5
        generation.done(worker, again=True)

    loaded(what)
