"""Other programs read the network files: the same nodes, edges, attributes and types in each of them."""

from __future__ import annotations

import csv
import json
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import igraph
import networkx as nx
import pytest
import rustworkx as rx

from kg.answers.network import Network
from kg.answers.things import as_json
from kg.api import KnowledgeGraph
from kg.render import formats
from tests.clients import missing, npm_modules, ran, required

HERE = Path(__file__).parent
GRAPHOLOGY = ("graphology@0.26.0", "graphology-graphml@0.5.2", "graphology-gexf@0.13.2")
DRAWN = ("nodegraphics", "edgegraphics", "id", "color", "size", "z", "viz", "interaction")
"""What a reader shows of ids and of what only serves drawing."""

Values = dict[str, Any]


@dataclass
class Found:
    """What a program read: nodes by id, and edges by id or in the order of the file."""

    nodes: dict[str, Values]
    edges: list[tuple[str, str, Values]]


def values(data: Mapping[str, Any]) -> Values:
    """The attributes that a thing has: a table shows the others as empty."""
    empty = (None, "")
    return {
        name: value
        for name, value in data.items()
        if name not in DRAWN and value not in empty and not (isinstance(value, float) and math.isnan(value))
    }


@pytest.fixture(scope="module")
def network(review_graph: KnowledgeGraph) -> Network:
    """The network around PEC4 of docs/example.ipynb."""
    return review_graph.network("PEC4")


