"""A review in one screen: how much there is, what is missing, and what to do next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from kg.answers.contents import numbers_of
from kg.answers.evidence_map import STATES
from kg.answers.evidence_rows import evidence_map
from kg.answers.rows import Answers
from kg.answers.todo import Unread, unread

NEXT = 5
"""How many works to read next are named."""


@dataclass(frozen=True, slots=True)
class Status:
    """The state of a review."""

    title: str
    snapshot: str
    numbers: Mapping[str, int]
    quotations: Mapping[str, int]
    """Quotations that are not verified word for word, by status."""
    cells: Mapping[str, int]
    """Cells of the map of practices by categories, by state."""
    next: tuple[Unread, ...]
    unread: int
    changed: tuple[str, ...] = ()
    """Sources that were changed since the graph was built."""
    problems: Mapping[str, int] = field(default_factory=dict)
    """Problems of the last build, by severity."""


def status(graph: Answers, changed: tuple[str, ...] = (), problems: Mapping[str, int] | None = None) -> Status:
    """The state of a review.

    Args:
        graph: its graph.
        changed: sources that were changed since it was built.
        problems: problems of the build, by severity.
    """
    whole = evidence_map(graph)
    cells = Counter(whole.state(row.iri, column.iri) for row in whole.rows for column in whole.columns)
    quotations = Counter(str(row["status"]) for row in graph.query("unverified-quotations"))
    works = unread(graph)
    return Status(
        graph.title, graph.snapshot, numbers_of(graph), dict(sorted(quotations.items())),
        {state: cells[state] for state in STATES if cells[state]}, tuple(works[:NEXT]), len(works), changed,
        problems or {},
    )  # fmt: skip
