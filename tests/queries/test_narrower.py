"""Whoever asks for a concept gets what is said of narrower ones too, by whichever query and name."""

from __future__ import annotations

import pytest

from kg.answers.rows import Value
from kg.api import KnowledgeGraph
from kg.building.pipeline import build
from kg.queries.query_library import Parameter, Query, QueryLibrary
from tests.conftest import ROOT
from tests.toy_library import write_library

NARROWER = {"practice": ("continuous-toy-testing", "CT"), "challenge": ("test-automation-tooling-gap", "testing"),
            "method": ("multiple-case-study", "case study"), "context": ("toy-domain", "regulated-domain"),
            "approach": ("mlops", "DevOps")}  # fmt: skip
"""By kind of concept one with a name of what it is narrower than."""
OWN = """@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix cs: <https://w3id.org/continuous-star/ontology#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix practice: <https://w3id.org/continuous-star/practice/> .
@prefix context: <https://w3id.org/continuous-star/context/> .
@prefix area: <https://w3id.org/continuous-star/area/> .
@prefix scheme: <https://w3id.org/continuous-star/scheme/> .

practice:continuous-toy-testing a cs:Practice, skos:Concept ;
    skos:prefLabel "continuous toy testing"@en ; skos:definition "Testing of toys, again and again."@en ;
    skos:inScheme scheme:practices ; skos:broader practice:continuous-testing ; cs:inArea area:development .
context:toy-domain a cs:ResearchContext, skos:Concept ;
    skos:prefLabel "toy domain"@en ; skos:definition "Where toys are regulated."@en ;
    skos:inScheme scheme:contexts ; skos:broader context:regulated-domain .
"""
OTHERS = {"other": "continuous-testing", "concept": "CT"}
LIBRARY = QueryLibrary.of(ROOT)
SLOTS = [pytest.param(query, parameter, id=f"{query.name}-{parameter.name}") for query in LIBRARY
         for parameter in query.parameters if parameter.type in NARROWER and query.family != "things"]  # fmt: skip
LEAVES_OUT = {"never-studied-with", "never-studied-in"}
"""Queries of what was not studied: what is broader leaves less."""


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeGraph:
    """The library's toy review, in which two studies are about a practice and in a context of its own."""
    folder = write_library(tmp_path_factory.mktemp("narrow"))
    changes = {"ontology/own.ttl": ("", OWN),
               "bib/annotations/four2031.yaml": ("continuous-testing", "continuous-toy-testing"),
               "bib/annotations/two2029.yaml": ("regulated-domain", "toy-domain")}  # fmt: skip
    for name, (old, new) in changes.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(path.read_text(encoding="utf-8").replace(old, new) if old else new, encoding="utf-8")
    assert build(folder).errors == []
    return KnowledgeGraph.open(folder)


def texts(graph: KnowledgeGraph, query: Query, parameter: Parameter, value: str) -> set[tuple[Value, ...]]:
    """The rows without numbers, which are greater where more is counted."""
    others = {p.name: OTHERS.get(p.name, p.example) for p in query.parameters
              if p.default is None and p is not parameter}  # fmt: skip
    rows = graph.query(query.name, **others, **{parameter.name: value})
    return {tuple(value for value in row.values() if not isinstance(value, int)) for row in rows}


@pytest.mark.parametrize(("query", "parameter"), SLOTS)
def test_what_is_said_of_a_narrower_concept_is_said_of_the_broader_one(
    narrow: KnowledgeGraph, query: Query, parameter: Parameter
) -> None:
    of_narrower, of_broader = (texts(narrow, query, parameter, value) for value in NARROWER[parameter.type])
    if query.name in LEAVES_OUT:
        of_narrower, of_broader = of_broader, of_narrower
    assert of_narrower <= of_broader


@pytest.mark.parametrize(("kind", "query"), [
    ("practice", "related-work"), ("challenge", "by-challenge"), ("method", "by-study"), ("context", "by-study"),
    ("approach", "by-approach"),
])  # fmt: skip
def test_something_is_said_of_what_is_narrower(narrow: KnowledgeGraph, kind: str, query: str) -> None:
    assert len(narrow.query(query, **{kind: NARROWER[kind][0]})) > 0
