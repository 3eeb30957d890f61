"""What to read next: works that are not annotated, ranked by how much the review says about them already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from kg.answers.evidence_map import ABSENT
from kg.answers.evidence_rows import evidence_map
from kg.answers.rows import Answers
from kg.core.reprs import short


@dataclass(frozen=True, slots=True)
class Unread:
    """A work that is not annotated, and what it would add."""

    key: str
    work: str
    cited_by: int
    """Annotated publications that cite it or report what it found."""
    reviews: int
    """Reviews that include it or coded it."""
    cells: int
    """Cells of the evidence map without first-hand evidence in which a publication reports a finding of this work."""
    findings: int
    """Its findings that others report."""

    def __repr__(self) -> str:
        return short(self, self.key, f"cited by {self.cited_by}")


def unread(graph: Answers, rows: str = "practice", columns: str = "challenge") -> list[Unread]:
    """The works that are not annotated, those first that most annotated publications cite, then by reviews and cells.

    Works that no annotated publication or review mentions are not in it. A cell counts because reading the work may
    put first-hand evidence where there are only reports.

    Args:
        graph: the graph of the review.
        rows, columns: the dimensions of the evidence map.

    Raises:
        UsageError: if a dimension is not known, or both are the same.
    """
    citing, reviews = _citing(graph), defaultdict(set)
    for row in graph.query("review-studies"):
        reviews[str(row["key"])].add(str(row["review"]))
    cells: dict[str, int] = defaultdict(int)
    for cell in evidence_map(graph, rows, columns).cells.values():
        if not cell.first_hand:
            for key in {finding.key for finding in cell.findings if finding.polarity != ABSENT}:
                cells[key] += 1
    found = [
        Unread(key, str(row["work"]), len(citing.get(key, ())), len(reviews.get(key, ())), cells.get(key, 0),
               int(str(row["told"])))
        for row in graph.query("not-annotated") for key in [str(row["key"])]
    ]  # fmt: skip
    known = [one for one in found if one.cited_by or one.reviews]
    return sorted(known, key=lambda one: (-one.cited_by, -one.reviews, -one.cells, -one.findings, one.key))


def _citing(graph: Answers) -> Mapping[str, set[str]]:
    """By key of a work, the keys of the annotated publications that cite it or report what it found."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in graph.query("why-cited"):
        found[str(row["key"])].add(str(row["by"]))
    for row in graph.query("unread-sources"):
        found[str(row["key"])].add(str(row["via_key"]))
    return found
