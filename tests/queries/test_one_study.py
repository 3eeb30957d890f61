"""Two publications that a person decided to report one study are one study, and each finding keeps its own work."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from kg.answers.network_rows import network
from kg.answers.related_work import related_work
from kg.answers.rows import Rows
from kg.api import KnowledgeGraph
from kg.building.pipeline import build
from kg.core.iris import BASE
from kg.queries.query_library import QueryLibrary
from kg.render.pages.site import site
from kg.render.text.card import card
from tests.asked import asked
from tests.conftest import ROOT
from tests.toy_library import write_library

LIBRARY = QueryLibrary.of(ROOT)
SAME = """studies:
  - keep: four2031
    same: [three2030]
    decided_by: First Reader
    date: 2032-02-01
    because: Section 1 says that the four cases are those of the three interviews and one more.
  - keep: one2028
    same: [two2029]
    decided_by: First Reader
    because: The survey is the second step of one design.
"""
ONE = {f"{BASE}study/three2030": f"{BASE}study/four2031", f"{BASE}study/two2029": f"{BASE}study/one2028"}
NUMBERS = {
    "challenges-by-studies": ("studies", "first_hand", "second_hand"),
    "challenges-without-recommendation": ("studies", "first_hand"),
    "contents": ("count",),
    "never-studied-in": ("first_hand", "unknown"),
    "never-studied-with": ("first_hand", "unknown"),
    "practice-by-challenge": ("first_hand", "second_hand", "hinders", "mitigates", "absent", "state"),
    "practice-coverage": ("first_hand", "second_hand", "absent"),
    "reviews": ("included",),
    "studies": ("also_in",),
    "vocabulary": ("findings",),  # of a method, the findings of the studies that used it
}
"""Columns with a number of studies, or that depend on which publications are one study."""
OTHER_ROWS = {
    "primary-studies",
    "review-studies",
    "shared-primary-studies",
    "network-edges",
    "network-names",
    "network-reasons",
    "study-decisions",
}
"""Queries whose rows are studies, their names, or the decisions themselves; see the tests below."""


def built(folder: Path, same: str = SAME, annotated: str = "") -> KnowledgeGraph:
    """The library's toy review with decisions, and with more at the end of the annotation of review A."""
    write_library(folder)
    with (folder / "bib" / "annotations" / "rev-a2031.yaml").open("a", encoding="utf-8") as file:
        file.write(annotated)
    (folder / "bib" / "same-as.yaml").write_text(same, encoding="utf-8")
    errors = build(folder).errors
    assert not errors, "\n".join(map(str, errors))
    return KnowledgeGraph.open(folder)


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeGraph:
    """The library's toy review in which two studies have two publications each."""
    return built(tmp_path_factory.mktemp("one"))


def but_for_studies(name: str, rows: Rows) -> Counter[tuple[str, ...]]:
    """The rows without numbers of studies, and with the IRIs of studies after the decisions."""
    kept = [i for i, column in enumerate(rows.columns) if column not in NUMBERS.get(name, ())]
    texts = (["" if row[i] is None else row[i].value for i in kept] for row in rows.terms)
    return Counter(tuple(ONE.get(text, text) for text in row) for row in texts)


@pytest.mark.parametrize("name", [q.name for q in LIBRARY if not q.services and q.name not in OTHER_ROWS])
def test_all_but_the_number_of_studies_is_the_same(
    one: KnowledgeGraph, library_graph: KnowledgeGraph, name: str
) -> None:
    needed = {p.name: str(p.example or p.default or "") for p in LIBRARY.get(name).parameters if p.default is None}
    if "finding" in needed:
        needed["finding"] = "one2028/F1"
    found, apart = (graph.query(name, **needed) for graph in (one, library_graph))
    assert but_for_studies(name, found) == but_for_studies(name, apart)
    for column in NUMBERS.get(name, ()):
        if column not in ("state", "also_in", "findings"):
            assert sum(int(str(row[column])) for row in found) <= sum(int(str(row[column])) for row in apart)


@pytest.mark.parametrize("values", [{"method": "survey"}, {"context": "mlops-adoption"}, {"method": "interview"}])
@pytest.mark.parametrize("name", ["related-work", "by-challenge", "by-study"])
def test_findings_have_the_methods_that_their_own_publication_states(
    one: KnowledgeGraph, library_graph: KnowledgeGraph, name: str, values: dict[str, str]
) -> None:
    needed = {"related-work": {"practice": "continuous-testing"}, "by-challenge": {"challenge": "silo-working"}}
    given = needed.get(name, {}) | values
    assert asked(one, name, **given) == asked(library_graph, name, **given)


def test_studies_are_counted_once(one: KnowledgeGraph, library_graph: KnowledgeGraph) -> None:
    def silos(graph: KnowledgeGraph) -> list[object]:
        rows = graph.query("challenges-by-studies")
        return [
            next(row[name] for row in rows if row["challenge"] == "working in silos") for name in ("studies", "keys")
        ]

    assert silos(library_graph) == [3, "four2031, one2028, three2030"]
    assert silos(one) == [2, "four2031, one2028, three2030"]
    studies = {str(row["what"]): row["count"] for row in one.query("contents")}["studies"]
    assert studies == 6
    total, before = (len(graph.evidence_map().total().studies) for graph in (one, library_graph))
    assert before - total == 2


