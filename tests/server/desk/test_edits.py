"""Edits of an annotation in its text: nothing else changes, comments stay, and what others changed is merged."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from kg.core.output import diff
from kg.server.desk.edits import AddFinding, ConflictError, DeleteFinding, Edit, MoveFinding, SetValue, apply, merged
from kg.server.desk.forms import FORMS, MODELS
from kg.server.desk.text_changes import EditError, comments, data_of

TEXT = """\
# The head stays.
publication: example2031
study:
  label: Two teams  # in one firm
  methods: [case-study]

findings:
  # --- tests ---
  - id: F1
    statement: Tests are slow.  # checked twice
    section: "4.1"
    practices: [continuous-testing]  # not CI
    evidence:
      - {quote: "our tests are slow", section: "4.1"}  # first
      # between
      - {quote: "slow tests", section: '4.2'}

  # --- builds ---
  - id: F2
    statement: >-
      Builds
      break.
    section: "5"
    evidence:
      - {quote: "builds break", section: "5"}
# The end stays.
"""


def changed(edit: Edit, text: str = TEXT) -> list[str]:
    """The lines that an edit removes and adds, as in a diff."""
    lines = diff(text, apply(text, edit).text, "a").splitlines()[2:]
    return [line for line in lines if line.startswith(("+", "-"))]


def finding(name: str, text: str = TEXT) -> dict[str, Any]:
    return next(one for one in data_of(text)["findings"] if one["id"] == name)


def setting(name: str, key: str, now: Any, was: Any = None) -> SetValue:
    return SetValue(finding=name, key=key, was=finding(name).get(key) if was is None else was, now=now)


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (setting("F1", "statement", "Tests are too slow."),
         ["-    statement: Tests are slow.  # checked twice", "+    statement: Tests are too slow.  # checked twice"]),
        (setting("F1", "challenges", ["slow-tests"]), ["+    challenges: [slow-tests]"]),
        (setting("F1", "practices", None),
         ["-    practices: [continuous-testing]  # not CI", "+    # not CI"]),
        (setting("F2", "links", [{"practice": "p", "challenge": "c"}]),
         ["+    links:", "+      - {challenge: c, practice: p}"]),
        (setting("F1", "evidence", finding("F1")["evidence"][1:]),
         ['-      - {quote: "our tests are slow", section: "4.1"}  # first', "+      # first"]),
        (setting("F2", "evidence", [{"section": "5", "quote": "yes"}, *finding("F2")["evidence"]]),
         ['+      - {quote: "yes", section: "5"}']),
        (SetValue(finding="", of="study", key="aim", now="To see."), ["+  aim: To see."]),
        (DeleteFinding(finding="F2", was=finding("F2")), [
            "-  - id: F2", "-    statement: >-", "-      Builds", "-      break.", '-    section: "5"',
            "-    evidence:", '-      - {quote: "builds break", section: "5"}']),
        (AddFinding(after="F1", value={"evidence": [{"section": "6", "quote": "words"}], "statement": "New.",
                                       "id": "F1", "section": "6", "practices": []}),
         ["+  - id: F3", "+    statement: New.", '+    section: "6"', "+    evidence:",
          '+      - {quote: "words", section: "6"}', "+"]),
    ],
)  # fmt: skip
def test_an_edit_changes_its_lines_only(edit: Edit, expected: list[str]) -> None:
    assert changed(edit) == expected


def test_a_long_statement_is_folded_and_stays_so() -> None:
    once = apply(TEXT, setting("F1", "challenges", ["c"])).text
    long = " ".join(["word"] * 40)
    after = apply(TEXT, AddFinding(value={"id": "F9", "statement": long, "section": "1", "evidence": ["e"]})).text
    assert "    statement: >-\n      word" in after
    assert max(map(len, after.splitlines())) <= 120
    shorter = apply(after, SetValue(finding="F9", key="statement", was=long, now=f"{long} more")).text
    assert finding("F9", shorter)["statement"] == f"{long} more"
    assert once != after


def test_a_finding_moves_with_its_comments_and_back() -> None:
    there = apply(TEXT, MoveFinding(finding="F2", after=""))
    assert [one["id"] for one in data_of(there.text)["findings"]] == ["F2", "F1"]
    assert Counter(comments(there.text)).total() == Counter(comments(TEXT)).total()
    assert there.back is not None
    assert [one["id"] for one in data_of(apply(there.text, there.back).text)["findings"]] == ["F1", "F2"]


def test_every_line_end_stays() -> None:
    text = TEXT.replace("\n", "\r\n")
    for edit in (setting("F1", "statement", " ".join(["word"] * 40)), setting("F1", "tools", ["t"]),
                 MoveFinding(finding="F1", after="F2"), DeleteFinding(finding="F1", was=finding("F1"))):  # fmt: skip
        after = apply(text, edit).text
        assert after.count("\n") == after.count("\r\n")


def test_a_file_with_faults_is_left_alone() -> None:
    with pytest.raises(EditError, match="fix them first"):
        apply(TEXT + "study: twice\n", setting("F1", "statement", "x"))


@pytest.mark.parametrize(
    ("was", "now", "theirs", "result"),
    [
        ("a", "b", "a", "b"),
        ("a", "b", "b", "b"),
        (["x"], ["x", "mine"], ["x", "theirs"], ["x", "theirs", "mine"]),
        (["x", "y"], ["y"], ["x", "y", "z"], ["y", "z"]),
        ([{"q": 1}, {"q": 2}], [{"q": 9}, {"q": 2}], [{"q": 0}, {"q": 1}, {"q": 2}], [{"q": 0}, {"q": 9}, {"q": 2}]),
        (["x"], None, ["x", "theirs"], ["theirs"]),
        (None, ["mine"], ["theirs"], ["theirs", "mine"]),
    ],
)
def test_changes_of_two_people_are_merged(was: Any, now: Any, theirs: Any, result: Any) -> None:
    assert merged(was, now, theirs) == result


@pytest.mark.parametrize(
    ("was", "now", "theirs"),
    [("a", "b", "c"), ("a", None, "c"), ([{"q": 1}], [{"q": 2}], [{"q": 3}]), (["x"], ["y"], [])],
)
def test_a_value_that_two_people_changed_is_a_conflict(was: Any, now: Any, theirs: Any) -> None:
    with pytest.raises(ConflictError):
        merged(was, now, theirs)


def test_a_finding_that_somebody_else_changed_is_not_deleted() -> None:
    old = finding("F2")
    with pytest.raises(ConflictError) as raised:
        apply(TEXT.replace("      break.", "      fail."), DeleteFinding(finding="F2", was=old))
    assert raised.value.theirs["statement"] == "Builds fail."


WRITTEN_BY_KG = {"proposed_by", "accepted_by", "publication", "created", "supersedes", "study", "findings"}


def test_the_forms_have_every_key_that_a_person_may_write() -> None:
    for name, form in FORMS.items():
        keys = {field.key for field in form} | {
            kind for field in form if field.shape == "cause" for kind in field.kinds
        }
        missing = set(MODELS[name].model_fields) - keys - WRITTEN_BY_KG
        assert missing <= ({"id"} if name in ("finding", "counts") else set()), name
        assert keys <= set(MODELS[name].model_fields)


def test_numbers_and_participants_are_written_as_people_do() -> None:
    participants = [{"id": "P1", "role": "Tester", "section": "2"}]
    text = apply(TEXT, SetValue(finding="", of="file", key="participants", now=participants)).text
    assert '\n\nparticipants:\n  - {id: P1, role: Tester, section: "2"}\n\nfindings:' in text
    counts = [{"numerator": "2", "denominator": "3", "what": "Wait.", "evidence": ["e"]}]
    assert "numerator: 2, denominator: 3" in apply(text, SetValue(finding="F2", key="counts", now=counts)).text
