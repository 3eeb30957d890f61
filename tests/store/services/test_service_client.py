"""Whatever a service does, the result is an answer or one error that names it, in time; redirects are not followed."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler

import pytest

from kg import __version__
from kg.store.services import client as service_client
from kg.store.services.client import ServiceError, post
from tests.services import NOTHING, Behaviour, answering, listening

MOST = 1_000_000


@pytest.fixture(autouse=True)
def little_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service_client, "TIMEOUT", 1.0)


def asked(behave: Behaviour, most: int = MOST) -> tuple[bytes, list[str]]:
    """The answer, and the lines reported meanwhile."""
    told: list[str] = []
    with listening(behave) as listener:
        return post("toys", listener.url, "SELECT * { }", most, told.append).body, told


def test_a_request_contains_the_user_agent_and_the_query_only() -> None:
    with listening(answering()) as listener:
        answer = post("toys", listener.url, "SELECT * { ?s ?p 'ä & b' }", MOST, print)
    assert answer.body == NOTHING
    assert listener.asked == ["SELECT * { ?s ?p 'ä & b' }"]
    (headers,) = listener.headers
    assert headers["User-Agent"].startswith(f"continuous-star-kg/{__version__} (https://")
    assert headers["Accept"] == "application/sparql-results+json"
    assert not {"Cookie", "Referer", "Authorization", "From"} & set(headers)


def slow(_: BaseHTTPRequestHandler, __: bytes) -> None:
    time.sleep(3)


def dripping_body(handler: BaseHTTPRequestHandler, _: bytes) -> None:
    handler.send_response(200)
    handler.end_headers()
    for _ in range(100):
        handler.wfile.write(b" ")
        time.sleep(0.1)


def dripping_header(handler: BaseHTTPRequestHandler, _: bytes) -> None:
    handler.wfile.write(b"HTTP/1.0 200 OK\r\nX: ")
    for _ in range(100):
        handler.wfile.write(b"x")
        time.sleep(0.1)


def dripping_refusal(handler: BaseHTTPRequestHandler, _: bytes) -> None:
    handler.send_response(500)
    handler.end_headers()
    for _ in range(100):
        handler.wfile.write(b"x")
        time.sleep(0.1)


def endless(handler: BaseHTTPRequestHandler, _: bytes) -> None:
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(b" " * 65536)


def breaking_off(handler: BaseHTTPRequestHandler, _: bytes) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(NOTHING)


def no_http(handler: BaseHTTPRequestHandler, _: bytes) -> None:
    handler.wfile.write(b"220 toys ESMTP\r\n")


BAD: dict[str, tuple[Behaviour, str]] = {
    "slow": (slow, "no complete answer within 1 seconds"),
    "a body that drips": (dripping_body, "no complete answer within 1 seconds"),
    "a header that drips": (dripping_header, "no complete answer within 1 seconds"),
    "a refusal that drips": (dripping_refusal, "no complete answer within 1 seconds"),
    "endless": (endless, "more than the 1,000,000 bytes"),
    "breaking off": (breaking_off, "sent an incomplete answer"),
    "no HTTP": (no_http, "sent an incomplete answer"),
    "500": (answering(b"<p>out\n of  memory</p>\x1b[2J", 500), "answered 500 Internal Server Error <p>out of memory"),
    "400": (answering(b"Malformed query", 400), "answered 400 Bad Request Malformed query"),
    "403": (answering(b"", 403), "answered 403 Forbidden"),
    "a long refusal": (answering(b"x" * 100_000, 500), "answered 500"),
    "busy for long": (answering(b"", 429, Retry_After="3600"), "asks to wait 3600 seconds"),
    "busy until a day": (answering(b"", 503, Retry_After=formatdate(time.time() + 89_000, usegmt=True)),
                        "asks to wait 8"),  # hours
    "busy, and no word how long": (answering(b"", 429), "answered 429 Too Many Requests"),
    "busy, and nonsense": (answering(b"", 429, Retry_After="soon\u00b2"), "answered 429"),
    "always busy": (answering(b"", 429, Retry_After="0"), "asks to wait 0 seconds: ask again"),
}  # fmt: skip


@pytest.mark.parametrize(("behave", "said"), BAD.values(), ids=BAD)
def test_a_misbehaving_service_gives_an_error_in_time(behave: Behaviour, said: str) -> None:
    begin = time.monotonic()
    with pytest.raises(ServiceError) as refused:
        asked(behave)
    assert time.monotonic() - begin < 60  # a limit of one second, on a machine that may be loaded
    message = str(refused.value)
    assert message.startswith("toys ")
    assert said in message
    assert len(message) < 500
    assert message.isprintable()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(status: int) -> None:
    with listening(answering()) as other:
        with pytest.raises(ServiceError) as refused:
            asked(answering(b"", status, Location=other.url))
        assert other.asked == []
    assert f"redirects to {other.url}, which is not followed" in str(refused.value)


def test_a_busy_service_is_tried_again_after_its_wait() -> None:
    behaviours: Iterator[Behaviour] = iter([answering(b"", 429, Retry_After="1"), answering()])
    begin = time.monotonic()
    data, told = asked(lambda handler, body: next(behaviours)(handler, body))
    assert data == NOTHING
    assert told == ["toys asks to wait 1 seconds"]
    assert time.monotonic() - begin >= 1


def test_an_answer_in_chunks_is_read_whole() -> None:
    def behave(handler: BaseHTTPRequestHandler, _: bytes) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for part in (NOTHING[:10], NOTHING[10:]):
            handler.wfile.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")
        handler.wfile.write(b"0\r\n\r\n")

    assert asked(behave)[0] == NOTHING


def test_a_refused_connection_is_an_error() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # but does not listen
        with pytest.raises(ServiceError, match=r"toys cannot be reached: .*refused"):
            post("toys", f"http://127.0.0.1:{nobody.getsockname()[1]}/", "ASK { }", MOST, print)


def test_an_unknown_certificate_is_not_trusted() -> None:
    # The server does not speak TLS at all. What counts is that nothing is sent before the handshake.
    received: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def take() -> None:
            connection, _ = server.accept()
            with connection:
                received.append(connection.recv(10_000))

        thread = threading.Thread(target=take, daemon=True)
        thread.start()
        with pytest.raises(ServiceError, match=r"toys (cannot be reached|sent an incomplete|gave no)"):
            post("toys", f"https://127.0.0.1:{server.getsockname()[1]}/", "SELECT 'a secret'", MOST, print)
        thread.join(5)
    assert b"secret" not in b"".join(received)


def test_a_proxy_is_not_used_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    with listening(answering()) as proxy:
        for name in ("http_proxy", "HTTP_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        assert asked(answering())[0] == NOTHING
        assert proxy.asked == []
        assert post("toys", "http://toys.example/sparql", "ASK { }", MOST, print).body == NOTHING
        assert proxy.asked == ["ASK { }"]
