"""Endpoints that refuse, redirect, or answer with nonsense, with too much or not at all."""

from __future__ import annotations

import base64
import gzip
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

import kg.store.remote.endpoint
from kg.api import KnowledgeGraph
from kg.core.problems import UsageError
from kg.store import QueryError
from kg.store.http import Response, shown
from kg.store.remote.endpoint import (
    PASSWORD,
    TOKEN,
    USER,
    Endpoint,
    EndpointError,
    checked_url,
    retry_after,
    schemes_of,
)
from kg.store.remote.graph_store import GraphStore
from kg.store.remote.store import RemoteStore
from tests.conftest import KgCli

JSON = "application/sparql-results+json"
NONE = b'{"head": {"vars": ["s", "p", "o"]}, "results": {"bindings": []}}'

Answering = Callable[[BaseHTTPRequestHandler], tuple[int, dict[str, str], bytes]]
Serve = Callable[[Answering], str]


class Quiet(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """Prints nothing: clients that hang up are part of the tests."""


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """Starts a server that answers with a function, and returns its URL."""
    for name in (USER, PASSWORD, TOKEN):
        monkeypatch.delenv(name, raising=False)
    servers: list[ThreadingHTTPServer] = []

    def start(answering: Answering) -> str:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                self.body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                status, headers, body = answering(self)
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_PUT = do_DELETE = do_POST  # noqa: N815

            def log_message(self, *_: object) -> None:
                pass

        servers.append(Quiet(("127.0.0.1", 0), Handler))
        threading.Thread(target=servers[-1].serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{servers[-1].server_port}/sparql"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def told(url: str, sparql: str = "SELECT ?s { ?s ?p ?o }") -> str:
    with pytest.raises(EndpointError) as error:
        RemoteStore(url).query(sparql)
    return str(error.value)


@pytest.mark.parametrize(
    ("status", "headers", "body", "words"),
    [
        (
            500,
            {"Content-Type": "text/plain"},
            b"\n  Boom \x1b[31m\xe2\x80\xae\nsecond line",
            r"answers 500: Boom \x1b[31m",
        ),
        (500, {"Content-Type": "text/html"}, b"<html>everything", "answers 500"),
        (404, {}, b"nothing here", "answers 404: nothing here; is this the right path? docs/stores.md"),
        (
            401,
            {},
            b"",
            "does not accept your credentials (401): set KG_ENDPOINT_USER and KG_ENDPOINT_PASSWORD, or",
        ),
        (
            302,
            {"Location": "https://elsewhere.example/?key=secret"},
            b"",
            "redirects to https://elsewhere.example/: redirects",
        ),
        (200, {"Content-Type": "text/html"}, b"<p>welcome", "returns text/html instead of SPARQL results"),
        (200, {"Content-Type": JSON}, b"{", "returns an answer that cannot be parsed"),
        (200, {"Content-Type": JSON, "X-SPARQL-MaxRows": "10000"}, NONE, "no more than 10000 rows, and there are more"),
        (200, {"Content-Type": JSON, "X-SQL-State": "S1TAT"}, NONE, "stopped before the answer was complete"),
        (200, {"Content-Type": JSON, "Content-Encoding": "gzip"}, b"no gzip", "cannot be reached"),
        (200, {"Content-Type": JSON, "Content-Length": "9999", "Connection": "close"}, NONE, "cannot be reached"),
    ],
    ids=[
        "error",
        "page",
        "not-there",
        "not-allowed",
        "redirect",
        "no-results",
        "broken",
        "cut",
        "gave-up",
        "no-gzip",
        "short",
    ],
)
def test_errors_are_reported_in_one_line(
    serve: Serve, status: int, headers: dict[str, str], body: bytes, words: str
) -> None:
    def answering(handler: BaseHTTPRequestHandler) -> tuple[int, dict[str, str], bytes]:
        handler.close_connection = headers.get("Connection") == "close"
        return status, headers, body

    message = told(serve(answering))
    assert words in message
    assert message.isprintable()
    assert "secret" not in message


def test_redirects_are_not_followed(serve: Serve) -> None:
    asked: list[str] = []
    other = serve(lambda handler: (asked.append(handler.path), (200, {"Content-Type": JSON}, NONE))[1])
    told(serve(lambda _: (307, {"Location": other}, b"")))
    assert asked == []


def test_a_decompression_bomb_is_not_read_to_its_end(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kg.store.remote.endpoint, "MOST", 1024 * 1024)
    bomb = gzip.compress(b" " * 50_000_000)
    headers = {"Content-Type": JSON, "Content-Encoding": "gzip"}
    assert "returns more than 1 MiB" in told(serve(lambda _: (200, headers, bomb)))


def test_a_compressed_answer_is_read(serve: Serve) -> None:
    headers = {"Content-Type": JSON, "Content-Encoding": "gzip"}
    assert RemoteStore(serve(lambda _: (200, headers, gzip.compress(NONE)))).query("SELECT * { ?s ?p ?o }").rows == ()


def test_a_refused_connection_is_reported() -> None:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    assert told(f"http://127.0.0.1:{port}/sparql").endswith("cannot be reached: Connection refused")


def test_waiting_for_an_answer_ends(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kg.store.remote.endpoint, "READ", 0.2)
    done = threading.Event()

    def answering(_: BaseHTTPRequestHandler) -> tuple[int, dict[str, str], bytes]:
        done.wait(5)
        return 200, {"Content-Type": JSON}, NONE

    assert "does not answer in time" in told(serve(answering))
    done.set()


def test_a_request_to_a_busy_store_is_repeated(serve: Serve) -> None:
    answers = iter([(503, {}, b"busy"), (503, {}, b"busy"), (204, {}, b"")])
    asked: list[bytes] = []

    def answering(handler: BaseHTTPRequestHandler) -> tuple[int, dict[str, str], bytes]:
        asked.append(handler.body)
        return next(answers)

    GraphStore(serve(answering)).put("https://example.org/g", [b"<a:a> <a:b> <a:c> .\n"])
    assert asked == [b"<a:a> <a:b> <a:c> .\n"] * 3


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that are waited between requests; nothing waits for them here."""
    found: list[float] = []
    monkeypatch.setattr(kg.store.remote.endpoint.time, "sleep", found.append)
    return found


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_graph_is_sent_again_when_the_store_says(serve: Serve, pauses: list[float], status: int) -> None:
    answers = iter([(status, {"Retry-After": "7"}, b""), (status, {}, b""), (204, {}, b"")])
    GraphStore(serve(lambda _: next(answers))).put("https://example.org/g", [b"<a:a> <a:b> <a:c> .\n"])
    assert pauses == [7, 1]


def test_a_query_is_asked_again_only_when_the_server_says(serve: Serve, pauses: list[float]) -> None:
    fine = (200, {"Content-Type": JSON}, NONE)
    answers = iter([(429, {"Retry-After": "3"}, b""), *[fine] * 9])
    assert RemoteStore(serve(lambda _: next(answers))).query("SELECT ?s { ?s ?p ?o }").rows == ()
    assert pauses == [3]
    assert "429" in told(serve(lambda _: (429, {}, b"")))
    assert pauses == [3]


def test_nobody_waits_for_ever(serve: Serve, pauses: list[float]) -> None:
    assert "asks to come back in 86400 s" in told(serve(lambda _: (503, {"Retry-After": "86400"}, b"")))
    assert pauses == []
    assert "answers 503" in told(serve(lambda _: (503, {"Retry-After": "1"}, b"")))
    assert pauses == [1, 1]


@pytest.mark.parametrize("text", ["", "soon", "-1", "1.5", "²", "Mon, 99 Foo 2026"])
def test_a_strange_time_to_come_back_is_ignored(text: str) -> None:
    assert retry_after(Response(503, "", {"retry-after": text}, b"")) is None


def test_the_time_to_come_back_may_be_a_date() -> None:
    assert retry_after(Response(503, "", {"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, b"")) == 0
    assert (retry_after(Response(503, "", {"retry-after": "Fri, 31 Dec 2999 23:59:59 GMT"}, b"")) or 0) > 1e9


def test_a_part_that_is_too_large_is_sent_in_smaller_ones(serve: Serve) -> None:
    received: list[tuple[str, bytes]] = []

    def answering(handler: BaseHTTPRequestHandler) -> tuple[int, dict[str, str], bytes]:
        if len(handler.body) > 100:
            return 413, {}, b""
        received.append((handler.command, handler.body))
        return 204, {}, b""

    lines = [f"<a:a> <a:b> <a:{number}> .\n".encode() for number in range(40)]
    GraphStore(serve(answering)).put("https://example.org/g", lines)
    assert b"".join(body for _, body in received) == b"".join(lines)
    assert [method for method, _ in received] == ["PUT", *["POST"] * (len(received) - 1)]
    long = f'<a:a> <a:b> "{"x" * 200}" .\n'.encode()
    with pytest.raises(EndpointError, match="413"):
        GraphStore(serve(answering)).put("https://example.org/g", [long])


# --- who asks ---


def authorisations(serve: Serve, challenge: str) -> list[str]:
    """The header Authorization of each request to a server with this challenge."""
    seen: list[str] = []

    def answering(handler: BaseHTTPRequestHandler) -> tuple[int, dict[str, str], bytes]:
        given = handler.headers.get("Authorization", "")
        seen.append(given)
        if given:
            return 200, {"Content-Type": JSON}, NONE
        return 401, {"WWW-Authenticate": challenge}, b""

    RemoteStore(serve(answering)).query("SELECT * { ?s ?p ?o }")
    return seen


def test_a_password_is_sent_on_request(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(USER, "Ś")
    monkeypatch.setenv(PASSWORD, "pä")
    first, *others = authorisations(serve, 'Basic realm="x"')
    assert first == ""
    assert set(others) == {"Basic " + base64.b64encode("Ś:pä".encode()).decode()}


def test_a_password_is_not_sent_if_a_digest_is_enough(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(USER, "dba")
    monkeypatch.setenv(PASSWORD, "secret")
    sent = authorisations(serve, 'Digest realm="x", nonce="1", qop="auth", algorithm="MD5"')
    assert sent[-1].startswith('Digest username="dba"')
    assert "secret" not in "".join(sent)


@pytest.mark.parametrize(
    "challenge",
    [
        'Negotiate, Digest realm="x", nonce="1", qop="auth"',
        'Basic realm="of Digest, or so", Digest realm="x", nonce="1", qop="auth"',
        'Digest realm="x", nonce="1", qop="auth", Basic realm="y"',
        'NTLM TlRMTVNTUAAC==, dIgEsT realm="x",nonce="1"',
    ],
)
def test_a_digest_is_found_among_other_schemes(serve: Serve, monkeypatch: pytest.MonkeyPatch, challenge: str) -> None:
    monkeypatch.setenv(USER, "dba")
    monkeypatch.setenv(PASSWORD, "secret")
    sent = authorisations(serve, challenge)
    assert sent[-1].startswith('Digest username="dba", realm="x", nonce="1"')
    assert not any(one.startswith("Basic") for one in sent)


def test_a_password_is_not_sent_to_a_server_that_wants_something_else(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(USER, "dba")
    monkeypatch.setenv(PASSWORD, "secret")
    seen: list[str] = []

    def answering(handler: BaseHTTPRequestHandler) -> tuple[int, dict[str, str], bytes]:
        seen.append(handler.headers.get("Authorization", ""))
        return 401, {"WWW-Authenticate": "Negotiate, NTLM"}, b""

    assert "asks for negotiate, ntlm, and user and password" in told(serve(answering))
    assert seen == [""]


@pytest.mark.parametrize(
    ("header", "schemes"),
    [
        ("", []),
        ("Negotiate", ["negotiate"]),
        ('Basic realm="a, Digest b", charset="UTF-8"', ["basic"]),
        ('Basic realm = "x" , Negotiate abc==, Digest qop="auth,auth-int"', ["basic", "negotiate", "digest"]),
        (r'Basic realm="a\", Digest \"", Bearer', ["basic", "bearer"]),
    ],
)
def test_the_schemes_of_a_challenge(header: str, schemes: list[str]) -> None:
    assert schemes_of(header) == schemes


def test_a_token_is_sent(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TOKEN, "abc.def")
    assert set(authorisations(serve, "Bearer")) == {"Bearer abc.def"}


@pytest.mark.parametrize("token", ["a\nb", "a b", "ä", "a\r\nX: y"])
def test_an_invalid_token_is_reported_without_printing_it(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TOKEN, token)
    with pytest.raises(UsageError, match=r"KG_ENDPOINT_TOKEN contains characters that a token cannot have$"):
        RemoteStore("http://127.0.0.1:9/").query("ASK {}")


def test_netrc_is_not_read(serve: Serve, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login someone password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    seen: list[str | None] = []

    def answering(handler: BaseHTTPRequestHandler) -> tuple[int, dict[str, str], bytes]:
        seen.append(handler.headers.get("Authorization"))
        return 200, {"Content-Type": JSON}, NONE

    RemoteStore(serve(answering)).query("SELECT * { ?s ?p ?o }")
    assert set(seen) == {None}


# --- which URLs ---


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("ftp://example.org/", "must be an http or https URL"),
        ("file:///etc/passwd", "must be an http or https URL"),
        ("localhost:7878", "must be an http or https URL"),
        ("http://", "must be an http or https URL"),
        ("http://u:p@example.org/", "set KG_ENDPOINT_USER"),
        ("http://example.org:x/", "is not a URL"),
        ("http://[/", "is not a URL"),
        ("http://example.org/\x1b", "without spaces"),
        ("http://example.org/#a", "without `#`"),
        ("http://example.org/" + "a" * 5000 + " ", "without spaces"),
    ],
)
def test_an_invalid_url_is_refused(url: str, words: str) -> None:
    with pytest.raises(UsageError) as error:
        checked_url(url)
    assert words in str(error.value)
    assert len(str(error.value)) < 300
    assert str(error.value).isprintable()


def test_messages_show_a_url_without_its_query() -> None:
    assert shown("https://example.org/sparql?key=secret") == "https://example.org/sparql"
    assert str(Endpoint("https://example.org/sparql?key=secret")) == "https://example.org/sparql"


# --- what does not leave ---


@pytest.mark.parametrize(
    "sparql",
    [
        "INSERT DATA { <a:a> <a:b> <a:c> }",
        "SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }",
        "nonsense",
        "",
        "SELECT * {" * 300,
    ],
)
def test_an_invalid_query_is_not_sent(serve: Serve, sparql: str) -> None:
    asked: list[str] = []
    url = serve(lambda handler: (asked.append(handler.path), (200, {"Content-Type": JSON}, NONE))[1])
    with pytest.raises(QueryError):
        RemoteStore(url).query(sparql)
    assert asked == []


def test_the_command_names_the_endpoint_and_the_error(toy: Path, kg_cli: KgCli, serve: Serve) -> None:
    url = serve(lambda _: (503, {}, b"busy"))
    run = kg_cli(toy, "--endpoint", f"{url}?key=secret", "query", "contents")
    assert run.returncode == 1
    assert run.stderr == f"asking {url}\nkg: {url} answers 503: busy\n"
    assert kg_cli(toy, "query", "contents", KG_ENDPOINT=url).stderr == run.stderr
    assert kg_cli(toy, "--endpoint", "nonsense", "query", "contents").returncode == 2


def test_the_python_api_uses_an_endpoint_too(serve: Serve, toy: Path) -> None:
    url = serve(lambda _: (503, {}, b"busy"))
    with pytest.raises(EndpointError, match="answers 503"):
        KnowledgeGraph.open(toy, endpoint=url).query("contents")
    with pytest.raises(UsageError, match="http or https"):
        KnowledgeGraph.open(toy, endpoint="nonsense")
