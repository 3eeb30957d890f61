"""Rules: each CONSTRUCT file of `queries/rules/` gives a named graph of what it derives from all the others."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath

from pyoxigraph import Literal, NamedNode, Triple

from kg.core.files import SourceFile
from kg.core.iris import CS, mint
from kg.core.problems import Location, Problem
from kg.graph.needs import needs_of
from kg.graph.triples import SourceGraph, statement
from kg.store import QueryError, Store

MAX_ROUNDS = 20


def apply_rules(store: Store, rules: list[SourceFile]) -> tuple[list[SourceGraph], list[Problem]]:
    """Runs the rules until none gives anything new, adds what they give to the store, and returns it.

    A rule is run again when something has come to the graph that it can depend on.
    """
    graphs = {rule.name: _rule_graph(rule) for rule in rules}
    needs = {rule.name: needs_of(rule.text) for rule in rules}
    for graph in graphs.values():
        _load(store, graph, graph.statements)
    problems: list[Problem] = []
    due = list(rules)
    for _ in range(MAX_ROUNDS):
        new: set[str] = set()
        for rule in due:
            graph = graphs[rule.name]
            try:
                found = {statement(t) for t in store.construct(rule.text) if _is_data(t)} - graph.statements
            except QueryError as error:
                problems.append(Problem(Location(rule.name), "rule/query", str(error), "see the SPARQL 1.1 grammar"))
                rules = [other for other in rules if other is not rule]
                continue
            graph.statements.update(found)
            new |= {one.split(" ", 2)[1] for one in found}
            _load(store, graph, found)
        due = [rule for rule in rules if new and needs[rule.name].touched_by(new)]
        if not due:
            break
    return list(graphs.values()), problems


def _load(store: Store, graph: SourceGraph, statements: Iterable[str]) -> None:
    store.load(
        "".join(f"{one} .\n" for one in statements).encode(),
        "".join(f"{one} {graph.iri} .\n" for one in statements).encode(),
    )


def _rule_graph(rule: SourceFile) -> SourceGraph:
    graph = SourceGraph(mint("rule", PurePosixPath(rule.name).stem))
    graph.thing(graph.iri, CS.RuleGraph, where=Location(rule.name), label=rule.name)
    graph.add(graph.iri, CS.sourceFile, rule.name)
    graph.add(graph.iri, CS.contentHash, f"sha256:{rule.digest}")
    return graph


def _is_data(triple: Triple) -> bool:
    return isinstance(triple.subject, NamedNode) and isinstance(triple.object, NamedNode | Literal)
