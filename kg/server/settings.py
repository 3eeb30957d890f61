"""The settings of a server and the limits of its queries."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address
from pathlib import Path
from urllib.parse import urlsplit

from kg.store.stopped import ROWS, SECONDS


@dataclass(frozen=True)
class Limits:
    """The limits of a server, each of which an option of `kg serve` sets."""

    seconds: float = SECONDS
    """How long a query may run; waiting for a turn does not count."""
    rows: int = ROWS
    """Rows, or triples, of an answer."""
    answer: int = 64
    """MiB of an answer."""
    body: int = 1024
    """KiB of the body of a request."""
    memory: int = 512
    """MiB that a query may need in addition to the graph."""
    unsent: int = 256
    """MiB of answers that clients have not taken yet, in all."""
    stalled: float = 20
    """Seconds after which a client that takes nothing of its answer is disconnected."""
    cache: int = 32
    """MiB of answers that are kept for the next time; 0 for none."""
    queries: int = 32
    """Long queries, running or paused."""
    waiting: int = 256
    """Requests that wait for their turn."""
    quick: float = 0.25
    """Seconds after which a query counts as long and gives way to all others."""
    at_once: int = max(2, os.cpu_count() or 1)
    """Quick queries that run at once; as many less one run at once when they are long."""

    @property
    def long_at_once(self) -> int:
        return max(1, self.at_once - 1)


@lru_cache(256)
def is_loopback(host: str) -> bool:
    """Whether a name leads to this machine for every resolver; `127.0.0.1.example.org` does not."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True)
class ServerSettings:
    """`file` is an RDF file to serve in place of the graph of the review at `root`."""

    root: Path
    file: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    token: str = field(default="", repr=False)
    origins: tuple[str, ...] = ()
    """Origins whose pages may send requests; `*` for all."""
    limits: Limits = field(default_factory=Limits)
    log: bool = True
    site: bool = True
    """Whether the pages of the graph are made and served."""
    base_url: str = ""
    """The address that clients see, with a slash at the end; empty if it is that of the request."""
    proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    """Addresses whose X-Forwarded headers are believed."""
    hosts: tuple[str, ...] = ()
    """Names that the server answers to, in addition to those of this machine and that of `base_url`."""

    @property
    def local(self) -> bool:
        return is_loopback(self.host)

    @cached_property
    def prefix(self) -> str:
        """The path of `base_url`, without the slash at its end."""
        return urlsplit(self.base_url).path.rstrip("/")

    @cached_property
    def _names(self) -> tuple[str, ...]:
        return (*self.hosts, urlsplit(self.base_url).hostname or "")

    def answers_to(self, name: str) -> bool:
        """Whether requests may use this name; every name if the server is open to others and no name is stated."""
        return not (self.local or self.hosts) or is_loopback(name) or name in self._names

    @property
    def path(self) -> Path:
        """The file that the graph is read from."""
        return Path(self.file) if self.file else self.root / "build" / "graph.nq"
