"""Why an answer may be empty, or have empty cells: a misspelt term, a filter, or what the engine reads differently.

Hints cost queries of their own, so they are made when a person looks at an answer, and not by the server.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import pairwise

from pyoxigraph import Literal

from kg.answers.rows import Answers, Rows
from kg.core.iris import CS, XSD, compact
from kg.core.problems import KgError, brief, did_you_mean
from kg.queries.query_library import Bindings, Query
from kg.store import AnyStore, QueryError, Store
from kg.store.portable import without_open
from kg.store.sparql_text import form_of, graph_clauses, names_graphs
from kg.store.sparql_tokens import Token, tokens_of
from kg.store.stoppable import Stoppable
from kg.store.stopped import QueryLimits

_SECONDS = 2.0
"""A query for a hint is stopped after this time, and no further one is asked."""
_MOST = 50
"""Terms of a query that are looked up."""
_GROUP = re.compile(r"\$\d+[A-Za-z_]\w*")
_TERMS = """SELECT DISTINCT ?term WHERE {{
  {{ ?term a ?class }} UNION {{ SELECT DISTINCT ?term {{ ?s ?term ?o }} }}
  FILTER(STRSTARTS(STR(?term), {namespace}))
}}"""
Span = tuple[int, int]


def hints_of(graph: Answers, text: str, /, **parameters: str | int | None) -> tuple[str, ...]:
    """Why a query may have no results or empty cells: a filter, a misspelt term, what the engine reads differently.

    The query is asked again, and a few others. Other services are not contacted.

    Args:
        graph: the graph.
        text: a SPARQL query, or the name of a query of the library.
        parameters: values of the parameters of a query of the library.

    Raises:
        UsageError: if the query is not valid, or for an unknown parameter or thing.
    """
    if text not in graph.queries.names():
        return tuple(hints_on(graph.store, text, graph.sparql(text)))
    query = graph.queries.get(text)
    terms = query.terms(parameters, graph.lookup)
    if query.services or len(graph.store.query(query.bind(terms)).rows):
        return ()
    return tuple(without_each(graph.store, query, terms, parameters))


def hints_on(store: AnyStore, sparql: str, rows: Rows) -> Iterator[str]:
    """Hints on the answer to a query, each a line; none if nothing seems to be wrong.

    Args:
        store: The graph that gave the answer.
        sparql: The query.
        rows: Its answer.
    """
    tokens = list(tokens_of(sparql))
    empty = not rows.triples and not rows.terms if rows.boolean is None else not rows.boolean
    found = [*_replacements(tokens), *_concatenated(tokens, rows), *(_having(tokens) if empty else ())]
    limited, constants = Stoppable(store, QueryLimits(_SECONDS)), _constants(store, sparql, tokens)
    own = [iri for iri in constants if iri.startswith(str(CS))]
    with suppress(KgError):  # a hint that takes too long is none
        found += _undefined(limited, _without(store, own, ("?term ?p ?o",)))
        if empty:
            found += _unused(limited, sparql, [iri for iri in constants if not iri.startswith((str(CS), str(XSD)))])
        if empty and not found:
            found += _filters(limited, sparql, tokens)
    yield from dict.fromkeys(found)


def without_each(store: AnyStore, query: Query, terms: Bindings, values: Mapping[str, object]) -> Iterator[str]:
    """For a query of the library without results: what it would have without each of its optional parameters.

    Args:
        store: The graph that gave no results.
        query: The query.
        terms: The parameters as terms.
        values: The parameters as they were given.
    """
    limited, until = Stoppable(store, QueryLimits(_SECONDS)), time.monotonic() + _SECONDS
    for parameter in query.parameters:
        if terms.get(parameter.name) is None or parameter.default != "" or time.monotonic() > until:
            continue
        with suppress(KgError):
            found = len(limited.query(without_open(query.bind({**terms, parameter.name: None}))).rows)
            if found:
                given = f"{parameter.option} {brief(str(values[parameter.name]))}"
                yield f"without {given} there would be {found} row{'s' if found > 1 else ''}"


def _replacements(tokens: Sequence[Token]) -> Iterator[str]:
    """`$1x` in REPLACE: in XPath group 1 and an x, in the engine a group called `1x`, which is empty."""
    for at, token in enumerate(tokens):
        if token.keyword == "REPLACE":
            for part in tokens[at : _closing(tokens, at + 1)]:
                if part.kind == "string" and (group := _GROUP.search(part.text)):
                    number = re.match(r"\$\d+", group[0])
                    braced = f"${{{number[0][1:]}}}{group[0][number.end() :]}" if number else ""
                    yield f"REPLACE reads `{group[0]}` as a group of that name, which is empty: write `{braced}`"


def _concatenated(tokens: Sequence[Token], rows: Rows) -> Iterator[str]:
    """Columns without values that GROUP_CONCAT should fill: the engine concatenates strings only."""
    for at, token in enumerate(tokens):
        end = _closing(tokens, at + 1)
        if token.keyword != "GROUP_CONCAT" or [one.keyword for one in tokens[end : end + 1]] != ["AS"]:
            continue
        inside = [one for one in tokens[at + 2 : end] if one.keyword != "DISTINCT"]
        column = tokens[end + 1].text[1:] if end + 1 < len(tokens) else ""
        if inside and inside[0].kind == "variable" and column in rows.columns:
            place = rows.columns.index(column)
            if any(row[place] is None for row in rows.terms):
                name = inside[0].text
                yield f"GROUP_CONCAT has no value if one of {name} is not a string: write GROUP_CONCAT(STR({name}))"


def _having(tokens: Sequence[Token]) -> Iterator[str]:
    """Variables in HAVING that SELECT makes: they have no value there in the engine."""
    made = {after.text for before, after in pairwise(tokens) if before.keyword == "AS" and after.kind == "variable"}
    for at, token in enumerate(tokens):
        if token.keyword == "HAVING":
            for name in dict.fromkeys(one.text for one in tokens[at : _closing(tokens, at + 1)] if one.text in made):
                instead = "repeat the aggregate, as in HAVING(COUNT(?x) > 1)"
                yield f"HAVING has no value for {name}, which SELECT makes: {instead}"


def _closing(tokens: Sequence[Token], opening: int) -> int:
    """The index after the bracket that closes the one at `opening`; the number of tokens if there is none."""
    depth = 0
    for at in range(opening, len(tokens)):
        if tokens[at].kind == "bracket":
            depth += 1 if tokens[at].text in "([{" else -1
        if depth <= 0:
            return at + 1
    return len(tokens)


def _undefined(store: AnyStore, own: Sequence[str]) -> Iterator[str]:
    """Hints on terms in the namespace of the ontology that the graph says nothing about, if it has the ontology."""
    if own and (defined := _names(store, str(CS))):
        for iri in own:
            yield f"the ontology defines no {compact(iri)}; {_nearest(iri, str(CS), defined)}".rstrip("; ")


def _unused(store: AnyStore, sparql: str, terms: Sequence[str]) -> Iterator[str]:
    """Hints on terms that no triple contains and that are no graph."""
    graphs = ("GRAPH ?term { ?s ?p ?o }",) if names_graphs(sparql) else ()
    for iri in _without(store, terms, ("?term ?p ?o", "?s ?term ?o", "?s ?p ?term", *graphs)):
        namespace = iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]
        nearest = _nearest(iri, namespace, _names(store, namespace))
        yield f"the graph does not contain {compact(iri)}; {nearest}".rstrip("; ")


def _without(store: AnyStore, iris: Sequence[str], patterns: Sequence[str]) -> list[str]:
    """Those for which none of the patterns has a solution."""
    if not iris:
        return []
    absent = " ".join(f"FILTER NOT EXISTS {{ {pattern} }}" for pattern in patterns)
    values = " ".join(f"<{iri}>" for iri in iris)
    found = {iri for (iri,) in store.query(f"SELECT ?term {{ VALUES ?term {{ {values} }} {absent} }}").texts()}
    return [iri for iri in iris if iri in found]


def _names(store: AnyStore, namespace: str) -> set[str]:
    """The IRIs in a namespace of classified things and of properties."""
    return {iri for (iri,) in store.query(_TERMS.format(namespace=Literal(namespace))).texts()}


def _nearest(iri: str, namespace: str, known: set[str]) -> str:
    by_name = {name[len(namespace) :]: name for name in known}
    close = did_you_mean(iri[len(namespace) :], by_name)
    return close and did_you_mean(compact(iri), [compact(by_name[name]) for name in by_name])


def _constants(store: AnyStore, sparql: str, tokens: Sequence[Token]) -> list[str]:
    """The IRIs in FROM, in the pattern of a query and after it, without those of datatypes and functions."""
    start = _pattern(sparql, tokens)
    last = [Token("", "", 0), *tokens]
    found: list[str] = []
    for before, token, after in zip(last, tokens, [*tokens[1:], Token("", "", 0)], strict=False):
        is_term = token.kind in ("iri", "name") and token.start >= start
        if is_term and before.text != "^" and before.keyword != "SERVICE" and after.text != "(":
            found.append(token.text)
    found += [clause.iri for clause in graph_clauses(sparql)]
    texts = list(dict.fromkeys(found))[:_MOST]
    if not texts:
        return []
    reader = Store()
    reader.base = store.base
    prologue = sparql[: form_of(sparql).start]
    try:
        rows = reader.query(f"{prologue}SELECT ?term {{ VALUES ?term {{ {' '.join(texts)} }} }}")
    except KgError:
        return []  # relative IRIs, or an undeclared prefix: the query itself was refused then
    return [iri for (iri,) in rows.texts()]


def _pattern(sparql: str, tokens: Sequence[Token]) -> int:
    """Where the pattern of a query opens, after the template of a CONSTRUCT query."""
    form = form_of(sparql)
    at = next((at for at, token in enumerate(tokens) if token.text == "{" and token.start > form.start), len(tokens))
    end = _closing(tokens, at)
    if form.keyword == "CONSTRUCT" and at and tokens[at - 1].start == form.start and end < len(tokens):
        at = next((at for at in range(end, len(tokens)) if tokens[at].text == "{"), len(tokens))
    return tokens[at].start if at < len(tokens) else len(sparql)


def _filters(store: AnyStore, sparql: str, tokens: Sequence[Token]) -> Iterator[str]:
    """The filters without which the query would have results; a filter within another one is a part of that."""
    spans: list[Span] = []
    for at, token in enumerate(tokens):
        if token.keyword in ("FILTER", "HAVING") and (not spans or token.start >= spans[-1][1]):
            spans.append((token.start, _constraint(tokens, at + 1)))
    until = time.monotonic() + _SECONDS
    blamed = []
    for start, end in spans:
        if time.monotonic() > until:
            return
        if _has_results(store, sparql, tokens, [(start, end)]):
            blamed.append(f"without {brief(' '.join(sparql[start:end].split()))} there would be results")
    if not blamed and len(spans) > 1 and _has_results(store, sparql, tokens, spans):
        blamed.append("without its filters the query would have results; each alone leaves none")
    yield from blamed


def _constraint(tokens: Sequence[Token], at: int) -> int:
    """The position at which the constraint that begins at an index ends."""
    while at < len(tokens) and tokens[at].kind != "bracket":
        at += 1
    end = _closing(tokens, at)
    return tokens[end - 1].end if end else 0


def _has_results(store: AnyStore, sparql: str, tokens: Sequence[Token], without: Sequence[Span]) -> bool:
    """Whether a query has results without these parts of its pattern, or of what follows it."""
    form, start, clauses = form_of(sparql), _pattern(sparql, tokens), graph_clauses(sparql)
    pattern = sparql[start:]
    for first, end in sorted([*without, *_order(tokens, len(sparql))], reverse=True):
        if first < start:
            return False
        pattern = f"{pattern[: first - start]} {pattern[end - start :]}"
    if form.keyword == "SELECT":  # within another query: there it may have GROUP BY
        head = f"{sparql[form.start : clauses[0].start]} WHERE" if clauses else sparql[form.start : start]
        pattern = f"{{ {{ {head} {pattern}\n}} }}"
    graphs = " ".join(f"FROM {'NAMED ' if clause.named else ''}{clause.iri}" for clause in clauses)
    try:
        return bool(store.query(f"{sparql[: form.start]}ASK {graphs} {pattern}").boolean)
    except QueryError:
        return False  # without the filter it is no query


def _order(tokens: Sequence[Token], size: int) -> list[Span]:
    """ORDER BY after the pattern: without it the engine stops at the first result."""
    depth, start = 0, -1
    for token in tokens:
        if token.kind == "bracket":
            depth += 1 if token.text in "([{" else -1
        elif not depth and token.keyword == "ORDER":
            start = token.start
        elif not depth and start >= 0 and token.keyword in ("LIMIT", "OFFSET", "VALUES"):
            return [(start, token.start)]
    return [(start, size)] if start >= 0 else []
