"""The front page of a site: what this is, how much is in it, who made it of what, and how to take it along."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kg.answers.rows import Answers
from kg.core.iris import CS, DCTERMS, PROV
from kg.readers.citation import NAME, Citation
from kg.render.pages.site_pages import Page, concept_row
from kg.render.pages.site_places import CONCEPTS
from kg.render.pages.site_things import doi_address, web_address
from kg.render.pages.site_values import Link, Values

LISTED = {"publications": "publications.html", "practices": "practices.html", "challenges": "challenges.html",
          "studies": "studies.html", "first-hand findings": "findings.html",
          "of these key findings (PECs)": "index.html#key-findings", "second-hand findings": "findings.html",
          "annotated publications": "index.html#annotated", "works coded by reviews": "codings.html",
          "practice–challenge links": "map.html", "pieces of evidence": "evidence.html",
          "reported counts": "counts.html", "typed citations": "citations.html",
          "curation notes": "notes.html"}  # fmt: skip
"""Where the numbers lead."""
DATA = {"graph.nq": "N-Quads, a named graph for each source file", "graph.ttl": "Turtle, all in one graph"}


@dataclass(frozen=True, slots=True)
class Download:
    path: str
    what: str
    size: str


def front(graph: Answers, values: Values, title: str, data: Mapping[str, bytes], citation: Citation | None) -> Page:
    """`data` are the files of the whole graph by name."""
    t = values.things
    numbers = [
        (row["what"], row["count"], LISTED.get(str(row["what"]), "") if row["count"] else "")
        for row in graph.query("contents")
    ]
    annotated = [iri for iri in t.of(CS.Publication) if t.naming(iri, CS.annotates)]
    files = [file for work in annotated for file in t.naming(work, CS.annotates)]
    return Page(
        "index.html",
        title,
        "list",
        "site_index.html",
        {
            "numbers": numbers,
            "practices": [concept_row(values, iri) for iri in t.of(CONCEPTS["practice"])],
            "annotated": [(values.link(iri), t.value(iri, DCTERMS.title), values.key(iri)) for iri in annotated],
            "annotators": values.links(who for file in files for who in t.values(file, PROV.wasAttributedTo)),
            "sources": len(t.of(CS.SourceFile)),
            "pecs": values.findings(t.of(CS.PrimaryEmpiricalContribution)),
            "citation": citation,
            "citation_file": NAME,
            "citation_link": _address(citation) if citation else None,
            "downloads": [Download(path, what, _size(len(data[path]))) for path, what in DATA.items()],
        },
    )


def _address(citation: Citation) -> Link:
    if citation.doi:
        return Link(f"https://doi.org/{citation.doi}", url=doi_address(citation.doi))
    return Link(citation.url, url=web_address(citation.url))


def _size(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 1e5 else f"{size / 1e3:.1f} kB"
