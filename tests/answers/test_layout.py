"""Places: the same every time, apart from each other, the focus in the middle."""

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
def test_the_same_graph_has_the_same_places_in_whatever_order(focus: str) -> None:
    assert place(NODES, EDGES, focus) == place(NODES[::-1], EDGES[::-1], focus)


@pytest.mark.parametrize("focus", ["", IRIS[0]])
def test_no_two_nodes_stand_on_each_other(focus: str) -> None:
    points = list(place(NODES, EDGES, focus).values())
    assert min(math.dist(a, b) for n, a in enumerate(points) for b in points[n + 1 :]) > 40


def test_the_focus_is_in_the_middle_and_what_is_further_away_stands_further_out() -> None:
    places = place(NODES, EDGES, IRIS[0])
    assert places[IRIS[0]] == (0, 0)
    neighbour, far = places[IRIS[1]], places[IRIS[29]]  # one and five edges away
    assert math.hypot(*neighbour) < math.hypot(*far)


def test_what_cannot_be_reached_has_a_place_too() -> None:
    assert set(place([*NODES, (0, "alone", "x:alone")], EDGES, IRIS[0])) == {*IRIS, "x:alone"}


def test_what_does_not_hang_together_stands_below_and_near() -> None:
    alone = [(0, f"alone {n}", f"x:{n}") for n in range(12)]
    places = place([*NODES, *alone], EDGES)
    tied, apart = [places[iri] for iri in IRIS], [places[iri] for _, _, iri in alone]
    assert min(y for _, y in apart) > max(y for _, y in tied)
    width = max(x for x, _ in tied) - min(x for x, _ in tied)
    assert max(x for x, _ in apart) - min(x for x, _ in apart) <= max(width, 1200) + 1


def test_more_than_can_be_reckoned_stands_around_what_it_is_tied_to(monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_nothing_has_no_place() -> None:
    assert place([], []) == {}


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.integers(0, 9), min_size=1, unique=True),
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9))),
    st.booleans(),
)
def test_any_graph_gets_whole_finite_pixels(numbers: list[int], pairs: list[tuple[int, int]], focused: bool) -> None:
    nodes = [(0, str(n), str(n)) for n in numbers]
    edges = [(str(a), str(b)) for a, b in pairs if a in numbers and b in numbers]
    places = place(nodes, edges, str(numbers[0]) if focused else "")
    assert set(places) == {str(n) for n in numbers}
    assert all(math.isfinite(c) and c == round(c) for point in places.values() for c in point)
