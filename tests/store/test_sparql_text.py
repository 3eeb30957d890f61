"""What the tokens of a query show: keywords are found where the engine sees them, and nowhere else."""

from __future__ import annotations

import re
from contextlib import suppress

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.store.sparql_text import (
    MAX_DEPTH,
    code_of,
    form_of,
    graph_clauses,
    has_service,
    makes_triples,
    names_graphs,
    respelt,
    too_deep,
    undeclared,
    varies,
    without_comments,
)
from kg.store.sparql_tokens import tokens_of


@pytest.mark.parametrize(
    ("query", "clauses"),
    [
        ("SELECT * { ?s ?p ?o }", []),
        ("SELECT * FROM <http://e/a> { ?s ?p ?o }", [(False, "<http://e/a>")]),
        ("select * from <a>from named<b> where {}", [(False, "<a>"), (True, "<b>")]),
        ("PREFIX e: <http://e/> ASK FROM e:a:b FROM NAMED e:g%20x {}", [(False, "e:a:b"), (True, "e:g%20x")]),
        (r"ASK FROM e:a\~b FROM :x. {}", [(False, r"e:a\~b"), (False, ":x")]),
        ("PREFIX from: <x:> ASK FROM # FROM <no>\n from:from {}", [(False, "from:from")]),
        ("CONSTRUCT { ?s <FROM> 'FROM <x>' } FROM <http://e/a> WHERE {}", [(False, "<http://e/a>")]),
        ("DESCRIBE <http://e/x> FROM <http://e/a>", [(False, "<http://e/a>")]),
        ("SELECT ?FROM $from (?a<'> FROM <x> ' AS ?y) FROM <a> { ?FROM e:from 'a'@from } # FROM <y>", [(False, "<a>")]),
        ("ASK # {\n FROM <http://e/a> {}", [(False, "<http://e/a>")]),
        (r"SELECT * FROM <http://e/\u0061> {}", [(False, r"<http://e/\u0061>")]),
        ("ASK FROM", []),
    ],
)
def test_the_graphs_that_a_query_names(query: str, clauses: list[tuple[bool, str]]) -> None:
    assert [(clause.named, clause.iri) for clause in graph_clauses(query)] == clauses


def kinds(query: str) -> str:
    return " ".join(f"{token.kind}:{token.text}" for token in tokens_of(query))


@pytest.mark.parametrize(
    ("query", "tokens"),
    [
        ("?a<?b && ?c>?d", "variable:?a sign:< variable:?b sign:& sign:& variable:?c sign:> variable:?d"),
        ("{?a<?b&&?c>?d}", "bracket:{ variable:?a iri:<?b&&?c> variable:?d bracket:}"),
        ("FILTER(?a<?b&&?c>?d)", "word:FILTER bracket:( variable:?a sign:< variable:?b sign:& sign:& variable:?c "
                                 "sign:> variable:?d bracket:)"),
        ("FILTER(?a = <b>)", "word:FILTER bracket:( variable:?a sign:= iri:<b> bracket:)"),
        ("{ ?x ?p (<a#b> <#c>) }", "bracket:{ variable:?x variable:?p bracket:( iri:<a#b> iri:<#c> "
                                    "bracket:) bracket:}"),
        ("{ VALUES ?x { (<#a> <#b>) } }", "bracket:{ word:VALUES variable:?x bracket:{ bracket:( iri:<#a> iri:<#b> "
                                          "bracket:) bracket:} bracket:}"),
        ("1e5.5.6.?x", "number:1e5 number:.5 number:.6 sign:. variable:?x"),
        ("'a'@en-GB--ltr^^<b>", "string:'a' language:@en-GB--ltr sign:^ sign:^ iri:<b>"),
        ("_:a.b. a.b:c.d.", "blank:_:a.b sign:. name:a.b:c.d sign:."),
        ("true.", "word:true sign:."),
        ("'''a'b''' \"\"\"c\"\"\" ''", "string:'''a'b''' string:\"\"\"c\"\"\" string:''"),
        ("'not closed\n?x", "sign:' word:not word:closed variable:?x"),
        ("é:ü <é>", "name:é:ü iri:<é>"),
        ("", ""),
        (" # only a comment", ""),
    ],
)  # fmt: skip
def test_tokens(query: str, tokens: str) -> None:
    assert kinds(query) == tokens


