"""The answer of a named query as a page of the server: links, sorting, downloads, phones; and the way on from a 404."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.axe import violations
from tests.browser.watched import LOOKS, PHONE, watched
from tests.server.serving import Serving, serving, wait_for_pages

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
QUESTION = "queries/practice-challenges"


@pytest.fixture(scope="module")
def served(toy: Path) -> Iterator[Serving]:
    """A server of the toy review, with its pages."""
    with serving(root=toy) as server:
        wait_for_pages(server)
        yield server


def column(page: Page, name: str) -> list[str]:
    names = page.locator(".answer thead th").all_inner_texts()
    at = next(number for number, text in enumerate(names) if text.split(" ")[0] == name)
    return page.locator(f".answer tbody td:nth-child({at + 1})").all_inner_texts()


@pytest.mark.parametrize(("size", "scheme"), LOOKS[::2])
def test_an_answer_breaks_no_rule_and_fits(
    browser: Browser, served: Serving, size: tuple[int, int], scheme: str
) -> None:
    with watched(browser, served.url, size, scheme, offline=False) as page:
        page.goto(f"{served.url}/queries/related-work?practice=CT")
        page.locator(".answer th button").first.wait_for()
        page.locator("details").evaluate_all("all => all.forEach((one) => { one.open = true; })")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        if size == PHONE:
            table = page.locator(".scroller")
            assert table.evaluate("e => e.scrollWidth <= e.clientWidth"), "every column is seen without scrolling"


def test_a_heading_sorts_up_down_and_back(browser: Browser, served: Serving) -> None:
    with watched(browser, served.url, offline=False) as page:
        page.goto(f"{served.url}/queries/related-work?practice=CT")
        page.locator(".answer th button").first.wait_for()
        before = column(page, "work")
        assert len(set(before)) > 1
        heading = page.locator(".answer th", has=page.get_by_role("button", name="work"))
        heading.get_by_role("button").focus()
        page.keyboard.press("Enter")
        assert column(page, "work") == sorted(before, key=str.casefold)
        assert heading.get_attribute("aria-sort") == "ascending"
        page.keyboard.press("Enter")
        assert column(page, "work") == sorted(before, key=str.casefold, reverse=True)
        page.keyboard.press("Enter")
        assert column(page, "work") == before
        assert heading.get_attribute("aria-sort") == "none"


def test_a_key_leads_to_its_publication_and_a_download_has_the_same_rows(browser: Browser, served: Serving) -> None:
    with watched(browser, served.url, offline=False) as page:
        page.goto(f"{served.url}/queries/related-work?practice=CT")
        keys = column(page, "key")
        with page.expect_response("**format=csv*") as found:
            page.evaluate(
                "address => fetch(address)", page.get_by_role("link", name="csv", exact=True).get_attribute("href")
            )
        rows = list(csv.DictReader(io.StringIO(found.value.text())))
        assert [row["key"] for row in rows] == keys
        page.locator(".answer tbody a").first.click()
        page.wait_for_url("**/publication/*.html")
        assert page.locator("h1").count() == 1


def test_the_question_can_be_changed_on_the_page(browser: Browser, served: Serving) -> None:
    with watched(browser, served.url, offline=False) as page:
        page.goto(f"{served.url}/queries/related-work?practice=CT")
        page.get_by_text("Change the question").click()
        assert page.get_by_label("practice", exact=False).first.input_value() == "CT"
        page.get_by_label("hand", exact=True).select_option("second-hand")
        page.get_by_role("button", name="Ask").click()
        page.wait_for_url("**hand=second-hand*")
        assert set(column(page, "hand")) == {"second-hand"}


def test_an_unknown_page_leads_on(browser: Browser, served: Serving) -> None:
    context = browser.new_context()
    page = context.new_page()
    answer = page.goto(f"{served.url}/practice/testing")
    assert answer is not None
    assert answer.status == 404
    assert violations(page) == []
    page.get_by_role("link", name="Search", exact=False).last.click()
    page.wait_for_url("**/search.html?q=testing")
    page.locator(".results li").first.wait_for()
    page.goto(f"{served.url}/queries/no-such-query")
    assert "There is no query of that name" in page.inner_text("h1")
    context.close()
