"""The graph page as people use it, in a real browser: clicks on the canvas, keys, links, and hostile data."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import pytest

from kg.answers.network import Edge, Network, Node
from tests.browser.seen import EDGE_PLACE, NODE_PLACE, Seen
from tests.render.pages.networks import BASE, hostile, large, toy

pytestmark = pytest.mark.browser

MOVED = "before => { const at = kgGraph.network.getPosition(1); return at.x !== before.x || at.y !== before.y; }"
FITS = """() => Math.abs(document.querySelector("#picture canvas").clientWidth
  - document.querySelector("#picture").clientWidth) <= 1"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1366, 768), (390, 844)])
def test_all_nodes_are_in_view_at_first(show: Callable[..., Seen], size: tuple[int, int], scheme: str) -> None:
    seen = show(toy(), viewport={"width": size[0], "height": size[1]}, color_scheme=scheme)
    box = seen.page.locator("#picture").bounding_box()
    for number in range(len(toy().nodes)):
        x, y = seen.point(NODE_PLACE, number)
        assert box["x"] < x < box["x"] + box["width"]
        assert box["y"] < y < box["y"] + box["height"]
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_clicking_a_node_shows_what_is_known_about_it(show: Callable[..., Seen]) -> None:
    seen = show(toy())
    seen.click(NODE_PLACE, 2)
    panel = seen.text("#panel")
    for words in (
        "Finding, first-hand",
        "Teams stop testing each change",
        "“tests took most of a day”",
        "Section 4.2",
        "p. 7",
        "said by P3",
        "Miller et al. (2021)",
        r"\cite{miller2021pipelines}",
        "2 relations",
    ):
        assert words in panel
    link = seen.page.locator("#panel a")
    assert link.get_attribute("href") == "https://doi.org/10.1000/182"
    assert "noopener" in link.get_attribute("rel")


def test_clicking_an_edge_shows_the_words_it_rests_on(show: Callable[..., Seen]) -> None:
    seen = show(toy())
    seen.click(EDGE_PLACE, 0)
    assert seen.text("#panel h2").split("\n") == ["Slow tests", "—hinders→", "Continuous testing"]
    panel = seen.text("#panel")
    for words in (
        "Because suites take hours.",
        "2 quotations",
        "“tests took most of a day”",
        "Section 4.2",
        "“long-running suites delay feedback”",
        "Results",
        "Okafor and Lind (2019)",
    ):
        assert words in panel


def test_an_edge_without_quotation_says_so(show: Callable[..., Seen]) -> None:
    seen = show(toy())
    seen.click(EDGE_PLACE, 1)
    assert "No quotation is recorded" in seen.text("#panel .no-quotation")


def test_hovering_an_edge_is_enough_to_read_the_quotation(show: Callable[..., Seen]) -> None:
    seen = show(toy())
    seen.settle()
    x, y = seen.point(EDGE_PLACE, 0)
    seen.page.mouse.move(x - 3, y)
    seen.page.mouse.move(x, y)
    seen.page.locator("#tooltip").wait_for(state="visible")
    tip = seen.text("#tooltip")
    for words in ("Slow tests —hinders→ Continuous testing", "“tests took most of a day”", "Section 4.2"):
        assert words in tip
    assert seen.page.locator("#panel h2").count() == 0


def test_from_a_node_to_its_edge_to_the_other_end_and_back(show: Callable[..., Seen]) -> None:
    seen = show(toy())
    seen.click(NODE_PLACE, 0)
    seen.page.get_by_role("button", name="Slow tests —hinders→ Continuous testing").click()
    seen.page.locator("#panel .thing", has_text="Slow tests").click()
    assert seen.text("#panel h2") == "Slow tests"
    seen.page.go_back()
    assert "—hinders→" in seen.text("#panel h2")


def test_a_dragged_node_stays_where_it_was_put(show: Callable[..., Seen]) -> None:
    seen = show(toy())
    seen.settle()
    x, y = seen.point(NODE_PLACE, 4)
    seen.page.mouse.move(x, y)
    seen.page.mouse.down()
    seen.page.mouse.move(x - 60, y + 20, steps=4)
    seen.page.mouse.up()
    seen.click(NODE_PLACE, 4)
    now = seen.point(NODE_PLACE, 4)
    seen.page.keyboard.press("Escape")
    assert seen.point(NODE_PLACE, 4) == pytest.approx(now, abs=2)


