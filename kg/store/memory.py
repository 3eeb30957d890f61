"""A store in memory: the named graphs, and their union as its default graph."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import pyoxigraph as ox

from kg.core.files import stamp_of
from kg.core.iris import BASE, VOID, XSD, know, prefixes_of
from kg.core.problems import KgError
from kg.store.answers import Answer, QueryError, Result, result_of
from kg.store.sparql_text import (
    MAX_DEPTH,
    form_of,
    graph_clauses,
    has_service,
    message_of,
    names_graphs,
    respelt,
    too_deep,
)

_CHUNK = 256 * 1024
_UNITE = "INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }"


@dataclass(frozen=True)
class Dataset:
    """The graphs that a query sees, as IRIs: those merged into its default graph, and its named ones."""

    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.default or self.named)


class Store:
    """An in-memory store of named graphs."""

    def __init__(self) -> None:
        self._store = ox.Store()
        self._file: _Opened | None = None
        self._named = True
        """Whether the named graphs of the file are loaded as well as their union."""
        self.base = BASE

    @classmethod
    def of_file(cls, path: Path, read: Callable[[int, int], object] = lambda *_: None) -> Store:
        """A store of an N-Quads file: its union at once, and its named graphs when a query names one.

        Most queries need only the union, which loads in half the time. `read` is called with the number of bytes that
        have been read and their total.

        Raises:
            KgError: if the file does not exist or cannot be read.
        """
        store = cls()
        try:
            store._file = _Opened(path)
            with path.open("rb") as file:
                whole = path.stat().st_size
                triples: Any = _TriplesOfQuads(file, lambda done: read(done, whole))
                try:  # lenient saves a quarter of the time: each IRI was checked before it was written
                    store._store.bulk_load(input=triples, format=ox.RdfFormat.N_TRIPLES, lenient=True)
                    store._named = False
                except SyntaxError:  # not written by `kg build`, but perhaps N-Quads
                    store._store = _united(store._file.read())
        except (OSError, SyntaxError) as error:
            raise KgError(f"{path.name} cannot be read: {error}; run `kg build` again") from error
        for quad in store._store.quads_for_pattern(None, VOID.uriSpace, None, ox.DefaultGraph()):
            if isinstance(quad.object, ox.Literal):
                store.base = quad.object.value
                know(store.base)
        return store

    @classmethod
    def of_rdf(cls, path: Path) -> Store:
        """A store of any RDF file, whose format is known by its ending: its named graphs and their union.

        Raises:
            KgError: if the file does not exist, cannot be read, or its ending is not known.
        """
        form = ox.RdfFormat.from_extension(path.suffix.lstrip(".").lower())
        if form is None:
            raise KgError(f"{path.name}: not an RDF file; known are .ttl, .nt, .nq, .trig, .rdf, .jsonld and .n3")
        store = cls()
        try:
            store._file = _Opened(path)
            store._store.bulk_load(input=store._file.read(), format=form)
        except (OSError, SyntaxError, ValueError) as error:
            raise KgError(f"{path.name} cannot be read: {error}") from error
        store._store.update(_UNITE)
        return store

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the file it was made from, in hex; empty without a file."""
        return hashlib.sha256(self.nquads()).hexdigest() if self._file else ""

    def nquads(self) -> bytes:
        """The content of the file it was made from; empty without a file."""
        return self._file.read() if self._file else b""

    def name_graphs(self) -> None:
        """Loads the named graphs of the file as well, if they are not loaded yet."""
        if self._named or not self._file:
            return
        data = self._file.read()
        if b"_:" in data:  # each time a file is loaded, its blank nodes are new ones
            self._store = _united(data)
        else:
            self._store.bulk_load(input=data, format=ox.RdfFormat.N_QUADS)
        self._named = True

    def has(self, iri: str) -> bool:
        """Whether the graph has triples with this subject; false for a text that is not an IRI."""
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
        """Adds N-Triples to the union and N-Quads to their named graphs; much faster than `add` for many."""
        self._store.bulk_load(input=triples, format=ox.RdfFormat.N_TRIPLES, lenient=True)
        if quads:
            self._store.bulk_load(input=quads, format=ox.RdfFormat.N_QUADS, lenient=True)

    def query(self, sparql: str) -> Result:
        """The answer to a SPARQL 1.1 query; the prefixes of `kg.core.iris.PREFIXES` need not be declared.

        Raises:
            QueryError: if the query is not valid or uses SERVICE.
        """
        try:
            return result_of(self._asked(sparql))
        except (SyntaxError, ValueError, OSError, RuntimeError) as error:
            raise QueryError(message_of(sparql, str(error))) from error

    def answer(self, sparql: str, base: str = "", dataset: Dataset | None = None) -> Answer:
        """The same, for serialisation by the engine; `base` resolves relative IRIs, `dataset` overrides FROM.

        Raises:
            QueryError: if the query is not valid, uses SERVICE, or the dataset contains a text that is not an IRI.
        """
        try:
            return Answer(sparql, self._asked(sparql, base, dataset))
        except (SyntaxError, ValueError, OSError, RuntimeError) as error:
            raise QueryError(message_of(sparql, str(error))) from error

    def _asked(self, sparql: str, base: str = "", dataset: Dataset | None = None) -> Any:
        if too_deep(sparql):
            raise QueryError(f"brackets nested deeper than {MAX_DEPTH} are refused")
        options: dict[str, Any] = {"prefixes": prefixes_of(self.base)} | ({"base_iri": base} if base else {})
        _refuse_services(sparql, options)
        if dataset or (not self._named and names_graphs(sparql)):
            self.name_graphs()
        dataset = dataset or _merged_graphs(sparql, options)
        if not dataset:
            return self._store.query(sparql, **options)
        default, named = (_once(graphs) for graphs in (dataset.default, dataset.named))
        if len(default) > 1:
            store, default = _merged(self._store, default, named), [ox.DefaultGraph()]
        else:
            store = self._store
        return store.query(sparql, default_graph=default, named_graphs=named, **options)

    def construct(self, sparql: str) -> Iterator[ox.Triple]:
        """The triples of a CONSTRUCT query."""
        result = self.query(sparql)
        if result.triples is None:
            raise QueryError("this is not a CONSTRUCT query")
        yield from result.triples


