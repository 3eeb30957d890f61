"""Limits of a query: one that exceeds them gets an error, the others go on, and no process is left behind."""

from __future__ import annotations

import socket
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.server.processes import family, handles, members, niceness, state
from tests.server.serving import Response, Serving, serving, until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes as Linux shows them")

QUICK = "SELECT ?p { ?p a cs:Practice } LIMIT 3"


def endless(number: int = 0) -> str:
    """A query that does not end in any useful time: all triples with all others, twice."""
    return f"SELECT (COUNT(*) AS ?n{number}) {{ ?a ?p ?b . ?c ?q ?d . ?e ?r ?f }}"


@pytest.fixture
def small(toy: Path) -> Iterator[Serving]:
    """A new server with small limits."""
    with serving(
        "--no-site",
        "--quiet",
        "--timeout",
        "2",
        "--max-rows",
        "50",
        "--max-answer",
        "1",
        "--max-body",
        "4",
        "--max-memory",
        "64",
        "--max-queries",
        "4",
        root=toy,
    ) as found:
        yield found


def settled(server: Serving) -> None:
    """Waits until no worker runs or is stopped, and few are left."""

    def idle() -> bool:
        workers = members(server.process.pid)[1:]
        return all(state(worker) == "S" for worker in workers) and len(workers) <= 6

    until(idle, "workers are left")


def holder(server: Serving) -> int:
    return family(server.process.pid)[server.process.pid][0]


def refused(response: Response, status: int, rule: str) -> None:
    assert response.status == status, response.text
    assert f"[{rule}]" in response.text
    assert "Traceback" not in response.text


def test_a_query_that_takes_too_long_is_stopped_while_others_are_answered(small: Serving) -> None:
    with ThreadPoolExecutor() as pool:
        begin = time.monotonic()
        long = pool.submit(small.sparql, endless(), "text/csv")
        answered = 0
        while not long.done():
            assert small.sparql(QUICK, "text/csv").status == 200
            answered += 1
        refused(long.result(), 422, "limit/time")
        assert time.monotonic() - begin >= 2
    assert answered
    settled(small)


def test_a_long_query_gives_way(small: Serving) -> None:
    with ThreadPoolExecutor() as pool:
        long = pool.submit(small.sparql, endless(), "text/csv")
        seen = set()
        while not long.done():
            for worker in members(small.process.pid)[1:]:
                try:
                    seen.add(niceness(worker))
                except (IndexError, OSError):
                    continue
            time.sleep(0.05)
    assert max(seen) == 19


def test_a_query_that_was_long_starts_as_one(small: Serving) -> None:
    refused(small.sparql(endless(), "text/csv"), 422, "limit/time")
    refused(small.sparql(endless(), "text/csv"), 422, "limit/time")


@pytest.mark.parametrize(
    "media",
    ["text/csv", "text/tab-separated-values", "application/sparql-results+xml", "application/sparql-results+json"],
)
def test_row_separators_inside_strings_do_not_count(small: Serving, media: str) -> None:
    ends = r'"\n},{<result>[{\n\n},{},{\",\"\r\n"'
    rows = "SELECT * {{ VALUES ?n {{ {} }} BIND({} AS ?text) }}"
    fifty = small.sparql(rows.format(" ".join(map(str, range(50))), ends), media)
    assert fifty.status == 200, fifty.text
    refused(small.sparql(rows.format(" ".join(map(str, range(51))), ends), media), 422, "limit/rows")


def test_triples_are_counted(small: Serving) -> None:
    refused(small.sparql("CONSTRUCT WHERE { ?s ?p ?o }", "text/turtle"), 422, "limit/rows")
    assert small.sparql("CONSTRUCT { ?s ?p ?o } WHERE { SELECT * { ?s ?p ?o } LIMIT 50 }", "text/turtle").status == 200


def test_bytes_are_counted(small: Serving) -> None:
    large = f"SELECT (REPLACE(\"{'a' * 1200}\", 'a', '{'b' * 1000}') AS ?text) {{}}"
    refused(small.sparql(large, "text/csv"), 422, "limit/rows")


def test_a_query_that_needs_too_much_memory_is_stopped(toy: Path) -> None:
    with serving("--no-site", "--quiet", "--max-memory", "64", root=toy) as server:
        first = holder(server)
        hungry = "SELECT DISTINCT * { ?a ?p ?b . ?c ?q ?d } ORDER BY DESC(CONCAT(STR(?b), STR(?d)))"
        refused(server.sparql(hungry, "text/csv"), 422, "limit/memory")
        assert server.sparql(QUICK, "text/csv").status == 200
        settled(server)
        assert holder(server) == first


