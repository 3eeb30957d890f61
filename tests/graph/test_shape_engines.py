"""The fast SHACL engine against pySHACL: the same results where it is trusted, and pySHACL where it is not."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import rdflib
from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from kg.building.pipeline import Assembly, assemble
from kg.core.files import SourceFile
from kg.core.iris import BASE, mint
from kg.core.problems import UsageError
from kg.graph.serialise import dump, ntriples
from kg.graph.shape_engines import (
    SH,
    TRUSTED,
    Breach,
    ShapesError,
    ignored,
    trusted,
    validate,
    with_pyshacl,
    with_shacl,
)
from kg.graph.shapes import check_shapes
from kg.graph.statements import SourceGraph
from kg.graph.vocabulary import turtle_graph
from tests.graph.facts import Facts
from tests.graph.test_shapes import CASES, TEXT, N

PREFIXES = """
@prefix ex: <http://example.org/> . @prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""
DATA = r"""
ex:Sub rdfs:subClassOf ex:Person . ex:SubSub rdfs:subClassOf ex:Sub . ex:Loop rdfs:subClassOf ex:Loop .
ex:ada a ex:Person ; ex:name "Ada"@en, "Ida"@en, "Ada"@de, "plain" ; ex:age 3, 4.5 ;
    ex:knows ex:bob, ex:eve, ex:nobody ; ex:born "2020-01-01"^^xsd:date ; ex:died "2019-01-01"^^xsd:date ; ex:empty "" ;
    ex:big "1000.0"^^xsd:double, 99999999999999999999 ; ex:mixed true, 3, "x"^^xsd:integer, "2020-02-30"^^xsd:date .
ex:bob a ex:Sub ; ex:name "Bob"@en-GB ; ex:age 200 ; ex:knows ex:ada ; ex:mail "b@x", "c@x" ;
    ex:born "2020-01-01"^^xsd:date ; ex:died "2021-01-01"^^xsd:date .
ex:eve a ex:SubSub ; ex:name "Σοφία\nline2", "sophia" ; ex:age -1, "7"^^xsd:nonNegativeInteger ;
    ex:mixed "300"^^xsd:byte ; ex:knows ex:eve ; ex:parent ex:ada ; ex:list (1 2 "three") .
ex:tom a ex:Cat, ex:Loop ; ex:name "Katze"@de-AT, "KITTY" ; ex:parent ex:eve ;
    ex:same "x" ; ex:other "x", "y" .
ex:rex ex:name "untyped" ; ex:parent ex:tom ; ex:knows ex:rex .
ex:nobody ex:name "long long long long text", "Zoë \"the\" \\ cat" .
"""


def triples(turtle: str) -> list[Triple]:
    quads = parse(PREFIXES + turtle, format=RdfFormat.TURTLE, base_iri=BASE, rename_blank_nodes=True)
    return [quad.triple for quad in quads]


_FOLDER = TemporaryDirectory()


def saved(data: bytes) -> Path:
    """The data as a file, which the engines read."""
    path = Path(_FOLDER.name, f"{sha256(data).hexdigest()}.nt")
    path.write_bytes(data)
    return path


PEOPLE = saved(dump(triples(DATA), RdfFormat.N_TRIPLES))
PERSON = "ex:S a sh:NodeShape ; sh:targetClass ex:Person ; "
MAIL = "[ sh:path ex:mail ; sh:minCount 1 ; sh:message 'No address.' ]"


def differing(data: Path, shapes: list[Triple]) -> tuple[set[Breach], set[Breach]]:
    """What only pySHACL and what only the fast engine finds. Messages count where the shapes give them."""
    messages = sorted(triple.object.value for triple in shapes if triple.predicate.value == SH + "message")
    written = {*messages, " ".join(messages)}

    def found(engine: Callable[[Path, list[Triple]], list[Breach]]) -> set[Breach]:
        return {b if b.message in written else replace(b, message="") for b in engine(data, shapes)}

    slow, fast = found(with_pyshacl), found(with_shacl)
    assert slow | fast, "shapes that find nothing compare nothing"
    return slow - fast, fast - slow


