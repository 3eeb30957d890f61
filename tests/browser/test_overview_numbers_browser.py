"""Every number of the overview is that of a query: for every value of every filter, folded and opened."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

import pytest

from kg.api import KnowledgeGraph
from tests.browser.seen import Seen
from tests.overview_questions import Hands, asked, can_open, labels

pytestmark = pytest.mark.browser

Show = Callable[..., Seen]

READ = """() => {
  const one = (selector) => document.querySelector(selector);
  const all = (selector) => [...document.querySelectorAll(selector)];
  const hands = (shape) => [Number(shape.dataset.first), Number(shape.dataset.second)];
  const name = (slot) => slot.node.name + (slot.role === "itself" ? " (itself)" : "");
  const shapes = all("#overview [data-key]");
  const by = (key) => shapes.find((shape) => shape.dataset.key === key);
  const { sides, seen } = kgGraph.overview;
  const label = (thing) => by(thing.key).getAttribute("aria-label");
  return {
    bands: seen.map((band) => [[name(band.left), band.says, name(band.right)], hands(by(band.key)), label(band)]),
    slots: ["left", "right"].map((side) => sides[side].filter((slot) => by(slot.key) && slot.n)
      .map((slot) => [name(slot), hands(by(slot.key)), label(slot),
        by(slot.key).querySelector(".number").textContent])),
    links: one("#links-shown").innerText,
    footer: one("#shown").innerText,
    said: all("#overview-legend [data-relation]").filter((entry) => !entry.hidden)
      .map((entry) => [entry.dataset.relation, entry.querySelector(".count").textContent]),
    first: one("#legend-first").textContent,
    second: one("#legend-second").textContent,
    rows: all("#list-body tbody tr")
      .map((row) => [...row.querySelectorAll("th button, td")].map((cell) => cell.textContent)),
    listed: one("#list-kind").selectedOptions[0].textContent,
    caption: one("#list-caption").textContent,
    reading: one("#panel .sum")?.innerText ?? "",
  };
}"""


def numbers(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", text)]


def go(seen: Seen, axis: str, filters: Mapping[str, str], opened: str = "") -> dict[str, Any]:
    """What the page shows at an address: all links, and all rows of its list."""
    said = {"axis": axis, "least": "1", "list": f"links-{axis}"} | filters | ({"node": opened} if opened else {})
    seen.page.evaluate("hash => { location.hash = hash; }", urlencode(said))
    seen.page.wait_for_function(
        "([axis, filters, opened]) => kgGraph.overview.axis === axis"
        " && Object.keys(kgGraph.state.filters).length === filters"
        " && (!opened || document.querySelector('#overview .chosen'))",
        arg=[axis, len(filters), bool(opened)],
    )
    while seen.page.locator("#list-more").count():
        seen.page.locator("#list-more").click()
    read: dict[str, Any] = seen.page.evaluate(READ)
    return read


def check(graph: KnowledgeGraph, seen: Seen, axis: str, filters: Mapping[str, str], opened: str = "") -> None:
    expected = asked(graph, axis, filters, opened)
    shown = go(seen, axis, filters, opened)
    bands = {tuple(key): tuple(hands) for key, hands, _ in shown["bands"]}
    assert bands == expected.bands
    for _, (first, second), label in shown["bands"]:
        assert numbers(re.findall(r"\d+ distinct stud.*", label)[-1]) == [first + second, first, second]
    for slots, side in zip(shown["slots"], (expected.left, expected.right), strict=True):
        assert {name: tuple(hands) for name, hands, *_ in slots} == side
        for _, (first, second), label, number in slots:
            assert numbers(label.rpartition("distinct")[2]) == [first, second]
            assert number in (*"×…–·", "n/a", str(first + second))
    assert numbers(shown["links"]) == ([len(bands)] * 2)
    whole = expected.whole
    assert numbers(shown["footer"]) == [len(bands), sum(whole), *whole, expected.findings]
    assert numbers(shown["first"] + shown["second"]) == list(whole)
    assert {says: numbers(count)[0] for says, count in shown["said"] if numbers(count) != [0]} == expected.said
    if opened:  # the reading counts what the picture counts
        there = {**expected.left, **expected.right}[labels(graph)[opened]]
        assert numbers(shown["reading"]) == [sum(there), *(hand for hand in there if hand)]
    else:
        check_list(shown, expected.bands)


def check_list(shown: dict[str, Any], bands: Mapping[tuple[str, str, str], Hands]) -> None:
    words = {"no change": "does not change", "mixed": "has mixed effects on"}
    rows = {}
    for (left, says, right), (first, second) in bands.items():
        ends = (right, left) if says == "hinders" else (left, right)
        rows[f"{ends[0]} —{words.get(says, says)}→ {ends[1]}"] = [str(first + second), str(first), str(second)]
    assert {row[0]: row[1:] for row in shown["rows"]} == rows
    assert numbers(shown["listed"]) == [len(rows)]
    assert numbers(shown["caption"])[0] == len(rows)


def facets(seen: Seen) -> Iterator[dict[str, str]]:
    """No filter, each value of each filter, and some together."""
    values: dict[str, list[str]] = seen.page.evaluate("""() => Object.fromEntries(
        [...document.querySelectorAll("#filters select")].map((choice) => [choice.dataset.filter,
            [...choice.options].slice(1).map((option) => option.text)]))""")
    yield {}
    for name, several in values.items():
        yield from ({name: value} for value in several)
    hands = values.get("hand", [])
    for name in ("polarity", "area", "method"):
        yield from ({"hand": hand, name: value} for hand in hands for value in values.get(name, [])[:3])
    if years := values.get("since"):
        yield {"since": years[1], "until": years[-1], **({"hand": hands[1]} if hands else {})}


@pytest.mark.parametrize(("which", "axis"), [("library_graph", "challenge"), ("effects_graph", "outcome")])
def test_every_number_of_a_toy_review_for_every_filter(
    request: pytest.FixtureRequest, show: Show, which: str, axis: str
) -> None:
    graph: KnowledgeGraph = request.getfixturevalue(which)
    seen = show(graph.network())
    things = can_open(graph, axis)
    assert things
    tried = 0
    for filters in facets(seen):
        check(graph, seen, axis, filters)
        for opened in things:
            found = asked(graph, axis, filters)
            if labels(graph)[opened] in found.left.keys() | found.right.keys():
                check(graph, seen, axis, filters, opened)
                tried += 1
    assert tried > len(things)


SAMPLE: list[dict[str, str]] = [
    {},
    {"hand": "first-hand"},
    {"method": "interview", "since": "2018"},
]
"""Each value of each filter is tried on the small reviews: here, what many findings of many works do together."""


def test_numbers_of_the_whole_review(show: Show, whole_graph: KnowledgeGraph) -> None:
    seen = show(whole_graph.network())
    for axis in ("challenge", "outcome"):
        things = can_open(whole_graph, axis)
        for number, filters in enumerate(SAMPLE[: 2 if axis == "challenge" else 1]):
            check(whole_graph, seen, axis, filters)
            found = asked(whole_graph, axis, filters)
            there = [iri for iri in things if labels(whole_graph)[iri] in found.left.keys() | found.right.keys()]
            check(whole_graph, seen, axis, filters, there[number * 7 % len(there)])
