"""What a page of a site shows, as values: links, quotations, findings, citations, and other things with their facts."""

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
VERDICTS = {
    "exact": "word for word in the full text",
    "near": "differs from the full text",
    "missing": "not in the full text",
    "unchecked": "not yet checked against the full text",
}
_SHOWN_APART = {term.value for term in (
    RDF.type, RDFS.label, RDFS.isDefinedBy, SKOS.prefLabel, SKOS.topConceptOf, DCTERMS.identifier, CS.statement,
    OA.bodyValue, CS.hasEvidence, CS.bibtexEntry, BIBO.authorList, OA.motivatedBy, OA.hasSelector)}  # fmt: skip
"""Properties that a `PageItem` shows in a place of their own, or that mean nothing to a reader."""


@dataclass(frozen=True, slots=True)
class PageLink:
    """A name; `path` is its place in the site and `url` an address elsewhere, both empty for plain text."""

    label: str
    path: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Quoted:
    """A piece of evidence: a quotation and where it is in the work."""

    iri: str
    words: str
    section: str
    page: str
    said_by: PageLink | None
    role: str
    verdict: str
    work: PageLink
    key: str


@dataclass(frozen=True, slots=True)
class FindingLine:
    """A finding in a list of another page; `via` is the publication that reports it if it is second-hand."""

    iri: str
    id: str
    link: PageLink
    statement: str
    hand: str
    pec: bool
    work: PageLink
    """The work that found it."""
    key: str
    via: PageLink | None
    via_key: str
    section: str


@dataclass(frozen=True, slots=True)
class LinkLine:
    """A link between a challenge and a practice, such as that the one hinders the other, and its findings."""

    iri: str
    challenge: PageLink
    polarity: str
    practice: PageLink
    findings: tuple[FindingLine, ...]


@dataclass(frozen=True, slots=True)
class CitationLine:
    """A citation with its reason."""

    iri: str
    citing: PageLink
    cited: PageLink
    key: str
    reason: str
    about: PageLink | None
    sections: str
    note: str
    quotes: tuple[Quoted, ...]


@dataclass(frozen=True, slots=True)
class RelationLine:
    """A relation of a finding to another; `kind` is read in the direction of the finding whose page shows it."""

    iri: str
    kind: str
    other: FindingLine
    note: str
    quotes: tuple[Quoted, ...]


@dataclass(frozen=True, slots=True)
class PageItem:
    """Anything else: its name, its text, its other facts, and its quotations."""

    iri: str
    title: str
    text: str
    facts: tuple[tuple[str, tuple[PageLink, ...]], ...]
    quotes: tuple[Quoted, ...]


