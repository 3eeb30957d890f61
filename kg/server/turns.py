"""Turns that requests wait for, fair between clients."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


class Turns:
    """A number of turns at once. Waiting clients take turns in rotation, each with its first request."""

    def __init__(self, at_once: int) -> None:
        self.at_once = self._free = at_once
        self._waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    @property
    def waiting(self) -> int:
        return sum(map(len, self._waiting.values()))

    @property
    def taken(self) -> bool:
        """Whether there is no free turn."""
        return not self._free or bool(self._waiting)

    def waiting_of(self, client: str) -> int:
        return len(self._waiting.get(client, ()))

    @asynccontextmanager
    async def turn(self, client: str, seconds: float | None = None) -> AsyncIterator[None]:
        """Waits for a turn, no longer than so many seconds.

        Raises:
            TimeoutError: if there was none.
        """
        async with asyncio.timeout(seconds):
            await self._take(client)
        try:
            yield
        finally:
            self._give_back()

    async def _take(self, client: str) -> None:
        if self._free and not self._waiting:
            self._free -= 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(client, deque()).append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._give_back()
            else:
                self._forget(client, turn)
            raise

    def _give_back(self) -> None:
        """Ends a turn; the next client in rotation gets it."""
        self._free += 1
        while self._free and self._waiting:
            client, turns = self._waiting.popitem(last=False)
            turn = turns.popleft()
            if turns:
                self._waiting[client] = turns  # behind all others
            if not turn.done():
                self._free -= 1
                turn.set_result(None)

    def _forget(self, client: str, turn: asyncio.Future[None]) -> None:
        turns = self._waiting.get(client, deque())
        with suppress(ValueError):
            turns.remove(turn)
            if not turns:
                del self._waiting[client]
