"""A network written for other programs is read back whole, whatever characters stand in it.

`networkx` reads the files here; other programs do in test_network_readers.py.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.answers.libraries import xml_text
from kg.answers.network import Edge, Network, Node
from kg.answers.things import Quotation, as_json
from kg.api import KnowledgeGraph
from kg.core.kinds import LEGEND
from kg.render import formats
from kg.render.network_files import network_gexf, network_graphml, network_json
from kg.render.network_tools import network_pajek, network_vosviewer

HOSTILE = "<b>&amp; \"quoted\" 'too' ]]> \x00\x01\x1b[31m\x0b\ufffe\ud7ff 🧸 \n\t \r end"
A, B = "https://example.org/a", "https://example.org/b?x=1&y=2"
GEXF, VIZ = "{http://gexf.net/1.3}", "{http://gexf.net/1.3/viz}"
GEXF_CHILDREN = {
    "gexf": ["meta", "graph"], "graph": ["attributes", "nodes", "edges"], "attributes": ["attribute"],
    "nodes": ["node"], "edges": ["edge"], "attvalues": ["attvalue"], "node": ["attvalues"], "edge": ["attvalues"],
}  # fmt: skip
"""What an element of GEXF 1.3 contains here and in which order, beside the elements of viz of nodes and edges."""
GEXF_TYPES = {"string": ".*", "integer": "-?[0-9]+", "boolean": "true|false", "double": "-?[0-9.]+(e[-+]?[0-9]+)?"}
"""How values of the types are written, by XML Schema."""
YED = "{http://www.yworks.com/xml/graphml}"


def hostile(title: str = "Toy", kind: str = "hinders") -> Network:
    """Two nodes with two edges between them, and everything a source can hold in their texts."""
    quotation = Quotation(HOSTILE, HOSTILE, HOSTILE, HOSTILE)
    nodes = (Node(A, "finding", HOSTILE, HOSTILE, HOSTILE, (HOSTILE,), (quotation,)), Node(B, "work", "B"))
    edges = (Edge(A, B, kind, HOSTILE, (quotation,)), Edge(A, B, "found by"))
    return Network(title, nodes, edges, A, "0", {A: (0.0, 0.0), B: (1.5, -2.0)})


texts = st.one_of(st.text(max_size=8), st.text(st.sampled_from("\x00\x01\t\n\r \ud800\ufffe&<>\"';]\\%a"), max_size=8))
quoted = st.lists(st.builds(Quotation, texts, texts, texts, texts, page=texts), max_size=2).map(tuple)


@st.composite
def networks(draw: st.DrawFn) -> Network:
    """Any network: hostile letters everywhere, ids that differ only in them, parallel edges and loops."""
    iris = draw(st.lists(texts, min_size=1, max_size=5, unique=True))
    kinds = st.sampled_from([*LEGEND, "x"])
    nodes = [
        Node(iri, draw(kinds), draw(texts), draw(texts), draw(texts), (draw(texts),), draw(quoted), draw(texts))
        for iri in iris
    ]
    edge = st.builds(
        Edge, st.sampled_from(iris), st.sampled_from(iris), texts, texts, quoted, st.booleans(), st.integers(1, 9)
    )
    places = {iri: (float(draw(st.integers(-9, 9))), 1.5) for iri in iris}
    return Network(draw(texts), tuple(nodes), tuple(draw(st.lists(edge, max_size=6))), iris[0], "0", places)


def graphml(network: Network) -> nx.MultiDiGraph:
    return nx.parse_graphml(network_graphml(network), force_multigraph=True)


def gexf(network: Network) -> nx.MultiDiGraph:
    return nx.MultiDiGraph(nx.read_gexf(io.BytesIO(network_gexf(network).encode("utf-8"))))


def from_json(network: Network) -> nx.MultiDiGraph:
    return nx.node_link_graph(json.loads(network_json(network).encode("utf-8")), edges="edges")


Read = Callable[[Network], nx.MultiDiGraph]
Write = Callable[[Network], str]
READERS = pytest.mark.parametrize("read", [graphml, gexf])
WRITERS = pytest.mark.parametrize(
    "write", [network_graphml, network_gexf, network_json, network_vosviewer, network_pajek]
)


def given_values(thing: Node | Edge) -> dict[str, object]:
    """What a file must contain of a node or edge, as XML has it: nothing that is empty."""
    texts = {"kind": thing.kind, "text": thing.text, "quotations": ""}
    if thing.quotations:
        # JSON can contain half a character, as an escape.
        quotations = json.dumps(as_json(thing.quotations), ensure_ascii=False)
        texts["quotations"] = re.sub("[\ud800-\udfff]", lambda found: f"\\u{ord(found[0]):04x}", quotations)
    if isinstance(thing, Node):
        texts |= {"label": thing.label, "key": thing.key, "areas": "; ".join(thing.areas)}
        texts |= {"methods": "; ".join(thing.methods), "alternatives": "; ".join(thing.alternatives)}
        number = thing.year.isascii() and thing.year.isdecimal()
        texts["year" if number else "year_as_given"] = thing.year
    else:
        texts["label"] = thing.kind
    values: dict[str, object] = {name: xml_text(text) for name, text in texts.items() if text}
    if isinstance(thing, Edge):
        values |= {"second_hand": thing.second_hand, "weight": thing.weight}
    elif "year" in values:
        values["year"] = int(thing.year)
    return values


def found_values(data: Mapping[str, object]) -> dict[str, object]:
    own = ("x", "y", "viz", "id", "interaction")
    return {name: value for name, value in data.items() if name not in own and value not in (None, "")}


@READERS
@settings(max_examples=25)
@given(networks())
def test_no_value_of_any_network_is_lost_in_xml(read: Read, network: Network) -> None:
    found = read(network)
    # Both readers keep the order of the file.
    assert [found_values(data) for _, data in found.nodes(data=True)] == [given_values(node) for node in network.nodes]
    edges = {data["id"] if read is gexf else key: data for _, _, key, data in found.edges(keys=True, data=True)}
    assert [found_values(edges[f"e{n}"]) for n in range(len(network.edges))] == [
        given_values(edge) for edge in network.edges
    ]


@settings(max_examples=25)
@given(networks())
def test_the_ids_of_nodes_and_edges_are_unique(network: Network) -> None:
    for text in (network_graphml(network), network_gexf(network)):
        root = ElementTree.fromstring(text)  # noqa: S314 - our own file
        for tag, count in (("node", len(network.nodes)), ("edge", len(network.edges))):
            ids = [one.get("id") for one in root.iter() if one.tag.endswith("}" + tag)]
            assert all(ids)
            assert len(set(ids)) == len(ids) == count


@settings(max_examples=25)
@given(networks())
def test_json_has_every_value_as_it_is(network: Network) -> None:
    found = from_json(network)
    assert [(iri, data.get("label", ""), data.get("text", "")) for iri, data in found.nodes(data=True)] == [
        (node.iri, node.label, node.text) for node in network.nodes
    ]
    edges = sorted(found.edges(keys=True, data=True), key=lambda edge: edge[2])
    assert [(s, t, data.get("kind", ""), data.get("quotations", [])) for s, t, _, data in edges] == [
        (edge.source, edge.target, edge.kind, as_json(edge.quotations)) for edge in network.edges
    ]


@settings(max_examples=25)
@given(networks())
def test_gexf_has_the_structure_of_version_1_3(network: Network) -> None:
    root = ElementTree.fromstring(network_gexf(network).encode("utf-8"))  # noqa: S314  # our own file
    assert (root.tag, root.get("version")) == (f"{GEXF}gexf", "1.3")
    for above in root.iter():
        if (name := above.tag.removeprefix(GEXF)) in GEXF_CHILDREN:
            tags = [one.tag for one in above if not one.tag.startswith(VIZ)]
            allowed = [f"{GEXF}{tag}" for tag in GEXF_CHILDREN[name]]
            assert tags == sorted(tags, key=allowed.index)
    graph = root.find(f"{GEXF}graph")
    assert graph is not None
    assert graph.get("defaultedgetype") in ("directed", "undirected", "mutual")
    nodes, edges = list(graph.iter(f"{GEXF}node")), list(graph.iter(f"{GEXF}edge"))
    ids = [one.get("id") for one in nodes]
    assert len(set(ids)) == len(ids) == len(network.nodes)
    assert {end for edge in edges for end in (edge.get("source"), edge.get("target"))} <= set(ids)
    assert all(float(edge.get("weight", "1")) > 0 for edge in edges)
    declared = {
        (group.get("class"), one.get("id")): one.get("type")
        for group in graph.findall(f"{GEXF}attributes")
        for one in group
    }
    assert set(declared.values()) <= {"string", "integer", "boolean", "double"}
    for kind, several in (("node", nodes), ("edge", edges)):
        for value in (value for one in several for value in one.iter(f"{GEXF}attvalue")):
            read = GEXF_TYPES[declared[kind, value.get("for")] or ""]
            assert re.fullmatch(read, value.get("value") or "", re.DOTALL)


@settings(max_examples=25)
@given(networks())
def test_vosviewer_and_pajek_have_every_node_and_link(network: Network) -> None:
    found = json.loads(network_vosviewer(network).encode("utf-8"))["network"]
    assert [item["id"] for item in found["items"]] == list(range(1, len(network.nodes) + 1))
    strength = sum(link["strength"] for link in found["links"])
    assert strength == sum(edge.weight for edge in network.edges if edge.source != edge.target)
    pajek = nx.parse_pajek(network_pajek(network).encode("ascii").decode())
    assert (pajek.number_of_nodes(), pajek.number_of_edges()) == (len(network.nodes), len(network.edges))


@READERS
def test_the_toy_graph_is_read_back_with_all_nodes_and_edges(toy_graph: KnowledgeGraph, read: Read) -> None:
    network = toy_graph.network()
    found = read(network)
    assert list(found.nodes) == [node.iri for node in network.nodes]
    assert sorted((s, t, data["kind"]) for s, t, data in found.edges(data=True)) == sorted(
        (edge.source, edge.target, edge.kind) for edge in network.edges
    )
    assert {type(data["year"]) for _, data in found.nodes(data=True) if "year" in data} == {int}
    assert {data["second_hand"] for _, _, data in found.edges(data=True)} == {True, False}


def test_places_of_graphml_are_those_of_the_picture_and_gexf_has_the_y_of_gephi(toy_graph: KnowledgeGraph) -> None:
    network = toy_graph.network("PEC1")
    found, seen = graphml(network), gexf(network)
    for node in network.nodes:
        x, y = network.positions[node.iri]
        assert (found.nodes[node.iri]["x"], found.nodes[node.iri]["y"]) == (x, y)
        viz = seen.nodes[node.iri]["viz"]
        assert (viz["position"]["x"], viz["position"]["y"]) == (x, -y)
        assert viz["size"] > 0
    finding = next(node.iri for node in network.nodes if node.kind == "finding")
    assert {"r": 0, "g": 158, "b": 115}.items() <= seen.nodes[finding]["viz"]["color"].items()


def test_graphml_has_names_and_places_where_yed_looks_for_them() -> None:
    root = ElementTree.fromstring(network_graphml(hostile()))  # noqa: S314 - our own file
    keys = {key.get("yfiles.type"): key.get("id") for key in root.iter() if key.get("yfiles.type")}
    assert keys == {"nodegraphics": "d3", "edgegraphics": "d7"}
    shapes = list(root.iter(f"{YED}ShapeNode"))
    assert [shape.findtext(f"{YED}NodeLabel") for shape in shapes][1] == "B"
    geometry = shapes[1].find(f"{YED}Geometry")
    assert geometry is not None
    middle = {axis: float(geometry.attrib[axis]) + float(geometry.attrib[size]) / 2
              for axis, size in (("x", "width"), ("y", "height"))}  # fmt: skip
    assert middle == {"x": 1.5, "y": -2.0}
    assert [label.text for label in root.iter(f"{YED}EdgeLabel")] == ["hinders", "found by"]


def test_characters_that_xml_cannot_contain_are_replaced_and_reported() -> None:
    said: list[str] = []
    text = graphml(hostile()).nodes[A]["text"]
    network_graphml(hostile(), said.append)
    assert text == xml_text(HOSTILE)
    assert said
    assert "that XML cannot contain replaced by U+FFFD" in said[0]
    network_gexf(Network("T", (Node(A, "work", "A"),), ()), said.append)
    assert len(said) == 1


@pytest.mark.parametrize("write", [network_graphml, network_gexf])
def test_a_title_or_kind_with_a_control_character_is_still_xml(write: Write) -> None:
    # The title is the label of the node in the middle, which can be the authors of a BibTeX entry.
    ElementTree.fromstring(write(hostile(title="a\x01b")))  # noqa: S314 - our own file
    ElementTree.fromstring(write(hostile(kind="a\x01b")))  # noqa: S314 - our own file


@WRITERS
def test_the_same_network_gives_the_same_bytes(toy_graph: KnowledgeGraph, write: Write) -> None:
    network = toy_graph.network("PEC1")
    assert write(network) == write(network)
    assert "2026" not in write(network)


@WRITERS
def test_an_edge_without_its_node_is_an_error(write: Write) -> None:
    with pytest.raises(ValueError, match="leads to a node that is not in the network"):
        write(replace(hostile(), nodes=hostile().nodes[:1]))


@WRITERS
def test_an_empty_network_is_a_file_too(write: Write) -> None:
    assert write(Network("Nothing", (), ()))
    assert [len(read(Network("Nothing", (), ()))) for read in (graphml, gexf, from_json)] == [0, 0, 0]


def test_json_says_what_the_network_is(toy_graph: KnowledgeGraph) -> None:
    network = toy_graph.network("PEC1")
    found = from_json(network)
    assert found.graph == {"title": network.title, "focus": network.focus, "snapshot": network.snapshot}
    assert (found.nodes[network.focus]["x"], found.nodes[network.focus]["y"]) == network.positions[network.focus]
    assert isinstance(next(data["year"] for _, data in found.nodes(data=True) if "year" in data), int)


def test_vosviewer_gets_what_its_documentation_says(toy_graph: KnowledgeGraph) -> None:
    """Fields and types of https://app.vosviewer.com/docs/file-types/json-file-type."""
    network = toy_graph.network()
    said: list[str] = []
    found = json.loads(network_vosviewer(network, said.append))
    assert found["info"]["title"] == network.title
    clusters = {cluster["cluster"]: cluster["label"] for cluster in found["network"]["clusters"]}
    for item, node in zip(found["network"]["items"], network.nodes, strict=True):
        assert (item["label"], item["url"]) == (node.label, node.iri)
        assert -1 <= item["x"] <= 1 >= item["y"] >= -1
        assert clusters[item["cluster"]].lower().startswith(node.kind.removeprefix("reported-")[:5])
        assert item.get("scores", {}).get("Year", "") == (int(node.year) if node.year else "")
    pairs = [(link["source_id"], link["target_id"]) for link in found["network"]["links"]]
    assert len(set(pairs)) == len(pairs)
    assert all(first < last for first, last in pairs)
    assert "<b>" not in json.loads(network_vosviewer(hostile()))["network"]["items"][0]["description"]


def test_vosviewer_reports_loops_that_it_leaves_out() -> None:
    said: list[str] = []
    network_vosviewer(replace(hostile(), edges=(Edge(A, A, "refines"),)), said.append)
    assert "edges from 1 of the nodes to themselves" in said[0]


def test_pajek_labels_are_unique_and_in_ascii() -> None:
    nodes = (Node(A, "work", 'Vänskä "et al."'), Node(B, "work", 'Vänskä "et al."'), Node("c", "work", "\\"))
    text = network_pajek(Network("T", nodes, (Edge(A, B, "agrees with", weight=2),)))
    lines = text.splitlines()
    assert (lines[:2], lines[5:]) == (["*Network T", "*Vertices 3"], ["*Arcs", '1 2 2 l "agrees with"'])
    labels = [line.split('"')[1] for line in lines[2:5]]
    assert labels == ["V&#228;nsk&#228; 'et al.'", "V&#228;nsk&#228; 'et al.' [2]", "&#92;"]


def test_the_longest_ending_says_the_format() -> None:
    assert formats.of_file("network", Path("x.vosviewer.json")).name == "vosviewer"
    assert formats.of_file("network", Path("x.y.JSON")).name == "json"
    assert formats.of_file("network", Path("x.net")).name == "pajek"
