"""The graph as people look at it: a network of things and of edges with reasons.

Rows of the queries in `queries/network/` become a `Network`; `layout` gives every node a position. Pages, figures and
exports are made from a `Network` alone.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from kg.answers.display import Displayed, Shown
from kg.answers.layout import SPACING, place
from kg.answers.rows import Answers, made, texts_by
from kg.answers.things import Quotation, quotation
from kg.core.iris import full_iri, local_name
from kg.core.kinds import LEGEND
from kg.core.problems import UsageError, brief
from kg.core.progress import Progress, silent

if TYPE_CHECKING:
    import networkx as nx
    from pyvis.network import Network as PyvisNetwork

KINDS = LEGEND
"""Kinds of node, in the order of a legend. `finding` is first-hand, `reported-finding` second-hand."""

Quoted = Mapping[str, list[Quotation]]
"""The quotations that each thing rests on, by its local name."""


@dataclass(frozen=True, slots=True)
class Node:
    iri: str
    kind: str
    """One of `KINDS`."""
    label: str
    """Short, for the picture."""
    text: str = ""
    """A statement or definition in full."""
    key: str = ""
    """BibTeX key of the work that the node is, or that reports it."""
    alternatives: tuple[str, ...] = ()
    """Other labels people search for."""
    quotations: tuple[Quotation, ...] = ()
    year: str = ""
    """Of the work that the node is, or that found it; empty when it has none or none is known."""
    areas: tuple[str, ...] = ()
    """Labels of the practice areas that a practice is in, or a finding is about."""
    methods: tuple[str, ...] = ()
    """Labels of the research methods of the study behind a work or finding."""


@dataclass(frozen=True, slots=True)
class Edge:
    source: str
    target: str
    kind: str
    """`hinders`, `concerns`, `agrees with`, …: the label of the edge."""
    text: str = ""
    """The reasons: statements of findings or notes of citations, one per line."""
    quotations: tuple[Quotation, ...] = ()
    second_hand: bool = False
    """Whether it rests on second-hand findings only."""
    weight: int = 1
    """The number of relations it stands for: more than one in an overview only."""


@dataclass(frozen=True, slots=True)
class Network(Displayed):
    """Nodes and edges of a view of the graph, with positions."""

    title: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    focus: str = ""
    """IRI of the node it was made around, if any."""
    snapshot: str = ""
    """Content hash of the graph it was made from."""
    positions: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """x and y of each node by IRI, in pixels at zoom 1, y downwards."""

    def show(self, height: int = 600) -> Shown:
        """The interactive page of the network for a notebook, `height` pixels high; it works without a connection.

        A notebook shows the network like this by itself when it is the last value of a cell.
        """
        return self._page(height)

    def to_networkx(self) -> nx.MultiDiGraph[str]:
        """A networkx graph; see `kg.answers.libraries.to_networkx` for its attributes.

        Raises:
            UsageError: if networkx is not installed.
        """
        from kg.answers.libraries import to_networkx

        return to_networkx(self)

    def to_pyvis(self, **options: Any) -> PyvisNetwork:
        """A pyvis network to change and save; see `kg.answers.libraries.to_pyvis`.

        Raises:
            UsageError: if pyvis is not installed.
        """
        from kg.answers.libraries import to_pyvis

        return to_pyvis(self, **options)


# --- made from rows -----------------------------------------------------------------------------------------------


def network(
    graph: Answers, about: str = "", depth: int = 1, view: str = "whole", progress: Progress = silent
) -> Network:
    """A view of the graph with a position for every node.

    Args:
        about: a thing, by any of its names; the network is what is around it. Empty for the whole view.
        depth: how many edges around the thing.
        view: one of `kg.answers.network_views.VIEWS`.

    Raises:
        UsageError: for an unknown view or thing, or a thing that is not in the view.
    """
    from kg.answers.network_views import viewed

    progress("gathering things and relations")
    focus = graph.lookup.find(about).value if about else ""
    quoted = quotations(graph)
    nodes = _nodes(graph, quoted)
    if focus and focus not in nodes:
        focus = focus.replace("/study/", "/publication/")
    if focus and focus not in nodes:
        raise UsageError(f"`{brief(about)}` is not a node of the network; `kg show` prints what the graph says of it")
    edges = _edges(graph, nodes, quoted)
    whole = Network("Continuous* knowledge graph", tuple(nodes.values()), tuple(edges), focus, graph.snapshot)
    found = viewed(whole, view, depth)
    progress(f"finding a place for {len(found.nodes)} nodes")
    return replace(found, positions=placed(found))


def placed(network: Network) -> Mapping[str, tuple[float, float]]:
    """A position for each node of a network, by its IRI."""
    nodes = [(KINDS.index(node.kind), node.label, node.iri) for node in network.nodes]
    return place(nodes, [(edge.source, edge.target) for edge in network.edges], network.focus)


def quotations(graph: Answers) -> Quoted:
    """The quotations that each thing rests on, by its local name; a piece of evidence rests on its own."""
    found: dict[str, list[Quotation]] = defaultdict(list)
    for row in graph.query("network-evidence"):
        one = quotation(row, row["quote"])
        found[str(row["reason"])].append(one)
        if not found[str(row["evidence"])]:
            found[str(row["evidence"])].append(one)
    return found


def _nodes(graph: Answers, quoted: Quoted) -> dict[str, Node]:
    names = texts_by(graph.query("network-names"), "node", "name")
    facets: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in graph.query("network-facets"):
        facets[str(row["node"]), str(row["facet"])].append(str(row["value"]))
    nodes: dict[str, Node] = {}
    for row in graph.query("network-nodes"):
        name = str(row["node"])
        node = made(
            Node,
            row,
            iri=full_iri(name),
            alternatives=tuple(names[name]),
            quotations=tuple(quoted.get(name, ())),
            year=next(iter(facets[name, "year"]), ""),
            areas=tuple(facets[name, "area"]),
            methods=tuple(facets[name, "method"]),
        )
        nodes.setdefault(node.iri, node)
    return nodes


def _edges(graph: Answers, nodes: Mapping[str, Node], quoted: Quoted) -> list[Edge]:
    """Edges between the nodes; relations of the same kind between the same two things become one edge."""
    statements = texts_by(graph.query("network-reasons"), "reason", "statement")
    reasons: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for terms in graph.query("network-edges").terms:
        source, kind, target, reason = (term.value if term is not None else "" for term in terms)
        if source in nodes and target in nodes:
            reasons[source, kind, target].append(reason)
    second_hand = {iri for iri, node in nodes.items() if node.kind == "reported-finding"}
    edges = []
    for (source, kind, target), behind in reasons.items():
        names = [local_name(reason) for reason in behind]
        text = "\n".join(dict.fromkeys(text for name in names for text in statements[name]))
        quotes = tuple(dict.fromkeys(one for name in names for one in quoted.get(name, ())))
        edges.append(Edge(source, target, kind, text, quotes, second_hand.issuperset(behind)))
    return edges


def places(network: Network) -> dict[str, tuple[float, float]]:
    """The position of every node: the given one, or one to the right of those for a node without."""
    given = {
        node.iri: network.positions[node.iri]
        for node in network.nodes
        if node.iri in network.positions and all(map(math.isfinite, network.positions[node.iri]))
    }
    missing = {node.iri: node for node in network.nodes if node.iri not in given}
    rank = {kind: number for number, kind in enumerate(KINDS)}
    found = place(
        [(rank.get(node.kind, len(KINDS)), node.label, node.iri) for node in missing.values()],
        [(edge.source, edge.target) for edge in network.edges if edge.source in missing and edge.target in missing],
        network.focus if network.focus in missing else "",
    )
    if not given or not found:
        return given | found
    dx = max(x for x, _ in given.values()) - min(x for x, _ in found.values()) + SPACING
    return given | {iri: (x + dx, y) for iri, (x, y) in found.items()}


def check(network: Network) -> None:
    """Raises ValueError for a network that would be drawn wrongly: a node given twice, or an edge without its node."""
    iris = Counter(node.iri for node in network.nodes)
    if twice := [iri for iri, count in iris.items() if count > 1]:
        raise ValueError(f"node given more than once: {twice[0]}")
    for edge in network.edges:
        for end in (edge.source, edge.target):
            if end not in iris:
                raise ValueError(f"edge '{edge.kind}' leads to a node that is not in the network: {end}")
