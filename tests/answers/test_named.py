"""Queries as methods: editors complete them, and a type checker finds a wrong parameter. Cards and drafts as values."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path

import pytest

from kg.answers.named import stub
from kg.api import KnowledgeGraph
from kg.core.problems import UsageError
from kg.queries.query_library import QueryLibrary, read_query
from tests.conftest import ROOT, KgCli

LIBRARY = QueryLibrary.of(ROOT)


def test_the_types_are_those_of_the_library() -> None:
    assert (ROOT / "kg" / "answers" / "named.pyi").read_text(encoding="utf-8") == stub(LIBRARY), "run `make stubs`"


def test_a_type_checker_finds_what_a_query_does_not_take(tmp_path: Path) -> None:
    lines = {
        'graph.named.related_work(practice="CT", hand="first-hand", since=2020, timeout=5)': "",
        "graph.named.related_work(practice=graph.practices[0]).boolean": "",
        'graph.named.related_work(practise="CT")': 'Unexpected keyword argument "practise"',
        "graph.named.related_work()": 'Missing named argument "practice"',
        'graph.named.related_work(practice="CT", hand="third-hand")': 'Argument "hand"',
        'graph.named.relatedwork(practice="CT")': 'has no attribute "relatedwork"',
    }
    program = tmp_path / "program.py"
    begin = 'from kg import KnowledgeGraph\n\ngraph = KnowledgeGraph.open(".")\n'
    program.write_text(begin + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), str(program)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    for number, (line, problem) in enumerate(lines.items(), begin.count("\n") + 1):
        told = [one for one in ran.stdout.split("\n") if one.startswith(f"{program}:{number}:") and "error" in one]
        assert bool(told) == bool(problem), (line, ran.stdout, ran.stderr)
        assert problem in "".join(told)


def test_a_method_gives_the_rows_of_its_query(toy_graph: KnowledgeGraph) -> None:
    practice = toy_graph.practices[0]
    by_name = toy_graph.query("related-work", practice=str(practice))
    assert toy_graph.named.related_work(practice=practice).terms == by_name.terms
    assert toy_graph.named.contents(timeout=3600).terms == toy_graph.query("contents").terms
    assert {"related_work", "contents", "practice_coverage"} <= set(dir(toy_graph.named))
    with pytest.raises(UsageError, match="no parameter `practise`; did you mean practice"):
        toy_graph.named.related_work(practise="CT")  # type: ignore[call-arg] # mypy finds it, too
    with pytest.raises(AttributeError, match="no query nothing"):
        _ = toy_graph.named.nothing  # type: ignore[attr-defined] # as above


def test_a_method_shows_its_parameters(toy_graph: KnowledgeGraph) -> None:
    method = toy_graph.named.related_work
    signature = inspect.signature(method)
    assert list(signature.parameters) == [p.name for p in LIBRARY.get("related-work").parameters]
    assert signature.parameters["practice"].default is inspect.Parameter.empty
    assert method.__doc__ == LIBRARY.get("related-work").summary


def test_a_query_of_a_review_is_a_method_too(toy: Path) -> None:
    graph = KnowledgeGraph.open(toy)
    query = read_query("queries/own/my-own.rq", "#+ summary: S\nSELECT ?p { ?p a cs:Practice }")
    graph.queries._files["my-own"], graph.queries._read["my-own"] = (toy, toy), query
    assert len(graph.named.my_own()) > 1  # type: ignore[attr-defined] # the stub has the library only


def test_a_thing_is_shown_as_in_the_terminal(toy_graph: KnowledgeGraph, toy: Path, kg_cli: KgCli) -> None:
    shown = toy_graph.show("PEC1")
    printed = kg_cli(toy, "show", "PEC1").stdout
    assert str(shown).split() == printed.split()  # lines are as wide as the terminal of each
    assert repr(shown) == str(shown).rstrip("\n")
    assert "<pre>" in str(shown._repr_html_())
    assert str(toy_graph.show(toy_graph.practices[0])) == str(toy_graph.show(toy_graph.practices[0].slug))
    with pytest.raises(UsageError):
        toy_graph.show("nothing at all")


@pytest.mark.parametrize("group_by", ["topic", "challenge", "agreement"])
def test_a_draft_is_that_of_the_command(review_graph: KnowledgeGraph, review: Path, kg_cli: KgCli,
                                        group_by: str) -> None:  # fmt: skip
    draft = review_graph.related_work("continuous testing", group_by=group_by)
    printed = kg_cli(review, "related-work", "--practice", "CT", "--group-by", group_by)
    body = printed.stdout.split("-->", 2)[2]
    assert str(draft).endswith(body)
    assert draft.snapshot in str(draft)
    assert draft._repr_html_() is None
    assert draft._repr_markdown_() == str(draft)
    assert repr(draft).startswith('<RelatedWork "continuous testing" ')
    assert draft.points()


def test_a_draft_is_grouped_by_what_there_is(toy_graph: KnowledgeGraph) -> None:
    with pytest.raises(UsageError, match="grouped by topic, agreement, challenge"):
        toy_graph.related_work("CT", group_by="colour")
