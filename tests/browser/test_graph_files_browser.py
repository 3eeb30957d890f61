"""Files that the page of a graph saves: the picture as it is seen, and the data behind it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from kg.answers.network import Edge, Network, Node
from kg.answers.things import Quotation
from kg.api import KnowledgeGraph
from kg.render import formats
from kg.render.network_files import network_files
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
    for said in ("Continuous testing", "Slow tests", "hinders", "snapshot 0123456789ab"):
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
    label = next(x for text, x in boxes if text.startswith("Okafor"))
    # The same name on the canvas is inside the box that vis-network knows.
    left, right = (
        seen.page.evaluate(f"kgGraph.network.canvasToDOM({{ x: kgGraph.network.getBoundingBox(4).{side}, y: 0 }}).x")
        for side in ("left", "right")
    )
    assert left < label < right
    assert label - left < 40
    page.close()


@pytest.mark.parametrize(
    "network", [toy(), dated(), large(), hostile(), hostile_crowd()], ids=["toy", "dated", "large", "hostile", "crowd"]
)
def test_the_page_saves_the_same_bytes_as_the_command(show: Show, network: Network) -> None:
    seen = show(network)
    for name in LABELS:
        written = str(formats.named("network", name).write(network, warn=str))
        assert saved(seen, LABELS[name])[1] == written.encode("utf-8"), name


@pytest.mark.parametrize("about", ["", "PEC1"])
def test_pages_of_a_review_save_the_same_bytes_as_the_command(
    show: Show, toy_graph: KnowledgeGraph, kg_cli: KgCli, toy: Path, tmp_path: Path, about: str
) -> None:
    seen = show(toy_graph.network(about))
    for name in LABELS:
        command = ["graph", *(["--about", about] if about else []), "-o", str(tmp_path / f"x.{name}")]
        assert kg_cli(toy, *command).returncode == 0
        assert saved(seen, LABELS[name])[1] == (tmp_path / f"x.{name}").read_bytes()


def test_a_page_says_that_characters_were_replaced(show: Show) -> None:
    seen = show(hostile())
    saved(seen, "GEXF")
    assert "that XML cannot contain replaced by U+FFFD" in seen.text("#status")
    saved(seen, "JSON")
    assert "U+FFFD" not in seen.text("#status")


def part_of(network: Network, name: str, hidden: str) -> str:
    """The file of a format without a kind of nodes or edges, from the pieces of the whole."""
    files = network_files(network)
    form = files.forms[name]
    nodes, edges = files.pieces(name)
    iris = {node.iri for node in network.nodes if node.kind != hidden}
    some = [made for made, node in zip(nodes, network.nodes, strict=True) if node.iri in iris]
    ties = [
        made
        for made, edge in zip(edges, network.edges, strict=True)
        if edge.kind != hidden and {edge.source, edge.target} <= iris
    ]
    return f"{form.head}{form.joint.join(some)}{form.middle}{form.joint.join(ties)}{form.foot}"


@pytest.mark.parametrize("kind", ["challenge", "practice", "hinders"])
def test_only_what_is_shown_when_asked(show: Show, kind: str) -> None:
    network = toy()
    seen = show(network)
    seen.page.get_by_label({"challenge": "Challenges", "practice": "Practices"}.get(kind, "hinders")).click()
    saved(seen, "JSON")
    seen.page.get_by_label("only what is shown").click()
    for name, label in LABELS.items():
        part = part_of(network, name, kind)
        assert part != network_files(network).written(name)
        assert saved(seen, label)[1] == part.encode("utf-8")


def test_only_what_is_shown_of_hostile_data(show: Show) -> None:
    network = hostile()
    seen = show(network)
    seen.page.get_by_label("Challenges").click()
    saved(seen, "JSON")
    seen.page.get_by_label("only what is shown").click()
    for name, label in LABELS.items():
        part = part_of(network, name, "challenge")
        assert saved(seen, label)[1] == part.encode("utf-8"), name


NUMBERS = (
    0.0,
    -0.0,
    1.0,
    -260.5,
    1e15,
    123456789012345680.0,
    1e16,
    1e21,
    1e-4,
    0.00001,
    1.5e-7,
    1 / 3,
    5e-324,
    8e307,
)


def test_numbers_quotes_astral_and_control_characters_are_written_alike(show: Show) -> None:
    """Where Python and JavaScript write the same value differently: floats, spaces, surrogates, years, empty lists."""
    odd = (
        "".join(map(chr, range(0x20)))
        + "\x7f\x80\x85\xa0\u1680\u2000\u200b\u2028\u2029\u3000\ufeff\ufffe\uffff 🧸\U0010ffff"
    )
    lone = "\ud83e \uddf8 \ud83e\uddf8 ]]> [[kind]] [[#x]] [[/]] $& $1 %s %% {0} \\ \\u0041 </script>"
    texts = ("", odd, lone, "'\"", "a;b", "e\u0301", "0")
    quotations = tuple(Quotation(one, one, one, one, one, one, one) for one in texts)
    years = ("", "2019", "007", "in press", "٢٠١٩", "1234567890", "2019 ")
    nodes = tuple(
        Node(
            f"{texts[number % 7]}{number}", ("work", odd, "finding")[number % 3], texts[number % 7], texts[-number % 7],
            lone, texts[: number % 4], quotations[: number % 7], years[number % 7],
            (texts[number % 7],), texts[number % 3 :],
        )
        for number in range(len(NUMBERS))
    )  # fmt: skip
    edges = tuple(
        Edge(one.iri, other.iri, (odd, "", lone, "hinders")[number % 4], texts[number % 7], quotations[number % 7 :],
             number % 2 == 0, number)
        for number, (one, other) in enumerate(pairwise((*nodes, nodes[0])))
    )  # fmt: skip
    at = {node.iri: (number, -number) for node, number in zip(nodes, NUMBERS, strict=True)}
    network = Network(lone, nodes, edges, nodes[0].iri, "0", at, odd)
    seen = show(network)
    for name, label in LABELS.items():
        assert saved(seen, label)[1].decode() == network_files(network).written(name), name


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
