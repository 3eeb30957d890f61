"""A server started with `kg serve`, for the tests that send it requests."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from urllib.error import HTTPError
from urllib.parse import urlencode


@dataclass(frozen=True)
class Response:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


class _NotFollowed(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NotFollowed)


@dataclass
class Serving:
    """A running `kg serve`."""

    url: str
    process: subprocess.Popen[str]
    log: list[str] = field(default_factory=list)
    """The lines written to stderr."""

    def ask(
        self, path: str, data: bytes | None = None, method: str | None = None, timeout: float = 60, **headers: str
    ) -> Response:
        """A request to a path; `Content_Type="…"` is a header."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(self.url + path, data, named, method=method)  # noqa: S310 - it is ours
        try:
            with _OPENER.open(request, timeout=timeout) as response:
                return Response(response.status, response.headers, response.read())
        except HTTPError as error:
            with error:
                return Response(error.code, error.headers, error.read())

    def sparql(
        self, query: str, accept: str = "application/sparql-results+json", timeout: float = 60, **more: str
    ) -> Response:
        """A query, posted as a form."""
        return self.ask("/sparql", urlencode({"query": query, **more}).encode(), Accept=accept, timeout=timeout)


@contextmanager
def serving(
    *arguments: str | Path, root: Path | None = None, environment: Mapping[str, str] | None = None, ready: bool = True
) -> Iterator[Serving]:
    """Runs `kg serve` on a free port until the block ends, and waits until it is ready, or only until it listens."""
    command = [
        sys.executable,
        "-c",
        "from kg.cli import main; main()",
        *(["--root", str(root)] if root else []),
        "serve",
        "--port",
        "0",
        *map(str, arguments),
    ]
    process = subprocess.Popen(
        command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, env=os.environ | dict(environment or {})
    )
    try:
        server = Serving("", process)
        assert process.stderr is not None
        for line in process.stderr:
            server.log.append(line)
            if found := re.match(r"(?:listening on )?(http://[^\s/;]+)", line):
                server.url = found[1]
                break
        assert server.url, "".join(server.log)
        Thread(target=lambda: server.log.extend(process.stderr or ()), daemon=True).start()
        if ready:
            wait_until_ready(server)
        yield server
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def until(happened: Callable[[], bool], what: str, seconds: float = 600) -> None:
    """Waits for a condition. The time is only a limit for a server that hangs: a loaded machine may be slow."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, what
        time.sleep(0.05)


def wait_for_pages(server: Serving) -> None:
    """Waits until the site of the graph is made."""
    wait_until_ready(server, path="/index.html")


def wait_until_ready(server: Serving, seconds: float = 600, path: str = "/ready") -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if server.ask(path).status == 200:
                return
        except OSError:
            pass
        if server.process.poll() is not None:
            break
        time.sleep(0.05)
    raise AssertionError("the server is not ready: " + "".join(server.log))
