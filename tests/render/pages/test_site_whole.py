"""The site of the project's own review, whole: every IRI has its place, every link leads somewhere, data are right."""

from __future__ import annotations

import gzip
import hashlib
import json
import posixpath
import re
from collections import defaultdict
from html import escape, unescape
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from kg.api import KnowledgeGraph
from kg.core.iris import BASE
from kg.render.pages.site import site
from tests.pages import Files, Page, broken, iris, pages

PAGED = {"practice": "cs:Practice", "challenge": "cs:Challenge", "study": "cs:Study", "finding": "cs:Finding",
         "publication": "cs:Publication"}  # fmt: skip


@pytest.fixture(scope="module")
def files(review_graph: KnowledgeGraph) -> Files:
    return site(review_graph, "The whole review")


@pytest.fixture(scope="module")
def read(files: Files) -> dict[str, Page]:
    return pages(files)


@pytest.fixture(scope="module")
def places(files: Files) -> dict[str, str]:
    found: dict[str, str] = json.loads(files["iris.json"])
    return found


def rows(graph: KnowledgeGraph, query: str) -> list[tuple[str, ...]]:
    return list(graph.store.query(query).texts())


def page_of(files: Files, places: dict[str, str], iri: str) -> str:
    return files[places[iri].partition("#")[0]].decode()


def shows(page: str, text: str) -> bool:
    """Whether the text stands in the page, as it is or escaped in one of the ways that HTML has."""
    return text in page or escape(text).replace("&quot;", "&#34;").replace("&#x27;", "&#39;") in page


# --- places and links ---


def test_every_iri_of_the_graph_has_its_page_or_its_anchor(
    review_graph: KnowledgeGraph, places: dict[str, str], read: dict[str, Page]
) -> None:
    every = iris(review_graph)
    assert len(every) > 4000
    assert every - set(places) == set()
    ids = {path: set(page.ids) for path, page in read.items()}
    for iri in every:
        path, _, anchor = places[iri].partition("#")
        assert path in read, iri
        assert not anchor or anchor in ids[path], iri


def test_every_link_leads_to_a_file_and_an_element(files: Files, read: dict[str, Page]) -> None:
    assert sum(len(page.links) for page in read.values()) > 20_000
    assert broken(files, read) == []


@pytest.mark.parametrize("kind", PAGED)
def test_each_thing_of_these_kinds_has_a_page_of_its_own(
    review_graph: KnowledgeGraph, places: dict[str, str], kind: str
) -> None:
    found = [iri for (iri,) in rows(review_graph, f"SELECT DISTINCT ?x WHERE {{ ?x a {PAGED[kind]} }}")]
    assert found
    paths = [places[iri] for iri in found]
    assert len(set(paths)) == len(paths)
    # The address of a page is its IRI with an ending, so that one rule of a web server leads from one to the other.
    own = {iri: path for iri, path in zip(found, paths, strict=True) if not path.startswith("unused.html#")}
    assert len(own) == len(found) or kind in ("practice", "challenge")
    assert list(own.values()) == [f"{iri.removeprefix(BASE)}.html" for iri in own]


# --- what stands on them ---


def test_each_finding_shows_statement_evidence_links_citations_and_key(
    review_graph: KnowledgeGraph, files: Files, places: dict[str, str]
) -> None:
    said = {
        "statement": "?f cs:statement ?text",
        "evidence": "?f cs:hasEvidence/oa:hasSelector/oa:exact ?text",
        "practices": "?f cs:concernsPractice/skos:prefLabel ?text",
        "challenges": "?f cs:identifiesChallenge/skos:prefLabel ?text",
        "citations": "?c cs:aboutFinding ?f ; cito:hasCitedEntity/rdfs:label ?text",
        "key": "?f cs:reportedIn/dcterms:identifier ?text",
        "counts": "?f cs:hasCount/cs:statement ?text",
    }
    for what, pattern in said.items():
        found = rows(review_graph, f"SELECT DISTINCT ?f ?text WHERE {{ ?f a cs:Finding . {pattern} }}")
        assert len(found) > 10, what
        assert [(iri, text) for iri, text in found if not shows(page_of(files, places, iri), text)] == [], what


def test_each_study_shows_method_participants_context_and_what_it_found(
    review_graph: KnowledgeGraph, files: Files, places: dict[str, str]
) -> None:
    said = {
        "method": "?s cs:usesMethod/skos:prefLabel ?text",
        "context": "?s cs:context/skos:prefLabel ?text",
        "participants": "?s cs:participantCount ?n BIND(CONCAT('<dd>', STR(?n), '</dd>') AS ?text)",
        "who": "?s cs:hasParticipant/cs:role ?text",
        "aim": "?s dcterms:description ?text",
        "found": "?f cs:producedBy ?s ; cs:statement ?text",
        "told of": "?f cs:attributedTo/^cs:reportedIn ?s ; cs:statement ?text",
        "work": "?s cs:reportedIn/rdfs:label ?text",
    }
    for what, pattern in said.items():
        found = rows(review_graph, f"SELECT DISTINCT ?s ?text WHERE {{ ?s a cs:Study . {pattern} }}")
        assert found, what
        assert [(iri, text) for iri, text in found if not shows(page_of(files, places, iri), text)] == [], what


