"""The endpoint as clients see it."""

from __future__ import annotations

import json
from urllib.parse import quote

import pyoxigraph as ox
import pytest

from kg.api import KnowledgeGraph
from tests.server.serving import Serving

PRACTICES = "SELECT ?p WHERE { ?p a cs:Practice } ORDER BY ?p"


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("", "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        ("application/sparql-results+json", "application/sparql-results+json"),
        ("application/json", "application/sparql-results+json"),
        ("application/sparql-results+xml", "application/sparql-results+xml; charset=utf-8"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        ("text/csv;q=0.4, application/sparql-results+xml;q=0.8", "application/sparql-results+xml; charset=utf-8"),
        ("text/turtle, text/csv", "text/csv; charset=utf-8"),
        ("text/*", "text/csv; charset=utf-8"),
    ],
)
def test_rows_in_the_requested_format(server: Serving, toy_graph: KnowledgeGraph, accept: str, media: str) -> None:
    found = server.sparql(PRACTICES, accept)
    assert (found.status, found.headers["Content-Type"]) == (200, media)
    form = ox.QueryResultsFormat.from_media_type(media.split(";")[0])
    assert form is not None
    if form != ox.QueryResultsFormat.CSV:
        rows = ox.parse_query_results(found.body, format=form)
        assert isinstance(rows, ox.QuerySolutions)
        assert [str(row["p"]) for row in rows] == [str(row[0]) for row in toy_graph.sparql(PRACTICES).terms]
    else:
        assert found.text.split("\r\n")[1:-1] == [row[0].value for row in toy_graph.sparql(PRACTICES).terms if row[0]]


@pytest.mark.parametrize(
    "media", ["text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml"]
)
def test_triples_in_the_requested_format(server: Serving, toy_graph: KnowledgeGraph, media: str) -> None:
    query = "CONSTRUCT { ?p a cs:Practice } WHERE { ?p a cs:Practice }"
    found = server.sparql(query, media)
    assert (found.status, found.headers["Content-Type"].split(";")[0]) == (200, media)
    form = ox.RdfFormat.from_media_type(media)
    assert {quad.triple for quad in ox.parse(found.body, format=form)} == set(toy_graph.sparql(query).triples or ())


@pytest.mark.parametrize(
    ("accept", "media"),
    [("application/json", "application/ld+json"), ("application/xml", "application/rdf+xml"),
     ("text/n3", "text/turtle")],
)  # fmt: skip
def test_triples_are_given_to_clients_that_ask_for_the_general_type(server: Serving, accept: str, media: str) -> None:
    found = server.sparql("CONSTRUCT { ?p a cs:Practice } WHERE { ?p a cs:Practice }", accept)
    assert (found.status, found.headers["Content-Type"].split(";")[0]) == (200, media)


@pytest.mark.parametrize(
    ("media", "where", "told"),
    [
        ("application/ld+json", "?s ?p <<( ?s ?p ?o )>>", "JSON-LD cannot say triple terms"),
        ("application/ld+json", "?s ?p ?o {| ?p 1 |}", "JSON-LD cannot say triple terms"),
        ("application/ld+json", "?s ?p <<( ?s ?p <<( ?s ?p ?o )>> )>>", "JSON-LD cannot say triple terms"),
        ("application/rdf+xml", "?s ?p <<( ?s ?p ?o )>>", "RDF/XML 1.1 cannot say"),
        ("application/rdf+xml", "?s <https://example.org/2031> ?o", "cannot name the property"),
        ("application/rdf+xml", "?s rdf:li ?o", "cannot name the property"),
    ],
)
def test_triples_that_the_format_cannot_say_are_refused(server: Serving, media: str, where: str, told: str) -> None:
    query = f"CONSTRUCT {{ {where} }} WHERE {{ ?s ?p ?o }} LIMIT 1"
    found = server.sparql(query, media)
    assert found.status == 406
    assert "[request/format]" in found.text
    assert told in found.text
    assert server.sparql(query, "text/turtle").status == 200


def test_an_unknown_format_is_refused(server: Serving) -> None:
    found = server.sparql(PRACTICES, "image/png")
    assert found.status == 406
    assert "[request/format]" in found.text


