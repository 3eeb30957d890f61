"""Federated queries: what would be sent to whom, whether a person agreed, and the answers joined with the graph.

All that is sent is known before anything is: it never depends on what another service answers. The answers come back
as VALUES in the place of the SERVICE blocks, so that the store, which refuses SERVICE as ever, joins them.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import BlankNode, Literal, NamedNode

from kg.core.problems import UsageError, brief, did_you_mean
from kg.store import AnyStore, QueryError, Result, Term, read_answer
from kg.store.services.blocks import Block, blocks_of, replaced, texts, values_query
from kg.store.services.urls import check_url

MAX_ANSWERS = 50 * 1024 * 1024
"""Bytes that all answers to one query may have together."""

Services = Mapping[str, str | None]
"""The services that a person agreed to ask: by name, with the URL to ask instead of the usual one if there is any."""


def agreed_to(given: Services | str | int | None) -> Services:
    """The services, which may also be given as `wikidata` or `wikidata=https://…`, as on the command line.

    Raises:
        UsageError: for anything else.
    """
    if isinstance(given, str):
        name, _, url = given.partition("=")
        return {name: url or None}
    if given is None or isinstance(given, Mapping):
        return given or {}
    raise UsageError('services are given as {"NAME": None}, or with a URL to ask instead of None')


@dataclass(frozen=True)
class Exchange:
    """What one block sends: the same for the same graph and query."""

    block: Block
    name: str
    url: str
    agreed: bool
    values: tuple[Literal | NamedNode, ...]
    texts: tuple[str, ...]
    """The SPARQL of each request."""

    @property
    def who(self) -> str:
        """The service by its name and address."""
        return f"{self.name} ({self.url})" if self.name != self.url else self.url

    @property
    def told(self) -> str:
        """Whom it asks, and what it sends, in a line."""
        where = self.who
        if not self.block.sends:
            return f"{where} would be sent one request with nothing of this graph in it"
        if not self.values:
            return f"{where} would be sent nothing: the graph has no value of ?{self.block.sends} to ask for"
        count = f"{len(self.values)} value{'s' if len(self.values) > 1 else ''} of ?{self.block.sends}"
        in_all = f"{len(self.texts)} request{'s' if len(self.texts) > 1 else ''}"
        return f"{where} would be sent {count}, such as {brief(str(self.values[0]))}, in {in_all}"


def _values(store: AnyStore, sparql: str, block: Block) -> tuple[Literal | NamedNode, ...]:
    if not block.sends:
        return ()
    try:
        rows = store.query(values_query(sparql, block)).named()
    except QueryError as error:
        raise QueryError(
            f"what stands before a SERVICE block gives what it sends, but cannot be asked alone: {error}"
        ) from error
    found = [row[block.sends] for row in rows]
    if found and found == [None]:
        raise QueryError(f"nothing before the SERVICE block binds ?{block.sends}, whose values it sends")
    return tuple(term for term in found if isinstance(term, Literal | NamedNode))  # a blank node is nobody else's


def exchanges(store: AnyStore, sparql: str, known: Mapping[str, str], agreed: Services) -> tuple[Exchange, ...]:
    """What each block of the query would send to whom; nothing is sent.

    `known` are the names of services by the URL that stands in the query, as the header of a query of the library has
    them; another service is named by its URL.

    Raises:
        QueryError: for a query whose services cannot be asked.
        UsageError: for a service that the query does not ask, or a URL that is none.
    """
    blocks = blocks_of(sparql)
    names = list(dict.fromkeys(known.get(block.target, block.target) for block in blocks))
    for name in agreed:
        if name not in names:
            raise UsageError(
                f"the query asks no service `{brief(name)}`; "
                + did_you_mean(name, names, f"it asks {', '.join(map(brief, names)) or 'none'}")
            )
    found = []
    for block in blocks:
        name = known.get(block.target, block.target)
        url = check_url(agreed.get(name) or block.target)
        values = _values(store, sparql, block)
        found.append(Exchange(block, name, url, name in agreed, values, tuple(texts(sparql, block, values))))
    return tuple(found)


def ask(
    store: AnyStore, sparql: str, known: Mapping[str, str], agreed: Services, tell: Callable[[str], object]
) -> Result:
    """Asks the services that were agreed to, and then the query; `tell` is told of each request.

    Raises:
        UsageError: if one is not agreed to: it names the service and what it would be sent.
        KgError: if a service gives no answer that can be used.
    """
    planned = exchanges(store, sparql, known, agreed)
    refused = [exchange for exchange in planned if not exchange.agreed]
    if refused:
        raise UsageError(f"this asks others, who are asked only when you agree, each time:\n{_agreement(refused)}")
    left = MAX_ANSWERS
    answers: dict[int, list[Result]] = {}
    for exchange in planned:
        for number, text in enumerate(exchange.texts, 1):
            tell(f"asking {exchange.who}: request {number} of {len(exchange.texts)}")
            found, size = _asked(exchange, text, left, tell)
            answers.setdefault(exchange.block.start, []).append(found)
            left -= size
    blocks = [exchange.block for exchange in planned]
    return store.query(replaced(sparql, blocks, lambda block: _in_place(block, answers.get(block.start, []))))


def _agreement(refused: Sequence[Exchange]) -> str:
    lines = dict.fromkeys(exchange.told for exchange in refused)
    names = dict.fromkeys(exchange.name for exchange in refused)
    return "\n".join(
        [
            *(f"  {line}" for line in lines),
            "to agree: "
            + " ".join(f"--ask-service {shlex.quote(name)}" for name in names)
            + "; in Python: services={"
            + ", ".join(f'"{name}": None' for name in names)
            + "}",
        ]
    )


def _asked(exchange: Exchange, text: str, most: int, tell: Callable[[str], object]) -> tuple[Result, int]:
    from kg.store.services.client import ServiceError, post  # brings an HTTP client, which nobody else needs

    who = exchange.who
    answer = post(who, exchange.url, text, most, tell)
    try:
        result = read_answer(answer.data)
    except QueryError as error:
        raise ServiceError(f"{who} answered with what is no SPARQL result ({brief(answer.kind)}): {error}") from error
    foreign = [name for name in result.variables if name not in exchange.block.variables]
    if foreign:
        raise ServiceError(f"{who} answered for ?{brief(foreign[0])}, which it was not asked for")
    if any(isinstance(term, BlankNode) for row in result.rows for term in row):
        raise ServiceError(f"{who} answered with blank nodes, which mean nothing here: ask for IRIs and texts")
    return result, len(answer.data)


def _in_place(block: Block, answers: Sequence[Result]) -> str:
    """The rows of all answers to a block, as VALUES."""
    names = list(dict.fromkeys(name for answer in answers for name in answer.variables))
    if not answers:
        names = [block.sends]
    rows = "".join(
        "(" + " ".join(_term(row.get(name)) for name in names) + ")\n" for answer in answers for row in answer.named()
    )
    return f"{{ VALUES ({' '.join(f'?{name}' for name in names)}) {{\n{rows}}} }}"


def _term(term: Term | None) -> str:
    return "UNDEF" if term is None else str(term)