def test_each_practice_and_challenge_shows_its_names_definition_and_findings(
    review_graph: KnowledgeGraph, files: Files, places: dict[str, str]
) -> None:
    for pattern in (
        "?x skos:prefLabel|skos:altLabel|skos:definition ?text",
        "?f cs:concernsPractice|cs:identifiesChallenge ?x ; cs:statement ?text",
    ):
        found = rows(
            review_graph,
            f"SELECT DISTINCT ?x ?text WHERE {{ VALUES ?kind {{ cs:Practice cs:Challenge }} ?x a ?kind . {pattern} }}",
        )
        assert len(found) > 50
        assert [(iri, text) for iri, text in found if not shows(page_of(files, places, iri), text)] == []


def test_every_number_of_the_front_page_leads_to_what_it_counts(
    review_graph: KnowledgeGraph, files: Files, read: dict[str, Page]
) -> None:
    numbers = re.findall(r'<li><a href="([^"]*)"><b>(\d+)</b> ([^<]*)</a></li>', files["index.html"].decode())
    assert [(what, int(count)) for _, count, what in numbers] == [
        (row["what"], row["count"]) for row in review_graph.query("contents")
    ]
    for path, count, what in numbers:
        if path in ("evidence.html", "counts.html", "citations.html", "notes.html", "studies.html"):
            assert read[path].tags.count("tr") - read[path].tags.count("thead") >= int(count), what


def test_a_work_without_authors_is_named_once_in_the_list(review_graph: KnowledgeGraph, files: Files) -> None:
    listed = files["publications.html"].decode()
    found = rows(
        review_graph,
        "SELECT ?key ?title WHERE { ?w a cs:Publication ; dcterms:title ?title ; dcterms:identifier ?key "
        "FILTER NOT EXISTS { ?w dcterms:creator ?who } }",
    )
    assert found
    for key, title in found:
        row = next(row for row in listed.split("<tr") if f'data-name="key">{escape(key)}</td>' in row)
        assert unescape(row).count(title) == 1, key


# --- data ---


def test_the_site_holds_the_graph_it_was_made_from(review: Path, files: Files, review_graph: KnowledgeGraph) -> None:
    assert gzip.decompress(files["graph.nq.gz"]) == (review / "build" / "graph.nq").read_bytes()
    assert gzip.decompress(files["graph.ttl.gz"]) == (review / "build" / "graph.ttl").read_bytes()
    digest = hashlib.sha256(gzip.decompress(files["graph.nq.gz"])).hexdigest()
    assert digest == review_graph.snapshot
    assert digest in files["index.html"].decode()


def triples(data: bytes, form: RdfFormat = RdfFormat.TURTLE) -> set[Triple]:
    return {quad.triple for quad in parse(data, format=form)}


def data_of(read: dict[str, Page]) -> dict[str, str]:
    """The data file of each page that says that it has one."""
    found = {}
    for path, page in read.items():
        links = [link for link in page.links if link.endswith(".ttl")]
        if ("type", "text/turtle") in page.attributes:
            found[path] = posixpath.normpath(posixpath.join(posixpath.dirname(path), links[0]))
    return found


def test_the_data_of_each_page_say_all_that_the_graph_says_of_the_thing_and_nothing_else(
    files: Files, read: dict[str, Page], places: dict[str, str]
) -> None:
    whole = triples(gzip.decompress(files["graph.nq.gz"]), RdfFormat.N_QUADS)
    naming: dict[object, set[Triple]] = defaultdict(set)
    for triple in whole:
        naming[triple.subject].add(triple)
        naming[triple.object].add(triple)
    found = data_of(read)
    assert len(found) > 800
    turtle = {path: triples(files[path]) for path in set(found.values())}
    assert sorted(turtle) == sorted(path for path in files if path.endswith(".ttl"))
    for path, said in turtle.items():
        assert said <= whole, path
    things = {iri: path.partition("#")[0] for iri, path in places.items() if "/" in path.partition("#")[0]}
    assert len(things) > 3000  # concepts that the review does not use stand on one page
    for iri, page in things.items():
        about = {triple for triple in naming[NamedNode(iri)] if triple.subject == NamedNode(iri)}
        assert about <= turtle[found[page]], iri
        if "#" not in places[iri]:
            own = naming[NamedNode(iri)] if page.removesuffix(".html") == iri.removeprefix(BASE) else about
            assert own <= turtle[found[page]], iri


def test_another_library_reads_the_same_of_them(files: Files, read: dict[str, Page]) -> None:
    from rdflib import Graph

    found = sorted(set(data_of(read).values()))
    for path in [*found[::10], "publication/vanska2024.ttl", "practice/continuous-testing.ttl"]:
        assert len(Graph().parse(data=files[path], format="turtle")) == len(triples(files[path])), path
