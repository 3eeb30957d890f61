"""What a picture of the graph shows: all of it, its outline, practices and challenges, citations, or the evidence of
one thing. Each view takes the whole network and gives a smaller one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import chain

from kg.answers.network import Edge, Network
from kg.core.problems import UsageError, did_you_mean

BROADER = "narrower than"
"""The relation that leads up the hierarchy of challenges."""
LINKS = frozenset({"hinders", "mitigates", "does not hinder"})
"""Relations of practices and challenges: what an outline adds up."""
_OUTLINE_KINDS = frozenset({"practice", "area", "approach"})
_STATED = frozenset({"finding", "reported-finding"})
MOST_OUTLINED = 60
"""How many things an outline shows of a network without practices: the best connected."""


@dataclass(frozen=True, slots=True)
class Outline:
    """A network seen from afar."""

    nodes: frozenset[str]
    """IRIs of the things in it."""
    sums: tuple[tuple[Edge, tuple[int, ...]], ...]
    """Edges that stand for several of the network, with the numbers of those: between a category and a practice."""


def viewed(network: Network, view: str, depth: int = 1) -> Network:
    """One of `VIEWS` of the network; where it has a focus, what is within `depth` edges of that.

    Raises:
        UsageError: for a view that is not known, or that does not hold the focus.
    """
    if view not in VIEWS:
        raise UsageError(f"no view `{view}`; {did_you_mean(view, VIEWS, 'one of ' + ', '.join(VIEWS))}")
    _, make = VIEWS[view]
    focus = next((node for node in network.nodes if node.iri == network.focus), None)
    found = make(network)
    if focus is None:
        return found
    if focus not in found.nodes:
        raise UsageError(f"`{focus.label}` is no part of the view `{view}`")
    around = found if make is evidence else _part(found, within(network.focus, found.edges, depth))
    return replace(around, title=focus.label if make is whole else f"{focus.label}: {found.title}")


def whole(network: Network) -> Network:
    """All of it."""
    return network


def outlined(network: Network) -> Network:
    """The outline as a network of its own: its edges carry the reasons and quotations of all that they stand for."""
    outline = outline_of(network)
    kept = _part(network, outline.nodes)
    summed = {number for _, numbers in outline.sums for number in numbers}
    plain = tuple(edge for number, edge in enumerate(network.edges) if number not in summed and edge in set(kept.edges))
    sums = (
        replace(
            edge,
            text="\n".join(_told(network, numbers)),
            quotations=tuple(
                dict.fromkeys(chain.from_iterable(network.edges[number].quotations for number in numbers))
            ),
        )
        for edge, numbers in outline.sums
    )
    return replace(kept, title="Overview", edges=(*plain, *sums))


def practices_and_challenges(network: Network) -> Network:
    """Practices, their areas and the challenges, with what hinders and mitigates."""
    kept = _part(network, {node.iri for node in network.nodes if node.kind in ("practice", "area", "challenge")})
    return replace(kept, title="Practices and challenges")


def citations(network: Network) -> Network:
    """Works and findings, with why a work is cited and what finding says so."""
    kinds = {node.iri: node.kind for node in network.nodes}
    said = [
        edge
        for edge in network.edges
        if kinds[edge.target] == "work" and edge.kind not in _WHEREABOUTS and kinds[edge.source] in ("work", "finding")
    ]
    cited = {end for edge in said for end in (edge.source, edge.target)}
    # A finding is tied to the work that it stands in: otherwise nobody could tell who cites.
    home = [
        edge for edge in network.edges if edge.source in cited and edge.target in cited and edge.kind in _WHEREABOUTS
    ]
    return replace(
        network,
        title="Citations",
        nodes=tuple(node for node in network.nodes if node.iri in cited),
        edges=(*said, *home),
    )


_WHEREABOUTS = frozenset({"found by", "told in"})


def evidence(network: Network) -> Network:
    """All that is said of the focus and of what is narrower: findings, who found and said it, links and challenges.

    Raises:
        UsageError: if the network has no focus.
    """
    if not network.focus:
        raise UsageError("the view `evidence` is of one thing: say which with --about")
    kinds = {node.iri: node.kind for node in network.nodes}
    near = _neighbours(network.edges)
    below = _narrower(network)
    core, waiting = {network.focus}, [network.focus]
    while waiting:
        waiting = [iri for above in waiting for iri in below[above] if iri not in core]
        core.update(waiting)
    findings = {iri for thing in core for iri in near[thing] if kinds[iri] in _STATED} | (
        {network.focus} if kinds[network.focus] in _STATED else set()
    )
    tied = {iri for thing in core for iri in near[thing] if kinds[iri] == "challenge"}
    behind = {
        iri
        for finding in findings
        for iri in near[finding]
        if kinds[iri] in _STATED | {"work", "participant", "challenge"}
    }
    return replace(_part(network, core | findings | tied | behind), title="evidence")


VIEWS: Mapping[str, tuple[str, Callable[[Network], Network]]] = {
    "whole": ("everything", whole),
    "overview": ("areas, practices and challenge categories, with how many links there are", outlined),
    "practices": ("practices and challenges only", practices_and_challenges),
    "citations": ("works, and why they are cited", citations),
    "evidence": ("what is known of one thing, and who found it (with --about)", evidence),
}
"""By name what a view shows, for people, and the function that makes it."""


def outline_of(network: Network) -> Outline:
    """Practices, areas, approaches and challenge categories; of a network with a focus, what is next to that."""
    if network.focus:
        return Outline(_best(network, within(network.focus, network.edges, 1)), ())
    top = _tops(network)
    nodes = {node.iri for node in network.nodes if node.kind in _OUTLINE_KINDS} | set(top.values())
    if len(nodes) < 2:
        return Outline(_best(network, {node.iri for node in network.nodes}), ())
    sums: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for number, edge in enumerate(network.edges):
        if edge.kind in LINKS:
            sums[top.get(edge.source, edge.source), edge.kind, top.get(edge.target, edge.target)].append(number)
    return Outline(
        frozenset(nodes),
        tuple(
            (
                Edge(
                    source,
                    target,
                    kind,
                    weight=len(numbers),
                    second_hand=all(network.edges[number].second_hand for number in numbers),
                ),
                tuple(numbers),
            )
            for (source, kind, target), numbers in sorted(sums.items())
        ),
    )


def within(focus: str, edges: Iterable[Edge], depth: int) -> set[str]:
    """What lies within `depth` edges of the focus, whichever way they lead."""
    near = _neighbours(edges)
    found, ring = {focus}, {focus}
    for _ in range(depth):
        ring = {end for iri in ring for end in near[iri]} - found
        found |= ring
    return found


def _neighbours(edges: Iterable[Edge]) -> Mapping[str, set[str]]:
    near: dict[str, set[str]] = defaultdict(set)
    for edge in edges:
        near[edge.source].add(edge.target)
        near[edge.target].add(edge.source)
    return near


def _part(network: Network, iris: Collection[str]) -> Network:
    return replace(
        network,
        nodes=tuple(node for node in network.nodes if node.iri in iris),
        edges=tuple(edge for edge in network.edges if edge.source in iris and edge.target in iris),
    )


def _narrower(network: Network) -> Mapping[str, list[str]]:
    below: dict[str, list[str]] = defaultdict(list)
    for edge in network.edges:
        if edge.kind == BROADER:
            below[edge.target].append(edge.source)
    return below


def _tops(network: Network) -> Mapping[str, str]:
    """The top of the hierarchy over each challenge; the first by IRI where it has several."""
    above = {
        edge.source: edge.target
        for edge in sorted(
            (edge for edge in network.edges if edge.kind == BROADER), key=lambda edge: edge.target, reverse=True
        )
    }
    tops = {}
    for node in network.nodes:
        if node.kind == "challenge":
            seen, top = {node.iri}, node.iri
            while (higher := above.get(top)) and higher not in seen:
                seen.add(higher)
                top = higher
            tops[node.iri] = top
    return tops


def _best(network: Network, iris: Collection[str]) -> frozenset[str]:
    """The best connected of these, and the focus."""
    degree = Counter(end for edge in network.edges for end in (edge.source, edge.target))
    ranked = sorted(iris, key=lambda iri: (iri != network.focus, -degree[iri], iri))
    return frozenset(ranked[:MOST_OUTLINED])


def _told(network: Network, numbers: Iterable[int]) -> list[str]:
    """What an edge of the outline stands for, a line for each."""
    label = {node.iri: node.label for node in network.nodes}
    edges = (network.edges[number] for number in numbers)
    return [f"{label[edge.source]} {edge.kind} {label[edge.target]}" for edge in edges]