def test_legend_switches_kinds_and_relations_by_mouse_and_key(show: Callable[..., Seen]) -> None:
    seen = show(toy())
    seen.page.get_by_label("Challenges").click()
    assert seen.hidden("challenge") == [True]
    assert seen.hidden("hinders") == [True]
    assert seen.hidden("practice") == [False]
    assert seen.text("#shown") == "4 of 5 nodes, 3 of 5 edges shown"
    assert seen.page.locator("#show-all").is_visible()
    seen.page.get_by_label("Challenges").focus()
    seen.page.keyboard.press("Space")
    assert seen.hidden("challenge") == [False]
    seen.page.get_by_label("hinders").click()
    assert seen.hidden("hinders") == [True]
    assert seen.hidden("challenge") == [False]


def test_show_everything_brings_back_what_the_legend_hid(show: Callable[..., Seen]) -> None:
    seen = show(toy())
    assert not seen.page.locator("#show-all").is_visible()
    seen.page.get_by_label("Challenges").click()
    seen.page.get_by_label("agrees with").click()
    seen.page.get_by_role("button", name="Show everything").click()
    assert seen.text("#shown") == "5 nodes, 5 edges"
    assert seen.page.locator("#legend input:not(:checked)").count() == 0
    assert not seen.page.locator("#show-all").is_visible()


def test_floating_things_do_not_lie_on_each_other(show: Callable[..., Seen]) -> None:
    seen = show(toy())
    before = seen.page.evaluate("kgGraph.network.getPosition(1)")
    seen.page.get_by_role("button", name="Rearrange").click()
    seen.page.wait_for_function(MOVED, arg=before)
    for _ in range(60):
        seen.settle(1000)
        if not overlapping(seen):
            break
    seen.page.get_by_role("button", name="Rearrange").click()
    assert overlapping(seen) == []


def overlapping(seen: Seen) -> list[object]:
    """Pairs of boxes of nodes that lie on each other."""
    boxes = seen.page.evaluate("kgGraph.nodes.map(({ id }) => id).map(id => kgGraph.network.getBoundingBox(id))")
    return [
        (one, other)
        for one, other in combinations(boxes, 2)
        if one["left"] < other["right"]
        and other["left"] < one["right"]
        and one["top"] < other["bottom"]
        and other["top"] < one["bottom"]
    ]


def test_search_ranks_names_and_ids_before_what_only_contains_the_words(show: Callable[..., Seen]) -> None:
    nodes = (
        Node(f"{BASE}challenge/product", "challenge", "product architecture"),
        Node(f"{BASE}practice/a", "practice", "Continuous testing", alternatives=("CT", "Automated testing")),
        Node(f"{BASE}finding/x/CT9", "finding", "CT9", "What CT is.", "ctwork"),
        Node(f"{BASE}work/ctwork", "work", "Čapek et al. (2020)", "", "ctwork"),
        Node(f"{BASE}practice/b", "practice", "strict ctrl"),
    )
    edges = tuple(Edge(nodes[0].iri, node.iri, "hinders") for node in nodes[1:])

    seen = show(Network("", nodes, edges))

    def found(query: str) -> list[str]:
        seen.page.fill("#search", query)
        return [item.split("\n")[0] for item in seen.page.locator("#results [role=option]").all_inner_texts()]

    assert found("ct") == ["Continuous testing", "CT9", "strict ctrl", "Čapek et al. (2020)", "product architecture"]
    assert found("CTWORK")[0] == "Čapek et al. (2020)"
    assert found("capek") == ["Čapek et al. (2020)"]
    assert found("testing auto")[0] == "Continuous testing"


