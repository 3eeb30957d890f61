"""Rules: each CONSTRUCT query of `queries/rules/` gives a named graph of what it derives from all the others."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath

from pyoxigraph import Literal, NamedNode, Triple

from kg.core.files import SourceFile
from kg.core.problems import Location, Problem
from kg.graph.loading import comes_with_kg, terms_of
from kg.graph.statements import SourceGraph, Statements, statement
from kg.graph.terms import CS, minted, text
from kg.store import QueryError, Store

MAX_ROUNDS = 20


def apply_rules(store: Store, rules: list[SourceFile]) -> tuple[list[SourceGraph], list[Problem]]:
    """The graph that each rule derives, and the rules that are not valid; the store gets all that is derived.

    Rules run until none derives anything new. A rule runs again only if it may match what the last round derived.
    """
    graphs = {rule.name: _described(rule) for rule in rules}
    for graph in graphs.values():
        _load(store, graph.iri, graph.graph().text.decode().split("\n"))
    derived: dict[str, set[str]] = {rule.name: set() for rule in rules}
    problems: list[Problem] = []
    due, valid = list(rules), list(rules)
    for _ in range(MAX_ROUNDS):
        new: set[bytes] = set()
        for rule in due:
            try:
                triples = list(store.construct(rule.text))
            except QueryError as error:
                problems.append(Problem(Location(rule.name), "rule/query", str(error), "see the SPARQL 1.1 grammar"))
                valid.remove(rule)
                continue
            if not all(map(_is_data, triples)):
                message = "it derives blank nodes, triple terms or base directions, which the graph does not contain"
                problems.append(Problem(Location(rule.name), "rule/not-data", message, "give each thing an IRI"))
            found = {statement(t) for t in filter(_is_data, triples)} - derived[rule.name]
            derived[rule.name] |= found
            new |= {one.split(" ", 2)[1].encode() for one in found}
            _load(store, graphs[rule.name].iri, found)
        due = [rule for rule in valid if new and (not comes_with_kg(rule) or terms_of(rule) & new)]
        if not due:
            break
    for name, graph in graphs.items():
        graph.add_lines(derived[name])
    return [graph.graph() for graph in graphs.values()], problems


def _load(store: Store, name: str, statements: Iterable[str]) -> None:
    triples, quads = ("".join(f"{one}{end} .\n" for one in statements) for end in ("", f" {name}"))
    store.load(triples.encode(), quads.encode())


def _described(rule: SourceFile) -> Statements:
    """The graph of a rule before it has run: only which file it is."""
    graph = Statements(minted("rule", PurePosixPath(rule.name).stem), rule.name)
    graph.thing(graph.iri, CS.RuleGraph, label=rule.name)
    graph.add(graph.iri, (CS.sourceFile, text(rule.name)), (CS.contentHash, text(f"sha256:{rule.digest}")))
    return graph


def _is_data(triple: Triple) -> bool:
    value = triple.object
    return isinstance(triple.subject, NamedNode) and (
        isinstance(value, NamedNode) or (isinstance(value, Literal) and not value.direction)
    )
