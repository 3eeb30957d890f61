"""Services for tests: a real SPARQL server on this machine, and a listener that records its requests."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs
from urllib.request import Request, urlopen

RESULTS = "application/sparql-results+json"
NOTHING = b'{"head": {"vars": []}, "results": {"bindings": []}}'


@contextmanager
def sparql_server(turtle: str) -> Iterator[str]:
    """The address of an Oxigraph server with these triples."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).parent / "oxigraph"), "serve", "--bind", f"127.0.0.1:{port}"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as server:
        try:
            _wait_for(port)
            request = Request(f"http://127.0.0.1:{port}/store?default", data=turtle.encode(), method="POST",
                              headers={"Content-Type": "text/turtle"})  # fmt: skip
            with urlopen(request, timeout=30) as answer:  # noqa: S310 - this machine
                assert answer.status in (201, 204)
            yield f"http://127.0.0.1:{port}/query"
        finally:
            server.terminate()


def _wait_for(port: int) -> None:
    for _ in range(600):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise AssertionError("the SPARQL server does not start")


@dataclass
class Listener:
    """The address of a listener, and the requests that it has received."""

    url: str
    asked: list[str] = field(default_factory=list)
    """The SPARQL of each request."""
    headers: list[dict[str, str]] = field(default_factory=list)


Behaviour = Callable[[BaseHTTPRequestHandler, bytes], None]
"""Answers a request with this body."""


@contextmanager
def listening(behave: Behaviour) -> Iterator[Listener]:
    """A server that records each request and then calls `behave`."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            listener.asked.append(parse_qs(body.decode())["query"][0])
            listener.headers.append(dict(self.headers))
            with suppress(OSError):  # the client may have disconnected
                behave(self, body)

        def do_GET(self) -> None:
            listener.asked.append(f"GET {self.path}")
            behave(self, b"")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    listener = Listener(f"http://127.0.0.1:{server.server_port}/sparql")
    thread = threading.Thread(target=server.serve_forever, args=[0.02], daemon=True)
    thread.start()
    try:
        yield listener
    finally:
        server.shutdown()
        server.server_close()


def answering(data: bytes = NOTHING, status: int = 200, kind: str = RESULTS, **headers: str) -> Behaviour:
    """Always this response; names of headers are written with `_` instead of `-`."""

    def behave(handler: BaseHTTPRequestHandler, _: bytes) -> None:
        handler.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(data)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(data)

    return behave


def passing_on(url: str) -> Behaviour:
    """The response of the server at `url`."""

    def behave(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        kept = {name: handler.headers[name] for name in ("Accept", "Content-Type")}
        with urlopen(Request(url, data=body, headers=kept), timeout=30) as answer:  # noqa: S310 - this machine
            answering(answer.read(), kind=answer.headers["Content-Type"])(handler, b"")

    return behave
