"""Rules: each CONSTRUCT file of `queries/rules/` gives a named graph of what it derives from all the others."""

from __future__ import annotations

from pathlib import PurePosixPath

from pyoxigraph import Literal, NamedNode, Triple

from kg.graph.triples import SourceGraph
from kg.iris import CS, mint
from kg.problems import Location, Problem
from kg.sources.files import SourceFile
from kg.store import QueryError, Store

MAX_ROUNDS = 20


def apply_rules(store: Store, rules: list[SourceFile]) -> tuple[list[SourceGraph], list[Problem]]:
    """Runs the rules until none gives anything new, adds what they give to the store, and returns it."""
    graphs = {rule.name: _rule_graph(rule) for rule in rules}
    problems: list[Problem] = []
    for _ in range(MAX_ROUNDS):
        grew = False
        for rule in list(rules):
            try:
                found = {t for t in store.construct(rule.text) if _is_data(t)} - graphs[rule.name].triples
            except QueryError as error:
                problems.append(Problem(Location(rule.name), "rule/query", str(error), "see the SPARQL 1.1 grammar"))
                rules = [other for other in rules if other is not rule]
                continue
            grew |= bool(found)
            graphs[rule.name].triples |= found
            store.add(graphs[rule.name].quads())
        if not grew:
            break
    return list(graphs.values()), problems


def _rule_graph(rule: SourceFile) -> SourceGraph:
    graph = SourceGraph(mint("rule", PurePosixPath(rule.name).stem))
    graph.thing(graph.iri, CS.RuleGraph, where=Location(rule.name), label=rule.name)
    graph.add(graph.iri, CS.sourceFile, rule.name)
    graph.add(graph.iri, CS.contentHash, f"sha256:{rule.digest}")
    return graph


def _is_data(triple: Triple) -> bool:
    return isinstance(triple.subject, NamedNode) and isinstance(triple.object, NamedNode | Literal)
