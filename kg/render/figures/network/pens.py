"""Elements of SVG in the colours of the page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from xml.etree import ElementTree as ET

from kg.render.figures.network import shapes
from kg.render.figures.network.room import Point
from kg.render.figures.network.things import LINE
from kg.render.pages.graph_looks import LOOKS

Colours = Mapping[str, str]


def text(parent: ET.Element, words: str, x: float, y: float, **attributes: str) -> None:
    named = {name.replace("_", "-"): value for name, value in attributes.items()}
    ET.SubElement(parent, "text", {"x": f"{x:.1f}", "y": f"{y:.1f}", **named}).text = words


def lines(parent: ET.Element, words: Iterable[str], place: Point, size: float, colour: str, halo: str = "") -> None:
    """Lines below each other from the middle of the top; a halo keeps what is behind off the letters."""
    around = {"stroke": halo, "stroke-width": "4", "stroke-linejoin": "round", "paint-order": "stroke"}
    group = ET.SubElement(
        parent, "g", {"text-anchor": "middle", "font-size": f"{size:g}", "fill": colour, **(around if halo else {})}
    )
    for row, line in enumerate(words):
        text(group, line, place[0], place[1] + size * (row * LINE + 0.91))


def stroke(parent: ET.Element, path: str, colour: str, width: float, *, dashed: bool = False) -> None:
    dashes = {"stroke-dasharray": "7 5"} if dashed else {}
    ET.SubElement(
        parent, "path", {"d": path, "fill": "none", "stroke": colour, "stroke-width": f"{width:.1f}", **dashes}
    )


def head(parent: ET.Element, kind: str, tip: Point, behind: Point, width: float, colour: str) -> None:
    ET.SubElement(parent, "path", {"d": shapes.head(kind, tip, behind, width), "fill": colour})


def look_of(kind: str) -> str:
    """The name of a kind's colour."""
    return kind if kind in LOOKS else "other"


def sign(
    parent: ET.Element, symbol: shapes.Symbol, kind: str, place: Point, colours: Colours, *, focus: bool = False
) -> None:
    """A symbol in the colours of what it stands for; what is second-hand is hollow and dashed."""
    look, told = look_of(kind), kind == "reported-finding"
    line = colours["hollow"] if told else mixed(colours[look], colours["outline"], 0.55)
    style = {
        "fill": colours[look],
        "stroke": colours["accent"] if focus else line,
        "stroke-linejoin": "round",
        "stroke-width": "4" if focus else "2.5" if told else "1.5",
    }
    if told:
        dash, gap, offset = shapes.dashes(symbol)
        style |= {"stroke-dasharray": f"{dash:.2f} {gap:.2f}", "stroke-dashoffset": f"{offset:.2f}"}
    (x, y), box = place, symbol.box
    if symbol.corners:
        corners = "L".join(f"{x + dx:.1f} {y + dy:.1f}" for dx, dy in symbol.corners)
        ET.SubElement(parent, "path", {"d": f"M{corners}Z", **style})
    elif symbol.shape == "box":
        ET.SubElement(
            parent,
            "rect",
            {
                "x": f"{x + box.left:.1f}",
                "y": f"{y + box.top:.1f}",
                "rx": "5",
                "width": f"{2 * box.right:.1f}",
                "height": f"{2 * box.bottom:.1f}",
                **style,
            },
        )
    else:
        ET.SubElement(
            parent,
            "ellipse",
            {"cx": f"{x:.1f}", "cy": f"{y:.1f}", "rx": f"{box.right:.1f}", "ry": f"{box.bottom:.1f}", **style},
        )


def mixed(colour: str, other: str, share: float) -> str:
    """So much of a colour, and the rest of another."""
    parts = [(int(colour[at : at + 2], 16), int(other[at : at + 2], 16)) for at in (1, 3, 5)]
    return "#" + "".join(f"{round(one * share + two * (1 - share)):02x}" for one, two in parts)
