"""Statements that copy the full text, and sections that it does not have."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from kg.building.quotes import verify
from kg.building.reading import Sources, read_annotations
from kg.core.problems import Problem
from kg.readers.texts.opened import read_full_text
from tests.conftest import ROOT
from tests.toy import EXAMPLE_YAML, place_of, write_toy

ANNOTATION = "bib/annotations/example2031.yaml"
FINDINGS = EXAMPLE_YAML.index("findings:")
NOTED = '{quote: "Acme has no tools either", section: "5"}'
STATEMENT = next(line for line in EXAMPLE_YAML[FINDINGS:].split("\n") if line.startswith("    statement: "))


@pytest.fixture
def review(tmp_path: Path) -> Path:
    folder = write_toy(tmp_path / "review")
    shutil.rmtree(folder / "bib" / "quotations")
    return folder


def compared(review: Path, text: str, old: str = "", new: str = "") -> list[Problem]:
    """The problems of the statements and sections, when the full text says `text` after all quotations."""
    path = review / ANNOTATION
    assert old in EXAMPLE_YAML
    path.write_text(EXAMPLE_YAML.replace(old, new, 1), encoding="utf-8")
    folder = review / "texts"
    folder.mkdir()
    quotations = [line.split('quote: "')[1].split('"')[0] for line in EXAMPLE_YAML.split("\n") if 'quote: "' in line]
    (folder / "example2031.txt").write_text("\n".join([*quotations, text]), encoding="utf-8")
    reading = Sources(review)
    read_annotations(reading)
    found = verify([source for source in reading.annotations if source.stem == "example2031"], folder)[1]
    return [p for p in found if p.rule in ("statement/copied", "section/not-found")]


COPY = "    statement: Toys that are tested each night rarely break in the hands of children."
TEXT = "We saw that toys that are tested each night rarely break in the hands of a child."


def test_nine_words_in_a_row_of_the_text_are_reported(review: Path) -> None:
    (found,) = [p for p in compared(review, TEXT, STATEMENT, COPY) if p.rule == "statement/copied"]
    assert (found.where.line, found.severity) == (place_of(EXAMPLE_YAML, STATEMENT.strip())[0], "warning")
    assert "“toys that are tested each night rarely break in”" in found.message


def test_eight_words_in_a_row_are_not(review: Path) -> None:
    text = "toys that are tested each night rarely break. In the hands"
    assert [
        p for p in compared(review, f"{text}", STATEMENT, COPY.replace("break in", "break, in")) if "copied" in p.rule
    ]
    shutil.rmtree(review / "texts")
    copy = COPY.replace("rarely break in", "hardly break in")
    assert not [p for p in compared(review, TEXT, STATEMENT, copy) if "copied" in p.rule]


def test_a_section_that_the_text_does_not_have_is_reported_once(review: Path) -> None:
    sections = {line.split('section: "')[1].split('"')[0] for line in EXAMPLE_YAML.split("\n") if 'section: "' in line}
    found = compared(review, "\n".join(f"{name} A heading" for name in sections if name != "5"))
    assert ["“5”" in p.message for p in found if p.rule == "section/not-found"] == [True]
    assert found[0].severity == "info"


@pytest.mark.parametrize(("named", "rules"), [
    ("4.1", []), ("4", []), ("5", ["section/other"]), ("4.2", ["section/other"]), ("Table 3", []),
    ("9", ["section/not-found"]),
])  # fmt: skip
def test_a_quotation_that_stands_in_another_section_is_noticed(review: Path, named: str, rules: list[str]) -> None:
    path = review / ANNOTATION
    path.write_text(EXAMPLE_YAML.replace(NOTED, NOTED.replace('section: "5"', f'section: "{named}"')), encoding="utf-8")
    folder = review / "texts"
    folder.mkdir()
    lines = ["1 Introduction", "Toys.", "2 Work", "3 Method", "4 Results", "4.1 Tests", "Acme has no tools either.",
             "4.2 Toys", "None.", "5 Discussion", "Table 3: None"]  # fmt: skip
    (folder / "example2031.txt").write_text("\n".join(lines), encoding="utf-8")
    reading = Sources(review)
    read_annotations(reading)
    found = verify([source for source in reading.annotations if source.stem == "example2031"], folder)[1]
    said = [problem for problem in found if problem.where.line == place_of(EXAMPLE_YAML, "Acme has no tools either")[0]]
    assert [problem.rule for problem in said if problem.rule.startswith("section/")] == rules
    assert all(problem.severity == "info" for problem in said if problem.rule.startswith("section/"))


LONGEST = 15
"""Words that a quotation may have."""


def runs(text: str) -> set[tuple[str, ...]]:
    """All runs of one word more than a quotation may have."""
    words = re.findall(r"\w(?:\S*\w)?", text.casefold())
    return {tuple(words[at : at + LONGEST + 1]) for at in range(len(words) - LONGEST)}


def texts_in(value: object) -> Iterator[str]:
    """Every text of an annotation."""
    if isinstance(value, str):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from texts_in(part)


@pytest.mark.parametrize("key", ["franke2024", "he2025", "opdebeeck2026", "rostami2023", "vanska2024"])
def test_no_sentence_of_a_paper_is_in_its_annotation(full_texts: Path, key: str) -> None:
    paper = next(iter(sorted(full_texts.glob(f"{key}*"))), None)
    if paper is None:  # a folder of other texts may not have all of these
        pytest.skip(f"no text of {key}")
    said = runs(read_full_text(paper).plain)
    assert len(said) > 5000
    annotation = yaml.safe_load((ROOT / "bib" / "annotations" / f"{key}.yaml").read_text(encoding="utf-8"))
    found = list(texts_in(annotation))
    assert len(found) > 200
    assert [text for text in found if runs(text) & said] == []
