"""LaTeX and HTML are decoded without loss of text."""

from __future__ import annotations

import re
import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kg.core.files import SourceFile
from kg.readers.bibliography import read_bibtex
from kg.readers.bibtex.latex import plain, to_unicode, unknown_commands

TEXTS = {
    "plain": "plain",
    "  two   words\n": "two words",
    r"J{\"o}rg": "Jörg", r"J\"{o}rg": "Jörg", r"J\"org": "Jörg", r"\'Etude": "Étude", r"{\'{\i}}": "í",
    r"\v{C}ech": "Čech",
    r"{\c c}": "ç", r"\c c": "ç", r"Erd{\H{o}}s": "Erdős", r"{\ss}": "ß", r"Stra\ss e": "Straße", r"{\L}{\o}": "Łø",
    r"{\AA}": "Å", "a---b": "a—b", "10--19": "10–19", "``a''": "“a”", "a~b": "a b",
    r"50\% \& more": "50% & more", r"a\_b \#1 \$2": "a_b #1 $2",
    "AT&T {DevOps}": "AT&T DevOps", r"AT&T \'e": "AT&T é", r"100% J{\"o}rg": "100% Jörg",
    "{50% of {DevOps}}": "50% of DevOps",
    "{DevOps} and {ML}": "DevOps and ML", "{{Double}}": "Double",
    r"The \texttt{class} \emph{File} {\em Format}": "The class File Format", r"\mbox{a}\underline{b}": "ab",
    r"$k$-means in $O(n^2)$": "k-means in O(n²)", r"$\alpha$ $<$ \ensuremath{\beta}": "α < β", r"\(\mu\)m": "μm",
    "from $5 to $10": "from $5 to $10", r"\$5 and \'e and $10": "$5 and é and $10",
    r"\url{https://example.org/a%b_c}": "https://example.org/a%b_c", r"\href{https://example.org}{here}": "here",
    r"a \unknown b": r"a \unknown b", r"\unknown{a} b": "a b", r"\textless{}a{\textgreater}": "<a>",
    r"a \textgreater b": "a >b",
    r"{\textquotesingle}a\textquotedbl{}": "'a\"", r"\~{}a": "~a", r"{\relax Ch}arles": "Charles",
    r"hy\-phen": "hyphen",
    "R&amp;D": "R&D", r"R\&amp;D": "R&D", "&lt;b&gt; &#x2013; &#233;": "<b> – é",
    "AT&T; a &notin b": "AT&T; a &notin b",
    "<i>E. coli</i> H<sub>2</sub>O": "E. coli H₂O", '<span class="nocase">a</span>': "a",
    "a<b and b>c": "a<b and b>c",
    # Formulas print what TeX prints (The TeXbook, chapters 16 to 18), raised and lowered characters as in Unicode.
    "{$W[1]$}-hardness": "W[1]-hardness", "$(s,t)$-path, $(s, t)$-cut": "(s,t)-path, (s, t)-cut",
    r"$O(nm)$ and $O(n\log n)$": "O(nm) and O(n log n)", r"2$\times$10": "2×10", r"$3.99\,\mathrm{GHz}$": "3.99 GHz",
    r"10$^6$, 10$^{6}$, 10$^{-6}$, $2^n$, $x_i$": "10⁶, 10⁶, 10⁻⁶, 2ⁿ, xᵢ", r"10\textsuperscript{6}": "10⁶",
    r"$n^{3/2}$, $x_{i,j}$, $2^Q$, $n_B$": "n^(3/2), x_(i,j), 2^Q, n_B", r"H$_2$O, CO\textsubscript{2}": "H₂O, CO₂",
    r"5$^{th}$, 5\textsuperscript{th}, 5$^{\mbox{th}}$": "5th, 5th, 5th",
    r"C$^*$-algebras at 90$^\circ$": "C*-algebras at 90°",
    r"Toy\textsuperscript{TM}, Toy$^{\textregistered}$, $w^R$": "Toy™, Toy®, wᴿ",
    r"$\log_2 n$, $\max_x f(x)$, $a \bmod b$": "log₂ n, maxₓ f(x), a mod b",
    r"$\alpha n$, $a\leq b$, $a \leq b$, $\epsilon$": "αn, a≤b, a ≤ b, ε",
    r"$\mathbb{R}^d$, $\mathcal{O}(n)$": "ℝᵈ, O(n)",
    r"$\frac{n+1}{2}$, $\sqrt{n}$, $\sqrt{n+1}$, $\sqrt[3]{n}$": "(n+1)/2, √n, √(n+1), ³√n",
    r"$\tilde{O}(n)$, $\hat x$, $\not\in$": "Õ(n), x̂, ∉", r"$\left(x\right.$, $\{1,2\}$": "(x, {1,2}",
    r"$$k$$ \[k\]": "k k",
    r"$f'$ \ensuremath{x_1^2}": "f′ x₁²", r"\(O(n)\) a\_b": "O(n) a_b",
    r"$O(n\log\log n)$, $n^{\log n}$, $2^{2^n}$, $2^{\aleph_0}$": "O(n log log n), n^(log n), 2^(2ⁿ), 2^(ℵ₀)",
    # What is certainly money, or not certainly a formula, stays.
    "Micro$oft and Ea$y": "Micro$oft and Ea$y", "US$ and AU$": "US$ and AU$", "a $100 toy": "a $100 toy",
    "the $one and only$ toy": "the $one and only$ toy",
    # Commands of LaTeX (source2e, textcomp), babel, xcolor, csquotes, hyperref; a space ends the name of a command.
    r"\LaTeX{} \TeX\ \BibTeX{}": "LaTeX TeX BibTeX", r"\S 3, \copyright\ 2031": "§3, © 2031",
    r"a\textminus b, a\slash b, a\textendash{}b": "a−b, a/b, a–b", "C{}++, C\\#": "C++, C#",
    r"\foreignlanguage{german}{Wort}": "Wort", r"{\color{red}a}\textcolor{red}{b}\textcolor[rgb]{1,0,0}{c}": "abc",
    r"a\ b, A\/B, B.\,C., a\@.": "a b, AB, B. C., a.", r"\enquote{a \enquote{b}}": "“a “b””", r"\uppercase{ab}c": "ABc",
    "the `right' way, it's": "the ‘right’ way, it's", r"\discretionary{-}{}{}a": "a", r"\texorpdfstring{$k$}{K}": "K",
    r"\noopsort{1973a}1973": "1973",  # btxdoc, section 4
    r"\href{https://example.org/a_b}{a}": "a",
    # Tags of exporters: HTML, JATS (IEEE, PubMed, Crossref) and MathML.
    "10<sup>6</sup>, 5<sup>th</sup>": "10⁶, 5th", "<p>a</p><p>b</p>": "a b", "<jats:italic>a</jats:italic>": "a",
    '<inline-formula> <tex-math notation="LaTeX">$k^2$ </tex-math></inline-formula>-means': "k²-means",
    "<mml:math><mml:msup><mml:mn>10</mml:mn>\n <mml:mn>6</mml:mn></mml:msup></mml:math>": "10⁶",
    "<math><mfrac><mi>a</mi><mrow><mi>b</mi><mo>+</mo><mn>1</mn></mrow></mfrac></math>": "a/(b+1)",
    "<inline-formula><alternatives><tex-math>$k$</tex-math><mml:math><mml:mi>k</mml:mi></mml:math></alternatives>"
    "</inline-formula>": "k",
    r"{\textless}i{\textgreater}a{\textless}/i{\textgreater}": "a", "&lt;i&gt;a&lt;/i&gt;": "a",  # Zotero; Crossref
    "a<br/>b": "a b", "<i>a <b>b</i> c</b>": "a <b>b c</b>", "List<T>, </T>": "List<T>, </T>",
    "a\x00b\x1bc": "a b c",
}  # fmt: skip