def test_search_lists_a_page_of_results(show: Callable[..., Seen]) -> None:
    seen = show(large())
    seen.page.fill("#search", "author")
    assert seen.page.locator("#results [role=option]").count() == 50
    assert "and 30 more" in seen.text("#results")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("slow", "Slow tests"),
        ("automatic TESTING", "Continuous testing"),
        ("the large", "Okafor and Lind (2019)"),
        ("miller2021", "Slow tests keep teams from testing each change"),
    ],
)
def test_search_by_key(show: Callable[..., Seen], query: str, found: str) -> None:
    seen = show(toy())
    seen.page.keyboard.press("/")
    seen.page.keyboard.type(query)
    assert found in seen.text("#results li:first-child")
    seen.page.keyboard.press("Enter")
    said = {node.label: node.text for node in toy().nodes if node.kind == "finding"}
    assert seen.text("#panel h2") == said.get(found, found)
    assert not seen.page.locator("#results").is_visible()
    seen.page.keyboard.press("Escape")
    assert seen.page.locator("#panel h2").count() == 0
    assert seen.page.evaluate("document.activeElement.id") == "search"


def test_search_brings_back_what_the_legend_hid(show: Callable[..., Seen]) -> None:
    seen = show(toy())
    seen.page.get_by_label("Challenges").click()
    seen.page.fill("#search", "slow")
    seen.page.keyboard.press("Enter")
    assert seen.hidden("challenge") == [False]
    assert seen.page.get_by_label("Challenges").is_checked()


def test_search_without_a_match_says_so(show: Callable[..., Seen]) -> None:
    seen = show(toy())
    seen.page.fill("#search", "zebra")
    assert "No results contain" in seen.text("#results")
    seen.page.keyboard.press("Enter")
    seen.page.keyboard.press("ArrowDown")
    seen.page.keyboard.press("Escape")
    assert not seen.page.locator("#results").is_visible()


def test_the_list_says_the_same_as_the_picture(show: Callable[..., Seen]) -> None:
    seen = show(toy())
    choose = seen.page.get_by_label("What is listed")
    assert choose.locator("option").all_inner_texts() == [
        "Practices (1)", "Challenges (1)", "Findings, first-hand (1)", "Findings, second-hand (1)", "Works (1)",
        "Relations (5)",
    ]  # fmt: skip
    choose.select_option("Relations (5)")
    rows = seen.page.locator("#list-body tbody tr")
    assert rows.count() == len(toy().edges)
    first = rows.nth(0).inner_text()
    for words in (
        "Slow tests —hinders→ Continuous testing",
        "“tests took most of a day”",
        "Miller et al. (2021)",
        "and 1 more",
    ):
        assert words in first
    assert "no quotation recorded" in rows.nth(1).inner_text()
    seen.page.locator("#list-body").get_by_role("button", name="Relation", exact=True).click()
    assert "agrees with" in rows.nth(2).inner_text()
    rows.nth(2).get_by_role("button").focus()
    seen.page.keyboard.press("Enter")
    assert "—agrees with→" in seen.text("#panel h2")
    seen.page.get_by_label("Filter this list").fill("okafor agrees")
    assert rows.count() == 1
    assert "1 row with “okafor agrees”" in seen.text("#list-caption")


def test_a_page_without_claims_counts_findings_and_no_studies(show: Callable[..., Seen]) -> None:
    seen = show(toy())
    seen.page.select_option("#list-kind", "practice")
    heads = seen.page.locator("#list-body th[scope=col]").all_inner_texts()
    assert [head.split()[0] for head in heads] == ["Name", "Findings"]
    assert "studies" not in seen.text("#list-caption").casefold()


def test_the_list_says_why_a_relation_is_not_drawn(show: Callable[..., Seen]) -> None:
    seen = show(toy())
    seen.page.get_by_label("What is listed").select_option("relations")
    seen.page.get_by_label("Challenges").click()
    assert seen.page.locator("#list-body tr", has_text="switched off in the legend").count() == 2
    seen = show(large())
    seen.page.get_by_label("What is listed").select_option("relations")
    seen.page.get_by_label("Filter this list").fill("author")
    assert seen.page.locator("#list-body tr", has_text="not opened in the picture").count() > 0
    assert seen.page.locator("#list-body tr", has_text="switched off").count() == 0


