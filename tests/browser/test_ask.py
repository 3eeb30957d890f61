"""The page *Ask* of a site: in the browser, Oxigraph gives the answers of `kg query`, from a host or from disk."""

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Iterator
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pyoxigraph import Literal, NamedNode

from kg.answers.rows import Rows
from kg.api import KnowledgeGraph
from kg.core.iris import XSD
from kg.core.output import write_folder
from kg.core.problems import UsageError
from kg.queries.query_library import Query
from kg.render.pages.site import site
from kg.render.pages.wasm_engine import AGAIN, engine_files
from tests.browser.axe import COLOUR_RULES, violations
from tests.browser.test_site_served import Quiet
from tests.browser.watched import LAPTOP, PHONE, watched
from tests.hostile_review import hostile_graph

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

ANSWERED = "#shown:has(*), #told:text('No answer')"
PRESSED = """() => {
  const form = document.querySelector("#own form");
  [form, form].forEach((one) => one.requestSubmit());
  document.getElementById("stop").click();
}"""
ASK = "(asked) => window.kgAsk(asked).then((answer) => ({ answer }), (refusal) => ({ refusal }))"

NAMED = """#+ summary: <b>Names</b> – "quoted" \\ and 😀 before the places of parameters.
#+ params:
#+   name: {type: text, description: "<i>any</i> text"}
#+   year: {type: year, default: "", description: a year}
SELECT ?name ?year ?face {
  BIND("😀" AS ?face) VALUES ?name { "x" } VALUES ?year { UNDEF } FILTER(!BOUND(?year) || ?year > "2000"^^xsd:gYear)
}
"""


def engine() -> dict[str, bytes]:
    """Oxigraph for browsers; without it the tests are skipped, or fail where KG_REQUIRE_BROWSER=1."""
    files = engine_files()
    if files is None:
        reason = f"Oxigraph for browsers is not installed: {AGAIN}"
        if os.environ.get("KG_REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return files


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, library_graph: KnowledgeGraph) -> Path:
    made = tmp_path_factory.mktemp("ask") / "site"
    write_folder(made, site(library_graph, "Asked", engine=engine()))
    return made


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def questions(query: Query) -> list[dict[str, str]]:
    """The values with which a query is asked: those it needs, and an example for each parameter."""
    needed = {p.name: p.example for p in query.parameters if p.default is None}
    every = {p.name: p.example for p in query.parameters}
    return [needed] if needed == every else [needed, every]


def written(term: Any) -> list[str] | None:
    if isinstance(term, NamedNode):
        return ["uri", term.value]
    if isinstance(term, Literal):
        kind = term.language or ("" if term.datatype == XSD.string else term.datatype.value)
        return ["literal", term.value, kind]
    return None if term is None else ["bnode"]


def shown(cell: dict[str, str] | None) -> list[str] | None:
    if cell is None or cell["type"] == "bnode":
        return cell and ["bnode"]
    kind = [cell.get("xml:lang") or cell.get("datatype") or ""] if cell["type"] == "literal" else []
    return [cell["type"], cell["value"], *kind]


def same(rows: Rows, found: dict[str, Any]) -> bool:
    if rows.boolean is not None:
        return bool(found["boolean"] == rows.boolean)
    expected = [[written(term) for term in row] for row in rows.terms]
    return list(rows.columns) == found["columns"] and expected == [list(map(shown, row)) for row in found["rows"]]


def test_every_query_of_the_library_has_the_rows_of_kg_query(
    browser: Browser, address: str, library_graph: KnowledgeGraph
) -> None:
    differing, answered = [], 0
    with watched(browser, address, offline=False) as page:
        page.goto(f"{address}/ask.html")
        for query in library_graph.queries.without_services():
            for values in questions(query):
                found = page.evaluate(ASK, {"name": query.name, "values": values})
                try:
                    rows = library_graph.query(query.name, **values)
                except UsageError:
                    assert found["refusal"]["rule"] == "query/invalid", (query.name, values)
                    continue
                answered += len(rows) > 0
                if "answer" not in found or not same(rows, found["answer"]):
                    differing.append((query.name, values, found.get("refusal")))
    assert differing == []
    assert answered > 60


def asked(page: Page, **question: Any) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(ASK, question)
    return found


