"""What a query can depend on is told from its text, and when that is not sure it is everything."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.core.iris import CS, RDF, RDFS, SKOS, mint
from kg.core.layers import shipped
from kg.graph.checks import loaded
from kg.graph.needs import EVERYTHING, needs_of
from kg.graph.triples import SourceGraph

RULES = sorted((shipped("queries") / "rules").glob("*.rq"))
CHECKS = sorted((shipped("queries") / "checks").glob("*.rq"))


@pytest.mark.parametrize(("pattern", "predicates"), [
    ("?a cs:refines ?b", {str(CS.refines)}),
    ("?a a cs:Finding ; <http://example.org/p> 'a ?b ?c' , ?d .",
     {str(RDF.type), str(CS.Finding), "<http://example.org/p>"}),
    ("?a skos:broader+/^skos:narrower ?b # ?x ?y ?z", {str(SKOS.broader), str(SKOS.narrower)}),
    ("VALUES (?a ?b) { (cs:a cs:b) } FILTER(!BOUND(?a) && ?a != ?b) ?a cs:c ?b", {str(CS(n)) for n in "abc"}),
    ("BIND(STR(?a) AS ?b) FILTER NOT EXISTS { ?a cs:c [ cs:d ?e ] }", {str(CS.c), str(CS.d)}),
])  # fmt: skip
def test_predicates_that_are_named_are_all_that_matters(pattern: str, predicates: set[str]) -> None:
    assert needs_of(f"SELECT ?a WHERE {{ {pattern} }}").predicates == predicates


@pytest.mark.parametrize("pattern", [
    "?a ?p ?b", "?a cs:x ?b ; ?p 'text'", "?a !cs:x ?b", "?a !(cs:x|a) ?b", "[ ?p ?b ]", "cs:a ?p cs:b",
    "(1 2) ?p ?b", "GRAPH ?g { ?a ?p ?b }", "GRAPH cs:g { ?a cs:p ?b }", "?a unknown:p ?b",
    "GRAPH ?g { OPTIONAL { ?a cs:p ?b } }", "GRAPH ?g { ?a cs:p|cs:q ?b }", "?a cs:p%20q ?b",
])  # fmt: skip
def test_what_is_not_sure_is_everything(pattern: str) -> None:
    assert needs_of(f"SELECT ?a WHERE {{ {pattern} }}") == EVERYTHING


@pytest.mark.parametrize(("pattern", "classes", "below"), [
    ("?a a cs:Finding", {str(RDF.type), str(CS.Finding)}, False),
    ("?a cs:p ?b", {str(CS.p)}, False),
    ("VALUES ?c { cs:A cs:B } ?a a ?c", {str(RDF.type), str(CS.A), str(CS.B)}, False),
    ("?a a ?c . ?c rdfs:subClassOf+ ?d", {str(RDF.type), str(RDFS.subClassOf)}, True),
    ("?a a ?c ; cs:p ?d . ?d rdfs:subClassOf ?e", None, False),
    ("?a a ?c . ?c rdfs:subClassOf* ?d", None, False), ("?a a ?c . OPTIONAL { ?c rdfs:subClassOf ?d }", None, False),
    ("{ ?a a ?c } UNION { VALUES ?c { cs:A } }", None, False), ("?a a/rdfs:subClassOf cs:A", None, False),
    ("cs:A ^a ?b", None, False), ("?a (a|cs:p) cs:A", None, False), ("?a rdf:type ?c", None, False),
    (f"?a {RDF.type} ?c", None, False), ("?a a cs:A . FILTER NOT EXISTS { ?b a ?c }", None, False),
    ("?a a [ cs:p ?b ]", None, False), ("{ SELECT ?a { ?a a ?c } } VALUES ?c { cs:A }", None, False),
])  # fmt: skip
def test_classes_that_are_named_are_all_that_matters(pattern: str, classes: set[str] | None, below: bool) -> None:
    needs = needs_of(f"SELECT ?a WHERE {{ {pattern} }}")
    assert (needs.classes, needs.below and classes is not None) == (classes, below)


def test_of_statements_that_tell_classes_those_are_loaded_that_matter() -> None:
    graph = SourceGraph(mint("vocabulary", "toy"))
    graph.add(CS.Below, RDFS.subClassOf, CS.Above)
    for name in ("Below", "Above", "Named", "Other"):
        graph.add(CS.a, RDF.type, CS(name))
    needs = needs_of("SELECT * { ?a a ?c . ?c rdfs:subClassOf+ ?d . ?b a cs:Named }")
    rows = loaded([graph.sealed()], needs).query("SELECT ?c { ?a a ?c } ORDER BY ?c").rows
    assert rows == ((CS.Below,), (CS.Named,))


def test_what_is_described_is_everything() -> None:
    assert needs_of("DESCRIBE cs:a") == EVERYTHING


def test_what_a_rule_gives_is_nothing_that_it_needs() -> None:
    assert needs_of("CONSTRUCT { ?a ?p ?b } WHERE { ?a cs:x ?b ; cs:y ?p }").predicates == {str(CS.x), str(CS.y)}


def test_named_graphs_matter_that_have_all_that_is_asked_for_in_one() -> None:
    needs = needs_of("SELECT * { GRAPH ?g { ?a cs:x ?b ; cs:y/cs:z ?c . } ?a cs:w ?d }")
    assert needs.predicates == {str(CS.w)}
    assert needs.within == ({str(CS.x), str(CS.y), str(CS.z)},)
    whole, part = SourceGraph(mint("annotation", "whole")), SourceGraph(mint("annotation", "part"))
    for name in "xyz":
        whole.add(CS.a, CS(name), CS.b)
    part.add(CS.a, CS.x, CS.b)
    rows = loaded([whole.sealed(), part.sealed()], needs).query("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }").rows
    assert rows == ((whole.iri,),)


@pytest.mark.parametrize("path", [*RULES, *CHECKS], ids=lambda path: path.stem)
def test_what_comes_with_kg_needs_all_statements_only_to_see_which_terms_there_are(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    needs = needs_of(text)
    if "#+ reads: terms" in text:
        assert needs == EVERYTHING
        return
    assert needs.predicates is not None
    assert needs.within is not None
    assert needs.classes is not None
