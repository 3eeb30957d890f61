"""Whatever is sent, the server goes on, reveals nothing about its machine, and guards each response."""

from __future__ import annotations

import re
import socket
from itertools import count
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.server.guard import HEADERS
from tests.server.serving import Serving

REVEALING = re.compile(
    rb"Traceback|File \"|\.py\b|\bkg\.(?:server|store|api|queries)|starlette|uvicorn|h11|pyoxigraph|site-packages"
    rb"|NoneType|object at 0x|/home/|/root/|/tmp/|/usr/|/var/", re.I)  # fmt: skip
"""What a response must not contain: paths of this machine, and the software of the server."""
FAST = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def exchange(server: Serving, data: bytes, *, end: bool = True, seconds: float = 60) -> bytes:
    """Sends bytes as they are and reads until the server closes the connection."""
    address = urlsplit(server.url)
    with socket.create_connection((address.hostname or "", address.port or 0), timeout=seconds) as connection:
        found = b""
        try:
            connection.sendall(data)
            if end:
                connection.shutdown(socket.SHUT_WR)
            while piece := connection.recv(65536):
                found += piece
        except OSError:
            pass  # it may close at any time
        return found


def responses(data: bytes) -> list[tuple[int, dict[str, str], bytes]]:
    """The responses in these bytes, split by their lengths."""
    found = []
    while data:
        head, _, rest = data.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        status = re.fullmatch(r"HTTP/1\.1 (\d{3}) ?.*", lines[0])
        assert status, data[:200]
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
        length = int(headers.get("content-length", 0))
        found.append((int(status[1]), headers, rest[:length]))
        data = rest[length:]
    return found


def guarded(status: int, headers: dict[str, str], body: bytes) -> None:
    """Checks that the headers of a response are safe and that it reveals nothing."""
    if status == 100:
        return
    assert status < 500 or status == 503, (status, body[:300])
    assert {name for name in HEADERS if headers.get(name) is None} == set(), (status, headers)
    assert "content-security-policy" in headers
    assert "server" not in headers
    assert not (told := REVEALING.search(repr(headers).encode())), told
    if status >= 400:
        assert not (told := REVEALING.search(body)), told


def alive(server: Serving) -> None:
    assert server.process.poll() is None, "".join(server.log)
    assert server.sparql("ASK {}").status == 200
    assert not any("Traceback" in line for line in server.log), "".join(server.log)


# --- requests of any kind ---

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT", "get", "X")
PATHS = ("/sparql", "/sparql/", "/sparql?query=ASK%7B%7D", "/queries/related-work", "/queries/nothing", "/", "/health",
         "/ready", "/.well-known/void", "/openapi.json", "/queries", "/editor", "/index.html", "/assets/x.js",
         "/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/..%5c..%5cx", "//evil.example/", "/%00", "/%ff",
         "/practice/continuous-testing", "/finding/%0d%0aSet-Cookie:x", "*", "http://localhost/sparql")  # fmt: skip
text = st.text(st.characters(min_codepoint=1, max_codepoint=0x2FFF, exclude_categories=["Cs"]), max_size=60)
header_text = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=80).map(str.strip)
NAMES = ("Accept", "Content-Type", "Origin", "Authorization", "Range", "If-None-Match", "If-Modified-Since", "Expect",
         "Accept-Encoding", "Accept-Language", "X-Forwarded-For", "X-Forwarded-Host", "X-HTTP-Method-Override",
         "Cookie", "Referer", "User-Agent", "Forwarded", "Upgrade", "Connection",
         "Access-Control-Request-Method")  # fmt: skip
VALUES = st.one_of(header_text, st.sampled_from((
    "application/json", "text/html", "text/turtle;q=0", "*/*;q=nan", "application/x-www-form-urlencoded", "*",
    "application/sparql-query; charset=utf-16", "bytes=0-", "bytes=9-1,-", "websocket", "upgrade", "100-continue",
    'W/"x", "y"', "null", "text/csv," * 500, ";=;=", "multipart/form-data")))  # fmt: skip
NAMED = st.sampled_from(("query", "update", "default-graph-uri", "named-graph-uri", "format", "output", "practice",
                         "hand", "limit", "name", "x"))  # fmt: skip
QUERIES = st.one_of(text, st.sampled_from((
    "ASK {}", "SELECT * { ?s ?p ?o } LIMIT 2", "CONSTRUCT WHERE { ?s ?p ?o }", "DESCRIBE <x>", "SELECT", "CLEAR ALL",
    "SELECT (1/0 AS ?x) {}", "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }", "PREFIX : <> ASK { :a :b \ud7ff }",
    "SELECT * { SERVICE <file:///etc/passwd> { ?s ?p ?o } }", "SELECT (<\x01> AS ?x) {}", "# nothing", "\ufeffASK {}",
    "ASK { ?s ?p '''" + "x" * 3000, "{" * 250, "continuous-testing", "text/csv", "file:///etc/passwd")))  # fmt: skip