@pytest.fixture(scope="module")
def files(network: Network, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("network")
    for one in formats.formats("network", lambda form: form.writer.startswith(".network_")):
        (folder / f"pec4{one.endings[0]}").write_bytes(str(one.write(network, warn=print)).encode("utf-8"))
    return folder


@pytest.fixture(scope="module")
def expected(network: Network) -> Found:
    def quoted(thing: Any) -> Values:
        return {"quotations": json.dumps(as_json(thing.quotations), ensure_ascii=False)} if thing.quotations else {}

    nodes = {}
    for node in network.nodes:
        lists = {name: "; ".join(getattr(node, name)) for name in ("areas", "methods", "alternatives")}
        texts = {"label": node.label, "kind": node.kind, "text": node.text, "key": node.key, **lists}
        x, y = network.positions[node.iri]
        year = {"year": int(node.year)} if node.year else {}
        nodes[node.iri] = values(texts | {"x": x, "y": y}) | year | quoted(node)
    edges = [
        (
            edge.source,
            edge.target,
            values({"label": edge.kind, "kind": edge.kind, "text": edge.text})
            | {"second_hand": edge.second_hand, "weight": edge.weight}
            | quoted(edge),
        )
        for edge in network.edges
    ]
    return Found(nodes, edges)


def by_networkx(file: Path) -> Found:
    read = nx.read_graphml(file, force_multigraph=True)
    edges = sorted(read.edges(keys=True, data=True), key=lambda edge: int(edge[2][1:]))
    return Found(
        {iri: values(data) for iri, data in read.nodes(data=True)}, [(s, t, values(d)) for s, t, _, d in edges]
    )


def by_igraph(file: Path) -> Found:
    read = igraph.Graph.Read_GraphML(str(file))
    iris = read.vs["id"]
    edges = [(iris[edge.source], iris[edge.target], values(edge.attributes())) for edge in read.es]
    return Found({node["id"]: values(node.attributes()) for node in read.vs}, edges)


def by_rustworkx(file: Path) -> Found:
    [read] = rx.read_graphml(str(file))
    nodes = read.nodes()
    edges = [(nodes[s]["id"], nodes[t]["id"], values(data)) for s, t, data in read.weighted_edge_list()]
    assert [data["id"] for data in read.edges()] == [f"e{number}" for number in range(len(edges))]
    return Found({data["id"]: values(data) for data in nodes}, edges)


@pytest.mark.parametrize("read", [by_networkx, by_igraph, by_rustworkx])
def test_libraries_of_python_read_the_same_from_graphml(files: Path, expected: Found, read: Any) -> None:
    found = read(files / "pec4.graphml")
    assert found.nodes == expected.nodes
    assert found.edges == expected.edges
    assert {type(data["second_hand"]) for _, _, data in found.edges} == {bool}


def test_networkx_reads_the_same_from_json(files: Path, expected: Found) -> None:
    data = json.loads((files / "pec4.json").read_text("utf-8"))
    read = nx.node_link_graph(data, edges="edges")
    names = {name for node in expected.nodes.values() for name in node}
    assert {iri: data["label"] for iri, data in read.nodes(data=True)} == {
        iri: data["label"] for iri, data in expected.nodes.items()
    }
    assert {name for _, data in read.nodes(data=True) for name in data} == names
    assert read.number_of_edges() == len(expected.edges)


def test_graphology_reads_the_same(files: Path, expected: Found) -> None:
    modules = npm_modules(*GRAPHOLOGY)
    node = required("node", "nodejs")
    paths = [files / "pec4.graphml", files / "pec4.gexf"]
    for path, found in zip(paths, json.loads(ran(node, HERE / "read_network.js", *paths, NODE_PATH=str(modules))),
                           strict=True):  # fmt: skip
        turned = -1 if path.suffix == ".gexf" else 1
        nodes = {one["key"]: values(one["attributes"]) for one in found["nodes"]}
        assert nodes == {iri: data | {"y": turned * data["y"]} for iri, data in expected.nodes.items()}
        assert [one["key"] for one in found["edges"]] == [f"e{number}" for number in range(len(expected.edges))]
        edges = [(one["source"], one["target"], values(one["attributes"])) for one in found["edges"]]
        assert edges == expected.edges


@pytest.fixture(scope="module")
def r(files: Path) -> dict[str, list[dict[str, str]]]:
    """The tables that R makes of the file, by name."""
    command = required("Rscript", "r-cran-igraph")
    try:
        ran(command, "-e", "library(igraph)")
    except AssertionError:
        missing("R has no igraph (Debian: r-cran-igraph)")
    ran(command, HERE / "read_network.R", files / "pec4.graphml", files, LC_ALL="C.UTF-8")
    made = {}
    for path in files.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            made[path.stem] = list(csv.DictReader(file))
    return made


def test_r_reads_the_same_values_and_types(r: dict[str, list[dict[str, str]]], expected: Found) -> None:
    def as_text(value: Any) -> str:
        return (
            str(value).upper() if isinstance(value, bool) else f"{value:g}" if isinstance(value, int | float) else value
        )

    found = {row["id"]: values(row) for row in r["nodes"]}
    assert found == {iri: {k: as_text(v) for k, v in data.items()} for iri, data in expected.nodes.items()}
    own = ("from", "to", "source", "target")
    edges = [
        (row["source"], row["target"], values({k: v for k, v in row.items() if k not in own})) for row in r["edges"]
    ]
    assert edges == [(s, t, {k: as_text(v) for k, v in data.items()}) for s, t, data in expected.edges]
    assert len({row["id"] for row in r["edges"]}) == len(edges)
    types = {row["name"]: row["type"] for row in r["types"]}
    assert {types[name] for name in ("x", "y", "year", "weight")} == {"numeric"}
    assert (types["second_hand"], types["label"], types["quotations"]) == ("logical", "character", "character")


def test_r_counts_what_the_picture_of_the_notebook_shows(r: dict[str, list[dict[str, str]]], network: Network) -> None:
    """The picture of docs/example.ipynb: its nodes, edges, kinds and degrees."""
    assert r["size"] == [{"nodes": str(len(network.nodes)), "edges": str(len(network.edges))}]
    kinds = Counter(node.kind for node in network.nodes)
    assert {row["kind"]: int(row["Freq"]) for row in r["kinds"]} == kinds
    drawn = network.to_networkx()
    assert {row["id"]: (int(row["degree"]), int(row["within"])) for row in r["degrees"]} == {
        iri: (drawn.degree(iri), drawn.in_degree(iri)) for iri in drawn
    }


def test_r_finds_the_table_of_agreements_of_the_notebook(
    r: dict[str, list[dict[str, str]]], review_graph: KnowledgeGraph
) -> None:
    """The table `graph.query("agreements", finding="PEC4")` of docs/example.ipynb."""
    rows = review_graph.query("agreements", finding="PEC4")
    table = sorted({(str(row["finding_id"]), str(row["key"])) for row in rows if row["how"] == "agreesWith"})
    assert len(table) > 1
    assert sorted((row["finding"], row["key"]) for row in r["agreements"]) == table


def test_pajek_files_are_read_by_networkx_and_igraph(files: Path, expected: Found) -> None:
    file = files / "pec4.net"
    size = len(expected.nodes), len(expected.edges)
    read = nx.read_pajek(file)
    assert (read.number_of_nodes(), read.number_of_edges()) == size
    other = igraph.Graph.Read_Pajek(str(file))
    assert (other.vcount(), other.ecount()) == size
    assert Counter(other.es["label"]) == Counter(data["kind"] for _, _, data in expected.edges)
