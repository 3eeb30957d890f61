"""The evidence map in a real browser: what a person sees, presses and gets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

from kg.answers.evidence_map import (
    FILTERED,
    NO_EVIDENCE,
    NOBODY,
    NOT_APPLICABLE,
    NOT_FOUND,
    STATES,
    SYMBOLS,
    Cell,
)
from kg.render.pages.map_page import map_page
from kg.render.text.map_tables import map_csv
from tests.browser.map_pages import focused, place, text, watched
from tests.maps import SCRIPT, empty_map, no_rows_map, toy_map

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

TESTING, DELIVERY, TRUST = range(3)
QUALITY, DESIGN, ORGANISATION, TOTAL = range(4)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("map") / "map.html"
    file.write_text(map_page(toy_map()), encoding="utf-8")
    return file.as_uri()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The page of the toy map. Whatever a test does: no message on the console, no request but for the page."""
    with watched(browser, address) as page:
        yield page


def panel(page: Page) -> str:
    return text(page, "aside")


def test_the_script_writes_the_numbers_that_stood_there_without_it(browser: Browser, address: str, page: Page) -> None:
    context = browser.new_context(java_script_enabled=False)
    still = context.new_page()
    still.goto(address)
    for row in range(-1, 4):
        for column in range(-1 if 0 <= row < 3 else 0, 4 if row >= 0 else 3):
            cell = f"[data-r='{row}'][data-c='{column}']"
            assert text(still, cell) == text(page, cell)
    assert still.locator("button:visible").count() == 0
    context.close()
    assert text(page, place(TESTING, QUALITY)) == "3 2 1"


def test_first_hand_and_second_hand_differ_by_fill_not_only_by_colour(page: Page) -> None:
    first, second = (page.locator(f"{place(TESTING, QUALITY)} .dot.{hand}") for hand in ("first", "second"))
    fill = "e => getComputedStyle(e).backgroundColor"
    assert first.evaluate(fill) != "rgba(0, 0, 0, 0)"
    assert second.evaluate(fill) == "rgba(0, 0, 0, 0)"
    label = page.get_attribute(place(TESTING, QUALITY), "aria-label")
    assert label == "Continuous testing × testing and quality: 3 distinct studies: 2 first-hand, 1 second-hand"


def test_in_forced_colours_the_hands_still_differ_by_fill(browser: Browser, address: str) -> None:
    with watched(browser, address, forced_colors="active") as page:
        fill = "e => getComputedStyle(e).backgroundColor"
        fills = [page.locator(f"{place(TESTING, QUALITY)} .dot.{hand}").evaluate(fill) for hand in ("first", "second")]
        assert len(set(fills)) == 2
        legend = [page.locator(f".legend .dot.{hand}").evaluate(fill) for hand in ("first", "second")]
        assert legend == fills


@pytest.mark.parametrize(("width", "height"), [(720, 450), (683, 384), (390, 500), (1366, 450)])
def test_on_a_short_screen_the_table_and_the_panel_have_room(
    browser: Browser, address: str, width: int, height: int
) -> None:
    with watched(browser, address, viewport={"width": width, "height": height}) as page:
        table = page.locator(".scroller").bounding_box()
        assert table is not None
        assert table["height"] > 0.45 * height
        page.locator(place(TESTING, QUALITY)).scroll_into_view_if_needed()
        page.click(place(TESTING, QUALITY))
        opened = page.locator("aside").bounding_box()
        assert opened is not None
        assert opened["height"] > 0.35 * height
        page.locator("aside .study").first.scroll_into_view_if_needed()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_cell_opens_its_studies_findings_and_words(page: Page) -> None:
    page.click(place(TESTING, QUALITY))
    assert page.inner_text("aside h2") == "Continuous testing × testing and quality"
    studies = page.locator("aside .study")
    assert studies.locator("h3").all_inner_texts() == ["Alpha (2024)", "Beta (2024)", "Gamma (2024)"]
    alpha, gamma = (" ".join(studies.nth(i).inner_text().split()) for i in (0, 2))
    assert r"\cite{alpha}" in alpha
    assert "F1 · § 4.1" in alpha
    assert "“it is hard to know what to test” said by P3, Vänskä et al. (2024), § 4.2 Challenges, p. 7" in alpha
    assert "Vänskä et al. (2024), Table III, p. 7" in alpha
    assert r"second-hand, as reported by Review (2023) \cite{review}" in gamma
    assert "Survey (2023)" in gamma
    assert "mitigates Statement of F2." in panel(page)


