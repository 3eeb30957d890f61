"""What a picture of the graph shows: all of it, an overview, practices and challenges, citations, or the evidence on
one thing. Each view takes the whole network and returns a smaller one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import chain

from kg.answers.layout import distances, neighbours
from kg.answers.network import Edge, Network
from kg.core.problems import UsageError, did_you_mean

BROADER = "narrower than"
"""The relation that leads up the hierarchies of practices and challenges."""
LINKS = frozenset({"hinders", "mitigates", "does not hinder"})
"""Relations between practices and challenges, which an overview sums up."""
_OUTLINE_KINDS = frozenset({"area", "approach"})
_FINDINGS = frozenset({"finding", "reported-finding"})
_SOURCES = frozenset({"found by", "reported in"})
MOST_OUTLINED = 60
"""Number of nodes in the overview of a network without practices: the best connected ones."""


@dataclass(frozen=True, slots=True)
class Outline:
    """The overview of a network."""

    nodes: frozenset[str]
    """IRIs of the nodes in it."""
    sums: tuple[tuple[Edge, tuple[int, ...]], ...]
    """Edges that stand for several edges of the network, each with the indices of these."""


def viewed(network: Network, view: str, depth: int = 1) -> Network:
    """A view of the network; with a focus, only what is within `depth` edges of it.

    Raises:
        UsageError: for an unknown view, or one that does not contain the focus.
    """
    if view not in VIEWS:
        raise UsageError(f"no view `{view}`; {did_you_mean(view, VIEWS, 'one of ' + ', '.join(VIEWS))}")
    _, make = VIEWS[view]
    focus = next((node for node in network.nodes if node.iri == network.focus), None)
    found = make(network)
    if focus is None:
        return found
    if focus not in found.nodes:
        raise UsageError(f"`{focus.label}` is not in the view `{view}`")
    around = found if make is evidence else _part(found, within(network.focus, found.edges, depth))
    return replace(around, title=focus.label if make is whole else f"{focus.label}: {found.title}")


def whole(network: Network) -> Network:
    """All of it."""
    return network


def outlined(network: Network) -> Network:
    """The overview as a network of its own; its edges have the reasons and quotations of all that they stand for."""
    outline = outline_of(network)
    part = _part(network, outline.nodes)
    summed = {network.edges[number] for _, numbers in outline.sums for number in numbers}
    label = {node.iri: node.label for node in network.nodes}
    sums = []
    for edge, numbers in outline.sums:
        behind = [network.edges[number] for number in numbers]
        text = "\n".join(f"{label[one.source]} {one.kind} {label[one.target]}" for one in behind)
        quotations = dict.fromkeys(chain.from_iterable(one.quotations for one in behind))
        sums.append(replace(edge, text=text, quotations=tuple(quotations)))
    return replace(part, title="Overview", edges=(*(edge for edge in part.edges if edge not in summed), *sums))


def practices_and_challenges(network: Network) -> Network:
    """Practices, their areas and the challenges, with what hinders and mitigates."""
    part = _part(network, {node.iri for node in network.nodes if node.kind in ("practice", "area", "challenge")})
    return replace(part, title="Practices and challenges")


def citations(network: Network) -> Network:
    """Works and findings, with why a work is cited and which finding cites it."""
    kinds = _kinds(network)
    said = [
        edge
        for edge in network.edges
        if kinds[edge.target] == "work" and edge.kind not in _SOURCES and kinds[edge.source] in ("work", "finding")
    ]
    cited = {end for edge in said for end in (edge.source, edge.target)}
    part = _part(network, cited)
    # The edges from a finding to its work show who cites.
    home = [edge for edge in part.edges if edge.kind in _SOURCES]
    return replace(part, title="Citations", edges=(*said, *home))


def evidence(network: Network) -> Network:
    """What is said about the focus and narrower things: findings, who found and reported them, links and challenges.

    Raises:
        UsageError: if the network has no focus.
    """
    if not network.focus:
        raise UsageError("the view `evidence` is of one thing: say which with --about")
    kinds = _kinds(network)
    near = neighbours(_ends(network.edges))
    below: dict[str, set[str]] = defaultdict(set)
    for edge in network.edges:
        if edge.kind == BROADER:
            below[edge.target].add(edge.source)
    core = set(distances(below, network.focus))
    tied = {iri for thing in core for iri in near[thing]} | {network.focus}
    findings = {iri for iri in tied if kinds[iri] in _FINDINGS}
    behind = {iri for finding in findings for iri in near[finding]}
    shown = {iri for iri in behind if kinds[iri] in _FINDINGS | {"work", "participant", "challenge"}}
    challenges = {iri for iri in tied if kinds[iri] == "challenge"}
    return replace(_part(network, core | findings | challenges | shown), title="evidence")


VIEWS: Mapping[str, tuple[str, Callable[[Network], Network]]] = {
    "whole": ("everything", whole),
    "overview": ("areas, the broadest practices and challenge categories, with how many links there are", outlined),
    "practices": ("practices and challenges only", practices_and_challenges),
    "citations": ("works, and why they are cited", citations),
    "evidence": ("what is known of one thing, and who found it (with --about)", evidence),
}
"""By name, what a view shows (for help texts), and the function that makes it."""


def outline_of(network: Network) -> Outline:
    """The broadest practices and challenges, areas and approaches; with a focus, the neighbours of the focus."""
    if network.focus:
        return Outline(_best(network, within(network.focus, network.edges, 1)), ())
    top = _tops(network)
    nodes = {node.iri for node in network.nodes if node.kind in _OUTLINE_KINDS} | set(top.values())
    if len(nodes) < 2:
        return Outline(_best(network, {node.iri for node in network.nodes}), ())
    sums: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for number, edge in enumerate(network.edges):
        if edge.kind in LINKS:
            sums[top.get(edge.source, edge.source), top.get(edge.target, edge.target), edge.kind].append(number)
    found = []
    for (source, target, kind), numbers in sorted(sums.items(), key=lambda item: (item[0][0], item[0][2], item[0][1])):
        second_hand = all(network.edges[number].second_hand for number in numbers)
        found.append((Edge(source, target, kind, second_hand=second_hand, weight=len(numbers)), tuple(numbers)))
    return Outline(frozenset(nodes), tuple(found))


def within(focus: str, edges: Iterable[Edge], depth: int) -> set[str]:
    """The nodes within `depth` edges of the focus, in both directions."""
    return set(distances(neighbours(_ends(edges)), focus, depth))


def _ends(edges: Iterable[Edge]) -> Iterable[tuple[str, str]]:
    return ((edge.source, edge.target) for edge in edges)


def _kinds(network: Network) -> dict[str, str]:
    return {node.iri: node.kind for node in network.nodes}


def _part(network: Network, iris: Collection[str]) -> Network:
    return replace(
        network,
        nodes=tuple(node for node in network.nodes if node.iri in iris),
        edges=tuple(edge for edge in network.edges if edge.source in iris and edge.target in iris),
    )


def _tops(network: Network) -> Mapping[str, str]:
    """The top of the hierarchy over each practice and challenge; of several broader ones, the first IRI counts."""
    broader = sorted((edge.target, edge.source) for edge in network.edges if edge.kind == BROADER)
    above = {source: target for target, source in reversed(broader)}
    tops = {}
    for node in network.nodes:
        if node.kind in ("practice", "challenge"):
            seen, top = {node.iri}, node.iri
            while (higher := above.get(top)) and higher not in seen:
                seen.add(higher)
                top = higher
            tops[node.iri] = top
    return tops


def _best(network: Network, iris: Collection[str]) -> frozenset[str]:
    """The best connected of these, and the focus."""
    degree = Counter(chain.from_iterable(_ends(network.edges)))
    ranked = sorted(iris, key=lambda iri: (iri != network.focus, -degree[iri], iri))
    return frozenset(ranked[:MOST_OUTLINED])
