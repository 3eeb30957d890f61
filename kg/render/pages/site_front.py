"""The front page of a site, which explains itself, and the two lists that it leads to: key findings, annotated works.

The words that are fixed name kinds of things, never a topic: a review of another field has the same page. What the
review is about comes from its title and description.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup
from pyoxigraph import NamedNode

from kg.answers.evidence_map import EvidenceMap, Header
from kg.answers.rows import Rows
from kg.core.iris import CS, DCTERMS, FOAF, PROV, RDF, VOID
from kg.core.kinds import BY_NAME, CONCEPTS
from kg.readers.citation import NAME, Citation
from kg.render.pages.site_data import WHOLE
from kg.render.pages.site_drawing import Amount, Dot, matrix
from kg.render.pages.site_pages import Page
from kg.render.pages.site_pictures import is_main
from kg.render.pages.site_questions import Asked, question_links
from kg.render.pages.site_things import Things, doi_address, short, web_address
from kg.render.pages.site_values import PageLink, Values
from kg.render.pages.site_ways import Ways

KEY_FINDINGS, ANNOTATED = "key-findings.html", "annotated.html"
COUNTED_ON = {kind.look.plural.lower(): kind.page for kind in CONCEPTS} | {
    "publications": "publications.html", "studies": "studies.html", "first-hand findings": "findings.html",
    "of these key findings (PECs)": KEY_FINDINGS, "second-hand findings": "findings.html",
    "annotated publications": ANNOTATED, "works coded by reviews": "codings.html",
    "practice–challenge links": "map.html", "recommendations": "findings.html", "effects on outcomes": "outcomes.html",
    "pieces of evidence": "evidence.html", "reported counts": "counts.html",
    "typed citations": "citations.html", "curation notes": "notes.html",
}  # fmt: skip
"""The page on which what is counted can be read, for each number of the front page."""
_ROWS, _COLUMNS = 10, 8
"""The most rows and columns of the picture."""


@dataclass(frozen=True, slots=True)
class Holding:
    """One sort of knowledge in the graph: how much, from where, and what it is worth."""

    mark: str
    count: int
    what: str
    path: str
    text: str


def described(t: Things) -> str:
    """The sentence in which the review says what it is about, of `kg.toml`; empty without one."""
    return _of_review(t, DCTERMS.description)


def address_of(t: Things) -> str:
    """Where the site is published, as `kg.toml` says; empty if it does not."""
    return web_address(_of_review(t, FOAF.homepage))


def _of_review(t: Things, property_: NamedNode) -> str:
    reviews = t.naming(VOID.Dataset.value, RDF.type)
    return next(filter(None, (t.value(review, property_) for review in reviews)), "")


def front(
    values: Values, ways: Ways, title: str, contents: Rows, asked: Sequence[Asked], sizes: Mapping[str, int],
    citation: Citation | None,
) -> Iterator[Page]:  # fmt: skip
    """The front page and the lists of key findings and of annotated publications.

    Args:
        values: the things and their places.
        ways: the addresses of cells of the map.
        title: what the site is called.
        contents: the rows of the query `contents`.
        asked: the questions that the site answers.
        sizes: bytes of each data file.
        citation: how to cite the review.
    """
    t, address = values.things, None
    read = [iri for iri in t.of(CS.Publication) if t.naming(iri, CS.annotates)]
    files = [file for work in read for file in t.naming(work, CS.annotates)]
    pecs = values.findings(iri for iri in t.of(CS.PrimaryEmpiricalContribution) if is_main(t, iri))
    if citation:
        doi = citation.doi
        label, url = (f"https://doi.org/{doi}", doi_address(doi)) if doi else (citation.url, web_address(citation.url))
        address = PageLink(label, url=url)
    counts = {str(row["what"]): int(str(row["count"])) for row in contents}
    shown = {
        "description": described(t),
        "picture": _picture(ways),
        "questions": question_links(values, asked),
        "holdings": list(_holdings(t, counts, read)),
        "doors_to": _lists(t, counts, len(pecs)),
        "numbers": [(what, count, COUNTED_ON.get(what, "") if count else "") for what, count in counts.items()],
        "annotators": values.links(who for file in files for who in t.values(file, PROV.wasAttributedTo)),
        "sources": len(t.of(CS.SourceFile)),
        "citation": citation,
        "citation_file": NAME,
        "citation_link": address,
        "downloads": [(path, what, _size(sizes[path])) for path, what in WHOLE.items()],
    }
    yield Page("index.html", title, "list", "site_index.html", shown, text=described(t))
    yield Page(KEY_FINDINGS, "Key findings", "list", "site_key_findings.html", {"found": pecs})
    yield Page(ANNOTATED, "Annotated publications", "list", "site_annotated.html", {"groups": _annotated(t, read)})


def _annotated(t: Things, read: Sequence[str]) -> dict[str, list[str]]:
    """Annotated publications of studies and of reviews, which include other studies."""
    groups: dict[str, list[str]] = {"Studies": [], "Reviews of other studies": []}
    for work in read:
        includes = any(t.values(study, CS.includesPrimaryStudy) for study in t.naming(work, CS.reportedIn))
        groups["Reviews of other studies" if includes else "Studies"].append(work)
    return {name: works for name, works in groups.items() if works}


def _holdings(t: Things, counts: Mapping[str, int], read: Sequence[str]) -> Iterator[Holding]:
    """What is known first-hand, second-hand and from codes, as far as there is any."""
    groups = {name: len(works) for name, works in _annotated(t, read).items()}
    studies, reviews = (groups.get(name, 0) for name in ("Studies", "Reviews of other studies"))
    if read:
        kinds = _and(_some(studies, "reports a study of its own", "report studies of their own"),
                     _some(reviews, "reviews other studies", "review other studies"))  # fmt: skip
        yield Holding("●", len(read), _plural(len(read), "annotated publication"), ANNOTATED,
            f"{kinds}. Annotators read them and recorded {counts.get('first-hand findings', 0)} first-hand findings: "
            "what a study found itself, with the words of its paper.")  # fmt: skip
    reported = [f for f in t.of(CS.SecondHandFinding) if is_main(t, f)]
    works = {work for finding in reported for work in t.values(finding, CS.attributedTo)}
    if works:
        unread = len(works.difference(read))
        yield Holding("○", len(works), f"{_plural(len(works), 'publication')} reported by others", "publications.html",
            f"{unread} of them {'is' if unread == 1 else 'are'} not annotated. "
            f"{counts.get('second-hand findings', 0)} second-hand findings: what another publication says that they "
            "found. Read the original before you cite it.")  # fmt: skip
    if coded := counts.get("works coded by reviews", 0):
        yield Holding("▪", coded, f"{_plural(coded, 'work')} coded by reviews", "codings.html",
            "A code says what a review filed a work under. It is no finding, and is counted nowhere else.")  # fmt: skip


def _some(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}" if number else ""


def _and(*texts: str) -> str:
    return " and ".join(filter(None, texts))


def _plural(number: int, what: str) -> str:
    return what if number == 1 else f"{what}s"


def _lists(t: Things, counts: Mapping[str, int], pecs: int) -> list[tuple[str, str, str]]:
    """Path, name and size of the lists that the front page leads to."""
    findings = sum(counts.get(f"{hand} findings", 0) for hand in ("first-hand", "second-hand"))
    kinds = (BY_NAME[name] for name in ("practice", "challenge", "outcome"))
    rows = [(kind.page, kind.look.plural, len(t.of(CS(kind.class_name)))) for kind in kinds]
    rows += [("findings.html", "Findings", findings), (KEY_FINDINGS, "Key findings", pecs),
             ("publications.html", "Publications", counts.get("publications", -1)),
             ("studies.html", "Studies and methods", counts.get("studies", -1)),
             ("evidence.html", "Quotations", counts.get("pieces of evidence", -1))]  # fmt: skip
    return [(path, name, str(number) if number >= 0 else "") for path, name, number in rows if number]


def _picture(ways: Ways) -> Markup | None:
    """The rows and columns of the evidence map with most studies, as a matrix of dots."""
    whole: EvidenceMap = ways.map
    rows = _best(whole.rows, {h.iri: len(whole.row_total(h.iri).studies) for h in whole.rows}, _ROWS)
    columns = _best(whole.columns, {h.iri: len(whole.column_total(h.iri).studies) for h in whole.columns}, _COLUMNS)
    dots = []
    for r, row in enumerate(rows):
        for c, column in enumerate(columns):
            cell = whole.cell(row.iri, column.iri)
            amount = Amount(len(cell.first_hand), len(cell.second_hand))
            if amount.total:
                description = f"{row.label} × {column.label}: {_some(amount.total, 'study', 'studies')} ({amount})"
                dots.append(Dot(r, c, amount, ways.cell(row.iri, column.iri), description))
    if not dots:
        return None
    path = ways.values.placed
    labelled = [[(short(h.label, 60), path[h.iri].path if h.iri in path else "map.html") for h in headers]
                for headers in (rows, columns)]  # fmt: skip
    desc = f"The {len(rows)} rows and {len(columns)} columns of the evidence map with most studies. " + "; ".join(
        dot.description for dot in dots
    )
    return matrix(labelled[0], labelled[1], dots, "Which challenges studies report, by practice", desc)


def _best(headers: Sequence[Header], studies: Mapping[str, int], most: int) -> list[Header]:
    """The headers with most studies, those without any left out."""
    known = [header for header in headers if studies[header.iri]]
    return sorted(known, key=lambda header: (-studies[header.iri], header.label, header.iri))[:most]


def _size(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 1e5 else f"{size / 1e3:.1f} kB"
