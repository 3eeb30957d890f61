"""Names in the picture of a network, read from the SVG that the page saves: where a browser draws each of them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks.networks import made_network
from kg.answers.network import Network
from kg.answers.network_views import viewed
from kg.api import KnowledgeGraph
from kg.render.pages.graph_looks import PLUMBING
from tests.browser.seen import Seen
from tests.browser.test_graph_files_browser import saved
from tests.render.pages.networks import dated, hostile, large, toy

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

Show = Callable[..., Seen]
Box = dict[str, float]
SIZES = pytest.mark.parametrize("size", [(1366, 800), (390, 844)], ids=["wide", "phone"])

DRAWN = """() => {
  const box = (one) => {
    const { left, right, top, bottom } = one.getBoundingClientRect();
    return { left, right, top, bottom };
  };
  const at = (one, share) => {
    const matrix = one.getCTM();
    const { x, y } = one.getPointAtLength(one.getTotalLength() * share).matrixTransform(matrix);
    return { x, y };
  };
  const paths = [...document.querySelectorAll("path")];
  const filled = paths.filter((one) => one.getAttribute("fill") !== "none").map(box);
  return {
    texts: [...document.querySelectorAll("text")].filter((one) => one.getAttribute("fill") !== "none")
      .map((one) => ({ text: one.textContent, ...box(one) })),
    boxes: filled.filter(({ left, right, top, bottom }) => right - left > 40 && bottom - top > 18 && bottom - top < 90),
    lines: paths.filter((one) => one.getAttribute("fill") === "none" && !/Z$/.test(one.getAttribute("d")))
      .map((one) => Array.from({ length: 41 }, (_, step) => at(one, step / 40))),
  };
}"""


def neighbourhood() -> Network:
    """A made-up practice with all that is connected to it: more than has room for a name."""
    whole = made_network(300)
    focus = next(node for node in whole.nodes if node.kind == "practice")
    return viewed(Network(whole.title, whole.nodes, whole.edges, focus.iri), "whole", 1)


def drawn(seen: Seen, browser: Browser, folder: Path) -> dict[str, Any]:
    seen.settle(300)
    (folder / "picture.svg").write_bytes(saved(seen, "SVG")[1])
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.goto((folder / "picture.svg").as_uri())
    found: dict[str, Any] = page.evaluate(DRAWN)
    page.close()
    found["texts"].pop()  # the caption below the picture
    return found


def inside(one: Box, other: Box, spare: float = 1.5) -> bool:
    return (
        one["left"] >= other["left"] - spare
        and one["right"] <= other["right"] + spare
        and one["top"] >= other["top"] - spare
        and one["bottom"] <= other["bottom"] + spare
    )


def overlap(one: Box, other: Box) -> bool:
    wide = min(one["right"], other["right"]) - max(one["left"], other["left"])
    return wide > 1 and min(one["bottom"], other["bottom"]) - max(one["top"], other["top"]) > 3


NETWORKS = pytest.mark.parametrize(
    "network", [toy, dated, large, hostile, neighbourhood], ids=["toy", "dated", "large", "hostile", "neighbourhood"]
)


@SIZES
@NETWORKS
def test_every_name_is_inside_its_node_and_on_no_other(
    show: Show, browser: Browser, tmp_path: Path, network: Callable[[], Network], size: tuple[int, int]
) -> None:
    given = network()
    found = drawn(show(given, viewport={"width": size[0], "height": size[1]}), browser, tmp_path)
    relations = {edge.kind for edge in given.edges}
    names = [text for text in found["texts"] if text["text"].partition(" · ")[0] not in relations]
    assert names
    assert [name["text"] for name in names if not any(inside(name, box) for box in found["boxes"])] == []
    assert [(one["text"], other["text"]) for one, other in combinations(found["texts"], 2) if overlap(one, other)] == []


@SIZES
def test_no_edge_is_under_a_node_that_it_does_not_belong_to(
    show: Show, browser: Browser, tmp_path: Path, toy_graph: KnowledgeGraph, size: tuple[int, int]
) -> None:
    found = drawn(show(toy_graph.network("PEC1"), viewport={"width": size[0], "height": size[1]}), browser, tmp_path)
    assert found["lines"]
    for line in found["lines"]:
        own = [box for box in found["boxes"] if near(line[0], box, 2) or near(line[-1], box, 20)]
        others = [box for box in found["boxes"] if box not in own]
        assert [box for box in others if any(near(point, box, -2) for point in line)] == []


def near(point: dict[str, float], box: Box, spare: float) -> bool:
    return (
        box["left"] - spare <= point["x"] <= box["right"] + spare
        and box["top"] - spare <= point["y"] <= box["bottom"] + spare
    )


def test_letters_have_one_size_at_every_zoom(show: Show, browser: Browser, tmp_path: Path) -> None:
    seen = show(toy())
    for _ in range(2):
        height = {round(text["bottom"] - text["top"]) for text in drawn(seen, browser, tmp_path)["texts"]}
        assert len(height) == 1
        seen.page.get_by_role("button", name="Zoom in").click()
    assert max(height) <= 20


def test_edges_of_a_picture_say_once_where_a_finding_belongs_and_all_of_it_when_it_is_selected(show: Show) -> None:
    network = neighbourhood()
    seen = show(network)
    seen.settle(300)
    hidden = "kgGraph.edges.filter(({ id }) => kgGraph.network.body.edges[id]?.options.hidden).map(({ id }) => id)"
    folded = seen.page.evaluate(hidden)
    assert folded
    assert {network.edges[number].kind for number in folded} <= set(PLUMBING)
    edge = network.edges[folded[0]]
    seen.page.evaluate("iri => { location.hash = new URLSearchParams({ node: iri }); }", edge.source)
    seen.page.wait_for_function(f"!({hidden}).includes({folded[0]})")


def test_ids_in_the_page_are_unique(show: Show) -> None:
    ids = show(large()).page.evaluate("[...document.querySelectorAll('[id]')].map(({ id }) => id)")
    assert sorted(ids) == sorted(set(ids))
