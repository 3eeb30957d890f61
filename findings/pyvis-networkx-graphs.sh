#!/bin/sh
# pyvis: a picture of a networkx graph changes the graph, and parallel edges are not drawn
#
# Packages: pyvis 0.3.2, networkx 3.6.1; Network().from_nx(graph).
# Input:    a MultiGraph with three edges between two nodes (weights 2, 3, 4; titles hinders, mitigates, absent).
# Seen:     the picture has the first edge only; the other two are left out without a warning. In the graph that was given,
#           `weight` is gone from every edge (`width` has its value) and the nodes have a `size`. The shortest path by
#           weight is 2 before the picture is made and 1 after it.
# Rule:     a MultiGraph holds parallel edges (networkx, "MultiGraph: undirected graphs with self loops and parallel
#           edges"), and vis-network draws them: a directed pyvis Network keeps all of them. pyvis documents from_nx as
#           "This method takes an exisitng Networkx graph and translates it to a PyVis graph format".
# Effect:   a network of studies shows one of three relations, and measures computed after the picture are others.
#
# Exit code 0: the behaviour is still as described; 1: it has changed.
set -eu
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check pyvis==0.3.2 networkx==3.6.1
"$folder/env/bin/python" - <<'EOF'
import networkx as nx
from pyvis.network import Network

graph = nx.MultiGraph()
for weight, title in ((2, "hinders"), (3, "mitigates"), (4, "absent")):
    graph.add_edge("CI", "flaky tests", weight=weight, title=title)
before = nx.shortest_path_length(graph, "CI", "flaky tests", weight="weight")

picture = Network()
picture.from_nx(graph)
after = nx.shortest_path_length(graph, "CI", "flaky tests", weight="weight")
print("drawn:", picture.edges)
print("the graph that was given:", list(graph.edges(data=True)), dict(graph.nodes(data=True)))
print("distance before and after:", before, after)
assert [edge["title"] for edge in picture.edges] == ["hinders"]
assert (before, after) == (2, 1)
assert not any("weight" in data for _, _, data in graph.edges(data=True))
assert dict(graph.nodes(data=True)) == {"CI": {"size": 10}, "flaky tests": {"size": 10}}

directed = nx.MultiDiGraph(nx.MultiGraph([("CI", "flaky tests"), ("CI", "flaky tests")]))
picture = Network(directed=True)
picture.from_nx(directed)
assert len(picture.edges) == directed.number_of_edges() == 4
EOF
