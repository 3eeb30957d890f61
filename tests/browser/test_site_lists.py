"""Long lists of the site of the project's own review: pages, filter, sorting, letters, and all of it in the address."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.axe import violations
from tests.browser.watched import LAPTOP, PHONE, watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

LISTS = (
    "publications.html",
    "findings.html",
    "practices.html",
    "people.html",
    "evidence.html",
    "unused.html",
    "notes.html",
)
"""A list of each sort of thing; the others are made by the same function."""
ROWS = "document.querySelectorAll('[data-list] > tbody > tr, ul[data-list] > li')"


@pytest.fixture
def page(browser: Browser, review_site: Path) -> Iterator[Page]:
    with watched(browser, review_site.as_uri(), LAPTOP) as page:
        yield page


def shown(page: Page) -> list[str]:
    """The headings of the rows of the first list that are shown."""
    found = page.evaluate(
        "[...document.querySelector('[data-list]').tBodies[0].rows].filter((row) => row.checkVisibility())"
        ".map((row) => row.cells[0].textContent.trim())"
    )
    return [str(text) for text in found]


def status(page: Page) -> str:
    return page.locator(".list-status").first.inner_text()


@pytest.mark.parametrize("name", LISTS)
def test_a_list_shows_a_page_at_a_time_and_everything_without_scripts(
    browser: Browser, review_site: Path, name: str
) -> None:
    with watched(browser, review_site.as_uri(), PHONE) as page:
        page.goto(f"{review_site.as_uri()}/{name}")
        number = page.evaluate(f"{ROWS}.length")
        visible = page.evaluate(f"[...{ROWS}].filter((row) => row.checkVisibility()).length")
        lists = page.locator("[data-list]").count()
        assert visible <= 50 * lists
        assert visible == number or number > 50
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert violations(page) == []
    context = browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto(f"{review_site.as_uri()}/{name}")
    assert plain.locator("[data-list] > tbody > tr:visible, ul[data-list] > li:visible").count() == number
    context.close()


def test_the_filter_the_choice_the_order_and_the_page_are_in_the_address(page: Page, review_site: Path) -> None:
    page.goto(f"{review_site.as_uri()}/publications.html")
    every = int(re.findall(r"of (\d+) publications", status(page))[0])
    first = shown(page)
    page.get_by_role("button", name="Next").first.click()
    second = shown(page)
    assert len(first) == len(second) == 50
    assert set(first) != set(second)
    page.get_by_role("button", name="Year").click()
    assert page.locator("th[aria-sort=descending]").inner_text().startswith("Year")
    years = page.evaluate(
        "[...document.querySelector('[data-list]').tBodies[0].rows].filter((row) => row.checkVisibility())"
        ".map((row) => Number(row.querySelector('[data-name=year]')?.textContent ?? 0))"
    )
    assert years == sorted(years, reverse=True)
    page.get_by_label("Known how").select_option("annotated")
    page.get_by_label("Filter", exact=True).fill("software")
    found = shown(page)
    assert 0 < len(found) < every
    assert re.search(r"\?q=software&sort=-year&known-how=annotated$", page.url)
    page.reload()
    assert shown(page) == found
    assert page.get_by_label("Filter", exact=True).input_value() == "software"
    page.get_by_label("Filter", exact=True).fill("no such work")
    assert status(page) == "No publications match."


def test_a_letter_and_a_link_lead_to_the_page_of_a_row(page: Page, review_site: Path) -> None:
    page.goto(f"{review_site.as_uri()}/publications.html")
    letters = page.locator(".letters a")
    assert letters.count() > 15
    letters.last.click()
    target = page.locator(":target")
    assert target.is_visible()
    assert target.inner_text().strip()
    places = json.loads((review_site / "iris.json").read_text("utf-8"))
    people = sorted(path for path in places.values() if path.startswith("people.html#"))
    for path in (people[0], people[len(people) // 2], people[-1]):
        page.goto(f"{review_site.as_uri()}/{path}")
        assert page.locator(":target").is_visible(), path


def test_the_filter_finds_letters_with_accents_without_them(page: Page, review_site: Path) -> None:
    page.goto(f"{review_site.as_uri()}/people.html")
    rows = "[...document.querySelector('[data-list]').tBodies[0].rows]"
    names = page.evaluate(f"{rows}.map((row) => row.cells[0].textContent.trim())")
    accented = next(name for name in names if "ä" in name or "ö" in name or "ü" in name)
    plain = accented.translate(str.maketrans("äöüÄÖÜ", "aouAOU"))
    page.get_by_label("Filter", exact=True).fill(plain)
    assert accented in shown(page)


def test_a_list_is_used_with_the_keyboard_alone(page: Page, review_site: Path) -> None:
    page.goto(f"{review_site.as_uri()}/findings.html")
    page.get_by_role("button", name="Next").first.focus()
    page.keyboard.press("Enter")
    assert "51–100" in status(page)
    assert page.evaluate("document.activeElement.textContent") == "Next", "the focus stays where it is"
    page.get_by_role("button", name="Found by").focus()
    page.keyboard.press("Space")
    assert page.locator("th[aria-sort=ascending]").inner_text().startswith("Found by")
    page.keyboard.press("Space")
    assert page.locator("th[aria-sort=descending]").count() == 1
