"""The family methods: how studies were done, with whom, and when."""

from __future__ import annotations

from kg.api import KnowledgeGraph
from tests.asked import asked


def test_studies_have_a_row_each_and_two_where_readings_count_differently(library_graph: KnowledgeGraph) -> None:
    contexts, methods = "MLOps adoption, large corporations", "semi-structured interview, thematic analysis"
    assert asked(library_graph, "studies") == [
        ("four2031", "Four cases", "interview, multiple case study", contexts, 12, 2031, None, None, None),
        (
            "one2028",
            "One team",
            "case study",
            "DevOps adoption, industrial context",
            4,
            2028,
            None,
            "First Reader",
            None,
        ),
        ("one2028", "One team", "case study", "industrial context", 5, 2028, None, "Second Reader", None),
        ("rev-a2031", "Review A", "systematic literature review", None, None, 2031, None, None, None),
        ("rev-b2032", "Review B", "systematic literature review", None, None, 2032, None, None, None),
        ("three2030", "Three interviews", methods, "MLOps adoption", 3, 2030, None, None, None),
        ("two2029", "A survey", "survey", "regulated domain", 60, 2029, None, None, None),
    ]


def test_studies_name_their_cases(toy_graph: KnowledgeGraph, review_graph: KnowledgeGraph) -> None:
    assert asked(toy_graph, "studies", "key", "cases") == [("example2031", "Team Alpha"), ("muster2032", None)]
    ((year, cases),) = asked(review_graph, "studies", "year", "cases")
    assert year == 2024
    assert len(str(cases).split("; ")) == 8


def test_participants_and_what_they_are_quoted_for(library_graph: KnowledgeGraph) -> None:
    assert asked(library_graph, "participants") == [("one2028", "P1", "Tester", "F1", "First Reader")]


def test_reported_counts_stand_with_their_words(library_graph: KnowledgeGraph) -> None:
    assert asked(library_graph, "reported-counts") == [
        ("F1", 3, 4, "cases", "Plan in silos.", "4.1", "three", "four2031", None),
        ("F1", 3, 4, "respondents", "Missed tools.", "4.1", "three of four", "one2028", "First Reader"),
        ("F2", 45, 60, "respondents", "Were stopped.", "5", "45 of 60", "two2029", None),
    ]
    assert asked(library_graph, "reported-counts", "count", finding="two2029/F2") == [(45,)]


def test_code_occurrences_and_instruments_are_of_the_study_that_has_them(
    library_graph: KnowledgeGraph, toy_graph: KnowledgeGraph
) -> None:
    assert asked(library_graph, "code-occurrences") == asked(library_graph, "instrument") == []
    assert asked(toy_graph, "code-occurrences") == [
        ("example2031", 1, "Testing", 3, "continuous testing", "Table 2", None),
        ("example2031", 2, "Budgeting", 0, "continuous budgeting", "Table 2", None),
    ]
    assert asked(toy_graph, "instrument") == [
        ("example2031", "1 Testing toys", 1, "Testing today", "Appendix", None),
        ("example2031", "1 Testing toys", 2, "Testing tomorrow", "Appendix", None),
    ]


# --- over the years ---


def test_methods_by_year(library_graph: KnowledgeGraph) -> None:
    assert asked(library_graph, "methods-by-year") == [
        (2028, "case study", 1, 1),
        (2029, "survey", 1, 1),
        (2030, "semi-structured interview", 1, 1),
        (2030, "thematic analysis", 1, 1),
        (2031, "interview", 1, 1),
        (2031, "multiple case study", 1, 1),
        (2031, "systematic literature review", 1, 1),
        (2032, "systematic literature review", 1, 1),
    ]
    assert asked(library_graph, "methods-by-year", "year", "method_label", method="interview") == [
        (2030, "semi-structured interview"),
        (2031, "interview"),
    ]


def test_practices_of_a_period(library_graph: KnowledgeGraph) -> None:
    assert asked(
        library_graph, "practices-by-year", "year", "practice_label", "second_hand", since="2029", until="2030"
    ) == [(2029, "continuous delivery", 0), (2029, "continuous testing", 1), (2030, "continuous planning", 0)]
    assert asked(library_graph, "practices-by-year", "year", since="2032") == [(2032,)]


