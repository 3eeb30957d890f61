"""What the processes of a server send each other: a line of JSON, and after it the bytes of an answer."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Refusal(NamedTuple):
    """Why a request has no answer: the status, a stable rule id, what is wrong and what to do."""

    status: int
    rule: str
    message: str
    hint: str = ""
    after: int = 0
    """Seconds after which it makes sense to ask again; 0 when it does not."""


class RefusedError(Exception):
    """A request that is refused; it takes the values of a `Refusal`."""

    def __init__(self, status: int, rule: str, message: str, hint: str = "", after: int = 0) -> None:
        super().__init__(message)
        self.refusal = Refusal(status, rule, message, hint, after)


@dataclass(frozen=True)
class Reply:
    """An answer: bytes of a media type, or the reason why there is none."""

    type: str = ""
    body: bytes = b""
    refusal: Refusal | None = None
    lasting: bool = False
    """Whether the same task has the same answer as long as the graph is the same."""
    etag: str = ""
    """A validator of the body, if it is lasting."""
    spent: bool = False
    """Whether the worker is to be replaced: the engine failed in it, or it has copied too much of the graph."""


@dataclass(frozen=True)
class Task:
    """The work of a worker: a SPARQL query, or a query of the library by its name."""

    sparql: str = ""
    name: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    accept: str = ""
    form: str = ""
    """The name of a format, which has precedence over `accept`."""
    base: str = ""
    default: Sequence[str] = ()
    named: Sequence[str] = ()
    seconds: float = 0
    """How long it may run at most, if that is less than the limit of the server; 0 for that limit."""


def line(message: Mapping[str, Any]) -> bytes:
    return json.dumps(message).encode() + b"\n"


def task_line(task: Task) -> bytes:
    """What the answer depends on, and a worker needs: not how long the client waits for it."""
    return line({name: value for name, value in vars(task).items() if name != "seconds"})


def reply_head(reply: Reply) -> bytes:
    head = {"type": reply.type, "length": len(reply.body), "refusal": reply.refusal}
    return line(head | {"lasting": reply.lasting, "spent": reply.spent})


def reply_of(head: bytes) -> tuple[Reply, int]:
    """A reply without its body, and the length of the body."""
    found = json.loads(head)
    refusal = Refusal(*found["refusal"]) if found["refusal"] else None
    return Reply(found["type"], b"", refusal, found["lasting"], spent=found["spent"]), found["length"]


def cut_line(rest: bytearray) -> bytes:
    """Takes the first line off `rest`; empty when there is no whole line."""
    end = rest.find(b"\n") + 1
    found, rest[:end] = bytes(rest[:end]), b""
    return found.rstrip(b"\n")
