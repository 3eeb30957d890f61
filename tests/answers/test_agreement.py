"""Agreement of annotators: the values are computed by hand in the comments."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kg.answers.agreement import DIMENSIONS, FEW_UNITS, Agreement, AnnotatorReading, Measure, Unit
from kg.answers.agreement import agreement as agreement_of
from kg.answers.readings import MatchDecisions
from kg.building.pipeline import assemble
from kg.building.reading import Sources, read_annotations
from kg.cli.group import kg
from kg.core.problems import KgError, UsageError
from kg.render.text.reports import agreement_text
from tests.toy_library import THREE_DRAFT_YAML, write_library
from tests.toy_readings import write_readings


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_library(tmp_path_factory.mktemp("library"))


@pytest.fixture(scope="module")
def owls(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_readings(tmp_path_factory.mktemp("owls"))


def agreement(folder: Path, key: str, on: str = "", decided: MatchDecisions | None = None) -> Agreement:
    reading = Sources(folder)
    read_annotations(reading)
    return agreement_of(reading.annotations, key, on, decided)


def measured(found: Agreement) -> dict[str, Measure]:
    return {measure.on: measure for measure in found.measures}


def test_kappa_and_alpha_of_two_readings(library: Path) -> None:
    found = agreement(library, "one2028")
    assert found.readings == (
        AnnotatorReading("bib/annotations/one2028.yaml", "First Reader"),
        AnnotatorReading("bib/annotations/one2028.second.yaml", "Second Reader"),
    )
    by = measured(found)
    assert list(by) == ["practices", "challenges", "approaches", "polarity", "kind", "attribution"]
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


def test_one_code_in_all_units_gives_no_coefficient_and_a_note(library: Path) -> None:
    by = measured(agreement(library, "one2028"))
    assert (by["attribution"].kappa, by["attribution"].alpha) == (None, None)
    assert "same code" in by["attribution"].note
    assert f"fewer than {FEW_UNITS} units" in by["challenges"].note
    enough = Measure("challenges", tuple(Unit(str(n), ("named", "named")) for n in range(FEW_UNITS)), 1.0, 1.0)
    assert enough.note == ""


def test_three_readings_have_alpha_and_missing_findings_are_reported(tmp_path: Path) -> None:
    third = tmp_path / "bib" / "annotations" / "one2028.third.yaml"  # by somebody who has F1 only
    third.parent.mkdir(parents=True)
    third.write_text(THREE_DRAFT_YAML.replace("publication: three2030", "publication: one2028"), encoding="utf-8")
    found = agreement(write_library(tmp_path), "one2028", "challenges")
    assert [reading.annotator for reading in found.readings] == ["First Reader", "Second Reader", "Hasty Reader"]
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
    library: Path,
) -> None:
    with pytest.raises(UsageError, match="nothing to compare: two2029 has 1 reading;"):
        agreement(library, "two2029")
    with pytest.raises(UsageError, match="nobody has 0 readings"):
        agreement(library, "nobody")
    with pytest.raises(UsageError, match="says something of tools"):
        agreement(library, "one2028", "tools")


def test_a_missing_nltk_is_an_error_that_names_the_extra(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nltk.metrics.agreement", None)
    with pytest.raises(UsageError, match=r"pip install '\.\[agreement\]'"):
        agreement(library, "one2028")


# --- readings that do not share ids ---


def test_findings_are_matched_by_their_words_and_the_reason_is_given(owls: Path) -> None:
    found = agreement(owls, "owl2030")
    assert [(match.id, match.reasons) for match in found.matches] == [
        ("O1 = r5", ["quotations share 6 of 6 words, in one section"]),
        ("O2 = r6", ["quotations share 7 of 7 words, in different sections"]),
    ]
    assert found.unmatched == (("O3", "bib/annotations/owl2030.yaml"),)
    by = measured(found)
    assert set(by) == set(DIMENSIONS) - {"approaches", "tools", "addresses", "recommends"}
    codes = {unit.name: unit.codes for unit in by["direction"].units}
    assert codes == {
        "O1 = r5 / continuous-integration – lead-time": ("no effect", "no effect"),
        "O2 = r6 / continuous-integration – lead-time": ("decreases", "increases"),
    }
    assert [unit.codes for unit in by["kind"].units] == [("finding", "finding"), ("pec", "finding")]
    text = agreement_text(found)
    assert "O1 = r5  quotations share 6 of 6 words, in one section" in text
    assert "O3 is in owl2030 but not in every other reading" in text


def test_decisions_come_before_ids_and_words(owls: Path) -> None:
    decided = MatchDecisions({"owl2030.second/r5": "owl2030/O3"}, {frozenset(("owl2030/O2", "owl2030.second/r6"))})
    found = agreement(owls, "owl2030", decided=decided)
    assert [(match.id, match.reasons) for match in found.matches] == [("O3 = r5", ["decided in bib/same-as.yaml"])]
    assert [finding for finding, _ in found.unmatched] == ["O1", "O2", "r6"]


def test_second_coders_of_a_sheet_are_matched_by_row(owls: Path, tmp_path: Path) -> None:
    assert [match.reasons for match in agreement(owls, "rev2031").matches] == [["same id"]]
    folder = write_readings(tmp_path)
    path = folder / "bib/annotations/rev2031.coder1.yaml"
    path.write_text(path.read_text("utf-8").replace("id: r12", "id: c1-12"), "utf-8")
    assert [match.reasons for match in agreement(folder, "rev2031").matches] == [
        ["same row of the sheet: animals.csv#row=12"]
    ]


def test_the_same_id_without_a_common_word_or_section_is_doubted(tmp_path: Path) -> None:
    folder = write_readings(tmp_path)
    path = folder / "bib/annotations/owl2030.second.yaml"
    text = path.read_text("utf-8").replace("id: r6", "id: O3")
    path.write_text(text.replace("each merge is out within an hour or two", "delivery waits"), "utf-8")
    (_, doubted) = agreement(folder, "owl2030").matches
    assert (doubted.id, doubted.reasons) == ("O3", ["same id; but no word and no section in common: check it"])


def test_the_coefficients_are_those_of_another_library(owls: Path, library: Path) -> None:
    krippendorff = pytest.importorskip("krippendorff")
    for measure in (*agreement(library, "one2028").measures, *agreement(owls, "owl2030").measures):
        if measure.alpha is not None:
            values = [[unit.codes[n] for unit in measure.units] for n in (0, 1)]
            alpha = krippendorff.alpha(values, level_of_measurement="nominal")
            assert measure.alpha == round(float(alpha), 4), measure.on


# --- the command ---


def run(folder: Path, *arguments: str) -> Result:
    # Where the terminal is narrow, long columns go beneath their rows.
    return CliRunner(env={"COLUMNS": "160"}).invoke(kg, ["--root", str(folder), "agreement", *arguments])


def test_the_command_shows_the_table_and_every_difference(library: Path) -> None:
    shown = run(library, "one2028").output
    assert "one2028.second: Second Reader" in shown
    lines = {tuple(line.split()[:6]) for line in shown.splitlines()}
    assert ("challenges", "9", "7", "78%", "0.36", "0.39") in lines
    assert ("attribution", "3", "3", "100%", "–", "–") in lines
    (silos,) = [line for line in shown.splitlines() if "F2 / silo-working – continuous-integration" in line]
    assert silos.split()[-2:] == ["mitigates", "hinders"]


def test_the_command_prints_json(library: Path) -> None:
    document = json.loads(run(library, "one2028", "--on", "polarity", "--format", "json").output)
    (measure,) = document["measures"]
    assert (measure["on"], measure["units"], measure["agreed"], measure["kappa"]) == ("polarity", 9, 6, 0.1)
    assert measure["codes"]["F2 / silo-working – continuous-integration"] == ["mitigates", "hinders"]
    assert [reading["annotator"] for reading in document["readings"]] == ["First Reader", "Second Reader"]


def test_the_command_prints_matches_as_decisions_and_obeys_them(tmp_path: Path) -> None:
    folder = write_readings(tmp_path)
    printed = run(folder, "owl2030", "--format", "yaml").output
    assert '  - keep: "owl2030/O1"\n    same: ["owl2030.second/r5"]\n    decided_by:\n' in printed
    assert "  #   owl2030/O1: Missing tools hinder testing." in printed
    decisions = folder / "bib/same-as.yaml"
    decisions.write_text(printed.replace("decided_by:", "decided_by: Ola"), "utf-8")
    shown = run(folder, "owl2030").output
    assert "O1 = r5  decided in bib/same-as.yaml" in shown
    decisions.write_text(printed.replace("decided_by:", "decided_by: Ola").replace("second/r6", "second/r7"), "utf-8")
    (problem,) = [p for p in assemble(folder).errors if p.rule == "same-as/unknown-finding"]
    assert problem.where.file == "bib/same-as.yaml"


def test_the_command_fails_with_a_message_for_a_single_reading(library: Path) -> None:
    result = run(library, "two2029")
    assert isinstance(result.exception, KgError)
    assert result.exception.exit_code == 2