# --- our shapes ---


def with_faults(graphs: list[SourceGraph]) -> Path:
    """The graphs, and for each case of broken shapes a small graph that has this one fault."""
    faults = Facts(mint("annotation", "faults"))
    for number, (name, predicate, change, value, *_) in enumerate(CASES):
        own = {node: NamedNode(f"{node.value}-{number}") for node in N.values()}
        for subject, property_, term in change(name, predicate, *value):
            faults.add(own[N[subject]], property_, own.get(term, term) if isinstance(term, NamedNode) else term)
    return saved(ntriples(line for graph in (*graphs, faults.graph()) for line in graph.lines))


SHAPES = [quad.triple for quad in parse(TEXT, format=RdfFormat.TURTLE)]


def test_our_shapes_are_trusted_to_the_fast_engine() -> None:
    assert trusted(SHAPES)


@pytest.mark.parametrize("which", ["toy", "review"])
def test_both_engines_find_the_same_in_a_whole_graph(which: str, request: pytest.FixtureRequest) -> None:
    assembly: Assembly = assemble(request.getfixturevalue(which))
    data = with_faults(assembly.graphs)
    found = with_shacl(data, SHAPES)
    assert len({b.message for b in found}) >= len({case[5] for case in CASES}) >= 40
    assert differing(data, SHAPES) == (set(), set())


def test_both_engines_find_nothing_in_a_graph_without_faults(toy_assembly: Assembly) -> None:
    data = saved(ntriples(line for graph in toy_assembly.graphs for line in graph.lines))
    assert with_shacl(data, SHAPES) == with_pyshacl(data, SHAPES) == []


# --- shapes that others may write ---

