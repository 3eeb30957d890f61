"""The ontology declares every term that the graph, the shapes and the queries use, and describes its own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse
from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, XSD, Graph, Literal, URIRef

from kg.api import KnowledgeGraph
from kg.building.pipeline import Assembly
from kg.core.iris import BASE, PREFIXES
from kg.core.version import __version__

ROOT = Path(__file__).parents[2]
CS = f"{BASE}ontology#"
ONTOLOGY = ROOT / "ontology" / "continuous-star.ttl"
BUILT_IN = (
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "http://www.w3.org/2000/01/rdf-schema#",
    "http://www.w3.org/2002/07/owl#",
    "http://www.w3.org/ns/shacl#",
    "http://www.w3.org/2001/XMLSchema#",
)
"""What needs no declaration: RDF, RDFS, OWL, SHACL and XSD themselves."""


@pytest.fixture(scope="module")
def ontology() -> Graph:
    return Graph().parse(ONTOLOGY, format="turtle")


@pytest.fixture(scope="module")
def declared(ontology: Graph) -> set[str]:
    return {str(subject) for subject in ontology.subjects(RDF.type, None)}


def of_a_vocabulary(iri: str) -> bool:
    """A class or property, not a thing of the review such as practice/continuous-testing."""
    if iri.startswith(BUILT_IN):
        return False
    return iri.startswith(CS) or not iri.startswith(BASE)


def undeclared(used: set[str], declared: set[str]) -> list[str]:
    return sorted(iri for iri in used if of_a_vocabulary(iri) and iri not in declared)


def test_the_graph_uses_declared_terms_only(toy_assembly: Assembly, declared: set[str]) -> None:
    triples = [triple for graph in toy_assembly.graphs for triple in graph.triples]
    used = {triple.predicate.value for triple in triples}
    used |= {t.object.value for t in triples if t.predicate.value == str(RDF.type) and isinstance(t.object, NamedNode)}
    assert undeclared(used, declared) == []


def test_the_real_graph_uses_declared_terms_only(review: Path, declared: set[str]) -> None:
    used = set()
    for quad in parse(path=str(review / "build" / "graph.nq"), format=RdfFormat.N_QUADS):
        used.add(quad.predicate.value)
        if quad.predicate.value == str(RDF.type) and isinstance(quad.object, NamedNode):
            used.add(quad.object.value)
    assert undeclared(used, declared) == []


def test_the_shapes_use_declared_terms_only(declared: set[str]) -> None:
    shapes = Graph().parse(ROOT / "ontology" / "shapes.ttl", format="turtle")
    used = {str(term) for triple in shapes for term in triple if isinstance(term, URIRef)}
    assert undeclared({iri for iri in used if not iri.startswith(f"{BASE}shape/")}, declared) == []


@pytest.mark.parametrize("path", sorted((ROOT / "queries").rglob("*.rq")), ids=lambda path: path.stem)
def test_a_query_uses_declared_terms_only(path: Path, declared: set[str]) -> None:
    code = re.sub(r"#[^\n]*|\"[^\"]*\"", " ", path.read_text(encoding="utf-8"))
    elsewhere = set(re.findall(r"PREFIX ([a-z]+):", code))  # of the services that it asks
    found = re.findall(r"(?<![\w?$/:<])([a-z]+):([A-Za-z][\w-]*)", code)
    names = [(prefix, name) for prefix, name in found if prefix not in elsewhere]
    assert {prefix for prefix, _ in names} <= set(PREFIXES)
    assert undeclared({PREFIXES[prefix] + name for prefix, name in names}, declared) == []


def own_terms() -> list[str]:
    return sorted({str(s) for s in Graph().parse(ONTOLOGY, format="turtle").subjects() if str(s).startswith(CS)})


@pytest.mark.parametrize("term", own_terms(), ids=lambda term: term.removeprefix(CS))
def test_an_own_term_has_label_definition_and_place(ontology: Graph, term: str) -> None:
    subject = URIRef(term)
    assert len(list(ontology.objects(subject, RDFS.label))) == 1
    assert len(list(ontology.objects(subject, SKOS.definition))) == 1
    assert (subject, RDFS.isDefinedBy, URIRef(CS.rstrip("#"))) in ontology
    if (subject, RDF.type, OWL.Class) in ontology:
        assert (subject, RDFS.subClassOf, None) in ontology
        return
    if str(ontology.value(subject, RDF.type)).startswith(CS):  # a value, as of cs:quoteStatus
        return
    for missing in {RDFS.domain, RDFS.range} - set(ontology.predicates(subject)):
        notes = " ".join(map(str, ontology.objects(subject, SKOS.scopeNote)))
        assert str(missing).rsplit("#", 1)[1] in notes.casefold()


def test_the_ontology_says_its_version_its_prefix_and_its_licence(ontology: Graph) -> None:
    header = URIRef(CS.rstrip("#"))
    said = {str(p).rsplit("/", 1)[1]: str(o) for p, o in ontology.predicate_objects(header)}
    assert said["owl#versionInfo"] == __version__
    assert (said["preferredNamespacePrefix"], said["preferredNamespaceUri"]) == ("cs", CS)
    assert said["license"].startswith("https://creativecommons.org/")
    modified = ontology.value(header, DCTERMS.modified)
    assert isinstance(modified, Literal)
    assert modified.datatype == XSD.date
    assert {"title", "description"} <= set(said)
    assert "creator" not in said


def test_schemes_lead_to_their_concepts_and_concepts_to_the_narrower(toy_graph: KnowledgeGraph) -> None:
    def count(where: str) -> int:
        (row,) = toy_graph.sparql(f"SELECT (COUNT(*) AS ?n) WHERE {{ {where} }}")
        return int(str(row["n"]))

    for one, other, least in (("?a skos:narrower ?b", "?b skos:broader ?a", 500),
                              ("?a skos:hasTopConcept ?b", "?b skos:topConceptOf ?a", 100)):  # fmt: skip
        assert count(f"{one} . {other}") == count(one) == count(other) >= least


def test_domains_and_ranges_are_declared(ontology: Graph, declared: set[str]) -> None:
    used = {str(o) for p in (RDFS.domain, RDFS.range, RDFS.subClassOf, RDFS.subPropertyOf) for o in
            ontology.objects(None, p)}  # fmt: skip
    assert undeclared(used, declared) == []


@pytest.mark.parametrize("path", sorted((ROOT / "ontology").glob("*.ttl")), ids=lambda path: path.name)
def test_a_vocabulary_file_is_read_alike_by_two_libraries(path: Path) -> None:
    assert len(Graph().parse(path, format="turtle")) == len(set(parse(path=str(path), format=RdfFormat.TURTLE)))
