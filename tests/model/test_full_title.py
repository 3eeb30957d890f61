"""Titles and their subtitles as one text."""

from __future__ import annotations

import pytest

from kg.model.bibliography import full_title

TITLES = {
    ("A",): "A",
    ("A", "b"): "A: b",  # pandoc and CSL; biblatex leaves the mark to the style (manual, \subtitlepunct)
    ("A?", "b"): "A? b",
    ("A:", "b"): "A: b",
    ("A: B c", "b C"): "A: B c",  # as ACM exports it
    ("A", "b", "c"): "A: b. c",
    ("A", "", "c"): "A. c",
    ("A", "b!", "c"): "A: b! c",
    ("", "b"): "b",
    ("", "", "c"): "c",
}


@pytest.mark.parametrize(("parts", "title"), TITLES.items())
def test_a_title_is_followed_by_subtitle_and_addition(parts: tuple[str, ...], title: str) -> None:
    assert full_title(*parts) == title
