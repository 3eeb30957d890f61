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
from kg.store.sparql_text import code_of, without_comments

BATCH = 50
"""Values in one request: few enough for a service to answer in time, and for a person to read."""

_FORM = re.compile(r"(?<![?$:\w-])(SELECT|ASK|CONSTRUCT|DESCRIBE)\b(?!:)", re.I)
_SERVICE = re.compile(r"(?<![?$:\w-])SERVICE\b(?!:)", re.I)
_TARGET = re.compile(r'SERVICE\s*<([^<>"{}|^`\\\s]*)>\s*\{', re.I)
_SLOT = re.compile(r"(?<![?$:\w-])VALUES\s*[?$](\w+)\s*\{\s*(UNDEF)\s*\}", re.I)


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
        return set(re.findall(r"[?$](\w+)", code_of(self.pattern)))


def blocks_of(sparql: str) -> tuple[ServiceBlock, ...]:
    """The SERVICE blocks of a query, in their order.

    Raises:
        QueryError: for one that cannot be sent in the way that the module describes.
    """
    code = code_of(sparql)
    found: list[ServiceBlock] = []
    for keyword in _SERVICE.finditer(code):
        if found and keyword.start() < found[-1].end:
            raise QueryError("SERVICE within SERVICE is refused: the service would contact another one")
        target = _TARGET.match(sparql, keyword.start())
        if target is None:
            why = "no variable or prefix, which could be any service, and no SILENT, which hides a failure"
            raise QueryError(f"write `SERVICE <https://…> {{ … }}`: {why}")
        end = _closing(code, target.end() - 1)
        slots = list(_SLOT.finditer(code, target.end(), end - 1))
        if len(slots) > 1:
            raise QueryError("a SERVICE block has one `VALUES ?name { UNDEF }` for the values it sends, and no more")
        pattern, sends = sparql[target.end() : end - 1], slots[0][1] if slots else ""
        found.append(ServiceBlock(keyword.start(), end, target[1], pattern, sends))
    if found:
        _outline(code)
    return tuple(found)


def _closing(code: str, opening: int) -> int:
    """The end of the group that opens there."""
    depth = 0
    for bracket in re.finditer(r"[{}]", code[opening:]):
        depth += 1 if bracket[0] == "{" else -1
        if not depth:
            return opening + bracket.end()
    raise QueryError("a SERVICE block is not closed")


def _outline(code: str) -> tuple[int, int]:
    """Where the prologue of a SELECT query ends, and where its outermost group opens."""
    form, depth = _FORM.search(code), 0
    if form is None or form[1].upper() != "SELECT":
        raise QueryError("only a SELECT query can contact services")
    for found in re.finditer(r"[{()]|(?<![?$:\w-])FROM\b", code[form.end() :], re.I):
        if found[0] == "{" and not depth:
            return form.start(), form.end() + found.start()
        if found[0].upper() == "FROM":
            raise QueryError("FROM and SERVICE in one query are refused")
        depth += {"(": 1, ")": -1}.get(found[0], 0)
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
    form, group = _outline(code := code_of(sparql))
    open_ = _open_groups(code[group : block.start])
    earlier = [other for other in blocks_of(sparql) if other.end <= block.start]
    head = replaced(sparql[: block.start], earlier, lambda _: " ")
    return f"{head[:form]}SELECT DISTINCT ?{block.sends} WHERE {head[group:]}\n{'}' * open_} ORDER BY ?{block.sends}"


def _open_groups(code: str) -> int:
    """The number of groups that are open at the end of the code.

    Raises:
        QueryError: if the rows of one are not joined with the query.
    """
    joined: list[bool] = []
    for bracket in re.finditer(r"[{}()]", code):
        if bracket[0] in "{(":
            joined.append(bracket[0] == "{" and not re.search(r"\bEXISTS\s*\Z", code[: bracket.start()], re.I))
        elif joined:
            joined.pop()
    if not joined or not all(joined):
        raise QueryError("SERVICE within EXISTS or an expression is refused: join its rows, or remove them with MINUS")
    return len(joined)


def texts(sparql: str, block: ServiceBlock, values: Sequence[Term]) -> Iterator[str]:
    """The SPARQL of each request, without the comments of the query."""
    form, _ = _outline(code_of(sparql))
    prologue, pattern = without_comments(sparql[:form]), without_comments(block.pattern)
    filled, slot = [pattern], _SLOT.search(code_of(pattern))
    if slot:
        batches = (" ".join(map(str, values[first : first + BATCH])) for first in range(0, len(values), BATCH))
        filled = [pattern[: slot.start(2)] + batch + pattern[slot.end(2) :] for batch in batches]
    for text in filled:
        yield portable(f"{prologue}SELECT * WHERE {{{text}}}\n")
