"""Annotation files: valid parts are kept, and mistakes have file:line:column, a rule, a message and a hint."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.core.files import SourceFile
from kg.core.problems import Problem
from kg.readers.annotations import AnnotationSource, json_schema, read_annotation
from tests.toy import EXAMPLE_YAML, MUSTER_YAML, place_of

FILE = "bib/annotations/example2031.yaml"


def read(text: str, name: str = FILE) -> AnnotationSource:
    return read_annotation(SourceFile(name, text, "0"))


def changed(old: str, new: str) -> str:
    assert old in EXAMPLE_YAML
    return EXAMPLE_YAML.replace(old, new, 1)


# --- good input ---


def test_the_toy_annotations_are_read_without_a_problem() -> None:
    for text in (EXAMPLE_YAML, MUSTER_YAML):
        assert read(text).problems == ()


def test_values_are_as_written() -> None:
    annotation = read(EXAMPLE_YAML).annotation
    assert annotation is not None
    assert annotation.created.isoformat() == "2031-02-03"
    assert annotation.study.participant_count == 2
    assert [finding.id for finding in annotation.findings] == ["PEC1", "PEC2", "F3", "acme-tools"]
    assert annotation.findings[0].evidence[0] == "P1-slow"
    assert annotation.findings[2].links[0].polarity == "mitigates"


def test_a_second_annotator_has_a_file_with_another_stem() -> None:
    source = read(EXAMPLE_YAML, "bib/annotations/example2031.second.yaml")
    assert (source.stem, source.key) == ("example2031.second", "example2031")


def test_every_part_has_its_place() -> None:
    source = read(EXAMPLE_YAML)
    line, column = place_of(EXAMPLE_YAML, "Missing tools hinder")
    assert str(source.marks.locate(("findings", 0, "statement"))) == f"{FILE}:{line}:{column}"


# --- mistakes: the text that is changed, the new text, rule, place, and words of the message and the hint ---

NO_BUDGET = '{quote: "we found no continuous budgeting", section: "4.2"}'
LINKS = "    links:\n"
FAULTS = {
    "a field that is missing": (
        "    statement: Nobody budgets continuously.\n",
        "",
        "annotation/missing-field",
        "id: PEC2",
        "statement",
        "in your own words",
    ),
    "a key that is unknown": (
        "statement: Nobody",
        "statment: Nobody",
        "annotation/unknown-key",
        "statment: Nobody",
        "statment",
        "did you mean statement?",
    ),
    "a value that is unknown": (
        "type: corroborates",
        "type: corroborate",
        "annotation/unknown-value",
        "corroborate",
        "corroborate",
        "did you mean corroborates?",
    ),
    "an invalid id": ("id: PEC2", "id: PEC 2", "annotation/bad-id", "PEC 2", "PEC 2", "letters, digits"),
    "a list without an item": (
        f"evidence:\n      - {NO_BUDGET}",
        "evidence: []",
        "annotation/empty-field",
        "[]",
        "evidence",
        "evidence",
    ),
    "an invalid number": ("numerator: 2", "numerator: two", "annotation/invalid", "two\n", "two", "numerator"),
    "a number below zero": ("occurrences: 3", "occurrences: -3", "annotation/invalid", "-3", "-3", "occurrences"),
    "a direction that is unknown": (
        f"{LINKS}      - {{challenge: test-automation-tooling-gap, practice: continuous-testing}}",
        "    effects:\n      - {practice: continuous-testing, outcome: speed, direction: increase}",
        "annotation/unknown-value",
        "increase}",
        "`increase` is not a value of `direction`",
        "did you mean increases?",
    ),
    "an effect of nothing": (
        f"{LINKS}      - {{challenge: test-automation-tooling-gap, practice: continuous-testing}}",
        "    effects:\n      - {outcome: speed, direction: increases}",
        "annotation/missing-field",
        "{outcome",
        "this effect has no `practice` (or approach, tool, challenge)",
        "exactly one",
    ),
    "a link of two": (
        f"{LINKS}      - {{challenge: test-automation-tooling-gap, practice: continuous-testing}}",
        f"{LINKS}      - {{challenge: silo-working, practice: continuous-testing, approach: devops}}",
        "annotation/invalid",
        "{challenge: silo-working, practice",
        "this link has both `practice` and `approach`",
        "exactly one",
    ),
    "a recommendation of a challenge": (
        f"{LINKS}      - {{challenge: test-automation-tooling-gap, practice: continuous-testing}}",
        '    recommends: ["challenge:silo-working"]',
        "annotation/bad-id",
        '"challenge:silo',
        "`challenge:silo-working` is not KIND:SLUG",
        "one of practice, approach, tool",
    ),
    "an invalid date": ("created: 2031-02-03", "created: soon", "annotation/invalid", "soon", "soon", "created"),
    "a date without a month": (
        "created: 2031-02-03",
        "created: 2031",
        "annotation/invalid",
        "2031\n\n",
        "not a date",
        "write it as",
    ),
    "a number of more digits than fit": (
        "participant_count: 2",
        f"participant_count: {'9' * 5000}",
        "annotation/invalid",
        "999",
        "…`",
        "count",
    ),
    "a key given twice": (
        "    statement: Nobody",
        "    section: '1'\n    statement: Nobody",
        "yaml/duplicate-key",
        'section: "4.2"\n    absent',
        "section",
        "keep one",
    ),
    "a wrong indentation": (
        "    statement: Nobody",
        "     statement: Nobody",
        "yaml/syntax",
        ": Nobody",
        "not YAML",
        "indentation",
    ),
    "an alias": ("label: Two toy teams", "label: *teams", "yaml/alias", "*teams", "aliases", "write the value out"),
}


@pytest.mark.parametrize(("old", "new", "rule", "at", "message", "hint"), FAULTS.values(), ids=FAULTS)
def test_a_fault_has_place_rule_message_and_hint(
    old: str, new: str, rule: str, at: str, message: str, hint: str
) -> None:
    text = changed(old, new)
    line, column = place_of(text, at)
    if at == "id: PEC2":  # the finding itself is what lacks the field
        column = place_of(text, "id: PEC2")[1]
    found = {p.rule: p for p in read(text).problems}
    assert rule in found
    problem = found[rule]
    assert str(problem.where) == f"{FILE}:{line}:{column}"
    assert message in problem.message
    assert hint in problem.hint


@pytest.mark.parametrize(("old", "new"), [fault[:2] for fault in FAULTS.values()], ids=FAULTS)
def test_a_fault_is_one_problem(old: str, new: str) -> None:
    expected = 2 if "statment" in new else 1  # a misspelt field is also a missing one
    assert len(read(changed(old, new)).problems) == expected


def test_a_quotation_without_a_section_is_one_problem_at_its_place() -> None:
    text = changed(NO_BUDGET, NO_BUDGET.replace(', section: "4.2"', ""))
    line, column = place_of(text, '{quote: "we found no')
    (problem,) = read(text).problems
    assert (problem.rule, str(problem.where)) == ("annotation/missing-field", f"{FILE}:{line}:{column}")
    assert "piece of evidence" in problem.message
    assert "section" in problem.message


def test_an_invalid_part_is_left_out_and_the_others_are_kept() -> None:
    source = read(changed("id: PEC2", "id: PEC 2"))
    assert source.annotation is not None
    assert [finding.id for finding in source.annotation.findings] == ["PEC1", "F3", "acme-tools"]


def test_ids_of_parts_that_are_left_out_are_known() -> None:
    # A note about PEC2 would otherwise be reported as a second mistake.
    source = read(changed("    statement: Nobody budgets continuously.\n", ""))
    assert "PEC2" in {given for what, _, given in source.named.given if what == "finding"}
    assert source.annotation
    assert "PEC2" not in {finding.id for finding in source.annotation.findings}


@pytest.mark.parametrize("text", ["", "# only a comment\n", "- a list\n", "a word"])
def test_a_file_without_an_annotation_is_one_problem(text: str) -> None:
    source = read(text)
    assert [(p.rule, str(p.where)) for p in source.problems] == [("annotation/empty", f"{FILE}:1:1")]
    assert source.annotation is None


def test_each_missing_field_of_the_annotation_is_reported_once() -> None:
    problems = read("publication: example2031\n").problems
    assert [p.rule for p in problems] == ["annotation/missing-field"] * 3
    assert {word for p in problems for word in ("annotator", "created", "study") if word in p.message} == {
        "annotator",
        "created",
        "study",
    }


LINES = EXAMPLE_YAML.split("\n")


@settings(max_examples=40, deadline=None)
@given(st.integers(0, len(LINES) - 1), st.text(alphabet="ab:-? \t[]{}&*!'\"#,é", max_size=12))
def test_a_changed_line_never_raises_and_is_never_ignored(number: int, line: str) -> None:
    source = read("\n".join([*LINES[:number], line, *LINES[number + 1 :]]))
    assert source.problems or source.annotation is not None
    assert all(isinstance(problem, Problem) and problem.where.line for problem in source.problems)


def test_the_json_schema_for_editors_is_up_to_date() -> None:
    shipped = Path(__file__).parents[2] / "bib" / "annotations" / "annotation.schema.json"
    assert json.loads(shipped.read_text(encoding="utf-8")) == json.loads(json_schema())


def test_an_unknown_key_without_a_value_is_reported() -> None:
    # A forgotten colon makes a key of a whole value: `{quote: …, section 4.1}`.
    source = read(changed('missing", section: "4.1"', 'missing", section 4.1'))
    assert {(p.rule, p.message.split("`")[1]) for p in source.problems} == {
        ("annotation/unknown-key", "section 4.1"),
        ("annotation/missing-field", "section"),
    }


# --- forms of evidence ---


def evidence_of(written: str) -> AnnotationSource:
    return read(changed('{quote: "tools for testing were missing", section: "4.1"}', written))


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ('{quote: "tools were missing", section: "4.1", page: "5"}', "4.1"),
        ('{quote: "tools were missing", page: "5"}', "page 5"),
        ('{row: "toys.csv#row=12"}', "row 12 of toys.csv"),  # RFC 7111, section 2.1
        ('{row: "a list of toys.xlsx#row=12-13", quote: "tools were missing"}', "row 12-13 of a list of toys.xlsx"),
        ('{row: "toys.csv#row=12", quote: "tools were missing", page: "5"}', "page 5"),
    ],
)
def test_evidence_is_a_quotation_with_a_section_or_page_or_a_row(written: str, place: str) -> None:
    source = evidence_of(written)
    assert source.problems == ()
    assert source.annotation is not None
    found = source.annotation.findings[0].evidence[1]
    assert not isinstance(found, str)
    assert found.place == place


@pytest.mark.parametrize(
    ("written", "rule", "named"),
    [
        ('{quote: "tools were missing"}', "missing-field", "section"),
        ('{page: "5"}', "missing-field", "quote"),
        ('{section: "4.1"}', "missing-field", "quote"),
        ('{row: "toys.csv#row=0"}', "bad-id", "toys.csv#row=0"),
        ('{row: "../toys.csv#row=3"}', "bad-id", "../toys.csv#row=3"),
        ('{row: "toys.csv#col=3"}', "bad-id", "toys.csv#col=3"),
        ('{row: "..#row=3"}', "bad-id", "..#row=3"),
    ],
)
def test_evidence_without_a_place_or_words_is_a_problem(written: str, rule: str, named: str) -> None:
    (problem,) = evidence_of(written).problems
    assert (problem.rule, problem.message.split("`")[1]) == (f"annotation/{rule}", named)


def test_a_long_name_of_a_sheet_is_read_at_once() -> None:
    (problem,) = evidence_of('{row: "' + "a." * 50_000 + '"}').problems
    assert problem.rule == "annotation/bad-id"
