"""The graph in the libraries that people write scripts with: rdflib, networkx, pyvis and bibtexparser."""

from __future__ import annotations

import io
import json
import re
import socket
import sys
from pathlib import Path

import networkx as nx
import pyoxigraph as ox
import pytest
import rdflib

import kg
from kg.answers.libraries import to_rdflib
from kg.answers.network import Edge, Network, Node
from kg.answers.things import Quotation
from kg.api import KnowledgeGraph
from kg.core.problems import UsageError

HOSTILE = '<a href="javascript:alert(1)">x</a><img src=x onerror=alert(1)></script><script>alert(1)</script>'
DOCS = Path(__file__).parents[2] / "docs" / "graph.md"


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.fixture(scope="module")
def network(toy_graph: KnowledgeGraph) -> Network:
    return toy_graph.network("PEC1")


def hostile() -> Network:
    words = Quotation(HOSTILE, HOSTILE, HOSTILE, HOSTILE)
    nodes = (
        Node("x:a", "practice", HOSTILE, HOSTILE, quotations=(words,)),
        Node(f"x:{HOSTILE}", "work", "\0\x0b", year="not known"),
    )
    return Network(HOSTILE, nodes, (Edge("x:a", nodes[1].iri, HOSTILE, HOSTILE, (words,), True, 3),))


# --- rdflib ---


def lines(dataset: rdflib.Dataset) -> set[str]:
    """The quads as N-Quads, written by the engine that wrote build/graph.nq."""
    text = dataset.serialize(format="nquads").encode()
    return {str(quad) for quad in ox.parse(text, format=ox.RdfFormat.N_QUADS)}


@pytest.mark.usefixtures("offline")
def test_rdflib_has_the_quads_of_the_built_graph_term_by_term(review_graph: KnowledgeGraph) -> None:
    built = {str(quad) for quad in ox.parse(review_graph.nquads(), format=ox.RdfFormat.N_QUADS)}
    dataset = review_graph.to_rdflib()
    assert lines(dataset) == built
    assert len(dataset) == len({line.rsplit(" <", 1)[0] for line in built})


@pytest.mark.usefixtures("offline")
def test_plain_sparql_finds_the_triples_of_all_named_graphs(toy_graph: KnowledgeGraph) -> None:
    text = "SELECT DISTINCT ?id WHERE { ?finding a cs:Finding ; dcterms:identifier ?id } ORDER BY ?id"
    found = [str(row[0]) for row in toy_graph.to_rdflib().query(text)]
    assert found == [row["id"] for row in toy_graph.sparql(text)]
    assert found


@pytest.mark.parametrize(
    "literal",
    [
        '"01"^^<http://www.w3.org/2001/XMLSchema#integer>',
        '"1.50"^^<http://www.w3.org/2001/XMLSchema#decimal>',
        '"yes"^^<http://www.w3.org/2001/XMLSchema#boolean>',
        '"2024"^^<http://www.w3.org/2001/XMLSchema#gYear>',
        '" a  b "',
        '"Prüfung"@de',
        '""',
    ],
)
def test_literals_are_not_rewritten_for_rdflib(literal: str) -> None:
    (quad,) = to_rdflib(f"<x:s> <x:p> {literal} <x:g> .\n".encode()).quads()
    assert quad[2].n3() == literal
    assert str(quad[3]) == "x:g"


# --- networkx ---


def test_networkx_has_typed_attributes(network: Network) -> None:
    graph = network.to_networkx()
    assert set(graph) == {node.iri for node in network.nodes}
    assert graph.number_of_edges() == len(network.edges)
    work = next(node for node in network.nodes if node.kind == "work")
    attributes = graph.nodes[work.iri]
    assert (attributes["label"], attributes["kind"], attributes["key"]) == (work.label, "work", work.key)
    assert attributes["year"] == int(work.year)
    assert (attributes["x"], attributes["y"]) == network.positions[work.iri]
    assert any("year" not in data for _, data in graph.nodes(data=True))
    for source, target, key, data in graph.edges(keys=True, data=True):
        edge = network.edges[key]
        assert (edge.source, edge.target, edge.kind, edge.second_hand) == (
            source,
            target,
            data["kind"],
            data["second_hand"],
        )
        assert [quotation["quote"] for quotation in json.loads(data["quotations"])] == [q.text for q in edge.quotations]


