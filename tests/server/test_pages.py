"""The site of the graph as the server serves it."""

from __future__ import annotations

import gzip
import html
import os
import re
import shutil
import signal
import subprocess
import time
from http.client import HTTPConnection
from pathlib import Path

import pytest

from kg.api import KnowledgeGraph
from kg.building.pipeline import build
from kg.render.pages.site import review_site
from kg.server.site_maker import DOORS
from tests.server.serving import Serving, serving, until, wait_for_pages


@pytest.fixture(scope="module")
def files(toy: Path, toy_graph: KnowledgeGraph) -> dict[str, bytes]:
    """The same site as `kg site` writes it, with the two links of a server."""
    return review_site(toy_graph, toy, "Continuous* knowledge graph", DOORS)


def test_all_files_of_the_site_are_served_as_they_are(site_server: Serving, files: dict[str, bytes]) -> None:
    for path, data in files.items():
        found = site_server.ask(f"/{path}")
        assert (found.status, found.body) == (200, data), path
    assert site_server.ask("/").body == files["index.html"]


@pytest.mark.parametrize(
    ("path", "media"),
    [
        ("index.html", "text/html; charset=utf-8"),
        ("site.css", "text/css; charset=utf-8"),
        ("search.js", "text/javascript; charset=utf-8"),
        ("iris.json", "application/json"),
        ("graph.ttl", "text/turtle; charset=utf-8"),
        ("graph.nq", "application/n-quads"),
        ("graph.nq.gz", "application/gzip"),
        ("practice/continuous-testing.ttl", "text/turtle; charset=utf-8"),
    ],
)
def test_a_file_has_its_type(site_server: Serving, path: str, media: str) -> None:
    assert site_server.ask(f"/{path}").headers["Content-Type"] == media


@pytest.mark.parametrize(
    "path", ["index.html", "graph.html", "map.html", "search.html", "practice/continuous-testing.html"]
)
def test_a_page_states_its_policy_in_a_header_too(site_server: Serving, path: str) -> None:
    found = site_server.ask(f"/{path}")
    stated = re.search(r'Content-Security-Policy" content="([^"]*)"', found.text)
    assert stated is not None
    assert found.headers["Content-Security-Policy"] == f"{html.unescape(stated[1])}; frame-ancestors 'none'"


def test_gzip_is_sent_if_accepted(site_server: Serving, files: dict[str, bytes]) -> None:
    found = site_server.ask("/graph.html", Accept_Encoding="br;q=1.0, gzip;q=0.8")
    assert found.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(found.body) == files["graph.html"]
    assert len(found.body) < 0.5 * len(files["graph.html"])
    for header in ("identity", "gzip;q=0", "gzip; q=0.0, br"):
        refused = site_server.ask("/graph.html", Accept_Encoding=header)
        assert "Content-Encoding" not in refused.headers
        assert refused.body == files["graph.html"]
        assert refused.headers["ETag"] != found.headers["ETag"]


