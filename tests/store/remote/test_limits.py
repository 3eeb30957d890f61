"""A store that cuts answers is detected."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.api import KnowledgeGraph
from kg.store.remote.endpoint import EndpointError
from kg.store.remote.store import RemoteStore
from tests.conftest import KgCli
from tests.store.remote.contents import push
from tests.store.remote.engines import Engine, virtuoso


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Virtuoso with a limit that the toy review exceeds, as a larger review exceeds the default of 10,000."""
    with virtuoso(tmp_path_factory.mktemp("small"), rows=200) as engine, pytest.MonkeyPatch.context() as patched:
        for name, value in engine.environment.items():
            patched.setenv(name, value)
        yield engine


def test_a_cut_answer_is_an_error_and_not_an_answer(small: Engine, toy_graph: KnowledgeGraph) -> None:
    push(small, toy_graph.nquads(), "none")
    remote = RemoteStore(small.query)
    with pytest.raises(EndpointError, match=r"no more than 200 rows.*ResultSetMaxRows"):
        remote.query("SELECT ?s ?p ?o { ?s ?p ?o }")
    assert len(remote.query("SELECT ?p { ?p a cs:Practice }").rows) == len(
        toy_graph.sparql("SELECT ?p { ?p a cs:Practice }")
    )
    assert len(remote) == len(toy_graph.store)


def test_virtuoso_cuts_triples_without_notice(small: Engine, toy_graph: KnowledgeGraph) -> None:
    # Documented in docs/stores.md: the answer does not show it.
    push(small, toy_graph.nquads(), "none")
    found = RemoteStore(small.query).query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")
    assert len(found.triples or ()) < len(toy_graph.store)


def test_a_graph_that_is_returned_in_part_is_counted(small: Engine, toy: Path, kg_cli: KgCli) -> None:
    run = kg_cli(toy, "push", small.graphs, "--verify", "all", **small.environment)
    assert run.returncode == 1
    assert "unless the store returns only part of a graph (ResultSetMaxRows in virtuoso.ini)" in run.stderr
    run = kg_cli(toy, "push", small.graphs, "--query-url", small.query, **small.environment)
    assert run.returncode == 0, run.stderr
    assert "compared with the build: no differences" in run.stderr