@pytest.mark.parametrize(("latex", "text"), TEXTS.items())
def test_latex_is_decoded(latex: str, text: str) -> None:
    assert to_unicode(latex) == text


@pytest.mark.parametrize(("latex", "text"), TEXTS.items())
def test_latex_is_decoded_in_a_long_value(latex: str, text: str) -> None:
    long = " ".join([r"a \'etude", latex, r"{of \emph{some} length}"] * 3)
    assert to_unicode(long) == " ".join(["a étude", text, "of some length"] * 3)


def test_a_command_that_prints_what_is_not_in_the_value_is_not_known() -> None:
    # pylatexenc 2.10 prints the day of the run, and `<cit.>`.
    assert to_unicode(r"\today{} and \cite{a}") == r"\today and a"
    assert unknown_commands(r"\today{} and \cite{a}, \textalpha") == (r"\today", r"\cite")


@given(st.text())
@example(r"\begin{a}\end{b}$\frac")
@example("{" * 200)
@example(r"\href{a}")
@example("\\" * 99)
def test_any_value_can_be_decoded(value: str) -> None:
    assert "\n" not in to_unicode(value)
    assert "\n" not in plain(value)


@given(st.text(alphabet="abc {}\\é", max_size=20), st.text(alphabet="xyz ", max_size=10))
@example("a ", " z")
@example(r"100\ ", "made up")
def test_an_unescaped_percent_never_cuts_what_follows(before: str, after: str) -> None:
    # BibTeX files from publishers hold bare % signs; TeX would read a comment.
    decoded = unicodedata.normalize("NFD", to_unicode(f"{before}%{after}END"))
    assert "".join(c for c in decoded if not unicodedata.combining(c)).endswith("END")  # \b{…} puts bars under letters


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"https://example.org/a\_b\%20c", "https://example.org/a_b%20c"),
        (r"\url{https://a.b/~c}", "https://a.b/~c"),
        ("https://a.b/{c}--d", "https://a.b/{c}--d"),
        (r"a{\_}b", "a_b"),
    ],
)
def test_an_address_loses_only_escapes(written: str, meant: str) -> None:
    assert plain(written) == meant


