"""Positions of segments: code points, UTF-16 units and line ends of two characters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.readers.qda.positions import Counting, Span, counted, located, usual

PIECES = st.sampled_from(["a", "b", " ", "\n", "\r\n", "é", "🐢", "\ufeff", "漢"])
TEXTS = st.lists(PIECES, min_size=1, max_size=40).map("".join)
COUNTINGS = st.builds(Counting, st.sampled_from([1, 2]), st.sampled_from([1, 2]), st.sampled_from([0, 1]))


def as_counted(text: str, counting: Counting) -> int:
    """The length of a text as a tool counts it, worked out by replacing characters."""
    if text.startswith("\ufeff"):
        text = ("x" if counting.mark else "") + text[1:]
    text = text.replace("\r\n", "\n" if counting.line_end == 1 else "xx")
    return len(text.encode("utf-16-le")) // 2 if counting.beyond == 2 else len(text)


@given(TEXTS, COUNTINGS, st.data())
def test_a_segment_is_the_text_between_its_positions_however_they_are_counted(
    text: str, counting: Counting, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    if "\r\n" in (text[start - 1 : start + 1], text[end - 1 : end + 1]):
        return  # within a line end there is no position
    span = Span(as_counted(text[:start], counting), as_counted(text[:end], counting))
    found = counted(text, counting).part(span)
    if text[start:end].strip("\ufeff").strip():
        assert found is not None
        assert found[1].strip("\ufeff").strip() == text[start:end].strip("\ufeff").strip()


@given(TEXTS, st.integers(-3, 60), st.integers(-3, 60))
def test_positions_outside_the_text_are_no_segment(text: str, start: int, end: int) -> None:
    found, _ = located(text, [Span(start, end)])
    part = found.part(Span(start, end))
    assert part is None or (0 <= start < end and part[1] in text)


@pytest.mark.parametrize("counting", [Counting(1), Counting(2), Counting(1, 2), Counting(2, 2)])
def test_names_show_how_the_tool_counts(counting: Counting) -> None:
    text = "One 🐢 toy.\r\nTwo toys.\r\nThree toys are here.\r\n"
    words = "Three toys are here"
    start = as_counted(text[: text.index(words)], counting)
    span = Span(start, start + len(words), "Three toys ar…")
    positions, doubtful = located(text, [span])
    assert positions.counting == counting
    assert positions.part(span) == (text.index(words), words)
    assert doubtful == []


def test_without_names_the_usual_way_of_the_tool_decides_and_doubt_is_reported() -> None:
    text = "One toy.\r\nTwo toys.\r\n"
    spans = [Span(0, 3), Span(9, 12)]
    found = {tool: located(text, spans, tool)[0].part(spans[1]) for tool in ("ATLAS.ti 23", "MAXQDA 24", "QualCoder")}
    assert found == {"ATLAS.ti 23": (10, "Two"), "MAXQDA 24": (9, "\nTw"), "QualCoder": (10, "Two")}
    assert located(text, spans, "QualCoder")[1] == [1]  # the first is the same in every way
    assert usual("NVivo for Mac 15.0.0").beyond == 2


def test_a_text_that_all_tools_count_alike_raises_no_doubt() -> None:
    assert located("One toy.\nTwo toys.", [Span(0, 3), Span(9, 12)], "NVivo")[1] == []
