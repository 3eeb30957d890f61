"""Publications as statements in FaBiO, PRISM and Dublin Core, each with its verbatim entry."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from unicodedata import normalize

from kg.core.iris import mint, person, venue
from kg.core.problems import Location
from kg.graph.statements import SourceGraph, Statements
from kg.graph.terms import BIBO, CS, DCTERMS, FABIO, FOAF, PRISM, RDF, RDFS, XSD, Term, minted, typed
from kg.model.bibliography import BibliographyEntry, Person
from kg.readers.bibliography import BibSource
from kg.readers.doi import is_address

_CLASSES = {
    "article": FABIO.JournalArticle,
    "inproceedings": FABIO.ConferencePaper,
    "conference": FABIO.ConferencePaper,
    "incollection": FABIO.BookChapter,
    "inbook": FABIO.BookChapter,
    "book": FABIO.Book,
    "mvbook": FABIO.Book,
    "proceedings": FABIO.ConferenceProceedings,
    "mvproceedings": FABIO.ConferenceProceedings,
    "phdthesis": FABIO.DoctoralThesis,
    "mastersthesis": FABIO.MastersThesis,
    "thesis": FABIO.Thesis,
    "techreport": FABIO.TechnicalReport,
    "report": FABIO.Report,
    "online": FABIO.WebPage,
    "electronic": FABIO.WebPage,
    "www": FABIO.WebPage,
}
_FIELDS = (
    ("number", PRISM.number),
    ("pages", PRISM.pageRange),
    ("volume", PRISM.volume),
    ("abstract", DCTERMS.abstract),
)


def bibliography_graph(source: BibSource, aliases: Mapping[str, str]) -> SourceGraph:
    """The named graph of one bibliography; `aliases` are the keys of entries that are merged into others.

    The name of the graph has the ending of the file, because `a.bib` and `a.ris` may both exist.
    """
    writer = _Writer(source)
    for publication in source.publications:
        if publication.kind == "xdata":  # fields for other entries, which repeat them; not a work
            continue
        if publication.key in aliases:
            writer.add_merged(publication)
        else:
            writer.add_publication(publication)
    return writer.graph.graph()


class _Writer:
    """Writes one bibliography; each spelling of a name and of a venue is written once."""

    def __init__(self, source: BibSource) -> None:
        name = source.file.name
        self.graph = Statements(minted("bibliography", PurePosixPath(name).name), name)
        self.graph.provenance(source.file.digest)
        self._places = source.places
        self._people: dict[Person, Term] = {}
        self._venues: dict[str, Term] = {}

    def add_merged(self, publication: BibliographyEntry) -> None:
        """An entry that is merged into another: only its names and the entry itself."""
        iri, where = Term(str(mint("publication", publication.key))), self._places[publication.key]
        self._thing(iri, where, CS.DuplicateEntry)
        self._add_entry(iri, publication)

    def add_publication(self, publication: BibliographyEntry) -> None:
        iri, where = Term(str(mint("publication", publication.key))), self._places[publication.key]
        fields, year = publication.fields, publication.year
        self._thing(iri, where, CS.Publication, _CLASSES.get(publication.kind, FABIO.Expression))
        self._add_entry(iri, publication)
        self.graph.add_texts(
            iri,
            *[(term, fields.get(name)) for name, term in _FIELDS],
            *[(PRISM.keyword, word) for word in publication.keywords],
            (FABIO.hasURL, fields["url"] if is_address(fields.get("url", "")) else None),
            (CS.authorsOmitted, "and others" if publication.others else None),
        )
        self.graph.add(
            iri,
            (DCTERMS.isPartOf, self._venue(publication.venue, where)),
            (FABIO.hasPublicationYear, typed(year, XSD.gYear) if re.fullmatch(r"\d{4}", year) else None),
        )
        if publication.authors:
            self._add_authors(iri, [self._person(author, where) for author in publication.authors])

    def _thing(self, iri: Term, where: Location, *types: Term, label: str = "") -> None:
        self.graph.thing(iri, *types, at=(where.line, where.column), label=label)

    def _add_entry(self, iri: Term, publication: BibliographyEntry) -> None:
        self.graph.add_texts(
            iri,
            (DCTERMS.identifier, publication.key),
            (DCTERMS.title, publication.title),
            (PRISM.doi, publication.doi),
            (RDFS.label, publication.label),
            (CS.bibtexCrossref, publication.parent),
            (CS.bibtexEntry, publication.raw),
            (CS.bibtexStrings, "\n".join(publication.needs)),
        )

    def _venue(self, name: str, where: Location) -> Term | None:
        if name and name not in self._venues:
            iri = self._venues[name] = Term(str(venue(name)))
            self._thing(iri, where, CS.Venue, label=normalize("NFC", name))
        return self._venues.get(name)

    def _add_authors(self, iri: Term, people: list[Term]) -> None:
        """`dcterms:creator` for each author, and their order as an RDF list whose nodes are IRIs."""
        self.graph.add_all(iri, DCTERMS.creator, people)
        nodes = [Term(f"{iri[:-1]}/authors/{number}>") for number in range(1, len(people) + 1)]
        self.graph.add(iri, (BIBO.authorList, nodes[0]))
        for node, who, rest in zip(nodes, people, [*nodes[1:], RDF.nil], strict=True):
            self.graph.add(node, (RDF.first, who), (RDF.rest, rest))

    def _person(self, author: Person, where: Location) -> Term:
        iri = self._people.get(author)
        if iri is None:
            name = Person(normalize("NFC", author.family), normalize("NFC", author.given))
            iri = self._people[author] = Term(str(person(name.family, name.given)))
            self._thing(iri, where, FOAF.Agent, label=name.full)
            self.graph.add_texts(iri, (FOAF.familyName, name.family), (FOAF.givenName, name.given))
        return iri
