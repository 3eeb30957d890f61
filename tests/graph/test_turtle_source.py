"""Nothing of a Turtle file vanishes: it is in the graph, or there is a problem at its place."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, parse

from kg.core.files import SourceFile
from kg.core.problems import Problem
from kg.graph.turtle_source import TurtleSource, read_turtle
from kg.graph.vocabulary import turtle_graph

HEAD = "@prefix ex: <https://example.org/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"


def own(text: str) -> SourceFile:
    return SourceFile("ontology/own.ttl", HEAD + text, "0")


def stated(text: str) -> set[str]:
    """The objects that ex:a has in the graph, but for the statements about the file itself."""
    lines = turtle_graph(own(text))[0].lines
    return {line.decode().split(" ", 2)[2] for line in lines if line.startswith(b"<https://example.org/a> ")}


def problems(text: str) -> list[Problem]:
    return turtle_graph(own(text))[1]


@pytest.mark.parametrize(
    ("text", "rule", "place"),
    [
        ("ex:a ex:p [ ex:q 1 ] .", "blank-node", (2, 11)),
        ("ex:a ex:p\n  _:b1 .", "blank-node", (3, 3)),
        ("_:b1 ex:p ex:a .", "blank-node", (2, 1)),
        ("ex:a ex:p ( 1 2 ) .", "blank-node", (2, 11)),
        ("# [ \nex:a_:b ex:p '[', <https://example.org/[>, ex:c\\(d, () , [] .", "blank-node", (3, 58)),
        ("ex:a ex:p ex:b ~ ex:r .", "triple-term", (2, 16)),
        ("ex:a ex:p ex:b {| ex:q ex:c |} .", "triple-term", (2, 16)),
        ("<< ex:a ex:p ex:b >> ex:q ex:c .", "triple-term", (2, 1)),
        ("ex:a ex:p <<( ex:a ex:p ex:b )>> .", "triple-term", (2, 11)),
        ("ex:a ex:p '''\n<< \\''' ''', \"\"\"\n[\"\"\", <<( ex:a ex:p ex:b )>> .", "triple-term", (4, 7)),
    ],
)
def test_what_the_graph_does_not_contain_is_reported_at_its_place(text: str, rule: str, place: tuple[int, int]) -> None:
    text = text.replace("<https://example.org/[>", "<https://example.org/x>")
    (problem,) = problems(text)
    assert (problem.rule, problem.severity) == (f"turtle/{rule}", "error")
    assert (problem.where.file, problem.where.line, problem.where.column) == ("ontology/own.ttl", *place)


def test_what_is_beside_it_stays_in_the_graph() -> None:
    assert stated("ex:a ex:p [], <<( ex:a ex:p ex:b )>>, ex:b ~ ex:r , 'x' .") == {"<https://example.org/b>", '"x"'}


def test_a_list_without_members_is_an_iri() -> None:
    assert problems("ex:a ex:p (), (  ) .") == []
    assert stated("ex:a ex:p () .") == {"<http://www.w3.org/1999/02/22-rdf-syntax-ns#nil>"}


XSD = "http://www.w3.org/2001/XMLSchema#"


@pytest.mark.parametrize(
    ("written", "found", "severity", "column"),
    [  # the canonical forms of XSD 1.1, part 2, but for xsd:decimal and xsd:double, which Oxigraph writes without `.0`
        ("'007', 007", f'"7"^^<{XSD}integer>', "info", 18),
        ("+1", f'"1"^^<{XSD}integer>', "info", 11),
        ("1.0", f'"1"^^<{XSD}decimal>', "info", 11),
        ("1e0", f'"1"^^<{XSD}double>', "info", 11),
        ("'1'^^xsd:boolean", f'"true"^^<{XSD}boolean>', "info", 11),
        ("'1', '''1'''^^<http://www.w3.org/2001/XMLSchema#boolean>.", f'"true"^^<{XSD}boolean>', "info", 16),
        ("'1'^^xsd:nonNegativeInteger", f'"1"^^<{XSD}integer>', "warning", 11),
        ("'2024-01-02T24:00:00'^^xsd:dateTime", f'"2024-01-03T00:00:00"^^<{XSD}dateTime>', "info", 11),
        ("' a  b '^^xsd:token", f'"a b"^^<{XSD}token>', "info", 11),
    ],
)
def test_a_literal_is_spelt_as_stores_return_it(written: str, found: str, severity: str, column: int) -> None:
    text = f"ex:a ex:p {written.removesuffix('.')} ."
    (problem,) = problems(text)
    assert found in stated(text)
    assert (problem.rule, problem.severity) == ("turtle/literal", severity)
    assert (problem.where.line, problem.where.column) == (2, column)


@pytest.mark.parametrize("written", ["7", "true", "1.5", "'x'", "'007'", "'x'@en", "'2024'^^xsd:gYear", "'7'^^ex:own"])
def test_a_literal_that_stores_return_as_it_is_is_not_reported(written: str) -> None:
    assert problems(f"ex:a ex:p {written} .") == []


def test_a_base_direction_is_left_out_with_a_warning() -> None:
    (problem,) = problems("ex:a ex:p 'x'@en ,\n 'y'@ar--rtl .")
    assert (problem.rule, problem.severity) == ("turtle/direction", "warning")
    assert (problem.where.line, problem.where.column) == (3, 2)
    assert stated("ex:a ex:p 'y'@ar--rtl .") == {'"y"@ar'}


def test_blank_nodes_may_be_wanted_and_triple_terms_are_not() -> None:
    triples, found = read_turtle(own("ex:a ex:p [ ex:q 01 ], <<( ex:a ex:p ex:b )>> ."), blank_nodes=True)
    assert len(triples) == 2
    assert [problem.rule for problem in found] == ["turtle/triple-term", "turtle/literal"]


@pytest.mark.parametrize("word", ["ex:Bear", "<https://example.org/Bear>"])
def test_a_term_is_found_with_and_without_a_prefix(word: str) -> None:
    where = TurtleSource(own(f"ex:BearX ex:Xex:Bear '{word}' ; # {word}\n\tex:p {word}.")).term(
        "https://example.org/Bear"
    )
    assert (where.line, where.column) == (3, 7)


FINE = ["ex:a", "<x>", "'[ ( '", '"""<<"""', "()", "01", "'x'@he--ltr", "'9'^^xsd:byte", "ex:\\~"]
REFUSED = ["[]", "[ ex:q 1 ]", "(1)", "_:b", "<<( ex:a ex:p ex:b )>>", "ex:b ~", "ex:b {| ex:q 1 |}"]
PARTS = st.sampled_from(FINE + REFUSED)


@given(st.lists(PARTS, min_size=1, max_size=6), st.sampled_from([" , ", ",", " ,\n\t", ", # [ ~\n"]))
def test_every_statement_is_in_the_graph_or_reported(parts: list[str], between: str) -> None:
    file = own(f"ex:a ex:p {between.join(parts)} .")
    graph, found = turtle_graph(file)
    written = {quad.triple for quad in parse(file.text, format=RdfFormat.TURTLE, base_iri="https://w3id.org/")}
    there = [line for line in graph.lines if b"continuous-star/vocabulary/own>" not in line]
    refused = [part for part in parts if part in REFUSED]
    assert len([problem for problem in found if problem.severity == "error"]) == len(refused)
    assert len(there) < len(written) if refused else len(there) == len(written)
    assert all(problem.where.line for problem in found)


@pytest.mark.parametrize(
    "text",
    ["ex:a ex:p " + "[] , " * 20_000 + "1 .", "ex:a ex:p " + "(" * 50 + " " * 100_000 + ")" * 50 + " .",
     'ex:a ex:p "' + '\\"' * 50_000 + '", [] .', "#" + "<'" * 50_000 + "\nex:a ex:p [] .",
     "ex:a ex:p " + ", ".join(f"'0{number}'^^xsd:integer" for number in range(10_000)) + " ."],
    ids=["brackets", "spaces", "escapes", "comment", "literals"],
)  # fmt: skip
def test_a_hostile_file_is_read_in_time(text: str) -> None:
    began = time.monotonic()
    assert problems(text)
    assert time.monotonic() - began < 5
