"""The graph in a store that lists the graphs which `kg push` has put there.

A graph is listed in the manifest before its first triple is sent, and gets a hash when all of it has arrived. The
manifest itself gets the hash of the whole build when everything has arrived. So a reader knows which graphs come from
kg, and whether they are complete.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from kg.core.iris import DCTERMS, MANIFEST, VOID, XSD

_HASH = "sha256:"


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

    @classmethod
    def of(cls, triples: Iterable[Triple]) -> Manifest:
        """The manifest that these triples state; other statements are ignored."""
        listed: set[str] = set()
        hashes: dict[str, str] = {}
        sizes: dict[str, int] = {}
        for triple in triples:
            subject, value = triple.subject, triple.object
            if not isinstance(subject, NamedNode):
                continue
            if triple.predicate == DCTERMS.isPartOf and value == MANIFEST:
                listed.add(subject.value)
            elif triple.predicate == DCTERMS.identifier and isinstance(value, Literal):
                hashes[subject.value] = value.value.removeprefix(_HASH)
            elif triple.predicate == VOID.triples and isinstance(value, Literal) and value.value.isdecimal():
                sizes[subject.value] = int(value.value)
        whole = hashes.keys() & sizes.keys()
        graphs = {iri: PushedGraph(hashes[iri], sizes[iri]) if iri in whole else None for iri in sorted(listed)}
        return cls(graphs, hashes.get(MANIFEST.value, ""))

    def triples(self) -> list[Triple]:
        found = [Triple(NamedNode(iri), DCTERMS.isPartOf, MANIFEST) for iri in self.graphs]
        found += [triple for iri, graph in self.graphs.items() if graph for triple in graph.triples(iri)]
        return [*found, *(snapshot_triples(self.snapshot) if self.snapshot else ())]


def snapshot_triples(digest: str) -> list[Triple]:
    """What is added to the manifest when everything has arrived."""
    return [Triple(MANIFEST, DCTERMS.identifier, Literal(_HASH + digest))]


def lines(triples: Iterable[Triple]) -> list[bytes]:
    """Sorted N-Triples, a line for each triple, without duplicates."""
    return sorted(set((serialize(triples, format=RdfFormat.N_TRIPLES) or b"").splitlines(keepends=True)))
