"""The graph as people look at it: a small network of things and of reasoned edges between them.

Rows of the queries in `queries/network/` become a `Network`; `layout` gives every node a place. A view or an export
takes a `Network` and nothing else.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from kg.answers.layout import SPACING, place
from kg.answers.rows import Answers, Rows
from kg.core.iris import full_iri, local_name
from kg.core.problems import UsageError, brief
from kg.core.progress import Progress, silent

if TYPE_CHECKING:
    from kg.render.pages.notebook import Frame

KINDS = (
    "practice",
    "challenge",
    "finding",
    "reported-finding",
    "work",
    "participant",
    "approach",
    "area",
    "method",
    "context",
)
"""Kinds of node, in the order of a legend. `finding` is first-hand, `reported-finding` second-hand."""


@dataclass(frozen=True, slots=True, order=True)
class Quotation:
    """The words something rests on: a verbatim phrase with its section and the work it stands in."""

    quote: str
    section: str
    work: str
    """How the work is named: `Vänskä et al. (2024)`."""
    key: str
    """The work's BibTeX key, for `\\cite{key}`."""
    said_by: str = ""
    """The participant whose words these are; empty when they are the authors'."""
    page: str = ""
    url: str = ""
    """DOI link or address of the work, empty when the bibliography has none."""


Quoted = Mapping[str, list[Quotation]]
"""The quotations that each thing rests on, by its local name."""


@dataclass(frozen=True, slots=True)
class Node:
    iri: str
    kind: str
    label: str
    """Short: what stands in the picture."""
    text: str = ""
    """A statement or definition in full."""
    key: str = ""
    """BibTeX key of the work that the node is, or stands in."""
    alternatives: tuple[str, ...] = ()
    """Other labels people search for."""
    quotations: tuple[Quotation, ...] = ()
    year: str = ""
    """Of the work that the node is, or that found it; empty when it has none, or none is known."""
    areas: tuple[str, ...] = ()
    """Labels of the practice areas that a practice is in, or a finding is about."""
    methods: tuple[str, ...] = ()
    """Labels of the research methods of the study behind a work or finding."""


@dataclass(frozen=True, slots=True)
class Edge:
    source: str
    target: str
    kind: str
    """`hinders`, `concerns`, `agrees with`, …: what stands on the edge."""
    text: str = ""
    """Why: the finding's statement or the citation's note behind the edge."""
    quotations: tuple[Quotation, ...] = ()
    second_hand: bool = False
    """Whether it rests on second-hand findings only."""
    weight: int = 1
    """How many relations it stands for: more than one in an overview only."""


@dataclass(frozen=True, slots=True)
class Network:
    title: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    focus: str = ""
    """IRI of the node it was made around, if any."""
    snapshot: str = ""
    """Content hash of the graph it was made from."""
    positions: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """x and y of each node by IRI, in pixels at zoom 1, y downwards."""

    def show(self, height: int = 600) -> Frame:
        """The page of the network, to be displayed in a notebook: `height` pixels high, and alive without a connection.

        A notebook shows the network in this way by itself when it is the last value of a cell.
        """
        from kg.render.pages.graph_page import graph_page
        from kg.render.pages.notebook import Frame

        return Frame(graph_page(self), self.title, height)

    def _repr_html_(self) -> str:
        return self.show()._repr_html_()


# --- from rows ----------------------------------------------------------------------------------------------------


def network(
    graph: Answers, about: str = "", depth: int = 1, view: str = "whole", progress: Progress = silent
) -> Network:
    """A picture of the graph with a place for every node: a view of it, or what of that is around the thing `about`.

    `view` is one of `kg.answers.network_views.VIEWS`; `depth` is how many edges around the thing.

    Raises:
        UsageError: for a view that is not known, or if nothing in the picture is called that.
    """
    from kg.answers.network_views import viewed

    progress("gathering things and relations")
    focus = graph.lookup.find(about).value if about else ""
    quoted = quotations(graph)
    nodes = _nodes(graph, quoted)
    if focus and focus not in nodes:
        focus = focus.replace("/study/", "/publication/")
    if focus and focus not in nodes:
        raise UsageError(f"`{brief(about)}` does not stand in the graph picture; `kg show` tells what is said of it")
    edges = _edges(graph, nodes, quoted)
    whole = Network("Continuous* knowledge graph", tuple(nodes.values()), tuple(edges), focus, graph.snapshot)
    found = viewed(whole, view, depth)
    progress(f"finding a place for {len(found.nodes)} nodes")
    return replace(found, positions=placed(found))


