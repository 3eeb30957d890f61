"""Integrity checks: each file of `queries/checks/` is a query whose rows are failures.

A row names a ?thing, which leads to its line, and a ?message; the header says the severity and the hint.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import get_args

from pyoxigraph import Literal, NamedNode

from kg.core.files import SourceFile
from kg.core.iris import RDF, RDFS, mint
from kg.core.problems import Location, Problem, Severity
from kg.graph.needs import EVERYTHING, Needs, needs_of
from kg.graph.triples import SourceGraph
from kg.queries.headers import read_header
from kg.store import QueryError, Result, Store


def run_checks(
    store: Store,
    checks: list[SourceFile],
    places: Callable[[set[str]], Mapping[tuple[str, str], Location]],
    graphs: Sequence[SourceGraph] = (),
) -> list[Problem]:
    """One Problem for each row of each check, which is asked of `store`; `places` tells where things come from.

    A check whose header says `reads: terms` asks which classes and properties are used. It is asked of the vocabularies
    and a sample of the other `graphs`, and of all that there is when it finds something there.
    """

    def asked(check: SourceFile) -> Result:
        if not graphs or not _reads_terms(check):
            return store.query(check.text)
        sample = sampled(graphs).query(check.text)
        return loaded(graphs, EVERYTHING).query(check.text) if sample.rows else sample

    problems: list[Problem] = []
    failures: list[tuple[str, str, str, str, Severity]] = []
    for check in checks:
        try:
            failures += _failures(check, asked, problems)
        except QueryError as error:
            problems.append(Problem(Location(check.name), _rule(check), str(error), "see the SPARQL 1.1 grammar"))
    where = places({thing for thing, *_ in failures})
    return problems + [
        Problem(where.get((thing, ""), Location(f"<{thing}>")), rule, message, hint, severity)
        for thing, rule, message, hint, severity in failures
    ]


def loaded(graphs: Sequence[SourceGraph], needs: Needs) -> Store:
    """A store of the statements that are needed."""
    named = None if needs.predicates is None else {predicate.encode() for predicate in needs.predicates}
    within = None if needs.within is None else [{name.encode() for name in names} for names in needs.within]
    classes = None if needs.classes is None else {name.encode() for name in needs.classes}
    if classes is not None and needs.below:
        classes |= {
            line.split(b" ", 1)[0] for graph in graphs if _BELOW in graph.text for line in _by_predicate(graph)[_BELOW]
        }
    store, triples, quads = Store(), list[bytes](), list[bytes]()
    for graph in graphs:
        lines = _by_predicate(graph)
        for predicate in lines if named is None else named & lines.keys():
            triples += (
                lines[predicate]
                if predicate != _TYPE or classes is None
                else [line for line in lines[predicate] if line.rsplit(b" ", 1)[1] in classes]
            )
        end = f" {graph.iri} .\n".encode()
        for predicate in lines if within is None else set[bytes]().union(*(s for s in within if s <= lines.keys())):
            quads += [line + end for line in lines[predicate]]
        if len(triples) + len(quads) > _TOGETHER:
            store.load(b" .\n".join([*triples, b""]), b"".join(quads))
            triples, quads = [], []
    store.load(b" .\n".join([*triples, b""]), b"".join(quads))
    return store


def sampled(graphs: Iterable[SourceGraph]) -> Store:
    """A store of the vocabularies, and of one statement with each property and with each class in the other graphs."""
    shown: dict[bytes, bytes] = {}
    whole: list[bytes] = []
    for graph in graphs:
        if graph.iri.value.startswith(_VOCABULARIES):
            whole += [line for line in graph.text.split(b"\n") if line]
            continue
        for predicate, lines in _by_predicate(graph).items():
            if predicate == _TYPE:
                shown |= {line.rsplit(b" ", 1)[1]: line for line in lines}
            else:
                shown[predicate] = lines[0]
    store = Store()
    store.load(b" .\n".join([*whole, *shown.values(), b""]))
    return store


def _by_predicate(graph: SourceGraph) -> dict[bytes, list[bytes]]:
    found: defaultdict[bytes, list[bytes]] = defaultdict(list)
    for line in filter(None, graph.text.split(b"\n")):
        found[line.split(b" ", 2)[1]].append(line)
    return found


_VOCABULARIES = mint("vocabulary", "").value
_TYPE, _BELOW = str(RDF.type).encode(), str(RDFS.subClassOf).encode()
_TOGETHER = 50_000
"""From how many statements on they are given to the engine, which takes those of a thousand files in one go faster."""


def check_needs(checks: Iterable[SourceFile]) -> list[Needs]:
    """What each check can depend on, but for those that ask which terms are used."""
    return [needs_of(check.text) for check in checks if not _reads_terms(check)]


def _reads_terms(check: SourceFile) -> bool:
    return read_header(check.name, check.text)[0].get("reads") == "terms"


def _rule(check: SourceFile) -> str:
    return f"check/{PurePosixPath(check.name).stem}"


def _failures(
    check: SourceFile, asked: Callable[[SourceFile], Result], problems: list[Problem]
) -> Iterator[tuple[str, str, str, str, Severity]]:
    """The thing that each row is about, by its IRI, with what there is to tell; what is wrong with the header is added.

    Raises QueryError if the query is none.
    """
    header, faults = read_header(check.name, check.text)
    problems += faults
    severities: dict[str, Severity] = {name: name for name in get_args(Severity)}
    severity = severities.get(str(header.get("severity")), "error")
    rule, hint = _rule(check), str(header.get("hint") or "")
    for row in asked(check).named():
        thing, message = row.get("thing"), row.get("message")
        text = message.value if isinstance(message, Literal) else str(header.get("summary") or rule)
        yield thing.value if isinstance(thing, NamedNode) else "", rule, text, hint, severity
