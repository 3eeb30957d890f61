"""Federated queries, answered by a real SPARQL server on this machine whose triples are shaped like the services'."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kg.api import KnowledgeGraph
from kg.core.problems import UsageError
from kg.queries.query_library import QueryLibrary
from tests.conftest import ROOT
from tests.services import Listener, listening, passing_on, sparql_server

LIBRARY = QueryLibrary.of(ROOT)
FEDERATED = [query.name for query in LIBRARY if query.services]

ELSEWHERE = """
PREFIX wd: <http://www.wikidata.org/entity/>
PREFIX wdt: <http://www.wikidata.org/prop/direct/>
PREFIX datacite: <http://purl.org/spar/datacite/>
PREFIX cito: <http://purl.org/spar/cito/>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX soa: <https://semopenalex.org/ontology/>
PREFIX soawork: <https://semopenalex.org/work/>
PREFIX orkgr: <http://orkg.org/orkg/resource/>
PREFIX orkgp: <http://orkg.org/orkg/predicate/>

# Wikidata writes DOIs in capitals.
wd:Q1 wdt:P356 "10.5555/LIBRARY.1" ; wdt:P31 wd:Q13442814 , wd:Q45182324 ; wdt:P5824 wd:Q91 .
wd:Q91 wdt:P356 "10.5555/NOTICE.1" .
wd:Q2 wdt:P356 "10.5555/LIBRARY.2" ; wdt:P2860 wd:Q1 ; wdt:P2507 wd:Q92 .
wd:Q3 wdt:P356 "10.5555/library.3" .
wd:Q6 wdt:P356 "10.5555/LIBRARY.6" ; wdt:P2860 wd:Q1 , wd:Q2 ; wdt:P793 wd:Q45203135 .
wd:Q7 wdt:P356 "10.5555/NOT.HERE" ; wdt:P2860 wd:Q2 ; wdt:P31 wd:Q45182324 .

# SemOpenAlex has the address of a DOI, in small letters.
soawork:W1 datacite:doi "https://doi.org/10.5555/library.1" ; soa:citedByCount 12 ; soa:isRetracted true ;
  cito:cites soawork:W2 , soawork:W8 , soawork:W9 .
soawork:W2 datacite:doi "https://doi.org/10.5555/library.2" ; dcterms:title "Two questions" ; soa:citedByCount 3 ;
  cito:cites soawork:W8 .
soawork:W4 datacite:doi "https://doi.org/10.5555/library.4" ; soa:citedByCount 12 ; soa:isRetracted false ;
  cito:cites soawork:W2 , soawork:W8 , soawork:W9 .
soawork:W8 datacite:doi "https://doi.org/10.5555/unread.8" ; dcterms:title "Toys that all cite" ; soa:citedByCount 99 .
soawork:W9 datacite:doi "https://doi.org/10.5555/unread.9" ; dcterms:title "Toys that two cite" ; soa:citedByCount 9 .

