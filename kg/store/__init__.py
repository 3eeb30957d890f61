"""The only package that uses the SPARQL engine.

A `Store` contains the named graphs and, as its default graph, their union: each triple once, in however many files it
is (the engine's own union has a triple once per graph and ignores FROM). No query reaches another host: SERVICE is
refused, and FROM can only name graphs of the store.
"""

from kg.store.answers import (
    FORMS_OF_ROWS as FORMS_OF_ROWS,
)
from kg.store.answers import (
    FORMS_OF_TRIPLES as FORMS_OF_TRIPLES,
)
from kg.store.answers import (
    Answer as Answer,
)
from kg.store.answers import (
    AnyStore as AnyStore,
)
from kg.store.answers import (
    QueryError as QueryError,
)
from kg.store.answers import (
    Result as Result,
)
from kg.store.answers import (
    Term as Term,
)
from kg.store.answers import (
    TooManyError as TooManyError,
)
from kg.store.answers import (
    boolean as boolean,
)
from kg.store.answers import (
    read_answer as read_answer,
)
from kg.store.answers import (
    result_of as result_of,
)
from kg.store.memory import Dataset as Dataset
from kg.store.memory import Store as Store
