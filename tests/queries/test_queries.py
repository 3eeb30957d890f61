"""The query library: headers are complete, parameters are bound as terms, every query runs as documented."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode

from kg.api import KnowledgeGraph
from kg.core.problems import KgError, UsageError
from kg.queries.lookup import Lookup
from kg.queries.query_library import NOT_ASKED, Query, QueryFileError, QueryLibrary, read_query
from kg.store import Store
from kg.store.services.blocks import offline

ROOT = Path(__file__).parents[2]
LIBRARY = QueryLibrary.of(ROOT)

ECHO = """#+ summary: Gives back what it was given.
#+ story: As a tester, I want my words back.
#+ params:
#+   word:
#+     type: text
#+     description: any text
#+     example: toys
#+   how_many:
#+     type: integer
#+     default: 3
#+   kind:
#+     type: choice
#+     choices: a b
#+     default: ""
#+ columns:
#+   word: the text
#+ cites: word other

SELECT ?word ?how_many ?kind WHERE {
  VALUES ?word { "toys" }
  VALUES ?how_many { UNDEF }
  VALUES ?kind { UNDEF }
}
"""


def echo(text: str = ECHO) -> Query:
    return read_query("queries/toys/echo.rq", text)


# --- headers ---


def test_a_header_becomes_the_documentation_of_the_query() -> None:
    query = echo()
    assert (query.name, query.family) == ("echo", "toys")
    assert query.summary == "Gives back what it was given."
    assert [(p.name, p.option, p.type, p.default) for p in query.parameters] == [
        ("word", "--word", "text", None),
        ("how_many", "--how-many", "integer", "3"),
        ("kind", "--kind", "choice", ""),
    ]
    assert query.parameters[2].choices == ("a", "b")
    assert query.cites == ("word", "other")
    assert "#+" not in query.sparql


FAULTS = {
    "no header": ("SELECT * { ?s ?p ?o }", "queries/toys/echo.rq:1:1"),
    "no summary": (ECHO.replace("#+ summary: Gives back what it was given.\n", ""), "summary"),
    "no YAML": (ECHO.replace("#+   word:", "#+  word: : x"), "queries/toys/echo.rq:"),
    "an unknown type": (ECHO.replace("type: text", "type: txt"), "type of parameter word"),
    "no slot": (ECHO.replace("VALUES ?word", "VALUES ?other"), "VALUES ?word"),
    "two slots": (ECHO.replace("VALUES ?kind", "VALUES ?word { 1 } VALUES ?kind"), "VALUES ?word"),
}


@pytest.mark.parametrize(("text", "told"), FAULTS.values(), ids=FAULTS)
def test_an_incomplete_header_is_an_error_that_names_the_file(text: str, told: str) -> None:
    with pytest.raises(KgError) as raised:
        echo(text)
    assert "queries/toys/echo.rq" in str(raised.value)
    assert told in str(raised.value)


def test_a_review_adds_queries_and_replaces_shipped_ones(tmp_path: Path) -> None:
    for name in ("toys/echo", "vocabulary/contents"):
        path = tmp_path / "queries" / f"{name}.rq"
        path.parent.mkdir(parents=True)
        path.write_text(ECHO, encoding="utf-8")
    library = QueryLibrary.of(tmp_path)
    assert library.get("echo").family == "toys"
    assert library.get("contents").summary == "Gives back what it was given."
    assert "related-work" in library.names()


def test_an_unknown_query_is_an_error_with_similar_names() -> None:
    with pytest.raises(UsageError, match="did you mean related-work"):
        LIBRARY.get("related-works")


# --- binding ---


def answer(query: Query, **values: str | int | None) -> dict[str, object]:
    store = Store()
    (row,) = store.query(query.bind(query.terms(values, Lookup(store)))).named()
    return {name: term.value if term is not None else None for name, term in row.items()}


def test_parameters_are_bound_defaults_filled_in_and_empty_ones_left_open() -> None:
    assert answer(echo(), word="blocks") == {"word": "blocks", "how_many": "3", "kind": None}
    assert answer(echo(), word="blocks", how_many=7, kind="b") == {"word": "blocks", "how_many": "7", "kind": "b"}


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({}, "needs --word"),
        ({"word": "x", "how_many": "many"}, "takes a number"),
        ({"word": "x", "kind": "c"}, "a, b"),
        ({"word": "x", "kinds": "a"}, "did you mean kind"),
        ({"word": "x", "how_many": "1 } #"}, "takes a number"),
    ],
)
def test_a_value_of_the_wrong_type_is_an_error(values: dict[str, str], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        answer(echo(), **values)


@given(st.text(min_size=1))
@example('"} INSERT DATA { <x:a> <x:b> <x:c> } #')
@example("it's\n'''\r\n\"\"\" a\\")
@example("\\u0022 \\u0000 \\\\u0022 \\g<1>")
@example("\x00\x01\x7f")
@example("<https://example.org/> } SERVICE <http://127.0.0.1:9/> {")
@example("VALUES ?word { UNDEF }")
def test_a_text_parameter_is_returned_unchanged(text: str) -> None:
    assert answer(echo(), word=text)["word"] == text


@pytest.mark.parametrize("word", ["VALUES ?kind { UNDEF }", "values ?how_many {}"])
def test_a_text_that_looks_like_another_slot_stays_a_text(word: str) -> None:
    assert answer(echo(), word=word, kind="a") == {"word": word, "how_many": "3", "kind": "a"}


@pytest.mark.parametrize(
    "value",
    [
        "continuous-testing> } #",
        "<https://w3id.org/continuous-star/practice/continuous-testing>",
        "x> ?p ?o . ?s <y",
        '"} INSERT DATA {',
        "practice/\x00",
        "?practice",
        "\\u0063ontinuous-testing",
    ],
)
def test_a_hostile_name_is_looked_up_and_never_becomes_sparql(toy_graph: KnowledgeGraph, value: str) -> None:
    with pytest.raises(UsageError, match="no practice is called"):
        toy_graph.query("related-work", practice=value)


def test_an_iri_is_bound_in_the_place_of_the_example(toy_graph: KnowledgeGraph) -> None:
    query = LIBRARY.get("related-work")
    bound = query.bind({"practice": NamedNode("https://example.org/x"), "hand": Literal("first-hand")})
    assert "VALUES ?practice { <https://example.org/x> }" in bound
    assert 'VALUES ?hand { "first-hand" }' in bound
    assert len(toy_graph.sparql(bound)) == 0


# --- every query of the library ---

NAMES = LIBRARY.names()
FEDERATED = [query.name for query in LIBRARY if query.services]
"""They ask others: tests/queries/test_federated.py has them answered by a server on this machine."""
OWN = [name for name in NAMES if name not in FEDERATED]


@pytest.mark.parametrize("name", NAMES)
def test_a_query_has_a_user_story_and_documents_its_columns(name: str) -> None:
    query = LIBRARY.get(name)
    assert query.summary.endswith(".")
    assert query.story.startswith("As ")
    assert query.columns
    assert set(query.cites) <= set(query.columns)
    for parameter in query.parameters:
        assert parameter.description, parameter.name
        assert parameter.example, parameter.name


@pytest.mark.parametrize("name", OWN)
def test_the_text_of_a_query_file_runs_on_the_toy_review(toy_graph: KnowledgeGraph, name: str) -> None:
    query = LIBRARY.get(name)
    assert toy_graph.sparql(query.sparql).columns == tuple(query.columns)


WITH_REVIEWS = {"unverified-quotations", "self-citations", "opposite-effects", "outcome-directions", "review-studies"}
"""Queries that have an answer only since findings of reviews are in the project's own review."""
NOTHING_YET = {
    "bibliographic-coupling", "read-differently",  # no two annotated publications cite or describe the same work
    "superseded-annotations", "annotator-differences", "annotator-codes",  # and no annotation replaces another
    "disagreements",  # no finding contradicts another by its own words
    "recommendations",  # its one recommendation names no practice or tool
    "study-decisions",  # no two of its publications report one study
    "map-exclusions",  # nobody ruled out a pair of its vocabulary
}  # fmt: skip
"""Queries without an answer in the first publication, and perhaps in the whole review; toy reviews answer them."""


