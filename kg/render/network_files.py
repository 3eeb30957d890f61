"""A network as GraphML, GEXF or JSON, for Gephi, yEd, Cytoscape, R and networkx."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable
from typing import Any

from kg.answers.network import Network
from kg.answers.things import Quotation, as_json

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold (section 2.2)."""


def to_networkx(network: Network) -> Any:
    """A `networkx.MultiDiGraph`: nodes by IRI with kind, label, text, key, year, areas, methods, quotations, x and y;
    edges with kind, text, second_hand, weight and quotations. Several values of one are joined by `; `."""
    import networkx as nx  # slow to import

    graph = nx.MultiDiGraph(title=xml_text(network.title), snapshot=network.snapshot)
    for node in network.nodes:
        x, y = network.positions.get(node.iri, (0.0, 0.0))
        graph.add_node(
            node.iri,
            label=xml_text(node.label),
            kind=node.kind,
            text=xml_text(node.text),
            key=xml_text(node.key),
            year=xml_text(node.year),
            areas=xml_text("; ".join(node.areas)),
            methods=xml_text("; ".join(node.methods)),
            quotations=_quotes(node.quotations),
            x=x,
            y=y,
        )
    for edge in network.edges:
        kind = xml_text(edge.kind)
        graph.add_edge(
            edge.source,
            edge.target,
            label=kind,
            kind=kind,
            text=xml_text(edge.text),
            second_hand=edge.second_hand,
            weight=edge.weight,
            quotations=_quotes(edge.quotations),
        )
    return graph


def _quotes(quotations: Iterable[Quotation]) -> str:
    return xml_text(" | ".join(f"{q.text} ({q.key}, {q.section})" for q in quotations))


def xml_text(text: str) -> str:
    """Text that XML can hold: what it cannot is replaced."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def network_graphml(network: Network) -> str:
    import networkx as nx

    return "\n".join(nx.generate_graphml(to_networkx(network))) + "\n"


def network_gexf(network: Network) -> str:
    """GEXF 1.2 without the date that networkx would write into it."""
    import networkx as nx

    out = io.BytesIO()
    nx.write_gexf(to_networkx(network), out)
    return re.sub(r' lastmodifieddate="[^"]*"', "", out.getvalue().decode("utf-8")) + "\n"


def network_json(network: Network) -> str:
    """Everything in the network, quotations in full, in the node-link form that networkx and D3 read."""
    data = as_json(network)
    for node in data["nodes"]:
        node["id"] = node.pop("iri")
        node["x"], node["y"] = data["positions"].get(node["id"], (0.0, 0.0))
    del data["positions"]
    data |= {"directed": True, "multigraph": True}
    return json.dumps(data, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
