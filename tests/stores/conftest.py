"""The stores that run: empty ones, and those that `kg push` has filled."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from kg.api import KnowledgeGraph
from tests.stores.contents import push
from tests.stores.engines import ENGINES, Engine

REVIEWS = ("library_graph", "review_graph")


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


@pytest.fixture(scope="session", params=[(name, review) for name in ENGINES for review in REVIEWS],
                ids=lambda param: f"{param[0]}-{param[1].removesuffix('_graph')}")
def pushed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
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
