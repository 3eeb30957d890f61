"""The consensus of two readings: what they agree on, and both values with who says which where they differ."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.answers.agreement import readings_of
from kg.answers.readings import MatchDecisions
from kg.building.consensus import MARK, check_undecided, consensus
from kg.building.pipeline import assemble
from kg.building.reading import Sources, read_annotations
from kg.cli.group import kg
from kg.core.files import SourceFile
from kg.readers.annotations import read_annotation
from tests.toy_readings import OWL, OWL_SECOND, write_readings

FILE = "bib/annotations/owl2030.consensus.yaml"
EXPECTED = """\
publication: owl2030
annotator: First Reader and Second Reader
annotator_is: group
coders: 2
created: 2033-01-01
supersedes: [owl2030, owl2030.second]

study:
  label: Owls
  methods:
    # UNDECIDED: only First Reader
    - case-study
    # UNDECIDED: only Second Reader
    - survey
  contexts:
    # UNDECIDED: only First Reader
    - industrial-context
    # UNDECIDED: only Second Reader
    - regulated-domain
  # UNDECIDED: participant_count
  #   First Reader: 4
  #   Second Reader: 5
  participant_count: "4"

participants:
  - {id: P1, role: Tester, section: "3"}

findings:
  - id: O1
    # UNDECIDED: statement
    #   First Reader: Missing tools hinder testing.
    #   Second Reader: Owls lack the know-how to test.
    statement: Missing tools hinder testing.
    section: "4.1"
    practices:
      - continuous-testing
      # UNDECIDED: only Second Reader
      - continuous-planning
    challenges:
      # UNDECIDED: only First Reader
      - test-automation-tooling-gap
      # UNDECIDED: only Second Reader
      - ml-testing-expertise-gap
"""


def made(folder: Path, decided: MatchDecisions | None = None) -> str:
    reading = Sources(folder)
    read_annotations(reading)
    readings, _ = readings_of(reading.annotations, "owl2030")
    return consensus(readings, decided or MatchDecisions(), datetime.date(2033, 1, 1))


def test_agreed_values_are_taken_and_others_stand_with_who_says_them(tmp_path: Path) -> None:
    text = made(write_readings(tmp_path))
    assert text[text.index("publication:") :].startswith(EXPECTED)
    assert text == made(tmp_path)
    # A finding of one reading; an effect that both see, in another direction; evidence of both.
    assert "  # UNDECIDED: only First Reader\n  - id: O3\n" in text
    assert (
        "      - practice: continuous-integration\n        outcome: lead-time\n        # UNDECIDED: direction\n"
        "        #   First Reader: decreases\n        #   Second Reader: increases\n        direction: decreases\n"
        in text
    )
    assert '      # only Second Reader\n      - {quote: fits the tests that we need, section: "4.1"}\n' in text


def test_only_undecided_places_are_errors_and_each_has_its_line(tmp_path: Path) -> None:
    folder = write_readings(tmp_path)
    text = made(folder)
    (folder / FILE).write_text(text, "utf-8")
    errors = assemble(folder).errors
    assert {problem.rule for problem in errors} == {"annotation/undecided"}
    lines = text.splitlines()
    assert [lines[problem.where.line - 1][problem.where.column - 1 :] for problem in errors] == [
        line.lstrip() for line in lines if MARK in line
    ]
    decided = "".join(f"{line}\n" for line in lines if MARK not in line)
    (folder / FILE).write_text(decided, "utf-8")
    assert assemble(folder).errors == []


def test_a_quotation_that_looks_like_the_mark_is_none() -> None:
    text = f"{OWL}  - id: O4\n    statement: |\n      One\n      {MARK}two\n    section: a\n    evidence: [x]\n"
    assert check_undecided([read_annotation(SourceFile("a.yaml", text, "0"))]) == []


def test_different_findings_of_one_id_get_different_ids_and_references_follow(tmp_path: Path) -> None:
    folder = write_readings(tmp_path)
    second = (
        OWL_SECOND.replace("id: r6", "id: O3")
        + "citations: [{work: elk2029, reason: extends, about: O3, sections: [a]}]\n"
    )
    (folder / "bib/annotations/owl2030.second.yaml").write_text(second, "utf-8")
    apart = MatchDecisions({}, {frozenset(("owl2030/O3", "owl2030.second/O3")),
                                frozenset(("owl2030/O2", "owl2030.second/O3"))})  # fmt: skip
    text = made(folder, apart)
    assert re.findall(r"- id: (\S+)", text) == ["O1", "O2", "O3", "O3-2"]
    assert "about: O3-2" in text


@given(st.text(min_size=1, max_size=30), st.text(min_size=1, max_size=30))
@settings(max_examples=40)
def test_whatever_people_write_the_consensus_is_yaml_with_their_words(one: str, other: str) -> None:
    texts = [
        OWL.replace("Nests are silos.", json_text(one)).replace("Owls,", f"{json_text(one)},", 1),
        OWL.replace("Nests are silos.", json_text(other)).replace("First Reader", json_text(f"R {other}")),
    ]
    readings = [read_annotation(SourceFile(f"{n}.yaml", text, "0")) for n, text in enumerate(texts)]
    if any(reading.annotation is None or reading.problems for reading in readings):
        return
    text = consensus(readings, MatchDecisions(), datetime.date(2033, 1, 1))
    source = read_annotation(SourceFile("c.yaml", text, "0"))
    assert source.annotation is not None
    assert not source.problems
    assert readings[0].annotation is not None
    assert source.annotation.findings[2].statement == readings[0].annotation.findings[2].statement


def json_text(text: str) -> str:
    from kg.readers.yaml.edit import quoted

    return quoted(text)


# --- the command ---


def test_the_command_writes_it_once_and_agreement_is_still_measured(tmp_path: Path) -> None:
    folder = write_readings(tmp_path)

    def run(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(kg, ["--root", str(folder), *arguments])
        return result.exit_code, result.output + str(result.exception or "")

    code, said = run("consensus", "owl2030")
    assert (code, (folder / FILE).exists()) == (0, True)
    assert re.search(r"owl2030.consensus.yaml: \d+ places to decide", said)
    code, said = run("consensus", "owl2030")
    assert code == 1
    assert "is the consensus of these readings already" in said
    code, said = run("agreement", "owl2030")
    assert (code, "owl2030.consensus.yaml replaces them" in said) == (0, True)


def test_readings_with_errors_are_fixed_first(tmp_path: Path) -> None:
    folder = write_readings(tmp_path)
    (folder / "bib/annotations/owl2030.second.yaml").write_text(OWL_SECOND.replace("direction", "way"), "utf-8")
    result = CliRunner().invoke(kg, ["--root", str(folder), "consensus", "owl2030"])
    assert (result.exit_code, (folder / FILE).exists()) == (1, False)
    assert "fix the readings first" in result.output


@pytest.mark.parametrize("key", ["elk2029", "nobody"])
def test_one_reading_has_no_consensus(tmp_path: Path, key: str) -> None:
    result = CliRunner().invoke(kg, ["--root", str(write_readings(tmp_path)), "consensus", key])
    assert "nothing to compare" in str(result.exception)
