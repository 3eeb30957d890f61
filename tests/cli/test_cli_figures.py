"""`kg figure`: forms by ending, the caption beside the picture, and what is told to who mistypes."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from kg.api import KnowledgeGraph
from kg.cli.figures import report
from kg.render.figures import code_occurrences
from kg.render.figures.canvas import Canvas
from tests.conftest import KgCli

BEGINS = {".svg": b"<svg", ".pdf": b"%PDF", ".png": b"\x89PNG", ".csv": b"key,number,code", ".json": b"{\n"}


@pytest.mark.parametrize(("ending", "begins"), BEGINS.items())
def test_the_ending_says_what_it_becomes(toy: Path, tmp_path: Path, kg_cli: KgCli, ending: str, begins: bytes) -> None:
    target = tmp_path / f"codes{ending}"
    done = kg_cli(toy, "figure", "code-occurrences", "-o", str(target))
    assert (done.returncode, done.stdout) == (0, "")
    assert target.read_bytes().startswith(begins)
    assert f"wrote {target}" in done.stderr
    assert "Occurrences of codes. How often each code" in done.stderr


def test_without_a_name_it_goes_to_build_and_a_dash_is_stdout(toy: Path, kg_cli: KgCli) -> None:
    done = kg_cli(toy, "figure", "agreement-network", "--width", "175")
    written = (toy / "build" / "agreement-network.svg").read_text(encoding="utf-8")
    assert done.returncode == 0
    assert 'width="175mm"' in written
    assert kg_cli(toy, "figure", "agreement-network", "--width", "175", "-o", "-").stdout == written


def test_csv_is_what_the_query_answers(toy: Path, tmp_path: Path, kg_cli: KgCli) -> None:
    given = ["--practice", "CT", "--since", "2031"]
    kg_cli(toy, "figure", "publications-per-year", *given, "-o", str(tmp_path / "a.csv"))
    asked = kg_cli(toy, "query", "practices-by-year", *given, "-f", "csv").stdout
    assert (tmp_path / "a.csv").read_text(encoding="utf-8") == asked
    assert asked.count("\n") > 1


def test_the_caption_alone(toy: Path, tmp_path: Path, kg_cli: KgCli) -> None:
    done = kg_cli(toy, "figure", "publications-per-year", "--coded", "--caption", "-o", str(tmp_path / "none.svg"))
    assert not (tmp_path / "none.svg").exists()
    assert done.stdout.count("\n") == 1
    kg_cli(toy, "figure", "publications-per-year", "--coded", "-o", str(tmp_path / "a.json"))
    document = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert document["caption"] == done.stdout.strip()
    assert document["with"] == ["coded"]


def test_nothing_to_show_is_told(toy: Path, tmp_path: Path, kg_cli: KgCli) -> None:
    empty = kg_cli(toy, "figure", "publications-per-year", "--since", "2090", "-o", str(tmp_path / "a.svg"))
    assert empty.returncode == 0
    assert "no results" in empty.stderr
    assert "Nothing to show" in (tmp_path / "a.svg").read_text(encoding="utf-8")


def test_a_figure_higher_than_a_page_is_reported(toy_graph: KnowledgeGraph, capsys: pytest.CaptureFixture[str]) -> None:
    rows = toy_graph.query("code-occurrences")
    made = toy_graph.figure("code-occurrences")
    report(made)
    assert "mm high" not in capsys.readouterr().err
    canvas = Canvas(85)
    code_occurrences.draw(canvas, replace(rows, terms=rows.terms * 40), frozenset())
    report(replace(made, canvas=canvas))
    assert "mm high, more than a page has room for: narrow it" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["code-occurences"], "there is no figure `code-occurences`; did you mean code-occurrences?"),
        (["code-occurrences", "-o", "a.gif"], "cannot write .gif: use .svg, .pdf, .png, .csv or .json"),
        (["code-occurrences", "-o", "a"], "cannot write a file without an ending"),
        (["code-occurrences", "--work", "nobody"], "no work is called"),
        (["code-occurrences", "--width", "20"], "60<=x<=400"),
    ],
)
def test_mistakes_are_told_and_nothing_is_written(
    toy: Path, tmp_path: Path, kg_cli: KgCli, arguments: list[str], told: str
) -> None:
    done = kg_cli(tmp_path, "--root", str(toy), "figure", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_shell_completes_figures_and_their_values(toy: Path, kg_cli: KgCli) -> None:
    names = kg_cli(toy, _KG_COMPLETE="bash_complete", COMP_WORDS="kg figure a", COMP_CWORD="2")
    assert names.stdout.split() == ["plain,agreement-network"]
    works = kg_cli(toy, _KG_COMPLETE="bash_complete", COMP_WORDS="kg figure code-occurrences --work ex", COMP_CWORD="4")
    assert "example2031" in works.stdout


@pytest.mark.parametrize("name", [
    "publications-per-year", "findings-per-year", "outcome-directions", "shared-studies", "methods-by-practice",
    "code-occurrences", "agreement-network",
])  # fmt: skip
def test_help_lists_figures_and_how_to_narrow_each(toy: Path, kg_cli: KgCli, name: str) -> None:
    assert name in kg_cli(toy, "figure", "--help").stdout
    shown = kg_cli(toy, "figure", name, "--help").stdout
    assert "The numbers are those of `kg query" in shown
    assert "--width MM" in shown
