"""The contents of a store, as the store itself returns them."""

from __future__ import annotations

from kg.api import KnowledgeGraph
from kg.core.iris import MANIFEST
from kg.store.remote.graph_store import GraphStore
from kg.store.remote.manifest import Manifest, lines
from kg.store.remote.push import Build, Verify, carry_out, finish, plan, verify
from kg.store.remote.store import RemoteStore
from tests.store.remote.engines import Engine

FOREIGN = "https://example.org/somebody-elses"
"""A graph that kg has not put there."""

_SNAPSHOTS: dict[str, str] = {}
"""What `filled` has put into each store, until `emptied` removes it."""


def push(engine: Engine, quads: bytes, how: Verify = "changed") -> None:
    """What `kg push` does."""
    store = GraphStore(engine.graphs)
    planned = plan(Build.of(quads), store)
    carry_out(planned, store)
    verify(planned, store, how)
    finish(planned, store)


def filled(engine: Engine, graph: KnowledgeGraph) -> None:
    """Makes sure that the store contains this graph and no other of kg: to push it takes seconds, so once."""
    if _SNAPSHOTS.get(engine.graphs) != graph.snapshot:
        emptied(engine)
        push(engine, graph.nquads())
        _SNAPSHOTS[engine.graphs] = graph.snapshot


def emptied(engine: Engine) -> GraphStore:
    """The store without what kg has put there."""
    store = GraphStore(engine.graphs)
    _SNAPSHOTS.pop(engine.graphs, None)
    for iri in (*named(engine), MANIFEST.value):
        store.delete(iri)
    return store


def named(engine: Engine) -> set[str]:
    """The graphs that are in the store, by its own word, but for the manifest and what a store has of its own."""
    # Without DISTINCT: Virtuoso, when much was just deleted, may look for a minute for how to do that, and give up.
    found = RemoteStore(engine.query)._ask("SELECT ?g WHERE { GRAPH ?g { ?s ?p ?o } }", {})
    return {iri for (iri,) in found.texts() if iri.startswith("https://")} - {MANIFEST.value}


def held(engine: Engine) -> dict[str, list[bytes]]:
    """All graphs in the store."""
    store = GraphStore(engine.graphs)
    return {iri: lines(store.get(iri)) for iri in sorted(named(engine))}


def manifest(engine: Engine) -> Manifest:
    return Manifest.of(GraphStore(engine.graphs).get(MANIFEST.value))
