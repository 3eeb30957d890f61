"""The one table of the kinds of things in a graph: practices, challenges, findings, works and the rest.

A row says everything that the software knows about a kind by name: its class in the ontology, the prefix of its IRIs,
what people call it, which keys of an annotation name it, whether it can be a dimension of the evidence map, and how it
looks in pictures. To add a kind of concept, add a row here, its class and scheme in `ontology/`, a key in
`kg/model/annotation.py` and the statement in `kg/graph/annotation.py`; see docs/architecture.md.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Look:
    """How a kind of node is drawn: its names in the legend, its vis-network shape, and its size in pixels at zoom 1.

    Its colours stand in graph.css under the name of the kind, for a light and a dark theme.
    """

    name: str
    plural: str
    shape: str
    size: int = 14


@dataclass(frozen=True, slots=True)
class ThingKind:
    """A kind of thing. Its `name` is what queries, parameters, `kg show` and JSON use."""

    name: str
    class_name: str = ""
    """Local name of its class in the ontology (`ResearchMethod`); empty for a kind that only pictures tell apart."""
    prefix: str = ""
    """First segment of its IRIs, and its prefix in Turtle and SPARQL; empty when no prefix is declared for it."""
    concept: bool = False
    """Whether it is a concept of a vocabulary: annotations name it by its slug."""
    keys: tuple[str, ...] = ()
    """Keys of an annotation whose values are slugs of this kind."""
    heading: str = ""
    """What concepts without a broader one are listed under on the site."""
    dimension: str = ""
    """What rows or columns of the evidence map are called when they are of this kind; empty when they cannot be."""
    look: Look | None = None
    """How pictures of the graph draw it; None when they leave it out."""
    legend: int = 0
    """Its place in the legend of pictures. Layouts depend on the order: give a new kind the next number."""


def _concept(name: str, class_name: str, legend: int, look: Look, *keys: str, **others: str) -> ThingKind:
    """A kind of concept; its heading and its name in the evidence map are those of the legend unless they are given."""
    texts = {"heading": look.plural, "dimension": name} | others
    return ThingKind(name, class_name, name, concept=True, keys=keys, look=look, legend=legend, **texts)


def _thing(name: str, class_name: str, prefix: str, legend: int, look: Look) -> ThingKind:
    return ThingKind(name, class_name, prefix, look=look, legend=legend)


_PRACTICE_KEYS = ("practice", "practices", "absent_practices", "code")
_CHALLENGE = Look("Challenge", "Challenges", "diamond", 16)
_OWN, _REPORTED = (Look(f"Finding, {hand}", f"Findings, {hand}", "star", 17) for hand in ("first-hand", "second-hand"))

KINDS = (
    _concept("practice", "Practice", 1, Look("Practice", "Practices", "box"), *_PRACTICE_KEYS),
    _concept("challenge", "Challenge", 2, _CHALLENGE, "challenge", "challenges", heading="Other challenges"),
    _concept(
        "method", "ResearchMethod", 9, Look("Method", "Methods", "triangle"), "methods", dimension="research method"
    ),
    _concept("area", "PracticeArea", 8, Look("Area", "Areas", "ellipse"), dimension="practice area"),
    _concept("approach", "Approach", 7, Look("Approach", "Approaches", "hexagon", 15), "approaches"),
    _concept("context", "ResearchContext", 10, Look("Context", "Contexts", "triangleDown"), "contexts"),
    _thing("finding", "Finding", "finding", 3, _OWN),
    _thing("reported-finding", "", "", 4, _REPORTED),
    _thing("work", "Publication", "publication", 5, Look("Work", "Works", "square", 12)),
    _thing("participant", "Participant", "participant", 6, Look("Participant", "Participants", "dot", 11)),
    ThingKind("study", "Study", "study"),
    ThingKind("case", "Case"),
    ThingKind("theme", "ResearchTheme"),
    ThingKind("evidence", "Evidence", "evidence"),
    ThingKind("count", "ReportedCount"),
    ThingKind("note", "CurationNote"),
    ThingKind("question", "InstrumentQuestion"),
)
"""In the order in which a bare name is looked up: a practice before a finding of that name."""

BY_NAME = {kind.name: kind for kind in KINDS}
CONCEPTS = tuple(kind for kind in KINDS if kind.concept)
"""Concepts of the vocabularies."""
LEGEND = tuple(kind.name for kind in sorted(KINDS, key=lambda kind: kind.legend) if kind.legend)
"""Names of the kinds that pictures show, in the order of their legend."""
NOT_DRAWN = Look("Unknown", "Unknown", "dot", 12)
"""The look of a kind that has none."""