HOSTILE = [
    "\\(",
    "$ a",
    "$x^{",
    "\\sqrt{",
    "\\frac{",
    "\\enquote{",
    "\\textcolor[",
    "`",
    "<i>a",
    "<b></i>",
    '<a b="',
    "&",
    "\\",
]


@pytest.mark.parametrize("unit", HOSTILE)
@pytest.mark.parametrize("end", ["", "$", "</i>", "}"])
def test_time_is_linear_in_the_length_of_a_value(unit: str, end: str) -> None:
    begin = time.process_time()
    to_unicode(unit * (100_000 // len(unit)) + end * 9_999)
    assert time.process_time() - begin < 3  # about 0.2; with a search to the end for each unit, 10


PIECES = [r"\toy", r"\toy{a}", r"\emph{a}", "$", "$k$", r"\$", "<i>", "</i>", "<sub>2</sub>", "<b", ">", r"\\", "\\",
          " ", "5", "a", "{", "}", r"\(", r"\)", "^", "&lt;", r"\textbackslash{}", r"\textless{}", "`", "&#36;",
          r"\begin{a}"]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=8).map("".join))
def test_what_is_left_of_latex_and_tags_is_reported(title: str) -> None:
    source = read_bibtex(SourceFile("x.bib", f"@unpublished{{a, title = {{{title}}}, journal = {{{title}}}}}", "0"))
    for work in source.publications:
        left = re.search(r"\\|(?<![A-Z])\$(?!\s?\d)|</?[a-z]+>", f"{work.title} {work.venue}")
        assert not left or "bibliography/markup" in {problem.rule for problem in source.problems}
