"""`kg serve` under load: the query library with 1, 8 and 32 clients, compared with Oxigraph; then a hostile client.

    python -m benchmarks.serve_load [REVIEW] [--seconds 20] [--against CHECKOUT] [--hostile 300] [--quick]

REVIEW is a built review, by default this repository. Every query of the library with its example parameters is sent as
SPARQL by clients that send one request after the other on an open connection, each in its own order. The same text is
sent to `oxigraph serve` (PyPI `oxigraph`), which has the same graph in memory, with its union as the default graph, and
to `kg serve` of another checkout. `kg serve` is measured with its cache, without it, and with texts of which each is
new, so that nothing is known about a query. A server that always returns the same bytes shows the cost of the clients
themselves. `--seconds` is the time for each number of clients and server; `--most` leaves out queries that the engine
needs more milliseconds for. MiB is the memory of all processes of a server (PSS) at the end of the time.

Then eight clients send queries without and with a hostile client (hostile.py), which uses their address and another
one, for `--hostile` seconds, and a fifth of that time before and after. In reality it would have its own machine, so
its own work has a lower priority here (`--niceness`) than the work that it causes. The exit code is 1 if the p99 of the
eight is more than three times the p99 without it, if one of their requests failed, or if the server was damaged: its
processes, memory or file handles.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import socket
import socketserver
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from itertools import count
from pathlib import Path
from statistics import quantiles
from threading import Barrier, Event, Thread
from urllib.parse import urlsplit

import pyoxigraph as ox

from kg.api import KnowledgeGraph
from kg.core.layers import shipped
from kg.core.problems import UsageError
from kg.server.settings import Limits
from kg.store.portable import portable
from kg.store.sparql_text import has_service
from tests.server.processes import family, handles, members, memory
from tests.server.serving import Serving, serving

_NUMBERS = count()
MOST = 3.0
CLIENTS = 8
HEADERS = {"Content-Type": "application/sparql-query", "Accept": "application/sparql-results+json"}
ADDRESSES = ("127.0.0.1", "127.0.0.2")
"""The address of all clients, and a second one of the hostile client."""


def library(review: Path) -> dict[str, str]:
    """The SPARQL of each named query with its example parameters."""
    graph = KnowledgeGraph.open(review)
    found = {}
    for query in graph.queries:
        values = {parameter.name: parameter.example for parameter in query.parameters if parameter.example}
        try:
            sparql = query.bind(query.terms(values, graph.lookup))
        except UsageError:  # a made-up review lacks what the example names
            continue
        if not has_service(sparql):  # federated queries contact other endpoints
            found[query.name] = portable(sparql)
    return found


# --- clients ---


@dataclass
class Asked:
    """Seconds of each request by query, and the failures."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    failed: Counter[str] = field(default_factory=Counter)

    @property
    def all(self) -> list[float]:
        return [second for seconds in self.seconds.values() for second in seconds]

    def percentile(self, which: int) -> float:
        found = self.all
        return quantiles(found, n=100, method="inclusive")[which - 1] if len(found) > 1 else float("nan")


def load(url: str, queries: Mapping[str, str], clients: int, seconds: float, *, new: bool = False) -> Asked:
    """Runs this number of clients for so many seconds; with `new`, no text is sent twice."""
    asked, stop, start = Asked({name: [] for name in queries}), Event(), Barrier(clients + 1)
    given = (queries, asked, start, stop, new)
    threads = [Thread(target=_client, args=(url, number, *given)) for number in range(clients)]
    for thread in threads:
        thread.start()
    start.wait()
    time.sleep(seconds)
    stop.set()
    for thread in threads:
        thread.join()
    return asked


def _client(
    url: str, number: int, queries: Mapping[str, str], asked: Asked, start: Barrier, stop: Event, new: bool
) -> None:
    order, address = list(queries), urlsplit(url)
    random.Random(number).shuffle(order)  # noqa: S311 - not a secret
    connection = HTTPConnection(address.netloc, timeout=120)
    start.wait()
    while True:
        for name in order:
            if stop.is_set():
                connection.close()
                return
            text = f"{queries[name]}\n# {next(_NUMBERS)}" if new else queries[name]
            begin = time.perf_counter()
            try:
                connection.request("POST", address.path, text.encode(), HEADERS)
                response = connection.getresponse()
                response.read()
                status = str(response.status)
            except (OSError, HTTPException) as error:
                status = type(error).__name__
                connection.close()
            if status == "200":
                asked.seconds[name].append(time.perf_counter() - begin)
            else:
                asked.failed[f"{name}: {status}"] += 1


# --- servers ---


class _Null(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True

    def handle(self) -> None:
        while self.rfile.readline():
            length = 0
            while (line := self.rfile.readline()) not in (b"\r\n", b""):
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            self.rfile.read(length)
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + b" " * 1000)


