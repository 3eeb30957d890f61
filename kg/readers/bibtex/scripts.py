"""Raised and lowered characters of formulas and tags as Unicode, so that 10⁶ does not become 106."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache

_KNOWN_SCRIPTS = {"TM": "™", "tm": "™", "SM": "℠", "(R)": "®", "∘": "°"}
_ORDINALS = frozenset({"st", "nd", "rd", "th"})
_SIGNS = frozenset("°′″‴®©™†‡*'’")
"""What looks the same when it is raised."""


def raised(text: str, *, math: bool = False) -> str:
    """Returns a superscript: `⁶` if Unicode has all its characters, else `^(a/b)`; signs and `th` stay as they are."""
    text = text.strip()
    if text in _KNOWN_SCRIPTS:
        return _KNOWN_SCRIPTS[text]
    if text in _ORDINALS or set(text) <= _SIGNS or (not math and len(text) > 1 and text.isalpha()):
        return text
    return _script(text, "^", _scripts()[0])


def lowered(text: str) -> str:
    """Returns a subscript: `₂` if Unicode has all its characters, else `_max` or `_(i,j)`."""
    return _script(text.strip(), "_", _scripts()[1])


def _script(text: str, mark: str, known: Mapping[str, str]) -> str:
    text = text.replace("−", "-")
    if all(char in known for char in text):
        return "".join(known[char] for char in text)
    plain = text.isascii() and text.isalnum()
    return f"{mark}{text}" if plain or len(text) == 1 else f"{mark}({text})"


@cache
def _scripts() -> tuple[dict[str, str], dict[str, str]]:
    """Returns the superscripts and subscripts of Unicode by the character that they raise or lower."""
    found: dict[str, dict[str, str]] = {"<super>": {"-": "⁻"}, "<sub>": {"-": "₋"}}
    for char in map(chr, [*range(0x1D2C, 0x1DC0), *range(0x2070, 0x20A0), *range(0xB2, 0xBA), *range(0x2B0, 0x2B9)]):
        kind, *base = unicodedata.decomposition(char).split() or [""]
        if kind in found and len(base) == 1:
            found[kind].setdefault(chr(int(base[0], 16)), char)
    return found["<super>"], found["<sub>"]
