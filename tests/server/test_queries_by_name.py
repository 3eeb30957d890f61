"""The query library over HTTP: as a list, as pages, as OpenAPI, and with validators."""

from __future__ import annotations

import ast
import json
import re
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from kg.building.pipeline import build
from kg.queries.query_library import QueryLibrary
from kg.server.descriptions import openapi
from tests.server.serving import Serving, serving, until

SERVER = Path(__file__).parents[2] / "kg" / "server"


@pytest.fixture(scope="module")
def reviewed(review: Path) -> Iterator[Serving]:
    """A server of the project's own review, to which the examples of the queries refer."""
    with serving("--no-site", root=review) as server:
        yield server


@pytest.fixture(scope="module")
def document(reviewed: Serving) -> dict[str, Any]:
    return dict(json.loads(reviewed.ask("/openapi.json").body))


# --- the list ---


def test_the_list_is_json_for_programs_and_a_page_for_people(server: Serving, toy: Path) -> None:
    for accept in ("", "*/*", "application/json"):
        found = server.ask("/queries", Accept=accept)
        assert found.headers["Content-Type"] == "application/json"
        assert [query["name"] for query in json.loads(found.body)] == QueryLibrary.of(toy).without_services().names()
    page = server.ask("/queries", Accept="text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert server.ask("/queries", Accept="image/png").status == 406


def test_a_listed_query_can_be_asked_as_it_is_listed(reviewed: Serving) -> None:
    for query in json.loads(reviewed.ask("/queries").body):
        found = reviewed.ask(f"/{query['example']}")
        assert found.status == 200, (query["name"], found.text)
        assert reviewed.sparql(query["sparql"]).status == 200, query["name"]


class Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        if tag == "a" and given.get("href"):
            self.found.append(str(given["href"]))
        if given.get("id"):
            self.ids.append(str(given["id"]))


def test_the_page_has_every_query_in_every_format_that_it_gives(reviewed: Serving) -> None:
    page = Links()
    page.feed(reviewed.ask("/queries", Accept="text/html").text)
    assert len(page.ids) == len(set(page.ids))
    listed = json.loads(reviewed.ask("/queries").body)
    for query in listed:
        addresses = [link for link in page.found if re.match(rf"queries/{query['name']}\?", link)]
        assert len(addresses) == len(query["formats"])
    one = [link for link in page.found if link.startswith("queries/related-work?")]
    for link in one:
        found = reviewed.ask(f"/{link}")
        assert found.status == 200, link
        assert found.body
    assert {link.removeprefix("#") for link in page.found if link.startswith("#")} <= set(page.ids)


# --- OpenAPI ---


def test_the_document_is_openapi(document: dict[str, Any]) -> None:
    OpenAPIV31SpecValidator(document).validate()
    assert document["openapi"].startswith("3.1")


def test_every_query_has_a_path_with_typed_parameters(document: dict[str, Any], review: Path) -> None:
    for query in QueryLibrary.of(review).without_services():
        operation = document["paths"][f"/queries/{query.name}"]["get"]
        given = {parameter["name"]: parameter for parameter in operation["parameters"] if parameter["in"] == "query"}
        assert set(given) == {parameter.name for parameter in query.parameters} | {"format", "timeout"}
        for parameter in query.parameters:
            schema = given[parameter.name]["schema"]
            assert given[parameter.name]["required"] == (parameter.default is None)
            assert schema.get("enum", []) == list(parameter.choices)
            assert (schema["type"] == "integer") == (parameter.type == "integer")


def test_an_answer_has_a_type_and_a_status_that_the_document_knows(reviewed: Serving, document: dict[str, Any]) -> None:
    ask = "?query=ASK%7B%7D"
    asked = {"/sparql": [ask, f"{ask}&query=", "?query=nonsense", "?update=x", f"{ask}&format=x"],
             "/queries/related-work": ["", "?practice=CT", "?practice=nothing", "?practice=CT&format=bibtex",
                                       "?practice=CT&format=png", "?practice=CT&practice=CT", "?nothing=1"],
             "/queries": [""], "/openapi.json": [""], "/editor": [""], "/health": [""], "/ready": [""],
             "/.well-known/void": [""]}  # fmt: skip
    for path, queries in asked.items():
        for query in queries:
            found = reviewed.ask(path + query, Accept="application/problem+json, */*")
            known = document["paths"][path]["get"]["responses"]
            assert str(found.status) in known, (path, query, found.status)
            answer = known[str(found.status)]
            if "$ref" in answer:
                answer = document["components"]["responses"][answer["$ref"].rsplit("/", 1)[-1]]
            assert found.headers["Content-Type"].split(";")[0] in answer["content"], (path, query)


def test_a_problem_is_as_its_schema_says(reviewed: Serving, document: dict[str, Any]) -> None:
    schema = document["components"]["schemas"]["Problem"]
    found = json.loads(reviewed.ask("/queries/nothing", Accept="application/json").body)
    assert set(schema["required"]) <= set(found) <= set(schema["properties"])


def statuses() -> set[int]:
    """The status of each refusal in the code of the server."""
    found = set()
    for path in SERVER.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("Refusal", "RefusedError"):
                first = node.args[0] if node.args else None
                if isinstance(first, ast.Constant) and isinstance(first.value, int):
                    found.add(first.value)
    return found


def test_every_refusal_of_the_server_is_described(document: dict[str, Any]) -> None:
    assert statuses() == set(map(int, document["components"]["responses"]))


def test_the_same_library_gives_the_same_document(review: Path) -> None:
    documents = [json.dumps(openapi("x", QueryLibrary.of(review), token=False)) for _ in range(2)]
    assert documents[0] == documents[1]


# --- validators ---


def test_a_known_etag_gives_304(server: Serving) -> None:
    path = "/queries/related-work?practice=continuous-testing"
    first = server.ask(path, Accept="text/csv")
    assert re.fullmatch(r'"[0-9a-f]{32}"', first.headers["ETag"])
    again = server.ask(path, Accept="text/csv", If_None_Match=first.headers["ETag"])
    assert (again.status, again.body, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert again.headers["Vary"] == "Accept, Accept-Encoding"


def test_another_format_or_question_has_another_validator(server: Serving) -> None:
    tags = [server.ask(f"/queries/{path}", Accept=accept).headers["ETag"] for path, accept in (
        ("related-work?practice=continuous-testing", "text/csv"), ("related-work?practice=CT", "text/csv"),
        ("related-work?practice=continuous-testing", "text/markdown"), ("publications", "text/csv"))]  # fmt: skip
    assert len(set(tags)) == 4
    same = server.ask("/queries/related-work?format=csv&practice=continuous-testing")
    assert same.headers["ETag"] == tags[0]


def test_an_error_has_no_validator(server: Serving) -> None:
    assert server.ask("/queries/related-work?practice=nothing-such").headers["ETag"] is None


@pytest.mark.parametrize("path", ["/queries", "/openapi.json", "/editor", "/assets/site.css", "/assets/editor.js"])
def test_pages_and_assets_have_validators(server: Serving, path: str) -> None:
    first = server.ask(path)
    assert server.ask(path, If_None_Match=first.headers["ETag"]).status == 304


def test_a_new_query_is_served_with_the_next_graph(toy: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(toy, tmp_path / "toy"))
    with serving("--no-site", root=root) as server:
        before = server.ask("/ready").body
        assert server.ask("/queries/own-question").status == 404
        file = root / "queries" / "own" / "own-question.rq"
        file.parent.mkdir(parents=True)
        file.write_text("#+ summary: Mine.\nSELECT ?now WHERE { BIND(NOW() AS ?now) }\n", "utf-8")
        bib = root / "bib" / "more.bib"
        bib.write_text("@misc{more2033, title={More}, author={More, M.}, year={2033}}\n", "utf-8")
        assert not build(root).errors
        until(lambda: server.ask("/ready").body != before, "the graph is not reloaded")
        found = server.ask("/queries/own-question?format=csv")
        assert found.status == 200
        assert found.headers["ETag"] is None, "the same question may have another answer"
        assert "own-question" in server.ask("/openapi.json").text


def test_federated_queries_are_not_served(server: Serving) -> None:
    listed = json.loads(server.ask("/queries", Accept="application/json").body)
    assert "wikidata-works" not in {query["name"] for query in listed}
    assert "/queries/wikidata-works" not in json.loads(server.ask("/openapi.json").body)["paths"]
    found = server.ask("/queries/wikidata-works")
    assert (found.status, "kg query" in found.text) == (404, True)


# --- answers as pages ---


def test_a_browser_gets_a_page_and_a_program_gets_data(server: Serving) -> None:
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    for accept, media in ((browser, "text/html"), ("", "application/sparql-results+json"), ("text/csv", "text/csv")):
        found = server.ask("/queries/pec-overview", Accept=accept)
        assert found.headers["Content-Type"].startswith(media)
        again = server.ask("/queries/pec-overview", **{"Accept": accept, "If-None-Match": found.headers["ETag"]})
        assert again.status == 304


def test_a_page_has_the_rows_of_the_same_query(server: Serving) -> None:
    page = server.ask("/queries/pec-overview?format=html").text
    rows = json.loads(server.ask("/queries/pec-overview?format=json").body)["results"]["bindings"]
    assert page.count("<tr>") == len(rows) + 1
    assert f"{len(rows)} rows" in page


def test_an_error_is_a_page_for_a_browser_only(server: Serving) -> None:
    path = "/queries/related-work?practice=%3Cscript%3E"
    page = server.ask(path, Accept="text/html")
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert page.status == server.ask(path).status == 400
    assert "<script>" not in page.text
    assert server.ask(path).headers["Content-Type"] == "text/plain; charset=utf-8"
