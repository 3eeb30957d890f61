"""Integrity checks: each file of `queries/checks/` is a query whose rows are failures.

A row names a ?thing, which leads to its line, and a ?message; the header says the severity and the hint.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import get_args

from pyoxigraph import Literal, NamedNode

from kg.problems import Location, Problem, Severity
from kg.sources.files import SourceFile
from kg.sources.headers import read_header
from kg.store import QueryError, Store


def run_checks(
    store: Store, checks: list[SourceFile], places: Mapping[tuple[str, str], Location]
) -> list[Problem]:
    """One Problem for each row of each check."""
    return [problem for check in checks for problem in _run(store, check, places)]


def _run(store: Store, check: SourceFile, places: Mapping[tuple[str, str], Location]) -> list[Problem]:
    header, problems = read_header(check.name, check.text)
    severities: dict[str, Severity] = {name: name for name in get_args(Severity)}
    severity = severities.get(str(header.get("severity")), "error")
    rule, hint = f"check/{PurePosixPath(check.name).stem}", str(header.get("hint") or "")
    try:
        rows = store.query(check.text).named()
    except QueryError as error:
        return [*problems, Problem(Location(check.name), rule, str(error), "see the SPARQL 1.1 grammar")]
    for row in rows:
        thing, message = row.get("thing"), row.get("message")
        iri = thing.value if isinstance(thing, NamedNode) else ""
        text = message.value if isinstance(message, Literal) else str(header.get("summary") or rule)
        problems.append(Problem(places.get((iri, ""), Location(f"<{iri}>")), rule, text, hint, severity))
    return problems
