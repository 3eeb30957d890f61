"""CITATION.cff: reading what a reference shows, and reporting files without it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
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


PREFERRED = """\
cff-version: 1.2.0
message: Please cite the paper.
title: Toys as a graph
authors: [{alias: toymaker}]
license: [CC-BY-4.0, MIT]
identifiers:
  - {type: url, value: "https://example.org/toys"}
  - {type: doi, value: 10.5555/graph, description: all versions}
preferred-citation:
  type: conference-paper
  title: What toys do
  authors: [{family-names: Berg, given-names: Ida, name-suffix: Jr.}, {name: The toy project}]
  year: 2032
  conference: {name: Conference of Toys}
  identifiers: [{type: doi, value: 10.5555/paper}, {type: url, value: "https://example.org/paper"}]
"""


def test_the_preferred_citation_is_the_one_to_cite() -> None:
    found = read(PREFERRED)
    assert isinstance(found, Citation)
    assert (found.title, found.authors, found.year, found.version, found.container) == (
        "What toys do",
        ("Ida Berg Jr.", "The toy project"),
        "2032",
        "",
        "Conference of Toys",
    )
    assert (found.doi, found.url) == ("10.5555/paper", "https://example.org/paper")


def test_licences_and_identifiers_of_the_review_are_read() -> None:
    found = read(PREFERRED.split("preferred-citation")[0])
    assert isinstance(found, Citation)
    assert (found.authors, found.doi, found.licences) == (("toymaker",), "10.5555/graph", ("CC-BY-4.0", "MIT"))
    one = read(f"{WHOLE}license: MIT\nlicense-url: https://example.org/licence\n")
    assert isinstance(one, Citation)
    assert (one.licences, one.licence_url) == (("MIT",), "https://example.org/licence")


def test_a_preferred_citation_that_cannot_be_cited_is_reported_with_its_place() -> None:
    found = read(f"{WHOLE}preferred-citation:\n  title: Toys\n")
    assert isinstance(found, Problem)
    assert (found.where.line, found.message) == (12, "preferred-citation has no author")


@pytest.mark.parametrize("name", ["ours", "preferred"])
def test_cffconvert_accepts_the_file_and_reads_the_same(name: str, tmp_path: Path) -> None:
    command = shutil.which("cffconvert")
    if command is None:
        assert os.environ.get("KG_REQUIRE_CFFCONVERT") != "1", "cffconvert is not on the PATH"
        pytest.skip("cffconvert is not on the PATH")
    text = PREFERRED if name == "preferred" else (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    (tmp_path / "CITATION.cff").write_text(text, encoding="utf-8")
    subprocess.run([command, "--validate"], cwd=tmp_path, capture_output=True, check=True)
    made = subprocess.run([command, "-f", "schema.org"], cwd=tmp_path, capture_output=True, text=True, check=True)
    other, found = json.loads(made.stdout), read(text.split("preferred-citation")[0])
    assert isinstance(found, Citation)
    assert (other["name"], tuple(author.get("name", "toymaker") for author in other["author"])) == (
        found.title,
        found.authors,
    )
    # Of a list it makes one address: findings/cffconvert-list-of-licences.sh.
    assert [name for name in found.licences if name not in other["license"]] == []
    assert other.get("identifier", "").removeprefix("https://doi.org/") == found.doi


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
