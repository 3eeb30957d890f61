"""What the W3C's test suites ask of an endpoint: SPARQL 1.1 Protocol, Service Description, and query evaluation.

The requests of the protocol suite are not in the repository (see `protocol_suite.py`). For each of its tests there is
one here with the same name that checks the same thing.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest

from kg.store.sparql_text import graph_clauses, has_service
from tests.server.protocol_suite import Came, ProtocolTest, Sent, quads, send, verdict
from tests.server.serving import Response, Serving, serving
from tests.server.test_protocol import DIRECT, FORM, UPDATE, A, B, C, three
from tests.store.test_w3c_queries import FOLDER, Case, error_of, plain, rows, suite
from tests.store.test_w3c_queries import quads as quads_of

__all__ = ["suite", "three"]  # fixtures
NOWHERE = "http://example.org/graph/nowhere"


# --- the protocol ---


def asks(have: tuple[str, ...], lack: tuple[str, ...] = (), *, named: bool = False) -> str:
    """A query whether the dataset has the statements of some graphs, and not those of others."""
    has = "".join(f"GRAPH <{g}> {{ <{g}> ?p ?o }} " if named else f"<{g}> ?p ?o . " for g in have)
    return f"ASK {{ {has}{''.join(f'FILTER NOT EXISTS {{ <{g}> a ?x ; ?p ?o }} ' for g in lack)}}}"


def get(query: str, *dataset: tuple[str, str], name: str = "query") -> Sent:
    return Sent("GET", "/sparql/?" + urlencode([(name, query), *dataset]), (), b"", (2,), None, "")


def post(body: str, media: str, *dataset: tuple[str, str], charset: str = "utf-8") -> Sent:
    path = "/sparql/" + ("?" + urlencode(dataset) if dataset else "")
    headers = (("Content-Type", media),) if media else ()
    return Sent("POST", path, headers, body.encode(charset), (2,), None, "")


def expecting(sent: Sent, status: int = 2, boolean: bool | None = None, form: str = "") -> tuple[Sent, ...]:
    return (Sent(sent.method, sent.path, sent.headers, sent.body, (status,), boolean, form),)


def updating(sent: Sent, changed: str = "") -> tuple[Sent, ...]:
    """An update, and the question whether it has had its effect."""
    return sent, *([post(changed, DIRECT)] if changed else [])


DEFAULT_A, DEFAULT_B = ("default-graph-uri", A), ("default-graph-uri", B)
NAMED_A, NAMED_B, USING_A, USING_B = (
    ("named-graph-uri", A), ("named-graph-uri", B), ("using-graph-uri", A), ("using-named-graph-uri", B),
)  # fmt: skip
NONE = ("default-graph-uri", NOWHERE)
BOTH, NEITHER = asks((A, B), (C,)), f"FILTER NOT EXISTS {{ GRAPH ?h {{ <{C}> ?q ?r }} }}"
BOTH_NAMED = f"ASK {{ GRAPH <{A}> {{ <{A}> ?p ?o }} GRAPH <{B}> {{ <{B}> ?s ?t }} {NEITHER} }}"
FULL = (
    f"ASK {{ <{A}> ?p ?o GRAPH <{B}> {{ <{B}> ?s ?t }} FILTER NOT EXISTS {{ GRAPH <{A}> {{ ?x ?y ?z }} }} {NEITHER} }}"
)
COPY = "INSERT { GRAPH <http://example.org/new> { ?s ?p ?o } } WHERE { %s }"
COPIED = "ASK { GRAPH <http://example.org/new> { ?s ?p ?o } }"
CASES = {
    "query_post_form": expecting(post("query=ASK%20%7B%7D", FORM, NONE), boolean=True, form="boolean"),
    "query_dataset_default_graphs_get": expecting(get(BOTH, DEFAULT_A, DEFAULT_B), boolean=True, form="boolean"),
    "query_dataset_default_graphs_post": expecting(
        post(urlencode([("query", BOTH), DEFAULT_A, DEFAULT_B]), FORM), boolean=True, form="boolean"
    ),
    "query_dataset_named_graphs_post": expecting(post(BOTH_NAMED, DIRECT, NAMED_A, NAMED_B), boolean=True),
    "query_dataset_named_graphs_get": expecting(get(BOTH_NAMED, NAMED_A, NAMED_B), boolean=True, form="boolean"),
    "query_dataset_full": expecting(get(FULL, DEFAULT_A, NAMED_B), boolean=True, form="boolean"),
    "query_multiple_dataset": expecting(
        get(asks((A,), (B, C)).replace("ASK", f"ASK FROM <{B}> FROM <{C}>"), DEFAULT_A), boolean=True, form="boolean"
    ),
    "query_get": expecting(get("ASK {}", NONE), boolean=True, form="boolean"),
    "query_content_type_select": expecting(post("SELECT (1 AS ?one) {}", DIRECT, NONE), form="tabular"),
    "query_content_type_ask": expecting(post("ASK {}", DIRECT, NONE), form="boolean"),
    "query_content_type_describe": expecting(post(f"DESCRIBE <{A}>", DIRECT, NONE), form="RDF"),
    "query_content_type_construct": expecting(post("CONSTRUCT { <a> <b> 2 } {}", DIRECT, NONE), form="RDF"),
    "query_post_direct": expecting(post("ASK {}", DIRECT), boolean=True, form="boolean"),
    "bad_query_method": expecting(Sent("PUT", "/sparql/?query=ASK%7B%7D", (), b"", (), None, ""), 4),
    "bad_multiple_queries": expecting(get("ASK {}", ("query", "SELECT * {}")), 4),
    "bad_query_wrong_media_type": expecting(post("ASK {}", "text/plain"), 4),
    "bad_query_missing_form_type": expecting(post("query=ASK%20%7B%7D", ""), 4),
    "bad_query_missing_direct_type": expecting(post("ASK {}", ""), 4),
    "bad_query_non_utf8": expecting(post("ASK {}", f"{DIRECT}; charset=UTF-16", charset="utf-16"), 4),
    "bad_query_syntax": expecting(get("ASK {"), 4),
    "update_dataset_default_graph": updating(post(COPY % "?s ?p ?o", UPDATE, USING_A), COPIED),
    "update_dataset_default_graphs": updating(post(COPY % "?s ?p ?o", UPDATE, USING_A, ("using-graph-uri", B)), COPIED),
    "update_dataset_named_graphs": updating(post(COPY % "GRAPH ?g { ?s ?p ?o }", UPDATE, USING_B), COPIED),
    "update_dataset_full": updating(
        post(COPY % f"?s ?p ?o GRAPH <{B}> {{ ?x ?y ?z }}", UPDATE, USING_A, USING_B), COPIED
    ),
    "update_post_form": updating(post("update=CLEAR+ALL", FORM)),
    "update_post_direct": updating(post("CLEAR ALL", UPDATE)),
    "update_base_uri": updating(post("INSERT DATA { GRAPH <http://example.org/new> { <a> <b> 1 } }", UPDATE), COPIED),
    "bad_update_get": updating(get("CLEAR ALL", name="update")),
    "bad_multiple_updates": updating(post("update=CLEAR+NAMED&update=CLEAR+DEFAULT", FORM)),
    "bad_update_wrong_media_type": updating(post("CLEAR NAMED", "text/plain")),
    "bad_update_missing_form_type": updating(post("update=CLEAR+NAMED", "")),
    "bad_update_non_utf8": updating(post("CLEAR NAMED", f"{UPDATE}; charset=UTF-16", charset="utf-16")),
    "bad_update_syntax": updating(post("update=CLEAR+NOTHING", FORM)),
    "bad_update_dataset_conflict": updating(post(f"WITH <{A}> {COPY % '?s ?p ?o'}", UPDATE, USING_B)),
}
"""Requests and what they expect. The W3C's tests of updates expect an effect, and here they must have none."""


