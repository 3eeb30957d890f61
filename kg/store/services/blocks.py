"""The SERVICE blocks of a query, and the requests that each makes.

An engine sends a block as it is written, and so asks the service for everything that matches. Here a block states what
it sends: it contains at most one `VALUES ?name { UNDEF }`, which is filled, some values at a time, with the values that
the query binds to `?name` before the block. Nothing else of the graph leaves the machine.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kg.core.problems import UsageError, brief
from kg.store import QueryError, Term
from kg.store.http import checked_url
from kg.store.portable import portable
from kg.store.sparql_text import form_of, graph_clauses, without_comments
from kg.store.sparql_tokens import Token, tokens_of

BATCH = 50
"""Values in one request: few enough for a service to answer in time, and for a person to read."""


@dataclass(frozen=True, slots=True)
class ServiceBlock:
    """`SERVICE <…> { … }` at a place of a query."""

    start: int
    end: int
    target: str
    pattern: str
    """The text between its braces."""
    sends: str
    """The variable whose values it sends; empty if it sends none."""

    @property
    def variables(self) -> set[str]:
        """The variables in its pattern, for which the service may return values."""
        return {token.text[1:] for token in tokens_of(f"{{{self.pattern}") if token.kind == "variable"}


def blocks_of(sparql: str) -> tuple[ServiceBlock, ...]:
    """The SERVICE blocks of a query, in their order.

    Raises:
        QueryError: for one that cannot be sent in the way that the module describes.
    """
    tokens = list(tokens_of(sparql))
    found: list[ServiceBlock] = []
    for at, keyword in enumerate(tokens):
        if keyword.keyword != "SERVICE":
            continue
        if found and keyword.start < found[-1].end:
            raise QueryError("SERVICE within SERVICE is refused: the service would contact another one")
        shape = [token.text if token.kind == "bracket" else token.kind for token in tokens[at + 1 : at + 3]]
        if shape != ["iri", "{"] or "\\" in tokens[at + 1].text:
            why = "no variable or prefix, which could be any service, and no SILENT, which hides a failure"
            raise QueryError(f"write `SERVICE <https://…> {{ … }}`: {why}")
        opening, closing = at + 2, _closing(tokens, at + 2)
        slots = _slots(tokens[opening:closing])
        if len(slots) > 1:
            raise QueryError("a SERVICE block has one `VALUES ?name { UNDEF }` for the values it sends, and no more")
        pattern, sends = sparql[tokens[opening].end : tokens[closing].start], slots[0][0] if slots else ""
        found.append(ServiceBlock(keyword.start, tokens[closing].end, tokens[at + 1].text[1:-1], pattern, sends))
    if found:
        _outline(sparql)
    return tuple(found)


def _closing(tokens: Sequence[Token], opening: int) -> int:
    """The index of the bracket that closes the group that opens there."""
    depth = 0
    for at in range(opening, len(tokens)):
        if tokens[at].kind == "bracket" and tokens[at].text in "{}":
            depth += 1 if tokens[at].text == "{" else -1
            if not depth:
                return at
    raise QueryError("a SERVICE block is not closed")


def _slots(tokens: Sequence[Token]) -> list[tuple[str, Token]]:
    """Each `VALUES ?name { UNDEF }`: the name, and its UNDEF."""
    several = zip(*(tokens[shift:] for shift in range(5)), strict=False)
    return [
        (variable.text[1:], undef)
        for values, variable, opening, undef, closing in several
        if (values.keyword, opening.text, undef.keyword, closing.text) == ("VALUES", "{", "UNDEF", "}")
        and variable.kind == "variable"
    ]


def _outline(sparql: str) -> tuple[int, int]:
    """Where the prologue of a SELECT query ends, and where its outermost group opens."""
    form, depth = form_of(sparql), 0
    if form.keyword != "SELECT":
        raise QueryError("only a SELECT query can contact services")
    if graph_clauses(sparql):
        raise QueryError("FROM and SERVICE in one query are refused")
    for token in tokens_of(sparql):
        if token.kind == "bracket" and token.start > form.start:
            if token.text == "{" and not depth:
                return form.start, token.start
            depth += {"(": 1, ")": -1}.get(token.text, 0)
    raise QueryError("the query has no `{ … }`")


def check_services(sparql: str, services: Mapping[str, str], parameters: Sequence[str]) -> None:
    """Checks that a query of the library contacts just the services of its header, and sends them no parameter.

    Raises:
        UsageError: if it does not.
    """
    for name, url in services.items():
        if not re.fullmatch(r"[a-z][a-z0-9-]*", name):
            raise UsageError(f"`{brief(name)}` is not a name for a service: a-z, 0-9 and -, a letter first")
        if not checked_url(url, f"the service {name}").startswith("https://"):
            raise UsageError(f"the service {name} needs an https:// URL")
        if list(services.values()).count(url) > 1:
            raise UsageError(f"the header lists {brief(url)} twice")
    blocks = blocks_of(sparql) if services else ()
    asked = {block.target for block in blocks}
    for url in sorted(asked - set(services.values())):
        raise UsageError(f"the query contacts {brief(url)}, which its header does not list")
    for url in sorted(set(services.values()) - asked):
        raise UsageError(f"the header lists {brief(url)}, which the query does not contact")
    for block in blocks:
        taken = set(parameters) & block.variables
        if taken:
            raise UsageError(f"the parameter {min(taken)} is used in a SERVICE block, where parameters are not allowed")


def replaced(sparql: str, blocks: Sequence[ServiceBlock], by: Callable[[ServiceBlock], str]) -> str:
    """The query with each block replaced."""
    for block in sorted(blocks, key=lambda block: -block.start):  # from the end: earlier positions stay valid
        sparql = sparql[: block.start] + by(block) + sparql[block.end :]
    return sparql


def offline(sparql: str) -> str:
    """The query with the patterns of the services as parts of it, which an engine can check without contacting them."""
    return replaced(sparql, blocks_of(sparql), lambda block: f"{{{block.pattern}\n}}")


def values_query(sparql: str, block: ServiceBlock) -> str:
    """The query for the values that the block sends: the part before the block, without other services."""
    form, group = _outline(sparql)
    open_ = _open_groups([token for token in tokens_of(sparql) if group <= token.start < block.start])
    earlier = [other for other in blocks_of(sparql) if other.end <= block.start]
    head = replaced(sparql[: block.start], earlier, lambda _: " ")
    return f"{head[:form]}SELECT DISTINCT ?{block.sends} WHERE {head[group:]}\n{'}' * open_} ORDER BY ?{block.sends}"


def _open_groups(tokens: Sequence[Token]) -> int:
    """The number of groups that are open at the end of the tokens.

    Raises:
        QueryError: if the rows of one are not joined with the query.
    """
    joined: list[bool] = []
    last = ""
    for token in tokens:
        if token.kind == "bracket" and token.text in "{(":
            joined.append(token.text == "{" and last != "EXISTS")
        elif token.kind == "bracket" and token.text in "})" and joined:
            joined.pop()
        last = token.keyword
    if not joined or not all(joined):
        raise QueryError("SERVICE within EXISTS or an expression is refused: join its rows, or remove them with MINUS")
    return len(joined)


def texts(sparql: str, block: ServiceBlock, values: Sequence[Term]) -> Iterator[str]:
    """The SPARQL of each request, without the comments of the query."""
    form, _ = _outline(sparql)
    whole = without_comments(f"{sparql[:form]}SELECT * WHERE {{{block.pattern}") + "}\n"
    filled = [whole]
    for _, undef in _slots(list(tokens_of(whole))):
        batches = (" ".join(map(str, values[first : first + BATCH])) for first in range(0, len(values), BATCH))
        filled = [whole[: undef.start] + batch + whole[undef.end :] for batch in batches]
    yield from map(portable, filled)
