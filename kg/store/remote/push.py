"""A build into a store that speaks the SPARQL 1.1 Graph Store HTTP Protocol, so that breaking off harms nothing.

Each source file's graph is a graph there, and their union is one more (`kg.core.iris.UNION`), because engines do not
agree on what a query sees that names no graph. `kg.store.remote.manifest` says what is there. A graph is listed
before it is sent and has its hash when it is there: whenever this is broken off, the next run sends again what has no
hash, and removes what is listed and no longer wanted.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from pyoxigraph import BlankNode, NamedNode, RdfFormat, Triple, parse

from kg.core.iris import MANIFEST, UNION, local_name
from kg.core.problems import KgError, brief
from kg.core.progress import Progress as Told
from kg.core.progress import counted, silent
from kg.store.remote.endpoint import EndpointError
from kg.store.remote.graph_store import GraphStore, Lines
from kg.store.remote.manifest import Entry, Manifest, entry_of, entry_triples, lines, snapshot_triples
from kg.store.remote.store import RemoteStore

Verify = Literal["all", "changed", "none"]
Progress = Callable[[str, int], None]
"""What is being done, and how many triples of it are done since it was last told."""

_OFTEN = 10_000
"""Triples from one word on how far it is to the next."""
_PART = ", unless the store gives only part of a graph (ResultSetMaxRows in virtuoso.ini): --query-url has it counted"


@dataclass(frozen=True)
class Build:
    """What is to be in the store: the sorted N-Triples of each graph and of the union, and their entries."""

    graphs: Mapping[str, Lines]
    entries: Mapping[str, Entry]
    snapshot: str

    @classmethod
    def of(cls, quads: bytes, progress: Told = silent) -> Build:
        """The graphs of build/graph.nq.

        Raises:
            KgError: if a graph has blank nodes, which a store calls something else each time that it is given them.
        """
        found: dict[str, list[Triple]] = defaultdict(list)
        whole = quads.count(b"\n")
        for number, quad in enumerate(parse(quads, format=RdfFormat.N_QUADS), 1):
            if not number % _OFTEN:
                counted(progress, "reading the triples to send", number, whole)
            if not isinstance(quad.graph_name, NamedNode):
                raise KgError("build/graph.nq has triples in no named graph: run `kg build` again")
            if isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode):
                raise KgError(
                    f"{local_name(quad.graph_name.value)} has blank nodes, which cannot be pushed twice "
                    f"without doubling them: give each an IRI in its source ({quad.predicate})"
                )
            found[quad.graph_name.value].append(quad.triple)
        progress(f"putting the triples of {len(found)} graphs in order")
        graphs = {iri: lines(triples) for iri, triples in sorted(found.items())}
        graphs[UNION.value] = sorted(set().union(*graphs.values()))
        entries = {iri: entry_of(triples) for iri, triples in graphs.items()}
        return cls(graphs, entries, hashlib.sha256(quads).hexdigest())


@dataclass(frozen=True)
class Plan:
    """What a push will do: graphs to put, triples to add to the union (None when it is put too), graphs to delete."""

    build: Build
    put: tuple[str, ...]
    add: Lines
    delete: tuple[str, ...]
    done: bool
    """Whether the store says that all is there already."""
    resumed: bool
    """Whether a push was broken off before: what it sent, nobody has compared."""

    @property
    def sent(self) -> tuple[str, ...]:
        return (*self.put, UNION.value) if self.add else self.put

    @property
    def same(self) -> tuple[str, ...]:
        return tuple(iri for iri in self.build.graphs if iri not in self.sent)

    def compared(self, how: Verify) -> tuple[str, ...]:
        """The graphs to compare afterwards: all when nothing is sent, or an earlier run was broken off."""
        everything = how == "all" or self.done or self.resumed
        return () if how == "none" else (*self.sent, *self.same) if everything else self.sent

    @property
    def triples(self) -> int:
        """How many are sent."""
        return sum(len(self.build.graphs[iri]) for iri in self.put) + len(self.add)


def plan(build: Build, store: GraphStore) -> Plan:
    """What differs between the build and what the store's manifest says."""
    before = Manifest.of(store.get(MANIFEST.value))
    put = [iri for iri, entry in build.entries.items() if before.graphs.get(iri) != entry]
    add: Lines = []
    if UNION.value in put and UNION.value in before.graphs:
        there, wanted = set(lines(store.get(UNION.value))), set(build.graphs[UNION.value])
        if there and there <= wanted and (add := sorted(wanted - there)):
            put.remove(UNION.value)
    gone = tuple(iri for iri in before.graphs if iri not in build.graphs)
    done = not put and not add and not gone and before.snapshot == build.snapshot
    return Plan(build, tuple(put), add, gone, done, bool(before.graphs) and not before.snapshot)


