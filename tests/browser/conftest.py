"""One Chromium for all browser tests; they are skipped where there is none, unless that is said to be an error."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from kg.answers.network import Network
from kg.api import KnowledgeGraph
from kg.core.output import write_folder
from kg.render.pages.graph_page import graph_page
from kg.render.pages.site import site
from tests.browser.chromium import launch
from tests.browser.seen import Seen


def _unavailable(reason: str) -> None:
    """A missing browser hides broken pages where it is expected to be there: then it is a failure."""
    if os.environ.get("KG_REQUIRE_BROWSER") == "1":
        pytest.fail(reason)
    # A contributor may have no browser; the other tests are still worth running.
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        _unavailable("playwright is not installed")
        return
    with sync_playwright() as playwright:
        try:
            launched = launch(playwright)
        except Error as error:
            _unavailable(f"no Chromium: {error.message.splitlines()[0]}")
            return
        _be_patient(launched)
        yield launched
        launched.close()


def _be_patient(browser: Any) -> None:
    """Lets every page of the browser wait long: a busy machine is slow, and that is no fault of a page."""

    def patient(make: Callable[..., Any], **options: Any) -> Any:
        made = make(**options)
        made.set_default_timeout(120_000)
        return made

    browser.new_context = partial(patient, browser.new_context)
    browser.new_page = partial(patient, browser.new_page)


@pytest.fixture(scope="session")
def review_site(tmp_path_factory: pytest.TempPathFactory, review_graph: KnowledgeGraph) -> Path:
    """The site of the project's own review, in the folder `papers/x` of a folder that nothing else is in."""
    folder = tmp_path_factory.mktemp("host") / "papers" / "x"
    write_folder(folder, site(review_graph, "The whole review", "Free for all."))
    return folder


@pytest.fixture
def show(browser: Any, tmp_path: Path) -> Iterator[Callable[..., Seen]]:
    """Opens the page of a network; at the end it must have been silent, and have asked for nothing."""
    opened: list[Seen] = []

    def opener(network: Network, fragment: str = "", **options: Any) -> Seen:
        file = tmp_path / f"page{len(opened)}.html"
        file.write_text(graph_page(network), encoding="utf-8")
        page = browser.new_page(**({"viewport": {"width": 1366, "height": 768}, "reduced_motion": "reduce"} | options))
        seen = Seen(page, file.as_uri(), [])
        page.on("console", lambda said: seen.complaints.append(f"{said.type}: {said.text}"))
        page.on("pageerror", lambda error: seen.complaints.append(str(error)))
        page.on("dialog", lambda dialog: (seen.complaints.append(dialog.message), dialog.dismiss()))
        page.on(
            "request",
            lambda request: (
                request.url.split("#")[0] == seen.url
                or request.url.startswith(("data:", "blob:"))
                or seen.complaints.append(f"request {request.url}")
            ),
        )
        page.goto(seen.url + fragment)
        opened.append(seen)
        return seen

    yield opener
    for seen in opened:
        assert seen.complaints == []
        assert seen.page.evaluate("window.__pwned") is None
        seen.page.close()
