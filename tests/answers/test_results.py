"""Rows are plain values for people and terms for programs."""

from __future__ import annotations

import math
import sys
from decimal import Decimal

import pytest
from pyoxigraph import Literal, NamedNode, Triple

from kg.answers.gaps import gaps
from kg.answers.rows import Rows, plain
from kg.answers.things import Quotation, Relation
from kg.api import KnowledgeGraph
from kg.core.iris import BASE, XSD, local_name
from kg.core.problems import UsageError
from kg.render.formats import named

ROWS = Rows(
    ("key", "n"),
    cites=("key",),
    terms=((Literal("b"), Literal("2", datatype=XSD.integer)), (Literal("a"), None), (Literal("b"), Literal("x"))),
)


def test_terms_become_plain_values() -> None:
    assert plain(None) is None
    assert plain(NamedNode(f"{BASE}finding/toy/PEC1")) == "finding/toy/PEC1"
    assert plain(NamedNode("https://example.org/x")) == "https://example.org/x"
    assert plain(Literal("7", datatype=XSD.integer)) == 7
    assert plain(Literal("-7", datatype=XSD.integer)) == -7
    assert plain(Literal("2031", datatype=XSD.gYear)) == 2031
    assert plain(Literal("true", datatype=XSD.boolean)) is True
    assert plain(Literal("7")) == "7"
    assert plain(Literal("sieben", language="de")) == "sieben"


@pytest.mark.parametrize(("text", "datatype", "value"), [
    ("2.50", "decimal", Decimal("2.50")), ("-.5", "decimal", Decimal("-0.5")), ("7.", "decimal", Decimal(7)),
    ("1.5E3", "double", 1500.0), ("-INF", "double", -math.inf), ("0.1", "float", 0.1),
    ("12", "nonNegativeInteger", 12), ("-3", "long", -3), ("255", "unsignedByte", 255), ("+7", "integer", 7),
    ("1", "boolean", True), ("0", "boolean", False),
])  # fmt: skip
def test_numbers_of_all_datatypes_are_numbers(text: str, datatype: str, value: object) -> None:
    found = plain(Literal(text, datatype=XSD(datatype)))
    assert (found, type(found)) == (value, type(value))


def test_a_number_that_is_none_is_nan() -> None:
    found = plain(Literal("NaN", datatype=XSD.double))
    assert isinstance(found, float)
    assert math.isnan(found)


@pytest.mark.parametrize(("text", "datatype"), [
    ("many", "integer"), ("--7", "integer"), ("²", "integer"), ("7.0", "integer"), ("", "integer"),
    ("1" * 5000, "integer"),
    ("1e3", "decimal"), ("NaN", "decimal"), ("1_000", "decimal"), ("infinity", "double"), ("1_0.5", "double"),
    ("", "double"), ("soon", "gYear"),
])  # fmt: skip
def test_an_invalid_number_stays_text(text: str, datatype: str) -> None:
    assert plain(Literal(text, datatype=XSD(datatype))) == text


def test_rows_are_taken_by_number_and_in_parts() -> None:
    assert ROWS[0] == {"key": "b", "n": 2}
    assert ROWS[-1] == {"key": "b", "n": "x"}
    assert list(ROWS[1:3]) == list(ROWS)[1:3]
    assert ROWS[1:].keys() == ["a", "b"]
    assert isinstance(ROWS[:1], Rows)
    assert not ROWS[3:]
    with pytest.raises(IndexError):
        _ = ROWS[3]


def test_the_truth_value_is_the_answer_to_an_ask_query(toy_graph: KnowledgeGraph) -> None:
    assert toy_graph.sparql("ASK { ?practice a cs:Practice }")
    assert not toy_graph.sparql("ASK { ?practice a cs:Nothing }")
    assert [dict(row) for row in toy_graph.sparql("ASK { ?practice a cs:Nothing }")] == [{"answer": False}]
    assert toy_graph.sparql("SELECT ?p { ?p a cs:Practice }")
    assert not toy_graph.sparql("SELECT ?p { ?p a cs:Nothing }")


def test_an_answer_of_triples_has_rows(toy_graph: KnowledgeGraph) -> None:
    rows = toy_graph.sparql(
        "CONSTRUCT { ?p a cs:Practice ; skos:prefLabel ?l } { ?p a cs:Practice ; skos:prefLabel ?l }"
    )
    assert rows.triples
    assert len(rows) == len(rows.triples) == len(list(rows)) > 2
    assert {(row["subject"], row["object"]) for row in rows if "label" in str(row["predicate"]).lower()} == {
        (local_name(t.subject.value), t.object.value)
        for t in rows.triples
        if isinstance(t.subject, NamedNode) and isinstance(t.object, Literal)
    }
    assert list(rows[0]) == ["subject", "predicate", "object"]
    assert rows[1:2].triples == rows.triples[1:2]
    assert list(rows.to_dataframe().columns) == ["subject", "predicate", "object"]
    assert not toy_graph.sparql("CONSTRUCT { ?p a cs:Practice } { ?p a cs:Nothing }")


