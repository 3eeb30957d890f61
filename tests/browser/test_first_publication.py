"""The pages of the first publication, written by the commands and read as a person reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg.api import KnowledgeGraph
from kg.render.pages.graph_page import graph_page
from kg.render.pages.map_page import map_page
from tests.browser.seen import settle

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

EDGE = """label => {
  const edge = kgGraph.edges.find(e => e.kind === label);
  return kgGraph.network.canvasToDOM(kgGraph.network.body.edges[edge.id].edgeType.getPoint(0.35));
}"""


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Callable[[str], Page]]:
    """Opens a page from disk; at the end it must have asked for nothing else and complained of nothing."""
    complaints: list[str] = []
    pages: list[Page] = []

    def opener(html: str) -> Page:
        file = tmp_path / f"page{len(pages)}.html"
        file.write_text(html, encoding="utf-8")
        page = browser.new_page(viewport={"width": 1366, "height": 768}, reduced_motion="reduce")
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: complaints.append(request.url) if request.url != file.as_uri() else None)
        page.goto(file.as_uri())
        pages.append(page)
        return page

    yield opener
    for page in pages:
        page.close()
    assert complaints == []


def test_graph_about_pec4(opened: Callable[[str], Page], review_graph: KnowledgeGraph) -> None:
    page = opened(graph_page(review_graph.network("PEC4")))
    settle(page)
    legend = page.locator("body").inner_text()
    for kind in ("Practices", "Challenges", "Findings, first-hand", "Findings, second-hand", "Works", "Participants"):
        assert kind in legend
    looks = page.evaluate("""() => Object.fromEntries(kgGraph.nodes.map(({ kind, shape, look }) =>
        [kind, [shape, getComputedStyle(document.documentElement).getPropertyValue("--" + look).trim()]]))""")
    assert all(shape and colour for shape, colour in looks.values())
    assert len(set(map(tuple, looks.values()))) == len(looks), "each kind looks different"
    assert len({shape for shape, _ in looks.values()}) >= len(looks) - 1, "by shape, but for hollow stars"
    point, box = page.evaluate(EDGE, "agrees with"), page.locator("#picture").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + point["x"], box["y"] + point["y"])
    panel = page.locator("#panel")
    panel.wait_for(state="visible")
    text = panel.inner_text()
    assert "agrees with" in text
    assert "Vänskä et al. (2024)" in text
    assert "\\cite{vanska2024}" in text
    assert "6" in text
    assert panel.locator("blockquote").count() >= 1


def test_the_whole_graph_opens_readable_and_knows_what_people_call_things(
    opened: Callable[[str], Page], review_graph: KnowledgeGraph
) -> None:
    page = opened(graph_page(review_graph.network()))
    assert "links between practices and challenges" in page.locator("#shown").inner_text()
    assert page.locator("#overview .slot", has_text="continuous testing").is_visible()
    pec4 = next(node.text for node in review_graph.network().nodes if node.label == "PEC4")
    for query, name in (("CT", "continuous testing"), ("CI", "continuous integration"), ("pec4", pec4)):
        page.keyboard.press("/")
        page.keyboard.type(query)
        page.keyboard.press("Enter")
        assert page.locator("#panel h2").inner_text() == name
    assert "PEC4" in page.locator("#panel").inner_text()
    assert page.locator("#panel blockquote").count() >= 1


def test_map_of_practices_by_challenge_categories(opened: Callable[[str], Page], review_graph: KnowledgeGraph) -> None:
    page = opened(map_page(review_graph.evidence_map()))
    testing = page.locator("tbody tr", has=page.get_by_role("rowheader", name="Continuous testing"))
    quality = [cell.strip() for cell in page.locator("thead th").all_inner_texts()].index("Testing and quality")
    cell = testing.locator("td").nth(quality)
    assert cell.inner_text().split() == ["3", "1", "2"], "three studies: one first-hand, two second-hand"
    cell.locator("button").click()
    text = page.locator("aside").inner_text()
    for words in ("PEC4", "Giray (2021)", "Serban et al. (2020)", "\\cite{serban2020}", "second-hand", "first-hand"):
        assert words in text
    evolution = page.locator("tbody tr", has=page.get_by_role("rowheader", name="Continuous evolution"))
    assert "·" in evolution.locator("td").first.inner_text()
    evolution.locator("td button").first.click()
    assert "Nobody looked." in page.locator("aside").inner_text()
    trust = page.locator("tbody tr", has=page.get_by_role("rowheader", name="Continuous trust"))
    assert set(trust.locator("td").all_inner_texts()) == {"–", "·"}, "nobody looked for it with each category"
    trust.locator("th button").click()
    text = page.locator("aside").inner_text()
    assert "1 study looked for continuous trust and reports that it was not there." in text
    assert "PEC1" in text


def test_pages_are_alive_in_a_notebook_and_shut_in(
    browser: Browser, review_graph: KnowledgeGraph, tmp_path: Path
) -> None:
    complaints: list[str] = []
    file = tmp_path / "notebook.html"
    shown = [review_graph.network("PEC4"), review_graph.evidence_map()]
    file.write_text("<!doctype html><meta charset=utf-8>" + "".join(each._repr_html_() for each in shown), "utf-8")
    page = browser.new_page(viewport={"width": 1366, "height": 1400})
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "request",
        lambda request: complaints.append(request.url) if request.url not in (file.as_uri(), "about:srcdoc") else None,
    )
    page.goto(file.as_uri())
    for number in range(2):
        page.frame_locator("iframe").nth(number).locator("h1, #search").first.wait_for(state="attached")
    network, evidence_map = page.frames[1:]
    network.fill("#search", "giray2021")
    network.press("#search", "Enter")
    network.locator("#panel").wait_for(state="visible")
    evidence_map.locator("td button:visible").first.click()
    assert "distinct stud" in evidence_map.locator("body").inner_text()
    for frame in (network, evidence_map):
        assert frame.evaluate("window.origin") == "null"
        assert frame.evaluate("() => { try { return parent.document.title } catch (error) { return error.name } }") == (
            "SecurityError"
        )
    assert page.evaluate("location.href") == file.as_uri()
    page.close()
    assert complaints == []
