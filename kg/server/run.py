"""Starts a server and runs it until it is interrupted."""

from __future__ import annotations

import os
import signal
import socket
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from kg.core.extras import need
from kg.core.problems import UsageError
from kg.server.settings import ServerSettings

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from kg.core.progress import Progress

    Waiting = Callable[[], AbstractContextManager[Progress]]

_MOST = 1000
"""Connections at once."""
_SPARE = 800
"""File handles for everything else: connections just accepted or just closed, and workers."""


def serve(settings: ServerSettings, title: str, say: Callable[[str], None], waiting: Waiting) -> None:
    """Runs a server until it gets SIGINT or SIGTERM.

    Args:
        settings: The settings of the server.
        title: The title of its pages.
        say: Prints a line.
        waiting: Reports the progress of loading the graph.

    Raises:
        UsageError: if the system cannot fork, a library is not installed, or the address cannot be used.
        KgError: if the graph cannot be loaded.
    """
    if sys.platform == "win32":
        raise UsageError("kg serve needs Linux, macOS or WSL: it forks a process for each query")
    if os.getpid() == 1:  # in a container, where a signal without a handler is ignored
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    for library in ("starlette", "uvicorn", "httptools", "uvloop"):
        need(library)
    import uvicorn

    from kg.server.app import application
    from kg.server.connections import Connections
    from kg.server.loading import Loader
    from kg.server.pool import Pool
    from kg.server.web import HttpProtocol, WebServer

    pool = Pool(settings.limits)
    loader = Loader(settings, pool)
    loader.check()
    most, listening = _handles(), listen(settings)
    connections = Connections(application(settings, pool, title), HttpProtocol, most, settings.limits)
    quiet: Any = {"log_level": "critical", "access_log": False, "server_header": False, "proxy_headers": False}
    limits: Any = {"timeout_keep_alive": 15, "backlog": 512, "timeout_graceful_shutdown": 2, "loop": "uvloop"}
    limits["http"] = connections.protocol
    config = uvicorn.Config(connections, ws="none", **quiet, **limits)
    host, port = f"[{settings.host}]" if ":" in settings.host else settings.host, listening.getsockname()[1]
    server = WebServer(config, loader, f"http://{host}:{port}", settings.base_url, say, waiting)
    with suppress(KeyboardInterrupt):  # uvicorn raises it once more after it has ended
        server.run(sockets=[listening])
    if server.failure:
        raise server.failure


def listen(settings: ServerSettings, hint: str = "try another --port, or --port 0 for any free one") -> socket.socket:
    """A socket that listens on the address of the settings; `hint` is for an address that cannot be used.

    Raises:
        UsageError: if the address cannot be used.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0]
        # With the protocol named, asyncio sends small answers at once (TCP_NODELAY) and not 40 ms later.
        listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
    except OSError as error:
        place = f"{settings.host} port {settings.port}"
        raise UsageError(f"cannot listen on {place}: {error.strerror}; {hint}") from error
    return listening


def _handles() -> int:
    """The number of connections that leave enough file handles for everything else."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST + _SPARE
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(ValueError, OSError):
            soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return _MOST if soft == resource.RLIM_INFINITY else max(8, min(_MOST, soft - _SPARE))
