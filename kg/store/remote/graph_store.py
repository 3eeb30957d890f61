"""The SPARQL 1.1 Graph Store HTTP Protocol: graphs by their names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from pyoxigraph import Triple

from kg.store.http import Response
from kg.store.remote.endpoint import Endpoint
from kg.store.remote.manifest import Lines, lines
from kg.store.remote.store import ACCEPT_TRIPLES, each_triple, triples_of

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
        answer = self._send("GET", iri, 200, 204, 404, headers={"Accept": ACCEPT_TRIPLES})
        return triples_of(answer, self._endpoint) if answer.status == 200 else []

    def lines(self, iri: str) -> Lines:
        """The same as sorted N-Triples, without a value for each triple in memory."""
        answer = self._send("GET", iri, 200, 204, 404, headers={"Accept": ACCEPT_TRIPLES})
        return lines(each_triple(answer, self._endpoint)) if answer.status == 200 else []

    def put(self, iri: str, lines: Lines, sent: Callable[[int], None] = lambda _: None) -> None:
        """Replaces the graph by these triples; `sent` is called with their number after each request."""
        self.post(iri, lines, sent, first="PUT")

    def post(
        self, iri: str, lines: Lines, sent: Callable[[int], None] = lambda _: None, *, first: str = "POST"
    ) -> None:
        """Adds these triples to the graph; `first` is the method of the first request."""
        for number, part in enumerate(parts(lines)):
            self._send_part("POST" if number else first, iri, part)
            sent(len(part))

    def _send_part(self, method: str, iri: str, part: Lines) -> None:
        """Sends it in one request, or in two halves if the store says that it is too large."""
        left = [part]
        while left:
            part = left.pop()
            answer = self._endpoint.send(method, params={"graph": iri}, data=b"".join(part), headers=_SENT)
            if answer.status == 413 and len(part) > 1:
                left += [part[len(part) // 2 :], part[: len(part) // 2]]
                continue
            if answer.status not in (200, 201, 202, 204):
                raise self._endpoint.refusal(answer)
            method = "POST"

    def delete(self, iri: str) -> None:
        """Deletes the graph, if it exists."""
        self._send("DELETE", iri, 200, 202, 204, 404)

    def _send(self, method: str, iri: str, *expected: int, **given: Any) -> Response:
        answer = self._endpoint.send(method, params={"graph": iri}, **given)
        if answer.status not in expected:
            raise self._endpoint.refusal(answer)
        return answer


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
