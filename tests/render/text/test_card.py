"""One thing in the terminal, with all that is said of it, what it rests on and what points at it."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.api import KnowledgeGraph
from kg.building.pipeline import build
from kg.core.problems import UsageError
from kg.render.text.card import card
from tests.toy import JOURNAL_BIB, write_toy


def test_a_finding_is_shown_with_its_evidence(toy_graph: KnowledgeGraph) -> None:
    shown = card(toy_graph, "PEC1")
    assert shown.startswith(
        "Missing tools hinder testing in both toy teams.\n"
        "  PEC1, https://w3id.org/continuous-star/finding/example2031/PEC1\n"
    )
    assert shown.count("Missing tools hinder testing in both toy teams.") == 1
    assert "“our tests are slow” Example and Örtel (2031) section 4.1, P1, Toy tester [example2031]" in " ".join(
        shown.split()
    )


@pytest.mark.parametrize(("evidence", "status"), [("P1-slow", "exact"), ("muster2032/F1.1", "unchecked")])
def test_evidence_shows_whether_the_quotation_is_in_the_full_text(
    toy_graph: KnowledgeGraph, evidence: str, status: str
) -> None:
    assert f"\n  quote status           {status}\n" in card(toy_graph, evidence)


def test_things_it_names_have_their_labels(toy_graph: KnowledgeGraph) -> None:
    line = next(line for line in card(toy_graph, "PEC1").splitlines() if "concerns practice" in line)
    assert "continuous testing (practice/continuous-testing)" in line


def test_an_effect_is_named_by_what_it_says(effects_graph: KnowledgeGraph) -> None:
    name = "effect/no-change/unclear/practice/continuous-integration/defects-found"
    assert card(effects_graph, name).startswith("continuous integration – no change – defects found\n")
    assert f"continuous integration – no change – defects found ({name})" in " ".join(
        card(effects_graph, "doll2031/F2").split()
    )


def test_what_points_at_it_is_shown_apart(toy_graph: KnowledgeGraph) -> None:
    about, towards = card(toy_graph, "muster2032/F1").split("referred to by")
    assert "finding/example2031/PEC1" in towards
    assert "← corroborates" in towards
    assert "←" not in about


@pytest.mark.parametrize("name", ["continuous testing", "acme2030", "study/example2031", "N1", "P1", "silo-working"])
def test_anything_with_a_name_has_a_card(toy_graph: KnowledgeGraph, name: str) -> None:
    shown = card(toy_graph, name)
    assert "https://w3id.org/continuous-star/" in shown.splitlines()[1]
    assert shown.endswith("\n")
    assert all(line == line.rstrip() for line in shown.splitlines())


def test_a_name_that_matches_nothing_is_reported(toy_graph: KnowledgeGraph) -> None:
    with pytest.raises(UsageError, match="no thing is called `nobody`"):
        card(toy_graph, "nobody")


def test_control_characters_never_reach_the_terminal(tmp_path: Path) -> None:
    folder = write_toy(tmp_path)
    (folder / "bib" / "journal.bib").write_text(JOURNAL_BIB.replace("Muster,", "Mu\x1b[31mster,"), encoding="utf-8")
    assert not build(folder).errors
    graph = KnowledgeGraph.open(folder)
    assert "\x1b" not in card(graph, "muster2032")
