"""What a notebook shows: nothing of the data is markup, tables are cut, pages are caged."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.answers.rows import Rows
from kg.api import KnowledgeGraph
from kg.core.iris import XSD
from kg.render.pages.notebook import MOST, Frame, finding_html, rows_html, rows_markdown
from kg.store import Store


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def parsed(page: str) -> Tags:
    tags = Tags()
    tags.feed(page)
    return tags


def one(*terms: object) -> Rows:
    return Rows(("value",), tuple((term,) for term in terms))


@given(st.text())
def test_no_text_becomes_markup(text: str) -> None:
    known = parsed(rows_html(one(Literal("x")))).tags
    shown = parsed(rows_html(Rows((text,), ((Literal(text),),))))
    assert shown.tags == known


def test_what_would_run_is_text() -> None:
    page = rows_html(one(Literal("<script>alert(1)</script>"), Literal('"><img src=x onerror=alert(1)>')))
    assert {tag for tag, _ in parsed(page).tags} == {"table", "thead", "tbody", "tr", "th", "td"}
    assert "alert(1)" in page


@pytest.mark.parametrize(
    ("iri", "linked"),
    [
        ("https://example.org/a?b=1&c=2", True),
        ("http://example.org/", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("file:///etc/passwd", False),
        ("urn:x", False),
    ],
)
def test_only_addresses_of_the_web_are_links(iri: str, linked: bool) -> None:
    links = [attributes for tag, attributes in parsed(rows_html(one(NamedNode(iri)))).tags if tag == "a"]
    assert [link["href"] for link in links] == ([iri] if linked else [])
    assert all(link["rel"] == "noopener noreferrer" for link in links)


def test_a_text_that_looks_like_an_address_is_no_link() -> None:
    assert "<a" not in rows_html(one(Literal("https://example.org/")))


def test_numbers_stand_to_the_right() -> None:
    found = Rows(("n", "word"), ((Literal("7", datatype=XSD.integer), Literal("7")), (None, Literal("x"))))
    cells = [attributes["style"] for tag, attributes in parsed(rows_html(found)).tags if tag in ("td", "th")]
    assert cells == ["text-align: right", "text-align: left"] * 3


def test_a_long_table_is_cut_with_a_message() -> None:
    found = one(*(Literal(f"row {n}") for n in range(MOST + 342)))
    page = rows_html(found)
    assert page.count("<tr>") == MOST + 1
    assert "<p>… and 342 more</p>" in page
    assert f"row {MOST}<" not in page
    told = rows_markdown(found)
    assert told.count("\n| row") == MOST
    assert told.endswith("\n… and 342 more\n")
    assert "more" not in rows_html(one(*[Literal("x")] * MOST))


def test_an_answer_without_rows_has_a_message() -> None:
    assert "no results" in rows_html(one())
    assert "<th" in rows_html(one())


def test_triples_and_yes_or_no_are_shown_too() -> None:
    triple = Triple(NamedNode("x:a"), NamedNode("x:b"), Literal("<c>"))
    made = Rows(("subject", "predicate", "object"), (), (), (triple,))
    assert "&lt;c&gt;" in rows_html(made)
    assert "<x:a> <x:b>" in rows_markdown(made)
    assert "true" in rows_html(Rows.of(Store().query("ASK { }")))
    assert "_:" not in rows_html(one(BlankNode("b")))


@pytest.mark.parametrize("text", ["a\x1b[31m", "a\u202eb", "a\ud800b"])
def test_control_characters_are_not_shown(text: str) -> None:
    page = finding_like(text)
    assert page.isprintable() or set(page) - {c for c in page if c.isprintable()} == {"\n"}


def finding_like(text: str) -> str:
    from kg.answers.things import Finding, Link, Quotation, Relation

    return finding_html(
        Finding(
            text,
            text,
            text,
            "first-hand",
            text,
            "other",
            True,
            (text,),
            (),
            (),
            (Quotation(text, text, text, text, status="exact"),),
            (Link(text, "mitigates", text),),
            (Relation(text, text, text, text),),
            text,
        )
    )


@given(st.text())
def test_a_finding_is_no_markup(text: str) -> None:
    assert parsed(finding_like(text)).tags == parsed(finding_like("x")).tags


def test_a_finding_is_shown_with_its_words(toy_graph: KnowledgeGraph) -> None:
    shown = "".join(parsed(toy_graph.finding("PEC1")._repr_html_()).text)
    for words in (
        "Missing tools hinder testing",
        "“our tests are slow” P1, example2031 section 4.1 (exact)",
        "test-automation-tooling-gap hinders continuous-testing",
        "corroborates muster2032/F1",
    ):
        assert words in shown


# --- pages ---


def frames(page: str) -> list[dict[str, str | None]]:
    tags = parsed(page).tags
    assert [tag for tag, _ in tags] == ["iframe"]
    return [attributes for _, attributes in tags]


@given(st.text(), st.text())
def test_a_page_stays_in_its_frame_as_it_was(page: str, title: str) -> None:
    (frame,) = frames(Frame(page, title, 10)._repr_html_())
    assert frame["sandbox"] == "allow-scripts"
    assert frame["srcdoc"] == page


@pytest.mark.parametrize("kind", ["network", "evidence_map"])
def test_a_network_and_a_map_are_shown_as_their_page(toy_graph: KnowledgeGraph, kind: str) -> None:
    from kg.render.pages.graph_page import graph_page
    from kg.render.pages.map_page import map_page

    made = toy_graph.network("PEC1") if kind == "network" else toy_graph.evidence_map()
    page = graph_page(made) if kind == "network" else map_page(made)
    (frame,) = frames(made._repr_html_())
    assert frame["srcdoc"] == page
    assert frame["sandbox"] == "allow-scripts"
    assert not re.search(r"(src|href)=\"?https?:", page.split("<body", 1)[0])
    assert "height: 300px" in (frames(made.show(height=300)._repr_html_())[0]["style"] or "")


def test_rows_are_shown_by_themselves(toy_graph: KnowledgeGraph) -> None:
    found = toy_graph.query("related-work", practice="CT")
    assert found._repr_html_() == rows_html(found)
    assert found._repr_markdown_() == rows_markdown(found)
    assert "example2031" in found._repr_html_()
