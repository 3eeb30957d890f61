"""Rows are plain values for people and terms for programs."""

from __future__ import annotations

import sys

import pytest
from pyoxigraph import Literal, NamedNode

from kg.answers.rows import Rows, plain
from kg.core.iris import BASE, XSD
from kg.core.problems import UsageError

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


def test_an_invalid_number_stays_text() -> None:
    assert plain(Literal("many", datatype=XSD.integer)) == "many"


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
