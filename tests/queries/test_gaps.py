"""The family gaps: what nobody has found, what nobody looked for, and what is only known through others."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.answers.evidence_map import EVIDENCE, NO_EVIDENCE, NOBODY, NOT_APPLICABLE, NOT_FOUND, EvidenceMap
from kg.api import KnowledgeGraph
from tests.asked import asked, changed_library

STUDIED = {"continuous budgeting", "continuous delivery", "continuous integration", "continuous planning",
           "continuous testing"}  # fmt: skip
UNKNOWN = [
    "continuous compliance", "continuous deployment", "continuous evolution", "continuous experimentation",
    "continuous improvement", "continuous innovation", "continuous run-time monitoring", "continuous security",
    "continuous trust", "continuous use", "continuous verification",
]  # fmt: skip
SECOND_HAND = {
    "bib/annotations/rev-a2031.yaml": (
        """    practices: [continuous-delivery]
    challenges: [regulatory-demands]
    links:
      - {challenge: regulatory-demands, practice: continuous-delivery}
""",
        "    practices: [continuous-budgeting, continuous-use]\n",
    )
}
"""The leaflet, which review A reports, mentions budgeting and use, but not delivery."""

RULED_OUT = """\
@prefix cs: <https://w3id.org/continuous-star/ontology#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix base: <https://w3id.org/continuous-star/decision/> .

base:use-and-design a cs:NotApplicableDecision ;
    cs:rulesOut <https://w3id.org/continuous-star/practice/continuous-use> ,
        <https://w3id.org/continuous-star/challenge/design> ;
    cs:statement "Toys in use are designed already." ;
    prov:wasAssociatedWith base:somebody .
