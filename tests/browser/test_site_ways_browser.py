"""Ways through a site in a real browser: from the picture to the map, to a finding and back; looks of pictures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg.api import KnowledgeGraph
from kg.core.output import write_folder
from kg.render.pages.site import site
from tests.browser.watched import PHONE, watched
from tests.hostile_review import hostile_graph

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

STATEMENT = "Missing tools hinder testing in both toy teams."
OUTSIDE = """[...document.querySelectorAll('.picture svg')].flatMap((svg) => {
  const box = svg.getBoundingClientRect();
  return [...svg.querySelectorAll('text')].filter((text) => {
    const t = text.getBoundingClientRect();
    return t.left < box.left - 3 || t.right > box.right + 3 || t.top < box.top - 3 || t.bottom > box.bottom + 3;
  }).map((text) => text.textContent);
})"""
"""The labels of pictures that stand out of them."""
SMALLEST = """Math.min(...[...document.querySelectorAll('.picture svg')].flatMap((svg) => {
  const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
  return [...svg.querySelectorAll('text')].map((text) => parseFloat(getComputedStyle(text).fontSize) * scale);
}))"""
"""The size of the smallest letters of pictures on the screen, in pixels."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, toy_graph: KnowledgeGraph) -> Path:
    written = tmp_path_factory.mktemp("ways") / "site"
    write_folder(written, site(toy_graph, "Toys"))
    return written


@pytest.fixture
def page(browser: Browser, folder: Path) -> Iterator[Page]:
    with watched(browser, folder.as_uri()) as page:
        page.goto((folder / "index.html").as_uri())
        yield page


def test_a_dot_leads_to_its_cell_and_the_cell_to_the_finding(page: Page) -> None:
    dot = page.locator(".picture a[aria-label^='continuous testing × testing and quality']")
    page.keyboard.press("Tab")  # the keyboard, too, gets there
    dot.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/map.html#row=continuous-testing&column=testing-and-quality")
    panel = page.locator("aside")
    assert "testing and quality" in panel.locator("h2").inner_text().lower()
    panel.get_by_role("link", name=STATEMENT).click()
    assert page.locator("h1").inner_text().startswith(STATEMENT)
    page.get_by_role("link", name="the evidence map: continuous testing × testing and quality").click()
    page.wait_for_url("**/map.html#row=continuous-testing&column=testing-and-quality")
    site_menu = page.get_by_role("navigation", name="Site")
    site_menu.get_by_role("link", name="Graph").click()
    page.wait_for_url("**/graph.html")
    for name, address in (("Lists", "lists.html"), ("Search", "search.html"), ("Front page", "index.html")):
        site_menu.get_by_role("link", name=name).click()
        page.wait_for_url(f"**/{address}")
        page.go_back()


def test_the_first_question_leads_to_who_says_what_hinders(page: Page) -> None:
    page.locator(".questions a").first.click()
    page.wait_for_url("**/practice/*.html#links")
    row = page.locator("table.links tbody tr").first
    assert row.locator(".polarity").inner_text() == "hinders"
    assert row.get_by_role("link", name=STATEMENT[:40]).count() == 1
    assert row.get_by_role("link", name="(2031)").count() >= 1


def test_one_click_selects_a_whole_citation(page: Page, folder: Path) -> None:
    page.goto((folder / "publication/example2031.html").as_uri())
    page.locator("dd .cite").first.click()
    assert page.evaluate("getSelection().toString()") == r"\cite{example2031}"


def test_a_node_of_the_graph_is_selected_by_the_address_of_a_page(page: Page, folder: Path) -> None:
    page.goto((folder / "practice/continuous-testing.html").as_uri())
    page.locator(".seen").get_by_role("link", name="the graph").click()
    page.wait_for_function("document.title !== '' && typeof document.querySelector('main') === 'object'")
    page.get_by_role("heading", name="continuous testing").first.wait_for()


def test_labels_of_pictures_can_be_read_and_stay_inside(browser: Browser, folder: Path, tmp_path: Path) -> None:
    hostile = tmp_path / "hostile"
    write_folder(hostile, site(hostile_graph(tmp_path), "Hostile"))
    for written in (folder, hostile):
        with watched(browser, written.as_uri(), PHONE) as page:
            names = [p for p in sorted(written.rglob("*.html")) if b'class="picture' in p.read_bytes()]
            assert len(names) > 5
            for name in names:
                page.goto(name.as_uri())
                assert page.evaluate(OUTSIDE) == [], name
                assert page.evaluate(SMALLEST) >= 10.5, name
                assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name


def test_filled_and_hollow_dots_differ_in_forced_colours(browser: Browser, folder: Path) -> None:
    context = browser.new_context(forced_colors="active")
    page = context.new_page()
    page.goto((folder / "index.html").as_uri())
    first, second = (
        page.locator(f".picture circle.{hand}").first.evaluate("e => getComputedStyle(e).fill")
        for hand in ("first", "second")
    )
    assert first != second
    context.close()