PROPERTY = {
    "count": "sh:path ex:name ; sh:minCount 2 ; sh:maxCount 3",
    "severity": "sh:path ex:mail ; sh:minCount 1 ; sh:severity sh:Info",
    "messages": "sh:path ex:mail ; sh:minCount 1 ; sh:message 'Give'@en, 'Gib'@de",
    "described": "sh:path ex:mail ; sh:minCount 1 ; sh:name 'm' ; sh:description 'd' ; sh:order 1 ; sh:group ex:g ; "
    "sh:defaultValue 'x'",
    "class": "sh:path ex:knows ; sh:class ex:Person, ex:Sub",
    "datatype": "sh:path ex:age ; sh:datatype xsd:integer",
    "datatype of strings": "sh:path ex:name ; sh:datatype xsd:string",
    "datatype of words in a language": "sh:path ex:name ; sh:datatype rdf:langString",
    "datatype that is ill-formed": "sh:path ex:mixed ; sh:datatype xsd:date",
    "kind of node": "sh:path ex:knows ; sh:nodeKind sh:Literal",
    "kinds of node": "sh:path ex:age ; sh:nodeKind sh:BlankNodeOrIRI",
    "range": "sh:path ex:age ; sh:minInclusive 3 ; sh:maxInclusive 3",
    "range without its ends": "sh:path ex:age ; sh:minExclusive 3 ; sh:maxExclusive 200",
    "range of dates": "sh:path ex:died ; sh:minInclusive '2020-01-01'^^xsd:date",
    "large numbers": "sh:path ex:big ; sh:maxInclusive 5",
    "length": "sh:path ex:name ; sh:minLength 4 ; sh:maxLength 5",
    "length of nothing": "sh:path ex:empty ; sh:minLength 1",
    "length of an IRI": "sh:path ex:knows ; sh:maxLength 22",
    "pattern": "sh:path ex:name ; sh:pattern '^[A-Z]'",
    "pattern with flags": "sh:path ex:name ; sh:pattern '^[a-z]+$' ; sh:flags 'i'",
    "pattern over lines": "sh:path ex:name ; sh:pattern '^line' ; sh:flags 'm'",
    "pattern of words": r"sh:path ex:name ; sh:pattern '^\\w+$'",
    "pattern of an IRI": "sh:path ex:knows ; sh:pattern '/(ada|bob)$'",
    "languages": "sh:path ex:name ; sh:languageIn ('en' 'de')",
    "one for each language": "sh:path ex:name ; sh:uniqueLang true",
    "equals": "sh:path ex:same ; sh:equals ex:other",
    "disjoint": "sh:path ex:same ; sh:disjoint ex:other",
    "less": "sh:path ex:born ; sh:lessThan ex:died",
    "less or equal": "sh:path ex:born ; sh:lessThanOrEquals ex:died",
    "in": "sh:path ex:age ; sh:in (3 200)",
    "in with languages": "sh:path ex:name ; sh:in ('Ada'@en 'plain' 'Bob')",
    "in with nothing": "sh:path ex:knows ; sh:in ()",
    "has value": "sh:path ex:knows ; sh:hasValue ex:ada",
    "not": "sh:path ex:knows ; sh:not [ sh:class ex:Sub ]",
    "and": f"sh:path ex:knows ; sh:and ( [ sh:class ex:Person ] [ sh:property {MAIL} ] )",
    "or": "sh:path ex:age ; sh:or ( [ sh:datatype xsd:integer ] [ sh:datatype xsd:decimal ] )",
    "xone": "sh:path ex:knows ; sh:xone ( [ sh:class ex:Person ] [ sh:class ex:Sub ] )",
    "node": f"sh:path ex:knows ; sh:node [ sh:property {MAIL} ]",
    "property in a property": f"sh:path ex:knows ; sh:property {MAIL}",
    "qualified": "sh:path ex:knows ; sh:qualifiedValueShape [ sh:class ex:Sub ] ; sh:qualifiedMinCount 1 ; "
    "sh:qualifiedMaxCount 1",
    "inverse": "sh:path [ sh:inversePath ex:knows ] ; sh:minCount 2",
    "sequence": "sh:path ( ex:knows ex:name ) ; sh:maxCount 1",
    "alternative": "sh:path [ sh:alternativePath ( ex:mail ex:empty ) ] ; sh:minCount 1",
    "any number of steps": "sh:path [ sh:zeroOrMorePath ex:parent ] ; sh:class ex:Cat",
    "steps": "sh:path [ sh:oneOrMorePath ex:parent ] ; sh:class ex:Cat",
    "a step or none": "sh:path [ sh:zeroOrOnePath ex:parent ] ; sh:class ex:Cat",
    "paths in paths": "sh:path ( [ sh:inversePath ex:parent ] [ sh:alternativePath ( ex:name ex:mail ) ] ) ; "
    "sh:maxLength 4",
    "list": "sh:path ( ex:list [ sh:zeroOrMorePath rdf:rest ] rdf:first ) ; sh:datatype xsd:integer",
}
NODE = {
    "closed": "sh:targetClass ex:Cat ; sh:closed true ; sh:ignoredProperties ( rdf:type ) ; "
              "sh:property [ sh:path ex:name ]",
    "node itself": "sh:targetClass ex:Person ; sh:nodeKind sh:Literal ; sh:pattern 'a$' ; sh:message 'Not so.'",
    "value itself": "sh:targetClass ex:Person ; sh:in ( ex:ada ) ; sh:hasValue ex:ada",
    "pair itself": "sh:targetClass ex:Person ; sh:disjoint ex:knows ; sh:equals ex:knows",
    "not not": f"sh:targetClass ex:Person ; sh:not [ sh:not [ sh:property {MAIL} ] ]",
    "one of three": "sh:targetClass ex:Person ; sh:message 'One.' ; "
                    "sh:xone ( [ sh:class ex:Sub ] [ sh:class ex:SubSub ] )",
    "shape of a shape": f"sh:targetClass ex:Person ; sh:node ex:T . ex:T a sh:NodeShape ; sh:property {MAIL}",
    "nodes": f"sh:targetNode ex:ada, ex:nowhere ; sh:property {MAIL}",
    "subjects": f"sh:targetSubjectsOf ex:age ; sh:property {MAIL}",
    "objects": "sh:targetObjectsOf ex:age ; sh:datatype xsd:integer",
    "class that is a shape": f"a rdfs:Class . ex:Person a rdfs:Class, sh:NodeShape ; sh:property {MAIL}",
    "property shape": "sh:deactivated true . ex:P a sh:PropertyShape ; sh:targetClass ex:Person ; "
                      "sh:path ex:mail ; sh:minCount 1",
    "shared property": "sh:targetClass ex:Person ; sh:property ex:P . ex:T a sh:NodeShape ; sh:targetClass ex:Cat ; "
                       "sh:property ex:P . ex:P sh:path ex:mail ; sh:minCount 1",
    "severity": f"sh:targetClass ex:Person ; sh:severity sh:Warning ; sh:class ex:Sub ; sh:property {MAIL}",
    "levels": "sh:targetClass ex:Person ; sh:property [ sh:path ex:knows ; sh:property "
              f"[ sh:path ex:knows ; sh:property {MAIL} ] ]",
    "qualified and disjoint": "sh:targetClass ex:Person ; sh:property "
        "[ sh:path ex:knows ; sh:qualifiedMinCount 1 ; sh:qualifiedValueShape [ sh:class ex:Sub ] ; "
        "sh:qualifiedValueShapesDisjoint true ] , "
        "[ sh:path ex:knows ; sh:qualifiedMinCount 1 ; sh:qualifiedValueShape [ sh:class ex:SubSub ] ; "
        "sh:qualifiedValueShapesDisjoint true ]",
    "class that is its own": "sh:targetClass ex:Loop ; sh:class ex:Person",
}  # fmt: skip
KINDS = {
    **{
        name: f"ex:S a sh:NodeShape ; sh:targetClass ex:Person, ex:Cat ; sh:property [ {text} ] ."
        for name, text in PROPERTY.items()
    },
    **{f"node: {name}": f"ex:S a sh:NodeShape ; {text} ." for name, text in NODE.items()},
}


