"""The pages that things of the graph have: the name of a template and its values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pyoxigraph import NamedNode

from kg.core.iris import CS, DCTERMS, PRISM, PROV, QB, RDF, SKOS, local_name
from kg.core.kinds import CONCEPTS, ThingKind
from kg.render.pages.site_pictures import of_concept, of_finding, of_works, strongest_first
from kg.render.pages.site_places import GATHERED, OTHERS, TERMS, UNUSED, anchor
from kg.render.pages.site_tables import letters_of, name_order
from kg.render.pages.site_things import Things, short
from kg.render.pages.site_values import FIRST, PageItem, Values

OF_FINDING = tuple((kind.look.plural.lower(), CS(kind.of_finding), False) for kind in CONCEPTS if kind.of_finding)
"""The concepts of a finding: what they are called, and the property."""
OF_STUDY = tuple((kind.look.plural.lower(), CS(kind.of_study), False) for kind in CONCEPTS if kind.of_study)
"""The concepts that describe a study."""
DESIGN = (*OF_STUDY, ("participants", CS.participantCount, False), ("sample", CS.sample, False))
_STUDY_PARTS = (("Research questions", CS.researchQuestion), ("Cases", CS.hasCase), ("Participants", CS.hasParticipant),
                ("Themes", CS.hasTheme), ("Instrument", CS.hasQuestion), ("Limitations", CS.limitation))  # fmt: skip
_SUPPORTED = (("links", CS.PracticeChallengeLink), ("effects", CS.EffectLink), ("related", CS.ConceptRelation))
_MORE_OF_FINDING = (
    ("recommends", CS.recommends, False), ("addresses", CS.addresses, False), ("theme", CS.inTheme, False),
)  # fmt: skip
_EXTRA = {
    "vocabularies.html": (("concepts", SKOS.inScheme),),
}
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
    for kind in CONCEPTS:
        for iri in things.of(CS(kind.class_name)):
            if not values.placed[iri].anchor:
                yield _concept(values, kind, iri)
    for class_, page in ((CS.Publication, _publication), (CS.Study, _study), (CS.Finding, _finding)):
        for iri in things.of(class_):
            yield page(values, iri)
    yield from _gathered(values)


def _concept(values: Values, kind: ThingKind, iri: str) -> Page:
    t = values.things
    below = t.narrower(iri)
    coded = {work for concept in below for work in t.naming(concept, CS.codedAs)}
    studies = [
        values.link(
            works[0] if len(works) == 1 else study, f"{'; '.join(sorted(map(t.label, works)))}: {t.label(study)}"
        )
        for study in described(t, below)
        if (works := t.values(study, CS.reportedIn))
    ]

    def naming(*properties: NamedNode) -> list[str]:
        return list(dict.fromkeys(thing for concept in below for p in properties for thing in t.naming(concept, p)))

    shown: dict[str, Any] = {
        "called": t.label(CS(kind.class_name).value),
        "wider": len(below) - 1,
        "links": strongest_first(t, naming(CS.practice, CS.challenge), iri),
        "effects": strongest_first(t, naming(CS.cause, CS.outcome), iri),
        "related": strongest_first(t, naming(CS.fromConcept, CS.toConcept), iri),
        "advice": values.findings(naming(CS.addresses, CS.recommends)),
        "found": values.findings(f for concept in below for _, p, _ in OF_FINDING for f in t.naming(concept, p)),
        "studies": studies,
        "coded": sorted(coded, key=lambda work: (t.label(work).casefold(), work)),
    }
    ends = [*shown["links"], *shown["effects"], *shown["related"]]
    shown["pictures"] = of_concept(values, below, shown["found"], ends)
    names, text = tuple(t.values(iri, SKOS.altLabel)), t.value(iri, SKOS.definition)
    return Page(values.placed[iri].page, t.label(iri), kind.name, "site_concept.html", shown, iri, names, text)


def described(t: Things, concepts: list[str]) -> list[str]:
    """The studies that any of the concepts describes."""
    return list(dict.fromkeys(study for concept in concepts for _, p, _ in OF_STUDY for study in t.naming(concept, p)))


def _finding(values: Values, iri: str) -> Page:
    t, line = values.things, values.finding(iri)
    absent = values.links(t.values(iri, CS.reportsAbsenceOf))
    facts = [
        (name, tuple(link for link in links if link not in absent)) for name, links in values.facts(iri, OF_FINDING)
    ]
    facts += [("looked for and not found", absent), *values.facts(iri, _MORE_OF_FINDING)]
    title, names = f"{short(line.statement)} ({line.id})", (line.id, f"{line.key}/{line.id}")
    shown: dict[str, Any] = {"line": line, "facts": facts} | {
        name: strongest_first(t, (thing for thing in t.naming(iri, CS.supportedBy) if t.is_a(thing, class_)))
        for name, class_ in _SUPPORTED
    }
    shown["pictures"] = of_finding(values, iri, [link for name, _ in _SUPPORTED for link in shown[name]])
    shown["readers"] = _readers(values, iri)
    return Page(values.placed[iri].page, title, "finding", "site_finding.html", shown, iri, names, line.statement)


def _readers(values: Values, finding: str) -> list[str]:
    """Who annotated it: the annotator of its reading, or those of the only file on its publication."""
    t = values.things
    files = t.naming(t.value(finding, CS.reportedIn), CS.annotates)
    names = [t.value(finding, CS.reading)] if t.value(finding, CS.reading) else [
        t.label(who) for file in files for who in t.values(file, PROV.wasAttributedTo)]  # fmt: skip
    return list(dict.fromkeys(names))


def _publication(values: Values, iri: str) -> Page:
    t = values.things
    title, names = t.value(iri, DCTERMS.title) or t.label(iri), (values.key(iri), *map(t.label, t.authors(iri)))
    decisions = [decision for p in (CS.keeps, CS.tellsApart, CS.decidesOn) for decision in t.naming(iri, p)]
    shown: dict[str, Any] = {"decisions": [decision for decision in decisions if not t.values(decision, CS.oneStudy)]}
    names = (*names, t.value(iri, PRISM.doi))
    reported = values.findings(t.naming(iri, CS.reportedIn))
    own = [line for line in reported if line.hand == FIRST] + values.findings(t.naming(iri, CS.attributedTo))
    others = [line for line in reported if line.hand != FIRST]
    shown["pictures"] = [
        *of_works(values, own, "Its findings", "own"),
        *of_works(values, others, "Findings of others that it reports", "of-others"),
    ]
    path, template = values.placed[iri].page, "site_publication.html"
    return Page(path, title, "publication", template, shown, iri, names, t.label(iri))


def _study(values: Values, iri: str) -> Page:
    """What was done, with whom, and what was found, which is not the same as what was published about it."""
    t = values.things
    works = t.values(iri, CS.reportedIn)
    told = values.findings(f for work in works for f in t.naming(work, CS.attributedTo))
    design = any(t.values(iri, p) for _, p, _ in DESIGN)
    own = [*values.findings(t.naming(iri, CS.producedBy)), *told]
    shown = {
        "works": works,
        "annotated": annotated(t, iri),
        "described": design,
        "details": _parts(values, iri),
        "told": told,
        "pictures": of_works(values, own, "Its findings", "own"),
    }
    path, names, aim = values.placed[iri].page, tuple(map(values.key, works)), t.value(iri, DCTERMS.description)
    return Page(path, t.label(iri), "study", "site_study.html", shown, iri, names, aim)


def annotated(t: Things, study: str) -> bool:
    """Whether a publication of the study has an annotation."""
    return any(t.naming(work, CS.annotates) for work in t.values(study, CS.reportedIn))


def _parts(values: Values, iri: str) -> list[tuple[str, list[PageItem]]]:
    t = values.things
    parts = [(name, values.items(t.values(iri, p))) for name, p in _STUDY_PARTS]
    for table in (d for d in t.naming(iri, CS.producedBy) if t.is_a(d, QB.DataSet)):
        codes = sorted(t.naming(table, QB.dataSet), key=lambda o: (int(t.value(o, CS.number) or 0), o))
        whole = values.item(table, leave_out=[CS.producedBy])
        parts.append((t.label(table), [whole, *values.items(codes, QB.dataSet, CS.number)]))
    return parts


# --- pages of many things ---


_LISTS = ("people.html", "venues.html")
"""Pages of which the things are rows of a table."""


def _gathered(values: Values) -> Iterator[Page]:
    t = values.things
    titles = {**{page: title for page, (title, _) in GATHERED.items() if page not in _LISTS},
              UNUSED: "Concepts that this review does not use", TERMS: "Terms", OTHERS: "More"}  # fmt: skip
    for page, title in titles.items():
        iris = [iri for iri in values.members[page] if values.placed[iri].anchor == anchor(iri)]
        iris.sort(key=lambda iri: (name_order(t.label(iri)), iri))
        entries = [values.item(iri, *_extra(values, page, iri)) for iri in iris]
        letters = letters_of([entry.title for entry in entries])
        yield Page(page, title, "list", "site_entries.html", {"entries": entries, "letters": letters})


def _extra(values: Values, page: str, iri: str) -> list[tuple[str, list[str]]]:
    t = values.things
    if page == "codings.html":
        codings = t.naming(iri, CS.reviewCode)
        return [("works", [work for coding in codings for work in t.values(coding, CS.codedWork)])]
    return [(name, t.naming(iri, property_)) for name, property_ in _EXTRA.get(page, ())]


def kind_of(values: Values, iri: str) -> str:
    """What sort of thing an IRI names, for the list of all IRIs."""
    classes = [c for c in values.things.values(iri, RDF.type) if c.startswith(str(CS))]
    return values.things.label(classes[0]) if classes else local_name(iri).split("/", 1)[0].split("#", 1)[0]
