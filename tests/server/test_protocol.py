"""The rules of the SPARQL 1.1 Protocol (W3C Recommendation 2013, section 2), each against a running server."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from tests.conftest import ROOT
from tests.server.protocol_suite import Came, ProtocolTest, Sent, quads, run, verdict
from tests.server.serving import Response, Serving, serving

A, B, C = (f"http://example.org/graph/{letter}" for letter in "abc")
FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
UPDATE = "application/sparql-update"


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """A server of three graphs, each with one statement about itself and one that all have."""
    file = tmp_path_factory.mktemp("three") / "three.nq"
    kind, graph, shared = "<http://example.org/kind>", "<http://example.org/Graph>", "<http://example.org/shared>"
    file.write_text(
        "".join(f"<{name}> {kind} {graph} <{name}> .\n{shared} {kind} {graph} <{name}> .\n" for name in (A, B, C)),
        encoding="utf-8",
    )
    with serving("--graph", file, "--quiet") as found:
        yield found


def names(response: Response) -> list[str]:
    """The first column of an answer in CSV."""
    assert response.status == 200, response.text
    return sorted(response.text.split("\r\n")[1:-1])


DEFAULT, NAMED = "SELECT ?s { ?s ?p ?o }", "SELECT ?g { GRAPH ?g { <http://example.org/shared> ?p ?o } }"
SHARED = "http://example.org/shared"


# --- the dataset ---


@pytest.mark.parametrize("way", ["GET", "form", "direct"])
@pytest.mark.parametrize(
    ("query", "dataset", "expected"),
    [
        (DEFAULT, [], [A, B, C, SHARED]),
        (NAMED, [], [A, B, C]),
        (DEFAULT, [("default-graph-uri", A)], [A, SHARED]),
        (DEFAULT, [("default-graph-uri", A), ("default-graph-uri", C)], [A, C, SHARED]),
        (NAMED, [("default-graph-uri", A)], []),
        (NAMED, [("named-graph-uri", A), ("named-graph-uri", B)], [A, B]),
        (DEFAULT, [("named-graph-uri", A)], []),
        (NAMED, [("default-graph-uri", C), ("named-graph-uri", B)], [B]),
        (DEFAULT, [("default-graph-uri", "http://example.org/graph/nowhere")], []),
        (DEFAULT.replace("{", f"FROM <{A}> {{", 1), [], [A, SHARED]),
        (DEFAULT.replace("{", f"FROM <{A}> {{", 1), [("default-graph-uri", B)], [B, SHARED]),
        (DEFAULT.replace("{", f"FROM <{A}> {{", 1), [("named-graph-uri", B)], []),
    ],
)
def test_the_dataset_of_the_request_has_precedence(
    three: Serving, way: str, query: str, dataset: list[tuple[str, str]], expected: list[str]
) -> None:
    if way == "GET":
        found = three.ask("/sparql?" + urlencode([("query", query), *dataset]), Accept="text/csv")
    elif way == "form":
        body = urlencode([*dataset, ("query", query)]).encode()
        found = three.ask("/sparql", body, Accept="text/csv", Content_Type=FORM)
    else:
        found = three.ask("/sparql?" + urlencode(dataset), query.encode(), Accept="text/csv", Content_Type=DIRECT)
    assert names(found) == sorted(expected)


def test_an_invalid_graph_iri_is_refused(three: Serving) -> None:
    found = three.ask("/sparql?" + urlencode({"query": DEFAULT, "default-graph-uri": "no iri"}))
    assert found.status == 400


# --- queries ---


def test_every_way_of_sending_uses_utf_8(three: Serving) -> None:
    query = 'SELECT ("ü–∀😀" AS ?text) {}'
    got = three.ask("/sparql?query=" + quote(query), Accept="text/csv")
    form = three.sparql(query, "text/csv")
    direct = three.ask("/sparql", query.encode(), Accept="text/csv", Content_Type=f"{DIRECT};charset=UTF-8")
    assert {got.text, form.text, direct.text} == {"text\r\nü–∀😀\r\n"}


def test_a_space_may_be_a_plus_in_a_form_and_in_a_url(three: Serving) -> None:
    query = "SELECT+(1+%2B+1+AS+?two)+{}"
    got = three.ask("/sparql?query=" + query, Accept="text/csv")
    form = three.ask("/sparql", b"query=" + query.encode(), Accept="text/csv", Content_Type=FORM)
    assert got.text == form.text == "two\r\n2\r\n"


def test_media_types_ignore_case_and_parameters(three: Serving) -> None:
    found = three.ask("/sparql", b"ASK {}", Content_Type='Application/SPARQL-Query ; Charset="utf-8"')
    assert (found.status, found.headers["Content-Type"]) == (200, "application/sparql-results+json")


def test_a_relative_iri_is_relative_to_the_endpoint(three: Serving) -> None:
    assert three.sparql("SELECT (STR(<here>) AS ?iri) {}", "text/csv").text.split("\r\n")[1] == f"{three.url}/here"
    based = "BASE <http://example.org/base/> SELECT (STR(<here>) AS ?iri) {}"
    assert three.sparql(based, "text/csv").text.split("\r\n")[1] == "http://example.org/base/here"


def test_head_is_get_without_the_body(three: Serving) -> None:
    path = "/sparql?query=" + quote("ASK {}")
    head, got = three.ask(path, method="HEAD"), three.ask(path)
    assert (head.status, head.body, head.headers["Content-Length"]) == (200, b"", str(len(got.body)))
    assert head.headers["Content-Type"] == got.headers["Content-Type"]


@pytest.mark.parametrize(
    ("method", "path", "media", "body", "status"),
    [
        ("PUT", "/sparql?query=ASK%7B%7D", FORM, b"", 405),
        ("DELETE", "/sparql?query=ASK%7B%7D", None, b"", 405),
        ("PATCH", "/sparql", DIRECT, b"ASK {}", 405),
        ("GET", "/sparql?query=ASK%7B%7D&query=ASK%7B%7D", None, None, 400),
        ("GET", "/sparql?default-graph-uri=http://example.org/", None, None, 400),
        ("GET", "/sparql?query=", None, None, 400),
        ("GET", "/sparql?query=ASK%20%7B", None, None, 400),
        ("GET", "/sparql?query=ASK%7B%7D&querry=ASK%7B%7D", None, None, 400),
        ("GET", "/sparql?query=%FF", None, None, 400),
        ("POST", "/sparql", FORM, b"query=ASK%7B%7D&query=ASK%7B%7D", 400),
        ("POST", "/sparql?query=ASK%7B%7D", DIRECT, b"ASK {}", 400),
        ("POST", "/sparql", FORM, b"", 400),
        ("POST", "/sparql", DIRECT, b"", 400),
        ("POST", "/sparql", FORM, b"query=%FF%FE", 400),
        ("POST", "/sparql", DIRECT, b"\xff\xfe", 400),
        ("POST", "/sparql", DIRECT, "ASK {}".encode("utf-16"), 400),
        ("POST", "/sparql", f"{DIRECT}; charset=UTF-16", "ASK {}".encode("utf-16"), 415),
        ("POST", "/sparql", "text/plain", b"ASK {}", 415),
        ("POST", "/sparql", "application/json", b'{"query": "ASK {}"}', 415),
        ("POST", "/sparql", "multipart/form-data; boundary=x", b"--x--", 415),
        ("POST", "/sparql", "nonsense", b"ASK {}", 415),
        ("POST", "/sparql", "", b"ASK {}", 415),
    ],
)
def test_an_invalid_request_is_refused(
    three: Serving, method: str, path: str, media: str | None, body: bytes | None, status: int
) -> None:
    headers = {} if media is None else {"Content_Type": media}
    found = three.ask(path, body, method, **headers)
    assert (found.status, found.headers["Content-Type"]) == (status, "text/plain; charset=utf-8"), found.text


# --- updates ---


@pytest.mark.parametrize(
    ("path", "media", "body"),
    [
        ("/sparql", UPDATE, b"CLEAR ALL"),
        ("/sparql", f"{UPDATE}; charset=UTF-16", "CLEAR ALL".encode("utf-16")),
        ("/sparql?using-graph-uri=http://example.org/", UPDATE, b"CLEAR ALL"),
        ("/sparql", FORM, b"update=CLEAR+ALL"),
        ("/sparql", FORM, b"update=CLEAR+ALL&update=CLEAR+ALL"),
        ("/sparql", FORM, b"update=CLEAR+XYZ"),
        ("/sparql", FORM, b"query=ASK%7B%7D&update=CLEAR+ALL"),
        ("/sparql?update=CLEAR%20ALL", None, None),
        ("/sparql?query=CLEAR%20ALL", None, None),
        ("/sparql", DIRECT, b"INSERT DATA { <a:> <b:> <c:> }"),
        ("/sparql", DIRECT, b"ASK {} ; DROP ALL"),
        ("/sparql", "text/plain", b"CLEAR ALL"),
    ],
)
def test_an_update_is_refused_and_changes_nothing(
    three: Serving, path: str, media: str | None, body: bytes | None
) -> None:
    before = quads(three)
    assert len(before) == 1 + 2 * 3 + 4
    found = three.ask(path, body, **({} if media is None else {"Content_Type": media}))
    assert found.status in (400, 403, 415)
    assert quads(three) == before


# --- the W3C's own tests ---


@pytest.fixture(scope="session")
def suite() -> Path:
    """The W3C's tests of the protocol, which are not part of the repository.

    They are named by KG_W3C_PROTOCOL, or found beside the repository as any */w3c-sparql11-protocol/.
    """
    named = os.environ.get("KG_W3C_PROTOCOL")
    folders = [Path(named)] if named else sorted(ROOT.parent.glob("*/w3c-sparql11-protocol"))
    found = next((folder for folder in folders if (folder / "manifest.ttl").is_file()), None)
    if found is None:
        pytest.skip("no folder with the W3C's data-sparql11/protocol; name it in KG_W3C_PROTOCOL")
    return found


def test_the_w3c_tests_pass(suite: Path) -> None:
    ran = list(run(suite))
    assert [(test.name, list(map(str, came)), wrong) for test, came, wrong in ran if wrong] == []
    assert len(ran) == len({test.name for test, _, _ in ran}) == 34


JSON = "application/sparql-results+json"
TRUE, FALSE = (Came(200, JSON, f'{{"head": {{}}, "boolean": {value}}}'.encode()) for value in ("true", "false"))


@pytest.mark.parametrize(
    ("name", "boolean", "form", "came"),
    [
        ("query_x", None, "", [Came(404, "text/plain", b"")]),
        ("query_x", True, "", [FALSE]),
        ("query_x", None, "tabular", [TRUE]),
        ("query_x", None, "boolean", [Came(200, "text/csv", b"")]),
        ("query_x", None, "RDF", [TRUE]),
        ("update_x", None, "", [Came(204, "", b"")]),
        ("update_x", None, "", [Came(500, "", b"")]),
        ("update_x", None, "", [Came(403, "", b""), TRUE]),
    ],
)
def test_the_suite_can_fail(name: str, boolean: bool | None, form: str, came: list[Came]) -> None:
    sent = Sent("GET", "/sparql/", (), b"", (2, 3), boolean, form)
    assert verdict(ProtocolTest(name, (sent,) * len(came)), came)


def test_the_suite_parses_answers() -> None:
    assert (TRUE.boolean, FALSE.boolean, Came(200, "text/turtle", b"<a:> <b:> 1 .").is_a("RDF")) == (True, False, True)
    with pytest.raises(SyntaxError):
        Came(200, "text/turtle", b"no Turtle").is_a("RDF")
