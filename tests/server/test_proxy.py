"""A server behind nginx, as docs/serving.md describes it, and what it believes of a proxy."""

from __future__ import annotations

import gzip
import json
import re
import socket
import sys
from collections.abc import Iterator
from concurrent.futures import ALL_COMPLETED, FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from http.client import HTTPConnection
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urljoin, urlsplit

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.server.proxies import forwarded
from kg.server.settings import ServerSettings
from tests.server.nginx import proxied
from tests.server.processes import members
from tests.server.serving import Response, Serving, serving, until, wait_for_pages
from tests.server.test_served_things import BROWSER
from tests.server.test_server_limits import QUICK, endless, settled
from tests.server.test_stalled_clients import LARGE, LENGTH
from tests.server.test_start_and_stop import served

pytestmark = pytest.mark.xdist_group("nginx")
BASE_URL = "https://example.org/review/"
TRUSTED = ("--base-url", BASE_URL, "--trusted-proxy", "127.0.0.1")
HOST = "example.org"


@pytest.fixture(scope="module")
def behind(toy: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """A server with pages that trusts the proxy in front of it, seen through the proxy."""
    with serving(*TRUSTED, root=toy) as server, proxied(server, tmp_path_factory.mktemp("nginx")) as found:
        wait_for_pages(server)
        yield found


def through(server: Serving, path: str, data: bytes | None = None, source: str = "127.0.0.2", **more: str) -> Response:
    """A request from another address of this machine."""
    address = urlsplit(server.url)
    connection = HTTPConnection(address.hostname or "", address.port, 60, source_address=(source, 0))
    headers = {"Host": HOST} | {name.replace("_", "-"): value for name, value in more.items()}
    connection.request("GET" if data is None else "POST", address.path + path, data, headers)
    found = connection.getresponse()
    response = Response(found.status, found.headers, found.read())
    connection.close()
    return response


def asked(query: str) -> str:
    return "/sparql?" + urlencode({"query": query})


def logged(server: Serving, agent: str) -> dict[str, Any]:
    """The line of the access log about the request of an agent."""
    lines: list[str] = []

    def there() -> bool:
        lines[:] = [line for line in server.log if f'"agent": "{agent}"' in line]
        return bool(lines)

    until(there, f"no line in the log for {agent}")
    return dict(json.loads(lines[0]))


# --- through nginx ---


def test_the_host_of_the_base_url_is_accepted_and_no_other(behind: Serving) -> None:
    assert through(behind, "/health").status == 200
    assert through(behind, "/health", Host="evil.example").status == 421


@pytest.mark.parametrize(
    ("path", "accept", "place"),
    [
        ("", BROWSER, "/"),
        ("/sparql", "text/html", "/editor"),
        ("/sparql/", "text/html", "/editor"),
        ("/practice/continuous-testing", "text/html", "/practice/continuous-testing.html"),
        ("/practice/continuous-testing", "text/turtle", "/practice/continuous-testing.ttl"),
        ("/finding/example2031/PEC1", "text/turtle", "/sparql?query="),
    ],
)
def test_redirects_stay_below_the_prefix(behind: Serving, path: str, accept: str, place: str) -> None:
    found = through(behind, path, Accept=accept)
    assert found.status in (301, 303, 308)
    address = urljoin(f"{BASE_URL.rstrip('/')}{path}", found.headers["Location"])
    assert urlsplit(address).path.startswith("/review/")
    assert address.partition("/review")[2].startswith(place)
    assert through(behind, address.partition("/review")[2], Accept=accept).status == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        ("/practice/continuous-testing.html", 200),
        ("/queries", 200),
        ("/queries/related-work?practice=CT", 200),
        ("/editor", 200),
        ("/nothing/a%2Fb/of-the-kind", 404),
    ],
)
def test_links_of_pages_stay_below_the_prefix(behind: Serving, path: str, status: int) -> None:
    page = through(behind, path, Accept=BROWSER)
    assert page.status == status
    found = re.findall(r'(?:href|src|action)="([^"#]+)', page.text)
    links = {urljoin(BASE_URL.rstrip("/") + path, link) for link in found}
    own = {link.partition("#")[0] for link in links if urlsplit(link).netloc == HOST}
    assert len(own) > 4
    assert all(link.startswith(BASE_URL) for link in own), own
    for link in sorted(own - {BASE_URL + "sparql"})[:12]:
        assert through(behind, "/" + link.removeprefix(BASE_URL), Accept=BROWSER).status == 200, link


def test_the_description_and_queries_have_the_public_address(behind: Serving) -> None:
    found = through(behind, "/sparql", Accept="application/n-triples")
    stated = {quad.subject.value for quad in ox.parse(found.body, format=ox.RdfFormat.N_TRIPLES)
              if quad.predicate.value.endswith("#endpoint")}  # fmt: skip
    assert stated == {BASE_URL + "sparql"}
    relative = through(behind, asked("SELECT (STR(<here>) AS ?iri) {}"), Accept="text/csv")
    assert relative.text.split()[1] == BASE_URL + "here"


