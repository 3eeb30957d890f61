"""The picture of a network: it is complete, no labels overlap, it looks like the page, and labels are harmless."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from xml.etree import ElementTree as ET

import pytest

from kg.answers.network import KINDS, Edge, Network, Node
from kg.render.figures.canvas import POINTS
from kg.render.figures.geometry import Rectangle, spread
from kg.render.figures.network_picture import SMALLEST, network_picture
from kg.render.figures.network_plan import WIDTHS, NetworkPlan, drawn_edges, plan
from kg.render.pages import inline
from kg.render.pages.graph_looks import light_theme
from tests.render.pages.networks import BASE, HARM, hostile, large, toy

SVG = "{http://www.w3.org/2000/svg}"
ACTIVE = {"script", "style", "a", "image", "use", "foreignObject", "animate", "set", "iframe"}


def crowd() -> Network:
    """Sixty findings with long names, all in one place around a hub, with several edges between each two."""
    nodes = [
        Node(f"{BASE}{n}", "finding" if n else "practice", f"a thing with a long name, number {n}") for n in range(60)
    ]
    edges = [Edge(one.iri, nodes[0].iri, kind) for one in nodes[1:] for kind in ("concerns", "hinders", "agrees with")]
    return Network("Crowd", tuple(nodes), tuple(edges), "", "", {node.iri: (0.0, 0.0) for node in nodes})


def one_of_each() -> Network:
    nodes = tuple(Node(f"{BASE}{kind}", kind, kind) for kind in KINDS)
    return Network("Kinds", nodes, tuple(Edge(nodes[0].iri, node.iri, "concerns") for node in nodes[1:]))


EMPTY = Network("Nothing", (), ())
NETWORKS = pytest.mark.parametrize("network", [toy, large, crowd, one_of_each, hostile], ids=lambda made: made.__name__)


def read(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 - our own


def groups(root: ET.Element, name: str) -> list[ET.Element]:
    return [group for group in root.iter(f"{SVG}g") if group.get("class", "").split(" ")[0] == name]


def titles(root: ET.Element, name: str) -> list[str]:
    return [group.findtext(f"{SVG}title", "") for group in groups(root, name)]


def words(root: ET.Element) -> str:
    return " ".join(text.text or "" for text in root.iter(f"{SVG}text"))


def size(root: ET.Element) -> tuple[float, float]:
    """Width and height in millimetres."""
    return float(root.attrib["width"].removesuffix("mm")), float(root.attrib["height"].removesuffix("mm"))


def corners_of(path: ET.Element) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"(-?[\d.]+) (-?[\d.]+)", path.get("d", ""))]


# --- what is in it ---


@NETWORKS
def test_every_node_and_edge_is_drawn_and_named(network: Callable[[], Network]) -> None:
    given = network()
    root = read(network_picture(given).svg())
    assert (len(groups(root, "node")), len(groups(root, "edge"))) == (len(given.nodes), len(given.edges))
    assert all(titles(root, "node")) and all(titles(root, "edge"))  # noqa: PT018 - one thing
    for edge in groups(root, "edge"):
        line, head = edge.findall(f"{SVG}path")
        assert line.attrib["d"].startswith("M")
        assert head.attrib["d"].endswith("Z")


def test_nodes_and_edges_say_what_they_are() -> None:
    root = read(network_picture(toy()).svg())
    assert (
        "Finding, first-hand: Slow tests keep teams from testing each change: Teams stop testing each change when "
        "the suite takes hours." in titles(root, "node")
    )
    assert "Slow tests hinders Continuous testing" in titles(root, "edge")
    assert "Feedback comes late in" in words(root)


def test_the_picture_has_its_title_its_snapshot_and_its_counts() -> None:
    root = read(network_picture(toy()).svg())
    assert root.attrib["role"] == "img"
    assert root.findtext(f"{SVG}title") == "Around continuous testing"
    assert root.findtext(f"{SVG}desc") == "5 nodes, 5 edges. Snapshot 0123456789abcdef0123."
    assert "Around continuous testing · 5 nodes, 5 edges · snapshot 0123456789ab" in words(root)


def test_the_legend_lists_only_what_occurs() -> None:
    root = read(network_picture(toy()).svg())
    legend = words(groups(root, "legend")[0])
    for name in (
        "Practices",
        "Challenges",
        "Findings, first-hand",
        "Findings, second-hand",
        "Works",
        "hinders",
        "agrees with",
        "concerns, identifies, reported in",
        "what a text reports of another work",
    ):
        assert name in legend
    assert "Methods" not in legend
    first_hand = replace(toy(), nodes=toy().nodes[:2], edges=toy().edges[:1])
    assert "second-hand" not in words(read(network_picture(first_hand).svg()))


def test_only_second_hand_edges_are_dashed() -> None:
    root = read(network_picture(toy()).svg())
    dashed = [
        edge.findtext(f"{SVG}title")
        for edge in groups(root, "edge")
        if "stroke-dasharray" in edge.findall(f"{SVG}path")[0].attrib
    ]
    assert dashed == [
        "Feedback comes late in large suites identifies Slow tests",
        "Feedback comes late in large suites reported in Okafor and Lind (2019)",
    ]


def test_an_edge_for_several_relations_is_wider_and_shows_their_number() -> None:
    edge = toy().edges[0]
    several = replace(toy(), edges=(Edge(edge.source, edge.target, edge.kind, weight=4),))
    root = read(network_picture(several).svg())
    assert groups(root, "edge")[0].findall(f"{SVG}path")[0].attrib["stroke-width"] == f"{3 * WIDTHS['against']:g}"
    assert "hinders (4)" in words(root)
    assert "as many as the number in brackets" in words(root)
    assert "in brackets" not in words(read(network_picture(toy()).svg()))


def test_an_empty_network_is_drawn_too() -> None:
    root = read(network_picture(EMPTY, 85).svg())
    assert "Nothing to show yet." in words(root)
    assert "0 nodes, 0 edges" in words(root)
    assert size(root)[0] == pytest.approx(85, abs=0.1)


def test_the_same_network_gives_the_same_bytes() -> None:
    assert network_picture(crowd()).svg() == network_picture(crowd()).svg()


def test_png_and_pdf_have_the_requested_width() -> None:
    canvas = network_picture(toy(), 100)
    png, pdf = canvas.png(), canvas.pdf()
    assert png.startswith(b"\x89PNG")
    assert int.from_bytes(png[16:20], "big") == pytest.approx(100 / 25.4 * 300, abs=2)
    box = re.search(rb"/MediaBox \[0 0 ([\d.]+) ", pdf)
    assert box
    assert float(box[1]) == pytest.approx(100 * POINTS, abs=0.5)


# --- looks ---


def test_kinds_differ_in_shape_as_well_as_in_colour() -> None:
    root = read(network_picture(one_of_each()).svg())
    fills, forms = set(), set()
    for node in groups(root, "node"):
        drawn = node[2]  # after its title and its box
        tag = drawn.tag.removeprefix(SVG)
        round_ = tag == "ellipse" and drawn.attrib["rx"] == drawn.attrib["ry"]
        corners = corners_of(drawn)
        # The first corner of a triangle that stands on its tip is its lowest.
        upside_down = bool(corners) and corners[0][1] == max(y for _, y in corners)
        square = len({y for _, y in corners}) == 2 and len(corners) == 4
        forms.add((tag, round_, len(corners), upside_down, square, "stroke-dasharray" in node[1].attrib))
        fills.add(drawn.attrib["fill"])
    assert len(forms) == len(KINDS)
    assert len(fills) == len(KINDS)


def test_families_of_relations_have_different_heads() -> None:
    kinds = ("hinders", "agrees with", "refines", "concerns")
    network = replace(toy(), edges=tuple(Edge(toy().nodes[0].iri, toy().nodes[1].iri, kind) for kind in kinds))
    drawn = [edge.findall(f"{SVG}path") for edge in groups(read(network_picture(network).svg()), "edge")]
    assert len({line.attrib["stroke"] for line, _ in drawn}) == len(kinds)
    assert len({line.attrib["d"] for line, _ in drawn}) == len(kinds), "bent apart"
    lengths = []
    for _, head in drawn:
        (x, y), *others = corners_of(head)
        lengths.append((len(others), round(max(abs(a - x) + abs(b - y) for a, b in others))))
    assert len(set(lengths)) == len(kinds)


def test_widths_of_lines_are_those_of_the_page() -> None:
    stated = re.search(r"const WIDTHS = \{(.*?)\}", inline.source("graph_draw.js"))
    assert stated
    assert {name: float(width) for name, width in re.findall(r"(\w+): ([\d.]+)", stated[1])} == WIDTHS


def test_every_kind_and_family_has_a_colour() -> None:
    colours = light_theme()
    assert colours["paper"] == "#ffffff"
    assert {*KINDS, *WIDTHS, "other", "ink", "soft", "rule", "accent", "inside", "outline", "hollow"} <= set(colours)


# --- places ---


def label_boxes(made: NetworkPlan) -> list[Rectangle]:
    labels = [thing.label().moved(*thing.place).wider(-0.5) for thing in made.things]
    return labels + [arrow.words_box().wider(-0.5) for arrow in made.arrows if arrow.words_at]


@NETWORKS
@pytest.mark.parametrize("width", [0.0, 500.0])
def test_no_labels_overlap(network: Callable[[], Network], width: float) -> None:
    boxes = label_boxes(plan(network(), width, width))
    assert [(one, other) for one, other in combinations(boxes, 2) if one.meets(other)] == []


@NETWORKS
def test_names_are_inside_their_boxes_and_outside_of_all_others(network: Callable[[], Network]) -> None:
    made = plan(network())
    for thing in made.things:
        box, label = thing.at(), thing.label().moved(*thing.place)
        assert box.left <= label.left <= label.right <= box.right
        assert label.width >= max(thing.widths) - 0.01
        others = [one for one in label_boxes(made) if one != label.wider(-0.5)]
        assert [one for one in others if one.meets(box.wider(-0.5))] == []


def test_a_crowded_figure_draws_once_where_a_finding_belongs() -> None:
    finding, practice, other = (Node(f"{BASE}{name}", kind, name) for name, kind in
                                (("f", "finding"), ("p", "practice"), ("q", "practice")))  # fmt: skip
    works = tuple(Node(f"{BASE}w{n}", "work", f"Work {n}") for n in (1, 2))
    told = [Edge(finding.iri, end.iri, "concerns") for end in (practice, other)]
    told += [Edge(finding.iri, works[0].iri, "reported in"), Edge(finding.iri, works[1].iri, "found by")]
    links = [Edge(practice.iri, other.iri, "enables"), Edge(practice.iri, works[0].iri, "reported in")]
    made = Network("Once", (finding, practice, other, *works), (*told, *links))
    assert drawn_edges(made) == [told[0], told[3], *links]
    many = [Edge(practice.iri, other.iri, f"relation {n}") for n in range(60)]
    crowded = replace(made, edges=(*made.edges, *many))
    assert plan(crowded).folded == 2
    assert "2 edges that repeat where something belongs are not drawn" in words(read(network_picture(crowded).svg()))
    assert plan(made).folded == 0, "a small figure draws all"


@NETWORKS
def test_everything_is_within_the_picture(network: Callable[[], Network]) -> None:
    made = plan(network())
    for box in (*label_boxes(made), *(thing.at() for thing in made.things)):
        assert made.bounds.left <= box.left <= box.right <= made.bounds.right
        assert made.bounds.top <= box.top <= box.bottom <= made.bounds.bottom


def test_an_edge_ends_at_the_border_of_the_symbol_or_at_its_label() -> None:
    made = plan(toy())
    at = {thing.node.iri: thing for thing in made.things}
    for arrow in made.arrows:
        for thing, (x, y) in ((at[arrow.edge.source], arrow.curve.points[0]), (at[arrow.edge.target], arrow.tip)):
            left, top = thing.place
            assert not thing.holds((left + 1.05 * (x - left), top + 1.05 * (y - top)))
            assert thing.holds((left + 0.95 * (x - left), top + 0.95 * (y - top)))


def test_every_edge_of_a_small_network_has_its_name_and_none_of_a_large_one() -> None:
    assert all(arrow.words_at for arrow in plan(toy()).arrows)
    assert not any(arrow.words_at for arrow in plan(large()).arrows)


def test_an_edge_goes_around_a_node_in_its_way() -> None:
    nodes = tuple(Node(f"{BASE}{n}", "work", f"Work {n}") for n in range(3))
    at = {node.iri: (300.0 * n, 0.0) for n, node in enumerate(nodes)}
    edges = (Edge(nodes[0].iri, nodes[1].iri, "cites"), Edge(nodes[0].iri, nodes[2].iri, "cites"))
    made = plan(Network("Row", nodes, edges, "", "", at))
    middle = made.things[1].at()
    assert not any(middle.holds(made.arrows[1].curve.at(step / 50)) for step in range(51))


def test_an_edge_from_a_node_to_itself_is_a_visible_loop() -> None:
    node = Node(f"{BASE}a", "work", "A work")
    made = plan(Network("Loop", (node,), (Edge(node.iri, node.iri, "cites"), Edge(node.iri, node.iri, "extends"))))
    symbol = made.things[0].at()
    for arrow in made.arrows:
        xs, ys = zip(*(arrow.curve.at(step / 20) for step in range(21)), strict=True)
        assert max(xs) > symbol.right + 10
        assert min(ys) < symbol.top - 10
        assert arrow.words_at
    assert made.arrows[0].curve != made.arrows[1].curve


def test_unconnected_parts_are_close_to_each_other() -> None:
    nodes = tuple(Node(f"{BASE}{n}", "work", f"Work {n}") for n in range(3))
    at = {nodes[0].iri: (0.0, 0.0), nodes[1].iri: (200.0, 0.0), nodes[2].iri: (90_000.0, 90_000.0)}
    made = plan(Network("Far", nodes, (Edge(nodes[0].iri, nodes[1].iri, "cites"),), "", "", at))
    assert made.bounds.right - made.bounds.left < 600
    assert made.bounds.bottom - made.bounds.top < 400


def test_boxes_in_one_place_are_spread_and_others_stay_in_order() -> None:
    boxes = [Rectangle(-50, -10, 50, 10)] * 30
    made = [box.moved(*place) for box, place in zip(boxes, spread(boxes, [(0.0, 0.0)] * 30, 2.0), strict=True)]
    assert not any(one.wider(-0.3).meets(other) for one, other in combinations(made, 2))
    (x1, y1), (x2, y2) = spread(boxes[:2], [(0.0, 0.0), (0.0, 900.0)], 2.0)
    assert x1 == x2
    assert y1 < y2


# --- width ---


@pytest.mark.parametrize("width", [85.0, 175.0])
def test_it_has_the_requested_width_and_a_readable_font_size(width: float) -> None:
    warnings: list[str] = []
    root = read(network_picture(toy(), width, warnings.append).svg())
    wide, _ = size(root)
    assert wide == pytest.approx(width, abs=0.1)
    units = float(root.attrib["viewBox"].split(" ")[2])
    smallest = min(float(group.attrib["font-size"]) for group in root.iter(f"{SVG}text"))
    assert smallest * wide / units * POINTS >= SMALLEST - 0.05
    assert warnings == []


def test_letters_are_not_enlarged_to_fill_a_width() -> None:
    units = [
        float(read(network_picture(toy(), width).svg()).attrib["viewBox"].split(" ")[2]) / width for width in (400, 800)
    ]
    assert units[0] == pytest.approx(units[1], rel=0.01)


def test_a_network_too_large_for_the_width_is_drawn_with_a_warning() -> None:
    warnings: list[str] = []
    root = read(network_picture(crowd(), 85, warnings.append).svg())
    assert len(groups(root, "node")) == 60
    assert size(root)[0] == pytest.approx(85, abs=0.1)
    said = re.fullmatch(
        r"the graph is too large for 85 mm: its smallest letters have ([\d.]+) pt, and would have 6 pt "
        r"at (\d+) mm; --about and --depth draw less of it",
        warnings[0],
    )
    assert said
    assert float(said[1]) < SMALLEST
    again: list[str] = []
    network_picture(crowd(), float(said[2]), again.append)
    assert again == []


# --- hostile texts ---


def test_hostile_labels_stay_text() -> None:
    svg = network_picture(hostile()).svg()
    root = read(svg)
    assert {element.tag.removeprefix(SVG) for element in root.iter()} & ACTIVE == set()
    names = {name for element in root.iter() for name in element.attrib}
    assert not [name for name in names if name.lower().startswith("on") or "href" in name]
    assert "url(" not in svg
    assert "\u202e" not in svg
    assert HARM[0] in words(root).replace("window. __", "window.__")


def test_long_texts_make_neither_a_large_file_nor_a_wide_picture() -> None:
    long = "W" * 10_000
    nodes = (Node(long, long, long, long), Node(f"{BASE}b", "work", "a " * 5000))
    svg = network_picture(Network(long, nodes, (Edge(long, f"{BASE}b", long),), "", long)).svg()
    assert len(svg) < 12_000
    assert float(read(svg).attrib["viewBox"].split(" ")[2]) < 1200


@pytest.mark.parametrize("harm", ["\x00\x0b\x1b[31m", "\ud800", "\ufffe\uffff", "\u202e\u2066", "\t\r\n", ""])
def test_characters_that_xml_forbids_are_harmless(harm: str) -> None:
    nodes = (Node(f"{BASE}a", "finding", harm, harm), Node(f"{BASE}b", harm, f"b{harm}"))
    network = Network(harm, nodes, (Edge(f"{BASE}a", f"{BASE}b", harm),), f"{BASE}a", harm)
    root = read(network_picture(network).svg().encode("utf-8").decode("utf-8"))
    assert len(groups(root, "node")) == 2


def test_an_edge_to_a_missing_node_is_an_error() -> None:
    with pytest.raises(ValueError, match="not in the network"):
        network_picture(replace(toy(), nodes=toy().nodes[:1])).svg()
