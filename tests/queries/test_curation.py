"""The family curation: what is missing, what was replaced, and where annotators disagree."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from kg.api import KnowledgeGraph
from tests.asked import asked, changed_library

FIRST, SECOND = "First Reader", "Second Reader"


def test_works_that_nobody_has_annotated(library_graph: KnowledgeGraph) -> None:
    assert asked(library_graph, "not-annotated") == [
        ("five2029", "Fern (2029)", 1, 2, 1),
        ("leaflet", "A leaflet on delivery", 1, 0, 0),
        ("rev-c2032", "Iver (2032)", 0, 0, 0),
    ]


def test_works_of_which_something_is_missing_or_that_are_not_annotated(library_graph: KnowledgeGraph) -> None:
    assert asked(library_graph, "missing-data", "key", "missing", "annotated") == [
        ("five2029", "", ""),
        ("leaflet", "authors, year, DOI", ""),
        ("rev-c2032", "", ""),
    ]


def test_quotations_that_are_not_verified(library_graph: KnowledgeGraph) -> None:
    rows = asked(library_graph, "unverified-quotations", "key", "supports", "quotation", "status")
    assert ("one2028", "finding/one2028/F2", "merging daily made us talk", "unchecked") in rows
    assert "tools were missing" not in {row[2] for row in rows}
    # The record is of the first reading; nobody has held the second against the text.
    assert ("one2028", "finding/one2028.second/F1", "no tool fits our tests", "unchecked") in rows


def test_notes_say_what_does_not_agree(library_graph: KnowledgeGraph) -> None:
    assert asked(library_graph, "notes") == [
        ("N1", "study/one2028", "The text says four people, its table five.", "“five people” (Table 1)")
    ]


def test_merged_entries_say_who_decided_and_why(library_graph: KnowledgeGraph, review_graph: KnowledgeGraph) -> None:
    assert asked(library_graph, "merged-entries") == []
    rows = asked(review_graph, "merged-entries", "kept", "merged", "decided_by", "because")
    assert rows
    assert all(all(row) for row in rows)
    assert len({merged for _, merged, _, _ in rows}) == len(rows)


def test_a_reading_that_was_replaced(library_graph: KnowledgeGraph, review_graph: KnowledgeGraph) -> None:
    assert asked(library_graph, "superseded-annotations") == [
        (
            "three2030",
            "bib/annotations/three2030.draft.yaml",
            "Hasty Reader",
            "2031-12-31",
            "bib/annotations/three2030.yaml",
            FIRST,
            "2032-01-04",
        )
    ]
    assert asked(review_graph, "superseded-annotations") == []


# --- annotators who disagree ---


def test_what_one_annotator_says_and_the_other_does_not(library_graph: KnowledgeGraph) -> None:
    assert asked(library_graph, "annotator-differences", "key", "finding", "what", "value", "said_by", "not_by") == [
        ("one2028", "F1", "challenge", "ml-testing-expertise-gap", SECOND, FIRST),
        ("one2028", "F1", "challenge", "test-automation-tooling-gap", FIRST, SECOND),
        ("one2028", "F1", "link", "hinders/ml-testing-expertise-gap/continuous-testing", SECOND, FIRST),
        ("one2028", "F1", "link", "hinders/test-automation-tooling-gap/continuous-testing", FIRST, SECOND),
        ("one2028", "F2", "approach", "devops", FIRST, SECOND),
        ("one2028", "F2", "link", "hinders/silo-working/continuous-integration", SECOND, FIRST),
        ("one2028", "F2", "link", "mitigates/silo-working/continuous-integration", FIRST, SECOND),
        ("one2028", "study", "context", "devops-adoption", FIRST, SECOND),
        ("one2028", "study", "participants", "4", FIRST, SECOND),
        ("one2028", "study", "participants", "5", SECOND, FIRST),
    ]
    assert asked(library_graph, "annotator-differences", "said_in", "not_in")[1] == (
        "bib/annotations/one2028.yaml",
        "bib/annotations/one2028.second.yaml",
    )


def test_attribution_absence_and_findings_of_one_reading_only(tmp_path: Path) -> None:
    graph = changed_library(
        tmp_path,
        {
            "bib/annotations/one2028.yaml": ("  - id: F2\n", "  - id: F2\n    attributed_to: five2029\n"),
            "bib/annotations/one2028.second.yaml": ("  - id: F3\n", "  - id: F4\n"),
        },
    )
    rows = asked(graph, "annotator-differences", "finding", "what", "value", "said_by")
    assert [row for row in rows if row[1] in ("attributed to", "finding")] == [
        ("F2", "attributed to", "five2029", FIRST),
        ("F3", "finding", "The team does not budget continuously.", FIRST),
        ("F4", "finding", "The team does not budget continuously.", SECOND),
    ]


def test_a_practice_that_is_there_or_absent(tmp_path: Path) -> None:
    graph = changed_library(tmp_path, {"bib/annotations/one2028.second.yaml": ("absent_practices:", "practices:")})
    rows = asked(graph, "annotator-differences", "what", "value", "said_by")
    assert ("absent practice", "continuous-budgeting", FIRST) in rows
    assert ("practice", "continuous-budgeting", SECOND) in rows
    codes = asked(graph, "annotator-codes", "annotator", "code", "unit", on="practices")
    assert {row[:2] for row in codes if row[2] == "F3 / continuous-budgeting"} == {(FIRST, "absent"), (SECOND, "named")}


def test_codes_have_a_row_for_each_unit_and_annotator(library_graph: KnowledgeGraph) -> None:
    rows = asked(library_graph, "annotator-codes", "unit", "annotator", "code", on="polarity")
    assert len(rows) == 3 * 3 * 2  # findings, pairs that any of them links, annotators
    assert [row for row in rows if row[2] != "no link"] == [
        ("F1 / ml-testing-expertise-gap – continuous-testing", SECOND, "hinders"),
        ("F1 / test-automation-tooling-gap – continuous-testing", FIRST, "hinders"),
        ("F2 / silo-working – continuous-integration", SECOND, "hinders"),
        ("F2 / silo-working – continuous-integration", FIRST, "mitigates"),
    ]
    assert asked(library_graph, "annotator-codes", "unit", "annotator", "code", on="attribution") == [
        (finding, who, "own") for finding in ("F1", "F2", "F3") for who in (SECOND, FIRST)
    ]
    rows = asked(library_graph, "annotator-codes", "key", "on", "unit", work="one2028")
    assert {key for key, _, _ in rows} == {"one2028"}
    assert Counter(on for _, on, _ in rows) == {"attribution": 6, "challenges": 18, "polarity": 18, "practices": 18}


def test_nobody_has_read_the_publication_of_the_review_a_second_time(review_graph: KnowledgeGraph) -> None:
    assert asked(review_graph, "annotator-differences") == asked(review_graph, "annotator-codes") == []