def test_addresses_arrive_as_they_were_written(behind: Serving) -> None:
    assert through(behind, "/queries/a%2Fb%C3%BC", User_Agent="as-written").status == 404
    assert logged(behind, "as-written")["path"] == "/queries/a%2Fb%C3%BC"


@pytest.mark.parametrize("forged", ["", "203.0.113.9", "127.0.0.1", "203.0.113.9, 127.0.0.1", "unknown, ::1"])
def test_the_client_is_who_called_the_proxy(behind: Serving, forged: str) -> None:
    agent = f"forged-{quote(forged, safe='')}"
    through(behind, "/health", source="127.0.0.3", User_Agent=agent, **({"X_Forwarded_For": forged} if forged else {}))
    assert logged(behind, agent)["client"] == "127.0.0.3"


def test_a_large_answer_arrives_whole(behind: Serving) -> None:
    found = through(behind, "/sparql", LARGE.encode(), Content_Type="application/sparql-query", Accept="text/csv")
    assert (found.status, found.headers["Content-Length"]) == (200, str(len(found.body)))
    assert len(found.body) > LENGTH


def test_compression_and_validators_pass(behind: Serving) -> None:
    path = asked("SELECT * { ?s ?p ?o } LIMIT 200")
    plain, packed = through(behind, path), through(behind, path, Accept_Encoding="gzip")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert through(behind, path, If_None_Match=plain.headers["ETag"]).status == 304
    sent = gzip.compress(QUICK.encode())
    media = {"Content_Type": "application/sparql-query", "Content_Encoding": "gzip"}
    assert through(behind, "/sparql", sent, **media).status == 200


