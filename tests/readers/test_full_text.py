"""Quotations against a full text: typography does not matter, words do."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.core.problems import KgError
from kg.readers.texts.full_text import FullText
from kg.readers.texts.opened import LineText, read_full_text
from kg.readers.texts.typography import normalise
from kg.readers.verdicts import Verdict
from tests.pdf import write_pdf

TEXT = """The so-called “flaky” tests — those that fail now and then — were re-
moved by *three* of the teams. It’s hard to
trust a build that no-
body watches. Nobody asked why. Tools at the state-of-the-
art are unable to help (so they say), mostly because
Journal of Toys, volume 12, page 17
the teams look away3 on each Friday."""


def of_lines(text: str) -> FullText:
    return LineText("toy.txt", text.encode()).whole()


def judge(quote: str, text: str = TEXT) -> Verdict:
    return of_lines(text).judge(quote)


@pytest.mark.parametrize("quote", [
    'so-called "flaky" tests - those that fail',
    "were removed by three of the teams",
    "were re-\nmoved by three of the teams",
    "It's hard to trust a build that nobody watches",
    "It\u2019s  hard\u00a0to trust",
    "at the state-of-the-art",
    "the teams look away",
])  # fmt: skip
def test_typography_does_not_count(quote: str) -> None:
    assert judge(quote) == Verdict(quote=quote, verdict="exact")


@pytest.mark.parametrize(("quote", "passage", "line"), [
    ("hard to trust a guild that", "hard to trust a build that", 2),
    ("trust a build nobody watches", "trust a build that no- body watches", 3),
    ("trust a build that nobody ever watches", "trust a build that no- body watches", 3),
    ("were able to help", "unable to help", 5),
    ("nobody Asked why", "Nobody asked why", 4),
    ("unable to help so they say", "unable to help (so they say", 5),
    ("were re moved by three", "were re- moved by three", 1),
])  # fmt: skip
def test_different_words_are_near_and_give_the_passage_and_its_line(quote: str, passage: str, line: int) -> None:
    verdict = judge(quote)
    assert verdict.verdict == "near"
    assert verdict.line == line
    assert verdict.passage is not None
    assert passage in verdict.passage


@pytest.mark.parametrize("quote", [
    "we rewrote everything in one weekend", "able to help", "statement of the art in toys", "***", "\u200b",
    "teams of three removed the flaky", "x" * 100_000,
])  # fmt: skip
def test_an_invented_quotation_is_not_exact(quote: str) -> None:
    assert judge(quote).verdict != "exact"


def test_nothing_alike_is_missing_without_a_passage() -> None:
    quote = "we rewrote everything in one weekend"
    assert judge(quote) == Verdict(quote=quote, verdict="missing")
    assert judge("hard to trust", "to").verdict == "missing", "a short text is not near to every text that contains it"


@pytest.mark.parametrize(("quote", "text"), [("able", "unable"), ("deploy", "deployed"), ("5 teams", "15 teams")])
def test_a_quotation_begins_and_ends_with_whole_words(quote: str, text: str) -> None:
    assert judge(quote, f"we were {text} then").verdict != "exact"


def test_a_hyphen_within_a_line_is_part_of_the_word() -> None:
    assert judge("we recover it", "and we re-cover it").verdict == "near"
    assert judge("we re-cover it", "and we recover it").verdict == "near"


def test_a_page_header_within_a_quotation_is_near_and_shown() -> None:
    verdict = judge("they say), mostly because the teams look away")
    assert (verdict.verdict, verdict.line) == ("near", 5)
    assert verdict.passage is not None
    assert "because Journal of Toys, volume 12, page 17 the teams" in verdict.passage


def test_normalise_keeps_words_apart() -> None:
    assert normalise("a\n\tb\u00a0c") == "a b c"
    assert normalise("con\u00ad\ntin\u00aduous \ufb01nding\x1b\u202e") == "con- tinuous finding"


@given(st.text(max_size=60), st.lists(st.text(max_size=40), max_size=5))
def test_any_quotation_is_judged_in_any_text(quote: str, lines: list[str]) -> None:
    if quote.strip():
        text = of_lines("\n".join([*lines, "the end"]))
        verdict = text.judge(quote.strip())
        assert (verdict.passage is not None) == (verdict.verdict == "near")
        assert verdict.line is None or normalise(text.text.split("\n")[verdict.line - 1])


@given(st.lists(st.text("ab-\u00ad ", min_size=1, max_size=8), min_size=1, max_size=12))
def test_every_line_is_found_in_its_own_text(lines: list[str]) -> None:
    text = of_lines("\n".join([*lines, "the end"]))
    for line in lines:
        if normalise(line) and not normalise(line).endswith("-") and not normalise(line).startswith("-"):
            assert text.judge(line.strip()).verdict == "exact"


# --- files ---


def test_a_text_has_lines_and_the_hash_of_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "toy.txt"
    path.write_bytes("\ufeffone caf\u00e9\r\n\r\n\ftwo toys\n".encode())
    text = read_full_text(path)
    assert (text.name, text.unit, text.plain) == ("toy.txt", "line", "one caf\u00e9 two toys")
    assert [text.line_at(text.text.index(word)) for word in ("one", "two")] == [1, 3]
    assert len(text.sha256) == 64
    path.write_bytes("one caf\u00e9".encode("latin-1"))
    assert read_full_text(path).judge("one caf\u00e9").verdict == "exact"


PAGES = (
    ["Journal of Toys 1 (2031)", "Our \\223flaky\\224 tests were re\\255",
     "moved, and \\001rst \\001ndings of the state-of-the-", "art show that nobody", "17"],
    ["Journal of Toys 1 (2031)", "watches the builds on Friday."],
)  # fmt: skip


@pytest.mark.parametrize(("quote", "verdict", "page"), [
    ("Our “flaky” tests were removed", "exact", None),
    ("first findings of the state-of-the-art show", "exact", None),
    ("tests were never removed", "near", 1),
    ("watches each build on Friday", "near", 2),
    ("art show that nobody watches the builds", "near", 1),
    ("robots wrote all of this software", "missing", None),
])  # fmt: skip
def test_a_pdf_with_ligatures_hyphens_and_headers(tmp_path: Path, quote: str, verdict: str, page: int | None) -> None:
    write_pdf(tmp_path / "toy.pdf", *([(72, line) for line in lines] for lines in PAGES))
    found = read_full_text(tmp_path / "toy.pdf").judge(quote)
    assert (found.verdict, found.page, found.line) == (verdict, page, None)


def test_a_pdf_in_two_columns_is_read_in_the_order_it_was_written(tmp_path: Path) -> None:
    left, right = ["Toy teams deploy", "often, but they do"], ["not look at what", "comes out of it."]
    write_pdf(tmp_path / "columns.pdf", [(72, line) for line in left] + [(320, line) for line in right])
    text = read_full_text(tmp_path / "columns.pdf")
    assert text.judge("but they do not look at what comes out").verdict == "exact"


@pytest.mark.parametrize(("name", "data", "told"), [
    ("toy.pdf", b"%PDF-1.4 broken", "cannot be read"), ("toy.pdf", b"", "cannot be read"),
    ("toy.txt", b" \n\n", "contains no text"),
])  # fmt: skip
def test_a_file_without_text_raises(tmp_path: Path, name: str, data: bytes, told: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(KgError, match=told):
        read_full_text(tmp_path / name)


def test_a_scan_raises(tmp_path: Path) -> None:
    write_pdf(tmp_path / "scan.pdf", [])
    with pytest.raises(KgError, match="without a text layer"):
        read_full_text(tmp_path / "scan.pdf")