def placed(network: Network) -> Mapping[str, tuple[float, float]]:
    """A place for each node of a network, by its IRI."""
    nodes = [(KINDS.index(node.kind), node.label, node.iri) for node in network.nodes]
    return place(nodes, [(edge.source, edge.target) for edge in network.edges], network.focus)


def quotations(graph: Answers) -> Quoted:
    """The quotations that each thing rests on, by its local name; a piece of evidence rests on its own."""
    found: dict[str, list[Quotation]] = defaultdict(list)
    for row in graph.query("network-evidence"):
        doi = row["doi"]
        quotation = Quotation(
            str(row["quote"]),
            str(row["section"]),
            str(row["work"]),
            str(row["key"]),
            str(row["said_by"] or ""),
            str(row["page"] or ""),
            f"https://doi.org/{doi}" if doi else str(row["url"] or ""),
        )
        found[str(row["reason"])].append(quotation)
        if not found[str(row["evidence"])]:
            found[str(row["evidence"])].append(quotation)
    return found


def _nodes(graph: Answers, quoted: Quoted) -> dict[str, Node]:
    names = _grouped(graph.query("network-names"), "node", "name")
    facets: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in graph.query("network-facets"):
        facets[str(row["node"]), str(row["facet"])].append(str(row["value"]))
    nodes: dict[str, Node] = {}
    for row in graph.query("network-nodes"):
        name = str(row["node"])
        nodes.setdefault(
            full_iri(name),
            Node(
                full_iri(name),
                str(row["kind"]),
                str(row["label"]),
                str(row["text"] or ""),
                str(row["key"] or ""),
                tuple(names[name]),
                tuple(quoted.get(name, ())),
                next(iter(facets[name, "year"]), ""),
                tuple(facets[name, "area"]),
                tuple(facets[name, "method"]),
            ),
        )
    return nodes


def _edges(graph: Answers, nodes: Mapping[str, Node], quoted: Quoted) -> list[Edge]:
    """Edges between the nodes; those that say the same of the same two things become one, with all their reasons."""
    says = _grouped(graph.query("network-reasons"), "reason", "statement")
    reasons: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    rows = graph.query("network-edges")
    for terms in rows.terms:
        source, kind, target, reason = (term.value if term is not None else "" for term in terms)
        if source in nodes and target in nodes:
            reasons[source, kind, target].append(reason)
    told = {iri for iri, node in nodes.items() if node.kind == "reported-finding"}
    edges = []
    for (source, kind, target), behind in reasons.items():
        names = [local_name(reason) for reason in behind]
        edges.append(
            Edge(
                source,
                target,
                kind,
                "\n".join(_unique(text for name in names for text in says[name])),
                tuple(_unique(quote for name in names for quote in quoted.get(name, ()))),
                told.issuperset(behind),
            )
        )
    return edges


def _grouped(rows: Rows, key: str, value: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        found[str(row[key])].append(str(row[value]))
    return found


def _unique(items: Iterable[Any]) -> list[Any]:
    return list(dict.fromkeys(items))


def places(network: Network) -> dict[str, tuple[float, float]]:
    """Where each node stands: as given, and to the right of those the nodes that no place was given for."""
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
    """A node twice or an edge into nowhere would be drawn wrongly without a word: better to say it here."""
    iris = Counter(node.iri for node in network.nodes)
    if twice := [iri for iri, count in iris.items() if count > 1]:
        raise ValueError(f"node given more than once: {twice[0]}")
    for edge in network.edges:
        for end in (edge.source, edge.target):
            if end not in iris:
                raise ValueError(f"edge '{edge.kind}' leads to a node that is not in the network: {end}")
