"""The process that holds a graph, its workers, and the messages to it: complete and in order."""

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
from kg.server.messages import Task, task_line
from kg.server.settings import Limits
from tests.server.processes import family, memory, niceness, state

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes as Linux shows them")

ASK = task_line(Task(sparql="ASK {}"))


@pytest.fixture
def loaded(toy: Path) -> Callable[[Callable[[Generation, int], Awaitable[None]]], None]:
    """Runs a function with a loaded graph and the pid of the process that holds it."""

    def run(what: Callable[[Generation, int], Awaitable[None]]) -> None:
        async def whole() -> None:
            generation = await Generation.load(toy, "", Limits())
            holder = generation._process.pid
            await what(generation, holder)
            assert generation.alive
            generation.retire()
            assert state(holder) == ""

        with ThreadPoolExecutor(1) as apart:  # the browser tests leave an event loop in this thread
            apart.submit(asyncio.run, whole()).result()

    return run


Loaded = Callable[[Callable[[Generation, int], Awaitable[None]]], None]


async def answers(worker: Worker) -> None:
    reply = await worker.ask(ASK)
    assert b"true" in reply.body


async def until_it_dies(worker: Worker) -> None:
    """Sends it tasks until it is gone: it may answer until the other process kills it."""
    for _ in range(9000):
        await answers(worker)
        await asyncio.sleep(0.01)


def test_each_worker_gets_its_own_connection(loaded: Loaded) -> None:
    async def what(generation: Generation, holder: int) -> None:
        first = await generation.worker()
        os.kill(holder, signal.SIGSTOP)  # so that both come in one piece
        generation.signal(first, "continue")
        asking = asyncio.ensure_future(generation.worker())
        await asyncio.sleep(0.1)
        os.kill(holder, signal.SIGCONT)
        second = await asyncio.wait_for(asking, 90)
        for worker in (first, second):
            await answers(worker)
            generation.done(worker, kept=0)

    loaded(what)


def test_a_cancelled_fork_does_not_shift_the_next_one(loaded: Loaded) -> None:
    async def what(generation: Generation, holder: int) -> None:
        os.kill(holder, signal.SIGSTOP)
        leaving = asyncio.ensure_future(generation.worker())
        await asyncio.sleep(0.1)
        leaving.cancel()
        asking = asyncio.ensure_future(generation.worker())
        await asyncio.sleep(0.1)
        os.kill(holder, signal.SIGCONT)
        worker = await asyncio.wait_for(asking, 90)
        await answers(worker)
        for _ in range(900):
            if family(holder)[holder] == [worker.pid]:  # the other one has ended
                break
            await asyncio.sleep(0.1)
        assert family(holder)[holder] == [worker.pid]
        generation.signal(worker, "kill")
        with pytest.raises(WorkerDiedError):
            await until_it_dies(worker)
        generation.done(worker, kept=0)

    loaded(what)


def test_no_message_is_lost_while_the_process_is_stopped(loaded: Loaded) -> None:
    async def what(generation: Generation, holder: int) -> None:
        worker = await generation.worker()
        os.kill(holder, signal.SIGSTOP)
        for _ in range(5000):
            generation.signal(worker, "continue")
        generation.renice(worker, 7)
        os.kill(holder, signal.SIGCONT)
        another = await asyncio.wait_for(generation.worker(), 90)  # the last message, so all before are done
        assert niceness(worker.pid) == 7
        for one in (worker, another):
            await answers(one)
            generation.done(one, kept=2)
        assert another is await generation.worker()  # the one of that priority
        generation.done(another, kept=2)

    loaded(what)


def test_the_time_and_memory_of_a_worker_are_measured(loaded: Loaded) -> None:
    async def what(generation: Generation, _: int) -> None:
        worker = await generation.worker()
        before = worker.seconds()
        sparql = "SELECT (COUNT(*) AS ?n) { ?a ?p ?b . ?c ?q ?d }"
        await worker.ask(task_line(Task(sparql=sparql)))
        assert 0.01 < worker.seconds() - before < 600
        assert abs(worker.memory() - memory(worker.pid)) < 50
        assert worker.memory() > 5
        generation.done(worker, kept=2)

    loaded(what)
