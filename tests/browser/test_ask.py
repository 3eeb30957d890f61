"""The page *Ask* of a site: Oxigraph in the reader's browser gives the answers of `kg query`, from a host and from disk."""

from __future__ import annotations

import os
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
from tests.browser.test_site_served import Quiet
from tests.browser.watched import watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

ASK = "(asked) => window.kgAsk(asked).then((answer) => ({ answer }), (refusal) => ({ refusal }))"


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
