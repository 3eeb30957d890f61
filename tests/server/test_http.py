"""HTTP and CORS as clients need them: preflights, absolute addresses, half-closed clients, compression, time limits."""

from __future__ import annotations

import gzip
import re
import socket
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from tests.server.serving import Response, Serving, serving
from tests.server.test_hostile_requests import exchange, responses
from tests.server.test_server_limits import QUICK, endless, settled

ORIGIN, TOKEN = "https://notebook.example", "a-token-of-the-tests"
DIRECT, FORM = "application/sparql-query", "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def open_to_one(toy: Path) -> Iterator[Serving]:
    """A server that needs a token, and lets pages of one origin send it."""
    options = ("--no-site", "--quiet", "--allow-origin", ORIGIN, "--max-body", "4")
    with serving(*options, root=toy, environment={"KG_SERVE_TOKEN": TOKEN}) as found:
        yield found


def listed(header: str | None) -> set[str]:
    return {part.strip().lower() for part in (header or "").split(",")}


def vary(response: Response) -> set[str]:
    return listed(", ".join(value for name, value in response.headers.items() if name.lower() == "vary"))


# --- preflights, methods, Vary ---

PATHS = ("/", "/sparql", "/sparql/", "/queries", "/queries/related-work?practice=CT", "/editor", "/openapi.json",
         "/.well-known/void", "/practice/continuous-testing", "/assets/rows.js", "/health", "/nothing")  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_every_path_answers_a_preflight(open_to_one: Serving, path: str) -> None:
    asked = {"Access_Control_Request_Method": "GET", "Access_Control_Request_Headers": "authorization"}
    found = open_to_one.ask(path, method="OPTIONS", Origin=ORIGIN, **asked)
    assert (found.status, found.body) == (204, b"")
    assert found.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert {"get", "head"} <= listed(found.headers["Access-Control-Allow-Methods"])
    assert {"authorization", "content-type"} <= listed(found.headers["Access-Control-Allow-Headers"])
    assert "origin" in vary(found)
    answer = open_to_one.ask(path, Origin=ORIGIN, Authorization=f"Bearer {TOKEN}", Accept="*/*")
    assert answer.status < 500
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "origin" in vary(answer)


def test_another_origin_is_not_allowed(open_to_one: Serving) -> None:
    for method in ("OPTIONS", "GET"):
        found = open_to_one.ask("/queries", method=method, Origin="https://evil.example")
        assert found.headers["Access-Control-Allow-Origin"] is None
        assert "origin" in vary(found)


def test_a_preflight_shows_nothing_without_the_token(open_to_one: Serving, server: Serving) -> None:
    heads = [open_to_one.ask(path, method="OPTIONS", Origin=ORIGIN).headers for path in ("/queries", "/nothing")]
    assert [dict(head.items()) | {"date": ""} for head in heads] == [dict(heads[0].items()) | {"date": ""}] * 2
    assert server.ask("/queries", method="OPTIONS").headers["Access-Control-Allow-Methods"] is None


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE"])
@pytest.mark.parametrize("path", [path for path in PATHS if path != "/"])
def test_405_lists_the_methods_that_are_allowed(server: Serving, path: str, method: str) -> None:
    allowed = listed(server.ask(path, method="OPTIONS").headers["Allow"])
    if method.lower() not in allowed:
        found = server.ask(path, b"" if method != "TRACE" else None, method)
        assert (found.status, listed(found.headers["Allow"])) == (405, allowed)


@pytest.mark.parametrize(
    ("path", "accepts"),
    [
        ("/sparql", ("text/turtle", "application/ld+json", "text/html", "image/png")),
        ("/sparql?query=ASK%7B%7D", ("text/csv", "application/sparql-results+xml", "image/png")),
        ("/sparql?query=nonsense", ("text/plain", "application/json", "text/html")),
        ("/queries", ("text/html", "application/json", "image/png")),
        ("/queries/related-work?practice=CT", ("text/html", "text/csv", "image/png")),
        ("/queries/nothing", ("text/html", "application/json")),
        ("/.well-known/void", ("text/turtle", "application/rdf+xml", "image/png")),
        ("/practice/continuous-testing", ("text/turtle", "text/html", "image/png")),
        ("/nothing", ("text/html", "application/json", "text/plain")),
    ],
)
def test_an_answer_that_depends_on_accept_says_so(server: Serving, path: str, accepts: tuple[str, ...]) -> None:
    assert all("accept" in vary(server.ask(path, Accept=accept)) for accept in accepts)


# --- addresses and connections ---


def test_an_absolute_address_has_precedence_over_the_host(server: Serving) -> None:
    data = b"GET %b/sparql?query=SELECT(STR(<x>)AS?i)%%7B%%7D HTTP/1.1\r\nHost: 127.0.0.9\r\nAccept: text/csv\r\n"
    found = responses(exchange(server, data % b"http://localhost:81" + b"Connection: close\r\n\r\n"))
    assert (found[0][0], found[0][2]) == (200, b"i\r\nhttp://localhost:81/x\r\n")


ASKED = b"POST /sparql HTTP/%b\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\nAccept: text/csv\r\n"


def posted(query: str, version: bytes = b"1.1") -> bytes:
    return ASKED % version + b"Content-Length: %d\r\n\r\n" % len(query) + query.encode()


