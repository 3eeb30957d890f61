"""Works of a bibliography, read back from the triples of its graph."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import NamedNode

from kg.core.iris import BIBO, DCTERMS, FABIO, FOAF, PRISM, RDF, mint
from kg.graph.bibliography import bibliography_graph
from kg.readers.bibliography import BibSource


@dataclass(frozen=True)
class StoredWork:
    """A work in the graph."""

    title: str
    year: str
    doi: str
    authors: tuple[tuple[str, str], ...]
    """The family name and the given name of each author, as printed."""


class Works:
    """The works of some bibliographies, by key, from the triples alone."""

    def __init__(self, sources: Iterable[BibSource]) -> None:
        self._values: dict[tuple[str, str], set[str]] = {}
        for source in sources:
            for triple in bibliography_graph(source, {}).triples:
                assert isinstance(triple.subject, NamedNode)
                self._values.setdefault((triple.subject.value, triple.predicate.value), set()).add(triple.object.value)

    def _one(self, subject: str, predicate: NamedNode) -> str:
        """The value, empty if there is none; more than one is an error."""
        values = self._values.get((subject, predicate.value), {""})
        assert len(values) == 1, (subject, predicate.value, values)
        return next(iter(values))

    def __getitem__(self, key: str) -> StoredWork:
        work, authors = mint("publication", key).value, []
        node = self._one(work, BIBO.authorList)
        while node not in ("", RDF.nil.value):
            person = self._one(node, RDF.first)
            authors.append((self._one(person, FOAF.familyName), self._one(person, FOAF.givenName)))
            node = self._one(node, RDF.rest)
        return StoredWork(
            self._one(work, DCTERMS.title),
            self._one(work, FABIO.hasPublicationYear),
            self._one(work, PRISM.doi),
            tuple(authors),
        )
