"""Limits on connections: how many at once, how long a request may take to arrive, and how a refusal is delivered.

uvicorn limits only the number of connections, idle ones included, so a client that opens many and sends nothing would
lock everybody out. `Connection` stands between asyncio and uvicorn's protocol and knows, with the ASGI part in
`Connections`, which connections wait for their client. When there are too many, the one that was never answered and
waited longest is closed first, then the one that was answered and waited longest, and never one whose request is being
answered.

A client that does not read would keep its answer in memory. One that takes nothing for a while is disconnected, and if
there is too much that clients have not taken, the one that has taken nothing for the longest time.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from http import HTTPStatus
from time import monotonic
from typing import Any

from kg.server.guard import HEADERS
from kg.server.messages import Refusal
from kg.server.responses import refusal_text
from kg.server.settings import Limits

PATIENCE = 20.0
"""Seconds in which a request has to arrive completely."""
_UNREAD = 2 * 1024**2
"""Bytes of a refused request that are still received, so that a client that sends before it reads sees the reason."""
_LITTLE = 16 * 1024
"""Bytes that a client has to take at least, so that it counts as taking its answer."""
_LINGER = 2.0
"""Seconds that such a client has to read it."""


class Connections:
    """All connections of a server; `http` is uvicorn's own protocol class, and the instance is the ASGI application."""

    def __init__(self, app: Any, http: Any, most: int, limits: Limits) -> None:
        self._app, self._http, self._most, self._limits = app, http, most, limits
        self._unsent: set[Connection] = set()
        """Those whose client has not taken everything."""
        self._open: dict[tuple[str, int], Connection] = {}
        self._new: OrderedDict[Connection, None] = OrderedDict()
        self._answered: OrderedDict[Connection, None] = OrderedDict()
        self._timer: asyncio.TimerHandle | None = None

    def protocol(self, **given: Any) -> Connection:
        """The protocol of a new connection, with the arguments that uvicorn gives to its own."""
        return Connection(self, self._http(**given))

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        connection = self._open.get(tuple(scope.get("client") or ()))
        if scope["type"] != "http" or connection is None:
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        length = int(headers.get(b"content-length", b"0"))
        connection.begin()
        whole = not length and b"transfer-encoding" not in headers
        if whole:
            self.busy(connection)

        async def received() -> Any:
            nonlocal whole
            message = await receive()
            if message["type"] == "http.request" and not message.get("more_body"):
                whole = True
                self.busy(connection)
            return message

        async def sent(message: Any) -> None:
            await send(message)
            if message["type"] == "http.response.body" and not message.get("more_body"):
                connection.end(whole, length)
                self._answered[connection] = None

        await self._app(scope, received, sent)

    def came(self, connection: Connection) -> None:
        self._open[connection.client] = connection
        if len(self._open) > self._most:
            waiting = self._new or self._answered
            (next(iter(waiting)) if waiting else connection).transport.abort()
            if waiting:
                waiting.popitem(last=False)
        self._new[connection] = None
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(1, self._look)

    def busy(self, connection: Connection) -> None:
        """The connection waits for its client no longer: its request is complete, or it is closed."""
        self._new.pop(connection, None)
        self._answered.pop(connection, None)

    def left(self, connection: Connection) -> None:
        if self._open.get(connection.client) is connection:
            del self._open[connection.client]
        self._unsent.discard(connection)
        self.busy(connection)

    def wrote(self, connection: Connection) -> None:
        """Looks what is left to send after something was written; there is a limit for all connections together."""
        if connection.unsent():
            if connection not in self._unsent:
                self._unsent.add(connection)
                connection.takes(anew=True)
            while sum(one.left for one in self._unsent if one.unsent()) > self._limits.unsent * 1024**2:
                worst = min(self._unsent, key=lambda one: (one.took, -one.left))
                self._unsent.discard(worst)
                worst.transport.abort()

    def _look(self) -> None:
        """Closes the connections whose request takes too long to arrive, or whose client takes nothing."""
        end = monotonic() - PATIENCE
        for connection in [*self._new, *self._answered]:
            if connection.since is not None and connection.since < end:
                connection.transport.abort()
        for connection in list(self._unsent):
            if not connection.unsent():
                self._unsent.discard(connection)
            elif not connection.takes() and connection.took < monotonic() - self._limits.stalled:
                connection.transport.abort()
        self._timer = asyncio.get_running_loop().call_later(1, self._look) if self._open else None


