"""A `Network` as one interactive HTML file that loads nothing from elsewhere.

pyvis renders it, but not with its own template, which loads scripts from other hosts and runs HTML in titles. Ours
takes vis-network from the installed pyvis package, puts all data into one inert JSON element, and allows only the two
scripts and the style sheet in the file, by their hashes.
"""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.answers.network import KINDS, Edge, Network, check, places
from kg.answers.network_views import Outline, outline_of
from kg.answers.things import as_json
from kg.core.extras import need
from kg.core.iris import BASE
from kg.core.progress import Progress, silent
from kg.render.network_files import PIECES
from kg.render.pages import inline
from kg.render.pages.graph_claims import MOST_PLAIN, links, overview, overview_legend
from kg.render.pages.graph_looks import (
    MEANINGS,
    caption_of,
    edge_meaning,
    look_of,
    name_of,
    one_line,
    sayable,
    size_of,
    style_of,
    wrap_label,
)

if TYPE_CHECKING:
    from jinja2 import Environment

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

LABEL_LETTERS = 40
"""The longest label of an edge, in characters."""


def graph_page(network: Network, progress: Progress = silent, pages: Mapping[str, str] | None = None) -> str:
    """The whole document; the same network gives the same bytes.

    Args:
        network: what to show.
        progress: receives the name of the step.
        pages: the paths of things by IRI, if the document is `graph.html` of a site with these pages and `map.html`.
    """
    progress(f"writing a page of {len(network.nodes)} nodes")
    need("pyvis")
    # Importing pyvis takes 0.4 s, as it imports IPython.
    from pyvis.network import Network as Picture

    check(network)
    picture = Picture(directed=True, heading=sayable(network.title))
    # Where findings claim something of pairs, the page opens with these instead.
    outline = outline_of(network) if len(network.nodes) > MANY_NODES and not network.claims else None
    picture.nodes = _picture_nodes(network, outline)
    picture.edges = _picture_edges(network)
    picture.options = _options(len(network.edges))
    picture.templateEnv = _environment(network, outline, pages)
    picture.path = "graph.html"
    return str(picture.generate_html())


def _picture_nodes(network: Network, outline: Outline | None) -> list[dict[str, Any]]:
    at = places(network)
    outlined = _places_of(network, outline) if outline else {}
    degree = Counter(end for edge in network.edges for end in (edge.source, edge.target))
    # Like the edges, made without pyvis, whose add_node searches a list for every id.
    return [
        as_json(node)
        | {
            "id": number,
            "shape": look_of(node.kind).shape,
            "label": wrap_label(caption_of(node)),  # what vis-network draws; the full label is `name`
            "size": size_of(node, degree[node.iri], node.iri == network.focus),
            "x": round(at[node.iri][0], 1),
            "y": round(at[node.iri][1], 1),
            "outline": outlined.get(node.iri),
            "degree": degree[node.iri],
            "focus": node.iri == network.focus,
            "look": style_of(node.kind),
            "kindName": look_of(node.kind).name,
            "name": name_of(node),
        }
        for number, node in enumerate(network.nodes)
    ]


def _picture_edges(network: Network, outline: Outline | None = None) -> list[dict[str, Any]]:
    """The edges of the network or, with an outline, its edges with the numbers of those that each one summarises."""
    number_of = {node.iri: number for number, node in enumerate(network.nodes)}
    second_hand = {node.iri for node in network.nodes if node.kind == "reported-finding"}
    edges = [edge for edge, _ in outline.sums] if outline else network.edges
    made = []
    for number, (edge, bend) in enumerate(zip(edges, _bends(edges), strict=True)):
        dashed = edge.second_hand or not (outline or second_hand.isdisjoint((edge.source, edge.target)))
        family, arrow = edge_meaning(edge.kind)
        drawn = {
            "id": number + len(network.edges) if outline else number,
            "from": number_of[edge.source],
            "to": number_of[edge.target],
            "kind": edge.kind,
            "label": _edge_label(edge),
            "weight": edge.weight,
            "text": edge.text,
            "quotations": as_json(edge.quotations),
            "reasons": [number_of[iri] for iri in edge.reasons if iri in number_of],
            "smooth": bend,
            "family": family,
            "secondHand": dashed,
            "arrows": {"to": {"enabled": True, "type": arrow}},
            "dashes": [7, 5] if dashed else False,
            # The line ends at the bar of "hinders"; the other arrow heads hide its end.
            "arrowStrikethrough": arrow == "bar",
        }
        made.append(drawn | ({"members": outline.sums[number][1]} if outline else {}))
    return made


