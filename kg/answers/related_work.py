"""What is known about a topic, arranged as a draft of related work: stored statements in groups, and no word more.

A finding stands once, in the first group that it is of: what was looked for and not found, what is disputed, what
several works agree on, what stands alone. In each group first-hand findings come before second-hand ones.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from kg.answers.rows import Answers
from kg.core.iris import local_name

QUERIES = {"draft-findings": "topic", "draft-relations": "topic", "coded-works": "concept"}
"""The queries of the library that a draft is made from, with the parameter that is the topic."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A stored statement: of a finding, or of a citation that has a reason. `via` is who tells of it, if not `key`."""

    id: str
    """`finding/vanska2024/PEC4`."""
    says: str
    section: str
    key: str
    via: str = ""

    @property
    def is_finding(self) -> bool:
        return self.id.startswith("finding/")


@dataclass(frozen=True, slots=True)
class Point:
    """A finding on the topic with what other works say for and against it."""

    finding: Statement
    agreeing: tuple[Statement, ...] = ()
    qualifying: tuple[Statement, ...] = ()
    disagreeing: tuple[Statement, ...] = ()

    def statements(self) -> Iterator[Statement]:
        yield from (self.finding, *self.agreeing, *self.qualifying, *self.disagreeing)


@dataclass(frozen=True, slots=True)
class Coded:
    """The works that a review sorted under the topic and nobody has annotated, the newest first."""

    review: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RelatedWork:
    topic: str
    """The preferred label."""
    agreed: tuple[Point, ...]
    alone: tuple[Point, ...]
    disputed: tuple[Point, ...]
    absent: tuple[Point, ...]
    coded: tuple[Coded, ...]

    def __bool__(self) -> bool:
        return bool(self.points() or self.coded)

    def points(self) -> tuple[Point, ...]:
        return self.agreed + self.alone + self.disputed + self.absent

    def keys(self, coded: int) -> list[str]:
        """The BibTeX keys of all works that a draft cites, with so many of those that each review coded."""
        told = {key for point in self.points() for s in point.statements() for key in (s.key, s.via)}
        listed = {key for one in self.coded for key in (one.review, *one.keys[:coded])}
        return sorted((told | listed) - {""})


def related_work(graph: Answers, topic: str) -> RelatedWork:
    """The draft about a practice, challenge or approach, by its IRI or any of its names.

    Raises:
        UsageError: if nothing is called that, or more than one thing.
    """
    iri = graph.lookup.find(topic).value
    findings, absent = _findings(graph, iri)
    related = _relations(graph, iri, findings)
    points = [
        Point(one, *(tuple(related[one.id, how]) for how in ("agree", "qualify", "disagree")))
        for one in findings.values()
    ]
    points.sort(key=lambda point: (bool(point.finding.via), -len(point.agreeing)))
    groups = _grouped(
        _each_once(points, absent),
        lambda p: (
            "absent" if p.finding.id in absent else "disputed" if p.disagreeing else "agreed" if p.agreeing else "alone"
        ),
    )
    return RelatedWork(
        _label(graph, local_name(iri)),
        groups["agreed"],
        groups["alone"],
        groups["disputed"],
        groups["absent"],
        tuple(_coded(graph, iri)),
    )


def _label(graph: Answers, name: str) -> str:
    kind, _, slug = name.partition("/")
    return next(
        (str(row["label"]) for row in graph.query("vocabulary") if (row["kind"], row["slug"]) == (kind, slug)), name
    )


def _findings(graph: Answers, topic: str) -> tuple[dict[str, Statement], set[str]]:
    """The findings on the topic, and the ids of those that say that it was not found."""
    findings: dict[str, Statement] = {}
    absent: set[str] = set()
    for row in graph.query("draft-findings", topic=topic):
        one = _statement(row, "finding")
        findings.setdefault(one.id, one)
        if row["absent"]:
            absent.add(one.id)
    return findings, absent


def _relations(graph: Answers, topic: str, findings: Mapping[str, Statement]) -> dict[tuple[str, str], list[Statement]]:
    """What is related to each finding and how, findings before citations."""
    rows = [
        (local_name(str(row["finding"])), str(row["how"]), _statement(row, "other"))
        for row in graph.query("draft-relations", topic=topic)
    ]
    found: dict[tuple[str, str], list[Statement]] = defaultdict(list)
    for finding, how, other in sorted(rows, key=lambda row: not row[2].is_finding):
        kept = found[finding, how]
        # Two findings of one work are no agreement of works; a citation says why the findings of a work agree, which is
        # seen when they stand there.
        own = how == "agree" and other.key == findings[finding].key
        if not own and (other.is_finding or all(other.key != one.key or not one.is_finding for one in kept)):
            kept.append(other)
    return found


def _statement(row: Mapping[str, object], name: str) -> Statement:
    says, section, key, via = (str(row[column] or "") for column in ("says", "section", "key", "via"))
    return Statement(local_name(str(row[name])), says, section, key, via)


def _each_once(points: Iterable[Point], absent: set[str]) -> Iterator[Point]:
    """Leaves out the findings that stand beside another with all that is said of them."""
    shown: list[set[str]] = []
    for point in points:
        around = {statement.id for statement in point.statements()}
        if point.finding.id in absent or len(around) == 1 or not any(around <= others for others in shown):
            shown.append(around)
            yield point


def _grouped(points: Iterable[Point], group: Callable[[Point], str]) -> Mapping[str, tuple[Point, ...]]:
    groups: dict[str, tuple[Point, ...]] = defaultdict(tuple)
    for point in points:
        groups[group(point)] += (point,)
    return groups


def _coded(graph: Answers, topic: str) -> Iterator[Coded]:
    works: dict[str, dict[str, None]] = defaultdict(dict)
    for row in graph.query("coded-works", concept=topic):
        if not row["annotated"]:
            works[str(row["coded_by"])][str(row["key"])] = None
    yield from (Coded(review, tuple(works[review])) for review in sorted(works))
