"""Text of the graph for pdfLaTeX, XeLaTeX and LuaLaTeX.

pdfLaTeX stops at a character it does not know. Characters that it has stay as they are; others become a letter with an
accent, or mathematics; the rest is shown by its number, unless the font has the character.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from kg.readers.bibtex.citing import cited_by_latex
from kg.render.text.table import printable

PACKAGES = r"\usepackage[T1]{fontenc} with pdfLaTeX"
"""What a document needs for the texts, for a comment."""
UNKNOWN = (
    r"\providecommand*{\kgchar}[2]{\ifdefined\Umathchar\iffontchar\font"
    '"#1 #2'
    r"\else[U+#1]\fi\else[U+#1]\fi\allowbreak}"
)
"""Defines the command for characters that pdfLaTeX does not have; XeLaTeX and LuaLaTeX check the font."""
CITING = (
    r"\ifdefined\citep\else\ifdefined\parencite\let\citep\parencite\let\citet\textcite"
    r"\else\let\citep\cite\let\citet\cite\fi\fi"
)
r"""Defines the two commands of natbib where they are not: with biblatex its own ones, without both packages `\cite`."""
_ESCAPED = str.maketrans({
    **{c: f"\\{c}" for c in "&%$#_{}"}, "\\": r"\textbackslash{}", "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}", "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}",
    '"': r"\textquotedbl{}", "`": r"\textasciigrave{}", "[": "{[}", "]": "{]}",
})  # fmt: skip
_LIGATURES = re.compile("-{2,}|'{2,}|,{2,}")
_NOT_SET = re.compile(  # neither ASCII nor a character that LaTeX has in the encodings T1 and TS1
    "[^ -~¡-¬®-ĥĨ-ķĹ-ľŁ-ňŊ-ťŨ-žȘ-ț‐-‖‘-‚“-„†-•…‰‹›₤€№™←-↓]"
)
_ACCENTS = {"\u0300": "`", "\u0301": "'", "\u0302": "^", "\u0303": "~", "\u0304": "=", "\u0306": "u", "\u0307": ".",
            "\u0308": '"', "\u030a": "r", "\u030b": "H", "\u030c": "v", "\u0323": "d", "\u0327": "c", "\u0328": "k",
            "\u0331": "b"}  # fmt: skip
_MATHEMATICS = {
    "≤": r"\leq", "≥": r"\geq", "≠": r"\neq", "≈": r"\approx", "≡": r"\equiv", "∞": r"\infty", "∈": r"\in",
    "∑": r"\sum", "∏": r"\prod", "√": r"\surd", "∂": r"\partial", "∆": r"\Delta", "∇": r"\nabla", "−": "-",
    "∧": r"\wedge", "∨": r"\vee", "∩": r"\cap", "∪": r"\cup", "⊂": r"\subset", "⊆": r"\subseteq", "→": r"\rightarrow",
    "↔": r"\leftrightarrow", "↕": r"\updownarrow", "⇒": r"\Rightarrow", "⇔": r"\Leftrightarrow", "′": "'",
    "″": "''", "∗": r"\ast", "ς": r"\varsigma",
}  # fmt: skip
_LETTERS = """
alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi omega
Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega
"""
_GREEK = frozenset(_LETTERS.split())
"""The Greek letters with a command; capitals that look like Latin letters have none."""


def text(value: object) -> str:
    """Any text on one line, escaped for LaTeX."""
    return escape(plain(value))


def plain(value: object) -> str:
    """The text on one line, composed (NFC) and without control characters."""
    return " ".join(printable(unicodedata.normalize("NFC", str(value))).split())


def escape(value: str) -> str:
    """A plain text, escaped for LaTeX."""
    apart = _LIGATURES.sub(lambda match: "\0".join(match[0]), value)
    escaped = apart.translate(_ESCAPED).replace("\0", r"\kern0pt{}")  # `{}` alone does not separate them in LuaLaTeX
    return _NOT_SET.sub(lambda match: _character(match[0]), escaped)


def cite(keys: Sequence[str], where: str = "", command: str = "citep") -> str:
    r"""`\citep[where]{keys}`; a key that LaTeX cannot read is shown as text."""
    usable = [key for key in keys if cited_by_latex(key)]
    note = f"[{where}]" if where else ""
    cited = [f"\\{command}{note}{{{','.join(usable)}}}"] if usable else []
    return ", ".join([*cited, *(rf"\texttt{{{text(key)}}}" for key in keys if not cited_by_latex(key))])


def definitions(body: str) -> str:
    """The definitions that the text needs before it, with a line end; may be empty."""
    needed = {r"\kgchar{": UNKNOWN, r"\cite": CITING}
    return "".join(f"{definition}\n" for command, definition in needed.items() if command in body)


def declarations(text: str) -> list[str]:
    """Declarations for the preamble with pdfLaTeX of characters that it does not have, such as in BibTeX entries."""
    unknown = sorted(set(_NOT_SET.findall("".join(c for c in text if c.isprintable()))))
    return [rf"\DeclareUnicodeCharacter{{{ord(char):04X}}}{{{_character(char)}}}" for char in unknown]


def _character(char: str) -> str:
    if char in _MATHEMATICS:
        return rf"\ensuremath{{{_MATHEMATICS[char]}}}"
    name = unicodedata.name(char, "")
    greek = re.fullmatch(r"GREEK (SMALL|CAPITAL) LETTER (\w+)", name)
    if greek:
        letter = greek[2].replace("LAMDA", "LAMBDA").lower()
        letter = letter.capitalize() if greek[1] == "CAPITAL" else letter
        if letter in _GREEK:
            return rf"\ensuremath{{\{letter}}}"
    apart = unicodedata.normalize("NFD", char)
    base, marks = apart[0], apart[1:]
    if base.isascii() and base.isalpha() and marks and all(mark in _ACCENTS for mark in marks):
        for mark in marks:
            base = f"\\{_ACCENTS[mark]}{{{base}}}"
        return base
    return rf"\kgchar{{{ord(char):04X}}}{{{char}}}"
