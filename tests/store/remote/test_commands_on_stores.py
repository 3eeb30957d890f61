"""Every command that queries the graph gives the same from a store as from the build."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.api import KnowledgeGraph
from kg.core.iris import UNION
from kg.store.remote.graph_store import GraphStore
from kg.store.remote.push import Build
from kg.store.remote.store import RemoteStore
from tests.conftest import KgCli
from tests.store.remote.contents import filled
from tests.store.remote.engines import Engine, oxigraph

COMMANDS = (
    ("query", "related-work", "--practice", "continuous-testing", "--format", "bibtex"),
    ("query", "contents", "--stamp"),
    ("show", "continuous-testing"),
    ("gaps",),
    ("map", "-o", "map.csv"),
    ("map", "-o", "map.html"),
    ("graph", "-o", "graph.json"),
    ("figure", "code-occurrences", "-o", "figure.svg"),
    ("related-work", "--practice", "continuous-testing"),
    ("site", "-o", "site"),
)
ON_VIRTUOSO = {"query", "show", "related-work"}
"""The others ask the queries that test_queries_on_stores.py compares; Virtuoso takes long to plan them."""


@pytest.mark.usefixtures("allowed")
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: "-".join(command[:3:2]))
def test_a_command_gives_the_same(
    engine: Engine, library_graph: KnowledgeGraph, kg_cli: KgCli, tmp_path: Path, command: tuple[str, ...]
) -> None:
    if engine.name == "virtuoso" and command[0] not in ON_VIRTUOSO:
        pytest.skip("the queries of this command are compared one by one")
    filled(engine, library_graph)
    given = ["--root", str(library_graph.root)]
    (tmp_path / "here").mkdir()
    (tmp_path / "there").mkdir()
    here = kg_cli(tmp_path / "here", *given, *command)
    there = kg_cli(tmp_path / "there", *given, "--endpoint", engine.query, *command)
    assert here.returncode == 0, here.stderr
    assert (there.returncode, there.stdout) == (0, here.stdout), there.stderr
    assert there.stderr == f"asking {engine.query}\n{here.stderr}"
    assert files(tmp_path / "there") == files(tmp_path / "here")


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_store_that_was_not_filled_by_push_is_used_as_it_is(library_graph: KnowledgeGraph, tmp_path: Path) -> None:
    with oxigraph(tmp_path) as engine:
        store, build = GraphStore(engine.graphs), Build.of(library_graph.nquads())
        for iri, lines in build.graphs.items():
            if iri != UNION.value:
                store.put(iri, lines)
        # The union is the default graph, as in `kg serve`.
        union = b"".join(build.graphs[UNION.value])
        GraphStore(f"{engine.graphs}?default")._endpoint.send(
            "PUT", data=union, headers={"Content-Type": "application/n-triples"}
        )
        there = KnowledgeGraph(library_graph.root, RemoteStore(engine.query))
        assert there.snapshot == library_graph.snapshot
        assert there.nquads() == library_graph.nquads()
        assert list(there.query("contents")) == list(library_graph.query("contents"))
        assert list(there.query("studies")) == list(library_graph.query("studies"))
