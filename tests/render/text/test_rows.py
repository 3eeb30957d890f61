"""Rows in every format: the W3C's where there is one, safe for a terminal and for Markdown elsewhere."""

from __future__ import annotations

import csv
import io
import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryResultsFormat,
    QuerySolutions,
    Store,
    parse_query_results,
)

from kg.answers.rows import Rows
from kg.api import KnowledgeGraph
from kg.core.iris import XSD
from kg.core.problems import UsageError
from kg.render.formats import names, render
from kg.store import Store as KgStore
from kg.store import Term

IRI = NamedNode("https://example.org/a?b=1&c=2")
TERMS: list[Term | None] = [
    Literal("plain"),
    Literal('quote " and, comma'),
    Literal("tab\tand\r\nline ends"),
    Literal("back\\slash"),
    Literal("\x01\x1b[31m\x7f control"),
    Literal("Grüße", language="de"),
    Literal("7", datatype=XSD.integer),
    IRI,
    None,
    Literal(""),
]


def rows(*terms: Term | None) -> Rows:
    return Rows(("value",), tuple((term,) for term in terms))


class Toys:
    """Works that have an entry for every key."""

    store = KgStore()

    def entries(self, keys: list[str]) -> dict[str, str]:
        return {key: f"@misc{{{key}}}" for key in keys}


WORKS = Toys()


def text(form: str, found: Rows) -> str:
    return render(found, form, WORKS)


def oxigraph(form: QueryResultsFormat) -> bytes:
    """The same rows, written by the engine."""
    values = " ".join("UNDEF" if term is None else str(term) for term in TERMS)
    return Store().query(f"SELECT ?value {{ VALUES ?value {{ {values} }} }}").serialize(format=form) or b""


def parsed(data: str, form: QueryResultsFormat) -> list[Term | None]:
    results = parse_query_results(data, format=form)
    assert isinstance(results, QuerySolutions)
    return [solution["value"] for solution in results]


def from_csv(data: str) -> list[str]:
    """The only column of a CSV file; an empty line is an empty value."""
    return [row[0] if row else "" for row in csv.reader(io.StringIO(data, newline=""), strict=True)]


# --- the formats of SPARQL 1.1 ---


def test_json_is_what_the_engine_writes() -> None:
    assert json.loads(text("json", rows(*TERMS))) == json.loads(oxigraph(QueryResultsFormat.JSON))


def test_csv_is_what_the_engine_writes_but_for_line_ends() -> None:
    assert from_csv(text("csv", rows(*TERMS))) == from_csv(oxigraph(QueryResultsFormat.CSV).decode())


@pytest.mark.parametrize("form", [QueryResultsFormat.TSV, QueryResultsFormat.JSON])
def test_what_is_written_is_read_back_by_the_engine(form: QueryResultsFormat) -> None:
    assert parsed(text(form.file_extension.replace("srj", "json"), rows(*TERMS)), form) == TERMS


def test_xml_is_read_back_by_the_engine() -> None:
    terms = [term for term in TERMS if term is None or "\x01" not in term.value]
    assert parsed(text("xml", rows(*terms)), QueryResultsFormat.XML) == terms
    assert "\N{REPLACEMENT CHARACTER}[31m" in text("xml", rows(*TERMS))
    assert "<boolean>true</boolean>" in text("xml", Rows((), (), boolean=True))


def test_tsv_of_an_unbound_value_is_empty_and_a_row_is_a_line() -> None:
    assert text("tsv", rows(None, IRI)) == f"?value\n\n{IRI}\n"
    assert text("tsv", rows(*TERMS)).count("\n") == len(TERMS) + 1


@given(st.lists(st.text().map(Literal), min_size=1, max_size=4))
def test_any_text_survives_csv_tsv_and_json(terms: list[Literal]) -> None:
    found = rows(*terms)
    assert parsed(text("tsv", found), QueryResultsFormat.TSV) == terms
    assert parsed(text("json", found), QueryResultsFormat.JSON) == terms
    assert from_csv(text("csv", found)) == ["value", *(term.value for term in terms)]


def test_a_carriage_return_survives_csv() -> None:
    assert from_csv(text("csv", rows(Literal("a\rb"), Literal("c")))) == ["value", "a\rb", "c"]


def test_csv_distinguishes_a_blank_node_from_text() -> None:
    assert text("csv", rows(BlankNode("x"))) == "value\n_:x\n"