@pytest.mark.parametrize("name", ["real", "hostile"])
def test_networkx_can_write_the_network_and_read_it_back(network: Network, name: str) -> None:
    graph = (network if name == "real" else hostile()).to_networkx()
    out = io.BytesIO()
    nx.write_graphml(graph, out)
    read = nx.read_graphml(io.BytesIO(out.getvalue()), force_multigraph=True, node_type=str, edge_key_type=int)
    assert {iri: dict(data) for iri, data in read.nodes(data=True)} == dict(graph.nodes(data=True))
    assert sorted(read.edges(keys=True)) == sorted(graph.edges(keys=True))
    nx.write_gexf(graph, io.BytesIO())
    links = json.loads(json.dumps(nx.node_link_data(graph, edges="edges")))
    assert nx.utils.graphs_equal(nx.node_link_graph(links, edges="edges"), graph)


# --- pyvis ---


def test_pyvis_has_the_nodes_and_edges_at_their_positions(network: Network) -> None:
    made = network.to_pyvis(height="300px")
    assert made.get_nodes() == [node.iri for node in network.nodes]
    assert (made.num_edges(), made.height, made.options.physics.enabled) == (len(network.edges), "300px", False)
    first = made.get_node(network.nodes[0].iri)
    assert (first["x"], first["y"]) == network.positions[network.nodes[0].iri]
    made.add_node("mine", label="My own node")
    made.add_edge("mine", network.nodes[0].iri)
    assert "My own node" in made.generate_html()


def test_a_pyvis_page_loads_nothing_from_other_hosts(network: Network) -> None:
    page = network.to_pyvis().generate_html()
    assert not re.search(r"<(?:script|link|img)\b[^>]*(?:src|href)=[\"']?(?:https?:)?//", page)


def test_no_text_of_the_data_is_markup_in_a_pyvis_page() -> None:
    made = hostile().to_pyvis(heading=HOSTILE, select_menu=True, filter_menu=True)
    made.add_node("mine", title='<a href="https://example.org/">my link</a>')
    page = made.generate_html()
    assert "<script>alert" not in page
    assert "<img" not in page
    titles = [thing["title"] for thing in (*made.nodes[:-1], *made.edges)]
    assert titles
    assert not any(set(title) & set("<>") for title in titles)


def test_a_pyvis_page_can_be_saved(network: Network, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    network.to_pyvis().show("network.html")
    assert [path.name for path in tmp_path.iterdir()] == ["network.html"]


@pytest.mark.parametrize("library", ["networkx", "pyvis"])
def test_a_missing_library_is_named_with_its_extra(
    network: Network, monkeypatch: pytest.MonkeyPatch, library: str
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(UsageError, match=r"'\.\[graph\]"):
        getattr(network, f"to_{library}")()


# --- bibtexparser ---


def test_a_bibliography_has_the_entries_with_their_parents(toy_graph: KnowledgeGraph) -> None:
    library = toy_graph.bibliography(["example2031"])
    assert not library.failed_blocks
    assert library.entries_dict["example2031"]["doi"].endswith("10.5555/toy.1")
    assert list(library.entries_dict) == list(toy_graph.entries(["example2031"]))


# --- the package and its documentation ---


def test_public_names_can_be_completed_and_imported() -> None:
    assert set(kg.__all__) <= set(dir(kg))
    assert all(getattr(kg, name).__name__ == name for name in kg.__all__ if name != "__version__")
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        _ = kg.Nothing


def test_the_examples_in_the_documentation_run(
    review: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("network.html", "network.graphml", "testing.bib"):
        assert not (review / name).exists()
    monkeypatch.chdir(review)
    blocks = re.findall(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.S)
    exec("\n".join(blocks), {})  # noqa: S102 # our own examples
    made = {name: review / name for name in ("network.html", "network.graphml", "testing.bib")}
    assert all(path.stat().st_size for path in made.values())
    for path in made.values():
        path.unlink()
    assert capsys.readouterr().out
