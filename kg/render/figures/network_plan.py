"""Where everything in a drawn network goes, before anything is drawn: symbols, labels, curves and their names."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kg.answers.network import Edge, Network, Node, check, places
from kg.core.extras import need
from kg.core.progress import Progress, counted, silent
from kg.render.figures import geometry
from kg.render.figures.geometry import Curve, Occupied, Place, Rectangle, around, first_where
from kg.render.figures.letters import clean, text_width, wrapped
from kg.render.pages.graph_looks import FINDINGS, PLUMBING, caption_of, edge_meaning, one_line, wrap_label

SMALL = 12.0
"""The one size of letters."""
MARK, MARK_ROOM, PADDING = 5.5, 18.0, 6.0
"""The symbol of a kind in a box, the room that it takes, and what is left free around the name."""
LINE = 1.18
"""Line height, for font size 1."""
EDGE = 2.5
"""Half of the outline of a box, and what is free before it."""
PART_GAP = 26.0
"""Between parts of the network that are not connected."""
WIDTHS = {"against": 2.0, "for": 2.0, "shades": 1.8, "absence": 1.4, "plain": 1.2}
"""Line widths by family of relation, as in graph_draw.js; the first family is drawn on top."""
NAMED = 60
"""Edges up to which each has its name on it."""
HEAD_ROOM = 7.0
"""Around the tip of an arrow, where no name is placed."""
COVERED = 0.75
"""Share of an edge that its own name may cover."""
ROUTED = 300
"""Edges up to which each is bent around what is in its way."""
ALONG = tuple(0.5 + 0.035 * ((step + 1) // 2) * (-1 if step % 2 else 1) for step in range(25))
"""Where a name may be on its edge, from the middle outwards."""


@dataclass(frozen=True, slots=True)
class Thing:
    """A node as it is drawn."""

    node: Node
    lines: tuple[str, ...]
    widths: tuple[float, ...]
    """Of the lines."""
    focus: bool
    box: Rectangle
    """With the symbol of its kind and its name, around its place."""
    place: Place = (0.0, 0.0)

    def label(self) -> Rectangle:
        """The name, around its place."""
        box = self.box
        return Rectangle(box.left + PADDING + MARK_ROOM, box.top, box.right - PADDING, box.bottom)

    def holds(self, place: Place) -> bool:
        """Whether a place is on the box or its outline."""
        x, y = place[0] - self.place[0], place[1] - self.place[1]
        return abs(x) <= self.box.right + EDGE and abs(y) <= self.box.bottom + EDGE

    def leaves(self, other: Place) -> float:
        """The share of the straight line to another place that is on the box or its outline."""
        x, y = abs(other[0] - self.place[0]), abs(other[1] - self.place[1])
        return min((self.box.right + EDGE) / max(x, 1e-6), (self.box.bottom + EDGE) / max(y, 1e-6), 0.5)

    def footprint(self) -> Rectangle:
        """The room that it needs around its place."""
        return self.box.wider(9)

    def at(self) -> Rectangle:
        """The box at its place."""
        return self.box.moved(*self.place)


@dataclass(frozen=True, slots=True)
class Arrow:
    """An edge as it is drawn, from border to border."""

    edge: Edge
    curve: Curve
    tip: Place
    family: str
    head: str
    width: float
    dashed: bool
    words: str
    words_at: Place | None = None
    """The middle of its name; none if there is no room for it."""

    def words_box(self) -> Rectangle:
        x, y = self.words_at or self.tip
        half = text_width(self.words, SMALL) / 2 + 3
        return Rectangle(x - half, y - SMALL * 0.66, x + half, y + SMALL * 0.66)


@dataclass(frozen=True, slots=True)
class NetworkPlan:
    things: tuple[Thing, ...]
    arrows: tuple[Arrow, ...]
    wordless: int
    """Edges without a name, because there was no room for it."""
    folded: int
    """Edges that are not drawn, because another one says where their finding belongs."""
    bounds: Rectangle


def plan(network: Network, width: float = 0.0, height: float = 0.0, progress: Progress = silent) -> NetworkPlan:
    """A plan of the network with room for its labels.

    If there is a `width`, narrower and taller arrangements are tried until one fits into it and into the `height`.
    """
    check(network)
    things = _things(network)
    if not things:
        return NetworkPlan((), (), 0, 0, Rectangle(0, 0, 0, 0))
    # Without a width to keep to, or if it is out of reach, the arrangement stays as it is.
    possible = sum(thing.footprint().area for thing in things) < width * height
    rooms = (2.2, 3.0, 4.0, 5.5, 7.0) if len(network.edges) <= NAMED else (2.2,)
    found: list[tuple[tuple[float, int], NetworkPlan]] = []
    for room in rooms:
        for stretch in (1.0, 0.8, 0.65, 0.5) if possible else (1.0,):
            made = _planned(network, things, room, stretch, width, progress)
            # How much too large it is comes first, then how many names it lacks.
            over = max(made.bounds.width / width, made.bounds.height / height, 1.0) - 1.0 if width else 0.0
            found.append(((over, made.wordless), made))
            if found[-1][0] == (0.0, 0):
                return made
        rank, best = min(found, key=lambda one: one[0])
        if rank[0]:
            break  # more room does not help what is too large already
    return best


def _planned(
    network: Network, things: Sequence[Thing], room: float, stretch: float, width: float, progress: Progress
) -> NetworkPlan:
    progress(f"making room for {len(things)} labels")
    things = _with_room(network, things, room, stretch, width)
    named = len(network.edges) <= NAMED
    edges = network.edges if named else drawn_edges(network)
    arrows = _arrows(network, edges, {thing.node.iri: thing for thing in things}, progress)
    if named:
        progress(f"writing names on {len(arrows)} edges")
        arrows = _with_names(things, arrows)
    boxes = [thing.at() for thing in things]
    boxes += [Rectangle.at(place) for arrow in arrows for place in arrow.curve.points]
    boxes += [arrow.words_box() for arrow in arrows if arrow.words_at]
    wordless = sum(not arrow.words_at for arrow in arrows) if named else 0
    folded = len(network.edges) - len(edges)
    return NetworkPlan(tuple(things), tuple(arrows), wordless, folded, around(boxes))


# --- nodes --------------------------------------------------------------------------------------------------------


def _things(network: Network) -> list[Thing]:
    at = places(network)
    things = []
    for node in network.nodes:
        lines = tuple(wrap_label(clean(one_line(caption_of(node)))).split("\n"))
        focus = node.iri == network.focus
        widths = tuple(text_width(line, SMALL) * (1.08 if focus else 1.0) for line in lines)
        wide, high = (max(widths) + MARK_ROOM) / 2 + PADDING, len(lines) * SMALL * LINE / 2 + PADDING * 0.8
        things.append(Thing(node, lines, widths, focus, Rectangle(-wide, -high, wide, high), at[node.iri]))
    return things


def _with_room(network: Network, things: Sequence[Thing], room: float, stretch: float, width: float) -> list[Thing]:
    """The things with room for their labels; smaller parts of the network are below the largest."""
    placed: dict[str, Thing] = {}
    bounds: list[Rectangle] = []
    parts = _parts(network, things)
    for part in parts:
        footprints = [thing.footprint() for thing in part]
        at = geometry.spread(footprints, [thing.place for thing in part], room, stretch)
        placed |= {thing.node.iri: replace(thing, place=place) for thing, place in zip(part, at, strict=True)}
        bounds.append(around(box.moved(*place) for box, place in zip(footprints, at, strict=True)))
    wide = max(width, max(box.width for box in bounds), 1.2 * math.sqrt(sum(box.area for box in bounds)))
    for part, (dx, dy) in zip(parts, geometry.in_rows(bounds, wide, PART_GAP), strict=True):
        for iri in (thing.node.iri for thing in part):
            x, y = placed[iri].place
            placed[iri] = replace(placed[iri], place=(round(x + dx, 1), round(y + dy, 1)))
    return [placed[thing.node.iri] for thing in things]


def _parts(network: Network, things: Sequence[Thing]) -> list[list[Thing]]:
    """The connected parts of the network, the largest first."""
    need("rustworkx")
    import rustworkx

    number = {thing.node.iri: index for index, thing in enumerate(things)}
    graph = rustworkx.PyGraph()
    graph.add_nodes_from(things)
    graph.add_edges_from([(number[edge.source], number[edge.target], None) for edge in network.edges])
    parts = sorted(map(sorted, rustworkx.connected_components(graph)), key=lambda part: (-len(part), part))
    return [[things[index] for index in part] for part in parts]


# --- edges --------------------------------------------------------------------------------------------------------


def drawn_edges(network: Network) -> list[Edge]:
    """The edges without those that repeat where a finding belongs: one to a thing and one to a work are left."""
    kinds = {node.iri: node.kind for node in network.nodes}
    first: dict[tuple[str, bool], int] = {}
    kept = set()
    for number, edge in enumerate(network.edges):
        ends = (edge.source, edge.target)
        finding = next((end for end in ends if kinds[end] in FINDINGS), None)
        if edge.kind not in PLUMBING or finding is None:
            kept.add(number)
        else:
            key = finding, "work" in (kinds[edge.source], kinds[edge.target])
            rank = PLUMBING.index(edge.kind)
            if key not in first or rank < PLUMBING.index(network.edges[first[key]].kind):
                first[key] = number
    return [network.edges[number] for number in sorted(kept.union(first.values()))]


def _arrows(network: Network, edges: Sequence[Edge], things: Mapping[str, Thing], progress: Progress) -> list[Arrow]:
    reported = {node.iri for node in network.nodes if node.kind == "reported-finding"}
    in_the_way = things.values() if len(edges) <= ROUTED else ()
    occupied = Occupied(thing.at() for thing in in_the_way)
    arrows = []
    for number, (edge, lane, lanes) in enumerate(_lanes(edges), 1):
        counted(progress, "drawing edges", number, len(edges))
        family, head = edge_meaning(edge.kind)
        width = WIDTHS[family] * (1 + math.log2(edge.weight))
        source, target = things[edge.source], things[edge.target]
        curve = _between(source, target, _route(source, target, lane, lanes, occupied))
        tip = curve.points[-1]
        if len(curve.points) == 2:
            base = max(1 - geometry.head_base(head, width) / max(math.dist(*curve.points), 1e-6), 0.0)
        else:
            base = first_where(curve, _near(tip, geometry.head_base(head, width)), 0.0, 1.0)
        words = wrapped(edge.kind, 190, SMALL, 1)[0] + (f" ({edge.weight})" if edge.weight > 1 else "")
        dashed = edge.second_hand or not reported.isdisjoint((edge.source, edge.target))
        arrows.append(Arrow(edge, curve.between(0.0, base), tip, family, head, width, dashed, words))
    return arrows


def _between(source: Thing, target: Thing, curve: Curve) -> Curve:
    """The part of a curve between two boxes."""
    if len(curve.points) == 2:
        return curve.between(source.leaves(target.place), 1 - target.leaves(source.place))
    return curve.between(first_where(curve, source.holds, 0.5, 0.0), first_where(curve, target.holds, 0.5, 1.0))


def _near(place: Place, distance: float) -> Callable[[Place], bool]:
    return lambda point: math.dist(place, point) < distance


def _lanes(edges: Sequence[Edge]) -> Iterator[tuple[Edge, int, int]]:
    """Each edge with its number among those between the same two nodes, and how many there are."""
    pairs = [frozenset((edge.source, edge.target)) for edge in edges]
    lanes, seen = Counter(pairs), Counter[frozenset[str]]()
    for edge, pair in zip(edges, pairs, strict=True):
        yield edge, seen[pair], lanes[pair]
        seen[pair] += 1


def _route(source: Thing, target: Thing, lane: int, lanes: int, occupied: Occupied) -> Curve:
    """A curve that is bent away from others between the same nodes, and around what is in their way."""
    if source is target:
        return geometry.loop(source.place, source.box, lane)
    step = min(0.16, 1.0 / lanes, 46 / math.dist(source.place, target.place))
    bends = [(number - (lanes - 1) / 2) * step for number in range(lanes)]
    # Seen from the other end, left is right.
    start, end = sorted((source, target), key=lambda thing: thing.node.iri)
    if lanes == 1 and not occupied:
        return geometry.bent(source.place, target.place, 0.0)
    own = {source.at(), target.at()}

    def met(detour: float) -> int:
        curves = (geometry.bent(start.place, end.place, bend + detour) for bend in bends)
        places = (map(Rectangle.at, curve.sampled(24)) for curve in curves)
        return sum(len({box for place in several for box in occupied.met(place.wider(3))} - own) for several in places)

    met_by: dict[float, int] = {}
    for detour in (0.0, 0.1, -0.1, 0.2, -0.2, 0.3, -0.3) if occupied else (0.0,):
        met_by[detour] = met(detour) if occupied else 0
        if not met_by[detour]:
            break
    bend = bends[lane] + min(met_by, key=met_by.__getitem__)
    return geometry.bent(source.place, target.place, bend if source is start else -bend)


def _with_names(things: Sequence[Thing], arrows: Sequence[Arrow]) -> list[Arrow]:
    """The arrows with names clear of nodes, heads and other names and, of such places, on the fewest other edges."""
    occupied = Occupied(thing.at() for thing in things)
    for arrow in arrows:
        occupied.add(Rectangle.at(arrow.tip).wider(HEAD_ROOM))
    lines = [arrow.curve.sampled(30) for arrow in arrows]
    placed, order = list(arrows), list(WIDTHS)
    for number, arrow in sorted(enumerate(arrows), key=lambda one: order.index(one[1].family)):
        foreign = [point for other, line in enumerate(lines) if other != number for point in line]
        # The name of a loop is to the right of it, which it would cover otherwise.
        aside = text_width(arrow.words, SMALL) / 2 + 7 if arrow.edge.source == arrow.edge.target else 0.0
        tries = [replace(arrow, words_at=(x + aside, y)) for x, y in map(arrow.curve.at, ALONG)]
        most = COVERED * len(lines[number])
        boxes = ((one, one.words_box()) for one in tries)
        free = [one for one, box in boxes if not occupied.met(box) and sum(map(box.holds, lines[number])) < most]
        if free and arrow.words:
            placed[number] = min(free, key=lambda one: sum(map(one.words_box().wider(1).holds, foreign)))
            occupied.add(placed[number].words_box())
    return placed
