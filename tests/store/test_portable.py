"""Queries in the form for other engines have the same meaning."""

from __future__ import annotations

import pytest

from kg.api import KnowledgeGraph
from kg.queries.query_library import QueryLibrary
from kg.store.portable import portable
from kg.store.services.blocks import offline
from tests.conftest import ROOT

LIBRARY = QueryLibrary.of(ROOT)


@pytest.mark.parametrize(
    ("sparql", "becomes"),
    [
        ("SELECT * { VALUES ?x { UNDEF } ?s ?p ?o }", "SELECT * {  ?s ?p ?o }"),
        ("SELECT * { VALUES ?x { UNDEF } ?s ?p ?o FILTER(!BOUND(?x) || (?o = ?x)) }", "SELECT * {  ?s ?p ?o  }"),
        # Where the variable stands elsewhere the filter says something.
        (
            "SELECT * { VALUES ?x { UNDEF } ?s ?p ?x FILTER(!BOUND(?x) || ?x > 1) }",
            "SELECT * {  ?s ?p ?x FILTER(!BOUND(?x) || ?x > 1) }",
        ),
        ("SELECT * { VALUES ?x { 1 } ?s ?p ?o }", "SELECT * { VALUES ?x { 1 } ?s ?p ?o }"),
        ("SELECT * { VALUES (?x ?y) { (UNDEF 1) } }", "SELECT * { VALUES (?x ?y) { (UNDEF 1) } }"),
        ('SELECT ("VALUES ?x { UNDEF } cs:a" AS ?t) {} # cs:b', 'SELECT ("VALUES ?x { UNDEF } cs:a" AS ?t) {} # cs:b'),
        ('SELECT * { VALUES ?x { UNDEF } FILTER(!BOUND(?x) || (?o = ")")) ?s ?p ?o }', "SELECT * {   ?s ?p ?o }"),
        ("SELECT * { VALUES ?x { UNDEF } VALUES ?xy { UNDEF } FILTER(!BOUND(?xy) || ?xy = 1) }", "SELECT * {    }"),
    ],
)
def test_open_parameters_are_removed(sparql: str, becomes: str) -> None:
    assert portable(sparql) == becomes


def test_prefixes_that_are_used_are_declared_once() -> None:
    assert portable('PREFIX cs: <x:> SELECT * { ?s a cs:A ; skos:note "oa:b" }').startswith(
        "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>\nPREFIX cs: <x:> SELECT"
    )


@pytest.mark.parametrize("name", LIBRARY.names())
def test_a_query_means_the_same(library_graph: KnowledgeGraph, name: str) -> None:
    query = LIBRARY.get(name)
    for value in (None, "default"):
        bound = query.sparql if value else query.bind({p.name: None for p in query.parameters if p.default is not None})
        bound = offline(bound) if query.services else bound
        assert library_graph.store.query(portable(bound)).rows == library_graph.store.query(bound).rows


def test_no_empty_lines_remain() -> None:
    query = (
        "SELECT * {\n  VALUES ?x { UNDEF }\n  ?s ?p ?o FILTER(!BOUND(?x) || ?o = ?x)\n"
        "  FILTER(!BOUND(?x) || ?s = ?x)\n}\n"
    )
    assert portable(query) == "SELECT * {\n  ?s ?p ?o \n}\n"