@pytest.mark.parametrize("shapes", KINDS.values(), ids=KINDS)
def test_both_engines_find_the_same_for_every_kind_of_constraint(shapes: str) -> None:
    assert trusted(triples(shapes))
    assert differing(PEOPLE, triples(shapes)) == (set(), set())


def test_every_trusted_term_is_among_the_kinds() -> None:
    used = {term.value for shapes in KINDS.values() for triple in triples(shapes)
            for term in (triple.predicate, triple.object) if isinstance(term, NamedNode)}  # fmt: skip
    kinds_of_node = {SH + name for name in ("IRI", "BlankNode", "BlankNodeOrLiteral", "IRIOrLiteral")}
    assert TRUSTED - used - kinds_of_node == {SH + name for name in ("Violation", "PropertyGroup")}


@pytest.mark.parametrize(
    "text",
    [
        "sh:path ex:mixed ; sh:maxInclusive 5",
        "sh:path ex:mixed ; sh:maxExclusive 5",
        "sh:path ex:mixed ; sh:lessThan ex:age",
    ],
)
def test_of_values_that_cannot_be_compared_the_fast_engine_reports_more_never_less(text: str) -> None:
    # The Recommendation, 4.3 and 4.5.3: values that cannot be compared do not conform. pySHACL lets some pass.
    fewer, more = differing(PEOPLE, triples(f"{PERSON} sh:property [ {text} ] ."))
    assert fewer == set()
    assert more


# --- literals that rdflib would rewrite ---

