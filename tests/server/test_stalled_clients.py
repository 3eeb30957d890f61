"""Clients that do not read their answers: they are disconnected, and what waits for them has a limit."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.server.serving import Serving, serving, until

ROWS = 16
NUMBERS = " ".join(map(str, range(ROWS)))
TEXT = f"REPLACE(\"{'a' * 1200}\", 'a', '{'b' * 1000}')"
LARGE = f"SELECT ?n ({TEXT} AS ?text) {{ VALUES ?n {{ {NUMBERS} }} }}"
"""A query whose answer has 19 MB, more than the buffers of the system."""
LENGTH = ROWS * 1_200_000


def stalled(server: Serving) -> socket.socket:
    """A client that asks and does not read."""
    address = urlsplit(server.url)
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.settimeout(120)
    client.connect((address.hostname, address.port))
    head = "POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\nAccept: text/csv\r\n"
    client.sendall(f"{head}Content-Length: {len(LARGE)}\r\n\r\n{LARGE}".encode())
    return client


def connections(server: Serving) -> int:
    """How many connections to the server are established, by the table of the system (proc(5), /proc/net/tcp)."""
    lines = [line.split() for line in Path("/proc/net/tcp").read_text("ascii").splitlines()[1:]]
    end = f":{urlsplit(server.url).port:04X}"
    return sum(local.endswith(end) and state == "01" for _, local, _, state, *_ in lines)


def answered(client: socket.socket) -> int:
    """The bytes that it can read until its connection ends, or until it has its answer."""
    found = 0
    try:
        while found < LENGTH and (data := client.recv(1 << 20)):
            found += len(data)
    except ConnectionError:
        pass
    return found


def test_a_client_that_takes_nothing_is_disconnected(toy: Path) -> None:
    with serving("--no-site", "--quiet", "--send-timeout", "1", root=toy) as server, ExitStack() as stack:
        clients = [stack.enter_context(stalled(server)) for _ in range(5)]
        whole = server.sparql(LARGE, "text/csv")
        assert len(whole.body) > LENGTH
        until(lambda: connections(server) == 0, "they are still connected")
        assert all(answered(client) < LENGTH for client in clients)
        assert server.sparql("ASK {}").status == 200


@pytest.fixture
def small(toy: Path) -> Iterator[Serving]:
    """A server that keeps at most 50 MiB for clients that do not read, for as long as they like."""
    with serving("--no-site", "--quiet", "--send-timeout", "600", "--max-unsent", "50", root=toy) as found:
        yield found


def test_what_waits_for_all_clients_together_is_limited(small: Serving) -> None:
    with ExitStack() as stack:
        clients = []
        for _ in range(8):
            clients.append(stack.enter_context(stalled(small)))
            clients[-1].recv(1)  # the answer is there
        assert len(small.sparql(LARGE, "text/csv").body) > LENGTH  # who reads is not disconnected
        complete = sum(answered(client) >= LENGTH for client in clients)
        assert 1 <= complete <= 2
        assert small.sparql("ASK {}").status == 200
