"""A hostile client of a SPARQL endpoint, for serve_load.py; use it with your own server only.

    python -m benchmarks.hostile URL SECONDS NICENESS ADDRESS...

It does all of this at once, from each of the given addresses of this machine: queries that need much time or memory,
each with a new text, so that no cache contains it; expressions that break parsers; bodies of 10 MB; requests at one
byte a second; more connections than the server accepts; requests that it leaves before the answer; and large answers
that it does not read. It prints how often.
"""

from __future__ import annotations

import asyncio
import os
import random
import socket
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from itertools import count
from urllib.parse import urlsplit

_NUMBERS = count(1)
CHAIN = 10_000
LARGE = f"SELECT ?n (REPLACE('{'a' * 1000}', 'a', '{'b' * 1000}') AS ?text) {{ VALUES ?n {{ {'0 ' * 20} }} }}"


def queries() -> Iterator[str]:
    """An endless number of different queries."""
    while True:
        number = next(_NUMBERS)
        a, b, c, d = (f"?{letter}{number}" for letter in "abcd")
        yield from (
            f"SELECT * {{ {a} ?p1 {b} . {c} ?p2 {d} . ?e ?p3 ?f }}",
            f"SELECT (COUNT(*) AS {a}) {{ {b} ?p1 {c} . {d} ?p2 ?e . ?f ?p3 ?g }}",
            f"SELECT (COUNT(*) AS {a}) {{ {b} (!<a:{number}>)*/(!<b:{number}>)* {c} }}",
            f"ASK {{ {a} (!<a:{number}>|^(!<b:{number}>))+ {b} FILTER({a} = {number}) }}",
            f"SELECT {a} {b} {{ {a} ?p {b} . {c} ?q {d} }} ORDER BY STR({b}) STR({d}) {a}",
            f"SELECT (GROUP_CONCAT(CONCAT(STR({a}), STR({c})); SEPARATOR='{number}') AS ?all) "
            f"{{ {a} ?p {b} . {c} ?q {d} }}",
            f"SELECT DISTINCT {a} {b} {c} {{ {a} ?p {b} . {c} ?q {d} }}",
            f"SELECT {a} (SAMPLE({d}) AS ?one) {{ {a} ?p {b} . {c} ?q {d} FILTER(STRLEN(STR({d})) > {number % 7}) }} "
            f"GROUP BY {a} {c}",
            f"SELECT * {{ {a} ?p {b} FILTER(REGEX(STR({b}), '(a|aa|b|bb)*(x{number}|y)*z$')) . {c} ?q {d} }}",
            "ASK { FILTER(" + "1 + " * CHAIN + f"{number} > 0) }}",
            f"ASK {{ ?s {'<a:b>/' * CHAIN}<a:c{number}> ?o }}",
            f"SELECT * {{ {a} ?p {b} " + f"UNION {{ {a} ?q {c} }} " * 500 + "}",
            f"SELECT * {{ VALUES {a} {{ " + f"{number} " * 50_000 + f"}} ?s ?p {b} }}",
        )


class Hostile:
    """All attacks from one address."""

    def __init__(self, url: str, address: str, counts: Counter[str]) -> None:
        split = urlsplit(url)
        self._host, self._port, self._address, self._counts = split.hostname or "", split.port, address, counts
        self._queries = queries()
        self._random = random.Random(address)  # noqa: S311 - not a secret

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection(self._host, self._port, local_addr=(self._address, 0))

    def _head(self, length: int) -> bytes:
        return (
            f"POST /sparql HTTP/1.1\r\nHost: {self._host}:{self._port}\r\n"
            "Content-Type: application/sparql-query\r\n"
            f"Content-Length: {length}\r\n\r\n"
        ).encode()

    async def ask(self) -> None:
        """Sends a query and reads the answer."""
        await self._send(next(self._queries).encode())

    async def large(self) -> None:
        """Sends a body of 10 MB."""
        await self._send(b"ASK { } #" + b"x" * 10_000_000)

    async def _send(self, body: bytes) -> None:
        reader, writer = await self._connected()
        try:
            writer.write(self._head(len(body)) + body)
            status = (await reader.readline()).split(b" ")[1:2]
            self._counts[f"answered {status[0].decode() if status else 'nothing'}"] += 1
            await reader.read(1 << 20)
        finally:
            writer.close()

    async def leave(self) -> None:
        """Sends a query and leaves before the answer."""
        reader, writer = await self._connected()
        body = next(self._queries).encode()
        writer.write(self._head(len(body)) + body)
        await asyncio.sleep(self._random.random() / 5)
        writer.transport.abort()
        self._counts["left"] += 1
        del reader

    async def stall(self) -> None:
        """Asks for an answer of 20 MB, and does not read it as long as the server keeps it."""
        loop, client = asyncio.get_running_loop(), socket.socket()
        with client:
            client.setblocking(False)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.bind((self._address, 0))
            await loop.sock_connect(client, (self._host, self._port))
            body = LARGE.encode()
            await loop.sock_sendall(client, self._head(len(body)) + body)
            self._counts["stalled"] += 1
            while await loop.sock_recv(client, 1):
                await asyncio.sleep(5)

    async def drip(self) -> None:
        """Sends a request at one byte a second."""
        _, writer = await self._connected()
        self._counts["dripped"] += 1
        try:
            head = self._head(1000)
            for place in range(len(head) + 1000):
                writer.write(head[place : place + 1] or b"x")
                await writer.drain()
                await asyncio.sleep(1)
        finally:
            writer.close()

    async def slow_body(self) -> None:
        """Sends a head at once, and its body at one byte a second."""
        _, writer = await self._connected()
        self._counts["dripped"] += 1
        try:
            writer.write(self._head(1000))
            for _ in range(1000):
                writer.write(b"x")
                await writer.drain()
                await asyncio.sleep(1)
        finally:
            writer.close()

    async def hold(self) -> None:
        """Opens a connection and sends nothing."""
        reader, writer = await self._connected()
        self._counts["connected"] += 1
        try:
            await reader.read()
        finally:
            writer.close()
            await asyncio.sleep(10 * self._random.random())

    async def again(self, what: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await what()
            except (OSError, IndexError) as error:
                self._counts[type(error).__name__] += 1
                await asyncio.sleep(0.1)
            await asyncio.sleep(0.02)

    def everything(self) -> Iterator[Awaitable[None]]:
        several = {
            self.stall: 24,
            self.ask: 48,
            self.large: 2,
            self.leave: 8,
            self.drip: 100,
            self.slow_body: 100,
            self.hold: 1500,
        }
        for what, number in several.items():
            for _ in range(number):
                yield self.again(what)


async def attack(url: str, seconds: float, addresses: list[str]) -> Counter[str]:
    counts: Counter[str] = Counter()
    tasks = [
        asyncio.ensure_future(what) for address in addresses for what in Hostile(url, address, counts).everything()
    ]
    await asyncio.sleep(seconds)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return counts


if __name__ == "__main__":
    os.nice(int(sys.argv[3]))
    found = asyncio.run(attack(sys.argv[1], float(sys.argv[2]), sys.argv[4:]))
    print("the hostile client:", ", ".join(f"{what} {times:,}" for what, times in sorted(found.items())))