@pytest.mark.parametrize("name", CASES)
def test_the_protocol(three: Serving, name: str) -> None:
    before, test = quads(three), ProtocolTest(name, CASES[name])
    came: list[Came] = [send(three, request) for request in test.requests]
    assert not verdict(test, came), came
    assert quads(three) == before


@pytest.mark.usefixtures("suite")
def test_the_cases_are_those_of_the_w3c() -> None:
    file = Path(FOLDER, "sparql11", "protocol", "manifest.ttl")
    kind = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#ProtocolTest"
    found = {quad.subject.value.rpartition("#")[2] for quad in ox.parse(path=file, base_iri=file.as_uri())
             if quad.object == ox.NamedNode(kind) and isinstance(quad.subject, ox.NamedNode)}  # fmt: skip
    assert found == set(CASES)


# --- the service description ---

SD = "http://www.w3.org/ns/sparql-service-description#"
SCHEMA = {
    "endpoint": ("Service", None),
    "supportedLanguage": ("Service", "Language"),
    "resultFormat": ("Service", "http://www.w3.org/ns/formats/Format"),
    "feature": ("Service", "Feature"),
    "defaultDataset": ("Service", "Dataset"),
    "defaultGraph": ("Dataset", "Graph"),
    "namedGraph": ("Dataset", "NamedGraph"),
    "name": ("NamedGraph", None),
    "graph": ("NamedGraph", "Graph"),
}
"""Properties of the vocabulary with their domain and range; None is any IRI."""
INSTANCES = {
    "Language": {"SPARQL10Query", "SPARQL11Query", "SPARQL11Update"},
    "Feature": {"DereferencesURIs", "UnionDefaultGraph", "RequiresDataset", "EmptyGraphs", "BasicFederatedQuery"},
}


