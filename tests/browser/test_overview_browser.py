"""The overview as people use it: by keys, on small screens, on paper, in forced colours and without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kg.answers.evidence_map import SYMBOLS, united
from kg.api import KnowledgeGraph
from kg.render.pages.graph_page import graph_page
from kg.render.pages.inline import source
from tests.browser.seen import Seen

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

Show = Callable[..., Seen]
FOCUSED = "document.activeElement.dataset.key ?? document.activeElement.id"


def test_from_the_search_to_a_quotation_by_keys_alone(show: Show, library_graph: KnowledgeGraph) -> None:
    seen = show(library_graph.network())
    press = seen.page.keyboard.press
    press("/")
    seen.page.keyboard.type("continuous testing")
    press("Enter")
    assert seen.text("#panel h2") == "continuous testing"
    assert seen.page.evaluate("document.activeElement.tagName") == "H2"
    while not seen.page.evaluate("document.activeElement.matches('#panel .edges button')"):
        press("Tab")
    press("Enter")  # a link: the findings behind it
    assert seen.page.locator("#panel blockquote .words").first.inner_text().startswith("“")
    while not seen.page.evaluate("document.activeElement.matches('#panel .statement-button')"):
        press("Tab")
    press("Enter")  # the finding
    assert seen.page.locator("#panel blockquote .words").count() > 0
    assert r"\cite{" in seen.text("#panel")
    press("Escape")
    assert seen.text("#panel h2") == "What the picture shows"


def test_arrow_keys_lead_along_a_link_to_the_other_side(show: Show, library_graph: KnowledgeGraph) -> None:
    seen = show(library_graph.network(), "#least=1")
    seen.page.locator("#overview .side.left [data-key]").first.focus()
    place = seen.page.evaluate(FOCUSED)
    seen.page.keyboard.press("ArrowRight")
    band = seen.page.evaluate(FOCUSED)
    assert band.startswith(f"{place}|")
    seen.page.keyboard.press("ArrowRight")
    assert seen.page.evaluate(FOCUSED) == band.split("|")[2]
    seen.page.keyboard.press("ArrowLeft")
    seen.page.keyboard.press("Enter")
    assert "—" in seen.text("#panel h2")
    seen.page.keyboard.press("Escape")
    assert seen.page.evaluate(FOCUSED).count("|") == 2, "the focus is back on the band"


def test_the_address_keeps_the_overview(show: Show, effects_graph: KnowledgeGraph) -> None:
    network = effects_graph.network()
    seen = show(network, "#axis=outcome&least=1")
    band = seen.page.locator("#overview .band").first
    label = band.get_attribute("aria-label")
    band.focus()
    seen.page.keyboard.press("Enter")
    seen.page.locator("#panel blockquote").first.wait_for()
    again = show(network, "#" + seen.page.evaluate("location.href").split("#")[1])
    assert again.page.locator("#overview .band.chosen").get_attribute("aria-label") == label
    assert again.text("#panel h2") == seen.text("#panel h2")
    assert again.text("#links-shown") == seen.text("#links-shown")


def test_what_nobody_links_with_a_practice_is_said(show: Show, library_graph: KnowledgeGraph) -> None:
    network = library_graph.network()
    planning = next(node for node in network.nodes if node.label == "continuous planning")
    seen = show(network, f"#node={planning.iri}")
    assert "No finding in this graph" in seen.text("#panel")
    said = {
        text.split(" (")[0].split(":")[0][2:].lower(): text for text in seen.page.locator(".lacking").all_inner_texts()
    }
    lacking = "".join(said.values())
    others = set(seen.page.evaluate("kgGraph.overview.sides.right.map((slot) => slot.node.name)"))
    linked = set(
        seen.page.evaluate(
            "kgGraph.overview.bands.filter((band) => band.left.node.name === 'continuous planning')"
            ".map((band) => band.right.node.name)"
        )
    )
    assert linked
    assert all((name in lacking) == (name not in linked) for name in others)
    assert seen.page.locator("#overview .lacks").count() == len(others - linked)
    whole = library_graph.evidence_map()
    below = {planning.iri} | {edge.source for edge in network.edges
                              if edge.kind == "narrower than" and edge.target == planning.iri}  # fmt: skip
    for column in (one for one in whole.columns if one.label in others - linked):
        state = united(whole.state(row, column.iri) for row in below)
        assert column.label in said[state], (column.label, state)
    signs = seen.page.locator("#overview .lacks .number").all_text_contents()
    assert set(signs) == {SYMBOLS[state] for state in said}
    legend = seen.page.locator("#legend-lacking").text_content()
    assert all(state in legend for state in said)


def test_one_paper_speaks_and_none_falls_back(show: Show, toy_graph: KnowledgeGraph) -> None:
    network = toy_graph.network()
    seen = show(network)
    assert seen.page.locator("#overview .band").count() > 0
    assert re.fullmatch(r"(\d+) of \1 links? shown", seen.text("#links-shown"))
    bare = show(replace(network, claims=()))
    assert bare.page.locator("#overview").count() == 0
    assert bare.page.locator("#picture canvas").is_visible()


def test_a_neighbourhood_and_back(show: Show, library_graph: KnowledgeGraph) -> None:
    seen = show(library_graph.network())
    seen.page.locator("#overview .side.left [data-key] .name").first.dblclick()
    seen.page.locator("#picture canvas").wait_for(state="visible")
    assert "view=network" in seen.page.evaluate("location.href")
    seen.page.get_by_role("button", name="Overview").click()
    assert seen.page.locator("#overview svg").is_visible()
    assert seen.page.get_by_role("navigation", name="Site").count() == 0, "the page stands alone"


def test_the_network_opens_with_the_strongest_link_if_nothing_is_chosen(
    show: Show, library_graph: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.render.pages.graph_page.MANY_NODES", 5)  # of a small one, all is drawn
    seen = show(library_graph.network())
    strongest = seen.page.evaluate("""(([most]) => [most.left.node.name, most.right.node.name])(
        kgGraph.overview.bands.sort((a, b) => b.n - a.n || a.key.localeCompare(b.key)))""")
    seen.page.get_by_role("button", name="Network", exact=True).click()
    names = seen.page.evaluate("kgGraph.nodes.filter((node) => !node.hidden).map((node) => node.name)")
    assert set(strongest) < set(names)
    assert seen.page.locator("#network-empty").is_hidden()
    assert seen.text("#panel h2") == strongest[0]


@pytest.mark.parametrize("size", [(390, 844), (720, 450), (1024, 768), (1440, 900)])
def test_every_pane_is_usable_on_every_screen(show: Show, library_graph: KnowledgeGraph, size: tuple[int, int]) -> None:
    width, height = size
    seen = show(library_graph.network(), viewport={"width": width, "height": height})
    for pane, part in (("picture", "#overview"), ("list", "#list-body"), ("reading", "#panel")):
        tab = seen.page.locator(f"#tabs [data-pane={pane}]")
        if tab.is_visible():
            tab.click()
        box = seen.page.locator(part).bounding_box()
        assert box["height"] > 0.3 * height, part
        assert 0 <= box["x"] < box["x"] + box["width"] <= width + 1, part
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= width


def test_on_paper_the_legend_is_below_the_picture(show: Show, library_graph: KnowledgeGraph) -> None:
    seen = show(library_graph.network(), viewport={"width": 390, "height": 844})
    seen.page.emulate_media(media="print")
    seen.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    picture, legend = (seen.page.locator(part).bounding_box() for part in ("#overview svg", "#overview-legend .keys"))
    assert legend["y"] >= picture["y"] + picture["height"]
    assert seen.page.locator("#overview svg").get_attribute("width") == "980"
    seen.page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert int(seen.page.locator("#overview svg").get_attribute("width")) <= 390


def test_forced_colours_keep_relations_and_hands_apart(show: Show, library_graph: KnowledgeGraph) -> None:
    seen = show(library_graph.network(), "#least=1", forced_colors="active")
    style = "shape => { const s = getComputedStyle(shape); return [s.stroke, s.strokeDasharray, s.display]; }"

    def look(selector: str) -> Any:
        return seen.page.locator(f"#overview {selector}").first.evaluate(style)

    assert look(".says-hinders .first")[1] == "none"
    assert look(".says-hinders .second")[1] != "none"
    assert (look(".says-hinders .core")[2], look(".says-mitigates .core")[2]) == ("none", "block")


def test_without_scripts_there_is_a_table(browser: Browser, library_graph: KnowledgeGraph, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(graph_page(library_graph.network()), "utf-8")
    page = browser.new_page(java_script_enabled=False)
    page.goto(file.as_uri())
    assert page.locator("main caption").is_visible()
    written = {tuple(row.locator("th, td").all_inner_texts()) for row in page.locator("noscript tbody tr").all()}
    page.close()
    drawn = browser.new_page()
    drawn.goto(file.as_uri() + "#least=1")
    bands = drawn.evaluate("""() => kgGraph.overview.bands.map(({ left, right, says, n, first, second }) =>
        [left.node.name, says, right.node.name, String(n), String(first), String(second)])""")
    drawn.close()
    assert written == {tuple(band) for band in bands}


def _brightness(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", [0, 1])
def test_bands_stand_out_from_the_ground(scheme: int) -> None:
    """Contrast ratio of WCAG 2.2, of both colour schemes."""
    blocks = re.findall(r":root \{(.*?)\n *\}", source("graph.css"), re.S)[: scheme + 1]
    colours = {name: value for block in blocks for name, value in re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block)}
    ground = _brightness(colours["ground"])
    for name in ("against", "for", "up", "down", "same", "both", "bar"):
        one, other = sorted((_brightness(colours[name]), ground), reverse=True)
        assert (one + 0.05) / (other + 0.05) >= 3, name


def test_an_address_of_the_overview_leads_to_the_overview(show: Show, review_graph: KnowledgeGraph) -> None:
    """Also with something selected that was searched for, and after a visit to the network."""
    network = review_graph.network()
    seen = show(network)
    view = "document.body.dataset.view"
    for query in ("CT", "pec4"):
        seen.page.fill("#search", query)
        seen.page.keyboard.press("Enter")
        again = show(network, "#" + seen.page.evaluate("location.href").split("#")[1])
        assert again.text("#panel h2") == seen.text("#panel h2")
        assert [one.page.evaluate(view) for one in (seen, again)] == ["overview", "overview"]
    seen.page.fill("#search", "CT")
    seen.page.keyboard.press("Enter")
    seen.page.get_by_role("button", name="Network", exact=True).click()
    assert seen.page.evaluate("kgGraph.nodes.filter(node => !node.hidden).length") > 5, "what is around the thing"
    seen.page.get_by_role("button", name="Zoom in").click()
    seen.settle(400)
    seen.page.get_by_role("button", name="Overview", exact=True).click()
    again = show(network, "#" + seen.page.evaluate("location.href").split("#")[1])
    assert [one.page.evaluate(view) for one in (seen, again)] == ["overview", "overview"]
