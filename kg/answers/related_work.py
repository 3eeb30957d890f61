"""What is known about a topic, arranged as a draft of related work: stored statements and claims in groups.

A finding appears once: by agreement in the first group that applies (looked for and not found, disputed, agreed, of
one work), or by topic under the challenge or outcome that most studies report. In each group first-hand findings come
before second-hand ones. A claim (a link, an effect or a recommendation) is named in each group that it belongs to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kg.answers.display import Displayed
from kg.answers.evidence_rows import selected_findings
from kg.answers.rows import Answers, Row, made
from kg.answers.selection import ALL, Selection
from kg.core.iris import local_name
from kg.core.problems import UsageError, brief
from kg.core.reprs import counted, said, short

QUERIES = {
    "draft-findings": "topic", "draft-relations": "topic", "draft-claims": "topic", "coded-works": "concept",
    "study-decisions": "",
}  # fmt: skip
"""The queries of the library that a draft is made from, with the parameter that is the topic, if they have one."""
MAIN = "main"
"""The readings that count, as a parameter of the queries on findings: the main one of a publication, or `all`."""


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


RECOMMENDATION = "recommendation"
KINDS = ("challenge", "outcome", RECOMMENDATION)
"""What a draft can be grouped by, apart from agreement."""
AGREEMENT = "agreement"
OTHER, ABSENT = "other", "absent"
"""Groups of findings that make no claim of the kinds asked for, or that the topic was looked for and not found."""
OPPOSITE = {"increases": ("decreases",), "decreases": ("increases",), "hinders": ("absent",), "absent": ("hinders",)}
"""Relations that say the opposite of each other; `no change` and `mixed` are neither."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A link, an effect or a recommendation with the studies behind it."""

    kind: str
    subject: str
    relation: str
    target: str
    """Labels: `continuous integration`, `decreases`, `lead time`."""
    first: tuple[str, ...]
    """BibTeX keys of the works that found it themselves."""
    second: tuple[tuple[str, tuple[str, ...]], ...]
    """Publications that report it of other works, each with the keys of these; works of `first` are not repeated."""
    studies: int
    """Distinct studies; one that two reviews report counts once."""
    opposes: bool = False
    """Whether it says the opposite of a claim before it."""

    def works(self) -> set[str]:
        """The BibTeX keys of all works that it cites."""
        return {*self.first, *(key for via, told in self.second for key in (via, *told))}


@dataclass(frozen=True, slots=True)
class Group:
    """The claims and findings under one challenge or outcome; without a heading, what belongs to none."""

    kind: str
    """One of `KINDS`, or `OTHER` or `ABSENT`."""
    heading: str
    claims: tuple[Claim, ...]
    points: tuple[DiscussedFinding, ...]


@dataclass(frozen=True, slots=True)
class RelatedWork(Displayed):
    """The draft: findings on the topic in four groups, and works that reviews coded with it."""

    topic: str
    """The preferred label."""
    agreed: tuple[DiscussedFinding, ...]
    alone: tuple[DiscussedFinding, ...]
    disputed: tuple[DiscussedFinding, ...]
    absent: tuple[DiscussedFinding, ...]
    coded: tuple[Coded, ...]
    groups: tuple[Group, ...] | None = None
    """The same findings by challenge, outcome or recommendation; None for a draft by agreement."""
    selection: Selection = ALL
    snapshot: str = ""
    """Content hash of the graph that it was made from."""

    def __bool__(self) -> bool:
        return bool(self.points() or self.coded)

    def __repr__(self) -> str:
        return short(self, said(self.topic), counted(len(self.points()), "finding"))

    def __str__(self) -> str:
        """The draft in Markdown, if it comes from a `KnowledgeGraph`."""
        return self._repr_markdown_() or repr(self)

    def points(self) -> tuple[DiscussedFinding, ...]:
        """The findings of all groups."""
        return self.agreed + self.alone + self.disputed + self.absent

    def keys(self, coded: int) -> list[str]:
        """The BibTeX keys of all works that a draft cites, with at most `coded` works of each review."""
        cited = {key for point in self.points() for s in point.statements() for key in (s.key, s.via)}
        cited |= {key for group in self.groups or () for claim in group.claims for key in claim.works()}
        listed = {key for one in self.coded for key in (one.review, *one.keys[:coded])}
        return sorted((cited | listed) - {""})


def groupings(name: str) -> tuple[str, ...]:
    """What `related_work` takes as `by`, for the word of a person: `topic`, one of `KINDS`, or `agreement`.

    Raises:
        UsageError: for another word.
    """
    known = {"topic": KINDS, AGREEMENT: (AGREEMENT,)} | {kind: (kind,) for kind in KINDS}
    if name not in known:
        raise UsageError(f"a draft is grouped by {', '.join(known)}, not by `{brief(name)}`")
    return known[name]