FRAGMENTS = [
    "?s ?p ?o .",
    "FILTER(?o<'>')",
    "FILTER(?o<'>' && ?s>'#')",
    "FILTER(?o<?s#>\n)",
    "<x:a#b> <x:p> '#' .",
    "<a#b> <#p> (<#c> <#d> '\\'') .",
    "?s <x:p> 'GRAPH ?g {' , \"FROM <x:y>\"@from , '''a'b SERVICE''' .",
    "# GRAPH ?g { FROM '\n",
    "BIND(IF(?o<?s, '#', \"'\") AS ?from)",
    "{ SELECT ?graph { ?graph ?p ?o } }",
    "?s e:it\\'s e:a%20b . # it's\n",
    "FILTERxsd:boolean(?o<'>')",
    "FILTER xsd:boolean(?o<'>')",
    "FILTER(?o IN (<x:a#b>, <#c>, '>'))",
    "VALUES (?x ?y) { (<#a> <#b>) (1 'GRAPH') }",
    "FILTER EXISTS { ?s<#p>?o . FILTER(?o<'>' ) }",
    "?s <#p>/(<#q>|<#r>) ?o .",
    "FILTER(COALESCE(?o<'>', <http://www.w3.org/2001/XMLSchema#string>(?s<'>'), !(?o<'#')))",
    '_:from e:graph "it\'s" .',
    "FILTER NOT EXISTS{?s<#p>'<'}",
    "?s a (1 2) , (<#a> <#b>) .",
    "?s ?p <<( ?a <#b> 'c' )>> .",
    "OPTIONAL { ?o <#a> [ <#b> '>' ] }",
]
NAMING = ["GRAPH ?g { ?s ?p ?o }", "GRAPH<#g>{ ?s ?p '>' }", "graph e:g {}", "?s ?p 'x'GRAPH ?g {}"]
HEADS = [
    "SELECT * ",
    "SELECT (?a<'>' AS ?b) (<http://www.w3.org/2001/XMLSchema#string>(?c<'#') AS ?d) ",
    "ASK",
    "SELECT DISTINCT ?from ?graph ",
    "CONSTRUCT { ?s <#p> 'FROM <x:y>' , (<#a> <#b>) } ",
    "DESCRIBE e:from <#a> ",
]
CLAUSES = ["FROM <x:a#b> ", "FROM NAMED<#b> ", "from e:it\\'s\n", "FROM # '\n e:a:b ", "FROMe:a "]
PROLOGUE = "PREFIX e: <x:'> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> "
queries = st.builds(
    lambda head, clauses, body: f"{PROLOGUE}{head}{''.join(clauses)}{{ {' '.join(body)} }}",
    st.sampled_from(HEADS),
    st.lists(st.sampled_from(CLAUSES), max_size=3),
    st.lists(st.sampled_from(FRAGMENTS + NAMING), max_size=6, unique=True),
)


def accepts(query: str) -> bool:
    try:
        ox.Store().query(query, base_iri="http://x/")
    except SyntaxError:
        return False
    return True


@settings(max_examples=400)
@given(queries)
def test_a_keyword_of_the_engine_is_found_in_the_tokens(query: str) -> None:
    """The engine is the second reader: it accepts the query without a word just if it does not need the keyword."""
    assert accepts(query)
    without = respelt(query, "graph"), respelt(query, "from")
    if not all(accepts(other) for other in without if other is not None):
        assert names_graphs(query)
    clauses = graph_clauses(query)
    other = respelt(query, "from", [clause.start for clause in clauses])
    seen_by_the_engine_alone = re.search("FROMe:a|ASKFROM", query, re.I)
    assert (other is None or accepts(other)) == (not seen_by_the_engine_alone)


