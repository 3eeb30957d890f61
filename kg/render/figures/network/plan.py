"""Where everything of a drawn network stands, before anything is drawn: symbols, labels, curves and their words."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from kg.answers.network import Edge, Network, check
from kg.core.progress import Progress, counted, silent
from kg.render.figures.network import shapes
from kg.render.figures.network.room import Box, Occupied, Point, around, cut, in_rows, spread, text_width
from kg.render.figures.network.things import SMALL, Thing, clean, things_of
from kg.render.pages.graph_looks import edge_meaning

PART_GAP = 26.0
"""Between parts of the network that do not hang together."""
WIDTHS = {"against": 2.4, "for": 2.4, "shades": 2.0, "absence": 1.4, "plain": 1.2}
"""Of lines by family of relation, as in graph_draw.js."""
WORDY = 60
"""Edges up to which each has its name on it."""
HEAD_ROOM = 7.0
"""Around the tip of an arrow, which no name hides."""
COVERED = 0.75
"""Share of an edge that its own name may cover."""
ROUTED = 200
"""Edges up to which each is bent around what stands in its way."""
ALONG = tuple(0.5 + 0.035 * ((step + 1) // 2) * (-1 if step % 2 else 1) for step in range(25))
"""Where a name may stand on its edge, from the middle outwards."""


@dataclass(frozen=True, slots=True)
class Arrow:
    """An edge as it is drawn, from border to border."""

    edge: Edge
    curve: shapes.Curve
    tip: Point
    family: str
    head: str
    width: float
    dashed: bool
    weight: int
    words: str
    words_at: Point | None = None
    """The middle of its name; none where there is no room for it."""

    def words_box(self) -> Box:
        x, y = self.words_at or self.tip
        half = text_width(self.words, SMALL) / 2 + 3
        return Box(x - half, y - SMALL * 0.66, x + half, y + SMALL * 0.66)


@dataclass(frozen=True, slots=True)
class Plan:
    things: tuple[Thing, ...]
    arrows: tuple[Arrow, ...]
    wordless: int
    """Edges without a name for which there was no room."""
    bounds: Box


def plan(network: Network, width: float = 0.0, height: float = 0.0, progress: Progress = silent) -> Plan:
    """The network with room for its labels; narrower and taller until it is as wide as that, where that can be."""
    check(network)
    things = things_of(network)
    if not things:
        return Plan((), (), 0, Box(0, 0, 0, 0))
    wordy = len(network.edges) <= WORDY
    # Without a width to keep to, or without any hope to, the arrangement stays as it is.
    hopeful = sum(thing.footprint().area for thing in things) < width * height
    stretches = (1.0, 0.8, 0.65, 0.5) if hopeful else (1.0,)
    rooms = (2.2, 3.0, 4.0, 5.5, 7.0) if wordy else (2.2,)
    found: list[Plan] = []
    for room in rooms:
        for stretch in stretches:
            found.append(_planned(network, things, room, stretch, width, progress))
            if _rank(found[-1], width, height) == (0.0, 0):
                return found[-1]
        best = min(found, key=lambda made: _rank(made, width, height))
        if _rank(best, width, height)[0]:
            break  # what is too wide already gets no better by more room
    return best


def _rank(made: Plan, width: float, height: float) -> tuple[float, int]:
    """What is too wide or too tall comes after what fits, then what has fewer names; the first is best."""
    size = made.bounds
    over = max((size.right - size.left) / width, (size.bottom - size.top) / height, 1.0) - 1.0 if width else 0.0
    return over, made.wordless


def _planned(
    network: Network, things: Sequence[Thing], room: float, stretch: float, width: float, progress: Progress
) -> Plan:
    progress(f"making room for {len(things)} labels")
    things = _roomy(network, things, room, stretch, width)
    arrows = _arrows(network, {thing.node.iri: thing for thing in things}, progress)
    if wordy := len(network.edges) <= WORDY:
        progress(f"writing words on {len(arrows)} edges")
        arrows = _worded(things, arrows)
    boxes = [box for thing in things for box in thing.boxes()]
    boxes += [Box(x, y, x, y) for arrow in arrows for x, y in (arrow.curve.at(step / 8) for step in range(9))]
    boxes += [arrow.words_box() for arrow in arrows if arrow.words_at]
    wordless = sum(not arrow.words_at for arrow in arrows) if wordy else 0
    return Plan(tuple(things), tuple(arrows), wordless, around(boxes))


def _roomy(network: Network, things: Sequence[Thing], room: float, stretch: float, width: float) -> list[Thing]:
    """Places with room for the labels; what hangs together only with itself stands below the largest part."""
    placed: dict[str, Thing] = {}
    bounds: list[Box] = []
    parts = _parts(network, things)
    for part in parts:
        footprints = [thing.footprint() for thing in part]
        at = spread(footprints, [thing.place for thing in part], room, stretch)
        placed |= {thing.node.iri: replace(thing, place=place) for thing, place in zip(part, at, strict=True)}
        bounds.append(around(box.moved(*place) for box, place in zip(footprints, at, strict=True)))
    wide = max(width, max(box.right - box.left for box in bounds), 1.2 * math.sqrt(sum(box.area for box in bounds)))
    for part, (dx, dy) in zip(parts, in_rows(bounds, wide, PART_GAP), strict=True):
        for iri in (thing.node.iri for thing in part):
            x, y = placed[iri].place
            placed[iri] = replace(placed[iri], place=(round(x + dx, 1), round(y + dy, 1)))
    return [placed[thing.node.iri] for thing in things]


def _parts(network: Network, things: Sequence[Thing]) -> list[list[Thing]]:
    """What hangs together, the largest first."""
    near: dict[str, set[str]] = defaultdict(set)
    for edge in network.edges:
        near[edge.source].add(edge.target)
        near[edge.target].add(edge.source)
    part_of: dict[str, int] = {}
    for number, thing in enumerate(things):
        frontier = {thing.node.iri} - part_of.keys()
        while frontier:
            part_of |= dict.fromkeys(frontier, number)
            frontier = {other for iri in frontier for other in near[iri]} - part_of.keys()
    parts: dict[int, list[Thing]] = defaultdict(list)
    for thing in things:
        parts[part_of[thing.node.iri]].append(thing)
    return sorted(parts.values(), key=len, reverse=True)


# --- edges --------------------------------------------------------------------------------------------------------


def _arrows(network: Network, things: Mapping[str, Thing], progress: Progress) -> list[Arrow]:
    told = {node.iri for node in network.nodes if node.kind == "reported-finding"}
    occupied = Occupied()
    for box in (box for thing in things.values() for box in thing.boxes()):
        occupied.add(box)
    routed = occupied if len(network.edges) <= ROUTED else Occupied()
    arrows = []
    for number, (edge, lane, lanes) in enumerate(_lanes(network.edges), 1):
        counted(progress, "drawing edges", number, len(network.edges))
        family, head = edge_meaning(edge.kind)
        weight = edge.weight
        width = WIDTHS[family] * (1 + math.log2(weight))
        source, target = things[edge.source], things[edge.target]
        curve = _between_borders(_route(source, target, lane, lanes, routed), source, target)
        tip, length = curve.points[-1], shapes.base(head, width)
        back = shapes.first_where(curve, partial(_near, tip, length), 0.0, 1.0)
        arrows.append(
            Arrow(
                edge,
                curve.between(0.0, back),
                tip,
                family,
                head,
                width,
                edge.second_hand or not told.isdisjoint((edge.source, edge.target)),
                weight,
                cut(clean(edge.kind), 190, SMALL) + (f" ({weight})" if weight > 1 else ""),
            )
        )
    return arrows


def _near(place: Point, distance: float, point: Point) -> bool:
    return math.dist(place, point) < distance


def _lanes(edges: Sequence[Edge]) -> Iterator[tuple[Edge, int, int]]:
    """Each edge with its number among those between the same two nodes, and how many these are."""
    pairs = [frozenset((edge.source, edge.target)) for edge in edges]
    lanes, seen = Counter(pairs), Counter[frozenset[str]]()
    for edge, pair in zip(edges, pairs, strict=True):
        yield edge, seen[pair], lanes[pair]
        seen[pair] += 1


def _route(source: Thing, target: Thing, lane: int, lanes: int, occupied: Occupied) -> shapes.Curve:
    """Several between the same two are bent apart, and all of them around what stands in their way."""
    if source is target:
        return shapes.loop(source.place, source.symbol.box, lane)
    way = math.dist(source.place, target.place)
    step = min(0.16, 1.0 / lanes, 46 / way)
    bends = [(number - (lanes - 1) / 2) * step for number in range(lanes)]
    # Seen from the other end left is right.
    start, end = sorted((source, target), key=lambda thing: thing.node.iri)
    own = {*source.boxes(), *target.boxes()}

    def met(detour: float) -> int:
        curves = (shapes.bent(start.place, end.place, bend + detour) for bend in bends)
        return sum(len(_in_the_way(curve, occupied) - own) for curve in curves)

    met_by: dict[float, int] = {}
    for detour in (0.0, 0.1, -0.1, 0.2, -0.2, 0.3, -0.3):
        met_by[detour] = met(detour)
        if not met_by[detour]:
            break
    detour = min(met_by, key=met_by.__getitem__)
    bend = bends[lane] + detour
    return shapes.bent(source.place, target.place, bend if source is start else -bend)


def _in_the_way(curve: shapes.Curve, occupied: Occupied) -> set[Box]:
    points = (curve.at(step / 24) for step in range(25))
    return {box for x, y in points for box in occupied.met(Box(x - 3, y - 3, x + 3, y + 3))}


def _between_borders(curve: shapes.Curve, source: Thing, target: Thing) -> shapes.Curve:
    """From symbol to symbol, or to its label where that is in between: no head is hidden under letters."""

    def inside(thing: Thing, point: Point) -> bool:
        return thing.holds(point[0] - thing.place[0], point[1] - thing.place[1])

    start = shapes.first_where(curve, partial(inside, source), 0.5, 0.0)
    end = shapes.first_where(curve, partial(inside, target), 0.5, 1.0)
    return curve.between(start, end)


def _worded(things: Sequence[Thing], arrows: Sequence[Arrow]) -> list[Arrow]:
    """Names where they stand clear of nodes, heads and other names; of such places, on the fewest other edges."""
    occupied = Occupied()
    for box in (box for thing in things for box in thing.boxes()):
        occupied.add(box)
    for x, y in (arrow.tip for arrow in arrows):
        occupied.add(Box(x, y, x, y).wider(HEAD_ROOM))
    lines = [[arrow.curve.at(step / 30) for step in range(31)] for arrow in arrows]
    placed = list(arrows)
    order = list(WIDTHS)
    for number, arrow in sorted(enumerate(arrows), key=lambda one: order.index(one[1].family)):
        foreign = [point for other, line in enumerate(lines) if other != number for point in line]
        tries = [replace(arrow, words_at=place) for place in _words_places(arrow)]
        free = [
            one
            for one in tries
            if not occupied.met(one.words_box())
            and sum(map(one.words_box().holds, lines[number])) < COVERED * len(lines[number])
        ]
        if free and arrow.words:
            placed[number] = min(free, key=lambda one: sum(map(one.words_box().wider(1).holds, foreign)))
            occupied.add(placed[number].words_box())
    return placed


def _words_places(arrow: Arrow) -> Iterator[Point]:
    """On the edge; beside one that is a loop, which a name would cover."""
    loop = arrow.edge.source == arrow.edge.target
    beside = text_width(arrow.words, SMALL) / 2 + 7 if loop else 0.0
    for x, y in map(arrow.curve.at, ALONG):
        yield x + beside, y
