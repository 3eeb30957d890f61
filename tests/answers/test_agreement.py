"""Agreement of annotators: the values are computed by hand in the comments."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kg.answers.agreement import FEW_UNITS, Agreement, AnnotatorReading, Measure, Unit, agreement
from kg.api import KnowledgeGraph
from kg.cli.group import kg
from kg.core.problems import KgError, UsageError
from kg.render.text.reports import agreement_text
from tests.asked import changed_library
from tests.toy_library import THREE_DRAFT_YAML


def measured(found: Agreement) -> dict[str, Measure]:
    return {measure.on: measure for measure in found.measures}


def test_kappa_and_alpha_of_two_readings(library_graph: KnowledgeGraph) -> None:
    found = agreement(library_graph, "one2028")
    assert found.readings == (
        AnnotatorReading("bib/annotations/one2028.second.yaml", "Second Reader"),
        AnnotatorReading("bib/annotations/one2028.yaml", "First Reader"),
    )
    by = measured(found)
    assert list(by) == ["practices", "challenges", "polarity", "attribution"]
    # Three findings by three challenges; each reader names two of the nine, and one of these is the same.
    # kappa: (7/9 - 53/81) / (1 - 53/81), where 53 = 2*2 + 7*7; alpha: 1 - (2/9) / (2*4*14 / (18*17)).
    challenges = by["challenges"]
    assert (len(challenges.units), challenges.agreed) == (9, 7)
    assert challenges.kappa == round(10 / 28, 4)
    assert challenges.alpha == round(1 - (2 / 9) / (112 / 306), 4)
    # Three findings by three pairs: hinders and mitigates against twice hinders, of which one is of the same pair.
    # kappa: (6/9 - 51/81) / (1 - 51/81), where 51 = 1*2 + 7*7; alpha: 1 - (3/9) / (1 - (3*2 + 14*13) / (18*17)).
    polarity = by["polarity"]
    assert (len(polarity.units), polarity.agreed) == (9, 6)
    assert polarity.kappa == 0.1
    assert polarity.alpha == round(1 - (3 / 9) / (118 / 306), 4)
    assert (by["practices"].kappa, by["practices"].alpha) == (1.0, 1.0)


def test_one_code_in_all_units_gives_no_coefficient_and_a_note(library_graph: KnowledgeGraph) -> None:
    by = measured(agreement(library_graph, "one2028"))
    assert (by["attribution"].kappa, by["attribution"].alpha) == (None, None)
    assert "same code" in by["attribution"].note
    assert f"fewer than {FEW_UNITS} units" in by["challenges"].note
    enough = Measure("challenges", tuple(Unit(str(n), ("named", "named")) for n in range(FEW_UNITS)), 1.0, 1.0)
    assert enough.note == ""


def test_three_readings_have_alpha_and_missing_findings_are_reported(tmp_path: Path) -> None:
    third = tmp_path / "bib" / "annotations" / "one2028.third.yaml"  # by somebody who has F1 only
    third.parent.mkdir(parents=True)
    third.write_text(THREE_DRAFT_YAML.replace("publication: three2030", "publication: one2028"), encoding="utf-8")
    graph = changed_library(tmp_path, {})
    found = agreement(graph, "one2028", "challenges")
    assert [reading.annotator for reading in found.readings] == ["Second Reader", "Hasty Reader", "First Reader"]
    (challenges,) = found.measures
    # Four challenges are named now. F1 has three codes for each, and only the pair of F2 and F3 has two.
    assert [sum(code is not None for code in unit.codes) for unit in challenges.units] == [3] * 4 + [2] * 8
    assert challenges.kappa is None
    # Disagreement of F1: each of three challenges is named by one of three (4 of 6 pairs differ), silos by nobody.
    # 28 codes: 5 named, 23 not; alpha: 1 - (3 * 3 * (4/6) / 28) / (2*5*23 / (28*27)).
    assert challenges.alpha == round(1 - (6 / 28) / (230 / 756), 4)
    assert found.unmatched == (
        ("F2", "bib/annotations/one2028.second.yaml"),
        ("F2", "bib/annotations/one2028.yaml"),
        ("F3", "bib/annotations/one2028.second.yaml"),
        ("F3", "bib/annotations/one2028.yaml"),
    )
    assert "F2 is in one2028.second but not in every other reading" in agreement_text(found)


def test_readings_that_cannot_be_compared_are_an_error(
    library_graph: KnowledgeGraph, review_graph: KnowledgeGraph
) -> None:
    for graph, key in ((library_graph, "two2029"), (review_graph, "vanska2024")):
        with pytest.raises(UsageError, match=f"nothing to compare: {key} has no finding that two annotators coded"):
            agreement(graph, key)
    with pytest.raises(UsageError, match="no work is called"):
        agreement(library_graph, "nobody")
    with pytest.raises(UsageError, match="practices, challenges, polarity, attribution"):
        agreement(library_graph, "one2028", "colours")


def test_a_missing_nltk_is_an_error_that_names_the_extra(
    library_graph: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "nltk.metrics.agreement", None)
    with pytest.raises(UsageError, match=r"pip install '\.\[agreement\]'"):
        agreement(library_graph, "one2028")


# --- the command ---


def run(graph: KnowledgeGraph, *arguments: str) -> Result:
    # Where the terminal is narrow, long columns go beneath their rows.
    return CliRunner(env={"COLUMNS": "160"}).invoke(kg, ["--root", str(graph.root), "agreement", *arguments])


def test_the_command_shows_the_table_and_every_difference(library_graph: KnowledgeGraph) -> None:
    shown = run(library_graph, "one2028").output
    assert "one2028.second: Second Reader" in shown
    lines = {tuple(line.split()[:6]) for line in shown.splitlines()}
    assert ("challenges", "9", "7", "0.78", "0.36", "0.39") in lines
    assert ("attribution", "3", "3", "1.00", "–", "–") in lines
    (silos,) = [line for line in shown.splitlines() if "F2 / silo-working – continuous-integration" in line]
    assert silos.split()[-2:] == ["hinders", "mitigates"]


def test_the_command_prints_json(library_graph: KnowledgeGraph) -> None:
    document = json.loads(run(library_graph, "one2028", "--on", "polarity", "--format", "json").output)
    (measure,) = document["measures"]
    assert (measure["on"], measure["units"], measure["agreed"], measure["kappa"]) == ("polarity", 9, 6, 0.1)
    assert measure["codes"]["F2 / silo-working – continuous-integration"] == ["hinders", "mitigates"]
    assert [reading["annotator"] for reading in document["readings"]] == ["Second Reader", "First Reader"]


def test_the_command_fails_with_a_message_for_a_single_reading(library_graph: KnowledgeGraph) -> None:
    result = run(library_graph, "two2029")
    assert isinstance(result.exception, KgError)
    assert result.exception.exit_code == 2
