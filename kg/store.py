"""The one module that knows the SPARQL engine.

A `Store` holds the named graphs and, as its default graph, their union: each triple once, however many files state it
(the engine's own union gives a triple once for each graph and ignores FROM). The engine never reaches out: SERVICE is
refused, and FROM names graphs of the store only.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import pyoxigraph as ox

from kg.iris import PREFIXES
from kg.problems import KgError, UsageError
from kg.sparql_text import MAX_DEPTH, NAMES_GRAPHS, SERVICE, code_of, graphs_of, told, too_deep

Term = ox.NamedNode | ox.Literal | ox.BlankNode

_CHUNK = 256 * 1024


class QueryError(UsageError):
    """A query that is not SPARQL 1.1, or asks for something that is refused."""


@dataclass(frozen=True)
class Result:
    """The answer to a query: rows of terms for SELECT (ASK has one row `answer`), triples for CONSTRUCT."""

    variables: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]
    triples: tuple[ox.Triple, ...] | None = None
    boolean: bool | None = None

    def named(self) -> Iterator[Mapping[str, Term | None]]:
        """The rows as terms by variable."""
        for row in self.rows:
            yield dict(zip(self.variables, row, strict=True))

    def texts(self) -> Iterator[tuple[str, ...]]:
        """The rows as texts: IRIs and the lexical forms of literals, empty where nothing is bound."""
        for row in self.rows:
            yield tuple("" if term is None else term.value for term in row)


@dataclass(frozen=True)
class Dataset:
    """The graphs that a query is asked of, as IRIs: those that its default graph merges, and its named ones."""

    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.default or self.named)


FORMS_OF_ROWS = {"json": ox.QueryResultsFormat.JSON, "xml": ox.QueryResultsFormat.XML,
                 "csv": ox.QueryResultsFormat.CSV, "tsv": ox.QueryResultsFormat.TSV}  # fmt: skip
FORMS_OF_TRIPLES = {"ttl": ox.RdfFormat.TURTLE, "nt": ox.RdfFormat.N_TRIPLES, "jsonld": ox.RdfFormat.JSON_LD,
                    "rdf": ox.RdfFormat.RDF_XML}  # fmt: skip
"""What the engine can serialise answers as; one that is true or false is rows."""


class Answer:
    """The answer of an engine before it is serialised: `kind` is `rows` or `triples`."""

    def __init__(self, sparql: str, raw: Any) -> None:
        self._sparql, self._raw = sparql, raw
        self.kind = "triples" if isinstance(raw, ox.QueryTriples) else "rows"

    def write(self, form: str, out: BinaryIO, most: int | None = None) -> None:
        """Serialises it in one of the forms of its kind; what `out` raises goes through.

        Raises:
            QueryError: if the query fails while it is answered.
            TooManyError: if there are more than `most` triples; rows are counted by who reads them.
        """
        try:
            if self.kind == "triples":
                prefixes = PREFIXES if form == "ttl" else None
                ox.serialize(_at_most(self._raw, most), out, format=FORMS_OF_TRIPLES[form], prefixes=prefixes)
            else:
                self._raw.serialize(out, format=FORMS_OF_ROWS[form])
        except (SyntaxError, ValueError, RuntimeError) as error:
            raise QueryError(told(self._sparql, str(error))) from error


class TooManyError(KgError):
    """An answer is larger than it may be."""


def _at_most(triples: Iterable[ox.Triple], most: int | None) -> Iterator[ox.Triple]:
    for count, triple in enumerate(triples, 1):
        if most is not None and count > most:
            raise TooManyError(f"more than {most:,} triples")
        yield triple


class _Triples:
    """N-Quads of named graphs, as a file of the triples in them.

    It is for what `kg build` writes, a quad to a line, each in a graph. Of anything else it makes what is no N-Triples.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._ready = file, BytesIO()

    def read(self, size: int) -> bytes:
        found = self._ready.read(size)
        if not found and (quads := self._file.read(_CHUNK) + self._file.readline()):
            self._ready = BytesIO(b" .\n".join([quad[: quad.rfind(b" <")] for quad in quads.split(b" .\n")]))
            found = self._ready.read(size)
        return found


class _Opened:
    """A file that is read again later, if it still is the one that was opened."""

    def __init__(self, path: Path) -> None:
        self._path, self._was = path, self._stands(path)

    @staticmethod
    def _stands(path: Path) -> tuple[int, int, int]:
        found = path.stat()
        return found.st_ino, found.st_size, found.st_mtime_ns

    def read(self) -> bytes:
        """Raises KgError if another one stands in its place."""
        try:
            data = self._path.read_bytes()
            if self._stands(self._path) == self._was:
                return data
        except OSError as error:
            raise KgError(f"{self._path.name} cannot be read: {error.strerror}; run `kg build` again") from error
        raise KgError(f"{self._path.name} was built anew after it was opened: open it again")


class Store:
    """An in-memory store of named graphs."""

    def __init__(self) -> None:
        self._store = ox.Store()
        self._file: _Opened | None = None
        self._named = True
        """Whether the named graphs of the file are loaded, and not their union alone."""

    @classmethod
    def of_file(cls, path: Path) -> Store:
        """A store of an N-Quads file: its union now, and its named graphs when a query asks for one.

        Most ask the union alone, which is read in half the time that it takes to read the graphs and unite them.

        Raises:
            KgError: if the file is not there or cannot be read.
        """
        store = cls()
        try:
            store._file = _Opened(path)
            with path.open("rb") as file:
                triples: Any = _Triples(file)
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
            store._file = _Opened(path)
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

    def query(self, sparql: str) -> Result:
        """Asks a SPARQL 1.1 query; the prefixes of `kg.iris.PREFIXES` need not be declared.

        Raises:
            QueryError: if the query is not valid or uses SERVICE.
        """
        try:
            return _result(self._asked(sparql))
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
        if dataset or NAMES_GRAPHS.search(code):
            self.name_graphs()
        dataset = dataset or Dataset(*graphs_of(sparql, base))
        options: dict[str, Any] = {"prefixes": PREFIXES} | ({"base_iri": base} if base else {})
        if not dataset:
            return self._store.query(sparql, **options)
        default: list[Any] = [ox.NamedNode(graph) for graph in dataset.default]
        named: list[Any] = [ox.NamedNode(graph) for graph in dataset.named]
        if len(default) > 1:
            return _merged(self._store, default, named).query(
                sparql, default_graph=[ox.DefaultGraph()], named_graphs=named, **options)
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
    merged.extend(ox.Quad(quad.subject, quad.predicate, quad.object) for graph in default
                  for quad in store.quads_for_pattern(None, None, None, graph))
    merged.extend(quad for graph in named for quad in store.quads_for_pattern(None, None, None, graph))
    return merged


def _result(answer: Any) -> Result:
    if isinstance(answer, ox.QueryTriples):
        return Result(("subject", "predicate", "object"), (), tuple(answer))
    if isinstance(answer, ox.QuerySolutions):
        names = tuple(variable.value for variable in answer.variables)
        rows = tuple(map(tuple, answer))
        if ox.Triple in set(map(type, itertools.chain.from_iterable(rows))):
            raise QueryError("triple terms (RDF 1.2) are not supported in rows: ask for their parts")
        return Result(names, rows)
    boolean = ox.Literal(str(bool(answer)).lower(), datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#boolean"))
    return Result(("answer",), ((boolean,),), boolean=bool(answer))
