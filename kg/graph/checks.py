"""Integrity checks: each file of `queries/checks/` is a query whose rows are failures.

A row has a ?thing, which leads to a line of a source, and a ?message; the header gives the severity and the hint.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import get_args

from pyoxigraph import Literal, NamedNode

from kg.core.files import SourceFile
from kg.core.problems import Location, Problem, Severity
from kg.graph.loading import Sample, loaded
from kg.graph.statements import SourceGraph, places_of
from kg.queries.headers import read_header
from kg.store import QueryError, Result, Store


def run_checks(
    store: Store, checks: Sequence[SourceFile], graphs: Sequence[SourceGraph], sample: Sample
) -> list[Problem]:
    """One Problem for each row of each check, at the line of its thing.

    A check with `reads: terms` in its header asks which classes and properties are used. It is run on the vocabularies
    and a sample of the graphs, and on everything only if it finds something there.

    Args:
        store: the statements that the other checks can depend on.
        checks: the queries.
        graphs: all graphs.
        sample: a sample of these graphs.
    """
    problems: list[Problem] = []
    failures: list[Problem] = []
    for check in checks:
        try:
            if not reads_terms(check):
                result = store.query(check.text)
            elif (result := sample.store().query(check.text)).rows:
                result = loaded(graphs, None)[0].query(check.text)
            failures += _failures(check, result)
        except QueryError as error:
            problems.append(Problem(Location(check.name), _rule(check), str(error), "see the SPARQL 1.1 grammar"))
        problems += read_header(check.name, check.text)[1]
    places = places_of(graphs, {failure.where.file for failure in failures})
    found = (places.get((failure.where.file, ""), Location(f"<{failure.where.file}>")) for failure in failures)
    return problems + [replace(failure, where=where) for failure, where in zip(failures, found, strict=True)]


def reads_terms(check: SourceFile) -> bool:
    """Whether the check asks which classes and properties are used, and nothing else."""
    return read_header(check.name, check.text)[0].get("reads") == "terms"


def _rule(check: SourceFile) -> str:
    return f"check/{PurePosixPath(check.name).stem}"


def _failures(check: SourceFile, result: Result) -> Iterator[Problem]:
    """The Problem of each row, with the IRI of its thing in the place of a file."""
    header, _ = read_header(check.name, check.text)
    severities: dict[str, Severity] = {name: name for name in get_args(Severity)}
    severity = severities.get(str(header.get("severity")), "error")
    rule, hint = _rule(check), str(header.get("hint") or "")
    for row in result.named():
        thing, message = row.get("thing"), row.get("message")
        text = message.value if isinstance(message, Literal) else str(header.get("summary") or rule)
        yield Problem(Location(thing.value if isinstance(thing, NamedNode) else ""), rule, text, hint, severity)
