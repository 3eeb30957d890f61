"""The store answers SPARQL from its own graph only, and refuses everything else with one kind of error."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, parse

from kg.core.problems import KgError
from kg.store import QueryError, Store

A, B, P = (NamedNode(f"https://example.org/{name}") for name in "abp")
ONE, TWO = (NamedNode(f"https://example.org/graph/{name}") for name in ("one", "two"))


def store(*quads: Quad) -> Store:
    found = Store()
    found.add(quads)
    return found


def test_queries_see_the_union_of_the_named_graphs() -> None:
    both = store(Quad(A, P, Literal("1"), ONE), Quad(B, P, Literal("2"), TWO))
    assert [term for (term,) in both.query("SELECT ?x { ?s ?p ?x } ORDER BY ?x").rows] == [Literal("1"), Literal("2")]


def test_a_named_graph_can_be_asked_for() -> None:
    both = store(Quad(A, P, Literal("1"), ONE), Quad(B, P, Literal("2"), TWO))
    rows = both.query("SELECT ?x { GRAPH <https://example.org/graph/two> { ?s ?p ?x } }").rows
    assert [term for (term,) in rows] == [Literal("2")]


def test_a_triple_in_two_files_is_one_triple() -> None:
    # Two reviews that tell of the same study both state that the study is reported in its publication.
    both = store(Quad(A, P, Literal("1"), ONE), Quad(A, P, Literal("1"), TWO))
    assert len(both.query("SELECT ?x { ?s ?p ?x }").rows) == 1


def test_a_triple_in_two_files_is_counted_once() -> None:
    both = store(Quad(A, P, Literal("1"), ONE), Quad(A, P, Literal("1"), TWO))
    assert list(both.query("SELECT (COUNT(?x) AS ?n) { ?s ?p ?x }").texts()) == [("1",)]


def test_known_prefixes_need_not_be_declared_and_may_be() -> None:
    assert store().query("ASK { ?x a cs:Finding }").rows[0][0] is not None
    own = store().query("PREFIX cs: <https://example.org/> SELECT (cs:x AS ?x) { }").rows
    assert own[0][0] == NamedNode("https://example.org/x")


def test_ask_gives_one_row_and_construct_gives_triples() -> None:
    one = store(Quad(A, P, B, ONE))
    assert [dict(row) for row in one.query("ASK { ?s ?p ?o }").named()] == [
        {"answer": Literal("true", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#boolean"))}
    ]
    (triple,) = one.construct("CONSTRUCT { ?o ?p ?s } WHERE { ?s ?p ?o }")
    assert (triple.subject, triple.object) == (B, A)
    with pytest.raises(QueryError):
        list(one.construct("SELECT * { ?s ?p ?o }"))


# --- nothing is asked of anybody else ---

REMOTE = "<http://127.0.0.1:9/sparql> { ?s ?p ?o }"
DISGUISES = {
    "plain": f"SELECT * {{ SERVICE {REMOTE} }}",
    "silent": f"SELECT * {{ SERVICE SILENT {REMOTE} }}",
    "small letters": f"SELECT * {{ service {REMOTE} }}",
    "without a space": f"SELECT * {{ ?a ?b ?c.SERVICE{REMOTE} }}",
    "a variable": "SELECT * { BIND(<http://127.0.0.1:9/> AS ?x) SERVICE ?x { ?s ?p ?o } }",
    "after a comment": f"SELECT * {{ # a comment '\n SERVICE {REMOTE} }}",
    "after an IRI with a hash": f"SELECT * {{ <x:y#z> ?p ?o . SERVICE {REMOTE} }}",
    "after a string with a hash": f"SELECT * {{ ?s ?p '#' . SERVICE {REMOTE} }}",
    "after a string with an escaped quote": f"SELECT * {{ ?s ?p '\\'' . SERVICE {REMOTE} }}",
    "after a long string": f"SELECT * {{ ?s ?p '''it's ''' . SERVICE {REMOTE} }}",
    "after a long string with quotes": f'SELECT * {{ ?s ?p """a " b "" c""" . SERVICE {REMOTE} }}',
    "after an empty string": f"SELECT * {{ ?s ?p '' . SERVICE {REMOTE} #'\n }}",
    "after a quote in a local name": f"PREFIX x: <x:> SELECT * {{ x:it\\'s ?p ?o . SERVICE {REMOTE} # '\n }}",
    "between less and greater": f"SELECT * {{ ?s ?p ?o FILTER(?o<2)SERVICE {REMOTE} FILTER(?o>1) }}",
    "after a quote in a comparison": f"SELECT * {{ ?s ?p ?o FILTER(?o<'>') SERVICE {REMOTE} FILTER('' = '') }}",
    "after a comparison with a hash": f"SELECT * {{ ?s ?p ?o FILTER(?o<?s#>\n) SERVICE {REMOTE} #\n }}",
    "after a call without a space": f"SELECT * {{ ?s ?p ?o FILTERxsd:f(?o<'>') SERVICE {REMOTE} FILTER('' = '') }}",
    "after a number": f"SELECT * {{ ?s ?p ?o FILTER(?o != 0) ?s ?p '1'SERVICE {REMOTE} }}",
    "in a subselect": f"SELECT * {{ {{ SELECT * {{ SERVICE {REMOTE} }} }} }}",
    "in an exists": f"SELECT * {{ FILTER EXISTS {{ SERVICE {REMOTE} }} }}",
    "as a code point": f"SELECT * {{ S\\u0045RVICE {REMOTE} }}",
    "as a long code point": f"SELECT * {{ \\U00000053ERVICE {REMOTE} }}",
    "after a quote as a code point": f"SELECT * {{ ?s ?p \\u0027a\\u0027 . SERVICE {REMOTE} }}",
}