"""


@pytest.fixture(scope="module")
def told_graph(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeGraph:
    return changed_library(tmp_path_factory.mktemp("told"), SECOND_HAND)


# --- no evidence, second-hand evidence ---


def test_practices_that_no_finding_concerns(library_graph: KnowledgeGraph) -> None:
    rows = asked(library_graph, "practices-without-evidence", "practice", "coded")
    assert [row for row in rows if row[0] in UNKNOWN] == [(p, 0) for p in UNKNOWN]


def test_a_practice_without_evidence_lists_the_works_coded_with_it(tmp_path: Path) -> None:
    graph = changed_library(
        tmp_path, {"bib/codings/review-c.yaml": ("practice:continuous-testing", "practice:continuous-use")}
    )
    coded = dict(asked(graph, "practices-without-evidence", "practice", "coded"))
    assert {practice: n for practice, n in coded.items() if n} == {"continuous use": 2}


def test_every_practice_of_the_review_has_some_evidence(review_graph: KnowledgeGraph) -> None:
    without = {practice for (practice,) in asked(review_graph, "practices-without-evidence", "practice")}
    tops = review_graph.sparql("SELECT ?label { ?p a cs:Practice ; skos:topConceptOf ?scheme ; skos:prefLabel ?label }")
    assert without.isdisjoint(row["label"] for row in tops)


def test_practices_known_only_through_others(library_graph: KnowledgeGraph, told_graph: KnowledgeGraph) -> None:
    assert asked(library_graph, "practices-second-hand-only") == []
    # That one2028 looked for budgeting and did not find it does not make budgeting known first-hand.
    work = "A leaflet on delivery"
    assert asked(told_graph, "practices-second-hand-only") == [
        ("continuous budgeting", "business strategy and planning", "leaflet", work, "rev-a2031", 1, 1),
        ("continuous use", "operations", "leaflet", work, "rev-a2031", 1, 0),
    ]


def test_practices_of_the_review_known_only_through_others_are_those_that_coverage_has_so(
    review_graph: KnowledgeGraph,
) -> None:
    coverage = {
        practice
        for practice, own, told in asked(review_graph, "practice-coverage", "practice", "first_hand", "second_hand")
        if told and not own
    }
    rows = asked(review_graph, "practices-second-hand-only", "practice", "key", "via")
    assert (
        {practice for practice, _, _ in rows}
        == coverage
        == {
            "continuous delivery",
            "continuous deployment",
            "continuous evolution",
            "continuous experimentation",
            "continuous security",
            "continuous trust",
        }
    )
    assert ("continuous delivery", "leite2019", "vanska2024") in rows


# --- practice by challenge ---


def test_cells_count_distinct_studies_and_those_without_any_are_there(library_graph: KnowledgeGraph) -> None:
    rows = asked(library_graph, "practice-by-challenge")
    assert len(rows) == len(library_graph.practices) * 14
    assert [row for row in rows if row[-1] == EVIDENCE] == [
        ("continuous delivery", "organisation", 2, 1, 3, 0, 0, "evidence"),
        ("continuous integration", "communication and collaboration", 1, 0, 0, 1, 0, "evidence"),  # of the main reading
        ("continuous planning", "communication and collaboration", 2, 0, 1, 1, 0, "evidence"),
        ("continuous testing", "testing and quality", 2, 1, 3, 0, 1, "evidence"),
    ]
    assert {row[-1] for row in rows} == {EVIDENCE, NO_EVIDENCE, NOBODY}
    assert all(row[2:7] == (0, 0, 0, 0, 0) for row in rows if row[-1] != EVIDENCE)


def test_one_practice_has_a_row_for_each_category(library_graph: KnowledgeGraph) -> None:
    rows = asked(library_graph, "practice-by-challenge", "practice_label", "category", practice="CT")
    assert {practice for practice, _ in rows} > {"continuous testing", "regression testing"}
    assert len([practice for practice, _ in rows if practice == "continuous testing"]) == 14


def test_a_pair_that_was_looked_for_and_that_is_all_is_not_found(tmp_path: Path) -> None:
    link = "      - {challenge: regulatory-demands, practice: continuous-delivery"
    graph = changed_library(
        tmp_path,
        {
            "bib/annotations/two2029.yaml": (link, link + ", polarity: absent"),
            "bib/annotations/rev-a2031.yaml": (f"    links:\n{link}}}\n", ""),
            "bib/annotations/rev-b2032.yaml": (f"    links:\n{link}}}\n", ""),
        },
    )
    rows = asked(graph, "practice-by-challenge", practice="continuous-delivery")
    assert [row for row in rows if row[-1] not in (NO_EVIDENCE, NOBODY)] == [
        ("continuous delivery", "organisation", 0, 0, 0, 0, 1, NOT_FOUND)
    ]


def test_a_pair_that_somebody_rules_out_is_not_applicable_as_on_the_map(tmp_path: Path) -> None:
    (tmp_path / "ontology").mkdir()
    (tmp_path / "ontology" / "ruled-out.ttl").write_text(RULED_OUT, encoding="utf-8")
    graph = changed_library(tmp_path, {})
    rows = asked(graph, "practice-by-challenge", "practice_label", "category", "state", practice="continuous-use")
    assert ("continuous use", "design", NOT_APPLICABLE) in rows
    assert asked(
        graph, "practice-by-challenge", "practice_label", "category", "first_hand", "second_hand", "absent", "state"
    ) == counted(graph.evidence_map())


def counted(found: EvidenceMap) -> list[tuple[object, ...]]:
    return sorted(
        (
            row.label,
            column.label,
            len(cell.first_hand),
            len(cell.second_hand),
            len(cell.absent),
            found.state(row.iri, column.iri),
        )
        for row in found.rows
        for column in found.columns
        for cell in [found.cell(row.iri, column.iri)]
    )


def test_the_rows_are_the_cells_of_the_evidence_map(
    library_graph: KnowledgeGraph, review_graph: KnowledgeGraph
) -> None:
    for graph in (library_graph, review_graph):
        rows = asked(
            graph, "practice-by-challenge", "practice_label", "category", "first_hand", "second_hand", "absent", "state"
        )
        assert rows == counted(graph.evidence_map())


# --- not found, not looked for ---


def test_not_found_differs_from_not_looked_for(library_graph: KnowledgeGraph) -> None:
    rows = asked(library_graph, "looked-for")
    assert [row for row in rows if row[1] == "not found"] == [
        ("continuous budgeting", "not found", "first-hand", "one2028", "Ash and Birch (2028)", "finding")
    ]
    assert [row for row in rows if row[1] == "not looked for" and row[0] in UNKNOWN] == [
        (practice, "not looked for", None, None, None, None) for practice in UNKNOWN
    ]
    rows = asked(library_graph, "looked-for", practice="continuous-delivery")
    assert [row[2:] for row in rows if row[0] == "continuous delivery"] == [
        ("first-hand", "four2031", "Dale and Elm (2031)", "finding"),
        ("first-hand", "rev-b2032", "Hill (2032)", "finding"),
        ("first-hand", "two2029", "Cole (2029)", "finding"),
        ("second-hand", "leaflet", "A leaflet on delivery", "finding"),
        ("second-hand", "two2029", "Cole (2029)", "finding"),
    ]


def test_a_code_that_never_occurs_was_looked_for(toy_graph: KnowledgeGraph) -> None:
    assert asked(toy_graph, "looked-for", "state", "key", "known_by", practice="continuous-budgeting") == [
        ("not found", "example2031", "code"),
        ("not found", "example2031", "finding"),
    ]
    assert ("found", "example2031", "code") in asked(
        toy_graph, "looked-for", "state", "key", "known_by", practice="continuous-testing"
    )


def test_a_theme_without_an_answer_was_asked_for(tmp_path: Path) -> None:
    graph = changed_library(
        tmp_path,
        {
            "bib/annotations/two2029.yaml": (
                "findings:\n",
                """themes:
  - id: T1
    number: 1
    label: Use
    section: "2"
    description: How toys are used.
    practices: [continuous-use, continuous-delivery]
    evidence:
      - {quote: "how toys are used", section: "2"}