AWKWARD = saved(dump(triples("""
ex:one a ex:Person ; ex:age 007, 01, +1, 1, "1"^^xsd:boolean, true, "1"^^xsd:nonNegativeInteger, 1.0, 1.00, 1e0,
    "1.0"^^xsd:double, "1"^^xsd:float, "1", "1"@en, "TRUE"^^xsd:boolean, "x"^^xsd:integer, "300"^^xsd:byte,
    "2024"^^xsd:gYear, "2024-02-30"^^xsd:date, "-0"^^xsd:integer, "2024-01-02T03:04:05.000Z"^^xsd:dateTime ;
    ex:born 7, 1, true .
"""), RdfFormat.N_TRIPLES))  # fmt: skip
ON_LITERALS = {
    **{f"datatype {name}": f"sh:datatype xsd:{name}" for name in
       ("integer", "decimal", "double", "boolean", "nonNegativeInteger", "byte", "gYear", "date", "dateTime")},
    "in": "sh:in (1 true)",
    "in, spelt otherwise": "sh:in (01 '1'^^xsd:boolean 007)",
    "has value": "sh:hasValue 7",
    "has value, spelt otherwise": "sh:hasValue 0007",
    "number of values": "sh:maxCount 20",
    "length": "sh:minLength 3",
    "pattern": "sh:pattern '^0'",
    "equals": "sh:equals ex:born",
    "disjoint": "sh:disjoint ex:born",
}  # fmt: skip


@pytest.mark.parametrize("text", ON_LITERALS.values(), ids=ON_LITERALS)
def test_both_engines_judge_a_literal_as_it_is_written(text: str) -> None:
    shapes = triples(f"{PERSON} sh:property [ sh:path ex:age ; sh:message 'No.' ; {text} ] .")
    assert trusted(shapes)
    assert differing(AWKWARD, shapes) == (set(), set())


def test_the_switch_of_rdflib_is_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    for before in (True, False):
        monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", before)
        assert with_pyshacl(AWKWARD, triples(f"{PERSON} sh:property [ sh:path ex:age ; sh:maxCount 1 ] ."))
        with pytest.raises(ShapesError):
            with_pyshacl(AWKWARD, triples(INVALID["no number"]))
        assert rdflib.NORMALIZE_LITERALS is before


