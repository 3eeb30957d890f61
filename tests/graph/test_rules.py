"""Rules derive what queries ask for, each into its own named graph; checks are queries whose rows are failures."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad

from kg.api import KnowledgeGraph
from kg.building.pipeline import Assembly, assemble
from kg.core.files import SourceFile
from kg.core.iris import CITO, CS, RDF, SKOS, mint
from kg.core.problems import Location
from kg.graph.checks import run_checks
from kg.graph.loading import Sample
from kg.graph.rules import apply_rules
from kg.store import Store
from tests.graph.facts import Facts
from tests.toy import write_toy

QUERIES = Path(__file__).parents[2] / "queries"


def finding(stem: str, name: str) -> NamedNode:
    return mint("finding", stem, name)


def work(key: str) -> NamedNode:
    return mint("publication", key)


TOOLS, SILO = mint("challenge", "test-automation-tooling-gap"), mint("challenge", "silo-working")
TESTING, PLANNING = mint("practice", "continuous-testing"), mint("practice", "continuous-planning")
DERIVED = {
    "hinders": (TOOLS, CS.hinders, TESTING),
    "mitigates": (PLANNING, CS.mitigates, SILO),
    "absence": (finding("example2031", "PEC2"), CS.concernsPractice, mint("practice", "continuous-budgeting")),
    "relations": (finding("muster2032", "F3"), CS.contradicts, finding("example2031", "F3")),
    "first-hand": (finding("example2031", "PEC1"), RDF.type, CS.FirstHandFinding),
    "second-hand": (finding("muster2032", "acme-silo"), RDF.type, CS.SecondHandFinding),
    "found-in": (finding("example2031", "PEC1"), CS.foundIn, work("example2031")),
    "classes": (finding("example2031", "PEC1"), RDF.type, CS.Finding),
    "unchecked": (mint("evidence", "muster2032", "F1.1"), CS.quoteStatus, CS.unchecked),
    "citations": (work("muster2032"), CITO.disputes, work("example2031")),
    "coded-as": (work("example2031"), CS.codedAs, TESTING),
    "narrower": (TESTING, SKOS.narrower, mint("practice", "test-automation")),
    "top-concepts": (mint("scheme", "areas"), SKOS.hasTopConcept, mint("area", "development")),
}


@pytest.mark.parametrize("rule", DERIVED)
def test_a_rule_derives_its_triples_into_its_own_graph(toy_assembly: Assembly, rule: str) -> None:
    (graph,) = [graph for graph in toy_assembly.graphs if graph.iri == mint("rule", rule)]
    assert DERIVED[rule] in {(t.subject, t.predicate, t.object) for t in graph.triples}


INTEGRATION = mint("practice", "continuous-integration")
OF_CONCEPTS = {
    "effects": {
        (INTEGRATION, CS.increases, mint("outcome", "workload")),
        (INTEGRATION, CS.mixed, mint("outcome", "lead-time")),
        (SILO, CS.decreases, mint("outcome", "satisfaction")),
    },
    "concept-relations": {
        (INTEGRATION, CS.enables, TESTING),
        (TESTING, CS.conflictsWith, mint("tool", "java")),
    },
}


@pytest.mark.parametrize("rule", OF_CONCEPTS)
def test_effects_and_relations_of_concepts_are_also_single_triples(effects_graph: KnowledgeGraph, rule: str) -> None:
    query = f"SELECT ?s ?p ?o {{ GRAPH {mint('rule', rule)} {{ ?s ?p ?o }} }}"
    assert OF_CONCEPTS[rule] <= set(effects_graph.store.query(query).rows)


def test_every_rule_is_tested() -> None:
    assert {path.stem for path in (QUERIES / "rules").glob("*.rq")} == {*DERIVED, *OF_CONCEPTS, "reading", "further"}


def test_only_what_several_have_read_says_whose_reading_it_is(library_graph: KnowledgeGraph) -> None:
    rows = library_graph.sparql("SELECT ?finding ?reading WHERE { GRAPH ?rule { ?finding cs:reading ?reading } }")
    first = {(f"finding/one2028/F{n}", "First Reader") for n in (1, 2, 3)}
    second = {(f"finding/one2028.second/F{n}", "Second Reader") for n in (1, 2, 3)}
    assert {(row["finding"], row["reading"]) for row in rows} == first | second


def test_first_hand_and_second_hand_never_mix(toy_assembly: Assembly) -> None:
    typed = {(t.subject, t.object) for g in toy_assembly.graphs for t in g.triples if t.predicate == RDF.type}
    first = {s for s, o in typed if o == CS.FirstHandFinding}
    second = {s for s, o in typed if o == CS.SecondHandFinding}
    assert (len(first), len(second)) == (5, 3)
    assert not first & second
    assert {s for s, o in typed if o == CS.Finding} == first | second


def test_a_mitigated_challenge_does_not_hinder(toy_assembly: Assembly) -> None:
    triples = {(t.subject, t.predicate, t.object) for g in toy_assembly.graphs for t in g.triples}
    assert (PLANNING, CS.mitigates, SILO) in triples
    assert not {(SILO, CS.hinders, PLANNING), (SILO, CS.mitigates, PLANNING)} & triples


def rule(name: str, text: str) -> SourceFile:
    return SourceFile(f"queries/rules/{name}.rq", text, "0")


def test_rules_feed_each_other_until_nothing_is_new() -> None:
    store = Store()
    a, b, c = (NamedNode(f"https://example.org/{n}") for n in "abc")
    store.add([Quad(a, SKOS.broader, b, NamedNode("https://example.org/g"))])
    rules = [
        rule("second", "CONSTRUCT { ?x cs:refines ?y } WHERE { ?x skos:related ?y }"),
        rule("first", "CONSTRUCT { ?x skos:related ?y } WHERE { ?x skos:broader ?y }"),
    ]
    graphs, problems = apply_rules(store, rules)
    assert not problems
    assert (a, CS.refines, b) in {(t.subject, t.predicate, t.object) for t in graphs[0].triples}
    assert c not in {t.object for graph in graphs for t in graph.triples}


def test_a_rule_that_makes_new_things_comes_to_an_end() -> None:
    store = Store()
    a = NamedNode("https://example.org/a")
    store.add([Quad(a, SKOS.broader, a, NamedNode("https://example.org/g"))])
    endless = "CONSTRUCT { ?new skos:broader ?x } WHERE { ?x skos:broader ?y BIND(IRI(CONCAT(STR(?x), 'a')) AS ?new) }"
    graphs, _ = apply_rules(store, [rule("endless", endless)])
    assert len(graphs[0].triples) < 100


@pytest.mark.parametrize("text", ["CONSTRUCT {", "SELECT * { ?s ?p ?o }", "CONSTRUCT WHERE { SERVICE <x:y> { } }"])
def test_a_rule_that_is_none_is_a_problem_and_the_others_run(text: str) -> None:
    good = rule("good", "CONSTRUCT { cs:a cs:refines cs:b } WHERE { }")
    graphs, problems = apply_rules(Store(), [rule("bad", text), good])
    assert [(p.rule, p.where.file) for p in problems] == [("rule/query", "queries/rules/bad.rq")]
    assert any(t.predicate == CS.refines for graph in graphs for t in graph.triples)


# --- checks ---


def check(text: str, *quads: Quad) -> list[str]:
    store = Store()
    store.add(quads)
    facts = Facts(mint("annotation", "toy"), file="bib/annotations/toy.yaml")
    facts.trace(NamedNode("https://example.org/a"), Location("", 3, 5))
    return [
        f"{p.where} {p.severity} {p.rule} {p.message} {p.hint}"
        for p in run_checks(store, [SourceFile("queries/checks/toy.rq", text, "0")], [facts.graph()], Sample())
    ]


def test_each_row_of_a_check_is_a_problem_at_the_line_of_its_thing() -> None:
    text = """#+ summary: A toy check.
