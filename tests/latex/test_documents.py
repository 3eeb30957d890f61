"""What is written for LaTeX compiles as it is, whatever characters stand in titles and statements."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kg.api import KnowledgeGraph
from kg.building.pipeline import build
from tests.conftest import KgCli
from tests.latex.conftest import Compile
from tests.toy import write_toy

DOCUMENT = r"""\documentclass{article}
\usepackage[T1]{fontenc}
\usepackage{lmodern,array,booktabs,longtable,pdflscape}
\begin{document}
\input{table.tex}
\end{document}
"""
SPECIAL = "& % $ # _ { } ~ ^ \\ < > | \" ' ` ` '' -- – — “ ” ß é ễ ő [x] *y Ω α ≤ → 中 🧸 ,, ?` !` x\u0302"
SHOWN = ("& % $ # _ { } ~ ^ \\ < > |", "– — “ ” ß é", "[x] *y", "[U+4E2D]", "[U+1F9F8]")
LONG = "a" * 90 + " 10.5555/" + "b/" * 50

QUERIES = {
    "prose, on its side": ["related-work", "--practice", "CT"],
    "numbers": ["code-occurrences"],
    "long, over pages": ["missing-data"],
    "quotations": ["quotations"],
    "many columns": ["map-findings"],
    "no rows": ["stances", "--practice", "continuous-compliance"],
}


def written(folder: Path) -> Path:
    (folder / "document.tex").write_text(DOCUMENT, encoding="utf-8")
    return folder / "document.tex"


@pytest.fixture(scope="module")
def special(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The toy review with every special character in titles, statements, sections and notes."""
    folder = write_toy(tmp_path_factory.mktemp("special"))
    quoted = SPECIAL.replace("\\", "\\\\").replace('"', '\\"')
    for path in sorted((folder / "bib" / "annotations").glob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        text = re.sub(r"(    statement|    note): (.*)", lambda m: f'{m[1]}: "{quoted} {m[2]}"', text)
        path.write_text(text.replace('    section: "4.1"', f'    section: "4.1 {quoted}"'), encoding="utf-8")
    bib = folder / "bib" / "reports.bib"
    bib.write_text(bib.read_text(encoding="utf-8").replace("How we", "How 中 🧸 Ω ễ we"), encoding="utf-8")
    assert build(folder).errors == []
    return folder


@pytest.mark.parametrize("arguments", QUERIES.values(), ids=QUERIES)
def test_an_answer_is_a_table(
    review: Path, tmp_path: Path, kg_cli: KgCli, compiled: Compile, arguments: list[str]
) -> None:
    kg_cli(review, "query", *arguments, "-o", str(tmp_path / "table.tex"))
    shown = compiled(written(tmp_path))
    assert "section" in shown or "file" in shown


def test_special_characters_stand_in_a_table(special: Path, tmp_path: Path, kg_cli: KgCli, compiled: Compile) -> None:
    kg_cli(special, "query", "related-work", "--practice", "CT", "--stamp", "-o", str(tmp_path / "table.tex"))
    shown = compiled(written(tmp_path))
    assert [part for part in SHOWN if part.replace(" ", "") not in shown.replace(" ", "")] == []


def test_a_cell_that_begins_like_an_option_and_one_that_does_not_break(
    special: Path, tmp_path: Path, kg_cli: KgCli, compiled: Compile
) -> None:
    rows = f'SELECT ?a ?b {{ VALUES (?a ?b) {{ ("[1em] first" "{LONG}") ("* second" "x") ("[third" "y") }} }}'
    kg_cli(special, "sparql", "-o", str(tmp_path / "table.tex"), stdin=rows)
    shown = compiled(written(tmp_path)).replace(" ", "")
    for part in ("[1em]first", "*second", "[third", LONG.replace(" ", "")):
        assert part in shown


def test_the_draft_of_the_first_publication(review: Path, tmp_path: Path, kg_cli: KgCli, compiled: Compile) -> None:
    target = tmp_path / "draft.tex"
    done = kg_cli(review, "related-work", "--practice", "CT", "--standalone", "-o", str(target))
    assert done.returncode == 0, done.stderr
    shown = compiled(target)
    assert "Testing machine learning automatically is still difficult" in shown
    assert "In agreement: In testing, components that do not behave deterministically" in shown
    assert "as reported by Vänskä et al. [" in shown
    assert "[?]" not in shown


def test_a_draft_with_special_characters(special: Path, tmp_path: Path, kg_cli: KgCli, compiled: Compile) -> None:
    target = tmp_path / "draft.tex"
    kg_cli(special, "related-work", "--practice", "CT", "--standalone", "-o", str(target))
    shown = compiled(target).replace(" ", "")
    assert [part for part in SHOWN if part.replace(" ", "") not in shown] == []
    assert "How[U+4E2D][U+1F9F8]" in shown


def test_every_work_that_can_be_cited_compiles(
    review: Path, review_graph: KnowledgeGraph, tmp_path: Path, kg_cli: KgCli, compiled: Compile
) -> None:
    target = tmp_path / "all.tex"
    kg_cli(
        review,
        "related-work",
        "--practice",
        "continuous-experimentation",
        "--coded",
        "1000",
        "--standalone",
        "-o",
        str(target),
    )
    keys = review_graph.query("coded-works", concept="continuous-experimentation").keys()
    assert f"[{len(keys)}]" in compiled(target), "the last of the references"
