"""A `Network` as one interactive HTML file that loads nothing from elsewhere.

vis-network, from the installed pyvis package, draws it. The template of pyvis is not used: it loads scripts from other
hosts and runs HTML in titles. All data are in one inert JSON element, and the page allows only the two scripts and the
style sheet in the file, by their hashes.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from kg.answers.network import KINDS, Network, check, places
from kg.answers.network_views import Outline, outline_of
from kg.core.extras import need
from kg.core.progress import Progress, silent
from kg.render.pages import inline
from kg.render.pages.graph_claims import MOST_PLAIN, links, overview, overview_legend
from kg.render.pages.graph_data import page_data
from kg.render.pages.graph_looks import MEANINGS, edge_meaning, look_of, name_of, sayable, style_of

_FIRST = "data filters draw place labels details search view shown legend sync address svg files"
_LAST = "list panes events"
SCRIPTS = (
    "evidence_count.js",
    *(f"graph_{part}.js" for part in _FIRST.split()),
    *(f"overview_{part}.js" for part in ("count", "layout", "draw", "reading")),
    "overview.js",
    *(f"graph_{part}.js" for part in _LAST.split()),
    "graph.js",
)
"""In the order in which they run, as one script."""

MANY_NODES = 120
"""A larger network opens with its outline; the reader opens what is connected to a node."""
MOST_SHOWN = 1000
"""At most so many nodes are drawn at once, the best connected ones: about 40 frames a second while dragging, half of
that with twice as many nodes (see benchmarks/graph_page.py)."""


def graph_page(network: Network, progress: Progress = silent, pages: Mapping[str, str] | None = None) -> str:
    """The whole document; the same network gives the same bytes.

    Args:
        network: what to show.
        progress: receives the name of the step.
        pages: the paths of things by IRI, if the document is `graph.html` of a site with these pages and `map.html`.
    """
    progress(f"writing a page of {len(network.nodes)} nodes")
    if find_spec("pyvis") is None:  # importing it would take half a second
        need("pyvis")
    check(network)
    said = overview_legend(network)
    values = {
        "heading": sayable(network.title),
        "nodes": network.nodes,
        "edges": network.edges,
        "facets": _facets(network),
        "outlined": len(network.nodes) > MANY_NODES,
        "said": said,
        "axes": list(dict.fromkeys(axis for axis, _ in said)),
        "links": links(network),
        "plain_edges": [] if said else _plain_edges(network),
        "note": network.note,
        "snapshot": sayable(network.snapshot)[:12],
        "in_site": pages is not None,
        "most": MOST_SHOWN,
        "kinds": _kind_entries(network),
        "relations": _relation_entries(network),
        "any_second_hand": any(node.kind == "reported-finding" for node in network.nodes),
    }
    data = inline.script_json(_data(network, values, pages))
    return inline.environment().get_template("graph.html").render(_carried(), data=data, **values)


def _data(network: Network, values: Mapping[str, Any], pages: Mapping[str, str] | None) -> dict[str, Any]:
    """What the script needs."""
    # Where findings claim something of pairs, the page opens with these instead.
    outline = outline_of(network) if len(network.nodes) > MANY_NODES and not network.claims else None
    kinds = values["kinds"]
    return {
        **page_data(network, outline, _places_of(network, outline) if outline else {}),
        **overview(network, pages),
        "options": json.dumps(_options(len(network.edges))),
        # The checkboxes of the legend name a kind by its number here: an attribute cannot contain every character.
        "legend": {
            "kinds": [entry["kind"] for entry in kinds],
            "relations": [entry["kind"] for entry in values["relations"]],
            "names": [entry["name"] for entry in kinds],
        },
        "facets": values["facets"],
        "outlined": values["outlined"],
        "most": values["most"],
    }


def _plain_edges(network: Network) -> list[tuple[str, ...]]:
    """Names and relation of the first edges, for a browser without JavaScript."""
    name = {node.iri: name_of(node) for node in network.nodes}
    some = network.edges[:MOST_PLAIN]
    return [tuple(map(sayable, (name[edge.source], edge.kind, name[edge.target]))) for edge in some]


def _options(edge_count: int) -> dict[str, Any]:
    """For vis-network. Positions are given, so physics is off until the reader switches it on."""
    many = edge_count > 300
    repulsion = {"nodeDistance": 190, "springLength": 220, "springConstant": 0.03, "centralGravity": 0.12}
    physics = {"enabled": False, "solver": "repulsion", "stabilization": False, "minVelocity": 1.5}
    mouse = {"hover": True, "hoverConnectedEdges": False, "keyboard": False, "tooltipDelay": 0}
    return {
        "autoResize": True,
        "layout": {"improvedLayout": False, "randomSeed": 1},
        "physics": {**physics, "repulsion": {**repulsion, "damping": 0.22}},
        "interaction": {**mouse, "hideEdgesOnDrag": many, "hideEdgesOnZoom": many},
        "nodes": {"borderWidth": 1.5, "margin": 8, "scaling": {"label": {"drawThreshold": 12}}},
        "edges": {"selfReference": {"size": 18}},
    }


def _facets(network: Network) -> dict[str, list[str]]:
    """The values by which nodes can be filtered; a facet with a single value is left out."""
    hands = {"finding": "first-hand", "reported-finding": "second-hand"}
    found = {
        "area": {area for node in network.nodes for area in node.areas},
        "method": {method for node in network.nodes for method in node.methods},
        "year": {node.year for node in network.nodes} - {""},
        "polarity": {one.polarity for one in network.claims},
        "hand": {hands[node.kind] for node in network.nodes if node.kind in hands},
    }
    return {name: sorted(map(sayable, values)) if len(values) > 1 else [] for name, values in found.items()}


def _carried() -> dict[str, str]:
    """Scripts and style sheet, each with the hash by which the page's policy allows it.

    The style sheet of vis-network is left out: 220 kB of pictures for buttons and an editor that are not on the page.
    """
    parts = {"vis_script": _vis_network(), "page_script": inline.script(SCRIPTS), "style": inline.source("graph.css")}
    return parts | {f"{name}_hash": inline.integrity(text) for name, text in parts.items()}


def _vis_network() -> str:
    spec = find_spec("pyvis")
    folders = spec.submodule_search_locations if spec else None
    found = sorted(Path(folders[0], "templates", "lib").glob("vis-*/vis-network.min.js")) if folders else []
    if not found:
        raise RuntimeError("the installed pyvis package has no vis-network.min.js; reinstall pyvis")
    text = found[-1].read_text("utf-8")
    # Developer tools would request the source map, which is not in the file.
    return re.sub(r"//# sourceMappingURL=\S*", "", text).replace("</script", r"<\/script")


def _kind_entries(network: Network) -> list[dict[str, Any]]:
    """The legend: the kinds in the network, in the order of `KINDS`."""
    count = Counter(node.kind for node in network.nodes)
    looks = {kind: look_of(kind) for kind in [k for k in KINDS if k in count] + sorted(set(count) - set(KINDS))}
    return [
        {"kind": kind, "name": sayable(look.plural), "shape": look.shape, "count": count[kind], "look": style_of(kind)}
        for kind, look in looks.items()
    ]


def _relation_entries(network: Network) -> list[dict[str, Any]]:
    count = Counter(edge.kind for edge in network.edges)
    order = {family: number for number, (family, _, _) in enumerate((*MEANINGS[1:], MEANINGS[0]))}
    made = [
        {"kind": kind, "name": sayable(kind), "family": edge_meaning(kind)[0], "count": count[kind]} for kind in count
    ]
    return sorted(made, key=lambda entry: (order.get(str(entry["family"]), len(order)), entry["kind"]))


def _places_of(network: Network, outline: Outline) -> dict[str, tuple[float, float]]:
    """The positions of the outline, which is laid out on its own: otherwise it would have gaps."""
    nodes = tuple(node for node in network.nodes if node.iri in outline.nodes)
    edges = (*network.edges, *(edge for edge, _ in outline.sums))
    inside = tuple(edge for edge in edges if {edge.source, edge.target} <= outline.nodes)
    return places(replace(network, nodes=nodes, edges=inside, positions={}))