def test_json_of_an_ask_is_a_boolean() -> None:
    assert json.loads(text("json", Rows.of(KgStore().query("ASK { }")))) == {"head": {}, "boolean": True}


@pytest.mark.parametrize("form", ["table", "csv", "json", "md"])
def test_a_triple_term_is_written_or_refused_as_usage(form: str) -> None:
    with suppress(UsageError):
        assert "x:b" in text(form, Rows.of(KgStore().query("SELECT (<<( <x:a> <x:b> <x:c> )>> AS ?value) { }")))


# --- for people ---

SHORT = Rows(("key", "n", "says"), (
    (Literal("example2031"), Literal("2", datatype=XSD.integer), Literal("Missing tools | hinder <b>testing</b>.")),
    (Literal("acme2030"), None, Literal("Rests \\ on\nwords.")),
))  # fmt: skip
TABLE = """\
key          n  says
──────────────────────────────────────────────────────
example2031  2  Missing tools | hinder <b>testing</b>.
acme2030        Rests \\ on words.
"""
MARKDOWN = """\
| key | n | says |
| --- | --- | --- |
| example2031 | 2 | Missing tools \\| hinder \\<b\\>testing\\</b\\>. |
| acme2030 |  | Rests \\\\ on words. |
"""


def test_a_table_lines_up_with_numbers_to_the_right(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert text("table", SHORT) == TABLE


def test_markdown_shows_bars_and_angles_as_text() -> None:
    assert text("md", SHORT) == MARKDOWN


@pytest.mark.parametrize("form", ["table", "md"])
def test_control_characters_never_reach_the_terminal(form: str) -> None:
    shown = text(form, rows(Literal("a\x1b[31mb\x07c\u202ed\x9be")))
    assert not set(shown) & set("\x1b\x07\x9b\u202e")


def test_a_wide_text_wraps_and_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    words = [f"word{n}" for n in range(40)]
    shown = text("table", Rows(("key", "says"), ((Literal("k"), Literal(" ".join(words))),)))
    assert max(map(len, shown.splitlines())) <= 60
    assert [word for word in words if word not in shown] == []


@pytest.mark.parametrize("wide", ["語" * 60, "x" * 300, "e\u0301" * 100, "🧸" * 50])
def test_wide_characters_and_long_words_lose_nothing(monkeypatch: pytest.MonkeyPatch, wide: str) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    _, shown = text("table", rows(Literal(wide))).split("\n", 1)
    assert sum(shown.count(character) for character in set(wide)) == len(wide)


@pytest.mark.parametrize("form", names("rows", lambda form: not form.of_works and not form.alone))
def test_no_rows_still_name_the_columns(form: str) -> None:
    empty = text(form, Rows(("key", "says"), ()))
    assert "key" in empty
    assert "says" in empty


@pytest.mark.parametrize("form", names("rows", lambda form: "stamp" in form.takes and not form.alone))
def test_a_stamp_is_a_line_of_its_own(form: str) -> None:
    found = Rows(("key",), ((Literal("a"),),), ("key",))
    stamped = render(found, form, WORKS, "where it is from")
    (line,) = [line for line in stamped.splitlines() if "where it is from" in line]
    assert line in ("where it is from", "% where it is from", "<!-- where it is from -->")
    assert [part for part in text(form, found).splitlines() if part not in stamped.splitlines()] == []


# --- BibTeX and Turtle ---


def test_bibtex_gives_each_entry_once_in_the_order_of_keys() -> None:
    found = Rows(("key",), ((Literal("b"),), (Literal("a"),), (Literal("b"),)), ("key",))
    assert text("bibtex", found) == "@misc{a}\n\n@misc{b}\n"
    assert text("bibtex", Rows(("key",), (), ("key",))) == ""


def test_bibtex_of_rows_without_publications_is_refused() -> None:
    with pytest.raises(UsageError, match="name no publications"):
        text("bibtex", rows(IRI))


def test_entries_are_verbatim(toy_graph: KnowledgeGraph) -> None:
    found = render(toy_graph.query("related-work", practice="CT"), "bibtex", toy_graph)
    assert '{\\"O}rtel, J{\\"o}rg' in found
    assert found.count("@") - found.count("@string") == 3


def test_construct_gives_sorted_turtle(toy_graph: KnowledgeGraph) -> None:
    found = toy_graph.sparql("CONSTRUCT { ?x a cs:Study } WHERE { ?x a cs:Study }")
    lines = [line for line in text("table", found).splitlines() if line.startswith("study:")]
    assert lines == sorted(lines)
    assert len(lines) == 3
