"""How nodes and relations look in pictures of the graph: shapes, sizes and arrow heads, and labels short enough."""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Mapping
from dataclasses import replace

from kg.answers.network import Node
from kg.core.kinds import BY_NAME, LEGEND, NOT_DRAWN, Look
from kg.render.pages import inline

LABEL_WIDTH, LABEL_LINES = 24, 3
"""The longest line of a label of a node, in characters, and the number of its lines."""

MEANINGS = (
    ("absence", re.compile(r"\bdoes not\b", re.I), "bar"),
    ("against", re.compile(r"hinder|conflict|disput|contradict|disagree|refut|critici|critique", re.I), "bar"),
    ("for", re.compile(r"agree|support|confirm|corroborat|mitigat", re.I), "triangle"),
    ("shades", re.compile(r"extend|qualif|refin|update|correct|clarif", re.I), "diamond"),
)
"""What a relation says, by its words, and its arrow head. The first match wins ("does not hinder" before "hinders",
"disagrees" before "agrees"); all else is structure ("concerns", "reported in") and is drawn quietly."""


PLUMBING = ("identifies", "concerns", "found by", "reported in", "in area", "uses method", "in context")
"""Relations that say where something belongs. Pictures draw few of them: of those of a finding the first one to a thing
that it is about, and the first one to a work."""


def edge_meaning(kind: str) -> tuple[str, str]:
    """The family of a relation and its arrow head."""
    for family, words, arrow in MEANINGS:
        if words.search(kind):
            return family, arrow
    return "plain", "vee"


def light_theme() -> Mapping[str, str]:
    """The colours of the page by name, as graph.css gives them for the light theme."""
    first = re.search(r":root \{(.*?)\n\}", inline.source("graph.css"), re.S)
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", first[1] if first else ""))


def look_of(kind: str) -> Look:
    """The look of a kind of node, also of an unknown one."""
    return (
        BY_NAME[kind].look if kind in LEGEND else replace(NOT_DRAWN, name=kind or "Unknown", plural=kind or "Unknown")
    )


def style_of(kind: str) -> str:
    """The name of a kind in graph.css."""
    return kind if kind in LEGEND else "other"


def size_of(node: Node, degree: int, focus: bool) -> float:
    """The size of a node; well connected ones are larger, but not so much that it hides the size of their kind."""
    size = look_of(node.kind).size * (1 + 0.12 * min(math.log2(degree + 1), 5))
    return round(size * (1.35 if focus else 1.0), 1)


def wrap_label(label: str) -> str:
    """A label in the picture: short lines, and … if the text is longer."""
    return "\n".join(textwrap.wrap(one_line(label), LABEL_WIDTH, max_lines=LABEL_LINES, placeholder="…"))


def caption_of(node: Node) -> str:
    """What a picture shows of a node; of a finding its statement, as an id means nothing to a reader."""
    if node.kind in FINDINGS and one_line(node.text):
        return node.text
    return name_of(node)


FINDINGS = ("finding", "reported-finding")


def name_of(node: Node) -> str:
    """The name of a node, or its IRI if it has none."""
    return node.label if one_line(node.label) else node.iri


_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
_SPACE = re.compile("[\x00-\x20\x7f-\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
"""Control characters and all kinds of space (categories Cc, Zs, Zl and Zp of Unicode)."""


def one_line(text: str) -> str:
    """Text without line breaks, control characters and marks that change the direction of the text after them."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    return _SPACE.sub(" ", _DIRECTION.sub("", text)).strip(" ")


def sayable(text: str) -> str:
    """Text that can be written as UTF-8, without lone surrogates."""
    return text.encode("utf-8", "replace").decode("utf-8")
