"""The work of a worker: it answers one task from the graph, within the limits that can be checked from inside."""

from __future__ import annotations

import re
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

from pyoxigraph import BlankNode

from kg.core.iris import known_bases, mint
from kg.core.problems import KgError, UsageError
from kg.render.formats import names, of_any_rows
from kg.server.messages import Refusal, Reply, Task
from kg.server.protocol import AS_TRIPLES, PAGE, PRINTED, ROWS, TRIPLES, chosen, content_type, not_acceptable
from kg.server.settings import Limits
from kg.store import Answer, Dataset, Store, TooManyError
from kg.store.rdf_files import NotWritableError
from kg.store.sparql_text import makes_triples, varies
from kg.store.stopped import TOO_MANY_HINT

if TYPE_CHECKING:
    from kg.api import KnowledgeGraph
    from kg.queries.query_library import Query

_ESCAPED = re.compile(r"\\u", re.I)
"""An escape may stand for a letter of a keyword."""
_STRING = {"json": re.compile(rb'"(?:[^"\\]|\\.)*"', re.S), "csv": re.compile(rb'"[^"]*"')}


def is_lasting(sparql: str) -> bool:
    """Whether a query has the same answer each time, as long as the graph is the same."""
    return not _ESCAPED.search(sparql) and not varies(sparql)


@cache
def _own_random_numbers() -> None:
    """Once in a process: so many random numbers that the engine takes a new seed from the system.

    Otherwise all workers would have the numbers of the process that they were forked from, and the same UUIDs.
    """
    for _ in range(5000):
        BlankNode()


class _Bounded(BytesIO):
    """Bytes up to a number."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def write(self, data: Any) -> int:
        if self.tell() + len(data) > self._most:
            raise TooManyError(f"more than {self._most // 1024**2} MiB")
        return super().write(data)


def answer(graph: KnowledgeGraph, task: Task, limits: Limits) -> Reply:
    """The answer to a task; errors are in the reply."""
    try:
        return _named(graph, task, limits) if task.name else _asked(graph, task.sparql, task, limits)
    except TooManyError as error:
        return Reply(refusal=Refusal(422, "limit/rows", f"the answer has {error}", TOO_MANY_HINT))
    except NotWritableError as error:
        return Reply(refusal=Refusal(406, "request/format", str(error)))
    except UsageError as error:
        return Reply(refusal=Refusal(400, "query/invalid", str(error)))
    except KgError as error:
        return Reply(refusal=Refusal(422, "query/refused", str(error)))
    except MemoryError:
        return Reply(refusal=out_of_memory(limits))
    except RecursionError:
        return Reply(refusal=Refusal(422, "limit/memory", "the query is nested too deeply"))


def out_of_memory(limits: Limits) -> Refusal:
    message = f"the query needed more than {limits.memory} MiB: it was stopped"
    return Refusal(422, "limit/memory", message, "ask for less: a join without a shared variable gives every pair")


def _asked(graph: KnowledgeGraph, sparql: str, task: Task, limits: Limits) -> Reply:
    lasting = is_lasting(sparql)
    if not lasting:
        _own_random_numbers()
    found = cast(Store, graph.store).answer(sparql, task.base, Dataset(tuple(task.default), tuple(task.named)))
    offered = TRIPLES if found.kind == "triples" else ROWS
    form = _form(task, offered)
    if form is None:
        return Reply(refusal=not_acceptable(offered))
    return Reply(content_type(form), _written(found, form, limits), lasting=lasting)


def _written(found: Answer, form: str, limits: Limits) -> bytes:
    """An answer as bytes.

    Raises:
        TooManyError: if it has more rows, triples or bytes than the limits allow.
        QueryError: if the query fails while its rows are read.
    """
    out = _Bounded(limits.answer * 1024**2)
    found.write(form, out, limits.rows)
    data = out.getvalue()
    # What separates rows may stand in strings too. That is rare, so the strings are removed only when it matters.
    if found.kind == "rows" and _rows(data, form) > limits.rows < _rows(_without_strings(data, form), form):
        raise TooManyError(f"more than {limits.rows:,} rows")
    return data


def _without_strings(data: bytes, form: str) -> bytes:
    return _STRING[form].sub(b"", data) if form in _STRING else data


def _rows(data: bytes, form: str) -> int:
    """The number of rows in an answer as the engine writes it."""
    if form == "xml":
        return data.count(b"<result>")  # `<` is escaped in a literal
    if form == "json":
        return data.count(b"},{") + (b"[{" in data)
    return data.count(b"\n") - 1


def _form(task: Task, offered: tuple[str, ...]) -> str | None:
    if task.form:
        form = task.form if task.form in offered else AS_TRIPLES.get(task.form)
        return form if form in offered else None
    return chosen(task.accept, offered)


def _named(graph: KnowledgeGraph, task: Task, limits: Limits) -> Reply:
    from kg.render.formats import render
    from kg.render.pages.rows_page import rows_part

    query = graph.queries.get(task.name)
    bound = query.bind(query.terms(task.values, graph.lookup))
    forms = forms_of(query)
    form = _form(task, forms)
    if form is None:
        return Reply(refusal=not_acceptable(forms))
    if form in (*ROWS, *TRIPLES):
        return _asked(graph, bound, task, limits)
    rows = graph.query(task.name, **task.values)
    if len(rows) > limits.rows:
        raise TooManyError(f"more than {limits.rows:,} rows")
    made = rows_part(rows, path_of, _path_of_key) if form == PAGE else render(rows, form, graph)
    text = made.encode("utf-8", "replace")
    if len(text) > limits.answer * 1024**2:
        raise TooManyError(f"more than {limits.answer} MiB")
    return Reply(content_type(form), text, lasting=is_lasting(query.sparql))


def forms_of(query: Query) -> tuple[str, ...]:
    """The formats that a query of the library can be answered in."""
    if makes_triples(query.sparql):
        return TRIPLES
    without_works = names("rows", of_any_rows)
    return (*ROWS, *(form for form in PRINTED if query.cites or form in without_works), PAGE)


def _path_of_key(key: str) -> str:
    return path_of(mint("publication", key).value)


def path_of(iri: str) -> str:
    """Where a page below `/queries/` links an IRI: things of the graph to their own place on this server."""
    base = next((base for base in known_bases() if iri.startswith(base)), "")
    return "../" + quote(iri.removeprefix(base), safe="/-._~%#") if base else iri
