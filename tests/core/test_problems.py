"""Problems and errors can be printed, whatever was read or typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.core.problems import KgError, Location, Problem, brief, close_words, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Grüße, 数据 – “x”\u00a0y", "Grüße, 数据 – “x”\u00a0y"),
        ("a\x1b[2Jb\x9b\x07", r"a\x1b[2Jb\x9b\x07"),
        ("a\r\n\tb", r"a\r\n\tb"),
        ("a\u202eb\u2028", r"a\u202eb\u2028"),
        ("a\ud800", r"a\ud800"),
    ],
)
def test_control_characters_are_escaped(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.text(alphabet=st.characters()))
def test_visible_text_is_one_line_that_can_be_encoded(text: str) -> None:
    shown = visible(text)
    assert len(shown.encode().splitlines()) <= 1
    assert visible(shown) == shown


def test_a_problem_is_two_lines_for_any_text() -> None:
    problem = Problem(Location("bib/\x1b\n.yaml", 3, 4), "file/x", "not\nso \x1b[31m", "do\u202e this")
    assert str(problem) == ("bib/\\x1b\\n.yaml:3:4: error: not\\nso \\x1b[31m [file/x]\n    hint: do\\u202e this")


def test_an_error_keeps_its_lines() -> None:
    assert str(KgError("one\x1b\ntwo")) == "one\\x1b\ntwo"


def test_a_long_text_is_cut() -> None:
    assert brief("x" * 1_000_000, 5) == "xxxxx…"
    assert close_words("x" * 1_000_000, ["x"]) == []
