"""Whatever a person types as a parameter is looked up or bound as one term: it never becomes another query.

The tests are made from the library, so that a query which is added is held to them too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Literal
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.term import Literal as RdflibLiteral

from kg.api import KnowledgeGraph
from kg.core.iris import BASE
from kg.core.problems import UsageError
from kg.queries.lookup import Lookup
from kg.queries.query_library import Parameter, Query, QueryLibrary, read_query
from kg.store import Store
from tests.conftest import KgCli

LIBRARY = QueryLibrary.of(Path(__file__).parents[2])
SLOTS = [pytest.param(query, parameter, id=f"{query.name}-{parameter.name}")
         for query in LIBRARY for parameter in query.parameters]  # fmt: skip

HOSTILE = {
    "end of an IRI": "x> } DELETE {",
    "end of a string": '" } INSERT DATA {',
    "end of the slot": "practice:x }",
    "end of a text with a language": '"@en } #',
    "quotes": "\"'\"\"\"'''",
    "line ends": "x\n} #\r\n\u2028\u2029 y",
    "NUL": "x\u0000y",
    "an escaped NUL": "x\\u0000y",
    "an escaped quote": "\\u0022 } DROP ALL #",
    "backslashes": "x\\\\\\",
    "a variable": "?x",
    "an IRI": "<http://evil>",
    "an IRI with a term of ours": f"<{BASE}practice/continuous-testing>",
    "another slot": "VALUES ?hand { UNDEF }",
    "UNDEF": "UNDEF",
    "a service": "x> } SERVICE <http://127.0.0.1:9/> { ?s ?p ?o",
    "a lone surrogate": "x\ud800y",
    "right to left": "x\u202eevil\u2066y",
    "a terminal's escapes": "x\x1b[2J\x1b]0;evil\x07\x9b31my",
    "a replacement of a pattern": "\\g<1>\\1",
    "a format": "{0.__class__} %s ${x}",
    "a long text": "x" * 20_000,
    "many quotes": '"' * 20_000,
}
MEGABYTES = {"a megabyte": "x" * 1_000_000, "a megabyte of quotes": '"' * 1_000_000}
"""What is checked of these depends on the type of a parameter and not on its query: one slot of each type is enough."""
ONE_OF_EACH_TYPE = list({slot.values[1].type: slot for slot in SLOTS}.values())

# SPARQL 1.1, productions [139] IRIREF and [145] STRING_LITERAL2 with its datatype.
ONE_TERM = re.compile(
    r'<[^<>"{}|^`\\\x00-\x20]*>|"(?:[^"\\\n\r]|\\[tbnrf"\'\\]|\\u[0-9A-Fa-f]{4})*"(?:\^\^<[^<>"{}|^`\\\x00-\x20]*>)?'
)


def everything(graph: KnowledgeGraph) -> set[tuple[str, ...]]:
    """All that is in the store, in its union and in its named graphs."""
    return {
        *graph.store.query("SELECT * { ?s ?p ?o }").texts(),
        *graph.store.query("SELECT * { GRAPH ?g { ?s ?p ?o } }").texts(),
    }


def bound_term(query: Query, name: str, bound: str) -> str:
    """What stands in the slot; everything around it is as in the file."""
    before, after = re.split(rf"(?<=VALUES \?{name} {{)[^{{}}]*(?=}})", query.sparql)
    assert bound.startswith(before)
    assert bound.endswith(after)
    return bound[len(before) : len(bound) - len(after)].strip(" ")


@cache  # all slots are filled with the same terms
def meaning(written: str) -> object:
    """What the engine reads a term as that stands in a slot."""
    assert ONE_TERM.fullmatch(written)
    ((term,),) = Store().query(f"SELECT (?x AS ?y) {{ VALUES ?x {{ {written} }} }}").rows
    return term


def leaves(tree: Any) -> Iterator[object]:
    """The shape of a parsed query: names of its parts, depth first, with the values at the leaves."""
    if isinstance(tree, dict):
        for name, part in tree.items():
            yield name
            yield from leaves(part)
    elif isinstance(tree, list) or type(tree).__name__ == "ParseResults":
        yield len(tree)
        for part in tree:
            yield from leaves(part)
    else:
        yield tree


def assert_fit_to_print(message: str) -> None:
    assert len(message) < 1000
    assert all(c.isprintable() or c == "\n" for c in message), ascii(message)


@pytest.fixture(scope="module")
def unchanged(toy_graph: KnowledgeGraph) -> Iterator[KnowledgeGraph]:
    """The graph of the toy review, in which the tests of this module must change nothing."""
    before = everything(toy_graph)
    yield toy_graph
    assert everything(toy_graph) == before


@pytest.mark.parametrize(("query", "parameter"), SLOTS)
def test_a_hostile_value_is_refused_or_bound_as_a_text(
    unchanged: KnowledgeGraph, query: Query, parameter: Parameter
) -> None:
    for value in HOSTILE.values():
        assert_refused_or_bound(unchanged, query, parameter, value)


@pytest.mark.parametrize(("query", "parameter"), ONE_OF_EACH_TYPE)
def test_a_megabyte_is_refused_or_bound_as_a_text(
    unchanged: KnowledgeGraph, query: Query, parameter: Parameter
) -> None:
    for value in MEGABYTES.values():
        assert_refused_or_bound(unchanged, query, parameter, value)


def assert_refused_or_bound(graph: KnowledgeGraph, query: Query, parameter: Parameter, value: str) -> None:
    others = {p.name: p.example for p in query.parameters if p.default is None and p is not parameter}
    if parameter.type == "text" and "\ud800" not in value:
        graph.query(query.name, **{parameter.name: value})
        terms = query.terms({**others, parameter.name: value}, graph.lookup)
        assert terms[parameter.name] == Literal(value)
    else:
        with pytest.raises(UsageError) as refused:
            graph.query(query.name, **others, **{parameter.name: value})
        assert_fit_to_print(str(refused.value))


@pytest.mark.parametrize(("query", "parameter"), SLOTS)
def test_a_hostile_text_fills_its_slot_as_one_term(query: Query, parameter: Parameter) -> None:
    # Also where the parameter takes no text: what a slot is filled with must not depend on what was checked before.
    for value in (HOSTILE | MEGABYTES).values():
        if "\ud800" not in value:  # no term can hold it
            bound = query.bind({parameter.name: Literal(value)})
            assert meaning(bound_term(query, parameter.name, bound)) == Literal(value)


@pytest.mark.parametrize("query", [pytest.param(query, id=query.name) for query in LIBRARY if query.parameters])
def test_a_bound_query_is_parsed_to_the_shape_of_the_file(query: Query) -> None:
    # All slots and texts at once: rdflib's parser needs a third of a second for a query.
    def shape(text: str) -> list[object]:
        texts = {p.name: RdflibLiteral(f"{p.name} {text}") for p in query.parameters}
        bound = query.bind({name: Literal(str(term)) for name, term in texts.items()})
        names = {term: f"bound {name}" for name, term in texts.items()}
        found = leaves(parseQuery(bound).as_list())
        return [names.get(leaf, leaf) if isinstance(leaf, RdflibLiteral) else leaf for leaf in found]

    harmless = shape("just words")
    assert all(harmless.count(f"bound {p.name}") == 1 for p in query.parameters)
    together = ("end of a string", "end of the slot", "another slot", "a service", "a variable", "line ends")
    assert shape(" ".join(HOSTILE[name] for name in together)) == harmless


@pytest.mark.parametrize(("query", "parameter"), SLOTS)
def test_an_example_is_bound_to_a_thing_of_the_graph(
    review_graph: KnowledgeGraph, query: Query, parameter: Parameter
) -> None:
    examples = {p.name: p.example for p in query.parameters}
    term = query.terms(examples, review_graph.lookup)[parameter.name]
    assert term is not None
    written = bound_term(query, parameter.name, query.bind({parameter.name: term}))
    assert ONE_TERM.fullmatch(written)
    if not isinstance(term, Literal):
        assert len(review_graph.sparql(f"ASK {{ {{ {written} ?p ?o }} UNION {{ ?s ?p {written} }} }}")) == 1


# --- names of queries and parameters, and the other ways in ---


@pytest.mark.parametrize("value", (HOSTILE | MEGABYTES).values(), ids=HOSTILE | MEGABYTES)
def test_names_of_queries_parameters_and_things_are_refused_in_a_few_printable_words(
    toy_graph: KnowledgeGraph, value: str
) -> None:
    asked = [
        lambda: toy_graph.query(value),
        lambda: toy_graph.query("related-work", **{value: "x"}),
        lambda: toy_graph.lookup.find(value),
        lambda: toy_graph.network(about=value),
        lambda: toy_graph.evidence_map(rows=value),
        lambda: toy_graph.sparql(value),
    ]
    for ask in asked:
        with pytest.raises(UsageError) as refused:
            ask()
        assert_fit_to_print(str(refused.value))
    assert toy_graph.lookup.merged_into(value) == ""


def test_a_slot_in_a_string_or_a_comment_is_none() -> None:
    query = read_query(
        "queries/toys/own.rq",
        """#+ summary: Has slots that are none, and an example with a brace.
