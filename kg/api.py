"""`KnowledgeGraph`: the graph of a review, to ask from Python and from every command."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from kg.answers.rows import Rows
from kg.core.problems import KgError
from kg.core.progress import Progress, in_bytes, silent
from kg.queries.library import QueryLibrary
from kg.queries.lookup import Lookup
from kg.store import AnyStore, Store
from kg.store.services.asking import Services, agreed_to, ask

if TYPE_CHECKING:
    from kg.answers.evidence_map import EvidenceMap
    from kg.answers.network import Network
    from kg.answers.things import Concept, Finding, Publication
    from kg.render.figures.figure import Figure

_ENTRIES = """SELECT ?key ?entry ?strings ?parent WHERE {
  ?work dcterms:identifier ?key ; cs:bibtexEntry ?entry
  OPTIONAL { ?work cs:bibtexStrings ?strings } OPTIONAL { ?work cs:bibtexCrossref ?parent }
} ORDER BY ?key"""


class KnowledgeGraph:
    """The built graph of one review.

    >>> graph = KnowledgeGraph.open(".")                                        # doctest: +SKIP
    >>> for row in graph.query("related-work", practice="continuous-testing"):  # doctest: +SKIP
    ...     print(row["key"], row["says"])
    """

    def __init__(self, root: Path, store: AnyStore) -> None:
        self.root, self.store = root, store
        self.tell: Callable[[str], object] = lambda _: None
        """Is told what is asked of others, while it is."""

    @classmethod
    def open(cls, root: str | Path = ".", *, endpoint: str = "", progress: Progress = silent) -> KnowledgeGraph:
        """Opens the graph that `kg build` made in the review folder `root`, or the one that a SPARQL endpoint has.

        The queries are those of the review either way. `progress` is told how far the reading is.

        Raises:
            KgError: if it has not been built; an endpoint is reached when it is asked.
            UsageError: if the endpoint is no http or https URL.
        """
        root = Path(root)
        if endpoint:
            from kg.store.remote.store import RemoteStore

            return cls(root, RemoteStore(endpoint))
        path = root / "build" / "graph.nq"
        if not path.is_file():
            raise KgError(f"no graph in {root / 'build'} yet: run `kg build` first")
        return cls(root, Store.of_file(path, in_bytes(progress, "reading the graph")))

    @property
    def snapshot(self) -> str:
        """Content hash of the graph: SHA-256 of build/graph.nq."""
        return self.store.digest

    def nquads(self) -> bytes:
        """The graph as it was built: build/graph.nq."""
        return self.store.nquads()

    @cached_property
    def queries(self) -> QueryLibrary:
        return QueryLibrary.of(self.root)

    @cached_property
    def lookup(self) -> Lookup:
        return Lookup(self.store)

    def query(
        self, name: str, /, *, services: Services | str | int | None = None, **parameters: str | int | None
    ) -> Rows:
        """Asks a query of the library; parameters may be given by any label, id or key.

        A federated query asks others too, if they are named in `services`: `{"wikidata": None}`, or "wikidata", or
        with the URL of a mirror instead of None. Without that nobody is asked.

        Raises:
            UsageError: for an unknown query or parameter, a value that names nothing, or a service that is not named.
            KgError: if a service gives no answer that can be used.
        """
        query = self.queries.get(name)
        asked = query.bind(query.terms(parameters, self.lookup))
        if query.services or services:
            known = {url: service for service, url in query.services.items()}
            return Rows.of(ask(self.store, asked, known, agreed_to(services), self.tell), query.cites)
        return Rows.of(self.store.query(asked), query.cites)

    def sparql(self, text: str, *, services: Services | None = None) -> Rows:
        """Asks any SPARQL 1.1 query of the union of all named graphs.

        Its SERVICE blocks are refused unless `services` names them by the URLs that stand in them, with None or the URL
        to ask instead.
        """
        if services is None:
            return Rows.of(self.store.query(text))
        return Rows.of(ask(self.store, text, {}, services, self.tell))

    def entries(self, keys: list[str]) -> Mapping[str, str]:
        """BibTeX entries by key, verbatim as in bib/, in the order of `keys`.

        Before an entry stand the `@string`s it is the first to need; parents of entries come last, asked for or not.
        """
        from kg.readers.bibtex.subset import Stored, subset

        known = {
            str(row["key"]): Stored(*(str(row[name] or "") for name in ("entry", "strings", "parent")))
            for row in self.sparql(_ENTRIES)
        }
        return subset(known, keys)

    @cached_property
    def practices(self) -> tuple[Concept, ...]:
        """The practices of the vocabulary, by label."""
        from kg.answers.things import concepts

        return concepts(self, "practice")

    @cached_property
    def challenges(self) -> tuple[Concept, ...]:
        """The challenges of the vocabulary, by label."""
        from kg.answers.things import concepts

        return concepts(self, "challenge")

    @cached_property
    def approaches(self) -> tuple[Concept, ...]:
        """The approaches of the vocabulary (DevOps, MLOps, …), by label."""
        from kg.answers.things import concepts

        return concepts(self, "approach")

    @cached_property
    def methods(self) -> tuple[Concept, ...]:
        """The research methods of the vocabulary, by label."""
        from kg.answers.things import concepts

        return concepts(self, "method")

    def finding(self, name: str) -> Finding:
        """The finding with this id: `PEC4`, or `vanska2024/PEC4` where several publications have one of that id.

        Raises:
            UsageError: if there is none or more than one, with what comes close.
        """
        from kg.answers.things import findings

        thing = self.lookup.find(name, "finding")
        return findings(self, finding=thing.value)[0]

    def findings(
        self,
        *,
        practice: str | Concept = "",
        challenge: str | Concept = "",
        work: str | Publication = "",
        hand: str = "",
    ) -> tuple[Finding, ...]:
        """The findings on a practice or challenge (or a narrower one), of a work, first-hand or second-hand only.

        Raises:
            UsageError: for a value that names nothing.
        """
        from kg.answers.things import findings

        return findings(self, practice=str(practice), challenge=str(challenge), work=str(work), hand=hand)

    def publication(self, key: str) -> Publication:
        """The publication with this BibTeX key, DOI or label.

        Raises:
            UsageError: if there is none, with what comes close.
        """
        from kg.answers.things import publications

        return publications(self, self.lookup.find(key, "work").value)[0]

    def network(self, about: str = "", depth: int = 1, view: str = "whole") -> Network:
        """The network around a thing, or of the whole graph; `view` is one of `kg.answers.network_views.VIEWS`.

        Raises:
            UsageError: for a view that is not known, or a thing that does not stand in it.
        """
        from kg.answers.network import network

        return network(self, about, depth, view)

    def evidence_map(self, rows: str = "practice", columns: str = "category") -> EvidenceMap:
        """The evidence map of two dimensions."""
        from kg.answers.evidence_rows import evidence_map

        return evidence_map(self, rows, columns)

    def figure(self, name: str, width: float = 85, **parameters: str | int | bool | None) -> Figure:
        """A figure for a paper, `width` millimetres wide: `graph.figure("code-occurrences", work="vanska2024")`.

        Raises:
            UsageError: for an unknown figure or parameter, a value that names nothing, or a width that is too small.
        """
        from kg.render.figures.figure import figure

        return figure(self, self.queries, name, width, **parameters)
