"""LaTeX tables: keys are cited, columns share the line, and the first lines say what is needed."""

from __future__ import annotations

import re

from pyoxigraph import Literal

from kg.answers.rows import Rows
from kg.core.iris import XSD
from kg.render.text.latex_table import latex_table
from kg.render.text.latex_text import CITING

PROSE = "Testing machine learning is difficult, & tools are lacking, says everybody who was ever asked about it."


def rows(*lines: tuple[str | int, ...], columns: tuple[str, ...], cites: tuple[str, ...] = ()) -> Rows:
    return Rows(
        columns,
        tuple(
            tuple(Literal(str(value), datatype=XSD.integer if isinstance(value, int) else XSD.string) for value in line)
            for line in lines
        ),
        cites,
    )


def test_a_small_table_is_as_wide_as_its_texts() -> None:
    found = rows(("giray2021", 12), columns=("coded_by", "n"), cites=("coded_by",))
    assert (
        latex_table(found, "where it is from")
        == r"""
% needs \usepackage[T1]{fontenc} with pdfLaTeX, \usepackage{array,booktabs}
% the entries that are cited: the same rows with --format bibtex
% where it is from
""".lstrip()
        + CITING
        + r"""
\begingroup\footnotesize\setlength{\tabcolsep}{4pt}
\noindent\begin{tabular}{@{}lr@{}}
\toprule
coded by & n \\
\midrule
\citet{giray2021} & 12 \\\addlinespace[2pt]
\bottomrule
\end{tabular}
\endgroup
"""
    )


def test_long_texts_get_a_paragraph_and_the_shares_add_up_to_the_line() -> None:
    made = latex_table(rows(("giray2021", PROSE, 7), columns=("key", "says", "n")))
    shares = [float(share) for share in re.findall(r"p\{\\dimexpr ([\d.]+)\\linewidth", made)]
    assert abs(sum(shares) - 1) < 0.001
    assert shares[1] == max(shares)
    assert r"\raggedleft\arraybackslash}p" in made.splitlines()[5], "numbers stand to the right"
    assert r"difficult, \& tools" in made


def test_a_table_for_more_than_a_page_repeats_its_heading() -> None:
    made = latex_table(rows(*(("x", n) for n in range(60)), columns=("key", "n")))
    assert r"\begin{longtable}" in made
    assert r"\endhead" in made
    assert "longtable}" in made.splitlines()[0]


def test_a_table_that_would_be_too_narrow_lies_on_its_side() -> None:
    made = latex_table(rows((PROSE, PROSE, PROSE), columns=("says", "note", "why")))
    assert made.index(r"\begin{landscape}") < made.index(r"\begin{longtable}") < made.index(r"\end{landscape}")
    assert "pdflscape" in made.splitlines()[0]


def test_long_words_may_break_and_lose_nothing() -> None:
    word = "https://example.org/a_very_long_address/without-end" * 3
    made = latex_table(rows((word, PROSE), columns=("url", "says")))
    (line,) = [line for line in made.splitlines() if line.startswith("https")]
    assert line.split(" & ")[0].replace(r"\allowbreak{}", "").replace("\\_", "_") == word
    assert r"\allowbreak{}" in line


def test_no_rows_are_a_heading() -> None:
    assert "key & says" in latex_table(rows(columns=("key", "says"), cites=("key",)))


def test_a_row_that_begins_with_a_bracket_is_no_option_of_the_rule() -> None:
    assert "\\midrule\n{}{[}1em{]}" in latex_table(rows(("[1em]",), columns=("a",)))
