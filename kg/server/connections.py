"""Connections: so many at once, and none that says nothing or comes a byte at a time keeps others out.

One that has sent no whole request waits for its client. When there are too many, the one that was never answered and
waited longest is closed, then the one that was answered and waited longest; one whose request is being answered is not.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from contextlib import suppress
from time import monotonic
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from kg.server.guard import HEADERS, POLICY

PATIENCE = 20.0
"""Seconds in which a request has to come whole."""
_UNREAD = 2 * 1024**2
"""Bytes of a refused request that are still taken, so that a client that sends first and reads then sees why."""
_LINGER = 2.0
"""Seconds in which a client that sends more can read why."""
_INVALID = b"the request is not valid HTTP [request/http]\n"


class Connections:
    """All of a server."""

    def __init__(self, most: int, patience: float = PATIENCE) -> None:
        self._most, self._patience = most, patience
        self._count = 0
        self._strangers: OrderedDict[Connection, None] = OrderedDict()
        self._guests: OrderedDict[Connection, None] = OrderedDict()
        self._timer: asyncio.TimerHandle | None = None

    def protocol(self, **given: Any) -> Connection:
        """What uvicorn makes for each connection."""
        return Connection(self, **given)

    def came(self, connection: Connection) -> None:
        self._count += 1
        if self._count > self._most:
            for waiting in (self._strangers, self._guests):
                if waiting:
                    waiting.popitem(last=False)[0].transport.abort()
                    break
            else:
                connection.transport.abort()
        self._strangers[connection] = None
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(1, self._look)

    def asked(self, connection: Connection) -> None:
        """Its request is here and is being answered."""
        self._strangers.pop(connection, None)
        self._guests.pop(connection, None)

    def answered(self, connection: Connection) -> None:
        self._guests[connection] = None

    def left(self, connection: Connection) -> None:
        self._count -= 1
        self.asked(connection)

    def _look(self) -> None:
        """Closes those that take too long."""
        end = monotonic() - self._patience
        for waiting in (self._strangers, self._guests):
            for connection in [one for one in waiting if one.since is not None and one.since < end]:
                connection.transport.abort()
        self._timer = asyncio.get_running_loop().call_later(1, self._look) if self._count else None


class Connection(H11Protocol):
    """One of them; `since` is when its request began to come, None while it has nothing to say."""

    def __init__(self, all_: Connections, **given: Any) -> None:
        super().__init__(**given)
        self._all = all_
        self.since: float | None = None
        self._unread, self._refused = 0, False

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.since = monotonic()
        self._all.came(self)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._all.left(self)

    def data_received(self, data: bytes) -> None:
        if self.since is None:
            self.since = monotonic()
        if self._refused or (self.cycle is not None and self.cycle.response_complete and self.cycle.more_body):
            self._unread += len(data)
            if self._unread > _UNREAD:
                self._leave()
                return
        if self._refused:
            return
        super().data_received(data)

    def handle_events(self) -> None:
        super().handle_events()
        cycle = self.cycle
        if cycle is not None and not cycle.more_body and not cycle.response_complete:
            self._all.asked(self)

    def on_response_complete(self) -> None:
        whole = not self.cycle.more_body
        if whole:  # what is left of a request that was refused is not waited for any longer than for a whole one
            self.since = None
        if not self.transport.is_closing():
            self._all.answered(self)
        super().on_response_complete()
        if not whole and self._announced() > _UNREAD:
            self._leave()

    def _announced(self) -> int:
        """The bytes that a request says it has."""
        return next((int(value) for name, value in self.headers if name == b"content-length"), 0)

    def _leave(self) -> None:
        """Reads no more, and closes when the client had time to read."""
        if not self.transport.is_closing():
            self.transport.pause_reading()
            self.loop.call_later(_LINGER, self.transport.abort)

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's own names its library
        headers = HEADERS | {
            "content-security-policy": POLICY,
            "content-type": "text/plain; charset=utf-8",
            "content-length": str(len(_INVALID)),
            "connection": "close",
        }
        with suppress(h11.LocalProtocolError):  # an answer is on its way
            for event in (
                h11.Response(status_code=400, headers=list(headers.items()), reason=b"Bad Request"),
                h11.Data(data=_INVALID),
                h11.EndOfMessage(),
            ):
                self.transport.write(self.conn.send(event) or b"")
        if self._refused or self.transport.is_closing():
            return
        self._refused = True  # to close at once what is not read would take the answer back
        self.transport.write_eof()
        self.loop.call_later(_LINGER, self.transport.abort)
