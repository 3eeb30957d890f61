"""A network for VOSviewer and Pajek, which show labels, places and links and nothing else of it."""

from __future__ import annotations

import json
import re
from collections import Counter
from html import escape
from typing import Any

from kg.answers.network import KINDS, Network, Node, check, places
from kg.render.network_files import Warn, year_of
from kg.render.pages.graph_looks import look_of, name_of, one_line, sayable

_NOT_PAJEK = re.compile(r"[^ -~]|\\")
"""Characters that Pajek reads as `&#1234;` in a file that is not marked as UTF-8, and the backslash."""


def network_vosviewer(network: Network, warn: Warn = str) -> str:
    """The network as a JSON file of VOSviewer and VOSviewer Online.

    A link is undirected and stands for all edges between two items; its strength is their number. The kinds of nodes
    are clusters. See https://app.vosviewer.com/docs/file-types/json-file-type.

    Args:
        warn: receives a message if edges from a node to itself are left out, which VOSviewer does not show.

    Raises:
        ValueError: if a node is given twice, or an edge leads to a node that is not in the network.
    """
    check(network)
    at = places(network)
    number = {node.iri: place for place, node in enumerate(network.nodes, 1)}
    kinds = [kind for kind in KINDS if any(node.kind == kind for node in network.nodes)]
    kinds += sorted({node.kind for node in network.nodes} - set(kinds))
    reach = max((abs(value) for place in at.values() for value in place), default=0.0) or 1.0
    items: list[dict[str, Any]] = []
    for node in network.nodes:
        x, y = at[node.iri]
        item = {"id": number[node.iri], "label": sayable(name_of(node)), "description": _description(node)}
        if node.iri.startswith(("https://", "http://")):
            item["url"] = sayable(node.iri)
        # In VOSviewer, y grows upwards.
        item |= {"x": round(x / reach, 4), "y": round(0.0 - y / reach, 4), "cluster": kinds.index(node.kind) + 1}
        if "year" in (year := year_of(node.year)):
            item["scores"] = {"Year": year["year"]}
        items.append(item)
    strength: Counter[tuple[int, int]] = Counter()
    for edge in network.edges:
        first, last = sorted((number[edge.source], number[edge.target]))
        strength[first, last] += edge.weight
    if loops := sum(first == last for first, last in strength):
        warn(f"left out, because VOSviewer does not show them: edges from {loops} of the nodes to themselves")
    links = [
        {"source_id": first, "target_id": last, "strength": weight}
        for (first, last), weight in strength.items()
        if first != last
    ]
    clusters = [{"cluster": place, "label": sayable(look_of(kind).plural)} for place, kind in enumerate(kinds, 1)]
    about = "; ".join(filter(None, (network.note, network.snapshot and f"snapshot {network.snapshot}")))
    whole = {
        "info": {"title": sayable(network.title), "description": sayable(escape(about))},
        "network": {"items": items, "links": links, "clusters": clusters},
    }
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def _description(node: Node) -> str:
    """HTML for the panel of VOSviewer."""
    rows = {
        "Kind": look_of(node.kind).name, "Text": node.text, "Key": node.key, "Year": node.year,
        "Areas": "; ".join(node.areas), "Methods": "; ".join(node.methods), "Other names": "; ".join(node.alternatives),
        "Quotations": " | ".join(f"“{q.text}” ({q.work}, {q.section})" for q in node.quotations),
    }  # fmt: skip
    cells = "".join(f"<tr><td>{name}:</td><td>{escape(text)}</td></tr>" for name, text in rows.items() if text)
    return sayable(f"<table>{cells}</table>")


def network_pajek(network: Network) -> str:
    """The network as a .net file of Pajek: labels, places from 0 to 1, and arcs with weight and label.

    Letters outside ASCII are written as `&#228;`, as Pajek itself does (http://mrvar.fdv.uni-lj.si/pajek/DrawEPS.htm).
    Labels that occur more than once are numbered, because other programs take them for ids.

    Raises:
        ValueError: if a node is given twice, or an edge leads to a node that is not in the network.
    """
    check(network)
    at = places(network)
    number = {node.iri: place for place, node in enumerate(network.nodes, 1)}
    left, top = (min((place[axis] for place in at.values()), default=0.0) for axis in (0, 1))
    span = max((value for x, y in at.values() for value in (x - left, y - top)), default=0.0) or 1.0
    title = _quoted(network.title)
    lines = [*([f"*Network {title}"] if title else []), f"*Vertices {len(network.nodes)}"]
    seen: Counter[str] = Counter()
    for node in network.nodes:
        x, y = ((value - start) / span for value, start in zip(at[node.iri], (left, top), strict=True))
        lines.append(f'{number[node.iri]} "{_unique(_quoted(name_of(node)), seen)}" {x:.4f} {y:.4f} 0.5000')
    lines.append("*Arcs")
    for edge in network.edges:
        label = f' l "{_quoted(edge.kind)}"' if edge.kind else ""
        lines.append(f"{number[edge.source]} {number[edge.target]} {edge.weight}{label}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """Text between quotation marks, in ASCII."""
    return _NOT_PAJEK.sub(lambda found: f"&#{ord(found[0])};", one_line(sayable(text)).replace('"', "'"))


def _unique(label: str, seen: Counter[str]) -> str:
    made = label
    while seen[made]:
        seen[label] += 1
        made = f"{label} [{seen[label]}]"
    seen[made] += 1
    return made
