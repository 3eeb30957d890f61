"""Quotations are found in a full text with their places, whatever the typography."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.readers.texts.opened import LineText
from kg.readers.texts.typography import PlacedText, normalise

TEXT = (
    "Toys are “fun” 🐢.\n\nThey are re-\nmoved by state-of-\nthe-art  ro\u00adbots; e\u0301te\u0301 ﬁn.\nDisable toys."
)


@pytest.mark.parametrize(
    ("quote", "words"),
    [
        ('are "fun" 🐢', "are “fun” 🐢"),
        ("fun” 🐢. They", "fun” 🐢.\n\nThey"),
        ("are removed by", "are re-\nmoved by"),
        ("state-of-the-art robots", "state-of-\nthe-art  ro\u00adbots"),
        ("été fin", "été ﬁn"),
        ("Toys", "Toys"),
        ("able toys", ""),
        ("", ""),
        ("toys are fun", ""),
    ],
)
def test_the_span_of_a_quotation_is_its_words_in_the_text(quote: str, words: str) -> None:
    text = PlacedText(TEXT)
    span = text.span(quote)
    assert (text.text[slice(*span)] if span else "") == words


@given(st.text(st.sampled_from("ab -\n“é🐢\u00ad*"), max_size=40), st.integers(0, 40), st.integers(0, 40))
def test_what_is_found_reads_as_the_quotation(text: str, start: int, end: int) -> None:
    quote = text[start:end]
    placed = PlacedText(text)
    if span := placed.span(quote):
        letters = [char for char in normalise(placed.text[slice(*span)]) if char.isalnum()]
        assert letters == [char for char in normalise(quote) if char.isalnum()]
    if normalise(quote) and LineText("a.txt", f"{text}\nthe end".encode()).whole().judge(quote).verdict == "exact":
        assert span is not None
