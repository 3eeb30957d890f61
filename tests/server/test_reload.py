"""A graph that is rebuilt while it is queried, and servers that end or are killed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from pathlib import Path
from threading import Event

import pytest

from tests.server.processes import family, members, state
from tests.server.serving import Serving, serving, until, wait_until_ready

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes as Linux shows them")

SAID = "SELECT ?state ?other { ?s <http://example.org/state> ?state . ?t <http://example.org/other> ?other }"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?p ?b . ?c ?q ?d . ?e ?r ?f . ?g ?s ?h . ?i ?t ?j }"


def write(file: Path, number: int, padding: int = 300) -> None:
    """Replaces a file by another graph at once; two of its statements say which one it is."""
    state_, other = (
        f'<http://example.org/{what}> "{number}" <http://example.org/{what}/graph> .\n' for what in ("state", "other")
    )
    lines = [
        f"<http://example.org/s> {state_}",
        f"<http://example.org/t> {other}",
        *(
            f'<http://example.org/{n}> <http://example.org/p> "{n}" <http://example.org/many> .\n'
            for n in range(padding)
        ),
    ]
    fresh = file.with_name(f".{file.name}.new")
    fresh.write_text("".join(lines), encoding="utf-8")
    fresh.replace(file)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    write(tmp_path / "graph.nq", 0)
    return tmp_path / "graph.nq"


def said(server: Serving) -> list[str]:
    found = server.sparql(SAID, "text/csv")
    assert found.status == 200, found.text
    return found.text.split("\r\n")[1].split(",")


def test_no_request_fails_or_mixes_two_graphs(file: Path) -> None:
    with serving("--graph", file, "--quiet") as server, ThreadPoolExecutor(8) as pool:
        stop, seen = Event(), set[str]()

        def ask() -> int:
            last = asked = 0
            while not stop.is_set():
                first, second = said(server)
                assert first == second
                assert int(first) >= last  # never an older graph
                last, asked = int(first), asked + 1
                seen.add(first)
            return asked

        asking = [pool.submit(ask) for _ in range(8)]
        try:
            for number in range(1, 5):
                write(file, number)
                until(
                    lambda number=number: str(number) in seen or any(one.done() for one in asking),
                    f"graph {number} is not served",
                )
        finally:
            stop.set()
        assert min(one.result() for one in asking) > 0
        assert seen == {"0", "1", "2", "3", "4"}
        until(lambda: len(family(server.process.pid)[server.process.pid]) == 1, "old processes are left")


def test_an_answer_in_progress_is_finished_from_the_old_graph(file: Path) -> None:
    with serving("--graph", file, "--quiet", "--timeout", "8") as server, ThreadPoolExecutor() as pool:
        long = pool.submit(server.sparql, ENDLESS, "text/csv")
        until(lambda: len(members(server.process.pid)) >= 2, "the query is not started")
        write(file, 1)
        until(lambda: said(server) == ["1", "1"], "the new graph is not served")
        assert not long.done()
        assert len(family(server.process.pid)[server.process.pid]) == 2
        assert "[limit/time]" in long.result().text
        until(lambda: len(family(server.process.pid)[server.process.pid]) == 1, "the old process is left")


def test_a_graph_that_cannot_be_read_leaves_the_old_one(file: Path) -> None:
    with serving("--graph", file, "--quiet") as server:
        file.write_text("this is no N-Quads\n", encoding="utf-8")
        until(lambda: any("still served" in line for line in server.log), "the error is not reported")
        assert said(server) == ["0", "0"]
        assert server.ask("/ready").status == 200
        write(file, 1)
        until(lambda: said(server) == ["1", "1"], "the repaired graph is not served")


def test_a_graph_is_still_served_after_its_file_is_removed(file: Path) -> None:
    with serving("--graph", file, "--quiet") as server:
        file.unlink()
        time.sleep(1.5)
        assert said(server) == ["0", "0"]
        write(file, 1)
        until(lambda: said(server) == ["1", "1"], "the graph that is there again is not served")


def test_a_rebuilt_review_is_reloaded(toy: Path, tmp_path: Path) -> None:
    review = Path(shutil.copytree(toy, tmp_path / "review", symlinks=True))
    with serving("--no-site", "--quiet", root=review) as server:
        before = server.ask("/ready").text
        entry = review / "bib" / "annotations" / "example2031.yaml"
        entry.write_text(entry.read_text(encoding="utf-8").replace("Missing tools", "Absent tools"), encoding="utf-8")
        subprocess.run(
            [sys.executable, "-c", "from kg.cli import main; main()", "--root", review, "build"],
            check=True,
            capture_output=True,
        )
        until(lambda: server.ask("/ready").text != before, "the graph is not reloaded")
        assert "Absent tools" in server.ask("/queries/related-work?practice=CT&format=csv").text


def test_a_process_that_is_killed_is_replaced(file: Path) -> None:
    with serving("--graph", file, "--quiet") as server:
        holder = family(server.process.pid)[server.process.pid][0]
        os.kill(holder, signal.SIGKILL)
        until(lambda: holder not in members(server.process.pid), "the process is still there")
        busy = server.sparql(SAID, "text/csv")
        assert busy.status in (200, 503), busy.text
        until(lambda: server.ask("/ready").status == 200, "it is not ready again")
        assert said(server) == ["0", "0"]


@pytest.fixture
def loading(tmp_path: Path) -> Iterator[tuple[Serving, Path]]:
    """A server that reloads a large graph while it answers a long query."""
    file = tmp_path / "large.nq"
    write(file, 0)
    with serving("--graph", file, "--quiet") as server, ThreadPoolExecutor() as pool:
        asking = pool.submit(server.sparql, ENDLESS)
        until(lambda: len(members(server.process.pid)) >= 2, "the query is not started")
        write(file, 1, 600_000)
        until(lambda: len(family(server.process.pid)[server.process.pid]) == 2, "the graph is not reloaded")
        yield server, file
        assert isinstance(asking.exception(90), OSError | HTTPException)


def test_kill_9_while_it_loads_leaves_no_process_and_it_starts_again(loading: tuple[Serving, Path]) -> None:
    server, file = loading
    below = members(server.process.pid)
    assert len(below) >= 3
    server.process.kill()
    server.process.wait()
    until(lambda: not any(state(pid) not in ("", "Z") for pid in below), "a process is left")
    port = server.url.rpartition(":")[2]
    write(file, 2)
    with serving("--graph", file, "--quiet", "--port", port) as again:
        wait_until_ready(again)
        assert said(again) == ["2", "2"]


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_after_a_signal(file: Path, how: signal.Signals) -> None:
    with serving("--graph", file, "--quiet", "--timeout", "3") as server, ThreadPoolExecutor() as pool:
        asking = pool.submit(server.sparql, ENDLESS, "text/csv")
        until(lambda: len(members(server.process.pid)) >= 2, "the query is not started")
        below = members(server.process.pid)
        server.process.send_signal(how)
        assert server.process.wait(90) in (0, -how)
        until(lambda: not any(state(pid) not in ("", "Z") for pid in below), "a process is left")
        asking.exception(90)  # it was answered, or its connection was closed
    log = "".join(server.log)
    assert "Traceback" not in log
    assert "Aborted" not in log
