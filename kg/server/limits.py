"""What a query may use, and what a server holds at once."""

from __future__ import annotations

import os
from dataclasses import dataclass

CORES = os.cpu_count() or 1


@dataclass(frozen=True)
class Limits:
    """The limits of a server, each of which a person can set."""

    seconds: float = 30
    """For how long a query may run; while it waits its turn it does not."""
    rows: int = 100_000
    """Rows, or triples, of an answer."""
    answer: int = 64
    """MiB of an answer."""
    body: int = 1024
    """KiB of the body of a request."""
    memory: int = 512
    """MiB that a query may need beside the graph."""
    queries: int = 32
    """Long queries, running or held."""
    waiting: int = 256
    """Requests that wait for their turn."""
    quick: float = 0.25
    """Seconds after which a query is a long one, which gives way to all others."""
    at_once: int = max(2, CORES)
    """Queries that run at once while they are quick, and again as many, less one, when they are long."""

    @property
    def long_at_once(self) -> int:
        return max(1, self.at_once - 1)
