"""Pages of a site that list things: concepts, findings, publications, studies, people, venues, and tables of parts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import unquote

from pyoxigraph import NamedNode

from kg.core.iris import CITO, CS, DCTERMS, FABIO, FOAF, OA, PROV, SKOS
from kg.core.kinds import CONCEPTS, ThingKind
from kg.readers.citation import Citation
from kg.render.pages.site_pages import DESIGN, OF_FINDING, Page, annotated, described
from kg.render.pages.site_pictures import amount, is_main
from kg.render.pages.site_places import anchor
from kg.render.pages.site_tables import CHOICE, NUMBER, Cell, ListColumn, ListRow, ListTable, by_name, filled, texts
from kg.render.pages.site_things import section, short, web_address
from kg.render.pages.site_values import FIRST, SECOND, VERDICTS, FindingLine, PageLink, Values

_STUDIES = "studies.html"
CONCEPT_PAGES = {
    page: next(kind.look.plural for kind in CONCEPTS if kind.page == page)
    for page in dict.fromkeys(kind.page for kind in CONCEPTS)
    if page not in ("", _STUDIES)
}
"""The pages that list concepts, with their titles; the page of studies lists those that describe studies."""
_ONLY_TITLE = 300
"""The length of a title in a list."""


_LISTED = tuple(part for part in DESIGN if part[0] != "sample")
"""Of the design of a study, what is short enough for a list."""


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
    for path in CONCEPT_PAGES:
        *names, last = [kind.look.plural.lower() for kind in CONCEPTS if kind.page == path]
        title = f"{', '.join(names)} and {last}" if names else last
        table = _concepts(values, path, only)
        yield _page(path, title.capitalize(), table, note=_kinds_in(table))
    about = "A study is what was done; a publication is what reports it. One publication can report several studies."
    concepts = _concepts(values, _STUDIES, only)
    yield _page(_STUDIES, "Studies, methods and contexts", _studies(values), concepts, note=about)
    found = values.findings(t.of(CS.Finding))
    further = sum(line.further for line in found)
    main = f"{len(found) - further} of main readings, which are counted elsewhere, and {further} of further annotators."
    yield _page("findings.html", "Findings", _findings(values, found), note=main if further else "")
    yield _page("publications.html", "Publications", _publications(values))
    for path, title, what, columns, cells in _TABLES:
        class_ = _CLASSES[path]
        made = ListTable(what, title.lower(), columns, tuple(cells(values, iri) for iri in sorted(t.of(class_))))
        yield _page(path, title, made)
    yield _page("people.html", "People", _people(values))
    yield _page("venues.html", "Venues", _venues(values))


def overview(made: Iterable[Page]) -> Page:
    """The page that leads to all lists, with the numbers of what they list."""
    listed = [(page.path, page.title, _length(page)) for page in made if page.template in _LISTING]
    return Page("lists.html", "All lists", "list", "site_lists.html", {"pages": sorted(listed, key=lambda row: row[1])})


_LISTING = ("site_list.html", "site_entries.html", "site_iris.html")


def _length(page: Page) -> int | None:
    tables = page.values.get("tables")
    if tables:
        return len(tables[0].rows) if len(tables) == 1 else None
    return len(page.values["entries"]) if "entries" in page.values else None


def _page(path: str, title: str, *tables: ListTable, note: str = "") -> Page:
    return Page(path, title, "list", "site_list.html", {"tables": tuple(map(filled, tables)), "note": note})


def _number(count: int) -> Cell:
    return (PageLink(str(count)),)


# --- concepts, publications, studies, findings ---


def _concepts(values: Values, path: str, only: bool) -> ListTable:
    """The concepts of a page: each with the broadest concept above it, and what the graph has on it."""
    t, of_studies = values.things, path == _STUDIES
    kinds = [kind for kind in CONCEPTS if kind.page == path]
    columns = (
        ListColumn("Name"),
        ListColumn("Definition"),
        ListColumn("Kind", CHOICE) if len(kinds) > 1 else ListColumn("Group", CHOICE),
        *(ListColumn(name, NUMBER) for name in ("First-hand findings", "Second-hand findings") if not of_studies),
        ListColumn("Studies", NUMBER),
    )
    rows = []
    for kind in kinds:
        for iri in t.of(CS(kind.class_name)):
            below = t.narrower(iri)
            found = values.findings(f for concept in below for _, p, _ in OF_FINDING for f in t.naming(concept, p))
            hands = [sum(line.hand == hand for line in found) for hand in (FIRST, SECOND)]
            main = (line.iri for line in found if is_main(t, line.iri))
            studies = len(described(t, below)) if of_studies else amount(t, main).total
            if only and not (found or studies):
                continue
            group = texts(kind.look.plural) if len(kinds) > 1 else _group(values, kind, iri)
            counts = [] if of_studies else [_number(count) for count in hands]
            text = texts(short(t.value(iri, SKOS.definition), _ONLY_TITLE))
            rows.append(ListRow(((values.link(iri),), text, group, *counts, _number(studies))))
    what = " and ".join(kind.look.plural.lower() for kind in kinds) if len(kinds) < 3 else "concepts"
    return ListTable(path.removesuffix(".html") if not of_studies else "concepts", what, columns, by_name(rows))


def _kinds_in(table: ListTable) -> str:
    """What a list of concepts counts: of several kinds how many of each, of one kind how many are in a group."""
    several = next((n for n, column in enumerate(table.columns) if column.name == "Kind"), None)
    if several is not None:
        counts = Counter(row.cells[several][0].label.lower() for row in table.rows)
        return (
            ", ".join(f"{count} {kind}" for kind, count in counts.most_common()) + "; broader and narrower ones alike."
        )
    group = next(n for n, column in enumerate(table.columns) if column.name == "Group")
    alone = sum(row.cells[group] in ((), row.cells[0]) for row in table.rows)
    return f"{alone} at the top, and {len(table.rows) - alone} narrower ones in their groups." if table.rows else ""


def _group(values: Values, kind: ThingKind, iri: str) -> Cell:
    """The broadest concept above a concept that belongs to one; a group is in itself."""
    t, top, seen = values.things, iri, {iri}
    while (above := t.value(top, SKOS.broader)) and above not in seen and t.is_a(above, CS(kind.class_name)):
        top = above
        seen.add(above)
    return (values.link(top),) if len(t.narrower(top)) > 1 else ()


def _publications(values: Values) -> ListTable:
    """The publications, with what the graph knows of each; a work without authors is named by its title alone."""
    t = values.things
    names = ("annotated", "known from other publications", "coded by reviews", "only in the bibliography")
    columns = (ListColumn("Work"), ListColumn("Key"), ListColumn("Year", NUMBER),
               ListColumn("Known how", CHOICE), ListColumn("Own findings", NUMBER),
               ListColumn("Reported by others", NUMBER))  # fmt: skip
    rows = []
    for iri in t.of(CS.Publication):
        said = t.naming(iri, CS.attributedTo) or t.naming(iri, CITO.hasCitedEntity)
        coded = t.naming(iri, CS.codedWork) or t.naming(iri, PROV.wasDerivedFrom)
        known = names[0 if t.naming(iri, CS.annotates) else 1 if said else 2 if coded else 3]
        own = sum(values.finding(f).hand == FIRST for f in _own_findings(values, iri))
        title = short(t.value(iri, DCTERMS.title), _ONLY_TITLE) if t.authors(iri) else ""
        year, reported = t.value(iri, FABIO.hasPublicationYear), len(t.naming(iri, CS.attributedTo))
        cells = (
            (values.link(iri), *texts(title)),
            *map(texts, (values.key(iri), year, known)),
            _number(own),
            _number(reported),
        )
        rows.append(ListRow(cells))
    return ListTable("publications", "publications", columns, by_name(rows))


def _own_findings(values: Values, work: str) -> list[str]:
    return [f for f in values.things.naming(work, CS.reportedIn) if values.things.is_a(f, CS.Finding)]


def _studies(values: Values) -> ListTable:
    """Every study: annotated ones with their design, and those known only from other publications."""
    t = values.things
    columns = (ListColumn("Study"), ListColumn("Publication"), ListColumn("Known how", CHOICE),
               ListColumn("First-hand findings", NUMBER), ListColumn("Second-hand findings", NUMBER),
               *(ListColumn(name.capitalize(), NUMBER if name == "participants" else "")
                 for name, _, _ in _LISTED))  # fmt: skip
    rows = []
    for iri in t.of(CS.Study):
        works = t.values(iri, CS.reportedIn)
        known = texts("annotated" if annotated(t, iri) else "known from other publications")
        second = sum(len(t.naming(work, CS.attributedTo)) for work in works)
        first = sum(t.is_a(finding, CS.Finding) for finding in t.naming(iri, CS.producedBy))
        design = [links for _, links in values.facts(iri, _LISTED)]
        cells = ((values.link(iri),), values.links(works), known, _number(first), _number(second), *design)
        rows.append(ListRow(cells))
    return ListTable("studies", "studies", columns, by_name(rows))


def _findings(values: Values, found: Iterable[FindingLine]) -> ListTable:
    """Every finding, by the work that reports it."""
    t = values.things
    columns = (ListColumn("Finding"), ListColumn("Hand", CHOICE), ListColumn("Kind", CHOICE), ListColumn("Found by"),
               ListColumn("Reported by"), ListColumn("Year", NUMBER), ListColumn("Id"))  # fmt: skip
    rows = []
    for line in found:
        kind = "key finding" if line.pec else "recommendation" if t.is_a(line.iri, CS.Recommendation) else "finding"
        work = t.value(line.iri, CS.attributedTo) or t.value(line.iri, CS.reportedIn)
        named = PageLink(short(line.statement, 500) or line.id, line.link.path)
        via = (line.via,) if line.via else ()
        year = texts(t.value(work, FABIO.hasPublicationYear))
        cells = ((named,), texts(line.hand), texts(kind), (line.work,), via, year, texts(line.id))
        reporting = (line.via or line.work).label
        rows.append(ListRow(cells, sort=f"{reporting} {line.hand} {line.id}"))
    return ListTable("findings", "findings", columns, by_name(rows))


# --- people and venues ---


def _people(values: Values) -> ListTable:
    names = (FOAF.familyName, FOAF.givenName)
    return _agents(values, "people", DCTERMS.creator, values.members["people.html"], names)


def _venues(values: Values) -> ListTable:
    return _agents(values, "venues", DCTERMS.isPartOf, values.members["venues.html"], ())


def _agents(
    values: Values, what: str, of_work: NamedNode, members: Iterable[str], names: tuple[NamedNode, ...]
) -> ListTable:
    """People or venues with their works; people are sorted by family name."""
    t = values.things
    columns = (ListColumn("Name"), ListColumn("Works", NUMBER), ListColumn("Which"), ListColumn("Other spellings"),
               ListColumn("More"))  # fmt: skip
    rows = []
    for iri in (iri for iri in members if values.placed[iri].anchor == anchor(iri)):
        item = values.item(iri, leave_out=names)
        works = sorted(dict.fromkeys(t.naming(iri, of_work)), key=lambda work: (t.label(work), work))
        more = tuple(
            PageLink(f"{name}: {link.label}", link.path, link.url) for name, links in item.facts for link in links
        )
        order = ", ".join(filter(None, (t.value(iri, p) for p in names)))
        cells = (
            texts(item.title),
            _number(len(works)),
            values.links(works),
            values.links(t.naming(iri, CS.variantOf)),
            more,
        )
        rows.append(ListRow(cells, iri, order or item.title))
    return ListTable(what, what, columns, by_name(rows))


# --- tables: every quotation, reported count, citation and note ---


def _owners(values: Values, iris: list[str]) -> Cell:
    """What quotations or notes belong to; things without a page by the page that they are on."""
    t = values.things
    return tuple(
        values.finding(iri).link if t.is_a(iri, CS.Finding) else values.link(iri, short(_said_of(values, iri), 80))
        for iri in iris
    )


def _said_of(values: Values, iri: str) -> str:
    """The name of a thing; of a relation and a citation, which have none, what it says of another finding or work."""
    t = values.things
    finding, work = t.value(iri, CS.toFinding), t.value(iri, CITO.hasCitedEntity)
    if finding:
        return f"{t.label(t.value(iri, CS.relationType))}: {t.label(finding)}"
    return (
        f"{t.property_name(t.value(iri, CITO.hasCitationCharacterization))} {t.label(work)}" if work else t.label(iri)
    )


def _evidence(values: Values, iri: str) -> ListRow:
    t = values.things
    words, status = t.value(t.value(iri, OA.hasSelector), OA.exact), values.verdict(iri)
    source, number, page = (t.value(iri, p) for p in (OA.hasSource, CS.section, CS.page))
    page = "" if number == f"page {page}" else page
    place = texts(section(number) if number else "", f"page {page}" if page else "")
    name = f"“{short(words)}”" if words else t.value(iri, CS.sheetRow)
    owners, quoted = _owners(values, t.naming(iri, CS.hasEvidence)), values.link(iri, name)
    return ListRow(((quoted,), (values.link(source), *place), owners, texts(VERDICTS.get(status, status))))


def _count(values: Values, iri: str) -> ListRow:
    t = values.things
    numerator, denominator, unit = (t.value(iri, p) for p in (CS.numerator, CS.denominator, CS.unit))
    number = " ".join(filter(None, (numerator, f"of {denominator}" if denominator else "", unit)))
    statement, owners = texts(t.value(iri, CS.statement)), _owners(values, t.naming(iri, CS.hasCount))
    return ListRow(((values.link(iri, number),), statement, owners))


def _citation(values: Values, iri: str) -> ListRow:
    t = values.things
    citing, cited = (values.links(t.values(iri, p)) for p in (CITO.hasCitingEntity, CITO.hasCitedEntity))
    reason = values.link(iri, t.property_name(t.value(iri, CITO.hasCitationCharacterization)))
    owners = _owners(values, t.values(iri, CS.aboutFinding))
    return ListRow((citing, (reason,), cited, owners, texts(", ".join(t.values(iri, CS.section)))))


def _note(values: Values, iri: str) -> ListRow:
    t = values.things
    name = t.value(iri, DCTERMS.identifier) or unquote(iri.rsplit("/", 1)[-1])
    text = texts(short(t.value(iri, OA.bodyValue), 600))
    return ListRow(((values.link(iri, name),), text, _owners(values, t.values(iri, OA.hasTarget))))


_TABLES: tuple[tuple[str, str, str, tuple[ListColumn, ...], Callable[[Values, str], ListRow]], ...] = (
    ("evidence.html", "Evidence", "evidence", (ListColumn("Quotation"), ListColumn("Place"),
     ListColumn("Evidence for"), ListColumn("Full text", CHOICE)), _evidence),
    ("counts.html", "Reported counts", "counts",
     (ListColumn("Count"), ListColumn("What"), ListColumn("Finding")), _count),
    ("citations.html", "Citations", "citations", (ListColumn("Citing work"), ListColumn("Reason", CHOICE),
     ListColumn("Cited work"), ListColumn("Finding"), ListColumn("Section")), _citation),
    ("notes.html", "Curation notes", "notes", (ListColumn("Note"), ListColumn("Text"), ListColumn("About")), _note),
)  # fmt: skip
"""Path, title, name, columns, and the function that gives the row of a thing."""
_CLASSES = {"evidence.html": CS.Evidence, "counts.html": CS.ReportedCount, "citations.html": CITO.Citation,
            "notes.html": CS.CurationNote}  # fmt: skip
