"""Queries that pages, drafts, maps and values are made from, and what the graph holds at all."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from kg.api import KnowledgeGraph
from kg.queries.query_library import QueryLibrary
from tests.conftest import ROOT
from tests.toy_library import texts_of


def test_contents_count_what_two_have_read_once(library_graph: KnowledgeGraph, review_graph: KnowledgeGraph) -> None:
    counts = dict(row.split(" | ") for row in texts_of(library_graph, "contents", "what count"))
    assert counts == {
        "publications": "9",
        "annotated publications": "6",
        "studies": "8",
        "first-hand findings": "10",
        "of these key findings (PECs)": "1",
        "second-hand findings": "4",
        "recommendations": "0",
        "practice–challenge links": "8",
        "effects on outcomes": "0",
        "pieces of evidence": "27",
        "reported counts": "3",
        "typed citations": "13",
        "curation notes": "1",
        "works coded by reviews": "3",
        **{f"{kind}s": str(len(library_graph.query("vocabulary", kind=kind))) for kind in ("practice", "challenge")},
    }
    assert {"annotated publications | 1", "studies | 30", "of these key findings (PECs) | 7"} <= set(
        texts_of(review_graph, "contents", "what count")
    )


ROWS: dict[str, tuple[str, str | None, str | None]] = {
    # Some columns, and a row of the toy review and of the project's own: None where it has none.
    "vocabulary": ("kind slug label broader", *["approach | bizdev | BizDev | BizDevOps"] * 2),
    "practice-coverage": ("practice first_hand second_hand absent",
                          "continuous budgeting | 0 | 0 | 1", "continuous compliance | 1 | 1 | 1"),
    "missing-data": ("key missing file", "leaflet | authors, year, DOI | bib/works.bib",
                     "abadi2016tensorflow | DOI | bib/ai-lifecycle.bib"),
    "link-evidence": ("polarity key finding quotation",
                      "mitigates | three2030 | F1 | we plan at one table",
                      "hinders | vanska2024 | PEC4 | Automated testing in ML development remains a challenge"),
    "finding-relations": ("key finding relation other_key other", "two2029 | F1 | contradicts | one2028 | F1",
                          "vanska2024 | PEC4 | corroborates | vanska2024 | giray-testing"),
    "map-absences": ("id practice study key first_hand",
                     "F3 | practice/continuous-budgeting | study/one2028 | one2028 | True",
                     "PEC1 | practice/continuous-trust | study/vanska2024 | vanska2024 | True"),
    "map-findings": ("id practice challenge polarity study year first_hand via_key",
                     "leaflet-delivery | practice/continuous-delivery | challenge/regulatory-demands | hinders | "
                     "study/leaflet | - | False | rev-a2031",
                     "PEC4 | practice/continuous-testing | challenge/test-automation-tooling-gap | hinders | "
                     "study/vanska2024 | 2024 | True | -"),
    "map-studies": ("finding study key year first_hand via_key",
                    "finding/rev-b2032/two-delivery | study/two2029 | two2029 | 2029 | False | rev-b2032",
                    "finding/vanska2024/PEC4 | study/vanska2024 | vanska2024 | 2024 | True | -"),
    "map-subjects": ("thing dimension header absent",
                     "finding/two2029/F1 | challenge | challenge/test-automation-tooling-gap | True",
                     "finding/vanska2024/PEC1 | practice | practice/continuous-trust | True"),
    "map-headers": ("dimension label group", *["practice | continuous testing | development"] * 2),
    "map-memberships": ("member dimension header", *["challenge/silo-working | category | "
                        "challenge/communication-and-collaboration"] * 2),
    "map-exclusions": ("one other reason", None, None),  # with some: test_gaps.py
    "network-facets": ("node facet value", "finding/one2028/F1 | year | 2028",
                       "finding/vanska2024/PEC4 | area | development"),
    "network-nodes": ("node kind key", "finding/rev-a2031/leaflet-delivery | reported-finding | rev-a2031",
                      "finding/vanska2024/PEC4 | finding | vanska2024"),
    "network-edges": ("source kind target reason",
                      "finding/four2031/F2 | corroborates | finding/one2028/F1 | "
                      "relation/four2031/F2/corroborates/one2028/F1",
                      "finding/vanska2024/PEC4 | agrees with | publication/giray2021 | "
                      "citation/vanska2024/PEC4/giray2021/agreesWith"),
    "network-evidence": ("reason quote section said_by",
                         "finding/one2028/F1 | no tool fits our tests | 4.1 | P1, Tester",
                         "finding/vanska2024/PEC4 | It was not automated for sure. It was all manual. | 5.3 | "
                         "R5, Professor (SE)"),
    "network-names": ("node name", *["practice/continuous-testing | CT"] * 2),
    "network-reasons": ("reason statement", "citation/four2031/F1/three2030/extends | More cases.",
                        "citation/vanska2024/PEC2/piorkowski2021/citesAsEvidence | "
                        "For experts often working in a silo."),
    "things-authors": ("key author", "four2031 | Eve Elm", "vanska2024 | Pekka Abrahamsson"),
    "things-concepts": ("concept kind label", *["practice/continuous-testing | practice | continuous testing"] * 2),
    "things-concerns": ("finding concept", "finding/four2031/F1 | approach/devops",
                        "finding/vanska2024/PEC4 | practice/continuous-testing"),
    "things-findings": ("id hand key told_in numbered", "one-tools | second-hand | one2028 | four2031 | False",
                        "PEC4 | first-hand | vanska2024 | vanska2024 | True"),
    "things-links": ("finding challenge polarity practice",
                     "finding/two2029/F1 | challenge/test-automation-tooling-gap | absent | "
                     "practice/continuous-testing",
                     "finding/vanska2024/PEC3 | challenge/silo-working | hinders | practice/continuous-planning"),
    "things-publications": ("key title year annotated", "leaflet | A leaflet on delivery | - | False",
                            "giray2021 | A software engineering perspective on engineering machine learning systems: "
                            "State of the art and challenges | 2021 | False"),
    "things-quotations": ("finding quotation said_by key status",
                          "finding/one2028/F1 | no tool fits our tests | P1 | one2028 | exact",
                          "finding/vanska2024/PEC4 | It was not automated for sure. It was all manual. | R5 | "
                          "vanska2024 | exact"),
    "things-relations": ("finding source relation target",
                         "finding/one2028/F1 | finding/two2029/F1 | contradicts | finding/one2028/F1",
                         "finding/vanska2024/PEC4 | finding/vanska2024/PEC4 | corroborates | "
                         "finding/vanska2024/giray-testing"),
}  # fmt: skip


@pytest.mark.parametrize("query", ROWS)
def test_what_they_say_of_the_toy_review_and_of_the_first_publication(
    library_graph: KnowledgeGraph, review_graph: KnowledgeGraph, query: str
) -> None:
    columns, *rows = ROWS[query]
    for graph, row in zip((library_graph, review_graph), rows, strict=True):
        counted = Counter(texts_of(graph, query, columns))
        assert row in counted if row else not counted


def test_the_parts_of_a_draft(library_graph: KnowledgeGraph, review_graph: KnowledgeGraph) -> None:
    assert texts_of(library_graph, "draft-findings", "finding says key via absent", topic="continuous-planning") == [
        "finding/four2031/F1 | Silos hinder planning. | four2031 | - | False",
        "finding/three2030/F1 | Planning together opens silos. | three2030 | - | False",
    ]
    assert texts_of(library_graph, "draft-claims", "kind heading subject relation key via", topic="CT", readings="all")[
        :3
    ] == [
        "challenge | lack of ML testing expertise | continuous testing | hinders | one2028 | -",
        "challenge | lack of test automation tools | continuous testing | absent | two2029 | -",
        "challenge | lack of test automation tools | continuous testing | hinders | five2029 | three2030",
    ]
    assert "challenge | lack of test automation tools | continuous testing | hinders | vanska2024" in texts_of(
        review_graph, "draft-claims", "kind heading subject relation key", topic="CT"
    )
    assert texts_of(library_graph, "draft-relations", "finding how other key via", topic="continuous-planning") == [
        "finding/three2030/F1 | agree | finding/one2028/F2 | one2028 | -",
        "finding/three2030/F1 | agree | citation/three2030/F1/one2028/agreesWith | one2028 | three2030",
    ]
    assert "finding/vanska2024/PEC4 | vanska2024 | -" in texts_of(
        review_graph, "draft-findings", "finding key via", topic="CT"
    )
    assert "finding/vanska2024/PEC4 | agree | finding/vanska2024/giray-testing | giray2021 | vanska2024" in texts_of(
        review_graph, "draft-relations", "finding how other key via", topic="CT"
    )


def test_every_query_of_the_library_is_asked_in_this_folder() -> None:
    tests = "\n".join(path.read_text(encoding="utf-8") for path in sorted(Path(__file__).parent.glob("test_*.py")))
    assert [name for name in QueryLibrary.of(ROOT).names() if f'"{name}"' not in tests] == []
