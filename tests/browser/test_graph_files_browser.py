"""Files that the page of a graph saves: the picture as it is seen, and the data behind it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from kg.answers.network import Network
from tests.browser.seen import Seen
from tests.render.pages.networks import HARM, hostile, toy

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

Show = Callable[..., Seen]
SVG = "{http://www.w3.org/2000/svg}"


def saved(seen: Seen, name: str) -> tuple[str, bytes]:
    if not seen.page.locator("#share .list").is_visible():
        seen.page.locator("#share summary").click()
    with seen.page.expect_download() as download:
        seen.page.get_by_role("button", name=name).click()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def test_the_picture_as_png(show: Show) -> None:
    name, data = saved(show(toy()), "PNG")
    assert name == "around-continuous-testing.png"
    assert data.startswith(b"\x89PNG")


def test_the_picture_as_svg_holds_what_is_seen_as_shapes_and_words(show: Show) -> None:
    seen = show(toy())
    name, data = saved(seen, "SVG")
    assert name == "around-continuous-testing.svg"
    root = ET.fromstring(data)  # noqa: S314 - our own page wrote it
    words = " ".join(text.text or "" for text in root.iter(f"{SVG}text"))
    for said in ("Continuous testing", "Slow tests", "hinders", "agrees with", "snapshot 0123456789ab"):
        assert said in words
    assert root.findtext(f"{SVG}title") == "Around continuous testing"
    assert len(list(root.iter(f"{SVG}path"))) > len(toy().nodes) + len(toy().edges)
    tags = {element.tag for element in root.iter()}
    assert tags == {f"{SVG}{tag}" for tag in ("svg", "title", "desc", "rect", "path", "text")}
    seen.page.get_by_label("Challenges").click()
    assert b"Slow tests" not in saved(seen, "SVG")[1].replace(b"Slow tests keep", b"")


def test_the_svg_looks_like_the_picture(show: Show, browser: Browser, tmp_path: Path) -> None:
    seen = show(toy())
    (tmp_path / "picture.svg").write_bytes(saved(seen, "SVG")[1])
    page = browser.new_page(viewport={"width": 1366, "height": 800})
    page.goto((tmp_path / "picture.svg").as_uri())
    boxes = page.evaluate(
        "[...document.querySelectorAll('text')].map(t => [t.textContent, t.getBoundingClientRect().x])"
    )
    label = next(x for text, x in boxes if text == "Okafor and Lind (2019)")
    # The same label on the canvas begins where vis-network says that it does.
    box = seen.page.evaluate("kgGraph.network.canvasToDOM({ x: kgGraph.network.getBoundingBox(4).left, y: 0 })")
    assert label == pytest.approx(box["x"], abs=25)
    page.close()


def test_data_as_json(show: Show) -> None:
    _, data = saved(show(toy()), "JSON")
    found = json.loads(data)
    assert found["snapshot"] == toy().snapshot
    assert [edge["kind"] for edge in found["edges"]] == [edge.kind for edge in toy().edges]


@pytest.mark.parametrize("form", ["GraphML", "GEXF"])
@pytest.mark.parametrize("network", [toy(), hostile()], ids=["toy", "hostile"])
def test_data_as_xml_is_read_by_networkx(show: Show, network: Network, form: str) -> None:
    import networkx as nx

    _, data = saved(show(network), form)
    read = nx.read_graphml if form == "GraphML" else nx.read_gexf
    found = read(io.BytesIO(data), **({"force_multigraph": True} if form == "GraphML" else {}))
    assert found.number_of_nodes() == len(network.nodes)
    assert found.number_of_edges() == len(network.edges)
    if network == toy():
        finding = found.nodes[toy().nodes[2].iri]
        assert finding["text"] == toy().nodes[2].text
        assert "tests took most of a day (miller2021pipelines, 4.2)" in finding["quotations"]
        assert {data["kind"] for _, _, data in found.edges(data=True)} == {edge.kind for edge in toy().edges}


def test_only_what_is_shown_when_asked(show: Show) -> None:
    seen = show(toy())
    seen.page.get_by_label("Challenges").click()
    assert len(json.loads(saved(seen, "JSON")[1])["nodes"]) == 5
    seen.page.get_by_label("only what is shown").click()
    found = json.loads(saved(seen, "JSON")[1])
    assert "challenge" not in {node["kind"] for node in found["nodes"]}
    assert len(found["edges"]) == 3


def test_hostile_text_in_a_saved_picture_is_text(show: Show, browser: Browser, tmp_path: Path) -> None:
    _, data = saved(show(hostile()), "SVG")
    (tmp_path / "picture.svg").write_bytes(data)
    complaints: list[str] = []
    page = browser.new_page()
    page.on("console", lambda said: complaints.append(said.text))
    page.on("request", lambda request: request.url.startswith("file:") or complaints.append(request.url))
    page.goto((tmp_path / "picture.svg").as_uri())
    assert page.evaluate("window.__pwned") is None
    assert page.locator("script, image, foreignObject, a").count() == 0
    assert any(HARM[0][:6] in text for text in page.locator("text").all_text_contents())
    assert complaints == []
    page.close()
