"""The title of a review, from its `kg.toml`, is in each of its outputs that has a title."""

from __future__ import annotations

import io
import json
import zipfile
from html import escape
from pathlib import Path
from typing import Any, cast
from xml.etree import ElementTree as ET

import pytest

from kg.answers.network_views import VIEWS
from kg.api import KnowledgeGraph
from kg.building.pipeline import build
from kg.render.formats import formats
from kg.render.pages.site import review_site
from tests.conftest import KgCli
from tests.server.serving import serving
from tests.toy import write_toy

TITLE = "Toys & tests: a review"
WITHOUT = {
    "csv": "only a table",
    "png": "pixels",
    "pdf": "letters as numbers of shapes",
    "latex": "the caption writes `&` as a command; see below",
    "xlsx": "in the properties; see below",
    "gexf": "the library writes no title",
}
"""Formats of maps and networks in which the title is not found as text, and why."""
DRAWN = [(kind, one) for kind in ("map", "bubble plot", "network") for one in formats(kind) if one.name not in WITHOUT]


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeGraph:
    root = write_toy(tmp_path_factory.mktemp("titled"))
    (root / "kg.toml").write_text(f'title = "{TITLE}"\n', encoding="utf-8")
    assert build(root).errors == []
    return KnowledgeGraph.open(root)


@pytest.fixture(scope="module")
def answers(graph: KnowledgeGraph) -> dict[str, Any]:
    evidence_map = graph.evidence_map()
    return {"map": evidence_map, "bubble plot": evidence_map, "network": graph.network()}


def says(text: str | bytes) -> bool:
    shown = text if isinstance(text, str) else text.decode()
    return TITLE in shown or escape(TITLE) in shown or TITLE.replace("&", "\\u0026") in shown


def properties(data: bytes) -> str:
    """The title in the properties of a workbook."""
    core = ET.fromstring(zipfile.ZipFile(io.BytesIO(data)).read("docProps/core.xml"))  # noqa: S314 - it is ours
    return core.findtext("{http://purl.org/dc/elements/1.1/}title", "")


@pytest.mark.parametrize(("kind", "one"), DRAWN, ids=lambda value: getattr(value, "name", value))
def test_maps_and_networks_have_it(answers: dict[str, Any], kind: str, one: Any) -> None:
    assert says(one.write(answers[kind], width=None, warn=lambda _: None, progress=lambda *_: None))


def test_the_tables_of_a_map_have_it(answers: dict[str, Any]) -> None:
    latex, xlsx = (next(one for one in formats("map") if one.name == name) for name in ("latex", "xlsx"))
    assert TITLE.replace("&", r"\&") in str(latex.write(answers["map"]))
    assert properties(cast(bytes, xlsx.write(answers["map"]))).startswith(TITLE)


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_of_the_graph_has_it(graph: KnowledgeGraph, view: str) -> None:
    about = {"citations": ["", "PEC1"], "evidence": ["PEC1"]}.get(view, ["", "continuous-testing"])
    assert all(graph.network(thing, view=view).title.startswith(TITLE) for thing in about)


def test_pages_of_the_site_have_it(graph: KnowledgeGraph) -> None:
    pages = {path: data for path, data in review_site(graph, graph.root, graph.title).items() if path.endswith(".html")}
    assert [path for path, data in pages.items() if not says(data.split(b"</title>")[0])] == []
    assert says(pages["index.html"].split(b"<h1")[1])


def test_the_server_describes_the_graph_by_it(graph: KnowledgeGraph) -> None:
    with serving("--no-site", root=graph.root) as server:
        described = server.ask("/sparql", Accept="application/n-triples").text
        assert f'<http://purl.org/dc/terms/title> "{TITLE}"' in described
        assert json.loads(server.ask("/openapi.json").body)["info"]["title"] == TITLE


def test_notebooks_have_it(graph: KnowledgeGraph) -> None:
    for value in (graph.network(), graph.evidence_map()):
        assert says(value.show()._repr_html_().split("srcdoc")[0])


def test_workbooks_to_edit_have_it_in_their_properties(graph: KnowledgeGraph, kg_cli: KgCli, tmp_path: Path) -> None:
    assert kg_cli(graph.root, "export", "--findings", "-o", str(tmp_path / "findings.xlsx")).returncode == 0
    assert properties((tmp_path / "findings.xlsx").read_bytes()) == TITLE
