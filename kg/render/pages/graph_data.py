"""What the page of a graph contains of its network, in few bytes: columns, in which each text occurs once.

graph_data.js makes nodes and edges of it again. What follows from other data is not in it, such as degrees and the
curves of parallel edges. The forms of the files that the page saves are; graph_files.js fills them in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from kg.answers.network import Network
from kg.answers.network_views import Outline
from kg.answers.things import as_json
from kg.core.iris import BASE
from kg.render.network_columns import Attribute, column
from kg.render.network_files import network_files
from kg.render.pages.graph_looks import PLUMBING, edge_meaning, look_of, one_line, size_of, style_of

Packed = dict[str, Any]

LABEL_LETTERS = 40
"""The longest label of an edge, in characters."""


def page_data(network: Network, outline: Outline | None, outlined: Mapping[str, tuple[float, float]]) -> Packed:
    """The data of a page: quotations, nodes and edges as columns, looks of kinds and relations, and forms of files.

    Args:
        outline: what is shown first, or None if everything is.
        outlined: the positions of its nodes, by IRI.

    Raises:
        ValueError: if a node is given twice, or an edge leads to a node that is not in the network.
    """
    files = network_files(network)
    nodes, edges = dict(files.columns.nodes), dict(files.columns.edges)
    degree = Counter(end for name in ("source", "target") for end in edges[name].at)
    nodes["size"] = column(
        size_of(node, degree[number], node.iri == network.focus) for number, node in enumerate(network.nodes)
    )
    nodes["outline"] = column(outlined.get(node.iri) for node in network.nodes)
    number_of = {node.iri: number for number, node in enumerate(network.nodes)}
    edges["reasons"] = column(
        tuple(number_of[iri] for iri in edge.reasons if iri in number_of) for edge in network.edges
    )
    lines: dict[str, int] = {}
    texts = {"nodes": _in_lines(nodes.pop("text"), lines), "edges": _in_lines(edges.pop("text"), lines)}
    for name in ("number", "source", "target"):
        edges.pop(name)
    quoted = list(map(as_json, files.columns.quoted))
    names = quoted[0] if quoted else ()
    return {
        "about": {"title": network.title, "focus": network.focus, "snapshot": network.snapshot, "base": BASE},
        "lines": list(lines),
        "quotations": {name: _packed(column(one[name] for one in quoted)) for name in names},
        "nodes": {name: _packed(one) for name, one in (nodes | {"text": texts["nodes"]}).items()},
        "edges": {name: _packed(one) for name, one in (edges | {"text": texts["edges"]}).items()},
        "ends": [files.columns.edges[name].at for name in ("source", "target")],
        "sums": _sums(network, outline) if outline else [],
        "kinds": {kind: _kind(kind) for kind in nodes["kind"].of},
        "relations": {kind: _relation(kind) for kind in edges["kind"].of},
        "forms": {name: asdict(form) for name, form in files.forms.items()},
        "tables": files.tables,
        "plumbing": PLUMBING,
    }


def _packed(one: Attribute) -> Packed:
    """A column for the page: without numbers if all values are equal, or all are different."""
    if len(one.of) == 1 or len(one.of) == len(one.at):
        return {"of": one.of}
    return {"of": one.of, "at": one.at}


def _in_lines(texts: Attribute, lines: dict[str, int]) -> Attribute:
    """A column of texts as numbers of lines, because edges repeat the statements of findings."""
    made: Sequence[Any] = [
        [lines.setdefault(line, len(lines)) for line in text.split("\n")] if text else [] for text in texts.of
    ]
    return Attribute(made, texts.at)


def _sums(network: Network, outline: Outline) -> list[Packed]:
    """The edges of the outline, with the numbers of those that each one summarises."""
    number = {node.iri: number for number, node in enumerate(network.nodes)}
    return [
        {
            "from": number[edge.source],
            "to": number[edge.target],
            "kind": edge.kind,
            "weight": edge.weight,
            "secondHand": edge.second_hand,
            "members": members,
        }
        for edge, members in outline.sums
    ]


def _kind(kind: str) -> Packed:
    look = look_of(kind)
    return {"look": style_of(kind), "shape": look.shape, "name": look.name}


def _relation(kind: str) -> Packed:
    """How edges of a kind are drawn, with a label that is short enough."""
    family, arrow = edge_meaning(kind)
    label = one_line(kind)
    label = label if len(label) <= LABEL_LETTERS else f"{label[: LABEL_LETTERS - 1]}…"
    return {"family": family, "arrow": arrow, "label": label}