def related_work(
    graph: Answers, topic: str, by: Collection[str] = (AGREEMENT,), selection: Selection = ALL, readings: str = MAIN
) -> RelatedWork:
    """The draft about a practice, challenge or approach, by its IRI or any of its names.

    Args:
        graph, topic: the graph, and what the draft is about.
        by: `agreement`, or some of `KINDS`, in whose order the groups are.
        selection: which findings are in it.
        readings: `main`, or `all` for those of further coders, too.

    Raises:
        UsageError: if nothing is called that, or more than one thing.
    """
    iri = graph.lookup.find(topic).value
    there = selected_findings(graph, selection).findings if selection else None
    findings: dict[str, Statement] = {}
    absent: set[str] = set()
    for row in graph.query("draft-findings", topic=iri, readings=readings):
        one = _statement(row, "finding")
        if there is not None and one.id not in there:
            continue
        findings.setdefault(one.id, one)
        if row["absent"]:
            absent.add(one.id)
    related = _relations(graph, iri, findings, there, readings)
    points = [
        DiscussedFinding(one, *(tuple(related[one.id, how]) for how in ("agree", "qualify", "disagree")))
        for one in findings.values()
    ]
    points.sort(key=lambda point: (bool(point.finding.via), -len(point.agreeing)))
    groups: dict[str, tuple[DiscussedFinding, ...]] = defaultdict(tuple)
    for p in _each_once(points, absent):
        group = "disputed" if p.disagreeing else "agreed" if p.agreeing else "alone"
        groups["absent" if p.finding.id in absent else group] += (p,)
    draft = RelatedWork(
        _label(graph, local_name(iri)),
        groups["agreed"],
        groups["alone"],
        groups["disputed"],
        groups["absent"],
        () if selection else tuple(_coded(graph, iri)),
        selection=selection,
        snapshot=graph.snapshot,
    )
    if AGREEMENT in by:
        return draft
    claims = graph.query("draft-claims", topic=iri, readings=readings)
    rows = [row for row in claims if local_name(str(row["finding"])) in findings]
    return replace(draft, groups=tuple(_groups(rows, draft, by)))


def _groups(rows: Sequence[Row], draft: RelatedWork, by: Collection[str]) -> Iterator[Group]:
    """Groups of each kind, those of most studies first, and last the findings that are in none."""
    under: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in _stated(rows):
        if row["kind"] in by:
            under[str(row["kind"]), str(row["heading"] or "")].append(row)
    left = {point.finding.id: point for point in draft.points()}
    order = list(by)
    for (kind, heading), told in sorted(
        under.items(), key=lambda item: (order.index(item[0][0]), not item[0][1], -_studies(item[1]), item[0][1])
    ):
        ids = dict.fromkeys(local_name(str(row["finding"])) for row in told)
        found = [left.pop(name) for name in ids if name in left]
        found.sort(key=lambda point: (bool(point.finding.via), point.finding.key, point.finding.id))
        claims = tuple(_claims(kind, heading, told))
        if claims or found:
            yield Group(kind, heading, claims, tuple(found))
    absent = tuple(left.pop(point.finding.id) for point in draft.absent if point.finding.id in left)
    yield from (Group(kind, "", (), rest) for kind, rest in ((OTHER, tuple(left.values())), (ABSENT, absent)) if rest)


def _stated(rows: Sequence[Row]) -> Iterator[Row]:
    """The rows. Advice that names several things and several challenges gets no subject: no text pairs them."""
    headings: dict[object, set[object]] = defaultdict(set)
    subjects: dict[object, set[object]] = defaultdict(set)
    for row in rows:
        if row["kind"] == RECOMMENDATION:
            headings[row["finding"]].add(row["heading"])
            subjects[row["finding"]].add(row["subject"])
    for row in rows:
        several = len(headings[row["finding"]]) > 1 and len(subjects[row["finding"]]) > 1
        yield {**row, "subject": None} if several and row["kind"] == RECOMMENDATION else row


def _claims(kind: str, heading: str, rows: Iterable[Row]) -> Iterator[Claim]:
    """The claims of a group by subject; of each subject those of most studies first, and then what opposes them."""
    by_subject: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        if row["subject"]:
            by_subject[str(row["subject"])][str(row["relation"])].append(row)
    for subject, relations in sorted(by_subject.items()):
        said: list[str] = []
        for relation, told in sorted(relations.items(), key=lambda item: (-_studies(item[1]), item[0])):
            first = sorted({str(row["key"]) for row in told if not row["via"]})
            second: dict[str, set[str]] = defaultdict(set)
            for row in told:
                if row["via"] and row["key"] not in first:
                    second[str(row["via"])].add(str(row["key"]))
            vias = tuple((via, tuple(sorted(second[via]))) for via in sorted(second))
            opposes = any(other in said for other in OPPOSITE.get(relation, ()))
            yield Claim(kind, subject, relation, heading, tuple(first), vias, _studies(told), opposes)
            said.append(relation)


def _studies(rows: Iterable[Row]) -> int:
    return len({row["study"] for row in rows})


def _label(graph: Answers, name: str) -> str:
    rows = graph.query("vocabulary")
    return next((str(row["label"]) for row in rows if f"{row['kind']}/{row['slug']}" == name), name)


def _relations(
    graph: Answers, topic: str, findings: Mapping[str, Statement], there: Collection[str] | None, readings: str
) -> dict[tuple[str, str], list[Statement]]:
    """The statements related to each finding, by how they are related; findings before citations.

    A selection (`there`) selects among the related findings too, and leaves citations out.
    """
    rows = [
        (local_name(str(row["finding"])), str(row["how"]), _statement(row, "other"))
        for row in graph.query("draft-relations", topic=topic, readings=readings)
        if there is None or {local_name(str(row["finding"])), local_name(str(row["other"]))} <= set(there)
    ]
    studies = {str(row["merged"]): str(row["kept"]) for row in graph.query("study-decisions")}
    found: dict[tuple[str, str], list[Statement]] = defaultdict(list)
    for finding, how, other in sorted(rows, key=lambda row: not row[2].is_finding):
        before = found[finding, how]
        # Two findings of one study are not an agreement between studies. A citation says why the findings of a work
        # agree, which is clear when these are listed.
        one_of, other_of = (studies.get(key, key) for key in (findings[finding].key, other.key))
        own = how == "agree" and one_of == other_of
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