def test_the_study_has_both_publications_with_their_methods_and_findings(one: KnowledgeGraph) -> None:
    def said(predicate: str) -> set[str]:
        rows = one.sparql(f"SELECT DISTINCT ?x WHERE {{ study:four2031 {predicate} ?x }}")
        return {str(row["x"]).rpartition("/")[2] for row in rows}

    assert said("cs:reportedIn") == {"three2030", "four2031"}
    assert said("dcterms:identifier") == {"four2031"}
    assert {"multiple-case-study", "thematic-analysis"} <= said("cs:usesMethod")
    assert said("rdfs:label") == {"Four cases"}
    assert said("skos:altLabel") == {"Three interviews"}
    assert said("cs:participantCount") == {"3", "12"}
    assert one.sparql("ASK { finding:three2030\\/F1 cs:producedBy study:four2031 }").boolean is True
    assert one.sparql("ASK { finding:three2030\\/F1 cs:reportedIn publication:four2031 }").boolean is False
    assert one.sparql("ASK { ?x ?p study:three2030 }").boolean is False
    rows = asked(one, "studies")
    assert [(row[0], row[-1]) for row in rows if row[-1]] == [
        ("four2031", "three2030"), ("one2028", "two2029"), ("one2028", "two2029"), ("three2030", "four2031"),
        ("two2029", "one2028"),
    ]  # fmt: skip


def test_what_one_study_says_in_two_publications_is_of_a_single_study(one: KnowledgeGraph, tmp_path: Path) -> None:
    three = SAME.replace("same: [two2029]", "same: [two2029, four2031, three2030, five2029]").split("  - keep: one")[1]
    whole = built(tmp_path, f"studies:\n  - keep: one{three}")
    hindered = [("continuous testing", "hinders", "lack of test automation tools")]
    assert not [row for row in asked(one, "single-study") if row[:3] in hindered]
    assert [row[4] for row in asked(whole, "single-study") if row[:3] in hindered]
    own = [row for row in asked(whole, "practice-coverage") if row[0] == "continuous testing"]
    assert own == [("continuous testing", "development", 2, 0, 0)]  # and that of review A


def test_a_study_that_reviews_include_under_two_keys_is_shared(one: KnowledgeGraph) -> None:
    assert asked(one, "shared-primary-studies") == [
        ("one2028", "Ash and Birch (2028)", 3, "rev-a2031", "included"),
        ("one2028", "Ash and Birch (2028)", 3, "rev-b2032", "included"),
        ("one2028", "Ash and Birch (2028)", 3, "rev-c2032", "coded"),
        ("four2031", "Dale and Elm (2031)", 2, "rev-a2031", "included"),
        ("four2031", "Dale and Elm (2031)", 2, "rev-b2032", "included"),
    ]
    rows = {row[:2]: row[2:5] for row in asked(one, "primary-studies")}
    assert rows["(all)", "included"] == (2, 4, 2)
    assert rows["(all)", "coded"] == (1, 2, 2), "of one, two and five"


def test_a_review_with_two_publications_is_one_review(tmp_path: Path) -> None:
    decision = "{keep: rev-a2031, same: [rev-b2032], decided_by: First Reader, because: One review.}"
    graph = built(tmp_path, f"studies:\n  - {decision}\n")
    shared = asked(graph, "shared-primary-studies")
    assert {row[3] for row in shared} == {"rev-a2031", "rev-c2032"}
    assert {row[0] for row in shared} == {"one2028", "two2029"}, "the others are only in this review"
    rows = {row[:2]: row[2:6] for row in asked(graph, "primary-studies")}
    assert rows["(all)", "included"] == (1, 4, 4, 1)
    assert rows["(all)", "coded"] == (1, 3, 3, 1)


def test_the_decision_is_in_the_graph(one: KnowledgeGraph) -> None:
    assert asked(one, "study-decisions")[0] == (
        "four2031", "three2030", "Dale (2030)", "First Reader", "2032-02-01",
        "Section 1 says that the four cases are those of the three interviews and one more.",
    )  # fmt: skip
    edges = {
        (row["source"], row["target"]) for row in one.query("network-edges") if row["kind"] == "reports the study of"
    }
    assert edges == {("publication/three2030", "publication/four2031"), ("publication/two2029", "publication/one2028")}


def test_the_study_is_found_by_both_keys(one: KnowledgeGraph) -> None:
    for name in ("study:three2030", "study/three2030", f"{BASE}study/three2030", "study:four2031"):
        assert one.lookup.find(name).value == f"{BASE}study/four2031"
    assert one.lookup.find("three2030").value == f"{BASE}publication/three2030"
    shown = card(one, "study:three2030")
    assert "Dale (2030)" in shown
    assert "Dale and Elm (2031)" in shown
    around = {node.iri for node in network(one, "study:four2031").nodes}
    assert {f"{BASE}publication/three2030", f"{BASE}publication/four2031"} <= around