@FAST
@given(
    st.sampled_from(METHODS),
    st.sampled_from(PATHS),
    st.lists(st.tuples(NAMED, QUERIES), max_size=3),
    st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=4),
    st.one_of(st.none(), st.binary(max_size=200), QUERIES.map(str.encode)),
)
def test_any_request_gets_a_guarded_response(
    server: Serving,
    method: str,
    path: str,
    pairs: list[tuple[str, str]],
    headers: list[tuple[str, str]],
    body: bytes | None,
) -> None:
    if pairs:
        path += ("&" if "?" in path else "?") + "&".join(f"{name}={quote(value)}" for name, value in pairs)
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", *(f"{name}: {value}" for name, value in headers)]
    if body is not None:
        lines.append(f"Content-Length: {len(body)}")
    data = "\r\n".join(lines).encode() + b"\r\nConnection: close\r\n\r\n" + (body or b"")
    found = exchange(server, data, end=False)
    if method == "HEAD":
        found = found.partition(b"\r\n\r\n")[0].replace(b"content-length", b"x-length") + b"\r\n\r\n"
    for status, got, content in responses(found):
        guarded(status, got, content)
    assert found


@FAST
@given(st.binary(max_size=400))
def test_random_bytes_do_no_harm(server: Serving, data: bytes) -> None:
    for status, headers, body in responses(exchange(server, data)):
        guarded(status, headers, body)


def test_the_server_is_alive_after_that(server: Serving) -> None:
    alive(server)


# --- invalid HTTP ---

GOOD = b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
LAST = GOOD.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
ASK = b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\n"