class Values:
    """Makes the values of things, given their places in the site."""

    def __init__(self, things: Things, placed: Mapping[str, Place]) -> None:
        self.things, self.placed = things, placed
        self.members: dict[str, list[str]] = defaultdict(list)
        """What is on each page, by the path of the page."""
        for iri, place in sorted(placed.items()):
            self.members[place.page].append(iri)

    def link(self, iri: str, label: str = "") -> PageLink:
        """A link to a thing of the site, or to the address of an IRI of another namespace."""
        if iri in self.placed:
            return PageLink(label or short(self.things.label(iri)), self.placed[iri].path)
        return PageLink(label or compact(iri), url=web_address(iri))

    def links(self, iris: Iterable[str]) -> tuple[PageLink, ...]:
        """Links to the things, each once."""
        return tuple(self.link(iri) for iri in dict.fromkeys(iris))

    def key(self, publication: str) -> str:
        """The BibTeX key of a publication."""
        return self.things.value(publication, DCTERMS.identifier)

    def quotes(self, owner: str) -> tuple[Quoted, ...]:
        """The quotations that a thing rests on, by work and section."""
        found = [self._quoted(evidence) for evidence in self.things.values(owner, CS.hasEvidence)]
        return tuple(sorted(found, key=lambda q: (q.key, q.section, q.iri)))

    def _quoted(self, evidence: str) -> Quoted:
        t = self.things
        source, speaker = t.value(evidence, OA.hasSource), t.value(evidence, CS.saidBy)
        return Quoted(
            evidence,
            words=t.value(t.value(evidence, OA.hasSelector), OA.exact),
            section=t.value(evidence, CS.section),
            page=t.value(evidence, CS.page),
            said_by=self.link(speaker) if speaker else None,
            role=t.value(speaker, CS.role),
            verdict=t.value(evidence, CS.quoteStatus).rsplit("#", 1)[-1],
            work=self.link(source),
            key=self.key(source),
        )

    def finding(self, iri: str) -> FindingLine:
        """A finding in one line."""
        t = self.things
        reporting, original = t.value(iri, CS.reportedIn), t.value(iri, CS.attributedTo)
        work, id_ = original or reporting, t.value(iri, DCTERMS.identifier) or local_name(iri)
        return FindingLine(
            iri,
            id_,
            self.link(iri, id_),
            t.value(iri, CS.statement),
            SECOND if original else FIRST,
            t.is_a(iri, CS.PrimaryEmpiricalContribution),
            self.link(work),
            self.key(work),
            via=self.link(reporting) if original else None,
            via_key=self.key(reporting) if original else "",
            section=t.value(iri, CS.section),
        )

    def findings(self, iris: Iterable[str]) -> tuple[FindingLine, ...]:
        """First-hand before second-hand, key findings before others."""
        found = [self.finding(iri) for iri in dict.fromkeys(iris)]
        return tuple(sorted(found, key=lambda f: (f.hand, not f.pec, f.key, f.id, f.iri)))

    def link_lines(self, iris: Iterable[str]) -> tuple[LinkLine, ...]:
        """Links between challenges and practices, by practice."""
        t = self.things
        found = [
            LinkLine(
                iri,
                self.link(t.value(iri, CS.challenge)),
                t.label(t.value(iri, CS.polarity)),
                self.link(t.value(iri, CS.practice)),
                self.findings(t.values(iri, CS.supportedBy)),
            )
            for iri in dict.fromkeys(iris)
        ]
        return tuple(sorted(found, key=lambda at: (at.practice.label, at.polarity, at.challenge.label, at.iri)))

    def citations(self, iris: Iterable[str]) -> tuple[CitationLine, ...]:
        """Citations by reason and works."""
        found = [self._citation(iri) for iri in dict.fromkeys(iris)]
        return tuple(sorted(found, key=lambda c: (c.reason, c.cited.label, c.citing.label, c.iri)))

    def _citation(self, iri: str) -> CitationLine:
        t = self.things
        cited, about = t.value(iri, CITO.hasCitedEntity), t.value(iri, CS.aboutFinding)
        return CitationLine(
            iri,
            self.link(t.value(iri, CITO.hasCitingEntity)),
            self.link(cited),
            self.key(cited),
            reason=t.property_name(t.value(iri, CITO.hasCitationCharacterization)),
            about=self.finding(about).link if about else None,
            sections=", ".join(t.values(iri, CS.section)),
            note=t.value(iri, CS.statement),
            quotes=self.quotes(iri),
        )

    def relations(self, finding: str) -> tuple[RelationLine, ...]:
        """The relations of a finding to others, in both directions."""
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

    def notes(self, iri: str) -> tuple[PageItem, ...]:
        """The curation notes on a thing and on everything on its page."""
        members = self.members[self.placed[iri].page]
        return self.items(sorted(note for member in members for note in self.things.naming(member, OA.hasTarget)))

    def item(self, iri: str, *extra: tuple[str, Iterable[str]], leave_out: Iterable[NamedNode] = ()) -> PageItem:
        """Any thing with its facts; `extra` are more facts, as names with IRIs."""
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
        shown = tuple(fact for fact in facts if fact[1] and fact[1] != (PageLink(title),))
        return PageItem(iri, title or short(text) or local_name(iri), text, shown, self.quotes(iri))

    def items(self, iris: Iterable[str], *leave_out: NamedNode) -> tuple[PageItem, ...]:
        """The things with their facts, each once."""
        return tuple(self.item(iri, leave_out=leave_out) for iri in dict.fromkeys(iris))

    def _fact(self, property_: str, term: Term) -> PageLink:
        if isinstance(term, Literal):
            address = {PRISM.doi.value: doi_address, FABIO.hasURL.value: web_address}.get(property_)
            return PageLink(term.value, url=address(term.value) if address else "")
        if self.things.is_a(term.value, CS.Finding):
            return self.finding(term.value).link
        return self.link(term.value) if isinstance(term, NamedNode) else PageLink(term.value)
