"""What the graph contains, as values: concepts, findings with their quotations, publications.

`KnowledgeGraph` returns them. They are made from the rows of the queries in `queries/things/` and contain no RDF terms.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Literal

from kg.answers.display import Displayed
from kg.answers.rows import Answers, Row, grouped, made, texts_by
from kg.core.iris import local_name
from kg.core.reprs import said, short

ConceptKind = str
"""Name of a kind of concept in `kg.core.kinds`: `practice`, `challenge` …"""
Hand = Literal["first-hand", "second-hand"]
QuoteStatus = Literal["exact", "near", "missing", "unchecked"]


@dataclass(frozen=True, slots=True)
class Concept:
    """A practice, challenge, approach or other concept of the vocabulary."""

    slug: str
    """Its id in annotations and in the parameters of queries: `continuous-testing`."""
    label: str
    """The preferred label."""
    alternative_labels: tuple[str, ...]
    """The other names that people search for it by, sorted."""
    definition: str
    """What is meant; empty where the vocabulary has no definition."""
    kind: ConceptKind
    iri: str

    def __str__(self) -> str:
        """The slug, so that a concept can be given as the parameter of a query."""
        return self.slug

    def __repr__(self) -> str:
        return short(self, f"{self.kind}/{self.slug}", said(self.label))


@dataclass(frozen=True, slots=True, order=True)
class Quotation:
    """A verbatim phrase that a finding, citation or relation rests on."""

    text: str
    section: str
    """Where it is in the publication, as printed."""
    work: str
    """How the publication is named: `Vänskä et al. (2024)`."""
    key: str
    """BibTeX key of the publication, for `\\cite{key}`."""
    said_by: str = ""
    """The participant whose words these are (in networks and maps with the role); empty for the authors' own words."""
    page: str = ""
    """As printed."""
    url: str = ""
    """DOI link or address of the publication; empty when the bibliography has none."""
    status: QuoteStatus = "unchecked"
    """How it compares with the full text; `unchecked` when it has not been compared."""

    def __repr__(self) -> str:
        return short(self, said(self.text), ", ".join(filter(None, (self.work, self.section))))


@dataclass(frozen=True, slots=True)
class Link:
    """What a finding says about a challenge and a practice."""

    challenge: str
    """Slug of the challenge."""
    polarity: str
    """`hinders`, `mitigates` (the practice mitigates the challenge) or `absent`."""
    practice: str
    """Slug of the practice (or of the approach or tool)."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What changes an outcome according to a finding."""

    cause: str
    """The practice, approach, tool or challenge, as KIND:SLUG."""
    direction: str
    """`increases`, `decreases`, `no change` or `mixed`."""
    outcome: str
    """Slug of the outcome."""
    valence: str
    """`beneficial`, `harmful` or `neutral`, as the text sees it; `unclear` when it does not say."""


@dataclass(frozen=True, slots=True)
class Relation:
    """How one finding relates to another."""

    source: str
    """The finding that the relation goes from: `vanska2024/PEC4`."""
    kind: str
    """`corroborates`, `contradicts`, `qualifies`, `refines`, `reports` or `related finding`."""
    target: str
    """The finding that it goes to."""
    note: str = ""
    """How they relate, in the annotator's words."""

    def __repr__(self) -> str:
        return short(self, self.source, self.kind, self.target)


@dataclass(frozen=True, slots=True)
class Finding(Displayed):
    """What a study found, and the quotations that it rests on."""

    id: str
    """Its id in its publication: `PEC4`."""
    statement: str
    """What was found, in the annotator's own words."""
    section: str
    """Where it is reported, as printed."""
    hand: Hand
    """`second-hand` when a publication reports it of another work."""
    key: str
    """BibTeX key of the work that found it."""
    told_in: str
    """BibTeX key of the publication that reports it: the work itself when it is first-hand."""
    numbered: bool
    """Whether it is one of the numbered key findings of its publication."""
    practices: tuple[str, ...]
    """Slugs of the practices that it is about, sorted."""
    challenges: tuple[str, ...]
    approaches: tuple[str, ...]
    quotations: tuple[Quotation, ...]
    links: tuple[Link, ...]
    """Which challenges hinder which practices according to it, and the like."""
    relations: tuple[Relation, ...]
    """Its relations to other findings, in both directions."""
    iri: str
    tools: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    effects: tuple[Effect, ...] = ()
    """Which outcomes change according to it, and how."""
    addresses: tuple[str, ...] = ()
    """Of a recommendation: slugs of the challenges that it is an answer to."""
    recommends: tuple[str, ...] = ()
    """Of a recommendation: the practices, approaches and tools, as KIND:SLUG."""

    def __str__(self) -> str:
        """`vanska2024/PEC4`: unique in the graph, and valid as the parameter of a query."""
        return _id(self.iri)

    def __repr__(self) -> str:
        return short(self, str(self), said(self.statement))


