"""The one module that knows the SPARQL engine.

A `Store` holds the named graphs and, as its default graph, their union: each triple once, however many files state it
(the engine's own union gives a triple once for each graph and ignores FROM). The engine never reaches out: SERVICE is
refused, and FROM names graphs of the store only.
"""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import pyoxigraph as ox

from kg.iris import PREFIXES, XSD
from kg.problems import KgError, UsageError, brief

Term = ox.NamedNode | ox.Literal | ox.BlankNode

_SERVICE = re.compile(r"\bSERVICE\b", re.I)
_NAMED = re.compile(r"(?<![?$:])(GRAPH|FROM)", re.I)
"""Without this a query names no graph; where it matches in a longer name, no harm is done."""
# Everything in which the word would not be the keyword, as SPARQL 1.1 tokenises it (section 19.8): long strings before
# short ones, and escapes in local names, which may hold a quote.
_NOT_CODE = re.compile(
    r'''"""(?:[^"\\]|\\.|"(?!""))*"""|\'{3}(?:[^'\\]|\\.|'(?!''))*\'{3}'''
    r'''|"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*'|<[^<>"{}|^`\\\s]*>|\\.|#[^\n\r]*''',
    re.S,
)


MAX_DEPTH = 200
_CHUNK = 256 * 1024
_UPDATE = re.compile(r"\b(INSERT|DELETE|LOAD|CLEAR|DROP|CREATE|ADD|MOVE|COPY)\b", re.I)
_FORM = re.compile(r"\b(SELECT|ASK|CONSTRUCT|DESCRIBE)\b", re.I)
_PREFIX = re.compile(r"(?<![\w?$:-])([A-Za-z][\w-]*):")
_DECLARED = re.compile(r"\bPREFIX\s+([\w-]*):", re.I)


class QueryError(UsageError):
    """A query that is not SPARQL 1.1, or asks for something that is refused."""


@dataclass(frozen=True)
class Result:
    """The answer to a query: rows of terms for SELECT (ASK has one row `answer`), triples for CONSTRUCT."""

    variables: tuple[str, ...]
    rows: tuple[Mapping[str, Term | None], ...]
    triples: tuple[ox.Triple, ...] | None = None
    boolean: bool | None = None

    def texts(self) -> Iterator[tuple[str, ...]]:
        """The rows as texts: IRIs and the lexical forms of literals, empty where nothing is bound."""
        for row in self.rows:
            yield tuple("" if term is None else term.value for term in row.values())


class AnyStore(Protocol):
    """A graph that answers SPARQL: in memory (`Store`), or wherever an endpoint is (`kg.remote.RemoteStore`)."""

    @property
    def digest(self) -> str:
        """SHA-256 of the graph as N-Quads, in hex."""

    def nquads(self) -> bytes:
        """The named graphs, as `kg build` writes them."""

    def has(self, iri: str) -> bool: ...

    def __len__(self) -> int: ...

    def query(self, sparql: str) -> Result: ...


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

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the file it was made from, in hex; empty when there is none."""
        return hashlib.sha256(self.nquads()).hexdigest() if self._file else ""

    def nquads(self) -> bytes:
        """The file it was made from; empty when there is none."""
        return self._file.read() if self._file else b""

    def _name_graphs(self, file: _Opened) -> None:
        """Loads the named graphs of the file beside their union."""
        data = file.read()
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
        code = code_of(sparql)
        if _too_deep(code):
            raise QueryError(f"brackets deeper than {MAX_DEPTH} are refused")
        if _SERVICE.search(code):
            raise QueryError("SERVICE is refused: queries are answered from this graph alone")
        if self._file and not self._named and names_graphs(code):
            self._name_graphs(self._file)
        try:
            answer = self._store.query(sparql, prefixes=PREFIXES)
            return result_of(answer)
        except (SyntaxError, ValueError, OSError, RuntimeError) as error:
            raise QueryError(_told(sparql, str(error))) from error

    def construct(self, sparql: str) -> Iterator[ox.Triple]:
        """The triples of a CONSTRUCT query."""
        result = self.query(sparql)
        if result.triples is None:
            raise QueryError("this is not a CONSTRUCT query")
        yield from result.triples


def _too_deep(code: str) -> bool:
    """Whether brackets, or negations, stand so deep that the engine's parser, which is recursive, would crash."""
    depths = itertools.accumulate(1 if bracket in "{([" else -1 for bracket in re.findall(r"[][(){}]", code))
    return max(depths, default=0) > MAX_DEPTH or bool(re.search(rf"(?:!\s*){{{MAX_DEPTH}}}", code))


def _united(quads: bytes) -> ox.Store:
    """Named graphs, and their union as the default graph."""
    store = ox.Store()
    store.bulk_load(input=quads, format=ox.RdfFormat.N_QUADS)
    store.update("INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }")
    return store


def names_graphs(code: str) -> bool:
    """Whether a query asks for graphs by name; `code` is what `code_of` leaves of it."""
    return bool(_NAMED.search(code))


def code_of(sparql: str) -> str:
    """The query with blanks for its strings, IRIs and comments; all else stays at its place."""
    return _NOT_CODE.sub(lambda match: " " * len(match[0]), sparql)


def undeclared(sparql: str) -> set[str]:
    """The prefixes that a query uses and does not declare."""
    code = code_of(sparql)
    return set(_PREFIX.findall(code)) - set(_DECLARED.findall(code))


def _told(sparql: str, message: str) -> str:
    """What is wrong with a query, in a line a person can use."""
    code = code_of(sparql)
    if not code.strip():
        return "the query is empty"
    if _UPDATE.search(code) and not _FORM.search(code):
        return "updates are refused: the graph is made from files, change those and run `kg build`"
    if "Prefix not found" in message:
        unknown = sorted(undeclared(sparql) - set(PREFIXES))
        if unknown:
            known = ", ".join(PREFIXES)
            return f"the prefix {brief(unknown[0])}: is not declared; known without declaring: {known}"
    first = message.split("\n")[0]
    return f"not SPARQL: {first if len(first) < 160 else first[:160] + ' …'}"


def result_of(answer: Any) -> Result:
    """The answer of the engine, or one that it has parsed."""
    if isinstance(answer, ox.QueryTriples):
        return Result(("subject", "predicate", "object"), (), tuple(answer))
    if isinstance(answer, ox.QuerySolutions):
        names = tuple(variable.value for variable in answer.variables)
        rows = tuple({name: solution[name] for name in names} for solution in answer)
        if any(isinstance(term, ox.Triple) for row in rows for term in row.values()):
            raise QueryError("triple terms (RDF 1.2) are not supported in rows: ask for their parts")
        return Result(names, rows)
    return boolean(bool(answer))


def boolean(answer: bool) -> Result:
    """The answer to an ASK query."""
    value = ox.Literal(str(answer).lower(), datatype=XSD.boolean)
    return Result(("answer",), ({"answer": value},), boolean=answer)