@given(queries)
def test_no_graph_is_named_without_a_keyword(query: str) -> None:
    named = any(text in query for text in (*NAMING, *CLAUSES)) or "ASKfrom" in query
    assert names_graphs(query) <= named


@settings(max_examples=200)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=6), st.integers(1, 3), st.booleans())
def test_the_depth_of_brackets_is_that_of_the_engine(body: list[str], more: int, closed: bool) -> None:
    """Brackets in strings, IRIs and comments are not counted, and do not hide others."""
    deep = "{" * (MAX_DEPTH - 4 + 4 * more)
    nested = deep + "}" * len(deep)
    assert too_deep(f"SELECT * {{ {' '.join(body)} {nested} }}")
    strings = " ".join(f"?s ?p '{bracket * MAX_DEPTH}' ." for bracket in "([{")
    assert not too_deep(f"SELECT * {{ {' '.join(body)} {strings if closed else '# ' + deep} \n }}")


@given(st.text(alphabet="SELECT{}?xs:p\"'#<>\\ .*()\n@_1e&é") | queries)
def test_the_tokens_of_any_text_are_its_parts_in_order(text: str) -> None:
    end = 0
    for token in tokens_of(text):
        assert token.text
        assert text[token.start : token.end] == token.text
        assert not code_of(text[end : token.start]).strip()
        end = token.end
    assert len(code_of(text)) == len(text)
    with suppress(ValueError):
        assert code_of(text).strip() or not text.strip() or not form_of(text).text


def test_comments_are_removed_and_nothing_else() -> None:
    query = "SELECT * # it's\n{ ?s <x#y> '#' , e:a\\#b } # end"
    assert without_comments(query) == "SELECT * \n{ ?s <x#y> '#' , e:a\\#b } "


def test_prefixes_are_those_of_names() -> None:
    query = "PREFIX a.b: <x:> prefix\n: <y:> SELECT ?x { a.b:c :d cs:e-f.g , 'no:x' , <no:y> # no:z\n . _:no a é:x }"
    assert undeclared(query) == {"cs", "é"}


@pytest.mark.parametrize(
    ("query", "form"),
    [
        ("PREFIX ask: <x:> SELECT * {}", "SELECT"),
        ("BASE <x:ASK> # ASK\nconstruct {} WHERE {}", "CONSTRUCT"),
        ("VERSION '1.2' DESCRIBE <x>", "DESCRIBE"),
        ("INSERT DATA {}", ""),
        ("", ""),
    ],
)
def test_the_form_of_a_query(query: str, form: str) -> None:
    assert form_of(query).keyword == form
    assert makes_triples(query) == (form in ("CONSTRUCT", "DESCRIBE"))


@pytest.mark.parametrize("call", ["NOW()", "rand # (\n()", "UUID()", "STRUUID()", "BNODE('x')", "IF(?a<'>', 1, NOW())"])
def test_a_query_with_another_answer_each_time(call: str) -> None:
    assert varies(f"SELECT ({call} AS ?x) {{ }}")
    assert varies(f"SELECT * {{ ?a ?b ?c FILTER(?a<'>') BIND({call} AS ?x) FILTER('' = '') }}")


def test_a_query_with_one_answer_does_not_vary() -> None:
    assert not varies("PREFIX e: <x:NOW()> SELECT ?now { ?now <x:rand> 'NOW()' . ?x a ?known } # NOW()")
    assert not varies("SELECT * { ?x cs:known ?brand }")


def test_service_is_a_keyword_only_where_it_is_one() -> None:
    assert has_service("SELECT * { SERVICE <x:y> {} }")
    assert not has_service("PREFIX SERVICE: <x:> SELECT ?service { ?service SERVICE:x 'SERVICE'@SERVICE }")


def test_a_respelt_word_is_not_one_that_is_there_already() -> None:
    assert respelt("SELECT ?From ?xrom { 'FROM' }", "from") == "SELECT ?yrom ?xrom { 'yrom' }"
    assert respelt("ASK FROM <from> {}", "from", [4]) == "ASK FROM <xrom> {}"
    assert respelt("ASK FROM <a> {}", "from", [4]) is None