def test_methods_by_practice_count_studies_and_name_their_works(
    library_graph: KnowledgeGraph, review_graph: KnowledgeGraph
) -> None:
    assert asked(library_graph, "methods-by-practice") == [
        ("case study", "continuous budgeting", 1, "one2028"),  # two readers, one study; that it was not found
        ("case study", "continuous integration", 1, "one2028"),
        ("case study", "continuous testing", 1, "one2028"),
        ("interview", "continuous delivery", 1, "four2031"),
        ("interview", "continuous planning", 1, "four2031"),
        ("interview", "continuous testing", 1, "four2031"),
        ("multiple case study", "continuous delivery", 1, "four2031"),
        ("multiple case study", "continuous planning", 1, "four2031"),
        ("multiple case study", "continuous testing", 1, "four2031"),
        ("semi-structured interview", "continuous planning", 1, "three2030"),
        ("survey", "continuous delivery", 1, "two2029"),
        ("survey", "continuous testing", 1, "two2029"),
        ("systematic literature review", "continuous delivery", 1, "rev-b2032"),
        ("systematic literature review", "continuous testing", 1, "rev-a2031"),
        ("thematic analysis", "continuous planning", 1, "three2030"),
    ]
    rows = asked(review_graph, "methods-by-practice", "studies", "keys")
    assert set(rows) == {(1, "vanska2024")}
    methods = asked(review_graph, "methods-by-year", "method_label")
    assert len(rows) == len(methods) * 12, "each method with each practice that the study found something on"


def test_methods_of_a_practice_and_a_period(library_graph: KnowledgeGraph) -> None:
    def methods(**given: str) -> list[tuple[object, ...]]:
        return asked(library_graph, "methods-by-practice", "method_label", "keys", **given)

    planning = {"practice": "continuous-planning"}
    assert methods(**planning, method="interview") == [
        ("interview", "four2031"),
        ("semi-structured interview", "three2030"),
    ]
    assert methods(**planning, until="2030") == [
        ("semi-structured interview", "three2030"),
        ("thematic analysis", "three2030"),
    ]


def test_practices_by_year_keep_findings_and_codes_apart(library_graph: KnowledgeGraph) -> None:
    assert asked(library_graph, "practices-by-year") == [
        (None, "continuous delivery", 0, 1, 0),  # the leaflet has no year
        (2028, "continuous budgeting", 1, 0, 0),
        (2028, "continuous integration", 1, 0, 1),
        (2028, "continuous testing", 1, 0, 1),  # what four2031 tells of one2028 does not make it a second study
        (2029, "continuous delivery", 1, 0, 0),
        (2029, "continuous testing", 1, 1, 1),
        (2030, "continuous planning", 1, 0, 0),
        (2031, "continuous delivery", 1, 0, 0),
        (2031, "continuous planning", 1, 0, 0),
        (2031, "continuous testing", 2, 0, 0),
        (2032, "continuous delivery", 1, 0, 0),
    ]


def test_findings_by_the_year_of_the_work_that_found_them(library_graph: KnowledgeGraph) -> None:
    assert asked(library_graph, "findings-by-year") == [
        (None, 0, 1, 1),  # the leaflet has no year
        (2028, 3, 1, 1),  # of the main reading alone; what four2031 reports is of 2028
        (2029, 2, 2, 2),
        (2030, 1, 0, 1),
        (2031, 3, 0, 2),
        (2032, 1, 0, 1),
    ]
    assert asked(library_graph, "findings-by-year", since="2029", until="2030") == [(2029, 2, 2, 2), (2030, 1, 0, 1)]
    assert asked(library_graph, "findings-by-year", practice="continuous-planning") == [
        (2030, 1, 0, 1),
        (2031, 1, 0, 1),
    ]
    assert asked(library_graph, "findings-by-year", challenge="silo-working", since="2030") == [
        (2030, 1, 0, 1),
        (2031, 1, 0, 1),
    ]


def test_the_review_has_one_study_and_many_coded_works(review_graph: KnowledgeGraph) -> None:
    assert {(year, studies) for year, _, studies, _ in asked(review_graph, "methods-by-year")} == {(2024, 1)}
    rows = asked(review_graph, "practices-by-year", practice="continuous-experimentation")
    assert {first_hand for _, _, first_hand, _, _ in rows} == {0}
    assert sum(int(str(row[3])) for row in rows) == 1  # Fitzgerald and Stol, told of by Vänskä et al.
    coded = review_graph.sparql("SELECT DISTINCT ?w { ?w cs:codedAs practice:continuous-experimentation }")
    assert sum(int(str(row[4])) for row in rows) == len(coded)
