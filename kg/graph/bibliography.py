"""Publications as triples: the facts of the entry in FaBiO, PRISM and Dublin Core, and the entry itself verbatim."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath

from pyoxigraph import NamedNode

from kg.graph.triples import SourceGraph, year
from kg.iris import BIBO, CS, DCTERMS, FABIO, FOAF, PRISM, RDF, mint, person, slug
from kg.problems import Location
from kg.sources.bibtex import BibSource
from kg.values import Person, Publication

_CLASSES = {
    "article": FABIO.JournalArticle, "inproceedings": FABIO.ConferencePaper, "conference": FABIO.ConferencePaper,
    "incollection": FABIO.BookChapter, "inbook": FABIO.BookChapter, "book": FABIO.Book, "proceedings":
    FABIO.ConferenceProceedings, "phdthesis": FABIO.DoctoralThesis, "mastersthesis": FABIO.MastersThesis,
    "thesis": FABIO.Thesis, "techreport": FABIO.TechnicalReport, "report": FABIO.Report, "online": FABIO.WebPage,
    "electronic": FABIO.WebPage, "www": FABIO.WebPage, "mvbook": FABIO.Book,
    "mvproceedings": FABIO.ConferenceProceedings,
}  # fmt: skip
_LITERALS = {"volume": PRISM.volume, "number": PRISM.number, "pages": PRISM.pageRange, "url": FABIO.hasURL,
             "abstract": DCTERMS.abstract}  # fmt: skip


def bibliography_graph(source: BibSource, aliases: Mapping[str, str]) -> SourceGraph:
    """The named graph of one bibliography; `aliases` are the keys of entries that are merged into others.

    Its name has the file's ending, because `a.bib` may stand beside `a.ris`.
    """
    graph = SourceGraph(mint("bibliography", PurePosixPath(source.file.name).name))
    graph.provenance(source.file.name, source.file.digest)
    for publication in source.publications:
        if publication.kind == "xdata":  # fields for other entries, which hold it among what they need: no work
            continue
        where = source.places[publication.key]
        if publication.key in aliases:
            _add_entry(graph, publication, CS.DuplicateEntry, where=where)
        else:
            _add_publication(graph, publication, where)
    return graph


def _add_publication(graph: SourceGraph, publication: Publication, where: Location) -> None:
    iri = _add_entry(graph, publication, CS.Publication, _CLASSES.get(publication.kind, FABIO.Expression), where=where)
    if re.fullmatch(r"\d{4}", publication.year):
        graph.add(iri, FABIO.hasPublicationYear, year(publication.year))
    for name, term in _LITERALS.items():
        graph.add(iri, term, publication.fields.get(name))
    graph.add_all(iri, PRISM.keyword, publication.keywords)
    if publication.venue:
        venue = mint("venue", slug(publication.venue))
        graph.thing(venue, CS.Venue, where=where, label=publication.venue)
        graph.add(iri, DCTERMS.isPartOf, venue)
    _add_authors(graph, iri, publication, where)


def _add_entry(graph: SourceGraph, publication: Publication, *types: NamedNode, where: Location) -> NamedNode:
    """What an entry is known by, and the entry itself: all there is to one that is merged into another."""
    iri = mint("publication", publication.key)
    graph.thing(iri, *types, where=where, label=publication.label, id=publication.key)
    graph.add(iri, DCTERMS.title, publication.title)
    graph.add(iri, PRISM.doi, publication.doi)
    graph.add(iri, CS.bibtexEntry, publication.raw)
    graph.add(iri, CS.bibtexStrings, "\n".join(publication.needs))
    graph.add(iri, CS.bibtexCrossref, publication.parent)
    return iri


def _add_authors(graph: SourceGraph, iri: NamedNode, publication: Publication, where: Location) -> None:
    """`dcterms:creator` for each author, and their order as an RDF list whose nodes are IRIs."""
    graph.add(iri, CS.authorsOmitted, "and others" if publication.others else None)
    nodes = [mint("publication", publication.key, "authors", str(n + 1)) for n in range(len(publication.authors))]
    if nodes:
        graph.add(iri, BIBO.authorList, nodes[0])
    for author, node, rest in zip(publication.authors, nodes, [*nodes[1:], RDF.nil], strict=False):
        who = _add_person(graph, author, where)
        graph.add(iri, DCTERMS.creator, who)
        graph.add(node, RDF.first, who)
        graph.add(node, RDF.rest, rest)


def _add_person(graph: SourceGraph, author: Person, where: Location) -> NamedNode:
    iri = person(author.full)
    graph.thing(iri, FOAF.Agent, where=where, label=author.full)
    graph.add(iri, FOAF.familyName, author.family)
    graph.add(iri, FOAF.givenName, author.given)
    return iri