@pytest.mark.parametrize("engine", ["fast", "pySHACL"])
def test_literals_of_shapes_are_spelt_as_those_of_the_graph(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if engine == "pySHACL":
        monkeypatch.setattr("kg.graph.shape_engines.trusted", lambda _: False)
    graph, _ = turtle_graph(SourceFile("ontology/own.ttl", f"{PREFIXES} ex:a ex:age 007 ; ex:born 1.50 .", "0"))
    text = (f"{PREFIXES} ex:S a sh:NodeShape ; sh:targetNode ex:a ; sh:property [ sh:path ex:age ; sh:hasValue 07 ] , "
            "[ sh:path ex:born ; sh:in (1.5) ; sh:deactivated '0'^^xsd:boolean ] , "
            "[ sh:path ex:none ; sh:minCount 01 ; sh:deactivated '1'^^xsd:boolean ] .")  # fmt: skip
    found = check_shapes([graph], [SourceFile("ontology/own-shapes.ttl", text, "0")])
    assert {problem.rule for problem in found} == {"turtle/literal"}


# --- terms that no engine evaluates ---


def test_a_term_that_no_engine_evaluates_is_reported_where_it_is() -> None:
    text = f"{PREFIXES}ex:S a sh:NodeShape ; # sh:singleLine\n  sh:property [ sh:path ex:x ; sh:singleLine true ;\n"
    text += "sh:mincount 1 ; <http://www.w3.org/ns/shacl#expression> 'sh:js' ] ."
    found = check_shapes([], [SourceFile("ontology/own-shapes.ttl", text, "0")])
    assert {(p.rule, p.severity) for p in found} == {("shape/ignored", "warning")}
    assert {(p.where.line, p.where.column, p.message.split()[0], p.hint) for p in found} == {
        (6, 32, "sh:singleLine", "see https://www.w3.org/TR/shacl/"),
        (7, 1, "sh:mincount", "did you mean minCount?"),
        (7, 17, "sh:expression", "see https://www.w3.org/TR/shacl/"),
    }


SELECTS = "a sh:SPARQLSelectValidator ; sh:select "
EVALUATED = {
    "constraint": PERSON + "sh:sparql ex:Q . ex:Q a sh:SPARQLConstraint ; sh:message 'Old.' ; sh:prefixes ex:Own ; "
                  "sh:select 'SELECT $this WHERE { $this e:age 3 }' . ex:Own sh:declare [ a sh:PrefixDeclaration ; "
                  "sh:prefix 'e' ; sh:namespace 'http://example.org/'^^xsd:anyURI ] .",
    "ask": "ex:C a sh:ConstraintComponent ; sh:labelTemplate 'l' ; sh:parameter [ a sh:Parameter ; sh:path ex:max ] , "
           "[ sh:path ex:none ; sh:optional true ] ; sh:validator [ a sh:SPARQLAskValidator ; "
           "sh:ask 'ASK { FILTER(!isIRI($value)) }' ] . " + PERSON + "ex:max 4 .",
    "of nodes": "ex:C a sh:ConstraintComponent ; sh:parameter [ sh:path ex:max ] ; sh:nodeValidator "
                f"[ {SELECTS} 'SELECT $this WHERE {{ $this ?p $max }}' ] . {PERSON} ex:max 3 .",
    "of properties": "ex:C a sh:ConstraintComponent ; sh:parameter [ sh:path ex:max ] ; sh:propertyValidator "
                     f"[ {SELECTS} 'SELECT $this ?value WHERE {{ $this $PATH ?value }}' ] . "
                     f"{PERSON} sh:property [ sh:path ex:age ; ex:max 3 ] .",
}  # fmt: skip


@pytest.mark.parametrize("shapes", EVALUATED.values(), ids=EVALUATED)
def test_what_is_not_reported_is_evaluated(shapes: str) -> None:
    assert ignored(triples(shapes)) == []
    assert with_pyshacl(PEOPLE, triples(shapes))


@pytest.mark.parametrize("name", ["expression", "rule", "target by sparql"])
def test_what_is_reported_is_not_evaluated(name: str) -> None:
    assert ignored(triples(NOT_TRUSTED[name]))
    assert with_pyshacl(PEOPLE, triples(NOT_TRUSTED[name])) == []


# --- shapes that are not trusted to the fast engine ---

NOT_TRUSTED = {
    "sparql": PERSON + "sh:sparql [ sh:message 'Old.' ; "
                       "sh:select 'SELECT $this WHERE { $this <http://example.org/age> 3 }' ] .",
    "target by sparql": "ex:S a sh:NodeShape ; sh:target [ a sh:SPARQLTarget ; sh:select 'SELECT ?this WHERE {}' ] .",
    "own component": "ex:C a sh:ConstraintComponent ; sh:parameter [ sh:path ex:max ] ; sh:validator [ a "
                     "sh:SPARQLAskValidator ; sh:ask 'ASK { FILTER(isIRI($value)) }' ] . " + PERSON + "ex:max 4 .",
    "expression": PERSON + "sh:expression [ sh:path ex:x ] .",
    "rule": PERSON + "sh:rule [ a sh:TripleRule ; sh:subject sh:this ; sh:predicate ex:mail ; sh:object 'x' ] .",
    "a later SHACL": PERSON + "sh:singleLine true .",
    "no such term": PERSON + "sh:property [ sh:path ex:mail ; sh:mincount 1 ] .",
    "a class of OWL": f"ex:Person a owl:Class, sh:NodeShape ; sh:property {MAIL} .",
    "leads back": f"{PERSON} sh:property [ sh:path ex:knows ; sh:node ex:S ] , {MAIL} .",
}  # fmt: skip


@pytest.mark.parametrize("shapes", NOT_TRUSTED.values(), ids=NOT_TRUSTED)
def test_pyshacl_validates_shapes_that_the_fast_engine_is_not_trusted_with(shapes: str) -> None:
    assert not trusted(triples(shapes))
    assert set(validate(PEOPLE, triples(shapes))[0]) == set(with_pyshacl(PEOPLE, triples(shapes)))


def test_pyshacl_validates_when_the_fast_engine_fails() -> None:
    shapes = triples(PERSON + "sh:property [ sh:path ex:name ; sh:pattern '^(?!A)' ] .")
    assert trusted(shapes)
    with pytest.raises(ValueError, match="look-around"):
        with_shacl(PEOPLE, shapes)
    assert set(validate(PEOPLE, shapes)[0]) == set(with_pyshacl(PEOPLE, shapes)) != set()


def test_a_failure_of_the_fast_engine_is_reported() -> None:
    graph = Facts(mint("annotation", "test"), triples(DATA)).graph()
    text = f"{PREFIXES}{PERSON} sh:property [ sh:path ex:name ; sh:pattern '^(?!A)' ] ."
    (problem,) = [p for p in check_shapes([graph], [SourceFile("ontology/own-shapes.ttl", text, "0")])
                  if p.rule == "shape/engine"]  # fmt: skip
    assert problem.severity == "info"
    assert re.search("pySHACL validated instead: ValueError: .*look-around", problem.message)


def test_a_failure_of_the_fast_engine_is_reported_where_there_is_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "shacl", None)
    monkeypatch.setitem(sys.modules, "pyshacl", None)
    with pytest.raises(UsageError, match=r"pip install .*the fast engine failed: ModuleNotFoundError: .*shacl"):
        validate(PEOPLE, triples(KINDS["count"]))


