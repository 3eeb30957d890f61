"""What of a graph is shown: the outline of a large one, opening and folding, filters, and the address that keeps it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from kg.answers.network import Network
from kg.api import KnowledgeGraph
from tests.browser.seen import NODE_PLACE, Seen
from tests.render.pages.networks import BASE, dated, hostile_crowd, large, toy

pytestmark = pytest.mark.browser

Show = Callable[..., Seen]
SHOWN = "kgGraph.nodes.filter(node => !node.hidden).map(node => node.name)"
PLACES = "JSON.stringify(kgGraph.network.getPositions())"
VIEW = "[kgGraph.network.getViewPosition().x, kgGraph.network.getViewPosition().y, kgGraph.network.getScale()]"


def shown(seen: Seen) -> set[str]:
    return set(seen.page.evaluate(SHOWN))


def double_click(seen: Seen, number: int, *, changes: bool = True) -> None:
    """Double-clicks a node and waits until the page shows something else; repeats a click that was missed."""
    for _ in range(3 if changes else 1):
        seen.settle()
        before = shown(seen)
        seen.page.mouse.dblclick(*seen.point(NODE_PLACE, number))
        for _ in range(40 if changes else 1):
            seen.settle(150)
            if shown(seen) != before:
                return


def test_a_large_network_opens_with_its_outline(show: Show) -> None:
    seen = show(large())
    assert {name.split()[0] for name in shown(seen)} == {"continuous", "challenge"}
    assert len(shown(seen)) == 16 + 12
    assert "28 of 156 nodes" in seen.text("#shown")
    assert seen.page.get_by_role("button", name="Overview").get_attribute("aria-pressed") == "true"
    seen.page.get_by_role("button", name="Show everything").click()
    assert seen.text("#shown") == "156 nodes, 188 edges"
    assert not seen.page.locator("#show-all").is_visible()
    seen.page.get_by_role("button", name="Overview").click()
    assert len(shown(seen)) == 16 + 12


def test_an_edge_of_the_outline_tells_what_it_stands_for(show: Show) -> None:
    seen = show(large())
    seen.settle(200)
    place = "() => kgGraph.network.canvasToDOM(kgGraph.network.body.edges[kgGraph.edges.length].edgeType.getPoint(0.5))"
    at, box = seen.page.evaluate(place), seen.page.locator("#picture").bounding_box()
    seen.page.mouse.click(box["x"] + at["x"], box["y"] + at["y"])
    panel = seen.text("#panel")
    assert "Summary of relations" in panel
    members = seen.page.locator("#panel ul.edges button")
    assert "It summarises" in panel
    members.first.click()
    assert "—hinders→" in seen.text("#panel h2")
    assert "Summary of relations" not in seen.text("#panel")


def test_opening_a_thing_brings_what_is_around_it_and_nothing_else_moves(show: Show) -> None:
    seen = show(large())
    before, places = shown(seen), seen.page.evaluate("kgGraph.network.getPositions([0, 1, 16])")
    double_click(seen, 16)
    come = shown(seen) - before
    assert {"challenge 1", "challenge 2", "challenge 3", "challenge 4"} <= come
    assert seen.page.evaluate("kgGraph.network.getPositions([0, 1, 16])") == places
    every = seen.page.evaluate("Object.values(kgGraph.network.getPositions()).map(p => `${p.x} ${p.y}`)")
    assert len(set(every)) == len(every)
    double_click(seen, 16)
    assert shown(seen) == before


def test_what_stands_where_the_panel_comes_opens_by_double_click_too(show: Show) -> None:
    seen = show(large())
    before = shown(seen)
    rightmost = seen.page.evaluate("""() => kgGraph.nodes.filter(node => !node.hidden && node.more)
        .reduce((one, other) => kgGraph.network.getPosition(other.id).x > kgGraph.network.getPosition(one.id).x
            ? other : one).id""")
    double_click(seen, rightmost)
    assert shown(seen) > before
    assert seen.page.locator("#panel").is_visible()


def test_opening_and_putting_away_by_keyboard(show: Show) -> None:
    seen = show(large())
    before = shown(seen)
    seen.page.keyboard.press("/")
    seen.page.keyboard.type("continuous practice 3")
    seen.page.keyboard.press("Enter")
    seen.page.get_by_role("button", name="more neighbours").focus()
    seen.page.keyboard.press("Enter")
    assert shown(seen) > before
    assert "more neighbours of continuous practice 3" in seen.text("#status")
    seen.page.get_by_role("button", name="Hide its neighbours").focus()
    seen.page.keyboard.press("Enter")
    assert shown(seen) == before


def test_what_hangs_on_one_thing_only_can_be_put_away_where_all_is_shown(show: Show) -> None:
    seen = show(toy())
    double_click(seen, 0, changes=False)
    assert shown(seen) == {node.label for node in toy().nodes}, "all of it is tied to something else too"
    alone = Network("", toy().nodes[:3], toy().edges[:2])
    seen = show(alone)
    double_click(seen, 0)
    assert shown(seen) == {"Continuous testing"}
    assert "fold=" in seen.page.evaluate("location.href")
    again = show(alone, "#" + seen.page.evaluate("location.href").split("#")[1])
    assert shown(again) == {"Continuous testing"}
    double_click(again, 0)
    assert len(shown(again)) == 3


def test_what_an_address_points_at_is_shown_in_a_large_network_too(show: Show) -> None:
    seen = show(large(), "#node=" + quote(f"{BASE}work/7", safe=""))
    assert seen.text("#panel h2") == "Author 7 (2020)"
    assert "Author 7 (2020)" in shown(seen)
    seen.page.fill("#search", "author9")
    seen.page.keyboard.press("Enter")
    assert seen.text("#panel h2") == "Author 9 (2020)"
    assert {"Author 7 (2020)", "Author 9 (2020)"} <= shown(seen)


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({"area": "operations"}, {"Monitoring", "late finding", "Late (2024)", "Drift", "operations"}),
        ({"hand": "second-hand"}, {"told finding", "Testing", "Early (2019)"}),
        ({"method": "survey"}, {"told finding", "Testing", "Early (2019)", "survey"}),
        ({"since": "2024"}, {"late finding", "Late (2024)", "Monitoring", "Drift"}),
        ({"until": "2019"}, {"told finding", "Early (2019)", "Testing", "survey"}),
        ({"since": "2024", "until": "2019"}, set()),
    ],
)
def test_filters_leave_what_they_let_through_and_what_it_touches(
    show: Show, filters: dict[str, str], names: set[str]
) -> None:
    seen = show(dated())
    for name, value in filters.items():
        seen.page.select_option(f"select[data-filter={name}]", label=value)
    assert shown(seen) == names
    again = show(dated(), "#" + seen.page.evaluate("location.href").split("#")[1])
    assert shown(again) == names
    assert again.page.locator("select[data-filter]").evaluate_all(
        "all => all.filter(one => one.value).map(one => one.selectedOptions[0].text)"
    ) == list(filters.values())
    again.page.get_by_role("button", name="Show everything").click()
    assert len(shown(again)) == len(dated().nodes)


def test_first_hand_only_leaves_out_relations_that_others_report(show: Show) -> None:
    seen = show(dated())
    seen.page.select_option("select[data-filter=hand]", label="first-hand")
    kinds = seen.page.evaluate("kgGraph.edges.filter(edge => !edge.hidden).map(edge => edge.secondHand)")
    assert kinds
    assert not any(kinds)


def test_a_network_with_nothing_to_choose_has_no_filters(show: Show) -> None:
    bare = Network("", toy().nodes[:2], toy().edges[:1])
    assert show(bare).page.locator("#filters").count() == 0


def test_the_address_holds_the_selection(show: Show) -> None:
    seen = show(toy())
    seen.page.evaluate("location.hash = new URLSearchParams({ node: kgGraph.nodes[4].iri })")
    seen.page.locator("#panel h2").wait_for(state="visible")
    seen.page.locator("#panel .edges button").first.click()
    again = show(toy(), seen.page.evaluate("location.hash"))
    assert again.text("#panel h2") == seen.text("#panel h2")
    assert "—agrees with→" in again.text("#panel h2")
    nonsense = "#node=nowhere&from=%E0%A4%A&open=nothing*9&fold=x&put=x@1,2&at=NaN,0,1&area=no&hide=no&level=none"
    unknown = show(toy(), nonsense)
    assert unknown.page.locator("#panel h2").count() == 0
    assert len(shown(unknown)) == 5


def test_the_address_brings_back_the_same_view(show: Show) -> None:
    seen = show(large())
    double_click(seen, 16)
    double_click(seen, 3)
    if not seen.page.get_by_label("Works").is_visible():
        seen.page.locator("#legend summary").click()
    seen.page.get_by_label("Works").click()
    seen.page.get_by_role("button", name="Zoom in").click()
    seen.settle(400)
    x, y = seen.point(NODE_PLACE, 0)
    seen.page.mouse.move(x, y)
    seen.page.mouse.down()
    seen.page.mouse.move(x + 40, y + 25, steps=4)
    seen.page.mouse.up()
    seen.settle(500)
    again = show(large(), "#" + seen.page.evaluate("location.href").split("#")[1])
    again.settle(200)
    assert shown(again) == shown(seen)
    assert again.page.evaluate(PLACES) == seen.page.evaluate(PLACES)
    assert again.page.evaluate(VIEW) == pytest.approx(seen.page.evaluate(VIEW), abs=2)
    assert not again.page.get_by_label("Works").is_checked()
    assert again.text("#shown") == seen.text("#shown")
    seen.page.get_by_label("What is listed").select_option("relations")
    listed = show(large(), "#" + seen.page.evaluate("location.href").split("#")[1])
    assert listed.page.locator("#list-kind").input_value() == "relations"
    assert show(large(), "#table=1").page.locator("#list-kind").input_value() == "relations"


@pytest.mark.parametrize("size", [(1366, 768), (390, 844)])
def test_nothing_moves_unless_something_comes_or_goes(
    show: Show, review_graph: KnowledgeGraph, size: tuple[int, int]
) -> None:
    """Neither zooming, with which other nodes get names, nor selecting, nor opening what is around the picture."""
    network, viewport = review_graph.network(), {"width": size[0], "height": size[1]}
    seen = show(network, "#view=network&open=practice/continuous-testing", viewport=viewport)
    seen.settle(300)
    places, view = seen.page.evaluate(PLACES), seen.page.evaluate(VIEW)
    assert len(shown(seen)) > 10
    for _ in range(3):
        seen.page.get_by_role("button", name="Zoom out").click()
        seen.settle(200)
    chosen = []
    for number in seen.page.evaluate("kgGraph.nodes.filter(node => !node.hidden).map(node => node.id)")[::6]:
        seen.page.mouse.click(*seen.point(NODE_PLACE, number))
        seen.settle(450)  # a click that follows at once would be a double click
        chosen.append(seen.page.locator("#panel h2").text_content())
        assert seen.page.evaluate(PLACES) == places
    assert len(set(chosen)) > 1
    seen.page.keyboard.press("Escape")
    seen.page.get_by_role("button", name="Fit").click()
    seen.settle(200)
    assert seen.page.evaluate(VIEW) == pytest.approx(view, abs=2)
    for part in ("#legend", "#filters"):
        seen.page.locator(f"{part} > summary").click()
        seen.settle(200)
        assert seen.page.evaluate(PLACES) == places
    again = show(network, "#" + seen.page.evaluate("location.href").split("#")[1], viewport=viewport)
    again.settle(200)
    assert again.page.evaluate(PLACES) == places


def test_back_and_forward_lead_through_what_was_selected(show: Show) -> None:
    seen = show(large())
    for name in ("author1", "author2"):
        seen.page.fill("#search", name)
        seen.page.keyboard.press("Enter")
    seen.page.go_back()
    assert seen.text("#panel h2") == "Author 1 (2020)"
    seen.page.go_forward()
    assert seen.text("#panel h2") == "Author 2 (2020)"


def test_like_a_person(show: Show, review_graph: KnowledgeGraph) -> None:
    """Search "CI", open the practice, an edge, read words and section, copy the key, come back by the link."""
    seen: Any = show(review_graph.network())
    seen.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    seen.page.keyboard.press("/")
    seen.page.keyboard.type("CI")
    assert "continuous integration" in seen.text("#results li:first-child")
    seen.page.locator("#results li").first.click()
    assert seen.text("#panel h2") == "continuous integration"
    seen.page.get_by_role("button", name="Neighbourhood").click()
    seen.page.locator("#panel .edges button", has_text="hinders").first.click()
    panel = seen.text("#panel")
    assert "—hinders→" in panel
    assert "Section" in panel
    assert "Vänskä et al. (2024)" in panel
    assert seen.text("#panel blockquote .words >> nth=0").startswith("“")
    seen.page.locator("#panel .copy").first.click()
    seen.page.get_by_text("Copied", exact=True).wait_for()
    assert seen.page.evaluate("navigator.clipboard.readText()") == r"\cite{vanska2024}"
    seen.page.locator("#share summary").click()
    seen.page.get_by_role("button", name="Copy link").click()
    seen.page.locator("#share").get_by_text("Copied").wait_for()
    link = seen.page.evaluate("navigator.clipboard.readText()")
    again: Any = show(review_graph.network(), "#" + link.split("#")[1])
    again.settle(200)
    assert again.text("#panel h2") == seen.text("#panel h2")
    assert shown(again) == shown(seen)
    assert again.page.evaluate(PLACES) == seen.page.evaluate(PLACES)
    assert again.page.evaluate(VIEW) == pytest.approx(seen.page.evaluate(VIEW), abs=2)


@pytest.mark.parametrize("size", [(1366, 768), (390, 844)])
def test_hostile_names_neither_run_nor_push_anything_away(show: Show, size: tuple[int, int]) -> None:
    width, height = size
    seen = show(hostile_crowd(), viewport={"width": width, "height": height})
    if not seen.page.locator("#clear-filters").is_visible():
        seen.page.locator("#filters summary").click()
    for choice in seen.page.locator("#filters select").all():
        for number in range(1, choice.locator("option").count()):
            choice.select_option(index=number)
        choice.select_option(index=0)
    seen.page.get_by_role("button", name="Show everything").click()
    seen.page.evaluate("location.hash = new URLSearchParams({ node: kgGraph.nodes[9].iri })")
    seen.page.locator("#panel").wait_for(state="visible")
    around = seen.page.locator(".around button", has_text="more neighbours")
    if around.count():
        around.first.click()
    seen.page.locator("#panel .edges button").first.click()
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
    for part in ("header", "#filters", "#panel", "footer"):
        box = seen.page.locator(part).bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width + 1, part
        assert box["height"] < height
    assert seen.page.locator("header").bounding_box()["height"] < height / 3
    again = show(
        hostile_crowd(),
        "#" + seen.page.evaluate("location.href").split("#")[1],
        viewport={"width": width, "height": height},
    )
    assert again.page.locator("#panel h2").count() == 1