def test_three_ways_to_send_a_query_give_one_answer(server: Serving) -> None:
    got = server.ask("/sparql?query=" + quote(PRACTICES)).body
    assert got == server.sparql(PRACTICES).body
    assert got == server.ask("/sparql", PRACTICES.encode(), Content_Type="application/sparql-query").body
    assert json.loads(got)["results"]["bindings"]


def test_an_error_is_text_or_a_problem_document(server: Serving) -> None:
    text = server.sparql("SELECT nonsense", "text/csv")
    assert (text.status, text.headers["Content-Type"]) == (400, "text/plain; charset=utf-8")
    problem = server.sparql("SELECT nonsense", "application/json")
    assert problem.headers["Content-Type"] == "application/problem+json"
    found = json.loads(problem.body)
    assert (found["status"], found["rule"]) == (400, "query/invalid")
    assert found["detail"] in text.text


@pytest.mark.parametrize(
    ("query", "hint"),
    [
        ("SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }", "SERVICE is refused"),
        ("SELECT * { FILTER(?o<'>') SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } FILTER(''='') }", "SERVICE is refused"),
        ("LOAD <http://example.org/>", "updates are refused"),
        ("CLEAR ALL", "updates are refused"),
        ("SELECT * { " + "{" * 300 + "}" * 300 + "}", "brackets"),
    ],
)
def test_a_refusal_gives_the_reason(server: Serving, query: str, hint: str) -> None:
    found = server.sparql(query)
    assert found.status == 400
    assert hint in found.text


@pytest.mark.parametrize(
    "query",
    [
        "PREFIX sd: <http://www.w3.org/ns/sparql-service-description#> SELECT ?service { ?service a sd:Service }",
        "SELECT ('GRAPH ?g { SERVICE <x:y> {} }' AS ?from) { } # FROM <x:y>",
        "BASE <http://x/> PREFIX a.b: <y> SELECT * FROM # <z>\n a.b:c:d FROM NAMED <\\u0061> { ?s ?p ?o }",
    ],
)
def test_a_word_that_is_no_keyword_changes_nothing(server: Serving, query: str) -> None:
    assert server.sparql(query).status == 200


@pytest.mark.parametrize(("media", "status"), [("application/ld+json", 406), ("application/sparql-results+json", 200)])
def test_triple_terms_in_rows_have_the_formats_of_rows(server: Serving, media: str, status: int) -> None:
    assert server.sparql("SELECT (<<( ?s ?p ?o )>> AS ?t) { ?s ?p ?o } LIMIT 1", media).status == status


def test_a_remote_graph_is_empty_and_not_fetched(server: Serving) -> None:
    found = server.sparql(f"SELECT * FROM <{server.url}/elsewhere> {{ ?s ?p ?o }}", "text/csv")  # noqa: S608
    assert (found.status, found.text.count("\n")) == (200, 1)
    assert not any("elsewhere" in line for line in server.log)


def test_a_named_query_takes_its_parameters_from_the_url(server: Serving, toy_graph: KnowledgeGraph) -> None:
    found = server.ask("/queries/related-work?practice=continuous-testing&format=csv")
    rows = toy_graph.query("related-work", practice="continuous-testing")
    assert found.text.count("example2031") == sum(row["key"] == "example2031" for row in rows) > 0


def test_an_unknown_name_suggests_similar_ones(server: Serving) -> None:
    found = server.ask("/queries/related-work?practice=continuous-testin")
    assert found.status == 400
    assert "did you mean" in found.text


def test_it_describes_itself(server: Serving) -> None:
    found = server.ask("/sparql", Accept="application/n-triples")
    triples = list(ox.parse(found.body, format=ox.RdfFormat.N_TRIPLES))
    described = {
        (quad.subject.value, quad.predicate.value.split("#")[-1])
        for quad in triples
        if isinstance(quad.subject, ox.NamedNode)
    }
    assert (f"{server.url}/sparql", "endpoint") in described
    counts = [
        int(quad.object.value)
        for quad in triples
        if quad.predicate.value.endswith("void#triples") and isinstance(quad.object, ox.Literal)
    ]
    assert max(counts) == json.loads(server.ask("/ready").body)["triples"]
