"""The only package that uses the SPARQL engine.

A `Store` contains the named graphs and, as its default graph, their union: each triple once, in however many files it
is (the engine's own union has a triple once per graph and ignores FROM). No query reaches another host: SERVICE is
refused, and FROM can only name graphs of the store.
"""

from kg.store.answers import Answer, AnyStore, QueryError, Result, Term, TooManyError
from kg.store.memory import Dataset, Store

__all__ = ["Answer", "AnyStore", "Dataset", "QueryError", "Result", "Store", "Term", "TooManyError"]
