"""Questions that a site answers: the rows are those of the named query, and each name leads to what it names."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from html import unescape

import pytest
from pyoxigraph import Quad, RdfFormat, parse

from kg.api import KnowledgeGraph
from kg.core.iris import BASE
from kg.render.pages.site import site
from kg.render.pages.site_places import places
from kg.render.pages.site_questions import QUESTIONS, AnswerColumn, Known, Question, questions
from kg.render.pages.site_things import Things
from kg.render.pages.site_values import Values
from kg.render.pages.site_ways import Ways
from kg.render.text.rows import rows_csv
from tests.conftest import KgCli
from tests.pages import Files, pages, said


@pytest.fixture(scope="module")
def files(effects_graph: KnowledgeGraph) -> Files:
    return site(effects_graph, "Effects")


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda one: one.query)
def test_the_rows_are_those_of_the_query(effects_graph: KnowledgeGraph, files: Files, question: Question) -> None:
    name = question.query
    rows, path = effects_graph.query(name), f"question/{name}.html"
    page = pages({path: files[path]})[path]
    sides = question.apart or (question.columns,)
    seen = {
        tuple(row[column.name] for column in (*side, *map(AnswerColumn, question.by, question.by)))
        + tuple(row[name] for column in side for name in column.of if name)
        for row in rows
        for side in sides
    }
    shown = page.tags.count("tr") - page.tags.count("thead")
    assert shown == (len(seen) if question.apart else len(rows))
    assert files[f"question/{name}.csv"].decode() == rows_csv(rows)
    text = said(files, path)
    for row in rows:
        for column in (column for side in sides for column in side):
            value = row[column.name]
            if value is not None and column.kind not in ("work", "works"):
                assert " ".join(str(value).split()) in unescape(text), (name, column.name)


def test_the_command_on_the_page_gives_the_file(toy_graph: KnowledgeGraph, kg_cli: KgCli) -> None:
    files = site(toy_graph, "Toys")
    for path in (path for path in files if path.startswith("question/") and path.endswith(".html")):
        [command] = re.findall(r"Repeat it with <code[^>]*>kg ([^<]*)</code>", files[path].decode())
        run = kg_cli(toy_graph.root, *command.split(), "--format", "csv")
        assert run.returncode == 0
        assert run.stdout == files[path.replace(".html", ".csv")].decode(), path


def test_a_statement_leads_to_the_finding_of_its_row(effects_graph: KnowledgeGraph, files: Files) -> None:
    found = {
        (key, id_): iri.removeprefix(BASE)
        for iri, key, id_ in effects_graph.store.query("""SELECT ?f ?key ?id WHERE {
          ?f a cs:Finding ; dcterms:identifier ?id ; cs:foundIn/dcterms:identifier ?key }""").texts()
    }
    rows = list(effects_graph.query("opposite-effects"))
    text = re.sub("</?bdi>", "", unescape(files["question/opposite-effects.html"].decode()))
    assert rows
    for row in rows:
        for key, id_, says in (("key", "finding", "says"), ("other_key", "other", "other_says")):
            path = f'href="../{found[str(row[key]), str(row[id_])]}.html">{row[says]}</a>'
            assert path in text


def test_gaps_are_sorted_by_state_and_link_to_their_cells(files: Files) -> None:
    text = said(files, "question/gaps.html")
    gaps = list(csv.DictReader(io.StringIO(files["question/gaps.csv"].decode())))
    states = {gap["state"] for gap in gaps}
    assert "nobody looked" in states
    for state in states:
        heading = re.search(rf"{state[:1].upper()}{state[1:]}: [^0-9]* (\d+)", text)
        assert heading
        assert int(heading[1]) == sum(gap["state"] == state for gap in gaps)
    links = pages({"question/gaps.html": files["question/gaps.html"]})["question/gaps.html"].links
    shown = sum(min(100, sum(gap["state"] == state for gap in gaps)) for state in states)
    assert sum(link.startswith("../map.html#row=") for link in links) == shown


def test_gaps_of_outcomes_are_of_those_with_a_study_of_an_effect(effects_graph: KnowledgeGraph) -> None:
    values = _values(effects_graph)
    whole, effects = effects_graph.evidence_map(), effects_graph.evidence_map("practice", "outcome")
    [row, column], *_ = [pair for pair, cell in effects.cells.items() if cell.studies]
    other = next(header for header in effects.rows if header.iri != row)
    two = replace(effects, cells={**effects.cells, (other.iri, column): effects.cells[row, column]})
    asked = questions(effects_graph, values, Ways(values, set(), whole), whole, two)[-1]
    studied = {c.label for c in effects.columns if effects.cell(row, c.iri).studies and c.iri != column}
    gaps = list(csv.DictReader(io.StringIO(asked.csv[1])))
    assert {(gap["row"], gap["column"]) for gap in gaps} == {(other.label, label) for label in studied}
    assert asked.page
    assert asked.page.values["count"] == len(studied) > 0


def _values(graph: KnowledgeGraph) -> Values:
    quads: list[Quad] = list(parse(graph.nquads(), format=RdfFormat.N_QUADS))  # type: ignore[arg-type]
    things = Things({quad.triple for quad in quads})
    return Values(things, places(things, ()))


def test_a_name_that_means_two_things_is_no_link(effects_graph: KnowledgeGraph) -> None:
    known = Known.of(_values(effects_graph))
    assert known.link(["a", "b"], "twice").path == ""
    assert known.link([], "never").path == ""
    assert known.work("bear2030").path == "publication/bear2030.html"
    assert known.work("nobody").path == ""
