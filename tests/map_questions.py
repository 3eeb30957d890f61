"""The numbers of an evidence map from one SPARQL query that shares no code with the software."""

from __future__ import annotations

import itertools
from collections import defaultdict

from kg.api import KnowledgeGraph

STANDS_IN = {
    "practice": "?finding cs:concernsPractice {0} . FILTER NOT EXISTS {{ ?finding cs:reportsAbsenceOf {0} }}",
    "area": "?finding cs:concernsPractice {0}_ . {0}_ cs:inArea {0} ."
    "FILTER NOT EXISTS {{ ?finding cs:reportsAbsenceOf {0}_ }}",
    "challenge": "?finding cs:identifiesChallenge {0} .",
    "category": "?finding cs:identifiesChallenge/skos:broader* {0} . {0} skos:topConceptOf ?scheme .",
    "approach": "?finding cs:concernsApproach {0} .",
    "tool": "?finding cs:concernsTool {0} .",
    "outcome": "?finding cs:concernsOutcome {0} .",
    "method": 'OPTIONAL {{ ?study cs:usesMethod {0}_ }} BIND(COALESCE({0}_, "not-known") AS {0})',
    "context": 'OPTIONAL {{ ?study cs:context {0}_ }} BIND(COALESCE({0}_, "not-known") AS {0})',
    "year": 'OPTIONAL {{ ?work fabio:hasPublicationYear {0}_ }} BIND(COALESCE(STR({0}_), "not-known") AS {0})',
}
LINK = """?link cs:practice ?p ; cs:challenge ?c ; cs:polarity ?polarity ; cs:supportedBy ?finding .
    FILTER(?polarity != cs:absent)"""
LINKED = {
    "practice": "BIND(?p AS {0})",
    "area": "?p cs:inArea {0} .",
    "challenge": "BIND(?c AS {0})",
    "category": "?c skos:broader* {0} . {0} skos:topConceptOf ?scheme .",
}
EFFECT = "?effect cs:cause ?x ; cs:outcome ?o ; cs:supportedBy ?finding ."
CHANGED = {
    "practice": "BIND(?x AS {0}) FILTER EXISTS {{ ?x a cs:Practice }}",
    "area": "?x cs:inArea {0} .",
    "challenge": "BIND(?x AS {0}) FILTER EXISTS {{ ?x a cs:Challenge }}",
    "category": "?x a cs:Challenge ; skos:broader* {0} . {0} skos:topConceptOf ?scheme .",
    "approach": "BIND(?x AS {0}) FILTER EXISTS {{ ?x a cs:Approach }}",
    "tool": "BIND(?x AS {0}) FILTER EXISTS {{ ?x a cs:Tool }}",
    "outcome": "BIND(?o AS {0})",
}
WHO = """FILTER NOT EXISTS { ?finding a cs:FindingOfFurtherReading }
    { ?finding cs:producedBy ?study ; cs:reportedIn ?work . BIND(true AS ?own) }
    UNION { ?finding cs:attributedTo ?work . ?study cs:reportedIn ?work ; a cs:Study . BIND(false AS ?own) }"""


def asked(graph: KnowledgeGraph, rows: str, columns: str) -> dict[tuple[str, str], tuple[set[str], set[str]]]:
    """The first-hand and second-hand studies of each cell and each total (`""` in place of a row or column)."""
    linked = {rows, columns} <= set(LINKED) and len({rows, columns} & {"practice", "area"}) == 1
    effect = {rows, columns} <= set(CHANGED) and "outcome" in (rows, columns)
    patterns, behind = (LINKED, LINK) if linked else (CHANGED, EFFECT) if effect else (STANDS_IN, "")
    found = graph.sparql(f"""SELECT DISTINCT ?row ?column ?study ?own WHERE {{
        {WHO} {behind} {patterns[rows].format("?row")} {patterns[columns].format("?column")} }}""")
    cells: dict[tuple[str, str], tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))
    for terms in found.terms:
        row, column, study, own = (term.value if term is not None else "" for term in terms)
        for place in itertools.product((row, ""), (column, "")):
            cells[place][own != "true"].add(study)
    return {place: (own, told - own) for place, (own, told) in cells.items()}
