"""The W3C's tests of the SPARQL 1.1 Protocol, against `kg serve`.

    python -m tests.server.protocol_suite FOLDER

FOLDER contains the suite: manifest.ttl and its data (the W3C publishes it as data-sparql11/protocol). A server is
started with the named graphs of the tests, each request is sent unchanged, and a table lists the results. The endpoint
is read-only, so a test of updates passes if its update is refused and nothing has changed. The exit code is 1 if a test
fails.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pyoxigraph as ox
import rdflib
from rdflib import RDF, RDFS
from rdflib.collection import Collection

from tests.server.serving import Serving, serving

MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
UT = rdflib.Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
HT = rdflib.Namespace("http://www.w3.org/2011/http#")
CNT = rdflib.Namespace("http://www.w3.org/2011/content#")
MEDIA = {
    "boolean": ("application/sparql-results+json", "application/sparql-results+xml"),
    "tabular": ("application/sparql-results+json", "application/sparql-results+xml", "text/csv",
                "text/tab-separated-values"),
    "RDF": ("application/rdf+xml", "text/turtle", "application/n-triples"),
}  # fmt: skip
"""The media types of each kind of format in the manifest."""


@dataclass(frozen=True)
class Sent:
    """A request of a test, and the expected response."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    statuses: tuple[int, ...]
    """First digits: 2 is any of 2xx."""
    boolean: bool | None
    format: str


@dataclass(frozen=True)
class ProtocolTest:
    name: str
    requests: tuple[Sent, ...]

    @property
    def updates(self) -> bool:
        return "update" in self.name


@dataclass(frozen=True)
class Came:
    status: int
    media: str
    body: bytes

    def __str__(self) -> str:
        found = self.boolean
        return f"{self.status} {self.media}" + ("" if found is None else f" {str(found).lower()}")

    @property
    def boolean(self) -> bool | None:
        """The value of an answer to ASK."""
        if self.status != 200 or self.media not in MEDIA["boolean"]:
            return None
        found = ox.parse_query_results(self.body, format=ox.QueryResultsFormat.from_media_type(self.media))
        return bool(found) if isinstance(found, ox.QueryBoolean) else None

    def is_a(self, kind: str) -> bool:
        """Whether it has a format of this kind and can be parsed."""
        if self.media not in MEDIA[kind]:
            return False
        if kind == "boolean":
            return self.boolean is not None
        if kind == "RDF":
            list(ox.parse(self.body, format=ox.RdfFormat.from_media_type(self.media)))
        elif self.media != "text/csv":  # which the engine writes and does not read
            form = ox.QueryResultsFormat.from_media_type(self.media)
            return isinstance(ox.parse_query_results(self.body, format=form), ox.QuerySolutions)
        return True


class Manifest:
    """The suite in a folder."""

    def __init__(self, folder: Path) -> None:
        self._graph = rdflib.Graph().parse(folder / "manifest.ttl", format="turtle")

    def tests(self) -> Iterator[ProtocolTest]:
        manifest = self._graph.value(predicate=RDF.type, object=MF.Manifest)
        for test in Collection(self._graph, self._graph.value(manifest, MF.entries)):
            requests = self._graph.value(self._graph.value(test, MF.action), HT.requests)
            yield ProtocolTest(str(test).rpartition("#")[2], tuple(map(self._sent, self._list(requests))))

    def graphs(self) -> set[tuple[str, Path]]:
        """The names of the graphs that the tests need, with their files."""
        return {
            (str(self._graph.value(data, RDFS.label)), Path(url2pathname(urlsplit(str(file)).path)))
            for data in self._graph.objects(None, UT.graphData)
            for file in [self._graph.value(data, UT.graph)]
        }

    def _list(self, node: rdflib.term.Node | None) -> Iterable[rdflib.term.Node]:
        return Collection(self._graph, node) if node is not None else ()

    def _sent(self, request: rdflib.term.Node) -> Sent:
        value = self._graph.value
        body, response = value(request, HT.body), value(request, HT.resp)
        chars = "" if body is None else str(value(body, CNT.chars))
        charset = "utf-8" if body is None else str(value(body, CNT.characterEncoding))
        headers = tuple(
            (str(value(header, HT.fieldName)), str(value(header, HT.fieldValue)))
            for header in self._list(value(request, HT.headers))
        )
        statuses = tuple(sorted(int(str(status)[-3]) for status in self._graph.objects(response, MF.expectedStatus)))
        expected = value(response, MF.expectedBoolean)
        return Sent(
            str(value(request, HT.methodName)),
            str(value(request, HT.absolutePath)),
            headers,
            chars.encode(charset),
            statuses,
            None if expected is None else str(expected) == "true",
            str(value(response, MF.expectedFormat) or ""),
        )


def send(server: Serving, request: Sent) -> Came:
    """Sends a request of the manifest, with the host of the server."""
    connection = HTTPConnection(urlsplit(server.url).netloc, timeout=60)
    connection.putrequest(request.method, request.path, skip_accept_encoding=True)
    for name, value in request.headers:
        connection.putheader(name, value)
    if request.body:
        connection.putheader("Content-Length", str(len(request.body)))
    connection.endheaders(request.body)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return Came(response.status, (response.getheader("Content-Type") or "").split(";")[0], body)


def quads(server: Serving) -> list[str]:
    """All quads of the server."""
    found = server.sparql("SELECT * { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }", "text/tab-separated-values")
    assert found.status == 200, found.text
    return sorted(found.text.splitlines())


def verdict(test: ProtocolTest, came: list[Came]) -> str:
    """What is wrong with the responses; empty if nothing is."""
    if test.updates:
        first, *after = came
        if first.status // 100 != 4:
            return "an update is not refused"
        return "" if all(answer.boolean is False for answer in after) else "an update has an effect"
    for request, got in zip(test.requests, came, strict=True):
        if got.status // 100 not in request.statuses:
            return f"expected {' or '.join(f'{status}xx' for status in request.statuses)}"
        if request.boolean is not None and got.boolean is not request.boolean:
            return f"expected {str(request.boolean).lower()}"
        if request.format and not got.is_a(request.format):
            return f"expected {request.format}"
    return ""


def run(folder: Path) -> Iterator[tuple[ProtocolTest, list[Came], str]]:
    """Each test with its responses and what is wrong with them."""
    manifest = Manifest(folder)
    with TemporaryDirectory() as scratch:
        data = Path(scratch, "data.nq")
        ox.serialize(
            (
                ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(name))
                for name, file in sorted(manifest.graphs())
                for quad in ox.parse(path=file)
            ),
            str(data),
            format=ox.RdfFormat.N_QUADS,
        )
        with serving("--graph", data, "--quiet") as server:
            before = quads(server)
            for test in manifest.tests():
                came = [send(server, request) for request in test.requests]
                changed = "the data are changed" if quads(server) != before else ""
                yield test, came, verdict(test, came) or changed


def main(folder: Path) -> int:
    failed = Counter[str]()
    total = Counter[str]()
    for test, came, wrong in run(folder):
        kind = "update" if test.updates else "query"
        good = "refused" if test.updates else "passed"
        print(f"{test.name:34} {kind:7} {', then '.join(map(str, came)):62} {f'FAILED: {wrong}' if wrong else good}")
        total[kind] += 1
        failed[kind] += bool(wrong)
    print(
        f"{total['query'] - failed['query']} of {total['query']} tests of queries pass; "
        f"{total['update'] - failed['update']} of {total['update']} of updates are refused and change nothing"
    )
    return int(failed.total() > 0 or not total)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        print(__doc__)
        raise SystemExit(2)
    raise SystemExit(main(Path(sys.argv[1])))
