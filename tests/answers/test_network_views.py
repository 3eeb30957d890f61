"""Views of the network: what each shows and leaves out, and the sums of an overview."""

from __future__ import annotations

import pytest

from kg.answers.network import Edge, Network, Node
from kg.answers.network_views import LINKS, VIEWS, outline_of, outlined
from kg.api import KnowledgeGraph
from kg.core.iris import mint
from kg.core.problems import UsageError

TESTING = mint("practice", "continuous-testing").value
TOOLS = mint("challenge", "test-automation-tooling-gap").value
EXAMPLE, MUSTER = mint("publication", "example2031").value, mint("publication", "muster2032").value
PEC1 = mint("finding", "example2031", "PEC1").value


@pytest.fixture(scope="module")
def whole(toy_graph: KnowledgeGraph) -> Network:
    return toy_graph.network()


def kinds(network: Network) -> set[str]:
    return {node.kind for node in network.nodes}


def test_practices_and_challenges_only(toy_graph: KnowledgeGraph, whole: Network) -> None:
    found = toy_graph.network(view="practices")
    assert kinds(found) == {"practice", "area", "challenge"}
    assert {(e.source, e.kind, e.target) for e in whole.edges if e.kind in LINKS} <= {
        (e.source, e.kind, e.target) for e in found.edges
    }


def test_citations_are_of_works_and_findings_with_their_reasons(toy_graph: KnowledgeGraph) -> None:
    found = toy_graph.network(view="citations")
    assert kinds(found) <= {"work", "finding"}
    said = {(e.source, e.kind, e.target) for e in found.edges}
    assert (EXAMPLE, "cites as related", MUSTER) in said
    assert (PEC1, "found by", EXAMPLE) in said, "who reads an agreement wants to know whose"


def test_the_evidence_on_a_practice_has_findings_works_participants_and_challenges(toy_graph: KnowledgeGraph) -> None:
    found = toy_graph.network("continuous-testing", view="evidence")
    assert {TESTING, TOOLS, PEC1, EXAMPLE} <= {node.iri for node in found.nodes}
    assert {"participant", "reported-finding"} <= kinds(found)
    assert found.focus == TESTING
    assert "area" not in kinds(found)


def test_the_evidence_on_a_category_includes_its_challenges() -> None:
    nodes = (
        Node("top", "challenge", "top"),
        Node("sub", "challenge", "sub"),
        Node("f", "finding", "F1"),
        Node("w", "work", "W"),
        Node("apart", "finding", "F2"),
    )
    edges = (
        Edge("sub", "top", "narrower than"),
        Edge("f", "sub", "identifies"),
        Edge("f", "w", "found by"),
        Edge("apart", "w", "found by"),
    )
    _, evidence = VIEWS["evidence"]
    found = evidence(Network("", nodes, edges, "top"))
    assert {node.iri for node in found.nodes} == {"top", "sub", "f", "w"}


def test_an_overview_sums_the_links_of_each_category_with_their_quotations(toy_graph: KnowledgeGraph) -> None:
    whole, found = toy_graph.network(), toy_graph.network(view="overview")
    assert kinds(found) <= {"practice", "area", "challenge", "approach"}
    tops = {e.source for e in whole.edges if e.kind == "narrower than"}
    assert not {node.iri for node in found.nodes if node.kind == "challenge"} & tops, "only categories"
    assert sum(e.weight for e in found.edges if e.kind in LINKS) == sum(e.kind in LINKS for e in whole.edges)
    quotes = {q.text for e in whole.edges if e.kind in LINKS for q in e.quotations}
    assert {q.text for e in found.edges if e.kind in LINKS for q in e.quotations} == quotes
    texts = [e.text for e in found.edges if e.target == TESTING and e.kind == "hinders"]
    assert sum("lack of test automation tools hinders continuous testing" in text for text in texts) == 1


def test_an_overview_has_the_broadest_practices_and_sums_the_links_of_narrower_ones() -> None:
    """The whole review has more than a hundred practices, which cover each other in a picture."""
    names = {"wide": "practice", "narrow": "practice", "narrower": "practice", "c": "challenge", "a": "area"}
    nodes = tuple(Node(name, kind, name) for name, kind in names.items())
    edges = (
        Edge("narrow", "wide", "narrower than"),
        Edge("narrower", "narrow", "narrower than"),
        Edge("narrow", "a", "in area"),
        *(Edge("c", practice, "hinders") for practice in ("wide", "narrow", "narrower")),
        Edge("narrower", "c", "mitigates"),
    )
    outline = outline_of(Network("", nodes, edges))
    assert outline.nodes == {"wide", "c", "a"}
    assert {(one.source, one.kind, one.target): numbers for one, numbers in outline.sums} == {
        ("c", "hinders", "wide"): (3, 4, 5),
        ("wide", "mitigates", "c"): (6,),
    }


def test_an_overview_edge_lists_the_edges_that_it_stands_for(whole: Network) -> None:
    for edge, numbers in outline_of(whole).sums:
        assert len(numbers) == edge.weight
        assert {whole.edges[number].kind for number in numbers} == {edge.kind}


def test_a_circular_hierarchy_has_an_overview() -> None:
    nodes = (Node("a", "challenge", "a"), Node("b", "challenge", "b"), Node("p", "practice", "p"))
    edges = (Edge("a", "b", "narrower than"), Edge("b", "a", "narrower than"), Edge("a", "p", "hinders"))
    assert sum(edge.weight for edge in outlined(Network("", nodes, edges)).edges if edge.kind == "hinders") == 1


def test_the_overview_without_practices_has_the_best_connected_nodes() -> None:
    nodes = tuple(Node(f"w{n}", "work", f"W{n}") for n in range(200))
    edges = tuple(Edge(f"w{n}", f"w{n // 10}", "cites") for n in range(10, 200))
    found = outline_of(Network("", nodes, edges))
    assert len(found.nodes) == 60
    assert {f"w{n}" for n in range(1, 20)} <= found.nodes
    assert found.sums == ()


def test_the_overview_of_a_focus_has_its_neighbours() -> None:
    nodes = tuple(Node(f"n{n}", "finding", f"N{n}") for n in range(9))
    edges = tuple(Edge(f"n{n}", f"n{n + 1}", "refines") for n in range(8))
    assert outline_of(Network("", nodes, edges, "n4")).nodes == {"n3", "n4", "n5"}


@pytest.mark.parametrize(
    ("about", "view", "words"),
    [
        ("", "nothing", "no view `nothing`"),
        ("", "evidence", "--about"),
        ("PEC1", "practices", "is not in the view"),
    ],
)
def test_a_view_without_the_focus_is_an_error(toy_graph: KnowledgeGraph, about: str, view: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        toy_graph.network(about, view=view)


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_of_the_real_graph_is_complete(review_graph: KnowledgeGraph, view: str) -> None:
    found = review_graph.network("continuous-testing" if view == "evidence" else "", view=view)
    iris = {node.iri for node in found.nodes}
    assert set(found.positions) == iris
    assert found.edges
    assert all(edge.source in iris and edge.target in iris for edge in found.edges)


def test_a_node_has_its_year_areas_and_methods(whole: Network) -> None:
    found = {node.iri: node for node in whole.nodes}
    assert found[EXAMPLE].year == "2031"
    assert found[PEC1].year == "2031"
    assert found[PEC1].areas == found[TESTING].areas == ("development",)
    assert found[EXAMPLE].methods == found[PEC1].methods
    assert found[EXAMPLE].methods
    told = found[mint("finding", "muster2032", "acme-silo").value]
    assert told.year == "2030", "the year of the work that found it, not of the one that tells"
