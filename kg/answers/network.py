"""The graph as people look at it: a network of things and of edges with reasons.

Rows of the queries in `queries/network/` become a `Network`; `layout` gives every node a position. Pages, figures and
exports are made from a `Network` alone.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kg.answers.claims import Looked, PairClaim
from kg.answers.display import Displayed, Shown
from kg.answers.layout import SPACING, place
from kg.answers.things import Quotation
from kg.core.iris import local_name
from kg.core.kinds import LEGEND
from kg.core.reprs import counted, said, short

if TYPE_CHECKING:
    import networkx as nx
    from pyvis.network import Network as PyvisNetwork

KINDS = LEGEND
"""Kinds of node, in the order of a legend. `finding` is first-hand, `reported-finding` second-hand."""


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

    def __repr__(self) -> str:
        return short(self, local_name(self.iri), said(self.label))


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
    reasons: tuple[str, ...] = ()
    """IRIs of the findings that it rests on; empty if it rests on something else as well, or on nothing."""

    def __repr__(self) -> str:
        return short(self, local_name(self.source), self.kind, local_name(self.target))


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
    note: str = ""
    """What a reader must know about the whole graph, such as that it has no annotations yet."""
    claims: tuple[PairClaim, ...] = ()
    """What its findings claim of practices with challenges and outcomes, if it is the whole graph."""
    looked: Looked = field(default_factory=Looked)
    """What is known of pairs without a claim."""

    def __repr__(self) -> str:
        return short(self, said(self.title), counted(len(self.nodes), "node"), counted(len(self.edges), "edge"))

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

        check(self)
        return to_networkx(self, places(self))

    def to_pyvis(self, **options: Any) -> PyvisNetwork:
        """A pyvis network to change and save; see `kg.answers.libraries.to_pyvis`.

        Raises:
            UsageError: if pyvis is not installed.
        """
        from kg.answers.libraries import to_pyvis

        check(self)
        return to_pyvis(self, places(self), **options)


def placed(network: Network) -> Mapping[str, tuple[float, float]]:
    """A position for each node of a network, by its IRI."""
    nodes = [(KINDS.index(node.kind), node.label, node.iri) for node in network.nodes]
    return place(nodes, [(edge.source, edge.target) for edge in network.edges], network.focus)


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
