"""Files that the page of a graph saves: the picture as it is seen, and the data behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from kg.answers.network import Network
from kg.api import KnowledgeGraph
from kg.render import formats
from kg.render.network_files import PIECES
from tests.browser.seen import Seen
from tests.conftest import KgCli
from tests.render.pages.networks import HARM, dated, hostile, hostile_crowd, large, toy

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

Show = Callable[..., Seen]
LABELS = {"graphml": "GraphML", "gexf": "GEXF", "json": "JSON"}
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


@pytest.mark.parametrize(
    "network", [toy(), dated(), large(), hostile(), hostile_crowd()], ids=["toy", "dated", "large", "hostile", "crowd"]
)
def test_the_page_saves_the_same_bytes_as_the_command(show: Show, network: Network) -> None:
    seen = show(network)
    for name in PIECES:
        written = str(formats.named("network", name).write(network, warn=str))
        assert saved(seen, LABELS[name])[1] == written.encode("utf-8"), name


@pytest.mark.parametrize("about", ["", "PEC1"])
def test_pages_of_a_review_save_the_same_bytes_as_the_command(
    show: Show, toy_graph: KnowledgeGraph, kg_cli: KgCli, toy: Path, tmp_path: Path, about: str
) -> None:
    seen = show(toy_graph.network(about))
    for name in PIECES:
        command = ["graph", *(["--about", about] if about else []), "-o", str(tmp_path / f"x.{name}")]
        assert kg_cli(toy, *command).returncode == 0
        assert saved(seen, LABELS[name])[1] == (tmp_path / f"x.{name}").read_bytes()


def test_a_page_says_that_characters_were_replaced(show: Show) -> None:
    seen = show(hostile())
    saved(seen, "GEXF")
    assert "that XML cannot contain replaced by U+FFFD" in seen.text("#status")
    saved(seen, "JSON")
    assert "U+FFFD" not in seen.text("#status")


@pytest.mark.parametrize("kind", ["challenge", "practice", "hinders"])
def test_only_what_is_shown_when_asked(show: Show, kind: str) -> None:
    network = toy()
    seen = show(network)
    seen.page.get_by_label({"challenge": "Challenges", "practice": "Practices"}.get(kind, "hinders")).click()
    saved(seen, "JSON")
    seen.page.get_by_label("only what is shown").click()
    kept = {node.iri for node in network.nodes if node.kind != kind}
    for name, pieces in PIECES.items():
        whole = pieces(network)
        part = replace(
            whole,
            nodes=[made for made, node in zip(whole.nodes, network.nodes, strict=True) if node.iri in kept],
            edges=[made for made, edge in zip(whole.edges, network.edges, strict=True)
                   if edge.kind != kind and {edge.source, edge.target} <= kept],
        )  # fmt: skip
        assert len(part.edges) < len(network.edges)
        assert saved(seen, LABELS[name])[1] == part.whole().encode("utf-8")


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
