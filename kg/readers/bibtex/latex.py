"""Decodes LaTeX and HTML in BibTeX values to plain text."""

from __future__ import annotations

import re
from functools import lru_cache

from kg.readers.bibtex.accents import decode_accents
from kg.readers.bibtex.commands import decode_commands
from kg.readers.bibtex.markup import without_entities, without_tags

_USUAL = r"[^\\{}$~&<`'\x00-\x08\x0e-\x1b\x7f-]*+"
_PLAIN = re.compile(rf"{_USUAL}(?:(?:-(?!-)|'(?!')){_USUAL})*")
_ESCAPED = re.compile(r"\\([&%#_])")
_FORMULA = re.compile(r"\$|\\[\\(\[]|\\ensuremath")
_TILDE = re.compile(
    r"\{?\$\\sim\$\}?|\{~\}|\{\\textasciitilde\s*(?:\{\})?\}|\\(?:textasciitilde|sim)(?:\{\}|\s+|(?![A-Za-z]))|\{\\~\{\}\}|\\~\{\}"
)
_ESCAPED_IN_ADDRESS = re.compile(r"\{\\([&%#_~$])\}|\\([&%#_~$])(?:\{\})?")
_LINK = re.compile(r"\\(?:url|path|nolinkurl|doi)\s*\{([^{}]*)\}|\\href\s*\{([^{}]*)\}\s*\{[^{}]*\}")
_WHOLE = re.compile(r"\s*\{(https?://[^\s{}]*)\}\s*")
_UNDERSCORE = re.compile(r"\{\\textunderscore\s*(?:\{\})?\}|\\textunderscore(?:\{\}|\s+|(?![A-Za-z]))")
_DASHES_AND_QUOTES = (("---", "—"), ("--", "–"), ("``", "“"), ("''", "”"))
_SHORT = 200
_CONTROLS = dict.fromkeys([*range(0x20), 0x7F], " ")


def to_unicode(value: str) -> str:
    """Returns the value as text with single spaces; of commands that are not known the argument or the name stays.

    In LaTeX an unescaped `%` starts a comment and `&` is a column separator; here they are read as characters, because
    that is what their authors meant.
    """
    if value.isalnum():
        return value
    if _PLAIN.fullmatch(value):
        return _single_spaces(value)
    return _short(value) if len(value) < _SHORT else _decoded(value)


def unknown_commands(value: str) -> tuple[str, ...]:
    """Returns the commands in a value whose meaning is not known, each with its backslash."""
    text = decode_accents(value)
    return decode_commands(text)[1] if "\\" in text else ()


def _decoded(value: str) -> str:
    return without_markup(_without_commands(value))


_short = lru_cache(maxsize=1 << 14)(_decoded)
"""Caches short values: names and journals recur, abstracts do not."""


def without_markup(text: str) -> str:
    """Returns the text without HTML entities and pairs of tags, with single spaces."""
    if "</" in text or "/>" in text:
        text = without_tags(text, _without_commands)
    if "&" in text:
        text = without_entities(text)
        if "</" in text:  # tags that were written as entities
            text = without_tags(text, _without_commands)
    return _single_spaces(text if text.isprintable() else text.translate(_CONTROLS))


def _single_spaces(text: str) -> str:
    """Printable text contains no other white space than ` `."""
    return text.strip() if "  " not in text and text.isprintable() else " ".join(text.split())


def _without_commands(value: str) -> str:
    """Returns the value without LaTeX; the commonest needs the decoder least."""
    text = value
    if "\\" in text:
        text = _ESCAPED.sub(r"\1", text) if not _FORMULA.search(text) else text
        text = decode_accents(text)
    if "\\" in text or "$" in text or "`" in text:
        return decode_commands(text)[0]
    for written, meant in _DASHES_AND_QUOTES:
        text = text.replace(written, meant)
    return text.replace("{", "").replace("}", "").replace("~", " ")


def plain(value: str) -> str:
    """Returns an identifier, path or address as written, without the few escapes that exporters add."""
    if "{http" in value and (whole := _WHOLE.fullmatch(value)):
        value = whole[1]
    if "\\" in value or "{~}" in value:
        value = _LINK.sub(lambda match: match[1] or match[2] or "", value)
        value = _UNDERSCORE.sub("_", _TILDE.sub("~", value))
        value = _ESCAPED_IN_ADDRESS.sub(lambda match: match[1] or match[2], value)
    if "&" in value:
        value = without_entities(value)
    return value if value.isprintable() and " " not in value else " ".join(value.translate(_CONTROLS).split())
