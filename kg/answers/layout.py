"""A position for every node, the same one every time."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping

from kg.core.extras import need

SPACING = 150.0
"""Pixels between neighbours at zoom 1: room for a label."""
_ROOM = (SPACING * 0.95, SPACING * 0.5)
MOST = 1000
"""Nodes of a spring layout: as many as the page draws at once. The time grows with the square."""
_CROWD = 600
"""With more nodes than this, labels are too many to read and overlaps are not removed."""

Places = dict[str, tuple[float, float]]
Nodes = Collection[tuple[int, str, str]]
"""Rank of the kind, label and IRI of each node: nodes of a ring are in this order."""
Edges = Collection[tuple[str, str]]


def place(nodes: Nodes, edges: Edges, focus: str = "") -> Places:
    """Positions in whole pixels: rings around the focus, or a spring layout without one."""
    if not nodes:
        return {}
    places = _rings(nodes, edges, focus) if focus else _forces(nodes, edges)
    return {iri: (float(round(x)), float(round(y))) for iri, (x, y) in sorted(places.items())}


def neighbours(edges: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """The neighbours of each node, in both directions of the edges; an unknown node has none."""
    near: dict[str, set[str]] = defaultdict(set)
    for source, target in edges:
        if source != target:
            near[source].add(target)
            near[target].add(source)
    return near


def distances(near: Mapping[str, Iterable[str]], start: str, most: float = math.inf) -> dict[str, int]:
    """The number of steps from `start` to each node that can be reached in at most `most` steps."""
    found, frontier, distance = {start: 0}, {start}, 0
    while frontier and distance < most:
        distance += 1
        frontier = {iri for reached in frontier for iri in near.get(reached, ())} - found.keys()
        found |= dict.fromkeys(frontier, distance)
    return found


def _rings(nodes: Nodes, edges: Edges, focus: str) -> Places:
    """The focus in the middle, and a ring for each distance; unreachable nodes are in the outermost ring."""
    reached = distances(neighbours(edges), focus)
    last = max(reached.values()) + 1
    rings: dict[int, list[str]] = defaultdict(list)
    for _, _, iri in sorted(nodes):
        rings[reached.get(iri, last)].append(iri)
    places: Places = {focus: (0.0, 0.0)}
    radius = 0.0
    for _, ring in sorted(item for item in rings.items() if item[0]):
        radius = max(radius + 1.7 * SPACING, len(ring) * SPACING / (2 * math.pi))
        for index, iri in enumerate(ring):
            angle = 2 * math.pi * index / len(ring) - math.pi / 2
            stagger = 1.0 if len(ring) < 16 or index % 2 else 1.22
            places[iri] = (1.35 * stagger * radius * math.cos(angle), stagger * radius * math.sin(angle))
    return places


def _forces(nodes: Nodes, edges: Edges) -> Places:
    """A spring layout (Fruchterman and Reingold 1991) with a fixed seed, spread until labels have room.

    With more than `MOST` nodes the best connected are laid out and the others stand around their neighbours. Parts that
    are not connected are laid out separately, because they would drift apart: the smaller ones are in rows below.
    """
    rank = {iri: (kind, label) for kind, label, iri in nodes}
    tied = neighbours(edges)
    near = {iri: tied[iri] for iri in rank}
    core = sorted(sorted(rank, key=lambda iri: (-len(near[iri]), iri))[:MOST])
    parts = sorted(_components(core, near), key=lambda part: (-len(part), min(rank[iri] for iri in part)))
    places = _in_rows([_springs(part, near) for part in parts])
    return _beside(_apart(places) if len(core) <= _CROWD else places, near)


def _components(iris: list[str], near: Mapping[str, set[str]]) -> list[list[str]]:
    """The connected parts, each sorted."""
    waiting, parts = dict.fromkeys(iris), []
    inside = {iri: near[iri] & waiting.keys() for iri in iris}
    while waiting:
        part = sorted(distances(inside, next(iter(waiting))))
        parts.append(part)
        for iri in part:
            del waiting[iri]
    return parts


def _in_rows(parts: list[Places]) -> Places:
    """The first part, and below it the others from left to right, in rows no wider than it is."""
    found = dict(parts[0])
    left, right = (bound(x for x, _ in found.values()) for bound in (min, max))
    x, top = left, max(y for _, y in found.values()) + SPACING
    width, deepest = max(right - left, 8 * SPACING), 0.0
    for part in parts[1:]:
        west, north = min(x for x, _ in part.values()), min(y for _, y in part.values())
        span, depth = max(x for x, _ in part.values()) - west, max(y for _, y in part.values()) - north
        if x + span > left + width and x > left:
            x, top, deepest = left, top + deepest + SPACING * 0.8, 0.0
        found |= {iri: (px - west + x, py - north + top) for iri, (px, py) in part.items()}
        x, deepest = x + span + 1.4 * SPACING, max(deepest, depth)
    return found


def _springs(core: list[str], near: Mapping[str, set[str]]) -> Places:
    if len(core) == 1:
        return {core[0]: (0.0, 0.0)}
    need("rustworkx")
    import rustworkx as rx  # ten times as fast as networkx

    graph = rx.PyGraph(multigraph=False)
    number = dict(zip(core, graph.add_nodes_from(core), strict=True))
    pairs = ((one, other) for one in core for other in sorted(near[one]) if one < other and other in number)
    graph.add_edges_from([(number[one], number[other], None) for one, other in pairs])
    size = SPACING * 0.9 * math.sqrt(len(core)) * min(1, len(core) / 6)
    rounds = 120 if len(core) <= _CROWD else 50
    found = rx.spring_layout(graph, seed=7, num_iter=rounds, k=2.2 / math.sqrt(len(core)))
    return {core[at]: (1.4 * size * float(x), size * float(y)) for at, (x, y) in found.items()}


def _beside(places: Places, near: Mapping[str, set[str]]) -> Places:
    """Positions for all nodes of `near`: one without is on a spiral around its best connected neighbour."""
    found = dict(places)
    around: Counter[str] = Counter()
    for iri in sorted(set(near) - set(places), key=lambda iri: (-len(near[iri]), iri)):
        anchor = max(sorted(near[iri] & found.keys()), key=lambda other: len(near[other]), default="")
        around[anchor] += 1
        x, y = found.get(anchor, (0.0, 0.0))
        turn, reach = around[anchor] * 2.399963, SPACING * 0.4 * math.sqrt(around[anchor])  # the golden angle
        found[iri] = (x + 1.4 * reach * math.cos(turn), y + reach * math.sin(turn))
    return found


def _apart(places: Places, rounds: int = 60) -> Places:
    """Pushes nodes apart that are closer to each other than a label is wide or high."""
    points = {iri: list(place) for iri, place in places.items()}
    for _ in range(rounds):
        if not _pushed(list(points.values())):
            break
    return {iri: (x, y) for iri, (x, y) in points.items()}


def _pushed(points: list[list[float]]) -> bool:
    """Moves all pairs of points that overlap apart, one after the other; returns whether there were any."""
    wide, high = _ROOM
    found = False
    for number, one in enumerate(points):
        for other in points[number + 1 :]:
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