def test_a_hostile_graph_is_asked_from_disk(browser: Browser, tmp_path: Path) -> None:
    graph, folder = hostile_graph(tmp_path / "review"), tmp_path / "site"
    own = graph.root / "queries" / "own" / "named.rq"
    own.parent.mkdir(parents=True)
    own.write_text(NAMED, encoding="utf-8")
    write_folder(folder, site(graph, "Hostile", engine=engine()))
    with watched(browser, folder.as_uri(), PHONE) as page:
        page.goto(f"{folder.as_uri()}/ask.html#vocabulary?kind=practice")
        page.wait_for_selector(ANSWERED)
        rows = graph.query("vocabulary", kind="practice")
        assert page.locator("#told").inner_text().startswith(f"{len(rows)} rows, after")
        for name in ("publications", "authors", "contents", "things-findings", "network-nodes"):
            assert same(graph.query(name), asked(page, name=name, values={})["answer"]), name
        said = "?thing skos:prefLabel|cs:statement|dcterms:title ?label"
        named = f"SELECT ?g ?label {{ GRAPH ?g {{ {said} }} }} ORDER BY ?g ?label"
        assert same(graph.sparql(named), asked(page, sparql=named)["answer"])
        for text in ('"', "\\", '" } UNION { ?s ?p ?o } #', "\n\r\t'", "\\u0041", "<>", "😀\u202e", "-1"):
            for values in ({"name": text}, {"name": text, "year": "2031"}):
                assert same(graph.query("named", **values), asked(page, name="named", values=values)["answer"]), text
        for year in ("12", "20 31", "2031>", "\u0662\u0660\u0663\u0661"):
            assert asked(page, name="named", values={"name": "", "year": year})["refusal"]["rule"] == "query/invalid"
        for value in (
            'x"> } DELETE',
            "javascript:alert(1)",
            "<script>",
            "https://w3id.org/continuous-star/x y",
            '../../x" ',
        ):
            assert asked(page, name="related-work", values={"practice": value})["refusal"]["rule"] == "query/invalid"
        page.locator("#own > summary").click()
        page.locator("#query").fill(f"{named} LIMIT 150")
        page.keyboard.press("Control+Enter")
        page.wait_for_selector("#own + #reply tbody tr, #own #reply tbody tr")
        assert page.locator("#reply tbody tr").count() > 50
        assert page.locator("main img").count() == 0
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert violations(page) == []


def test_limits_stop_a_query_and_the_next_one_is_answered(browser: Browser, address: str) -> None:
    with watched(browser, address, offline=False) as page:
        page.goto(f"{address}/ask.html")
        page.evaluate(PRESSED)  # before the graph is read
        page.wait_for_selector("#told:text-is('Stopped.')", state="attached")
        page.evaluate("Object.assign(kgLibrary.limits, { seconds: 1, rows: 30, late: 'too late' })")
        for forever in (
            "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
            "SELECT * { ?a (<x:p>|!<x:q>)* ?b . ?b (!<x:p>)* ?c . ?c (!<x:z>)* ?d } ORDER BY ?a",
        ):
            assert asked(page, sparql=forever)["refusal"]["rule"] == "limit/time"
        cut = asked(page, sparql="SELECT ?s { ?s ?p ?o } # all")["answer"]
        assert (len(cut["rows"]), cut["more"]) == (30, True)
        for many in ("SELECT ?s { ?s ?p ?o } LIMIT 31", "CONSTRUCT WHERE { ?s ?p ?o }"):
            assert asked(page, sparql=many)["refusal"]["rule"] == "limit/rows"
        nested = "SELECT * " + "{" * 20000 + "}" * 20000
        assert asked(page, sparql=nested)["refusal"]["rule"] == "limit/memory"
        assert asked(page, sparql="ASK { ?s a cs:Finding }")["answer"]["boolean"] is True


def test_what_is_refused_says_why(browser: Browser, address: str) -> None:
    refused = {
        "SELECT * { SERVICE SILENT <https://x.example/> { ?s ?p ?o } }": "SERVICE is refused",
        "DELETE WHERE { ?s ?p ?o }": "updates are refused",
        " # nothing": "the query is empty",
        "SELECT * { ?s ?p }": "not SPARQL: error at 1:19",
        "SELECT * {\n?s nope:p ?o }": "not SPARQL",
        "SELECT * FROM <x:a> FROM <x:b> { ?s ?p ?o }": "more than one FROM",
        "SELECT ('\ud800' AS ?x) {}": "half a character",
    }
    with watched(browser, address, offline=False) as page:
        page.goto(f"{address}/ask.html")
        for sparql, message in refused.items():
            said = f"kgAsk({{ sparql: {json.dumps(sparql)} }}).catch((refusal) => refusal.message)"
            assert message in page.evaluate(said), sparql
        said = "SELECT ('SERVICE from <x:a> from <x:b>' AS ?from) { BIND(1 AS ?service) } # SERVICE"
        assert len(asked(page, sparql=said)["answer"]["rows"]) == 1


