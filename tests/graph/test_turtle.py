"""Turtle that is put together from text is what the serialiser writes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from kg.core.iris import BASE, PREFIXES, RDF, XSD
from kg.graph.statements import statement
from kg.graph.turtle import header, turtle_of_sorted

LOCALS = st.text(st.sampled_from("ab1/._-~%2E:#'()ä·€é×÷˿\u0300\u036fͰ;῿\u200c\u203f⁰→中\ud7ff\ue000𝔸"), max_size=6)
NAMESPACES = st.sampled_from([*PREFIXES.values(), BASE, "http://example.org/"])


def as_iri(namespace: str, local: str) -> NamedNode | None:
    try:
        return NamedNode(namespace + local)
    except ValueError:
        return None


IRIS = st.builds(as_iri, NAMESPACES, LOCALS).filter(bool)
TYPES = st.sampled_from([XSD.integer, XSD.decimal, XSD.double, XSD.boolean, XSD.gYear, XSD.string, XSD.date])
NUMBERS = st.sampled_from(["1", "-01", "+1", "1.", "1.0", "1e0", ".5", "true", "TRUE", "0", "", "x", '"@', '^^"'])
LITERALS = st.one_of(
    st.builds(Literal, st.text(max_size=8)),
    st.builds(lambda text, tag: Literal(text, language=tag), st.text(max_size=8), st.sampled_from(["en", "en-GB"])),
    st.builds(lambda text, kind: Literal(text, datatype=kind), st.one_of(NUMBERS, st.text(max_size=4)), TYPES),
)
PREDICATES = st.one_of(st.just(RDF.type), IRIS)
TRIPLES = st.lists(st.builds(Triple, IRIS, PREDICATES, st.one_of(IRIS, LITERALS)), max_size=12)


@given(TRIPLES)
def test_the_text_is_what_the_serialiser_writes(triples: list[Triple]) -> None:
    statements = sorted(statement(triple).encode() for triple in set(triples))
    in_order = sorted(set(triples), key=statement)
    written = serialize(in_order, format=RdfFormat.TURTLE, prefixes=PREFIXES) or b""
    made, number = turtle_of_sorted(statements)
    assert (header() + made if triples else b"") == (written if triples else b"")
    assert number == len(statements)


def test_a_statement_of_two_graphs_is_written_once() -> None:
    one = b'<http://example.org/a> <http://example.org/p> "b"'
    assert turtle_of_sorted([one, one]) == (one + b" .\n", 1)
