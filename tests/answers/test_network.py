"""The network: nodes, and edges with reasons and quotations."""

from __future__ import annotations

import pytest

from kg.answers.network import KINDS, Network, Node
from kg.api import KnowledgeGraph
from kg.core.iris import mint
from kg.core.problems import UsageError

PEC1 = mint("finding", "example2031", "PEC1").value
TESTING = mint("practice", "continuous-testing").value
TOOLS = mint("challenge", "test-automation-tooling-gap").value
EXAMPLE, MUSTER, ACME = (mint("publication", key).value for key in ("example2031", "muster2032", "acme2030"))


@pytest.fixture(scope="module")
def whole(toy_graph: KnowledgeGraph) -> Network:
    return toy_graph.network()


def nodes(network: Network) -> dict[str, Node]:
    return {node.iri: node for node in network.nodes}


def edges(network: Network) -> dict[tuple[str, str, str], tuple[str, ...]]:
    return {(e.source, e.kind, e.target): tuple(q.text for q in e.quotations) for e in network.edges}


def test_things_are_nodes_of_their_kind(whole: Network) -> None:
    found = nodes(whole)
    assert {found[iri].kind for iri in (TESTING, TOOLS, EXAMPLE, PEC1)} == {"practice", "challenge", "work", "finding"}
    assert found[mint("finding", "muster2032", "acme-silo").value].kind == "reported-finding"
    assert found[mint("participant", "example2031", "P1").value].label == "P1 · Toy tester"
    assert {node.kind for node in whole.nodes} <= set(KINDS)


def test_a_node_has_its_text_key_and_alternative_labels(whole: Network) -> None:
    found = nodes(whole)
    assert found[PEC1].text == "Missing tools hinder testing in both toy teams."
    assert found[PEC1].key == "example2031"
    assert "CT" in found[TESTING].alternatives


def test_an_edge_rests_on_quotations_with_section_work_and_speaker(whole: Network) -> None:
    (edge,) = [e for e in whole.edges if (e.source, e.kind) == (PEC1, "identifies")]
    assert edge.target == TOOLS
    assert edge.text == "Missing tools hinder testing in both toy teams."
    slow = next(q for q in edge.quotations if q.text == "our tests are slow")
    assert (slow.section, slow.work, slow.key) == ("4.1", "Example and Örtel (2031)", "example2031")
    assert (slow.said_by, slow.page, slow.url) == ("P1, Toy tester", "5", "https://doi.org/10.5555/toy.1")


def test_a_quotation_links_to_the_address_of_a_work_without_doi(whole: Network) -> None:
    quoted = {q.key: q.url for edge in whole.edges for q in edge.quotations}
    assert quoted["muster2032"] == "https://example.org/toy-tests"


def test_equal_relations_are_one_edge_with_all_quotations(whole: Network) -> None:
    words = edges(whole)[TOOLS, "hinders", TESTING]
    assert {"our tests are slow", "testers asked for tools", "Acme toys are tested by hand"} <= set(words)
    assert len(words) == len(set(words))


def test_mitigation_leads_from_practice_to_challenge(whole: Network) -> None:
    planning, silo = mint("practice", "continuous-planning").value, mint("challenge", "silo-working").value
    assert (planning, "mitigates", silo) in edges(whole)
    assert (silo, "hinders", planning) not in edges(whole)


def test_an_absent_practice_has_another_kind_of_edge(whole: Network) -> None:
    pec2, budgeting = mint("finding", "example2031", "PEC2").value, mint("practice", "continuous-budgeting").value
    assert (pec2, "does not find", budgeting) in edges(whole)
    assert (pec2, "concerns", budgeting) not in edges(whole)


def test_relations_and_citations_are_edges_of_their_kind(whole: Network) -> None:
    found = edges(whole)
    mine, theirs = mint("finding", "example2031", "F3").value, mint("finding", "muster2032", "F3").value
    assert found[theirs, "contradicts", mine] == ("unlike Example and Örtel",)
    assert found[PEC1, "agrees with", ACME] == ("in line with Acme",)
    assert (EXAMPLE, "cites as related", MUSTER) in found


def test_a_second_hand_finding_is_linked_to_its_study_and_to_its_source(whole: Network) -> None:
    told = mint("finding", "muster2032", "acme-silo").value
    assert {(told, "found by", ACME), (told, "reported in", MUSTER)} <= set(edges(whole))
    assert (told, "found by", MUSTER) not in edges(whole)


def test_edges_connect_nodes_and_are_unique(whole: Network) -> None:
    found = nodes(whole)
    assert all(edge.source in found and edge.target in found for edge in whole.edges)
    assert len(edges(whole)) == len(whole.edges)


def test_edges_have_quotations_except_those_of_the_vocabulary(whole: Network) -> None:
    of_the_vocabulary = {"in area", "comprises", "narrower than", "uses method", "in context"}
    without = {(e.source, e.kind) for e in whole.edges if not e.quotations and e.kind not in of_the_vocabulary}
    assert without == {(EXAMPLE, "cites as related"), (mint("finding", "muster2032", "F3").value, "disputes")}


@pytest.mark.parametrize(("depth", "reached"), [(0, set()), (1, {TESTING, TOOLS, EXAMPLE}), (2, {MUSTER})])
def test_the_neighbourhood_reaches_as_far_as_asked(toy_graph: KnowledgeGraph, depth: int, reached: set[str]) -> None:
    part = toy_graph.network("PEC1", depth)
    assert part.focus == PEC1
    assert {PEC1} | reached <= set(nodes(part))
    if depth < 2:
        assert MUSTER not in nodes(part)


def test_a_study_is_shown_as_its_publication(toy_graph: KnowledgeGraph) -> None:
    assert toy_graph.network("study/example2031", 0).focus == EXAMPLE


@pytest.mark.parametrize("name", ["nobody knows this", "N1"])
def test_a_thing_that_is_not_in_the_network_is_an_error(toy_graph: KnowledgeGraph, name: str) -> None:
    with pytest.raises(UsageError):
        toy_graph.network(name)


def test_a_network_has_positions_and_the_snapshot(whole: Network, toy_graph: KnowledgeGraph) -> None:
    assert set(whole.positions) == set(nodes(whole))
    assert whole.snapshot == toy_graph.snapshot
