"""What findings claim of pairs: a challenge hinders a practice, a practice increases an outcome.

The rows are those behind the cells of the evidence map, so the studies of a pair are the same in both. A page of the
graph counts them again after each change of a filter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from kg.answers.rows import Answers, Row, made


@dataclass(frozen=True, slots=True)
class PairClaim:
    """One finding of one study on a practice and a challenge, or on a practice and an outcome."""

    finding: str
    """IRI."""
    practice: str
    target: str
    """IRI of the challenge or the outcome."""
    polarity: str
    """One of `kg.answers.selection.POLARITIES`."""
    study: str
    """IRI of the study that found it, also for a second-hand finding: it is what is counted."""
    first_hand: bool
    work: str = ""
    """How the work that found it is named."""
    key: str = ""
    """Its BibTeX key."""
    year: str = ""
    """Its year; empty when it is not known."""
    via: str = ""
    """How the work that reports it is named, when second-hand."""
    via_key: str = ""
    categories: tuple[str, ...] = ()
    """IRIs of the categories that a challenge is in."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What distinguishes the pairs without a claim, as in the evidence map: no evidence found, or nobody looked."""

    studied: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By the IRI of a practice, challenge or outcome: the studies with any finding on it."""
    excluded: frozenset[tuple[str, str]] = frozenset()
    """Pairs that somebody declares not applicable."""


def looked(graph: Answers) -> Looked:
    """Which studies have findings on what, and which pairs make no sense."""
    behind: dict[str, set[str]] = defaultdict(set)
    for row in graph.query("map-studies").with_iris():
        behind[str(row["finding"])].add(str(row["study"]))
    studied: dict[str, set[str]] = defaultdict(set)
    for row in graph.query("map-subjects").with_iris():
        studied[str(row["header"])] |= behind[str(row["thing"])]
    excluded = {(str(row["one"]), str(row["other"])) for row in graph.query("map-exclusions").with_iris()}
    return Looked({iri: frozenset(found) for iri, found in studied.items()}, frozenset(excluded))


def claims(graph: Answers, practices: Collection[str]) -> list[PairClaim]:
    """The claims on these practices. Effects of an approach, a tool or a challenge are not among them."""
    categories: dict[str, list[str]] = defaultdict(list)
    for row in graph.query("map-memberships").with_iris():
        if row["dimension"] == "category":
            categories[str(row["member"])].append(str(row["header"]))

    def claim(row: Row, practice: str, target: str) -> PairClaim:
        above = tuple(categories.get(str(row[target]), ()))
        return made(PairClaim, row, practice=str(row[practice]), target=str(row[target]), categories=above)

    links = [claim(row, "practice", "challenge") for row in graph.query("map-findings").with_iris()]
    effects = [claim(row, "cause", "outcome") for row in graph.query("map-effects").with_iris()]
    return [one for one in (*links, *effects) if one.practice in practices]
