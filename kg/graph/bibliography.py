"""Publications as triples: the facts of the entry in FaBiO, PRISM and Dublin Core, and the entry itself verbatim."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from pyoxigraph import NamedNode

from kg.core.iris import BIBO, CS, DCTERMS, FABIO, FOAF, PRISM, RDF, RDFS, XSD, mint, person, slug
from kg.core.problems import Location
from kg.graph.triples import SourceGraph, literal
from kg.model.bibliography import BibliographyEntry, Person
from kg.readers.bibliography import BibSource

_CLASSES = {
    "article": FABIO.JournalArticle, "inproceedings": FABIO.ConferencePaper, "conference": FABIO.ConferencePaper,
    "incollection": FABIO.BookChapter, "inbook": FABIO.BookChapter, "book": FABIO.Book, "proceedings":
    FABIO.ConferenceProceedings, "phdthesis": FABIO.DoctoralThesis, "mastersthesis": FABIO.MastersThesis,
    "thesis": FABIO.Thesis, "techreport": FABIO.TechnicalReport, "report": FABIO.Report, "online": FABIO.WebPage,
    "electronic": FABIO.WebPage, "www": FABIO.WebPage, "mvbook": FABIO.Book,
    "mvproceedings": FABIO.ConferenceProceedings,
}  # fmt: skip
_KINDS = {kind: str(term) for kind, term in _CLASSES.items()}
_LITERALS = (("number", str(PRISM.number)), ("pages", str(PRISM.pageRange)), ("volume", str(PRISM.volume)),
             ("abstract", str(DCTERMS.abstract)), ("url", str(FABIO.hasURL)))  # fmt: skip
_TYPE, _FIRST, _REST, _NIL, _LABEL, _GYEAR = map(str, (RDF.type, RDF.first, RDF.rest, RDF.nil, RDFS.label, XSD.gYear))
_ID, _TITLE, _PART_OF, _CREATOR = map(str, (DCTERMS.identifier, DCTERMS.title, DCTERMS.isPartOf, DCTERMS.creator))
_YEAR, _DOI, _KEYWORD, _AUTHORS = map(str, (FABIO.hasPublicationYear, PRISM.doi, PRISM.keyword, BIBO.authorList))
_ENTRY, _STRINGS, _CROSSREF, _OMITTED = map(str, (CS.bibtexEntry, CS.bibtexStrings, CS.bibtexCrossref,
                                                  CS.authorsOmitted))  # fmt: skip
_AGENT, _FAMILY, _GIVEN = map(str, (FOAF.Agent, FOAF.familyName, FOAF.givenName))
_PUBLICATION, _DUPLICATE, _VENUE, _EXPRESSION = map(str, (CS.Publication, CS.DuplicateEntry, CS.Venue,
                                                          FABIO.Expression))  # fmt: skip


def bibliography_graph(source: BibSource, aliases: Mapping[str, str]) -> SourceGraph:
    """The named graph of one bibliography; `aliases` are the keys of entries that are merged into others.

    Its name has the file's ending, because `a.bib` may stand beside `a.ris`.
    """
    graph = SourceGraph(mint("bibliography", PurePosixPath(source.file.name).name))
    graph.provenance(source.file.name, source.file.digest)
    writer = _Writer(graph)
    for publication in source.publications:
        if publication.kind == "xdata":  # fields for other entries, which hold it among what they need: no work
            continue
        where = source.places[publication.key]
        if publication.key in aliases:
            writer.add_entry(publication, where)
        else:
            writer.add_publication(publication, where)
    return graph


class _Writer:
    """Writes statements as text, since a bibliography gives millions of them; of people and venues, each once."""

    def __init__(self, graph: SourceGraph) -> None:
        self.graph = graph
        self._people: dict[Person, str] = {}
        self._venues: dict[str, str] = {}

    def add_entry(self, publication: BibliographyEntry, where: Location) -> None:
        """All there is to an entry that is merged into another: what it is known by, and the entry itself."""
        iri = self._thing(mint("publication", publication.key), where)
        self.graph.tell(iri, "\n".join(sorted([f"{iri} {_TYPE} {_DUPLICATE}", *_entry(iri, publication)])))

    def add_publication(self, publication: BibliographyEntry, where: Location) -> None:
        iri = self._thing(mint("publication", publication.key), where)
        fields = publication.fields
        said = [f"{iri} {term} {literal(fields[name])}" for name, term in _LITERALS if fields.get(name)]
        said += [f"{iri} {_KEYWORD} {literal(word)}" for word in publication.keywords if word]
        if publication.venue:
            said.append(f"{iri} {_PART_OF} {self._venue(publication.venue, where)}")
        if publication.authors:
            said += self._authors(iri, publication, where)
        if re.fullmatch(r"\d{4}", publication.year):
            said.append(f"{iri} {_YEAR} {literal(publication.year)}^^{_GYEAR}")
        said.append(f"{iri} {_TYPE} {_KINDS.get(publication.kind, _EXPRESSION)}")
        said.append(f"{iri} {_TYPE} {_PUBLICATION}")
        if publication.others:
            said.append(f'{iri} {_OMITTED} "and others"')
        said += _entry(iri, publication)
        self.graph.tell(iri, "\n".join(sorted(said)))

    def _thing(self, iri: NamedNode, where: Location) -> str:
        self.graph.trace(iri.value, where)
        return str(iri)

    def _venue(self, name: str, where: Location) -> str:
        iri = self._venues.get(name)
        if iri is None:
            iri = self._venues[name] = self._thing(mint("venue", slug(name)), where)
            self.graph.tell(iri, f"{iri} {_TYPE} {_VENUE}\n{iri} {_LABEL} {literal(name)}")
        return iri

    def _authors(self, iri: str, publication: BibliographyEntry, where: Location) -> list[str]:
        """`dcterms:creator` for each author, and their order as an RDF list whose nodes are IRIs."""
        people = [self._people.get(author) or self._person(author, where) for author in publication.authors]
        begin = f"{iri[:-1]}/authors/"
        nodes, last = [], len(people)
        for number, who in enumerate(people, 1):
            rest = f"{begin}{number + 1}>" if number < last else _NIL
            nodes.append(f"{begin}{number}> {_FIRST} {who}\n{begin}{number}> {_REST} {rest}")
        self.graph.tell(begin, "\n".join(nodes if last < 10 else sorted(nodes)))
        creators = [f"{iri} {_CREATOR} {who}" for who in dict.fromkeys(people)]
        return [*creators, f"{iri} {_AUTHORS} {begin}1>"]

    def _person(self, author: Person, where: Location) -> str:
        name, given = author.full, author.given
        iri = self._people[author] = self._thing(person(name), where)
        said = f"{iri} {_TYPE} {_AGENT}\n{iri} {_LABEL} {literal(name)}"
        if author.family:
            said += f"\n{iri} {_FAMILY} {literal(author.family)}"
        self.graph.tell(iri, f"{said}\n{iri} {_GIVEN} {literal(given)}" if given else said)
        return iri


def _entry(iri: str, publication: BibliographyEntry) -> list[str]:
    return _literals(
        iri,
        (
            (_ID, publication.key),
            (_TITLE, publication.title),
            (_DOI, publication.doi),
            (_LABEL, publication.label),
            (_CROSSREF, publication.parent),
            (_ENTRY, publication.raw),
            (_STRINGS, "\n".join(publication.needs)),
        ),
    )


def _literals(iri: str, values: Iterable[tuple[str, str]]) -> list[str]:
    """The statements with these values; there are none of an empty one."""
    return [f"{iri} {term} {literal(value)}" for term, value in values if value]
