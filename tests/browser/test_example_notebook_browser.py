"""The example notebook as a browser shows it: the table is there to read, the network and the map are alive."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Frame, Page

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: Browser, example_notebook: Any, tmp_path: Path) -> Iterator[Page]:
    """The notebook that was run, as HTML; what the template of nbconvert wants from the web stays away."""
    from nbconvert import HTMLExporter

    path = tmp_path / "example.html"
    path.write_text(HTMLExporter().from_notebook_node(example_notebook)[0], encoding="utf-8")
    opened = browser.new_page(viewport={"width": 1366, "height": 768})
    opened.route(lambda url: url.startswith("http"), lambda route: route.abort())
    opened.goto(path.as_uri())
    yield opened
    opened.close()


def framed(page: Page, title: str) -> Frame:
    """The document in the frame of that title, which is there to be seen."""
    frame = page.locator(f'iframe[title*="{title}"]')
    frame.scroll_into_view_if_needed()
    box = frame.bounding_box()
    assert box is not None
    assert box["width"] > 800
    assert box["height"] > 450
    found = frame.element_handle().content_frame()
    assert found is not None
    return found


def test_the_table_of_related_work_is_there_to_read(page: Page) -> None:
    table = page.locator("table", has_text="obs-manual-testing")
    assert table.is_visible()
    assert table.locator("th").all_inner_texts() == [
        "key",
        "work",
        "says",
        "hand",
        "via",
        "section",
        "finding",
        "reading",
    ]
    row = table.locator("tbody tr", has_text="PEC4")
    assert {"vanska2024", "Vänskä et al. (2024)", "first-hand", "PEC4"} <= set(row.locator("td").all_inner_texts())


def test_the_network_is_drawn_and_answers_in_its_frame(page: Page) -> None:
    frame = framed(page, "PEC4")
    frame.wait_for_function("() => kgGraph.nodes.length > 5")
    drawn = """() => { const c = document.querySelector('canvas');
      return new Set(new Uint32Array(c.getContext('2d').getImageData(0, 0, c.width, c.height).data.buffer)).size; }"""
    frame.wait_for_function(f"() => ({drawn})() > 20")  # colours: it is not blank
    frame.locator("#search").fill("pec4")
    frame.locator("#search").press("Enter")
    panel = frame.locator("#panel")
    panel.wait_for(state="visible")
    assert "It was all manual." in panel.inner_text()


def test_the_map_has_its_cells_and_answers_in_its_frame(page: Page) -> None:
    frame = framed(page, "Practice area by challenge category")
    row, column = (
        frame.locator(f"th[scope={scope}]", has_text=name).first.get_attribute(at)
        for scope, name, at in (("row", "Development", "data-r"), ("col", "testing and quality", "data-c"))
    )
    frame.locator(f"td[data-r='{row}'][data-c='{column}']").click()
    panel = frame.locator("aside")
    panel.wait_for(state="visible")
    assert "Vänskä et al. (2024)" in panel.inner_text()
    assert "It was all manual." in panel.inner_text()


def test_what_is_in_a_frame_reaches_nothing_outside_it(page: Page) -> None:
    frame = framed(page, "PEC4")
    reached = frame.evaluate("() => { try { return parent.document.title } catch (error) { return error.name } }")
    assert reached == "SecurityError"
