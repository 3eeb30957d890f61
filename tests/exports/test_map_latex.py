"""The map as a LaTeX table: it compiles whatever the labels are, and says what is counted."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from kg.evidence_map import Header
from kg.exports.map_latex import LONGEST, WIDEST, map_latex
from tests.maps import QUALITY, TESTING, empty_map, no_rows_map, toy_map

HOSTILE = r"\input{/etc/passwd} 100% & $x_1$ #1 {a} ~ ^ [b] \\ “ü” ≤ 学"
MANY = tuple(Header(f"https://example.org/{i}", f"number {i}") for i in range(60))


def lines(text: str) -> dict[str, list[str]]:
    """The cells of each line of the table by its name."""
    rows = [line.removesuffix(r" \\").split(" & ") for line in text.splitlines() if line.endswith(r"\\")]
    return {row[0]: row[1:] for row in rows}


def test_cells_and_totals() -> None:
    found = lines(map_latex(toy_map()))
    assert found["Continuous testing"] == ["2+1", "0+1", "·", "2+1"]
    assert found["Continuous delivery"] == ["1+0", "–", "×", "1+0"]
    assert found["Continuous trust ×1"] == ["·", "n/a", "·", "·"]
    assert found["Distinct studies"] == ["3+0", "0+1", "×", "3+0"]


def test_the_caption_says_what_is_counted_and_of_which_graph() -> None:
    text = map_latex(toy_map())
    assert r"\caption{Practice by challenge" in text
    assert "Cells count distinct studies" in text
    assert "Snapshot abc123def456." in text
    assert r"\usepackage{booktabs,graphicx}" in text.splitlines()[0]


def test_a_table_with_too_many_columns_leaves_out_those_without_findings() -> None:
    whole = replace(toy_map(), columns=(*toy_map().columns, *MANY))
    text = map_latex(whole)
    assert "Number 7" not in text
    assert f"left out: {len(MANY)} columns" in text
    assert lines(text)["Continuous testing"] == ["2+1", "0+1", "·", "2+1"]
    assert "Number 7" in map_latex(replace(whole, columns=(*toy_map().columns, *MANY[: WIDEST - 3])))
    rows = map_latex(replace(toy_map(), rows=(*toy_map().rows, *MANY[:LONGEST])))
    assert f"left out: {LONGEST} rows" in rows, "of the practice that was itself not found there is something to tell"


@pytest.mark.skipif(not shutil.which("pdflatex"), reason="LaTeX is not installed")
def test_it_compiles_whatever_the_labels_are(tmp_path: Path) -> None:
    hostile = replace(toy_map(), rows=(replace(TESTING, label=HOSTILE, group=HOSTILE), *toy_map().rows[1:]),
                      columns=(replace(QUALITY, label=HOSTILE), *toy_map().columns[1:]), title=HOSTILE)
    wide = next(iter(toy_map().cells))[1]
    many = replace(toy_map(), columns=MANY, cells={(TESTING.iri, column.iri): toy_map().cell(TESTING.iri, wide)
                                                   for column in MANY})
    tables = [map_latex(made) for made in (hostile, many, empty_map(), no_rows_map())]
    packages = sorted({name for text in tables for name in re.findall(r"\\usepackage\{(.*)\}", text)[0].split(",")})
    document = tmp_path / "map.tex"
    document.write_text("\\documentclass{article}\\usepackage[T1]{fontenc}\\usepackage{" + ",".join(packages)
                        + "}\\begin{document}\n" + "\n".join(tables) + "\\end{document}\n", encoding="utf-8")
    ran = subprocess.run(["pdflatex", "-interaction=nonstopmode", "-halt-on-error", document.name], cwd=tmp_path,
                         capture_output=True, check=False)
    assert ran.returncode == 0, ran.stdout.decode(errors="replace")[-2000:]
