"""A store in memory: the named graphs, and their union as its default graph."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.core.iris import PREFIXES
from kg.core.problems import KgError
from kg.store.answers import Answer, QueryError, Result, result_of
from kg.store.file import Opened, TriplesOfQuads
from kg.store.sparql_text import MAX_DEPTH, SERVICE, code_of, graphs_of, names_graphs, told, too_deep


@dataclass(frozen=True)
class Dataset:
    """The graphs that a query is asked of, as IRIs: those that its default graph merges, and its named ones."""

    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.default or self.named)


class Store:
    """An in-memory store of named graphs."""

    def __init__(self) -> None:
        self._store = ox.Store()
        self._file: Opened | None = None
        self._named = True
        """Whether the named graphs of the file are loaded, and not their union alone."""

    @classmethod
    def of_file(cls, path: Path, read: Callable[[int, int], object] = lambda *_: None) -> Store:
        """A store of an N-Quads file: its union now, and its named graphs when a query asks for one.

        Most ask the union alone, which is read in half the time that it takes to read the graphs and unite them. `read`
        is told how many bytes have been read, of how many.

        Raises:
            KgError: if the file is not there or cannot be read.
        """
        store = cls()
        try:
            store._file = Opened(path)
            with path.open("rb") as file:
                whole = path.stat().st_size
                triples: Any = TriplesOfQuads(file, lambda done: read(done, whole))
                try:  # not strict, which takes a quarter longer: each IRI was checked before it was written
                    store._store.bulk_load(input=triples, format=ox.RdfFormat.N_TRIPLES, lenient=True)
                    store._named = False
                except SyntaxError:  # nothing that `kg build` wrote, and perhaps N-Quads all the same
                    store._store = _united(store._file.read())
        except (OSError, SyntaxError) as error:
            raise KgError(f"{path.name} cannot be read: {error}; run `kg build` again") from error
        return store

    @classmethod
    def of_rdf(cls, path: Path) -> Store:
        """A store of any RDF file, known by its ending: its named graphs, and as the default graph all that it says.

        Raises:
            KgError: if the file is not there, cannot be read, or its ending is not known.
        """
        form = ox.RdfFormat.from_extension(path.suffix.lstrip(".").lower())
        if form is None:
            raise KgError(f"{path.name}: not an ending of RDF; known are .ttl, .nt, .nq, .trig, .rdf, .jsonld and .n3")
        store = cls()
        try:
            store._file = Opened(path)
            store._store.bulk_load(input=store._file.read(), format=form)
        except (OSError, SyntaxError, ValueError) as error:
            raise KgError(f"{path.name} cannot be read: {error}") from error
        store._store.update("INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }")
        return store

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the file it was made from, in hex; empty when there is none."""
        return hashlib.sha256(self.nquads()).hexdigest() if self._file else ""

    def nquads(self) -> bytes:
        """The file it was made from; empty when there is none."""
        return self._file.read() if self._file else b""

    def name_graphs(self) -> None:
        """Loads the named graphs of the file beside their union, if that is not done."""
        if self._named or not self._file:
            return
        data = self._file.read()
        if b"_:" in data:  # a blank node is another one each time that it is read
            self._store = _united(data)
        else:
            self._store.bulk_load(input=data, format=ox.RdfFormat.N_QUADS)
        self._named = True

    def has(self, iri: str) -> bool:
        """Whether anything is said of the thing with this IRI; of what is no IRI nothing is."""
        try:
            subject = ox.NamedNode(iri)
        except ValueError:
            return False
        return next(self._store.quads_for_pattern(subject, None, None, ox.DefaultGraph()), None) is not None

    def __len__(self) -> int:
        """The number of distinct triples."""
        return sum(1 for _ in self._store.quads_for_pattern(None, None, None, ox.DefaultGraph()))

    def add(self, quads: Iterable[ox.Quad]) -> None:
        """Adds quads to their named graphs, and to the union."""
        for quad in quads:
            self._store.add(quad)
            self._store.add(ox.Quad(quad.subject, quad.predicate, quad.object))

    def load(self, triples: bytes, quads: bytes = b"") -> None:
        """Adds N-Triples to the union, and N-Quads to their named graphs: many at once in a fraction of the time."""
        self._store.bulk_load(input=triples, format=ox.RdfFormat.N_TRIPLES, lenient=True)
        if quads:
            self._store.bulk_load(input=quads, format=ox.RdfFormat.N_QUADS, lenient=True)

    def query(self, sparql: str) -> Result:
        """Asks a SPARQL 1.1 query; the prefixes of `kg.core.iris.PREFIXES` need not be declared.

        Raises:
            QueryError: if the query is not valid or uses SERVICE.
        """
        try:
            return result_of(self._asked(sparql))
        except (SyntaxError, ValueError, OSError, RuntimeError) as error:
            raise QueryError(told(sparql, str(error))) from error

    def answer(self, sparql: str, base: str = "", dataset: Dataset | None = None) -> Answer:
        """The same, to be serialised by the engine: `base` resolves relative IRIs, `dataset` overrides FROM.

        Raises:
            QueryError: if the query is not valid, uses SERVICE, or an IRI of the dataset is none.
        """
        try:
            return Answer(sparql, self._asked(sparql, base, dataset))
        except (SyntaxError, ValueError, OSError, RuntimeError) as error:
            raise QueryError(told(sparql, str(error))) from error

    def _asked(self, sparql: str, base: str = "", dataset: Dataset | None = None) -> Any:
        code = code_of(sparql)
        if too_deep(code):
            raise QueryError(f"brackets deeper than {MAX_DEPTH} are refused")
        if SERVICE.search(code):
            raise QueryError("SERVICE is refused: queries are answered from this graph alone")
        if dataset or names_graphs(code):
            self.name_graphs()
        dataset = dataset or Dataset(*graphs_of(sparql, base))
        options: dict[str, Any] = {"prefixes": PREFIXES} | ({"base_iri": base} if base else {})
        if not dataset:
            return self._store.query(sparql, **options)
        default: list[Any] = [ox.NamedNode(graph) for graph in dataset.default]
        named: list[Any] = [ox.NamedNode(graph) for graph in dataset.named]
        if len(default) > 1:
            return _merged(self._store, default, named).query(
                sparql, default_graph=[ox.DefaultGraph()], named_graphs=named, **options
            )
        return self._store.query(sparql, default_graph=default, named_graphs=named, **options)

    def construct(self, sparql: str) -> Iterator[ox.Triple]:
        """The triples of a CONSTRUCT query."""
        result = self.query(sparql)
        if result.triples is None:
            raise QueryError("this is not a CONSTRUCT query")
        yield from result.triples


def _united(quads: bytes) -> ox.Store:
    """Named graphs, and their union as the default graph."""
    store = ox.Store()
    store.bulk_load(input=quads, format=ox.RdfFormat.N_QUADS)
    store.update("INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }")
    return store


def _merged(store: ox.Store, default: list[Any], named: list[Any]) -> ox.Store:
    """Graphs merged into one default graph, each triple once, beside the named ones."""
    merged = ox.Store()
    merged.extend(
        ox.Quad(quad.subject, quad.predicate, quad.object)
        for graph in default
        for quad in store.quads_for_pattern(None, None, None, graph)
    )
    merged.extend(quad for graph in named for quad in store.quads_for_pattern(None, None, None, graph))
    return merged
