"""CITATION.cff: reading what a reference shows, and reporting files without it."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.core.files import SourceFile, read_source
from kg.core.problems import Problem
from kg.readers.citation import Citation, read_citation
from tests.conftest import ROOT

WHOLE = """\
cff-version: 1.2.0
message: Please cite it.
title: Toys   as a graph
authors:
  - {family-names: Goethe, given-names: Johann, name-particle: von}
  - name: The toy project
version: 1.0
date-released: 2031-02-03
doi: 10.5555/toy
unknown: {as: [it, is]}
"""


def read(text: str) -> Citation | Problem:
    return read_citation(SourceFile("CITATION.cff", text, "00"))


def test_people_organisations_version_and_year_are_read() -> None:
    found = read(WHOLE)
    assert isinstance(found, Citation)
    assert (found.title, found.authors, found.year, found.version, found.doi) == (
        "Toys as a graph",
        ("Johann von Goethe", "The toy project"),
        "2031",
        "1.0",
        "10.5555/toy",
    )
    assert found.text == WHOLE


def test_the_citation_file_of_this_project_can_be_read() -> None:
    file = read_source(ROOT, Path(ROOT / "CITATION.cff"))
    assert isinstance(file, SourceFile)
    assert isinstance(read_citation(file), Citation)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "title: Toys",
        "authors: [{name: A}]",
        "title: [Toys]\nauthors: [{name: A}]",
        "title: Toys\nauthors: A",
        "title: Toys\nauthors: [A, {}, {name: {}}]",
        "title: &a Toys\nauthors: [*a]",
        "title: 'Toys\nauthors: [{name: A}]",
        "- " * 2000 + "x",
    ],
)
def test_a_missing_title_or_author_is_reported_with_its_place(text: str) -> None:
    found = read(text)
    assert isinstance(found, Problem)
    assert found.where.file == "CITATION.cff"
