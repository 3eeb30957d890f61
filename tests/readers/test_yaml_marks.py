"""YAML with places: scalars stay text, mistakes have line and column, and the rest is kept."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kg.core.problems import Problem
from kg.readers.yaml.marks import MAX_DEPTH, Data, read_yaml


def read(text: str) -> tuple[Data, list[Problem]]:
    marks = read_yaml("x.yaml", text)
    return marks.data, marks.problems


def test_scalars_are_the_text_that_was_written() -> None:
    # YAML 1.1 would read these as False, 10, 5.1 and a number in base 60.
    data, problems = read("a: no\nb: 012\nc: 5.10\nd: 1:30\ne: yes\n")
    assert data == {"a": "no", "b": "012", "c": "5.10", "d": "1:30", "e": "yes"}
    assert not problems


def test_an_empty_value_is_absent_and_an_empty_quoted_text_is_not() -> None:
    data, problems = read("a:\nb: ~\nc: null\nd: ''\ne: 'null'\n")
    assert isinstance(data, dict)
    assert {key: value for key, value in data.items() if value is not None} == {"d": "", "e": "null"}
    assert not problems


def test_each_value_and_key_has_its_place() -> None:
    marks = read_yaml("x.yaml", "a: b\nc:\n  - d: e\n")
    assert str(marks.locate(("c", 0, "d"))) == "x.yaml:3:8"
    assert str(marks.locate_key(("c", 0, "d"))) == "x.yaml:3:5"


def test_a_missing_value_has_the_place_of_the_part_around_it() -> None:
    marks = read_yaml("x.yaml", "a: b\nc:\n  - d: e\n")
    assert str(marks.locate(("c", 0, "missing", 3))) == "x.yaml:3:5"


FAULTS = {
    "wrong indentation": ("a: 1\n   b: 2\nc: 3\n", "yaml/syntax", "x.yaml:2:5", {"a": "1", "c": "3"}),
    "a tab": ("a: 1\n\tb: 2\nc: 3\n", "yaml/tab", "x.yaml:2:1", {"a": "1", "c": "3"}),
    "a colon in a value": ("a: b: c\nd: e\n", "yaml/syntax", "x.yaml:1:5", {"d": "e"}),
    "a key twice": ("a: 1\nb: 2\na: 3\n", "yaml/duplicate-key", "x.yaml:3:1", {"a": "1", "b": "2"}),
    "a key that is not a word": ("? [a]\n: b\nc: d\n", "yaml/key", "x.yaml:1:3", {"c": "d"}),
    "an alias": ("a: &x 1\nb: *x\nc: 3\n", "yaml/alias", "x.yaml:2:4", {"a": "1", "c": "3"}),
    "a quote that is not closed": ('a: "1\nb: 2\nc: "3"\n', "yaml/syntax", "x.yaml:1:4", {"b": "2", "c": "3"}),
    "a last quote that is not closed": ("a: 1\nb: '2\nc: 3\n", "yaml/syntax", "x.yaml:2:4", {"a": "1", "c": "3"}),
    "a bracket that is not closed": ("a: 1\nb: [2\nc: 3\n", "yaml/syntax", "x.yaml:2:4", {"a": "1", "c": "3"}),
    "a key without a colon": (
        "a: 1\nb  # c\n  - 2\nc: 3\n",
        "yaml/syntax",
        "x.yaml:2:1",
        {"a": "1", "b": ["2"], "c": "3"},
    ),
    "a colon without a space": ("a:1\nb: 2\nc: 3\n", "yaml/syntax", "x.yaml:1:1", {"b": "2", "c": "3"}),
    "an item without a space": (
        "a:\n  - b: 1\n    c: 2\n  -b: 3\n    c: 4\n",
        "yaml/syntax",
        "x.yaml:4:3",
        {"a": [{"b": "1", "c": "2"}]},
    ),
    "too deep": ("[" * (MAX_DEPTH + 1), "yaml/too-deep", f"x.yaml:1:{MAX_DEPTH + 1}", None),
}


@pytest.mark.parametrize(("text", "rule", "where", "kept"), FAULTS.values(), ids=FAULTS)
def test_a_fault_has_its_rule_and_place_and_the_rest_is_kept(text: str, rule: str, where: str, kept: Data) -> None:
    data, (problem,) = read(text)
    assert (problem.rule, str(problem.where)) == (rule, where)
    assert problem.message
    assert problem.hint
    assert data == kept


def test_several_broken_lines_are_all_reported() -> None:
    data, problems = read("a: b: c\nd: e\nf: g: h\ni: j\n")
    assert [problem.where.line for problem in problems] == [1, 3]
    assert data == {"d": "e", "i": "j"}


def test_an_expansion_bomb_is_refused_before_it_grows() -> None:
    bomb = "a: &a [x, x]\n" + "".join(f"{c}: &{c} [*{p}, *{p}]\n" for p, c in zip("abcdefgh", "bcdefghi", strict=True))
    assert [problem.rule for problem in read(bomb)[1]] == ["yaml/alias"] * 8


def test_a_control_character_is_reported() -> None:
    assert {problem.rule for problem in read("a: b\nc: d\x01e\n")[1]} == {"yaml/character"}


def test_a_control_character_has_its_place_and_is_reported_once() -> None:
    (problem,) = read("a: b\nc: d\x01e\n")[1]
    assert str(problem.where) == "x.yaml:2:5"


@given(st.text() | st.text(alphabet="ab:-? \n\t[]{}&*!|>'\"%@`#,"))
@example("a: 'b\nc: d")
@example("\x00")
@example("---\na: b\n---\nc: d")
@example("!!python/object:os.system x")
def test_any_text_is_read_or_a_problem_with_a_place_in_it(text: str) -> None:
    data, problems = read(text)
    assert problems or data is None or isinstance(data, str | list | dict)
    assert all(problem.where.line <= text.count("\n") + 1 for problem in problems)