_SOME = "{ SELECT * { ?%s ?%s ?%s } LIMIT %d }"
SLOW = (
    f"SELECT (COUNT(*) AS ?n) {{ {_SOME % (*'abc', 500)} {_SOME % (*'def', 500)} VALUES ?x {{ 1 2 3 4 5 6 7 8 }} }} # "
)
"""A query that takes longer than it takes until a half-closed client is asked whether it reads."""


def test_a_client_that_sends_no_more_gets_its_answers(server: Serving) -> None:
    whole = server.sparql(SLOW + "1", "text/csv")
    *interim, (status, _, body) = responses(exchange(server, posted(SLOW + "2")))
    assert {status for status, _, _ in interim} == {100}, "the query is too quick to show anything"
    assert (status, body) == (200, whole.body)
    several = responses(exchange(server, posted(SLOW + "3") + posted(QUICK) + posted("ASK {}")))
    assert [status for status, _, _ in several] == [200, 200, 200]
    assert several[-3][2] == whole.body


@pytest.mark.parametrize("data", [b"GET /health HT", posted("ASK {}")[:-2], b""], ids=["head", "body", "nothing"])
def test_a_client_that_leaves_before_its_request_is_whole_gets_nothing(server: Serving, data: bytes) -> None:
    assert exchange(server, data) == b""


@pytest.mark.skipif(sys.platform != "linux", reason="looks at processes as Linux shows them")
@pytest.mark.parametrize("version", [b"1.0", b"1.1"])
def test_a_query_ends_when_its_client_has_left_in_silence(toy: Path, version: bytes) -> None:
    with serving("--no-site", "--quiet", "--timeout", "600", root=toy) as server:
        address = urlsplit(server.url)
        with socket.create_connection((address.hostname, address.port)) as client:
            client.sendall(posted(endless(5), version))
        settled(server)
        assert server.sparql(QUICK).status == 200


# --- bodies ---


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "GZIP", "identity"])
@pytest.mark.parametrize(("media", "body"), [(DIRECT, QUICK), (FORM, urlencode({"query": QUICK}))])
def test_a_body_may_be_compressed(server: Serving, coding: str, media: str, body: str) -> None:
    data = body.encode() if coding == "identity" else gzip.compress(body.encode())
    found = server.ask("/sparql", data, Content_Type=media, Content_Encoding=coding)
    assert (found.status, found.body) == (200, server.sparql(QUICK).body)


@pytest.mark.parametrize(
    ("coding", "data", "status"),
    [
        ("br", b"x", 415),
        ("deflate", b"x", 415),
        ("gzip, gzip", gzip.compress(gzip.compress(b"ASK {}")), 415),
        ("gzip", b"ASK {}", 400),
        ("gzip", b"", 400),
        ("gzip", gzip.compress(b"ASK {}")[:-1], 400),
        ("gzip", gzip.compress(b"ASK {}") + b"x", 400),
        ("gzip", gzip.compress(b"ASK {}") * 2, 400),
        ("gzip", gzip.compress(b"ASK {} #" + b"x" * 30_000_000), 413),
        ("gzip", gzip.compress(b""), 400),
    ],
    ids=map(str, count()),
)
def test_a_body_that_cannot_be_decompressed_is_refused(
    open_to_one: Serving, coding: str, data: bytes, status: int
) -> None:
    headers = {"Content_Type": DIRECT, "Content_Encoding": coding, "Authorization": f"Bearer {TOKEN}"}
    found = open_to_one.ask("/sparql", data, **headers)
    assert found.status == status, found.text
    assert found.headers["Accept-Encoding"] == ("gzip" if status == 415 else None)


# --- parameters ---


@pytest.mark.parametrize("path", ["/sparql?query=ASK%7B%7D&", "/queries/related-work?practice=CT&"])
@pytest.mark.parametrize(
    ("more", "status"),
    [
        ("", 200),
        ("practise=CT", 400),
        ("querry=x", 400),
        ("timeout=5", 200),
        ("timeout=0", 200),
        ("timeout=", 200),
        ("timeout=0.5", 200),
        ("timeout=99999999", 200),
        ("timeout=500ms", 200),
        ("timeout=10%20s", 200),
        ("timeout=-1", 400),
        ("timeout=nan", 400),
        ("timeout=soon", 400),
        ("timeout=1e3", 400),
        ("infer=true&debug=on&should-sponge=&reasoning=false&queryLn=SPARQL", 200),
        ("output=csv", 200),
        ("results=csv", 200),
        ("output=image", 406),
    ],
)
def test_parameters_are_treated_the_same_everywhere(server: Serving, path: str, more: str, status: int) -> None:
    found = server.ask(path + more, Accept="*/*")
    assert found.status == status, found.text
    assert status != 400 or "[request/parameter]" in found.text


@pytest.mark.parametrize(("given", "most"), [("1", "1 s"), ("300ms", "0.3 s"), ("0.1", "0.1 s"), ("600", "2 s")])
def test_a_timeout_is_an_upper_bound_and_not_above_that_of_the_server(toy: Path, given: str, most: str) -> None:
    with serving("--no-site", "--quiet", "--timeout", "2", root=toy) as server:
        data = urlencode({"query": endless(), "timeout": given}).encode()
        found = server.ask("/sparql", data, Content_Type=FORM)
    assert found.status == 422
    assert re.match(rf"the query took longer than {re.escape(most)}: .*\[limit/time\]", found.text), found.text


def test_an_answer_does_not_depend_on_the_timeout(server: Serving) -> None:
    tags = [server.ask("/sparql?" + urlencode({"query": QUICK, "timeout": most})).headers["ETag"] for most in (1, 20)]
    assert tags[0] == tags[1] is not None
