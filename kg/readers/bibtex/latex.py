"""Decodes LaTeX and HTML in BibTeX values to plain text."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any

_USUAL = r"[^\\{}$~&<`'\x00-\x08\x0e-\x1b\x7f-]*+"
_PLAIN = re.compile(rf"{_USUAL}(?:(?:-(?!-)|'(?!')){_USUAL})*")
_COMMAND = re.compile(  # the accents and letters of names
    r"""\{\\["'`^~=.][ ]?\{?\w\}?\}|\\["'`^~=.](?:\w|\{\w\})"""  # {\"o} {\'{e}} \"o \'{e}
    r"""|\{\\[cvHukrdb][ ]\w\}|\\[cvHukrdb]\{\w\}"""  # {\c c} \v{c}
    r"""|\{\\(?:ss|ae|AE|oe|OE|aa|AA|o|O|l|L|i|j)\}"""
)
_ESCAPED = re.compile(r"\\([&%#_])")
_ESCAPED_IN_ADDRESS = re.compile(r"\{?\\([&%#_~$])(?:\{\}|\})?")
_UNESCAPED = re.compile(r"(?<!\\)([%&#])")
_LINK = re.compile(r"\\(?:url|path|nolinkurl)\s*\{([^{}]*)\}|\\href\s*\{[^{}]*\}\s*\{([^{}]*)\}")
_DOLLAR = re.compile(r"\$(?<!\\\$)")  # the character before the assertion makes the search fast
_MATH = re.compile(r"[\\^_{}]|^\s*(?:\w|[<>=|+*~-]+)\s*$")
_OPEN = re.compile(r"\\(?:[A-Za-z]+\*?|[^A-Za-z\w&%#$_{}])\Z")  # a command whose argument follows the space
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_TAGGED = re.compile(r"<(i|b|em|strong|sub|sup|scp|sc|span|mml:\w+|jats:[\w-]+)(?:\s[^<>]*)?>([^<>]*)</\1>", re.I)
_ACCENT_ALONE = {r"\~{}": r"{\textasciitilde}", r"\^{}": r"{\textasciicircum}", r"\-": ""}
_NAMED = re.compile(r"\\([A-Za-z]+)(?![A-Za-z]|\s*\{(?!\}))")
_WITHOUT_TEXT = """
relax protect allowbreak ignorespaces unskip nobreak noindent discretionary hskip hfill newline linebreak em bf it tt sc
rm sf sl bfseries itshape ttfamily scshape upshape rmfamily sffamily mdseries normalfont tiny scriptsize footnotesize
small normalsize large Large boldmath centering displaystyle
"""
_NO_TEXT = frozenset(_WITHOUT_TEXT.split())
_TEXT = {"less": "<", "greater": ">", "quotesingle": "'", "quotedbl": '"', "bar": "|", "asciicircum": "^"}
_TEXT |= {"braceleft": r"\{", "braceright": r"\}"}
_TEXT_COMMAND = re.compile(rf"\\text({'|'.join(_TEXT)})(?![A-Za-z])(?:\{{\}}| +)?")
_MARKS = re.compile(r"[\\${}]")
_DASHES_AND_QUOTES = (("---", "—"), ("--", "–"), ("``", "“"), ("''", "”"))
_SHORT = 200
_CONTROLS = dict.fromkeys([*range(0x20), 0x7F], " ")


@cache
def _decoder() -> Any:
    from pylatexenc import latex2text  # slow to import, and most values contain no LaTeX

    known = latex2text.get_default_latex_context_db()
    # By default unknown commands lose their argument.
    known.set_unknown_macro_spec(latex2text.MacroTextSpec("", simplify_repl=_arguments))
    return latex2text.LatexNodes2Text(math_mode="text", keep_comments=True, latex_context=known)


def _arguments(node: Any, l2tobj: Any) -> str:
    """Returns the text of the arguments of an unknown command."""
    given = [argument for argument in node.nodeargd.argnlist if argument] if node.nodeargd else []
    return "".join(l2tobj.nodelist_to_text([argument]) for argument in given)


def to_unicode(value: str) -> str:
    """Returns the value as text with single spaces; a value that cannot be decoded stays as it is.

    In LaTeX an unescaped `%` starts a comment and `&` is a column separator; here they are read as characters, because
    that is what their authors meant. Only values with commands or formulas need the LaTeX library, which is slow.
    """
    if value.isalnum():
        return value
    if _PLAIN.fullmatch(value):
        return _single_spaces(value)
    return _short(value) if len(value) < _SHORT else _decoded(value)


def _decoded(value: str) -> str:
    return without_markup(_commands(value) if "\\" in value or "$" in value else _braces_and_dashes(value))


_short = lru_cache(maxsize=1 << 14)(_decoded)
"""Caches short values: names and journals recur, abstracts do not."""


def without_markup(text: str) -> str:
    """Returns the text without HTML entities and pairs of tags, with single spaces."""
    if "</" in text:
        text = _without_tags(text)
    if "&" in text:
        text = _ENTITY.sub(lambda match: html.unescape(match[0]), text)
    return _single_spaces(text if text.isprintable() else text.translate(_CONTROLS))


def _single_spaces(text: str) -> str:
    """Printable text contains no other white space than ` `."""
    return text.strip() if "  " not in text and text.isprintable() else " ".join(text.split())


def _without_tags(text: str) -> str:
    for _ in range(8):  # tags in tags
        text, count = _TAGGED.subn(r"\2", text)
        if not count:
            break
    return text


def _braces_and_dashes(text: str) -> str:
    for written, meant in _DASHES_AND_QUOTES:
        text = text.replace(written, meant)
    return text.replace("{", "").replace("}", "").replace("~", " ")


def _commands(value: str) -> str:
    text = _without_links(value)
    for written, meant in _ACCENT_ALONE.items():
        text = text.replace(written, meant)
    if "$" not in text:
        simple = _ESCAPED.sub(r"\1", text)
        if "\\" in simple:
            simple = _COMMAND.sub(lambda match: _latex(match[0]), simple)
        if "\\" not in simple:
            return _braces_and_dashes(simple)
    text = _escaped_money(text) if "$" in text else text
    if "\\begin" in text:
        return _latex(text)
    return " ".join(_latex(c) if "\\" in c or "$" in c else _braces_and_dashes(c) for c in _chunks(text))


def _without_links(value: str) -> str:
    r"""Replaces `\url{…}` by its address and `\href{…}{…}` by its text."""
    links = any(command in value for command in (r"\url", r"\href", r"\path", r"\nolinkurl"))
    return _LINK.sub(lambda match: match[1] or match[2] or "", value) if links else value


def _chunks(text: str) -> Iterator[str]:
    """Yields parts that can be decoded separately, because the library is slow on long texts.

    Words joined by braces, a formula or a command stay together, and so do words without any of these.
    """
    while text.startswith("{") and text.endswith("}") and _is_one_group(text):
        text = text[1:-1].strip()
    text, at = " ".join(text.split()), 0
    while mark := _MARKS.search(text, at):
        begin = text.rfind(" ", at, mark.start()) + 1 or at
        if begin > at:
            yield text[at : begin - 1]
        at = _chunk_end(text, begin) + 1
        yield text[begin : at - 1]
    if at < len(text):
        yield text[at:]


def _chunk_end(text: str, begin: int) -> int:
    """Returns the end of the chunk: after the first word with which all its braces and formulas are closed."""
    depth, dollars, at = 0, 0, begin
    while at < len(text):
        end = text.find(" ", at)
        end = len(text) if end < 0 else end
        word = text[at:end]
        bare = re.sub(r"\\.", "", word)
        depth += bare.count("{") - bare.count("}")
        dollars += bare.count("$")
        if depth <= 0 and dollars % 2 == 0 and not _OPEN.search(word):
            return end
        at = end + 1
    return len(text)


def _is_one_group(text: str) -> bool:
    depth = 0
    for match in re.finditer(r"\\.|[{}]", text):
        depth += (match[0] == "{") - (match[0] == "}")
        if depth == 0 and match[0] == "}":
            return match.end() == len(text)
    return False


def _escaped_money(text: str) -> str:
    """Escapes dollars that are money: `$k$` and `$\\alpha^2$` are formulas, text between two sums is not."""
    made, at = "", 0
    while opening := _DOLLAR.search(text, at):
        closing = _DOLLAR.search(text, opening.end())
        if closing and _is_formula(text[opening.end() : closing.start()], text[closing.end() : closing.end() + 1]):
            made, at = made + text[at : closing.end()], closing.end()
        else:
            made, at = made + text[at : opening.start()] + r"\$", opening.end()
    return made + text[at:]


def _is_formula(inner: str, following: str) -> bool:
    """Uses pandoc's rule, and requires something that cannot be a word."""
    spaces = inner[:1].isspace() == inner[-1:].isspace()
    return spaces and not following.isdigit() and _MATH.search(inner) is not None


@lru_cache(maxsize=1 << 12)
def _latex(value: str) -> str:
    try:
        text = _TEXT_COMMAND.sub(lambda match: f"{{{_TEXT[match[1]]}}}", value)
        text = _NAMED.sub(_known_or_written, _UNESCAPED.sub(r"\\\1", text))
        return str(_decoder().latex_to_text(text))
    except Exception:  # the library raises many kinds of errors for hostile input
        return value


def _known_or_written(match: re.Match[str]) -> str:
    """Keeps the name of a command without argument that the library does not know and would drop."""
    name = match[1]
    known = name in _NO_TEXT or _decoder().latex_context.get_macro_spec(name).macroname
    return match[0] if known else rf"{{\textbackslash}}{name}"


def plain(value: str) -> str:
    """Returns an identifier, path or address as written, without the few escapes that exporters add."""
    if "\\" in value:
        value = _ESCAPED_IN_ADDRESS.sub(r"\1", _without_links(value))
    return value if value.isprintable() and " " not in value else " ".join(value.translate(_CONTROLS).split())
