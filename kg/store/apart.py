"""A query in a forked copy of this process, which can be ended at any time: the engine itself cannot stop a query.

The copy shares the memory of the graph. Its answer comes back in a format of the W3C through a pipe; how it ended says
whether the answer is complete.
"""

from __future__ import annotations

import faulthandler
import os
import select
import signal
import sys
import time
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import NoReturn

import pyoxigraph as ox

from kg.core.problems import KgError
from kg.core.processes import die_with_parent
from kg.store.answers import QueryError, Result, boolean, read_answer
from kg.store.memory import Store
from kg.store.sparql_text import names_graphs
from kg.store.stopped import QueryLimits, StoppedError

POSSIBLE = hasattr(os, "fork")
_ANSWERED, _INVALID, _NO_MEMORY = 0, 3, 4
"""Exit codes of the copy."""
_CHUNK = 1 << 20


def query_apart(store: Store, sparql: str, limits: QueryLimits) -> Result:
    """The answer to a query as `Store.query` gives it. When this returns or raises, the copy has ended.

    Raises:
        QueryError: if the query is not valid or uses SERVICE.
        StoppedError: if it exceeds a limit.
        KgError: if the engine fails.
    """
    if names_graphs(sparql):
        store.name_graphs()  # here and not in each copy
    if sys.platform == "linux":
        import ctypes  # noqa: F401 - before the fork, which copies what is imported
    reader, writer = os.pipe()
    parent = os.getpid()
    pid = os.fork()
    if not pid:
        _answer(store, sparql, limits, (reader, writer), parent)
    os.close(writer)
    try:
        with os.fdopen(reader, "rb", buffering=0) as pipe:
            content = _received(pipe.fileno(), limits.seconds)
        _, status = os.waitpid(pid, 0)
        pid = 0
    finally:
        if pid:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
    return _result(content, os.waitstatus_to_exitcode(status), limits)


def _received(pipe: int, seconds: float | None) -> bytes:
    """Everything that the copy writes until it ends."""
    end = time.monotonic() + seconds if seconds else None
    received = bytearray()
    while True:
        left = None if end is None else end - time.monotonic()
        if left is not None and left <= 0:
            raise StoppedError.late(seconds)
        if select.select([pipe], [], [], left)[0]:
            part = os.read(pipe, _CHUNK)
            if not part:
                return bytes(received)
            received += part


def _result(content: bytes, code: int, limits: QueryLimits) -> Result:
    if code == _NO_MEMORY or (code == -signal.SIGABRT and limits.memory):  # Rust aborts when it gets no memory
        raise StoppedError.too_large(limits.memory)
    if code == _INVALID:
        raise QueryError(content.decode())
    if code != _ANSWERED:
        hint = "the system ended it, perhaps for its memory: see --max-memory" if code == -signal.SIGKILL else ""
        raise KgError("the engine could not answer the query" + (f": {hint}" if hint else ""))
    kind, data = content[:1], content[1:]
    if kind == b"t":
        triples = tuple(ox.Triple(*quad.triple) for quad in ox.parse(data, format=ox.RdfFormat.N_TRIPLES, lenient=True))
        return Result(("subject", "predicate", "object"), (), triples)
    return boolean(data == b"true") if kind == b"b" else read_answer(data)


# --- in the copy --------------------------------------------------------------------------------------------------


def _answer(store: Store, sparql: str, limits: QueryLimits, pipe: tuple[int, int], parent: int) -> NoReturn:
    """Writes the answer and ends the copy: what comes after the fork, and the files that are open, are the parent's."""
    code = 1
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends this process
        die_with_parent(parent)
        reader, writer = pipe
        os.close(reader)
        _quiet()
        _limit_memory(limits)
        try:
            content, code = _content(store, sparql), _ANSWERED
        except QueryError as error:
            content, code = str(error).encode(), _INVALID
        with os.fdopen(writer, "wb", buffering=0) as out:
            view = memoryview(content)
            while view:
                view = view[out.write(view) or 0 :]
    except MemoryError:
        code = _NO_MEMORY
    finally:
        os._exit(code)


def _content(store: Store, sparql: str) -> bytes:
    answer = store.answer(sparql)
    out = BytesIO()
    if answer.kind == "triples":
        out.write(b"t")
        answer.write("nt", out)
    elif answer.boolean is not None:
        return b"b" + str(answer.boolean).lower().encode()
    else:
        out.write(b"r")
        answer.write("json", out)
    return out.getvalue()


def _quiet() -> None:
    """What the engine prints when it gets no memory is not for the user, who gets an error."""
    faulthandler.disable()
    with suppress(OSError):
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, 2)
        os.close(nothing)


def _limit_memory(limits: QueryLimits) -> None:
    """Limits the address space to what it is now and `limits.memory`; without /proc there is no limit."""
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if limits.memory:
        with suppress(OSError, ValueError):
            pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
            most = pages * os.sysconf("SC_PAGE_SIZE") + limits.memory * 1024**2
            resource.setrlimit(resource.RLIMIT_AS, (most, most))
