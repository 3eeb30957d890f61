"""Generates networks of any size with the structure of a real one, to measure the pages of the graph.

Nearly half of the nodes are findings, which concern practices, identify challenges and are found by works; a fifth are
practices in areas and challenges in a hierarchy of categories; the rest are works and participants. As in a real
review, a few practices and works have most of the findings. The same size always gives the same network.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from kg.answers.network import Edge, Network, Node
from kg.answers.things import Quotation
from kg.core.iris import BASE

WORDS = (
    "teams",
    "release",
    "pipelines",
    "tests",
    "models",
    "data",
    "customers",
    "plans",
    "deployments",
    "slowly",
    "rarely",
    "together",
    "automated",
    "by hand",
    "in production",
    "when",
    "because",
    "without",
    "trust",
    "costs",
)
SPARSE = 100
"""Below this size there are fewer than 4 areas, 16 practices and 10 categories."""


class _Made:
    """Generates nodes and edges; all choices depend on one seed."""

    def __init__(self, size: int) -> None:
        self.chance = random.Random(size)  # noqa: S311 - not used for secrets
        self.nodes: list[Node] = []
        self.edges: dict[tuple[str, str, str], Edge] = {}

    def words(self, count: int) -> str:
        return " ".join(self.chance.choices(WORDS, k=count))

    def favoured(self, some: Sequence[Node]) -> Node:
        """A random one of the nodes, the first more often than the last."""
        return some[int(len(some) * self.chance.random() ** 2)]

    def quotation(self, work: Node, said_by: str = "") -> Quotation:
        section = f"{self.chance.randint(2, 6)}.{self.chance.randint(1, 4)}"
        return Quotation(
            self.words(8),
            section,
            work.label,
            work.key,
            said_by,
            str(self.chance.randint(1, 30)),
            f"https://doi.org/10.5555/{work.key}",
        )

    def add(self, kind: str, count: int, label: str, **more: str) -> list[Node]:
        made = [
            Node(f"{BASE}{kind}/{number}", kind, f"{label} {number}", text=self.words(30), **more)
            for number in range(1, count + 1)
        ]
        self.nodes += made
        return made

    def tie(self, source: Node, kind: str, target: Node, *reasons: Quotation) -> None:
        if source != target:
            self.edges[source.iri, kind, target.iri] = Edge(
                source.iri,
                target.iri,
                kind,
                self.words(20) if reasons else "",
                reasons,
                source.kind == "reported-finding",
            )


def made_network(size: int) -> Network:
    """A network of `size` nodes and two to three times as many edges, without positions."""
    made = _Made(size)
    top = min(16, size * 16 // SPARSE), min(10, size * 10 // SPARSE)
    areas = made.add("area", max(min(4, size * 4 // SPARSE), 1), "area")
    practices = made.add("practice", max(top[0], 2), "continuous practice")
    categories = made.add("challenge", max(top[1], 2) + size // 6, "challenge with a name")
    findings = made.add("finding", size * 3 // 10, "F") + made.add("reported-finding", size * 3 // 20, "R")
    participants = made.add("participant", size // 12, "P")
    works = [
        Node(
            f"{BASE}work/{n}",
            "work",
            f"Author {n} et al. ({2010 + n % 15})",
            made.words(10),
            f"author{n}",
            year=str(2010 + n % 15),
        )
        for n in range(1, max(size - len(made.nodes), 1) + 1)
    ]
    made.nodes += works
    for number, practice in enumerate(practices):
        made.tie(practice, "in area", areas[number % len(areas)])
    _challenges(made, categories, max(top[1], 2), practices, works)
    for number, finding in enumerate(findings):
        _finding(made, finding, findings[:number], practices, categories, works, participants)
    return Network(f"A generated network of {size:,} nodes", tuple(made.nodes), tuple(made.edges.values()))


def _challenges(made: _Made, challenges: list[Node], tops: int, practices: list[Node], works: list[Node]) -> None:
    """Adds edges from each challenge to its category or a broader challenge; a third hinder or mitigate a practice."""
    for number, challenge in enumerate(challenges):
        if number >= tops:
            above = challenges[number % tops] if number < 6 * tops or number % 2 else challenges[number // 6]
            made.tie(challenge, "narrower than", above)
        if number % 3 == 0:
            practice = made.favoured(practices)
            kind = made.chance.choice(("hinders", "hinders", "hinders", "mitigates"))
            made.tie(challenge, kind, practice, made.quotation(made.favoured(works)))


def _finding(
    made: _Made,
    finding: Node,
    earlier: list[Node],
    practices: list[Node],
    challenges: list[Node],
    works: list[Node],
    participants: list[Node],
) -> None:
    work = made.favoured(works)
    said_by = made.chance.choice(participants) if participants and finding.kind == "finding" else None
    words = made.quotation(work, said_by.label if said_by else "")
    made.tie(finding, "found by", work)
    made.tie(finding, "concerns", made.favoured(practices), words)
    made.tie(finding, "identifies", made.chance.choice(challenges), words)
    if said_by:
        made.tie(finding, "quotes", said_by, words)
    else:
        made.tie(finding, "reported in", made.favoured(works), words)
    if made.chance.random() < 0.4:
        kind = made.chance.choice(("agrees with", "extends", "qualifies", "disputes", "cites as evidence"))
        made.tie(finding, kind, made.favoured(works), made.quotation(work))
    if earlier and made.chance.random() < 0.4:
        made.tie(finding, made.chance.choice(("related finding", "corroborates", "refines")), made.favoured(earlier))
