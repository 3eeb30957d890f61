"""The graph in a store that lists the graphs which `kg push` has put there.

A graph is listed in the manifest before its first triple is sent, and gets a hash when all of it has arrived. The
manifest itself gets the hash of the whole build when everything has arrived. So a reader knows which graphs come from
kg, and whether they are complete.

Each push has an id. It states it first, and says at the end that it is complete. When two pushes run at once, the one
that began later has replaced the statement of the other, which therefore is never taken for complete.
"""

from __future__ import annotations

import hashlib
import itertools
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from kg.core.iris import DCTERMS, MANIFEST, PROV, VOID, XSD

_HASH = "sha256:"
RUN = "urn:uuid:"
"""What the id of a push begins with."""
Lines = list[bytes]
"""N-Triples, a line for each triple."""
_CHUNK = 10_000
"""Triples that are values at the same time: as text they need a quarter of the memory."""


@dataclass(frozen=True)
class PushedGraph:
    """A complete graph: the hash of its sorted N-Triples, and their number."""

    digest: str
    size: int

    @classmethod
    def of(cls, lines: Sequence[bytes]) -> PushedGraph:
        """The entry of a graph with these sorted lines."""
        return cls(hashlib.sha256(b"".join(lines)).hexdigest(), len(lines))

    def triples(self, iri: str) -> list[Triple]:
        """What is added to the manifest when the graph has arrived."""
        graph, size = NamedNode(iri), Literal(str(self.size), datatype=XSD.integer)
        return [Triple(graph, DCTERMS.identifier, Literal(_HASH + self.digest)), Triple(graph, VOID.triples, size)]


@dataclass(frozen=True)
class Manifest:
    """The graphs that kg put into a store, by IRI: None for one that is being sent or deleted."""

    graphs: Mapping[str, PushedGraph | None] = field(default_factory=dict)
    snapshot: str = ""
    """SHA-256 of the build/graph.nq that all of it is; empty while it is being pushed."""
    run: str = ""
    """The id of the last push that began; empty in a store that was filled before pushes had ids."""

    @classmethod
    def of(cls, triples: Iterable[Triple]) -> Manifest:
        """The manifest that these triples state; other statements are ignored."""
        listed: set[str] = set()
        hashes: dict[str, str] = {}
        sizes: dict[str, int] = {}
        runs: set[str] = set()
        for triple in triples:
            subject, value = triple.subject, triple.object
            if not isinstance(subject, NamedNode):
                continue
            if triple.predicate == DCTERMS.isPartOf and value == MANIFEST:
                listed.add(subject.value)
            elif subject == MANIFEST and triple.predicate == PROV.wasGeneratedBy and isinstance(value, NamedNode):
                runs.add(value.value)
            elif triple.predicate == DCTERMS.identifier and isinstance(value, Literal):
                hashes[subject.value] = value.value.removeprefix(_HASH)
            elif triple.predicate == VOID.triples and isinstance(value, Literal) and value.value.isdecimal():
                sizes[subject.value] = int(value.value)
        whole = hashes.keys() & sizes.keys()
        graphs = {iri: PushedGraph(hashes[iri], sizes[iri]) if iri in whole else None for iri in sorted(listed)}
        run, snapshot = " ".join(sorted(runs)), hashes.get(MANIFEST.value, "")
        complete = not runs or hashes.get(run) == snapshot
        return cls(graphs, snapshot if complete else "", run)

    def triples(self) -> list[Triple]:
        found = [Triple(NamedNode(iri), DCTERMS.isPartOf, MANIFEST) for iri in self.graphs]
        found += [triple for iri, graph in self.graphs.items() if graph for triple in graph.triples(iri)]
        found += [Triple(MANIFEST, PROV.wasGeneratedBy, NamedNode(self.run))] if self.run else []
        return [*found, *(snapshot_triples(self.snapshot, self.run) if self.snapshot else ())]


def new_run() -> str:
    """The id of a push, which no other has."""
    return uuid.uuid4().urn


def snapshot_triples(digest: str, run: str = "") -> list[Triple]:
    """What is added to the manifest when everything has arrived."""
    subjects = [MANIFEST, NamedNode(run)] if run else [MANIFEST]
    return [Triple(subject, DCTERMS.identifier, Literal(_HASH + digest)) for subject in subjects]


def lines(triples: Iterable[Triple]) -> Lines:
    """Sorted N-Triples, a line for each triple, without duplicates."""
    found: set[bytes] = set()
    left = iter(triples)
    while part := list(itertools.islice(left, _CHUNK)):
        found.update(text_of(part))
    return sorted(found)


def text_of(triples: Iterable[Triple]) -> Lines:
    """N-Triples, a line for each triple, in their order."""
    return (serialize(triples, format=RdfFormat.N_TRIPLES) or b"").splitlines(keepends=True)
