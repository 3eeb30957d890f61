"""Virtuoso 7.2.5 plans by statistics that it took when the store was nearly empty; some plans return wrong rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from kg.answers.rows import Rows
from kg.api import KnowledgeGraph
from kg.core.problems import UsageError
from kg.store.remote.store import RemoteStore
from tests.store.remote.contents import emptied, push
from tests.store.remote.engines import Engine, virtuoso


@pytest.fixture
def queried_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """A Virtuoso that has answered a query when it contained one statement."""
    with virtuoso(tmp_path) as engine:
        for name, value in engine.environment.items():
            monkeypatch.setenv(name, value)
        emptied(engine)
        push(engine, b'<https://example.org/a> <https://example.org/p> "x" <https://w3id.org/continuous-star/one> .\n')
        with suppress(UsageError):
            KnowledgeGraph(tmp_path, RemoteStore(engine.query)).lookup.find("continuous-testing", "")
        emptied(engine)
        yield engine


def texts(rows: Rows) -> list[tuple[str, ...]]:
    return [tuple("" if term is None else term.value for term in row) for row in rows.terms]


def test_a_topic_and_a_union_give_the_same_rows(queried_before: Engine, review_graph: KnowledgeGraph) -> None:
    # As long as topic and UNION were in one group: 21 rows of other findings instead of 7, and 3 rows instead of 4.
    push(queried_before, review_graph.nquads())
    there = KnowledgeGraph(review_graph.root, RemoteStore(queried_before.query))
    practices = {"practice": "continuous-integration", "other": "continuous-deployment"}
    for name, values in (("draft-findings", {"topic": "continuous-testing"}), ("shared", practices)):
        expected = texts(review_graph.query(name, **values))
        assert texts(there.query(name, **values)) == expected
        assert expected
