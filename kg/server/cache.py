"""Answers that were given before, so that a query that is repeated is not evaluated again."""

from __future__ import annotations

from collections import OrderedDict

from kg.server.messages import Reply

_EACH = 512
"""Bytes that an entry takes in addition to its content."""
_LARGEST = 8
"""An answer of more than this fraction of all space is not kept: it would drive out many others."""


class AnswerCache:
    """The answers that were used last, up to a number of bytes.

    A key must say everything that an answer depends on: the process that holds the graph, and the whole task. Answers
    without it, for instance to queries that use the clock, are not put here (see `Reply.lasting`).
    """

    def __init__(self, most: int) -> None:
        self._most, self._size = most, 0
        self._kept: OrderedDict[bytes, Reply] = OrderedDict()
        self.hits, self.misses = 0, 0

    def get(self, key: bytes) -> Reply | None:
        """The answer under a key."""
        found = self._kept.get(key)
        if found is None:
            self.misses += 1
            return None
        self.hits += 1
        self._kept.move_to_end(key)
        return found

    def put(self, key: bytes, reply: Reply) -> None:
        """Keeps an answer, and drops those that were not used for the longest time."""
        self._drop(key)  # also where the new answer is too large to be kept: the one before it is outdated
        size = _size(reply)
        if size > self._most // _LARGEST:
            return
        self._kept[key] = reply
        self._size += size
        while self._size > self._most:
            self._drop(next(iter(self._kept)))

    def clear(self) -> None:
        self._kept.clear()
        self._size = 0

    def report(self) -> dict[str, int]:
        """How often an answer was found and not found, and how many are kept with how many bytes."""
        return {"hits": self.hits, "misses": self.misses, "answers": len(self._kept), "bytes": self._size}

    def _drop(self, key: bytes) -> None:
        if (reply := self._kept.pop(key, None)) is not None:
            self._size -= _size(reply)


def _size(reply: Reply) -> int:
    return len(reply.body) + _EACH
