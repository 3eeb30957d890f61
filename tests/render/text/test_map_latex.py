"""The map as a LaTeX table: it compiles whatever the labels are, and says what is counted."""

from __future__ import annotations

from dataclasses import replace

from kg.render.text.map_latex import LONGEST, WIDEST, map_latex
from tests.maps import MANY, toy_map


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
