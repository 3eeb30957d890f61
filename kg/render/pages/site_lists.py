"""Pages of a site that list things: the front page, lists of concepts, findings and publications, and tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from pyoxigraph import NamedNode

from kg.core.iris import CITO, CS, DCTERMS, OA, PROV, SKOS
from kg.core.kinds import CONCEPTS, ThingKind
from kg.readers.citation import Citation
from kg.render.pages.site_pages import DESIGN, OF_FINDING, Page, annotated, described
from kg.render.pages.site_things import section, short, web_address
from kg.render.pages.site_values import FIRST, SECOND, VERDICTS, PageLink, Values

_STUDIES = "studies.html"
CONCEPT_PAGES = {
    page: next(kind.look.plural for kind in CONCEPTS if kind.page == page)
    for page in dict.fromkeys(kind.page for kind in CONCEPTS)
    if page not in ("", _STUDIES)
}
"""The pages that list concepts, with their titles; the page of studies lists those that describe studies."""

Cell = tuple[PageLink, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; the first cell of a row is its heading."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def licences_of(citation: Citation | None) -> list[PageLink]:
    """The licences that a citation file names, of which one may be chosen, with the address of each."""
    if not citation:
        return []
    url = web_address(citation.licence_url)
    if len(citation.licences) == 1 and url:
        return [PageLink(citation.licences[0], url=url)]
    found = [PageLink(name, url=web_address(f"https://spdx.org/licenses/{name}.html")) for name in citation.licences]
    return found or ([PageLink(citation.licence_url, url=url)] if citation.licence_url else [])


def lists(values: Values, only: bool = False) -> Iterator[Page]:
    """The pages that lead to the pages of things; `only` leaves out concepts without findings and studies."""
    t = values.things
    for path, title in (CONCEPT_PAGES | {_STUDIES: "Studies, methods and contexts"}).items():
        groups = [group for kind in CONCEPTS if kind.page == path for group in _grouped(values, kind, only)]
        tables, template = (_studies(values), "studies") if path == _STUDIES else ((), "concepts")
        yield Page(path, title, "list", f"site_{template}.html", {"groups": groups, "tables": tables})
    for path, title, class_, columns, cells in _TABLES:
        table = Table(columns, tuple(cells(values, iri) for iri in sorted(t.of(class_))))
        yield Page(path, title, "list", "site_table.html", {"table": table})
    works = sorted({t.value(finding, CS.reportedIn) for finding in t.of(CS.Finding)}, key=lambda w: (t.label(w), w))
    yield Page("findings.html", "Findings", "list", "site_findings.html", {"works": works})
    yield Page("publications.html", "Publications", "list", "site_publications.html", {"groups": _publications(values)})


def _grouped(values: Values, kind: ThingKind, only: bool) -> list[tuple[PageLink, list[dict[str, Any]]]]:
    """Narrower concepts under the broadest one of each; all others under the name of their kind."""
    t = values.things
    concepts = t.of(CS(kind.class_name))
    tops = [iri for iri in concepts if not t.values(iri, SKOS.broader) and len(t.narrower(iri)) > 1]
    groups = {top: [iri for iri in t.narrower(top) if iri != top] for top in tops}
    grouped = {iri for group in groups.values() for iri in group} | set(tops)
    alone = [iri for iri in concepts if iri not in grouped]
    made = [(PageLink(kind.heading), alone)] if alone else []
    made += [(values.link(top), sorted(group, key=lambda iri: (t.label(iri), iri))) for top, group in groups.items()]
    rows = [(link, [_concept_row(values, iri) for iri in iris]) for link, iris in made]
    if not only:
        return rows
    used = [
        (link, [row for row in several if row["first"] or row["second"] or row["studies"]]) for link, several in rows
    ]
    return [(link, several) for link, several in used if several]


def _concept_row(values: Values, iri: str) -> dict[str, Any]:
    t = values.things
    below = t.narrower(iri)
    found = values.findings(f for concept in below for _, p, _ in OF_FINDING for f in t.naming(concept, p))
    return {
        "link": values.link(iri),
        "text": t.value(iri, SKOS.definition),
        "studies": len(described(t, below)),
        "first": sum(f.hand == FIRST for f in found),
        "second": sum(f.hand == SECOND for f in found),
    }


def _publications(values: Values) -> dict[str, list[str]]:
    """The publications by what the graph knows of them."""
    t = values.things
    names = ("Annotated", "Known from other publications", "Coded by reviews", "Only in the bibliography")
    groups: dict[str, list[str]] = {name: [] for name in names}
    for iri in t.of(CS.Publication):
        said = t.naming(iri, CS.attributedTo) or t.naming(iri, CITO.hasCitedEntity)
        coded = t.naming(iri, CS.codedWork) or t.naming(iri, PROV.wasDerivedFrom)
        groups[names[0 if t.naming(iri, CS.annotates) else 1 if said else 2 if coded else 3]].append(iri)
    return {name: works for name, works in groups.items() if works}


# --- tables: every study, quotation, reported count, citation and note ---


def _studies(values: Values) -> tuple[Table, Table]:
    """Every study: annotated ones with their design, and those known only from other publications."""
    t, columns = values.things, ("Study", "Publication", "Findings", *(name.capitalize() for name, _, _ in DESIGN))
    rows: dict[bool, list[tuple[Cell, ...]]] = {True: [], False: []}
    for iri in t.of(CS.Study):
        works, read = t.values(iri, CS.reportedIn), annotated(t, iri)
        second = sum(len(t.naming(work, CS.attributedTo)) for work in works)
        first = sum(t.is_a(finding, CS.Finding) for finding in t.naming(iri, CS.producedBy))
        counts = _plain(f"{first} first-hand" if first else "", f"{second} second-hand" if second else "")
        design = [links for _, links in values.facts(iri, DESIGN)]
        rows[read].append(((values.link(iri),), values.links(works), counts, *design))
    return Table(columns, tuple(rows[True])), Table(columns, tuple(rows[False]))


def _plain(*texts: str) -> Cell:
    return tuple(PageLink(text) for text in texts if text)


def _owners(values: Values, iris: list[str]) -> Cell:
    """What quotations or notes belong to; things without a page by the page that they are on."""
    t = values.things
    return tuple(
        values.finding(iri).link if t.is_a(iri, CS.Finding) else values.link(iri, short(t.label(iri), 80))
        for iri in iris
    )


def _evidence(values: Values, iri: str) -> tuple[Cell, ...]:
    t = values.things
    words, status = t.value(t.value(iri, OA.hasSelector), OA.exact), values.verdict(iri)
    source, number, page = (t.value(iri, p) for p in (OA.hasSource, CS.section, CS.page))
    page = "" if number == f"page {page}" else page
    place = _plain(section(number) if number else "", f"page {page}" if page else "")
    name = f"“{short(words)}”" if words else t.value(iri, CS.sheetRow)
    owners, quoted = _owners(values, t.naming(iri, CS.hasEvidence)), values.link(iri, name)
    return (quoted,), (values.link(source), *place), owners, _plain(VERDICTS.get(status, status))


def _count(values: Values, iri: str) -> tuple[Cell, ...]:
    t = values.things
    numerator, denominator, unit = (t.value(iri, p) for p in (CS.numerator, CS.denominator, CS.unit))
    number = " ".join(filter(None, (numerator, f"of {denominator}" if denominator else "", unit)))
    statement, owners = _plain(t.value(iri, CS.statement)), _owners(values, t.naming(iri, CS.hasCount))
    return (values.link(iri, number),), statement, owners


def _citation(values: Values, iri: str) -> tuple[Cell, ...]:
    t = values.things
    citing, cited = (values.links(t.values(iri, p)) for p in (CITO.hasCitingEntity, CITO.hasCitedEntity))
    reason = values.link(iri, t.property_name(t.value(iri, CITO.hasCitationCharacterization)))
    owners = _owners(values, t.values(iri, CS.aboutFinding))
    return citing, (reason,), cited, owners, _plain(", ".join(t.values(iri, CS.section)))


def _note(values: Values, iri: str) -> tuple[Cell, ...]:
    t = values.things
    name = t.value(iri, DCTERMS.identifier) or unquote(iri.rsplit("/", 1)[-1])
    text = _plain(short(t.value(iri, OA.bodyValue), 600))
    return (values.link(iri, name),), text, _owners(values, t.values(iri, OA.hasTarget))


_TABLES: tuple[tuple[str, str, NamedNode, tuple[str, ...], Callable[[Values, str], tuple[Cell, ...]]], ...] = (
    ("evidence.html", "Evidence", CS.Evidence, ("Quotation", "Place", "Evidence for", "Full text"), _evidence),
    ("counts.html", "Reported counts", CS.ReportedCount, ("Count", "What", "Finding"), _count),
    ("citations.html", "Citations", CITO.Citation,
     ("Citing work", "Reason", "Cited work", "Finding", "Section"), _citation),
    ("notes.html", "Curation notes", CS.CurationNote, ("Note", "Text", "About"), _note),
)  # fmt: skip
"""Path, title, class of the things, columns, and the function that gives the cells of a thing."""