def test_a_question_is_asked_with_the_keyboard_and_its_address_restores_it(
    browser: Browser, address: str, library_graph: KnowledgeGraph
) -> None:
    with watched(browser, address, offline=False) as page:
        page.goto(f"{address}/index.html")
        page.get_by_role("link", name="Ask another question").click()
        page.get_by_role("searchbox", name="Filter").fill("what is known about a practice")
        page.keyboard.press("Enter")
        form = page.locator("form[data-query='related-work']")
        field = form.get_by_label("practice")
        field.fill("")
        field.press_sequentially("continuous t")
        page.wait_for_selector("datalist option[value='continuous testing']", state="attached")
        field.fill("Continuous Testing")
        field.press("Enter")
        page.wait_for_selector(ANSWERED)
        rows = library_graph.query("related-work", practice="continuous-testing")
        assert page.locator("#told").inner_text().startswith(f"{len(rows)} rows")
        assert page.evaluate("location.href").endswith("#related-work?practice=Continuous+Testing")
        link = page.locator("#reply td[data-name='key'] a").first
        assert link.get_attribute("href") == f"publication/{rows[0]['key']}.html"
        page.locator("#reply th button").first.click()
        keys = page.locator("#reply td[data-name='key']").all_inner_texts()
        assert keys == sorted(str(row["key"]) for row in rows)
        for form_, text in (("csv", rows_csv_of(library_graph)), ("json", '"bindings":[')):
            with page.expect_download() as download:
                page.get_by_role("button", name=form_, exact=True).click()
            assert text in Path(download.value.path()).read_text("utf-8")
        expect = pytest.importorskip("playwright.sync_api").expect
        form.get_by_role("button", name="Show as SPARQL").click()
        expect(page.locator("#query")).to_have_value(re.compile("/continuous-testing> }"))  # the page forbids eval
        shared = page.evaluate("location.href")
        page.goto(f"{address}/search.html?q=related-work")
        page.goto(shared)
        page.wait_for_selector(ANSWERED)
        assert field.input_value() == "Continuous Testing"
        page.goto(f"{address}/ask.html#related-work?practice=CT&hand=third-hand")
        page.get_by_text("“hand” is one of first-hand, second-hand, not “third-hand” [query/invalid]").wait_for()
        page.goto(f"{address}/ask.html#related-work?practice=%EF%BF%BD")  # in no IRI
        page.get_by_text("no practice is called “\ufffd” [query/invalid]").wait_for()
        page.goto(f"{address}/ask.html#related-works?practice=CT")
        page.get_by_text("no question “related-works” [query/invalid]: choose one from the list").wait_for()
        page.goto(f"{address}/ask.html#by-challenge")
        page.locator("form[data-query='by-challenge']").wait_for()
        page.goto(f"{address}/ask.html#?sparql=ASK%20%7B%7D")
        assert page.locator("#query").input_value() == "ASK {}"
        assert page.locator("#reply").is_hidden()
        page.locator("#query").fill(page.locator("#query").evaluate("box => box.defaultValue"))
        page.keyboard.press("Control+Enter")
        page.locator("#reply tbody tr", has_text="continuous testing").wait_for()  # the example has an answer


def rows_csv_of(graph: KnowledgeGraph) -> str:
    """The first row as CSV, up to the statement."""
    row = graph.query("related-work", practice="continuous-testing")[0]
    return f"{row['key']},{row['work']},"


def test_ask_breaks_no_rule_and_can_be_read_without_a_script(browser: Browser, folder: Path) -> None:
    for size, scheme, rules in ((LAPTOP, "light", ()), (PHONE, "dark", COLOUR_RULES)):
        with watched(browser, folder.as_uri(), size, scheme) as page:
            page.goto(f"{folder.as_uri()}/ask.html#challenges-by-studies?")
            page.wait_for_selector(ANSWERED)
            assert violations(page, rules=rules) == [], (size, scheme)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{folder.as_uri()}/ask.html")
    page.get_by_text("What is known about a practice").click()
    assert page.locator("#asked details[open] > .asked > dl").first.is_visible()
    assert not page.get_by_role("button", name="Ask", exact=True).first.is_visible()
    context.close()
    with watched(browser, folder.as_uri()) as page:
        page.add_init_script("delete window.DecompressionStream")
        page.goto(f"{folder.as_uri()}/ask.html#contents?")
        assert "has no DecompressionStream" in page.locator("#told").inner_text()


def test_a_page_may_connect_to_nothing(browser: Browser, address: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}/ask.html")
    for there in ("https://x.example/", f"{address}/iris.json"):
        assert page.evaluate(f"fetch({there!r}).then(() => 'answered', () => 'refused')") == "refused"
    context.close()
