"""The bibliographies of this repository's review: names, titles, venues and addresses without damage."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from kg.core.files import read_source
from kg.core.problems import Problem
from kg.model.bibliography import BibliographyEntry
from kg.model.person_names import doubtful
from kg.readers.bibliography import read_bibtex
from tests.conftest import ROOT

BIBLIOGRAPHIES = sorted((ROOT / "bib").glob("*.bib"))
CODINGS = sorted(path for path in (ROOT / "bib" / "codings").glob("*.yaml") if ".mapping." not in path.name)
DAMAGE = re.compile(r"[\\{}$\t\ufffd☆∗]|[ÃÂ][\x80-\xbf]|  |&\w+;|</?\w+>")

PRINTED = {"IBM Data and AI Team", "Chong (Alex) Wang"}
"""Names that look damaged and are printed so on the work: an organisation, and a name with its short form."""


def entries(name: str) -> tuple[BibliographyEntry, ...]:
    file = read_source(ROOT, ROOT / "bib" / name)
    assert not isinstance(file, Problem)
    return read_bibtex(file).publications


def damaged(entry: BibliographyEntry) -> Iterator[str]:
    for person in entry.authors:
        if person.full not in PRINTED and (
            doubtful(person)
            or re.search(r"[\d;@*()]|^[\W_]|\b(?:et al|and)\b", person.full)
            or DAMAGE.search(person.full)
        ):
            yield f"{entry.key}: {person}"
        if re.search(r"(?:^|\s)[^\W\d_]\.", person.family) or "," in person.given:
            yield f"{entry.key}: {person}"
    for name in ("title", "journal", "booktitle", "howpublished", "url", "pages", "publisher"):
        value = entry.fields.get(name, "")
        if DAMAGE.search(value) or (name == "url" and " " in value):
            yield f"{entry.key}: {name} = {value}"
    for name in ("journal", "booktitle", "howpublished"):
        if re.search(rf"^In |[.,] {entry.year}$|\({entry.year}\)$|, no\. ", entry.fields.get(name, "")):
            yield f"{entry.key}: {name} = {entry.fields[name]}"


@pytest.mark.parametrize("name", [path.name for path in BIBLIOGRAPHIES])
def test_no_entry_of_the_shipped_review_is_damaged(name: str) -> None:
    assert [line for entry in entries(name) for line in damaged(entry)] == []


def test_names_of_a_sheet_with_two_forms_are_read_in_each() -> None:
    authors = {entry.key: [person.full for person in entry.authors] for entry in entries("ai-lifecycle.bib")}
    assert authors["a2018poison"] == ["A. Shafahi"]  # `Shafahi A.` in the sheet
    assert authors["d2019federated"] == ["D. Verma", "G. White", "G. De Mel"]  # `Verma D., White G., De Mel G.`
    assert authors["weber2019new"][0] == "C. Weber"  # `Weber, C. and Hirmer, P. and …`


@pytest.mark.parametrize(
    ("name", "number"),
    [("ai-lifecycle.bib", 170), ("se4ml.bib", 52), ("experimentation.bib", 352), ("vanska2024.bib", 30)],
)
def test_no_work_is_lost(name: str, number: int) -> None:
    assert len(entries(name)) == number


@pytest.mark.parametrize("name", [path.name for path in CODINGS])
def test_each_doubt_about_a_row_is_noted_once(name: str) -> None:
    lines = (ROOT / "bib" / "codings" / name).read_text(encoding="utf-8").splitlines()
    notes = [line for line in lines if line.startswith("  - {row: ")]
    assert len(notes) == len(set(notes))
