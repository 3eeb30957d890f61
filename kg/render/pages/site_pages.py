"""The pages that things of the graph have: the name of a template and its values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kg.core.iris import BASE, CITO, CS, DCTERMS, FABIO, FOAF, PRISM, QB, RDF, SKOS, local_name
from kg.render.pages.site_places import CONCEPTS, GATHERED, OTHERS, TERMS, anchor
from kg.render.pages.site_things import Things, doi_address, short, web_address
from kg.render.pages.site_values import FIRST, SECOND, PageItem, PageLink, Values

OF_CONCEPT = (CS.concernsPractice, CS.identifiesChallenge, CS.concernsApproach)
"""Properties that link a finding to its concepts."""
_FACTS_OF_CONCEPT = (("in area", CS.inArea, False), ("includes", CS.inArea, True), ("broader", SKOS.broader, False),
                     ("narrower", SKOS.broader, True), ("part of", CS.comprises, True),
                     ("comprises", CS.comprises, False), ("see also", SKOS.related, False),
                     ("source", DCTERMS.source, False), ("belongs to", SKOS.inScheme, False))  # fmt: skip
_FACTS_OF_FINDING = (("practices", CS.concernsPractice), ("looked for and not found", CS.reportsAbsenceOf),
                     ("challenges", CS.identifiesChallenge), ("approaches", CS.concernsApproach),
                     ("theme", CS.inTheme))  # fmt: skip
_STUDY_PARTS = (("Research questions", CS.researchQuestion), ("Cases", CS.hasCase), ("Participants", CS.hasParticipant),
                ("Themes", CS.hasTheme), ("Instrument", CS.hasQuestion), ("Limitations", CS.limitation))  # fmt: skip
_EXTRA = {"people.html": ("works", DCTERMS.creator), "venues.html": ("works", DCTERMS.isPartOf),
          "vocabularies.html": ("concepts", SKOS.inScheme)}  # fmt: skip
"""Facts about the things on a page that are stated of other things."""


@dataclass(frozen=True, slots=True)
class Page:
    """`iri` is the thing that the page is about, empty for lists."""

    path: str
    title: str
    kind: str
    template: str
    values: dict[str, Any]
    iri: str = ""
    names: tuple[str, ...] = ()
    """Other names by which the search finds it."""
    text: str = ""
    """What the search shows below the title, and searches too."""


def pages(values: Values) -> Iterator[Page]:
    """The pages of all things, in a fixed order."""
    things = values.things
    for kind, class_ in CONCEPTS.items():
        for iri in things.of(class_):
            yield _concept(values, kind, iri)
    for class_, page in ((CS.Publication, _publication), (CS.Study, _study), (CS.Finding, _finding)):
        for iri in things.of(class_):
            yield page(values, iri)
    yield from _gathered(values)


def _concept(values: Values, kind: str, iri: str) -> Page:
    t = values.things
    below = t.narrower(iri)
    found = values.findings(f for concept in below for p in OF_CONCEPT for f in t.naming(concept, p))
    links = [link for concept in below for p in (CS.practice, CS.challenge) for link in t.naming(concept, p)]
    coded = sorted(
        {work for concept in below for work in t.naming(concept, CS.codedAs)},
        key=lambda work: (t.label(work).casefold(), work),
    )
    facts = [
        (name, values.links(t.naming(iri, p) if inverse else t.values(iri, p)))
        for name, p, inverse in _FACTS_OF_CONCEPT
    ]
    studies = [
        values.link(work, f"{t.label(work)}: {t.label(study)}")
        for concept in below
        for p in (CS.usesMethod, CS.context)
        for study in t.naming(concept, p)
        for work in t.values(study, CS.reportedIn)
    ]
    names, definition = tuple(t.values(iri, SKOS.altLabel)), t.value(iri, SKOS.definition)
    shown = {
        "names": names,
        "definition": definition,
        "scope": t.values(iri, SKOS.scopeNote),
        "facts": facts,
        "wider": len(below) - 1,
        "links": values.link_lines(links),
        "found": found,
        "absent": values.findings(t.naming(iri, CS.reportsAbsenceOf)),
        "studies": studies,
        "coded": [(values.link(work), t.value(work, DCTERMS.title), values.key(work)) for work in coded],
        "notes": values.notes(iri),
    }
    return Page(values.placed[iri].page, t.label(iri), kind, "site_concept.html", shown, iri, names, definition)


def _finding(values: Values, iri: str) -> Page:
    t = values.things
    line = values.finding(iri)
    absent = set(t.values(iri, CS.reportsAbsenceOf))
    facts = [
        (name, values.links(v for v in t.values(iri, p) if p != CS.concernsPractice or v not in absent))
        for name, p in _FACTS_OF_FINDING
    ]
    counts = [
        (values.item(count), *(t.value(count, p) for p in (CS.numerator, CS.denominator, CS.unit)))
        for count in t.values(iri, CS.hasCount)
    ]
    shown = {
        "line": line,
        "facts": facts,
        "quotes": values.quotes(iri),
        "counts": counts,
        "links": values.link_lines(t.naming(iri, CS.supportedBy)),
        "relations": values.relations(iri),
        "citations": values.citations(t.naming(iri, CS.aboutFinding)),
        "notes": values.notes(iri),
    }
    title, names = short(f"{line.id}: {line.statement}"), (line.id, f"{line.key}/{line.id}")
    return Page(values.placed[iri].page, title, "finding", "site_finding.html", shown, iri, names, line.statement)


def _publication(values: Values, iri: str) -> Page:
    t = values.things
    reported = t.naming(iri, CS.reportedIn)
    found = values.findings(f for f in reported if t.is_a(f, CS.Finding))
    doi, url = t.value(iri, PRISM.doi), t.value(iri, FABIO.hasURL)
    shown = {
        "label": t.label(iri),
        "key": values.key(iri),
        "authors": values.links(t.authors(iri)),
        "others": bool(t.value(iri, CS.authorsOmitted)),
        "year": t.value(iri, FABIO.hasPublicationYear),
        "venues": values.links(t.values(iri, DCTERMS.isPartOf)),
        "doi": PageLink(doi, url=doi_address(doi)),
        "url": PageLink(url, url=web_address(url)),
        "abstract": t.value(iri, DCTERMS.abstract),
        "entry": "\n\n".join(t.values(iri, CS.bibtexEntry)),
        "studies": [(values.link(study), _design(values, study)) for study in reported if t.is_a(study, CS.Study)],
        "own": [f for f in found if f.hand == FIRST],
        "tells": [f for f in found if f.hand == SECOND],
        "told": values.findings(t.naming(iri, CS.attributedTo)),
        "codings": values.items(t.naming(iri, CS.codedWork), CS.codedWork),
        "coded_as": values.links(t.values(iri, CS.codedAs)),
        "cites": values.citations(t.naming(iri, CITO.hasCitingEntity)),
        "cited": values.citations(t.naming(iri, CITO.hasCitedEntity)),
        "merged": values.items(t.naming(iri, DCTERMS.isReplacedBy), DCTERMS.isReplacedBy),
        "decisions": values.items(d for p in (CS.keeps, CS.tellsApart) for d in t.naming(iri, p)),
        "notes": values.notes(iri),
        "annotated": [values.link(file) for file in t.naming(iri, CS.annotates)],
    }
    title = t.value(iri, DCTERMS.title) or t.label(iri)
    names = (values.key(iri), *map(t.label, t.authors(iri)), doi)
    path = values.placed[iri].page
    return Page(path, title, "publication", "site_publication.html", shown, iri, names, t.label(iri))


def _study(values: Values, iri: str) -> Page:
    """What was done, with whom, and what was found, which is not the same as what was published about it."""
    t = values.things
    works = t.values(iri, CS.reportedIn)
    aim = t.value(iri, DCTERMS.description)
    included = ("includes", values.links(t.values(iri, CS.includesPrimaryStudy)))
    including = ("included by", values.links(t.naming(iri, CS.includesPrimaryStudy)))
    study = {
        "aim": aim,
        "annotated": annotated(t, iri),
        "quotes": values.quotes(iri),
        "parts": _parts(values, iri),
        "facts": [*_design(values, iri), included, including],
    }
    shown = {
        "works": [(values.link(work), values.key(work)) for work in works],
        "study": study,
        "own": values.findings(f for f in t.naming(iri, CS.producedBy) if t.is_a(f, CS.Finding)),
        "told": values.findings(f for work in works for f in t.naming(work, CS.attributedTo)),
        "notes": values.notes(iri),
    }
    names = tuple(values.key(work) for work in works)
    return Page(values.placed[iri].page, t.label(iri), "study", "site_study.html", shown, iri, names, aim)


def annotated(t: Things, study: str) -> bool:
    """Whether a publication of the study has an annotation."""
    return any(t.naming(work, CS.annotates) for work in t.values(study, CS.reportedIn))


def _design(values: Values, iri: str) -> list[tuple[str, tuple[PageLink, ...]]]:
    """The design of a study, as far as it is recorded."""
    t = values.things
    facts = [
        (name, values.links(t.values(iri, p))) for name, p in (("methods", CS.usesMethod), ("contexts", CS.context))
    ]
    facts.append(("participants", tuple(PageLink(count) for count in t.values(iri, CS.participantCount))))
    return [(name, links) for name, links in facts if links]


def _parts(values: Values, iri: str) -> list[tuple[str, tuple[PageItem, ...]]]:
    t = values.things
    parts = [(name, values.items(t.values(iri, p))) for name, p in _STUDY_PARTS]
    for table in (d for d in t.naming(iri, CS.producedBy) if t.is_a(d, QB.DataSet)):
        codes = sorted(t.naming(table, QB.dataSet), key=lambda o: (int(t.value(o, CS.number) or 0), o))
        whole = values.item(table, leave_out=[CS.producedBy])
        parts.append((t.label(table), (whole, *values.items(codes, QB.dataSet, CS.number))))
    return parts


# --- pages of many things ---


def _gathered(values: Values) -> Iterator[Page]:
    t = values.things
    titles = {**{page: title for page, (title, _) in GATHERED.items()}, TERMS: "Terms", OTHERS: "More"}
    for page, title in titles.items():
        iris = [iri for iri in values.members[page] if values.placed[iri].anchor == anchor(iri)]
        iris.sort(key=lambda iri: (t.value(iri, FOAF.familyName).casefold(), t.label(iri).casefold(), iri))
        entries = [
            values.item(iri, *_extra(values, page, iri), leave_out=(FOAF.familyName, FOAF.givenName)) for iri in iris
        ]
        yield Page(page, title, "list", "site_entries.html", {"entries": entries})


def _extra(values: Values, page: str, iri: str) -> list[tuple[str, list[str]]]:
    t = values.things
    if page == "codings.html":
        codings = t.naming(iri, CS.reviewCode)
        return [("works", [work for coding in codings for work in t.values(coding, CS.codedWork)])]
    if page not in _EXTRA:
        return []
    name, property_ = _EXTRA[page]
    return [(name, t.naming(iri, property_))]


def kind_of(values: Values, iri: str) -> str:
    """What sort of thing an IRI names, for the list of all IRIs."""
    classes = [c for c in values.things.values(iri, RDF.type) if c.startswith(BASE)]
    return values.things.label(classes[0]) if classes else local_name(iri).split("/", 1)[0].split("#", 1)[0]
