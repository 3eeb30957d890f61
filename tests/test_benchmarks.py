"""The networks that benchmarks measure with are what they say: of the size that was asked for, the same each time."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.network import KINDS, Network, check

MADE: Callable[[int], Network] = runpy.run_path(
    str(Path(__file__).parent.parent / "benchmarks" / "networks.py"))["made_network"]


@pytest.mark.parametrize("size", [30, 300, 3000])
def test_a_made_network_has_the_size_and_the_shape_of_a_real_one(size: int) -> None:
    network = MADE(size)
    check(network)
    assert len(network.nodes) == size
    assert 2 <= len(network.edges) / size <= 4
    assert {node.kind for node in network.nodes} <= set(KINDS)
    findings = [node for node in network.nodes if node.kind in ("finding", "reported-finding")]
    assert 0.4 <= len(findings) / size <= 0.6
    assert sum(1 for edge in network.edges if edge.quotations) > len(network.edges) / 2


def test_a_made_network_is_the_same_each_time() -> None:
    assert MADE(300) == MADE(300)
