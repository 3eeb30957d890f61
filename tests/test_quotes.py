"""Quotations against the full text: typography does not matter, words do."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.problems import UsageError
from kg.quotes import check_quotations, judge, normalise
from kg.reading import Reading, read_annotations
from kg.sources.annotations import AnnotationSource
from tests.conftest import ROOT, KgCli

TEXT = """The so-called “flaky” tests — those that fail now and then — were re-
moved by *three* of the teams. It’s hard to
trust a build that no-
body watches. Nobody asked why."""


def annotations_of(root: Path) -> list[AnnotationSource]:
    reading = Reading(root)
    read_annotations(reading)
    return reading.annotations


@pytest.mark.parametrize("quote", [
    'so-called "flaky" tests - those that fail',
    "were removed by three of the teams",
    "It's hard to trust a build that nobody watches",
    "It\u2019s  hard\u00a0to trust",
])  # fmt: skip
def test_typography_does_not_matter(quote: str) -> None:
    assert judge(quote, TEXT) == ("exact", "")


def test_one_letter_changed_is_near_and_shows_the_passage() -> None:
    assert judge("hard to trust a guild that", TEXT) == ("near", "hard to trust a build that")


def test_an_invented_quotation_is_missing() -> None:
    assert judge("we rewrote everything in one weekend", TEXT) == ("missing", "")


def test_case_is_not_typography() -> None:
    assert judge("nobody Asked why", TEXT)[0] == "near"


def test_normalise_keeps_words_apart() -> None:
    assert normalise("a\n\tb\u00a0c") == "a b c"


def test_problems_have_the_line_of_the_quotation(toy: Path, tmp_path: Path, kg_cli: KgCli) -> None:
    sources = annotations_of(toy)
    for source in sources:
        (tmp_path / f"{source.key}.txt").write_text("nothing of the kind", encoding="utf-8")
    checked, problems = check_quotations(sources, tmp_path)
    assert problems == []
    assert {found.verdict for found in checked} == {"missing"}
    lines = (toy / checked[0].where.file).read_text(encoding="utf-8").split("\n")
    assert checked[0].quote in lines[checked[0].where.line - 1]
    done = kg_cli(toy, "verify-quotes", str(tmp_path))
    assert done.returncode == 1
    assert f"{len(checked)} quotations: 0 exact, 0 near, {len(checked)} missing" in done.stderr


def test_a_text_that_is_not_there_is_said(toy: Path, tmp_path: Path) -> None:
    sources = annotations_of(toy)
    checked, problems = check_quotations(sources, tmp_path)
    assert checked == []
    assert {problem.rule for problem in problems} == {"quotation/no-full-text"}
    with pytest.raises(UsageError, match="not a folder"):
        check_quotations(sources, tmp_path / "nowhere")


def test_text_layer_of_a_pdf(tmp_path: Path, toy: Path) -> None:
    source = annotations_of(toy)[0]
    (tmp_path / f"{source.key}.pdf").write_bytes(b"%PDF-1.4 broken")
    with pytest.raises(UsageError, match="cannot be read"):
        check_quotations([source], tmp_path)


def test_every_quotation_of_the_first_publication_is_in_the_paper(full_texts: Path) -> None:
    sources = [source for source in annotations_of(ROOT) if source.stem == "vanska2024"]
    checked, problems = check_quotations(sources, full_texts)
    assert problems == []
    assert len(checked) > 400
    assert [found for found in checked if found.verdict != "exact"] == []
