"""The one module that knows the SPARQL engine.

A `Store` holds the named graphs and, as its default graph, their union: each triple once, however many files state it
(the engine's own union gives a triple once for each graph and ignores FROM). The engine never reaches out: SERVICE is
refused, and FROM names graphs of the store only.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.iris import PREFIXES
from kg.problems import KgError, UsageError

Term = ox.NamedNode | ox.Literal | ox.BlankNode

_SERVICE = re.compile(r"\bSERVICE\b", re.I)
# Everything in which the word would not be the keyword, as SPARQL 1.1 tokenises it (section 19.8): long strings before
# short ones, and escapes in local names, which may hold a quote.
_NOT_CODE = re.compile(
    r'''"""(?:[^"\\]|\\.|"(?!""))*"""|\'{3}(?:[^'\\]|\\.|'(?!''))*\'{3}'''
    r'''|"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*'|<[^<>"{}|^`\\\s]*>|\\.|#[^\n\r]*''',
    re.S,
)


MAX_DEPTH = 200
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


class Store:
    """An in-memory store of named graphs."""

    def __init__(self) -> None:
        self._store = ox.Store()

    @classmethod
    def of_file(cls, path: Path) -> Store:
        """A store of an N-Quads file.

        Raises:
            KgError: if the file is not there or cannot be read.
        """
        store = cls()
        try:
            store._store.bulk_load(path=str(path), format=ox.RdfFormat.N_QUADS)
            store._store.update("INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }")
        except (OSError, SyntaxError) as error:
            raise KgError(f"{path.name} cannot be read: {error}; run `kg build` again") from error
        return store

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
        code = _NOT_CODE.sub(" ", sparql)
        if _too_deep(code):
            raise QueryError(f"brackets deeper than {MAX_DEPTH} are refused")
        if _SERVICE.search(code):
            raise QueryError("SERVICE is refused: queries are answered from this graph alone")
        try:
            answer = self._store.query(sparql, prefixes=PREFIXES)
            return _result(answer)
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


def portable(sparql: str) -> str:
    """The query with a PREFIX line for each prefix that it uses without declaring it, as other engines want."""
    code = _NOT_CODE.sub(" ", sparql)
    used = set(_PREFIX.findall(code)) - set(_DECLARED.findall(code))
    lines = [f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items() if prefix in used]
    return "".join(lines) + sparql


def _told(sparql: str, message: str) -> str:
    """What is wrong with a query, in a line a person can use."""
    code = _NOT_CODE.sub(" ", sparql)
    if not code.strip():
        return "the query is empty"
    if _UPDATE.search(code) and not _FORM.search(code):
        return "updates are refused: the graph is made from files, change those and run `kg build`"
    if "Prefix not found" in message:
        undeclared = sorted(set(_PREFIX.findall(code)) - set(PREFIXES) - set(_DECLARED.findall(code)))
        if undeclared:
            return f"the prefix {undeclared[0]}: is not declared; known without declaring: {', '.join(PREFIXES)}"
    first = message.split("\n")[0]
    return f"not SPARQL: {first if len(first) < 160 else first[:160] + ' …'}"


def _result(answer: Any) -> Result:
    if isinstance(answer, ox.QueryTriples):
        return Result(("subject", "predicate", "object"), (), tuple(answer))
    if isinstance(answer, ox.QuerySolutions):
        names = tuple(variable.value for variable in answer.variables)
        rows = tuple({name: solution[name] for name in names} for solution in answer)
        if any(isinstance(term, ox.Triple) for row in rows for term in row.values()):
            raise QueryError("triple terms (RDF 1.2) are not supported in rows: ask for their parts")
        return Result(names, rows)
    boolean = ox.Literal(str(bool(answer)).lower(), datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#boolean"))
    return Result(("answer",), ({"answer": boolean},), boolean=bool(answer))
