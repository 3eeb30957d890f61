"""`KnowledgeGraph`: the graph of a review, for queries from Python. Every command uses it too."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.answers.display import Card, Display, Shown
from kg.answers.hints import hints_of
from kg.answers.rows import Rows
from kg.core.iris import VOID, know
from kg.core.problems import KgError
from kg.core.progress import Progress, in_bytes, silent
from kg.core.reprs import short
from kg.queries.lookup import Lookup
from kg.queries.query_library import QueryLibrary
from kg.readers.settings import read_settings
from kg.store import AnyStore, Store
from kg.store.portable import without_open
from kg.store.services.asking import Services, agreed_to, ask
from kg.store.stoppable import Stoppable
from kg.store.stopped import QueryLimits

if TYPE_CHECKING:
    import rdflib
    from bibtexparser import library as bibtexparser_library

    from kg.answers.evidence_map import EvidenceMap
    from kg.answers.named import NamedQueries
    from kg.answers.network import Network
    from kg.answers.related_work import RelatedWork
    from kg.answers.things import Concept, ConceptKind, Finding, Publication
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

    Attributes:
        root: the review folder.
        store: the graph as a SPARQL store.
        tell: called with a message before each request to another service.
    """

    def __init__(self, root: Path, store: AnyStore) -> None:
        self.root, self.store = root, store
        self.tell: Callable[[str], object] = lambda _: None

    def __repr__(self) -> str:
        return short(self, "of", self.root)

    @classmethod
    def open(cls, root: str | Path = ".", *, endpoint: str = "", progress: Progress = silent) -> KnowledgeGraph:
        """The graph that `kg build` made in the review folder `root`, or the one behind a SPARQL endpoint.

        The queries are those of the review in both cases. Opening an endpoint sends no request.

        Raises:
            KgError: if the graph has not been built.
            UsageError: if the endpoint is not an http or https URL.
        """
        root = Path(root)
        if endpoint:
            from kg.store.remote.store import RemoteStore

            base = read_settings(root).base
            know(base)
            return cls(root, RemoteStore(endpoint, base))
        path = root / "build" / "graph.nq"
        if not path.is_file():
            raise KgError(f"no graph in {root / 'build'} yet: run `kg build` first")
        return cls(root, Store.of_file(path, in_bytes(progress, "reading the graph")))

    @property
    def snapshot(self) -> str:
        """Content hash of the graph: SHA-256 of build/graph.nq, in hex."""
        return self.store.digest

    @cached_property
    def title(self) -> str:
        """The title of the review, as `kg.toml` gave it when the graph was built."""
        found = self.store.query(f"SELECT ?title WHERE {{ ?review {VOID.uriSpace} ?base ; dcterms:title ?title }}")
        return next((title for (title,) in found.texts()), "")

    def nquads(self) -> bytes:
        """The content of build/graph.nq."""
        return self.store.nquads()

    @cached_property
    def queries(self) -> QueryLibrary:
        """The queries of the library by name."""
        return QueryLibrary.of(self.root)

    @cached_property
    def named(self) -> NamedQueries:
        """The queries of the library as methods, which an editor completes: `graph.named.related_work(practice="CT")`.

        They return what `query` returns, and take its `services`, `timeout` and `max_memory`.
        """
        from kg.answers.named import NamedQueries

        return NamedQueries(self)

    @cached_property
    def lookup(self) -> Lookup:
        """Finds things by their names."""
        return Lookup(self.store)

    def query(
        self,
        name: str,
        /,
        *,
        services: Services | str | int | None = None,
        timeout: float | str | None = None,
        max_memory: int | str | None = None,
        **parameters: str | int | None,
    ) -> Rows:
        """The rows of a query of the library.

        Ctrl-C interrupts it. A program that goes on after that should give a limit, which ends the query for certain.

        Args:
            name: the name of the query; `kg queries` lists them.
            services: the services that a federated query may contact: `"wikidata"`, or `{"wikidata": None}`, or with
                the URL of a mirror instead of None. No service is contacted unless you name it here.
            timeout: the seconds after which the query is stopped.
            max_memory: the MiB that it may need in addition to the graph (on Linux).
            parameters: values of the parameters of the query; things by any label, id or key.

        Raises:
            UsageError: for an unknown query, parameter, thing or service.
            KgError: if a service returns nothing that can be used.
            StoppedError: if it exceeds a limit.
        """
        query = self.queries.get(name)
        limits: dict[str, Any] = {"timeout": timeout, "max_memory": max_memory}
        for parameter in query.parameters:  # a review may have a query with a parameter of that name
            if limits.get(parameter.name) is not None:
                parameters[parameter.name] = str(limits.pop(parameter.name))
        bound = query.bind(query.terms(parameters, self.lookup))
        store = Stoppable(self.store, QueryLimits.of(**limits))
        if query.services or services:
            known = {url: service for service, url in query.services.items()}
            return Rows.of(ask(store, bound, known, agreed_to(services), self.tell), query.cites, _NOTEBOOK)
        return Rows.of(store.query(without_open(bound)), query.cites, _NOTEBOOK)

    def sparql(
        self,
        text: str,
        *,
        services: Services | None = None,
        timeout: float | str | None = None,
        max_memory: int | str | None = None,
    ) -> Rows:
        """The answer to any SPARQL 1.1 query over the union of all named graphs.

        Ctrl-C interrupts it. At a prompt and in a notebook, and with a limit, the query has ended then.

        Args:
            text: the query.
            services: the URLs of SERVICE blocks that may be contacted, each with None or another URL to use instead.
                Other SERVICE blocks are refused.
            timeout: the seconds after which the query is stopped.
            max_memory: the MiB that it may need in addition to the graph (on Linux).

        Raises:
            QueryError: if the query is not valid.
            StoppedError: if it exceeds a limit.
        """
        store = Stoppable(self.store, QueryLimits.of(timeout, max_memory), by_hand=True)
        if services is None:
            return Rows.of(store.query(text), display=_NOTEBOOK)
        return Rows.of(ask(store, text, {}, services, self.tell), display=_NOTEBOOK)

    hints = hints_of

    def entries(self, keys: Iterable[str]) -> Mapping[str, str]:
        """BibTeX entries by key, verbatim as in bib/, in the order of `keys`.

        An entry begins with the `@string` definitions that it is the first to need. Crossref parents come last,
        whether or not they are in `keys`.
        """
        from kg.readers.bibtex.subset import Stored, subset

        known = {
            str(row["key"]): Stored(*(str(row[name] or "") for name in ("entry", "strings", "parent")))
            for row in self.sparql(_ENTRIES)
        }
        return subset(known, list(keys))

    @cached_property
    def practices(self) -> tuple[Concept, ...]:
        """The practices of the vocabulary, by label."""
        return self._concepts("practice")

    @cached_property
    def challenges(self) -> tuple[Concept, ...]:
        """The challenges of the vocabulary, by label."""
        return self._concepts("challenge")

    @cached_property
    def approaches(self) -> tuple[Concept, ...]:
        """The approaches of the vocabulary (DevOps, MLOps, …), by label."""
        return self._concepts("approach")

    @cached_property
    def methods(self) -> tuple[Concept, ...]:
        """The research methods of the vocabulary, by label."""
        return self._concepts("method")

    @cached_property
    def outcomes(self) -> tuple[Concept, ...]:
        """The outcomes of the vocabulary (lead time, workload, …), by label."""
        return self._concepts("outcome")

    @cached_property
    def tools(self) -> tuple[Concept, ...]:
        """The tools of the vocabulary, by label."""
        return self._concepts("tool")

    def _concepts(self, kind: ConceptKind) -> tuple[Concept, ...]:
        from kg.answers.things import concepts

        return concepts(self, kind)

    def finding(self, name: str) -> Finding:
        """The finding with this id: `PEC4`, or `vanska2024/PEC4` where several publications have one of that id.

        Raises:
            UsageError: if there is none or more than one; the message names similar ids.
        """
        from kg.answers.things import findings

        return replace(findings(self, finding=self.lookup.find(name, "finding").value)[0], display=_NOTEBOOK)

    def findings(
        self,
        *,
        practice: str | Concept = "",
        challenge: str | Concept = "",
        work: str | Publication = "",
        hand: str = "",
    ) -> tuple[Finding, ...]:
        """The findings on a practice or challenge (or a narrower one), of a work, `first-hand` or `second-hand` only.

        Raises:
            UsageError: for a value that names nothing.
        """
        from kg.answers.things import findings

        found = findings(self, practice=str(practice), challenge=str(challenge), work=str(work), hand=hand)
        return tuple(replace(finding, display=_NOTEBOOK) for finding in found)

    def publication(self, key: str) -> Publication:
        """The publication with this BibTeX key, DOI or label.

        Raises:
            UsageError: if there is none; the message names similar ones.
        """
        from kg.answers.things import publications

        return publications(self, self.lookup.find(key, "work").value)[0]

    def show(self, thing: str | Concept | Finding | Publication) -> Card:
        """Everything about one thing, by id, BibTeX key, label or IRI: its facts, evidence, and what refers to it.

        Raises:
            UsageError: if nothing is called that, or more than one thing.
        """
        from kg.render.text.card import card

        return Card(card(self, str(thing)), display=_NOTEBOOK)

    def related_work(
        self, topic: str | Concept, *, group_by: str = "topic", readings: str = "main", **selected: Any
    ) -> RelatedWork:
        """What is known about a topic, arranged as a draft; `print` shows it as Markdown with citations.

        Args:
            topic: a practice, challenge or other concept, by any of its names.
            group_by: `topic`, `challenge`, `outcome`, `recommendation` or `agreement`, as in `kg related-work`.
            readings: `main`, or `all` for those of further coders, too.
            selected: which findings count: `polarity`, `hand`, `since`, `until`, `method` and `category`.

        Raises:
            UsageError: for a value that names nothing.
        """
        from kg.answers.related_work import groupings
        from kg.answers.related_work import related_work as arranged
        from kg.answers.selection import Selection

        by, selection = groupings(group_by), Selection.of(self, **selected)
        return replace(arranged(self, str(topic), by, selection, readings), display=_NOTEBOOK)

    def network(self, about: str = "", depth: int = 1, view: str = "whole") -> Network:
        """The network around a thing, or of the whole graph; `view` is one of `kg.answers.network_views.VIEWS`.

        Raises:
            UsageError: for an unknown view or thing, or a thing that is not in the view.
        """
        from kg.answers.network_rows import network

        return replace(network(self, about, depth, view), display=_NOTEBOOK)

    def evidence_map(self, rows: str = "practice", columns: str = "category", **selected: Any) -> EvidenceMap:
        """The evidence map of two of `kg.answers.evidence_map.DIMENSIONS`.

        Args:
            selected: which findings count: `polarity`, `hand`, `since`, `until`, `method` and `category`.

        Raises:
            UsageError: if a dimension or value is not known, or both dimensions are the same.
        """
        from kg.answers.evidence_rows import evidence_map
        from kg.answers.selection import Selection

        return replace(evidence_map(self, rows, columns, Selection.of(self, **selected)), display=_NOTEBOOK)

    def figure(self, name: str, width: float = 85, **parameters: str | int | bool | None) -> Figure:
        """A figure for a paper, `width` millimetres wide: `graph.figure("code-occurrences", work="vanska2024")`.

        Raises:
            UsageError: for an unknown figure or parameter, a value that names nothing, or a width that is too small.
        """
        from kg.render.figures.figure import figure

        return figure(self, name, width, **parameters)

    def to_rdflib(self) -> rdflib.Dataset:
        """The graph as an `rdflib.Dataset`, with the named graphs of build/graph.nq.

        The terms are exactly those of the file. `default_union` is on: a SPARQL query without GRAPH finds the triples
        of all named graphs. Nothing is downloaded to make it; note that rdflib itself does contact other hosts when a
        query that you give it has a SERVICE or FROM clause.
        """
        from kg.answers.libraries import to_rdflib

        return to_rdflib(self.nquads())

    def bibliography(self, keys: Iterable[str]) -> bibtexparser_library.Library:
        """The BibTeX entries with these keys as a `bibtexparser` library, to change and write.

        It contains what `entries` returns: also the `@string` definitions and the crossref parents of the entries.
        """
        from bibtexparser.entrypoint import parse_string

        return parse_string("\n\n".join(self.entries(keys).values()))


