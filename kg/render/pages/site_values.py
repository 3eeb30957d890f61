"""What a page of a site says, as values: links, quotations, findings, citations, and anything else with its facts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from kg.core.iris import BIBO, CITO, CS, DCTERMS, FABIO, OA, PRISM, RDF, RDFS, SKOS, compact, local_name
from kg.render.pages.site_places import Place
from kg.render.pages.site_things import Things, doi_address, short, web_address
from kg.store import Term

FIRST, SECOND = "first-hand", "second-hand"
VERDICTS = {"exact": "word for word in the full text", "near": "differs from the full text",
            "missing": "not in the full text", "unchecked": "not yet held against the full text"}  # fmt: skip

_SHOWN_APART = {term.value for term in (
    RDF.type, RDFS.label, RDFS.isDefinedBy, SKOS.prefLabel, SKOS.topConceptOf, DCTERMS.identifier, CS.statement,
    OA.bodyValue, CS.hasEvidence, CS.bibtexEntry, BIBO.authorList, OA.motivatedBy, OA.hasSelector)}  # fmt: skip
"""Properties that an `Entry` has a place of its own for, or that say nothing to a reader."""


@dataclass(frozen=True, slots=True)
class Link:
    """A name; `path` is its place in the site and `url` an address elsewhere, both empty for plain text."""

    label: str
    path: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Quoted:
    """A piece of evidence: the words with their place in the work."""

    iri: str
    words: str
    section: str
    page: str
    said_by: Link | None
    role: str
    verdict: str
    work: Link
    key: str


@dataclass(frozen=True, slots=True)
class FindingLine:
    """A finding as other pages list it."""

    iri: str
    id: str
    link: Link
    statement: str
    hand: str
    pec: bool
    work: Link
    """The work that found it."""
    key: str
    via: Link | None
    """The publication that tells of it, when second-hand."""
    via_key: str
    section: str


@dataclass(frozen=True, slots=True)
class LinkLine:
    """That a challenge hinders a practice, or what else lies between them, with the findings that say so."""

    iri: str
    challenge: Link
    polarity: str
    practice: Link
    findings: tuple[FindingLine, ...]


@dataclass(frozen=True, slots=True)
class CitationLine:
    iri: str
    citing: Link
    cited: Link
    key: str
    reason: str
    about: Link | None
    sections: str
    note: str
    quotes: tuple[Quoted, ...]


@dataclass(frozen=True, slots=True)
class RelationLine:
    """A relation of a finding to another; `kind` is read in the direction of the finding whose page it stands on."""

    iri: str
    kind: str
    other: FindingLine
    note: str
    quotes: tuple[Quoted, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """Anything else: its name, what it states, its other facts, and the words it rests on."""

    iri: str
    title: str
    text: str
    facts: tuple[tuple[str, tuple[Link, ...]], ...]
    quotes: tuple[Quoted, ...]


class Values:
    """Makes values of things that have their places."""

    def __init__(self, things: Things, placed: Mapping[str, Place]) -> None:
        self.things, self.placed = things, placed
        self.members: dict[str, list[str]] = defaultdict(list)
        """All that has its place on a page, by the page."""
        for iri, place in sorted(placed.items()):
            self.members[place.page].append(iri)

    def link(self, iri: str, label: str = "") -> Link:
        """To a thing of the site; an IRI of somebody else's is a link to its own address."""
        named = label or short(self.things.label(iri))
        if iri in self.placed:
            return Link(named, self.placed[iri].path)
        return Link(label or compact(iri), url=web_address(iri))

    def links(self, iris: Iterable[str]) -> tuple[Link, ...]:
        return tuple(self.link(iri) for iri in dict.fromkeys(iris))

    def term(self, term: Term, label: str = "") -> Link:
        return self.link(term.value, label) if isinstance(term, NamedNode) else Link(term.value)

    def key(self, publication: str) -> str:
        """What `\\cite` takes."""
        return self.things.value(publication, DCTERMS.identifier)

    def quotes(self, owner: str) -> tuple[Quoted, ...]:
        found = [self._quoted(evidence) for evidence in self.things.values(owner, CS.hasEvidence)]
        return tuple(sorted(found, key=lambda q: (q.key, q.section, q.iri)))

    def _quoted(self, evidence: str) -> Quoted:
        t = self.things
        source, speaker = t.value(evidence, OA.hasSource), t.value(evidence, CS.saidBy)
        words = t.value(t.value(evidence, OA.hasSelector), OA.exact)
        return Quoted(
            evidence,
            words,
            t.value(evidence, CS.section),
            t.value(evidence, CS.page),
            self.link(speaker) if speaker else None,
            t.value(speaker, CS.role),
            t.value(evidence, CS.quoteStatus).rsplit("#", 1)[-1],
            self.link(source),
            self.key(source),
        )

    def finding(self, iri: str) -> FindingLine:
        t = self.things
        telling, of = t.value(iri, CS.reportedIn), t.value(iri, CS.attributedTo)
        id_ = t.value(iri, DCTERMS.identifier) or local_name(iri)
        return FindingLine(
            iri,
            id_,
            self.link(iri, id_),
            t.value(iri, CS.statement),
            SECOND if of else FIRST,
            t.is_a(iri, CS.PrimaryEmpiricalContribution),
            self.link(of or telling),
            self.key(of or telling),
            self.link(telling) if of else None,
            self.key(telling) if of else "",
            t.value(iri, CS.section),
        )

    def findings(self, iris: Iterable[str]) -> tuple[FindingLine, ...]:
        """First-hand before second-hand, numbered findings before others."""
        found = [self.finding(iri) for iri in dict.fromkeys(iris)]
        return tuple(sorted(found, key=lambda f: (f.hand, not f.pec, f.key, f.id, f.iri)))

    def link_line(self, iri: str) -> LinkLine:
        t = self.things
        return LinkLine(
            iri,
            self.link(t.value(iri, CS.challenge)),
            t.label(t.value(iri, CS.polarity)),
            self.link(t.value(iri, CS.practice)),
            self.findings(t.values(iri, CS.supportedBy)),
        )

    def link_lines(self, iris: Iterable[str]) -> tuple[LinkLine, ...]:
        found = [self.link_line(iri) for iri in dict.fromkeys(iris)]
        return tuple(
            sorted(found, key=lambda line: (line.practice.label, line.polarity, line.challenge.label, line.iri))
        )

    def citations(self, iris: Iterable[str]) -> tuple[CitationLine, ...]:
        found = [self._citation(iri) for iri in dict.fromkeys(iris)]
        return tuple(sorted(found, key=lambda c: (c.reason, c.cited.label, c.citing.label, c.iri)))

    def _citation(self, iri: str) -> CitationLine:
        t = self.things
        cited, about = t.value(iri, CITO.hasCitedEntity), t.value(iri, CS.aboutFinding)
        reason = t.property_name(t.value(iri, CITO.hasCitationCharacterization))
        return CitationLine(
            iri,
            self.link(t.value(iri, CITO.hasCitingEntity)),
            self.link(cited),
            self.key(cited),
            reason,
            self.finding(about).link if about else None,
            ", ".join(t.values(iri, CS.section)),
            t.value(iri, CS.statement),
            self.quotes(iri),
        )

    def relations(self, finding: str) -> tuple[RelationLine, ...]:
        t = self.things
        found = [(iri, CS.toFinding, "") for iri in t.naming(finding, CS.fromFinding)]
        found += [(iri, CS.fromFinding, "← ") for iri in t.naming(finding, CS.toFinding)]
        return tuple(
            RelationLine(
                iri,
                arrow + t.label(t.value(iri, CS.relationType)),
                self.finding(t.value(iri, end)),
                t.value(iri, CS.statement),
                self.quotes(iri),
            )
            for iri, end, arrow in found
        )

    def notes(self, iri: str) -> tuple[Entry, ...]:
        """The curation notes on a thing and on what has its place on the thing's page."""
        found = [
            note for member in self.members[self.placed[iri].page] for note in self.things.naming(member, OA.hasTarget)
        ]
        return self.entries(sorted(found))

    def entry(self, iri: str, *extra: tuple[str, Iterable[str]], leave_out: Iterable[NamedNode] = ()) -> Entry:
        """`extra` are facts that stand elsewhere in the graph, as names with the things they name."""
        t = self.things
        hidden = _SHOWN_APART | {term.value for term in leave_out}
        facts = [
            (t.property_name(property_), tuple(self._fact(property_, term) for term in terms))
            for property_, terms in t.said.get(iri, {}).items()
            if property_ not in hidden
        ]
        facts += [(name, self.links(iris)) for name, iris in extra]
        text = t.value(iri, CS.statement) or t.value(iri, OA.bodyValue)
        title = next(filter(None, (t.value(iri, p) for p in (SKOS.prefLabel, RDFS.label, DCTERMS.identifier))), "")
        told = tuple(fact for fact in facts if fact[1] and fact[1] != (Link(title),))
        return Entry(iri, title or short(text) or local_name(iri), text, told, self.quotes(iri))

    def entries(self, iris: Iterable[str], *leave_out: NamedNode) -> tuple[Entry, ...]:
        return tuple(self.entry(iri, leave_out=leave_out) for iri in dict.fromkeys(iris))

    def _fact(self, property_: str, term: Term) -> Link:
        if isinstance(term, Literal):
            address = {PRISM.doi.value: doi_address, FABIO.hasURL.value: web_address}.get(property_)
            return Link(term.value, url=address(term.value) if address else "")
        finding = self.things.is_a(term.value, CS.Finding)
        return self.finding(term.value).link if finding else self.term(term)
