"""Text for LaTeX: no character is a command, none is lost, and what pdfLaTeX does not have is shown."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.render.text.latex_text import UNKNOWN, cite, declarations, definitions, text

ESCAPED = {
    "100% of R&D_1 #2 $3": r"100\% of R\&D\_1 \#2 \$3",
    "{a} \\b ~ ^": r"\{a\} \textbackslash{}b \textasciitilde{} \textasciicircum{}",
    "a -- b ''": r"a -\kern0pt{}- b '\kern0pt{}'",
    "[a]": "{[}a{]}",
    "Vänskä, Fernández – “x”…": "Vänskä, Fernández – “x”…",
    "αΩ ≤": r"\ensuremath{\alpha}\ensuremath{\Omega} \ensuremath{\leq}",
    "Nguyễn": r"Nguy\~{\^{e}}n",
    "e\u0301": "é",
    "中": r"\kgchar{4E2D}{中}",
    "two\nlines\tand\x1b": "two lines and",
}


@pytest.mark.parametrize(("plain", "latex"), ESCAPED.items())
def test_a_text_is_set_as_it_is(plain: str, latex: str) -> None:
    assert text(plain) == latex


@given(st.text())
def test_only_commands_of_the_module_stand_in_a_text(plain: str) -> None:
    made = text(plain)
    commands = set(re.findall(r"\\([A-Za-z]+)", made))
    assert not commands & {"input", "write", "csname", "def", "catcode"}
    bare = re.sub(r"\\[A-Za-z]+|\\.", "", made)
    assert not set(bare) & set('&%$#_~^\\<>|"`')
    assert bare.count("{") == bare.count("}")


def test_commands_that_stand_in_a_text_are_text() -> None:
    assert text(r"\input{/etc/passwd}") == r"\textbackslash{}input\{/etc/passwd\}"


def test_keys_are_cited_and_others_shown() -> None:
    assert cite(["a", "b:2_x"], "Sec.~1") == r"\citep[Sec.~1]{a,b:2_x}"
    assert cite(["a}b", "c"]) == r"\citep{c}, \texttt{a\}b}"
    assert cite(["müller 2020", "müller2021"], command="citet") == r"\citet{müller2021}, \texttt{müller 2020}"


def test_the_command_for_unknown_characters_is_defined_where_it_is_used() -> None:
    assert definitions(text("plain")) == ""
    assert definitions(text("中")) == UNKNOWN + "\n"


def test_characters_of_entries_are_declared_once() -> None:
    assert declarations("é 中 Ω 中\n") == [
        r"\DeclareUnicodeCharacter{03A9}{\ensuremath{\Omega}}",
        r"\DeclareUnicodeCharacter{4E2D}{\kgchar{4E2D}{中}}",
    ]
