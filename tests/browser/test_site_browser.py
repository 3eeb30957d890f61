"""The site in a real browser, read from disk: no message, no request beyond the folder, and a search that finds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg.api import KnowledgeGraph
from kg.core.output import write_folder
from kg.render.pages.site import site

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

PAGES = ("index.html", "questions.html", "question/disagreements.html", "question/gaps.html",
         "practice/continuous-testing.html", "finding/example2031/PEC1.html",
         "publication/example2031.html", "search.html", "iri.html", "graph.html", "map.html")  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, toy_graph: KnowledgeGraph) -> Path:
    written = tmp_path_factory.mktemp("a site") / "site"
    write_folder(written, site(toy_graph, "Toys <img src=x onerror=document.title='owned'>"))
    return written


@pytest.fixture
def page(browser: Browser, folder: Path) -> Iterator[Page]:
    """Whatever a test does: no message on the console, no request but for files of the site."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    heard: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    yield page
    title = page.title()
    context.close()
    assert heard == []
    assert [url for url in asked if not url.startswith((folder.as_uri(), "data:", "blob:"))] == []
    assert title != "owned"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_with_its_style_and_fits_a_phone(page: Page, folder: Path, name: str) -> None:
    page.goto((folder / name).as_uri())
    assert page.locator("h1").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if name not in ("graph.html", "map.html"):
        assert page.evaluate("getComputedStyle(document.querySelector('header')).display") == "flex"


def test_the_search_finds_a_practice_by_its_abbreviation(page: Page, folder: Path) -> None:
    page.goto((folder / "index.html").as_uri())
    page.get_by_role("searchbox", name="Search").fill("CI")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=CI")
    first = page.locator("#results a").first
    assert first.inner_text() == "continuous integration"
    first.click()
    page.locator(":target").wait_for()  # the review does not use it: it stands in a list
    assert page.url.endswith("/unused.html#practice/continuous-integration")
    assert page.locator(":target").get_by_text("continuous integration", exact=True).first.is_visible()
    page.get_by_role("searchbox", name="Search").fill("CT")
    page.keyboard.press("Enter")
    page.locator("#results a").get_by_text("continuous testing", exact=True).click()
    page.wait_for_url("**/practice/continuous-testing.html")
    assert page.inner_text("h1") == "continuous testing"


def test_the_search_finds_as_one_types_and_says_when_there_is_nothing(page: Page, folder: Path) -> None:
    page.goto((folder / "search.html").as_uri())
    page.keyboard.type("ortel")
    assert page.locator("#results a").first.inner_text() == "A toy study of CI builds, 100% made up"
    page.keyboard.type(" <b>no such thing")
    assert page.inner_text("#told") == "No results contain all of “ortel <b>no such thing”."
    assert page.locator("#results li").count() == 0


def test_a_finding_shows_its_words_and_an_anchor_leads_to_them(page: Page, folder: Path) -> None:
    address = (folder / "finding/example2031/PEC1.html").as_uri()
    page.goto(f"{address}#evidence/example2031/P1-slow")
    words = page.locator(":target blockquote")
    assert words.inner_text() == "“our tests are slow”"
    assert words.is_visible()


def test_an_anchor_opens_the_details_it_stands_in(page: Page, folder: Path) -> None:
    page.goto((folder / "study/example2031.html").as_uri() + "#participant/example2031/P1")
    assert page.locator(":target").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(page: Page, folder: Path, scheme: str) -> None:
    page.emulate_media(color_scheme="light" if scheme == "light" else "dark")
    for name in ("index.html", "finding/muster2032/acme-silo.html"):
        page.goto((folder / name).as_uri())
        assert (
            page.evaluate("""() => {
          const light = (text) => {
            const parts = text.match(/[\\d.]+/g).slice(0, 3).map((n) => n / 255)
              .map((n) => n <= 0.04045 ? n / 12.92 : ((n + 0.055) / 1.055) ** 2.4);
            return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
          };
          const ground = (e) => {
            const color = getComputedStyle(e).backgroundColor;
            return color !== "rgba(0, 0, 0, 0)" ? color : ground(e.parentElement);
          };
          return [...document.querySelectorAll("body *")].filter((e) => e.textContent.trim() && e.checkVisibility())
            .map((e) => {
              const [a, b] = [light(getComputedStyle(e).color), light(ground(e))];
              return [e.outerHTML.slice(0, 80), (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)];
            }).filter(([, contrast]) => contrast < 4.5);
        }""")
            == []
        )


