"""Titles and names in the form in which they are compared."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")


def folded(text: str) -> str:
    """Letters and digits of any script, without accents and case, with one space between words."""
    if text.isascii():  # faster, and has no accents
        return " ".join(_WORD.findall(text.lower().replace("'", "")))
    plain = "".join(
        c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c) and c not in "'’"
    )
    return " ".join(_WORD.findall(plain))


def is_number(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) < 10
