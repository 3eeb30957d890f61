"""The overview on the page of a graph: what findings claim of practices with challenges and outcomes, as data for the
script that counts them, and as a table for a browser without scripts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from kg.answers.network import Network
from kg.answers.network_views import BROADER
from kg.answers.selection import POLARITIES
from kg.core.iris import local_name

ABSENT = "absent"
AXES = ("challenge", "outcome")
"""Kinds of what the right side of the overview can be."""
MOST_PLAIN = 500
"""The most relations in the table of a browser without scripts."""


@dataclass(frozen=True, slots=True)
class OverviewLink:
    """A line of the table: the studies behind a relation of a practice with its narrower ones, and of a category of
    challenges or a group of outcomes."""

    practice: str
    relation: str
    target: str
    first_hand: int
    second_hand: int

    @property
    def studies(self) -> int:
        return self.first_hand + self.second_hand


def packed(network: Network) -> dict[str, Any]:
    """The claims as numbers of nodes and of sources. A source is a study and the works that found and report."""
    number_of = {node.iri: number for number, node in enumerate(network.nodes)}
    sources: dict[tuple[str, ...], int] = {}
    rows = []
    for one in network.claims:
        source = (one.study, one.work, one.key, one.year, one.via, one.via_key)
        at = sources.setdefault(source, len(sources))
        things = [number_of[iri] for iri in (one.finding, one.practice, one.target)]
        rows.append([*things, POLARITIES.index(one.polarity), at, int(one.first_hand)])
    tops = [[number_of[iri], [number_of[top] for top in above]] for iri, above in _tops(network).items()]
    return {
        "relations": POLARITIES,
        "sources": list(sources),
        "rows": rows,
        "tops": tops,
        **_looked(network, number_of),
    }


def _looked(network: Network, number_of: Mapping[str, int]) -> dict[str, Any]:
    """For each thing that the overview shows: the studies with findings on it, and with those on what is narrower."""
    below: dict[str, list[str]] = defaultdict(list)
    for edge in network.edges:
        if edge.kind == BROADER:
            below[edge.target].append(edge.source)
    things = {iri for one in network.claims for iri in (one.practice, one.target)}
    things |= {top for above in _tops(network).values() for top in above}
    numbers: dict[str, int] = {}

    def numbered(studies: Iterable[str]) -> list[int]:
        return sorted(numbers.setdefault(study, len(numbers)) for study in sorted(studies))

    on = network.looked.studied
    studied = [[number_of[iri], numbered(on.get(iri, ())), numbered(_below(iri, below, on))] for iri in sorted(things)]
    pairs = [[number_of[one], number_of[other]] for one, other in sorted(network.looked.excluded)
             if one in things and other in things]  # fmt: skip
    return {"studied": studied, "excluded": pairs}


def _below(iri: str, below: Mapping[str, Iterable[str]], on: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The studies on a thing and everything that is narrower; also where these go in a circle."""
    seen, waiting = {iri}, [iri]
    while waiting:
        further = [one for one in below.get(waiting.pop(), ()) if one not in seen]
        seen.update(further)
        waiting += further
    return frozenset().union(*(on.get(one, frozenset()) for one in seen))


def links(network: Network) -> list[OverviewLink]:
    """The links of the overview, the ones with most studies first."""
    tops = _tops(network)
    label = {node.iri: node.label for node in network.nodes}
    studies: dict[tuple[str, str, str], tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))
    for one in network.claims:
        for practice in tops.get(one.practice, (one.practice,)):
            for target in tops.get(one.target, (one.target,)):
                if one.polarity != ABSENT:
                    studies[practice, one.polarity, target][not one.first_hand].add(one.study)
    made = [
        OverviewLink(label[practice], relation, label[target], len(own), len(second - own))
        for (practice, relation, target), (own, second) in studies.items()
    ]
    return sorted(made, key=lambda link: (-link.studies, link.practice, link.target, link.relation))


def _tops(network: Network) -> Mapping[str, tuple[str, ...]]:
    """What each practice, challenge and outcome of a claim is counted in while it is folded, if that is not itself."""
    known = {node.iri for node in network.nodes}
    above: dict[str, list[str]] = defaultdict(list)
    for edge in network.edges:
        if edge.kind == BROADER:
            above[edge.source].append(edge.target)
    found = {}
    for one in network.claims:
        categories = tuple(iri for iri in one.categories if iri in known)
        found[one.practice] = _broadest(one.practice, above)
        found[one.target] = categories or _broadest(one.target, above)
    return {iri: tops for iri, tops in sorted(found.items()) if tops != (iri,)}


def _broadest(iri: str, above: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """The broadest things over one, or itself; also where narrower and broader go in a circle."""
    seen, waiting, tops = {iri}, [iri], []
    while waiting:
        step = waiting.pop()
        higher = sorted(above.get(step, ()))
        tops += [] if higher else [step]
        waiting += [one for one in higher if one not in seen]
        seen.update(higher)
    return tuple(sorted(tops)) or (iri,)


def overview(network: Network, pages: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What the script needs for the overview, the filters and the links into the site that the page is part of.

    Args:
        network: the network of the page.
        pages: paths in the site by IRI; None if the page is not part of one.
    """
    number_of = {node.iri: number for number, node in enumerate(network.nodes)}
    site = None
    if pages is not None:
        # The path is nearly always the local name of the IRI.
        usual = {iri: f"{quote(local_name(iri), safe='/-._~!$&()*+,;=:@')}.html" for iri in number_of}
        site = {"pages": {number_of[iri]: pages.get(iri, "") for iri in number_of if pages.get(iri, "") != usual[iri]}}
    return {
        "claims": packed(network) if network.claims else None,
        "methods": [[method, below] for method, below in _methods(network).items()],
        "site": site,
    }


def overview_legend(network: Network) -> list[tuple[str, str]]:
    """The axes of the overview, each with the relations that claims state on it."""
    kinds = {node.iri: node.kind for node in network.nodes}
    there = {(kinds[one.target], one.polarity) for one in network.claims if one.polarity != ABSENT}
    return [(axis, polarity) for axis in AXES for polarity in POLARITIES if (axis, polarity) in there]


def _methods(network: Network) -> dict[str, list[str]]:
    """Each method with its narrower ones, as labels: a filter by a method lets these pass too."""
    label = {node.iri: node.label for node in network.nodes if node.kind == "method"}
    below: dict[str, set[str]] = {iri: {iri} for iri in label}
    pairs = [(e.source, e.target) for e in network.edges if e.kind == BROADER and {e.source, e.target} <= set(label)]
    for _ in label:
        before = sum(map(len, below.values()))
        for narrower, broader in pairs:
            below[broader] |= below[narrower]
        if sum(map(len, below.values())) == before:
            break
    return {label[iri]: sorted(label[one] for one in found) for iri, found in below.items()}
