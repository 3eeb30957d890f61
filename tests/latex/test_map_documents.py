"""The table of an evidence map compiles as it is written, and its numbers and signs stand on the page."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from kg.answers.evidence_map import EvidenceMap
from kg.api import KnowledgeGraph
from kg.render.text.map_latex import map_latex
from kg.render.text.map_tables import fitting, matrix
from tests.latex.conftest import Compile
from tests.maps import HOSTILE, MANY, QUALITY, TESTING, empty_map, no_rows_map, toy_map


def document(folder: Path, evidence_map: EvidenceMap) -> Path:
    """What a person writes around it: the packages that the first line names."""
    table = map_latex(evidence_map)
    (packages,) = re.findall(r"\\usepackage\{(.*)\}", table.splitlines()[0])
    (folder / "table.tex").write_text(table, encoding="utf-8")
    file = folder / "document.tex"
    file.write_text(
        "\\documentclass{article}\\usepackage[T1]{fontenc}\\usepackage{lmodern,"
        + packages
        + "}\n\\begin{document}\\input{table}\\end{document}\n",
        encoding="utf-8",
    )
    return file


@pytest.mark.parametrize(
    ("rows", "columns"),
    [
        ("practice", "category"),
        ("area", "method"),
        ("practice", "year"),
        ("practice", "challenge"),
        ("challenge", "practice"),
    ],
)
def test_the_maps_of_the_review(
    review_graph: KnowledgeGraph, tmp_path: Path, compiled: Compile, rows: str, columns: str
) -> None:
    found = review_graph.evidence_map(rows, columns)
    shown = compiled(document(tmp_path, found))
    assert "Cells count distinct studies" in shown
    assert f"Snapshot {found.snapshot[:12]}." in shown
    expected = [mark for line in matrix(found, *fitting(found, 45, 14)[:2]) for mark in line if "+" in mark]
    assert sorted(re.findall(r"(?<!\S)\d+\+\d+(?!\S)", shown)) == sorted(expected)
    assert "nobody looked (no study in this graph has findings on both)" in shown


def test_every_state_and_hostile_names(tmp_path: Path, compiled: Compile) -> None:
    shown = compiled(document(tmp_path, toy_map()))
    for part in ("n/a", "×", "–", "·", "2+1", "n/a not applicable", "</script>"):
        assert part in shown
    assert "distinct studies" in compiled(document(tmp_path, no_rows_map()))


@pytest.mark.parametrize(
    "evidence_map",
    [
        replace(
            toy_map(),
            rows=(replace(TESTING, label=HOSTILE, group=HOSTILE), *toy_map().rows[1:]),
            columns=(replace(QUALITY, label=HOSTILE), *toy_map().columns[1:]),
            title=HOSTILE,
        ),
        replace(
            toy_map(),
            columns=MANY,
            cells={(TESTING.iri, column.iri): toy_map().cell(TESTING.iri, QUALITY.iri) for column in MANY},
        ),
        empty_map(),
    ],
    ids=["hostile labels", "sixty columns", "empty"],
)
def test_it_compiles_whatever_is_in_it(tmp_path: Path, compiled: Compile, evidence_map: EvidenceMap) -> None:
    assert "distinct studies" in compiled(document(tmp_path, evidence_map))
