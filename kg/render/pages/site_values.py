"""What a page of a site shows, as values: links, quotations, findings, citations, and other things with their facts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode

from kg.core.iris import BIBO, CS, DCTERMS, FABIO, OA, PRISM, RDF, RDFS, SKOS, compact, local_name
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
_BRIEF = 120
"""The length of a statement as the name of a link."""
_SHOWN_APART = {term.value for term in (
    RDF.type, RDFS.label, RDFS.isDefinedBy, SKOS.prefLabel, SKOS.topConceptOf,
    SKOS.hasTopConcept, SKOS.narrower, DCTERMS.identifier, CS.statement,
    OA.bodyValue, CS.hasEvidence, CS.bibtexEntry, BIBO.authorList, OA.motivatedBy, OA.hasSelector)}  # fmt: skip
"""Properties that a `PageItem` shows in a place of their own, or that mean nothing to a reader."""


class PageLink(NamedTuple):
    """A name; `path` is its place in the site and `url` an address elsewhere, both empty for plain text."""

    label: str
    path: str = ""
    url: str = ""


Facts = list[tuple[str, tuple[PageLink, ...]]]
"""What is stated of a thing, each with its name."""


@dataclass(frozen=True, slots=True)
class FindingLine:
    """A finding in a list of another page; `via` is the publication that reports it if it is second-hand."""

    iri: str
    id: str
    link: PageLink
    """Its name is the beginning of the statement, which means something to readers; the id does not."""
    statement: str
    hand: str
    pec: bool
    work: PageLink
    """The work that found it."""
    key: str
    via: PageLink | None
    via_key: str
    section: str
    reading: str
    """The annotator, where several have annotated the publication: their findings differ."""
    further: bool
    """Whether it is of a further reading: numbers are counted from the main one."""


@dataclass(frozen=True, slots=True)
class PageItem:
    """Anything else: its name, its text, and its other facts."""

    iri: str
    title: str
    text: str
    facts: Facts


class Values:
    """Makes the values of things, given their places in the site."""

    def __init__(self, things: Things, placed: Mapping[str, Place]) -> None:
        self.things, self.placed = things, placed
        self.members: dict[str, list[str]] = defaultdict(list)
        """What is on each page, by the path of the page."""
        self._lines: dict[str, FindingLine] = {}
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

    def facts(self, iri: str, rows: Iterable[tuple[str, NamedNode, bool]]) -> Facts:
        """The values of some properties of a thing, each once.

        Args:
            iri: the thing.
            rows: for each property what it is called on the page, the property, and whether it leads to the thing.
        """
        return [
            (name, self.links(self.things.naming(iri, p)) if inverse else self._values(iri, p))
            for name, p, inverse in rows
        ]

    def quotes(self, owner: str) -> list[str]:
        """The evidence that a thing rests on, by work and section."""
        t = self.things
        found = t.values(owner, CS.hasEvidence)
        return sorted(found, key=lambda q: (self.key(t.value(q, OA.hasSource)), t.value(q, CS.section), q))

    def verdict(self, evidence: str) -> str:
        """Whether a quotation is in the full text: one of `VERDICTS`."""
        return self.things.value(evidence, CS.quoteStatus).rsplit("#", 1)[-1]

    def finding(self, iri: str) -> FindingLine:
        """A finding in one line."""
        if iri not in self._lines:
            self._lines[iri] = self._line(iri)
        return self._lines[iri]

    def _line(self, iri: str) -> FindingLine:
        t = self.things
        reporting, original = t.value(iri, CS.reportedIn), t.value(iri, CS.attributedTo)
        work, id_ = original or reporting, t.value(iri, DCTERMS.identifier) or local_name(iri)
        said = t.value(iri, CS.statement)
        return FindingLine(
            iri,
            id_,
            self.link(iri, short(said, _BRIEF) or id_),
            said,
            SECOND if original else FIRST,
            t.is_a(iri, CS.PrimaryEmpiricalContribution),
            self.link(work),
            self.key(work),
            via=self.link(reporting) if original else None,
            via_key=self.key(reporting) if original else "",
            section=t.value(iri, CS.section),
            reading=t.value(iri, CS.reading),
            further=t.is_a(iri, CS.FindingOfFurtherReading),
        )

    def findings(self, iris: Iterable[str]) -> list[FindingLine]:
        """The findings among the things: first-hand first, those of the main reading first, key findings first."""
        found = [self.finding(iri) for iri in dict.fromkeys(iris) if self.things.is_a(iri, CS.Finding)]
        return sorted(found, key=lambda f: (f.hand, f.further, not f.pec, f.key, f.id, f.iri))

    def by_labels(self, iris: Iterable[str], *properties: NamedNode) -> list[str]:
        """The things, each once, sorted by the labels of their values."""
        t = self.things
        return sorted(dict.fromkeys(iris), key=lambda iri: (*(t.label(t.value(iri, p)) for p in properties), iri))

    def notes(self, iri: str) -> list[PageItem]:
        """The curation notes on a thing and on everything on its page."""
        members = self.members[self.placed[iri].page]
        return self.items(sorted(note for member in members for note in self.things.naming(member, OA.hasTarget)))

    def item(self, iri: str, *extra: tuple[str, Iterable[str]], leave_out: Iterable[NamedNode] = ()) -> PageItem:
        """Any thing with its facts; `extra` are more facts, as names with IRIs."""
        t = self.things
        hidden = _SHOWN_APART | {term.value for term in leave_out}
        rest = [property_ for property_ in t.said.get(iri, {}) if property_ not in hidden]
        facts = [(t.property_name(property_), self._values(iri, NamedNode(property_))) for property_ in rest]
        facts += [(name, self.links(iris)) for name, iris in extra]
        text = t.value(iri, CS.statement) or t.value(iri, OA.bodyValue)
        title = next(filter(None, (t.value(iri, p) for p in (SKOS.prefLabel, RDFS.label, DCTERMS.identifier))), "")
        shown = [fact for fact in facts if fact[1] and fact[1] != (PageLink(title),)]
        return PageItem(iri, title or short(text) or local_name(iri), text, shown)

    def items(self, iris: Iterable[str], *leave_out: NamedNode) -> list[PageItem]:
        """The things with their facts, each once."""
        return [self.item(iri, leave_out=leave_out) for iri in dict.fromkeys(iris)]

    def _values(self, iri: str, property_: NamedNode) -> tuple[PageLink, ...]:
        return tuple(dict.fromkeys(self._value(property_, term) for term in self.things.terms(iri, property_)))

    def _value(self, property_: NamedNode, term: Term) -> PageLink:
        if isinstance(term, Literal):
            address = {PRISM.doi: doi_address, FABIO.hasURL: web_address}.get(property_)
            return PageLink(term.value, url=address(term.value) if address else "")
        if self.things.is_a(term.value, CS.Finding):
            return self.finding(term.value).link
        return self.link(term.value) if isinstance(term, NamedNode) else PageLink(term.value)
