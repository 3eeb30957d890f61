"""Titles and names as they are compared."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")


def folded(text: str) -> str:
    """Letters and digits of any script without accents and case, words apart by one space."""
    if text.isascii():  # has no accents
        return " ".join(_WORD.findall(text.lower().replace("'", "")))
    plain = "".join(
        c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c) and c not in "'’"
    )
    return " ".join(_WORD.findall(plain))


def is_number(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) < 10
