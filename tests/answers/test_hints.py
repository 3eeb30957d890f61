"""A hint names what leaves an answer empty; a query with nothing wrong has none."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.answers.hints import hints_on
from kg.api import KnowledgeGraph
from kg.core.problems import UsageError

FINDINGS = "?x a cs:Finding ; cs:concernsPractice ?p"


@pytest.mark.parametrize(
    ("query", "hint"),
    [
        ("SELECT * { ?x a cs:Findng }", "the ontology defines no cs:Findng; did you mean cs:Finding"),
        ("ASK { ?x a cs:Practise }", "the ontology defines no cs:Practise; did you mean cs:Practice?"),
        ("CONSTRUCT { ?x a cs:Foo } WHERE { ?x a cs:Findng }", "the ontology defines no cs:Findng"),
        (f"SELECT * {{ {FINDINGS} OPTIONAL {{ ?x cs:pece ?y }} }}", "the ontology defines no cs:pece"),
        (
            "PREFIX o: <https://w3id.org/continuous-star/ontology#> SELECT * { ?x a o:Findng }",
            "the ontology defines no cs:Findng",
        ),
        ("BASE <https://w3id.org/continuous-star/> SELECT * { ?x a <ontology#Findng> }", "the ontology defines no"),
        ("SELECT * { ?x dcterms:titel ?t }", "the graph does not contain dcterms:titel; did you mean dcterms:title?"),
        ("SELECT * { ?x <http://schema.org/name> ?t }", "the graph does not contain http://schema.org/name"),
        ("SELECT * { ?x ?y practice:continuous-testin }", "did you mean practice:continuous-testing"),
        ("SELECT * FROM <http://e/x> { ?s ?p ?o }", "the graph does not contain http://e/x"),
        ("SELECT * { GRAPH <http://e/x> { ?s ?p ?o } }", "the graph does not contain http://e/x"),
        (f"SELECT * {{ {FINDINGS} FILTER(?p = 'x') FILTER(isIRI(?p)) }}", "without FILTER(?p = 'x') there would"),
        (f"SELECT * WHERE {{ {FINDINGS} FILTER regex(STR(?p),\n '^x') }}", "without FILTER regex(STR(?p), '^x') there"),
        (f"ASK {{ {FINDINGS} FILTER NOT EXISTS {{ ?x ?y ?z }} }}", "without FILTER NOT EXISTS { ?x ?y ?z } there"),
        (
            f"SELECT ?p (COUNT(*) AS ?n) {{ {FINDINGS} FILTER(?p = 1) }} GROUP BY ?p HAVING(COUNT(*) > 0) ORDER BY ?n",
            "without FILTER(?p = 1) there would be results",
        ),
        (f"SELECT ?p {{ {FINDINGS} }} GROUP BY ?p HAVING(COUNT(*) > 999)", "without HAVING(COUNT(*) > 999) there"),
        (f"SELECT * {{ {FINDINGS} FILTER(isLiteral(?x)) FILTER(?p = 1) }}", "without its filters the query would have"),
        (f"SELECT (COUNT(?x) AS ?n) {{ {FINDINGS} }} GROUP BY ?p HAVING(?n > 0)", "HAVING has no value for ?n"),
        (f"SELECT (GROUP_CONCAT(DISTINCT ?p; separator=',') AS ?n) {{ {FINDINGS} }}", "write GROUP_CONCAT(STR(?p))"),
        ("SELECT (REPLACE('abc', '(b)', '$1x') AS ?n) {}", "write `${1}x`"),
    ],
)
def test_the_reason_is_named(toy_graph: KnowledgeGraph, query: str, hint: str) -> None:
    found = toy_graph.hints(query)
    assert len(found) == 1
    assert hint in found[0]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?x a cs:Finding ; cs:concernsPractice ?p FILTER(isIRI(?p)) }",
        "SELECT ?p (GROUP_CONCAT(STR(?x)) AS ?n) { ?x cs:concernsPractice ?p } GROUP BY ?p HAVING(COUNT(?x) > 0)",
        "SELECT (REPLACE('abc', '(b)', '$1-${1}x') AS ?n) {}",
        "CONSTRUCT { ?x a cs:Foo } WHERE { ?x a cs:Finding }",
        "ASK { ?x a cs:Finding }",
        "SELECT * { ?x a cs:Finding ; a cs:Practice }",
        "SELECT (xsd:integer('1') AS ?x) ('a'^^cs:Foo AS ?y) {}",
        "SELECT (COUNT(*) AS ?n) { ?x a cs:Finding FILTER(false) }",
        "PREFIX cs: <http://e/> SELECT * { VALUES ?x { 'cs:Findng' } } # cs:Findng",
    ],
)
def test_a_query_with_nothing_wrong_has_no_hint(toy_graph: KnowledgeGraph, query: str) -> None:
    assert toy_graph.hints(query) == ()


def test_what_a_hint_on_replace_says_works(toy_graph: KnowledgeGraph) -> None:
    (row,) = toy_graph.sparql("SELECT (REPLACE('abc', '(b)', '$1x') AS ?a) (REPLACE('abc', '(b)', '${1}x') AS ?b) {}")
    assert row == {"a": "ac", "b": "abxc"}


def test_what_a_hint_on_group_concat_says_works(toy_graph: KnowledgeGraph) -> None:
    concatenated = "SELECT (GROUP_CONCAT({}) AS ?all) {{ ?p a cs:Practice }}"
    (without,), (having,) = (toy_graph.sparql(concatenated.format(what)) for what in ("?p", "STR(?p)"))
    assert without["all"] is None
    assert having["all"]


def test_a_named_query_says_without_which_parameter_it_has_rows(toy_graph: KnowledgeGraph) -> None:
    found = toy_graph.hints("related-work", practice="continuous-testing", since=2090)
    rows = len(toy_graph.query("related-work", practice="continuous-testing"))
    assert found == (f"without --since 2090 there would be {rows} row{'s' if rows > 1 else ''}",)
    assert toy_graph.hints("related-work", practice="continuous-testing") == ()


def test_a_hint_does_not_order_all_pairs(toy_graph: KnowledgeGraph) -> None:
    query = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(false) } ORDER BY ?a LIMIT 5"
    assert toy_graph.hints(query) == ("without FILTER(false) there would be results",)


def test_a_hint_that_takes_too_long_is_none(toy_graph: KnowledgeGraph) -> None:
    query = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(false) } GROUP BY ?x HAVING(COUNT(*) > 1)"
    assert toy_graph.hints(query) == ()


def test_a_query_that_is_not_valid_is_refused(toy_graph: KnowledgeGraph) -> None:
    with pytest.raises(UsageError):
        toy_graph.hints("SELECT nonsense")
    with pytest.raises(UsageError):
        toy_graph.hints("related-work", nonsense="x")


PIECES = [
    "?x a cs:Finding .",
    "?x cs:pece ?y .",
    "FILTER(?y > 1)",
    "FILTER NOT EXISTS { ?x a ?y FILTER(?y = 1) }",
    "{ SELECT ?x (COUNT(?y) AS ?n) { ?x ?y ?z } GROUP BY ?x HAVING(?n > 9999) }",
    "OPTIONAL { ?x :y _:b }",
    "VALUES ?x { <x:y> UNDEF }",
    "?x ?y (1 <x:z> '}') .",
    "# FILTER(\n",
    "GRAPH ?g { ?x ?y ?z }",
    "{ ?x ?y 1 } UNION { ?x ?y <<( ?x ?y ?z )>> }",
    "FILTER(?y<'>')",
    "MINUS { ?x ?y ?z }",
]
FORMS = ["SELECT *", "SELECT DISTINCT ?x", "ASK", "CONSTRUCT { ?x <x:p> '}' } WHERE", "DESCRIBE ?x", "SELECT ?x WHERE"]
TAILS = ["", "LIMIT 5", "ORDER BY ?x", "GROUP BY ?x HAVING(COUNT(?y) > 99)", "VALUES ?y { 1 }", "OFFSET 9999"]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(FORMS), st.lists(st.sampled_from(PIECES), max_size=4), st.sampled_from(TAILS))
def test_any_query_that_has_an_answer_has_hints_without_an_error(
    toy_graph: KnowledgeGraph, form: str, body: list[str], tail: str
) -> None:
    query = f"PREFIX : <x:> {form} {{ {' '.join(body)} }} {tail}"
    try:
        rows = toy_graph.sparql(query)
    except UsageError:
        return
    for hint in hints_on(toy_graph.store, query, rows):
        assert "\n" not in hint
        assert not hint.startswith("without") or rows.boolean is False or not (rows.terms or rows.triples)
