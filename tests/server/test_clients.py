"""Common SPARQL clients without configuration: each sends a query of the library and gets the rows of `kg`."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import pandas as pd
import pytest
import SPARQLWrapper
from rdflib import ConjunctiveGraph, Graph, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore

from kg.api import KnowledgeGraph
from kg.store.portable import portable
from tests.clients import npm_modules, ran, required
from tests.server.serving import Serving

COMUNICA = "@comunica/query-sparql@4.5.0"
"""The newest that runs on the Node.js of Debian 12 and 13."""

Rows = list[tuple[str, ...]]


@pytest.fixture(scope="module")
def query(toy_graph: KnowledgeGraph) -> str:
    """A query of the library as SPARQL that any client understands."""
    found = toy_graph.queries.get("related-work")
    return portable(found.bind(found.terms({"practice": "continuous-testing"}, toy_graph.lookup)))


@pytest.fixture(scope="module")
def rows(toy_graph: KnowledgeGraph, query: str) -> Rows:
    """The rows of `kg` as texts, empty for unbound variables."""
    found = [tuple("" if term is None else term.value for term in row) for row in toy_graph.sparql(query).terms]
    assert len(found) > 3
    assert any("" in row for row in found)
    return found


def from_csv(text: str) -> Rows:
    return [tuple(row) for row in csv.reader(io.StringIO(text, newline=""))][1:]


def from_json(data: bytes | str) -> Rows:
    found = json.loads(data)
    return [
        tuple(row[name]["value"] if name in row else "" for name in found["head"]["vars"])
        for row in found["results"]["bindings"]
    ]


# --- Python ---


@pytest.mark.parametrize("method", [SPARQLWrapper.GET, SPARQLWrapper.POST])
@pytest.mark.parametrize("encoding", [SPARQLWrapper.URLENCODED, SPARQLWrapper.POSTDIRECTLY])
def test_sparqlwrapper_gets_rows(server: Serving, query: str, rows: Rows, method: str, encoding: str) -> None:
    client = SPARQLWrapper.SPARQLWrapper(f"{server.url}/sparql", returnFormat=SPARQLWrapper.JSON)
    client.setMethod(method)
    client.setRequestMethod(encoding)
    client.setQuery(query)
    found = client.queryAndConvert()
    assert from_json(json.dumps(found)) == rows
    client.setReturnFormat(SPARQLWrapper.CSV)
    assert from_csv(client.queryAndConvert().decode()) == rows
    client.setReturnFormat(SPARQLWrapper.XML)
    assert len(client.queryAndConvert().getElementsByTagName("result")) == len(rows)


@pytest.mark.parametrize(
    "form", [SPARQLWrapper.XML, SPARQLWrapper.RDFXML, SPARQLWrapper.TURTLE, SPARQLWrapper.N3, SPARQLWrapper.JSONLD]
)
def test_sparqlwrapper_gets_triples(server: Serving, toy_graph: KnowledgeGraph, form: str) -> None:
    client = SPARQLWrapper.SPARQLWrapper(f"{server.url}/sparql", returnFormat=form)
    client.setQuery("CONSTRUCT { ?p a ?c } WHERE { ?p a ?c FILTER(ISIRI(?p)) }")
    found = client.queryAndConvert()
    graph = Graph().parse(data=found, format="turtle") if isinstance(found, bytes) else found
    expected = toy_graph.sparql("SELECT DISTINCT ?p ?c { ?p a ?c FILTER(ISIRI(?p)) }")
    assert len(graph) == len(expected) > 50


def test_sparqlwrapper_reports_an_invalid_query(server: Serving) -> None:
    client = SPARQLWrapper.SPARQLWrapper(f"{server.url}/sparql")
    client.setQuery("SELECT * { ?s ?p }")
    with pytest.raises(SPARQLWrapper.SPARQLExceptions.QueryBadFormed, match="not SPARQL"):
        client.query()


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
@pytest.mark.parametrize("form", ["xml", "json", "csv", "tsv"])
def test_rdflib_gets_rows(server: Serving, query: str, rows: Rows, method: str, form: str) -> None:
    graph = Graph(SPARQLStore(f"{server.url}/sparql", returnFormat=form, method=method))
    found = [tuple("" if term is None else str(term) for term in row) for row in graph.query(query)]
    assert found == rows


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
def test_rdflib_reads_the_graphs_as_its_own(server: Serving, toy_graph: KnowledgeGraph) -> None:
    whole = ConjunctiveGraph(SPARQLStore(f"{server.url}/sparql"))
    assert len(whole) == len(list(whole.triples((None, None, None)))) == len(toy_graph.store)
    counted = dict(toy_graph.store.query("SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g").texts())
    assert {str(context.identifier): str(len(context)) for context in whole.contexts()} == counted
    one = next(iter(counted))
    assert str(len(list(whole.get_context(URIRef(one)).triples((None, None, None))))) == counted[one]


def test_pandas_reads_an_address(server: Serving, query: str, rows: Rows) -> None:
    for address in (
        "/sparql?" + urlencode({"query": query, "format": "csv"}),
        "/queries/related-work?practice=continuous-testing&format=csv",
    ):
        table = pd.read_csv(server.url + address, dtype=str, keep_default_na=False)
        assert [tuple(row) for row in table.itertuples(index=False)] == rows
    asked = pd.read_csv(
        f"{server.url}/sparql?" + urlencode({"query": query}),
        dtype=str,
        keep_default_na=False,
        storage_options={"Accept": "text/csv"},
    )
    assert len(asked) == len(rows)


# --- commands ---


@pytest.mark.parametrize("asked", [
    lambda query: ["--data-urlencode", f"query={query}"],
    lambda query: ["--get", "--data-urlencode", f"query={query}"],
    lambda query: ["--data-binary", query, "-H", "Content-Type: application/sparql-query"],
], ids=["form", "get", "direct"])  # fmt: skip
def test_curl_gets_rows(server: Serving, query: str, rows: Rows, asked: Callable[[str], list[str]]) -> None:
    curl = required("curl", "curl")
    found = ran(curl, "-sS", "--noproxy", "*", "-H", "Accept: text/csv", *asked(query), f"{server.url}/sparql")
    assert from_csv(found) == rows


def test_curl_gets_a_table_that_r_reads(server: Serving, query: str, rows: Rows) -> None:
    """R's `read.csv` needs UTF-8, a header, commas, doubled quotes and rows of equal length."""
    curl = required("curl", "curl")
    head, _, body = ran(
        curl, "-sS", "--noproxy", "*", "-i", f"{server.url}/sparql?" + urlencode({"query": query, "format": "csv"})
    ).partition("\n\n")
    assert "content-type: text/csv; charset=utf-8" in head
    lines = list(csv.reader(io.StringIO(body, newline=""), strict=True))
    assert {len(line) for line in lines} == {len(rows[0])}


@pytest.fixture(scope="session")
def comunica() -> Path:
    """The command of Comunica."""
    return npm_modules(COMUNICA) / ".bin" / "comunica-sparql"


def test_comunica_gets_rows(server: Serving, query: str, rows: Rows, comunica: Path) -> None:
    found = ran(comunica, f"sparql@{server.url}/sparql", "-q", query, "-t", "text/csv")
    assert from_csv(found) == rows


def test_comunica_joins_patterns_that_it_splits(server: Serving, toy_graph: KnowledgeGraph, comunica: Path) -> None:
    """The client sends the patterns one by one, and joins them itself."""
    query = "SELECT ?p ?area { ?p a cs:Practice ; cs:inArea ?area } ORDER BY ?p"
    found = from_csv(ran(comunica, f"{server.url}/sparql", "-q", portable(query), "-t", "text/csv"))
    assert [tuple(value.strip("<>") for value in row) for row in found] == [
        tuple("" if term is None else term.value for term in row) for row in toy_graph.sparql(query).terms
    ]
