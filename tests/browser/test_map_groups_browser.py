"""Groups of rows and columns that open and close, what cells show beside the number of studies, and links to that."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from kg.answers.evidence_map import Cell, EvidenceMap, Header
from kg.answers.map_evidence import with_evidence
from kg.api import KnowledgeGraph
from kg.render.pages.map_page import MANY, map_page
from tests.browser.map_pages import focused, place, text, watched
from tests.maps import DESIGN, ORGANISATION, QUALITY, finding, toy_map

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

TESTING, DELIVERY, TRUST, ROWS, DEVELOPMENT, OPERATIONS = range(6)
TESTS, LOOKS, PEOPLE, TOTAL, TECHNICAL, SOCIAL = range(6)


def grouped() -> EvidenceMap:
    columns = (
        replace(QUALITY, group="technical"),
        replace(DESIGN, group="technical"),
        replace(ORGANISATION, group="social"),
    )
    return replace(toy_map(), columns=columns)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("groups") / "map.html"
    file.write_text(map_page(grouped()), encoding="utf-8")
    return file.as_uri()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    with watched(browser, address) as page:
        yield page


def fold(page: Page, name: str) -> None:
    page.click(f"button.fold:has-text('{name}')")


def test_a_closed_group_of_columns_is_one_column_that_counts_each_study_once(page: Page) -> None:
    whole = text(page, place(ROWS, TOTAL))
    fold(page, "technical")
    assert page.locator("thead th[data-c]:visible").count() == 2, "the group and the column of the other group"
    assert text(page, place(-1, TECHNICAL)) == "2 challenges"
    assert text(page, place(TESTING, TECHNICAL)) == "3 2 1", "gamma stands in both of its columns"
    assert text(page, place(ROWS, TECHNICAL)) == "3 3 ×1"
    assert text(page, place(TRUST, TECHNICAL)) == "·", "one of them does not apply, of the other nobody knows"
    assert text(page, place(ROWS, TOTAL)) == whole
    fold(page, "technical")
    assert page.is_visible(place(TESTING, TESTS))
    assert not page.is_visible(place(TESTING, TECHNICAL))


def test_closed_groups_of_rows_and_columns_cross(page: Page) -> None:
    fold(page, "Development")
    fold(page, "technical")
    assert text(page, place(DEVELOPMENT, TECHNICAL)) == "3 3 ×1"
    page.click(place(DEVELOPMENT, TECHNICAL))
    assert page.inner_text("aside h2") == "Development × technical"
    assert page.locator("aside .study h3").all_inner_texts() == [
        "Alpha (2024)",
        "Beta (2024)",
        "Gamma (2024)",
        "Beta (2024)",
    ], "the last of them looked for it in vain"
    page.locator("aside .place", has_text="Continuous testing × testing and quality").first.click()
    assert page.inner_text("aside h2") == "Continuous testing × testing and quality"
    assert page.is_visible(place(TESTING, TESTS)), "the way to a cell opens its groups"


def test_all_groups_close_and_open_with_one_button(page: Page) -> None:
    page.click("text=Close groups")
    assert page.locator("tr[data-row]:visible").count() == 0
    assert page.locator("td[data-r]:visible").count() == 3 * 3, "two groups and the totals, both ways"
    page.click("text=Open groups")
    assert page.locator("tr[data-row]:visible").count() == 3


def test_keys_walk_over_closed_groups(page: Page) -> None:
    page.click("text=Close groups")
    page.focus(place(-1, TECHNICAL))
    for key, there in (
        ("ArrowDown", (DEVELOPMENT, TECHNICAL)),
        ("ArrowRight", (DEVELOPMENT, SOCIAL)),
        ("ArrowDown", (OPERATIONS, SOCIAL)),
        ("End", (OPERATIONS, TOTAL)),
        ("Home", (OPERATIONS, TECHNICAL)),
        ("Control+End", (ROWS, TOTAL)),
    ):
        page.keyboard.press(key)
        assert focused(page) == there
    assert page.locator("table [tabindex='0']").count() == 1


def test_the_address_remembers_groups_shading_findings_and_the_open_cell(browser: Browser, page: Page) -> None:
    fold(page, "Development")
    fold(page, "social")
    page.select_option("[name=shade]", "first")
    page.check("[name=findings]")
    page.select_option("[name=hand]", "second")
    page.click(place(DEVELOPMENT, TESTS))
    link = page.evaluate("location.href")
    assert "closed=development" in link
    assert "closed-columns=social" in link
    with watched(browser, link) as again:
        assert again.inner_text("aside h2") == "Development × testing and quality"
        assert text(again, "table") == text(page, "table")
        assert again.input_value("[name=shade]") == "first"
        assert again.is_checked("[name=findings]")
        assert again.input_value("[name=hand]") == "second"
        assert again.url == link
        again.click("button[type=reset]")
        assert again.input_value("[name=shade]") == ""
        assert "closed=development" in again.url, "groups are no filter"


def test_a_link_to_a_cell_opens_its_groups(browser: Browser, address: str) -> None:
    with watched(
        browser,
        f"{address}#row=continuous-testing&column=design&closed=development&closed=no+such+group"
        "&closed-columns=technical",
    ) as page:
        assert page.is_visible(place(TESTING, LOOKS))
        assert page.inner_text("aside h2").startswith("Continuous testing × design")


def test_shades_are_those_of_what_is_chosen(page: Page) -> None:
    def shade(row: int, column: int) -> str:
        return str(page.locator(f"[data-r='{row}'][data-c='{column}']").get_attribute("class"))

    assert (shade(TESTING, TESTS), shade(TESTING, LOOKS), shade(DELIVERY, TESTS)) == ("heat-3", "heat-1", "heat-1")
    page.select_option("[name=shade]", "first")
    assert (shade(TESTING, TESTS), shade(TESTING, LOOKS), shade(DELIVERY, TESTS)) == ("heat-4", "heat-1", "heat-5")
    assert "100 % first-hand" in text(page, ".scale")
    page.select_option("[name=shade]", "findings")
    assert (shade(TESTING, TESTS), shade(TESTING, LOOKS)) == ("heat-5", "heat-1")
    assert "5 findings" in text(page, ".scale")
    assert shade(TRUST, TESTS) == "heat-0"


def test_the_number_of_findings_stands_beside_that_of_studies(page: Page) -> None:
    assert not page.is_visible(".findings-key")
    page.check("[name=findings]")
    assert text(page, place(TESTING, TESTS)) == "3 2 1 ▪5"
    assert text(page, place(TESTING, TOTAL)) == "3 2 1 ▪5", "a finding that stands in two cells counts once"
    assert str(page.get_attribute(place(TESTING, TESTS), "aria-label")).endswith("1 second-hand; 5 findings")
    assert text(page, place(TRUST, TESTS)) == "·"
    assert page.is_visible(".findings-key")


def test_what_is_shown_is_said_to_who_does_not_see_it(page: Page) -> None:
    status = page.locator("[role=status]")
    assert status.get_attribute("aria-live") == "polite"
    page.fill("[name=rows]", "delivery")
    assert status.inner_text() == "Shown: 1 of 3 practices by 3 challenges, 1 study."


def test_a_row_whose_panel_is_open_may_be_filtered_away(page: Page) -> None:
    page.click(place(TESTING, -1))
    page.fill("[name=rows]", "delivery")
    assert page.inner_text("aside h2") == "Continuous testing"
    assert page.locator("aside .study").count() == 3


def test_many_columns_are_closed_at_first_and_a_link_may_open_them(browser: Browser, tmp_path: Path) -> None:
    many = tuple(Header(f"https://example.org/{i}", f"number {i}", f"group {i % 4}") for i in range(MANY))
    file = tmp_path / "many.html"
    file.write_text(map_page(replace(toy_map(), columns=many, cells={})), encoding="utf-8")
    with watched(browser, file.as_uri()) as page:
        assert page.locator("thead th[data-c]:visible").count() == 4
        page.click("text=Open groups")
        assert page.locator("thead th[data-c]:visible").count() == MANY
        link = page.evaluate("location.href")
        assert link.endswith("#closed-columns=")
    with watched(browser, link) as page:
        assert page.locator("thead th[data-c]:visible").count() == MANY


def test_challenges_stand_under_their_categories_and_practices_under_their_areas(
    browser: Browser, tmp_path: Path, review_graph: KnowledgeGraph
) -> None:
    found = review_graph.evidence_map("challenge", "practice")
    file = tmp_path / "review.html"
    file.write_text(map_page(found), encoding="utf-8")
    categories = [header.label for header in review_graph.evidence_map("category", "practice").rows]
    with watched(browser, file.as_uri()) as page:
        assert page.locator("tr.group .fold-name").all_inner_texts() == [
            name[:1].upper() + name[1:] for name in categories
        ]
        groups = page.locator(".column-groups .fold-name").all_inner_texts()
        assert [group.casefold() for group in groups] == list(dict.fromkeys(h.group for h in found.columns))
        page.click("text=Open groups")  # with so many challenges they are closed at first
        page.click("text=Close groups")
        for category in categories[:2]:
            fold(page, category)
            first = page.locator("tr[data-row]:visible th").first.inner_text().casefold()
            assert first == f"{category} (in general)".casefold()
            fold(page, category)


def big() -> EvidenceMap:
    """300 studies with 3,000 findings, in 16 rows by 64 columns."""
    rows = tuple(Header(f"r{i}", f"row {i}", f"area {i % 4}") for i in range(16))
    columns = tuple(Header(f"c{i}", f"column {i}", f"category {i % 8}") for i in range(64))
    cells: dict[tuple[str, str], list] = {}
    for i in range(3000):
        made = replace(finding(f"F{i}", f"study{i % 300}", via="" if i % 3 else "review"), year=str(2000 + i % 25))
        cells.setdefault((f"r{i % 16}", f"c{i * 7 % 64}"), []).append(made)
    return EvidenceMap(
        "Many", "practice", "challenge", rows, columns, {pair: Cell(tuple(found)) for pair, found in cells.items()}
    )


def test_three_hundred_studies_open_and_filter_as_well(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "big.html"
    file.write_text(map_page(big()), encoding="utf-8")
    with watched(browser, f"{file.as_uri()}#closed-columns=") as page:
        assert re.search(r"16 practices by 64 challenges, 300 studies\.", text(page, "[role=status]"))
        page.select_option("[name=from]", "2020")
        page.click(place(16, 64))
        assert page.locator("aside .study").count() == 25
        page.click("aside .more")
        assert page.locator("aside .study").count() == len({i % 300 for i in range(3000) if i % 25 >= 20})


def test_what_a_link_opens_is_seen_beside_the_names_that_stay(
    browser: Browser, tmp_path: Path, review_graph: KnowledgeGraph
) -> None:
    file = tmp_path / "review.html"
    file.write_text(map_page(with_evidence(review_graph.evidence_map("challenge", "practice"))), encoding="utf-8")
    link = (
        f"{file.as_uri()}#row=group:testing+and+quality&column=group:operations"
        "&closed=testing+and+quality&closed-columns=operations"
    )
    with watched(browser, link, viewport={"width": 390, "height": 700}) as page:
        cell = page.locator("button[aria-expanded=true].cell")
        box = cell.bounding_box()
        assert box
        middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        assert cell.evaluate("(e, [x, y]) => e.contains(document.elementFromPoint(x, y))", middle), "nothing covers it"
        heading = page.locator("tr.group th.closed").bounding_box()
        assert heading
        assert heading["x"] == 0, "the name of the closed group stays when the table is scrolled"


def test_a_hostile_name_of_a_group_in_a_link_is_a_name(browser: Browser, address: str) -> None:
    with watched(browser, f"{address}#row={quote('group:<img src=x onerror=document.title=1>')}&column=*") as page:
        assert page.locator("aside:visible").count() == 0