def _refuse_services(sparql: str, options: dict[str, Any]) -> None:
    """Raises QueryError if the engine would contact another host for a query.

    Only the engine knows where it sees a keyword. A query without the word, which has another one in its place, is one
    that the engine accepts if the word was a part of names, strings, IRIs and comments.
    """
    other = respelt(sparql, "service")
    if other is None:
        return
    try:
        ox.Store().query(other, **options)
    except (SyntaxError, ValueError) as error:
        if has_service(sparql):
            raise QueryError("SERVICE is refused: queries are answered from this graph alone") from error
        raise QueryError(message_of(sparql, str(error))) from error


def _once(graphs: Iterable[str]) -> list[Any]:
    """Each graph once: the engine returns the rows of a named graph as often as it is named."""
    return [ox.NamedNode(graph) for graph in dict.fromkeys(graphs)]


def _merged_graphs(sparql: str, options: dict[str, Any]) -> Dataset | None:
    """The graphs of a query that names several; None for any other query, whose graphs the engine reads.

    The engine has a triple once for each of the graphs, where the standard wants their merge. It reads the IRIs here
    too: they may be relative, and have prefixes and escapes.
    """
    if sparql.lower().count("from") < 2 or len(clauses := graph_clauses(sparql)) < 2:
        return None
    other = respelt(sparql, "from", [clause.start for clause in clauses])
    if other is not None:
        ox.Store().query(other, **options)  # a SyntaxError if the engine sees another FROM, as in `FROMe:a`
    prologue, iris = sparql[: form_of(sparql).start], " ".join(clause.iri for clause in clauses)
    rows: Any = ox.Store().query(f"{prologue}SELECT * {{ VALUES ?graph {{ {iris} }} }}", **options)
    graphs = [row["graph"].value for row in rows]
    parts: tuple[list[str], list[str]] = ([], [])
    for clause, graph in zip(clauses, graphs, strict=True):
        parts[clause.named].append(graph)
    return Dataset(tuple(parts[0]), tuple(parts[1]))


@lru_cache(maxsize=1 << 16)
def canonical(literal: ox.Literal) -> ox.Literal:
    """The literal as stores and libraries return it: with a datatype of XSD, they keep the value and not the spelling.

    `007` becomes `7`. Of the types derived from xsd:integer the engine knows the value only, not the name. In
    xsd:normalizedString and xsd:token whitespace is replaced as XSD says (part 2, 4.3.6), which rdflib does as well.
    """
    if literal.datatype == XSD.string or not literal.datatype.value.startswith(str(XSD)):
        return literal
    if literal.datatype in (XSD.normalizedString, XSD.token):
        text = re.sub(r"[\t\n\r]", " ", literal.value)
        text = re.sub(" +", " ", text).strip(" ") if literal.datatype == XSD.token else text
        return ox.Literal(text, datatype=literal.datatype)
    store = ox.Store()
    store.add(ox.Quad(XSD.string, XSD.string, literal))
    return next(quad.object for quad in store if isinstance(quad.object, ox.Literal))


def _united(quads: bytes) -> ox.Store:
    """The named graphs of N-Quads, and their union as the default graph."""
    store = ox.Store()
    store.bulk_load(input=quads, format=ox.RdfFormat.N_QUADS)
    store.update(_UNITE)
    return store


def _merged(store: ox.Store, default: list[Any], named: list[Any]) -> ox.Store:
    """Graphs merged into one default graph with each triple once, and the named graphs."""
    merged = ox.Store()
    merged.extend(
        ox.Quad(quad.subject, quad.predicate, quad.object)
        for graph in default
        for quad in store.quads_for_pattern(None, None, None, graph)
    )
    merged.extend(quad for graph in named for quad in store.quads_for_pattern(None, None, None, graph))
    return merged


class _TriplesOfQuads:
    """N-Quads as a file of their triples in N-Triples.

    Only for files that `kg build` writes: one quad per line, each in a named graph. Anything else becomes invalid
    N-Triples. `read` is called with the number of bytes of the file that have been read.
    """

    def __init__(self, file: BinaryIO, read: Callable[[int], object] = lambda _: None) -> None:
        self._file, self._ready, self._report = file, BytesIO(), read

    def read(self, size: int) -> bytes:
        found = self._ready.read(size)
        if not found and (quads := self._file.read(_CHUNK) + self._file.readline()):
            self._ready = BytesIO(b" .\n".join([quad[: quad.rfind(b" <")] for quad in quads.split(b" .\n")]))
            found = self._ready.read(size)
            self._report(self._file.tell())
        return found


class _Opened:
    """A file that is read again later, unless it has been replaced since it was opened."""

    def __init__(self, path: Path) -> None:
        self._path, self._was = path, stamp_of(path.stat())[:3]

    def read(self) -> bytes:
        """Raises KgError if the file has been replaced or cannot be read."""
        try:
            data = self._path.read_bytes()
            if stamp_of(self._path.stat())[:3] == self._was:
                return data
        except OSError as error:
            raise KgError(f"{self._path.name} cannot be read: {error.strerror}; run `kg build` again") from error
        raise KgError(f"{self._path.name} was built again after it was opened: open it again")
