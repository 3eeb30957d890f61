"""The tokens of a query: the terminals of SPARQL 1.1 and 1.2 (section 19.8 of both), with their places.

What a word means depends on the token it is part of: `FROM` is a keyword, but not in a string, an IRI, a comment, a
variable or a prefixed name. A text that is not SPARQL has tokens too; the engine says what is wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

STRING = (
    r'''"""(?:[^"\\]|\\.|"(?!""))*"""|\'{3}(?:[^'\\]|\\.|'(?!''))*\'{3}'''
    r"""|"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*'"""
)
"""The strings of SPARQL and Turtle, for a regular expression with re.S; long ones come before short ones."""
_BASE = (
    "A-Za-z\xc0-\xd6\xd8-\xf6\xf8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_LATER = "0-9_\xb7\u0300-\u036f\u203f\u2040"
_NAME, _LOCAL = rf"{_BASE}{_LATER}\-", r"(?:%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%])"
_PREFIX = rf"[{_BASE}](?:[{_NAME}]|\.+(?=[{_NAME}]))*+"
_TOKEN = re.compile(
    rf"""(?:[ \t\r\n]++|\#[^\r\n]*+)*+
    (?:(?P<variable>[?$][{_BASE}{_LATER}]++)
    |(?P<bracket>[][(){{}}])
    |(?P<word>[A-Za-z][A-Za-z0-9_]*+(?![{_NAME}:.]))
    |(?P<name>(?:{_PREFIX})?:(?:(?:[{_BASE}0-9_:]|{_LOCAL})(?:[{_NAME}:]|{_LOCAL}|\.+(?=[{_NAME}:%\\]))*+)?)
    |(?P<letters>[A-Za-z][A-Za-z0-9_]*+)
    |(?P<iri><(?:[^<>"{{}}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{{4}}|\\U[0-9A-Fa-f]{{8}})*+>)
    |(?P<string>{STRING})
    |(?P<number>(?:[0-9]++\.?[0-9]*+|\.[0-9]++)[eE][+-]?[0-9]++|[0-9]*+\.[0-9]++|[0-9]++)
    |(?P<language>@[A-Za-z]++(?:--?[A-Za-z0-9]++)*+)
    |(?P<blank>_:[{_BASE}0-9_](?:[{_NAME}]|\.+(?=[{_NAME}]))*+)
    |(?P<sign>.)
    |\Z)""",
    re.S | re.X,
)
_OPERANDS = frozenset(("variable", "name", "iri", "string", "number", "language", "blank"))
_NOT_CALLS = frozenset(("A", "VALUES"))
"""Words before a bracket that opens no expression."""


class Token(NamedTuple):
    """A terminal; `kind` is iri, name, variable, word, string, number, language, blank, bracket or sign.

    A word is a keyword, or the name of a function. A name has a prefix, which may be empty.
    """

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """The position after it."""
        return self.start + len(self.text)

    @property
    def keyword(self) -> str:
        """A word in upper case; empty for anything else."""
        return self.text.upper() if self.kind == "word" else ""


def tokens_of(sparql: str) -> Iterator[Token]:
    """The tokens of a query in their order, without whitespace and comments.

    `<` before an expression is a sign, as in `(?a<?b && ?c>?d)`: the engine reads it so, although the grammar takes the
    longest match.
    """
    match, position = _TOKEN.match, 0
    open_: list[str] = []  # the brackets around the place; the round one of an expression is "e"
    before = last = Token("", "", 0)
    while (found := match(sparql, position)) and (kind := found.lastgroup):
        start, position = found.span(kind)
        if kind == "letters":
            kind = "word"
        elif kind == "iri" and open_ and open_[-1] == "e" and (last.kind in _OPERANDS or last.text == ")"):
            kind, position = "sign", start + 1
        token = Token(kind, sparql[start:position], start)
        yield token
        if kind == "bracket":
            if token.text in "([{":
                open_.append("e" if token.text == "(" and _opens_expression(open_, before, last) else token.text)
            elif open_:
                open_.pop()
        before, last = last, token


def _opens_expression(around: list[str], before: Token, last: Token) -> bool:
    """Whether a round bracket after these two tokens opens an expression, and no collection or path."""
    if not around or around[-1] == "e":
        return True
    if last.kind == "word":
        return last.keyword not in _NOT_CALLS
    return last.kind in ("iri", "name") and (before.keyword == "FILTER" or last.text[:6].upper() == "FILTER")
