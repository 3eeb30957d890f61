"""The numbers of the map are those of a query in every form: each is held against it, and so against the others."""

from __future__ import annotations

import functools
from dataclasses import replace

import pytest

from kg.answers.evidence_map import EvidenceMap
from kg.api import KnowledgeGraph
from tests.map_forms import FORMS, Numbers
from tests.map_questions import asked

PAIRS = [
    ("practice", "category"),
    ("area", "method"),
    ("practice", "year"),
    ("practice", "challenge"),
    ("challenge", "practice"),
    ("approach", "context"),
]


@functools.cache
def expected(graph: KnowledgeGraph, rows: str, columns: str) -> Numbers:
    """The answer of the query, with labels in the place of IRIs."""
    found = graph.evidence_map(rows, columns)
    row = {"": "", **{header.iri: header.label for header in found.rows}}
    column = {"": "", **{header.iri: header.label for header in found.columns}}
    return {(row[r], column[c]): (len(own), len(told)) for (r, c), (own, told) in asked(graph, rows, columns).items()}


@functools.cache
def shown(graph: KnowledgeGraph, rows: str, columns: str) -> EvidenceMap:
    """The map without rows and columns that have no study: all concepts are some 28,000 cells, nearly all empty."""
    whole = graph.evidence_map(rows, columns)
    counted = {name for cell in expected(graph, rows, columns) for name in cell}
    kept = [tuple(header for header in headers if header.label in counted) for headers in (whole.rows, whole.columns)]
    rows_, columns_ = ({header.iri for header in headers} for headers in kept)
    cells = {pair: cell for pair, cell in whole.cells.items() if pair[0] in rows_ and pair[1] in columns_}
    return replace(whole, rows=kept[0], columns=kept[1], cells=cells)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("rows", "columns"), PAIRS)
@pytest.mark.parametrize("which", ["library_graph", "review_graph"])
def test_every_number_is_that_of_a_query(
    request: pytest.FixtureRequest, which: str, rows: str, columns: str, form: str
) -> None:
    graph: KnowledgeGraph = request.getfixturevalue(which)
    numbers = expected(graph, rows, columns)
    assert numbers["", ""] != (0, 0)
    assert FORMS[form](shown(graph, rows, columns)) == numbers