@pytest.mark.parametrize(
    ("data", "statuses"),
    [
        (b"\r\n\r\n", None),
        (b"GET\r\n\r\n", [400]),
        (b"GET /health\r\n\r\n", [400]),
        (b"GET /health HTTP/9.9\r\nHost: localhost\r\n\r\n", None),
        (b"GET /health HTTP/1.1\r\n\r\n", [400]),
        (b"GET /health HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n", [400]),
        (b"GET /health HTTP/1.1\r\nHost: evil.example\r\n\r\n", [421]),
        (b"GET /health HTTP/1.1\r\nHost: localhost.evil.example\r\n\r\n", [421]),
        (b"GET /health HTTP/1.1\r\nHost: 127.0.0.1.evil.example\r\n\r\n", [421]),
        (b"GET /health HTTP/1.1\r\nHost: 127.evil.example:80\r\n\r\n", [421]),
        (b"GET /health HTTP/1.1\r\nHost: 127.0.0.2:80\r\n\r\n", [200]),
        (b"GET /health HTTP/1.1\r\nHost: [::1]\r\n\r\n", [200]),
        *(
            (b"GET /health HTTP/1.1\r\nHost: " + host + b"\r\n\r\n", [400])
            for host in (b"", b"localhost:abc", b"[::1", b"::1", b"me@localhost", b"localhost/", b"a b", b"\xff")
        ),
        (b"GET http://evil.example/health HTTP/1.1\r\nHost: localhost\r\n\r\n", [421]),
        (b"GET http://me@localhost/health HTTP/1.1\r\nHost: localhost\r\n\r\n", [400]),
        (b"GET http://localhost/health HTTP/1.1\r\nHost: evil.example\r\n\r\n", [200]),
        (b"GET http://localhost/health HTTP/1.1\r\n\r\n", [400]),
        (b"GET HTTP://127.0.0.1:8000?x HTTP/1.1\r\nHost: localhost\r\n\r\n", [200]),
        (b"GET ftp://localhost/health HTTP/1.1\r\nHost: localhost\r\n\r\n", [400]),
        (b"GET * HTTP/1.1\r\nHost: localhost\r\n\r\n", [400]),
        (b"GET /health HTTP/1.0\r\n\r\n", None),
        (b"GET /health HTTP/1.0\r\nHost: localhost\r\n\r\n", [200]),
        (b"GET /health HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 200_000 + b"\r\n\r\n", [431]),
        (b"GET /health HTTP/1.1\r\nHost: localhost\r\n" + b"X: y\r\n" * 30_000 + b"\r\n", [431]),
        (b"GET /" + b"x" * 200_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", [414]),
        (b"GET /" + b"x" * 70_000, [414]),
        (b"GET /health HTTP/1.1\r\nHost : localhost\r\n\r\n", [400]),
        (b"GET /health HTTP/1.1\r\nHost: localhost\r\n X: folded\r\n\r\n", None),
        (b"GET /health HTTP/1.1\r\nHost: localhost\r\nX\x00: y\r\n\r\n", [400]),
        (b"GET /health HTTP/1.1\nHost: localhost\n\n", None),
        (GOOD * 5 + LAST, [200] * 6),
        (ASK + b"Content-Length: 6\r\n\r\nASK {}" + LAST, [200, 200]),
        (ASK + b"Content-Length: -1\r\n\r\n", [400]),
        (ASK + b"Content-Length: 6, 6\r\n\r\nASK {}", None),
        (ASK + b"Content-Length: 6\r\nContent-Length: 7\r\n\r\nASK {}", [400]),
        (ASK + b"Content-Length: 99999999999999999999999\r\n\r\n", None),
        (ASK + b"Content-Length: 0x6\r\n\r\nASK {}", [400]),
        (ASK + "Content-Length: ６\r\n\r\nASK {}".encode(), [400]),
        (ASK + b"Transfer-Encoding: chunked\r\n\r\n6\r\nASK {}\r\n0\r\n\r\n" + LAST, [200, 200]),
        (ASK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", None),
        (ASK + b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 40, None),
        (ASK + b"Transfer-Encoding: chunked\r\n\r\n6\r\nASK {}\r\n", []),
        (ASK + b"Transfer-Encoding: xchunked\r\n\r\n6\r\nASK {}\r\n0\r\n\r\n", None),
        (ASK + b"Transfer-Encoding: chunked, identity\r\n\r\n6\r\nASK {}\r\n0\r\n\r\n", None),
        (ASK + b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + GOOD, None),
        (ASK + b"Expect: 100-continue\r\nContent-Length: 6\r\n\r\nASK {}", None),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", None),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)), None),
        (b"GET /health HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n", [200]),
        (b"OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n", [204]),
        (b"CONNECT evil.example:443 HTTP/1.1\r\nHost: localhost\r\n\r\n", [400]),
    ],
    ids=map(str, count()),
)
def test_invalid_http_is_refused(server: Serving, data: bytes, statuses: list[int] | None) -> None:
    """With `None` it may be refused or accepted."""
    found = responses(exchange(server, data, end=LAST not in data))
    for status, headers, body in found:
        guarded(status, headers, body)
    if statuses is not None:
        assert [status for status, _, _ in found if status != 100] == statuses
    alive(server)


def test_a_body_with_two_lengths_is_not_read_in_two_ways(server: Serving) -> None:
    """Request smuggling: a request hidden in the body by one of the lengths must not be answered."""
    hidden = b"GET /ready HTTP/1.1\r\nHost: localhost\r\n\r\n"
    chunked, length = b"Transfer-Encoding: chunked\r\n", b"Content-Length: %d\r\n" % (5 + len(hidden))
    for both in (length + chunked, chunked + length):
        found = responses(exchange(server, ASK + both + b"\r\n0\r\n\r\n" + hidden, end=False))
        assert [status for status, _, _ in found] == [400]


@pytest.mark.parametrize(
    "path",
    [
        "/../pyproject.toml",
        "/..%2f..%2fetc%2fpasswd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/assets/..%2f..%2fpyproject.toml",
        "/assets/%2e%2e%2fassets.py",
        "//etc/passwd",
        "/queries/..%2f..%2fpyproject.toml",
        "/C:%5CWindows%5Cwin.ini",
        "/finding/../../../../etc/passwd",
        "/%252e%252e/etc/passwd",
    ],
)
def test_no_path_leads_out_of_the_served_files(server: Serving, path: str) -> None:
    found = responses(exchange(server, f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()))
    for status, headers, body in found:
        assert status in (303, 307, 400, 404), body
        assert not headers.get("location", "").startswith("//")
        guarded(status, headers, body)


@pytest.mark.parametrize("size", [2_000_000, 20_000_000])
def test_a_large_body_is_refused(server: Serving, size: int) -> None:
    found = exchange(server, ASK + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % size + b"x" * size, end=False)
    if size < 3_000_000 or found:  # a client that sends much more may find the connection closed first
        assert responses(found)[0][0] == 413
    alive(server)


def test_an_error_reveals_no_path(server: Serving, toy: Path) -> None:
    for query in ("SELECT * { ?s ?p }", "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }", "SELECT (1+ AS ?x) {}"):
        found = server.sparql(query)
        assert str(toy) not in found.text
        assert not REVEALING.search(found.body)
