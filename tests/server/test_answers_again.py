"""Answers that are kept: the same as those of a new server, whatever happened before."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.server.cache import AnswerCache
from kg.server.messages import Reply
from kg.store import Store
from tests.server.serving import Response, Serving, serving, until

QUERIES = (
    "SELECT ?s ?o { ?s <http://example.org/p> ?o } ORDER BY ?s ?o",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g",
    "ASK { <http://example.org/2> ?p ?o }",
    "ASK { <http://example.org/3> ?p ?o }",
)
MEDIA = {"csv": "text/csv", "json": "application/sparql-results+json", "xml": "application/sparql-results+xml"}


def written(file: Path, numbers: frozenset[int]) -> None:
    """Replaces a file by a graph that contains these numbers."""
    quad = '<http://example.org/{0}> <http://example.org/p> "{0}" <http://example.org/g{1}> .\n'
    fresh = file.with_name("fresh")
    fresh.write_text("".join(quad.format(number, number % 2) for number in sorted(numbers)), encoding="utf-8")
    fresh.replace(file)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Serving, Path]]:
    file = tmp_path_factory.mktemp("kept") / "graph.nq"
    written(file, frozenset({1}))
    with serving("--graph", file, "--quiet") as server:
        yield server, file


GRAPHS = st.frozensets(st.integers(1, 4), min_size=1)
QUESTIONS = st.tuples(st.sampled_from(QUERIES), st.sampled_from(sorted(MEDIA)))


@settings(max_examples=3, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(GRAPHS, QUESTIONS, QUESTIONS, QUESTIONS), min_size=4, max_size=16))
def test_each_answer_is_that_of_a_new_server(
    served: tuple[Serving, Path], steps: list[frozenset[int] | tuple[str, str]]
) -> None:
    server, file = served
    for step in steps:
        if isinstance(step, frozenset):
            written(file, step)
            digest = hashlib.sha256(file.read_bytes()).hexdigest()
            until(lambda digest=digest: digest in server.ask("/ready").text, "the graph is not reloaded")
            continue
        sparql, form = step
        expected = BytesIO()
        Store.of_rdf(file).answer(sparql).write(form, expected)
        assert server.sparql(sparql, MEDIA[form]).body == expected.getvalue()


def counts(server: Serving) -> dict[str, int]:
    return dict(json.loads(server.ask("/health").body)["cache"])


def test_a_repeated_query_is_answered_from_the_cache(server: Serving) -> None:
    before = counts(server)
    asked = [server.sparql("SELECT ?p { ?p a cs:Practice } ORDER BY ?p LIMIT 7", "text/csv") for _ in range(3)]
    after = counts(server)
    assert len({found.body for found in asked}) == 1
    assert (after["hits"] - before["hits"], after["misses"] - before["misses"]) == (2, 1)


@pytest.mark.parametrize("query", [
    "SELECT (UUID() AS ?x) {}",
    "SELECT (struuid () AS ?x) {}",
    "SELECT (RAND#\n() AS ?x) {}",
    "SELECT (BNODE() AS ?x) {}",
    r"SELECT (\u0055UID() AS ?x) {}",
])  # fmt: skip
def test_an_answer_that_changes_is_not_kept(server: Serving, query: str) -> None:
    before = counts(server)["hits"]
    first, second = (server.sparql(query, "text/csv") for _ in range(2))
    assert counts(server)["hits"] == before
    assert "ETag" not in first.headers
    if first.status == 200 and "BNODE" not in query:
        assert first.body != second.body


def test_what_differs_in_anything_is_another_question(server: Serving, toy: Path) -> None:
    graph = next(iter(Store.of_file(toy / "build" / "graph.nq").query("SELECT ?g { GRAPH ?g {} } LIMIT 1").texts()))[0]
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    whole = server.sparql(count, "text/csv").text
    assert server.sparql(count, "text/csv", **{"default-graph-uri": graph}).text != whole
    assert server.sparql(count, "text/tab-separated-values").text != whole
    assert server.sparql(count, "text/csv").text == whole
    for query in ("related-work?practice=CT", "related-work?practice=CI"):
        assert server.ask(f"/queries/{query}&format=csv").body == server.ask(f"/queries/{query}&format=csv").body
    assert server.ask("/queries/related-work?practice=CT&format=csv").body != server.ask(
        "/queries/related-work?practice=CI&format=csv").body  # fmt: skip


LARGE = "SELECT ?s ?p { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 500"


def large(server: Serving, data: bytes | None = None, **headers: str) -> Response:
    query = "" if data else "?" + urlencode({"query": LARGE})
    return server.ask("/sparql" + query, data, Accept="text/csv", **headers)


def test_an_answer_is_compressed_and_has_a_validator(server: Serving) -> None:
    plain, packed = large(server), large(server, Accept_Encoding="gzip")
    assert gzip.decompress(packed.body) == plain.body
    assert (packed.headers["Content-Encoding"], plain.headers["Content-Encoding"]) == ("gzip", None)
    assert packed.headers["ETag"] != plain.headers["ETag"]
    for found in (plain, packed):
        assert {"Accept", "Accept-Encoding"} <= {part.strip() for part in found.headers["Vary"].split(",")}
    assert large(server, If_None_Match=plain.headers["ETag"]).status == 304
    assert large(server, If_None_Match=packed.headers["ETag"], Accept_Encoding="gzip").status == 304
    assert large(server, If_None_Match=packed.headers["ETag"]).status == 200
    posted = large(server, urlencode({"query": LARGE}).encode(), If_None_Match=plain.headers["ETag"])
    assert (posted.status, posted.body) == (200, plain.body)  # 304 is for GET and HEAD


STEPS = st.tuples(st.integers(0, 5), st.integers(0, 3000), st.booleans())


@given(st.lists(STEPS, max_size=60))
def test_the_cache_is_bounded_and_returns_what_was_put(steps: list[tuple[int, int, bool]]) -> None:
    cache, last = AnswerCache(20_000), dict[bytes, Reply]()
    for number, size, put in steps:
        key = bytes([number])
        if put:
            last[key] = Reply(body=bytes(size))
            cache.put(key, last[key])
        elif (found := cache.get(key)) is not None:
            assert found is last[key]
        assert cache.report()["bytes"] <= 20_000
    kept = [key for key in last if cache.get(key)]
    assert cache.report()["answers"] == len(kept)
    cache.clear()
    assert cache.report()["bytes"] == 0
    assert all(cache.get(key) is None for key in last)