@pytest.mark.parametrize("query", [
    "ASK { FILTER(" + "1 + " * 10_000 + "1 > 0) }",
    "ASK { ?s " + "<a:b>/" * 10_000 + "<a:b> ?o }",
    "ASK { FILTER(" + "true || " * 10_000 + "true) }",
], ids=["sum", "path", "or"])  # fmt: skip
def test_a_query_that_breaks_the_engine_does_not_affect_others(server: Serving, query: str) -> None:
    first = holder(server)
    with ThreadPoolExecutor() as pool:
        breaking = [pool.submit(server.sparql, f"{query} # {number}", "text/csv") for number in range(4)]
        others = [pool.submit(server.sparql, QUICK, "text/csv") for _ in range(20)]
        assert {other.result().status for other in others} == {200}
        for broken in breaking:
            if broken.result().status != 200:  # an engine that copes with it answers
                refused(broken.result(), 422, "engine/crash")
    assert holder(server) == first
    settled(server)


def test_a_body_that_is_too_large_is_refused_before_it_is_read(small: Serving) -> None:
    refused(small.sparql(f"ASK {{}} #{'x' * 5000}"), 413, "limit/body")
    with raw(small) as connection:
        connection.sendall(
            b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\n"
            b"Content-Length: 10000000000\r\n\r\n"
        )
        assert connection.recv(65536).startswith(b"HTTP/1.1 413")
    with raw(small) as connection:  # without Content-Length
        connection.sendall(
            b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n" + b"1000\r\n" + b"x" * 4096 + b"\r\n10\r\nxxxx"
        )
        assert connection.recv(65536).startswith(b"HTTP/1.1 413")


def raw(server: Serving) -> socket.socket:
    address = urlsplit(server.url)
    return socket.create_connection((address.hostname or "", address.port or 0), timeout=30)


def test_too_many_long_queries_get_429_with_retry_after(small: Serving) -> None:
    with ThreadPoolExecutor(12) as pool:
        asked = [pool.submit(small.sparql, endless(number), "text/csv") for number in range(12)]
        found = [one.result() for one in asked]
    busy = [one for one in found if one.status in (429, 503)]
    assert len(busy) >= 8
    for one in busy:
        assert int(one.headers["Retry-After"]) > 0
    assert {one.status for one in found} <= {422, 429, 503}
    assert any(one.status == 429 and "[limit/queries]" in one.text for one in busy)
    settled(small)


def test_a_query_ends_when_its_client_leaves(toy: Path) -> None:
    with serving("--no-site", "--quiet", "--timeout", "600", root=toy) as server:
        leave_queries(server)


def leave_queries(small: Serving) -> None:
    before, opened = holder(small), handles(small.process.pid)
    for number in range(8):
        with raw(small) as connection:
            query = endless(number).encode()
            connection.sendall(
                b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\n"
                b"Content-Length: %d\r\n\r\n" % len(query) + query
            )
            if number % 2:
                time.sleep(0.3)  # the other clients leave while their worker is being forked
    settled(small)
    assert small.sparql(QUICK, "text/csv").status == 200
    assert holder(small) == before
    assert handles(small.process.pid) < opened + 10


def test_each_client_gets_its_own_answer_when_others_leave(small: Serving) -> None:
    """Workers are forked one after the other; a client that leaves meanwhile must not shift them."""

    def leave(number: int) -> None:
        with raw(small) as connection:
            query = b"ASK {} # %d" % number
            connection.sendall(
                b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\n"
                b"Content-Length: %d\r\n\r\n" % len(query) + query
            )

    with ThreadPoolExecutor(8) as pool:
        leaving = [pool.submit(leave, number) for number in range(60)]
        asked = {number: pool.submit(small.sparql, f"SELECT ({number} AS ?n) {{}}", "text/csv") for number in range(40)}
        assert {number: found.result().text for number, found in asked.items()} == {
            number: f"n\r\n{number}\r\n" for number in asked
        }
        for left in leaving:
            left.result()
    settled(small)


# --- connections ---


def test_idle_connections_do_not_lock_others_out(server: Serving) -> None:
    idle = []
    try:
        for _ in range(1300):
            idle.append(raw(server))
        for _ in range(5):
            assert server.sparql(QUICK, "text/csv").status == 200
        assert handles(server.process.pid) < 1200
    finally:
        for connection in idle:
            connection.close()


def until_end(connection: socket.socket) -> bytes:
    """A response with a body of JSON, which may come in pieces."""
    found = b""
    while not found.endswith(b"}"):
        piece = connection.recv(65536)
        assert piece, found
        found += piece
    return found


def test_a_connection_is_kept_while_others_come_and_go(server: Serving) -> None:
    idle = []
    with raw(server) as kept:
        ask = b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
        kept.sendall(ask)
        assert b"alive" in until_end(kept)
        try:
            for _ in range(1300):
                idle.append(raw(server))
            kept.sendall(ask)
            assert b"alive" in until_end(kept)
        finally:
            for connection in idle:
                connection.close()
