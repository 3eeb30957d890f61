"""LaTeX and HTML are decoded without loss of text."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kg.readers.bibtex.latex import plain, to_unicode

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
    r"$k$-means in $O(n^2)$": "k-means in O(n^2)", r"$\alpha$ $<$ \ensuremath{\beta}": "α < β", r"\(\mu\)m": "μm",
    "from $5 to $10": "from $5 to $10", r"\$5 and \'e and $10": "$5 and é and $10",
    r"\url{https://example.org/a%b_c}": "https://example.org/a%b_c", r"\href{https://example.org}{here}": "here",
    r"a \unknown b": r"a \unknown b", r"\unknown{a} b": "a b", r"\textless{}a{\textgreater}": "<a>",
    r"a \textgreater b": "a >b",
    r"{\textquotesingle}a\textquotedbl{}": "'a\"", r"\~{}a": "~a", r"{\relax Ch}arles": "Charles",
    r"hy\-phen": "hyphen",
    "R&amp;D": "R&D", r"R\&amp;D": "R&D", "&lt;b&gt; &#x2013; &#233;": "<b> – é",
    "AT&T; a &notin b": "AT&T; a &notin b",
    "<i>E. coli</i> H<sub>2</sub>O": "E. coli H2O", '<span class="nocase">a</span>': "a",
    "a<b and b>c": "a<b and b>c",
    "a\x00b\x1bc": "a b c",
}  # fmt: skip


@pytest.mark.parametrize(("latex", "text"), TEXTS.items())
def test_latex_is_decoded(latex: str, text: str) -> None:
    assert to_unicode(latex) == text


@pytest.mark.parametrize(("latex", "text"), TEXTS.items())
def test_latex_is_decoded_in_a_long_value(latex: str, text: str) -> None:
    long = " ".join([r"a \'etude", latex, r"{of \emph{some} length}"] * 3)
    assert to_unicode(long) == " ".join(["a étude", text, "of some length"] * 3)


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