@dataclass(frozen=True, slots=True)
class _Notebook:
    """Renders the values that `KnowledgeGraph` returns, for notebooks."""

    def html(self, value: Any, /) -> str | None:
        from kg.answers.related_work import RelatedWork
        from kg.answers.things import Finding
        from kg.render.pages.notebook import finding_html, rows_html, text_html

        if isinstance(value, Rows):
            return rows_html(value)
        if isinstance(value, Card):
            return text_html(value.text)
        if isinstance(value, RelatedWork):
            return None  # a notebook shows it as Markdown
        return finding_html(value) if isinstance(value, Finding) else value.show()._repr_html_()

    def markdown(self, value: Any, /) -> str | None:
        from kg.answers.related_work import RelatedWork
        from kg.render.pages.notebook import rows_markdown

        if isinstance(value, RelatedWork):
            from kg.render.text.related_work import related_work_markdown

            return related_work_markdown(value, listed=20, stamp=f"graph sha256:{value.snapshot}")
        return rows_markdown(value) if isinstance(value, Rows) else None

    def page(self, value: Any, height: int, /) -> Shown:
        from kg.answers.network import Network
        from kg.render.pages.graph_page import graph_page
        from kg.render.pages.map_page import map_page
        from kg.render.pages.notebook import Frame

        page = graph_page(value) if isinstance(value, Network) else map_page(value)
        return Frame(page, value.title, height)


_NOTEBOOK: Display = _Notebook()