def test_by_keyboard_alone(show: Callable[..., Seen]) -> None:
    seen = show(toy())
    seen.page.locator("#picture").focus()
    before = seen.page.evaluate("kgGraph.network.getScale()")
    seen.page.keyboard.press("+")
    seen.page.keyboard.press("ArrowLeft")
    assert seen.page.evaluate("kgGraph.network.getScale()") > before
    seen.page.keyboard.press("0")
    assert seen.page.evaluate("kgGraph.network.getScale()") == pytest.approx(before, rel=0.01)


def test_tab_order(show: Callable[..., Seen]) -> None:
    seen = show(toy())
    order = []
    for _ in range(12):
        seen.page.keyboard.press("Tab")
        order.append(seen.page.evaluate("document.activeElement.id || document.activeElement.tagName"))
    assert order[:7] == ["search", "float-toggle", "SUMMARY", "SUMMARY", "SELECT", "list-kind", "list-filter"]
    assert "picture" in order


def test_zoom_buttons_and_floating(show: Callable[..., Seen]) -> None:
    seen = show(toy())
    seen.settle(300)
    before = seen.page.evaluate("kgGraph.network.getScale()")
    seen.page.get_by_role("button", name="Zoom out").click()
    assert seen.page.evaluate("kgGraph.network.getScale()") < before
    seen.page.get_by_role("button", name="Fit").click()
    assert seen.page.evaluate("kgGraph.network.getScale()") == pytest.approx(before, rel=0.01)
    place = seen.page.evaluate("kgGraph.network.getPosition(1)")
    seen.page.get_by_role("button", name="Rearrange").click()
    seen.page.wait_for_function(MOVED, arg=place)
    seen.page.get_by_role("button", name="Rearrange").click()
    assert seen.page.locator("#float-toggle").get_attribute("aria-pressed") == "false"


def test_the_picture_follows_the_window(show: Callable[..., Seen]) -> None:
    seen = show(toy())
    seen.page.set_viewport_size({"width": 800, "height": 500})
    seen.page.wait_for_function(FITS)
    seen.settle()
    box = seen.page.locator("#picture").bounding_box()
    canvas = seen.page.locator("#picture canvas").bounding_box()
    assert (canvas["width"], canvas["height"]) == pytest.approx((box["width"], box["height"]), abs=1)
    assert all(box["x"] < seen.point(NODE_PLACE, number)[0] < 800 for number in range(5))


def test_copying_a_citation(show: Callable[..., Seen]) -> None:
    seen = show(toy())
    seen.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    seen.click(EDGE_PLACE, 2)
    seen.page.get_by_role("button", name="Copy").first.click()
    seen.page.get_by_role("button", name="Copy", exact=False).first.get_by_text("Copied").wait_for()
    assert seen.page.evaluate("navigator.clipboard.readText()") == r"\cite{okafor2019suites}"


def test_hostile_text_is_shown_and_never_run(show: Callable[..., Seen]) -> None:
    seen = show(hostile())
    for number in range(len(hostile().nodes)):
        go = "id => { location.hash = new URLSearchParams({ node: kgGraph.nodes[id].iri }) }"
        seen.page.evaluate(go, number)
        seen.settle()
        seen.page.evaluate("document.querySelector('#panel .edges button').click()")
        x, y = seen.point(NODE_PLACE, number)
        seen.page.mouse.move(x, y)
    assert "javascript:" in seen.text("#panel")
    links = seen.page.locator("#panel a").evaluate_all("all => all.map(link => link.href)")
    assert links
    assert all(link.startswith("https://example.org/") for link in links)
    seen.page.keyboard.press("Escape")
    for kind in range(seen.page.locator("#list-kind option").count()):
        seen.page.locator("#list-kind").select_option(index=kind)
    seen.page.fill("#search", "<")
    assert "<img src=x" in seen.text("#results")
    assert seen.page.locator("img, iframe, base, main script").count() == 0


def test_an_empty_network_is_no_error(show: Callable[..., Seen]) -> None:
    seen = show(Network("Nothing", (), ()))
    assert "Nothing to show yet" in seen.text(".notice >> nth=0")
    assert "0 nodes, 0 edges" in seen.text("footer")
