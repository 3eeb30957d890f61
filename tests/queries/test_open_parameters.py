"""A parameter that is left open changes neither the answer of a query nor what has to be loaded for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.api import KnowledgeGraph
from kg.queries.query_library import QueryLibrary
from kg.store.portable import without_open
from tests.conftest import ROOT

LIBRARY = QueryLibrary.of(ROOT)
OPEN = [q.name for q in LIBRARY if not q.services and any(p.default == "" for p in q.parameters)]


@pytest.mark.parametrize("name", OPEN)
def test_the_rows_are_the_same_without_open_parameters(library_graph: KnowledgeGraph, name: str) -> None:
    query = LIBRARY.get(name)
    examples = {p.name: None for p in query.parameters}  # all of them left open, also those that a person has to give
    bound = query.bind(examples)
    assert without_open(bound) != bound
    assert library_graph.store.query(without_open(bound)) == library_graph.store.query(bound)


def test_named_graphs_are_loaded_only_for_a_parameter_that_needs_them(library_graph: KnowledgeGraph) -> None:
    loaded: list[Path] = []
    graph = KnowledgeGraph.open(library_graph.root)
    of_file = graph.store.name_graphs  # type: ignore[attr-defined]

    def name_graphs() -> None:
        loaded.append(graph.root)
        of_file()

    graph.store.name_graphs = name_graphs  # type: ignore[attr-defined]
    practice = graph.practices[0].slug
    graph.query("related-work", practice=practice)
    assert not loaded
    graph.query("related-work", practice=practice, method=graph.methods[0].slug)
    assert loaded
