"""Answers to queries: rows and triples as values, or serialised by the engine."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, Protocol

import pyoxigraph as ox

from kg.core.iris import XSD
from kg.core.problems import KgError, UsageError, brief
from kg.store.rdf_files import write_triples
from kg.store.sparql_text import message_of

Term = ox.NamedNode | ox.Literal | ox.BlankNode


class QueryError(UsageError):
    """A query that is not valid SPARQL 1.1, or uses something that is refused."""


@dataclass(frozen=True)
class Result:
    """The answer to a query: rows of terms for SELECT (ASK has one row with `answer`), triples for CONSTRUCT."""

    variables: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]
    triples: tuple[ox.Triple, ...] | None = None
    boolean: bool | None = None

    def named(self) -> Iterator[Mapping[str, Term | None]]:
        """The rows as terms by variable."""
        for row in self.rows:
            yield dict(zip(self.variables, row, strict=True))

    def texts(self) -> Iterator[tuple[str, ...]]:
        """The rows as texts: IRIs and the lexical forms of literals, empty for unbound variables."""
        for row in self.rows:
            yield tuple("" if term is None else term.value for term in row)


class AnyStore(Protocol):
    """A graph that answers SPARQL: in memory (`Store`) or behind an endpoint (`kg.store.remote.store.RemoteStore`)."""

    @property
    def digest(self) -> str:
        """SHA-256 of the graph as N-Quads, in hex."""

    @property
    def base(self) -> str:
        """What the IRIs of the review begin with."""

    def nquads(self) -> bytes:
        """The named graphs, as `kg build` writes them."""

    def has(self, iri: str) -> bool:
        """Whether the graph has triples with this subject."""

    def __len__(self) -> int: ...

    def query(self, sparql: str) -> Result: ...


FORMS_OF_ROWS = {name: ox.QueryResultsFormat.from_extension(name) for name in ("json", "xml", "csv", "tsv")}
"""The formats of rows; the answer to an ASK query counts as rows."""


class Answer:
    """The answer of the engine before it is serialised; `kind` is `rows` or `triples`."""

    def __init__(self, sparql: str, raw: Any) -> None:
        self._sparql, self._raw = sparql, raw
        self.kind = "triples" if isinstance(raw, ox.QueryTriples) else "rows"
        self.boolean = bool(raw) if isinstance(raw, ox.QueryBoolean) else None
        """The answer to an ASK query."""

    def write(self, form: str, out: BinaryIO, most: int | None = None) -> None:
        """Serialises it in one of the formats of its kind. Exceptions of `out` are passed on.

        Raises:
            QueryError: if the query fails during evaluation.
            NotWritableError: if the format cannot say a triple.
            TooManyError: if there are more than `most` triples. Rows are not limited here.
        """
        try:
            if self.kind == "triples":
                write_triples(_at_most(self._raw, most), form, out)
            else:
                self._raw.serialize(out, format=FORMS_OF_ROWS[form])
        except (SyntaxError, ValueError, RuntimeError) as error:
            raise QueryError(message_of(self._sparql, str(error))) from error


class TooManyError(KgError):
    """An answer exceeds its limit."""


def _at_most(triples: Iterable[ox.Triple], most: int | None) -> Iterator[ox.Triple]:
    for count, triple in enumerate(triples, 1):
        if most is not None and count > most:
            raise TooManyError(f"more than {most:,} triples")
        yield triple


def result_of(answer: Any) -> Result:
    if isinstance(answer, ox.QueryTriples):
        return Result(("subject", "predicate", "object"), (), tuple(answer))
    if isinstance(answer, ox.QuerySolutions):
        names = tuple(variable.value for variable in answer.variables)
        rows = tuple(map(tuple, answer))
        if ox.Triple in set(map(type, itertools.chain.from_iterable(rows))):
            raise QueryError("triple terms (RDF 1.2) are not supported in rows: ask for their parts")
        return Result(names, rows)
    return boolean(bool(answer))


def boolean(answer: bool) -> Result:
    """The answer to an ASK query."""
    value = ox.Literal(str(answer).lower(), datatype=XSD.boolean)
    return Result(("answer",), ((value,),), boolean=answer)


def read_answer(data: bytes) -> Result:
    """Rows of another engine, from the SPARQL 1.1 Query Results JSON Format.

    Raises:
        QueryError: if the data is not in that format.
    """
    found = _read(data)
    if isinstance(found, str):
        raise QueryError(found)
    return found


def _read(data: bytes) -> Result | str:
    """The rows, or a message: an exception would keep the engine's rows alive, and only this thread may free them."""
    try:
        answer = ox.parse_query_results(data, format=ox.QueryResultsFormat.JSON)
        return "a boolean result instead of rows" if isinstance(answer, ox.QueryBoolean) else result_of(answer)
    except (SyntaxError, ValueError, QueryError) as error:
        return brief(str(error), 160)
