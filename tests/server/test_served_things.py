"""IRIs of the graph resolve."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, unquote, urljoin

import pyoxigraph as ox
import pytest

from kg.core.iris import BASE, mint
from kg.server.views import candidates
from tests.hostile_review import hostile_graph
from tests.server.serving import Response, Serving, serving, wait_for_pages

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


def followed(server: Serving, path: str, accept: str) -> tuple[str, Response]:
    """The address to which a path redirects, and the response there."""
    found = server.ask(path, Accept=accept)
    assert found.status == 303, (path, found.text)
    address = urljoin(server.url + path, found.headers["Location"]).removeprefix(server.url)
    assert address.startswith("/")
    return address, server.ask(address.partition("#")[0], Accept=accept)


@pytest.mark.parametrize("accept", [BROWSER, "text/html"])
def test_a_browser_is_redirected_to_the_page(site_server: Serving, accept: str) -> None:
    address, found = followed(site_server, "/practice/continuous-testing", accept)
    assert address == "/practice/continuous-testing.html"
    assert found.headers["Content-Type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize("accept", ["text/turtle", "application/ld+json;q=0.5, text/turtle;q=0.6"])
def test_a_program_is_redirected_to_the_data(site_server: Serving, accept: str) -> None:
    address, found = followed(site_server, "/practice/continuous-testing", accept)
    assert address == "/practice/continuous-testing.ttl"
    assert found.headers["Content-Type"].startswith("text/turtle")


@pytest.mark.parametrize(("accept", "form"), [("text/turtle", "ttl"), ("application/ld+json", "jsonld")])
def test_a_thing_without_a_file_of_that_form_is_described_by_the_endpoint(
    site_server: Serving, accept: str, form: str
) -> None:
    address, found = followed(site_server, "/finding/example2031/PEC1", accept)
    assert address.startswith("/sparql?query=")
    assert address.endswith(f"&format={form}")
    assert b"Missing tools hinder testing in both toy teams." in found.body


MEDIA = ["text/turtle", "application/ld+json", "application/n-triples", "application/rdf+xml"]


@pytest.mark.parametrize("media", MEDIA)
@pytest.mark.parametrize("pages", [True, False])
def test_the_data_of_the_ontology_hold_its_terms(
    server: Serving, site_server: Serving, media: str, pages: bool
) -> None:
    _, found = followed(site_server if pages else server, "/ontology", media)
    assert found.headers["Content-Type"].split(";")[0] == media
    form = ox.RdfFormat.from_media_type(media)
    subjects = {
        quad.subject.value for quad in ox.parse(found.body, format=form) if isinstance(quad.subject, ox.NamedNode)
    }
    assert {BASE + "ontology", BASE + "ontology#Finding"} <= subjects


def test_a_thing_without_a_page_redirects_to_its_place_on_another(site_server: Serving) -> None:
    places = json.loads(site_server.ask("/iris.json").body)
    iri, place = next((iri, place) for iri, place in places.items() if "evidence/" in iri and "#" in place)
    address, page = followed(site_server, "/" + iri.removeprefix(BASE), "text/html")
    assert unquote(address) == f"/{place}"
    assert f'id="{place.partition("#")[2]}"' in page.text
    _, data = followed(site_server, "/" + iri.removeprefix(BASE), "application/n-triples")
    assert {quad.predicate.value.rsplit("#")[-1] for quad in ox.parse(data.body, format=ox.RdfFormat.N_TRIPLES)} >= {
        "hasEvidence",
        "hasSelector",
    }  # what names it, and what is said of it


def test_without_pages_a_browser_gets_turtle(server: Serving) -> None:
    for accept in (BROWSER, "text/html", "", "*/*"):
        _, found = followed(server, "/practice/continuous-testing", accept)
        assert found.headers["Content-Type"].startswith("text/turtle")
        assert "skos:prefLabel" in found.text or "prefLabel" in found.text


@pytest.mark.parametrize(
    "path",
    [
        "/practice/nothing-of-the-kind",
        "/http://evil.example/",
        "//evil.example",
        "/%ff",
        "/practice/%00",
        "/a%20b",
        "/practice/continuous-testing/",
    ],
)
@pytest.mark.parametrize("pages", [True, False])
def test_an_unknown_thing_gives_404(server: Serving, site_server: Serving, path: str, pages: bool) -> None:
    found = (site_server if pages else server).ask(path, Accept="text/html")
    assert (found.status, found.headers["Location"]) == (404, None)
    assert "the graph has nothing of that name" in found.text


def test_an_unknown_format_is_refused(site_server: Serving) -> None:
    assert site_server.ask("/practice/continuous-testing", Accept="image/png").status == 406


IDS = [
    ("finding", "größe", "a b"),
    ("finding", "a/b", "ü/ü"),
    ("publication", ".."),
    ("publication", "100%"),
    ("publication", "a%20b"),
    ("person", "李-明"),
    ("publication", "x:y;z=1&a+b"),
]


@pytest.mark.parametrize("ids", IDS)
@pytest.mark.parametrize(
    "encoded",
    [
        lambda path: quote(path, safe="/%"),
        lambda path: quote(path, safe="/%").lower(),
        lambda path: path.replace("~", "%7E"),
    ],
)
def test_a_path_means_the_iri_of_the_thing(ids: tuple[str, ...], encoded: object) -> None:
    iri = mint(*ids)
    path = encoded(iri.value.removeprefix(BASE))
    assert iri in candidates(quote(path, safe="/%"))


@pytest.fixture(scope="module")
def strange(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """A server of a graph with unusual ids."""
    file = tmp_path_factory.mktemp("strange") / "graph.nt"
    file.write_text(
        "".join(f'{mint(*ids)} <http://purl.org/dc/terms/title> "{number}" .\n' for number, ids in enumerate(IDS)),
        "utf-8",
    )
    with serving("--graph", file) as server:
        yield server


@pytest.mark.parametrize("number", range(len(IDS)))
def test_ids_in_all_scripts_are_found(strange: Serving, number: int) -> None:
    path = quote(mint(*IDS[number]).value.removeprefix(BASE), safe="/%")
    _, found = followed(strange, f"/{path}", "application/n-triples")
    assert f'"{number}"' in found.text


def test_every_iri_of_a_hostile_review_has_a_page_and_data(tmp_path: Path) -> None:
    hostile_graph(tmp_path)
    with serving(root=tmp_path) as server:
        wait_for_pages(server)
        places = json.loads(server.ask("/iris.json").body)
        for iri, place in places.items():
            path = "/" + quote(iri.removeprefix(BASE), safe="/%").partition("#")[0]
            if "#" not in iri:
                address, page = followed(server, path, "text/html")
                assert unquote(address.partition("#")[0]) == "/" + place.partition("#")[0]
                assert unquote(address.partition("#")[2]) == place.partition("#")[2]
                assert page.status == 200
        sample = sorted(places)[:: len(places) // 40]
        for iri in (iri for iri in sample if "#" not in iri):
            path = "/" + quote(iri.removeprefix(BASE), safe="/%")
            assert followed(server, path, "text/turtle")[1].status == 200, iri
