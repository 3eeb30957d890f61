"""The stores that run: empty ones, and those that `kg push` has filled.

How Virtuoso goes about a query depends on what it has counted of its tables, and now and then so does the answer. Its
answers are compared with KG_WHOLE_STORES=1, by who changes a query, and not with every change.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from kg.api import KnowledgeGraph
from tests.store.remote.contents import push
from tests.store.remote.engines import ENGINES, Engine

REVIEWS = ("library_graph", "review_graph")
PUSHED = [(name, review) for name in ENGINES for review in REVIEWS]
COMPARING = ("test_queries_on_stores.py", "test_commands_on_stores.py")
ASKED_FOR = pytest.mark.skip(reason="what Virtuoso answers depends on its statistics: KG_WHOLE_STORES=1 compares it")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What one store is asked is asked by one process: each would start a store of its own."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            virtuoso = "virtuoso" in item.nodeid
            item.add_marker(pytest.mark.xdist_group("virtuoso" if virtuoso else "stores"))
            if virtuoso and item.path.name in COMPARING and not os.environ.get("KG_WHOLE_STORES"):
                item.add_marker(ASKED_FOR)


@pytest.fixture(scope="session", params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Each store in turn, one of each for all tests: they make what they need of it."""
    with ENGINES[request.param](tmp_path_factory.mktemp(request.param)) as found:
        yield found


@pytest.fixture
def allowed(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of who may fill the store."""
    for name, value in engine.environment.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(scope="session", params=PUSHED, ids=lambda param: f"{param[0]}-{param[1].removesuffix('_graph')}")
def pushed(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Engine, KnowledgeGraph]]:
    """A store that a review was pushed to, and the review: each in turn."""
    name, review = request.param
    graph = request.getfixturevalue(review)
    with ExitStack() as stack:
        engine = stack.enter_context(ENGINES[name](tmp_path_factory.mktemp(f"{name}-{review}")))
        patched = stack.enter_context(pytest.MonkeyPatch.context())
        for variable, value in engine.environment.items():
            patched.setenv(variable, value)
        push(engine, graph.nquads())
        yield engine, graph
