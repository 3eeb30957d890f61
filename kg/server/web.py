"""What this server does differently from uvicorn: strict request heads of limited size, and how it starts and stops."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from kg.core.problems import KgError
from kg.core.progress import Progress
from kg.server.loading import Loader
from kg.server.messages import Refusal

_HEAD = 64 * 1024
"""Bytes that the head of a request may have."""
_INVALID = Refusal(400, "request/http", "the request is not valid HTTP")
_LONG_TARGET = Refusal(414, "limit/target", f"the address is longer than {_HEAD // 1024} KiB", "send the query by POST")
_LARGE_HEAD = Refusal(431, "limit/head", f"the head of the request is larger than {_HEAD // 1024} KiB", "send less")
_ABSOLUTE = re.compile(rb"https?://([^/?#]+)(.*)", re.I | re.S)
_INTERIM = b"HTTP/1.1 100 Continue\r\n\r\n"
_FIRST = 0.1
"""Seconds until a half-closed client is asked whether it reads."""
_GRACE = 1.0
"""Seconds that running queries have to end by themselves when the server stops."""


class HttpProtocol(HttpToolsProtocol):
    """HTTP as uvicorn reads it, and what it leaves out: a limit for heads, absolute addresses, half-closed clients.

    A request that is not valid is refused after the answers to those before it on the same connection.
    """

    transport: Any
    """That of `Connection`, which knows how to refuse a request that has no valid head."""
    _head = -1
    """Bytes of the head that is arriving; -1 between two heads."""
    _why = _INVALID
    """Why the request that is arriving is refused, if the parser says that it is not valid."""

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._head >= 0 and self.parser is not None:
            self._head += len(data)
            if self._head > _HEAD:
                self._refuse(self._too_large)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head = 0

    def on_headers_complete(self) -> None:
        if len(self.url) + sum(len(name) + len(value) for name, value in self.headers) > _HEAD:
            self._why = self._too_large
            raise ValueError(self._why.message)  # the parser passes it on as invalid HTTP
        if not self.url.startswith(b"/"):
            self._relate()
        super().on_headers_complete()
        self._head = -1

    def _relate(self) -> None:
        """Gives an absolute address the usual form: its host has precedence over the header (RFC 9112, section 3.2.2).

        Raises:
            ValueError: if it is no address of HTTP.
        """
        found = _ABSOLUTE.fullmatch(self.url)
        if found:
            self.headers[:] = [(name, found[1] if name == b"host" else value) for name, value in self.headers]
        elif self.url != b"*" or self.parser.get_method() != b"OPTIONS":
            raise ValueError("the address is not valid")
        rest = found[2] if found else b""
        self.url = rest if rest.startswith(b"/") else b"/" + rest

    def stays_open(self) -> bool:
        """Whether a connection stays open whose client sends no more: it may still read the answers."""
        cycle = self.cycle
        if cycle is None or cycle.response_complete or cycle.more_body or cycle.scope["http_version"] == "1.0":
            return False
        cycle.keep_alive = False
        if not self.pipeline:
            self.loop.call_later(_FIRST, self._ask_whether_it_reads, cycle, 2 * _FIRST)
        return True

    def _ask_whether_it_reads(self, cycle: RequestResponseCycle, seconds: float) -> None:
        """Sends a client an interim response, as often as it takes until the system says that it has left.

        One that has closed the connection completely looks the same until something is sent to it.
        """
        if not (cycle.response_started or cycle.disconnected):
            self.transport.write(_INTERIM)
            self.loop.call_later(seconds, self._ask_whether_it_reads, cycle, 2 * seconds)

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - this says more
        self._refuse(self._why)

    @property
    def _too_large(self) -> Refusal:
        return _LONG_TARGET if len(self.url) > _HEAD else _LARGE_HEAD

    def _refuse(self, refusal: Refusal) -> None:
        cycle = self.cycle
        if cycle is None or cycle.response_complete or (cycle.more_body and not self.pipeline):
            self.transport.refuse(refusal)
        else:  # the last valid request; its answer comes first, and then the end
            cycle.keep_alive = False
            self.flow.pause_reading()


class WebServer(uvicorn.Server):
    """Listens at once, then loads the graph, and serves until it is stopped or the graph cannot be loaded."""

    def __init__(
        self,
        config: uvicorn.Config,
        loader: Loader,
        url: str,
        base_url: str,
        say: Callable[[str], None],
        waiting: Callable[[], AbstractContextManager[Progress]],
    ) -> None:
        super().__init__(config)
        self._loader, self._url, self._say, self._waiting = loader, url, say, waiting
        self._public = base_url or f"{url}/"
        self.failure: KgError | None = None
        """Why the graph could not be loaded."""

    async def main_loop(self) -> None:
        loading = asyncio.create_task(self._load())
        try:
            await super().main_loop()
        finally:
            loading.cancel()
            with suppress(asyncio.CancelledError):
                await loading

    async def _load(self) -> None:
        self._say(f"listening on {self._url}; the graph is being loaded")
        try:
            with self._waiting() as progress:
                await self._loader.first(progress)
        except KgError as error:
            self.failure, self.should_exit = error, True
            return
        self._say(f"{self._public}sparql answers SPARQL 1.1 queries; Ctrl-C ends it")
        await self._loader.keep()

    async def shutdown(self, sockets: Any = None) -> None:
        """Takes no new requests; queries that run a moment later are ended with 503."""
        ending = asyncio.get_running_loop().call_later(_GRACE, self._loader.pool.stop)
        try:
            await super().shutdown(sockets)
        finally:
            ending.cancel()
