"""What this server does differently from uvicorn: strict request heads of limited size, and how it starts and stops."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from kg.core.problems import KgError
from kg.core.progress import Progress
from kg.server.loading import Loader

_HEAD = 64 * 1024
"""Bytes that the head of a request may have."""
_GRACE = 1.0
"""Seconds that running queries have to end by themselves when the server stops."""


class HttpProtocol(HttpToolsProtocol):
    """HTTP as uvicorn reads it, which also refuses what its parser lets pass: no Host, several, or an endless head.

    A request that is not valid is refused after the answers to those before it on the same connection.
    """

    _head = -1
    """Bytes of the head that is arriving; -1 between two heads."""

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._head >= 0 and self.parser is not None:
            self._head += len(data)
            if self._head > _HEAD:
                self.send_400_response("too large")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head = 0

    def on_headers_complete(self) -> None:
        size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        hosts, version = sum(name == b"host" for name, _ in self.headers), self.parser.get_http_version()
        if size > _HEAD or version not in ("1.0", "1.1") or hosts > 1 or (not hosts and version == "1.1"):
            raise ValueError("the head of the request is not valid")  # the parser gives it on as invalid HTTP
        super().on_headers_complete()
        self._head = -1

    def send_400_response(self, msg: str) -> None:
        cycle = self.pipeline[0][0] if self.pipeline else self.cycle
        if cycle is None or cycle.response_complete or (cycle.more_body and not self.pipeline):
            super().send_400_response(msg)
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
        say: Callable[[str], None],
        waiting: Callable[[], AbstractContextManager[Progress]],
    ) -> None:
        super().__init__(config)
        self._loader, self._url, self._say, self._waiting = loader, url, say, waiting
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
        self._say(f"{self._url}/sparql answers SPARQL 1.1 queries; Ctrl-C ends it")
        await self._loader.keep()

    async def shutdown(self, sockets: Any = None) -> None:
        """Takes no new requests; queries that run a moment later are ended with 503."""
        ending = asyncio.get_running_loop().call_later(_GRACE, self._loader.pool.stop)
        try:
            await super().shutdown(sockets)
        finally:
            ending.cancel()
