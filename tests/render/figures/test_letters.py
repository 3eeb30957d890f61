"""Labels are wrapped to a width in points, and no line is wider than its room."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.render.figures.letters import clean, width, wrapped


def test_letters_have_their_widths() -> None:
    assert width("ill", 10) == pytest.approx(3 * 2.22)
    assert width("2024", 10) == pytest.approx(4 * 5.56)
    assert width("Öé", 10) == width("Oe", 10)
    assert width("W", 10, bold=True) > width("W", 10) > width("w", 10)
    assert width("文", 10) == 10


def test_words_go_on_the_next_line_and_the_rest_is_an_ellipsis() -> None:
    assert wrapped("continuous testing", 200, 7, 2) == ["continuous testing"]
    assert wrapped("continuous testing", 40, 7, 2) == ["continuous", "testing"]
    assert wrapped("continuous run-time monitoring", 40, 7, 2) == ["continuous", "run-time …"]
    assert wrapped("", 40, 7, 2) == [""]


def test_a_long_word_breaks_after_its_hyphen() -> None:
    assert wrapped("semi-structured interview", 40, 7, 3) == ["semi-", "structured", "interview"]
    assert "".join(wrapped("unbreakable", 12, 7, 9)) == "unbreakable"


def test_a_label_is_one_line_without_what_reorders_it() -> None:
    assert clean("a\n  b\u202ec") == "a b\\u202ec"
    assert clean("x" * 10_000).endswith("x…")
    assert len(clean("x" * 10_000)) < 1000


@given(text=st.text(max_size=200), room=st.floats(20, 200), lines=st.integers(1, 4), bold=st.booleans())
def test_no_line_is_wider_than_its_room(text: str, room: float, lines: int, bold: bool) -> None:
    made = wrapped(text, room, 7, lines, bold=bold)
    assert 1 <= len(made) <= lines
    assert all(width(line, 7, bold=bold) <= room + 1e-6 for line in made)
