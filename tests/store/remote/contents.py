"""What a store holds, told apart from what it says that it holds."""

from __future__ import annotations

from kg.core.iris import MANIFEST
from kg.store.remote.graph_store import GraphStore
from kg.store.remote.manifest import Manifest, lines
from kg.store.remote.push import Build, Verify, carry_out, finish, plan, verify
from kg.store.remote.store import RemoteStore
from tests.store.remote.engines import Engine

FOREIGN = "https://example.org/somebody-elses"
"""A graph that kg has not put there."""


def push(engine: Engine, quads: bytes, how: Verify = "changed") -> None:
    """What `kg push` does."""
    store = GraphStore(engine.graphs)
    planned = plan(Build.of(quads), store)
    carry_out(planned, store)
    verify(planned, store, how)
    finish(planned, store)


def emptied(engine: Engine) -> GraphStore:
    """The store without what kg has put there."""
    store = GraphStore(engine.graphs)
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
