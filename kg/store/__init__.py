"""The one package that knows the SPARQL engine.

A `Store` holds the named graphs and, as its default graph, their union: each triple once, however many files state it
(the engine's own union gives a triple once for each graph and ignores FROM). The engine never reaches out: SERVICE is
refused, and FROM names graphs of the store only.
"""

from kg.store.answers import (
    FORMS_OF_ROWS,
    FORMS_OF_TRIPLES,
    Answer,
    AnyStore,
    QueryError,
    Result,
    Term,
    TooManyError,
    boolean,
    read_answer,
    result_of,
)
from kg.store.memory import Dataset, Store

__all__ = [
    "FORMS_OF_ROWS",
    "FORMS_OF_TRIPLES",
    "Answer",
    "AnyStore",
    "Dataset",
    "QueryError",
    "Result",
    "Store",
    "Term",
    "TooManyError",
    "boolean",
    "read_answer",
    "result_of",
]