@pytest.mark.parametrize("path", ["/sparql", "/sparql/", "/.well-known/void"])
@pytest.mark.parametrize("media", ["", "text/turtle", "application/rdf+xml", "application/n-triples", "*/*"])
def test_the_description_is_rdf_and_names_the_endpoint(three: Serving, path: str, media: str) -> None:
    found = three.ask(path, Accept=media)
    form = ox.RdfFormat.from_media_type(found.headers["Content-Type"])
    assert (found.status, form is not None, media in ("", "*/*", form and form.media_type)) == (200, True, True)
    endpoints = [quad.object for quad in ox.parse(found.body, format=form) if quad.predicate.value == SD + "endpoint"]
    assert endpoints == [ox.NamedNode(f"{three.url}/sparql")]


def test_the_description_conforms_to_its_schema(three: Serving) -> None:
    found = list(ox.parse(three.ask("/sparql", Accept="text/turtle").body, format=ox.RdfFormat.TURTLE))
    types = {(quad.subject, quad.object.value.removeprefix(SD)) for quad in found
             if quad.predicate.value.endswith("#type") and isinstance(quad.object, ox.NamedNode)}  # fmt: skip
    used = Counter[str]()
    for quad in found:
        name = quad.predicate.value.removeprefix(SD)
        if name == quad.predicate.value:
            continue
        domain, range_ = SCHEMA[name]
        used[name] += 1
        assert (quad.subject, domain) in types, quad
        assert isinstance(quad.object, ox.NamedNode), quad
        value = quad.object.value
        if range_ in INSTANCES:
            assert value.removeprefix(SD) in INSTANCES[range_]
        elif range_ == "http://www.w3.org/ns/formats/Format":
            assert value.startswith("http://www.w3.org/ns/formats/")
        elif range_:
            assert (quad.object, range_) in types, quad
    assert set(used) == set(SCHEMA)
    assert (used["namedGraph"], used["endpoint"]) == (3, 1)


# --- the evaluation of queries ---


class Loaded(NamedTuple):
    server: Serving
    cases: list[Case]


@pytest.fixture(scope="module")
def loaded(suite: list[Case], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    """The evaluation tests without FROM, and a server with their files, each as a graph of its name."""
    possible = [case for case in suite if not case.syntax and case.result and not has_service(case.text)]
    lasting = [case for case in possible if not any(word in case.query for word in ("rand", "uuid", "now"))]
    cases = [case for case in lasting if not graph_clauses(case.text)]
    file = tmp_path_factory.mktemp("w3c") / "all.nq"
    several = sorted({iri for case in cases for iri in (*case.data, *case.graphs)})
    file.write_bytes(b"".join(ox.serialize(read(iri, iri), format=ox.RdfFormat.N_QUADS) or b"" for iri in several))
    with serving("--graph", file, "--quiet") as server:
        yield Loaded(server, cases)


def read(iri: str, graph: str = "") -> list[ox.Quad]:
    """The quads of a file with blank nodes that no other file has."""
    digest = hashlib.sha256(iri.encode()).hexdigest()

    def own(term: Any) -> Any:
        return ox.BlankNode(f"n{digest}x{term.value}") if isinstance(term, ox.BlankNode) else term

    return [ox.Quad(own(q.subject), q.predicate, own(q.object), q.graph_name) for q in quads_of(iri, graph)]


def bare(case: Case) -> ox.Store:
    """The engine with the dataset of a case."""
    store = ox.Store()
    store.extend([quad for iri in case.data for quad in read(iri)])
    store.extend([quad for iri in case.graphs for quad in read(iri, iri)])
    return store


def parsed(found: Response) -> Any:
    media = found.headers["Content-Type"].split(";")[0]
    if form := ox.RdfFormat.from_media_type(media):
        return Counter(tuple(map(plain, (q.subject, q.predicate, q.object))) for q in ox.parse(found.body, format=form))
    answer = ox.parse_query_results(found.body, format=ox.QueryResultsFormat.from_media_type(media))
    return rows(answer)


def test_a_query_of_the_evaluation_tests_has_the_answer_of_the_engine(loaded: Loaded) -> None:
    accepts = [f"application/sparql-results+{form}, application/n-triples" for form in ("json", "xml")]
    accepts.append("text/tab-separated-values, application/n-triples")
    seen = Counter[int]()
    for number, case in enumerate(loaded.cases):
        graphs = [("default-graph-uri", iri) for iri in case.data or (NOWHERE,)]
        graphs += [("named-graph-uri", iri) for iri in case.graphs]
        body = urlencode([("query", case.text), *graphs]).encode()
        found = loaded.server.ask("/sparql", body, Content_Type=FORM, Accept=accepts[number % 3])
        base, store = f"{loaded.server.url}/sparql", bare(case)
        seen[found.status] += 1
        if error_of(case.text, base, store):
            assert found.status == 400, case.query
        else:
            assert found.status == 200, (case.query, found.text)
            assert parsed(found) == rows(store.query(case.text, base_iri=base)), case.query
    assert seen[200] > 300