def test_a_known_file_gives_304(site_server: Serving) -> None:
    first = site_server.ask("/findings.html")
    again = site_server.ask("/findings.html", If_None_Match=f'"other", W/{first.headers["ETag"]}')
    assert (again.status, again.body, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert site_server.ask("/findings.html", If_None_Match='"other"').status == 200
    assert site_server.ask("/practices.html", If_None_Match=first.headers["ETag"]).status == 200


@pytest.mark.parametrize(
    "path",
    [
        "/../manifest.json",
        "/%2e%2e/manifest.json",
        "/..%2fmanifest.json",
        "/practice/../../manifest.json",
        "/practice/..%2f..%2f..%2fetc%2fpasswd",
        "//etc/passwd",
        "/./index.html",
        "/.kg-site",
        "/%2Fetc%2Fpasswd",
        "/practice",
        "/practice/",
        "/index.html%00.css",
        "/packed/index.html",
        "/manifest.json",
        "/C:%5Cboot.ini",
    ],
)
def test_nothing_but_the_files_of_the_site_is_served(site_server: Serving, path: str) -> None:
    assert site_server.ask(path).status == 404


def test_pending_pages_give_503(toy: Path) -> None:
    with serving(root=toy) as server:
        first = server.ask("/")
        assert first.status == 503
        assert first.headers["Retry-After"]
        assert "are being built" in first.text
        assert '<meta http-equiv="refresh"' in first.text
        assert server.ask("/findings.html").status == 503
        assert server.sparql("ASK { ?s ?p ?o }").status == 200
        wait_for_pages(server)
        assert server.ask("/").status == 200


def test_a_rebuilt_graph_gets_new_pages_and_the_old_ones_stay_until_then(toy: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(toy, tmp_path / "toy"))
    with serving(root=root) as server:
        wait_for_pages(server)
        before = server.ask("/finding/example2031/PEC1.html")
        file = root / "bib/annotations/example2031.yaml"
        text = file.read_text("utf-8")
        statement = re.search(r"id: PEC1\n    kind: pec\n    statement: (.*)", text)
        assert statement is not None
        file.write_text(text.replace(statement[1], "Said otherwise."), "utf-8")
        assert not build(root).errors

        def changed() -> bool:
            found = server.ask("/finding/example2031/PEC1.html")
            assert found.status == 200
            return found.body != before.body

        until(changed, "the page does not change")
        found = server.ask("/finding/example2031/PEC1.html")
        assert "Said otherwise." in found.text
        assert found.headers["ETag"] != before.headers["ETag"]


def test_an_error_in_the_pages_is_reported_and_the_rest_is_served(toy: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(toy, tmp_path / "toy"))
    (root / "CITATION.cff").write_text("title: 'Toys\n", "utf-8")
    with serving(root=root) as server:
        until(lambda: server.ask("/").status != 503, "the pages are still pending")
        assert "Editor" in server.ask("/").text
        assert any("the pages cannot be made: CITATION.cff" in line for line in server.log)
        assert server.sparql("ASK { ?s ?p ?o }").status == 200


def test_no_file_is_left_over_when_a_process_of_the_server_is_killed(review: Path, tmp_path: Path) -> None:
    def making() -> list[int]:
        ran = subprocess.run(["ps", "-ewwo", "pid,args"], capture_output=True, text=True, check=True)
        lines = [line for line in ran.stdout.splitlines() if "site_maker" in line and str(review) in line]
        return [int(line.split()[0]) for line in lines]

    with serving(root=review, environment={"TMPDIR": str(tmp_path)}) as server:
        until(lambda: bool(making()), "the pages are not being made")
        os.kill(making()[0], signal.SIGKILL)
        until(lambda: server.ask("/").status == 200, "the rest is not served without pages")
    with serving(root=review, environment={"TMPDIR": str(tmp_path)}) as server:
        until(lambda: bool(making()), "the pages are not being made")
        server.process.kill()
        until(lambda: not making(), "the pages are still being made")
    with serving(root=review, environment={"TMPDIR": str(tmp_path)}) as server:
        wait_for_pages(server)
        server.process.kill()
        server.process.wait()
    assert list(tmp_path.iterdir()) == []


def test_no_answer_waits_for_the_client_to_acknowledge_its_head(server: Serving) -> None:
    connection = HTTPConnection(server.url.removeprefix("http://"))

    def quick() -> bool:
        took = []
        for _ in range(20):
            started = time.perf_counter()
            connection.request("GET", "/assets/site.css")
            connection.getresponse().read()
            took.append(time.perf_counter() - started)
        return sorted(took)[5] < 0.03  # a delayed acknowledgement takes 40 ms

    until(quick, "each answer takes 30 ms or more", 20)
    connection.close()


def test_without_a_site_the_front_page_links_to_everything_else(server: Serving) -> None:
    found = server.ask("/")
    assert found.status == 200
    for address in re.findall(r'href="(?!data:|#)([^"]+)"', found.text):
        assert server.ask(f"/{address.removeprefix('./')}").status == 200, address
