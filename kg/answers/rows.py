"""Rows: the answer to a query, to iterate over, print or export; and how read models are made from rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any, Protocol, TypeVar, cast

from pyoxigraph import Literal, Triple

from kg.answers.display import Display, Displayed
from kg.core.extras import need
from kg.core.iris import XSD, local_name
from kg.queries.lookup import Lookup
from kg.queries.query_library import QueryLibrary
from kg.store import AnyStore, Result, Term

Value = str | int | float | bool | None
Row = Mapping[str, Value]
_INTEGERS = {XSD.integer, XSD.gYear}
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
    """The rows of a query as plain values by column; `terms` are the same rows as RDF terms.

    `cites` names the columns that contain BibTeX keys. `triples` is the result of a CONSTRUCT query, `boolean` that
    of an ASK query.
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
        return len(self.terms)

    def __iter__(self) -> Iterator[dict[str, Value]]:
        for row in self.terms:
            yield dict(zip(self.columns, map(plain, row), strict=True))

    def with_iris(self) -> Iterator[dict[str, Value]]:
        """The rows with whole IRIs, which other values are made from."""
        for row in self.terms:
            values = ((plain(term) if term is None or isinstance(term, Literal) else term.value) for term in row)
            yield dict(zip(self.columns, values, strict=True))

    def keys(self) -> list[str]:
        """The BibTeX keys in the rows, each once, sorted."""
        return sorted({str(row[column]) for row in self for column in self.cites if row.get(column)})

    def to_dataframe(self) -> Any:
        """A pandas DataFrame with one column per column of the query.

        Raises:
            UsageError: if pandas is not installed; it is an optional library.
        """
        need("pandas")
        import pandas as pd

        # Without convert_dtypes a year becomes 2024.0 where another row has none.
        return pd.DataFrame(list(self), columns=list(self.columns)).convert_dtypes()


NOT_ANNOTATED = "No annotations yet"


def annotated(graph: Answers) -> bool:
    """Whether the graph contains any annotation; without one it has the vocabulary and bibliographies only."""
    return bool(graph.sparql("ASK { ?file cs:annotates ?work }").boolean)


def plain(term: Term | None) -> Value:
    """A term as a Python value; IRIs of the graph without their base."""
    if term is None:
        return None
    if not isinstance(term, Literal):
        return local_name(term.value)
    if term.datatype in _INTEGERS and term.value.lstrip("-").isdigit():
        return int(term.value)
    if term.datatype == XSD.boolean:
        return term.value == "true"
    return term.value


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