def test_a_triple_term_is_a_text() -> None:
    one = Triple(NamedNode("x:s"), NamedNode("x:p"), Literal("o"))
    rows = Rows(("subject", "predicate", "object"), (), triples=(Triple(NamedNode("x:s"), NamedNode("x:q"), one),))
    assert rows[0]["object"] == str(one)


def test_documents_print_numbers_as_they_are_written() -> None:
    rows = Rows(
        ("n",), tuple((Literal(t, datatype=XSD(d)),) for t, d in (("0.0000001", "decimal"), ("1.0E5", "double")))
    )
    assert [row["n"] for row in rows] == [Decimal("1E-7"), 100000.0]
    for form in ("table", "md", "latex", "csv"):
        text = str(named("rows", form).write(rows))
        assert "0.0000001" in text
        assert "1.0E5" in text


def test_a_data_frame_counts_with_decimals() -> None:
    frame = Rows(("n",), tuple((Literal(text, datatype=XSD.decimal),) for text in ("0.5", "1.25"))).to_dataframe()
    assert frame["n"].sum() == 1.75
    assert str(frame["n"].dtype) == "Float64"


def test_every_value_is_shown_in_a_short_line(review_graph: KnowledgeGraph) -> None:
    """At the prompt; what a value contains may be thousands of lines."""
    finding, found_map = review_graph.finding("PEC4"), review_graph.evidence_map()
    network = review_graph.network("PEC4")
    cell = next(iter(found_map.cells.values()))
    values = {
        "<KnowledgeGraph of ": review_graph,
        "<Rows 3 rows of key, n>": ROWS,
        "<Rows answer: True>": review_graph.sparql("ASK { ?p a cs:Practice }"),
        "<Rows 1 triple>": review_graph.sparql("CONSTRUCT { ?p a cs:Practice } { ?p a cs:Practice }")[:1],
        '<Finding vanska2024/PEC4 "': finding,
        '<Quotation "': finding.quotations[0],
        "<Relation vanska2024/PEC4 refines x/PEC1>": Relation("vanska2024/PEC4", "refines", "x/PEC1", "long" * 99),
        "<Concept practice/": review_graph.practices[0],
        '<Publication vanska2024 "Continuous Software': review_graph.publication("vanska2024"),
        '<Network "PEC4" ': network,
        "<Node ": network.nodes[0],
        "<Edge ": network.edges[0],
        '<EvidenceMap "Practice by challenge category" ': found_map,
        "<Header practice/": found_map.rows[0],
        "<Cell ": cell,
        "<MapFinding ": cell.findings[0],
        '<Gap "': gaps(found_map)[0],
        "<Figure code-occurrences 85 × ": review_graph.figure("code-occurrences", work="vanska2024"),
        "<QueryLibrary of ": review_graph.queries,
        "<Query related-work (practice, hand": review_graph.queries.get("related-work"),
        "<Lookup of names>": review_graph.lookup,
    }  # fmt: skip
    for beginning, value in values.items():
        shown = repr(value)
        assert shown.startswith(beginning)
        assert shown.endswith(">")
        assert len(shown) < 200
        assert "\n" not in shown


def test_a_hostile_text_is_shown_in_one_line() -> None:
    shown = repr(Quotation("a\n\x1b[31m" + "b" * 9999, "1", "A", "k"))
    assert shown.isprintable()
    assert len(shown) < 150


def test_iterating_over_rows_gives_mappings() -> None:
    assert list(ROWS) == [{"key": "b", "n": 2}, {"key": "a", "n": None}, {"key": "b", "n": "x"}]
    assert len(ROWS) == 3


def test_keys_are_unique_and_sorted() -> None:
    assert ROWS.keys() == ["a", "b"]
    assert Rows(("key",), ((Literal("b"),),)).keys() == []


def test_a_data_frame_has_the_rows_in_order_and_whole_numbers_where_some_are_missing() -> None:
    numbers = Rows(("key", "n"), ((Literal("b"), Literal("2", datatype=XSD.integer)), (Literal("a"), None)))
    frame = numbers.to_dataframe()
    assert list(frame.columns) == ["key", "n"]
    assert list(frame["key"]) == ["b", "a"]
    assert [str(n) for n in frame["n"]] == ["2", "<NA>"]
    assert frame["n"].sum() == 2


def test_a_data_frame_without_rows_has_the_columns() -> None:
    assert list(Rows(("key", "n"), ()).to_dataframe().columns) == ["key", "n"]


def test_a_data_frame_without_pandas_names_the_extra_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(UsageError, match=r"'\.\[notebook\]"):
        ROWS.to_dataframe()
