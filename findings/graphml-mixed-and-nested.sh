#!/bin/sh
# igraph and networkx: parts of valid GraphML vanish, and edges change their direction, without a word
#
# Packages: igraph 1.0.0 (Python), networkx 3.6.1.
# Input:    three GraphML files: (1) a directed graph with one edge directed="false"; (2) an undirected graph with one edge
#           directed="true" and a hyperedge of three nodes; (3) a node that contains a graph of two nodes and an edge.
# Seen:     igraph reads (1) with both edges directed and (2) with both undirected, and drops the hyperedge and, in (3), the
#           inner nodes and their edge; no warning is given. networkx refuses (1) and the hyperedge of (2), and in (3) drops
#           the inner nodes and the edge, also without a warning.
# Rule:     GraphML Primer, "Declaring an Edge": the attribute `directed` says for one edge whether it is directed, whatever
#           the default of the graph; "Nested Graphs" and "Hyperedges" are parts of the core format.
# Effect:   "A cites B" and "A and B agree" look alike after reading, and a folded group (as yEd writes it) loses its members.
#
# Exit code 0: the behaviour is still as described; 1: it has changed.
set -eu
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check igraph==1.0.0 networkx==3.6.1
cd "$folder"
"$folder/env/bin/python" - <<'EOF'
import warnings
from pathlib import Path

import igraph
import networkx as nx

FRAME = """<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><graph id="G" edgedefault="{}">{}</graph></graphml>"""
NODES = '<node id="a"/><node id="b"/><node id="c"/>'
EDGES = '<edge source="a" target="b"/><edge source="b" target="c" directed="{}"/>'
HYPEREDGE = '<hyperedge><endpoint node="a"/><endpoint node="b"/><endpoint node="c"/></hyperedge>'
INNER = '<graph id="a:" edgedefault="directed"><node id="a::x"/><node id="a::y"/><edge source="a::x" target="a::y"/></graph>'
NESTED = f'<node id="a">{INNER}</node><node id="b"/><edge source="a" target="b"/>'
files = {
    "mixed": FRAME.format("directed", NODES + EDGES.format("false")),
    "other": FRAME.format("undirected", NODES + EDGES.format("true") + HYPEREDGE),
    "nested": FRAME.format("directed", NESTED),
}


def refused(name):
    try:
        nx.read_graphml(f"{name}.graphml")
    except nx.NetworkXError as error:
        return str(error)


warnings.simplefilter("error")
for name, text in files.items():
    Path(f"{name}.graphml").write_text(text, encoding="utf-8")
    read = igraph.Graph.Read_GraphML(f"{name}.graphml")
    print(name, "in igraph:", "directed" if read.is_directed() else "undirected", read.vs["id"], read.get_edgelist())
    expected = {"mixed": (True, 3, 2), "other": (False, 3, 2), "nested": (True, 2, 1)}[name]
    assert (read.is_directed(), read.vcount(), read.ecount()) == expected

print("networkx:", refused("mixed"), "|", refused("other"))
assert refused("mixed") and refused("other")
nested = nx.read_graphml("nested.graphml")
print("nested in networkx:", nested.nodes, nested.edges)
assert sorted(nested.nodes) == ["a", "b"] and list(nested.edges) == [("a", "b")]
EOF
