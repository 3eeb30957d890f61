"""Compares writing a large network as GraphML with kg, networkx, igraph and rustworkx.

    python -m benchmarks.network_writers [NODES] [EDGES]

Each library has the network in its own form before the clock starts, with the values that kg writes: texts,
numbers, truth values and quotations as JSON. kg begins with a `Network`, makes the JSON and also writes labels and
places for yEd, which the others leave out. The times are processor seconds with the writing to disk, the best of three.
The exit code is 1 if kg takes more than 1.5 times as long as the fastest of the others, or if networkx reads another
number of nodes or edges from its file.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import igraph
import networkx as nx
import rustworkx as rx

from benchmarks.networks import made_network
from kg.answers.network import Edge, Network
from kg.render.network_files import network_graphml

MOST = 1.5


def network_of(nodes: int, edges: int) -> Network:
    """A generated network with a place for each node, and with exactly as many edges."""
    made = made_network(nodes)
    chance = random.Random(nodes)  # noqa: S311 - not used for secrets
    found = list(made.edges)[:edges]
    while len(found) < edges:
        source, target = chance.choices(made.nodes, k=2)
        found.append(Edge(source.iri, target.iri, "related finding", source.text, found[len(found) // 2].quotations))
    places = {node.iri: (float(n % 200) * 100, float(n // 200) * 100) for n, node in enumerate(made.nodes)}
    return replace(made, edges=tuple(found), positions=places)


def libraries(network: Network) -> dict[str, Callable[[Path], Any]]:
    """A function of each library that writes the network, which the library has in memory already."""
    graph = network.to_networkx()
    for _, _, data in graph.edges(data=True):
        data["interaction"] = data["kind"]
    number = {iri: n for n, iri in enumerate(graph)}
    ends = [(number[source], number[target]) for source, target, _ in graph.edges(keys=True)]
    nodes = [{"year": 0, **data} for _, data in graph.nodes(data=True)]
    edges = [data for _, _, data in graph.edges(data=True)]
    in_c = igraph.Graph(len(nodes), ends, directed=True)
    in_c.vs["id"] = list(graph)
    for things, values in ((in_c.vs, nodes), (in_c.es, edges)):
        for name in values[0]:
            things[name] = [value[name] for value in values]
    in_rust = rx.PyDiGraph()
    in_rust.add_nodes_from([{"id": iri, **data} for iri, data in zip(graph, nodes, strict=True)])
    in_rust.add_edges_from([(*pair, data) for pair, data in zip(ends, edges, strict=True)])
    return {
        "networkx": lambda path: nx.write_graphml(graph, path),
        "igraph": lambda path: in_c.write_graphml(str(path)),
        "rustworkx": lambda path: rx.write_graphml(in_rust, str(path)),
    }


def seconds(write: Callable[[Path], Any], path: Path) -> float:
    times = []
    for _ in range(3):
        start = time.process_time()
        write(path)
        times.append(time.process_time() - start)
    return min(times)


def main(nodes: int = 20_000, edges: int = 100_000) -> int:
    network = network_of(nodes, edges)
    writers = {
        "kg": lambda path: path.write_text(network_graphml(network), encoding="utf-8", newline=""),
        **libraries(network),
    }
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, write in writers.items():
            path = Path(folder) / f"{name}.graphml"
            found[name] = seconds(write, path)
            print(f"{name:10} {found[name]:6.2f} s {path.stat().st_size / 1e6:6.1f} MB")
        read = nx.read_graphml(Path(folder) / "kg.graphml", force_multigraph=True)
    ratio = found["kg"] / min(taken for name, taken in found.items() if name != "kg")
    print(f"kg took {ratio:.2f} times as long as the fastest of the others")
    size = read.number_of_nodes(), read.number_of_edges()
    print(f"networkx reads {size[0]:,} nodes and {size[1]:,} edges from the file of kg")
    return int(ratio > MOST or size != (nodes, edges))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