def carry_out(plan: Plan, store: GraphStore, progress: Progress = lambda *_: None) -> None:
    """Sends and deletes what is planned. The store is not said to be whole yet: `verify` and then `finish` do that."""
    if plan.done:
        return
    entries = plan.build.entries
    listed: dict[str, Entry | None] = dict.fromkeys([*plan.delete, *plan.sent])
    listed |= {iri: entries[iri] for iri in plan.same}
    store.put(MANIFEST.value, lines(Manifest(listed).triples()))
    for iri in plan.sent:
        sent = partial(progress, local_name(iri))
        if iri in plan.put:
            store.put(iri, plan.build.graphs[iri], sent)
        else:
            store.post(iri, plan.add, sent)
        store.post(MANIFEST.value, lines(entry_triples(iri, entries[iri])))
    for iri in plan.delete:
        store.delete(iri)


def verify(
    plan: Plan, store: GraphStore, how: Verify, asked: RemoteStore | None = None, progress: Progress = lambda *_: None
) -> None:
    """Compares what is there with what should be, triple by triple where it was sent in this run.

    So are all graphs after a run that was broken off. With "all", or when nothing was sent, so are the others:
    their triples are counted by `asked` if it is there, and so are those of a graph that the store does not give whole.

    Raises:
        EndpointError: if a graph differs; the manifest says then that it is to be sent again.
    """
    wrong = {}
    for iri in plan.compared(how):
        counted = asked is not None and iri in plan.same and not plan.resumed
        told = "" if counted else _differs(plan.build.graphs[iri], store, iri)
        if asked is not None and (counted or told.endswith(_PART)):
            told = _count_differs(plan.build.graphs[iri], asked, iri)
        if told:
            wrong[iri] = told
        progress(f"comparing {local_name(iri)}", len(plan.build.graphs[iri]))
    if wrong:
        entries = {iri: None if iri in wrong else entry for iri, entry in plan.build.entries.items()}
        store.put(MANIFEST.value, lines(Manifest(entries | dict.fromkeys(plan.delete)).triples()))
        told = "; ".join(f"{local_name(iri)}: {text}" for iri, text in list(wrong.items())[:3])
        raise EndpointError(f"{store} does not hold what was sent ({told}): run `kg push` again, which sends it anew")


def finish(plan: Plan, store: GraphStore) -> None:
    """Says in the manifest that everything is there."""
    if plan.delete:
        store.put(MANIFEST.value, lines(Manifest(plan.build.entries, plan.build.snapshot).triples()))
    elif not plan.done:
        store.post(MANIFEST.value, lines(snapshot_triples(plan.build.snapshot)))


def _differs(wanted: Lines, store: GraphStore, iri: str) -> str:
    """How the graph that is there differs; empty if it does not."""
    there = set(lines(store.get(iri)))
    missing, more = sorted(set(wanted) - there), sorted(there - set(wanted))
    found = [
        f"{len(part)} triples {what}, such as {brief(part[0].decode().strip(), 200)}"
        for part, what in ((missing, "missing"), (more, "too many"))
        if part
    ]
    return ", ".join(found) + (_PART if missing and there and not more else "")


def _count_differs(wanted: Lines, asked: RemoteStore, iri: str) -> str:
    count = asked.size(iri)
    return "" if count == len(wanted) else f"{count} triples instead of {len(wanted)}"


def described(plan: Plan) -> Iterator[Sequence[str]]:
    """What would be done, a row for each graph: what, graph, triples."""
    for iri in plan.put:
        yield "put", local_name(iri), str(len(plan.build.graphs[iri]))
    if plan.add:
        yield "add to", local_name(UNION.value), str(len(plan.add))
    for iri in plan.delete:
        yield "delete", local_name(iri), ""
