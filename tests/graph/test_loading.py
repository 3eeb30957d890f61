"""The store for rules and checks contains every statement that they can depend on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from rdflib import Variable
from rdflib.paths import NegatedPath
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery

from kg.building.pipeline import assemble
from kg.core.files import SourceFile
from kg.core.iris import CS, PREFIXES, RDF, RDFS, SKOS, mint
from kg.core.layers import shipped
from kg.graph.checks import reads_terms, run_checks
from kg.graph.loading import Sample, comes_with_kg, loaded, needs_of, terms_of
from kg.graph.rules import apply_rules
from tests.graph.facts import Facts
from tests.toy import write_toy


def query(path: Path) -> SourceFile:
    data = path.read_bytes()
    return SourceFile(f"queries/{path.parent.name}/{path.name}", data.decode(), sha256(data).hexdigest())


RULES = [query(path) for path in sorted((shipped("queries") / "rules").glob("*.rq"))]
CHECKS = [query(path) for path in sorted((shipped("queries") / "checks").glob("*.rq"))]
NEEDED = [one for one in (*RULES, *CHECKS) if not reads_terms(one)]


def parts(node: Any) -> Iterator[Any]:
    """Every part of the algebra of a query."""
    yield node
    values = node.values() if isinstance(node, dict) else node if isinstance(node, list | tuple | set) else ()
    for value in values:
        yield from parts(value)


@pytest.mark.parametrize("one", NEEDED, ids=lambda one: one.name)
def test_a_query_of_kg_names_every_property_and_class_that_it_matches(one: SourceFile) -> None:
    algebra = translateQuery(parseQuery(one.text), initNs=PREFIXES).algebra.p
    patterns = [
        tuple(row[at : at + 3])  # in EXISTS, rdflib leaves several triples in one row
        for part in parts(algebra)
        if isinstance(part, dict) and "triples" in part
        for row in part["triples"]
        for at in range(0, len(row), 3)
    ]
    assert patterns
    assert not [p for _, p, _ in patterns if isinstance(p, Variable | NegatedPath)]
    named = {term.decode() for term in terms_of(one)}
    assert {term for _, p, _ in patterns for term in re.findall("<[^<>]*>", p.n3())} <= named
    classes = {o for _, p, o in patterns if p.n3() == str(RDF.type) and isinstance(o, Variable)}
    above = {s for s, p, _ in patterns if str(RDFS.subClassOf) in p.n3()}
    rows = [row for part in parts(algebra) if isinstance(part, dict) for row in part.get("res") or ()]
    assert classes <= above | {name for row in rows for name in row}


def test_rules_and_checks_find_the_same_in_everything(tmp_path: Path) -> None:
    graphs = assemble(write_toy(tmp_path)).graphs
    graphs = [graph for graph in graphs if "/rule/" not in graph.iri.value]
    found = []
    for needs in (needs_of(NEEDED), None):
        store, _ = loaded(graphs, needs)
        derived, _ = apply_rules(store, RULES)
        whole = [*graphs, *derived]
        found.append((derived, run_checks(store, CHECKS, whole, Sample(whole))))
    assert found[0] == found[1]
    assert found[0][1]


def test_a_query_that_does_not_come_with_kg_gets_everything() -> None:
    changed = SourceFile(RULES[0].name, RULES[0].text + "\n", "0")
    assert comes_with_kg(RULES[0])
    assert not comes_with_kg(changed)
    assert needs_of([changed, *RULES[1:]]) is None


def test_of_the_members_of_classes_only_those_that_matter_are_loaded() -> None:
    facts = Facts(mint("vocabulary", "toy"))
    facts.add(CS.Below, RDFS.subClassOf, CS.Above)
    for name in ("Below", "Above", "Evidence", "Other"):
        facts.add(CS.a, RDF.type, CS(name))
    facts.add(CS.a, SKOS.note, "not needed")
    store, _ = loaded([facts.graph()], needs_of(RULES))
    assert {row[0].value for row in store.query("SELECT ?c { cs:a a ?c }").rows} == {CS.Below.value, CS.Evidence.value}
    assert not store.query("SELECT ?c { cs:a skos:note ?c }").rows


def test_named_graphs_are_loaded_that_use_every_property_of_a_graph_pattern() -> None:
    needs = needs_of(RULES)
    assert needs is not None
    names = frozenset[bytes]().union(*needs.named)
    whole, part = Facts(mint("annotation", "whole")), Facts(mint("annotation", "part"))
    part.add(CS.a, CS.reportedIn, CS.b)  # each pattern has cs:statement, too
    for term in names:
        whole.add(CS.a, type(CS.a)(term.decode()[1:-1]), CS.b)
    store, _ = loaded([whole.graph(), part.graph()], needs)
    assert store.query("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }").rows == ((whole.iri,),)
