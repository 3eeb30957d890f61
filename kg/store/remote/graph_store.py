"""The SPARQL 1.1 Graph Store HTTP Protocol: graphs by their names."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pyoxigraph import Triple

from kg.store.http import Response
from kg.store.remote.endpoint import Endpoint
from kg.store.remote.store import ACCEPT_TRIPLES, triples_of

Lines = list[bytes]
"""N-Triples, a line for each triple."""

PART = 2 * 1024 * 1024
"""Bytes of N-Triples in one request; larger graphs are sent in several."""

_SENT = {"Content-Type": "application/n-triples"}


class GraphStore:
    """The graphs behind a URL that takes `?graph=IRI`.

    Every request may be sent twice without harm, because a graph is a set. It is sent again when a connection fails.
    """

    def __init__(self, url: str, retries: int = 4) -> None:
        self._endpoint = Endpoint(url, name="the graph store", retries=retries)

    def __str__(self) -> str:
        return str(self._endpoint)

    def get(self, iri: str) -> list[Triple]:
        """The triples of a graph; empty if there is no such graph."""
        answer = self._endpoint.send("GET", params={"graph": iri}, headers={"Accept": ACCEPT_TRIPLES})
        if answer.status in (204, 404):
            return []
        self._expect(answer, 200)
        return triples_of(answer, self._endpoint)

    def put(self, iri: str, lines: Lines, sent: Callable[[int], None] = lambda _: None) -> None:
        """Replaces the graph by these triples; `sent` is called with their number after each request."""
        method = "PUT"
        for part in parts(lines):
            self._send(method, iri, part)
            sent(len(part))
            method = "POST"

    def post(self, iri: str, lines: Lines, sent: Callable[[int], None] = lambda _: None) -> None:
        """Adds these triples to the graph."""
        for part in parts(lines):
            self._send("POST", iri, part)
            sent(len(part))

    def delete(self, iri: str) -> None:
        """Deletes the graph, if it exists."""
        self._expect(self._endpoint.send("DELETE", params={"graph": iri}), 200, 202, 204, 404)

    def _send(self, method: str, iri: str, part: Lines) -> None:
        answer = self._endpoint.send(method, params={"graph": iri}, data=b"".join(part), headers=_SENT)
        self._expect(answer, 200, 201, 202, 204)

    def _expect(self, answer: Response, *expected: int) -> None:
        if answer.status not in expected:
            raise self._endpoint.refusal(answer)


def parts(lines: Lines) -> Iterator[Lines]:
    """The lines in parts of at most PART bytes, or of a single longer line."""
    part: Lines = []
    size = 0
    for line in lines:
        if part and size + len(line) > PART:
            yield part
            part, size = [], 0
        part.append(line)
        size += len(line)
    if part:
        yield part