def test_only_web_addresses_become_links(page: Page) -> None:
    page.click(place(TESTING, QUALITY))
    links = [a.get_attribute("href") for a in page.locator("aside a").all()]
    assert links == ["https://doi.org/10.1/x"]
    assert "nobody owns the tests" in panel(page)


def test_empty_cells_say_in_words_what_empty_means(page: Page) -> None:
    for row, column, state, words in (
        (TRUST, QUALITY, NOBODY, "Nobody looked. No study in this graph has findings on both"),
        (DELIVERY, DESIGN, NO_EVIDENCE, "though there are studies with findings on each"),
        (TRUST, DESIGN, NOT_APPLICABLE, f"Not applicable. Nobody designs trust {SCRIPT} (Toy Reviewer, 2031-02-03)"),
        (DELIVERY, ORGANISATION, NOT_FOUND, "Looked for and not found. 1 study looked for"),
    ):
        assert page.get_attribute(place(row, column), "title") == f"{state}: {STATES[state]}"
        assert SYMBOLS[state] in text(page, place(row, column))
        page.click(place(row, column))
        assert words in panel(page)
    assert "Delta (2024)" in panel(page)


def test_a_practice_that_was_not_found_is_told_at_its_name_and_its_total(page: Page) -> None:
    assert text(page, place(TRUST, -1)) == "Continuous trust ×1"
    for column in (-1, TOTAL):
        page.click(place(TRUST, column))
        said = panel(page)
        assert "Nobody looked. No finding in this graph is about “continuous trust” together with any" in said
        assert "1 study looked for continuous trust and reports that it was not there." in said
        assert "Epsilon (2024)" in said
        assert "“nobody spoke of trust”" in said
        assert page.locator("aside .finding").count() == 2
    for column in (QUALITY, ORGANISATION, TOTAL):
        assert text(page, place(TRUST, column)) == "·"
    page.click(place(TRUST, ORGANISATION))
    assert "no study is known to have looked" in panel(page)
    assert "1 study looked for the practice itself and did not find it" in panel(page)
    assert "nobody spoke of trust" not in panel(page)
    page.click("aside .place")
    assert page.inner_text("aside h2") == "Continuous trust"
    page.click(place(3, TOTAL))
    assert "continuous trust" not in panel(page)


def test_filters_take_crosses_at_names_away_and_say_so(page: Page) -> None:
    page.select_option("[name=hand]", "second")
    assert text(page, place(TRUST, -1)) == "Continuous trust"
    page.click(place(TRUST, -1))
    assert "The filters hide some evidence here." in panel(page)


def test_what_was_found_and_also_not_found(page: Page) -> None:
    page.click(place(DELIVERY, QUALITY))
    said = panel(page)
    assert said.index("Gamma (2024)") < said.index("Looked for together, not found") < said.index("Beta (2024)")


def test_a_header_opens_its_definition_and_all_its_studies(page: Page) -> None:
    page.click(place(TESTING, -1))
    assert "Testing all the time." in panel(page)
    assert "3 distinct studies 2 first-hand 1 second-hand" in panel(page)
    assert page.locator("aside .study").count() == 3
    shared = page.locator("aside .finding", has_text="Statement of F3.")
    assert shared.count() == 1, "a finding that stands in two cells is told once, with a way to both"
    assert shared.locator(".place").count() == 2
    page.click(place(-1, QUALITY))
    assert "Tests, quality attributes, bugs." in panel(page)
    page.locator("aside .place", has_text="Continuous delivery").first.click()
    assert page.inner_text("aside h2") == "Continuous delivery × testing and quality"


def test_the_hand_filter_changes_cells_and_totals(page: Page) -> None:
    page.select_option("[name=hand]", "second")
    assert text(page, place(TESTING, QUALITY)) == "1 1"
    assert page.get_attribute(place(DELIVERY, QUALITY), "title") == f"{FILTERED}: {STATES[FILTERED]}"
    assert page.get_attribute(place(TRUST, QUALITY), "title") == f"{NOBODY}: {STATES[NOBODY]}"
    assert text(page, place(3, TOTAL)) == "1 1"
    assert "1 study." in text(page, "[role=status]")
    page.click(place(DELIVERY, QUALITY))
    page.click("text=Clear filters")
    assert text(page, place(TESTING, QUALITY)) == "3 2 1"