def test_pyshacl_validates_when_the_fast_engine_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    shapes = triples(KINDS["count"])
    monkeypatch.setitem(sys.modules, "shacl", None)
    assert set(validate(PEOPLE, shapes)[0]) == set(with_pyshacl(PEOPLE, shapes)) != set()


INVALID = {
    "no path": PERSON + "sh:property [ sh:minCount 1 ] .",
    "no number": PERSON + "sh:property [ sh:path ex:name ; sh:minCount 'one' ] .",
    "no pattern": PERSON + "sh:property [ sh:path ex:name ; sh:pattern '(' ] .",
    "too deep": PERSON + "sh:node [ " * 60 + "sh:class ex:Cat" + " ]" * 60 + " .",
    "no query": PERSON + "sh:sparql [ sh:select 'SELECT nothing' ] .",
}


@pytest.mark.parametrize("shapes", INVALID.values(), ids=INVALID)
def test_invalid_shapes_are_reported(shapes: str) -> None:
    with pytest.raises(ShapesError):
        validate(PEOPLE, triples(shapes))


def test_shapes_that_cannot_be_used_are_a_problem_at_their_file() -> None:
    graph = Facts(mint("annotation", "test"), triples(DATA)).graph()
    own = SourceFile("ontology/own-shapes.ttl", PREFIXES + INVALID["no number"], "0")
    (problem,) = check_shapes([graph], [own, SourceFile("ontology/shapes.ttl", TEXT, "0")])
    assert (problem.rule, problem.where.file) == ("shape/invalid", "ontology/own-shapes.ttl")
    assert "sh:minCount" in problem.message


def test_blank_nodes_of_two_files_are_not_the_same() -> None:
    graph = Facts(mint("annotation", "test"), triples(DATA)).graph()
    text = PREFIXES + PERSON + "sh:property _:p . _:p sh:minCount 1 ; sh:path "
    files = [SourceFile(f"ontology/{name}-shapes.ttl", f"{text} ex:{name} .", "0") for name in ("mail", "empty")]
    assert {problem.hint for problem in check_shapes([graph], files)} == {
        f"there is no http://example.org/{name}: add one" for name in ("mail", "empty")
    }


def test_shapes_that_need_a_missing_library_are_refused_with_the_extra_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "pyshacl", None)
    with pytest.raises(UsageError, match=r"pyshacl.*pip install '\.\[shapes\]'"):
        validate(PEOPLE, triples("ex:Shape a sh:NodeShape ; sh:targetClass ex:Person ; sh:js [] ."))
