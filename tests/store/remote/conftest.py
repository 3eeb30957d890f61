"""The stores that run: one of each for all tests, filled by `kg push` with what a test needs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.api import KnowledgeGraph
from tests.store.remote.contents import filled
from tests.store.remote.engines import ENGINES, Engine


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests of one store run in one process: each process would start a store of its own."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("virtuoso" if "virtuoso" in item.nodeid else "stores"))


@pytest.fixture(scope="session", params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Each store in turn; the tests fill it themselves."""
    with ENGINES[request.param](tmp_path_factory.mktemp(request.param)) as found:
        yield found


@pytest.fixture
def allowed(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sets the credentials with which the store accepts graphs."""
    for name, value in engine.environment.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(scope="session")
def here(library_graph: KnowledgeGraph) -> KnowledgeGraph:
    """The review that is pushed to the stores: it has something for every query."""
    return library_graph


@pytest.fixture
def pushed(engine: Engine, here: KnowledgeGraph, allowed: None) -> tuple[Engine, KnowledgeGraph]:  # noqa: ARG001
    """A store that contains a review, and the review."""
    filled(engine, here)
    return engine, here