@contextlib.contextmanager
def null_server() -> Iterator[str]:
    """A server that always returns the same bytes, in its own process."""
    program = (
        "from benchmarks.serve_load import _Null\nimport socketserver\n"
        "class Server(socketserver.ThreadingTCPServer):\n  daemon_threads = True\n  request_queue_size = 64\n"
        "server = Server(('127.0.0.1', 0), _Null)\nprint(server.server_address[1], flush=True)\n"
        "server.serve_forever()"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - ours
        assert process.stdout  # noqa: S101
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}/"
        finally:
            process.kill()


@contextlib.contextmanager
def oxigraph_server(quads: Path) -> Iterator[tuple[str, int]]:
    """Oxigraph's server in memory, with the named graphs and their union as the default graph; its address and pid."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    store = ox.Store()
    store.bulk_load(path=str(quads), format=ox.RdfFormat.N_QUADS)
    store.update("INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }")
    data = store.dump(format=ox.RdfFormat.N_QUADS) or b""
    program = str(Path(sys.executable).parent / "oxigraph")
    with subprocess.Popen([program, "serve", "--bind", f"127.0.0.1:{port}"], stderr=subprocess.DEVNULL) as process:  # noqa: S603
        try:
            for _ in range(100):
                with contextlib.suppress(OSError):
                    socket.create_connection(("127.0.0.1", port)).close()
                    break
                time.sleep(0.1)
            connection = HTTPConnection("127.0.0.1", port, timeout=120)
            connection.request("POST", "/store", data, {"Content-Type": "application/n-quads"})
            response = connection.getresponse()
            response.read()
            assert response.status // 100 == 2, response.status  # noqa: S101
            yield f"http://127.0.0.1:{port}/query", process.pid
        finally:
            process.kill()


# --- measurements ---


def row(name: str, clients: int, asked: Asked, pid: int = 0) -> None:
    answered, seconds = len(asked.all), asked.percentile
    worst = max(
        asked.seconds,
        key=lambda key: quantiles(asked.seconds[key] or [0.0, 0.0], n=2)[0] if len(asked.seconds[key]) > 1 else 0.0,
    )
    used = sum(memory(one, "Pss") for one in (pid, *members(pid))) if pid else 0
    failed = f"   FAILED {sum(asked.failed.values())}: {asked.failed.most_common(3)}" if asked.failed else ""
    print(
        f"{name:22} {clients:7} {answered:9,} {seconds(50) * 1000:9.1f} {seconds(99) * 1000:9.1f} {used:6.0f}   "
        f"{worst}{failed}",
        flush=True,
    )


def compare(review: Path, queries: Mapping[str, str], seconds: float, against: Path | None) -> bool:
    """Prints the table of the servers with 1, 8 and 32 clients and returns whether every request was answered.

    The servers take turns, so that other work on the machine affects all of them.
    """
    print(f"{'server':22} {'clients':>7} {'requests':>9} {'p50 ms':>9} {'p99 ms':>9} {'MiB':>6}   slowest query")
    failed = 0
    quads = review / "build" / "graph.nq"
    options = ("--no-site", "--quiet", "--timeout", "120", "--graph", quads)
    with contextlib.ExitStack() as stack:
        ours, bare = (stack.enter_context(serving(*options, *more)) for more in ((), ("--cache", "0")))
        theirs, pid = stack.enter_context(oxigraph_server(quads))
        servers = {"oxigraph serve": (theirs, pid, False)}
        for name, one, new in (
            ("kg serve", ours, False),
            ("without its cache", bare, False),
            ("new texts", bare, True),
        ):
            servers[name] = (f"{one.url}/sparql", one.process.pid, new)
        if against:
            place = {"PYTHONPATH": str(against.resolve()), "PYTHONSAFEPATH": "1"}
            other = stack.enter_context(serving(*options, environment=place))
            servers[f"kg serve of {against.name}"] = (f"{other.url}/sparql", other.process.pid, False)
        servers["clients alone"] = (stack.enter_context(null_server()), 0, False)
        for url, _, new in servers.values():
            load(url, queries, 2, min(seconds, 2), new=new)
        for clients in (1, CLIENTS, 32):
            for name, (url, pid, new) in servers.items():
                asked = load(url, queries, clients, seconds, new=new)
                failed += sum(asked.failed.values())
                row(name, clients, asked, pid)
    return not failed


def quick_ones(review: Path, queries: Mapping[str, str], most: float) -> dict[str, str]:
    """The queries for which the engine itself needs at most so many milliseconds."""
    store, found = ox.Store(), {}
    store.bulk_load(path=str(review / "build" / "graph.nq"), format=ox.RdfFormat.N_QUADS)
    store.update("INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }")
    for name, sparql in queries.items():
        begin = time.process_time()
        list(answer) if isinstance(answer := store.query(sparql), Iterable) else bool(answer)
        if (time.process_time() - begin) * 1000 <= most:
            found[name] = sparql
    print(f"{len(found)} of {len(queries)} queries take the engine at most {most:g} ms")
    return found


@contextlib.contextmanager
def hostile(server: Serving, seconds: float, niceness: int) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "benchmarks.hostile", server.url, str(seconds), str(niceness), *ADDRESSES]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - ours
        try:
            yield process
        finally:
            process.terminate()


def with_a_hostile_client(review: Path, queries: Mapping[str, str], seconds: float, niceness: int) -> bool:
    """Returns whether the eight clients get their answers in time and the server is undamaged."""
    print(f"\n{'together with':22} {'clients':>7} {'requests':>9} {'p50 ms':>9} {'p99 ms':>9}   slowest query")
    with serving("--no-site", "--quiet", root=review) as server:
        url, pid = f"{server.url}/sparql", server.process.pid
        load(url, queries, CLIENTS, min(seconds / 5, 3))
        holder = family(pid)[pid][0]
        size, opened = memory(pid), handles(pid)
        before = load(url, queries, CLIENTS, seconds / 5)
        row("no other, before", CLIENTS, before)
        with hostile(server, seconds + 3, niceness) as attack:
            time.sleep(2)
            peak = Peak(pid)
            during = load(url, queries, CLIENTS, seconds - 1)
            peak.stop()
            report = attack.communicate(timeout=60)[0]
        row("a hostile client", CLIENTS, during)
        time.sleep(5)
        after = load(url, queries, CLIENTS, seconds / 5)
        row("no other, after", CLIENTS, after)
        ratio = during.percentile(99) / min(before.percentile(99), after.percentile(99))
        print(report, end="")
        print(
            f"p99 with it is {ratio:.2f} times the p99 without it (p50: "
            f"{during.percentile(50) / before.percentile(50):.2f} times)"
        )
        left = family(pid)
        workers = len(left.get(holder, []))
        print(
            f"server: {'alive' if server.process.poll() is None else 'DEAD'}; forker: "
            f"{'the same' if left.get(pid) == [holder] else f'ANOTHER: {left.get(pid)}, was {holder}'}; "
            f"workers left: {workers}; memory of the server {size:.0f} → {memory(pid):.0f} MiB; "
            f"handles {opened} → {handles(pid)}"
        )
        print(
            f"at most: {peak.workers} workers, {peak.memory:.0f} MiB of memory of all processes, "
            f"{peak.handles} handles",
            flush=True,
        )
        whole = (
            server.process.poll() is None
            and left.get(pid) == [holder]
            and workers <= 2 * Limits().at_once
            and memory(pid) < size + 200
            and handles(pid) < opened + 50
        )
    return whole and ratio <= MOST and not (before.failed or during.failed or after.failed)


class Peak:
    """The maximum use of the processes of a server."""

    def __init__(self, pid: int) -> None:
        self.workers, self.memory, self.handles = 0, 0.0, 0
        self._pid, self._stop = pid, Event()
        self._thread = Thread(target=self._watch)
        self._thread.start()

    def _watch(self) -> None:
        while not self._stop.wait(0.5):
            below = family(self._pid)
            workers = [worker for holder in below.get(self._pid, []) for worker in below.get(holder, [])]
            self.workers = max(self.workers, len(workers))
            self.memory = max(self.memory, sum(map(memory, [self._pid, *below.get(self._pid, []), *workers])))
            self.handles = max(self.handles, handles(self._pid))

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("review", nargs="?", type=Path, default=shipped("bib").parent)
    parser.add_argument("--seconds", type=float, default=20, help="for each server and number of clients (0: none)")
    parser.add_argument("--against", type=Path, help="another checkout of this repository")
    parser.add_argument("--most", type=float, help="milliseconds of the engine for a query")
    parser.add_argument("--hostile", type=float, default=300, help="seconds of the hostile client (0: none)")
    parser.add_argument("--niceness", type=int, default=10, help="of the hostile client, 0 to 19")
    parser.add_argument("--quick", action="store_true", help="2 and 20 seconds, to test that it runs")
    given = parser.parse_args()
    seconds, attack = (2, 20) if given.quick else (given.seconds, given.hostile)
    queries = library(given.review)
    if given.most:
        queries = quick_ones(given.review, queries, given.most)
    good = not seconds or compare(given.review, queries, seconds, given.against)
    good = (not attack or with_a_hostile_client(given.review, queries, attack, given.niceness)) and good
    return int(not good)


if __name__ == "__main__":
    sys.exit(main())
