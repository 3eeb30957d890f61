"""Sends a build to a store with the SPARQL 1.1 Graph Store HTTP Protocol; an interrupted push can be repeated.

The graph of each source file becomes a graph there, and their union is one more (`kg.core.iris.UNION`), because engines
do not agree on what a query sees that names no graph. `kg.store.remote.manifest` lists what is there. A graph is listed
before it is sent, and gets its hash when it has arrived. After an interruption, the next run sends again what has no
hash, and deletes what is listed and no longer wanted. A push ends with an error when another one has begun.
"""

from __future__ import annotations

import hashlib
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Literal

from pyoxigraph import BlankNode, NamedNode, RdfFormat, Triple, parse

from kg.core.iris import MANIFEST, UNION, local_name
from kg.core.problems import KgError, brief
from kg.core.progress import Progress as Report
from kg.core.progress import counted, silent
from kg.store.remote.endpoint import EndpointError
from kg.store.remote.graph_store import GraphStore
from kg.store.remote.manifest import Lines, Manifest, PushedGraph, lines, new_run, snapshot_triples, text_of
from kg.store.remote.store import RemoteStore

Verify = Literal["all", "changed", "none"]
Progress = Callable[[str, int], None]
"""Called with the current step and the number of triples done since the last call."""

_OFTEN = 10_000
"""Triples between two reports of progress."""
_CHECK = 2.0
"""Seconds after which a push looks again whether another one has begun."""
_PART = ", unless the store returns only part of a graph (ResultSetMaxRows in virtuoso.ini): --query-url counts it"

_REWRITES = "the store changes the values"
_OTHERWISE = "run `kg build` again, and state values that this store cannot represent as text in their source"


@dataclass(frozen=True)
class Build:
    """What the store is to contain: the sorted N-Triples of each graph and of the union, and their entries."""

    graphs: Mapping[str, Lines]
    entries: Mapping[str, PushedGraph]
    snapshot: str

    @classmethod
    def of(cls, quads: bytes, progress: Report = silent) -> Build:
        """The graphs of build/graph.nq.

        Raises:
            KgError: if a graph has blank nodes, to which a store gives new names each time that they are sent.
        """
        found: dict[str, Lines] = defaultdict(list)
        ready: dict[str, list[Triple]] = defaultdict(list)
        whole = quads.count(b"\n")
        for number, quad in enumerate(parse(quads, format=RdfFormat.N_QUADS), 1):
            if not number % _OFTEN:
                counted(progress, "reading the triples to send", number, whole)
                _move(ready, found)  # as values they need four times the memory
            if not isinstance(quad.graph_name, NamedNode):
                raise KgError("build/graph.nq has triples outside named graphs: run `kg build` again")
            if isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode):
                hint = f"give each an IRI in its source ({quad.predicate})"
                name = local_name(quad.graph_name.value)
                raise KgError(f"{name} has blank nodes, which every push would add again: {hint}")
            ready[quad.graph_name.value].append(quad.triple)
        _move(ready, found)
        progress(f"sorting the triples of {len(found)} graphs")
        graphs = {iri: sorted(set(triples)) for iri, triples in sorted(found.items())}
        graphs[UNION.value] = sorted(set().union(*graphs.values()))
        entries = {iri: PushedGraph.of(triples) for iri, triples in graphs.items()}
        return cls(graphs, entries, hashlib.sha256(quads).hexdigest())


def _move(ready: dict[str, list[Triple]], found: dict[str, Lines]) -> None:
    """Adds the lines of the triples to those of their graphs."""
    for iri, triples in ready.items():
        found[iri] += text_of(triples)
    ready.clear()


@dataclass(frozen=True)
class PushPlan:
    """What a push will do: graphs to put, triples to add to the union (if it is not put), graphs to delete."""

    build: Build
    put: tuple[str, ...]
    add: Lines
    delete: tuple[str, ...]
    done: bool
    """Whether the manifest says that everything is there already."""
    resumed: bool
    """Whether an earlier push was interrupted: what it sent was not compared."""
    run: str = field(default_factory=new_run)
    """The id of this push in the manifest."""
    before: str = ""
    """The id that the manifest had."""

    @property
    def sent(self) -> tuple[str, ...]:
        return (*self.put, UNION.value) if self.add else self.put

    @property
    def same(self) -> tuple[str, ...]:
        return tuple(iri for iri in self.build.graphs if iri not in self.sent)

    def compared(self, how: Verify) -> tuple[str, ...]:
        """The graphs to compare afterwards: all if nothing is sent, or if an earlier push was interrupted."""
        everything = how == "all" or self.done or self.resumed
        return () if how == "none" else (*self.sent, *self.same) if everything else self.sent

    @property
    def triples(self) -> int:
        """The number of triples to send."""
        return sum(len(self.build.graphs[iri]) for iri in self.put) + len(self.add)


def plan(build: Build, store: GraphStore) -> PushPlan:
    """The differences between the build and the manifest of the store."""
    before = Manifest.of(store.get(MANIFEST.value))
    put = [iri for iri, entry in build.entries.items() if before.graphs.get(iri) != entry]
    add: Lines = []
    if UNION.value in put and UNION.value in before.graphs:
        there, wanted = set(store.lines(UNION.value)), set(build.graphs[UNION.value])
        if there and there <= wanted and (add := sorted(wanted - there)):
            put.remove(UNION.value)
    gone = tuple(iri for iri in before.graphs if iri not in build.graphs)
    done = not put and not add and not gone and before.snapshot == build.snapshot
    return PushPlan(build, tuple(put), add, gone, done, bool(before.graphs) and not before.snapshot, before=before.run)


