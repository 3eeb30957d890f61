"""A primary study that two reviews report: counted once, and shown where they read it differently."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from kg.answers.rows import Value
from kg.api import KnowledgeGraph
from kg.building.pipeline import build
from tests.asked import asked
from tests.queries.test_engines import rows_of, spelled
from tests.toy_effects import write_effects

TIP_YAML = """\
publication: tip2034
annotator: Second Reader
created: 2034-01-05
study: {label: Tips, methods: [systematic-literature-review]}
other_studies:
  - work: yoyo2029
    methods: [interview, case-study]
    contexts: [industrial-context]
    evidence: [{row: "tips.csv#row=3"}]
findings:
  - id: bear-lead
    statement: Bear waits longer.
    section: "2"
    attributed_to: bear2030
    effects:
      - {practice: continuous-integration, outcome: lead-time, direction: increases}
    evidence: [{quote: "Bear waits", section: "2"}]
  - id: yoyo-silo
    statement: Yoyo sees silos.
    section: "2"
    attributed_to: yoyo2029
    practices: [continuous-planning]
    challenges: [silo-working]
    links:
      - {challenge: silo-working, practice: continuous-planning}
    evidence: [{quote: "Yoyo in silos", section: "2"}]
"""
YOYO_YAML = """\
  - id: yoyo-silo
    statement: Silos keep yo-yos from planning.
    section: "2"
    attributed_to: yoyo2029
    practices: [continuous-planning]
    challenges: [silo-working]
    links:
      - {challenge: silo-working, practice: continuous-planning}
    evidence: [{quote: "silos of yo-yos", section: "2"}]
"""


@pytest.fixture(scope="module")
def reviews(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeGraph:
    """The toy review of effects with a second review, tip2034, which reports two studies that top2033 reports too."""
    folder = write_effects(tmp_path_factory.mktemp("reviews"))
    (folder / "bib" / "annotations" / "tip2034.yaml").write_text(TIP_YAML, encoding="utf-8")
    with (folder / "bib" / "annotations" / "top2033.yaml").open("a", encoding="utf-8") as file:
        file.write(YOYO_YAML)
    with (folder / "bib" / "works.bib").open("a", encoding="utf-8") as file:
        file.write("@article{tip2034, author = {Tip, Tim}, title = {Another review of what turns}, year = {2034}}\n")
    assert build(folder).errors == []
    return KnowledgeGraph.open(folder)


READINGS: list[tuple[Value, ...]] = [
    ("bear2030", "direction", "continuous integration – lead time", 3,
     "bear2030 (First Reader): decreases; tip2034 (Second Reader): increases; top2033 (Parrot 3): decreases"),
    ("yoyo2029", "method", "", 2,
     "tip2034 (Second Reader): case study, interview; top2033 (Parrot 3): survey"),
]  # fmt: skip

EFFECT = ("outcome_label", "studies", *(
    f"{direction}{hand}"
    for direction in ("decreases", "no_change", "mixed", "increases") for hand in ("", "_second_hand")
))  # fmt: skip


def test_what_two_reviews_read_differently(reviews: KnowledgeGraph) -> None:
    assert asked(reviews, "read-differently") == READINGS
    assert asked(reviews, "read-differently", work="yoyo2029", aspect="method") == READINGS[1:]
    assert asked(reviews, "read-differently", aspect="challenge") == []


def test_one_review_alone_is_read_by_nobody_differently(effects_graph: KnowledgeGraph) -> None:
    assert asked(effects_graph, "read-differently") == []


def test_a_study_that_two_reviews_report_counts_once(reviews: KnowledgeGraph) -> None:
    columns = ("challenge", "studies", "first_hand", "second_hand", "keys")
    assert asked(reviews, "challenges-by-studies", *columns, practice="continuous-planning") == [
        ("working in silos", 1, 0, 1, "yoyo2029")
    ]
    rows = asked(
        reviews, "practice-outcomes", "direction", "studies", "second_hand", "reported_works", outcome="lead-time"
    )
    assert ("decreases", 1, 0, "bear2030 (via top2033)") in rows
    assert ("increases", 2, 1, "bear2030 (via tip2034)") in rows
    directions = {"practice": "continuous-integration", "outcome": "lead-time"}
    assert asked(reviews, "outcome-directions", *EFFECT, **directions) == [("lead time", 3, 1, 0, 0, 0, 1, 0, 1, 1)]
    assert asked(reviews, "outcome-directions", *EFFECT, **directions, hand="first-hand") == [
        ("lead time", 3, 1, 0, 0, 0, 1, 0, 1, 0)
    ]
    assert asked(reviews, "outcome-directions", *EFFECT, **directions, hand="second-hand", at_least="1") == [
        ("lead time", 1, 0, 0, 0, 0, 0, 0, 0, 1)
    ]
    claims = asked(reviews, "single-study", "polarity", "via", practice="continuous-planning")
    assert claims == [("hinders", "Tip (2034)"), ("hinders", "Top (2033)")]


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
@pytest.mark.parametrize("name", [
    "read-differently", "challenges-by-studies", "practice-outcomes",
])  # fmt: skip
def test_rdflib_gives_the_same_rows(reviews: KnowledgeGraph, name: str) -> None:
    from rdflib import Dataset

    named: Any = Dataset(default_union=True)
    named.parse(reviews.root / "build" / "graph.nq", format="nquads")
    query = reviews.queries.get(name)
    bound = query.bind(query.terms({}, reviews.lookup))
    here = [tuple(map(spelled, row)) for row in reviews.sparql(bound).terms]
    assert here
    assert Counter(here) == Counter(rows_of(named, named, bound))
