"""Counts by author and venue: by the name as printed, or by the name that a decision keeps; works have one row each."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from kg.api import KnowledgeGraph
from kg.building.pipeline import build
from kg.core.iris import BASE, PREFIXES
from kg.queries.query_library import QueryLibrary
from kg.render.formats import render
from kg.render.pages.site import site
from kg.render.text.card import card
from tests.asked import asked, changed_library
from tests.conftest import ROOT
from tests.pages import broken, pages
from tests.toy_library import write_library

# Two exports of works of the same people, with another spelling of names and venues each.
ONE_BIB = r"""@article{a2030, author = {Toy, Ann and Bear, Bo}, title = {One}, journal = {C++ Report}, year = {2030}}
@article{b2031, author = {Toy, A. and Bear, B.}, title = {Two}, journal = {C# Report}, year = {2031}}
@article{c2032, author = {Toy, A and Doll, Di}, title = {Three}, journal = {C Report}, year = {2032}}
@inproceedings{d2033, author = {Maria Toy, Ann}, title = {Four}, booktitle = {AISec}, year = {2033}}
"""
TWO_BIB = r"""@inproceedings{e2034, author = {Toy, Ann Maria and {Toy Lab}},
  title = {Five}, booktitle = {AISEC}, year = 2034}
@inproceedings{f2035, author = {Lab, Toy and TOY, ANN}, title = {Six}, booktitle = {Aisec}, year = {2035}}
"""
SAME = """\
people:
  - keep: Ann Toy
    same: [A. Toy, ANN TOY]
    decided_by: Jo Doe
    date: 2036-01-02
    because: Her page lists the works.
  - different: [A Toy, Ann Toy]
    decided_by: Jo Doe
    because: Another field.
  - keep: Ann Maria Toy
    same: [Toy Lab]
    decided_by: Jo Doe
    because: Made up.
venues:
  - keep: AISec
    same: [AISEC]
    decided_by: J. Doe
    because: Only case differs.
"""


NO_YEAR = (
    "@article{n0, title = {N}, author = {Bear, Bo}, journal = {Bear Letters}}\n"
    "@article{n1, title = {N}, author = {Toy, Ann}, journal = {Toy Letters}}\n"
) + "".join(
    f"@article{{n{year}, title = {{N{year}}}, author = {{Toy, Ann}}, journal = {{Toy Letters}}, year = {year}}}\n"
    for year in (2031, 2030, 2033)
)


def built(folder: Path, same: str = "") -> KnowledgeGraph:
    (folder / "bib").mkdir()
    for name, text in (("one.bib", ONE_BIB), ("two.bib", TWO_BIB), ("same-as.yaml", same)):
        if text:
            (folder / "bib" / name).write_text(text, encoding="utf-8")
    errors = build(folder).errors
    assert not errors, "\n".join(map(str, errors))
    return KnowledgeGraph.open(folder)


@pytest.fixture(scope="module")
def undecided(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeGraph:
    return built(tmp_path_factory.mktemp("undecided"))


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeGraph:
    return built(tmp_path_factory.mktemp("decided"), SAME)


PRINTED = [
    ("a2030", "Ann Toy"), ("a2030", "Bo Bear"), ("b2031", "A. Toy"), ("b2031", "B. Bear"), ("c2032", "A Toy"),
    ("c2032", "Di Doll"), ("d2033", "Ann Maria Toy"), ("e2034", "Ann Maria Toy"), ("e2034", "Toy Lab"),
    ("f2035", "Toy Lab"), ("f2035", "ANN TOY"),
]  # fmt: skip


def test_a_work_keeps_its_names_and_its_venue_as_printed(undecided: KnowledgeGraph, decided: KnowledgeGraph) -> None:
    venues = ["C++ Report", "C# Report", "C Report", "AISec", "AISEC", "Aisec"]
    for graph in (undecided, decided):
        assert asked(graph, "things-authors", "key", "author") == PRINTED
        assert [venue for (venue,) in asked(graph, "publications", "venue")] == venues
        assert [venue for (venue,) in asked(graph, "things-publications", "venue")] == venues
        assert graph.publication("b2031").authors == ("A. Toy", "B. Bear")


def test_an_export_has_the_names_of_the_work(decided: KnowledgeGraph) -> None:
    ris = render(decided.query("publications"), "ris", decided)
    assert [line.removeprefix("AU  - ") for line in str(ris).splitlines() if line.startswith("AU")] == [
        "Toy, Ann", "Bear, Bo", "Toy, A.", "Bear, B.", "Toy, A", "Doll, Di", "Maria Toy, Ann", "Toy, Ann Maria",
        "Toy Lab,", "Lab, Toy", "TOY, ANN",
    ]  # fmt: skip
    assert [line for line in str(ris).splitlines() if "Report" in line] == [
        "T2  - C++ Report", "T2  - C# Report", "T2  - C Report"
    ]  # fmt: skip


def test_authors_are_counted_by_name_unless_somebody_decided(
    undecided: KnowledgeGraph, decided: KnowledgeGraph
) -> None:
    assert asked(undecided, "authors") == [
        ("Ann Maria Toy", 2, "2033", "2034", 1),
        ("Toy Lab", 2, "2034", "2035", 1),
        *[(name, 1, year, year, 1) for name, year in [
            ("A Toy", "2032"), ("A. Toy", "2031"), ("ANN TOY", "2035"), ("Ann Toy", "2030"), ("B. Bear", "2031"),
            ("Bo Bear", "2030"), ("Di Doll", "2032")]],
    ]  # fmt: skip
    assert asked(decided, "authors") == [
        ("Ann Maria Toy", 3, "2033", "2035", 2),
        ("Ann Toy", 3, "2030", "2035", 3),
        *[(name, 1, year, year, 1) for name, year in [
            ("A Toy", "2032"), ("B. Bear", "2031"), ("Bo Bear", "2030"), ("Di Doll", "2032")]],
    ]  # fmt: skip


def test_venues_are_counted_by_text_unless_somebody_decided(undecided: KnowledgeGraph, decided: KnowledgeGraph) -> None:
    assert [row[:2] for row in asked(undecided, "venues")] == [
        (venue, 1) for venue in ("AISEC", "AISec", "Aisec", "C Report", "C# Report", "C++ Report")
    ]
    assert asked(decided, "venues")[:2] == [("AISec", 2, "2033", "2034", 2), ("Aisec", 1, "2035", "2035", 1)]


def test_a_work_without_a_year_does_not_hide_the_years_of_the_others(tmp_path: Path) -> None:
    from rdflib import Graph

    (tmp_path / "bib").mkdir()
    (tmp_path / "bib" / "a.bib").write_text(NO_YEAR, encoding="utf-8")
    assert not build(tmp_path).errors
    graph = KnowledgeGraph.open(tmp_path)
    other = Graph().parse(tmp_path / "build" / "graph.ttl")
    for name, one, two in (("authors", "Ann Toy", "Bo Bear"), ("venues", "Toy Letters", "Bear Letters")):
        assert asked(graph, name) == [(one, 4, "2030", "2033", 1), (two, 1, None, None, 1)]
        found = other.query(QueryLibrary.of(ROOT).get(name).sparql, initNs=PREFIXES)
        assert [[str(term) for term in row if term] for row in found] == [
            [one, "4", "2030", "2033", "1"],
            [two, "1", "1"],
        ]


def test_the_name_that_counts_stands_beside_the_printed_one(decided: KnowledgeGraph) -> None:
    names = {author: name for _, author, name in asked(decided, "things-authors") if author != name}
    assert names == {"A. Toy": "Ann Toy", "ANN TOY": "Ann Toy", "Toy Lab": "Ann Maria Toy"}


def test_decisions_on_names_say_who_decided_and_why(
    decided: KnowledgeGraph, library_graph: KnowledgeGraph, review_graph: KnowledgeGraph
) -> None:
    assert asked(decided, "name-decisions") == [
        ("Ann Maria Toy", "Toy Lab", "person", 2, "Jo Doe", None, "Made up."),
        ("Ann Toy", "A. Toy", "person", 1, "Jo Doe", "2036-01-02", "Her page lists the works."),
        ("Ann Toy", "ANN TOY", "person", 1, "Jo Doe", "2036-01-02", "Her page lists the works."),
        ("AISec", "AISEC", "venue", 1, "J. Doe", None, "Only case differs."),
    ]
    assert asked(library_graph, "name-decisions") == []
    assert asked(review_graph, "name-decisions", "kept", "variant", "kind") == [
        ("AISec", "AISEC", "venue"),
        ("IEEE Access", "IEEE access", "venue"),
        ("IEEE Transactions on Software Engineering", "IEEE Transactions on software engineering", "venue"),
    ]


# --- self-citations ---

DALE = {"bib/works.bib": ("author = {Dale, Dee and Elm, Eve}", "author = {Dale, D. and Elm, Eve}")}
SAME_DALE = """people:
  - keep: Dee Dale
    same: [D. Dale]
    decided_by: Jo Doe
    because: One page.
"""


def test_a_self_citation_under_another_name_is_known_by_a_decision_only(tmp_path: Path) -> None:
    graph = changed_library(tmp_path / "undecided", DALE)
    assert asked(graph, "self-citations") == []
    (tmp_path / "decided" / "bib").mkdir(parents=True)
    (tmp_path / "decided" / "bib" / "same-as.yaml").write_text(SAME_DALE, encoding="utf-8")
    graph = changed_library(tmp_path / "decided", DALE)
    assert asked(graph, "self-citations", "key", "cited", "author", "printed", "cited_printed") == [
        ("four2031", "three2030", "Dee Dale", "D. Dale", "Dee Dale")
    ]


def test_annotators_of_similar_names_do_not_double_rows(tmp_path: Path, library_graph: KnowledgeGraph) -> None:
    write_library(tmp_path)
    for path, old, new in (("one2028", "First Reader", "J. Doe"), ("one2028.second", "Second Reader", "J Doe")):
        file = tmp_path / "bib" / "annotations" / f"{path}.yaml"
        file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    assert not build(tmp_path).errors
    graph = KnowledgeGraph.open(tmp_path)
    assert len(graph.query("annotator-codes")) == len(library_graph.query("annotator-codes"))
    assert {who for (who,) in asked(graph, "annotator-codes", "annotator", work="one2028")} == {"J. Doe", "J Doe"}
    assert len(graph.query("annotator-differences")) == len(library_graph.query("annotator-differences"))


# --- one row for each ---

ONE_ROW = {  # queries whose header says `one row for each`: the column, and parameters that they need
    "publications": ("key", {}), "things-publications": ("key", {}), "missing-data": ("key", {}),
    "not-annotated": ("key", {}), "reviews": ("key", {}), "read-first": ("key", {"practice": "continuous-testing"}),
    "merged-entries": ("merged", {}), "authors": ("author", {}), "venues": ("venue", {}),
    "study-decisions": ("merged", {}),
}  # fmt: skip


def test_the_headers_say_which_queries_have_one_row_for_each() -> None:
    said = {
        (query.name, column)
        for query in QueryLibrary.of(ROOT)
        for column, text in query.columns.items()
        if "one row for each" in text
    }
    assert said == {(name, column) for name, (column, _) in ONE_ROW.items()}


@pytest.mark.parametrize("name", ONE_ROW)
def test_there_is_one_row_for_each(
    name: str,
    toy_graph: KnowledgeGraph,
    library_graph: KnowledgeGraph,
    review_graph: KnowledgeGraph,
    undecided: KnowledgeGraph,
    decided: KnowledgeGraph,
) -> None:
    column, parameters = ONE_ROW[name]
    for graph in (toy_graph, library_graph, review_graph, undecided, decided):
        counted = Counter(value for (value,) in asked(graph, name, column, **parameters))
        assert {value: number for value, number in counted.items() if number > 1} == {}


def test_the_review_has_a_row_for_each_of_its_works(review_graph: KnowledgeGraph) -> None:
    ((works,),) = (row.values() for row in review_graph.sparql("SELECT (COUNT(?w) AS ?n) { ?w a cs:Publication }"))
    assert len(review_graph.query("publications")) == len(review_graph.query("things-publications")) == works > 580


TWO_LABELS = """SELECT ?thing (COUNT(DISTINCT ?label) AS ?labels) WHERE {
  ?thing rdfs:label ?label . FILTER(STRSTARTS(STR(?thing), "https://w3id.org/continuous-star/"))
} GROUP BY ?thing HAVING (COUNT(DISTINCT ?label) > 1)"""
"""IRIs of the project with more than one label; a concept has its labels by language in SKOS."""


@pytest.mark.parametrize("name", ["toy_graph", "library_graph", "review_graph", "undecided", "decided"])
def test_no_iri_has_two_labels(name: str, request: pytest.FixtureRequest) -> None:
    graph: KnowledgeGraph = request.getfixturevalue(name)
    assert [dict(row) for row in graph.sparql(TWO_LABELS)] == []


# --- pages ---


def test_a_page_lists_each_spelling_with_what_was_decided(decided: KnowledgeGraph) -> None:
    files = site(decided, "Names")
    assert broken(files, pages(files)) == []
    people, places = files["people.html"].decode(), json.loads(files["iris.json"])
    kept = people[people.index('id="person/ann-toy"') :].split('id="person/')[1]
    assert "other spellings" in kept
    assert "ANN TOY" in kept
    assert "A Toy<" not in kept
    decision = "decision/same-person/A.%20Toy"
    assert places[f"{BASE}{decision}"].startswith("sources.html#")
    assert "Her page lists the works." in files["sources.html"].decode()
    publication = files["publication/b2031.html"].decode()
    assert ">A. Toy</a>" in publication
    assert "Ann Toy" not in publication


def test_the_card_of_a_name_says_what_it_is_a_variant_of(decided: KnowledgeGraph) -> None:
    text = card(decided, "person/a-toy")
    assert text.startswith("A. Toy\n")
    assert re.search(r"variant of +Ann Toy \(person/ann-toy\)", text)
