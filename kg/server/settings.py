"""What a person may set about a server."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path

from kg.server.limits import Limits


def is_loopback(host: str) -> bool:
    """Whether a name leads to this machine whoever resolves it; `127.0.0.1.example.org` does not."""
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
    """Origins whose pages may ask; `*` for all."""
    limits: Limits = field(default_factory=Limits)
    log: bool = True
    site: bool = True
    """Whether the pages of the graph are made and served."""

    @property
    def local(self) -> bool:
        return is_loopback(self.host)
