"""What the endpoint says of itself: a SPARQL 1.1 Service Description, and VoID of the graph in it."""

from __future__ import annotations

from typing import Any

from pyoxigraph import Literal, NamedNode, Triple

from kg.core.iris import DCTERMS, FOAF, RDF, XSD, Namespace
from kg.server.formats import ROWS, TRIPLES
from kg.server.generation import Generation

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
VOID = Namespace("http://rdfs.org/ns/void#")
_FORMAT = Namespace("http://www.w3.org/ns/formats/")
_FORMATS = {
    "json": "SPARQL_Results_JSON",
    "xml": "SPARQL_Results_XML",
    "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV",
    "ttl": "Turtle",
    "nt": "N-Triples",
    "jsonld": "JSON-LD",
    "rdf": "RDF_XML",
}
"""The names that the W3C gives them."""


def description(generation: Generation, endpoint: str, title: str) -> list[Triple]:
    """The triples of the description; `endpoint` is the address that is asked."""
    service, own = NamedNode(endpoint), Namespace(endpoint + "#")
    data, default = own("dataset"), own("default-graph")
    found: list[Any] = [
        (service, RDF.type, SD.Service), (service, SD.endpoint, service),
        (service, SD.supportedLanguage, SD.SPARQL11Query),
        *((service, SD.resultFormat, _FORMAT(_FORMATS[form]))
          for form in (*ROWS, *TRIPLES)),
        (service, SD.feature, SD.UnionDefaultGraph), (service, SD.defaultDataset, data),
        (data, RDF.type, SD.Dataset), (data, RDF.type, VOID.Dataset), (data, DCTERMS.title, Literal(title)),
        (data, VOID.sparqlEndpoint, service), (data, VOID.triples, _number(generation.triples)),
        (data, DCTERMS.identifier, Literal(generation.snapshot)), (data, SD.defaultGraph, default),
        (data, FOAF.homepage, NamedNode(endpoint.removesuffix("sparql"))),
        (default, RDF.type, SD.Graph), (default, VOID.triples, _number(generation.triples)),
    ]  # fmt: skip
    for number, (name, count) in enumerate(generation.graphs, 1):
        entry, graph = own(f"named-graph-{number}"), own(f"graph-{number}")
        found += [
            (data, SD.namedGraph, entry),
            (entry, RDF.type, SD.NamedGraph),
            (entry, SD.name, NamedNode(name)),
            (entry, SD.graph, graph),
            (graph, RDF.type, SD.Graph),
            (graph, VOID.triples, _number(count)),
        ]
    return [Triple(*triple) for triple in found]


def _number(count: int) -> Literal:
    return Literal(str(count), datatype=XSD.integer)
