"""What the processes of a server tell each other: a line of JSON, and the bytes of an answer after it."""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

LONGEST = 64 * 1024 * 1024
"""Bytes of a line."""


@dataclass(frozen=True)
class Fault:
    """Why a request has no answer: the status, a stable rule id, what is wrong and what to do."""

    status: int
    rule: str
    message: str
    hint: str = ""
    after: int = 0
    """Seconds after which it is worth asking again; 0 when it is not."""


@dataclass(frozen=True)
class Reply:
    """An answer: bytes of a media type, or the fault that there is none for."""

    type: str = ""
    body: bytes = b""
    fault: Fault | None = None


@dataclass(frozen=True)
class Task:
    """What a worker is asked: a SPARQL query, or a query of the library by its name."""

    sparql: str = ""
    name: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    accept: str = ""
    form: str = ""
    """A format by name, which counts before `accept`."""
    base: str = ""
    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


def line(message: Mapping[str, Any]) -> bytes:
    return json.dumps(message).encode() + b"\n"


def task_line(task: Task) -> bytes:
    return line(asdict(task))


def task_of(data: bytes) -> Task:
    found = json.loads(data)
    return Task(**found | {"default": tuple(found["default"]), "named": tuple(found["named"])})


def reply_head(reply: Reply) -> bytes:
    fault = asdict(reply.fault) if reply.fault else None
    return line({"type": reply.type, "length": len(reply.body), "fault": fault})


def reply_of(head: bytes) -> tuple[Reply, int]:
    """A reply without its body, and the length of that."""
    found = json.loads(head)
    return Reply(found["type"], fault=Fault(**found["fault"]) if found["fault"] else None), found["length"]


def read_line(connection: socket.socket, rest: bytearray) -> bytes:
    """The next line, empty at the end; what was read beyond it stays in `rest`."""
    while b"\n" not in rest:
        data = connection.recv(65536)
        if not data or len(rest) > LONGEST:
            return b""
        rest += data
    found, _, after = bytes(rest).partition(b"\n")
    rest[:] = after
    return found
