"""The network of a graph, made from the rows of the queries in `queries/network/`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from kg.answers.claims import Looked, PairClaim, claims, looked
from kg.answers.network import Edge, Network, Node, placed
from kg.answers.network_views import viewed
from kg.answers.rows import NOT_ANNOTATED, Answers, annotated, made, texts_by
from kg.answers.selection import Selected
from kg.answers.things import Quotation, quotation
from kg.core.iris import local_name
from kg.core.problems import UsageError, brief
from kg.core.progress import Progress, silent
from kg.readers.settings import TITLE

Quoted = Mapping[str, list[Quotation]]
"""The quotations that each thing rests on, by its local name."""


def network(
    graph: Answers,
    about: str = "",
    depth: int = 1,
    view: str = "whole",
    progress: Progress = silent,
    only: Selected | None = None,
) -> Network:
    """A view of the graph with a position for every node.

    Args:
        about: a thing, by any of its names; the network is what is around it. Empty for the whole view.
        depth: how many edges around the thing.
        view: one of `kg.answers.network_views.VIEWS`.
        only: the findings that are shown, with what they are about; all by default.

    Raises:
        UsageError: for an unknown view or thing, or a thing that is not in the view.
    """
    progress("gathering things and relations")
    focus = graph.lookup.find(about).value if about else ""
    quoted = quotations(graph)
    nodes = {iri: node for iri, node in _nodes(graph, quoted).items() if _shown(iri, only)}
    if focus and focus not in nodes:
        focus = focus.replace("/study/", "/publication/")
    if focus and focus not in nodes:
        raise UsageError(f"`{brief(about)}` is not a node of the network; `kg show` prints what the graph says of it")
    edges = _edges(graph, nodes, quoted, only)
    if only is not None:
        nodes = _connected(nodes, edges)
        edges = [edge for edge in edges if edge.source in nodes and edge.target in nodes]
    whole = Network(graph.title or TITLE, tuple(nodes.values()), tuple(edges), focus, graph.snapshot)
    found = viewed(whole, view, depth)
    progress(f"finding a place for {len(found.nodes)} nodes")
    note = "" if annotated(graph) else f"{NOT_ANNOTATED}: the graph shows only the vocabulary."
    title = f"{graph.title}: {found.title}" if graph.title and found.title != graph.title else found.title
    title = f"{title} (only {only.selection})" if only else title
    said = _claims(graph, found) if found.nodes == whole.nodes and not focus else ()
    pairs = looked(graph) if said else Looked()
    return replace(found, title=title, positions=placed(found), note=note, claims=said, looked=pairs)


def _claims(graph: Answers, whole: Network) -> tuple[PairClaim, ...]:
    """The claims of the findings that the network contains."""
    kinds = {node.iri: node.kind for node in whole.nodes}
    practices = {iri for iri, kind in kinds.items() if kind == "practice"}
    return tuple(one for one in claims(graph, practices) if one.finding in kinds and one.target in kinds)


def _shown(iri: str, only: Selected | None) -> bool:
    """Whether a thing is shown: a finding only if it is selected."""
    name = local_name(iri)
    return only is None or not name.startswith("finding/") or name in only.findings


def _connected(nodes: Mapping[str, Node], edges: Iterable[Edge]) -> dict[str, Node]:
    """The nodes that an edge of the selection leads to, and those of the vocabulary that are above them."""
    about = {end for e in edges if e.source in nodes and _is_selected(e, nodes) for end in (e.source, e.target)}
    above: dict[str, list[str]] = defaultdict(list)
    for edge in edges:
        if edge.kind in ("narrower than", "in area", "uses method", "in context"):
            above[edge.source].append(edge.target)
    waiting = list(about)
    while waiting:
        further = [iri for iri in above[waiting.pop()] if iri not in about]
        about.update(further)
        waiting += further
    return {iri: node for iri, node in nodes.items() if iri in about}


def _is_selected(edge: Edge, nodes: Mapping[str, Node]) -> bool:
    """Whether an edge is one of a finding, or rests on findings."""
    kinds = {nodes[edge.source].kind, nodes[edge.target].kind}
    return not kinds.isdisjoint(("finding", "reported-finding")) or bool(edge.text and "work" not in kinds)


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
    for row in graph.query("network-nodes").with_iris():
        iri = str(row["node"])
        name = local_name(iri)
        node = made(
            Node,
            row,
            iri=iri,
            alternatives=tuple(names[name]),
            quotations=tuple(quoted.get(name, ())),
            year=next(iter(facets[name, "year"]), ""),
            areas=tuple(facets[name, "area"]),
            methods=tuple(facets[name, "method"]),
        )
        nodes.setdefault(node.iri, node)
    return nodes


def _edges(graph: Answers, nodes: Mapping[str, Node], quoted: Quoted, only: Selected | None) -> list[Edge]:
    """Edges between the nodes; relations of the same kind between the same two things become one edge."""
    statements = texts_by(graph.query("network-reasons"), "reason", "statement")
    reasons: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for terms in graph.query("network-edges").terms:
        source, kind, target, reason = (term.value if term is not None else "" for term in terms)
        if source in nodes and target in nodes and _shown(reason, only):
            reasons[source, kind, target].append(reason)
    second_hand = {iri for iri, node in nodes.items() if node.kind == "reported-finding"}
    findings = second_hand | {iri for iri, node in nodes.items() if node.kind == "finding"}
    edges = []
    for (source, kind, target), behind in reasons.items():
        names = [local_name(reason) for reason in behind]
        text = "\n".join(dict.fromkeys(text for name in names for text in statements[name]))
        quotes = tuple(dict.fromkeys(one for name in names for one in quoted.get(name, ())))
        all_findings = tuple(dict.fromkeys(behind)) if findings.issuperset(behind) else ()
        edges.append(Edge(source, target, kind, text, quotes, second_hand.issuperset(behind), reasons=all_findings))
    return edges
