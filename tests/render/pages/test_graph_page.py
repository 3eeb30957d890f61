"""The graph page as text: what it carries, and that no data get out of the place they belong to."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from kg.answers.network import KINDS, Edge, Network, Node, places
from kg.answers.things import Quotation, as_json
from kg.render.pages.graph_looks import edge_meaning, look_of, wrap_label
from kg.render.pages.graph_page import graph_page
from kg.render.pages.inline import TEMPLATES
from tests.render.pages.carried import Elements, data_of
from tests.render.pages.networks import HARM, dated, hostile, large, toy


def test_the_page_contains_the_whole_network() -> None:
    data = data_of(graph_page(toy()))
    assert [node["label"] for node in data["nodes"]] == [node.label for node in toy().nodes]
    assert [edge["kind"] for edge in data["edges"]] == [edge.kind for edge in toy().edges]
    quotation = data["edges"][0]["quotations"][0]
    assert quotation["quote"] == "tests took most of a day"
    assert (quotation["section"], quotation["page"], quotation["said_by"]) == ("4.2", "7", "P3")
    assert data["about"] == {
        "title": "Around continuous testing",
        "focus": toy().focus,
        "snapshot": toy().snapshot,
        "base": "https://w3id.org/continuous-star/",
    }


def test_same_network_same_bytes() -> None:
    assert graph_page(toy()) == graph_page(toy())
    assert graph_page(replace(toy(), positions={})) == graph_page(replace(toy(), positions={}))


def test_nothing_is_loaded_from_anywhere() -> None:
    elements = Elements(graph_page(toy())).elements
    addresses = [value for _, attributes in elements for name, value in attributes.items() if name in ("src", "href")]
    assert addresses == ["data:,"]
    policy = next(a["content"] or "" for tag, a in elements if a.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "http" not in policy


def test_hostile_text_stays_text() -> None:
    page = graph_page(hostile())
    page.encode("utf-8")
    kind_of = [tag for tag, _ in Elements(page).elements]
    assert kind_of.count("script") == 3
    assert not {"img", "base", "iframe", "a"} & set(kind_of)
    assert not [name for _, attributes in Elements(page).elements for name in attributes if name.startswith("on")]
    data = data_of(page)
    assert [node["iri"] for node in data["nodes"]] == [node.iri for node in hostile().nodes]
    assert set(HARM) & set(data["legend"]["kinds"])
    raw = re.search(r'id="network-data">(.*?)</script>', page, re.S)
    assert raw
    assert not set("<>&\u2028") & set(raw[1])


def test_legend_counts_what_is_there_and_nothing_else() -> None:
    page = graph_page(toy())
    assert re.findall(r'<bdi class="what">(.*?)</bdi><span class="count">(\d+)', page) == [
        ("Practices", "1"),
        ("Challenges", "1"),
        ("Findings, first-hand", "1"),
        ("Findings, second-hand", "1"),
        ("Works", "1"),
        ("hinders", "1"),
        ("agrees with", "1"),
        ("concerns", "1"),
        ("identifies", "1"),
        ("reported in", "1"),
    ]


def test_a_large_network_carries_its_outline_with_places_of_its_own() -> None:
    data = data_of(graph_page(large()))
    assert data["outlined"]
    outlined = [node for node in data["nodes"] if node["outline"]]
    assert len(outlined) == 16 + 12
    assert len({tuple(node["outline"]) for node in outlined}) == len(outlined)
    assert sum(len(one["members"]) for one in data["sums"]) == 60
    assert {one["kind"] for one in data["sums"]} == {"hinders"}
    small = data_of(graph_page(toy()))
    assert not small["outlined"]
    assert small["sums"] == []


def test_a_filter_with_one_value_is_none() -> None:
    assert data_of(graph_page(dated()))["facets"] == {
        "area": ["development", "operations"],
        "method": ["interview", "survey"],
        "year": ["2019", "2024"],
        "polarity": [],
        "hand": ["first-hand", "second-hand"],
    }
    assert data_of(graph_page(toy()))["facets"] == {
        "area": [],
        "method": [],
        "year": [],
        "polarity": [],
        "hand": ["first-hand", "second-hand"],
    }


def test_every_kind_has_a_look_of_its_own() -> None:
    looks = {(look_of(kind).shape, kind == "reported-finding") for kind in KINDS}
    assert len(looks) == len(KINDS)
    style = (TEMPLATES / "graph.css").read_text("utf-8")
    assert [kind for kind in KINDS if f"--{kind}:" not in style or f".look-{kind} " not in style] == []


@pytest.mark.parametrize(
    ("kind", "family"),
    [
        ("hinders", "against"),
        ("disagrees with", "against"),
        ("contradicts", "against"),
        ("agrees with", "for"),
        ("does not find", "absence"),
        ("does not hinder", "absence"),
        ("corroborates", "for"),
        ("extends", "shades"),
        ("qualifies", "shades"),
        ("concerns", "plain"),
        ("", "plain"),
    ],
)
def test_meaning_of_a_relation(kind: str, family: str) -> None:
    assert edge_meaning(kind)[0] == family


def test_each_text_is_in_the_page_once() -> None:
    """Edges repeat the statements and quotations of findings; a page would be ten times as long with all of them."""
    quotation = Quotation("a phrase that several edges rest on", "4.2", "Miller et al. (2021)", "miller2021")
    statement = "a statement that is at a finding and at its edges"
    nodes = (Node("a", "finding", "F1", statement, quotations=(quotation,)), Node("b", "practice", "B"))
    edges = tuple(Edge("a", "b", kind, f"{statement}\nand {kind}", (replace(quotation),)) for kind in ("one", "two"))
    page = graph_page(Network("", nodes, edges))
    assert page.count(statement) == page.count(quotation.text) == 1
    data = data_of(page)
    assert [edge["text"] for edge in data["edges"]] == [f"{statement}\nand one", f"{statement}\nand two"]
    assert [edge["quotations"][0]["quote"] for edge in data["edges"]] == [quotation.text] * 2
    assert data["nodes"][0]["text"] == statement


@pytest.mark.parametrize("network", [toy(), dated(), large(), hostile()], ids=["toy", "dated", "large", "hostile"])
def test_every_value_of_a_network_is_in_the_page(network: Network) -> None:
    data = data_of(graph_page(network))
    at = places(network)
    for found, node in zip(data["nodes"], network.nodes, strict=True):
        assert found.items() >= as_json(node).items()
        assert (found["x"], found["y"]) == at[node.iri]
    for found, edge in zip(data["edges"], network.edges, strict=True):
        ends = {"from": edge.source, "to": edge.target}
        assert {end: network.nodes[found[end]].iri for end in ends} == ends
        values = as_json(edge)
        assert found.items() >= {name: values[name] for name in ("kind", "text", "second_hand", "weight")}.items()
        assert found["quotations"] == values["quotations"]


@pytest.mark.parametrize(
    ("label", "lines"),
    [
        ("Continuous testing", 1),
        ("A statement that goes on for quite a while and then for a while longer than fits", 3),
        ("x" * 200, 3),
        ("one\ntwo\u2028three", 1),
    ],
)
def test_labels_are_short_lines(label: str, lines: int) -> None:
    wrapped = wrap_label(label).split("\n")
    assert len(wrapped) == lines
    assert max(map(len, wrapped)) <= 24


def test_cut_labels_say_so_and_marks_of_direction_go() -> None:
    assert wrap_label("word " * 40).endswith("…")
    assert wrap_label("\u202egnp.exe\u2066") == "gnp.exe"


def test_given_positions_are_kept_and_others_computed() -> None:
    network = toy()
    assert places(network) == dict(network.positions)
    some = dict(list(network.positions.items())[:2])
    some[network.nodes[2].iri] = (float("nan"), 0.0)
    found = places(replace(network, positions=some))
    assert found[network.nodes[0].iri] == (0.0, 0.0)
    assert len(set(found.values())) == len(network.nodes)
    assert min(found[node.iri][0] for node in network.nodes[2:]) >= max(x for x, _ in list(some.values())[:2])


def test_a_network_without_places_is_laid_out_around_its_focus() -> None:
    network = replace(toy(), positions={})
    found = places(network)
    centre = found[network.focus]
    assert all(found[node.iri] != centre for node in network.nodes[1:])


def test_an_empty_network_has_a_message() -> None:
    page = graph_page(Network("Nothing", (), ()))
    assert "Nothing to show yet" in page
    assert "0 nodes" in page


def test_wrong_networks_are_refused_with_a_reason() -> None:
    node = Node("a", "practice", "A")
    with pytest.raises(ValueError, match="more than once: a"):
        graph_page(Network("", (node, node), ()))
    with pytest.raises(ValueError, match="not in the network: b"):
        graph_page(Network("", (node,), (Edge("a", "b", "hinders"),)))


def test_importing_the_view_does_not_import_pyvis() -> None:
    code = (
        "import sys, kg.render.pages.graph_page; "
        "print([m for m in ('pyvis', 'IPython', 'networkx') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("graph*.js")), ids=lambda path: path.name)
def test_scripts_build_the_page_from_text_only(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function", text)
    assert len(text.splitlines()) < 320


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_edges_can_be_seen_against_the_ground(theme: int) -> None:
    """A contrast of at least 3:1, as WCAG 2.2 asks of graphical objects (success criterion 1.4.11)."""
    blocks = re.findall(r":root \{(.*?)\n *\}", (TEMPLATES / "graph.css").read_text("utf-8"), re.S)
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", blocks[0]))
    colours |= dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", blocks[1])) if theme else {}
    ground = luminance(colours["ground"])
    for family in ("against", "for", "shades", "plain", "absence"):
        light, dark = sorted((luminance(colours[family]), ground), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 3, family


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
