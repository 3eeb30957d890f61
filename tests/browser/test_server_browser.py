"""The pages of a server in a browser: the site, the queries, and both editors."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from kg.building.pipeline import build
from kg.server.yasgui import program
from tests.browser.axe import violations
from tests.browser.watched import LOOKS, PHONE, watched
from tests.server.serving import Serving, serving, wait_for_pages
from tests.toy import write_toy

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
TOKEN = "a-token-of-the-tests"  # noqa: S105


@pytest.fixture(scope="module")
def served(review: Path) -> Iterator[Serving]:
    """A server of the project's own review, with its pages."""
    with serving(root=review) as server:
        wait_for_pages(server)
        yield server


@pytest.fixture(scope="module")
def without(toy: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """A server that does not find the package with YASGUI."""
    hidden = tmp_path_factory.mktemp("hidden")
    (hidden / "sitecustomize.py").write_text(
        "import importlib.metadata as m\nreal = m.distribution\n"
        "def distribution(name):\n    if name == 'oxigraph':\n        raise m.PackageNotFoundError(name)\n"
        "    return real(name)\nm.distribution = distribution\n", "utf-8")  # fmt: skip
    with serving(
        "--no-site", root=toy, environment={"PYTHONPATH": f"{hidden}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"}
    ) as server:
        yield server


# --- the site ---


@pytest.mark.parametrize(
    "path",
    [
        "",
        "findings.html",
        "practice/continuous-testing",
        "finding/vanska2024/PEC4",
        "graph.html",
        "map.html",
        "ontology",
        "queries",
        "editor",
    ],
)
def test_a_page_logs_nothing_and_loads_from_the_server_only(browser: Browser, served: Serving, path: str) -> None:
    with watched(browser, served.url, PHONE, offline=False) as page:
        page.goto(f"{served.url}/{path}")
        assert page.locator("h1").count() == 1
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_navigation_from_the_site_to_a_query_and_back(browser: Browser, served: Serving) -> None:
    with watched(browser, served.url, offline=False) as page:
        page.goto(served.url)
        page.get_by_role("navigation").get_by_role("link", name="Queries").click()
        page.locator("summary", has_text="practice-coverage").click()
        page.locator("#practice-coverage").get_by_role("button", name="Ask").click()
        page.wait_for_url("**/queries/practice-coverage?*format=html*")
        assert "continuous testing" in page.inner_text("body")
        page.go_back()
        page.get_by_role("navigation").get_by_role("link", name="Practices").click()
        page.wait_for_url("**/practices.html")


def test_a_query_runs_with_its_parameters(browser: Browser, served: Serving) -> None:
    with watched(browser, served.url, offline=False) as page:
        page.goto(f"{served.url}/queries#related-work")
        form = page.locator("#related-work form")
        form.get_by_label("practice", exact=False).first.fill("CT")
        form.get_by_label("hand").select_option("second-hand")
        form.get_by_label("format").select_option("md")
        with page.expect_response("**/queries/related-work*") as answer:
            form.get_by_role("button").click()
        assert "giray2021" in answer.value.text()
        assert "first-hand" not in answer.value.text()


@pytest.mark.parametrize(("size", "scheme"), LOOKS[::2])
def test_the_list_of_queries_is_accessible(
    browser: Browser, served: Serving, size: tuple[int, int], scheme: str
) -> None:
    with watched(browser, served.url, size, scheme, offline=False) as page:
        page.goto(f"{served.url}/queries")
        page.evaluate("document.querySelectorAll('details').forEach((one, n) => { one.open = n % 7 === 0; })")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_front_page_shows_the_site_when_it_is_finished(browser: Browser, toy: Path) -> None:
    with serving(root=toy) as server:
        page = browser.new_page()
        page.goto(server.url)
        page.get_by_role("heading", name="Start with a question").wait_for(timeout=120_000)
        page.close()


# --- the editor ---

# The editor's files come with the optional package oxigraph. Without it the editor is a plain form, tested below.
needs_yasgui = pytest.mark.skipif(program() is None, reason="the package oxigraph, which has YASGUI, is not installed")


def rows(page: Page) -> Any:
    return page.locator(".tabPanel.active .yasr_results table.dataTable tbody tr")


@needs_yasgui
def test_a_query_of_the_library_opens_in_a_tab_and_runs(browser: Browser, served: Serving) -> None:
    with watched(browser, served.url, offline=False) as page:
        page.goto(f"{served.url}/editor")
        page.get_by_label("Filter the queries").fill("pec overview")
        page.get_by_label("Filter the queries").press("Enter")
        page.locator(".tabsList .tab.active", has_text="pec-overview").wait_for()
        text = page.evaluate("document.querySelector('.tabPanel.active .CodeMirror').CodeMirror.getValue()")
        assert text.startswith("PREFIX ")
        page.locator(".tabPanel.active .yasqe_queryButton").click()
        rows(page).first.wait_for()
        assert "PEC" in page.inner_text(".tabPanel.active .yasr_results")


@needs_yasgui
def test_an_iri_in_an_answer_links_to_its_page_on_this_server(browser: Browser, served: Serving) -> None:
    with watched(browser, served.url, offline=False) as page:
        page.goto(f"{served.url}/editor")
        page.locator(".yasqe_queryButton").click()
        link = page.locator(".yasr_results a.iri", has_text="continuous-testing")
        link.wait_for()
        link.evaluate("(one) => { one.target = '_self'; }")  # a new window is not watched
        link.click()
        page.wait_for_url("**/practice/continuous-testing.html")


@needs_yasgui
def test_a_link_sets_the_query_and_no_other_endpoint(browser: Browser, served: Serving) -> None:
    given = urlencode({
        "query": "SELECT (COUNT(*) AS ?practices) { ?p a cs:Practice }", "endpoint": "https://evil.example/",
        "tabTitle": "<img src=x onerror=\"document.title='owned'\">", "headers": '{"X-Evil": "1"}', "other": "x",
    })  # fmt: skip
    with watched(browser, served.url, offline=False) as page:
        page.goto(f"{served.url}/editor#{given}")
        page.locator(".tab.active", has_text="<img src=x").wait_for()
        with page.expect_request("**/sparql") as asked:
            page.locator(".tabPanel.active .yasqe_queryButton").click()
        assert "x-evil" not in asked.value.headers
        assert "other" not in (asked.value.post_data or "")
        rows(page).first.wait_for()
        assert page.url == f"{served.url}/editor"


@needs_yasgui
def test_an_invalid_query_shows_the_error(browser: Browser, served: Serving) -> None:
    page = browser.new_page()  # not watched: Chromium itself writes a status of 400 to the console
    page.goto(f"{served.url}/editor#query=SELECT%20%3Fx%20%7B%20%3Fx%20a%20nothing%3AX%20%7D")
    page.locator(".tabPanel.active .yasqe_queryButton").click()
    page.locator(".errorResult", has_text="the prefix nothing: is not declared").wait_for()
    page.close()


@needs_yasgui
@pytest.mark.parametrize(("size", "scheme"), LOOKS[::2])
def test_the_editor_is_accessible(browser: Browser, served: Serving, size: tuple[int, int], scheme: str) -> None:
    with watched(browser, served.url, size, scheme, offline=False) as page:
        page.goto(f"{served.url}/editor?name=pec-overview")
        page.locator(".tab.active", has_text="pec-overview").wait_for()
        page.locator(".tabPanel.active .yasqe_queryButton").click()
        rows(page).first.wait_for()
        assert violations(page, without="#yasgui") == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@needs_yasgui
def test_the_token_is_asked_for_once(browser: Browser, toy: Path) -> None:
    with serving("--no-site", root=toy, environment={"KG_SERVE_TOKEN": TOKEN}) as server:
        context = browser.new_context(http_credentials={"username": "me", "password": TOKEN, "origin": server.url})
        page = context.new_page()
        page.goto(f"{server.url}/editor")
        page.locator(".yasqe_queryButton").click()
        rows(page).first.wait_for()
        context.close()


@needs_yasgui
def test_things_of_a_review_with_a_base_of_its_own_have_links_in_the_editor(browser: Browser, tmp_path: Path) -> None:
    root = write_toy(tmp_path)
    (root / "kg.toml").write_text('base = "https://toys.example/kg/"\n', encoding="utf-8")
    assert build(root).errors == []
    # The prefix of publications is that of the review, and that of practices is shared.
    query = "SELECT DISTINCT ?x { VALUES ?x { publication:example2031 practice:continuous-testing } ?x a ?class }"
    with serving("--no-site", root=root) as server, watched(browser, server.url, offline=False) as page:
        page.goto(f"{server.url}/editor#{urlencode({'query': query})}")
        page.locator(".tabPanel.active .yasqe_queryButton").click()
        rows(page).first.wait_for()
        for path in ("publication/example2031", "practice/continuous-testing"):
            link = page.locator(".tabPanel.active .yasr_results a.iri", has_text=path.split("/")[1])
            link.evaluate(
                "(one) => { one.target = '_self'; one.addEventListener('click', (e) => e.preventDefault()); }"
            )
            link.click()  # the address is set when a link is clicked
            assert link.get_attribute("href") == f"{server.url}/{path}"
            assert server.ask(f"/{path}").status == 303


# --- without YASGUI ---


@pytest.mark.parametrize(("size", "scheme"), LOOKS[::2])
def test_the_plain_editor_works_and_is_accessible(
    browser: Browser, without: Serving, size: tuple[int, int], scheme: str
) -> None:
    with watched(browser, without.url, size, scheme, offline=False) as page:
        page.goto(f"{without.url}/editor")
        page.get_by_role("button", name="Run").click()
        page.locator("#answer tbody tr").first.wait_for()
        assert (
            page.locator("#answer a", has_text="practice/continuous-testing").get_attribute("href")
            == f"{without.url}/practice/continuous-testing"
        )
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_plain_editor_works_with_the_keyboard(browser: Browser, without: Serving) -> None:
    with watched(browser, without.url, offline=False) as page:
        page.goto(f"{without.url}/editor")
        page.get_by_label("Filter the queries").fill("vocab")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        field = page.get_by_label("SPARQL query")
        page.locator("#query:focus").wait_for()
        assert field.input_value().startswith("PREFIX ")
        page.keyboard.press("Control+Enter")
        page.locator("#answer tbody tr").first.wait_for()


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("ASK { ?s ?p ?o }", "yes"),
        ("SELECT nonsense", "not SPARQL"),
        ("CONSTRUCT { ?p a cs:Practice } WHERE { ?p a cs:Practice }", "continuous-testing"),
        ("SELECT * { VALUES ?x { '<img src=x onerror=document.title=1>' } }", "<img src=x"),
    ],
)
def test_the_plain_editor_shows_every_answer(browser: Browser, without: Serving, query: str, told: str) -> None:
    page = browser.new_page()
    page.goto(f"{without.url}/editor")
    page.get_by_label("SPARQL query").fill(query)
    page.get_by_role("button", name="Run").click()
    page.locator("#answer", has_text=told).wait_for()
    assert page.title() != "1"
    page.close()


def test_the_form_works_without_scripts(browser: Browser, without: Serving) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{without.url}/editor")
    page.get_by_text("vocabulary", exact=False).first.click()
    page.get_by_role("link", name="contents").click()
    page.wait_for_url("**/editor?name=contents")
    page.get_by_label("Answer as").select_option("csv")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Run").click()
    assert saved.value.path().read_text("utf-8").startswith("what,count")
    context.close()
