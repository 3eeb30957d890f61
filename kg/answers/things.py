"""What the graph holds, as values: concepts, findings with the words they rest on, publications.

`KnowledgeGraph` gives them; they are made from the rows of the queries in `queries/things/`, and know nothing of RDF.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, cast

from kg.answers.rows import Answers, Value
from kg.core.iris import full_iri, local_name

ConceptKind = Literal["practice", "challenge", "approach", "method", "area", "context"]
Hand = Literal["first-hand", "second-hand"]
QuoteStatus = Literal["exact", "near", "missing", "unchecked"]


@dataclass(frozen=True, slots=True)
class Concept:
    """A practice, challenge, approach or other concept of the vocabulary."""

    slug: str
    """What annotations write and parameters take: `continuous-testing`."""
    label: str
    """The preferred label."""
    alternative_labels: tuple[str, ...]
    """The other names that people search for it by, sorted."""
    definition: str
    """What is meant; empty where the vocabulary does not say."""
    kind: ConceptKind
    iri: str

    def __str__(self) -> str:
        """The slug, so that a concept can be given as the parameter of a query."""
        return self.slug


@dataclass(frozen=True, slots=True)
class Quotation:
    """A verbatim phrase that a finding rests on."""

    text: str
    section: str
    """Where it stands in the publication, as printed."""
    status: QuoteStatus
    """Whether it was found in the full text; `unchecked` when nobody has looked."""
    key: str
    """BibTeX key of the publication that it stands in."""
    said_by: str = ""
    """The participant whose words these are; empty when they are the authors'."""
    page: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """What a finding says of a challenge and a practice."""

    challenge: str
    """Slug of the challenge."""
    polarity: str
    """`hinders`, `mitigates` (the practice mitigates the challenge) or `absent`."""
    practice: str
    """Slug of the practice."""


@dataclass(frozen=True, slots=True)
class Relation:
    """What one finding is to another."""

    source: str
    """The finding that the relation goes from: `vanska2024/PEC4`."""
    kind: str
    """`corroborates`, `contradicts`, `refines` or `related finding`."""
    target: str
    """The finding that it goes to."""
    note: str = ""
    """In what way, in the annotator's words."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a study found, and what it rests on."""

    id: str
    """Its id in its publication: `PEC4`."""
    statement: str
    """What was found, in the annotator's own words."""
    section: str
    """Where it stands, as printed."""
    hand: Hand
    """`second-hand` when another publication than the one that found it tells of it."""
    key: str
    """BibTeX key of the work that found it."""
    told_in: str
    """BibTeX key of the publication it stands in: that of the work itself when it is first-hand."""
    numbered: bool
    """Whether it is one of the numbered key findings of its publication."""
    practices: tuple[str, ...]
    """Slugs of the practices that it is about, sorted."""
    challenges: tuple[str, ...]
    approaches: tuple[str, ...]
    quotations: tuple[Quotation, ...]
    """The words it rests on."""
    links: tuple[Link, ...]
    """The challenges that hinder practices by this finding, and the like."""
    relations: tuple[Relation, ...]
    """How it relates to other findings, and they to it."""
    iri: str

    def __str__(self) -> str:
        """`vanska2024/PEC4`, which names it among those of all publications, also as the parameter of a query."""
        return _id(self.iri)

    def _repr_html_(self) -> str:
        from kg.render.pages.notebook import finding_html

        return finding_html(self)


@dataclass(frozen=True, slots=True)
class Publication:
    """What was printed, as the bibliography has it. An empty field is not in the bibliography."""

    key: str
    """BibTeX key, for `\\cite{key}`."""
    label: str
    """`Vänskä et al. (2024)`: how it is named in tables and pictures."""
    title: str
    authors: tuple[str, ...]
    """As printed, in their order."""
    year: str
    venue: str
    """Journal, proceedings or book."""
    doi: str
    url: str
    annotated: bool
    """Whether somebody has annotated it."""
    iri: str

    def __str__(self) -> str:
        """The key, so that a publication can be given as the parameter of a query."""
        return self.key


# --- from rows ----------------------------------------------------------------------------------------------------

Row = Mapping[str, Value]


def concepts(graph: Answers, kind: ConceptKind) -> tuple[Concept, ...]:
    """All concepts of a kind, by label."""
    names = _grouped(graph.query("network-names"), "node")
    return tuple(
        Concept(
            _id(name),
            str(row["label"]),
            tuple(str(other["name"]) for other in names[name]),
            str(row["definition"] or ""),
            kind,
            full_iri(name),
        )
        for row in graph.query("things-concepts", kind=kind)
        for name in [str(row["concept"])]
    )


def findings(graph: Answers, **wanted: str) -> tuple[Finding, ...]:
    """The findings that the parameters of the query `things-findings` leave."""
    rows = list(graph.query("things-findings", **wanted))
    one = str(rows[0]["finding"]) if len({row["finding"] for row in rows}) == 1 else ""
    about, quoted, links, relations = (
        _grouped(graph.query(f"things-{part}", finding=one), "finding")
        for part in ("concerns", "quotations", "links", "relations")
    )

    def concerned(name: str, kind: str) -> tuple[str, ...]:
        named = [str(row["concept"]) for row in about[name]]
        return tuple(_id(concept) for concept in named if concept.startswith(f"{kind}/"))

    return tuple(
        Finding(
            id=str(row["id"]),
            statement=str(row["statement"]),
            section=str(row["section"]),
            hand=cast(Hand, row["hand"]),
            key=str(row["key"]),
            told_in=str(row["told_in"]),
            numbered=bool(row["numbered"]),
            practices=concerned(name, "practice"),
            challenges=concerned(name, "challenge"),
            approaches=concerned(name, "approach"),
            quotations=tuple(map(_quotation, quoted[name])),
            links=tuple(
                Link(_id(str(link["challenge"])), str(link["polarity"]), _id(str(link["practice"])))
                for link in links[name]
            ),
            relations=tuple(
                Relation(
                    _id(str(found["source"])),
                    str(found["relation"]),
                    _id(str(found["target"])),
                    str(found["note"] or ""),
                )
                for found in relations[name]
            ),
            iri=full_iri(name),
        )
        for row in rows
        for name in [str(row["finding"])]
    )


def publications(graph: Answers, work: str = "") -> tuple[Publication, ...]:
    """One publication, or all of them, by key."""
    authors = _grouped(graph.query("things-authors", work=work), "key")
    return tuple(
        Publication(
            key=key,
            label=str(row["label"]),
            title=str(row["title"] or ""),
            authors=tuple(str(author["author"]) for author in authors[key]),
            year=str(row["year"] or ""),
            venue=str(row["venue"] or ""),
            doi=str(row["doi"] or ""),
            url=str(row["url"] or ""),
            annotated=bool(row["annotated"]),
            iri=full_iri(str(row["publication"])),
        )
        for row in graph.query("things-publications", work=work)
        for key in [str(row["key"])]
    )


def _quotation(row: Row) -> Quotation:
    return Quotation(
        str(row["quotation"]),
        str(row["section"]),
        cast(QuoteStatus, row["status"]),
        str(row["key"]),
        str(row["said_by"] or ""),
        str(row["page"] or ""),
    )


def _grouped(rows: Iterable[Row], name: str) -> Mapping[str, list[Row]]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[str(row[name])].append(row)
    return groups


def _id(name: str) -> str:
    """`vanska2024/PEC4` of `finding/vanska2024/PEC4` or of the whole IRI."""
    return local_name(name).split("/", 1)[-1]
