"""The site of the project's own review on a static host, in a folder below the root, as beside a paper."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin
from urllib.request import urlopen

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from kg.core.iris import BASE
from tests.browser.watched import PHONE, watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


class Quiet(SimpleHTTPRequestHandler):
    """What any static host does, without a line for each request."""

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def address(review_site: Path) -> Iterator[str]:
    """Where the site stands, with the `/` at its end."""
    root = review_site.parent.parent
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(root))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/papers/x/"
        server.shutdown()


def got(address: str) -> bytes:
    with urlopen(address) as answer:  # noqa: S310 - the test's own server
        data: bytes = answer.read()
    return data


@pytest.mark.parametrize(
    "name",
    [
        "",
        "studies.html",
        "findings.html",
        "practice/continuous-testing.html",
        "challenge/testing-and-quality.html",
        "study/vanska2024.html",
        "publication/vanska2024.html",
        "finding/vanska2024/PEC4.html",
        "graph.html",
        "map.html",
    ],
)
def test_a_page_says_nothing_and_asks_for_nothing_but_the_site(browser: Browser, address: str, name: str) -> None:
    with watched(browser, address, PHONE, offline=False) as page:
        page.goto(address + name)
        assert page.locator("h1").count() == 1
        if name not in ("graph.html", "map.html"):
            assert page.evaluate("getComputedStyle(document.querySelector('header')).display") == "flex", "its style"


def test_one_finds_opens_and_comes_back(browser: Browser, address: str) -> None:
    with watched(browser, address, offline=False) as page:
        page.goto(f"{address}finding/vanska2024/PEC4.html")
        page.get_by_role("searchbox").fill("CI")
        page.keyboard.press("Enter")
        page.wait_for_url("**/papers/x/search.html?q=CI")
        page.locator("#results a").first.click()
        page.wait_for_url("**/papers/x/practice/continuous-integration.html")
        page.go_back()
        assert page.get_by_role("combobox", name="Search").input_value() == "CI"
        page.locator("#results a").first.wait_for()


def test_every_iri_leads_to_a_page_below_the_folder(address: str) -> None:
    places = json.loads(got(f"{address}iris.json"))
    assert len(places) > 4000
    assert urljoin(address, places[f"{BASE}finding/vanska2024/PEC4"]) == f"{address}finding/vanska2024/PEC4.html"
    pages = {urljoin(address, path).partition("#")[0] for path in places.values()}
    assert all(page.startswith(address) for page in pages)
    for page in sorted(pages):
        assert got(page).startswith(b"<!DOCTYPE html>"), page


def test_a_page_leads_to_its_data(browser: Browser, address: str) -> None:
    with watched(browser, address, offline=False) as page:
        page.goto(f"{address}finding/vanska2024/PEC4.html")
        linked = page.evaluate("[...document.querySelectorAll('link[rel=alternate]')].map((one) => one.href)")
        assert linked == [f"{address}publication/vanska2024.ttl"]
        assert page.locator(".data a[href='../../publication/vanska2024.ttl']").count() == 1
        subjects = {triple.subject for triple in parse(got(linked[0]), format=RdfFormat.TURTLE)}
        assert NamedNode(f"{BASE}finding/vanska2024/PEC4") in subjects
