"""What the text of a query shows."""

from __future__ import annotations

import pytest

from kg.core.iris import PREFIXES
from kg.store.sparql_text import graphs_of

BASE = "http://example.org/sparql"


@pytest.mark.parametrize(
    ("query", "default", "named"),
    [
        ("SELECT * { ?s ?p ?o }", (), ()),
        ("SELECT * FROM <http://e/a> { ?s ?p ?o }", ("http://e/a",), ()),
        ("select * from <http://e/a>from named<http://e/b> where {}", ("http://e/a",), ("http://e/b",)),
        ("ASK FROM <a> {}", ("http://example.org/a",), ()),
        ("BASE <http://b/c/> ASK FROM <a> {}", ("http://b/c/a",), ()),
        ("PREFIX e: <http://e/> ASK FROM e:a FROM NAMED e:b {}", ("http://e/a",), ("http://e/b",)),
        ("ASK FROM practice:x {}", (PREFIXES["practice"] + "x",), ()),
        ("CONSTRUCT { ?s ?p ?o } FROM <http://e/a> WHERE {}", ("http://e/a",), ()),
        ("DESCRIBE <http://e/x> FROM <http://e/a>", ("http://e/a",), ()),
        ("SELECT ?FROM $from { ?FROM e:from 'FROM <x>' ; e:x 'a'@from } # FROM <y>", (), ()),
        ("ASK # {\n FROM <http://e/a> {}", ("http://e/a",), ()),
    ],
)
def test_the_graphs_that_a_query_names(query: str, default: tuple[str, ...], named: tuple[str, ...]) -> None:
    assert graphs_of(query, BASE) == (default, named)
