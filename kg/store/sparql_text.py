"""Properties of a query that its tokens show: its form, its prefixes, and the graphs and services that it names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from kg.core.iris import PREFIXES
from kg.core.problems import brief
from kg.store.sparql_tokens import Token, tokens_of

MAX_DEPTH = 200
_FORMS = frozenset(("SELECT", "ASK", "CONSTRUCT", "DESCRIBE"))
_UPDATES = frozenset(("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY"))
_VARYING = re.compile(r"now|rand|uuid|bnode", re.I)
_GRAPHS = re.compile(r"graph|from", re.I)
_NEGATIONS = re.compile(rf"(?:!\s*){{{MAX_DEPTH}}}")


class GraphClause(NamedTuple):
    """`FROM` or `FROM NAMED` with an IRI, of which `iri` is the text: `<a>` or `e:a`."""

    named: bool
    iri: str
    start: int


def too_deep(sparql: str) -> bool:
    """Whether brackets or negations are nested so deeply that the recursive parser of the engine would crash."""
    if sparql.count("!") >= MAX_DEPTH and _NEGATIONS.search(sparql):
        return True
    if sum(map(sparql.count, "([{")) <= MAX_DEPTH:
        return False
    depth = 0
    for token in tokens_of(sparql):
        if token.kind == "bracket":
            depth += 1 if token.text in "([{" else -1
            if depth > MAX_DEPTH:
                return True
    return False


def code_of(sparql: str) -> str:
    """The query with its strings, IRIs and comments replaced by spaces; everything else keeps its position.

    Escapes in local names, which may contain a quote, become spaces too.
    """
    parts: list[str] = []
    end = 0
    for token in tokens_of(sparql):
        parts.append(" " * (token.start - end))
        end = token.end
        hidden = token.kind in ("string", "iri")
        parts.append(" " * len(token.text) if hidden else re.sub(r"\\.", "  ", token.text))
    return "".join(parts) + " " * (len(sparql) - end)


def without_comments(sparql: str) -> str:
    """The query without its comments."""
    parts: list[str] = []
    end = 0
    for token in tokens_of(sparql):
        parts += (_space(sparql[end : token.start]), token.text)
        end = token.end
    return "".join(parts) + _space(sparql[end:])


def _space(between: str) -> str:
    return re.sub(r"#[^\n\r]*", "", between)


def form_of(sparql: str) -> Token:
    """The keyword SELECT, ASK, CONSTRUCT or DESCRIBE after the prefixes of a query; an empty token without one."""
    return next((token for token in tokens_of(sparql) if token.keyword in _FORMS), Token("", "", len(sparql)))


def makes_triples(sparql: str) -> bool:
    """Whether it is a CONSTRUCT or DESCRIBE query."""
    return form_of(sparql).keyword in ("CONSTRUCT", "DESCRIBE")


def varies(sparql: str) -> bool:
    """Whether a query may have another answer each time: with NOW, RAND, UUID, STRUUID or BNODE."""
    if not _VARYING.search(sparql):
        return False
    return any(_VARYING.search(token.keyword) for token in tokens_of(sparql))


def names_graphs(sparql: str) -> bool:
    """Whether a query may name graphs: with GRAPH or FROM, which the engine also reads in `ASKFROM` and `GRAPHe:a`."""
    text = sparql.lower()
    if "graph" not in text and "from" not in text:  # ten times as fast as the pattern
        return False
    words = (token.text.partition(":")[0] for token in tokens_of(sparql) if token.kind in ("word", "name"))
    return any(map(_GRAPHS.search, words))


def graph_clauses(sparql: str) -> list[GraphClause]:
    """The FROM and FROM NAMED clauses of a query, in their order (SPARQL 1.1 Query, section 13.2)."""
    found: list[GraphClause] = []
    if "from" not in sparql.lower():
        return found
    depth, tokens = 0, tokens_of(sparql)
    for token in tokens:
        if token.kind == "bracket":
            depth += 1 if token.text in "([{" else -1
        elif not depth and token.keyword == "FROM":
            after = next(tokens, token)
            named = after.keyword == "NAMED"
            iri = next(tokens, token) if named else after
            if iri.kind in ("iri", "name"):
                found.append(GraphClause(named, iri.text, token.start))
    return found


def has_service(sparql: str) -> bool:
    """Whether a query has the keyword SERVICE."""
    return any(token.keyword == "SERVICE" for token in tokens_of(sparql))


def respelt(sparql: str, word: str, keep: Iterable[int] = ()) -> str | None:
    """The query with another word of the same length, which is no keyword, instead of `word` in any case.

    It changes names and strings as well, each in the same way. None if the query does not contain the word, except at
    the positions of `keep`.
    """
    kept, text = set(keep), sparql.lower()
    if text.count(word) <= len(kept):
        return None
    others = (first + word[1:] for first in "xyzwvqjk")
    other = next((other for other in others if other not in text), "q" * len(word))
    return re.sub(word, lambda match: match[0] if match.start() in kept else other, sparql, flags=re.I | re.A)


def undeclared(sparql: str) -> set[str]:
    """The prefixes that a query uses and does not declare."""
    used: set[str] = set()
    declared: set[str] = set()
    before = ""
    for token in tokens_of(sparql):
        if token.kind == "name":
            (declared if before == "PREFIX" else used).add(token.text.partition(":")[0])
        before = token.keyword
    return used - declared


def message_of(sparql: str, message: str) -> str:
    """A message in one line about what is wrong with a query, from the message of the engine."""
    words = {token.keyword for token in tokens_of(sparql)}
    if not words:
        return "the query is empty"
    if words & _UPDATES and not words & _FORMS:
        return "updates are refused: the graph is made from files, change those and run `kg build`"
    if "Prefix not found" in message:
        unknown = sorted(undeclared(sparql) - set(PREFIXES))
        if unknown:
            known = ", ".join(PREFIXES)
            return f"the prefix {brief(unknown[0])}: is not declared; known without declaring: {known}"
    first = message.split("\n")[0]
    return f"not SPARQL: {first if len(first) < 160 else first[:160] + ' …'}"
