"""The site of the project's own review, for everybody: no rule of axe is broken, in whatever size and colours."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg.api import KnowledgeGraph
from kg.core.output import write_folder
from kg.render.pages.site import site
from tests.browser.axe import violations
from tests.browser.watched import LOOKS, PHONE, watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

KINDS = (
    "index.html", "practices.html", "challenges.html", "findings.html", "studies.html", "counts.html", "citations.html",
    "notes.html", "venues.html", "vocabularies.html", "sources.html", "terms.html", "others.html", "iri.html",
    "practice/continuous-testing.html", "challenge/testing-and-quality.html", "approach/mlops.html",
    "area/development.html", "method/semi-structured-interview.html", "context/industrial-context.html",
    "publication/vanska2024.html", "publication/giray2021.html", "study/vanska2024.html", "study/giray2021.html",
    "finding/vanska2024/PEC4.html", "finding/vanska2024/obs-manual-testing.html",
    "search.html", "search.html?q=CI", "search.html?q=nothing+of+the+kind")  # fmt: skip
"""A page of each kind; those with hundreds of the same rows are among the sample."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, review_graph: KnowledgeGraph) -> Path:
    written = tmp_path_factory.mktemp("whole") / "site"
    write_folder(written, site(review_graph, "The whole review", "Free for all."))
    return written


def opened(page: Page, folder: Path, name: str) -> None:
    """With all that folds unfolded, but for the long table of IRIs."""
    page.goto(f"{folder.as_uri()}/{name}")
    if name != "iri.html":
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_a_page_of_each_kind_breaks_no_rule(browser: Browser, folder: Path, size: tuple[int, int], scheme: str) -> None:
    with watched(browser, folder.as_uri(), size, scheme) as page:
        for name in KINDS:
            opened(page, folder, name)
            assert violations(page) == [], name
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name


def sample(folder: Path, number: int = 40) -> list[str]:
    every = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.html")
                   if path.name not in ("graph.html", "map.html"))  # fmt: skip
    return every[:: len(every) // number]


def test_every_twentieth_page_says_nothing_and_asks_for_nothing(browser: Browser, folder: Path) -> None:
    names = sample(folder)
    assert len(names) >= 40
    with watched(browser, folder.as_uri(), PHONE) as page:
        for name in names:
            opened(page, folder, name)
            assert page.locator("h1").count() == 1, name
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name


@pytest.mark.parametrize(
    "wrong",
    [
        lambda page: page.evaluate("document.querySelector('#find').labels[0].remove()"),
        lambda page: page.add_style_tag(content=".note { color: #ccc !important }"),
    ],
)
def test_what_is_wrong_is_found(browser: Browser, folder: Path, wrong: Callable[[Page], object]) -> None:
    context = browser.new_context(bypass_csp=True)
    page = context.new_page()
    page.goto((folder / "index.html").as_uri())
    wrong(page)
    assert violations(page)
    context.close()
