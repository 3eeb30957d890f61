"""`kg site`: what lies beside the review goes with it, and what cannot be used is told before anything is written."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

import pytest

from kg.render.pages.wasm_engine import engine_files
from tests.conftest import KgCli

CITATION = """\
cff-version: 1.2.0
title: Toys as a graph
authors: [{name: The <b>toy</b> project}]
version: 3.1
date-released: 2031-02-03
doi: 10.5555/toy
"""


@pytest.fixture
def review(toy: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(toy, tmp_path / "toy"))


def test_the_site_says_how_to_cite_it_and_holds_the_files(review: Path, kg_cli: KgCli) -> None:
    (review / "CITATION.cff").write_text(CITATION, "utf-8")
    (review / "LICENSE").write_text("Free for all.", "utf-8")
    done = kg_cli(review, "site", "--title", "Toys")
    assert done.returncode == 0, done.stderr
    folder = review / "build" / "site"
    front = (folder / "index.html").read_text("utf-8")
    assert "The &lt;b&gt;toy&lt;/b&gt; project (2031): <cite>Toys as a graph</cite>, version 3.1, snapshot" in front
    assert '<a href="https://doi.org/10.5555/toy" rel="external noopener">' in front
    assert (folder / "CITATION.cff").read_text("utf-8") == CITATION
    assert (folder / "licence.txt").read_text("utf-8") == "Free for all."
    assert (folder / "ask.html").exists() == (engine_files() is not None) == ("no page Ask" not in done.stderr)
    for name in ("graph.nq", "graph.ttl"):
        assert gzip.decompress((folder / f"{name}.gz").read_bytes()) == (review / "build" / name).read_bytes()


def test_a_review_that_does_not_say_how_to_cite_it_is_told_so_and_nothing_is_made_up(
    review: Path, kg_cli: KgCli
) -> None:
    assert kg_cli(review, "site", "-o", "out").returncode == 0
    front = (review / "out" / "index.html").read_text("utf-8")
    assert "This review has no <code>CITATION.cff</code>: cite its title" in front
    assert "This review states no licence for its data" in front
    assert not (review / "out" / "CITATION.cff").exists()


def test_the_site_names_the_licences_of_the_citation_file(review: Path, kg_cli: KgCli) -> None:
    (review / "CITATION.cff").write_text(f"{CITATION}license: [CC-BY-4.0, MIT]\n", "utf-8")
    assert kg_cli(review, "site", "-o", "out").returncode == 0
    for page in ("index.html", "findings.html"):
        text = (review / "out" / page).read_text("utf-8")
        assert (
            'Licence: <a href="https://spdx.org/licenses/CC-BY-4.0.html" rel="external noopener">CC-BY-4.0</a> or <a'
            in text
        )
        assert "states no licence" not in text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("title: Toys\n", "CITATION.cff:1:1: error: this file has no author"),
        ("title: 'Toys\n", "CITATION.cff:"),
        ("", "this file has no title"),
    ],
)
def test_a_citation_that_cannot_be_used_is_told_and_nothing_is_written(
    review: Path, kg_cli: KgCli, text: str, told: str
) -> None:
    (review / "CITATION.cff").write_text(text, "utf-8")
    done = kg_cli(review, "site", "-o", "out")
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert not (review / "out").exists()
