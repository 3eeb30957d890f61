"""How kinds of things and relations look in the picture of the graph: shapes, sizes, arrow heads."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from kg.answers.network import Node
from kg.render.pages import inline


@dataclass(frozen=True, slots=True)
class Look:
    """How a kind of node is shown; its colours stand in graph.css, where light and dark are told apart."""

    name: str
    plural: str
    shape: str
    size: int = 14


LOOKS: Mapping[str, Look] = {
    "practice": Look("Practice", "Practices", "box"),
    "challenge": Look("Challenge", "Challenges", "diamond", 16),
    "finding": Look("Finding, first-hand", "Findings, first-hand", "star", 17),
    "reported-finding": Look("Finding, second-hand", "Findings, second-hand", "star", 17),
    "work": Look("Work", "Works", "square", 12),
    "participant": Look("Participant", "Participants", "dot", 11),
    "approach": Look("Approach", "Approaches", "hexagon", 15),
    "area": Look("Area", "Areas", "ellipse"),
    "method": Look("Method", "Methods", "triangle"),
    "context": Look("Context", "Contexts", "triangleDown"),
}

MEANINGS = (
    ("absence", re.compile(r"\bdoes not\b", re.I), "bar"),
    ("against", re.compile(r"hinder|disput|contradict|disagree|refut|critici|critique", re.I), "bar"),
    ("for", re.compile(r"agree|support|confirm|corroborat|mitigat", re.I), "triangle"),
    ("shades", re.compile(r"extend|qualif|refin|update|correct|clarif", re.I), "diamond"),
)
"""What a relation says, by its words, and its arrow head. The first match wins ("does not hinder" before "hinders",
"disagrees" before "agrees"); all else is structure ("concerns", "reported in") and is drawn quietly."""


def edge_meaning(kind: str) -> tuple[str, str]:
    """The family of a relation and its arrow head."""
    for family, words, arrow in MEANINGS:
        if words.search(kind):
            return family, arrow
    return "plain", "vee"


def light_theme() -> Mapping[str, str]:
    """The colours of the page by name, as graph.css gives them before it speaks of the dark."""
    first = re.search(r":root \{(.*?)\n\}", inline.source("graph.css"), re.S)
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", first[1] if first else ""))


def look_of(kind: str) -> Look:
    return LOOKS.get(kind) or Look(kind or "Unknown", kind or "Unknown", "dot", 12)


def size_of(node: Node, degree: int, focus: bool) -> float:
    """Well connected things are larger, but never so much that size speaks louder than kind."""
    size = look_of(node.kind).size * (1 + 0.12 * min(math.log2(degree + 1), 5))
    return round(size * (1.35 if focus else 1.0), 1)