def test_the_polarity_filter_changes_counts(page: Page) -> None:
    page.select_option("[name=polarity]", "mitigates")
    assert text(page, place(TESTING, QUALITY)) == "1 1"
    page.select_option("[name=polarity]", "absent")
    assert text(page, place(DELIVERY, QUALITY)) == "×1"


def test_text_filters_and_hiding_what_is_empty(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("continuous d")
    assert page.locator("tbody tr[data-row]:visible").count() == 1
    assert text(page, place(3, TOTAL)) == "1 1 ×2"
    page.fill("[name=rows]", "no such practice")
    assert "No results for practice “no such practice”" in text(page, ".nothing")
    page.click("button[type=reset]")
    page.check("[name=full]")
    assert page.locator("tbody tr[data-row]:visible").count() == 3, "continuous trust was looked for"
    assert page.locator("thead th[data-c]:visible").count() == 3
    page.fill("[name=rows]", "testing")
    assert page.locator("thead th[data-c]:visible").count() == 2


def test_keys_move_open_close_and_give_focus_back(page: Page) -> None:
    assert page.locator("table [tabindex='0']").count() == 1
    page.focus("table [tabindex='0']")
    assert focused(page) == (TESTING, QUALITY)
    for key in ("ArrowDown", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
    assert focused(page) == (DELIVERY, ORGANISATION)
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "panel-title"
    page.keyboard.press("Escape")
    assert page.locator("aside:visible").count() == 0
    assert focused(page) == (DELIVERY, ORGANISATION)
    page.keyboard.press("Home")
    assert focused(page) == (DELIVERY, -1)
    page.keyboard.press("Control+End")
    assert focused(page) == (3, TOTAL)
    page.keyboard.press("ArrowDown")
    assert focused(page) == (3, TOTAL)
    assert page.locator("table [tabindex='0']").count() == 1


def test_keys_skip_what_is_filtered_out(page: Page) -> None:
    page.check("[name=full]")
    page.select_option("[name=polarity]", "hinders")
    page.focus(place(DELIVERY, QUALITY))
    page.keyboard.press("ArrowDown")
    assert focused(page) == (3, QUALITY)


def test_the_address_remembers_the_cell_and_the_filters(browser: Browser, page: Page, address: str) -> None:
    page.select_option("[name=hand]", "second")
    page.click(place(TESTING, QUALITY))
    url = page.evaluate("location.href")
    assert url == f"{address}#row=continuous-testing&column=testing-and-quality&hand=second"
    context = browser.new_context()
    again = context.new_page()
    again.goto(url)
    assert again.inner_text("aside h2") == "Continuous testing × testing and quality"
    assert again.locator("aside .study").count() == 1
    assert again.input_value("[name=hand]") == "second"
    again.goto(f"{address}#row=*&column=testing-and-quality&full=1&polarity=nonsense")
    assert again.inner_text("aside h2") == "Testing and quality"
    assert again.is_checked("[name=full]")
    assert again.input_value("[name=polarity]") == ""
    again.goto(f"{address}#row=*&column=*")
    again.reload()
    assert again.inner_text("aside h2") == "All practices × all challenges"
    again.goto(f"{address}#row=no-such-row&column=testing-and-quality")
    assert again.locator("aside:visible").count() == 0
    context.close()


def test_the_csv_is_that_of_the_export_and_follows_the_filters(page: Page) -> None:
    def csv() -> str:
        with page.expect_download() as download:
            page.click(".csv")
        assert download.value.suggested_filename == "practices-by-challenges.csv"
        return Path(download.value.path()).read_bytes().decode()

    assert csv() == map_csv(toy_map())
    page.select_option("[name=hand]", "second")
    page.fill("[name=rows]", "testing")
    lines = csv().splitlines()
    assert len(lines) == 1 + 2 + 1 + 1 + len(["row", "column", "column", "column", "all", "note", "snapshot"])
    assert all("second-hand" in line or NOBODY in line for line in lines[1:5])
    assert lines[-3].endswith('"total","","","","","","","","","","","","","1","0","1","0"')


def test_cite_can_be_copied(page: Page) -> None:
    page.click(place(TESTING, QUALITY))
    page.locator("aside .copy").first.click()
    page.wait_for_function("['copied', 'selected'].includes(document.querySelector('aside .copy').textContent)")


def test_hostile_strings_are_shown_and_do_not_run(page: Page) -> None:
    page.click(place(DELIVERY, QUALITY))
    assert SCRIPT in page.inner_text("aside blockquote")
    assert page.locator("img").count() == 0
    assert page.locator("script").count() == 2
    assert page.title() == f"{toy_map().title} – evidence map"


def test_a_script_that_got_in_would_not_run(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(address)
    refused = page.evaluate("""async () => {
        const heard = new Promise((done) =>
            addEventListener("securitypolicyviolation", (event) => done(event.violatedDirective)));
        const script = document.createElement("script");
        script.textContent = "document.title = 'owned'";
        document.body.append(script);
        return heard;
    }""")
    assert refused == "script-src-elem"
    assert page.title() != "owned"
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_scrolls_the_table_not_the_page(
    browser: Browser, address: str, scheme: Literal["light", "dark"]
) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, color_scheme=scheme)
    page = context.new_page()
    page.goto(f"{address}#row=continuous-testing&column=testing-and-quality")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    cell, sheet = (page.locator(s).bounding_box() for s in (place(TESTING, QUALITY), "aside"))
    assert cell
    assert sheet
    assert sheet["y"] >= cell["y"] + cell["height"], "the sheet does not cover the cell it is about"
    assert sheet["height"] > 400
    page.click(".close")
    page.click("summary")
    assert page.locator("[name=hand]").is_visible()
    context.close()


def test_empty_maps_are_quiet_pages(browser: Browser, tmp_path: Path) -> None:
    context = browser.new_context()
    page = context.new_page()
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    for evidence, words in ((empty_map(), "No study has evidence"), (no_rows_map(), "There is no map yet")):
        (tmp_path / "map.html").write_text(map_page(evidence), encoding="utf-8")
        page.goto((tmp_path / "map.html").as_uri())
        assert words in page.inner_text("main")
    context.close()
    assert heard == []


def test_groups_fold_by_mouse_and_keyboard_and_are_still_counted(page: Page) -> None:
    whole = text(page, place(3, TOTAL))
    fold = page.locator("button.fold").first
    fold.click()
    assert fold.get_attribute("aria-expanded") == "false"
    assert " ".join(fold.inner_text().split()) == "Development 2 practices"
    assert text(page, place(4, QUALITY)) == "3 3 ×1", "the group stands for its practices, each study once"
    assert not page.is_visible(place(TESTING, QUALITY))
    assert page.is_visible(place(TRUST, QUALITY))
    assert text(page, place(3, TOTAL)) == whole
    fold.focus()
    page.keyboard.press("Enter")
    assert page.is_visible(place(TESTING, QUALITY))
    page.keyboard.press("Space")
    page.focus(place(-1, QUALITY))
    page.keyboard.press("ArrowDown")
    assert focused(page) == (4, QUALITY), "the closed group is one row"
    page.keyboard.press("ArrowDown")
    assert focused(page) == (TRUST, QUALITY), "folded rows are passed over"


def test_a_link_to_a_cell_and_filters_of_year_and_method(browser: Browser, tmp_path: Path) -> None:
    made = toy_map()
    cells = {
        pair: Cell(
            tuple(
                replace(f, year="2020" if f.key == "alpha" else "2024", methods=("survey",) if f.key == "beta" else ())
                for f in cell.findings
            )
        )
        for pair, cell in made.cells.items()
    }
    (tmp_path / "map.html").write_text(map_page(replace(made, cells=cells)), encoding="utf-8")
    page = browser.new_page()
    page.goto((tmp_path / "map.html").as_uri())
    assert text(page, place(TESTING, QUALITY)) == "3 2 1"
    page.select_option("[name=from]", "2024")
    assert text(page, place(TESTING, QUALITY)) == "2 1 1"
    page.select_option("[name=from]", "")
    page.select_option("[name=to]", "2020")
    assert text(page, place(TESTING, QUALITY)) == "1 1"
    page.select_option("[name=to]", "")
    page.select_option("[name=method]", "survey")
    assert text(page, place(TESTING, QUALITY)) == "1 1"
    assert page.evaluate("location.href").endswith("#method=survey")
    page.close()
