"""Literals and IRIs of own Turtle are the same terms in the build, in memory, in rdflib and on every store."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import rdflib
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse, serialize

from kg.core.files import SourceFile
from kg.core.iris import BASE, XSD
from kg.graph.serialise import write_graph
from kg.graph.vocabulary import turtle_graph
from kg.store import Store
from kg.store.memory import canonical
from kg.store.remote.endpoint import EndpointError
from kg.store.remote.store import RemoteStore
from tests.store.remote.contents import emptied, held, push
from tests.store.remote.engines import Engine

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore:Parsing weird boolean")  # of rdflib

PREFIXES = "@prefix ex: <https://example.org/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
VALUES = [
    *("007", "+1", "-0", "1.0", ".5", "-0.0", "0.10", "1e0", "1E10", "true"),
    *(f'"1"^^xsd:{name}' for name in ("integer", "decimal", "double", "float", "boolean", "string", "byte", "int",
      "nonNegativeInteger", "positiveInteger", "unsignedLong")),
    *('"INF"^^xsd:double', '"NaN"^^xsd:float', '"+INF"^^xsd:double', '"0"^^xsd:boolean', '"TRUE"^^xsd:boolean'),
    *('"2024"^^xsd:gYear', '"2024-01"^^xsd:gYearMonth', '"--01-02"^^xsd:gMonthDay', '"2024Z"^^xsd:gYear'),
    *('"2024-01-02"^^xsd:date', '"2024-01-02Z"^^xsd:date', '"2024-02-30"^^xsd:date', '"03:04:05"^^xsd:time'),
    *('"2024-01-02T03:04:05.000Z"^^xsd:dateTime', '"2024-01-02T24:00:00"^^xsd:dateTime'),
    *('"2024-01-02T03:04:05.120+02:00"^^xsd:dateTime', '"2024-01-02T03:04:05Z"^^xsd:dateTimeStamp'),
    *('"a"@EN-gb', '"a"@zh-hant-tw', '"a"@x-private', '"a"@ar--rtl', '"1"^^ex:own', '" a  b "^^xsd:token', '""'),
    *(r'"\t\b\n\r\f\"\\"', r'"\u0001\u007F\u0000"', r'"\uFEFFa\uFFFE\U0010FFFF"', r'"e\u0301"', r'"\u00e9"', '"{}|^`"'),
    *("<https://example.org/é>", "<https://example.org/%C3%A9>", "<HTTP://E.ORG/A/../b?c=d&e#f>", "<urn:x:y>", "<a'b>"),
]  # fmt: skip
LOSSY = {
    "2147483648": r'"2147483648"\^\^.*decimal',
    "3.141592653589793e0": r'"3.14159"\^\^.*double',
    '"-0001-01-01"^^xsd:date': '"0000-01-01"',
    '"P1Y"^^xsd:duration': '"12"',
    '"x"^^xsd:integer': '"0"',
    '"02024"^^xsd:gYear': '"2024"',
    "0.1234567890123456789": '"0.123456789012346"',
}
"""What Virtuoso (7.2) turns into something else, and into what."""


def built(turtle: str) -> tuple[bytes, bytes]:
    """The N-Quads and the Turtle that a build writes of own Turtle."""
    graph, _ = turtle_graph(SourceFile("ontology/own.ttl", PREFIXES + turtle, "0"))
    with TemporaryDirectory() as folder:
        paths = Path(folder, "graph.nq"), Path(folder, "graph.ttl")
        with paths[0].open("wb") as quads, paths[1].open("wb") as text:
            write_graph([graph], quads, text)
        return paths[0].read_bytes(), paths[1].read_bytes()


def stated(values: list[str]) -> str:
    """A statement with each value, each about a thing of its own."""
    return "".join(f"ex:s{number} ex:p {value} .\n" for number, value in enumerate(values))


def in_rdflib(data: bytes, form: str) -> set[str]:
    """The statements as rdflib reads them."""
    before, rdflib.NORMALIZE_LITERALS = rdflib.NORMALIZE_LITERALS, False
    try:
        graph = rdflib.Dataset(default_union=True) if form == "nquads" else rdflib.Graph()
        graph.parse(data=data, format=form, publicID=BASE)
        return {triple_of(*triple) for triple in graph.triples((None, None, None))}
    finally:
        rdflib.NORMALIZE_LITERALS = before


def triple_of(subject: object, predicate: object, value: object) -> str:
    """A triple of rdflib in the form of N-Triples."""
    term: NamedNode | Literal
    if isinstance(value, rdflib.Literal) and value.language:
        term = Literal(str(value), language=value.language)
    elif isinstance(value, rdflib.Literal):
        term = Literal(str(value), datatype=NamedNode(str(value.datatype or XSD.string.value)))
    else:
        term = NamedNode(str(value))
    return f"{NamedNode(str(subject))} {NamedNode(str(predicate))} {term}"


def texts(triples: list[Triple] | list[Quad]) -> set[str]:
    return {f"{t.subject} {t.predicate} {t.object}" for t in triples}


def in_memory(quads: bytes) -> set[str]:
    with TemporaryDirectory() as folder:
        path = Path(folder, "graph.nq")
        path.write_bytes(quads)
        found = Store.of_file(path).query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }").triples or ()
    return texts(list(found))


def same_everywhere(quads: bytes, turtle: bytes) -> set[str]:
    """The statements, if the files, rdflib and the store in memory agree on them, term by term."""
    found = texts(list(parse(quads, format=RdfFormat.N_QUADS)))
    assert texts(list(parse(turtle, format=RdfFormat.TURTLE))) == found
    assert in_rdflib(quads, "nquads") == found
    assert in_rdflib(turtle, "turtle") == found
    assert in_memory(quads) == found
    return found


def test_rdflib_reads_the_same_values_from_the_source() -> None:
    # Not the same spelling: its Turtle parser turns bare numbers such as `007` into numbers of Python.
    source = stated([value for value in VALUES if "--" not in value])
    graph, _ = turtle_graph(SourceFile("ontology/own.ttl", PREFIXES + source, "0"))
    lines = "".join(f"{line} .\n" for line in in_rdflib((PREFIXES + source).encode(), "turtle"))
    found = {(t.subject, canonical(t.object) if isinstance(t.object, Literal) else t.object)
             for t in parse(lines, format=RdfFormat.N_TRIPLES)}  # fmt: skip
    assert found == {(t.subject, t.object) for t in graph.triples if t.subject.value.startswith("https://example.org/")}


@pytest.mark.usefixtures("allowed")
def test_a_store_contains_the_terms_of_the_build(engine: Engine) -> None:
    emptied(engine)
    quads, turtle = built(stated(VALUES))
    found = same_everywhere(quads, turtle)
    assert len(found) >= len(VALUES)
    push(engine, quads)
    for lines in held(engine).values():
        assert {line.decode().removesuffix(" .\n") for line in lines} == found
    assert RemoteStore(engine.query).nquads() == quads
    there = RemoteStore(engine.query).query("SELECT ?s ?p ?o WHERE { ?s ?p ?o }")
    assert {" ".join(map(str, row)) for row in there.rows} == found


@pytest.mark.parametrize("value", LOSSY)
@pytest.mark.usefixtures("allowed")
def test_a_value_that_a_store_cannot_represent_is_named(engine: Engine, value: str) -> None:
    emptied(engine)
    quads, _ = built(stated([value]))
    if engine.name == "virtuoso":
        with pytest.raises(
            EndpointError, match=f"the store changes the values of 1 triples.* becomes .*{LOSSY[value]}"
        ):
            push(engine, quads)
        emptied(engine)
    else:
        push(engine, quads)


DIGITS = st.text("0123456789", max_size=6)
SIGNS, POINTS = st.sampled_from(["", "+", "-"]), st.sampled_from(["", ".", "e", "E-"])
NUMBERS = st.builds("{}{}{}{}".format, SIGNS, DIGITS, POINTS, DIGITS)
TYPES = st.sampled_from(["integer", "decimal", "double", "float", "boolean", "byte", "nonNegativeInteger", "date",
                         "dateTime", "gYear", "string", "token", "normalizedString"])  # fmt: skip
OTHERS = st.text("tTrue01 :.-TZ\t", max_size=9)
TYPED = st.builds("{}^^xsd:{}".format, st.one_of(NUMBERS, OTHERS).map(lambda text: str(Literal(text))), TYPES)
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=6).map(lambda text: str(Literal(text)))
TAGGED = st.builds("{}@{}".format, WORDS, st.sampled_from(["en", "EN-GB", "de-CH-1996", "he--rtl"]))


@given(st.lists(st.one_of(TYPED, WORDS, TAGGED), max_size=8))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_literal_is_the_same_in_every_file_and_in_memory(values: list[str]) -> None:
    same_everywhere(*built(stated(values)))


@given(st.one_of(TYPED, WORDS))
def test_the_spelling_of_the_graph_is_final(value: str) -> None:
    (quad,) = parse(PREFIXES + stated([value]), format=RdfFormat.TURTLE)
    assert isinstance(quad.object, Literal)
    once = canonical(quad.object)
    assert canonical(once) == once
    line = serialize([Triple(quad.subject, quad.predicate, once)], format=RdfFormat.N_TRIPLES) or b""
    assert next(iter(parse(line, format=RdfFormat.N_TRIPLES))).object == once


WHOLE, WHOLE_TYPES = st.integers(-(2**31) + 1, 2**31 - 1), st.sampled_from(["integer", "decimal"])
NUMERALS = st.builds("'{}'^^xsd:{}".format, WHOLE, WHOLE_TYPES)
FRACTIONS = st.builds("'{}.{:05}'^^xsd:decimal".format, st.integers(-9999, 9999), st.integers(0, 99999))
DOUBLES = st.builds("'{}e{}'^^xsd:double".format, st.integers(-99999, 99999), st.integers(-9, 9))
DAYS = st.dates().map("'{}'^^xsd:date".format)
TIMES = st.datetimes().map(lambda time: f"'{time.isoformat()}Z'^^xsd:dateTime")
TRUTHS = st.sampled_from(["true", "'0'^^xsd:boolean"])
SAFE = st.one_of(NUMERALS, FRACTIONS, DOUBLES, DAYS, TIMES, WORDS, TAGGED, TRUTHS)
"""What Virtuoso represents too; see LOSSY."""


@pytest.mark.usefixtures("allowed")
@given(st.lists(SAFE, min_size=10, max_size=40))
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_literal_comes_back_from_a_store(engine: Engine, values: list[str]) -> None:
    emptied(engine)
    quads, _ = built(stated(values))
    push(engine, quads)
    assert RemoteStore(engine.query).nquads() == quads
