"""A network as columns: each distinct value of an attribute once, and for each node or edge the number of its value.

Both the files of a network and its page are written from columns. Quotations and lines of text occur at many edges;
what is made of them is made once.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from kg.answers.network import Edge, Network, Node, check, places
from kg.answers.things import Quotation
from kg.render.pages.graph_looks import one_line


@dataclass(frozen=True, slots=True)
class Attribute:
    """The values of one attribute."""

    of: Sequence[Any]
    """The distinct values, in the order in which they occur."""
    at: Sequence[int]
    """For each node or edge, the index of its value in `of`."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The attributes of nodes and edges by name; values of `quotations` are tuples of indices in `quoted`."""

    nodes: Mapping[str, Attribute]
    edges: Mapping[str, Attribute]
    quoted: tuple[Quotation, ...]
    """The distinct quotations of the network."""


def column(values: Iterable[Hashable]) -> Attribute:
    """A column of these values."""
    given = list(values)
    of = tuple(dict.fromkeys(given))
    number = dict(zip(of, range(len(of)), strict=True))
    return Attribute(of, list(map(number.__getitem__, given)))


def columns_of(network: Network) -> Columns:
    """The columns of a network; `width` is that of the label in yEd.

    Raises:
        ValueError: if a node is given twice, or an edge leads to a node that is not in the network.
    """
    check(network)
    at = places(network)
    quoted = _Quoted()
    attributes = "iri kind label text key alternatives year areas methods"
    nodes = {name: column(map(attrgetter(name), network.nodes)) for name in attributes.split()}
    nodes["quotations"] = quoted.column(network.nodes)
    # Adding 0.0 turns -0.0 into 0.0.
    nodes |= {axis: column(float(at[node.iri][n]) + 0.0 for node in network.nodes) for n, axis in enumerate("xy")}
    # yEd does not size nodes by their labels.
    width = [max(30.0, min(len(one_line(label)), 60) * 7.0 + 10.0) for label in nodes["label"].of]
    nodes["width"] = column(width[number] for number in nodes["label"].at)
    edges = {name: column(map(attrgetter(name), network.edges)) for name in ("kind", "text", "weight")}
    number = {node.iri: number for number, node in enumerate(network.nodes)}
    iris = tuple(number)
    edges |= {
        end: Attribute(iris, [number[iri] for iri in map(attrgetter(end), network.edges)])
        for end in ("source", "target")
    }
    edges["second_hand"] = column(edge.second_hand for edge in network.edges)
    edges["number"] = Attribute(range(len(network.edges)), range(len(network.edges)))
    edges["quotations"] = quoted.column(network.edges)
    return Columns(nodes, edges, tuple(quoted.found))


class _Quoted:
    """Numbers quotations, each once. The same object is looked up by its identity: hashing all of its texts is slow."""

    def __init__(self) -> None:
        self.found: dict[Quotation, int] = {}
        self._known: dict[int, int] = {}

    def column(self, things: Iterable[Node | Edge]) -> Attribute:
        return column(tuple(map(self._number, thing.quotations)) for thing in things)

    def _number(self, quotation: Quotation) -> int:
        known = self._known.get(id(quotation))
        if known is None:
            known = self._known[id(quotation)] = self.found.setdefault(quotation, len(self.found))
        return known