def _edge_label(edge: Edge) -> str:
    """The label of an edge, with the number of relations that it summarises."""
    kind = one_line(edge.kind)
    kind = kind if len(kind) <= LABEL_LETTERS else f"{kind[: LABEL_LETTERS - 1]}…"
    return f"{kind} · {edge.weight}" if edge.weight > 1 else kind


def _bends(edges: Iterable[Edge]) -> list[dict[str, Any]]:
    """A curve for each edge, so that several edges between the same two nodes can be seen and clicked separately."""
    seen: Counter[frozenset[str]] = Counter()
    bends: list[dict[str, Any]] = []
    for edge in edges:
        pair = frozenset((edge.source, edge.target))
        lane = seen[pair]
        seen[pair] += 1
        # The first edge is straight; the next ones are alternately left and right of it, further and further away.
        # Seen from the other end, left is right.
        left = (lane % 2 == 1) == (edge.source < edge.target)
        roundness = 0.18 * ((lane + 1) // 2)
        bends.append({"enabled": lane > 0, "type": "curvedCW" if left else "curvedCCW", "roundness": roundness})
    return bends


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


def _environment(network: Network, outline: Outline | None, pages: Mapping[str, str] | None) -> Environment:
    """The environment for pyvis, whose own one does not escape, with everything else that the page shows."""
    environment = inline.environment()
    environment.globals.update(_carried())
    kinds, relations = _kind_entries(network), _relation_entries(network)
    said, label = overview_legend(network), {node.iri: name_of(node) for node in network.nodes}
    environment.globals.update(
        about={"title": network.title, "focus": network.focus, "snapshot": network.snapshot, "base": BASE},
        # The checkboxes of the legend name a kind by its number here: an attribute cannot contain every character.
        legend={"kinds": [entry["kind"] for entry in kinds], "relations": [entry["kind"] for entry in relations],
                "names": [entry["name"] for entry in kinds]},
        facets=_facets(network),
        sums=_picture_edges(network, outline) if outline else [],
        outlined=len(network.nodes) > MANY_NODES,
        overview=overview(network, pages),
        said=said,
        axes=list(dict.fromkeys(axis for axis, _ in said)),
        links=links(network),
        plain_edges=[] if said else [tuple(map(sayable, (label[e.source], e.kind, label[e.target]))) for e in network.edges[:MOST_PLAIN]],
        note=network.note,
        most=MOST_SHOWN,
        snapshot=sayable(network.snapshot)[:12],
        kinds=kinds,
        relations=relations,
        files=_files(network),
        any_second_hand=any(node.kind == "reported-finding" for node in network.nodes),
    )
    return environment


def _files(network: Network) -> str:
    """The pieces of all files that the page can save, compressed, because each format repeats every quotation.

    The pieces of one node or edge stand together, so that what the formats have in common is found in the window.
    """
    made = {name: pieces(network) for name, pieces in PIECES.items()}
    data = {
        "forms": {name: [one.head, one.middle, one.foot, one.joint, one.note] for name, one in made.items()},
        "nodes": list(zip(*(one.nodes for one in made.values()), strict=True)),
        "edges": list(zip(*(one.edges for one in made.values()), strict=True)),
    }
    return base64.b64encode(zlib.compress(json.dumps(data, ensure_ascii=False).encode(), 6)).decode()


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
