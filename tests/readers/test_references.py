"""References of annotations must exist, ids are given once, and all mistakes of a review are reported in one run."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kg.building.pipeline import assemble
from kg.core.files import SourceFile
from kg.core.problems import Problem
from kg.model.bibliography import ConceptKind, Vocabulary, VocabularyConcept
from kg.readers.annotations import read_annotation
from kg.readers.references import check_references
from tests.conftest import KgCli
from tests.toy import EXAMPLE_YAML, place_of, write_toy

FILE = "bib/annotations/example2031.yaml"
SLUGS: dict[ConceptKind, list[str]] = {
    "practice": ["continuous-testing", "continuous-budgeting", "continuous-planning"],
    "challenge": ["test-automation-tooling-gap", "silo-working"],
    "method": ["multiple-case-study", "interview"],
    "context": ["industrial-context"],
    "approach": ["devops"],
    "tool": ["java"],
    "outcome": ["speed"],
}
VOCABULARY = Vocabulary(
    {
        (kind, slug): VocabularyConcept(f"https://example.org/{slug}", kind, slug, (slug.replace("-", " "),))
        for kind, slugs in SLUGS.items()
        for slug in slugs
    }
)


def check(text: str, name: str = FILE) -> list[Problem]:
    source = read_annotation(SourceFile(name, text, "0"))
    assert not source.problems
    return check_references(source, VOCABULARY, ["example2031", "muster2032", "acme2030"], ["muster2032/F1"])


def test_the_toy_annotation_has_no_unknown_references() -> None:
    assert check(EXAMPLE_YAML) == []


@pytest.mark.parametrize(
    "written",
    [
        'recommends: ["tool:jawa"]',
        'concept_relations: [{source: "tool:jawa", type: enables, target: "outcome:speed"}]',
        'concept_relations: [{source: "outcome:speed", type: conflicts with, target: "tool:jawa"}]',
    ],
)
def test_a_concept_that_is_named_with_its_kind_must_exist(written: str) -> None:
    text = EXAMPLE_YAML.replace("approaches: [devops]", written)
    (problem,) = check(text)
    assert (problem.rule, problem.hint) == ("annotation/unknown-tool", "did you mean java?")
    assert (problem.where.line, problem.where.column) == place_of(text, '"tool:jawa')
    assert check(text.replace("jawa", "java")) == []


FAULTS = {
    "unknown-practice": ("practices: [continuous-testing]", "practices: [continous-testing]", "continous-testing",
                         "did you mean continuous-testing"),
    "unknown-challenge": ("challenges: [silo-working]", "challenges: [silos-working]", "silos-working",
                          "did you mean silo-working?"),
    "unknown-method": ("[multiple-case-study, interview]", "[interviews]", "interviews", "did you mean interview?"),
    "unknown-context": ("[industrial-context]", "[industry-context]", "industry-context", "did you mean"),
    "unknown-approach": ("approaches: [devops]", "approaches: [devop]", "devop]", "did you mean devops?"),
    "unknown-tool": ("approaches: [devops]", "tools: [jawa]", "jawa]", "did you mean java?"),
    "unknown-outcome": ("approaches: [devops]", "effects: [{approach: devops, outcome: sped, direction: mixed}]",
                        "sped", "did you mean speed?"),
    "unknown-work": ("attributed_to: acme2030", "attributed_to: acme2O30", "acme2O30", "did you mean acme2030?"),
    "unknown-case": ("case: C1", "case: C2", "C2}", "known: C1"),
    "unknown-theme": ("    theme: T1", "    theme: T9", "T9", "known: T1"),
    "unknown-participant": ("said_by: P1", "said_by: P9", "P9}", "known: P1, P2"),
    "unknown-evidence": ("      - P1-slow", "      - P1-slov", "P1-slov", "did you mean P1-slow?"),
    "unknown-finding": ("finding: muster2032/F1", "finding: muster2032/F9", "muster2032/F9",
                        "did you mean muster2032/F1?"),
    "unknown-target": ("about: [PEC1, study", "about: [PEC8, study", "PEC8", "did you mean PEC"),
    "duplicate-id": ("id: PEC2", "id: PEC1", "PEC1\n    kind: pec\n    statement: Nobody", "own id"),
    "quotation-too-long": ('"only two teams"', '"1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16"', '"1 2 3', "quote a shorter"),
    "file-name": ("publication: example2031", "publication: muster2032", "muster2032\n", "muster2032.yaml"),
}  # fmt: skip


@pytest.mark.parametrize("rule", FAULTS)
def test_a_fault_has_place_message_and_hint(rule: str) -> None:
    old, new, at, hint = FAULTS[rule]
    assert old in EXAMPLE_YAML
    text = EXAMPLE_YAML.replace(old, new, 1)
    line, column = place_of(text, at)
    (problem,) = check(text)
    assert problem.rule == f"annotation/{rule}"
    assert str(problem.where) == f"{FILE}:{line}:{column}"
    assert problem.message
    assert hint in problem.hint


def test_the_hint_for_a_label_names_the_slug() -> None:
    text = EXAMPLE_YAML.replace("[continuous-testing]", "[testing]", 1)
    assert "continuous-testing" in check(text)[0].hint or "vocabulary" in check(text)[0].hint


def test_an_id_given_twice_names_the_line_of_the_first() -> None:
    line, _ = place_of(EXAMPLE_YAML, "id: PEC1")
    (problem,) = check(EXAMPLE_YAML.replace("id: PEC2", "id: PEC1"))
    assert f"first in line {line}" in problem.message


@pytest.mark.parametrize(("old", "new"), [
    ("{id: P2,", "{id: P1, role: x, section: x}\n  - {id: P2,"),
    ("{id: C1,", "{id: C1, label: x}\n  - {id: C1,"),
    ("number: 2,", "number: 1,"),
    ("work: muster2032\n    reason: citesAsRelated", "work: acme2030\n    reason: agreesWith\n    about: PEC1"),
], ids=["participant", "case", "question", "citation"])  # fmt: skip
def test_participants_cases_questions_and_citations_are_given_once_too(old: str, new: str) -> None:
    assert [p.rule for p in check(EXAMPLE_YAML.replace(old, new, 1))] == ["annotation/duplicate-id"]


# --- all faults of a review in one run ---

SCENARIO = {  # what is changed, into what; rule; the text at the place; what message and hint say
    "unknown practice": ("practices: [continuous-testing]\n    ch", "practices: [continous-testing]\n    ch",
                         "annotation/unknown-practice", "continous-testing", "no practice `continous-testing`",
                         "did you mean continuous-testing"),
    "unknown key": ("attributed_to: acme2030", "attributed_to: acme2O30", "annotation/unknown-work", "acme2O30",
                    "no entry `acme2O30`", "did you mean acme2030?"),
    "id twice": ("id: PEC2", "id: PEC1", "annotation/duplicate-id", "PEC1\n    kind: pec\n    statement: Nobody",
                 "finding `PEC1` is given twice", "own id"),
    "no section": ('"only two teams", section: "6"', '"only two teams"', "annotation/missing-field",
                   '{quote: "only two teams', "`section`", "Section, table or appendix"),
    "wrong indentation": ("    note: The same lack", "     note: The same lack", "yaml/syntax", "note: The same lack",
                          "not YAML", "indentation"),
    "duplicate key": ("  label: Toy codes\n", "  label: Toy codes\n  label: Codes\n", "yaml/duplicate-key",
                      "label: Codes", "`label` occurs twice", "keep one"),
}  # fmt: skip


def with_faults(faults: list[str]) -> str:
    text = EXAMPLE_YAML
    for name in faults:
        old, new = SCENARIO[name][:2]
        assert old in text, name
        text = text.replace(old, new, 1)
    return text


@pytest.mark.parametrize("spread", [False, True], ids=["in one file", "in several files"])
def test_all_mistakes_are_reported_in_one_run_and_the_last_build_is_kept(
    toy: Path, tmp_path: Path, kg_cli: KgCli, spread: bool
) -> None:
    folder = tmp_path / "review"
    shutil.copytree(toy, folder)
    before = {path.name: path.read_bytes() for path in (folder / "build").iterdir() if path.is_file()}
    names = (
        {f"example2031.reader{n}.yaml": [fault] for n, fault in enumerate(SCENARIO)}
        if spread
        else {"example2031.yaml": list(SCENARIO)}
    )
    texts = {name: with_faults(faults) for name, faults in names.items()}
    for name, text in texts.items():
        (folder / "bib" / "annotations" / name).write_text(text, encoding="utf-8")

    ran = kg_cli(folder, "build")

    assert ran.returncode == 1
    assert ran.stdout == ""
    assert "Traceback" not in ran.stderr
    for name, faults in names.items():
        for fault in faults:
            _, _, rule, at, message, hint = SCENARIO[fault]
            line, column = place_of(texts[name], at)
            head = f"bib/annotations/{name}:{line}:{column}: error: "
            (index,) = [i for i, told in enumerate(ran.stderr.splitlines()) if told.startswith(head) and rule in told]
            told, hinted = ran.stderr.splitlines()[index : index + 2]
            assert message in told
            assert hint in hinted
    assert ran.stderr.count(": error: ") == len(SCENARIO)
    assert {path.name: path.read_bytes() for path in (folder / "build").iterdir() if path.is_file()} == before


def test_a_mistake_is_not_reported_again_in_a_file_that_refers_to_it(tmp_path: Path) -> None:
    folder = write_toy(tmp_path)
    old, new = '"planning together opened the silos", section: "4.3"', '"planning together opened the silos"'
    (folder / FILE).write_text(EXAMPLE_YAML.replace(old, new), encoding="utf-8")
    assert [problem.where.file for problem in assemble(folder).errors] == [FILE]


@pytest.mark.parametrize("name", ["bib/sub/x.bib", "bib/x.BIB", "bib/annotations/sub/x.yaml"])
def test_a_file_that_looks_like_a_source_is_read_or_reported(tmp_path: Path, name: str) -> None:
    folder = write_toy(tmp_path)
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text("@misc{x, title={T}}", encoding="utf-8")
    assembly = assemble(folder)
    assert name in {account.file for account in assembly.accounts} | {p.where.file for p in assembly.problems}


def test_a_missing_field_of_the_annotation_hides_no_other_mistakes(tmp_path: Path) -> None:
    folder = write_toy(tmp_path)
    text = with_faults(["unknown practice"]).replace("annotator: Toy Annotator\n", "")
    (folder / FILE).write_text(text, encoding="utf-8")
    assert {"annotation/missing-field", "annotation/unknown-practice"} <= {p.rule for p in assemble(folder).errors}


def test_a_broken_link_is_reported(tmp_path: Path) -> None:
    folder = write_toy(tmp_path)
    (folder / "bib" / "annotations" / "loop.yaml").symlink_to("loop.yaml")
    assert [p.where.file for p in assemble(folder).problems if p.rule == "file/not-read"] == [
        "bib/annotations/loop.yaml"
    ]


def test_a_bracket_that_is_not_closed_costs_its_line_only(tmp_path: Path) -> None:
    folder = write_toy(tmp_path)
    text = with_faults(["unknown practice"])
    line = next(n for n, found in enumerate(text.split("\n"), 1) if "practices: [" in found and "}" not in found)
    lines = text.split("\n")
    lines[line - 1] = lines[line - 1].replace("]", "", 1)
    (folder / FILE).write_text("\n".join(lines), encoding="utf-8")
    errors = assemble(folder).errors
    assert [p.where.line for p in errors if p.rule == "yaml/syntax"] == [line]


def test_an_invalid_part_hides_no_other_mistakes(tmp_path: Path) -> None:
    folder = write_toy(tmp_path)
    text = (folder / FILE).read_text(encoding="utf-8")
    more = """  - id: PEC1
    statement: Nothing.
    practices: [continous-testing, CT]
    attributed_to: acme2003
    evidence:
      - {quote: our tests are slow, said_by: P9}
    links:
      - {challenge: silo-wroking, practice: continuous-testing, polarity: hinder}
