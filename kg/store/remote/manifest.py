"""What `kg push` says in a store of the graphs that it has put there.

The manifest is a graph of its own. A graph is listed in it before its first triple is sent, and has a hash there from
when all of it is there; the manifest itself has the hash of the whole build when everything is. So whoever reads it
knows what is in the store, whether it is whole, and which graphs are there because of kg.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from kg.core.iris import DCTERMS, MANIFEST, VOID, XSD

_HASH = "sha256:"


@dataclass(frozen=True)
class Entry:
    """A graph that was pushed: the hash of its sorted N-Triples and how many there are."""

    digest: str
    size: int


@dataclass(frozen=True)
class Manifest:
    """The graphs that kg put into a store, by IRI: None for one that is on its way, or on its way out."""

    graphs: Mapping[str, Entry | None] = field(default_factory=dict)
    snapshot: str = ""
    """SHA-256 of the build/graph.nq that all of it is; empty while it is being pushed."""

    @classmethod
    def of(cls, triples: Iterable[Triple]) -> Manifest:
        """What the triples of a manifest say; whatever else stands there is nothing to kg."""
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
        graphs = {
            iri: Entry(hashes[iri], sizes[iri]) if iri in hashes and iri in sizes else None for iri in sorted(listed)
        }
        return cls(graphs, hashes.get(MANIFEST.value, ""))

    def triples(self) -> list[Triple]:
        found = [Triple(NamedNode(iri), DCTERMS.isPartOf, MANIFEST) for iri in self.graphs]
        found += [triple for iri, entry in self.graphs.items() if entry for triple in entry_triples(iri, entry)]
        return [*found, *(snapshot_triples(self.snapshot) if self.snapshot else ())]


def entry_triples(iri: str, entry: Entry) -> list[Triple]:
    """What is added to the manifest when a graph is there."""
    graph = NamedNode(iri)
    return [
        Triple(graph, DCTERMS.identifier, Literal(_HASH + entry.digest)),
        Triple(graph, VOID.triples, Literal(str(entry.size), datatype=XSD.integer)),
    ]


def snapshot_triples(digest: str) -> list[Triple]:
    """What is added to the manifest when everything is there."""
    return [Triple(MANIFEST, DCTERMS.identifier, Literal(_HASH + digest))]


def lines(triples: Iterable[Triple]) -> list[bytes]:
    """Sorted N-Triples, a line for each triple and each once."""
    return sorted(set((serialize(triples, format=RdfFormat.N_TRIPLES) or b"").splitlines(keepends=True)))


def entry_of(ntriples: Iterable[bytes]) -> Entry:
    """The entry of a graph, given its sorted lines."""
    found = list(ntriples)
    return Entry(hashlib.sha256(b"".join(found)).hexdigest(), len(found))
