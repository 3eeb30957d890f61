"""Turns at something scarce, fair between clients: who asks for many waits behind themselves, not before others."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque


class Turns:
    """So many at once; of those that wait, each client's first comes next in rotation."""

    def __init__(self, at_once: int) -> None:
        self._free = at_once
        self._waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    @property
    def waiting(self) -> int:
        return sum(map(len, self._waiting.values()))

    def waiting_of(self, client: str) -> int:
        return len(self._waiting.get(client, ()))

    def now(self) -> bool:
        """Takes a turn if there is one to be had at once."""
        if self._free and not self._waiting:
            self._free -= 1
            return True
        return False

    async def take(self, client: str) -> None:
        """Waits for a turn, which has to be given back."""
        if self.now():
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(client, deque()).append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.give_back()
            else:
                self._forget(client, turn)
            raise

    def give_back(self) -> None:
        """Ends a turn, which goes to the next who waits."""
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
        turns = self._waiting.get(client)
        if turns and turn in turns:
            turns.remove(turn)
            if not turns:
                del self._waiting[client]
