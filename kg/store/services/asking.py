"""Federated queries: what would be sent to which service, whether a person agreed, and the join with the graph.

All requests are known before the first is sent: none depends on the answer of another service. The answers replace the
SERVICE blocks as VALUES, so that the store, which refuses SERVICE, joins them.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import BlankNode, Literal, NamedNode

from kg.core.problems import UsageError, brief, did_you_mean
from kg.store import AnyStore, QueryError, Result
from kg.store.answers import read_answer
from kg.store.http import checked_url
from kg.store.services.blocks import ServiceBlock, blocks_of, replaced, texts, values_query

MAX_ANSWERS = 50 * 1024 * 1024
"""Bytes of all answers to one query together."""

Services = Mapping[str, str | None]
"""The services that a person agreed to contact, by name, with a URL to use instead of the usual one, or None."""


def agreed_to(given: Services | str | int | None) -> Services:
    """The services; a string is `wikidata` or `wikidata=https://…`, as on the command line.

    Raises:
        UsageError: for anything else.
    """
    if isinstance(given, str):
        name, _, url = given.partition("=")
        return {name: url or None}
    if given is None or isinstance(given, Mapping):
        return given or {}
    raise UsageError('give services as {"NAME": None}, or with a URL instead of None')


@dataclass(frozen=True)
class Exchange:
    """The requests of one block; the same for the same graph and query."""

    block: ServiceBlock
    name: str
    url: str
    agreed: bool
    values: tuple[Literal | NamedNode, ...]
    texts: tuple[str, ...]
    """The SPARQL of each request."""

    @property
    def who(self) -> str:
        """The name and address of the service."""
        return f"{self.name} ({self.url})" if self.name != self.url else self.url

    @property
    def summary(self) -> str:
        """The service and what is sent to it, in a line."""
        where = self.who
        if not self.block.sends:
            return f"{where} would be sent one request with nothing of this graph in it"
        if not self.values:
            return f"{where} would be sent nothing: the graph has no value of ?{self.block.sends}"
        count = f"{len(self.values)} value{'s' if len(self.values) > 1 else ''} of ?{self.block.sends}"
        in_all = f"{len(self.texts)} request{'s' if len(self.texts) > 1 else ''}"
        return f"{where} would be sent {count}, such as {brief(str(self.values[0]))}, in {in_all}"


def _values(store: AnyStore, sparql: str, block: ServiceBlock) -> tuple[Literal | NamedNode, ...]:
    if not block.sends:
        return ()
    try:
        rows = store.query(values_query(sparql, block)).named()
    except QueryError as error:
        problem = "the part before a SERVICE block determines what it sends, but is not a query of its own"
        raise QueryError(f"{problem}: {error}") from error
    found = [row[block.sends] for row in rows]
    if found and found == [None]:
        raise QueryError(f"nothing before the SERVICE block binds ?{block.sends}, whose values it sends")
    # A blank node means nothing elsewhere.
    return tuple(term for term in found if isinstance(term, Literal | NamedNode))


def exchanges(store: AnyStore, sparql: str, known: Mapping[str, str], agreed: Services) -> tuple[Exchange, ...]:
    """The requests of each block of the query; nothing is sent.

    Args:
        store: The graph.
        sparql: The query.
        known: The names of services by the URL in the query, as the header of a query of the library lists them.
            Another service is named by its URL.
        agreed: The services that a person agreed to contact.

    Raises:
        QueryError: for a query whose services cannot be contacted.
        UsageError: for a service that the query does not contact, or an invalid URL.
    """
    blocks = blocks_of(sparql)
    names = list(dict.fromkeys(known.get(block.target, block.target) for block in blocks))
    for name in agreed:
        if name not in names:
            hint = did_you_mean(name, names, f"its services: {', '.join(map(brief, names)) or 'none'}")
            raise UsageError(f"the query contacts no service `{brief(name)}`; {hint}")
    found = []
    for block in blocks:
        name = known.get(block.target, block.target)
        url = checked_url(agreed.get(name) or block.target, f"the service {brief(name)}")
        values = _values(store, sparql, block)
        found.append(Exchange(block, name, url, name in agreed, values, tuple(texts(sparql, block, values))))
    return tuple(found)


def ask(
    store: AnyStore, sparql: str, known: Mapping[str, str], agreed: Services, tell: Callable[[str], object]
) -> Result:
    """The result of a query with services; `tell` is called with a line for each request.

    Raises:
        UsageError: if a service was not agreed to; it says what would be sent.
        KgError: if a service gives no usable answer.
    """
    planned = exchanges(store, sparql, known, agreed)
    refused = [exchange for exchange in planned if not exchange.agreed]
    if refused:
        needed = "the query contacts other services, which needs your consent each time"
        raise UsageError(f"{needed}:\n{_agreement(refused)}")
    left, answers = MAX_ANSWERS, dict[int, list[Result]]()
    for exchange in planned:
        for number, text in enumerate(exchange.texts, 1):
            tell(f"asking {exchange.who}: request {number} of {len(exchange.texts)}")
            found, size = _asked(exchange, text, left, tell)
            answers.setdefault(exchange.block.start, []).append(found)
            left -= size
    blocks = [exchange.block for exchange in planned]
    return store.query(replaced(sparql, blocks, lambda block: _in_place(block, answers.get(block.start, []))))


def _agreement(refused: Sequence[Exchange]) -> str:
    lines = "\n".join(dict.fromkeys(f"  {exchange.summary}" for exchange in refused))
    names = list(dict.fromkeys(exchange.name for exchange in refused))
    options = " ".join(f"--ask-service {shlex.quote(name)}" for name in names)
    services = ", ".join(f'"{name}": None' for name in names)
    return f"{lines}\nto agree: {options}; in Python: services={{{services}}}"


def _asked(exchange: Exchange, text: str, most: int, tell: Callable[[str], object]) -> tuple[Result, int]:
    from kg.store.services.client import ServiceError, post

    who = exchange.who
    answer = post(who, exchange.url, text, most, tell)
    try:
        result = read_answer(answer.body)
    except QueryError as error:
        media = brief(answer.media_type)
        raise ServiceError(f"{who} did not answer with a SPARQL result ({media}): {error}") from error
    foreign = [name for name in result.variables if name not in exchange.block.variables]
    if foreign:
        raise ServiceError(f"{who} returned values of ?{brief(foreign[0])}, which is not in the request")
    if any(isinstance(term, BlankNode) for row in result.rows for term in row):
        raise ServiceError(f"{who} returned blank nodes, which mean nothing here: ask for IRIs and literals")
    return result, len(answer.body)


def _in_place(block: ServiceBlock, answers: Sequence[Result]) -> str:
    """The rows of all answers to a block as VALUES."""
    names = list(dict.fromkeys(name for answer in answers for name in answer.variables)) if answers else [block.sends]
    rows = (row for answer in answers for row in answer.named())
    text = "".join("(" + " ".join(str(row.get(name) or "UNDEF") for name in names) + ")\n" for row in rows)
    return f"{{ VALUES ({' '.join(f'?{name}' for name in names)}) {{\n{text}}} }}"
