"""Every query of the library gives the same rows on every store as in kg itself."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from kg.answers.rows import Rows
from kg.api import KnowledgeGraph
from kg.building.pipeline import build
from kg.core.problems import UsageError
from kg.queries.query_library import Parameter, QueryLibrary
from kg.store.remote.store import RemoteStore
from tests.queries.test_names import NO_YEAR
from tests.store.remote.contents import filled
from tests.store.remote.engines import Engine

LIBRARY = QueryLibrary.of(Path(__file__).parents[3])


def a_value(parameter: Parameter, graph: KnowledgeGraph) -> str:
    """The example if the review has such a thing, else the first of its kind, else an empty string."""
    example = str(parameter.example or parameter.default or "")
    if parameter.type in ("choice", "integer", "year", "text"):
        return example
    try:
        graph.lookup.find(example, "" if parameter.type == "thing" else parameter.type)
    except UsageError:
        return next(iter(graph.lookup.names("finding" if parameter.type == "thing" else parameter.type).ids()), "")
    return example


def calls(name: str, graph: KnowledgeGraph, engine: Engine) -> list[dict[str, str]]:
    """Values for the parameters: the required ones, each optional one, and all together.

    Virtuoso plans a query for up to seconds: it is asked with the first optional one only.
    """
    values = {p.name: a_value(p, graph) for p in LIBRARY.get(name).parameters}
    needed = {p.name: values[p.name] for p in LIBRARY.get(name).parameters if p.default is None}
    if not all(needed.values()):
        return []  # the review has nothing of that kind
    each = [{**needed, one: value} for one, value in values.items() if value]
    found = [needed, *(each[:1] if engine.name == "virtuoso" else [*each, values])]
    return [call for number, call in enumerate(found) if call not in found[:number]]


def texts(rows: Rows) -> list[tuple[str, ...]]:
    """The rows as texts, without languages: engines differ in whether GROUP_CONCAT keeps them."""
    return [tuple("" if term is None else term.value for term in row) for row in rows.terms]


def differs(name: str, found: list[tuple[str, ...]], expected: list[tuple[str, ...]]) -> bool:
    """Whether the rows differ, or their order where the query states one."""
    return found != expected if "ORDER BY" in LIBRARY.get(name).sparql else Counter(found) != Counter(expected)


@pytest.mark.parametrize(
    "name", [query.name for query in LIBRARY if not query.services]
)  # the others are evaluated by kg
def test_a_query_gives_the_same_rows(pushed: tuple[Engine, KnowledgeGraph], name: str) -> None:
    engine, here = pushed
    there = KnowledgeGraph(here.root, RemoteStore(engine.query))
    for call in calls(name, here, engine):
        expected, found = texts(here.query(name, **call)), texts(there.query(name, **call))
        assert not differs(name, found, expected), (call, found, expected)


def test_values_keep_their_types(pushed: tuple[Engine, KnowledgeGraph]) -> None:
    engine, here = pushed
    there = KnowledgeGraph(here.root, RemoteStore(engine.query))
    for name in ("map-studies", "things-publications", "things-findings", "code-occurrences"):
        assert list(there.query(name)) == list(here.query(name))


def test_the_snapshot_and_the_quads_are_those_of_the_build(pushed: tuple[Engine, KnowledgeGraph]) -> None:
    engine, here = pushed
    there = KnowledgeGraph(here.root, RemoteStore(engine.query))
    assert there.snapshot == here.snapshot
    assert there.nquads() == here.nquads()
    assert len(there.store) == len(here.store)


def test_graphs_are_named_by_the_query_or_all_of_them(pushed: tuple[Engine, KnowledgeGraph]) -> None:
    engine, here = pushed
    there = KnowledgeGraph(here.root, RemoteStore(engine.query))
    counting = "SELECT ?g (COUNT(*) AS ?n) {} WHERE {{ GRAPH ?g {{ ?s ?p ?o }} }} GROUP BY ?g ORDER BY ?g"
    some = texts(here.sparql(counting.format("")))[0][0]
    for text in (
        counting.format(""),
        counting.format(f"FROM NAMED <{some}>"),
        f"SELECT ?s ?p ?o FROM <{some}> WHERE {{ ?s ?p ?o }}",  # noqa: S608
    ):
        assert Counter(texts(there.sparql(text))) == Counter(texts(here.sparql(text)))


def test_triples_come_as_triples_and_truth_as_truth(pushed: tuple[Engine, KnowledgeGraph]) -> None:
    engine, here = pushed
    there = KnowledgeGraph(here.root, RemoteStore(engine.query))
    construct = "CONSTRUCT { ?f cs:statement ?s } WHERE { ?f a cs:Finding ; cs:statement ?s }"
    assert set(there.sparql(construct).triples or ()) == set(here.sparql(construct).triples or ())
    assert there.sparql("ASK { ?f a cs:Finding }").boolean is True
    assert there.sparql("ASK { ?f a cs:NoSuchThing }").boolean is False


def test_a_work_without_a_year_does_not_hide_the_years_of_the_others(
    engine: Engine,
    allowed: None,  # noqa: ARG001
    tmp_path: Path,
) -> None:
    (tmp_path / "bib").mkdir()
    (tmp_path / "bib" / "a.bib").write_text(NO_YEAR, encoding="utf-8")
    assert not build(tmp_path).errors
    here = KnowledgeGraph.open(tmp_path)
    filled(engine, here)
    there = KnowledgeGraph(here.root, RemoteStore(engine.query))
    for name in ("authors", "venues"):
        assert [row[2:4] for row in texts(there.query(name))] == [("2030", "2033"), ("", "")]
        assert texts(there.query(name)) == texts(here.query(name))
