"""Positions: the same every time, without overlaps, with the focus in the middle."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kg.answers.layout
from kg.answers.layout import place

NODES = [(n % 3, f"node {n}", f"https://example.org/{n}") for n in range(30)]
IRIS = [iri for _, _, iri in NODES]
EDGES = [(IRIS[n], IRIS[n // 2]) for n in range(1, 30)]


@pytest.mark.parametrize("focus", ["", IRIS[0]])
def test_positions_do_not_depend_on_the_order_of_nodes_and_edges(focus: str) -> None:
    assert place(NODES, EDGES, focus) == place(NODES[::-1], EDGES[::-1], focus)


@pytest.mark.parametrize("focus", ["", IRIS[0]])
def test_nodes_do_not_overlap(focus: str) -> None:
    points = list(place(NODES, EDGES, focus).values())
    assert min(math.dist(a, b) for n, a in enumerate(points) for b in points[n + 1 :]) > 40


def test_the_focus_is_in_the_middle_and_distant_nodes_are_further_out() -> None:
    places = place(NODES, EDGES, IRIS[0])
    assert places[IRIS[0]] == (0, 0)
    neighbour, far = places[IRIS[1]], places[IRIS[29]]  # one and five edges away
    assert math.hypot(*neighbour) < math.hypot(*far)


def test_an_unreachable_node_has_a_position() -> None:
    assert set(place([*NODES, (0, "alone", "x:alone")], EDGES, IRIS[0])) == {*IRIS, "x:alone"}


def test_unconnected_parts_are_close_below_the_largest() -> None:
    alone = [(0, f"alone {n}", f"x:{n}") for n in range(12)]
    places = place([*NODES, *alone], EDGES)
    tied, apart = [places[iri] for iri in IRIS], [places[iri] for _, _, iri in alone]
    assert min(y for _, y in apart) > max(y for _, y in tied)
    width = max(x for x, _ in tied) - min(x for x, _ in tied)
    assert max(x for x, _ in apart) - min(x for x, _ in apart) <= max(width, 1200) + 1


def test_nodes_beyond_the_limit_are_around_their_neighbours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kg.answers.layout, "MOST", 200)
    count = 500
    nodes = [(0, str(n), str(n)) for n in range(count)]
    edges = [(str(n), str(n % 50)) for n in range(50, count)] + [(str(n), str(n + 1)) for n in range(49)]
    places = place(nodes, edges)
    assert len(places) == count
    assert len(set(places.values())) > 0.99 * count
    far = [math.dist(places[str(n)], places[str(n % 50)]) for n in range(200, count)]
    everything = math.dist(
        *[(bound(x for x, _ in places.values()), bound(y for _, y in places.values())) for bound in (min, max)]
    )
    assert sorted(far)[len(far) // 2] < everything / 8


def test_an_empty_graph_has_no_positions() -> None:
    assert place([], []) == {}


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.integers(0, 9), min_size=1, unique=True),
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9))),
    st.booleans(),
)
def test_positions_are_finite_whole_pixels_for_any_graph(
    numbers: list[int], pairs: list[tuple[int, int]], focused: bool
) -> None:
    nodes = [(0, str(n), str(n)) for n in numbers]
    edges = [(str(a), str(b)) for a, b in pairs if a in numbers and b in numbers]
    places = place(nodes, edges, str(numbers[0]) if focused else "")
    assert set(places) == {str(n) for n in numbers}
    assert all(math.isfinite(c) and c == round(c) for point in places.values() for c in point)
