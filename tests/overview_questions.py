"""The numbers of the overview from SPARQL queries that share no code with the page."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from kg.api import KnowledgeGraph

Hands = tuple[int, int]
"""First-hand and second-hand studies."""

_AXES = {
    "challenge": "?link cs:practice ?practice ; cs:challenge ?target ; cs:polarity/rdfs:label ?says ;"
    " cs:supportedBy ?finding .",
    "outcome": "?link cs:cause ?practice ; cs:outcome ?target ; cs:direction/rdfs:label ?says ;"
    " cs:supportedBy ?finding .",
}
_SIDE = {
    "challenge": "?target skos:broader* ?side . ?side skos:topConceptOf ?scheme . BIND(?side AS ?column)",
    "outcome": "?target skos:broader* ?side . FILTER NOT EXISTS { ?side skos:broader ?above } BIND(?target AS ?column)",
}
"""The right side, and the column of the evidence map: a category of challenges, or a single outcome."""
_WHO = """?practice a cs:Practice . FILTER NOT EXISTS { ?finding a cs:FindingOfFurtherReading }
  { ?finding cs:producedBy ?study ; cs:reportedIn ?work . BIND(true AS ?own) }
  UNION { ?finding cs:attributedTo ?work . ?study cs:reportedIn ?work ; a cs:Study . BIND(false AS ?own) }"""
_PATTERNS = {
    "area": "?practice cs:inArea/skos:prefLabel ?area . FILTER(STR(?area) = {})",
    "polarity": "FILTER(STR(?says) = {})",
    "since": "?work fabio:hasPublicationYear ?since . FILTER(STR(?since) >= {})",
    "until": "?work fabio:hasPublicationYear ?until . FILTER(STR(?until) <= {})",
}


def conditions(filters: Mapping[str, str]) -> str:
    """The filters of what a row says as patterns of a query."""
    return " ".join(_PATTERNS[name].format(f'"{value}"') for name, value in filters.items() if name in _PATTERNS)


@functools.cache
def using(graph: KnowledgeGraph, method: str) -> frozenset[str]:
    """The findings of studies that used a method, or a narrower one."""
    found = graph.sparql(f"""SELECT DISTINCT ?finding WHERE {{
        {{ GRAPH ?file {{ ?finding cs:producedBy ?study . ?study cs:usesMethod ?method }} }}
        UNION {{ GRAPH ?told {{ ?study cs:reportedIn ?work ; cs:usesMethod ?method }} ?finding cs:attributedTo ?work }}
        ?method skos:broader* ?broad . ?broad skos:prefLabel ?label . FILTER(STR(?label) = "{method}") }}""")
    return frozenset(term.value for (term,) in found.terms if term is not None)


class Row(NamedTuple):
    """A finding of a study on a practice and a challenge or outcome, once for each thing above these."""

    practice: str
    top: str
    target: str
    column: str
    side: str
    says: str
    study: str
    own: str
    finding: str


@dataclass
class Expected:
    """What the page must show, by the names that it shows."""

    bands: dict[tuple[str, str, str], Hands]
    """By the place on the left, the relation and the place on the right."""
    left: dict[str, Hands]
    right: dict[str, Hands]
    whole: Hands
    findings: int
    said: dict[str, int]
    """Studies by relation."""


def rows(graph: KnowledgeGraph, axis: str, filters: Mapping[str, str] | None = None) -> list[Row]:
    """All rows that pass the filters, other than first-hand or second-hand, which depend on the cell."""
    filters = filters or {}
    found = _asked(graph, axis, conditions(filters))
    method = filters.get("method")
    return [row for row in found if method is None or row.finding in using(graph, method)]


@functools.cache
def _asked(graph: KnowledgeGraph, axis: str, patterns: str) -> list[Row]:
    found = graph.sparql(f"""SELECT DISTINCT ?practice ?top ?target ?column ?side ?says ?study ?own ?finding WHERE {{
        {_AXES[axis]} {_WHO} {patterns} FILTER(STR(?says) != "absent")
        ?practice skos:broader* ?top . FILTER NOT EXISTS {{ ?top skos:broader ?higher }}
        {_SIDE[axis]} }}""")
    return [Row(*(term.value if term is not None else "" for term in terms)) for terms in found.terms]


def _kept(found: list[Row], hand: str, cell: Callable[[Row], tuple[str, str]]) -> list[Row]:
    """Of first-hand and second-hand findings of a study in one cell, the first-hand ones count."""
    if hand == "first-hand":
        return [row for row in found if row.own == "true"]
    own = {(cell(row), row.study) for row in found if row.own == "true"}
    return [row for row in found if hand != "second-hand" or (cell(row), row.study) not in own]


def _hands(found: Iterable[Row]) -> Hands:
    several = list(found)
    own = {row.study for row in several if row.own == "true"}
    return len(own), len({row.study for row in several} - own)


@functools.cache
def labels(graph: KnowledgeGraph) -> dict[str, str]:
    named = graph.sparql("SELECT ?thing ?name WHERE { ?thing skos:prefLabel ?name }").terms
    return {thing.value: name.value for thing, name in named if thing is not None and name is not None}


def can_open(graph: KnowledgeGraph, axis: str) -> list[str]:
    """The IRIs of practices, categories and groups of outcomes in which something narrower is folded."""
    found = rows(graph, axis)
    inner = [(row.top, row.practice) for row in found] + [(row.side, row.target) for row in found]
    return sorted({top for top, member in inner if top != member})


def asked(graph: KnowledgeGraph, axis: str, filters: Mapping[str, str], opened: str = "") -> Expected:
    """The numbers of an axis under filters; `opened` is the IRI of the one thing that is opened."""
    label, found = labels(graph), rows(graph, axis, filters)
    coarse = _kept(found, filters.get("hand", ""), lambda row: (row.practice, row.column))
    fine = _kept(found, filters.get("hand", ""), lambda row: (row.practice, row.target))
    groups: dict[str, dict[Any, list[Row]]] = {name: defaultdict(list) for name in ("bands", "left", "right", "said")}

    def inside(iri: str) -> str:
        return f"{label[iri]} (itself)" if iri == opened else label[iri]

    for row in coarse:
        groups["left"][label[row.top]].append(row)
        groups["right"][label[row.side]].append(row)
        groups["said"][row.says].append(row)
        left = label[row.top]
        if row.top == opened:
            left = inside(row.practice)
            groups["left"][left].append(row)
        if row.side != opened:
            groups["bands"][left, row.says, label[row.side]].append(row)
    for row in fine:
        if row.side == opened:
            groups["right"][inside(row.target)].append(row)
            groups["bands"][label[row.top], row.says, inside(row.target)].append(row)
    counted = {name: {key: _hands(several) for key, several in group.items()} for name, group in groups.items()}
    said = {says: sum(hands) for says, hands in counted["said"].items()}
    return Expected(
        counted["bands"], counted["left"], counted["right"], _hands(coarse), len({row.finding for row in coarse}), said
    )
