"""Queries of evidence: the words behind findings and links, and where findings agree, disagree or stand alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.api import KnowledgeGraph
from tests.asked import changed_library
from tests.toy_library import texts_of

FIRST, SECOND = "First Reader", "Second Reader"


def test_the_words_behind_a_finding_are_those_of_its_reader(library_graph: KnowledgeGraph) -> None:
    columns = "quotation section said_by role key evidence status reading"
    assert texts_of(library_graph, "finding-evidence", columns, finding="finding/one2028/F1") == [
        f"no tool fits our tests | 4.1 | P1 | Tester | one2028 | F1.1 | exact | {FIRST}",
        f"tools were missing | 4.1 | - | - | one2028 | F1.2 | exact | {FIRST}",
    ]
    assert texts_of(library_graph, "finding-evidence", columns, finding="finding/one2028.second/F1") == [
        f"no tool fits our tests | 4.1 | - | - | one2028 | F1.1 | unchecked | {SECOND}"
    ]


def test_everything_behind_a_link(library_graph: KnowledgeGraph) -> None:
    assert texts_of(
        library_graph,
        "link-evidence",
        "polarity key hand via finding quotation section reading",
        practice="CT",
        challenge="lack of test automation tools",
    ) == [
        "absent | two2029 | first-hand | - | F1 | tools are plentiful | 5 | -",
        "hinders | four2031 | first-hand | - | F2 | the pipeline skips what has no tool | 4.2 | -",
        f"hinders | one2028 | first-hand | - | F1 | no tool fits our tests | 4.1 | {FIRST}",
        f"hinders | one2028 | first-hand | - | F1 | tools were missing | 4.1 | {FIRST}",
        "hinders | five2029 | second-hand | three2030 | five-tools | Fern found no tools | 2 | -",
        "hinders | one2028 | second-hand | four2031 | one-tools | a team without tools | 2 | -",
    ]


def test_links_of_a_broader_challenge_are_included(library_graph: KnowledgeGraph) -> None:
    columns = "practice_label challenge_label"
    assert set(texts_of(library_graph, "link-evidence", columns, challenge="testing-and-quality")) == {
        "continuous testing | lack of test automation tools",
        "continuous testing | lack of ML testing expertise",
    }
    assert len(library_graph.query("link-evidence")) == 15


def test_quotations_of_a_practice_and_of_a_challenge(library_graph: KnowledgeGraph) -> None:
    silos = [
        "nobody plans across silos | four2031 | F1 | -",
        f"merging daily made us talk | one2028 | F2 | {FIRST}",
        f"merging daily made us talk | one2028 | F2 | {SECOND}",
        "we plan at one table | three2030 | F1 | -",
    ]
    columns = "quotation key finding reading"
    assert texts_of(library_graph, "quotations", columns, challenge="communication-and-collaboration") == silos
    assert texts_of(library_graph, "quotations", columns, challenge="silo-working", practice="CI") == silos[1:3]
    assert len(library_graph.query("quotations")) == 18


def test_stances_are_one_row_for_each_way_however_often_it_is_said(
    library_graph: KnowledgeGraph, review_graph: KnowledgeGraph
) -> None:
    columns = "by finding_id stance how key cited sections reading"
    assert texts_of(library_graph, "finding-stances", columns) == [
        "four2031 | F1 | extends | extends | three2030 | Dale (2030) | 2, 5 | -",
        "four2031 | F2 | agrees | confirms | one2028 | Ash and Birch (2028) | 5 | -",
        "three2030 | F1 | agrees | agreesWith | one2028 | Ash and Birch (2028) | 5 | -",
        "two2029 | F1 | disputes | disputes | one2028 | Ash and Birch (2028) | 5 | -",
    ]
    stances = {"agreesWith", "supports", "extends", "qualifies"}
    known = {
        row for row in texts_of(review_graph, "agreements", "finding_id how key") if row.split(" | ")[1] in stances
    }
    assert sorted(known) == sorted(texts_of(review_graph, "finding-stances", "finding_id how key"))


@pytest.mark.parametrize(
    ("given", "findings"),
    [
        ({"practice": "continuous-planning"}, ["four2031 | F1", "three2030 | F1"]),
        ({"work": "two2029"}, ["two2029 | F1"]),
        ({"finding": "four2031/F2"}, ["four2031 | F2"]),
        ({"since": "2030", "until": "2030"}, ["three2030 | F1"]),
    ],
)
def test_stances_of_a_practice_a_work_a_finding_or_a_period(
    library_graph: KnowledgeGraph, given: dict[str, str], findings: list[str]
) -> None:
    assert texts_of(library_graph, "finding-stances", "by finding_id", **given) == findings


def test_agreements_name_the_publication_of_the_finding(library_graph: KnowledgeGraph) -> None:
    assert texts_of(library_graph, "agreements", "by finding_id how key section note reading") == [
        "three2030 | F1 | agreesWith | one2028 | 5 | Silos open there too. | -",
        "two2029 | F1 | disputes | one2028 | 5 | It misses tools. | -",
        "four2031 | F1 | extends | three2030 | 2 | More cases. | -",
        "four2031 | F1 | extends | three2030 | 5 | More cases. | -",
        "four2031 | F2 | confirms | one2028 | 5 | - | -",
    ]


ABOUT_TOOLS = "lack of test automation tools – continuous testing"


def test_disagreements_list_both_sides(library_graph: KnowledgeGraph) -> None:
    # Not that silos hinder planning, which mitigates silos; and not the citation, whose finding the relation names.
    assert texts_of(
        library_graph, "disagreements", "how key finding hand reading other_key other other_hand other_reading about"
    ) == [
        f"contradicts | two2029 | F1 | first-hand | - | one2028 | F1 | first-hand | {FIRST} | Tools are there.",
        f"hinders / absent | five2029 | five-tools | second-hand | - | two2029 | F1 | first-hand | - | {ABOUT_TOOLS}",
        f"hinders / absent | four2031 | F2 | first-hand | - | two2029 | F1 | first-hand | - | {ABOUT_TOOLS}",
        f"hinders / absent | one2028 | F1 | first-hand | {FIRST} | two2029 | F1 | first-hand | - | {ABOUT_TOOLS}",
        f"hinders / absent | one2028 | one-tools | second-hand | - | two2029 | F1 | first-hand | - | {ABOUT_TOOLS}",
    ]


def test_disagreements_of_a_citation_and_of_further_readings(tmp_path: Path) -> None:
    graph = changed_library(
        tmp_path,
        {
            "bib/annotations/two2029.yaml": ("type: contradicts", "type: related"),
            "bib/annotations/one2028.second.yaml": ("ml-testing-expertise-gap", "test-automation-tooling-gap"),
        },
    )
    first = f"hinders / absent | one2028 | F1 | {FIRST} | two2029 | F1 | -"
    rows = texts_of(graph, "disagreements", "how key finding reading other_key other other_reading")
    assert "disputes | two2029 | F1 | - | one2028 | - | -" in rows
    assert [row for row in rows if "Reader" in row] == [first]
    rows = texts_of(graph, "disagreements", "how key finding reading other_key other other_reading", readings="all")
    assert [row for row in rows if "Reader" in row] == [first, first.replace(FIRST, SECOND)]


def test_disagreements_on_one_practice_or_challenge(library_graph: KnowledgeGraph) -> None:
    assert texts_of(library_graph, "disagreements", "says", practice="continuous planning") == []
    assert len(library_graph.query("disagreements", practice="continuous testing")) == 5
    assert len(library_graph.query("disagreements", challenge="testing-and-quality")) == 5
    assert len(library_graph.query("disagreements", challenge="regulatory-demands")) == 0


def test_how_findings_relate(library_graph: KnowledgeGraph) -> None:
    columns = "key finding relation other_key other quotation reading"
    relations = [
        "four2031 | F2 | corroborates | one2028 | F1 | the lack of Ash and Birch | -",
        "rev-b2032 | B1 | corroborates | two2029 | F2 | Cole blames them as well | -",
        "three2030 | F1 | corroborates | one2028 | F2 | as Ash and Birch saw | -",
        "two2029 | F1 | contradicts | one2028 | F1 | unlike Ash and Birch | -",
    ]
    assert texts_of(library_graph, "finding-relations", columns) == relations
    assert texts_of(library_graph, "finding-relations", columns, about="finding/one2028/F1") == [
        relations[0],
        relations[3],
    ]


def test_links_that_rest_on_one_study(library_graph: KnowledgeGraph) -> None:
    columns = "practice_label polarity challenge_label key hand finding reading"
    every = [
        f"continuous integration | hinders | working in silos | one2028 | first-hand | F2 | {SECOND}",
        f"continuous integration | mitigates | working in silos | one2028 | first-hand | F2 | {FIRST}",
        "continuous planning | hinders | working in silos | four2031 | first-hand | F1 | -",
        "continuous planning | mitigates | working in silos | three2030 | first-hand | F1 | -",
        "continuous testing | absent | lack of test automation tools | two2029 | first-hand | F1 | -",
        f"continuous testing | hinders | lack of ML testing expertise | one2028 | first-hand | F1 | {SECOND}",
    ]
    assert texts_of(library_graph, "single-study", columns, readings="all") == every
    # What only the second reader says is no claim of the main reading.
    assert texts_of(library_graph, "single-study", columns) == [row for row in every if SECOND not in row]
    assert texts_of(library_graph, "single-study", "key", practice="CT", readings="all") == ["two2029", "one2028"]


@pytest.mark.parametrize("polarity", ["hinders", "absent"])
def test_a_claim_on_a_challenge_rests_on_studies_of_narrower_ones_too(tmp_path: Path, polarity: str) -> None:
    narrow, broad = (
        f"challenges: [{one}]\n    links:\n      - {{challenge: {one}, practice: continuous-testing{how}}}\n"
        '    evidence:\n      - {quote: "the pipeline'
        for one, how in (("test-automation-tooling-gap", ""), ("testing-and-quality", f", polarity: {polarity}"))
    )
    graph = changed_library(tmp_path, {"bib/annotations/four2031.yaml": (narrow, broad)})
    # Two other studies name a lack of tools, which is narrower; its absence in a third says nothing of the broader one.
    tools, quality = "absent | lack of test automation tools | two2029", "absent | testing and quality | four2031"
    claims = texts_of(graph, "single-study", "polarity challenge_label key", practice="CT")
    assert claims == ([tools, quality] if polarity == "absent" else [tools])


def test_sources_that_nobody_has_read(library_graph: KnowledgeGraph) -> None:
    assert texts_of(library_graph, "unread-sources", "key says via via_key section finding reading") == [
        "five2029 | Fern misses tools for testing. | Dale (2030) | three2030 | 2 | five-tools | -",
        "leaflet | A leaflet holds that regulation hinders delivery. | Gale (2031) | rev-a2031 | 3 | leaflet-delivery "
        "| -",
    ]
    assert texts_of(library_graph, "unread-sources", "key", practice="CT") == ["five2029"]


def test_key_findings_of_two_readers(library_graph: KnowledgeGraph) -> None:
    assert texts_of(library_graph, "pec-overview", "key pec quoted challenges reading") == [
        f"one2028 | F1 | P1 | lack of test automation tools | {FIRST}",
        f"one2028 | F1 | - | lack of ML testing expertise | {SECOND}",
    ]
    assert texts_of(library_graph, "pec-overview", "pec", work="two2029") == []


# --- on the project's own review ---


@pytest.mark.parametrize(("query", "columns", "parameters", "row"), [
    ("finding-evidence", "key said_by status reading", {"finding": "PEC4"}, "vanska2024 | R5 | exact | -"),
    ("agreements", "by finding_id how key reading", {"finding": "PEC4"},
     "vanska2024 | PEC4 | agreesWith | giray2021 | -"),
    ("link-evidence", "polarity key finding hand", {"practice": "CT", "challenge": "test-automation-tooling-gap"},
     "hinders | vanska2024 | PEC4 | first-hand"),
    ("quotations", "key finding status", {"practice": "CT", "challenge": "testing-and-quality"},
     "vanska2024 | PEC4 | exact"),
    ("finding-relations", "key other_key reading", {"about": "PEC4"}, "vanska2024 | vanska2024 | -"),
    ("single-study", "practice_label polarity challenge_label key",
     {"practice": "CT"}, "continuous testing | hinders | lack of test automation tools | vanska2024"),
    ("unread-sources", "key via_key finding", {"practice": "CT"}, "giray2021 | vanska2024 | giray-testing"),
    ("pec-overview", "key pec practices reading", {}, "vanska2024 | PEC4 | continuous testing | -"),
])  # fmt: skip
def test_of_the_first_publication(
    review_graph: KnowledgeGraph, query: str, columns: str, parameters: dict[str, str], row: str
) -> None:
    assert row in texts_of(review_graph, query, columns, **parameters)


def test_the_first_publication_is_contradicted_by_nobody_yet(review_graph: KnowledgeGraph) -> None:
    assert texts_of(review_graph, "disagreements", "how key") == []
