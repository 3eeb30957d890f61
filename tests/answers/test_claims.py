"""What findings claim of pairs is what the cells of the evidence map contain."""

from __future__ import annotations

import pytest

from kg.api import KnowledgeGraph

GRAPHS = ["library_graph", "effects_graph", "review_graph"]


@pytest.mark.parametrize("columns", ["challenge", "outcome"])
@pytest.mark.parametrize("which", GRAPHS)
def test_claims_are_the_findings_in_the_cells_of_the_map(
    request: pytest.FixtureRequest, which: str, columns: str
) -> None:
    graph: KnowledgeGraph = request.getfixturevalue(which)
    network = graph.network()
    kind = {node.iri: node.kind for node in network.nodes}
    methods = {node.iri: node.methods for node in network.nodes}
    evidence_map = graph.evidence_map("practice", columns)
    in_cells = {
        (f.iri, *pair, f.polarity, f.study, f.first_hand, f.year, f.key, f.via_key, f.methods)
        for pair, cell in evidence_map.cells.items()
        for f in cell.findings
    }
    claimed = {
        (c.finding, c.practice, c.target, c.polarity, c.study, c.first_hand, c.year, c.key, c.via_key,
         methods[c.finding])
        for c in network.claims if kind[c.target] == columns
    }  # fmt: skip
    assert claimed == in_cells


def test_a_network_around_a_thing_has_no_claims(library_graph: KnowledgeGraph) -> None:
    assert library_graph.network().claims
    assert library_graph.network("continuous-testing").claims == ()
    assert library_graph.network(view="practices").claims == ()


@pytest.mark.parametrize("which", GRAPHS)
def test_the_reasons_of_an_edge_have_all_its_words_and_quotations(request: pytest.FixtureRequest, which: str) -> None:
    graph: KnowledgeGraph = request.getfixturevalue(which)
    network = graph.network()
    nodes = {node.iri: node for node in network.nodes}
    resting = [edge for edge in network.edges if edge.reasons]
    assert {"hinders", "concerns"} <= {edge.kind for edge in resting} or which == "effects_graph"
    for edge in resting:
        behind = [nodes[iri] for iri in edge.reasons]
        assert edge.quotations == tuple(dict.fromkeys(one for node in behind for one in node.quotations))
        assert edge.text == "\n".join(dict.fromkeys(node.text for node in behind))
        assert edge.second_hand == all(node.kind == "reported-finding" for node in behind)