findings:
""",
            )
        },
    )
    rows = asked(graph, "looked-for", "practice_label", "state", "key", "known_by")
    assert [row for row in rows if row[1] == "asked"] == [("continuous use", "asked", "two2029", "theme")]


def test_the_review_looked_for_all_practices_and_did_not_find_three(review_graph: KnowledgeGraph) -> None:
    rows = asked(review_graph, "looked-for", "practice_label", "state", "hand", "key")
    assert {practice for practice, state, _, _ in rows if state == "not found"} == {
        "continuous compliance",
        "continuous security",
        "continuous trust",
    }
    assert {(hand, key) for _, state, hand, key in rows if state == "not found"} == {("first-hand", "vanska2024")}
    assert {"continuous use", "continuous trust"}.isdisjoint(row[0] for row in rows if row[1] == "not looked for")


# --- challenges nobody mitigates ---


def test_challenges_that_nobody_reports_a_mitigation_for(library_graph: KnowledgeGraph) -> None:
    # Silos are mitigated; that tools are lacking was looked for by two2029 and not found, which does not report it.
    assert asked(library_graph, "unmitigated-challenges") == [
        ("regulatory demands", "organisation", 2, 1, 1),
        ("lack of test automation tools", "testing and quality", 2, 1, 1),
        ("testing and quality", "testing and quality", 1, 0, 0),
    ]


def test_a_category_is_mitigated_with_one_of_its_challenges(tmp_path: Path) -> None:
    graph = changed_library(
        tmp_path,
        {
            "bib/annotations/one2028.yaml": (
                "{challenge: test-automation-tooling-gap, practice: continuous-testing}",
                "{challenge: test-automation-tooling-gap, practice: continuous-testing, polarity: mitigates}",
            )
        },
    )
    assert asked(graph, "unmitigated-challenges", "challenge") == [("regulatory demands",)]


def test_nobody_in_the_review_reports_a_mitigation(review_graph: KnowledgeGraph) -> None:
    rows = asked(review_graph, "unmitigated-challenges", "challenge", "first_hand", "second_hand")
    assert ("lack of test automation tools", 1, 0) in rows
    assert len(rows) == len(
        {row["c"] for row in review_graph.sparql("SELECT DISTINCT ?c { ?f cs:identifiesChallenge ?c }")}
    )


# --- challenges by number of studies ---


def test_challenges_by_the_number_of_studies(library_graph: KnowledgeGraph, review_graph: KnowledgeGraph) -> None:
    columns = ("challenge", "category_label", "studies", "first_hand", "second_hand", "keys")
    tools = ("lack of test automation tools", "testing and quality", 3, 2, 1, "five2029, four2031, one2028")
    # Not the lack of ML testing expertise, which only the second reader of one2028 names.
    assert asked(library_graph, "challenges-by-studies", *columns, practice="CT") == [tools]
    assert asked(library_graph, "challenges-by-studies", *columns)[1] == tools
    assert asked(library_graph, "challenges-by-studies", "challenge", "studies", category="organisation") == [
        ("regulatory demands", 3)
    ]
    assert asked(library_graph, "challenges-by-studies", "challenge", practice="continuous-budgeting") == []
    rows = asked(review_graph, "challenges-by-studies", "challenge", "studies", "keys", practice="CT")
    assert ("lack of test automation tools", 1, "vanska2024") in rows


# --- methods and contexts ---


def test_practices_never_studied_with_a_method(library_graph: KnowledgeGraph) -> None:
    rows = asked(library_graph, "never-studied-with", "practice", "first_hand", "unknown", method="survey")
    assert [row for row in rows if row[0] in STUDIED] == [
        ("continuous budgeting", 1, 0),
        ("continuous integration", 1, 0),
        ("continuous planning", 2, 0),
    ]
    assert [row[0] for row in rows if row[0] in UNKNOWN] == UNKNOWN


def test_a_narrower_method_is_the_method_too(library_graph: KnowledgeGraph) -> None:
    # three2030 has semi-structured interviews on planning, four2031 interviews on planning, testing and delivery.
    rows = asked(library_graph, "never-studied-with", "practice", "first_hand", "unknown", method="interview")
    assert [row for row in rows if row[0] in STUDIED] == [
        ("continuous budgeting", 1, 0),
        ("continuous integration", 1, 0),
    ]


def test_practices_never_studied_in_a_context(library_graph: KnowledgeGraph) -> None:
    rows = asked(library_graph, "never-studied-in", "practice", "first_hand", "unknown", context="regulated-domain")
    assert [row for row in rows if row[0] in STUDIED] == [
        ("continuous budgeting", 1, 0),
        ("continuous integration", 1, 0),
        ("continuous planning", 2, 0),
    ]
    rows = asked(library_graph, "never-studied-in", "practice", "first_hand", "unknown", context="medical-domain")
    assert ("continuous testing", 4, 1) in rows
    assert len(rows) == len(library_graph.practices)


def test_the_review_has_interviews_and_no_survey(review_graph: KnowledgeGraph) -> None:
    own = {
        practice
        for practice, n in asked(review_graph, "never-studied-with", "practice", "first_hand", method="survey")
        if n
    }
    without = asked(review_graph, "never-studied-with", "practice", "first_hand", method="interview")
    assert own
    assert own.isdisjoint(practice for practice, _ in without)
    assert {n for _, n in without} == {0}
    assert len(asked(review_graph, "never-studied-in", context="medical-domain")) == len(review_graph.practices)