#+ params:
#+   word: {type: text, default: "", example: x}
SELECT ?word ?said WHERE {
  # VALUES ?word { UNDEF }
  BIND("VALUES ?word { UNDEF }" AS ?said)
  VALUES ?word { "a } b" }
}
""",
    )
    bound = query.bind({"word": Literal('" . } # DROP ALL')})
    assert 'BIND("VALUES ?word { UNDEF }" AS ?said)' in bound
    (row,) = Store().query(bound).rows
    assert row[0] == Literal('" . } # DROP ALL')


TYPED = """#+ summary: Takes one value.
#+ params:
#+   value: {type: TYPE, default: "", example: x, choices: a b}
SELECT ?value WHERE { VALUES ?value { UNDEF } }
"""


@pytest.mark.parametrize(
    ("kind", "value", "term"),
    [
        ("integer", "12", '"12"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        ("integer", 0, '"0"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        ("year", 2031, '"2031"^^<http://www.w3.org/2001/XMLSchema#gYear>'),
        ("text", 'a \\ " \n } b', r'"a \\ \" \n } b"'),
        ("choice", "a", '"a"'),
        ("choice", "", "UNDEF"),
    ],
)
def test_a_typed_value_is_bound_as_a_literal_of_its_type(kind: str, value: str | int, term: str) -> None:
    query = read_query("queries/toys/typed.rq", TYPED.replace("TYPE", kind))
    bound = query.bind(query.terms({"value": value}, Lookup(Store())))
    assert bound_term(query, "value", bound) == term


@pytest.mark.parametrize(("kind", "value"), [
    ("integer", "1 2"), ("integer", "1\n"), ("integer", "-1"), ("integer", "1e9"), ("integer", "٣"), ("integer", "²"),
    ("year", "31"), ("year", "20310"), ("year", "२०३१"), ("choice", "c"), ("choice", "a b"), ("text", "\udcff"),
    *((kind, value) for kind in ("integer", "year", "choice") for value in (HOSTILE | MEGABYTES).values()),
])  # fmt: skip
def test_a_value_of_another_type_is_refused(kind: str, value: str) -> None:
    query = read_query("queries/toys/typed.rq", TYPED.replace("TYPE", kind))
    with pytest.raises(UsageError) as refused:
        query.terms({"value": value}, Lookup(Store()))
    assert_fit_to_print(str(refused.value))


# --- through the command ---

ESCAPES = HOSTILE["a terminal's escapes"]
SURROGATE = "x\udcff"  # how Python passes on a byte that is not UTF-8
COMMANDS = {
    "a name": ("query", "related-work", "--practice", ESCAPES + HOSTILE["end of an IRI"]),
    "a long name": ("query", "related-work", "--practice", "x" * 100_000),
    "bytes": ("query", "why-cited", "--work", SURROGATE),
    "a choice": ("query", "vocabulary", "--kind", ESCAPES + "x" * 100_000),
    "an option": ("query", "vocabulary", f"--{ESCAPES}" + "x" * 100_000, "x"),
    "a query": ("query", ESCAPES + "x" * 100_000),
    "a format": ("query", "contents", "--format", SURROGATE + ESCAPES),
    "a thing": ("show", SURROGATE + ESCAPES),
    "a place in the graph": ("graph", "--about", HOSTILE["right to left"], "-o", "graph.html"),
    "a command": (ESCAPES + SURROGATE,),
    "a file": ("sparql", ESCAPES + ".rq"),
}


@pytest.mark.parametrize("arguments", COMMANDS.values(), ids=COMMANDS)
def test_a_hostile_argument_ends_in_a_short_message(
    toy: Path, tmp_path: Path, kg_cli: KgCli, arguments: tuple[str, ...]
) -> None:
    found = kg_cli(tmp_path, "--root", str(toy), *arguments)
    assert (found.returncode, found.stdout) == (2, "")
    assert "Traceback" not in found.stderr
    assert len(found.stderr) < 3000
    assert all(c.isprintable() or c == "\n" for c in found.stderr), ascii(found.stderr)