def test_the_first_key_press_leads_past_the_navigation(page: Page, folder: Path) -> None:
    page.goto((folder / "index.html").as_uri())
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def results(page: Page) -> list[str]:
    return page.locator("#results a").all_inner_texts()


def test_a_key_an_id_a_name_and_words_of_a_statement_are_found(page: Page, folder: Path) -> None:
    page.goto((folder / "search.html").as_uri())
    field = page.get_by_role("combobox", name="Search")
    for words, first in (
        ("example2031", "A toy study of CI builds, 100% made up"),
        ("PEC1", "Missing tools hinder testing"),
        ("continuous integration", "continuous integration"),
        ("CONTINUOUS-integration", "continuous integration"),
        ("toy survey", "A toy survey"),
        ("ask for tools", "Toy testers ask for tools."),
        ("10.5555/toy.1", "A toy study of CI builds, 100% made up"),
    ):
        field.fill(words)
        assert results(page)[0].startswith(first), words


def test_what_is_called_so_comes_before_what_begins_so_and_that_before_what_holds_it(page: Page, folder: Path) -> None:
    page.goto(f"{folder.as_uri()}/search.html?q=testing")
    found = results(page)
    assert found.index("continuous testing") < found.index("Missing tools hinder testing in both toy teams.")
    page.get_by_role("combobox", name="Search").fill("continuous test")
    assert results(page)[0] == "continuous testing"


def test_what_the_review_uses_comes_before_what_it_does_not_use(page: Page, folder: Path) -> None:
    page.goto(f"{folder.as_uri()}/search.html?q=continuous")
    links = page.locator("#results a").evaluate_all("links => links.map((one) => one.getAttribute('href'))")
    # The first is called exactly so: “Continuous *” is another name of continuous software engineering.
    unused = [link.startswith("unused.html#") for link in links[1:13] if "practice/" in link]
    assert unused == sorted(unused)
    assert set(unused) == {False, True}


def test_arrows_lead_through_the_results_and_escape_back(page: Page, folder: Path) -> None:
    page.goto((folder / "search.html").as_uri())
    page.keyboard.type("continuous")
    page.keyboard.press("Escape")  # closes the suggestions
    focused = "document.activeElement.innerText || document.activeElement.id"
    first, second = results(page)[:2]
    for key, there in (("ArrowDown", first), ("ArrowDown", second), ("ArrowUp", first), ("ArrowUp", "find"),
                       ("Enter", first), ("Escape", "find"), ("ArrowDown", first), ("/", "find")):  # fmt: skip
        page.keyboard.press(key)
        assert page.evaluate(focused) == there, key
    assert page.get_by_role("combobox", name="Search").input_value() == "continuous"
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{folder.as_uri()}/*/*.html")
    assert page.inner_text("h1") == second


def test_who_finds_nothing_is_told_what_to_do(page: Page, folder: Path) -> None:
    page.goto(f"{folder.as_uri()}/search.html?q=nothing+of+the+kind")
    assert page.get_by_text("Try fewer words").is_visible()
    page.locator("#none").get_by_role("link", name="practices").click()
    page.wait_for_url("**/practices.html")
    page.go_back()
    page.get_by_role("combobox", name="Search").fill("CI")
    assert page.get_by_text("Try fewer words").is_hidden()
    assert page.url.endswith("search.html?q=CI"), "the address can be passed on"
