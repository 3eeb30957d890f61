"""The search of a site: everything is found by what people know of it, in the browser with the index of the review."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg.api import KnowledgeGraph
from kg.render.pages import inline
from tests.browser.axe import violations
from tests.browser.watched import LAPTOP, watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def engine(browser: Browser, review_site: Path) -> Iterator[Page]:
    """An empty page with the engine of the search and the index of the site."""
    context = browser.new_context()
    page = context.new_page()
    for name in ("search-index.js", "search-quotes.js"):
        page.add_script_tag(content=(review_site / name).read_text("utf-8"))
    page.add_script_tag(content=inline.source("site_words.js") + inline.source("site_find.js"))
    page.evaluate("window.engine = finder(entriesOf(window.kgIndex)); engine.addQuotes(window.kgQuotes)")
    yield page
    context.close()


def not_found(engine: Page, asked: list[tuple[str, str]], most: int = 1000) -> list[tuple[str, str]]:
    """The queries whose page is not among the first `most` results."""
    missing = engine.evaluate(
        """([asked, most]) => asked.filter(([query, path]) =>
             !engine.search(query).found.slice(0, most).some((entry) => entry.path === path))""",
        [asked, most],
    )
    return [(str(query), str(path)) for query, path in missing]


def first(engine: Page, query: str, number: int = 1) -> list[str]:
    js = "([query, number]) => engine.search(query).found.slice(0, number).map((e) => e.path)"
    found = engine.evaluate(js, [query, number])
    return [str(path) for path in found]


@pytest.fixture(scope="module")
def places(review_site: Path) -> dict[str, str]:
    found: dict[str, str] = json.loads((review_site / "iris.json").read_text("utf-8"))
    return found


def asked_of(graph: KnowledgeGraph, places: dict[str, str], query: str) -> list[tuple[str, str]]:
    return [(text, places[iri]) for iri, text in graph.store.query(query).texts()]


def words_of(text: str) -> list[str]:
    return "".join(c if c.isalnum() or unicodedata.category(c).startswith("M") else " " for c in text).split()


def test_every_publication_is_found_by_its_key(
    engine: Page, review_graph: KnowledgeGraph, places: dict[str, str]
) -> None:
    asked = asked_of(review_graph, places, "SELECT ?w ?key WHERE { ?w a cs:Publication ; dcterms:identifier ?key }")
    assert len(asked) > 300
    assert not_found(engine, asked, most=1) == []


def test_every_publication_is_found_by_its_first_author_and_by_three_words_of_its_title(
    engine: Page, review_graph: KnowledgeGraph, places: dict[str, str]
) -> None:
    authors = asked_of(
        review_graph, places,
        "SELECT ?w ?name WHERE { ?w a cs:Publication ; bibo:authorList/rdf:first/foaf:familyName ?name }",
    )  # fmt: skip
    plain = [(unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode(), path) for name, path in authors]
    assert len(plain) > 200
    assert not_found(engine, [(name, path) for name, path in plain if len(name) > 2]) == []
    titles = asked_of(review_graph, places, "SELECT ?w ?title WHERE { ?w a cs:Publication ; dcterms:title ?title }")
    three = [(" ".join(reversed(words_of(title)[-3:])).upper(), path) for title, path in titles]
    assert not_found(engine, three) == []


def test_findings_are_found_by_three_words_of_their_quotations(
    engine: Page, review_graph: KnowledgeGraph, places: dict[str, str]
) -> None:
    quotes = asked_of(
        review_graph, places,
        "SELECT ?f ?text WHERE { ?f a cs:Finding ; cs:hasEvidence/oa:hasSelector/oa:exact ?text } ORDER BY ?f ?text",
    )  # fmt: skip
    asked = [(" ".join(words_of(text)[1:4]), path) for text, path in quotes if len(words_of(text)) > 4]
    own = {path for _, path in asked}
    assert len(own) > 100
    assert not_found(engine, asked[::3], most=100_000) == []


def test_words_with_errors_without_accents_and_in_any_order_are_found(engine: Page) -> None:
    practice = "practice/continuous-integration.html"
    for query in ("continuous integration", "integration continuous", "continous integration", "contnuous integratoin",
                  "contin integr", "CI", "ci", "CONTINUOUS-integration"):  # fmt: skip
        assert first(engine, query) == [practice], query
    assert practice in first(engine, "continous", 50)
    for written in ("vanska", "vänskä", "vaenskae", "Vanskä"):
        assert engine.evaluate("(query) => engine.search(query).found.length", written) > 0, written
    assert engine.evaluate("errors('continous', 'continuous', 2)") == 1
    assert engine.evaluate("errors('tesitng', 'testing', 2)") == 1
    assert engine.evaluate("errors('abc', 'xyz', 2)") == 3
    assert first(engine, "qqxxzz") == []


def test_a_surname_gives_works_before_findings_and_an_abbreviation_its_full_name(engine: Page) -> None:
    kinds = engine.evaluate("engine.search('giray').found.map((entry) => entry.kind)")
    assert kinds[0] == "publication"
    assert {"publication", "finding"} <= set(kinds)
    meant = engine.evaluate("engine.search('CI testing').meant.map(([word, entry]) => [word, entry.name])")
    assert ["ci", "continuous integration"] in meant
    assert engine.evaluate("engine.search('CI testing').found.length") > 0


def test_the_page_of_the_search_explains_shows_the_quotation_and_loads_it_late(
    browser: Browser, review_site: Path
) -> None:
    with watched(browser, review_site.as_uri(), LAPTOP) as page:
        loaded: list[str] = []
        page.on("request", lambda request: loaded.append(request.url.rsplit("/", 1)[-1]))
        page.goto(f"{review_site.as_uri()}/search.html")
        assert "search-quotes.js" not in loaded
        field = page.get_by_role("combobox", name="Search")
        field.fill("CI")
        assert page.locator("#notes a").first.inner_text() == "continuous integration"
        page.locator("#results[data-quotes]").wait_for()
        field.fill("continous")
        assert "similar: continuous" in page.inner_text("#notes")
        number, text = page.evaluate("window.kgQuotes.find(([, text]) => text.split(' ').length > 6)")
        field.fill(" ".join(words_of(text)[:6]))
        assert text[:40] in page.inner_text("#results"), number


def test_the_field_offers_abbreviations_names_and_surnames_while_one_types(browser: Browser, review_site: Path) -> None:
    with watched(browser, review_site.as_uri(), LAPTOP) as page:
        page.goto(f"{review_site.as_uri()}/search.html")
        field, offered = page.get_by_role("combobox", name="Search"), page.get_by_role("option")
        page.keyboard.type("ci")
        assert offered.first.inner_text() == "continuous integration CI, practice"
        assert field.get_attribute("aria-expanded") == "true"
        assert violations(page) == []
        page.keyboard.press("ArrowDown")
        assert field.get_attribute("aria-activedescendant") == offered.first.get_attribute("id")
        assert offered.first.get_attribute("aria-selected") == "true"
        page.keyboard.press("Enter")
        assert field.input_value() == "continuous integration"
        assert page.locator("#results a").first.inner_text() == "continuous integration"
        assert offered.count() == 0, "it is closed"
        field.fill("gira")
        assert offered.first.inner_text().startswith("Giray author of ")
        page.keyboard.press("Escape")
        assert field.get_attribute("aria-expanded") == "false"
        page.keyboard.press("ArrowDown")
        assert page.evaluate("document.activeElement.closest('#results') !== null"), "then the arrows lead to results"
        field.fill("rapid rel")
        offered.first.click()
        assert field.input_value() == "rapid releases"