"""
    (folder / FILE).write_text(text.replace("findings:\n", f"findings:\n{more}", 1), encoding="utf-8")
    found = {(p.rule.split("/")[1], p.hint.split(" ")[-1]) for p in assemble(folder).errors}
    assert {
        ("unknown-practice", "continuous-testing?"),
        ("unknown-work", "acme2030?"),
        ("unknown-challenge", "silo-working?"),
        ("unknown-value", "hinders?"),
    } <= found
    assert {rule for rule, _ in found} >= {"duplicate-id", "missing-field", "unknown-participant"}


def test_a_code_given_twice_is_reported(tmp_path: Path) -> None:
    folder = write_toy(tmp_path)
    text = (folder / FILE).read_text(encoding="utf-8")
    row = next(line for line in text.split("\n") if "- {code:" in line)
    (folder / FILE).write_text(text.replace(row, f"{row}\n{row}", 1), encoding="utf-8")
    (problem,) = assemble(folder).errors
    assert (problem.rule, "given twice" in problem.message) == ("annotation/duplicate-id", True)


def test_the_hint_for_a_label_in_capitals_names_the_slug(tmp_path: Path) -> None:
    folder = write_toy(tmp_path)
    text = (folder / FILE).read_text(encoding="utf-8")
    (folder / FILE).write_text(
        text.replace("absent_practices: [continuous-budgeting]", "absent_practices: [Continuous budgeting]"),
        encoding="utf-8",
    )
    (problem,) = assemble(folder).errors
    assert (problem.rule, problem.hint) == ("annotation/unknown-practice", "did you mean continuous-budgeting?")


def test_the_id_of_a_participant_is_not_a_finding(tmp_path: Path) -> None:
    folder = write_toy(tmp_path)
    text = (folder / FILE).read_text(encoding="utf-8")
    assert "about: [PEC1" in text
    with_citation = text.replace(
        "curation_notes:",
        """  - work: acme2030
    reason: discusses
    about: P1
    sections: ["5"]

curation_notes:""",
        1,
    )
    (folder / FILE).write_text(with_citation, encoding="utf-8")
    assert [p.rule for p in assemble(folder).errors] == ["annotation/unknown-finding"]
