"""FROM answers from the graphs that it names, however it is written; rdflib's parser is the second reader."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib.plugins.sparql import prepareQuery

from kg.store import QueryError, Store
from kg.store.memory import Dataset

NAMES = ("a", "b", "a:b", "g%20x", "a~b", "it's", "from", "NAMED", "x.y", "1", "c#d", "é", "a-b")
BASE = "http://e/sub/query"
P, SHARED = ox.NamedNode("http://e/p"), ox.Literal("shared")


@pytest.fixture(scope="module")
def graphs() -> Store:
    """A graph for each name, with its name and a triple that is in all of them."""
    store = Store()
    for name in NAMES:
        graph = ox.NamedNode(f"http://e/{name}")
        store.add([ox.Quad(P, P, ox.Literal(name), graph), ox.Quad(P, P, SHARED, graph)])
    return store


def found(store: Store, head: str) -> list[str]:
    """The names of the graphs that a query is answered from, and of its named graphs with an `@`."""
    default = store._asked(f"{head} {{ ?s ?p ?o }}", BASE)
    named = store._asked(f"{head} {{ GRAPH ?g {{ ?s ?p ?o }} }}", BASE)
    names = [row["o"].value for row in default] + ["@" + row["o"].value for row in named]
    return sorted(name for name in names if "shared" not in name)


@pytest.mark.parametrize("more", ["", " FROM <http://e/a>"], ids=["one", "two"])
@pytest.mark.parametrize(
    ("head", "name"),
    [
        ("PREFIX e: <http://e/> SELECT * FROM e:a:b", "a:b"),
        ("PREFIX e: <http://e/> SELECT * FROM e:g%20x", "g%20x"),
        (r"PREFIX e: <http://e/> SELECT * FROM e:a\~b", "a~b"),
        (r"PREFIX e: <http://e/> SELECT * FROM e:it\'s", "it's"),
        ("BASE <http://x/> PREFIX e: <http://e/> BASE <http://e/> SELECT * FROM <b>", "b"),
        ("PREFIX e: <http://e/> BASE <http://x/> PREFIX f: <b> BASE <http://e/> SELECT * FROM <b>", "b"),
        ("BASE <http://e/> PREFIX e: <a:> BASE <http://x/> SELECT * FROM <http://e/b>", "b"),
        ("BASE <http://e/a/b/> PREFIX e: <../../> SELECT * FROM e:b", "b"),
        ("SELECT * FROM <../b>", "b"),
        ("SELECT * FROM # a comment\n <http://e/b>", "b"),
        ("SELECT * FROM # FROM <http://e/1> '\n <http://e/b>", "b"),
        ("PREFIX from: <http://e/> SELECT * FROM from:from", "from"),
        ("PREFIX NAMED: <http://e/> SELECT * FROM NAMED:NAMED", "NAMED"),
        ("PREFIX a.b: <http://e/> SELECT * FROM a.b:x.y", "x.y"),
        ("PREFIX : <http://e/> SELECT * FROM :1", "1"),
        ("PREFIX e: <http://e/c#> SELECT * FROM e:d", "c#d"),
        (r"SELECT * FROM <http://e/\u0062>", "b"),
        (r"SELECT * FROM <\u0068ttp://e/\U000000e9>", "é"),
        ("SELECT ?s ?p ?o (?x<'> FROM <http://e/1> ' AS ?y) FROM <http://e/b>", "b"),
        ("select*from<http://e/b>", "b"),
    ],
)
def test_from_is_read_as_the_grammar_says(graphs: Store, head: str, name: str, more: str) -> None:
    assert found(graphs, head + more) == sorted([name, "a"] if more else [name])


def test_a_triple_of_two_graphs_is_there_once(graphs: Store) -> None:
    for clauses in ("FROM <http://e/a> FROM <http://e/b>", "FROM <http://e/a> FROM <http://e/a>"):
        count = graphs.query(f"SELECT (COUNT(*) AS ?n) {clauses} {{ ?s ?p 'shared' }}")
        assert list(count.texts()) == [("1",)]


def test_a_graph_that_is_named_twice_is_there_once(graphs: Store) -> None:
    count = "SELECT (COUNT(*) AS ?n) {} {{ GRAPH ?g {{ ?s ?p 'shared' }} }}"
    twice = count.format("FROM NAMED <http://e/a> FROM NAMED <http://e/a>")
    assert list(graphs.query(twice).texts()) == [("1",)]
    (row,) = graphs._asked(count.format(""), BASE, Dataset(named=("http://e/a", "http://e/a")))
    assert row["n"].value == "1"


def test_named_graphs_are_those_of_from_named(graphs: Store) -> None:
    assert found(graphs, "SELECT * FROM NAMED <http://e/a>") == ["@a"]
    assert found(graphs, "SELECT * FROM <http://e/b> FROM NAMED <http://e/a>") == ["@a", "b"]
    assert found(graphs, "SELECT * FROM <http://e/b> FROM <http://e/1> FROM NAMED <http://e/a>") == ["1", "@a", "b"]
    assert found(graphs, "SELECT * FROM <http://e/b> FROM <http://e/1>") == ["1", "b"]


def test_the_graphs_of_the_protocol_replace_those_of_the_query(graphs: Store) -> None:
    query = "SELECT ?o FROM <http://e/a> FROM <http://e/1> { ?s ?p ?o }"
    rows = graphs._asked(query, BASE, Dataset(("http://e/b",)))
    assert {row["o"].value for row in rows} == {"b", "shared"}


@pytest.mark.parametrize(
    "query", ["ASKFROM <a> FROM <b> FROM <c> {}", "PREFIX e: <x:> ASK FROM <a> FROM <b> FROMe:c {}"]
)
def test_a_keyword_that_only_the_engine_sees_is_an_error_and_no_other_graph(graphs: Store, query: str) -> None:
    with pytest.raises(QueryError, match="not SPARQL"):
        graphs.query(query)


SPACE = st.sampled_from([" ", "\n", "\t", " # FROM <http://e/1>\n", " #'\n ", "\r\n"])
LOCAL = ("a", "a:b", "g%20x", "from", "x.y", "1", "é")
"""Without escapes: rdflib keeps their backslashes."""
IRIS = ["<http://e/a>", "<../b>", "<../sub/../x.y>", "<//e/1>", "<http://e/c#d>", r"<http://e/\u0061-b>", "</a:b>"]


@st.composite
def heads(draw: st.DrawFn) -> tuple[str, str]:
    """A query up to its pattern, with prefixes that look like keywords, bases, comments and escapes; and its base."""
    prefix = draw(st.sampled_from(["e", "from", "FROM", "named", "select", "a.b", "", "é", "x-1", "graph", "base"]))
    prologue = [f"PREFIX{draw(SPACE)}{prefix}:{draw(SPACE)}<http://e/>"]
    bases = draw(st.lists(st.sampled_from(["http://x/y", "http://e/sub/z"]), max_size=2))
    place = draw(st.integers(0, 1))
    prologue[place:place] = [f"BASE{draw(SPACE)}<{base}>" for base in bases]
    for other in draw(st.lists(st.sampled_from(["o", "from1", "named1"]), max_size=2)):
        prologue.insert(draw(st.integers(0, len(prologue))), f"prefix {other}:{draw(SPACE)}<http://o/>")
    form = draw(st.sampled_from(["SELECT *", "select ?o ?g ?from (1 AS ?graph)", "SELECT DISTINCT ?o ?g"]))
    parts = [*prologue, form]
    for named in draw(st.lists(st.booleans(), min_size=2, max_size=4)):
        iri = draw(st.sampled_from(IRIS) | st.sampled_from([f"{prefix}:{local}" for local in LOCAL]))
        keyword = draw(st.sampled_from(["FROM", "from", "From"]))
        parts.append(f"{keyword}{draw(SPACE)}NAMED{draw(SPACE)}{iri}" if named else f"{keyword}{draw(SPACE)}{iri}")
    return "".join(part + draw(SPACE) for part in parts), [BASE, *bases][-1]


def second_reading(query: str, base: str) -> Dataset:
    """The graphs that rdflib reads in a query; it leaves relative IRIs as they are."""
    clauses: list[Any] = prepareQuery(query, base=BASE).algebra.datasetClause or []
    default, named = (
        tuple(urljoin(base, str(clause[part])) for clause in clauses if part in clause) for part in ("default", "named")
    )
    return Dataset(default, named)


@settings(max_examples=100, deadline=None)
@given(query=heads())
def test_rdflib_reads_the_same_graphs(graphs: Store, query: tuple[str, str]) -> None:
    head, base = query
    pattern = "{ { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
    dataset = second_reading(f"{head}WHERE {pattern}", base)
    assert dataset
    ours = graphs._asked(f"{head}WHERE {pattern}", BASE)
    distinct = "DISTINCT" if "DISTINCT" in head else ""
    theirs = graphs._asked(f"SELECT {distinct} ?o ?g {pattern}", BASE, dataset)
    read = [sorted((str(row["o"]), str(row["g"])) for row in rows) for rows in (ours, theirs)]
    assert read[0] == read[1]
