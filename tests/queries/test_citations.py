"""The family citations: who cites whom and why, and which primary studies reviews share."""

from __future__ import annotations

from pathlib import Path

from kg.api import KnowledgeGraph
from tests.asked import asked, changed_library


def test_backward_citations_are_what_a_publication_cites(library_graph: KnowledgeGraph) -> None:
    assert asked(library_graph, "backward-citations", work="three2030") == [
        ("three2030", "five2029", "Fern (2029)", 2029, "citesAsRelated", ""),
        ("three2030", "one2028", "Ash and Birch (2028)", 2028, "agreesWith", "yes"),
    ]
    assert asked(library_graph, "backward-citations", "by", "key") == [
        ("four2031", "one2028"), ("four2031", "three2030"), ("rev-a2031", "one2028"), ("rev-a2031", "three2030"),
        ("rev-a2031", "two2029"), ("rev-b2032", "four2031"), ("rev-b2032", "one2028"), ("rev-b2032", "three2030"),
        ("rev-b2032", "two2029"), ("three2030", "five2029"), ("three2030", "one2028"), ("two2029", "five2029"),
        ("two2029", "one2028"),
    ]  # fmt: skip


def test_backward_citations_of_the_review_are_the_29_references(review_graph: KnowledgeGraph) -> None:
    rows = asked(review_graph, "backward-citations", "key", "annotated", work="vanska2024")
    assert len(rows) == 29
    assert {annotated for _, annotated in rows} == {""}
    reasons = dict(asked(review_graph, "backward-citations", "key", "reasons", work="vanska2024"))
    assert "agreesWith" in str(reasons["serban2020"]).split(", ")


def test_forward_citations_are_who_cites_a_work(library_graph: KnowledgeGraph) -> None:
    assert asked(library_graph, "forward-citations", work="one2028") == [
        ("one2028", "two2029", "Cole (2029)", 2029, "disputes", 0),
        ("one2028", "three2030", "Dale (2030)", 2030, "agreesWith", 0),
        ("one2028", "four2031", "Dale and Elm (2031)", 2031, "confirms", 1),
        ("one2028", "rev-a2031", "Gale (2031)", 2031, "reviews", 0),
        ("one2028", "rev-b2032", "Hill (2032)", 2032, "citesAsRelated", 0),
    ]
    backward = {(by, key) for by, key in asked(library_graph, "backward-citations", "by", "key")}
    assert {(key, cited) for cited, key in asked(library_graph, "forward-citations", "cited", "key")} == backward


def test_forward_citations_of_the_review(review_graph: KnowledgeGraph) -> None:
    ((key, told),) = asked(review_graph, "forward-citations", "key", "told", work="giray2021")
    assert key == "vanska2024"
    assert told


def test_why_cited_gives_each_reason_with_its_finding(library_graph: KnowledgeGraph) -> None:
    assert asked(library_graph, "why-cited", work="three2030") == [
        ("three2030", "Dale (2030)", "four2031", "extends", "F1", "2, 5", "More cases."),
        ("three2030", "Dale (2030)", "rev-a2031", "reviews", None, "3", None),
        ("three2030", "Dale (2030)", "rev-b2032", "reviews", None, "4", None),
    ]


def test_a_work_that_its_own_author_cites(library_graph: KnowledgeGraph, review_graph: KnowledgeGraph) -> None:
    assert asked(library_graph, "self-citations") == [
        ("four2031", "Dale and Elm (2031)", "three2030", "Dale (2030)", *["Dee Dale"] * 3, "extends")
    ]
    assert asked(review_graph, "self-citations") == []


def test_publications_that_cite_the_same_works(library_graph: KnowledgeGraph, review_graph: KnowledgeGraph) -> None:
    assert asked(library_graph, "bibliographic-coupling") == [
        ("rev-a2031", "rev-b2032", 3, "one2028, three2030, two2029"),
        ("four2031", "rev-a2031", 2, "one2028, three2030"),
        ("four2031", "rev-b2032", 2, "one2028, three2030"),
        ("three2030", "two2029", 2, "five2029, one2028"),
        ("four2031", "three2030", 1, "one2028"),
        ("four2031", "two2029", 1, "one2028"),
        ("rev-a2031", "three2030", 1, "one2028"),
        ("rev-a2031", "two2029", 1, "one2028"),
        ("rev-b2032", "three2030", 1, "one2028"),
        ("rev-b2032", "two2029", 1, "one2028"),
    ]
    assert asked(review_graph, "bibliographic-coupling") == []  # one publication is annotated


def test_works_that_are_cited_together(library_graph: KnowledgeGraph, review_graph: KnowledgeGraph) -> None:
    assert asked(library_graph, "co-citation") == [
        ("one2028", "three2030", 3, "four2031, rev-a2031, rev-b2032"),
        ("five2029", "one2028", 2, "three2030, two2029"),
        ("one2028", "two2029", 2, "rev-a2031, rev-b2032"),
        ("three2030", "two2029", 2, "rev-a2031, rev-b2032"),
        ("four2031", "one2028", 1, "rev-b2032"),
        ("four2031", "three2030", 1, "rev-b2032"),
        ("four2031", "two2029", 1, "rev-b2032"),
    ]
    assert asked(library_graph, "co-citation", "key", "other", work="five2029") == [("five2029", "one2028")]
    assert len(asked(review_graph, "co-citation")) == 29 * 28 / 2


# --- primary studies ---