#+ severity: warning
#+ hint: fix it
SELECT ?thing ?message { VALUES (?thing ?message) { (<https://example.org/a> "is broken") } }
"""
    assert check(text) == ["bib/annotations/toy.yaml:3:5 warning check/toy is broken fix it"]


def test_a_check_that_is_not_valid_sparql_is_a_problem() -> None:
    assert check("#+ summary: A toy check.\nSELEKT")[0].startswith("queries/checks/toy.rq error check/toy")


A = NamedNode("https://example.org/a")
GRAPH = NamedNode("https://example.org/g")


def test_the_shipped_check_finds_concepts_that_are_broader_than_themselves() -> None:
    text = (QUERIES / "checks" / "concept-cycle.rq").read_text(encoding="utf-8")
    label = Quad(A, SKOS.prefLabel, NamedNode("https://example.org/label"), GRAPH)
    (told,) = check(text, Quad(A, SKOS.broader, A, GRAPH), label)
    assert told.startswith("bib/annotations/toy.yaml:3:5 error check/toy")
    assert check(text, Quad(A, SKOS.broader, NamedNode("https://example.org/b"), GRAPH), label) == []


def test_the_toy_review_passes_all_checks(toy_assembly: Assembly) -> None:
    assert [str(p) for p in toy_assembly.problems if p.severity != "info"] == []


def test_a_rule_may_put_a_class_below_another(tmp_path: Path) -> None:
    write_toy(tmp_path)
    own = tmp_path / "queries" / "rules"
    own.mkdir(parents=True)
    (own / "put.rq").write_text(
        "#+ summary: A toy.\nCONSTRUCT { foaf:Agent rdfs:subClassOf cs:Study } WHERE { }", encoding="utf-8"
    )
    (own / "use.rq").write_text(
        "#+ summary: A toy.\nCONSTRUCT { ?thing cs:above ?above } "
        "WHERE { ?thing a ?class . ?class rdfs:subClassOf ?above }",
        encoding="utf-8",
    )
    graphs = {graph.iri: graph for graph in assemble(tmp_path).graphs}
    found = {t.subject for t in graphs[mint("rule", "use")].triples if t.object == CS.Study}
    assert any(thing.value.startswith(mint("person", "").value) for thing in found)


TERMS = """#+ summary: A class that is not known.
#+ reads: terms
SELECT ?thing ?message { ?thing a ?class FILTER(?class NOT IN (cs:Known, cs:File)) BIND(STR(?class) AS ?message) }
"""


def test_a_check_of_terms_finds_every_use_of_one_and_looks_at_a_sample_when_there_is_none() -> None:
    facts = [Facts(mint("annotation", name)) for name in ("first", "second")]
    things = [NamedNode(f"https://example.org/{number}") for number in range(4)]
    for thing in things:
        facts[0].add(thing, RDF.type, CS.Known)
    source = [SourceFile("queries/checks/toy.rq", TERMS, "0")]
    graphs = [one.graph() for one in facts]
    assert run_checks(Store(), source, graphs, Sample(graphs)) == []
    for thing in things[1:]:
        facts[1].add(thing, RDF.type, CS.Unheard)
    graphs = [one.graph() for one in facts]
    found = run_checks(Store(), source, graphs, Sample(graphs))
    assert {problem.where.file for problem in found} == {f"<{thing.value}>" for thing in things[1:]}
    rows = Sample(graphs).store().query("SELECT ?class (COUNT(*) AS ?n) { ?thing a ?class } GROUP BY ?class").rows
    assert {tuple(term.value for term in row) for row in rows} == {(CS.Known.value, "1"), (CS.Unheard.value, "1")}


@pytest.mark.parametrize("value", ["[]", "<<( cs:a cs:b cs:c )>>", '"x"@ar--rtl', "_:b"])
def test_what_a_rule_derives_and_the_graph_does_not_contain_is_reported(value: str) -> None:
    store = Store()
    store.add([Quad(CS.a, CS.b, CS.c, CS.graph)])
    rule = SourceFile("queries/rules/own.rq", f"CONSTRUCT {{ ?s cs:is {value} , ?o }} WHERE {{ ?s cs:b ?o }}", "0")
    (graph,), problems = apply_rules(store, [rule])
    assert {(problem.where.file, problem.rule, problem.severity) for problem in problems} == {
        ("queries/rules/own.rq", "rule/not-data", "error")
    }
    assert [(t.predicate, t.object) for t in graph.triples if t.subject == CS.a] == [(CS("is"), CS.c)]
