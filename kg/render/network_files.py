"""A network as GraphML, GEXF or JSON, for Gephi, yEd, Cytoscape, R and networkx."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from kg.answers.network import Network, Quotation

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot contain (section 2.2)."""


def to_networkx(network: Network) -> Any:
    """The network as a `networkx.MultiDiGraph`.

    Nodes are IRIs with kind, label, text, key, year, areas, methods, quotations, x and y; edges have kind, text,
    second_hand, weight and quotations. Several values are joined by `; `.
    """
    import networkx as nx  # slow to import

    graph = nx.MultiDiGraph(title=xml_text(network.title), snapshot=network.snapshot)
    for node in network.nodes:
        x, y = network.positions.get(node.iri, (0.0, 0.0))
        facts = {name: getattr(node, name) for name in ("label", "kind", "text", "key", "year")}
        facts |= {"areas": "; ".join(node.areas), "methods": "; ".join(node.methods)}
        graph.add_node(node.iri, **_xml(facts), quotations=_quotes(node.quotations), x=x, y=y)
    for edge in network.edges:
        facts = _xml({"label": edge.kind, "kind": edge.kind, "text": edge.text})
        facts |= {"second_hand": edge.second_hand, "weight": edge.weight}
        graph.add_edge(edge.source, edge.target, **facts, quotations=_quotes(edge.quotations))
    return graph


def _xml(texts: dict[str, str]) -> dict[str, Any]:
    return {name: xml_text(text) for name, text in texts.items()}


def _quotes(quotations: Iterable[Quotation]) -> str:
    return xml_text(" | ".join(f"{q.quote} ({q.key}, {q.section})" for q in quotations))


def xml_text(text: str) -> str:
    """The text, with characters that XML cannot contain replaced."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def network_graphml(network: Network) -> str:
    """The network as GraphML."""
    import networkx as nx

    return "\n".join(nx.generate_graphml(to_networkx(network))) + "\n"


def network_gexf(network: Network) -> str:
    """The network as GEXF 1.2, without the date that networkx writes into it."""
    import networkx as nx

    out = io.BytesIO()
    nx.write_gexf(to_networkx(network), out)
    return re.sub(r' lastmodifieddate="[^"]*"', "", out.getvalue().decode("utf-8")) + "\n"


def network_json(network: Network) -> str:
    """The whole network with its quotations, in the node-link form that networkx and D3 read."""
    data = asdict(network)
    for node in data["nodes"]:
        node["id"] = node.pop("iri")
        node["x"], node["y"] = data["positions"].get(node["id"], (0.0, 0.0))
    del data["positions"]
    data |= {"directed": True, "multigraph": True}
    return json.dumps(data, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
