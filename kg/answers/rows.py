"""Rows: the answer to a query, to iterate over, print or export; and how read models are made from rows."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from functools import lru_cache
from typing import Any, Protocol, TypeVar, cast, overload

from pyoxigraph import Literal, Triple

from kg.answers.display import Display, Displayed
from kg.core.extras import need
from kg.core.iris import XSD, local_name
from kg.core.reprs import counted, short
from kg.queries.lookup import Lookup
from kg.queries.query_library import QueryLibrary
from kg.store import AnyStore, Result, Term

Value = str | int | float | Decimal | bool | None
Row = Mapping[str, Value]
_DERIVED = (
    "integer nonPositiveInteger negativeInteger nonNegativeInteger positiveInteger long int short byte unsignedLong "
    "unsignedInt unsignedShort unsignedByte"
)
INTEGERS = frozenset(map(XSD, _DERIVED.split()))
"""Datatypes of whole numbers (XSD 1.1, part 2, 3.4.13 to 3.4.25)."""
FLOATS = frozenset((XSD.double, XSD.float))
_WHOLE = re.compile(r"[+-]?[0-9]{1,4000}")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_FLOAT = re.compile(rf"{_DECIMAL.pattern}(?:[eE][+-]?[0-9]+)?|[+-]?INF|NaN")
_Made = TypeVar("_Made")


class Answers(Protocol):
    """What read models and pages are made from: a graph that answers queries. `kg.KnowledgeGraph` is one."""

    @property
    def snapshot(self) -> str:
        """Content hash of the graph."""

    @property
    def title(self) -> str:
        """The title of the review; empty if it has none."""

    @property
    def store(self) -> AnyStore: ...

    @property
    def queries(self) -> QueryLibrary: ...

    @property
    def lookup(self) -> Lookup: ...

    def query(self, name: str, /, **parameters: str | int | None) -> Rows: ...

    def sparql(self, text: str) -> Rows: ...

    def entries(self, keys: list[str]) -> Mapping[str, str]: ...


@dataclass(frozen=True)
class Rows(Displayed):
    """The answer to a query: `for row in rows`, `rows[0]["key"]`, `rows[1:3]`, `if rows:`.

    A row is a mapping of columns to plain values; `terms` are the rows of a SELECT query as RDF terms. The rows of a
    CONSTRUCT query are its triples, with the columns subject, predicate and object; `triples` are the same in RDF.
    The truth value is the answer to an ASK query (also in `boolean`), and for others whether there is a row. `cites`
    names the columns that contain BibTeX keys.
    """

    columns: tuple[str, ...]
    terms: tuple[tuple[Term | None, ...], ...]
    cites: tuple[str, ...] = ()
    triples: tuple[Triple, ...] | None = None
    boolean: bool | None = None

    @classmethod
    def of(cls, result: Result, cites: tuple[str, ...] = (), display: Display | None = None) -> Rows:
        return cls(result.variables, result.rows, cites, result.triples, result.boolean, display=display)

    def __len__(self) -> int:
        return len(self.terms if self.triples is None else self.triples)

    def __bool__(self) -> bool:
        return len(self) > 0 if self.boolean is None else self.boolean

    def __iter__(self) -> Iterator[dict[str, Value]]:
        for row in self.terms if self.triples is None else map(tuple, self.triples):
            yield self._row(row)

    @overload
    def __getitem__(self, place: int) -> dict[str, Value]: ...

    @overload
    def __getitem__(self, place: slice) -> Rows: ...

    def __getitem__(self, place: int | slice) -> dict[str, Value] | Rows:
        if not isinstance(place, slice):
            return self._row(self.terms[place] if self.triples is None else tuple(self.triples[place]))
        triples = None if self.triples is None else self.triples[place]
        return replace(self, terms=self.terms[place], triples=triples)

    def __repr__(self) -> str:
        if self.boolean is not None:
            return short(self, "answer:", self.boolean)
        if self.triples is not None:
            return short(self, counted(len(self), "triple"))
        return short(self, counted(len(self), "row"), "of", ", ".join(self.columns))

    def _row(self, row: Iterable[Any]) -> dict[str, Value]:
        return dict(zip(self.columns, map(plain, row), strict=True))

    def as_written(self) -> Iterator[dict[str, Value]]:
        """The rows for documents: decimals and floating-point numbers are texts, in the spelling of the graph."""
        for row in self.terms:
            yield dict(zip(self.columns, map(_written, row), strict=True))

    def with_iris(self) -> Iterator[dict[str, Value]]:
        """The rows with whole IRIs, which other values are made from."""
        for row in self.terms:
            values = ((plain(term) if term is None or isinstance(term, Literal) else term.value) for term in row)
            yield dict(zip(self.columns, values, strict=True))

    def keys(self) -> list[str]:
        """The BibTeX keys in the rows, each once, sorted."""
        return sorted({str(row[column]) for row in self for column in self.cites if row.get(column)})

    def to_dataframe(self) -> Any:
        """A pandas DataFrame with one column per column of the query; decimals are floats in it, so that it can count.

        Raises:
            UsageError: if pandas is not installed; it is an optional library.
        """
        need("pandas")
        import pandas as pd

        # Without convert_dtypes a year becomes 2024.0 where another row has none.
        rows = [{name: float(v) if isinstance(v, Decimal) else v for name, v in row.items()} for row in self]
        return pd.DataFrame(rows, columns=list(self.columns)).convert_dtypes()


NOT_ANNOTATED = "No annotations yet"


def annotated(graph: Answers) -> bool:
    """Whether the graph contains any annotation; without one it has the vocabulary and bibliographies only."""
    return bool(graph.sparql("ASK { ?file cs:annotates ?work }").boolean)


def plain(term: Term | Triple | None) -> Value:
    """A term as a Python value: a number, a truth value or a text; IRIs of the graph without their base.

    A number that is not spelt as its datatype says stays a text. A triple term (RDF 1.2) becomes its N-Triples form.
    """
    if term is None:
        return None
    if not isinstance(term, Literal):
        return str(term) if isinstance(term, Triple) else local_name(term.value)
    if term.datatype == XSD.string:
        return term.value
    return _typed(term.value, term.datatype)


def _typed(text: str, datatype: Any) -> Value:
    if datatype == XSD.boolean:
        return text in ("true", "1")
    if datatype in INTEGERS or datatype == XSD.gYear:
        return int(text) if _WHOLE.fullmatch(text) else text
    if datatype == XSD.decimal:
        return Decimal(text) if _DECIMAL.fullmatch(text) else text
    return float(text) if datatype in FLOATS and _FLOAT.fullmatch(text) else text


def _written(term: Term | None) -> Value:
    value = plain(term)
    return term.value if term is not None and isinstance(value, Decimal | float) else value


def made(kind: type[_Made], row: Row, /, **given: Any) -> _Made:
    """An instance of a dataclass from a row.

    Each field has the value that is `given`, else that of the column of its name: as a text (empty where the row has
    no value) or, for a field of type bool, as true or false. Fields without a column keep their default.
    """
    for name, is_bool in _columns(cast(Hashable, kind)):
        if name not in given and name in row:
            given[name] = bool(row[name]) if is_bool else str(row[name] or "")
    return kind(**given)


@lru_cache(maxsize=32)
def _columns(kind: Any) -> tuple[tuple[str, bool], ...]:
    return tuple((found.name, found.type == "bool") for found in fields(kind))


def grouped(rows: Iterable[Row], column: str) -> dict[str, list[Row]]:
    """The rows by the text in a column; a text that is in no row has an empty list."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[str(row[column])].append(row)
    return groups


def texts_by(rows: Iterable[Row], column: str, value: str) -> dict[str, list[str]]:
    """The texts in the column `value` of the rows, by the text in another column."""
    groups: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        groups[str(row[column])].append(str(row[value]))
    return groups
