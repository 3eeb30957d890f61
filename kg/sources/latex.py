"""LaTeX and HTML in BibTeX values to the text they stand for."""

from __future__ import annotations

import html
import re
from functools import cache, lru_cache
from typing import Any

_PLAIN = re.compile(r"[^\\{}$~&<`'\x00-\x1f\x7f-]*")
_COMMAND = re.compile(
    r"""\{\\["'`^~=.][ ]?\{?\w\}?\}|\\["'`^~=.](?:\w|\{\w\})"""  # {\"o} {\'{e}} \"o \'{e}
    r"""|\{\\[cvHukrdb][ ]\w\}|\\[cvHukrdb]\{\w\}"""  # {\c c} \v{c}
    r"""|\{\\(?:ss|ae|AE|oe|OE|aa|AA|o|O|l|L|i|j)\}"""
)
_ESCAPED = re.compile(r"\\([&%#_])")
_UNESCAPED = re.compile(r"(?<!\\)([%&#])")
_LINK = re.compile(r"\\(?:url|path|nolinkurl)\s*\{([^{}]*)\}|\\href\s*\{[^{}]*\}\s*\{([^{}]*)\}")
_DOLLARS = re.compile(r"(?<!\\)\$([^$]*)(?<!\\)\$")
_MATH = re.compile(r"[\\^_{}]|^\s*(?:\w|[<>=|+*~-]+)\s*$")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_TAG = re.compile(r"</?(?:i|b|em|strong|sub|sup|scp|sc|span|title|mml:\w+)(?:\s[^<>]*)?/?>", re.I)
_DASHES_AND_QUOTES = (("---", "—"), ("--", "–"), ("``", "“"), ("''", "”"))
_CONTROLS = dict.fromkeys([*range(0x20), 0x7F], " ")


@cache
def _decoder() -> Any:
    from pylatexenc.latex2text import LatexNodes2Text  # slow to import, and most values hold no LaTeX

    return LatexNodes2Text(math_mode="text", keep_comments=True)


@lru_cache(maxsize=1 << 14)
def to_unicode(value: str) -> str:
    """The value as text with single spaces; a value that cannot be decoded stays as it is.

    An unescaped `%` would start a comment and silently cut the value, `&` would become a gap: they are taken for what
    the writer saw. Only values with commands or formulas need the LaTeX library, which is slow.
    """
    if _PLAIN.fullmatch(value):
        return " ".join(value.split())
    text = value
    if "\\" in text or "$" in text:
        text = _commands(text)
    else:
        text = _braces_and_dashes(text)
    if "<" in text:
        text = _TAG.sub("", text)
    if "&" in text:
        text = _ENTITY.sub(lambda match: html.unescape(match[0]), text)
    return " ".join(text.translate(_CONTROLS).split())


def _braces_and_dashes(text: str) -> str:
    for written, meant in _DASHES_AND_QUOTES:
        text = text.replace(written, meant)
    return text.replace("{", "").replace("}", "").replace("~", " ")


def _commands(value: str) -> str:
    text = _LINK.sub(lambda match: match[1] or match[2] or "", value)
    if "$" not in text:
        simple = _COMMAND.sub(lambda match: _latex(match[0]), _ESCAPED.sub(r"\1", text))
        if "\\" not in simple:
            return _braces_and_dashes(simple)
    return _latex(_DOLLARS.sub(_formula, text))


def _formula(match: re.Match[str]) -> str:
    """`$k$` and `$\\alpha^2$` are formulas, what stands between two sums of money is not."""
    return match[0] if _MATH.search(match[1]) else rf"\${match[1]}\$"


@lru_cache(maxsize=1 << 12)
def _latex(value: str) -> str:
    try:
        return str(_decoder().latex_to_text(_UNESCAPED.sub(r"\\\1", value)))
    except Exception:  # the library raises errors of many kinds for hostile input
        return value


def plain(value: str) -> str:
    """An identifier, path or address: without the few escapes that exporters put there, otherwise as written."""
    text = _LINK.sub(lambda match: match[1] or match[2] or "", value) if "\\" in value else value
    text = re.sub(r"\{?\\([&%#_~$])(?:\{\}|\})?", r"\1", text) if "\\" in text else text
    return " ".join(text.translate(_CONTROLS).split())