@pytest.fixture
def host() -> Iterator[tuple[int, list[str]]]:
    """A port of this machine, and the addresses that have connected to it, which are answered with nothing."""
    callers: list[str] = []

    class Caller(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            callers.append(self.client_address[0])

    with socketserver.TCPServer(("127.0.0.1", 0), Caller) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server.server_address[1], callers
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("query", DISGUISES.values(), ids=DISGUISES)
def test_service_is_refused_in_every_disguise(query: str, host: tuple[int, list[str]]) -> None:
    port, callers = host
    with pytest.raises(QueryError) as refused:
        store(Quad(A, P, Literal("1"), ONE)).query(query.replace(":9/", f":{port}/"))
    assert "SERVICE is refused" in str(refused.value) or "not SPARQL: error at 1:" in str(refused.value)
    assert not callers


HARMLESS = {
    "in a string": "SELECT ('SERVICE <x:y> {}' AS ?x) { }",
    "in a long string": 'SELECT ("""a "SERVICE" of \'ours\'""" AS ?x) { }',
    "in a comment": "# SERVICE <x:y>\nSELECT (1 AS ?x) { }",
    "in an IRI": "SELECT (<https://example.org/SERVICE> AS ?x) { }",
    "a variable": "SELECT ?service { VALUES ?service { 1 } }",
    "a variable beside a similar one": "SELECT ?service ?xervice { VALUES (?service ?xervice) { (1 2) } }",
    "a prefix": "PREFIX service: <x:> SELECT (service:service AS ?x) { }",
    "a local name": "PREFIX sd: <x:> SELECT (sd:Service AS ?x) { }",
    "a language": "SELECT ('a'@service AS ?x) { }",
    "a blank node": "SELECT (COUNT(*) AS ?n) { _:SERVICE ?p ?o }",
    "in a longer name": "SELECT ?services { VALUES ?services { 1 } }",
    "after an escaped quote": r"SELECT ('it\'s SERVICE' AS ?x) { }",
}


@pytest.mark.parametrize("query", HARMLESS.values(), ids=HARMLESS)
def test_the_word_service_is_allowed_where_it_is_not_a_keyword(query: str) -> None:
    assert len(store().query(query).rows) == 1


def test_from_restricts_a_query_to_the_graph_of_a_file() -> None:
    both = store(Quad(A, P, Literal("1"), ONE), Quad(B, P, Literal("2"), TWO))
    rows = both.query("SELECT ?x FROM <https://example.org/graph/two> { ?s ?p ?x }").rows
    assert [term for (term,) in rows] == [Literal("2")]


def test_from_another_host_reads_nothing() -> None:
    assert store(Quad(A, P, B, ONE)).query("SELECT * FROM <http://127.0.0.1:9/> { ?s ?p ?o }").rows == ()


@pytest.mark.parametrize("update", ["INSERT DATA { <x:a> <x:b> 1 }", "DELETE WHERE { ?s ?p ?o }", "DROP ALL",
                                    "LOAD <http://127.0.0.1:9/>", "CLEAR ALL"])  # fmt: skip
def test_updates_are_refused_and_change_nothing(update: str) -> None:
    one = store(Quad(A, P, B, ONE))
    with pytest.raises(QueryError):
        one.query(update)
    assert len(one) == 1


@given(st.text() | st.text(alphabet="SELECT{}?xs:p\"'#<>\\ .*()"))
def test_any_text_gives_an_answer_or_a_query_error(text: str) -> None:
    with suppress(QueryError):
        Store().query(text)


def test_a_missing_or_broken_file_is_an_error_with_a_hint(tmp_path: Path) -> None:
    broken = tmp_path / "graph.nq"
    broken.write_text("<x:a> <x:b> .\n", encoding="utf-8")
    for path in (broken, tmp_path / "gone.nq"):
        with pytest.raises(KgError, match="kg build"):
            Store.of_file(path)


# --- a file: its union first, its graphs by name when they are asked for ---

TRIPLES = "SELECT * { ?s ?p ?o }"
BY_NAME = "SELECT * { GRAPH ?g { ?s ?p ?o } }"
FROM_ONE = "SELECT * FROM <x:g1> { ?s ?p ?o }"
WRITTEN = """\
<x:a> <x:p> "1" <x:g1> .
<x:a> <x:p> "a <b> . \\n <x:c> ." <x:g1> .
<x:a> <x:p> "1" <x:g2> .
<x:b> <x:p> <x:a> <x:g2> .
<x:b> <x:p> "2"^^<http://www.w3.org/2001/XMLSchema#integer> <x:g2> .
<x:b> <x:p> "zwei"@de <x:g2> .
"""
FILES = {
    "as kg build writes it": WRITTEN,
    "empty": "",
    "with blank nodes": WRITTEN + "_:x <x:p> _:y <x:g1> .\n<x:b> <x:q> _:x <x:g2> .\n",
    "with comments and empty lines": "# one\n\n" + WRITTEN.replace("\n", "\n\n# more <x:y> .\n"),
    "without spaces": WRITTEN.replace(" .\n", ".\n"),
    "with triples of no graph": WRITTEN + '<x:a> <x:q> <x:o> .\n<x:a> <x:q> "<x:o> ." .\n',
    "with graphs that are blank nodes": WRITTEN + '<x:a> <x:q> <x:o> _:g .\n',
    "with other line ends": WRITTEN.replace("\n", "\r\n"),
    "longer than what is read at once": WRITTEN + "".join(
        f'<x:a> <x:p> "{"words " * 10}{n}" <x:g{n % 3}> .\n' for n in range(9000)),
}  # fmt: skip


def lines(found: Store, query: str) -> list[tuple[str, ...]]:
    """The rows without the names of blank nodes, sorted."""
    return sorted(
        tuple("_" if isinstance(term, BlankNode) else str(term) for term in row) for row in found.query(query).rows
    )


@pytest.mark.parametrize("text", FILES.values(), ids=FILES)
@pytest.mark.parametrize("queries", [(TRIPLES, BY_NAME, FROM_ONE, TRIPLES), (BY_NAME, TRIPLES), (FROM_ONE, TRIPLES)])
def test_a_file_gives_the_same_answers_as_its_graphs(tmp_path: Path, text: str, queries: tuple[str, ...]) -> None:
    path = tmp_path / "graph.nq"
    path.write_bytes(text.encode())
    whole = Store()
    whole.add(
        Quad(q.subject, q.predicate, q.object, q.graph_name) for q in parse(text.encode(), format=RdfFormat.N_QUADS)
    )
    opened = Store.of_file(path)
    for query in queries:
        assert lines(opened, query) == lines(whole, query)
    assert len(opened) == len(whole)


def test_a_blank_node_is_one_node_in_its_graph_and_in_the_union(tmp_path: Path) -> None:
    path = tmp_path / "graph.nq"
    path.write_text(FILES["with blank nodes"], encoding="utf-8")
    opened = Store.of_file(path)
    assert len(opened.query("SELECT ?y { <x:b> <x:q> ?x . ?x <x:p> ?y }").rows) == 1
    assert len(opened.query("SELECT ?y { <x:b> <x:q> ?x . GRAPH <x:g1> { ?x <x:p> ?y } }").rows) == 1


def test_named_graphs_are_loaded_from_the_opened_file(tmp_path: Path) -> None:
    path = tmp_path / "graph.nq"
    path.write_text(WRITTEN, encoding="utf-8")
    opened = Store.of_file(path)
    other = tmp_path / "other.nq"
    other.write_text(WRITTEN.replace("x:a", "x:c"), encoding="utf-8")
    other.replace(path)
    assert len(opened.query(TRIPLES).rows) == 5
    for ask in (lambda: opened.query(BY_NAME), lambda: opened.digest):
        with pytest.raises(KgError, match="open it again"):
            ask()
    path.unlink()
    with pytest.raises(KgError, match="kg build"):
        opened.query(BY_NAME)


@pytest.mark.parametrize("line", ["<x:a> <x:p> .", "<x:a> <x:p> <x:o> <x:g>", '<x:a> <x:p> "\\q" <x:g> .', "nonsense .",
                                  '<x:a> <x:p> "\xff" <x:g> .', WRITTEN.replace("\n", " ")])  # fmt: skip
def test_a_file_that_is_not_n_quads_is_refused(tmp_path: Path, line: str) -> None:
    path = tmp_path / "graph.nq"
    path.write_bytes((WRITTEN + line + "\n" + WRITTEN).encode("latin-1"))
    with pytest.raises(KgError, match="kg build"):
        Store.of_file(path)


def test_a_text_that_is_not_an_iri_is_not_in_the_store() -> None:
    one = store(Quad(A, P, B, ONE))
    assert [one.has(iri) for iri in (A.value, B.value, "a b", "x:a> } #", "", "\ud800")] == [True, *[False] * 5]
