"""LaTeX in BibTeX values to the text it stands for."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

_LATEX = re.compile(r"[\\{}$~]|---?")
_PERCENT = re.compile(r"(?<!\\)%")


@cache
def _decoder() -> Any:
    from pylatexenc.latex2text import LatexNodes2Text  # slow to import, and most values hold no LaTeX

    return LatexNodes2Text(math_mode="verbatim", keep_comments=True)


def to_unicode(value: str) -> str:
    """The value as text with single spaces; a value that cannot be decoded stays as it is.

    An unescaped `%` would start a comment and silently cut the value: it is taken for what the writer saw.
    """
    text = value
    if _LATEX.search(value):
        try:
            text = _decoder().latex_to_text(_PERCENT.sub(r"\\%", value))
        except Exception:  # the library raises errors of many kinds for hostile input
            text = value
    return " ".join(text.split())
