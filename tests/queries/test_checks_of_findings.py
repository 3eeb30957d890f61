"""The checks of findings and entries: no concept, no direction, opposite effects, a hedge left out, a private path."""

from __future__ import annotations

from pathlib import Path

from kg.building.pipeline import assemble
from tests.toy import EXAMPLE_YAML, write_toy

EVIDENCE = 'evidence: [{quote: "our tests are slow", section: "4.1"}]'
HEAD = 'section: "4.1"\n    practices: [continuous-testing]\n    '
EFFECT = "effects: [{{practice: continuous-testing, outcome: speed, direction: {}}}]\n    "
FINDING = "  - id: {}\n    statement: Said in other words.\n    "


def problems(folder: Path, *findings: str) -> dict[str, list[str]]:
    """The messages of the checks by rule, when the findings are added to the toy annotation."""
    write_toy(folder)
    path = folder / "bib" / "annotations" / "example2031.yaml"
    text = "".join(f"{finding}\n" for finding in findings)
    path.write_text(EXAMPLE_YAML.replace("findings:\n", f"findings:\n{text}", 1), encoding="utf-8")
    found = [p for p in assemble(folder).problems if p.rule.startswith("check/")]
    return {rule: [p.message for p in found if p.rule == rule] for rule in {p.rule for p in found}}


def test_a_finding_without_concept_is_noted(tmp_path: Path) -> None:
    found = problems(tmp_path, f'{FINDING.format("F1")}section: "4.1"\n    {EVIDENCE}')
    assert "F1 names no concept" in found["check/finding-without-concept"]


def test_an_outcome_without_direction_is_noted(tmp_path: Path) -> None:
    effect = EFFECT.format("increases")
    found = problems(
        tmp_path,
        f"{FINDING.format('F1')}{HEAD}outcomes: [speed]\n    {EVIDENCE}",
        f"{FINDING.format('F2')}{HEAD}{effect}{EVIDENCE}",
    )
    assert found["check/outcome-without-direction"] == ["F1 names the outcome speed without a direction"]


def test_one_quotation_for_opposite_effects_is_a_warning(tmp_path: Path) -> None:
    findings = [
        f"{FINDING.format(name)}{HEAD}{EFFECT.format(direction)}{EVIDENCE}"
        for name, direction in (("F1", "increases"), ("F2", "decreases"), ("F9", "no change"))
    ]
    found = problems(tmp_path, *findings)
    assert found["check/quotation-of-opposites"] == ["F1 and F2 rest on the same words and say the opposite of speed"]


def test_a_statement_without_the_hedge_of_its_quotation_is_noted(tmp_path: Path) -> None:
    def finding(name: str, statement: str, quote: str) -> str:
        evidence = f'evidence: [{{quote: "{quote}", section: "4.1"}}]'
        return f"  - id: {name}\n    statement: {statement}\n    {HEAD}{evidence}"

    found = problems(
        tmp_path,
        finding("F1", "Tests get slower.", "tests tend to get slower"),
        finding("F2", "Tests seem to get slower.", "tests tend to get slower"),
        finding("F9", "Tests get slower.", "tests get slower with each intended feature"),
    )
    assert found["check/hedge-left-out"] == ["F1 has no hedge, but its quotation has: “tests tend to get slower”"]


def test_a_path_on_somebody_s_machine_is_reported(tmp_path: Path) -> None:
    fields = (
        "file = {/home/ann/a.pdf}", r"file = {PDF:C\:\\Users\\ann\\b.pdf:application/pdf}", "file = {papers/c.pdf}",
        "title = {The profile = home}", r'file = "C:\Users\ann\e.pdf"', "file = {:/Users/ann/f.pdf:PDF}",
    )  # fmt: skip
    (tmp_path / "bib").mkdir()
    entries = (f"@misc{{{key}, year = 2031, {field}}}\n" for key, field in zip("abcdef", fields, strict=True))
    (tmp_path / "bib" / "exported.bib").write_text("".join(entries), encoding="utf-8")
    found = problems(tmp_path)["check/private-path"]
    assert found == [f"{key} contains the path of a file on a machine" for key in "abef"]
