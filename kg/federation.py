"""Federated queries: what a SERVICE block would send to whom, and its answer put in its place.

An engine sends a block as it stands, and so asks the service for all that it holds. Here a block says itself what it
sends: it holds at most one `VALUES ?name { UNDEF }`, which is filled, some values at a time, with what the query binds
`?name` to before the block. Nothing else of the graph leaves the machine, and all of it is known before anything does:
it never depends on what another service answers. The answers come back as VALUES in the place of the block, so that
the store, which refuses SERVICE as ever, joins them.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import BlankNode, Literal, NamedNode

from kg.problems import UsageError, brief, did_you_mean
from kg.service_urls import check_url
from kg.store import QueryError, Result, Store, Term, code_of, portable, read_answer, without_comments

BATCH = 50
"""Values in one request: few enough for a service to answer in its time, and for a person to read."""
MAX_ANSWERS = 50 * 1024 * 1024
"""Bytes that all answers to one query may have together."""

_FORM = re.compile(r"(?<![?$:\w-])(SELECT|ASK|CONSTRUCT|DESCRIBE)\b(?!:)", re.I)
_SERVICE = re.compile(r"(?<![?$:\w-])SERVICE\b(?!:)", re.I)
_TARGET = re.compile(r'SERVICE\s*<([^<>"{}|^`\\\s]*)>\s*\{', re.I)
_SLOT = re.compile(r"(?<![?$:\w-])VALUES\s*[?$](\w+)\s*\{\s*(UNDEF)\s*\}", re.I)

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


@dataclass(frozen=True, slots=True)
class Block:
    """`SERVICE <…> { … }` at a place of a query."""

    start: int
    end: int
    target: str
    pattern: str
    """What stands between its braces."""
    sends: str
    """The variable whose values it sends; empty when it sends none."""


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


def blocks_of(sparql: str) -> tuple[Block, ...]:
    """The SERVICE blocks of a query, in the order they stand in.

    Raises:
        QueryError: for one that cannot be asked in the way that the module describes.
    """
    code = code_of(sparql)
    found: list[Block] = []
    for keyword in _SERVICE.finditer(code):
        if found and keyword.start() < found[-1].end:
            raise QueryError("SERVICE within SERVICE is refused: the one asked would ask another")
        target = _TARGET.match(sparql, keyword.start())
        if target is None:
            raise QueryError("a SERVICE is asked as `SERVICE <https://…> { … }`: no variable or prefix, which could "
                             "be anybody, and no SILENT, which makes one that failed look like one that knows nothing")
        end = _closing(code, target.end() - 1)
        slots = list(_SLOT.finditer(code, target.end(), end - 1))
        if len(slots) > 1:
            raise QueryError("a SERVICE block has one `VALUES ?name { UNDEF }` for what it sends, and no more")
        found.append(Block(keyword.start(), end, target[1], sparql[target.end() : end - 1],
                           slots[0][1] if slots else ""))
    if found:
        _refuse_unusual(code)
    return tuple(found)


def _closing(code: str, opening: int) -> int:
    """Where the group that opens there ends."""
    depth = 0
    for bracket in re.finditer(r"[{}]", code[opening:]):
        depth += 1 if bracket[0] == "{" else -1
        if not depth:
            return opening + bracket.end()
    raise QueryError("a SERVICE block is not closed")


def _refuse_unusual(code: str) -> None:
    form = _FORM.search(code)
    if form is None or form[1].upper() != "SELECT":
        raise QueryError("only a SELECT query asks services: give the rows, and make of them what you need")
    if re.search(r"(?<![?$:\w-])FROM\b", code[form.end() : _where(code)], re.I):
        raise QueryError("FROM and SERVICE in one query are refused")


def _where(code: str) -> int:
    """Where the outermost group of a SELECT query opens."""
    depth, form = 0, _FORM.search(code)
    for bracket in re.finditer(r"[{()]", code[form.end() if form else 0 :]):
        if bracket[0] == "{" and not depth:
            return (form.end() if form else 0) + bracket.start()
        depth += {"(": 1, ")": -1}.get(bracket[0], 0)
    raise QueryError("the query has no `{ … }`")


def check_services(sparql: str, services: Mapping[str, str], parameters: Sequence[str]) -> None:
    """Whether a query of the library asks just the services that its header lists, and sends them no parameter.

    Raises:
        UsageError: if not.
    """
    for name, url in services.items():
        if not re.fullmatch(r"[a-z][a-z0-9-]*", name):
            raise UsageError(f"`{brief(name)}` is no name for a service: a-z, 0-9 and -, a letter first")
        if not check_url(url).startswith("https://"):
            raise UsageError(f"the service {name} is asked by https:// alone")
    blocks = blocks_of(sparql) if services else ()
    listed, asked = list(services.values()), {block.target for block in blocks}
    wrong = sorted(asked ^ set(listed)) + [url for url in listed if listed.count(url) > 1]
    if wrong:
        raise UsageError(f"the query asks {brief(wrong[0])} and its header does not list it, or lists it and the query "
                         "does not ask it, or lists it twice")
    for block in blocks:
        taken = set(parameters) & set(re.findall(r"[?$](\w+)", code_of(block.pattern)))
        if taken:
            raise UsageError(f"the parameter {min(taken)} stands in a SERVICE block: what a person types is not sent")


def replaced(sparql: str, blocks: Sequence[Block], by: Callable[[Block], str]) -> str:
    """The query with something else in the place of each block."""
    for block in sorted(blocks, key=lambda block: -block.start):  # from the end: the places before stay where they are
        sparql = sparql[: block.start] + by(block) + sparql[block.end :]
    return sparql


def offline(sparql: str) -> str:
    """The query with the services left out and their patterns kept: what an engine can check without asking anybody."""
    return replaced(sparql, blocks_of(sparql), lambda block: f"{{{block.pattern}\n}}")


def values_query(sparql: str, block: Block) -> str:
    """The query for the values that the block sends: what stands before it, other services left out."""
    code = code_of(sparql)
    start = _where(code)
    open_: list[str] = []
    for bracket in re.finditer(r"[{}()]", code[start : block.start]):
        if bracket[0] in "{(":
            negates = re.search(r"\bEXISTS\s*\Z", code[start : start + bracket.start()], re.I)
            open_.append("(" if bracket[0] == "(" or negates else "{")
        else:
            open_.pop()
    if "(" in open_:
        raise QueryError("SERVICE within EXISTS or an expression is refused: join its rows, or take them off by MINUS")
    earlier = [other for other in blocks_of(sparql) if other.end <= block.start]
    head = replaced(sparql[: block.start], earlier, lambda _: " ")
    prologue, group = head[: _FORM.search(code).start()], head[start:]  # type: ignore[union-attr]
    return f"{prologue}SELECT DISTINCT ?{block.sends} WHERE {group}\n{'}' * len(open_)} ORDER BY ?{block.sends}"


def _values(store: Store, sparql: str, block: Block) -> tuple[Literal | NamedNode, ...]:
    if not block.sends:
        return ()
    try:
        rows = store.query(values_query(sparql, block)).rows
    except QueryError as error:
        raise QueryError(f"what stands before a SERVICE block gives what it sends, but cannot be asked alone: {error}"
                         ) from error
    found = [row[block.sends] for row in rows]
    if found and found == [None]:
        raise QueryError(f"nothing before the SERVICE block binds ?{block.sends}, whose values it sends")
    return tuple(term for term in found if isinstance(term, Literal | NamedNode))  # a blank node is nobody else's


def _texts(sparql: str, block: Block, values: Sequence[Term]) -> Iterator[str]:
    """The SPARQL of each request, without the comments of the query."""
    start = _FORM.search(code_of(sparql)).start()  # type: ignore[union-attr]
    prologue, pattern = without_comments(sparql[:start]), without_comments(block.pattern)
    slot = _SLOT.search(code_of(pattern))
    if slot is None:
        yield portable(f"{prologue}SELECT * WHERE {{{pattern}}}\n")
        return
    for first in range(0, len(values), BATCH):
        filled = " ".join(map(str, values[first : first + BATCH]))
        yield portable(f"{prologue}SELECT * WHERE {{{pattern[: slot.start(2)]}{filled}{pattern[slot.end(2) :]}}}\n")


def exchanges(store: Store, sparql: str, known: Mapping[str, str], agreed: Services) -> tuple[Exchange, ...]:
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
            raise UsageError(f"the query asks no service `{brief(name)}`; "
                             + did_you_mean(name, names, f"it asks {', '.join(map(brief, names)) or 'none'}"))
    found = []
    for block in blocks:
        name = known.get(block.target, block.target)
        url = check_url(agreed.get(name) or block.target)
        values = _values(store, sparql, block)
        found.append(Exchange(block, name, url, name in agreed, values, tuple(_texts(sparql, block, values))))
    return tuple(found)


def ask(store: Store, sparql: str, known: Mapping[str, str], agreed: Services, tell: Callable[[str], object]) -> Result:
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
    return "\n".join([*(f"  {line}" for line in lines),
                      "to agree: " + " ".join(f"--ask-service {shlex.quote(name)}" for name in names)
                      + "; in Python: services={" + ", ".join(f'"{name}": None' for name in names) + "}"])


def _asked(exchange: Exchange, text: str, most: int, tell: Callable[[str], object]) -> tuple[Result, int]:
    from kg.service_client import ServiceError, post  # brings an HTTP client, which nobody else needs

    who = exchange.who
    answer = post(who, exchange.url, text, most, tell)
    try:
        result = read_answer(answer.data)
    except QueryError as error:
        raise ServiceError(f"{who} answered with what is no SPARQL result ({brief(answer.kind)}): {error}") from error
    pattern = set(re.findall(r"[?$](\w+)", code_of(exchange.block.pattern)))
    foreign = [name for name in result.variables if name not in pattern]
    if foreign:
        raise ServiceError(f"{who} answered for ?{brief(foreign[0])}, which it was not asked for")
    if any(isinstance(term, BlankNode) for row in result.rows for term in row.values()):
        raise ServiceError(f"{who} answered with blank nodes, which mean nothing here: ask for IRIs and texts")
    return result, len(answer.data)


def _in_place(block: Block, answers: Sequence[Result]) -> str:
    """The rows of all answers to a block, as VALUES."""
    names = list(dict.fromkeys(name for answer in answers for name in answer.variables))
    if not answers:
        names = [block.sends]
    rows = "".join("(" + " ".join(_term(row.get(name)) for name in names) + ")\n" for answer in answers
                   for row in answer.rows)
    return f"{{ VALUES ({' '.join(f'?{name}' for name in names)}) {{\n{rows}}} }}"


def _term(term: Term | None) -> str:
    return "UNDEF" if term is None else str(term)
