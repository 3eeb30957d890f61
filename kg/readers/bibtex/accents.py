r"""Decodes the accents and letters of TeX: `\"{O}`, `{\'e}`, `\H ol`, `\c{c}`, `\'\i`, `\ss`.

Names must be decoded before they are split, because `\~` is an accent and `~` a space; titles use the same table.
"""

from __future__ import annotations

import re
from functools import lru_cache
from unicodedata import normalize

_SYMBOLS = {"`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", "=": "\u0304", ".": "\u0307", '"': "\u0308"}
_ABOVE = _SYMBOLS | {
    "u": "\u0306",
    "h": "\u0309",
    "r": "\u030a",
    "H": "\u030b",
    "v": "\u030c",
    "G": "\u030f",
    "f": "\u0311",
}
_BELOW = {"d": "\u0323", "cb": "\u0326", "textcommabelow": "\u0326", "c": "\u0327", "k": "\u0328", "b": "\u0331"}
_ABOVE |= {"soft": "\u030c", "ocirc": "\u030a"}  # of MathSciNet, as are \polhk and \dbar
_BELOW |= {"polhk": "\u0328"}
_MARKS = _ABOVE | _BELOW | {"t": "\u0361"}
"""Combining characters by accent (The TeXbook, chapter 9; LaTeX's encodings T1, T4 and T5; combelow; MathSciNet)."""
_LETTERS = {"ss": "ß", "SS": "SS", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å", "AA": "Å", "o": "ø", "O": "Ø"}
_LETTERS |= {"l": "ł", "L": "Ł", "i": "ı", "j": "ȷ", "dh": "ð", "DH": "Ð", "dj": "đ", "DJ": "Đ", "th": "þ", "TH": "Þ"}
_LETTERS |= {"ng": "ŋ", "NG": "Ŋ", "ij": "ĳ", "IJ": "Ĳ", "dbar": "đ", "Dbar": "Đ"}
_DOTLESS = str.maketrans("ıȷ", "ij")

_ACCENT = rf"(?:[{re.escape(''.join(_SYMBOLS))}]|(?:[uhrHvGfdckbt]|cb|textcommabelow|polhk|soft|ocirc)(?![A-Za-z]))"
_LETTER = rf"(?:{'|'.join(sorted(_LETTERS, key=len, reverse=True))})(?![A-Za-z])"
_BASE = r"[^\W\d_][\u0300-\u036f]*+"
# The accent takes a letter, or a group, of which it takes the first letter; spaces before these have no meaning.
_ACCENTED = rf"\\(?:{_ACCENT})\s*+(?:{_BASE}|\{{\s*+(?:{_BASE})++\s*+\}}|\{{\{{{_BASE}\}}\}})"
_COMMAND = re.compile(
    rf"\\[\\{{}}]|\{{{_ACCENTED}\}}|{_ACCENTED}|\{{\\{_LETTER}\s*+(?:\{{\}})?\}}|\\{_LETTER}(?:\{{\}}|\s++)?"
)
_PARTS = re.compile(rf"\\({_ACCENT})|\\({_LETTER})")
_BRACES_AND_SPACES = str.maketrans("", "", "{} \t\n\r\f\v")
_PASSES = 4  # of accents on accents


def decode_accents(text: str) -> str:
    r"""Returns the text with accents and letters of TeX as Unicode (NFC), and everything else as it is.

    Braces around one accented letter are removed with it (`{\'E}cole`), other braces stay, because they group. An
    accent without a letter, as `\~{}` in addresses, stays.
    """
    if "\\" not in text:
        return text
    for _ in range(_PASSES):
        before, text = text, _COMMAND.sub(_decoded, text)
        if text == before or "\\" not in text:
            break
    return text


def _decoded(match: re.Match[str]) -> str:
    return _command(match[0])


@lru_cache(maxsize=1 << 12)
def _command(written: str) -> str:
    parts = _PARTS.search(written)
    if parts is None or written.startswith((r"\\", r"\{", r"\}")):
        return written
    if parts[2]:
        return _LETTERS[parts[2]]
    accent, letters = parts[1], written[parts.end() :].translate(_BRACES_AND_SPACES)
    if accent == "t":  # a tie is between two letters
        return normalize("NFC", letters[:1] + _MARKS[accent] + letters[1:])
    base = re.match(_BASE, letters)
    end = base.end() if base else 1
    return normalize("NFC", _with_mark(letters[:end], accent) + letters[end:])


def _with_mark(letter: str, accent: str) -> str:
    if accent in _BELOW:
        return letter + _MARKS[accent]
    if accent == "." and letter in "ıȷ":  # a dotless letter with a dot is the letter
        return letter.translate(_DOTLESS)
    return letter.translate(_DOTLESS) + _MARKS[accent]
