"""Rows: what a query gives, ready to be looped over, printed or exported."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from pyoxigraph import Literal, Triple

from kg.core.iris import XSD, local_name
from kg.core.problems import UsageError
from kg.queries.lookup import Lookup
from kg.store import Result, Term

Value = str | int | float | bool | None
_INTEGERS = {XSD.integer, XSD.gYear}


class Answers(Protocol):
    """A graph that answers the queries of the library: what networks and maps are made from."""

    @property
    def snapshot(self) -> str:
        """Content hash of the graph."""

    @property
    def lookup(self) -> Lookup: ...

    def query(self, name: str, /, **parameters: str | int | None) -> Rows: ...


@dataclass(frozen=True)
class Rows:
    """The rows of a query, as plain values by column; `terms` keeps the RDF terms.

    `cites` names the columns that hold BibTeX keys; `triples` is there for CONSTRUCT queries, `boolean` for ASK.
    """

    columns: tuple[str, ...]
    terms: tuple[tuple[Term | None, ...], ...]
    cites: tuple[str, ...] = ()
    triples: tuple[Triple, ...] | None = None
    boolean: bool | None = None

    @classmethod
    def of(cls, result: Result, cites: tuple[str, ...] = ()) -> Rows:
        return cls(result.variables, result.rows, cites, result.triples, result.boolean)

    def __len__(self) -> int:
        return len(self.terms)

    def __iter__(self) -> Iterator[dict[str, Value]]:
        for row in self.terms:
            yield dict(zip(self.columns, map(plain, row), strict=True))

    def keys(self) -> list[str]:
        """The BibTeX keys in the rows, each once, sorted."""
        return sorted({str(row[column]) for row in self for column in self.cites if row.get(column)})

    def _repr_html_(self) -> str:
        """The table of a notebook."""
        from kg.render.pages.notebook import rows_html

        return rows_html(self)

    def _repr_markdown_(self) -> str:
        from kg.render.pages.notebook import rows_markdown

        return rows_markdown(self)

    def to_dataframe(self) -> Any:
        """A pandas DataFrame.

        Raises:
            UsageError: if pandas is not installed, which kg does not ask for.
        """
        try:
            import pandas as pd
        except ImportError as error:
            raise UsageError("a data frame needs pandas: pip install pandas") from error
        # pandas makes 2024.0 of a year where another row has none, unless told not to.
        return pd.DataFrame(list(self), columns=list(self.columns)).convert_dtypes()


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
