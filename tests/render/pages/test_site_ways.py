"""From pages of a site to the graph and the map: every address names a node, a row or a column that is there."""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest

from kg.api import KnowledgeGraph
from kg.render.pages.map_page import map_page
from kg.render.pages.site import site
from tests.hostile_review import hostile_graph
from tests.maps import toy_map
from tests.pages import Files, pages

DATA = re.compile(r'<script type="application/json" id="data">(.*?)</script>', re.S)


@pytest.fixture(scope="module", params=["toy", "effects", "hostile"])
def made(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    toy_graph: KnowledgeGraph,
    effects_graph: KnowledgeGraph,
) -> tuple[KnowledgeGraph, Files]:
    known = {"toy": toy_graph, "effects": effects_graph}
    graph = known.get(request.param) or hostile_graph(tmp_path_factory.mktemp("hostile"))
    return graph, site(graph, "Ways")


def fragments(files: Files, target: str) -> list[dict[str, list[str]]]:
    links = [urlsplit(link) for page in pages(files).values() for link in page.links]
    return [
        parse_qs(link.fragment, strict_parsing=True) for link in links if link.fragment and link.path.endswith(target)
    ]


def test_every_address_of_the_map_names_a_row_and_a_column(made: tuple[KnowledgeGraph, Files]) -> None:
    data = json.loads(DATA.findall(made[1]["map.html"].decode())[0])
    rows, columns = ({"*", *(header["name"] for header in data[name])} for name in ("rows", "columns"))
    found = fragments(made[1], "map.html")
    assert found
    assert [one for one in found if one["row"][0] not in rows or one["column"][0] not in columns] == []


def test_every_address_of_the_graph_names_a_node(made: tuple[KnowledgeGraph, Files]) -> None:
    nodes = {node.iri for node in made[0].network().nodes}
    found = fragments(made[1], "graph.html")
    assert found
    assert {one["node"][0] for one in found} <= nodes


def test_a_finding_leads_to_each_of_its_cells(toy_graph: KnowledgeGraph) -> None:
    files, found = site(toy_graph, "Toys"), toy_graph.evidence_map()
    cells = [cell for cell, known in found.cells.items() if "PEC1" in {f.id for f in known.findings}]
    page = files["finding/example2031/PEC1.html"].decode()
    assert cells
    assert len(set(re.findall(r'href="../../map\.html#([^"]*)"', page))) == len(cells)


def test_the_map_of_a_site_leads_to_the_pages_of_its_findings_studies_and_headers(toy_graph: KnowledgeGraph) -> None:
    files = site(toy_graph, "Toys")
    data = json.loads(DATA.findall(files["map.html"].decode())[0])
    paths = [one["page"] for name in ("findings", "rows", "columns") for one in data[name]] + list(
        data["studies"].values()
    )
    kinds = {path.partition("#")[0].split("/")[0] for path in paths}
    assert kinds == {"finding", "practice", "challenge", "study", "unused.html"}  # the last has unused rows and columns
    assert [path for path in paths if path.partition("#")[0] not in files] == []


def test_a_map_of_its_own_leads_nowhere() -> None:
    text = map_page(toy_map())
    data = json.loads(DATA.findall(text)[0])
    assert data["studies"] == {}
    assert "page" not in {key for name in ("findings", "rows", "columns") for one in data[name] for key in one}
    assert 'href="index.html"' not in text