@pytest.mark.parametrize("name", [name for name in OWN if name not in WITH_REVIEWS])
def test_a_query_with_its_examples_gives_rows_on_the_real_review(review_graph: KnowledgeGraph, name: str) -> None:
    assert bool(answered(review_graph, name)) == (name not in NOTHING_YET)


@pytest.mark.parametrize("name", sorted(WITH_REVIEWS))
def test_a_query_with_its_examples_gives_rows_on_the_whole_review(whole_graph: KnowledgeGraph, name: str) -> None:
    assert answered(whole_graph, name)


def answered(graph: KnowledgeGraph, name: str) -> int:
    """The number of rows of a query with its examples."""
    query = LIBRARY.get(name)
    rows = graph.query(name, **{parameter.name: parameter.example for parameter in query.parameters})
    assert rows.columns == tuple(query.columns)
    return len(rows)


def test_only_queries_of_the_federated_family_have_services() -> None:
    assert FEDERATED
    assert {query.name for query in LIBRARY if query.family == "federated"} == set(FEDERATED)


@pytest.mark.parametrize("name", FEDERATED)
def test_the_text_of_a_federated_query_is_refused(toy_graph: KnowledgeGraph, name: str) -> None:
    with pytest.raises(UsageError, match="SERVICE is refused"):
        toy_graph.sparql(LIBRARY.get(name).sparql)


@pytest.mark.parametrize("name", FEDERATED)
def test_a_federated_query_without_its_services_has_its_columns(toy_graph: KnowledgeGraph, name: str) -> None:
    query = LIBRARY.get(name)
    assert toy_graph.sparql(offline(query.sparql)).columns == tuple(query.columns)


def test_no_query_returns_a_row_twice(toy_graph: KnowledgeGraph) -> None:
    twice = [name for name in OWN if all(p.default is not None for p in LIBRARY.get(name).parameters)
             and len(set(rows := toy_graph.query(name).terms)) < len(rows)]  # fmt: skip
    assert twice == []


def test_families_for_the_build_are_not_in_the_library() -> None:
    assert not {query.family for query in LIBRARY} & set(NOT_ASKED)


def test_a_broken_query_file_is_reported_and_skipped(tmp_path: Path) -> None:
    for name, text in {"toys/echo": ECHO, "toys/broken": "SELECT * { ?s ?p ?o }", "more/echo": ECHO}.items():
        path = tmp_path / "queries" / f"{name}.rq"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    library = QueryLibrary.of(tmp_path)
    assert library.get("echo").family == "more"
    with pytest.raises(QueryFileError, match=r"queries/toys/broken\.rq:1:1"):
        library.get("broken")
    assert [(problem.rule, problem.where.file) for problem in library.problems] == [
        ("query/name", "queries/toys/echo.rq"),
        ("query/header", "queries/toys/broken.rq"),
    ]
    assert {query.name for query in library} == {"echo", *NAMES}
