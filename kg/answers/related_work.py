"""What is known about a topic, arranged as a draft of related work: stored statements in groups, without added words.

A finding appears once, in the first group that applies: what was looked for and not found, what is disputed, what
several works agree on, what one work reports. In each group first-hand findings come before second-hand ones.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from kg.answers.rows import Answers, Row, made
from kg.core.iris import local_name

QUERIES = {"draft-findings": "topic", "draft-relations": "topic", "coded-works": "concept"}
"""The queries of the library that a draft is made from, with the parameter that is the topic."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A stored statement: of a finding, or of a citation that has a reason."""

    id: str
    """`finding/vanska2024/PEC4`."""
    says: str
    section: str
    key: str
    """BibTeX key of the work that it is a statement of."""
    via: str = ""
    """BibTeX key of the work that reports it, if that is another one."""

    @property
    def is_finding(self) -> bool:
        return self.id.startswith("finding/")


@dataclass(frozen=True, slots=True)
class DiscussedFinding:
    """A finding on the topic with what other works say for and against it."""

    finding: Statement
    agreeing: tuple[Statement, ...] = ()
    qualifying: tuple[Statement, ...] = ()
    disagreeing: tuple[Statement, ...] = ()

    def statements(self) -> Iterator[Statement]:
        yield from (self.finding, *self.agreeing, *self.qualifying, *self.disagreeing)


@dataclass(frozen=True, slots=True)
class Coded:
    """The works that a review coded with the topic and that are not annotated, the newest first."""

    review: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RelatedWork:
    """The draft: findings on the topic in four groups, and works that reviews coded with it."""

    topic: str
    """The preferred label."""
    agreed: tuple[DiscussedFinding, ...]
    alone: tuple[DiscussedFinding, ...]
    disputed: tuple[DiscussedFinding, ...]
    absent: tuple[DiscussedFinding, ...]
    coded: tuple[Coded, ...]

    def __bool__(self) -> bool:
        return bool(self.points() or self.coded)

    def points(self) -> tuple[DiscussedFinding, ...]:
        """The findings of all groups."""
        return self.agreed + self.alone + self.disputed + self.absent

    def keys(self, coded: int) -> list[str]:
        """The BibTeX keys of all works that a draft cites, with at most `coded` works of each review."""
        cited = {key for point in self.points() for s in point.statements() for key in (s.key, s.via)}
        listed = {key for one in self.coded for key in (one.review, *one.keys[:coded])}
        return sorted((cited | listed) - {""})


def related_work(graph: Answers, topic: str) -> RelatedWork:
    """The draft about a practice, challenge or approach, by its IRI or any of its names.

    Raises:
        UsageError: if nothing is called that, or more than one thing.
    """
    iri = graph.lookup.find(topic).value
    findings: dict[str, Statement] = {}
    absent: set[str] = set()
    for row in graph.query("draft-findings", topic=iri):
        one = _statement(row, "finding")
        findings.setdefault(one.id, one)
        if row["absent"]:
            absent.add(one.id)
    related = _relations(graph, iri, findings)
    points = [
        DiscussedFinding(one, *(tuple(related[one.id, how]) for how in ("agree", "qualify", "disagree")))
        for one in findings.values()
    ]
    points.sort(key=lambda point: (bool(point.finding.via), -len(point.agreeing)))
    groups: dict[str, tuple[DiscussedFinding, ...]] = defaultdict(tuple)
    for p in _each_once(points, absent):
        group = "disputed" if p.disagreeing else "agreed" if p.agreeing else "alone"
        groups["absent" if p.finding.id in absent else group] += (p,)
    return RelatedWork(
        _label(graph, local_name(iri)),
        groups["agreed"],
        groups["alone"],
        groups["disputed"],
        groups["absent"],
        tuple(_coded(graph, iri)),
    )


def _label(graph: Answers, name: str) -> str:
    rows = graph.query("vocabulary")
    return next((str(row["label"]) for row in rows if f"{row['kind']}/{row['slug']}" == name), name)


def _relations(graph: Answers, topic: str, findings: Mapping[str, Statement]) -> dict[tuple[str, str], list[Statement]]:
    """The statements related to each finding, by how they are related; findings before citations."""
    rows = [
        (local_name(str(row["finding"])), str(row["how"]), _statement(row, "other"))
        for row in graph.query("draft-relations", topic=topic)
    ]
    found: dict[tuple[str, str], list[Statement]] = defaultdict(list)
    for finding, how, other in sorted(rows, key=lambda row: not row[2].is_finding):
        before = found[finding, how]
        # Two findings of one work are not an agreement between works. A citation says why the findings of a work agree,
        # which is clear when these are listed.
        own = how == "agree" and other.key == findings[finding].key
        if not own and (other.is_finding or all(other.key != one.key or not one.is_finding for one in before)):
            before.append(other)
    return found


def _statement(row: Row, column: str) -> Statement:
    return made(Statement, row, id=local_name(str(row[column])))


def _each_once(points: Iterable[DiscussedFinding], absent: set[str]) -> Iterator[DiscussedFinding]:
    """Leaves out findings that another one already shows, with everything that is related to them."""
    shown: list[set[str]] = []
    for point in points:
        around = {statement.id for statement in point.statements()}
        if point.finding.id in absent or len(around) == 1 or not any(around <= others for others in shown):
            shown.append(around)
            yield point


def _coded(graph: Answers, topic: str) -> Iterator[Coded]:
    works: dict[str, dict[str, None]] = defaultdict(dict)
    for row in graph.query("coded-works", concept=topic):
        if not row["annotated"]:
            works[str(row["coded_by"])][str(row["key"])] = None
    yield from (Coded(review, tuple(works[review])) for review in sorted(works))