class Connection(asyncio.Protocol):
    """One connection. `since` is when its request began to arrive, None between two requests."""

    transport: Any

    def __init__(self, connections: Connections, inner: Any) -> None:
        self._all, self._inner = connections, inner
        for name in ("pause_writing", "resume_writing"):
            setattr(self, name, getattr(inner, name))
        self.client = ("", 0)
        self.since: float | None = None
        self._unread, self._ignoring, self._refused = 0, False, False
        self.left, self.took = 0, 0.0
        """Bytes that the client has not taken yet, and when it last took some."""
        self._written = self._before = 0

    def unsent(self) -> int:
        """The bytes that the client has not taken yet."""
        self.left = self.transport.get_write_buffer_size()
        return self.left

    def takes(self, *, anew: bool = False) -> bool:
        """Whether the client has taken something worth mentioning since this was last true; `anew` begins now."""
        taken = self._written - self.left
        if taken - self._before < _LITTLE and not anew:
            return False
        self._before, self.took = taken, monotonic()
        return True

    def connection_made(self, transport: Any) -> None:
        self.transport, self.since = transport, monotonic()
        self.client = tuple((transport.get_extra_info("peername") or ("", 0))[:2])
        self._all.came(self)
        self._inner.connection_made(_Transport(self))

    def connection_lost(self, exc: Exception | None) -> None:
        self._inner.connection_lost(exc)
        self._all.left(self)

    def data_received(self, data: bytes) -> None:
        if self.since is None:
            self.since = monotonic()
        if self._ignoring:
            self._unread += len(data)
        if self._unread > _UNREAD:
            self._leave()
        elif not self._refused:
            try:
                self._inner.data_received(data)
            except Exception:  # what cannot be parsed after the response was sent
                self._leave()

    def eof_received(self) -> bool:
        """The client sends no more; whether the connection stays open, so that it can read its answer."""
        return bool(self._inner.stays_open())

    def begin(self) -> None:
        """The head of a request is here."""
        self._ignoring, self._unread, self.since = False, 0, self.since or monotonic()

    def end(self, whole: bool, length: int) -> None:
        """The response is sent; the request was read to its end, or has `length` bytes."""
        if whole:
            self.since = None
        else:
            self._ignoring = True
            if length > _UNREAD:
                self._leave()

    def written(self, data: bytes) -> None:
        """Passes on what uvicorn writes."""
        if not self._refused:
            self.transport.write(data)
            self._written += len(data)
            self._all.wrote(self)

    def refuse(self, refusal: Refusal) -> None:
        """Answers a request that has no valid head, and which the application does not get."""
        text = refusal_text(refusal).encode()
        headers = {"content-type": "text/plain; charset=utf-8", "content-length": str(len(text)), "connection": "close"}
        lines = [f"{name}: {value}" for name, value in (headers | HEADERS).items()]
        status = f"HTTP/1.1 {refusal.status} {HTTPStatus(refusal.status).phrase}"
        self.written("\r\n".join([status, *lines, "", ""]).encode() + text)
        self._refused = self._ignoring = True
        self.transport.write_eof()  # to close while data is unread would take the response back
        asyncio.get_running_loop().call_later(_LINGER, self.transport.abort)

    def closed(self) -> None:
        if not self._refused:
            self.transport.close()

    def _leave(self) -> None:
        """Reads no more, and closes when the client had time to read."""
        if not self.transport.is_closing():
            self.transport.pause_reading()
            asyncio.get_running_loop().call_later(_LINGER, self.transport.abort)


class _Transport:
    """The transport as uvicorn sees it."""

    def __init__(self, connection: Connection) -> None:
        self.close, self.write, self.refuse = connection.closed, connection.written, connection.refuse
        self._connection = connection

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection.transport, name)