def test_publications_of_one_study_do_not_agree_with_each_other(tmp_path: Path, library_graph: KnowledgeGraph) -> None:
    decision = "{keep: one2028, same: [four2031], decided_by: First Reader, because: One study.}"
    graph = built(tmp_path, f"studies:\n  - {decision}\n")

    def agreeing(found: KnowledgeGraph) -> set[tuple[str, str]]:
        draft = related_work(found, "continuous-testing")
        return {(point.finding.id, other.id) for point in draft.points() for other in point.agreeing}

    assert ("finding/four2031/F2", "finding/one2028/F1") in agreeing(library_graph) | {
        pair[::-1] for pair in agreeing(library_graph)
    }
    own = ("finding/four2031/", "finding/one2028/")
    assert not [pair for pair in agreeing(graph) if all(name.startswith(own) for name in pair)]
    claims = [
        claim
        for group in related_work(graph, "continuous-testing", ["challenge"]).groups or ()
        for claim in group.claims
    ]
    hinders = next(
        claim for claim in claims if claim.target == "lack of test automation tools" and claim.relation == "hinders"
    )
    assert (hinders.first, hinders.studies) == (("four2031", "one2028"), 2), "and five2029, second-hand"


def test_what_a_third_publication_says_of_both_is_said_of_the_one_study(tmp_path: Path) -> None:
    described = "".join(
        f"  - {{work: {work}, methods: [{method}], sample: {sample}, evidence: [{{quote: cases, section: '2'}}]}}\n"
        for work, method, sample in (("three2030", "survey", "Three teams"), ("four2031", "case-study", "Four cases"))
    )
    graph = built(tmp_path, annotated=f"\nother_studies:\n{described}")
    said = ("case study, survey", None, None, "Four cases; Three teams", "rev-a2031")
    assert asked(graph, "studies-of-others") == [("four2031", *said), ("three2030", *said)]
    own = {row[0]: row[2] for row in asked(graph, "studies")}
    assert own["three2030"] == "semi-structured interview, thematic analysis"


def test_a_second_hand_finding_of_the_other_publication_is_of_the_one_study(one: KnowledgeGraph) -> None:
    rows = {row["finding"]: (row["study"], row["key"], row["first_hand"]) for row in one.query("map-studies")}
    assert rows["finding/rev-b2032/two-delivery"] == ("study/one2028", "two2029", False)
    assert rows["finding/two2029/F2"] == ("study/one2028", "two2029", True)
    assert rows["finding/one2028/F1"] == ("study/one2028", "one2028", True)


@pytest.mark.parametrize(
    ("decisions", "rule", "place"),
    [
        ("  - {keep: four2031, same: [nine2030], decided_by: A, because: B}\n", "same-as/unknown-work", "nine2030"),
        ("  - {keep: four2031, decided_by: A, because: B}\n", "same-as/incomplete", "{keep"),
        (
            "  - {keep: four2031, same: [three2030], decided_by: A, because: B}\n"
            "  - {different: [three2030, four2031], decided_by: A, because: B}\n",
            "same-as/contradiction", "[three2030, four2031]",
        ),
        (
            "  - {keep: four2031, same: [leaflet], decided_by: A, because: B}\n"
            "decisions:\n  - {keep: five2029, same: [leaflet], decided_by: A, because: B}\n",
            "same-as/merged-entry", "leaflet",
        ),
    ],
)  # fmt: skip
def test_mistakes_in_decisions_are_reported_at_their_place(
    tmp_path: Path, decisions: str, rule: str, place: str
) -> None:
    text = f"studies:\n{decisions}"
    write_library(tmp_path)
    (tmp_path / "bib" / "same-as.yaml").write_text(text, encoding="utf-8")
    (problem,) = build(tmp_path).errors
    assert problem.rule == rule
    lines = text.splitlines()
    assert lines[problem.where.line - 1][problem.where.column - 1 :].startswith(place)


def test_studies_can_be_decided_to_be_different(tmp_path: Path, library_graph: KnowledgeGraph) -> None:
    graph = built(tmp_path, "studies:\n  - {different: [three2030, four2031], decided_by: A, because: Other cases.}\n")
    assert asked(graph, "contents") == asked(library_graph, "contents")
    assert asked(graph, "study-decisions") == []
    asking = "SELECT ?w WHERE { ?d a cs:StudyDecision ; cs:statement 'Other cases.' ; cs:decidesOn ?w } ORDER BY ?w"
    assert [row["w"] for row in graph.sparql(asking)] == ["publication/four2031", "publication/three2030"]


def test_the_page_of_the_study_names_both_publications(one: KnowledgeGraph) -> None:
    pages = site(one, "Toys", "")
    study, publication, method = (
        str(pages[f"{name}.html"]) for name in ("study/four2031", "publication/three2030", "method/thematic-analysis")
    )
    assert "\\cite{three2030}" in study
    assert "\\cite{four2031}" in study
    assert "Decisions that its publications report one study" in study
    assert "this is what all its publications say of it" in publication
    assert "Dale (2030); Dale and Elm (2031)" in method