def test_what_is_recorded_of_each_review(library_graph: KnowledgeGraph, review_graph: KnowledgeGraph) -> None:
    assert asked(library_graph, "reviews") == [
        ("rev-a2031", "Gale (2031)", 3, 0, 0, "included studies"),
        ("rev-b2032", "Hill (2032)", 3, 0, 0, "included studies"),
        ("rev-c2032", "Iver (2032)", 0, 3, 3, "coded works"),
    ]
    # Rows are more than works: some entries were decided to be the same work.
    assert asked(review_graph, "reviews", "key", "included", "rows", "coded", "recorded") == [
        ("cruzlifecycle", 0, 170, 167, "coded works"),
        ("doremus2026", 0, 352, 337, "coded works"),
        ("giray2021", 0, 0, 0, "nothing"),  # known as a review from the paper that reports it
        ("kaestnerseaibib", 0, 55, 55, "coded works"),
        ("martinezfernandez2022", 0, 0, 0, "nothing"),
    ]


def test_a_review_without_codings_is_reported(tmp_path: Path) -> None:
    graph = changed_library(
        tmp_path,
        {"bib/annotations/rev-b2032.yaml": ("  includes_primary_studies: [two2029, three2030, four2031]\n", "")},
    )
    assert asked(graph, "reviews", "key", "recorded")[1] == ("rev-b2032", "nothing")
    assert asked(graph, "primary-studies")[0] == (
        "(all)",
        "included",
        1,
        3,
        3,
        2,
        "1 of 3 reviews; of the others nobody has recorded it",
    )


def test_studies_that_more_than_one_review_has(library_graph: KnowledgeGraph, review_graph: KnowledgeGraph) -> None:
    assert asked(library_graph, "shared-primary-studies") == [
        ("two2029", "Cole (2029)", 3, "rev-a2031", "included"),
        ("two2029", "Cole (2029)", 3, "rev-b2032", "included"),
        ("two2029", "Cole (2029)", 3, "rev-c2032", "coded"),
        ("one2028", "Ash and Birch (2028)", 2, "rev-a2031", "included"),
        ("one2028", "Ash and Birch (2028)", 2, "rev-c2032", "coded"),
        ("three2030", "Dale (2030)", 2, "rev-a2031", "included"),
        ("three2030", "Dale (2030)", 2, "rev-b2032", "included"),
    ]
    assert asked(review_graph, "shared-primary-studies", "key", "review", "basis") == [
        (key, review, "coded") for key, reviews in {
            "ashmore2019assuring": ("cruzlifecycle", "kaestnerseaibib"),
            "braiek2020testing": ("cruzlifecycle", "kaestnerseaibib"),
            "pei2017deepxplore": ("cruzlifecycle", "kaestnerseaibib"),
            "tang2010overlapping": ("doremus2026", "kaestnerseaibib"),
        }.items() for review in reviews]  # fmt: skip


def test_the_primary_studies_of_each_review(library_graph: KnowledgeGraph) -> None:
    def studies(**given: str) -> list[tuple[object, ...]]:
        return asked(library_graph, "review-studies", "review", "key", "on", **given)

    found = studies()
    included = [row for row in found if row[2] == "included"]
    assert [(row[0], row[2]) for row in found].count(("rev-a2031", "included")) == 3
    assert [(row[0], row[2]) for row in found].count(("rev-b2032", "included")) == 3
    assert {row[0] for row in found if row[2] == "coded"} == {"rev-c2032"}
    a, b, c = ({row[1] for row in found if row[0] == key} for key in ("rev-a2031", "rev-b2032", "rev-c2032"))
    assert (len(a & b), len(a & c), len(b & c)) == (2, 2, 1)  # one2028 and two2029 are rows of the sheet
    assert studies(basis="included") == included
    assert studies(basis="coded") == [row for row in found if row not in included]
    assert {row[1] for row in studies(since="2030")} == {"three2030", "four2031"}


def test_primary_studies_with_and_without_counting_them_twice(library_graph: KnowledgeGraph) -> None:
    assert asked(library_graph, "primary-studies") == [
        ("(all)", "included", 2, 6, 4, 1, "2 of 3 reviews; of the others nobody has recorded it"),
        ("continuous budgeting", "included", 1, 1, 1, None, None),
        ("continuous delivery", "included", 2, 3, 2, None, None),  # two2029 in both, four2031 in B
        ("continuous integration", "included", 1, 1, 1, None, None),
        ("continuous planning", "included", 2, 3, 2, None, None),  # three2030 in both, four2031 in B
        ("continuous testing", "included", 2, 4, 3, None, None),  # two2029 in both, one2028 in A, four2031 in B
        ("(all)", "coded", 1, 3, 3, 2, "1 of 3 reviews; of the others nobody has recorded it"),
        ("continuous integration", "coded", 1, 1, 1, None, None),
        ("continuous testing", "coded", 1, 2, 2, None, None),
    ]


def test_the_review_knows_coded_works_and_no_included_studies(review_graph: KnowledgeGraph) -> None:
    assert asked(review_graph, "primary-studies") == [
        ("(all)", "included", 0, 0, 0, 5, "0 of 5 reviews; of the others nobody has recorded it"),
        ("(all)", "coded", 3, 559, 555, 2, "3 of 5 reviews; of the others nobody has recorded it"),
        ("continuous deployment", "coded", 1, 38, 38, None, None),
        ("continuous experimentation", "coded", 1, 337, 337, None, None),
        ("continuous security", "coded", 2, 66, 66, None, None),
        ("continuous testing", "coded", 2, 67, 65, None, None),
    ]
