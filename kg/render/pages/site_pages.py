"""The pages of a site and what each says: a template's name and its values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pyoxigraph import NamedNode

from kg.core.iris import BASE, CITO, CS, DCTERMS, FABIO, FOAF, PRISM, PROV, QB, RDF, SKOS, local_name
from kg.render.pages.site_places import CONCEPTS, GATHERED, OTHERS, TERMS, anchor
from kg.render.pages.site_tables import TITLES, annotated, studies, tables
from kg.render.pages.site_things import doi_address, short, web_address
from kg.render.pages.site_values import FIRST, SECOND, Entry, Link, Values

_OF_CONCEPT = (CS.concernsPractice, CS.identifiesChallenge, CS.concernsApproach)
_FACTS_OF_CONCEPT = (("in area", CS.inArea, False), ("includes", CS.inArea, True), ("broader", SKOS.broader, False),
                     ("narrower", SKOS.broader, True), ("part of", CS.comprises, True),
                     ("comprises", CS.comprises, False), ("see also", SKOS.related, False),
                     ("source", DCTERMS.source, False), ("belongs to", SKOS.inScheme, False))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Page:
    """`iri` is the thing that the page is of, empty for lists."""

    path: str
    title: str
    kind: str
    template: str
    values: dict[str, Any]
    iri: str = ""
    names: tuple[str, ...] = ()
    """Other names that a search finds it by."""
    text: str = ""
    """What a search shows below the title, and looks into."""


def pages(values: Values) -> Iterator[Page]:
    """All pages that things have, in a fixed order; the lists and the front page come from `lists`."""
    things = values.things
    for kind, class_ in CONCEPTS.items():
        for iri in things.of(class_):
            yield _concept(values, kind, iri)
    for iri in things.of(CS.Publication):
        yield _publication(values, iri)
    for iri in things.of(CS.Study):
        yield _study(values, iri)
    for iri in things.of(CS.Finding):
        yield _finding(values, iri)
    yield from _gathered(values)


def _concept(values: Values, kind: str, iri: str) -> Page:
    t = values.things
    below = t.narrower(iri)
    found = values.findings(f for concept in below for p in _OF_CONCEPT for f in t.naming(concept, p))
    links = [link for concept in below for p in (CS.practice, CS.challenge) for link in t.naming(concept, p)]
    coded = sorted(
        {work for concept in below for work in t.naming(concept, CS.codedAs)},
        key=lambda work: (t.label(work).casefold(), work),
    )
    other = tuple(t.values(iri, SKOS.altLabel))
    definition = t.value(iri, SKOS.definition)
    return Page(
        values.placed[iri].page,
        t.label(iri),
        kind,
        "site_concept.html",
        {
            "names": other,
            "definition": definition,
            "scope": t.values(iri, SKOS.scopeNote),
            "facts": [
                (name, values.links(t.naming(iri, p) if inverse else t.values(iri, p)))
                for name, p, inverse in _FACTS_OF_CONCEPT
            ],
            "wider": len(below) - 1,
            "links": values.link_lines(links),
            "found": found,
            "absent": values.findings(t.naming(iri, CS.reportsAbsenceOf)),
            "studies": [
                values.link(work, f"{t.label(work)}: {t.label(study)}")
                for concept in below
                for p in (CS.usesMethod, CS.context)
                for study in t.naming(concept, p)
                for work in t.values(study, CS.reportedIn)
            ],
            "coded": [(values.link(work), t.value(work, DCTERMS.title), values.key(work)) for work in coded],
            "notes": values.notes(iri),
        },
        iri,
        other,
        definition,
    )


def _finding(values: Values, iri: str) -> Page:
    t = values.things
    line = values.finding(iri)
    concepts = (
        ("practices", CS.concernsPractice),
        ("looked for and not found", CS.reportsAbsenceOf),
        ("challenges", CS.identifiesChallenge),
        ("approaches", CS.concernsApproach),
        ("theme", CS.inTheme),
    )
    absent = set(t.values(iri, CS.reportsAbsenceOf))
    return Page(
        values.placed[iri].page,
        short(f"{line.id}: {line.statement}"),
        "finding",
        "site_finding.html",
        {
            "line": line,
            "facts": [
                (name, values.links(v for v in t.values(iri, p) if p != CS.concernsPractice or v not in absent))
                for name, p in concepts
            ],
            "quotes": values.quotes(iri),
            "counts": [
                (
                    values.entry(count),
                    t.value(count, CS.numerator),
                    t.value(count, CS.denominator),
                    t.value(count, CS.unit),
                )
                for count in t.values(iri, CS.hasCount)
            ],
            "links": values.link_lines(t.naming(iri, CS.supportedBy)),
            "relations": values.relations(iri),
            "citations": values.citations(t.naming(iri, CS.aboutFinding)),
            "notes": values.notes(iri),
        },
        iri,
        (line.id, f"{line.key}/{line.id}"),
        line.statement,
    )


def _publication(values: Values, iri: str) -> Page:
    t = values.things
    reported = t.naming(iri, CS.reportedIn)
    found = values.findings(f for f in reported if t.is_a(f, CS.Finding))
    authors = [t.label(author) for author in t.authors(iri)]
    title = t.value(iri, DCTERMS.title) or t.label(iri)
    doi, url = t.value(iri, PRISM.doi), t.value(iri, FABIO.hasURL)
    decisions = [d for p in (CS.keeps, CS.tellsApart) for d in t.naming(iri, p)]
    return Page(
        values.placed[iri].page,
        title,
        "publication",
        "site_publication.html",
        {
            "label": t.label(iri),
            "key": values.key(iri),
            "authors": values.links(t.authors(iri)),
            "others": bool(t.value(iri, CS.authorsOmitted)),
            "year": t.value(iri, FABIO.hasPublicationYear),
            "venues": values.links(t.values(iri, DCTERMS.isPartOf)),
            "doi": Link(doi, url=doi_address(doi)),
            "url": Link(url, url=web_address(url)),
            "abstract": t.value(iri, DCTERMS.abstract),
            "entry": "\n\n".join(t.values(iri, CS.bibtexEntry)),
            "studies": [(values.link(study), _design(values, study)) for study in reported if t.is_a(study, CS.Study)],
            "own": [f for f in found if f.hand == FIRST],
            "tells": [f for f in found if f.hand == SECOND],
            "told": values.findings(t.naming(iri, CS.attributedTo)),
            "codings": values.entries(t.naming(iri, CS.codedWork), CS.codedWork),
            "coded_as": values.links(t.values(iri, CS.codedAs)),
            "cites": values.citations(t.naming(iri, CITO.hasCitingEntity)),
            "cited": values.citations(t.naming(iri, CITO.hasCitedEntity)),
            "merged": values.entries(t.naming(iri, DCTERMS.isReplacedBy), DCTERMS.isReplacedBy),
            "decisions": values.entries(decisions),
            "notes": values.notes(iri),
            "annotated": [values.link(file) for file in t.naming(iri, CS.annotates)],
        },
        iri,
        (values.key(iri), *authors, doi),
        t.label(iri),
    )


_STUDY_PARTS = (("Research questions", CS.researchQuestion), ("Cases", CS.hasCase), ("Participants", CS.hasParticipant),
                ("Themes", CS.hasTheme), ("Instrument", CS.hasQuestion), ("Limitations", CS.limitation))  # fmt: skip


def _study(values: Values, iri: str) -> Page:
    """What was done, with whom, and what it found: apart from what was printed of it."""
    t = values.things
    works = t.values(iri, CS.reportedIn)
    quotes, parts, design = values.quotes(iri), _parts(values, iri), _design(values, iri)
    aim = t.value(iri, DCTERMS.description)
    return Page(
        values.placed[iri].page,
        t.label(iri),
        "study",
        "site_study.html",
        {
            "works": [(values.link(work), values.key(work)) for work in works],
            "study": {
                "aim": aim,
                "annotated": annotated(t, iri),
                "quotes": quotes,
                "parts": parts,
                "facts": [
                    *design,
                    ("includes", values.links(t.values(iri, CS.includesPrimaryStudy))),
                    ("included by", values.links(t.naming(iri, CS.includesPrimaryStudy))),
                ],
            },
            "own": values.findings(f for f in t.naming(iri, CS.producedBy) if t.is_a(f, CS.Finding)),
            "told": values.findings(f for work in works for f in t.naming(work, CS.attributedTo)),
            "notes": values.notes(iri),
        },
        iri,
        tuple(values.key(work) for work in works),
        aim,
    )


def _design(values: Values, iri: str) -> list[tuple[str, tuple[Link, ...]]]:
    """How a study was made, as far as somebody has said."""
    t = values.things
    return [
        (name, links)
        for name, links in (
            ("methods", values.links(t.values(iri, CS.usesMethod))),
            ("contexts", values.links(t.values(iri, CS.context))),
            ("participants", tuple(Link(count) for count in t.values(iri, CS.participantCount))),
        )
        if links
    ]


def _parts(values: Values, iri: str) -> list[tuple[str, tuple[Entry, ...]]]:
    t = values.things
    parts = [(name, values.entries(t.values(iri, p))) for name, p in _STUDY_PARTS]
    for table in (d for d in t.naming(iri, CS.producedBy) if t.is_a(d, QB.DataSet)):
        codes = sorted(t.naming(table, QB.dataSet), key=lambda o: (int(t.value(o, CS.number) or 0), o))
        parts.append(
            (
                t.label(table),
                (values.entry(table, leave_out=[CS.producedBy]), *values.entries(codes, QB.dataSet, CS.number)),
            )
        )
    return parts


# --- pages of many things ---

_EXTRA = {"people.html": ("works", DCTERMS.creator), "venues.html": ("holds", DCTERMS.isPartOf),
          "vocabularies.html": ("concepts", SKOS.inScheme)}  # fmt: skip


def _gathered(values: Values) -> Iterator[Page]:
    t = values.things
    titles = {**{page: title for page, (title, _) in GATHERED.items()}, TERMS: "Terms", OTHERS: "More"}
    for page, title in titles.items():
        iris = [iri for iri in values.members[page] if values.placed[iri].anchor == anchor(iri)]
        iris.sort(key=lambda iri: (t.value(iri, FOAF.familyName).casefold(), t.label(iri).casefold(), iri))
        entries = [
            values.entry(iri, *_extra(values, page, iri), leave_out=(FOAF.familyName, FOAF.givenName)) for iri in iris
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


# --- lists of pages ---


def lists(values: Values) -> Iterator[Page]:
    """What leads to the pages of things: practices and challenges with numbers, findings, publications."""
    t = values.things
    for page, title, kinds in (
        ("practices.html", "Practices", ("practice", "approach", "area")),
        ("challenges.html", "Challenges", ("challenge",)),
        ("studies.html", "Studies, methods and contexts", ("method", "context")),
    ):
        groups = [group for kind in kinds for group in _grouped(values, CONCEPTS[kind], kind)]
        shown = {"groups": groups, "tables": studies(values)} if page == "studies.html" else {"groups": groups}
        template = "site_studies.html" if page == "studies.html" else "site_concepts.html"
        yield Page(page, title, "list", template, shown)
    for page, table in tables(values):
        yield Page(page, TITLES[page], "list", "site_table.html", {"table": table})
    works: dict[str, list[str]] = defaultdict(list)
    for finding in t.of(CS.Finding):
        works[t.value(finding, CS.reportedIn)].append(finding)
    yield Page(
        "findings.html",
        "Findings",
        "list",
        "site_findings.html",
        {
            "groups": [
                (values.link(work), values.key(work), values.findings(works[work]))
                for work in sorted(works, key=lambda work: (t.label(work), work))
            ]
        },
    )
    yield Page("publications.html", "Publications", "list", "site_publications.html", {"groups": _publications(values)})


def _grouped(values: Values, class_: NamedNode, kind: str) -> list[tuple[Link, list[dict[str, Any]]]]:
    """Concepts below the broadest above each; those that stand alone under the name of their kind."""
    t = values.things
    groups: dict[str, list[str]] = {}
    tops = [iri for iri in t.of(class_) if not t.values(iri, SKOS.broader) and len(t.narrower(iri)) > 1]
    for top in tops:
        groups[top] = [iri for iri in t.narrower(top) if iri != top]
    grouped = {iri for group in groups.values() for iri in group} | set(tops)
    alone = [iri for iri in t.of(class_) if iri not in grouped]
    made = (
        [
            (
                Link(
                    {
                        "practice": "Practices",
                        "approach": "Approaches",
                        "area": "Areas",
                        "challenge": "Other challenges",
                        "method": "Methods",
                        "context": "Contexts",
                    }[kind]
                ),
                alone,
            )
        ]
        if alone
        else []
    )
    made += [(values.link(top), sorted(group, key=lambda iri: (t.label(iri), iri))) for top, group in groups.items()]
    return [(link, [concept_row(values, iri) for iri in iris]) for link, iris in made]


def concept_row(values: Values, iri: str) -> dict[str, Any]:
    t = values.things
    found = values.findings(f for c in t.narrower(iri) for p in _OF_CONCEPT for f in t.naming(c, p))
    studies = {s for c in t.narrower(iri) for p in (CS.usesMethod, CS.context) for s in t.naming(c, p)}
    return {
        "link": values.link(iri),
        "text": t.value(iri, SKOS.definition),
        "studies": len(studies),
        "first": sum(f.hand == FIRST for f in found),
        "second": sum(f.hand == SECOND for f in found),
        "names": t.values(iri, SKOS.altLabel),
    }


def _publications(values: Values) -> list[tuple[str, list[dict[str, Any]]]]:
    t = values.things
    groups: dict[str, list[dict[str, Any]]] = {
        name: []
        for name in (
            "Annotated",
            "Known through what others say of them",
            "Coded by reviews",
            "Only in the bibliography",
        )
    }
    for iri in t.of(CS.Publication):
        said = t.naming(iri, CS.attributedTo) or t.naming(iri, CITO.hasCitedEntity)
        coded = t.naming(iri, CS.codedWork) or t.naming(iri, PROV.wasDerivedFrom)
        name = list(groups)[0 if t.naming(iri, CS.annotates) else 1 if said else 2 if coded else 3]
        groups[name].append(
            {
                "link": values.link(iri),
                "title": t.value(iri, DCTERMS.title),
                "key": values.key(iri),
                "year": t.value(iri, FABIO.hasPublicationYear),
                "own": sum(t.is_a(f, CS.FirstHandFinding) for f in t.naming(iri, CS.reportedIn)),
                "told": len(t.naming(iri, CS.attributedTo)),
            }
        )
    return [(name, rows) for name, rows in groups.items() if rows]


def kind_of(values: Values, iri: str) -> str:
    """What sort of thing an IRI names, for the table of all IRIs."""
    classes = [c for c in values.things.values(iri, RDF.type) if c.startswith(BASE)]
    return values.things.label(classes[0]) if classes else local_name(iri).split("/", 1)[0].split("#", 1)[0]
