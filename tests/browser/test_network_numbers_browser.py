"""Every number of the network is that of a query: for every value of every filter, all of it and a neighbourhood."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode

import pytest

import kg.render.pages.graph_page
from kg.api import KnowledgeGraph
from kg.render.pages.graph_looks import edge_meaning, look_of
from tests.browser.seen import Seen
from tests.browser.test_overview_numbers_browser import Show, facets, numbers

pytestmark = pytest.mark.browser

CLAIMS = {"hinders": "hinders", "mitigates": "mitigates", "absent": "does not hinder", "increases": "increases",
          "decreases": "decreases", "no change": "does not change", "mixed": "increases and decreases"}  # fmt: skip
"""The relation of the edge that says the same as a polarity or direction."""
STATED = frozenset({"finding", "reported-finding"})
_YEAR = """{{ ?thing fabio:hasPublicationYear ?is }} UNION {{ ?thing cs:attributedTo/fabio:hasPublicationYear ?is }}
  UNION {{ ?thing cs:reportedIn/fabio:hasPublicationYear ?is . FILTER NOT EXISTS {{ ?thing cs:attributedTo ?any }} }}"""
PASSING = {
    "hand": """?thing a cs:Finding .
      BIND(IF(EXISTS {{ ?thing cs:attributedTo ?any }}, "second-hand", "first-hand") AS ?is) FILTER(?is = {0})""",
    "polarity": """?link cs:supportedBy ?thing ; cs:polarity|cs:direction ?says . ?says rdfs:label ?is .
      FILTER(STR(?is) = {0})""",
    "area": """?area a cs:PracticeArea ; skos:prefLabel ?is . FILTER(STR(?is) = {0})
      {{ ?thing cs:inArea? ?area }} UNION {{ ?thing cs:concernsPractice/cs:inArea ?area }}""",
    "method": """?method skos:broader* ?broad . ?broad a cs:ResearchMethod ; skos:prefLabel ?is . FILTER(STR(?is) = {0})
      {{ ?thing skos:broader* ?broad }}
      UNION {{ GRAPH ?in {{ ?study cs:usesMethod ?method ; cs:reportedIn ?thing }} }}
      UNION {{ GRAPH ?file {{ ?thing cs:producedBy ?study . ?study cs:usesMethod ?method }} }}
      UNION {{ GRAPH ?told {{ ?study cs:usesMethod ?method ; cs:reportedIn ?work }} ?thing cs:attributedTo ?work }}""",
    "since": f"{_YEAR} FILTER(STR(?is) >= {{0}})",
    "until": f"{_YEAR} FILTER(STR(?is) <= {{0}})",
}
"""What passes each filter, as patterns of a query."""
ABOUT = {"hand": STATED, "polarity": STATED, "area": STATED | {"practice", "area"},
         "method": STATED | {"work", "method"}, "since": STATED | {"work"}, "until": STATED | {"work"}}  # fmt: skip
"""The kinds of nodes that each filter is about."""

READ = """() => {
  const iri = (id) => kgGraph.nodes[id].iri;
  const counts = (what) => [...document.querySelectorAll(`#legend [data-${what}]`)].map(({ parentElement: entry }) => (
    [entry.querySelector(".what").textContent, Number(entry.querySelector(".count").textContent)]));
  return {
    kinds: counts("kind"), relations: counts("relation"), footer: document.getElementById("shown").innerText,
    nodes: kgGraph.nodes.filter((node) => !node.hidden).map((node) => node.iri),
    edges: kgGraph.edges.filter((edge) => !edge.hidden).map(({ from, kind, to }) => [iri(from), kind, iri(to)]),
  };
}"""


@dataclass
class Expected:
    """What is left after filtering."""

    kinds: dict[str, str]
    """The kind of each node."""
    edges: set[tuple[str, str, str]]

    def around(self, iri: str) -> Expected:
        """One thing with its neighbours."""
        near = {iri} | {end for source, _, target in self.edges if iri in (source, target) for end in (source, target)}
        return Expected(
            {one: self.kinds[one] for one in near},
            {edge for edge in self.edges if {edge[0], edge[2]} <= near},
        )


def things(graph: KnowledgeGraph, pattern: str) -> set[str]:
    found = graph.sparql(f"SELECT DISTINCT ?thing WHERE {{ {pattern} }}")
    return {term.value for (term,) in found.terms if term is not None}


def asked(graph: KnowledgeGraph, filters: Mapping[str, str]) -> Expected:
    """The nodes and edges that the filters leave, from queries."""
    kinds = {str(row["node"]): str(row["kind"]) for row in graph.query("network-nodes").with_iris()}
    passing = {name: things(graph, PASSING[name].format(f'"{value}"')) for name, value in filters.items()}

    def verdict(iri: str) -> bool | None:
        said = [iri in found for name, found in passing.items() if kinds[iri] in ABOUT[name]]
        return all(said) if said else None

    behind: dict[tuple[str, str, str], set[str]] = {}
    for terms in graph.query("network-edges").terms:
        source, kind, target, reason = (term.value if term is not None else "" for term in terms)
        if source in kinds and target in kinds:
            behind.setdefault((source, kind, target), set()).add(reason)
    claim, hand = CLAIMS.get(filters.get("polarity", "")), filters.get("hand")

    def left(edge: tuple[str, str, str], reasons: set[str]) -> bool:
        if claim and edge[1] in CLAIMS.values() and edge[1] != claim:
            return False
        if all(kinds.get(reason) in STATED for reason in reasons):
            return any(verdict(reason) is not False for reason in reasons)
        second = "reported-finding" in (kinds[edge[0]], kinds[edge[2]])
        return not (second if hand == "first-hand" else hand and not second and edge_meaning(edge[1])[0] != "plain")

    edges = {edge for edge, reasons in behind.items() if left(edge, reasons)}
    passed = {iri for iri in kinds if verdict(iri)}
    beside = {
        one for source, _, target in edges for one, other in ((source, target), (target, source)) if other in passed
    }
    if filters:
        kinds = {iri: kind for iri, kind in kinds.items() if iri in passed or (verdict(iri) is None and iri in beside)}
    return Expected(kinds, {edge for edge in edges if edge[0] in kinds and edge[2] in kinds})


def go(seen: Seen, filters: Mapping[str, str], **said: str) -> dict[str, Any]:
    seen.page.evaluate("hash => { location.hash = hash; }", urlencode({"view": "network", **said, **filters}))
    seen.page.wait_for_function(
        "([filters, opened]) => kgGraph.state.view === 'network' && kgGraph.state.outline === (opened > 0)"
        " && Object.keys(kgGraph.state.filters).length === filters && kgGraph.state.brought.size === opened",
        arg=[len(filters), int("open" in said)],
    )
    read: dict[str, Any] = seen.page.evaluate(READ)
    return read


@pytest.mark.parametrize("which", ["library_graph"])
def test_every_number_for_every_filter(request: pytest.FixtureRequest, show: Show, which: str) -> None:
    graph: KnowledgeGraph = request.getfixturevalue(which)
    network = graph.network()
    ends = Counter(end for edge in network.edges for end in (edge.source, edge.target))
    middle = max((node.iri for node in network.nodes if node.kind == "practice"), key=lambda iri: ends[iri])
    with patch.object(kg.render.pages.graph_page, "MANY_NODES", 10):  # a larger network opens with its overview
        seen = show(network, "#view=network")
    for filters in list(facets(seen))[::2]:  # the other values of a filter are counted in the same way
        expected = asked(graph, filters)
        shown = go(seen, filters, level="all")
        there = Counter(look_of(kind).plural for kind in expected.kinds.values())
        assert {name: count for name, count in shown["kinds"] if count} == there, filters
        assert {name: count for name, count in shown["relations"] if count} == Counter(
            kind for _, kind, _ in expected.edges
        ), filters
        assert set(shown["nodes"]) == expected.kinds.keys()
        assert numbers(re.sub(";.*", "", shown["footer"])) == [len(expected.kinds), len(expected.edges)]
        if middle not in expected.kinds:
            continue
        near, shown = expected.around(middle), go(seen, filters, open=middle)
        assert set(shown["nodes"]) == near.kinds.keys(), filters
        assert {tuple(edge) for edge in shown["edges"]} == near.edges, filters
        assert numbers(shown["footer"])[::2] == [len(near.kinds), len(near.edges)]