def carry_out(plan: PushPlan, store: GraphStore, progress: Progress = silent) -> None:
    """Sends and deletes what is planned. `verify` and `finish` come after it: until then the store is not complete.

    Raises:
        EndpointError: if another push began meanwhile.
    """
    if plan.done:
        return
    entries = plan.build.entries
    listed: dict[str, PushedGraph | None] = dict.fromkeys([*plan.delete, *plan.sent])
    listed |= {iri: entries[iri] for iri in plan.same}
    store.put(MANIFEST.value, lines(Manifest(listed, run=plan.run).triples()))
    checked = time.monotonic()
    for iri in plan.sent:
        if time.monotonic() - checked > _CHECK:
            _check_alone(plan, store)
            checked = time.monotonic()
        sent = partial(progress, local_name(iri))
        if iri in plan.put:
            store.put(iri, plan.build.graphs[iri], sent)
        else:
            store.post(iri, plan.add, sent)
        store.post(MANIFEST.value, lines(entries[iri].triples(iri)))
    for iri in plan.delete:
        store.delete(iri)


def _check_alone(plan: PushPlan, store: GraphStore) -> Manifest:
    """The manifest.

    Raises:
        EndpointError: if another push has replaced that of this push.
    """
    there = Manifest.of(store.get(MANIFEST.value))
    if there.run != plan.run:
        raise _disturbed(store)
    return there


def _disturbed(store: GraphStore) -> EndpointError:
    hint = "run `kg push` again when the other one has ended"
    return EndpointError(f"another push to {store} began while this one ran: {hint}")


def verify(
    plan: PushPlan, store: GraphStore, how: Verify, counter: RemoteStore | None = None, progress: Progress = silent
) -> None:
    """Compares the graphs in the store with the build.

    Args:
        plan: The push that was carried out.
        store: The store.
        how: Whether to compare the graphs that were sent, all, or none; see `PushPlan.compared`.
        counter: Counts the triples of graphs that were not sent, and of those that the store returns only in part.
        progress: Called after each graph.

    Raises:
        EndpointError: if a graph differs; the manifest then says that it has to be sent again.
    """
    wrong = {}
    for iri in plan.compared(how):
        wanted = plan.build.graphs[iri]
        count_only = counter is not None and iri in plan.same and not plan.resumed
        difference = "" if count_only else _difference(wanted, store, iri)
        if counter is not None and (count_only or difference.endswith(_PART)):
            count = counter.size(iri)
            difference = "" if count == len(wanted) else f"{count} triples instead of {len(wanted)}"
        if difference:
            wrong[iri] = difference
        progress(f"comparing {local_name(iri)}", len(wanted))
    if wrong:
        if Manifest.of(store.get(MANIFEST.value)).run not in (plan.run, plan.before):
            raise _disturbed(store)
        entries = {iri: None if iri in wrong else entry for iri, entry in plan.build.entries.items()}
        store.put(MANIFEST.value, lines(Manifest(entries | dict.fromkeys(plan.delete), run=plan.run).triples()))
        first = "; ".join(f"{local_name(iri)}: {text}" for iri, text in list(wrong.items())[:3])
        again = "run `kg push` again to send it anew"
        hint = _OTHERWISE if all(text.startswith(_REWRITES) for text in wrong.values()) else again
        raise EndpointError(f"{store} does not contain what was sent ({first}): {hint}")


def finish(plan: PushPlan, store: GraphStore) -> None:
    """Writes into the manifest that everything is there.

    Raises:
        EndpointError: if another push began meanwhile, whose triples may be among those of this push.
    """
    if plan.done:
        return
    there, entries = _check_alone(plan, store), plan.build.entries
    listed = {iri: graph for iri, graph in there.graphs.items() if iri not in plan.delete}
    if listed != entries:  # such as hashes that another push wrote before it noticed this one
        raise EndpointError(f"{store} does not list what was sent: run `kg push` again when no other push runs")
    if plan.delete:
        store.put(MANIFEST.value, lines(Manifest(entries, plan.build.snapshot, plan.run).triples()))
    else:  # added, and not put: it would replace the statement of a push that begins now
        store.post(MANIFEST.value, lines(snapshot_triples(plan.build.snapshot, plan.run)))
    _check_alone(plan, store)


def _difference(wanted: Lines, store: GraphStore, iri: str) -> str:
    """How the graph in the store differs; empty if it does not."""
    there = set(store.lines(iri))
    missing, more = sorted(set(wanted) - there), sorted(there - set(wanted))
    if missing and [line.split(b" ")[:2] for line in missing] == [line.split(b" ")[:2] for line in more]:
        one, other = (brief(part[0].decode().removesuffix(" .\n"), 200) for part in (missing, more))
        return f"{_REWRITES} of {len(missing)} triples, such as {one}, which becomes {other}"
    parts = ((part, what) for part, what in ((missing, "missing"), (more, "too many")) if part)
    found = [f"{len(part)} triples {what}, such as {brief(part[0].decode().strip(), 200)}" for part, what in parts]
    return ", ".join(found) + (_PART if missing and there and not more else "")


def described(plan: PushPlan) -> Iterator[Sequence[str]]:
    """What would be done, a row for each graph: action, graph, triples."""
    for iri in plan.put:
        yield "put", local_name(iri), str(len(plan.build.graphs[iri]))
    if plan.add:
        yield "add to", local_name(UNION.value), str(len(plan.add))
    for iri in plan.delete:
        yield "delete", local_name(iri), ""
