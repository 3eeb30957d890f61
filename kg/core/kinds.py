"""The one table of the kinds of things in a graph: practices, challenges, findings, works and the rest.

A row says everything that the software knows about a kind by name: its class in the ontology, the prefix of its IRIs,
what people call it, which keys of an annotation name it, whether it can be a dimension of the evidence map, and how it
looks in pictures. To add a kind of concept, add a row here, its class and scheme in `ontology/`, a key in
`kg/model/annotation.py` and the statement in `kg/graph/findings.py`; see docs/architecture.md.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Look:
    """How a kind of node is drawn: its names in the legend, its shape, and its size in pixels at zoom 1.

    The shapes are those of vis-network, and `pentagon` and `spark`, which graph_draw.js draws. Its colours stand in
    graph.css under the name of the kind, for a light and a dark theme.
    """

    name: str
    plural: str
    shape: str
    size: int = 14


NOT_DRAWN = Look("Unknown", "Unknown", "dot", 12)
"""The look of a kind that has none."""


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
    page: str = ""
    """The page of the site that lists its concepts; kinds may share one."""
    of_finding: str = ""
    """Local name of the property that links a finding to its concepts of this kind."""
    of_study: str = ""
    """The same for a study, if the concepts describe how or where a study was done."""
    dimension: str = ""
    """What rows or columns of the evidence map are called when they are of this kind; empty when they cannot be."""
    look: Look = NOT_DRAWN
    """How pictures of the graph draw it; `NOT_DRAWN` when they leave it out."""
    legend: int = 0
    """Its place in the legend of pictures. Layouts depend on the order: give a new kind the next number."""


KINDS = (
    ThingKind(
        "practice",
        "Practice",
        "practice",
        concept=True,
        keys=("practice", "practices", "absent_practices", "code"),
        heading="Practices",
        page="practices.html",
        of_finding="concernsPractice",
        dimension="practice",
        look=Look("Practice", "Practices", "box"),
        legend=1,
    ),
    ThingKind(
        "challenge",
        "Challenge",
        "challenge",
        concept=True,
        keys=("challenge", "challenges", "addresses"),
        heading="Other challenges",
        page="challenges.html",
        of_finding="identifiesChallenge",
        dimension="challenge",
        look=Look("Challenge", "Challenges", "diamond", 16),
        legend=2,
    ),
    ThingKind(
        "method",
        "ResearchMethod",
        "method",
        concept=True,
        keys=("methods",),
        heading="Methods",
        page="studies.html",
        of_study="usesMethod",
        dimension="research method",
        look=Look("Method", "Methods", "triangle"),
        legend=9,
    ),
    ThingKind(
        "area",
        "PracticeArea",
        "area",
        concept=True,
        heading="Areas",
        page="practices.html",
        dimension="practice area",
        look=Look("Area", "Areas", "ellipse"),
        legend=8,
    ),
    ThingKind(
        "approach",
        "Approach",
        "approach",
        concept=True,
        keys=("approach", "approaches"),
        heading="Approaches",
        page="practices.html",
        of_finding="concernsApproach",
        dimension="approach",
        look=Look("Approach", "Approaches", "hexagon", 15),
        legend=7,
    ),
    ThingKind(
        "context",
        "ResearchContext",
        "context",
        concept=True,
        keys=("contexts",),
        heading="Contexts",
        page="studies.html",
        of_study="context",
        dimension="context",
        look=Look("Context", "Contexts", "triangleDown"),
        legend=10,
    ),
    ThingKind(
        "outcome",
        "Outcome",
        "outcome",
        concept=True,
        keys=("outcome", "outcomes"),
        heading="Other outcomes",
        page="outcomes.html",
        of_finding="concernsOutcome",
        dimension="outcome",
        look=Look("Outcome", "Outcomes", "pentagon", 15),
        legend=11,
    ),
    ThingKind(
        "tool",
        "Tool",
        "tool",
        concept=True,
        keys=("tool", "tools"),
        heading="Tools",
        page="practices.html",
        of_finding="concernsTool",
        dimension="tool",
        look=Look("Tool", "Tools", "spark", 15),
        legend=12,
    ),
    ThingKind(
        "finding", "Finding", "finding", look=Look("Finding, first-hand", "Findings, first-hand", "star", 17), legend=3
    ),
    ThingKind("reported-finding", look=Look("Finding, second-hand", "Findings, second-hand", "star", 17), legend=4),
    ThingKind("work", "Publication", "publication", look=Look("Work", "Works", "square", 12), legend=5),
    ThingKind(
        "participant", "Participant", "participant", look=Look("Participant", "Participants", "dot", 11), legend=6
    ),
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
