"""A network as GraphML, GEXF or JSON, for Gephi, yEd, Cytoscape, R and networkx."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable
from typing import Any

from kg.answers.libraries import xml_text
from kg.answers.network import Network
from kg.answers.things import Quotation, as_json
from kg.core.extras import need


def to_networkx(network: Network) -> Any:
    """The graph of `Network.to_networkx` for files: years and quotations are texts to read."""
    graph = network.to_networkx()
    for node in network.nodes:
        graph.nodes[node.iri].update(quotations=_quotes(node.quotations), year=xml_text(node.year))
    for number, edge in enumerate(network.edges):
        graph.edges[edge.source, edge.target, number]["quotations"] = _quotes(edge.quotations)
    return graph


def _quotes(quotations: Iterable[Quotation]) -> str:
    return xml_text(" | ".join(f"{q.text} ({q.key}, {q.section})" for q in quotations))


def network_graphml(network: Network) -> str:
    """The network as GraphML."""
    need("networkx")
    import networkx as nx

    return "\n".join(nx.generate_graphml(to_networkx(network))) + "\n"


def network_gexf(network: Network) -> str:
    """The network as GEXF 1.2, without the date that networkx writes into it."""
    need("networkx")
    import networkx as nx

    out = io.BytesIO()
    nx.write_gexf(to_networkx(network), out)
    return re.sub(r' lastmodifieddate="[^"]*"', "", out.getvalue().decode("utf-8")) + "\n"


def network_json(network: Network) -> str:
    """The whole network with its quotations, in the node-link form that networkx and D3 read."""
    data = as_json(network)
    for node in data["nodes"]:
        node["id"] = node.pop("iri")
        node["x"], node["y"] = data["positions"].get(node["id"], (0.0, 0.0))
    del data["positions"]
    data |= {"directed": True, "multigraph": True}
    return json.dumps(data, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
