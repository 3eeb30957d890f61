"""The SPARQL 1.1 Graph Store HTTP Protocol: graphs by their names."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pyoxigraph import Triple

from kg.store.remote.endpoint import Answer, Endpoint
from kg.store.remote.store import ACCEPT_TRIPLES, triples_of

Lines = list[bytes]
"""N-Triples, a line for each triple."""

PART = 2 * 1024 * 1024
"""Bytes of N-Triples in one request: what is more goes in several."""

_SENT = {"Content-Type": "application/n-triples"}


class GraphStore:
    """The graphs behind a URL that takes `?graph=IRI`. Every request may be sent twice without harm, and is when a
    connection fails: a graph is a set."""

    def __init__(self, url: str, retries: int = 4) -> None:
        self._endpoint = Endpoint(url, called="the graph store", retries=retries)

    def __str__(self) -> str:
        return str(self._endpoint)

    def get(self, iri: str) -> list[Triple]:
        """The triples of a graph; none if there is no such graph."""
        answer = self._endpoint.send("GET", params={"graph": iri}, headers={"Accept": ACCEPT_TRIPLES})
        if answer.status in (204, 404):
            return []
        self._expect(answer, 200)
        return triples_of(answer, self._endpoint)

    def put(self, iri: str, lines: Lines, sent: Callable[[int], None] = lambda _: None) -> None:
        """Makes the graph consist of these triples."""
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
        """Removes the graph, if it is there."""
        self._expect(self._endpoint.send("DELETE", params={"graph": iri}), 200, 202, 204, 404)

    def _send(self, method: str, iri: str, part: Lines) -> None:
        self._expect(
            self._endpoint.send(method, params={"graph": iri}, data=b"".join(part), headers=_SENT), 200, 201, 202, 204
        )

    def _expect(self, answer: Answer, *expected: int) -> None:
        if answer.status not in expected:
            raise self._endpoint.refusal(answer)


def parts(lines: Lines) -> Iterator[Lines]:
    """The lines in parts of at most PART bytes, or of a single line that is longer."""
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