orkgr:R1 orkgp:P26 "10.5555/Library.1" ; orkgp:P31 orkgr:C1 , orkgr:C2 .
orkgr:C1 orkgp:P32 orkgr:P1 . orkgr:C2 orkgp:P32 orkgr:P1 , orkgr:P2 .
orkgr:P1 rdfs:label "testing of toys" . orkgr:P2 rdfs:label "planning of toys" .
orkgr:R5 orkgp:P26 "10.5555/library.5" .
"""

WD, SOA, ORKG = "http://www.wikidata.org/entity/", "https://semopenalex.org/work/", "http://orkg.org/orkg/resource/"
ROWS: dict[str, tuple[str, dict[str, int], list[str]]] = {
    "wikidata-works": ("key item citing", {}, [
        f"one2028 | {WD}Q1 | 2", f"two2029 | {WD}Q2 | 2", f"rev-a2031 | {WD}Q6 | 0"]),
    "wikidata-notices": ("key says notice item", {}, [
        f"one2028 | is a retracted paper | - | {WD}Q1",
        f"one2028 | is retracted by | 10.5555/NOTICE.1 | {WD}Q1",
        f"rev-a2031 | was retracted | - | {WD}Q6",
        f"two2029 | has a corrigendum or erratum | - | {WD}Q2"]),
    "semopenalex-works": ("key cited retracted there", {}, [
        f"four2031 | 12 | False | {SOA}W4", f"one2028 | 12 | True | {SOA}W1", f"two2029 | 3 | - | {SOA}W2"]),
    "semopenalex-unread": ("doi title by", {"at_least": 2}, [
        "10.5555/unread.8 | Toys that all cite | 3", "10.5555/unread.9 | Toys that two cite | 2"]),
    "orkg-papers": ("key paper problem", {}, [
        f"five2029 | {ORKG}R5 | -", f"one2028 | {ORKG}R1 | planning of toys", f"one2028 | {ORKG}R1 | testing of toys"]),
}  # fmt: skip


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[str]:
    with sparql_server(ELSEWHERE) as url:
        yield url


@pytest.fixture
def service(elsewhere: str) -> Iterator[Listener]:
    with listening(passing_on(elsewhere)) as listener:
        yield listener


def consent(name: str, listener: Listener) -> dict[str, str | None]:
    return dict.fromkeys(LIBRARY.get(name).services, listener.url)


@pytest.mark.parametrize("name", FEDERATED)
def test_a_federated_query_joins_the_graph_with_what_a_service_says(
    library_graph: KnowledgeGraph, service: Listener, name: str
) -> None:
    columns, parameters, expected = ROWS[name]
    rows = library_graph.query(name, services=consent(name, service), **parameters)
    assert rows.columns == tuple(LIBRARY.get(name).columns)
    assert [" | ".join("-" if row[c] is None else str(row[c]) for c in columns.split()) for row in rows] == expected


@pytest.mark.parametrize("name", FEDERATED)
def test_what_is_sent_is_the_dois_of_the_graph_and_nothing_else_of_it(
    library_graph: KnowledgeGraph, service: Listener, name: str
) -> None:
    library_graph.query(name, services=consent(name, service))
    (sent,) = service.asked
    assert all(f"10.5555/library.{number}" in sent.casefold() for number in range(1, 9))
    for own in ("Ash", "one2028", "Toy Studies", "continuous-star", "study"):
        assert own not in sent


@pytest.mark.parametrize("name", FEDERATED)
def test_without_agreement_no_service_is_contacted_and_the_command_says_so(
    library_graph: KnowledgeGraph, service: Listener, name: str
) -> None:
    ((known, url),) = LIBRARY.get(name).services.items()
    with pytest.raises(UsageError) as refused:
        library_graph.query(name)
    assert service.asked == []
    assert known in str(refused.value)
    assert url in str(refused.value)
    assert "would be sent 8 values of ?asked, such as" in str(refused.value)
    assert f"--ask-service {known}" in str(refused.value)


@pytest.mark.parametrize("name", [query.name for query in LIBRARY if query.services and "work" in {
    parameter.name for parameter in query.parameters}])  # fmt: skip
def test_for_one_work_its_doi_alone_is_sent(library_graph: KnowledgeGraph, service: Listener, name: str) -> None:
    rows = list(library_graph.query(name, work="one2028", services=consent(name, service)))
    assert {row["key"] for row in rows} == {"one2028"}
    (sent,) = service.asked
    assert sent.casefold().count("10.5555/") == 1


def test_the_real_review_has_dois_to_ask_for(review_graph: KnowledgeGraph, service: Listener) -> None:
    told: list[str] = []
    review_graph.tell = told.append
    rows = review_graph.query("wikidata-works", services={"wikidata": service.url})
    assert len(rows) == 0  # the service knows toys only
    assert len(service.asked) == len(told) > 1
    assert told[0] == f"asking wikidata ({service.url}): request 1 of {len(told)}"
