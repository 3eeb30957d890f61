"""How a server starts and stops: what is wrong is said first, and nothing waits for a query or a graph."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPException
from itertools import count
from pathlib import Path
from threading import Event, Thread

import pytest

from tests.server.processes import family, members, state
from tests.server.serving import Serving, serving, until, wait_until_ready
from tests.server.test_server_limits import endless

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes as Linux shows them")

QUAD = '<http://example.org/{0}> <http://example.org/p> "{0}" <http://example.org/g> .\n'
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


def served(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """`kg ARGUMENTS` until it ends by itself."""
    command = [sys.executable, "-c", "from kg.cli import main; main()", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("content", [None, "this is no N-Quads\n", QUAD.format(1)[:-9]], ids=["none", "bad", "cut"])
def test_a_build_that_cannot_be_served_is_an_error_and_nothing_is_promised(tmp_path: Path, content: str | None) -> None:
    (tmp_path / "bib").mkdir()
    if content is not None:
        (tmp_path / "build").mkdir()
        (tmp_path / "build" / "graph.nq").write_text(content, encoding="utf-8")
    found = served("--root", tmp_path, "serve", "--port", "0", "--no-site")
    assert found.returncode == 1
    assert "kg build" in found.stderr
    for wrong in ("Traceback", "answers SPARQL"):
        assert wrong not in found.stdout + found.stderr


def test_a_file_that_cannot_be_read_is_an_error_and_nothing_is_promised(tmp_path: Path) -> None:
    file = tmp_path / "graph.nq"
    file.write_text(QUAD.format(1) + QUAD.format(2)[:-20], encoding="utf-8")
    found = served("serve", "--port", "0", "--graph", file)
    assert found.returncode == 1
    assert "graph.nq cannot be read" in found.stderr
    for wrong in ("Traceback", "answers SPARQL"):
        assert wrong not in found.stdout + found.stderr


@pytest.fixture
def loading(tmp_path: Path) -> Iterator[Serving]:
    """A server that does not come to an end of loading: nobody writes into the pipe that it reads from."""
    file = tmp_path / "graph.nq"
    os.mkfifo(file)
    with serving("--graph", file, "--quiet", ready=False) as server:
        yield server


def test_a_server_that_loads_says_so(loading: Serving) -> None:
    health = loading.ask("/health")
    assert (health.status, json.loads(health.body)) == (503, {"status": "loading"})
    for found in (health, loading.ask("/ready"), loading.sparql("ASK {}")):
        assert found.status == 503
        assert int(found.headers["Retry-After"]) > 0
    assert not any("answers SPARQL" in line for line in loading.log)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_server_that_loads_can_be_ended(loading: Serving, how: signal.Signals) -> None:
    until(lambda: len(members(loading.process.pid)) == 1, "no process loads the graph")
    below = members(loading.process.pid)
    loading.process.send_signal(how)
    assert loading.process.wait(90) in (0, -how)
    until(lambda: not any(state(pid) not in ("", "Z") for pid in below), "a process is left")
    assert "Traceback" not in "".join(loading.log)


@pytest.fixture
def patient(tmp_path: Path) -> Iterator[Serving]:
    """A server whose queries may take ten minutes; when it has ended, nothing is left of it."""
    file, temporary = tmp_path / "graph.nq", tmp_path / "temporary"
    file.write_text("".join(map(QUAD.format, range(300))), encoding="utf-8")
    temporary.mkdir()
    with serving("--graph", file, "--quiet", "--timeout", "600", environment={"TMPDIR": str(temporary)}) as server:
        yield server
        below = members(server.process.pid)
    until(lambda: not any(state(pid) not in ("", "Z") for pid in below), "a process is left")
    assert list(temporary.iterdir()) == []


def test_a_query_that_runs_does_not_keep_a_server_from_ending(patient: Serving) -> None:
    with ThreadPoolExecutor() as pool:
        asking = pool.submit(patient.sparql, endless(), "text/csv")
        until(lambda: len(members(patient.process.pid)) >= 2, "the query is not started")
        below = members(patient.process.pid)
        patient.process.terminate()
        assert patient.process.wait(300) in (0, -signal.SIGTERM)  # long before the query would end
        found = asking.result()
    assert (found.status, "[server/stopping]" in found.text) == (503, True)
    assert int(found.headers["Retry-After"]) > 0
    until(lambda: not any(state(pid) not in ("", "Z") for pid in below), "a process is left")
    assert "Traceback" not in "".join(patient.log)


def test_nothing_is_left_of_a_server_that_is_killed_under_load(patient: Serving) -> None:
    with ThreadPoolExecutor(8) as pool:
        asking = [pool.submit(patient.sparql, endless(number), "text/csv") for number in range(8)]
        until(lambda: len(members(patient.process.pid)) >= 4, "the queries are not started")
        below = members(patient.process.pid)
        patient.process.kill()
        patient.process.wait()
        assert all(isinstance(one.exception(), OSError | HTTPException) for one in asking)
    until(lambda: not any(state(pid) not in ("", "Z") for pid in below), "a process is left")


@pytest.mark.parametrize(("which", "rule"), [("holder", "server/restarting"), ("worker", "server/killed")])
def test_a_query_whose_process_is_killed_may_be_asked_again(patient: Serving, which: str, rule: str) -> None:
    holder = family(patient.process.pid)[patient.process.pid][0]
    with ThreadPoolExecutor() as pool:
        asking = pool.submit(patient.sparql, endless(), "text/csv")
        until(lambda: bool(family(patient.process.pid).get(holder)), "the query is not started")
        os.kill(holder if which == "holder" else family(patient.process.pid)[holder][0], signal.SIGKILL)
        found = asking.result()
    assert (found.status, f"[{rule}]" in found.text) == (503, True), found.text
    assert int(found.headers["Retry-After"]) > 0
    wait_until_ready(patient)
    assert patient.sparql(COUNT, "text/csv").text == "n\r\n300\r\n"


def test_a_file_that_is_written_in_place_is_not_served_half(tmp_path: Path) -> None:
    file, sizes = tmp_path / "graph.nq", (10, 400)
    file.write_text("".join(map(QUAD.format, range(sizes[0]))), encoding="utf-8")

    def write() -> None:
        with file.open("w", encoding="utf-8") as out:
            for number in range(sizes[1]):
                out.write(QUAD.format(number))
                if number % 20 == 0:
                    out.flush()
                    time.sleep(0.1)

    with serving("--graph", file, "--quiet") as server:
        writing, seen = Thread(target=write), set[int]()

        def complete() -> bool:
            seen.add(int(server.sparql(COUNT, "text/csv").text.split()[1]))
            return sizes[1] in seen

        writing.start()
        until(complete, "the new graph is not served")
        writing.join()
    assert seen <= set(sizes)


def test_no_client_gets_a_wrong_status_or_answer_while_processes_are_killed(patient: Serving) -> None:
    stop, numbers = Event(), count()

    def ask() -> Counter[int]:
        found = Counter[int]()
        while not stop.is_set():
            number = next(numbers)
            answer = patient.sparql(f"SELECT ({number} AS ?m) (COUNT(*) AS ?n) {{ ?s ?p ?o }}", "text/csv")
            found[answer.status] += 1
            if answer.status == 200:
                assert answer.text == f"m,n\r\n{number},300\r\n"
            else:
                assert int(answer.headers["Retry-After"]) > 0
        return found

    with ThreadPoolExecutor(4) as pool:
        asking = [pool.submit(ask) for _ in range(4)]
        try:
            for which in ("worker", "worker", "holder", "worker"):
                until(lambda: bool(members(patient.process.pid)[1:]), "there is no worker")
                below = family(patient.process.pid)
                holder = below[patient.process.pid][0]
                with suppress(ProcessLookupError):
                    os.kill(holder if which == "holder" else below.get(holder, [holder])[0], signal.SIGKILL)
                asked = next(numbers)
                until(lambda asked=asked: next(numbers) > asked + 60 or stop.is_set(), "nobody asks any longer")
        finally:
            stop.set()
        statuses = sum((one.result() for one in asking), Counter[int]())
    assert set(statuses) <= {200, 503}
    assert statuses[200] > 0
    wait_until_ready(patient)
    assert patient.sparql(COUNT, "text/csv").text == "n\r\n300\r\n"