@pytest.mark.skipif(sys.platform != "linux", reason="looks at processes as Linux shows them")
def test_a_query_ends_when_the_client_of_the_proxy_leaves(behind: Serving) -> None:
    address = urlsplit(behind.url)
    with socket.create_connection((address.hostname, address.port)) as client:
        path = "/review" + asked(endless(77))
        client.sendall(f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
        until(lambda: len(members(behind.process.pid)) > 1, "the query is not started")
    settled(behind)


@pytest.mark.parametrize("trusted", [True, False])
def test_the_address_of_the_client_decides_who_has_too_many_queries(toy: Path, tmp_path: Path, trusted: bool) -> None:
    options = TRUSTED if trusted else TRUSTED[:2]
    limits = ("--no-site", "--timeout", "600", "--max-queries", "2")
    with (
        serving(*options, *limits, root=toy) as server,
        proxied(server, tmp_path) as found,
        ThreadPoolExecutor() as pool,
    ):

        def two(source: str) -> list[Future[Response]]:
            """Two long queries of a client, which may have one at a time."""
            queries = [asked(endless(int(source[-1]) * 10 + number)) for number in range(2)]
            return [pool.submit(through, found, query, source=source, User_Agent=source) for query in queries]

        for source, whole in (("127.0.0.2", False), ("127.0.0.3", not trusted)):
            asking = two(source)
            done, left = wait(asking, return_when=ALL_COMPLETED if whole else FIRST_COMPLETED)
            assert [one.result().status for one in done] == [429] * len(done)
            assert len(left) == (0 if whole else 1)
            assert logged(server, source)["client"] == (source if trusted else "127.0.0.1")
        assert through(found, asked(QUICK), source="127.0.0.4").status == 200
        server.process.terminate()
        server.process.wait()


# --- what is believed ---

PROXIES = ServerSettings(Path(), proxies=(ip_network("10.0.0.0/8"), ip_network("fd00::/8")))


@pytest.mark.parametrize(
    ("peer", "lines", "client"),
    [
        ("10.0.0.1", ["192.0.2.1"], "192.0.2.1"),
        ("10.0.0.1", ["203.0.113.5, 192.0.2.1"], "192.0.2.1"),
        ("10.0.0.1", ["203.0.113.5", "192.0.2.1"], "192.0.2.1"),
        ("10.0.0.1", ["203.0.113.5, 192.0.2.1, 10.2.3.4"], "192.0.2.1"),
        ("10.0.0.1", ["192.0.2.1:4711"], "192.0.2.1"),
        ("10.0.0.1", ["[2001:db8::1]:4711"], "2001:db8::1"),
        ("10.0.0.1", ["2001:DB8::1, fd00::1"], "2001:db8::1"),
        ("::ffff:10.0.0.1", ["::ffff:192.0.2.1"], "192.0.2.1"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", [""], "10.0.0.1"),
        ("10.0.0.1", ["192.0.2.1, unknown"], "10.0.0.1"),
        ("10.0.0.1", ["192.0.2.1, <script>, 10.0.0.2"], "10.0.0.2"),
        ("10.0.0.1", ["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
        ("192.0.2.9", ["192.0.2.1"], "192.0.2.9"),
        ("", ["192.0.2.1"], ""),
    ],
)
def test_the_client_is_the_rightmost_address_that_is_not_a_trusted_proxy(
    peer: str, lines: list[str], client: str
) -> None:
    headers = [(b"host", b"localhost"), *((b"x-forwarded-for", line.encode()) for line in lines)]
    scope = {"client": (peer, 5), "scheme": "http", "headers": headers, "raw_path": b"/", "path": "/"}
    assert forwarded(scope, PROXIES)["client"][0] == client
    assert forwarded(scope, ServerSettings(Path()))["client"][0] == peer


@settings(max_examples=50)
@given(st.lists(st.one_of(st.binary(max_size=40), st.ip_addresses().map(lambda one: str(one).encode())), max_size=4))
def test_whatever_a_header_contains_the_client_is_an_address(lines: list[bytes]) -> None:
    headers = [(name, line) for line in lines for name in (b"x-forwarded-for", b"x-forwarded-proto")]
    scope = {"client": ("10.0.0.1", 5), "scheme": "http", "headers": headers, "raw_path": b"/", "path": "/"}
    found = forwarded(scope, PROXIES)
    assert ip_address(found["client"][0])
    assert found["scheme"] in ("http", "https")


@pytest.mark.parametrize(
    ("peer", "expected"), [("10.0.0.1", "https://example.net/"), ("192.0.2.9", "http://localhost/")]
)
def test_the_address_is_that_which_a_trusted_proxy_states(peer: str, expected: str) -> None:
    from starlette.requests import Request

    headers = [(b"host", b"localhost"), (b"x-forwarded-proto", b"https"), (b"x-forwarded-host", b"example.net")]
    scope = {"type": "http", "client": (peer, 5), "scheme": "http", "headers": headers, "raw_path": b"/", "path": "/"}
    assert str(Request(forwarded(scope, PROXIES)).base_url) == expected


@pytest.mark.parametrize(
    ("raw", "below"),
    [
        ("/review/sparql", "/sparql"),
        ("/review/", "/"),
        ("/review/a%2Fb", "/a%2Fb"),
        ("/sparql", "/sparql"),
        ("/reviewer/x", "/reviewer/x"),
        ("/review", "/review"),
        ("//review/x", "//review/x"),
    ],
)
def test_the_path_may_have_the_prefix(raw: str, below: str) -> None:
    scope = {"client": None, "headers": [], "raw_path": raw.encode(), "path": raw.replace("%2F", "/")}
    found = forwarded(scope, ServerSettings(Path(), base_url=BASE_URL))
    assert (found["raw_path"], found["path"]) == (below.encode(), below.replace("%2F", "/"))


# --- options ---


@pytest.mark.parametrize(
    ("host", "hosts", "base", "name", "answered"),
    [
        ("127.0.0.1", (), "", "localhost", True),
        ("127.0.0.1", (), "", "example.org", False),
        ("127.0.0.1", ("example.net",), "", "example.net", True),
        ("127.0.0.1", (), BASE_URL, "example.org", True),
        ("127.0.0.1", (), BASE_URL, "www.example.org", False),
        ("0.0.0.0", (), BASE_URL, "example.net", True),  # noqa: S104
        ("0.0.0.0", ("example.net",), BASE_URL, "example.com", False),  # noqa: S104
        ("0.0.0.0", ("example.net",), BASE_URL, "example.org", True),  # noqa: S104
    ],
)
def test_the_names_that_a_server_answers_to(
    host: str, hosts: tuple[str, ...], base: str, name: str, answered: bool
) -> None:
    assert ServerSettings(Path(), host=host, hosts=hosts, base_url=base).answers_to(name) is answered


def test_a_server_answers_to_a_name_that_is_allowed(toy: Path) -> None:
    with serving("--no-site", "--quiet", "--allow-host", "KG.example", root=toy) as server:
        assert [server.ask("/health", Host=name).status for name in ("kg.Example:80", "x.example")] == [200, 421]


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--base-url", "example.org"),
        ("--base-url", "ftp://example.org/"),
        ("--base-url", "https://example.org/a?b"),
        ("--base-url", "https://me@example.org/"),
        ("--base-url", "https://example.org//a"),
        ("--trusted-proxy", "proxy"),
        ("--trusted-proxy", "10.0.0.0/33"),
        ("--trusted-proxy", "*"),
        ("--allow-host", "a b"),
        ("--allow-host", "example.org:80"),
    ],
)
def test_an_invalid_address_is_an_error(toy: Path, option: str, value: str) -> None:
    found = served("--root", toy, "serve", "--port", "0", option, value)
    assert found.returncode == 2
    assert f"{option} {value} is not" in found.stderr
    assert "Traceback" not in found.stderr
