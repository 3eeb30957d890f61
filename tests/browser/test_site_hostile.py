"""The site of a review that is out to do harm: nothing runs, nothing is asked for, and all of it can be read."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg.core.output import write_folder
from kg.readers.citation import Citation
from kg.render.pages.site import site
from tests.browser.axe import violations
from tests.browser.watched import PHONE, watched
from tests.hostile_review import SCRIPT, TURN, UNBROKEN, hostile_graph

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    graph = hostile_graph(tmp_path_factory.mktemp("hostile"))
    written = tmp_path_factory.mktemp("hostile site") / "site"
    about = Citation(SCRIPT, SCRIPT, (SCRIPT, TURN, UNBROKEN), "2030", url="javascript:document.title='owned'")
    write_folder(written, site(graph, f"Site {SCRIPT} {TURN}", SCRIPT, about))
    return written


def names(folder: Path) -> list[str]:
    """Every page that shows something of the review, and one in twenty of those that only show what comes with kg."""
    pages = {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in folder.rglob("*.html")}
    main = {name: text.partition("<main")[2].partition("</main>")[0] for name, text in pages.items()}
    hostile = [name for name, text in main.items() if "/" not in name or re.search("evil|owned|turned|kkkk", text)]
    assert len(hostile) > 60
    return sorted({*hostile, *sorted(pages)[::20]})


LINKS = """[...document.querySelectorAll('a[href]')]
  .map((one) => new URL(one.getAttribute('href'), document.baseURI).href)"""
"""Where links lead, those of pictures too, which have no text as `href`."""

OVERLAPS = """() => {
  // Texts of different elements that lie on each other by more than a few pixels.
  const texts = "main p, main dt, main dd, main h1, main h2, tbody th, tbody td, nav, form";
  const boxes = [...document.querySelectorAll(texts)].filter((one) => one.checkVisibility() && !one.matches(":has(p)"))
    .slice(0, 300).flatMap((one) => [...one.getClientRects()].map((box) => [one, box]));
  const over = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 4
    && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4;
  return boxes.flatMap(([one, a], number) => boxes.slice(number + 1)
    .filter(([other, b]) => over(a, b) && !one.contains(other) && one !== other)
    .map(([other]) => [one.outerHTML.slice(0, 80), other.outerHTML.slice(0, 80)])).slice(0, 3);
}"""


def test_no_page_runs_what_the_data_hold_or_leads_anywhere_else_and_all_of_it_can_be_read(
    browser: Browser, folder: Path
) -> None:
    with watched(browser, folder.as_uri(), PHONE) as page:
        for name in names(folder):
            page.goto(f"{folder.as_uri()}/{name}")
            assert page.title() != "owned", name
            links = page.evaluate(LINKS)
            assert [link for link in links if not link.startswith((folder.as_uri(), "http://", "https://"))] == [], name
            if name in ("graph.html", "map.html"):
                continue
            assert page.locator("img").count() == 0, name
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
            assert page.evaluate(OVERLAPS) == [], name


def test_a_search_shows_markup_as_the_text_it_is(browser: Browser, folder: Path) -> None:
    with watched(browser, folder.as_uri()) as page:
        for words in ("<img src=x", "</script>", "evil", "turned", "kkkk"):
            page.goto(f"{folder.as_uri()}/search.html")
            page.get_by_role("combobox", name="Search").fill(words)
            assert page.locator("#results li").count() > 0, words
            assert page.locator("#results img, #results script").count() == 0
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), words


def test_the_query_of_an_address_is_text_too(browser: Browser, folder: Path) -> None:
    with watched(browser, folder.as_uri()) as page:
        page.goto(f"{folder.as_uri()}/search.html?q=%3Cimg%20src%3Dx%20onerror%3Ddocument.title%3D'owned'%3Enone")
        assert "<img src=x" in page.inner_text("#told")


@pytest.mark.parametrize("name", ["finding/example2031/PEC2.html", "practice/evil.html", "index.html"])
def test_the_worst_of_texts_breaks_no_rule(browser: Browser, folder: Path, name: str) -> None:
    with watched(browser, folder.as_uri(), PHONE) as page:
        page.goto(f"{folder.as_uri()}/{name}")
        assert violations(page) == []