@dataclass(frozen=True, slots=True)
class Publication:
    """A publication as the bibliography describes it. A field that the bibliography does not have is empty."""

    key: str
    """BibTeX key, for `\\cite{key}`."""
    label: str
    """`Vänskä et al. (2024)`: how it is named in tables and figures."""
    title: str
    authors: tuple[str, ...]
    """As printed, in their order."""
    year: str
    venue: str
    """Journal, proceedings or book."""
    doi: str
    url: str
    annotated: bool
    """Whether it has an annotation file."""
    iri: str

    def __str__(self) -> str:
        """The key, so that a publication can be given as the parameter of a query."""
        return self.key

    def __repr__(self) -> str:
        return short(self, self.key, said(self.title))


def as_json(value: Any) -> Any:
    """A read model as dictionaries and lists, with the keys of the JSON files: `quote` is the text of a quotation."""
    if isinstance(value, Quotation):
        return {"quote": value.text} | {name: getattr(value, name) for name in _QUOTATION}
    if is_dataclass(value):
        names = [found.name for found in fields(value) if found.name != "display"]
        return {name: as_json(getattr(value, name)) for name in names}
    if isinstance(value, Mapping):
        return {key: as_json(one) for key, one in value.items()}
    return [as_json(one) for one in value] if isinstance(value, tuple | list) else value


_QUOTATION = ("section", "work", "key", "said_by", "page", "url")


# --- made from rows -----------------------------------------------------------------------------------------------


def concepts(graph: Answers, kind: ConceptKind) -> tuple[Concept, ...]:
    """All concepts of a kind, by label."""
    names = texts_by(graph.query("network-names"), "node", "name")
    return tuple(
        made(Concept, row, slug=_id(name), alternative_labels=tuple(names[name]), kind=kind, iri=str(row["concept"]))
        for row in graph.query("things-concepts", kind=kind).with_iris()
        for name in [local_name(str(row["concept"]))]
    )


def findings(graph: Answers, **wanted: str) -> tuple[Finding, ...]:
    """The findings that match the parameters of the query `things-findings`."""
    rows = list(graph.query("things-findings", **wanted).with_iris())
    one = str(rows[0]["finding"]) if len({row["finding"] for row in rows}) == 1 else ""
    about, quoted, links, effects, relations = (
        grouped(graph.query(f"things-{part}", finding=one), "finding")
        for part in ("concerns", "quotations", "links", "effects", "relations")
    )

    def finding(row: Row) -> Finding:
        iri = str(row["finding"])
        name = local_name(iri)
        concerned = [str(found["concept"]).split("/", 1) for found in about[name] if found["how"] == "concerns"]
        concepts = {
            f"{kind}{'es' if kind == 'approach' else 's'}": tuple(slug for of, slug in concerned if of == kind)
            for kind in ("practice", "challenge", "approach", "tool", "outcome")
        }
        advice = {
            "addresses": tuple(_id(str(row["concept"])) for row in about[name] if row["how"] == "addresses"),
            "recommends": tuple(_named(row["concept"]) for row in about[name] if row["how"] == "recommends"),
        }
        quotations = tuple(quotation(found, found["quotation"]) for found in quoted[name])
        of_links = tuple(made(Link, found, **_ids(found, "challenge", "practice")) for found in links[name])
        of_effects = tuple(
            made(Effect, found, cause=_named(found["cause"]), **_ids(found, "outcome")) for found in effects[name]
        )
        of_relations = tuple(
            made(Relation, found, kind=str(found["relation"]), **_ids(found, "source", "target"))
            for found in relations[name]
        )
        given = {"quotations": quotations, "links": of_links, "effects": of_effects, "relations": of_relations}
        return made(Finding, row, **concepts, **advice, **given, iri=iri)

    return tuple(map(finding, rows))


def publications(graph: Answers, work: str = "") -> tuple[Publication, ...]:
    """One publication, or all of them, by key."""
    authors = texts_by(graph.query("things-authors", work=work), "key", "author")
    return tuple(
        made(Publication, row, authors=tuple(authors[str(row["key"])]), iri=str(row["publication"]))
        for row in graph.query("things-publications", work=work).with_iris()
    )


def quotation(row: Row, text: object) -> Quotation:
    """A quotation from a row with the columns section, work, key, said_by, page, doi, url and status."""
    url = f"https://doi.org/{row['doi']}" if row.get("doi") else str(row.get("url") or "")
    return made(Quotation, row, text=str(text), url=url)


def _named(concept: object) -> str:
    """A concept as annotations name it: `practice:continuous-testing`."""
    return str(concept).replace("/", ":", 1)


def _ids(row: Row, *columns: str) -> dict[str, str]:
    return {column: _id(str(row[column])) for column in columns}


def _id(name: str) -> str:
    """`vanska2024/PEC4` of `finding/vanska2024/PEC4` or of the whole IRI."""
    return local_name(name).split("/", 1)[-1]
