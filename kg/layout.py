"""A place for every node, the same one every time."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable

SPACING = 150.0
"""Pixels between neighbours at zoom 1: room for a label."""
_ROOM = (SPACING * 0.95, SPACING * 0.5)

Places = dict[str, tuple[float, float]]
Nodes = Collection[tuple[int, str, str]]
"""Rank of the kind, label and IRI of each node: what stands side by side in a ring is in this order."""
Edges = Collection[tuple[str, str]]


def place(nodes: Nodes, edges: Edges, focus: str = "") -> Places:
    """Rings around the focus where there is one, else a force-directed layout; whole pixels, so bytes do not vary."""
    if not nodes:
        return {}
    places = _rings(nodes, edges, focus) if focus else _forces(nodes, edges)
    return {iri: (float(round(x)), float(round(y))) for iri, (x, y) in sorted(places.items())}


def _rings(nodes: Nodes, edges: Edges, focus: str) -> Places:
    """The focus in the middle, each ring one edge further out; what is of a kind stands together."""
    distances = _distances((iri for _, _, iri in nodes), edges, focus)
    places: Places = {focus: (0.0, 0.0)}
    radius = 0.0
    for distance in sorted(set(distances.values()) - {0}):
        ring = [iri for _, _, iri in sorted(nodes) if distances[iri] == distance]
        radius = max(radius + 1.7 * SPACING, len(ring) * SPACING / (2 * math.pi))
        for index, iri in enumerate(ring):
            angle = 2 * math.pi * index / len(ring) - math.pi / 2
            stagger = 1.0 if len(ring) < 16 or index % 2 else 1.22
            places[iri] = (1.35 * stagger * radius * math.cos(angle), stagger * radius * math.sin(angle))
    return places


def _distances(nodes: Iterable[str], edges: Edges, focus: str) -> dict[str, int]:
    """Edges between the focus and each node; what cannot be reached comes last."""
    near: dict[str, set[str]] = defaultdict(set)
    for source, target in edges:
        near[source].add(target)
        near[target].add(source)
    found, frontier, distance = {focus: 0}, {focus}, 0
    while frontier:
        distance += 1
        frontier = {iri for reached in frontier for iri in near[reached]} - set(found)
        found |= dict.fromkeys(frontier, distance)
    return found | {iri: distance for iri in nodes if iri not in found}


def _forces(nodes: Nodes, edges: Edges) -> Places:
    """networkx's spring layout from a fixed seed, spread until labels have room (Fruchterman and Reingold 1991)."""
    import networkx as nx  # slow to import

    graph = nx.Graph()
    graph.add_nodes_from(sorted(iri for _, _, iri in nodes))
    graph.add_edges_from(sorted({(source, target) for source, target in edges if source != target}))
    size = SPACING * math.sqrt(len(nodes)) * 0.9
    start = nx.spring_layout(graph, seed=7, iterations=120, k=2.2 / math.sqrt(len(nodes)), scale=size)
    return _apart({iri: (float(1.4 * x), float(y)) for iri, (x, y) in start.items()})


def _apart(places: Places, rounds: int = 60) -> Places:
    """Pushes nodes apart that stand closer than a label's size."""
    points = {iri: list(place) for iri, place in places.items()}
    for _ in range(rounds):
        if not _pushed(list(points.values())):
            break
    return {iri: (x, y) for iri, (x, y) in points.items()}


def _pushed(points: list[list[float]]) -> bool:
    """Moves all pairs of points that overlap apart, one after the other; whether there were any.

    Nearly all pairs stand apart: most of the time goes into seeing that.
    """
    wide, high = _ROOM
    found = False
    for number, one in enumerate(points):
        for other in points[number + 1:]:
            if abs(other[0] - one[0]) < wide and abs(other[1] - one[1]) < high:
                _push(one, other)
                found = True
    return found


def _push(one: list[float], other: list[float]) -> None:
    """Moves two points that overlap apart, along the axis on which they overlap less."""
    apart = [other[axis] - one[axis] for axis in (0, 1)]
    over = [_ROOM[axis] - abs(apart[axis]) for axis in (0, 1)]
    axis = 0 if over[0] / _ROOM[0] < over[1] / _ROOM[1] else 1
    push = over[axis] / 2 if apart[axis] >= 0 else -over[axis] / 2
    one[axis] -= push
    other[axis] += push
