"""Integrity checks: each file of `queries/checks/` is a query whose rows are failures.

A row names a ?thing, which leads to its line, and a ?message; the header says the severity and the hint.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Set
from functools import cache
from pathlib import PurePosixPath
from typing import get_args

from pyoxigraph import Literal, NamedNode

from kg.graph.needs import Needs, needs_of
from kg.graph.triples import Places, SourceGraph
from kg.problems import Location, Problem, Severity
from kg.sources.files import SourceFile
from kg.sources.headers import read_header
from kg.store import QueryError, Store


def run_checks(
    store: Store,
    checks: list[SourceFile],
    places: Mapping[tuple[str, str], Location] | Callable[[], Places],
    everything: Callable[[], Store] | None = None,
) -> list[Problem]:
    """One Problem for each row of each check.

    A check whose header says `reads: terms` asks which classes and properties are used: it finds the first faults where
    `store` holds no more than one statement with each, and is asked again of `everything` when there are any.
    """
    found = cache(places) if callable(places) else lambda: places
    return [problem for check in checks for problem in _run(store, check, found, everything)]


def loaded(graphs: Iterable[SourceGraph], needs: Needs) -> Store:
    """A store of the statements that are needed, and of one with each other predicate of each graph."""
    named = {predicate.encode() for predicate in needs.predicates or ()}
    store, triples, quads = Store(), list[bytes](), list[bytes]()
    for graph in graphs:
        lines = [line for line in graph.text.split(b"\n") if line]
        shown = {line.split(b" ", 2)[1]: line for line in lines}
        triples += lines if needs.predicates is None else [line for line in lines if line.split(b" ", 2)[1] in named]
        triples += [line for predicate, line in shown.items() if predicate not in named]
        if needs.within is None:
            wanted: Set[bytes] = shown.keys()
        else:
            sets = [{name.encode() for name in names} for names in needs.within]
            wanted = set().union(*(names for names in sets if names <= shown.keys()))
        end = f" {graph.iri} .\n".encode()
        quads += [line + end for line in lines if line.split(b" ", 2)[1] in wanted] if wanted else []
        if len(triples) + len(quads) > _TOGETHER:
            store.load(b" .\n".join([*triples, b""]), b"".join(quads))
            triples, quads = [], []
    store.load(b" .\n".join([*triples, b""]), b"".join(quads))
    return store


_TOGETHER = 50_000
"""From how many statements on they are given to the engine, which takes those of a thousand files in one go faster."""


def check_needs(checks: Iterable[SourceFile]) -> list[Needs]:
    """What each check can depend on; one that asks which terms are used is shown some statements besides."""
    return [needs_of(check.text, free=_reads_terms(check)) for check in checks]


def _reads_terms(check: SourceFile) -> bool:
    return read_header(check.name, check.text)[0].get("reads") == "terms"


def _run(
    store: Store, check: SourceFile, places: Callable[[], Mapping[tuple[str, str], Location]],
    everything: Callable[[], Store] | None
) -> list[Problem]:
    header, problems = read_header(check.name, check.text)
    severities: dict[str, Severity] = {name: name for name in get_args(Severity)}
    severity = severities.get(str(header.get("severity")), "error")
    rule, hint = f"check/{PurePosixPath(check.name).stem}", str(header.get("hint") or "")
    try:
        found = store.query(check.text)
        if found.rows and everything and _reads_terms(check):
            found = everything().query(check.text)
    except QueryError as error:
        return [*problems, Problem(Location(check.name), rule, str(error), "see the SPARQL 1.1 grammar")]
    for row in found.named():
        thing, message = row.get("thing"), row.get("message")
        iri = thing.value if isinstance(thing, NamedNode) else ""
        text = message.value if isinstance(message, Literal) else str(header.get("summary") or rule)
        problems.append(Problem(places().get((iri, ""), Location(f"<{iri}>")), rule, text, hint, severity))
    return problems
