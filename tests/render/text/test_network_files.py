"""A network written for other programs is read back whole, whatever characters stand in it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from xml.etree import ElementTree

import networkx as nx
import pytest

from kg.answers.network import Edge, Network, Node
from kg.answers.things import Quotation
from kg.api import KnowledgeGraph
from kg.render.network_files import network_gexf, network_graphml, network_json

HOSTILE = "<b>&amp; \"quoted\" 'too' ]]> \x00\x01\x1b[31m\x0b\ufffe\ud7ff 🧸 \n\t end"
A, B = "https://example.org/a", "https://example.org/b?x=1&y=2"


def hostile(title: str = "Toy", kind: str = "hinders") -> Network:
    """Two nodes with two edges between them, and everything a source can hold in their texts."""
    quotation = Quotation(HOSTILE, HOSTILE, HOSTILE, HOSTILE)
    nodes = (Node(A, "finding", HOSTILE, HOSTILE, HOSTILE, (HOSTILE,), (quotation,)), Node(B, "work", "B"))
    edges = (Edge(A, B, kind, HOSTILE, (quotation,)), Edge(A, B, "found by"))
    return Network(title, nodes, edges, A, "0", {A: (0.0, 0.0), B: (1.5, -2.0)})


def graphml(network: Network) -> nx.MultiDiGraph:
    return nx.parse_graphml(network_graphml(network), force_multigraph=True)


def gexf(network: Network) -> nx.MultiDiGraph:
    return nx.read_gexf(io.BytesIO(network_gexf(network).encode("utf-8")))


Read = Callable[[Network], nx.MultiDiGraph]
Write = Callable[[Network], str]
READERS = pytest.mark.parametrize("read", [graphml, gexf])


@READERS
def test_the_toy_graph_is_read_back_with_all_nodes_and_edges(toy_graph: KnowledgeGraph, read: Read) -> None:
    network = toy_graph.network()
    found = read(network)
    assert set(found.nodes) == {node.iri for node in network.nodes}
    assert sorted((s, t, data["kind"]) for s, t, data in found.edges(data=True)) == sorted(
        (edge.source, edge.target, edge.kind) for edge in network.edges
    )


@READERS
def test_nodes_keep_label_kind_and_place(toy_graph: KnowledgeGraph, read: Read) -> None:
    network = toy_graph.network("PEC1")
    found = read(network)
    for node in network.nodes:
        data = found.nodes[node.iri]
        assert (data["label"], data["kind"]) == (node.label, node.kind)
        assert (float(data["x"]), float(data["y"])) == network.positions[node.iri]


@READERS
def test_what_the_page_filters_by_is_there_for_other_programs(toy_graph: KnowledgeGraph, read: Read) -> None:
    network = toy_graph.network()
    found = read(network)
    for node in network.nodes:
        data = found.nodes[node.iri]
        assert data.get("year", "") == node.year
        assert data.get("areas", "") == "; ".join(node.areas)
        assert data.get("methods", "") == "; ".join(node.methods)
    assert {data["second_hand"] for _, _, data in found.edges(data=True)} == {True, False}


@READERS
def test_edges_keep_the_words_they_rest_on(toy_graph: KnowledgeGraph, read: Read) -> None:
    found = read(toy_graph.network("PEC1"))
    quotations = " ".join(data.get("quotations", "") for _, _, data in found.edges(data=True))
    assert "our tests are slow (example2031, 4.1)" in quotations


@READERS
def test_characters_that_xml_cannot_hold_are_replaced_and_the_rest_kept(read: Read) -> None:
    found = read(hostile())
    assert found.number_of_edges(A, B) == 2
    text = found.nodes[A]["text"]
    assert "<b>&amp; \"quoted\" 'too' ]]>" in text
    assert "🧸" in text
    assert "\N{REPLACEMENT CHARACTER}" in text
    assert not set(text) & set("\x00\x01\x1b\x0b\ufffe")


@pytest.mark.parametrize("write", [network_graphml, network_gexf])
def test_a_title_or_kind_with_a_control_character_is_still_xml(write: Write) -> None:
    # The title is the label of the node in the middle, which can be the authors of a BibTeX entry.
    ElementTree.fromstring(write(hostile(title="a\x01b")))  # noqa: S314 - our own file
    ElementTree.fromstring(write(hostile(kind="a\x01b")))  # noqa: S314 - our own file


@pytest.mark.parametrize("write", [network_graphml, network_gexf, network_json])
def test_the_same_network_gives_the_same_bytes(toy_graph: KnowledgeGraph, write: Write) -> None:
    network = toy_graph.network("PEC1")
    assert write(network) == write(network)
    assert "2026" not in write(network)


def test_json_holds_everything_as_it_is() -> None:
    data = json.loads(network_json(hostile()))
    assert data["nodes"][0]["text"] == HOSTILE
    assert data["edges"][0]["quotations"][0]["quote"] == HOSTILE
    assert data["focus"] == A
    assert [(node["x"], node["y"]) for node in data["nodes"] if node["id"] == B] == [(1.5, -2.0)]
    assert len(nx.node_link_graph(data, edges="edges")) == len(data["nodes"])


@READERS
def test_an_empty_network_is_a_file_too(read: Read) -> None:
    assert len(read(Network("Nothing", (), ()))) == 0
